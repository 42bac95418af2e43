#include "store/dedup.h"

#include <assert.h>
#include <string.h>

#include "store/dedup_cache.h"

#include "base/banned.h"

/* Keys whose memory is on its way while others are looked at. */
#define GROUP 32

struct probe {
	size_t key; /* index in sorted */
	uint64_t segment;
	const struct dedup_filter *filter;
	uint32_t bucket;
	uint32_t start; /* of the bucket, and of the next */
	uint32_t end;
	uint16_t print;
};

struct finder {
	struct dedup *d;
	const struct dedup_entry *sorted;
	dedup_hit hit;
	void *ctx;
	struct err *e;
	bool stopped; /* by hit */
	struct dedup_run *run;
	struct probe probes[GROUP];
	size_t nprobes;
};

/* ---- one key ---- */

/* Eight prints at once, in whatever vectors the machine has. */
typedef uint16_t prints8 __attribute__((vector_size(16)));

static bool
window_has(const uint16_t *prints, uint16_t print)
{
	prints8 a, b, wanted = (prints8){ 0 } + print;
	uint64_t found[2];

	_Static_assert(DEDUP_WINDOW == 16, "two vectors");
	memcpy(&a, prints, sizeof(a));
	memcpy(&b, prints + 8, sizeof(b));
	a = (prints8)((a == wanted) | (b == wanted));
	memcpy(found, &a, sizeof(found));
	return (found[0] | found[1]) != 0;
}

/* The prints of the bucket, and some of the next ones: a yes is looked at again. */
static bool
bucket_has(const struct probe *p)
{
	for (uint32_t j = p->start; j < p->end; j += DEDUP_WINDOW)
		if (window_has(p->filter->prints + j, p->print))
			return true;
	return false;
}

static bool
look_up(struct finder *f, const struct probe *p)
{
	const struct dedup_entry *key = &f->sorted[p->key];
	const struct dedup_rows *rows = NULL;

	for (uint32_t j = p->start; j < p->end && !f->stopped; j++) {
		struct dedup_entry stored = *key;

		if (p->filter->prints[j] != p->print)
			continue;
		if (rows == NULL &&
			!dedup_rows_of(f->d, f->run, p->segment, p->filter, &rows, f->e))
			return false;
		if (!dedup_rows_match(rows, j, key))
			continue;
		dedup_rows_get(rows, j, &stored);
		f->stopped = !f->hit(f->ctx, p->key, &stored);
	}
	return true;
}

/* ---- a run ---- */

static bool
flush(struct finder *f)
{
	size_t n = f->nprobes;

	f->nprobes = 0;
	for (size_t i = 0; i < n; i++) {
		struct probe *p = &f->probes[i];

		p->start = p->filter->start[p->bucket];
		p->end = p->filter->start[p->bucket + 1];
		__builtin_prefetch(p->filter->prints + p->start);
	}
	for (size_t i = 0; i < n && !f->stopped; i++)
		if (bucket_has(&f->probes[i]) && !look_up(f, &f->probes[i]))
			return false;
	return true;
}

/* Keys [from, to), a segment at a time since they are sorted. */
static bool
find_in_run(struct finder *f, size_t from, size_t to)
{
	const struct dedup_filter *filter = NULL;
	uint64_t segment = 0;

	for (size_t i = from; i < to; i++) {
		struct dedup_place at = dedup_place(f->sorted[i].hi, f->run->segments);

		if (filter == NULL || at.segment != segment) {
			segment = at.segment;
			filter = f->run->slots[segment].filter;
			/* What is read may take the place of what was read. */
			if (filter == NULL &&
				(!flush(f) ||
					!dedup_filter_of(f->d, f->run, segment, &filter, f->e)))
				return false;
			assert(filter != NULL);
		}
		__builtin_prefetch(&filter->start[at.bucket]);
		f->probes[f->nprobes++] = (struct probe){
			.key = i,
			.segment = segment,
			.filter = filter,
			.bucket = at.bucket,
			.print = at.print,
		};
		if (f->nprobes == GROUP && !flush(f))
			return false;
		if (f->stopped)
			return true;
	}
	return flush(f);
}

/* Of sorted keys, the first for which the run counts, or counts no longer. */
static size_t
turn(const struct dedup_run *r, const struct dedup_entry *sorted, size_t n, bool counts)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (dedup_run_counts(r, sorted[middle].hi) == counts)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool
dedup_find(struct dedup *d, const struct dedup_entry *sorted, size_t n, dedup_hit hit, void *ctx,
	struct err *e)
{
	struct finder f = { .d = d, .sorted = sorted, .hit = hit, .ctx = ctx, .e = e };

	if (!dedup_refresh(d, e))
		return false;
	for (size_t i = 0; i < d->nruns && !f.stopped; i++) {
		struct dedup_run *r = d->runs[i];
		bool merged = r->target != NULL;
		size_t middle = turn(r, sorted, n, merged);

		f.run = r;
		/* A run that is merged counts above, all others below. */
		if (!find_in_run(&f, merged ? middle : 0, merged ? n : middle))
			return false;
	}
	return true;
}
