#include "tests/unit/scratch_store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/stmt.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tap.h"

const struct id fixed_id = { "00000000-0000-4000-8000-00000000000a" };
const struct str nothing = { NULL, 0 };

struct store_options
options(const char *path, enum store_mode mode)
{
	return (struct store_options){
		.path = path,
		.mode = mode,
		.lock_wait_ms = 20000,
		.now_ns = NOW,
		.tool = "mtr-customer",
		.verb = "create",
	};
}

static _Noreturn void
give_up(const char *path, const struct err *e)
{
	note("%s: %s", path, e->text);
	exit(1);
}

const char *
make(const char *name)
{
	const char *path = scratch_path(name);
	struct store_options opt = options(path, STORE_WRITE);
	struct err e = ERR_INIT;

	if (!store_create(&opt, &fixed_id, &e))
		give_up(path, &e);
	return path;
}

struct store *
try_open(const char *path, enum store_mode mode, struct err *e)
{
	struct store_options opt = options(path, mode);
	struct store *st = NULL;

	err_clear(e);
	return store_open(&opt, &st, e) ? st : NULL;
}

struct store *
open_at(const char *path, enum store_mode mode, int64_t now_ns, int64_t wait_ms)
{
	struct store_options opt = options(path, mode);
	struct err e = ERR_INIT;
	struct store *st = NULL;

	opt.now_ns = now_ns;
	opt.lock_wait_ms = wait_ms;
	if (!store_open(&opt, &st, &e))
		give_up(path, &e);
	return st;
}

struct store *
open_store(const char *path, enum store_mode mode)
{
	return open_at(path, mode, NOW, 20000);
}

int64_t
add(struct store *st, const char *kind, struct id *id, struct err *e)
{
	int64_t seq;

	if (!store_new_id(st, kind, nothing, id, NULL, e) ||
		!store_change(st, kind, id_str(id), nothing, STR("{}"), &seq, e))
		return 0;
	return seq;
}

bool
add_and_save(struct store *st, int n, struct err *e)
{
	struct id id;

	if (!store_begin(st, e))
		return false;
	for (int i = 0; i < n; i++) {
		if (add(st, "customer", &id, e) == 0) {
			store_undo(st);
			return false;
		}
	}
	return store_save(st, e);
}

int64_t
ask_db(struct sqlite3 *db, const char *sql)
{
	sqlite3_stmt *q = NULL;
	int64_t v = INT64_MIN;

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW)
		v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	return v;
}

int64_t
ask(struct store *st, const char *sql)
{
	return ask_db(store_sqlite(st), sql);
}

char *
contents(struct store *st)
{
	static const char sql[] =
		"SELECT 'log', seq, recorded_at, tool, verb, kind, object_id,"
		" hex(before_sha256), hex(after_sha256) FROM audit_log UNION ALL"
		" SELECT 'object', kind, number, id, seq, '', '', '', '' FROM object"
		" ORDER BY 1, 2, 3";
	struct buf b = BUF_INIT;
	sqlite3_stmt *q = NULL;
	char *out;

	sqlite3_prepare_v2(store_sqlite(st), sql, -1, &q, NULL);
	while (sqlite3_step(q) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(q); i++)
			buf_printf(&b, "%s%c", (const char *)sqlite3_column_text(q, i),
				i + 1 == sqlite3_column_count(q) ? '\n' : ' ');
	sqlite3_finalize(q);
	out = strdup(buf_cstr(&b));
	buf_release(&b);
	return out;
}

void
meddle(const char *path, const char *sql)
{
	sqlite3 *db = NULL;
	char *text = NULL;

	sqlite3_open(path, &db);
	if (sqlite3_exec(db, sql, NULL, NULL, &text) != SQLITE_OK)
		note("%s: %s", sql, text);
	sqlite3_free(text);
	sqlite3_close(db);
}

void
copy_bytes(const char *from, const char *to, long long keep, long long spoil_at)
{
	static char bytes[1 << 22];
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(fd, bytes, sizeof(bytes));

	close(fd);
	if (spoil_at >= 0)
		memset(bytes + spoil_at, 0x5a, 4096);
	scratch_write(to, bytes, (size_t)(keep < n ? keep : n));
}

void
is_refused(bool done, const struct err *e, enum err_kind kind, const char *code, const char *what)
{
	ok(!done, "%s is refused", what);
	is_int(e->kind, kind, "%s: kind", what);
	is_str(e->code, code, "%s: %s", what, e->text);
}

void
cannot_open(const char *path, const char *code, const char *what)
{
	for (int mode = 0; mode < 2; mode++) {
		struct err e = ERR_INIT;
		struct store *st = try_open(path, mode == 0 ? STORE_READ : STORE_WRITE, &e);

		is_refused(st != NULL, &e, ERR_FATAL, code, what);
		store_close(st);
	}
}
