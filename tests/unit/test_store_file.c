/* The store as a file: made whole or not at all, refused when it is not ours or not sound. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "store/schema.h"
#include "store/store.h"
#include "tests/unit/scratch.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/tap.h"

#define NOBODY 65534

/*
 * renameat2 of this program, in front of the C library's: someone takes the
 * name in the last moment.
 */
static const char *take_before_rename;

int
renameat2(int oldfd, const char *old, int newfd, const char *new, unsigned flags)
{
	if (take_before_rename != NULL && strcmp(take_before_rename, new) == 0)
		scratch_write(new, "taken", 5);
	return (int)syscall(SYS_renameat2, oldfd, old, newfd, new, flags);
}

static bool
create(const char *path, struct err *e)
{
	struct store_options opt = options(path, STORE_WRITE);

	return store_create(&opt, &fixed_id, e);
}

/* ---- making ---- */

static void
test_create(void)
{
	static const mode_t masks[] = { 0, 022, 0777 };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < countof(masks); i++) {
		const char *dir, *path;
		struct store *st;
		char name[40];
		mode_t before;

		snprintf(name, sizeof(name), "create%zu", i);
		dir = scratch_path(name);
		snprintf(name, sizeof(name), "create%zu/db", i);
		path = scratch_path(name);
		mkdir(dir, 0755);
		before = umask(masks[i]);
		ok(create(path, &e), "made under umask %03o", masks[i]);
		umask(before);
		is_int(scratch_mode(path), 0600, "it is 0600");
		is_int(scratch_entries(dir), 2, "the file and the lock, nothing else");
		is_int(scratch_size(path) % PAGE, 0, "in pages of 16 KiB");
		before = umask(masks[i]);
		st = try_open(path, STORE_WRITE, &e);
		ok(st != NULL && add_and_save(st, 1, &e), "and it is used under that mask");
		store_close(st);
		umask(before);
		snprintf(name, sizeof(name), "create%zu/db-wal", i);
		is_int(scratch_mode(scratch_path(name)), 0600, "the log is 0600");
		snprintf(name, sizeof(name), "create%zu/db-shm", i);
		is_int(scratch_mode(scratch_path(name)), 0600, "and its index");
	}
}

static void
test_create_identity(void)
{
	const char *path = make("identity");
	struct store_options opt = options(scratch_path("identity2"), STORE_WRITE);
	struct err e = ERR_INIT;
	struct store *st = try_open(path, STORE_READ, &e), *other;

	is_int(ask(st, "PRAGMA application_id"), STORE_APPLICATION_ID, "the application id");
	is_int(ask(st, "PRAGMA user_version"), schema_count, "the schema's number");
	is_int(ask(st, "SELECT created_at FROM meta"), NOW, "the clock of the command");
	is_str(store_database_id(st).p, fixed_id.s, "the id that was asked for");
	ok(store_create(&opt, NULL, &e), "one without a wish");
	other = try_open(opt.path, STORE_READ, &e);
	ok(other != NULL && strcmp(store_database_id(other).p, fixed_id.s) != 0, "has another id");
	ok(memcmp(store_secret(st), store_secret(other), STORE_SECRET_BYTES) != 0,
		"and another secret");
	store_close(other);
	store_close(st);
}

static void
test_create_refusals(void)
{
	const char *path = make("taken");
	const char *gone = scratch_path("gone");
	struct err e = ERR_INIT;
	struct store *st = try_open(path, STORE_WRITE, &e);

	ok(add_and_save(st, 1, &e), "a database with something in it");
	store_close(st);
	is_refused(create(path, &e), &e, ERR_INPUT, "db_exists", "making it again");
	st = try_open(path, STORE_READ, &e);
	is_int(ask(st, "SELECT count(*) FROM audit_log"), 1, "it is untouched");
	store_close(st);

	err_clear(&e);
	is_refused(create(scratch_path("nowhere/db"), &e), &e, ERR_FATAL, "db_io",
		"a directory that is not there");
	err_clear(&e);
	is_refused(create(scratch_path(""), &e), &e, ERR_INPUT, "db_exists", "a directory");
	err_clear(&e);
	ok(symlink("no-target", scratch_path("dangling")) == 0, "a link to nothing");
	is_refused(create(scratch_path("dangling"), &e), &e, ERR_INPUT, "db_exists",
		"a name that is a link");
	ok(!scratch_exists(scratch_path("no-target")), "nothing is made behind it");

	scratch_write(scratch_path("gone-wal"), "frames", 6);
	err_clear(&e);
	is_refused(create(gone, &e), &e, ERR_INPUT, "db_exists", "a log that would be replayed");
	ok(!scratch_exists(gone), "no database");
	scratch_write(scratch_path("gone-wal"), "", 0);
	scratch_write(scratch_path("gone-shm"), "stale", 5);
	err_clear(&e);
	ok(create(gone, &e), "empty companions are no hindrance");
	ok(!scratch_exists(scratch_path("gone-wal")) && !scratch_exists(scratch_path("gone-shm")),
		"and are removed");
}

static void
test_name_taken_late(void)
{
	const char *path, *dir = scratch_path("late");
	struct err e = ERR_INIT;
	struct store *st;

	mkdir(dir, 0755);
	path = scratch_path("late/db");
	take_before_rename = path;
	is_refused(create(path, &e), &e, ERR_INPUT, "db_exists", "a name taken in the last moment");
	is_int(scratch_size(path), 5, "what took it stands");
	is_int(scratch_entries(dir), 2, "beside the lock, and nothing else is left");

	path = make("late-source");
	st = try_open(path, STORE_READ, &e);
	take_before_rename = scratch_path("late/copy");
	is_refused(store_backup(st, take_before_rename, &e), &e, ERR_INPUT, "db_exists",
		"and so with a copy");
	is_int(scratch_size(take_before_rename), 5, "what took it stands");
	take_before_rename = NULL;
	store_close(st);
}

/* Several at once: exactly one makes it. */
static int
creator(struct peer *parent, void *path)
{
	struct store_options opt = options(path, STORE_WRITE);
	struct err e = ERR_INIT;

	opt.lock_wait_ms = 20000;
	peer_hear(parent);
	if (store_create(&opt, NULL, &e))
		return 0;
	return strcmp(e.code, "db_exists") == 0 ? 3 : 9;
}

static void
test_create_race(void)
{
	const char *path = scratch_path("raced");
	struct peer p[4];
	int made = 0, refused = 0;

	for (size_t i = 0; i < countof(p); i++)
		p[i] = peer_start(creator, (void *)(uintptr_t)path);
	for (size_t i = 0; i < countof(p); i++)
		peer_say(&p[i], 'g');
	for (size_t i = 0; i < countof(p); i++) {
		int status = peer_end(&p[i]);

		made += status == 0;
		refused += status == 3;
	}
	is_int(made, 1, "of four that make it one does");
	is_int(refused, 3, "the others find it there");
}

/* ---- opening ---- */

static void
test_open_refusals(void)
{
	static const char text[] = "customer,amount\nNorthwind,5\n";
	struct err e = ERR_INIT;
	struct store *st;
	const char *path;

	cannot_open(scratch_path("missing"), "db_missing", "a file that is not there");
	cannot_open(scratch_path("no/where/db"), "db_missing", "a directory that is not there");
	cannot_open(scratch_path(""), "db_not_ours", "a directory");
	cannot_open("/dev/null", "db_not_ours", "a device");
	path = scratch_path("text.csv");
	scratch_write(path, text, sizeof(text) - 1);
	cannot_open(path, "db_not_ours", "a text");
	path = scratch_path("empty");
	scratch_write(path, "", 0);
	cannot_open(path, "db_not_ours", "an empty file");
	is_int(scratch_size(path), 0, "which stays as it is");
	path = scratch_path("foreign");
	meddle(path, "CREATE TABLE invoice (id)");
	cannot_open(path, "db_not_ours", "a database of another program");
	ok(!scratch_exists(scratch_path("foreign-wal")), "which gets no companions");

	ok(chdir(scratch_path("")) == 0, "in the directory");
	st = try_open("./missing.db", STORE_READ, &e);
	ok(st == NULL && strstr(e.text, scratch_path("missing.db")) != NULL,
		"the absolute path is named: %s", e.text);
	ok(chdir("/") == 0, "out of it");
}

static void
test_open_versions(void)
{
	const char *path = make("version");
	struct err e = ERR_INIT;
	char sql[64];

	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", schema_count + 1);
	meddle(path, sql);
	cannot_open(path, "db_newer", "a newer schema");
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", schema_count - 1);
	meddle(path, sql);
	cannot_open(path, "db_older", "an older schema");
	try_open(path, STORE_READ, &e);
	ok(strstr(e.text, "mtr-db migrate") != NULL, "the way out is named: %s", e.text);
}

static void
test_open_damaged(void)
{
	const char *path = make("whole");
	const char *cut = scratch_path("cut");
	long long size = scratch_size(path);
	struct err e = ERR_INIT;
	struct store *st;

	copy_bytes(path, cut, size - PAGE, -1);
	cannot_open(cut, "db_damaged", "a file that lost its last page");
	copy_bytes(path, cut, PAGE, -1);
	cannot_open(cut, "db_damaged", "one that kept its first");
	copy_bytes(path, cut, 60, -1);
	st = try_open(cut, STORE_READ, &e);
	ok(st == NULL && e.kind == ERR_FATAL, "one of 60 bytes: %s", e.text);
	copy_bytes(path, cut, size, 100);
	st = try_open(cut, STORE_READ, &e);
	ok(st == NULL && e.kind == ERR_FATAL, "one with a spoilt schema: %s", e.text);
	copy_bytes(path, cut, size, -1);
	meddle(cut, "DROP TRIGGER meta_stay; DELETE FROM meta");
	cannot_open(cut, "db_damaged", "one without its identity");
}

static void
test_links(void)
{
	const char *path, *link_path;
	struct err e = ERR_INIT;
	struct store *st;

	mkdir(scratch_path("links"), 0755);
	path = make("links/db");
	mkdir(scratch_path("links/far"), 0755);
	link_path = scratch_path("links/far/link");
	ok(symlink("../db", link_path) == 0, "a link in another directory");
	st = try_open(link_path, STORE_WRITE, &e);
	ok(st != NULL && add_and_save(st, 1, &e), "is opened and written");
	is_str(st != NULL ? store_path(st) : NULL, path, "under its real name");
	is_int(scratch_entries(scratch_path("links/far")), 1, "no companion beside the link");
	ok(scratch_size(scratch_path("links/db-wal")) > 0, "all of them beside the file");
	store_close(st);
	is_int(scratch_entries(scratch_path("links")), 5, "file, log, index, lock, directory");
}

/* ---- where nothing can be written ---- */

enum place { NO_LOG, FULL_LOG, LOG_WITHOUT_INDEX, EMPTY_LOG };

struct visit {
	const char *path;
	enum place place;
};

/* As a user who may read the file and write nothing. */
static int
visitor(struct peer *parent, void *ctx)
{
	const struct visit *v = ctx;
	struct err e = ERR_INIT;
	struct store *st;

	(void)parent;
	if (geteuid() == 0 && /* whom no mode keeps out */
		(setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0))
		return 90;
	st = try_open(v->path, STORE_WRITE, &e);
	if (st != NULL || e.kind != ERR_FATAL || strcmp(e.code, "db_read_only") != 0)
		return 91;
	st = try_open(v->path, STORE_READ, &e);
	if (v->place == LOG_WITHOUT_INDEX)
		return st == NULL && e.kind == ERR_FATAL ? 0 : 92;
	if (st == NULL) {
		note("%s", e.text);
		return 93;
	}
	if (!store_read_begin(st, &e))
		return 94;
	if (ask(st, "SELECT count(*) FROM audit_log") != 1)
		return 95;
	store_read_end(st);
	store_close(st);
	return 0;
}

/* Fills the log and dies, so that nothing moves it into the file. */
static int
leave_log(struct peer *parent, void *path)
{
	struct err e = ERR_INIT;
	struct store *st = try_open(path, STORE_WRITE, &e);

	(void)parent;
	if (st == NULL || !add_and_save(st, 1, &e))
		return 1;
	raise(SIGKILL);
	return 2;
}

static void
test_read_only_place(void)
{
	static const char *const what[] = {
		[NO_LOG] = "no log: the file alone",
		[FULL_LOG] = "a log with its index: both",
		[LOG_WITHOUT_INDEX] = "a log without its index: refused, never passed over",
		[EMPTY_LOG] = "an empty log",
	};

	for (size_t i = 0; i < countof(what); i++) {
		struct visit v = { .place = (enum place)i };
		char name[40], companion[48];
		const char *dir;
		struct err e = ERR_INIT;

		snprintf(name, sizeof(name), "place%zu", i);
		dir = scratch_path(name);
		mkdir(dir, 0755);
		snprintf(name, sizeof(name), "place%zu/db%%20?#", i);
		v.path = make(name);
		if (v.place == FULL_LOG || v.place == LOG_WITHOUT_INDEX) {
			is_int(child_status(leave_log, (void *)(uintptr_t)v.path), 128 + SIGKILL,
				"a log is left");
		} else {
			struct store *st = try_open(v.path, STORE_WRITE, &e);

			ok(st != NULL && add_and_save(st, 1, &e), "a change, moved into the file");
			store_close(st);
		}
		chmod(v.path, 0444);
		snprintf(companion, sizeof(companion), "%s-wal", name);
		chmod(scratch_path(companion), 0444);
		if (v.place == NO_LOG)
			unlink(scratch_path(companion));
		snprintf(companion, sizeof(companion), "%s-shm", name);
		chmod(scratch_path(companion), 0444);
		if (v.place == LOG_WITHOUT_INDEX)
			unlink(scratch_path(companion));
		chmod(dir, 0555);
		is_int(child_status(visitor, &v), 0, "%s", what[i]);
	}
}

int
main(void)
{
	/* First what forks. */
	test_create_race();
	test_read_only_place();

	test_create();
	test_create_identity();
	test_create_refusals();
	test_name_taken_late();
	test_open_refusals();
	test_open_versions();
	test_open_damaged();
	test_links();
	return done();
}
