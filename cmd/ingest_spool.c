#include "ingest_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/banned.h"

static const char *
directory(void)
{
	const char *named = getenv("TMPDIR");

	return named != NULL && named[0] != '\0' ? named : "/tmp";
}

static bool
failed(const char *what, struct err *e)
{
	err_set(e, ERR_FATAL, "spool_failed", "cannot %s a temporary file: %s", what,
		strerror(errno));
	return err_place(e, directory(), 0, 0);
}

/* Where a file system has no files without names, one whose name is gone at once. */
static int
make(void)
{
	int fd = open(directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct buf name = BUF_INIT;

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	buf_printf(&name, "%s/mtr-ingest-XXXXXX", directory());
	(void)buf_cstr(&name);
	fd = mkostemp(name.p, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(name.p);
	buf_release(&name);
	return fd;
}

bool
spool_add(struct spool *s, const char *p, size_t n, struct err *e)
{
	if (s->fd < 0)
		s->fd = make();
	if (s->fd < 0)
		return failed("make", e);
	while (n > 0) {
		ssize_t put = pwrite(s->fd, p, n, (off_t)s->bytes);

		if (put < 0 && errno != EINTR)
			return failed("write", e);
		if (put > 0) {
			p += put;
			n -= (size_t)put;
			s->bytes += (uint64_t)put;
		}
	}
	return true;
}

ssize_t
spool_read(const struct spool *s, uint64_t at, char *p, size_t n)
{
	return s->fd < 0 ? 0 : pread(s->fd, p, n, (off_t)at);
}

void
spool_close(struct spool *s)
{
	if (s->fd >= 0)
		(void)close(s->fd);
	s->fd = -1;
}
