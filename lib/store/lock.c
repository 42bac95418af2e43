#include "store/lock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/file.h"

#include "base/banned.h"

#define NS_PER_MS INT64_C(1000000)
#define MS_PER_S INT64_C(1000)
#define POLL_FIRST_NS NS_PER_MS
#define POLL_LAST_NS (50 * NS_PER_MS)

enum attempt { GOT, HELD, AGAIN, FAILED };

static int64_t
monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * MS_PER_S * NS_PER_MS + t.tv_nsec;
}

/*
 * The umask may have taken even the owner's rights away. And what root makes in
 * a user's place belongs to the user, as SQLite does it with the log: else one
 * run by root would lock the owner out. Best effort: the lock holds anyway.
 */
static void
settle(int fd, const struct stat *companion, const char *database_path)
{
	struct stat db;
	bool done = true;

	if (companion->st_uid != geteuid())
		return;
	if ((companion->st_mode & ACCESSPERMS) != (S_IRUSR | S_IWUSR))
		done = fchmod(fd, S_IRUSR | S_IWUSR) == 0;
	if (done && companion->st_uid == 0 && stat(database_path, &db) == 0 && db.st_uid != 0)
		done = fchown(fd, db.st_uid, db.st_gid) == 0;
	(void)done;
}

static int
open_companion(const char *name, const char *database_path, struct err *e)
{
	struct stat sb;
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
		S_IRUSR | S_IWUSR);

	if (fd < 0) {
		if (errno == ELOOP || errno == EISDIR || errno == ENXIO)
			err_set(e, ERR_FATAL, "db_not_ours", "%s is not a plain file", name);
		else
			file_fail("cannot make the lock", name, errno, e);
		return -1;
	}
	if (fstat(fd, &sb) != 0) {
		file_fail("cannot stat the lock", name, errno, e);
	} else if (!S_ISREG(sb.st_mode)) {
		err_set(e, ERR_FATAL, "db_not_ours", "%s is not a plain file", name);
	} else {
		settle(fd, &sb, database_path);
		return fd;
	}
	close(fd);
	return -1;
}

static enum attempt
try_once(struct lock *l, const char *name, const char *database_path, struct err *e)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat held, named;
	int fd = open_companion(name, database_path, e);
	enum attempt result = FAILED;

	if (fd < 0)
		return FAILED;
	if (fcntl(fd, F_OFD_SETLK, &whole) != 0) {
		if (errno == EAGAIN || errno == EACCES)
			result = HELD;
		else
			file_fail("cannot lock", name, errno, e);
	} else if (fstat(fd, &held) != 0) {
		file_fail("cannot stat the lock", name, errno, e);
	} else if (stat(name, &named) != 0) {
		if (errno == ENOENT)
			result = AGAIN;
		else
			file_fail("cannot stat the lock", name, errno, e);
	} else {
		/* Whoever locked a file that has lost its name since holds nothing. */
		result = held.st_dev == named.st_dev && held.st_ino == named.st_ino ? GOT : AGAIN;
	}
	if (result == GOT)
		l->fd = fd;
	else
		close(fd);
	return result;
}

/* Sleep a while, at most until the end. False: a handled signal came. */
static bool
pause_until(int64_t *step_ns, int64_t left_ns)
{
	int64_t ns = *step_ns < left_ns ? *step_ns : left_ns;
	struct timespec t = {
		.tv_sec = (time_t)(ns / (MS_PER_S * NS_PER_MS)),
		.tv_nsec = (long)(ns % (MS_PER_S * NS_PER_MS)),
	};

	*step_ns = *step_ns * 2 < POLL_LAST_NS ? *step_ns * 2 : POLL_LAST_NS;
	return nanosleep(&t, NULL) == 0 || errno != EINTR;
}

static bool
poll_lock(struct lock *l, const char *name, const char *path, int64_t wait_ms, struct err *e)
{
	int64_t end_ns, left_ns, step_ns = POLL_FIRST_NS;

	if (__builtin_mul_overflow(wait_ms, NS_PER_MS, &end_ns) ||
		__builtin_add_overflow(end_ns, monotonic_ns(), &end_ns))
		end_ns = INT64_MAX;
	for (;;) {
		switch (try_once(l, name, path, e)) {
		case GOT:
			return true;
		case FAILED:
			return false;
		case AGAIN:
			continue;
		case HELD:
			break;
		}
		left_ns = end_ns - monotonic_ns();
		if (left_ns <= 0)
			return err_set(e, ERR_BUSY, "db_busy",
				"another command is writing to %s (waited %" PRId64 ".%03d s)",
				path, wait_ms / MS_PER_S, (int)(wait_ms % MS_PER_S));
		if (!pause_until(&step_ns, left_ns) || (l->interrupted != NULL && l->interrupted()))
			return err_set(e, ERR_BUSY, "db_busy",
				"interrupted while another command was writing to %s", path);
	}
}

bool
lock_take(struct lock *l, const char *database_path, int64_t wait_ms, struct err *e)
{
	char *path = file_resolve(database_path);
	char *name = NULL;
	bool taken = false;

	assert(l->fd < 0);
	if (path == NULL)
		return file_fail("cannot lock", database_path, errno, e);
	if (asprintf(&name, "%s-lock", path) < 0)
		file_fail("cannot lock", path, ENOMEM, e);
	else
		taken = poll_lock(l, name, path, wait_ms < 0 ? 0 : wait_ms, e);
	free(path);
	free(name);
	return taken;
}

void
lock_drop(struct lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}
