/* The C library's names in front of its own functions. */
#include "tests/fault/fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define STATUS_MISUSED 125

static struct {
	ssize_t (*write)(int, const void *, size_t);
	ssize_t (*pwrite64)(int, const void *, size_t, off64_t);
	int (*ftruncate64)(int, off64_t);
	int (*fallocate64)(int, int, off64_t, off64_t);
	int (*openat64)(int, const char *, int, ...);
	int (*unlinkat)(int, const char *, int);
	int (*renameat2)(int, const char *, int, const char *, unsigned);
} real;

void
fault_stop(const char *what)
{
	if (real.write != NULL) {
		(void)!real.write(STDERR_FILENO, "fault: ", 7);
		(void)!real.write(STDERR_FILENO, what, strlen(what));
		(void)!real.write(STDERR_FILENO, "\n", 1);
	}
	_exit(STATUS_MISUSED);
}

void *
fault_keep(void *old, size_t n)
{
	void *p = realloc(old, n + 1);

	if (p == NULL)
		fault_stop("out of memory");
	return p;
}

/* A function pointer is no void * to ISO C; POSIX has them of one size. */
static void
find(const char *name, void *to)
{
	void *symbol = dlsym(RTLD_NEXT, name);

	if (symbol == NULL)
		fault_stop(name);
	memcpy(to, &symbol, sizeof(symbol));
}

static void
find_real(void)
{
	if (real.renameat2 != NULL)
		return;
	find("write", &real.write);
	find("pwrite64", &real.pwrite64);
	find("ftruncate64", &real.ftruncate64);
	find("fallocate64", &real.fallocate64);
	find("openat64", &real.openat64);
	find("unlinkat", &real.unlinkat);
	find("renameat2", &real.renameat2);
}

long
call_perform(const struct call *c)
{
	find_real();
	switch (c->kind) {
	case FAULT_WRITE:
		return c->at < 0 ? real.write(c->fd, c->bytes, c->n) :
				   real.pwrite64(c->fd, c->bytes, c->n, c->at);
	case FAULT_SYNC:
		return fcntl(c->fd, F_GETFD) < 0 ? -1 : 0;
	case FAULT_TRUNCATE:
		return real.ftruncate64(c->fd, c->size);
	case FAULT_ALLOCATE:
		return real.fallocate64(c->fd, c->flags, c->at, c->size);
	case FAULT_CREATE:
		return real.openat64(c->fd, c->path, c->flags, c->mode);
	case FAULT_UNLINK:
		return real.unlinkat(c->fd, c->path, c->flags);
	case FAULT_RENAME:
		return real.renameat2(c->fd, c->path, c->to_fd, c->to, (unsigned)c->flags);
	}
	return -1;
}

int
call_open(const char *path, int flags)
{
	find_real();
	return real.openat64(AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

/* ---- bytes ---- */

static long
put(const char *name, int fd, const void *bytes, size_t n, off64_t at)
{
	const struct call c = {
		.kind = FAULT_WRITE,
		.name = name,
		.fd = fd,
		.bytes = bytes,
		.n = n,
		.at = at,
	};

	return fault_call(&c);
}

ssize_t
write(int fd, const void *buf, size_t n)
{
	return put("write", fd, buf, n, -1);
}

ssize_t
pwrite64(int fd, const void *buf, size_t n, off64_t offset)
{
	return put("pwrite", fd, buf, n, offset);
}

ssize_t
pwrite(int fd, const void *buf, size_t n, off_t offset)
{
	return put("pwrite", fd, buf, n, offset);
}

/* As one write, so that it can be torn within a part. */
ssize_t
writev(int fd, const struct iovec *iovec, int count)
{
	unsigned char *all = NULL;
	size_t n = 0;
	ssize_t result;

	for (int i = 0; i < count; i++) {
		all = fault_keep(all, n + iovec[i].iov_len);
		memcpy(all + n, iovec[i].iov_base, iovec[i].iov_len);
		n += iovec[i].iov_len;
	}
	result = put("writev", fd, all, n, -1);
	free(all);
	return result;
}

/* ---- syncs and sizes ---- */

static int
on_file(enum fault_kind kind, const char *name, int fd, off64_t size)
{
	const struct call c = { .kind = kind, .name = name, .fd = fd, .size = size };

	return (int)fault_call(&c);
}

int
fsync(int fd)
{
	return on_file(FAULT_SYNC, "fsync", fd, 0);
}

int
fdatasync(int fildes)
{
	return on_file(FAULT_SYNC, "fdatasync", fildes, 0);
}

int
ftruncate64(int fd, off64_t length)
{
	return on_file(FAULT_TRUNCATE, "ftruncate", fd, length);
}

int
ftruncate(int fd, off_t length)
{
	return on_file(FAULT_TRUNCATE, "ftruncate", fd, length);
}

int
fallocate64(int fd, int mode, off64_t offset, off64_t len)
{
	const struct call c = {
		.kind = FAULT_ALLOCATE,
		.name = "fallocate",
		.fd = fd,
		.flags = mode,
		.at = offset,
		.size = len,
	};

	return (int)fault_call(&c);
}

int
fallocate(int fd, int mode, off_t offset, off_t len)
{
	return fallocate64(fd, mode, offset, len);
}

int
posix_fallocate64(int fd, off64_t offset, off64_t len)
{
	int before = errno, result = fallocate64(fd, 0, offset, len) == 0 ? 0 : errno;

	errno = before;
	return result;
}

int
posix_fallocate(int fd, off_t offset, off_t len)
{
	return posix_fallocate64(fd, offset, len);
}

/* ---- names ---- */

int
unlinkat(int fd, const char *name, int flag)
{
	const struct call c = {
		.kind = FAULT_UNLINK,
		.name = "unlink",
		.fd = fd,
		.path = name,
		.flags = flag,
	};

	return (int)fault_call(&c);
}

int
unlink(const char *name)
{
	return unlinkat(AT_FDCWD, name, 0);
}

int
renameat2(int oldfd, const char *old, int newfd, const char *new, unsigned flags)
{
	const struct call c = {
		.kind = FAULT_RENAME,
		.name = "rename",
		.fd = oldfd,
		.path = old,
		.to_fd = newfd,
		.to = new,
		.flags = (int)flags,
	};

	return (int)fault_call(&c);
}

int
renameat(int oldfd, const char *old, int newfd, const char *new)
{
	return renameat2(oldfd, old, newfd, new, 0);
}

int
rename(const char *old, const char *new)
{
	return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0);
}

/* Only one that may make the file counts. */
static int
open_file(int dir, const char *path, int flags, mode_t mode)
{
	const struct call c = {
		.kind = FAULT_CREATE,
		.name = "open",
		.fd = dir,
		.path = path,
		.flags = flags,
		.mode = mode,
	};

	return (int)((flags & O_CREAT) != 0 ? fault_call(&c) : call_perform(&c));
}

/* clang-format off */
#define MODE(last) __extension__({ \
	va_list rest; \
	mode_t given = 0; \
	va_start(rest, last); \
	if ((oflag & O_CREAT) != 0 || (oflag & O_TMPFILE) == O_TMPFILE) \
		given = va_arg(rest, mode_t); \
	va_end(rest); \
	given; \
})
/* clang-format on */

int
openat64(int fd, const char *file, int oflag, ...)
{
	return open_file(fd, file, oflag, MODE(oflag));
}

int
openat(int fd, const char *file, int oflag, ...)
{
	return open_file(fd, file, oflag, MODE(oflag));
}

int
open64(const char *file, int oflag, ...)
{
	return open_file(AT_FDCWD, file, oflag, MODE(oflag));
}

int
open(const char *file, int oflag, ...)
{
	return open_file(AT_FDCWD, file, oflag, MODE(oflag));
}
