#include "store/dedup_sort.h"

#include <string.h>

#include "base/banned.h"

#define DIGIT_BITS 11
#define DIGITS ((size_t)1 << DIGIT_BITS)
#define TOP_SHIFT (64 - DIGIT_BITS)
#define NEXT_SHIFT (TOP_SHIFT - DIGIT_BITS)

/* ---- short rows ---- */

static void
insert_each(struct dedup_entry *entries, uint32_t *order, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct dedup_entry moved = entries[i];
		uint32_t place = order != NULL ? order[i] : 0;
		size_t at = i;

		for (; at > 0 && dedup_before(&moved, &entries[at - 1]); at--) {
			entries[at] = entries[at - 1];
			if (order != NULL)
				order[at] = order[at - 1];
		}
		entries[at] = moved;
		if (order != NULL)
			order[at] = place;
	}
}

/* Two rows in order, one behind the other, into one in scratch, and back. */
static void
merge(struct dedup_entry *entries, uint32_t *order, size_t half, size_t n,
	struct dedup_entry *scratch_entries, uint32_t *scratch_order)
{
	size_t a = 0, b = half;

	for (size_t i = 0; i < n; i++) {
		bool second = a == half || (b < n && dedup_before(&entries[b], &entries[a]));
		size_t from = second ? b++ : a++;

		scratch_entries[i] = entries[from];
		if (order != NULL)
			scratch_order[i] = order[from];
	}
	memcpy(entries, scratch_entries, n * sizeof(*entries));
	if (order != NULL)
		memcpy(order, scratch_order, n * sizeof(*order));
}

void
dedup_settle(struct dedup_entry *entries, uint32_t *order, size_t n,
	struct dedup_entry *scratch_entries, uint32_t *scratch_order)
{
	for (size_t i = 0; i < n; i += DEDUP_FEW)
		insert_each(entries + i, order != NULL ? order + i : NULL,
			n - i < DEDUP_FEW ? n - i : DEDUP_FEW);
	for (size_t half = DEDUP_FEW; half < n; half *= 2)
		for (size_t i = 0; i + half < n; i += 2 * half)
			merge(entries + i, order != NULL ? order + i : NULL, half,
				n - i < 2 * half ? n - i : 2 * half, scratch_entries,
				scratch_order);
}

/* ---- long rows ---- */

struct digits {
	uint32_t next[DIGITS];
	uint32_t top[DIGITS];
};

/* How many have each digit becomes where the first of each goes. */
static void
starts(uint32_t *count)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < DIGITS; i++) {
		uint32_t n = count[i];

		count[i] = sum;
		sum += n;
	}
}

static void
count_digits(const struct dedup_entry *entries, size_t n, struct digits *digits)
{
	memset(digits, 0, sizeof(*digits));
	for (size_t i = 0; i < n; i++) {
		digits->next[entries[i].hi >> NEXT_SHIFT & (DIGITS - 1)]++;
		digits->top[entries[i].hi >> TOP_SHIFT]++;
	}
	starts(digits->next);
	starts(digits->top);
}

/* Those that agree in all digits so far stand together: few, unless somebody piled them up. */
static void
settle_groups(struct dedup_entry *entries, uint32_t *order, size_t n,
	struct dedup_entry *scratch_entries, uint32_t *scratch_order)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1;
			end < n && entries[end].hi >> NEXT_SHIFT == entries[i].hi >> NEXT_SHIFT;)
			end++;
		if (end - i > 1)
			dedup_settle(entries + i, order + i, end - i, scratch_entries,
				scratch_order);
	}
}

/* The lower of two digits first: each pass keeps the order of the one before. */
void
dedup_sort(struct dedup_entry *entries, uint32_t *order, size_t n,
	struct dedup_entry *scratch_entries, uint32_t *scratch_order)
{
	struct digits digits;

	count_digits(entries, n, &digits);
	for (size_t i = 0; i < n; i++) {
		uint32_t to = digits.next[entries[i].hi >> NEXT_SHIFT & (DIGITS - 1)]++;

		scratch_entries[to] = entries[i];
		scratch_order[to] = (uint32_t)i;
	}
	for (size_t i = 0; i < n; i++) {
		uint32_t to = digits.top[scratch_entries[i].hi >> TOP_SHIFT]++;

		entries[to] = scratch_entries[i];
		order[to] = scratch_order[i];
	}
	settle_groups(entries, order, n, scratch_entries, scratch_order);
}
