#include "store/event_block.h"

#include <stdio.h>
#include <string.h>

#include "store/event_block_layout.h"
#include "tests/unit/block_rows.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena run, rec;

static const struct block_wanted everything = { .batches = true };

/* Everything of a block; false is shown. */
static bool
decode(struct block_reader *r, const struct block_case *c, const struct block_wanted *wanted,
	struct event_columns *out, const int64_t **batches)
{
	struct err e = ERR_INIT;

	if (block_decode(r, &c->shape, c->columns, wanted, "block 1", out, batches, &e) &&
		block_decode_ids(r, c->rows.n, c->ids, "block 1", &out->ids, &e))
		return true;
	note("%s [%s]", e.text, e.code);
	return false;
}

static bool
comes_back(struct block_reader *r, const struct block_case *c)
{
	struct event_columns got;
	const int64_t *batches;

	return decode(r, c, &everything, &got, &batches) &&
		block_differences(c, &got, batches) == 0;
}

/* ---- an example ---- */

static const char *const example_ids[] = { "00010203-0405-0607-0809-0a0b0c0d0e0f", "inv-7",
	"inv-12" };

/* Three events of one shape, whose bytes can be read by eye. */
static struct block_case
small_case(void)
{
	static const struct cell_text models[] = { { { "large", 5 }, JSON_STRING },
		{ { "small", 5 }, JSON_STRING }, { { "large", 5 }, JSON_STRING } };
	static const struct cell_text tokens[] = { { { "1523", 4 }, JSON_STRING },
		{ { "7.5", 3 }, JSON_NUMBER }, { { NULL, 0 }, JSON_NULL } };
	static const int64_t timestamps_ns[] = { 5000000, 2000000, 9000000 },
			     batches[] = { 4, 4, 6 };
	static const uint32_t customers[] = { 2, 3, 3 };
	struct str *ids = ARENA_ARRAY(&run, 3, struct str);
	struct event_column *columns = ARENA_ARRAY(&run, 2, struct event_column);
	struct event_columns rows = { .event_type = STR("tokens"),
		.n = 3,
		.timestamps_ns = timestamps_ns,
		.customers = customers,
		.properties = columns,
		.nproperties = 2,
		.ids = ids };

	for (size_t i = 0; i < 3; i++)
		ids[i] = str_c(example_ids[i]);
	columns[0] = column_of(STR("model"), models, 3, &run);
	columns[1] = column_of(STR("tokens"), tokens, 3, &run);
	return block_of(&rows, batches, &run);
}

/* The bytes are the format: files are written in it. */
static void
test_bytes(void)
{
	static const char *const wanted[] = {
		/* unit 10^6; least 2000000; 3 0 7 in four bits each */
		"02 80 92 f4 01 00 04 03 07",
		/* steps from 2; 1 0 in one bit each */
		"00 02 00 01 01",
		/* least 4; 0 0 2 in two bits each */
		"08 00 02 20",
		/* texts; two of type 4 and length 5; 0 1 0 in one bit each */
		"01 40 02 04 00 05 00 6c 61 72 67 65 73 6d 61 6c 6c 00 01 02",
		/* scale 1 from 75, digits from 1523, texts; null; kinds 1 0 2; all 0 */
		"03 01 96 01 20 e6 17 40 01 00 00 00 00 00 02 21 00 00",
	};
	struct block_case c = small_case();
	const char *p = c.columns.p;
	size_t at = directory_sum_at(5) + CHECKSUM_BYTES;

	is_str(hex_of(&run, (struct str){ p, DIRECTORY_SHAPE }), "01 03 00 00 00",
		"the format and the rows");
	ok(load64(p + DIRECTORY_SHAPE) ==
			block_shape_sum(block_shape_sum(block_shape_sum(0, STR("tokens")),
						STR("model")),
				STR("tokens")),
		"the sum of the shape");
	ok(load64(p + at - CHECKSUM_BYTES) == hash64(p, at - CHECKSUM_BYTES),
		"the checksum of the directory");
	for (size_t i = 0; i < countof(wanted); i++) {
		const char *entry = p + DIRECTORY_COLUMNS + i * DIRECTORY_COLUMN;
		struct str column = { p + at, load32(entry) };

		is_str(hex_of(&run, column), wanted[i], "column %zu", i);
		ok(load64(entry + 4) == hash64(column.p, column.n), "  its checksum");
		at += column.n;
	}
	is_int((int64_t)at, (int64_t)c.columns.n, "no more columns");
	is_str(hex_of(&run, (struct str){ c.ids.p + CHECKSUM_BYTES, c.ids.n - CHECKSUM_BYTES }),
		"00 01 06 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f "
		"04 69 6e 76 2d 01 01 02 37 31 32",
		"a UUID, and two texts behind inv-");
}

static void
test_example(void)
{
	struct block_case c = small_case();
	struct block_reader *r = block_reader_new();
	struct event_columns got;
	const int64_t *batches = NULL;

	ok(comes_back(r, &c), "the example comes back");
	ok(decode(r, &c, &everything, &got, &batches), "as it was");
	is_int(got.properties[0].kind, CELL_TEXT, "a column of texts");
	is_int((int64_t)got.properties[0].ntexts, 2, "  of two");
	is_int(got.properties[1].kind, CELL_MIXED, "a column of several kinds");
	is_int(got.properties[1].kinds[0], CELL_DIGITS, "  digits");
	is_int(got.properties[1].kinds[1], CELL_NUMBER + 1, "  a number");
	is_int(got.properties[1].values[1], 75, "  its mantissa");
	is_int(got.properties[1].kinds[2], CELL_TEXT, "  null");
	ok(got.properties[1].texts[0].text.p == NULL, "  which has no text");
	is_int(batches[2], 6, "its batches");
	ok(got.customer_keys == NULL, "customers are numbers alone");
	ok(got.properties[0].texts[0].text.p > c.columns.p &&
			got.properties[0].texts[0].text.p < c.columns.p + c.columns.n,
		"texts lie in the bytes that were read");
	block_reader_free(r);
	block_reader_free(NULL);
}

/* ---- laws ---- */

static size_t
any_rows(struct sweep *s)
{
	return 1 + (size_t)(sweep_below(s, 400) >> sweep_below(s, 9));
}

static void
test_round_trips(void)
{
	struct sweep s = sweep_start("blocks", 21);
	struct block_reader *r = block_reader_new();
	int wrong = 0;

	for (int round = 0; round < 400; round++) {
		struct block_case c = block_random(&s, any_rows(&s), &rec);

		if (!comes_back(r, &c)) {
			note("round %d, %zu rows", round, c.rows.n);
			wrong++;
		}
		arena_clear(&rec);
	}
	is_int(wrong, 0, "random rows come back, one reader for all");
	block_reader_free(r);
}

/* What the rows show, under other numbers, in a dictionary with more in it. */
static struct event_column
renumbered(struct sweep *s, const struct event_column *c, size_t n, struct arena *a)
{
	size_t ntexts = c->ntexts + 3, shift = (size_t)sweep_below(s, ntexts);
	struct cell_text *texts = ARENA_ARRAY(a, ntexts, struct cell_text);
	int64_t *values = ARENA_ARRAY(a, n, int64_t);
	struct event_column out = *c;

	for (size_t i = 0; i < ntexts; i++)
		texts[i] = (struct cell_text){ STR("nobody shows it"), JSON_STRING };
	for (size_t i = 0; i < c->ntexts; i++)
		texts[(ntexts - i + shift) % ntexts] = c->texts[i];
	for (size_t i = 0; i < n; i++)
		values[i] = cell_kind_at(c, i) == CELL_TEXT ?
			(int64_t)((ntexts - (size_t)c->values[i] + shift) % ntexts) :
			c->values[i];
	out.texts = texts;
	out.ntexts = ntexts;
	out.values = values;
	return out;
}

/* The same cells, all with a kind of their own, though it be the same. */
static void
tell_each_kind(struct event_column *c, size_t n, struct arena *a)
{
	uint8_t *kinds = ARENA_ARRAY(a, n, uint8_t);

	for (size_t i = 0; i < n; i++)
		kinds[i] = cell_kind_at(c, i);
	c->kind = CELL_MIXED;
	c->kinds = kinds;
}

static void
test_same_bytes(void)
{
	struct sweep s = sweep_start("same rows", 22);
	int wrong = 0;

	for (int round = 0; round < 100; round++) {
		struct block_case c = block_random(&s, any_rows(&s), &rec), again;
		size_t n = c.rows.nproperties;
		struct event_column *columns = ARENA_ARRAY(&rec, n, struct event_column);
		struct event_columns rows = c.rows;

		for (size_t i = 0; i < n; i++) {
			columns[i] = renumbered(&s, &c.rows.properties[i], c.rows.n, &rec);
			tell_each_kind(&columns[i], c.rows.n, &rec);
		}
		rows.properties = columns;
		again = block_of(&rows, c.batches, &rec);
		wrong += !str_eq(c.columns, again.columns) || !str_eq(c.ids, again.ids);
		arena_clear(&rec);
	}
	is_int(wrong, 0, "same rows, same bytes, however texts and kinds were given");
}

/* Encoding what was decoded gives the bytes it came from. */
static void
test_again(void)
{
	struct sweep s = sweep_start("again", 23);
	struct block_reader *r = block_reader_new();
	int wrong = 0;

	for (int round = 0; round < 100; round++) {
		struct block_case c = block_random(&s, any_rows(&s), &rec), again;
		struct event_columns got;
		const int64_t *batches;

		if (!decode(r, &c, &everything, &got, &batches)) {
			wrong++;
			continue;
		}
		again = block_of(&got, batches, &rec);
		wrong += !str_eq(c.columns, again.columns) || !str_eq(c.ids, again.ids);
		arena_clear(&rec);
	}
	is_int(wrong, 0, "what was decoded is encoded to the same bytes");
	block_reader_free(r);
}

static void
test_wanted(void)
{
	struct sweep s = sweep_start("wanted", 24);
	struct block_reader *r = block_reader_new();
	int wrong = 0, unread = 0;

	for (int round = 0; round < 200; round++) {
		struct block_case c = block_random(&s, any_rows(&s), &rec);
		struct texts names = { ARENA_ARRAY(&rec, c.shape.nnames + 1, struct str), 0 };
		struct block_wanted wanted = { &names, sweep_below(&s, 2) == 0 };
		struct event_columns got;
		const int64_t *batches = NULL;

		names.p[names.n++] = STR("no such property");
		for (size_t i = 0; i < c.shape.nnames; i++)
			if (sweep_below(&s, 2) == 0)
				names.p[names.n++] = c.shape.names[i];
		if (!decode(r, &c, &wanted, &got, wanted.batches ? &batches : NULL)) {
			wrong++;
			continue;
		}
		wrong += block_differences(&c, &got, batches) != 0;
		for (size_t i = 0; i < c.shape.nnames; i++) {
			bool asked = texts_has(&names, c.shape.names[i]);

			wrong += got.properties[i].read != asked ||
				!str_eq(got.properties[i].name, c.shape.names[i]);
			unread += !asked;
		}
		arena_clear(&rec);
	}
	is_int(wrong, 0, "some columns alone are as with all, %d were not read", unread);
	block_reader_free(r);
}

/* ---- sizes ---- */

static void
show_sizes(const struct block_case *c)
{
	size_t n = c->rows.n;

	for (size_t i = 0; i < BLOCK_PROPERTIES + c->shape.nnames; i++) {
		size_t bytes = load32(c->columns.p + DIRECTORY_COLUMNS + i * DIRECTORY_COLUMN);

		note("  column %zu: %zu bytes, %zu.%02zu a row", i, bytes, bytes / n,
			bytes * 100 / n % 100);
	}
	note("  columns %zu, ids %zu bytes", c->columns.n, c->ids.n);
}

static void
test_sizes(void)
{
	struct sweep s = sweep_start("sizes", 25);
	struct block_reader *r = block_reader_new();
	struct block_case c = block_example(&s, 33000, 10000, &rec);

	note("33000 rows of 10000 customers");
	show_sizes(&c);
	ok(c.columns.n <= c.rows.n * 10, "at most 10 bytes a row of the example");
	ok(c.ids.n <= c.rows.n * 16 + 100, "and 16 for a UUID");
	ok(comes_back(r, &c), "it comes back");
	arena_clear(&rec);

	c = block_example(&s, 33000, 10, &rec);
	ok(load32(c.columns.p + DIRECTORY_COLUMNS + DIRECTORY_COLUMN) < 100,
		"ten customers are a few runs");
	ok(comes_back(r, &c), "they come back");
	arena_clear(&rec);

	c = block_example(&s, 1, 10, &rec);
	note("1 row");
	show_sizes(&c);
	ok(c.columns.n < 250, "one row is small");
	ok(comes_back(r, &c), "it comes back");
	arena_clear(&rec);
	block_reader_free(r);
}

static void
test_largest(void)
{
	struct sweep s = sweep_start("the largest block", 26);
	struct block_reader *r = block_reader_new();
	struct block_case c = block_random(&s, 1, &rec);

	ok(comes_back(r, &c), "one row");
	c = block_example(&s, BLOCK_ROWS_MAX, 100000, &rec);
	ok(comes_back(r, &c), "as many rows as a block can have");
	c = block_random(&s, 3, &rec);
	ok(comes_back(r, &c), "and three, with the same reader");
	arena_clear(&rec);
	block_reader_free(r);
}

int
main(void)
{
	test_bytes();
	test_example();
	test_round_trips();
	test_same_bytes();
	test_again();
	test_wanted();
	test_sizes();
	test_largest();
	arena_release(&rec);
	arena_release(&run);
	return done();
}
