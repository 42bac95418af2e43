#include "tests/unit/dedup_oracle.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/tap.h"

static int
by_entry(const void *a, const void *b)
{
	const struct dedup_entry *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->hashed != y->hashed)
		return x->hashed < y->hashed ? -1 : 1;
	if (x->batch != y->batch)
		return x->batch < y->batch ? -1 : 1;
	return x->content < y->content ? -1 : x->content > y->content;
}

void
sort_entries(struct dedup_entry *p, size_t n)
{
	qsort(p, n, sizeof(*p), by_entry);
}

void
oracle_release(struct oracle *o)
{
	free(o->p);
	free(o->sorted);
	*o = (struct oracle){ .p = NULL };
}

void
oracle_cut(struct oracle *o, size_t n)
{
	o->n = n;
	o->nsorted = 0;
}

/* What came since the last time goes in between what is sorted. */
static void
sort_all(struct oracle *o)
{
	size_t old = o->nsorted, more = o->n - old, a = 0, b = 0;
	struct dedup_entry *out, *tail;

	if (more == 0)
		return;
	out = mem_realloc(NULL, o->n, sizeof(*out));
	tail = mem_realloc(NULL, more, sizeof(*tail));
	memcpy(tail, o->p + old, more * sizeof(*tail));
	sort_entries(tail, more);
	for (size_t i = 0; i < o->n; i++) {
		bool new = a == old || (b < more && by_entry(&tail[b], &o->sorted[a]) < 0);

		out[i] = new ? tail[b++] : o->sorted[a++];
	}
	free(tail);
	free(o->sorted);
	o->sorted = out;
	o->nsorted = o->n;
}

void
fresh_entries(struct sweep *seed, uint32_t batch, struct dedup_entry *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (struct dedup_entry){
			.hi = sweep_next(seed),
			.lo = sweep_next(seed),
			.content = sweep_next(seed),
			.batch = batch,
			.hashed = (uint32_t)sweep_below(seed, 2),
		};
	sort_entries(p, n);
}

bool
oracle_add(struct oracle *o, struct dedup *d, const struct dedup_entry *p, size_t n, struct err *e)
{
	if (o->n + n > o->cap) {
		o->cap = 2 * (o->n + n);
		o->p = mem_realloc(o->p, o->cap, sizeof(*o->p));
	}
	if (n > 0)
		memcpy(o->p + o->n, p, n * sizeof(*p));
	o->n += n;
	return dedup_add(d, p, n, e);
}

/* ---- looking up ---- */

struct found {
	size_t i;
	struct dedup_entry entry;
};

struct hits {
	struct found *p;
	size_t n;
	size_t cap;
};

static int
by_key_and_entry(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->i != y->i)
		return x->i < y->i ? -1 : 1;
	return by_entry(&x->entry, &y->entry);
}

static bool
note_hit(void *ctx, size_t i, const struct dedup_entry *stored)
{
	struct hits *h = ctx;

	if (h->n == h->cap) {
		h->cap = h->cap == 0 ? 1024 : 2 * h->cap;
		h->p = mem_realloc(h->p, h->cap, sizeof(*h->p));
	}
	h->p[h->n++] = (struct found){ i, *stored };
	return true;
}

static bool
same_key(const struct dedup_entry *x, const struct dedup_entry *y)
{
	return x->hi == y->hi && x->lo == y->lo && x->hashed == y->hashed;
}

static void
some_keys(const struct oracle *o, struct sweep *seed, struct dedup_entry *keys, size_t n)
{
	fresh_entries(seed, 0, keys, n);
	for (size_t i = 0; i < n && o->n > 0; i++) {
		uint64_t kind = sweep_below(seed, 8);

		if (kind >= 4)
			continue;
		keys[i] = o->p[sweep_below(seed, o->n)];
		if (kind == 1)
			keys[i].hashed ^= 1;
		if (kind == 2)
			keys[i].lo ^= (uint64_t)1 << sweep_below(seed, 64);
		if (kind == 3)
			keys[i].hi ^= (uint64_t)1 << sweep_below(seed, 64);
		keys[i].content = keys[i].batch = 0;
	}
	sort_entries(keys, n);
}

static void
expect(struct oracle *o, const struct dedup_entry *keys, size_t n, struct hits *want)
{
	sort_all(o);
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = o->n;

		while (low < high) {
			size_t middle = (low + high) / 2;
			struct dedup_entry key = keys[i];

			key.batch = 0;
			key.content = 0;
			if (by_entry(&o->sorted[middle], &key) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < o->n && same_key(&o->sorted[low], &keys[i]); low++)
			note_hit(want, i, &o->sorted[low]);
	}
}

bool
oracle_agrees(struct oracle *o, struct dedup *d, struct sweep *seed, size_t n, struct err *e)
{
	struct dedup_entry *keys = mem_realloc(NULL, n + 1, sizeof(*keys));
	struct hits got = { .p = NULL }, want = { .p = NULL };
	bool same;

	some_keys(o, seed, keys, n);
	expect(o, keys, n, &want);
	same = dedup_find(d, keys, n, note_hit, &got, e);
	if (!same)
		note("%s: %s", e->code, e->text);
	if (same && got.n != want.n) {
		note("%zu hits, wanted %zu", got.n, want.n);
		same = false;
	}
	if (got.n > 0)
		qsort(got.p, got.n, sizeof(*got.p), by_key_and_entry);
	for (size_t i = 0; i < want.n && same; i++) {
		same = by_key_and_entry(&got.p[i], &want.p[i]) == 0;
		if (!same)
			note("another entry for key %zu", want.p[i].i);
	}
	free(keys);
	free(got.p);
	free(want.p);
	return same;
}

/* ---- everything ---- */

static bool
note_entry(void *ctx, const struct dedup_entry *entry)
{
	return note_hit(ctx, 0, entry);
}

bool
oracle_agrees_on_all(struct oracle *o, struct dedup *d, struct err *e)
{
	struct hits got = { .p = NULL };
	struct dedup_stats stats = { .entries = -1 };
	bool same = dedup_all(d, note_entry, &got, e) && dedup_stats(d, &stats, e);

	if (!same)
		note("%s: %s", e->code, e->text);
	if (same && (got.n != o->n || stats.entries != (int64_t)o->n)) {
		note("%zu entries, counted %lld, wanted %zu", got.n, (long long)stats.entries,
			o->n);
		same = false;
	}
	sort_all(o);
	if (got.n > 0)
		qsort(got.p, got.n, sizeof(*got.p), by_key_and_entry);
	for (size_t i = 0; i < o->n && same; i++)
		same = by_entry(&got.p[i].entry, &o->sorted[i]) == 0;
	free(got.p);
	return same;
}
