#include "engine/aggregate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/agg_number.h"

#include "base/banned.h"

/* A struct sum of one value, which is short or spilled, in half the room. */
struct sample {
	int64_t mantissa;
	const struct rat *spilled; /* NULL: mantissa and scale say it */
	unsigned scale;
};

/* The first in_order of them are; what came since stands behind. */
struct samples {
	struct sample *p;
	size_t n;
	size_t cap;
	size_t in_order;
};

static struct sum
number_of(const struct sample *s)
{
	struct sum x = { s->mantissa, s->scale, RAT_ZERO };

	if (s->spilled != NULL)
		x.spilled = *s->spilled;
	return x;
}

static int
by_size(const void *a, const void *b, void *scratch)
{
	struct sum x = number_of(a), y = number_of(b);
	int order = agg_number_cmp(&x, &y, scratch);

	if (((struct arena *)scratch)->block != NULL)
		arena_clear(scratch);
	return order;
}

static void
put(struct samples *s, struct arena *a, struct sample x)
{
	s->p = arena_grow(a, s->p, &s->cap, s->n + 1, sizeof(s->p[0]));
	s->p[s->n++] = x;
}

static bool
samples_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct sample s = { .spilled = NULL };
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	s.mantissa = x.mantissa;
	s.scale = x.scale;
	if (rat_sign(x.spilled) != 0) {
		struct rat *kept = ARENA_NEW(a, struct rat);

		*kept = rat_copy(a, x.spilled);
		s.spilled = kept;
	}
	put(state, a, s);
	return true;
}

static void
samples_feed_decimals(void *state, struct arena *a, const struct aggregate_decimals *d)
{
	for (size_t i = 0; i < d->n; i++)
		put(state, a,
			(struct sample){ .mantissa = d->mantissas[d->rows[i]], .scale = d->scale });
}

static void
samples_merge(void *state, struct arena *a, const void *later)
{
	const struct samples *l = later;

	for (size_t i = 0; i < l->n; i++)
		put(state, a, l->p[i]);
}

/* What came since is sorted and goes to its places, the greatest first. */
static void
set_in_order(struct samples *s)
{
	size_t old = s->in_order, fresh = s->n - old, at = s->n;
	struct arena room = ARENA_INIT, scratch = ARENA_INIT;
	struct sample *tail;

	if (fresh == 0)
		return;
	tail = ARENA_ARRAY(&room, fresh, struct sample);
	qsort_r(s->p + old, fresh, sizeof(s->p[0]), by_size, &scratch);
	memcpy(tail, s->p + old, fresh * sizeof(tail[0]));
	while (fresh > 0) {
		if (old > 0 && by_size(&s->p[old - 1], &tail[fresh - 1], &scratch) > 0)
			s->p[--at] = s->p[--old];
		else
			s->p[--at] = tail[--fresh];
	}
	s->in_order = s->n;
	arena_release(&room);
	arena_release(&scratch);
}

/* Nearest rank: the least that so many percent of the values do not exceed. */
static struct rat
samples_value(void *state, struct arena *a, const struct metric *m)
{
	struct samples *s = state;
	struct rat rank = rat_mul(a, m->percentile, rat_frac(a, (int64_t)s->n, 100));
	struct sum x;
	int64_t k;
	bool whole;

	if (s->n == 0)
		return RAT_ZERO;
	set_in_order(s);
	whole = rat_to_int64(rat_round(a, rank, 0, RAT_CEILING), &k);
	assert(whole && k >= 1 && k <= (int64_t)s->n); /* a percentile is in (0, 100] */
	(void)whole;
	x = number_of(&s->p[k - 1]);
	return sum_value(&x, a);
}

const struct aggregate_kind aggregate_percentile = {
	.name = "PERCENTILE",
	.state_size = sizeof(struct samples),
	.feed = samples_feed,
	.feed_decimals = samples_feed_decimals,
	.merge = samples_merge,
	.value = samples_value,
};
