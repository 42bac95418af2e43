/* Copies, migrations and checks of whole databases. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "store/schema.h"
#include "store/store.h"
#include "tests/unit/scratch.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/tap.h"

/* ---- backups ---- */

static void
test_backup(void)
{
	const char *path = make("source");
	const char *copy, *dir = scratch_path("copies");
	struct err e = ERR_INIT;
	struct store *st = try_open(path, STORE_WRITE, &e), *reader, *other;

	mkdir(dir, 0755);
	copy = scratch_path("copies/copy");
	ok(add_and_save(st, 10, &e), "ten changes, in the log");
	reader = try_open(path, STORE_READ, &e);
	ok(store_backup(reader, copy, &e), "a copy: %s", e.text);
	is_int(scratch_entries(dir), 1, "is one file");
	is_int(scratch_mode(copy), 0600, "of mode 0600");
	is_refused(store_backup(reader, copy, &e), &e, ERR_INPUT, "db_exists", "a second over it");
	err_clear(&e);
	is_refused(store_backup(reader, path, &e), &e, ERR_INPUT, "db_exists",
		"a copy over itself");
	err_clear(&e);
	is_refused(store_backup(reader, scratch_path("nowhere/copy"), &e), &e, ERR_FATAL, "db_io",
		"a directory that is not there");
	scratch_write(scratch_path("copies/late-wal"), "frames", 6);
	err_clear(&e);
	is_refused(store_backup(reader, scratch_path("copies/late"), &e), &e, ERR_INPUT,
		"db_exists", "a place beside a log that would be replayed");
	is_int(scratch_entries(dir), 2, "refusals leave nothing");

	ok(add_and_save(st, 1, &e), "the source goes on");
	other = try_open(copy, STORE_WRITE, &e);
	ok(other != NULL, "the copy is a database: %s", e.text);
	is_int(ask(other, "SELECT count(*) FROM audit_log"), 10, "as it was then");
	is_str(store_database_id(other).p, store_database_id(st).p, "with the same id");
	ok(add_and_save(other, 1, &e), "that can be written");
	store_close(other);

	/* In the middle of a snapshot, while another commits. */
	ok(store_read_begin(reader, &e) && add_and_save(st, 5, &e),
		"a snapshot, and five changes more");
	ok(store_backup(reader, scratch_path("copies/snapshot"), &e), "a copy of the snapshot");
	store_read_end(reader);
	other = try_open(scratch_path("copies/snapshot"), STORE_READ, &e);
	is_int(ask(other, "SELECT count(*) FROM audit_log"), 11, "without them");
	store_close(other);
	store_close(reader);
	ok(store_backup(st, scratch_path("copies/writer"), &e), "a writer can copy too");
	store_close(st);
}

static int
small_backup(struct peer *parent, void *path)
{
	struct rlimit limit;
	struct err e = ERR_INIT;
	struct store *st = try_open(path, STORE_READ, &e);
	bool done;

	(void)parent;
	signal(SIGXFSZ, SIG_IGN);
	if (st == NULL || getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	limit.rlim_cur = 40000;
	setrlimit(RLIMIT_FSIZE, &limit);
	done = store_backup(st, scratch_path("small/copy"), &e);
	store_close(st);
	if (done || e.kind != ERR_FATAL)
		return 2;
	return strcmp(e.code, "db_io") == 0 ? 0 : 3;
}

static void
test_backup_failures(void)
{
	const char *path = make("sound");
	const char *spoilt = scratch_path("spoilt");
	struct err e = ERR_INIT;
	struct store *st;
	long long page = PAGE;

	mkdir(scratch_path("small"), 0755);
	is_int(child_status(small_backup, (void *)(uintptr_t)path), 0, "a copy that finds no room");
	is_int(scratch_entries(scratch_path("small")), 0, "leaves nothing");

	st = try_open(path, STORE_WRITE, &e);
	ok(add_and_save(st, 500, &e), "a larger database");
	store_close(st);
	copy_bytes(path, spoilt, scratch_size(path), scratch_size(path) - page);
	st = try_open(spoilt, STORE_READ, &e);
	ok(st != NULL, "one with a spoilt page opens");
	mkdir(scratch_path("spoilt-copies"), 0755);
	is_refused(store_backup(st, scratch_path("spoilt-copies/copy"), &e), &e, ERR_FATAL,
		"db_damaged", "a copy of it");
	is_int(scratch_entries(scratch_path("spoilt-copies")), 0, "and leaves nothing");
	store_close(st);
}

/* ---- migrations ---- */

/* A file of an older schema: what there was when the first k files were all. */
static const char *
make_old(const char *name, int k)
{
	const char *path = scratch_path(name);
	struct err e = ERR_INIT;
	sqlite3 *db = NULL;
	char sql[160];

	sqlite3_open(path, &db);
	snprintf(sql, sizeof(sql), "PRAGMA page_size = PAGE; PRAGMA application_id = %d",
		STORE_APPLICATION_ID);
	sqlite3_exec(db, sql, NULL, NULL, NULL);
	if (!schema_apply(db, 0, k, &e))
		note("%s", e.text);
	if (k > 0)
		sqlite3_exec(db,
			"INSERT INTO meta VALUES (1, '00000000-0000-4000-8000-00000000000a', 5,"
			" zeroblob(32));"
			"INSERT INTO audit_log VALUES (1, 7, 'mtr-customer', 'create', 'customer',"
			" 'x', NULL, NULL)",
			NULL, NULL, NULL);
	sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
	sqlite3_close(db);
	return path;
}

static int64_t
version_of(const char *path)
{
	sqlite3 *db = NULL;
	int64_t v;

	sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
	v = ask_db(db, "PRAGMA user_version");
	sqlite3_close(db);
	return v;
}

/* Each difference a line. */
static void
list_difference(void *ctx, const char *code, struct str text)
{
	buf_printf(ctx, "%s: %.*s\n", code, STR_FMT(text));
}

static void
test_migrate(void)
{
	for (int k = 0; k < schema_count; k++) {
		struct err e = ERR_INIT;
		struct store_options opt;
		const char *path, *backup;
		struct store *st;
		struct buf found = BUF_INIT;
		char name[40];
		int64_t differences = -1;
		int from = -1;

		snprintf(name, sizeof(name), "old%d", k);
		path = make_old(name, k);
		opt = options(path, STORE_WRITE);
		snprintf(name, sizeof(name), "old%d-backup", k);
		backup = scratch_path(name);
		cannot_open(path, "db_older", "an older file");
		ok(store_migrate(&opt, backup, &from, &e), "schema %d is migrated: %s", k, e.text);
		is_int(from, k, "the schema found");
		is_int(version_of(backup), k, "the backup is as it was");
		is_int(scratch_mode(backup), 0600, "and 0600");
		is_int(version_of(path), schema_count, "the file is as it must be");
		ok(store_migrate(&opt, backup, &from, &e) && from == schema_count,
			"once more is nothing to do, the backup in the way or not");
		if (k == 0)
			continue; /* nothing was in it, not even an identity */
		st = try_open(path, STORE_WRITE, &e);
		ok(st != NULL && add_and_save(st, 1, &e), "it is used: %s", e.text);
		is_int(ask(st, "SELECT count(*) FROM audit_log"), 2, "its rows are there");
		ok(store_check(st, list_difference, &found, &differences, &e), "it is checked");
		is_str(buf_cstr(&found), "", "and sound");
		buf_release(&found);
		store_close(st);
	}
}

static int64_t
table_count(const char *path)
{
	sqlite3 *db = NULL;
	int64_t n;

	sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
	n = ask_db(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
	sqlite3_close(db);
	return n;
}

/* The last that is new since a schema: one that is made anew has its name already. */
static void
occupy_last_table(const char *path, int since)
{
	struct err e = ERR_INIT;
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;
	char sql[200] = "";

	sqlite3_open(":memory:", &db);
	schema_apply(db, 0, since, &e);
	sqlite3_exec(db, "CREATE TEMP TABLE had AS SELECT name FROM main.sqlite_schema", NULL, NULL,
		NULL);
	schema_apply(db, since, schema_count, &e);
	sqlite3_prepare_v2(db,
		"SELECT name FROM main.sqlite_schema WHERE type = 'table'"
		" AND name NOT IN (SELECT name FROM had) ORDER BY rowid DESC LIMIT 1",
		-1, &q, NULL);
	if (sqlite3_step(q) == SQLITE_ROW)
		snprintf(sql, sizeof(sql), "CREATE TABLE %s (x)",
			(const char *)sqlite3_column_text(q, 0));
	sqlite3_finalize(q);
	sqlite3_close(db);
	meddle(path, sql);
}

static void
test_migrate_refusals(void)
{
	const int before_tables = 3; /* the step behind it makes some */
	const char *path = make_old("stuck", before_tables);
	const char *backup = scratch_path("stuck-backup");
	struct store_options opt = options(path, STORE_WRITE);
	int64_t tables = table_count(path);
	struct err e = ERR_INIT;
	char sql[64];
	int from = -1;

	scratch_write(backup, "last year", 9);
	is_refused(store_migrate(&opt, backup, &from, &e), &e, ERR_INPUT, "db_exists",
		"a backup over another file");
	is_int(from, -1, "the schema found is not told");
	is_int(scratch_size(backup), 9, "that file stands");
	is_int(version_of(path), before_tables, "nothing is migrated");

	/* A step that fails half way: a stranger bears the name of the last table it makes. */
	occupy_last_table(path, before_tables);
	err_clear(&e);
	ok(!store_migrate(&opt, scratch_path("stuck-backup2"), &from, &e), "a step that fails: %s",
		e.text);
	is_int(e.kind, ERR_FATAL, "is fatal");
	is_int(version_of(path), before_tables, "leaves the file at its schema");
	is_int(version_of(scratch_path("stuck-backup2")), before_tables, "beside its backup");
	is_int(table_count(path), tables + 1, "and without a new table");

	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", schema_count + 3);
	meddle(path, sql);
	err_clear(&e);
	is_refused(store_migrate(&opt, scratch_path("never"), &from, &e), &e, ERR_FATAL, "db_newer",
		"a newer file");
	ok(!scratch_exists(scratch_path("never")), "without a backup");

	opt.path = scratch_path("absent");
	err_clear(&e);
	is_refused(store_migrate(&opt, scratch_path("never"), &from, &e), &e, ERR_FATAL,
		"db_missing", "a file that is not there");
	opt.path = scratch_path("stranger");
	meddle(opt.path, "CREATE TABLE t (x)");
	err_clear(&e);
	is_refused(store_migrate(&opt, scratch_path("never"), &from, &e), &e, ERR_FATAL,
		"db_not_ours", "a file of another program");
}

/* ---- checks ---- */

static void
check_finds(const char *name, const char *sql, int64_t count, const char *want, const char *what)
{
	const char *path = make(name);
	struct store *st = open_store(path, STORE_WRITE);
	struct buf found = BUF_INIT;
	struct err e = ERR_INIT;
	int64_t differences = -1;

	ok(add_and_save(st, 3, &e), "a database");
	store_close(st);
	if (sql != NULL)
		meddle(path, sql);
	st = open_store(path, STORE_READ);
	ok(store_check(st, list_difference, &found, &differences, &e), "%s: %s", what, e.text);
	is_str(buf_cstr(&found), want, "%s", what);
	is_int(differences, count, "%s: the count", what);
	buf_release(&found);
	store_close(st);
}

/* Past a trigger of audit_log, which then stands as before. */
#define PAST(trigger, event, done, sql) \
	"DROP TRIGGER " trigger ";" sql ";CREATE TRIGGER " trigger " BEFORE " event \
	" ON audit_log\nBEGIN SELECT RAISE(ABORT, 'audit_log is never " done "'); END"

static void
test_check(void)
{
	check_finds("check1", NULL, 0, "", "a sound one");
	check_finds("check2", "DROP TRIGGER object_stay", 1,
		"check.schema: trigger object_stay is missing\n", "a dropped trigger");
	check_finds("check3", "CREATE INDEX mine ON object (seq)", 1,
		"check.schema: index mine is not ours\n", "an index of someone else");
	check_finds("check4",
		"DROP TRIGGER object_stay;"
		"CREATE TRIGGER object_stay BEFORE DELETE ON object BEGIN SELECT 1; END",
		1, "check.schema: trigger object_stay was changed\n",
		"a trigger that does nothing");
	check_finds("check5",
		PAST("audit_log_stay", "DELETE", "deleted", "DELETE FROM audit_log WHERE seq = 2"),
		1, "check.audit_log: change 3 has no predecessor\n", "a change taken out");
	check_finds("check6",
		PAST("audit_log_stay", "DELETE", "deleted", "DELETE FROM audit_log WHERE seq > 1"),
		1,
		"check.object: customer 6ee2c088-561a-80e2-ab55-cb64c877bebf belongs to change 3,"
		" which never was\n",
		"the last changes taken out");
	check_finds("check7",
		PAST("audit_log_keep", "UPDATE", "changed",
			"UPDATE audit_log SET recorded_at = recorded_at + 1 WHERE seq < 3"),
		1, "check.audit_log: change 3 is recorded before change 2\n", "times that fall");
	check_finds("check8",
		"CREATE TABLE mine (x REFERENCES object (id));"
		"INSERT INTO mine VALUES ('nobody')",
		2,
		"check.foreign_key: a row of mine refers to no row of object\n"
		"check.schema: table mine is not ours\n",
		"a row that refers to nothing");
}

static void
test_check_spoilt(void)
{
	const char *path = make("check-spoilt"), *spoilt = scratch_path("check-spoilt-page");
	struct store *st = open_store(path, STORE_WRITE);
	struct buf found = BUF_INIT;
	struct err e = ERR_INIT;
	int64_t differences = -1;

	ok(add_and_save(st, 500, &e), "a larger database");
	store_close(st);
	copy_bytes(path, spoilt, scratch_size(path), scratch_size(path) - PAGE);
	st = open_store(spoilt, STORE_READ);
	/* Whether SQLite gets through depends on the page; what it found is told all the same. */
	if (store_check(st, list_difference, &found, &differences, &e))
		ok(differences > 0, "one with a spoilt page");
	else
		is_str(e.code, "db_damaged", "one with a spoilt page");
	ok(str_starts(buf_str(&found), "check.integrity: "), "is found out");
	buf_release(&found);
	store_close(st);
}

int
main(void)
{
	/* First what forks. */
	test_backup_failures();

	test_backup();
	test_migrate();
	test_migrate_refusals();
	test_check();
	test_check_spoilt();
	return done();
}
