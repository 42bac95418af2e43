/*
 * draw - numbers that look random and are a function of (seed, number, purpose).
 *
 * Shape      a draw is a splitmix64 stream that begins at a place of its own for
 *            each triple; skew picks one of n with the weights rank^-s, by
 *            Vose's alias table.
 * Units      s of skew_init in millionths: 1100000 is rank^-1.1, 0 is uniform.
 * Range      n of draw_below > 0; skew: 1 <= n < 2^27, s < 16000000.
 * Rounding   weights are whole numbers out of 2^31, at least 1, by integer
 *            arithmetic alone, so that every machine draws the same.
 * Ownership  skew_release frees the table.
 */
#ifndef TESTS_BENCH_DRAW_H
#define TESTS_BENCH_DRAW_H

#include <stdbool.h>
#include <stdint.h>

struct draw {
	uint64_t state;
};

static inline uint64_t
draw_mix(uint64_t z)
{
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static inline struct draw
draw_start(uint64_t seed, uint64_t number, uint64_t purpose)
{
	uint64_t place = draw_mix(seed + purpose * UINT64_C(0xd1342543de82ef95));

	return (struct draw){ draw_mix(place + number * UINT64_C(0x9e3779b97f4a7c15)) };
}

static inline uint64_t
draw_next(struct draw *d)
{
	return draw_mix(d->state += UINT64_C(0x9e3779b97f4a7c15));
}

/* a * b / 2^64 */
static inline uint64_t
draw_high(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 u128;

	return (uint64_t)((u128)a * b >> 64);
}

/* 0 .. n-1 */
static inline uint64_t
draw_below(struct draw *d, uint64_t n)
{
	return draw_high(draw_next(d), n);
}

struct skew_column {
	uint64_t keep; /* of total: so often it is the column itself, else other */
	uint32_t other;
};

struct skew {
	struct skew_column *columns;
	uint64_t total;
	uint32_t n;
};

void skew_init(struct skew *k, uint32_t n, uint32_t s_micro);
void skew_release(struct skew *k);

/* 0 .. n-1; 0 is the most frequent. */
static inline uint32_t
skew_draw(const struct skew *k, struct draw *d)
{
	uint32_t i = (uint32_t)draw_below(d, k->n);
	const struct skew_column *c = &k->columns[i];

	return draw_below(d, k->total) < c->keep ? i : c->other;
}

#endif
