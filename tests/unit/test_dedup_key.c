/* Keys of transaction ids: exact for UUIDs, spread evenly whatever the ids; and their order. */
#include "store/dedup.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define ROUNDS 20000
#define RANGES ((uint64_t)256)

static struct hash_key secret;

static struct hash_key
secret_of(const char *text)
{
	struct hash_key key;

	hash_key_make(text, strlen(text), &key);
	return key;
}

static struct dedup_entry
key_of(const char *id)
{
	struct dedup_entry e = { .content = 7, .batch = 7, .hashed = 7 };

	dedup_key(&secret, str_c(id), &e);
	return e;
}

/* ---- UUIDs ---- */

static void
test_uuids(void)
{
	struct sweep seed = sweep_start("UUIDs", 20250301);
	bool same = true, exact = true;

	for (int i = 0; i < ROUNDS && same && exact; i++) {
		uint64_t words[2] = { sweep_next(&seed), sweep_next(&seed) };
		unsigned char bytes[UUID_BYTES];
		char text[UUID_TEXT], again[UUID_TEXT];
		struct dedup_entry e;

		memcpy(bytes, words, sizeof(bytes));
		for (uint64_t k = sweep_below(&seed, 17); k > 0; k--)
			bytes[k - 1] = 0;
		uuid_unpack(bytes, text);
		dedup_key(&secret, (struct str){ text, sizeof(text) }, &e);
		exact = e.hashed == 0;
		dedup_uuid(&secret, &e, again);
		same = memcmp(text, again, sizeof(text)) == 0;
	}
	ok(exact, "a UUID in lower case is its own key");
	ok(same, "and comes back from it");
	ok(key_of("00000000-0000-0000-0000-000000000000").hashed == 0, "of whatever version");
	ok(key_of("ffffffff-ffff-ffff-ffff-ffffffffffff").hashed == 0, "or variant");
}

static void
test_others(void)
{
	static const char *const others[] = {
		"A0000000-0000-4000-8000-000000000000",
		"a0000000-0000-4000-8000-00000000000A",
		"a0000000-0000-4000-8000-00000000000",
		"a0000000-0000-4000-8000-0000000000000",
		"a0000000000040008000000000000000",
		"{a0000000-0000-4000-8000-0000000000}",
		"a0000000-0000-4000-8000-00000000000g",
		"a0000000-0000-4000-8000-00000000000/",
		"a0000000-0000-4000-8000-00000000000:",
		"a0000000-0000-4000-8000-00000000000`",
		"a0000000+0000-4000-8000-000000000000",
		"a0000000-0000-4000-8000 000000000000",
		"order-17",
		"x",
		"",
	};

	for (size_t i = 0; i < countof(others); i++) {
		struct dedup_entry e = key_of(others[i]);
		struct hash128 h = hash128_keyed(&secret, others[i], strlen(others[i]));

		is_int(e.hashed, 1, "\"%s\" is no UUID in lower case", others[i]);
		ok(e.hi == h.hi && e.lo == h.lo, "its key is a hash");
		ok(e.content == 0 && e.batch == 0, "nothing else is known");
	}
}

static void
test_secret(void)
{
	static const char *const ids[] = { "a0000000-0000-4000-8000-000000000001", "order-17" };
	const struct hash_key other = secret_of("another");

	for (size_t i = 0; i < countof(ids); i++) {
		struct dedup_entry a = key_of(ids[i]), b = key_of(ids[i]), c;

		ok(a.hi == b.hi && a.lo == b.lo, "%s has one key", ids[i]);
		dedup_key(&other, str_c(ids[i]), &c);
		ok(a.hi != c.hi && a.lo != c.lo, "and another one with another secret");
	}
}

/* ---- spread ---- */

enum pattern { LAST, FIRST, MIDDLE, STEPS, TIMES, NAMES, PATTERNS };

static void
id_of(enum pattern p, uint64_t i, char *text, size_t size)
{
	uint64_t t = UINT64_C(0x0192c0ffee00) + i / 16;

	switch (p) {
	case LAST:
		snprintf(text, size, "00000000-0000-4000-8000-%012" PRIx64, i);
		break;
	case FIRST:
		snprintf(text, size, "%08" PRIx64 "-0000-4000-8000-000000000000", i);
		break;
	case MIDDLE:
		snprintf(text, size, "00000000-0000-4000-%04" PRIx64 "-%04" PRIx64 "00000000",
			i & 0xff, i >> 8);
		break;
	case STEPS: /* one bit after the other, everything else alike */
		snprintf(text, size, "%08" PRIx64 "-0000-4000-8000-%012" PRIx64,
			(uint64_t)1 << i % 32, (uint64_t)1 << i / 32 % 48 | i / 1536 << 20);
		break;
	case TIMES: /* UUIDs of version 7: milliseconds in front, a counter behind */
		snprintf(text, size, "%08" PRIx64 "-%04" PRIx64 "-7%03" PRIx64 "-8000-00000000a0b0",
			t >> 16, t & 0xffff, i % 16);
		break;
	case NAMES:
	case PATTERNS:
		snprintf(text, size, "order-%" PRIu64, i);
		break;
	}
}

/* Chance gives each of 256 ranges 256 of 65,536 keys, give or take 16; seven times that is none. */
static bool
even(enum pattern p, unsigned shift)
{
	unsigned count[RANGES] = { 0 };
	bool sound = true;

	for (uint64_t i = 0; i < RANGES * RANGES; i++) {
		char text[64];

		id_of(p, i, text, sizeof(text));
		count[key_of(text).hi >> shift & (RANGES - 1)]++;
	}
	for (size_t i = 0; i < RANGES; i++)
		sound = sound && count[i] > RANGES - 112 && count[i] < RANGES + 112;
	return sound;
}

static void
test_spread(void)
{
	static const char *const names[PATTERNS] = {
		[LAST] = "UUIDs that differ at the end",
		[FIRST] = "UUIDs that differ at the start",
		[MIDDLE] = "UUIDs that differ in the middle",
		[STEPS] = "UUIDs that differ in two bits",
		[TIMES] = "UUIDs in order of time",
		[NAMES] = "numbered names",
	};

	for (int p = 0; p < PATTERNS; p++)
		for (unsigned shift = 56; shift >= 24; shift -= 16)
			ok(even((enum pattern)p, shift), "%s are spread evenly, bits %u and on",
				names[p], shift);
}

/* ---- order ---- */

static int
by_key(const void *a, const void *b)
{
	const struct dedup_entry *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	if (x->lo != y->lo)
		return x->lo < y->lo ? -1 : 1;
	if (x->hashed != y->hashed)
		return x->hashed < y->hashed ? -1 : 1;
	return x->batch < y->batch ? -1 : x->batch > y->batch; /* the place it had */
}

enum heap { EVEN, FEW_KEYS, ONE_RANGE, ONE_HI, ONE_KEY, FALLING, HEAPS };

static struct dedup_entry
some_entry(struct sweep *seed, enum heap heap, uint32_t i)
{
	struct dedup_entry e = { .hi = sweep_next(seed),
		.lo = sweep_next(seed),
		.content = i,
		.batch = i,
		.hashed = (uint32_t)sweep_below(seed, 2) };

	switch (heap) {
	case EVEN:
	case HEAPS:
		break;
	case FEW_KEYS:
		e.hi = sweep_below(seed, 5) << 62;
		e.lo = sweep_below(seed, 5);
		break;
	case ONE_RANGE:
		e.hi >>= 30;
		break;
	case ONE_HI:
		e.hi = UINT64_MAX;
		break;
	case ONE_KEY:
		e.hi = e.lo = 1;
		e.hashed = 0;
		break;
	case FALLING:
		e.hi = UINT64_MAX - i;
		break;
	}
	return e;
}

static bool
sorts(struct sweep *seed, enum heap heap, size_t n)
{
	struct dedup_entry *got = calloc(n + 1, sizeof(*got));
	struct dedup_entry *want = calloc(n + 1, sizeof(*want));
	struct dedup_entry *scratch = calloc(n + 1, sizeof(*scratch));
	uint32_t *order = calloc(2 * n + 2, sizeof(*order));
	bool same = true;

	for (size_t i = 0; i < n; i++)
		got[i] = want[i] = some_entry(seed, heap, (uint32_t)i);
	qsort(want, n, sizeof(*want), by_key);
	dedup_sort(got, order, n, scratch, order + n);
	for (size_t i = 0; i < n && same; i++)
		same = by_key(&got[i], &want[i]) == 0 && got[i].content == want[i].content &&
			order[i] == want[i].batch;
	free(got);
	free(want);
	free(scratch);
	free(order);
	return same;
}

static void
test_sort(void)
{
	static const char *const names[HEAPS] = {
		[EVEN] = "spread keys",
		[FEW_KEYS] = "a few keys over and over",
		[ONE_RANGE] = "keys of one range",
		[ONE_HI] = "keys of one upper half",
		[ONE_KEY] = "one key",
		[FALLING] = "keys in falling order",
	};
	static const size_t sizes[] = { 0, 1, 2, 3, 23, 24, 25, 48, 49, 97, 1000, 4097, 120000 };
	struct sweep seed = sweep_start("order", 20250302);

	for (int heap = 0; heap < HEAPS; heap++) {
		bool same = true;

		for (size_t i = 0; i < countof(sizes); i++)
			same = same && sorts(&seed, (enum heap)heap, sizes[i]);
		for (int i = 0; i < 200; i++)
			same = same && sorts(&seed, (enum heap)heap, sweep_below(&seed, 400));
		ok(same, "%s are sorted, equal ones in the order they came", names[heap]);
	}
}

int
main(void)
{
	secret = secret_of("a secret of thirty-two bytes ...");
	test_uuids();
	test_others();
	test_secret();
	test_spread();
	test_sort();
	return done();
}
