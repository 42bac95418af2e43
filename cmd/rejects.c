#include "rejects.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/banned.h"

static bool
failed(const struct rejects *r, const char *what, struct err *e)
{
	(void)err_set(e, ERR_FATAL, "rejects_failed", "cannot %s: %s", what, strerror(errno));
	return err_place(e, r->path, 0, 0);
}

static bool
is_file(const struct stat *st, const char *path)
{
	struct stat other;
	int failed = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &other) : stat(path, &other);

	return failed == 0 && other.st_dev == st->st_dev && other.st_ino == st->st_ino;
}

static bool
is_output(const struct stat *st)
{
	static const int descriptors[] = { STDOUT_FILENO, STDERR_FILENO };

	for (size_t i = 0; i < countof(descriptors); i++) {
		struct stat other;

		if (fstat(descriptors[i], &other) == 0 && other.st_dev == st->st_dev &&
			other.st_ino == st->st_ino)
			return true;
	}
	return false;
}

/* It need not be open: --check keeps away from it too. */
static bool
check_not_database(struct cli *c, const struct stat *st, const char *path)
{
	static const char *const companions[] = { "", "-wal", "-shm", "-journal", "-lock" };
	char *resolved = realpath(c->db, NULL);
	bool ok = true;

	for (size_t i = 0; ok && resolved != NULL && i < countof(companions); i++) {
		struct str name = str_printf(&c->run, "%s%s", resolved, companions[i]);

		if (is_file(st, name.p))
			ok = cli_usage(c, "--rejects \"%s\": this file is the database%s", path,
				i > 0 ? "'s own" : "");
	}
	free(resolved);
	return ok;
}

static bool
check_not_read(struct cli *c, const struct stat *st, const char *path, char *const *files, size_t n)
{
	if (!S_ISREG(st->st_mode))
		return true;
	for (size_t i = 0; i < n; i++) {
		if (is_file(st, files[i]))
			return cli_usage(c, "--rejects \"%s\": this file is an input", path);
	}
	if (is_output(st))
		return cli_usage(c, "--rejects \"%s\": this file is standard output or error",
			path);
	return check_not_database(c, st, path);
}

bool
rejects_open(struct rejects *r, struct cli *c, const char *path, char *const *files, size_t n)
{
	struct stat st;

	*r = (struct rejects){ .fd = -1 };
	if (path == NULL)
		return true;
	r->path = path;
	r->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (r->fd < 0 || fstat(r->fd, &st) != 0)
		return failed(r, "open", &c->e);
	if (!check_not_read(c, &st, path, files, n))
		return false;
	if (S_ISREG(st.st_mode) && ftruncate(r->fd, 0) != 0)
		return failed(r, "empty", &c->e);
	return true;
}

bool
rejects_take(struct rejects *r, struct cli *c, const struct record_reader *input, struct err *e)
{
	bool csv = record_format_of(input) == RECORD_CSV;
	struct str header = record_header(input);

	if (r->path == NULL)
		return true;
	if (r->form == RECORD_AUTO) {
		r->form = csv ? RECORD_CSV : RECORD_JSON;
		r->header = csv ? str_dup(&c->run, header) : header;
		return true;
	}
	if (csv != (r->form == RECORD_CSV))
		return err_set(e, ERR_INPUT, "rejects_form",
			"this is %s, and --rejects holds %s of a file before it",
			csv ? "CSV" : "JSON", csv ? "JSON" : "CSV");
	if (csv && !str_eq(header, r->header))
		return err_set(e, ERR_INPUT, "rejects_form",
			"the header differs from that of a file before it, and --rejects holds one");
	return true;
}

void
rejects_add(struct rejects *r, struct str bytes)
{
	size_t start;

	if (r->path == NULL)
		return;
	if (bytes.p == NULL) {
		r->lost++;
		return;
	}
	if (r->form == RECORD_CSV && !r->begun) {
		buf_add_str(&r->out, r->header);
		buf_add_char(&r->out, '\n');
	}
	r->begun = true;
	start = r->out.n;
	buf_add_str(&r->out, bytes);
	for (size_t i = start; r->form == RECORD_JSON && i < r->out.n; i++) {
		if (r->out.p[i] == '\n' || r->out.p[i] == '\r')
			r->out.p[i] = ' ';
	}
	buf_add_char(&r->out, '\n');
}

/* A pipe cannot be synced, and needs not be. */
static bool
sync_file(const struct rejects *r)
{
	return fdatasync(r->fd) == 0 || errno == EINVAL || errno == EROFS;
}

bool
rejects_flush(struct rejects *r, struct err *e)
{
	size_t done = 0;

	if (r->out.n == 0)
		return true;
	while (done < r->out.n) {
		ssize_t n = write(r->fd, r->out.p + done, r->out.n - done);

		if (n < 0 && errno != EINTR) {
			buf_clear(&r->out);
			return failed(r, "write", e);
		}
		done += n > 0 ? (size_t)n : 0;
	}
	buf_clear(&r->out);
	return sync_file(r) || failed(r, "write", e);
}

bool
rejects_close(struct rejects *r, struct err *e)
{
	bool ok = rejects_flush(r, e);

	buf_release(&r->out);
	if (r->fd >= 0 && close(r->fd) != 0 && errno != EINTR)
		ok = failed(r, "write", e);
	r->fd = -1;
	return ok;
}
