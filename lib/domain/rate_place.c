#include "domain/rate_place.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

int
rate_place_cmp(const struct rate *a, const struct rate *b)
{
	int by = str_cmp(a->product_id, b->product_id);

	if (by == 0)
		by = pairs_cmp(&a->pricing_group_values, &b->pricing_group_values);
	if (by == 0)
		by = a->has_frequency - b->has_frequency;
	if (by == 0 && a->has_frequency)
		by = (int)a->frequency - (int)b->frequency;
	return by != 0 ? by : strcmp(a->unit.code, b->unit.code);
}

int
rate_by_place(const void *rate, const void *other)
{
	const struct rate *a = rate, *b = other;
	int by = rate_place_cmp(a, b);

	if (by == 0)
		by = (a->starting_at_ns > b->starting_at_ns) -
			(a->starting_at_ns < b->starting_at_ns);
	return by != 0 ? by : (a->seq > b->seq) - (a->seq < b->seq);
}

size_t
rates_keep_holding(struct rate *rates, size_t n, int64_t t_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!rate_covers(&rates[i], t_ns))
			continue;
		if (kept > 0 && rate_place_cmp(&rates[kept - 1], &rates[i]) == 0) {
			if (rate_order(&rates[i], &rates[kept - 1]) > 0)
				rates[kept - 1] = rates[i];
			continue;
		}
		rates[kept++] = rates[i];
	}
	return kept;
}

/* ---- segments ---- */

struct segments {
	struct arena *arena;
	struct rate_segment *p;
	size_t n;
	size_t cap;
};

static int
by_instant(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* Where rates of one place may take over within (from, to), after from itself; sorted. */
static size_t
cuts_of(const struct rate *rates, size_t n, int64_t from_ns, int64_t to_ns, int64_t *cuts)
{
	size_t ncuts = 0;

	cuts[ncuts++] = from_ns;
	for (size_t i = 0; i < n; i++) {
		const int64_t bounds[] = { rates[i].starting_at_ns, rates[i].ending_before_ns };

		for (size_t k = 0; k < countof(bounds); k++)
			if (bounds[k] != INSTANT_NONE && bounds[k] > from_ns &&
				(to_ns == INSTANT_NONE || bounds[k] < to_ns))
				cuts[ncuts++] = bounds[k];
	}
	qsort(cuts, ncuts, sizeof(cuts[0]), by_instant);
	return ncuts;
}

static const struct rate *
holding(const struct rate *rates, size_t n, int64_t t_ns)
{
	const struct rate *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (rate_covers(&rates[i], t_ns) &&
			(best == NULL || rate_order(&rates[i], best) > 0))
			best = &rates[i];
	return best;
}

static void
put_stretch(struct segments *s, const struct rate *rate, int64_t from_ns, int64_t to_ns)
{
	struct rate_segment *last = s->n > 0 ? &s->p[s->n - 1] : NULL;

	if (rate == NULL)
		return;
	if (last != NULL && last->rate == rate && last->ending_before_ns == from_ns) {
		last->ending_before_ns = to_ns;
		return;
	}
	s->p = arena_grow(s->arena, s->p, &s->cap, s->n + 1, sizeof(*s->p));
	s->p[s->n++] = (struct rate_segment){ rate, from_ns, to_ns };
}

static void
put_place(struct segments *s, const struct rate *rates, size_t n, int64_t from_ns, int64_t to_ns)
{
	int64_t *cuts = ARENA_ARRAY(s->arena, 2 * n + 1, int64_t);
	size_t ncuts = cuts_of(rates, n, from_ns, to_ns, cuts);

	for (size_t i = 0; i < ncuts; i++) {
		int64_t end_ns = i + 1 < ncuts ? cuts[i + 1] : to_ns;

		if (i + 1 == ncuts || cuts[i] != end_ns)
			put_stretch(s, holding(rates, n, cuts[i]), cuts[i], end_ns);
	}
}

struct rate_segment *
rate_segments(const struct rate *rates, size_t n, int64_t from_ns, int64_t to_ns, struct arena *a,
	size_t *nsegments)
{
	struct segments s = { .arena = a };

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && rate_place_cmp(&rates[i], &rates[end]) == 0;)
			end++;
		put_place(&s, &rates[i], end - i, from_ns, to_ns);
	}
	*nsegments = s.n;
	return s.p;
}
