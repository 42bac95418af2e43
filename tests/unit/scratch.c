#include "tests/unit/scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[4096];
static pid_t owner;
static char *paths[256];
static size_t npaths;

static _Noreturn void
die(const char *what)
{
	perror(what);
	_exit(99);
}

static int
make_removable(const char *path, const struct stat *sb, int type, struct FTW *at)
{
	(void)at;
	if (type == FTW_D || type == FTW_DNR)
		chmod(path, S_IRWXU);
	(void)sb;
	return 0;
}

static int
remove_it(const char *path, const struct stat *sb, int type, struct FTW *at)
{
	(void)sb;
	(void)type;
	(void)at;
	return remove(path);
}

static void
clean_up(void)
{
	for (size_t i = 0; i < npaths; i++)
		free(paths[i]);
	npaths = 0;
	if (owner != getpid())
		return;
	nftw(dir, make_removable, 16, FTW_PHYS);
	nftw(dir, remove_it, 16, FTW_PHYS | FTW_DEPTH);
}

static void
make_dir(void)
{
	const char *base = getenv("TMPDIR");

	snprintf(dir, sizeof(dir), "%s/mtr-unit-XXXXXX", base != NULL && *base ? base : "/tmp");
	if (mkdtemp(dir) == NULL)
		die(dir);
	chmod(dir, 0755); /* other users are part of some tests */
	owner = getpid();
	atexit(clean_up);
}

const char *
scratch_path(const char *name)
{
	char *p;

	if (owner == 0)
		make_dir();
	if (asprintf(&p, "%s/%s", dir, name) < 0 || npaths == sizeof(paths) / sizeof(paths[0]))
		die("scratch_path");
	paths[npaths++] = p;
	return p;
}

void
scratch_write(const char *path, const void *p, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, p, n) != (ssize_t)n || close(fd) != 0)
		die(path);
}

bool
scratch_exists(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) == 0;
}

long long
scratch_size(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? (long long)sb.st_size : -1;
}

int
scratch_mode(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? (int)(sb.st_mode & 07777) : -1;
}

int
scratch_entries(const char *path)
{
	DIR *d = opendir(path);
	int n = 0;

	if (d == NULL)
		die(path);
	for (struct dirent *entry; (entry = readdir(d)) != NULL;)
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(d);
	return n;
}

/* ---- peers ---- */

struct peer
peer_start(peer_main fn, void *ctx)
{
	int down[2], up[2];
	pid_t pid;

	scratch_path("");
	fflush(stdout);
	if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		struct peer parent = { .pid = getppid(), .to = up[1], .from = down[0] };

		close(down[1]);
		close(up[0]);
		_exit(fn(&parent, ctx));
	}
	close(down[0]);
	close(up[1]);
	return (struct peer){ .pid = pid, .to = down[1], .from = up[0] };
}

void
peer_say(struct peer *p, char c)
{
	signal(SIGPIPE, SIG_IGN);
	if (write(p->to, &c, 1) != 1)
		perror("peer_say");
}

char
peer_hear(struct peer *p)
{
	char c;

	return read(p->from, &c, 1) == 1 ? c : '\0';
}

char
peer_hear_within(struct peer *p, int ms)
{
	struct pollfd fd = { .fd = p->from, .events = POLLIN };

	return poll(&fd, 1, ms) == 1 ? peer_hear(p) : '?';
}

int
peer_end(struct peer *p)
{
	int status;

	close(p->to);
	if (waitpid(p->pid, &status, 0) != p->pid)
		die("waitpid");
	close(p->from);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void
peer_kill(struct peer *p)
{
	kill(p->pid, SIGKILL);
	peer_end(p);
}

int
child_status(peer_main fn, void *ctx)
{
	struct peer p = peer_start(fn, ctx);

	return peer_end(&p);
}
