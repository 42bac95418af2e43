#include "store/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

#include "base/banned.h"

static const char *const companions[] = { "-wal", "-shm", "-journal" };

bool
file_fail(const char *doing, const char *path, int error, struct err *e)
{
	const char *code = "db_io";

	if (error == ENOSPC || error == EDQUOT)
		code = "db_full";
	if (error == EACCES || error == EPERM || error == EROFS)
		code = "db_read_only";
	return err_set(e, ERR_FATAL, code, "%s %s: %s", doing, path, strerror(error));
}

char *
file_absolute(const char *path)
{
	char *cwd, *out;

	if (path[0] == '/')
		return strdup(path);
	while (path[0] == '.' && path[1] == '/')
		path += 2;
	cwd = getcwd(NULL, 0);
	if (cwd == NULL)
		return strdup(path);
	if (asprintf(&out, "%s/%s", strcmp(cwd, "/") == 0 ? "" : cwd, path) < 0)
		out = NULL;
	free(cwd);
	return out;
}

char *
file_directory(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return strdup(".");
	return strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

char *
file_resolve(const char *path)
{
	char *out = realpath(path, NULL);
	char *whole, *dir, *real;
	const char *name;

	if (out != NULL || errno != ENOENT)
		return out;
	whole = file_absolute(path);
	dir = whole != NULL ? file_directory(whole) : NULL;
	real = dir != NULL ? realpath(dir, NULL) : NULL;
	name = whole != NULL ? strrchr(whole, '/') + 1 : "";
	if (real != NULL && *name == '\0')
		errno = ENOENT;
	else if (real != NULL &&
		asprintf(&out, "%s/%s", strcmp(real, "/") == 0 ? "" : real, name) < 0)
		out = NULL;
	free(whole);
	free(dir);
	free(real);
	return out;
}

static bool
missing(const char *path, struct err *e)
{
	char *whole = file_absolute(path);

	err_set(e, ERR_FATAL, "db_missing", "no database at %s (mtr-db init makes one)",
		whole != NULL ? whole : path);
	free(whole);
	return false;
}

bool
file_find(const char *path, char **out, struct err *e)
{
	struct stat sb;
	char *real = realpath(path, NULL);

	if (real == NULL && (errno == ENOENT || errno == ENOTDIR))
		return missing(path, e);
	if (real == NULL)
		return file_fail("cannot open", path, errno, e);
	bool done = stat(real, &sb) == 0 ? true : file_fail("cannot open", real, errno, e);
	if (done && !S_ISREG(sb.st_mode))
		done = err_set(e, ERR_FATAL, "db_not_ours", "%s is not a plain file", real);
	if (done)
		*out = real;
	else
		free(real);
	return done;
}

/* A log that holds something would be taken for the new file's own. */
static bool
check_free(const char *path, struct err *e)
{
	struct stat sb;

	if (lstat(path, &sb) == 0)
		return err_set(e, ERR_INPUT, "db_exists", "%s is there already", path);
	for (size_t i = 0; i < countof(companions); i++) {
		char *name;
		bool in_the_way;

		if (strcmp(companions[i], "-shm") == 0)
			continue;
		if (asprintf(&name, "%s%s", path, companions[i]) < 0)
			return file_fail("cannot name", path, ENOMEM, e);
		in_the_way = lstat(name, &sb) == 0 && sb.st_size > 0;
		if (in_the_way)
			err_set(e, ERR_INPUT, "db_exists",
				"%s is in the way: the log of a database that is gone", name);
		free(name);
		if (in_the_way)
			return false;
	}
	return true;
}

bool
newfile_begin(struct newfile *n, const char *path, struct err *e)
{
	bool done = true;
	int fd;

	*n = (struct newfile)NEWFILE_INIT;
	n->path = file_resolve(path);
	if (n->path == NULL)
		return file_fail("cannot make", path, errno, e);
	if (!check_free(n->path, e))
		return false;
	if (asprintf(&n->temp, "%s.new-XXXXXX", n->path) < 0) {
		n->temp = NULL;
		return file_fail("cannot make", path, ENOMEM, e);
	}
	fd = mkostemp(n->temp, O_CLOEXEC);
	if (fd < 0) {
		free(n->temp);
		n->temp = NULL;
		return file_fail("cannot make", n->path, errno, e);
	}
	/* The umask may have taken even the owner's rights away. */
	if (fchmod(fd, S_IRUSR | S_IWUSR) != 0)
		done = file_fail("cannot set the mode of", n->temp, errno, e);
	close(fd);
	return done;
}

static bool
sync_path(const char *path, int flags, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	bool done = true;

	if (fd < 0)
		return file_fail("cannot open", path, errno, e);
	if (fsync(fd) != 0)
		done = file_fail("cannot sync", path, errno, e);
	close(fd);
	return done;
}

static void
remove_companions(const char *path)
{
	for (size_t i = 0; i < countof(companions); i++) {
		char *name;

		if (asprintf(&name, "%s%s", path, companions[i]) < 0)
			continue;
		unlink(name);
		free(name);
	}
}

/* Rename without replacing, also where the file system lacks the one call for it. */
static bool
rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL && errno != ENOSYS)
		return false;
	if (link(from, to) != 0)
		return false;
	unlink(from);
	return true;
}

bool
newfile_clear(struct newfile *n, struct err *e)
{
	if (!check_free(n->path, e))
		return false;
	remove_companions(n->path);
	return true;
}

bool
newfile_publish(struct newfile *n, struct err *e)
{
	char *dir;
	bool done;

	if (!sync_path(n->temp, 0, e) || !check_free(n->path, e))
		return false;
	remove_companions(n->temp);
	if (!rename_new(n->temp, n->path)) {
		if (errno == EEXIST)
			return err_set(e, ERR_INPUT, "db_exists", "%s is there already", n->path);
		return file_fail("cannot make", n->path, errno, e);
	}
	free(n->temp);
	n->temp = NULL;
	dir = file_directory(n->path);
	if (dir == NULL)
		return file_fail("cannot sync the directory of", n->path, ENOMEM, e);
	done = sync_path(dir, O_DIRECTORY, e);
	free(dir);
	return done;
}

void
newfile_drop(struct newfile *n)
{
	if (n->temp != NULL) {
		remove_companions(n->temp);
		unlink(n->temp);
	}
	free(n->temp);
	free(n->path);
	*n = (struct newfile)NEWFILE_INIT;
}
