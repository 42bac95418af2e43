#include "store/block_bytes.h"

#include <stdlib.h>

#include "tests/unit/block_rows.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define ROW_MAX 70

static struct arena run;

static struct bytes_in
all_of(struct str s)
{
	return (struct bytes_in){ (const unsigned char *)s.p, s.n, NULL };
}

static void
test_examples(void)
{
	static const struct {
		uint64_t v[9];
		size_t n;
		const char *bytes;
	} rows[] = {
		{ { 300, 301, 303 }, 3, "ac 02 02 34" },
		{ { 0 }, 0, "00 00" },
		{ { 5, 5, 5 }, 3, "05 00" },
		{ { 1, 0, 0, 0, 0, 0, 0, 0, 1 }, 9, "00 01 01 01" },
		{ { 15, 0, 1 }, 3, "00 04 0f 01" },
		{ { 127, 382 }, 2, "7f 08 00 ff" },
		{ { 0, 256 }, 2, "00 10 00 00 00 01" },
		{ { 1, 0x10001 }, 2, "01 18 00 00 00 00 00 01" },
		{ { 0, 0xfffffffe }, 2, "00 20 00 00 00 00 fe ff ff ff" },
		{ { 0, 0x100000000 }, 2, "00 28 00 00 00 00 00 00 00 00 00 01" },
		{ { UINT64_MAX }, 1, "ff ff ff ff ff ff ff ff ff 01 00" },
		{ { UINT64_MAX, 0 }, 2, "00 40 ff ff ff ff ff ff ff ff 00 00 00 00 00 00 00 00" },
	};
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < countof(rows); i++) {
		buf_clear(&b);
		put_row(&b, rows[i].v, rows[i].n);
		is_str(hex_of(&run, buf_str(&b)), rows[i].bytes, "row %zu", i);
	}
	for (int64_t v = -2; v <= 2; v++) {
		buf_clear(&b);
		put_signed(&b, v);
		is_int(b.p[0], v < 0 ? -2 * v - 1 : 2 * v, "%d to and fro", (int)v);
	}
	buf_release(&b);
}

/* Numbers of every width there and back, whatever stands before and behind. */
static void
test_rows(void)
{
	struct sweep s = sweep_start("rows", 11);
	struct buf b = BUF_INIT;
	int wrong = 0;

	for (int round = 0; round < 20000; round++) {
		uint64_t v[ROW_MAX], got[ROW_MAX + 1], most = 0, add = sweep_next(&s);
		size_t n = (size_t)sweep_below(&s, ROW_MAX + 1);
		unsigned bits = (unsigned)sweep_below(&s, 65);
		uint64_t base = sweep_next(&s) >> sweep_below(&s, 64);
		struct bytes_in in;

		for (size_t i = 0; i < n; i++) {
			v[i] = bits == 0 ? base : base + (sweep_next(&s) >> (64 - bits));
			most = v[i] > most ? v[i] : most;
		}
		buf_clear(&b);
		put_row(&b, v, n);
		buf_add_char(&b, '!');
		in = all_of(buf_str(&b));
		got[n] = 99;
		wrong += !take_row(&in, n, most, add, got) || got[n] != 99 || in.left != 1;
		for (size_t i = 0; i < n; i++)
			wrong += got[i] != v[i] + add;
		in = all_of(buf_str(&b));
		wrong += n > 0 && most > 0 && take_row(&in, n, most - 1, add, got);
		for (size_t cut = 0; cut + 1 < b.n; cut++) {
			char *some = malloc(cut + 1); /* so that a read beyond is seen */

			memcpy(some, b.p, cut);
			in = (struct bytes_in){ (unsigned char *)some, cut, NULL };
			wrong += take_row(&in, n, most, add, got) || in.wrong == NULL;
			free(some);
		}
	}
	is_int(wrong, 0, "rows come back; not above their limit, and not when cut anywhere");
	buf_release(&b);
}

static void
test_small(void)
{
	struct sweep s = sweep_start("small numbers", 12);
	struct buf b = BUF_INIT;
	int wrong = 0;

	for (int round = 0; round < 20000; round++) {
		int64_t v = sweep_int64(&s), got = 0;
		uint64_t u = 0;
		struct bytes_in in;

		buf_clear(&b);
		put_small(&b, (uint64_t)v);
		put_signed(&b, v);
		in = all_of(buf_str(&b));
		wrong += !take_small(&in, (uint64_t)v, &u) || u != (uint64_t)v;
		wrong += !take_signed(&in, &got) || got != v || in.left != 0;
		in = all_of(buf_str(&b));
		wrong += v != 0 && take_small(&in, (uint64_t)v - 1, &u);
	}
	is_int(wrong, 0, "small and signed numbers come back, and not above their limit");
	buf_release(&b);
}

static void
test_refused(void)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *wrong;
	} cases[] = {
		{ "", 1, "bytes are missing" },
		{ "80", 1, "bytes are missing" },
		{ "00", 0, "bytes are missing" },
		{ "00 03 00", 1, "a width is none of the known" },
		{ "00 0c 00 00", 1, "a width is none of the known" },
		{ "00 48 00 00 00 00 00 00 00 00 00", 1, "a width is none of the known" },
		{ "00 ff 00", 1, "a width is none of the known" },
		{ "00 08 00", 2, "bytes are missing" },
		{ "00 01 00", 9, "bytes are missing" },
		{ "00 40 00 00 00 00 00 00 00", 1, "bytes are missing" },
		{ "64 08 01", 1, "a number is out of range" },
		{ "65 00", 1, "a number is out of range" },
		{ "63 02 02", 1, "a number is out of range" },
		{ "01 40 ff ff ff ff ff ff ff ff", 1, "a number is out of range" },
		{ "ff ff ff ff ff ff ff ff ff 02 00", 1, "a number has more than 64 bits" },
		{ "80 80 80 80 80 80 80 80 80 80 00 00", 1, "a number has more than 64 bits" },
	};
	uint64_t out[9];

	for (size_t i = 0; i < countof(cases); i++) {
		struct bytes_in in = all_of(bytes_of(&run, cases[i].bytes));

		ok(!take_row(&in, cases[i].n, 100, 0, out), "%s is refused", cases[i].bytes);
		is_str(in.wrong, cases[i].wrong, "  and why");
		bytes_wrong(&in, "something else");
		is_str(in.wrong, cases[i].wrong, "  the first time counts");
	}
}

int
main(void)
{
	test_examples();
	test_rows();
	test_small();
	test_refused();
	arena_release(&run);
	return done();
}
