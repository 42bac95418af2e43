/* Damage of the tables of deduplication is seen, when it is looked for and when it matters. */
#include "store/dedup.h"

#include <limits.h>
#include <stdio.h>

#include <sqlite3.h>

#include "tests/unit/dedup_oracle.h"
#include "tests/unit/scratch.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct dedup_entry batch[4000];

/* A database with a whole run and one that is being merged. */
static const char *
make_merging(struct oracle *o)
{
	const char *path = make("merging");
	struct store *st = open_store(path, STORE_WRITE);
	struct dedup *d = dedup_open(st, DEDUP_STORED);
	struct sweep seed = sweep_start("merging", 20250335);
	struct err e = ERR_INIT;

	for (uint32_t i = 0; i < 9; i++) {
		fresh_entries(&seed, i + 1, batch, 4000);
		store_begin(st, &e);
		oracle_add(o, d, batch, 4000, &e);
		store_save(st, &e);
	}
	is_int(ask(st, "SELECT count(*) FROM dedup_run WHERE merged_into = 9"), 8,
		"nine runs, eight of them being merged");
	dedup_close(d);
	store_close(st);
	sort_entries(o->p, o->n);
	return path;
}

static bool
any_hit(void *ctx, size_t i, const struct dedup_entry *stored)
{
	(void)ctx;
	(void)i;
	(void)stored;
	return true;
}

static bool
any_visit(void *ctx, const struct dedup_entry *entry)
{
	(void)ctx;
	(void)entry;
	return true;
}

/* all: looking up everything finds it too, without having been asked for a check. */
static void
is_damaged(const char *path, const struct oracle *o, bool all, const char *what)
{
	struct store *st = open_store(path, STORE_WRITE);
	struct dedup *d = dedup_open(st, DEDUP_STORED);
	struct err e = ERR_INIT;

	store_begin(st, &e);
	is_refused(dedup_all(d, any_visit, NULL, &e), &e, ERR_FATAL, "db_damaged", what);
	err_clear(&e);
	if (all)
		is_refused(dedup_find(d, o->p, o->n, any_hit, NULL, &e), &e, ERR_FATAL,
			"db_damaged", "looking up");
	store_undo(st);
	dedup_close(d);
	store_close(st);
}

static void
flip(const char *path, const char *column, int64_t k, int at)
{
	sqlite3 *db = NULL;
	sqlite3_blob *blob = NULL;
	char byte = 0;

	sqlite3_open(path, &db);
	ok(sqlite3_blob_open(db, "main", "dedup_segment", column, k, 1, &blob) == SQLITE_OK &&
			sqlite3_blob_read(blob, &byte, 1, at) == SQLITE_OK,
		"byte %d of %s of %lld", at, column, (long long)k);
	byte ^= 4;
	sqlite3_blob_write(blob, &byte, 1, at);
	sqlite3_blob_close(blob);
	sqlite3_close(db);
}

static void
test_damage(const char *merging, const struct oracle *o)
{
	static const struct {
		const char *sql;
		const char *what;
		bool all;
	} cases[] = {
		{ "DELETE FROM dedup_segment WHERE k = (SELECT max(k) FROM dedup_segment)",
			"a segment that is not there", true },
		{ "DELETE FROM dedup_segment WHERE k = (SELECT k_min FROM dedup_run WHERE done <"
		  " segments)",
			"one of the run being merged", true },
		{ "INSERT INTO dedup_segment SELECT max(k) + 1, filter, entries FROM dedup_segment",
			"a segment of no run", false },
		{ "UPDATE dedup_run SET n = n + 1 WHERE id = 9", "a run of fewer entries", true },
		{ "UPDATE dedup_run SET n = n + 1 WHERE id = 10", "a whole one of fewer entries",
			false },
		{ "UPDATE dedup_run SET segments = segments + 1 WHERE done < segments",
			"another number of segments", true },
		{ "UPDATE dedup_run SET k_min = k_min + 1 WHERE done < segments",
			"segments from another number on", true },
		{ "UPDATE dedup_run SET done = done - 1 WHERE done < segments",
			"less merged than was", false },
		{ "UPDATE dedup_run SET done = done + 1 WHERE done < segments",
			"more merged than was", true },
		{ "UPDATE dedup_run SET done = segments WHERE done < segments",
			"a run that is whole, with those it is made of", true },
		{ "UPDATE dedup_run SET merged_into = NULL WHERE id = 3", "a source that is none",
			true },
		{ "UPDATE dedup_run SET done = done - 1 WHERE id = 10",
			"a run that is not whole, and of nothing", true },
		{ "UPDATE dedup_run SET merged_into = 11 WHERE id = 3",
			"a target that is not there", true },
		{ "DELETE FROM dedup_run WHERE id = 2", "a run that is not there", true },
		{ "PRAGMA ignore_check_constraints = 1; UPDATE dedup_run SET n = 0 WHERE id = 10",
			"a run of nothing", true },
		{ "PRAGMA ignore_check_constraints = 1; UPDATE dedup_run SET segments = n + 1"
		  " WHERE id = 10",
			"more segments than entries", true },
		{ "PRAGMA ignore_check_constraints = 1; UPDATE dedup_run SET merged_into = 1"
		  " WHERE id = 10",
			"a target older than its source", true },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		char name[20];
		const char *path;

		snprintf(name, sizeof(name), "damage%zu", i);
		path = scratch_path(name);
		copy_bytes(merging, path, LLONG_MAX, -1);
		meddle(path, cases[i].sql);
		is_damaged(path, o, cases[i].all, cases[i].what);
	}
}

static void
test_flips(const char *merging, const struct oracle *o)
{
	static const struct {
		const char *column;
		int at;
	} flips[] = { { "filter", 0 }, { "filter", 9 }, { "filter", 1000 }, { "entries", 3 },
		{ "entries", 20 }, { "entries", 5000 } };

	for (size_t i = 0; i < countof(flips); i++) {
		char name[20];
		const char *path;

		snprintf(name, sizeof(name), "flip%zu", i);
		path = scratch_path(name);
		copy_bytes(merging, path, LLONG_MAX, -1);
		flip(path, flips[i].column, (int64_t)(60 + i), flips[i].at);
		is_damaged(path, o, true, "that byte");
	}
}

/* What is kept of a run is of no use when the run is another. */
static void
test_behind_its_back(const char *merging, const struct oracle *o)
{
	static const char sql[] = "UPDATE dedup_run SET k_min = k_min + 1 WHERE id = 10";
	const char *path = scratch_path("behind");
	struct store *st;
	struct dedup *d;
	struct err e = ERR_INIT;

	copy_bytes(merging, path, LLONG_MAX, -1);
	st = open_store(path, STORE_READ);
	d = dedup_open(st, DEDUP_STORED);
	store_read_begin(st, &e);
	ok(dedup_find(d, o->p, o->n, any_hit, NULL, &e), "everything is looked up");
	store_read_end(st);
	meddle(path, sql);
	store_read_begin(st, &e);
	is_refused(dedup_find(d, o->p, o->n, any_hit, NULL, &e), &e, ERR_FATAL, "db_damaged",
		"a run that was changed meanwhile");
	store_read_end(st);
	dedup_close(d);
	store_close(st);
}

int
main(void)
{
	struct oracle o = { .p = NULL };
	const char *merging = make_merging(&o);

	test_damage(merging, &o);
	test_flips(merging, &o);
	test_behind_its_back(merging, &o);
	oracle_release(&o);
	return done();
}
