#include "store/event_rows.h"

#include <stdlib.h>

#include "base/banned.h"

#define FEW 32
#define DIGIT_BITS 11
#define DIGITS ((size_t)1 << DIGIT_BITS)

static bool
before(const struct row_key *a, const struct row_key *b, const struct str *ids)
{
	if (a->customer != b->customer)
		return a->customer < b->customer;
	if (a->timestamp_ns != b->timestamp_ns)
		return a->timestamp_ns < b->timestamp_ns;
	return str_cmp(ids[a->row], ids[b->row]) < 0;
}

static void
sort_few(struct row_key *keys, size_t n, const struct str *ids)
{
	for (size_t i = 1; i < n; i++) {
		struct row_key key = keys[i];
		size_t k = i;

		for (; k > 0 && before(&key, &keys[k - 1], ids); k--)
			keys[k] = keys[k - 1];
		keys[k] = key;
	}
}

/* ---- by counting ---- */

enum sort_by { BY_TIME, BY_CUSTOMER };

static uint64_t
value_of(const struct row_key *key, enum sort_by by)
{
	/* Signed order as unsigned order. */
	if (by == BY_TIME)
		return (uint64_t)key->timestamp_ns ^ (uint64_t)1 << 63;
	return key->customer;
}

/* The range of values; whether they rise already. */
static bool
survey(const struct row_key *keys, size_t n, enum sort_by by, uint64_t *least, uint64_t *span)
{
	uint64_t low = value_of(&keys[0], by), high = low, last = low;
	bool rising = true;

	for (size_t i = 1; i < n; i++) {
		uint64_t v = value_of(&keys[i], by);

		rising = rising && v >= last;
		low = v < low ? v : low;
		high = v > high ? v : high;
		last = v;
	}
	*least = low;
	*span = high - low;
	return rising;
}

/* Stable, least digits first; where the result lies is told. */
static struct row_key *
sort_by(struct row_key *from, size_t n, struct row_key *to, enum sort_by by)
{
	uint64_t least, span;
	uint32_t counts[DIGITS];

	if (survey(from, n, by, &least, &span))
		return from;
	for (unsigned shift = 0; shift < 64 && span >> shift != 0; shift += DIGIT_BITS) {
		uint32_t at = 0;
		struct row_key *swap = from;

		memset(counts, 0, sizeof(counts));
		for (size_t i = 0; i < n; i++)
			counts[(value_of(&from[i], by) - least) >> shift & (DIGITS - 1)]++;
		for (size_t d = 0; d < DIGITS; d++) {
			uint32_t count = counts[d];

			counts[d] = at;
			at += count;
		}
		for (size_t i = 0; i < n; i++) {
			size_t digit = (value_of(&from[i], by) - least) >> shift & (DIGITS - 1);

			to[counts[digit]++] = from[i];
		}
		from = to;
		to = swap;
	}
	return from;
}

/* ---- rows of one customer and instant, by id ---- */

static int
by_id(const void *a, const void *b, void *ids)
{
	const struct row_key *x = a, *y = b;
	const struct str *texts = ids;

	return str_cmp(texts[x->row], texts[y->row]);
}

static void
sort_ties(struct row_key *keys, size_t n, const struct str *ids)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && keys[end].customer == keys[i].customer &&
			keys[end].timestamp_ns == keys[i].timestamp_ns;
			end++)
			;
		if (end - i <= FEW)
			sort_few(keys + i, end - i, ids);
		else
			qsort_r(keys + i, end - i, sizeof(*keys), by_id, (void *)(uintptr_t)ids);
	}
}

void
row_keys_sort(struct row_key *keys, size_t n, struct row_key *scratch, const struct str *ids)
{
	struct row_key *sorted, *other;

	if (n <= FEW) {
		sort_few(keys, n, ids);
		return;
	}
	sorted = sort_by(keys, n, scratch, BY_TIME);
	other = sorted == keys ? scratch : keys;
	sorted = sort_by(sorted, n, other, BY_CUSTOMER);
	if (sorted != keys)
		memcpy(keys, sorted, n * sizeof(*keys));
	sort_ties(keys, n, ids);
}
