/* The store: what was saved stays, what was not leaves nothing. */
#include "store/store.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/stmt.h"
#include "tests/unit/scratch.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/tap.h"

/* ---- settings ---- */

static void
test_settings(void)
{
	static const struct {
		const char *sql;
		int64_t want;
	} settings[] = {
		{ "PRAGMA synchronous", 2 },
		{ "PRAGMA foreign_keys", 1 },
		{ "PRAGMA secure_delete", 0 },
		{ "PRAGMA trusted_schema", 0 },
		{ "PRAGMA cell_size_check", 1 },
		{ "PRAGMA wal_autocheckpoint", 0 },
		{ "PRAGMA recursive_triggers", 1 },
		{ "PRAGMA page_size", 16384 },
		{ "PRAGMA auto_vacuum", 0 },
		{ "PRAGMA application_id", STORE_APPLICATION_ID },
	};
	const char *path = make("settings");

	for (int mode = 0; mode < 2; mode++) {
		struct store *st = open_store(path, mode == 0 ? STORE_READ : STORE_WRITE);
		sqlite3 *db = store_sqlite(st);
		int on = -1;

		for (size_t i = 0; i < countof(settings); i++)
			is_int(ask(st, settings[i].sql), settings[i].want, "%s, %s",
				settings[i].sql, mode == 0 ? "reader" : "writer");
		is_int(ask(st, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1, "WAL");
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, -1, &on);
		is_int(on, 1, "no checkpoint on close");
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, -1, &on);
		is_int(on, 1, "defensive");
		is_int(sqlite3_exec(db, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema",
			       NULL, NULL, NULL) == SQLITE_OK,
			0, "the schema cannot be written");
		is_int(sqlite3_exec(db, "SELECT load_extension('x')", NULL, NULL, NULL),
			SQLITE_ERROR, "no extension can be loaded");
		is_int(sqlite3_exec(db, "SELECT \"Northwind\"", NULL, NULL, NULL), SQLITE_ERROR,
			"a double-quoted text is an error");
		if (mode == 0)
			is_int(sqlite3_exec(db, "CREATE TABLE t (x)", NULL, NULL, NULL) & 0xff,
				SQLITE_READONLY, "a reader cannot write");
		store_close(st);
	}
	is_int(sqlite3_memory_used(), 0, "SQLite keeps no memory statistics");
}

/* ---- transactions ---- */

static void
test_save_and_undo(void)
{
	const char *path = make("undo");
	struct store *st = open_store(path, STORE_WRITE);
	struct store *reader = open_store(path, STORE_READ);
	struct err e = ERR_INIT;
	struct id first, again;
	int64_t seq = -1;
	char *before, *after;

	is_str(store_database_id(st).p, fixed_id.s, "the database has its id");
	is_str(store_path(st), path, "and its path");
	ok(memcmp(store_secret(st), store_secret(reader), STORE_SECRET_BYTES) == 0, "one secret");
	ok(add_and_save(st, 1, &e), "a change is saved");
	before = contents(st);
	is_int(ask(reader, "SELECT count(*) FROM audit_log"), 1, "and seen by a reader");

	ok(store_begin(st, &e) && add(st, "customer", &first, &e) == 2, "another is made");
	ok(store_recorded_at(st, 2) == NOW, "it has its time");
	is_int(ask(reader, "SELECT count(*) FROM audit_log"), 1, "a reader does not see it yet");
	store_undo(st);
	after = contents(st);
	is_str(after, before, "undone, it leaves nothing");
	free(after);

	ok(store_begin(st, &e) && add(st, "customer", &again, &e) == 2, "its number comes again");
	is_str(again.s, first.s, "and its id");
	store_close(st);
	st = open_store(path, STORE_WRITE);
	after = contents(st);
	is_str(after, before, "closing undoes what was not saved");
	free(after);

	ok(store_begin(st, &e) && store_save(st, &e), "an empty transaction is saved");
	ok(store_begin(st, &e), "a transaction that is refused half way");
	ok(!store_change(st, "", STR("x"), nothing, nothing, &seq, &e) && seq == -1,
		"a change without a kind");
	is_str(e.code, "constraint", "is refused by the table");
	store_undo(st);
	after = contents(st);
	is_str(after, before, "and leaves nothing");
	free(after);
	free(before);
	store_close(st);
	store_close(reader);
	store_close(NULL);
}

static void
test_snapshot(void)
{
	const char *path = make("snapshot");
	struct store *st = open_store(path, STORE_WRITE);
	struct store *reader = open_store(path, STORE_READ);
	struct err e = ERR_INIT;

	ok(add_and_save(st, 1, &e) && store_read_begin(reader, &e), "a snapshot");
	ok(add_and_save(st, 1, &e), "a later change");
	is_int(ask(reader, "SELECT count(*) FROM audit_log"), 1, "is not in it");
	store_close(st);
	ok(scratch_size(scratch_path("snapshot-wal")) > 0, "and stays in the log while it is read");
	is_int(ask(reader, "SELECT count(*) FROM audit_log"), 1,
		"the writer's end changes nothing");
	store_read_end(reader);
	is_int(ask(reader, "SELECT count(*) FROM audit_log"), 2, "afterwards it is seen");
	is_int(store_as_of(reader), INT64_MAX, "a reader sees all of the configuration");
	store_set_as_of(reader, 7);
	is_int(store_as_of(reader), 7, "or up to a number");
	store_close(reader);

	st = open_store(path, STORE_WRITE);
	ok(add_and_save(st, 1, &e), "a change without readers");
	store_close(st);
	is_int(scratch_size(scratch_path("snapshot-wal")), 0, "ends with an empty log");
	is_int(scratch_mode(path), 0600, "the file is 0600");
	is_int(scratch_mode(scratch_path("snapshot-wal")), 0600, "and the log");
	is_int(scratch_mode(scratch_path("snapshot-shm")), 0600, "and its index");
	is_int(scratch_mode(scratch_path("snapshot-lock")), 0600, "and the lock");
}

static void
test_append_only(void)
{
	static const char *const attempts[] = {
		"UPDATE audit_log SET tool = 'x'",
		"DELETE FROM audit_log",
		"REPLACE INTO audit_log SELECT * FROM audit_log",
		"UPDATE OR IGNORE audit_log SET verb = ''",
		"INSERT INTO audit_log SELECT 9, recorded_at, tool, verb, kind, object_id,"
		" NULL, NULL FROM audit_log",
		"INSERT INTO audit_log SELECT 2, recorded_at - 1, tool, verb, kind, object_id,"
		" NULL, NULL FROM audit_log",
		"UPDATE object SET id = 'x'",
		"DELETE FROM object",
		"REPLACE INTO object SELECT kind, number + 1, id, seq FROM object",
		"INSERT INTO object VALUES ('customer', 2, 'no uuid', 1)",
		"INSERT INTO object VALUES"
		" ('customer', 2, '00000000-0000-4000-8000-00000000000A', 1)",
		"INSERT INTO object VALUES"
		" ('customer', '2', '00000000-0000-4000-8000-00000000000b', 'x')",
		"UPDATE meta SET created_at = 0",
		"DELETE FROM meta",
		"INSERT INTO meta SELECT 2, database_id, 0, secret FROM meta",
		"REPLACE INTO meta SELECT id, database_id, 0, secret FROM meta",
	};
	const char *path = make("append");
	struct store *st = open_store(path, STORE_WRITE);
	struct err e = ERR_INIT;
	char *before, *after;

	ok(add_and_save(st, 1, &e), "a change");
	before = contents(st);
	for (size_t i = 0; i < countof(attempts); i++) {
		int rc = sqlite3_exec(store_sqlite(st), attempts[i], NULL, NULL, NULL);

		is_int(rc & 0xff, SQLITE_CONSTRAINT, "refused: %s", attempts[i]);
	}
	after = contents(st);
	is_str(after, before, "nothing was changed");
	is_int(ask(st, "SELECT created_at FROM meta"), NOW, "in meta neither");
	free(before);
	free(after);
	store_close(st);
}

/* ---- several processes ---- */

#define WRITERS 4
#define EACH 25

static int
many_changes(struct peer *parent, void *path)
{
	struct store *st;
	struct err e = ERR_INIT;

	peer_hear(parent);
	st = open_store(path, STORE_WRITE);
	for (int i = 0; i < EACH; i++)
		if (!add_and_save(st, 1, &e))
			return 1;
	store_close(st);
	return 0;
}

static void
test_writers(void)
{
	const char *path = scratch_path("writers");
	struct peer peers[WRITERS];
	struct store_options opt = options(path, STORE_WRITE);
	struct err e = ERR_INIT;
	struct store *st;

	for (int i = 0; i < WRITERS; i++)
		peers[i] = peer_start(many_changes, (void *)(uintptr_t)path);
	ok(store_create(&opt, NULL, &e), "a database");
	for (int i = 0; i < WRITERS; i++)
		peer_say(&peers[i], 'g');
	for (int i = 0; i < WRITERS; i++)
		is_int(peer_end(&peers[i]), 0, "writer %d is never refused", i);
	st = open_store(path, STORE_READ);
	is_int(ask(st, "SELECT count(*) FROM audit_log"), (int64_t)WRITERS * EACH,
		"every change is there");
	is_int(ask(st, "SELECT max(seq) FROM audit_log"), (int64_t)WRITERS * EACH,
		"numbered without gaps");
	is_int(ask(st, "SELECT max(number) FROM object"), (int64_t)WRITERS * EACH,
		"and so are the objects");
	store_close(st);
}

/* 'b' begins and changes, 's' saves, 'r' begins an immediate transaction without our lock. */
static int
puppet(struct peer *parent, void *path)
{
	struct store *st = NULL;
	struct err e = ERR_INIT;
	struct id id;

	for (char c; (c = peer_hear(parent)) != 'q' && c != '\0';) {
		bool done = false;

		if (st == NULL)
			st = open_store(path, STORE_WRITE);
		if (c == 'b')
			done = store_begin(st, &e) && add(st, "customer", &id, &e) > 0;
		if (c == 's')
			done = store_save(st, &e);
		if (c == 'r')
			done = sqlite3_exec(store_sqlite(st), "BEGIN IMMEDIATE", NULL, NULL,
				       NULL) == SQLITE_OK;
		if (c == 'u')
			done = sqlite3_exec(store_sqlite(st), "ROLLBACK", NULL, NULL, NULL) ==
				SQLITE_OK;
		peer_say(parent, done ? 'y' : 'n');
	}
	store_close(st);
	return 0;
}

static bool
tell(struct peer *p, char c)
{
	peer_say(p, c);
	return peer_hear(p) == 'y';
}

static void
test_busy(void)
{
	const char *path = scratch_path("busy");
	struct peer p = peer_start(puppet, (void *)(uintptr_t)path);
	struct store *st;
	struct err e = ERR_INIT;

	make("busy");
	st = open_at(path, STORE_WRITE, NOW, 100);
	ok(tell(&p, 'b'), "another process is writing");
	is_refused(store_begin(st, &e), &e, ERR_BUSY, "db_busy", "a second writer");
	is_int(ask(st, "SELECT count(*) FROM audit_log"), 0, "reading is free meanwhile");
	ok(tell(&p, 's'), "the other saves");
	err_clear(&e);
	ok(add_and_save(st, 1, &e), "and this one gets its turn");
	is_int(ask(st, "SELECT count(*) FROM audit_log"), 2, "both changes are there");

	ok(tell(&p, 'r'), "someone writes without our lock");
	is_refused(store_begin(st, &e), &e, ERR_BUSY, "db_busy", "SQLite's own lock");
	ok(tell(&p, 'u'), "and goes away");
	err_clear(&e);
	ok(add_and_save(st, 1, &e), "then it works again");
	store_close(st);
	peer_say(&p, 'q');
	is_int(peer_end(&p), 0, "the other ends well");
}

static void
test_killed(void)
{
	const char *path = scratch_path("killed");
	struct peer p = peer_start(puppet, (void *)(uintptr_t)path);
	struct store *st;
	struct err e = ERR_INIT;

	make("killed");
	ok(tell(&p, 'b') && tell(&p, 's') && tell(&p, 'b'), "one change saved, one begun");
	peer_kill(&p);
	st = open_at(path, STORE_WRITE, NOW, 0);
	is_int(ask(st, "SELECT count(*) FROM audit_log"), 1, "kill -9 keeps the saved and only it");
	ok(add_and_save(st, 1, &e), "and the next writer does not wait");
	is_int(ask(st, "SELECT max(seq) FROM audit_log"), 2, "its number is the next");
	store_close(st);
}

/* ---- faults ---- */

/* Writes under a limit that every file hits; what was there must stand. */
static int
short_of_space(struct peer *parent, void *path)
{
	struct store *st = open_store(path, STORE_WRITE);
	struct rlimit limit;
	struct err e = ERR_INIT;
	rlim_t before;
	int failed = 0;

	(void)parent;
	signal(SIGXFSZ, SIG_IGN);
	if (!add_and_save(st, 1, &e) || getrlimit(RLIMIT_FSIZE, &limit) != 0)
		return 1;
	before = limit.rlim_cur;
	limit.rlim_cur = (rlim_t)scratch_size(scratch_path("full-wal"));
	setrlimit(RLIMIT_FSIZE, &limit);
	if (add_and_save(st, 1, &e) || e.kind != ERR_FATAL)
		failed |= 2;
	if (e.code == NULL || strcmp(e.code, "db_io") != 0)
		failed |= 4;
	limit.rlim_cur = before;
	setrlimit(RLIMIT_FSIZE, &limit);
	err_clear(&e);
	if (!add_and_save(st, 1, &e))
		failed |= 8;
	if (ask(st, "SELECT count(*) FROM audit_log") != 2)
		failed |= 16;
	store_close(st);
	return failed;
}

static void
test_full(void)
{
	const char *path = scratch_path("full");
	struct err e = ERR_INIT;
	struct store_options opt = options(path, STORE_WRITE);
	struct store *st;

	ok(store_create(&opt, NULL, &e), "a database");
	is_int(child_status(short_of_space, (void *)(uintptr_t)path), 0,
		"a log that cannot grow fails the save, and only that");
	st = open_store(path, STORE_READ);
	is_int(ask(st, "SELECT count(*) FROM audit_log"), 2, "what was acknowledged is there");
	store_close(st);
}

static void
test_moved(void)
{
	const char *path = make("moved");
	const char *away = scratch_path("moved-away");
	struct store *st = open_store(path, STORE_WRITE);
	struct err e = ERR_INIT;

	ok(add_and_save(st, 1, &e), "a change");
	ok(rename(path, away) == 0, "the file is renamed meanwhile");
	is_refused(store_begin(st, &e), &e, ERR_FATAL, "db_io", "a commit that nobody would find");
	ok(strstr(e.text, "renamed or removed") != NULL, "saying why");
	ok(rename(away, path) == 0, "the file comes back");
	err_clear(&e);
	ok(add_and_save(st, 1, &e), "and is written again");
	store_close(st);
}

static void
test_migrated_meanwhile(void)
{
	const char *path = make("meanwhile");
	struct store *st = open_store(path, STORE_WRITE);
	struct store *other = open_store(path, STORE_WRITE);
	struct err e = ERR_INIT;

	sqlite3_exec(store_sqlite(other), "PRAGMA user_version = 9999", NULL, NULL, NULL);
	is_refused(store_begin(st, &e), &e, ERR_FATAL, "db_newer",
		"a file that was migrated while it was open");
	sqlite3_exec(store_sqlite(other), "PRAGMA user_version = 0", NULL, NULL, NULL);
	err_clear(&e);
	is_refused(store_begin(st, &e), &e, ERR_FATAL, "db_older", "and one that became older");
	store_close(other);
	store_close(st);
}

static void
test_rollback_journal(void)
{
	const char *path = make("journal");
	struct store *st = open_store(path, STORE_WRITE);
	struct err e = ERR_INIT;

	sqlite3_exec(store_sqlite(st), "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	store_close(st);
	st = open_store(path, STORE_READ);
	is_int(ask(st, "SELECT count(*) FROM meta"), 1, "a file without a log is read");
	store_close(st);
	st = open_store(path, STORE_WRITE);
	is_int(ask(st, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1,
		"and gets one when it is written");
	ok(add_and_save(st, 1, &e), "as ever");
	store_close(st);
}

int
main(void)
{
	/* First what forks. */
	test_writers();
	test_busy();
	test_killed();
	test_full();

	test_settings();
	test_save_and_undo();
	test_snapshot();
	test_append_only();
	test_moved();
	test_migrated_meanwhile();
	test_rollback_journal();
	return done();
}
