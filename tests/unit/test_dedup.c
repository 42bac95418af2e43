/* Deduplication: what was added is found, whatever happened in between, and nothing else. */
#include "store/dedup.h"

#include <stdio.h>

#include "store/dedup_cache.h"
#include "tests/unit/dedup_oracle.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define LONGEST ((size_t)30000)

static struct dedup_entry batch[LONGEST];

/* A connection and its deduplication. */
struct side {
	struct store *st;
	struct dedup *d;
};

static struct side
side_open(const char *path, enum store_mode mode)
{
	struct side s = { .st = open_store(path, mode) };

	s.d = dedup_open(s.st, DEDUP_STORED);
	return s;
}

static void
side_close(struct side *s)
{
	dedup_close(s->d);
	store_close(s->st);
}

static bool
agrees_on_all(struct side *s, struct oracle *o)
{
	struct err e = ERR_INIT;
	bool same = store_read_begin(s->st, &e) && oracle_agrees_on_all(o, s->d, &e);

	store_read_end(s->st);
	return same;
}

/* ---- random histories ---- */

static size_t
some_size(struct sweep *seed)
{
	switch (sweep_below(seed, 8)) {
	case 0:
		return 0;
	case 1:
	case 2:
		return 1;
	case 3:
		return 1 + sweep_below(seed, 10);
	case 4:
	case 5:
		return 1 + sweep_below(seed, 700);
	case 6:
		return 1 + sweep_below(seed, 3000);
	default:
		return 1 + sweep_below(seed, sweep_below(seed, 6) == 0 ? LONGEST : 3000);
	}
}

/* Some of the batch are there already: texts of one hash, and one key twice. */
static void
some_batch(const struct oracle *o, struct sweep *seed, uint32_t number, size_t n)
{
	fresh_entries(seed, number, batch, n);
	for (size_t i = 0; i < n && o->n > 0; i++) {
		if (sweep_below(seed, 50) != 0)
			continue;
		batch[i] = sweep_below(seed, 3) == 0 ? batch[sweep_below(seed, n)] :
						       o->p[sweep_below(seed, o->n)];
		batch[i].content = sweep_next(seed);
		batch[i].batch = number;
	}
	sort_entries(batch, n);
}

/* One transaction: looked up, added, perhaps more than once; saved or undone. */
static bool
transact(struct side *s, struct oracle *o, struct sweep *seed, uint32_t number)
{
	struct err e = ERR_INIT;
	size_t before = o->n;
	bool sound = store_begin(s->st, &e);

	for (uint64_t k = 1 + sweep_below(seed, 8) / 6; k > 0 && sound; k--) {
		size_t n = some_size(seed);

		sound = oracle_agrees(o, s->d, seed, 200, &e);
		some_batch(o, seed, number, n);
		sound = sound && oracle_add(o, s->d, batch, n, &e) &&
			(sweep_below(seed, 4) != 0 || oracle_agrees(o, s->d, seed, 200, &e));
	}
	if (!sound)
		note("%s: %s", e.code, e.text);
	if (sweep_below(seed, 6) == 0) {
		store_undo(s->st);
		dedup_forget(s->d);
		oracle_cut(o, before);
		return sound;
	}
	return store_save(s->st, &e) && sound;
}

static void
reopen(struct side *s, const char *path, size_t limit)
{
	side_close(s);
	*s = side_open(path, STORE_WRITE);
	s->d->limit = limit;
}

/* Two connections by turns; what they may keep differs. */
static void
test_history(uint64_t number, const char *what, size_t limit, int rounds)
{
	const char *path = make(what);
	struct sweep seed = sweep_start(what, number);
	struct side sides[2] = { side_open(path, STORE_WRITE), side_open(path, STORE_WRITE) };
	struct oracle o = { .p = NULL };
	bool sound = true;

	sides[0].d->limit = limit;
	for (int i = 0; i < rounds && sound; i++) {
		struct side *s = &sides[sweep_below(&seed, 3) == 0];

		sound = transact(s, &o, &seed, (uint32_t)i + 1);
		if (sweep_below(&seed, 20) == 0)
			reopen(s, path, limit);
		if (sweep_below(&seed, 10) == 0)
			sound = sound && agrees_on_all(&sides[sweep_below(&seed, 2)], &o);
		sound = sound && s->d->kept <= s->d->limit;
	}
	ok(sound, "%s: %zu entries are found, and no others", what, o.n);
	ok(agrees_on_all(&sides[0], &o), "all of them, on one side");
	ok(agrees_on_all(&sides[1], &o), "and on the other");
	side_close(&sides[0]);
	side_close(&sides[1]);
	oracle_release(&o);
}

static void
test_histories(void)
{
	test_history(20250321, "all kept", DEDUP_CACHE_BYTES, 150);
	test_history(20250322, "nothing kept", 0, 60);
	test_history(20250323, "little kept", 60000, 150);
}

/* ---- sizes ---- */

/* n runs of one size, one in each transaction. */
static void
test_runs(size_t size, int runs)
{
	char name[40];
	struct sweep seed;
	struct side s;
	struct oracle o = { .p = NULL };
	struct err e = ERR_INIT;
	bool sound = true;

	snprintf(name, sizeof(name), "%d runs of %zu", runs, size);
	s = side_open(make(name), STORE_WRITE);
	seed = sweep_start(name, 20250324 + size);
	for (int i = 0; i < runs && sound; i++) {
		fresh_entries(&seed, (uint32_t)i + 1, batch, size);
		sound = store_begin(s.st, &e) && oracle_add(&o, s.d, batch, size, &e) &&
			oracle_agrees(&o, s.d, &seed, 8, &e);
		sound = store_save(s.st, &e) && sound;
		/* Eight, their squares and cubes, and what stands around them. */
		if ((i & (i + 1)) == 0 || (i & (i - 1)) == 0)
			sound = sound && agrees_on_all(&s, &o);
	}
	ok(sound, "%s", name);
	ok(agrees_on_all(&s, &o), "in the end too");
	side_close(&s);
	oracle_release(&o);
}

/* ---- the first things ---- */

static bool
stop_at_third(void *ctx, size_t i, const struct dedup_entry *stored)
{
	(void)i;
	(void)stored;
	return ++*(int *)ctx < 3;
}

static bool
stop_visit_at_third(void *ctx, const struct dedup_entry *entry)
{
	return stop_at_third(ctx, 0, entry);
}

static void
test_first(void)
{
	struct side s = side_open(make("first"), STORE_WRITE);
	struct sweep seed = sweep_start("first", 20250325);
	struct oracle o = { .p = NULL };
	struct dedup_stats stats;
	struct err e = ERR_INIT;
	int calls = 0;

	ok(agrees_on_all(&s, &o), "nothing is there at first");
	ok(store_begin(s.st, &e) && oracle_agrees(&o, s.d, &seed, 100, &e), "or found");
	ok(oracle_add(&o, s.d, batch, 0, &e), "nothing is added");
	ok(dedup_stats(s.d, &stats, &e), "and counted");
	ok(stats.entries == 0 && stats.runs == 0 && stats.segments == 0, "as nothing");
	fresh_entries(&seed, 1, batch, 2000);
	ok(oracle_add(&o, s.d, batch, 2000, &e) && store_save(s.st, &e), "2,000 are added");
	store_read_begin(s.st, &e);
	ok(oracle_agrees(&o, s.d, &seed, 0, &e), "no key has no entry");
	ok(dedup_stats(s.d, &stats, &e), "they are counted");
	is_int(stats.entries, 2000, "all");
	is_int(stats.runs, 1, "as one run");
	is_int(stats.segments, 3, "of three segments");
	ok(dedup_find(s.d, batch, 2000, stop_at_third, &calls, &e), "a hit that wants no more");
	is_int(calls, 3, "gets no more");
	calls = 0;
	ok(dedup_all(s.d, stop_visit_at_third, &calls, &e), "a visit likewise");
	is_int(calls, 3, "gets no more");
	store_read_end(s.st);
	side_close(&s);
	oracle_release(&o);
	dedup_close(NULL);
}

/* Two texts of one hash: both stay, side by side, through all merges. */
static void
test_collisions(void)
{
	struct side s = side_open(make("collisions"), STORE_WRITE);
	struct sweep seed = sweep_start("collisions", 20250326);
	struct oracle o = { .p = NULL };
	struct err e = ERR_INIT;
	struct dedup_entry twin;
	bool sound = true;

	fresh_entries(&seed, 1, &twin, 1);
	twin.hashed = 1;
	for (uint32_t i = 1; i <= 40 && sound; i++) {
		fresh_entries(&seed, i, batch, 1500);
		batch[0] = batch[1] = twin;
		batch[0].content = i;
		batch[0].batch = batch[1].batch = i;
		sort_entries(batch, 1500);
		sound = store_begin(s.st, &e) && oracle_add(&o, s.d, batch, 1500, &e) &&
			oracle_agrees(&o, s.d, &seed, 50, &e);
		sound = store_save(s.st, &e) && sound;
	}
	ok(sound, "one key in each batch, twice");
	ok(agrees_on_all(&s, &o), "stays as often as it came");
	side_close(&s);
	oracle_release(&o);
}

/* One key, keys of one print, keys of one bucket, any keys. */
static uint64_t
pile(uint32_t i, uint64_t hi)
{
	switch (i % 5) {
	case 0:
		return UINT64_MAX;
	case 1:
		return 5;
	case 2:
		return hi >> 40;
	case 3:
		return hi >> 14;
	default:
		return hi;
	}
}

/* Keys that somebody piled up cost time and nothing else. */
static void
test_piles(void)
{
	struct side s = side_open(make("piles"), STORE_WRITE);
	struct sweep seed = sweep_start("piles", 20250327);
	struct oracle o = { .p = NULL };
	struct err e = ERR_INIT;
	bool sound = true;

	for (uint32_t i = 1; i <= 20 && sound; i++) {
		fresh_entries(&seed, i, batch, 3000);
		for (size_t k = 0; k < 3000; k++)
			batch[k].hi = pile(i, batch[k].hi);
		sort_entries(batch, 3000);
		sound = store_begin(s.st, &e) && oracle_add(&o, s.d, batch, 3000, &e) &&
			oracle_agrees(&o, s.d, &seed, 50, &e);
		sound = store_save(s.st, &e) && sound;
	}
	ok(sound, "keys all in a few places are found");
	ok(agrees_on_all(&s, &o), "and all there");
	side_close(&s);
	oracle_release(&o);
}

/* ---- filters ---- */

static bool
no_hit(void *ctx, size_t i, const struct dedup_entry *stored)
{
	(void)i;
	(void)stored;
	++*(size_t *)ctx;
	return true;
}

/* Whether the filter, which is kept, lets a key pass. */
static bool
passes(const struct dedup_run *r, const struct dedup_entry *key)
{
	struct dedup_place at = dedup_place(key->hi, r->segments);
	const struct dedup_filter *f = r->slots[at.segment].filter;

	for (uint32_t j = f->start[at.bucket]; j < f->start[at.bucket + 1]; j++)
		if (f->prints[j] == at.print)
			return true;
	return false;
}

/* Room for all filters, and not much more: rows that are kept first give way. */
static void
test_room(struct side *s, struct sweep *seed)
{
	struct err e = ERR_INIT;
	const struct dedup_run *r;
	size_t hits = 0, filters = 0;

	fresh_entries(seed, 2, batch, LONGEST);
	store_begin(s->st, &e);
	ok(dedup_add(s->d, batch, LONGEST, &e) && store_save(s->st, &e), "%zu more", LONGEST);
	dedup_forget(s->d);
	s->d->limit = LONGEST * 8;
	store_read_begin(s->st, &e);
	ok(dedup_find(s->d, batch, LONGEST, no_hit, &hits, &e), "all looked up");
	is_int((int64_t)hits, (int64_t)LONGEST, "and found");
	r = s->d->runs[1];
	for (size_t i = 0; i < r->segments; i++)
		filters += r->slots[i].filter != NULL;
	is_int((int64_t)filters, (int64_t)r->segments, "each filter has been kept");
	ok(s->d->kept <= s->d->limit, "within the limit");
	store_read_end(s->st);
}

/* Six prints of 16 bits in a bucket: one of 11,000 keys has one by chance. */
static void
test_filters(void)
{
	struct side s = side_open(make("filters"), STORE_WRITE);
	struct sweep seed = sweep_start("filters", 20250329);
	struct err e = ERR_INIT;
	size_t passed = 0, hits = 0, rows = 0;

	fresh_entries(&seed, 1, batch, LONGEST);
	store_begin(s.st, &e);
	ok(dedup_add(s.d, batch, LONGEST, &e) && store_save(s.st, &e), "%zu entries", LONGEST);
	dedup_forget(s.d);
	store_read_begin(s.st, &e);
	for (int i = 0; i < 8; i++) {
		fresh_entries(&seed, 0, batch, LONGEST);
		ok(dedup_find(s.d, batch, LONGEST, no_hit, &hits, &e), "as many others");
		for (size_t k = 0; k < LONGEST; k++)
			passed += passes(s.d->runs[0], &batch[k]);
	}
	is_int((int64_t)hits, 0, "none of which is found");
	ok(passed > 2 && passed < 60, "%zu of %zu passed the filters", passed, 8 * LONGEST);
	for (size_t i = 0; i < s.d->runs[0]->segments; i++)
		rows += s.d->runs[0]->slots[i].rows != NULL;
	ok(rows <= passed, "and had %zu segments read", rows);
	store_read_end(s.st);
	test_room(&s, &seed);
	side_close(&s);
}

/* ---- rehearsals ---- */

static void
test_rehearsal(void)
{
	const char *path = make("rehearsal");
	struct side s = side_open(path, STORE_WRITE), reader;
	struct sweep seed = sweep_start("rehearsal", 20250328);
	struct oracle stored = { .p = NULL }, rehearsed = { .p = NULL };
	struct dedup *d;
	struct err e = ERR_INIT;
	bool sound = true;

	fresh_entries(&seed, 1, batch, 5000);
	store_begin(s.st, &e);
	oracle_add(&stored, s.d, batch, 5000, &e);
	ok(store_save(s.st, &e), "5,000 are stored");
	side_close(&s);

	reader = side_open(path, STORE_READ);
	d = dedup_open(reader.st, DEDUP_REHEARSED);
	store_read_begin(reader.st, &e);
	ok(oracle_agrees(&rehearsed, d, &seed, 50, &e), "a rehearsal begins with nothing");
	store_read_end(reader.st);
	/* The tables went with the snapshot that they were made in. */
	dedup_forget(d);
	for (uint32_t i = 1; i <= 30 && sound; i++) {
		fresh_entries(&seed, i, batch, 700);
		sound = oracle_add(&rehearsed, d, batch, 700, &e) &&
			oracle_agrees(&rehearsed, d, &seed, 50, &e) &&
			oracle_agrees(&stored, reader.d, &seed, 50, &e);
	}
	ok(sound, "what is rehearsed is found there, what is stored here");
	ok(oracle_agrees_on_all(&rehearsed, d, &e), "all of it");
	ok(agrees_on_all(&reader, &stored), "and all that is stored, which is as before");
	dedup_close(d);

	side_close(&reader);

	reader = side_open(path, STORE_READ);
	d = dedup_open(reader.st, DEDUP_REHEARSED);
	oracle_cut(&rehearsed, 0);
	ok(oracle_agrees_on_all(&rehearsed, d, &e), "another connection knows nothing of it");
	dedup_close(d);
	side_close(&reader);
	oracle_release(&stored);
	oracle_release(&rehearsed);
}

int
main(void)
{
	test_first();
	test_histories();
	test_runs(1, 600);
	test_runs(300, 130);
	test_runs(1500, 80);
	test_collisions();
	test_piles();
	test_filters();
	test_rehearsal();
	return done();
}
