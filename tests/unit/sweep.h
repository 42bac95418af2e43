/*
 * sweep - repeatable values for laws that are tested over many of them.
 *
 * Shape      a splitmix64 generator; the same seed gives the same values
 *            everywhere. sweep_start prints the seed as a remark.
 * Range      sweep_below(s, n): 0 .. n-1, n > 0. sweep_int64: every size of
 *            number equally often, both signs, the edges too.
 */
#ifndef TESTS_UNIT_SWEEP_H
#define TESTS_UNIT_SWEEP_H

#include <inttypes.h>
#include <stdint.h>

#include "tests/unit/tap.h"

struct sweep {
	uint64_t state;
};

static inline struct sweep
sweep_start(const char *law, uint64_t seed)
{
	note("%s: seed %" PRIu64, law, seed);
	return (struct sweep){ seed };
}

static inline uint64_t
sweep_next(struct sweep *s)
{
	uint64_t z = s->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline uint64_t
sweep_below(struct sweep *s, uint64_t n)
{
	return sweep_next(s) % n;
}

static inline int64_t
sweep_int64(struct sweep *s)
{
	static const int64_t edges[] = { 0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX - 1,
		INT64_MIN + 1, INT64_C(1) << 32, INT64_C(1000000000000000000) };

	if (sweep_below(s, 10) == 0)
		return edges[sweep_below(s, sizeof(edges) / sizeof(edges[0]))];
	return (int64_t)sweep_next(s) >> sweep_below(s, 64);
}

#endif
