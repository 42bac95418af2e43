/* Merging: bounded work in each transaction, few runs, and nothing lost wherever it is cut off. */
#include "store/dedup_merge.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store/stmt.h"
#include "tests/unit/dedup_oracle.h"
#include "tests/unit/scratch.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define LONGEST 40000
#define CLASSES 20

static struct dedup_entry batch[LONGEST];

static unsigned
class_of(int64_t n)
{
	unsigned c = 0;

	for (int64_t end = DEDUP_SMALL; n >= end; end *= 8)
		c++;
	return c;
}

/* ---- what a transaction does ---- */

struct watch {
	struct store *st;
	struct dedup *d;
	struct sweep seed;
	uint32_t batch;
	int64_t added;        /* entries, in all */
	int64_t moved;        /* likewise, by merges that last */
	int64_t most_beyond;  /* the share that a merge was to have, in one transaction */
	unsigned most_merges; /* of a class at a time */
	unsigned most_runs;
	unsigned most_waiting; /* whole, and not being merged */
	int most_changes;      /* rows, in a transaction that added one entry */
};

struct before {
	int64_t id;
	uint64_t done;
};

static int64_t
entries_of(const struct dedup_run *r, uint64_t segments)
{
	return (int64_t)(segments * (uint64_t)r->n / r->segments);
}

static void
count_classes(struct watch *w)
{
	unsigned merges[CLASSES] = { 0 }, runs[CLASSES] = { 0 }, waiting[CLASSES] = { 0 };

	for (size_t i = 0; i < w->d->nruns; i++) {
		const struct dedup_run *r = w->d->runs[i];
		unsigned c = class_of(r->n);

		if (r->done < r->segments) {
			/* Its sources are of the class below. */
			w->most_merges = ++merges[c] > w->most_merges ? merges[c] : w->most_merges;
			continue;
		}
		w->most_runs = ++runs[c] > w->most_runs ? runs[c] : w->most_runs;
		waiting[c] += r->target == NULL;
		w->most_waiting = waiting[c] > w->most_waiting ? waiting[c] : w->most_waiting;
	}
}

static void
count_moves(struct watch *w, size_t n, const struct before *before, size_t nbefore)
{
	int64_t share = 2 * n > DEDUP_LEAST ? 2 * (int64_t)n : DEDUP_LEAST;

	for (size_t i = 0; i < w->d->nruns; i++) {
		const struct dedup_run *r = w->d->runs[i];
		uint64_t from = 0;
		int64_t moved;

		for (size_t k = 0; k < nbefore; k++)
			if (before[k].id == r->id)
				from = before[k].done;
		moved = entries_of(r, r->done - from);
		w->moved += moved;
		if (moved - share > w->most_beyond)
			w->most_beyond = moved - share;
	}
}

/* What was added itself is whole from the start. */
static size_t
note_before(const struct watch *w, size_t n, struct before *before, size_t cap)
{
	size_t count = 0;

	for (size_t i = 0; i < w->d->nruns && count + 1 < cap; i++)
		before[count++] = (struct before){ w->d->runs[i]->id, w->d->runs[i]->done };
	if (n > 0)
		before[count++] = (struct before){
			.id = w->d->nruns == 0 ? 1 : w->d->runs[w->d->nruns - 1]->id + 1,
			.done = dedup_segments(n),
		};
	return count;
}

static bool
add_watched(struct watch *w, size_t n)
{
	struct before before[1000];
	struct err e = ERR_INIT;
	size_t nbefore;
	int changes;
	bool sound;

	fresh_entries(&w->seed, ++w->batch, batch, n);
	sound = store_begin(w->st, &e) && dedup_refresh(w->d, &e);
	nbefore = note_before(w, n, before, countof(before));
	changes = sqlite3_total_changes(store_sqlite(w->st));
	sound = sound && dedup_add(w->d, batch, n, &e);
	changes = sqlite3_total_changes(store_sqlite(w->st)) - changes;
	sound = store_save(w->st, &e) && sound;
	w->added += (int64_t)n;
	if (n <= 1 && changes > w->most_changes)
		w->most_changes = changes;
	count_moves(w, n, before, nbefore);
	count_classes(w);
	if (!sound)
		note("%s: %s", e.code, e.text);
	return sound;
}

static struct watch
watch_new(const char *name, uint64_t seed)
{
	struct watch w = { .st = open_store(make(name), STORE_WRITE) };

	w.d = dedup_open(w.st, DEDUP_STORED);
	w.seed = sweep_start(name, seed);
	return w;
}

static void
watch_end(struct watch *w)
{
	note("%lld added, %lld moved; at most %u merges and %u runs of a class",
		(long long)w->added, (long long)w->moved, w->most_merges, w->most_runs);
	dedup_close(w->d);
	store_close(w->st);
}

/* ---- bounds ---- */

static bool
is_merging(const struct dedup *d)
{
	for (size_t i = 0; i < d->nruns; i++)
		if (d->runs[i]->target != NULL)
			return true;
	return false;
}

static void
test_alike(void)
{
	struct watch w = watch_new("alike", 20250331);
	bool sound = true;

	for (int i = 0; i < 80 && sound; i++)
		sound = add_watched(&w, 9000 + sweep_below(&w.seed, 9000));
	ok(sound, "80 batches of like size");
	ok(w.most_merges == 1, "a class has one merge at a time");
	ok(w.most_waiting <= 8, "which is over before eight more runs wait");
	ok(w.most_beyond <= (int64_t)2 * DEDUP_SEGMENT_ENTRIES,
		"a merge takes no more than its share and the segment it ends in");
	ok(w.moved <= 2 * w.added, "each entry is moved once for each class");
	ok(w.moved > w.added / 2, "or is about to be");
	watch_end(&w);
}

/* The other way round than is good: many large ones, then small ones, over and over. */
static void
test_unlike(void)
{
	struct watch w = watch_new("unlike", 20250332);
	bool sound = true;

	for (int i = 0; i < 8 && sound; i++) {
		for (int k = 0; k < 8 && sound; k++)
			sound = add_watched(&w, i % 4 == 0 ? LONGEST : 8000);
		for (int k = 0; k < 20 && sound; k++)
			sound = add_watched(&w,
				i % 2 == 0 ? 8192 : 1024 + sweep_below(&w.seed, 100));
	}
	ok(sound, "batches of all sizes");
	ok(w.most_merges > 1 && w.most_merges <= 9, "a class has few merges");
	ok(w.most_runs <= 79, "and few runs");
	ok(w.most_beyond <= (int64_t)2 * DEDUP_SEGMENT_ENTRIES, "none takes more than its share");
	watch_end(&w);
}

static void
test_trickle(void)
{
	struct watch w = watch_new("trickle", 20250333);
	struct dedup_stats stats;
	struct err e = ERR_INIT;
	bool sound = true;

	for (int i = 0; i < 8 && sound; i++)
		sound = add_watched(&w, LONGEST);
	for (int i = 0; i < 120 && sound; i++)
		sound = add_watched(&w, 1);
	ok(sound, "large batches, then one event at a time");
	/* Eight sources lose up to three segments each more than come of them. */
	ok(w.most_changes <= 80, "one event changes %d rows at most", w.most_changes);
	for (int i = 0; i < 40 && sound; i++)
		sound = add_watched(&w, 0);
	ok(!is_merging(w.d), "what began comes to its end");
	store_read_begin(w.st, &e);
	ok(sound && dedup_stats(w.d, &stats, &e), "even with nothing added");
	store_read_end(w.st);
	is_int(stats.entries, 8 * LONGEST + 120, "all are there");
	ok(stats.runs < 16, "in %lld runs", (long long)stats.runs);
	watch_end(&w);
}

/* ---- cut off ---- */

static char *
read_file(const char *path, size_t *n)
{
	long long size = scratch_size(path);
	char *p = malloc(size > 0 ? (size_t)size : 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*n = 0;
	while (fd >= 0 && (long long)*n < size) {
		ssize_t got = read(fd, p + *n, (size_t)size - *n);

		if (got <= 0)
			break;
		*n += (size_t)got;
	}
	close(fd);
	return p;
}

/* The files as they lie: all that is left when the program is gone. */
static const char *
copy_files(const char *path, const char *name)
{
	static const char *const suffixes[] = { "", "-wal" };
	const char *copy = scratch_path(name);

	for (size_t i = 0; i < countof(suffixes); i++) {
		char from[300], to[300];
		size_t n;
		char *p;

		snprintf(from, sizeof(from), "%s%s", path, suffixes[i]);
		snprintf(to, sizeof(to), "%s%s", copy, suffixes[i]);
		p = read_file(from, &n);
		scratch_write(to, p, n);
		free(p);
	}
	return copy;
}

/* What was saved is there, no more; and from there it goes on like any other. */
static bool
goes_on(const char *path, const struct oracle *saved, uint64_t seed)
{
	struct store *st = open_store(path, STORE_WRITE);
	struct dedup *d = dedup_open(st, DEDUP_STORED);
	struct oracle o = { .p = NULL };
	struct sweep s = { seed };
	struct err e = ERR_INIT;
	bool sound;

	o.p = mem_realloc(NULL, saved->n + 1, sizeof(*o.p));
	o.cap = saved->n + 1;
	memcpy(o.p, saved->p, saved->n * sizeof(*o.p));
	o.n = saved->n;
	sound = store_begin(st, &e) && oracle_agrees_on_all(&o, d, &e);
	for (uint32_t i = 0; i < 9 && sound; i++) {
		fresh_entries(&s, 1000 + i, batch, 2000);
		sound = oracle_add(&o, d, batch, 2000, &e);
	}
	sound = sound && oracle_agrees(&o, d, &s, 1000, &e) && oracle_agrees_on_all(&o, d, &e);
	sound = store_save(st, &e) && sound;
	dedup_close(d);
	store_close(st);
	oracle_release(&o);
	return sound;
}

static void
test_cut_off(void)
{
	const char *path = make("cut");
	struct store *st = open_store(path, STORE_WRITE);
	struct dedup *d = dedup_open(st, DEDUP_STORED);
	struct sweep seed = sweep_start("cut off", 20250334);
	struct oracle o = { .p = NULL };
	struct err e = ERR_INIT;
	unsigned merging = 0;
	bool sound = true, open_sound = true, saved_sound = true;

	/* So little that a transaction is written before it is saved. */
	sqlite3_exec(store_sqlite(st), "PRAGMA cache_size = 10", NULL, NULL, NULL);
	for (uint32_t i = 0; i < 40 && sound; i++) {
		size_t before = o.n;
		char name[20];

		fresh_entries(&seed, i + 1, batch, 3000);
		sound = store_begin(st, &e) && oracle_add(&o, d, batch, 3000, &e);
		merging += is_merging(d);
		if (i % 4 == 3) {
			struct oracle earlier = o;

			earlier.n = before;
			snprintf(name, sizeof(name), "open%u", i);
			open_sound = open_sound && goes_on(copy_files(path, name), &earlier, i);
		}
		sound = store_save(st, &e) && sound;
		if (i % 4 == 1) {
			snprintf(name, sizeof(name), "saved%u", i);
			saved_sound = saved_sound && goes_on(copy_files(path, name), &o, i);
		}
	}
	ok(sound && merging > 5, "%u transactions ended within a merge", merging);
	ok(open_sound, "cut off inside a transaction, the ones before are there");
	ok(saved_sound, "after one, all are");
	dedup_close(d);
	store_close(st);
	oracle_release(&o);
}

int
main(void)
{
	test_alike();
	test_unlike();
	test_trickle();
	test_cut_off();
	return done();
}
