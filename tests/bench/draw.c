#include "tests/bench/draw.h"

#include <stdlib.h>

#include "base/banned.h"

#define ONE (UINT64_C(1) << 31)

/* log2 of x >= 1, in units of 2^-32, a bit for each squaring. */
static uint64_t
log2_of(uint32_t x)
{
	unsigned whole = 31U - (unsigned)__builtin_clz(x);
	uint64_t m = (uint64_t)x << (31U - whole); /* in [1, 2), ONE is 1 */
	uint64_t log = whole;

	for (int bit = 0; bit < 32; bit++) {
		m = m * m / ONE;
		log *= 2;
		if (m >= 2 * ONE) {
			m /= 2;
			log++;
		}
	}
	return log;
}

static uint64_t
square_root(uint64_t x)
{
	uint64_t root = 0;

	for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit /= 2)
		if ((root + bit) * (root + bit) <= x)
			root += bit;
	return root;
}

/* 2^-y out of ONE, y in units of 2^-32: a factor for each bit of the fraction. */
static uint64_t
power_of_half(uint64_t y)
{
	uint64_t factor = square_root(ONE / 2 * ONE); /* 2^-1/2 */
	uint64_t result = ONE;

	for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit /= 2) {
		if (y & bit)
			result = result * factor / ONE;
		factor = square_root(factor * ONE);
	}
	return y >> 32 < 32 ? result >> (y >> 32) : 0;
}

static uint64_t
weight(uint32_t rank, uint32_t s_micro)
{
	uint64_t w = power_of_half(log2_of(rank) * s_micro / 1000000);

	return w > 0 ? w : 1;
}

/*
 * Columns below the average are filled up from one above it, which then is the
 * next to be looked at; both lists are walked by rising number.
 */
static void
share_out(struct skew *k)
{
	uint32_t small, large = 0, next = 0;

	while (large < k->n && k->columns[large].keep < k->total)
		large++;
	while (next < k->n && k->columns[next].keep >= k->total)
		next++;
	small = next;
	while (small < k->n && large < k->n) {
		k->columns[small].other = large;
		k->columns[large].keep -= k->total - k->columns[small].keep;
		if (k->columns[large].keep < k->total && large < next) {
			small = large;
		} else {
			do
				next++;
			while (next < k->n && k->columns[next].keep >= k->total);
			small = next;
		}
		while (large < k->n && k->columns[large].keep < k->total)
			large++;
	}
}

void
skew_init(struct skew *k, uint32_t n, uint32_t s_micro)
{
	*k = (struct skew){ calloc(n, sizeof(*k->columns)), 0, n };
	if (k->columns == NULL)
		abort();
	for (uint32_t i = 0; i < n; i++) {
		k->columns[i].keep = weight(i + 1, s_micro);
		k->columns[i].other = i;
		k->total += k->columns[i].keep;
	}
	for (uint32_t i = 0; i < n; i++)
		k->columns[i].keep *= n; /* total is the average now */
	share_out(k);
}

void
skew_release(struct skew *k)
{
	free(k->columns);
}
