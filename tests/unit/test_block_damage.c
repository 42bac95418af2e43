/* Blocks whose bytes are not what was written, by accident or on purpose. */
#include "store/event_block.h"

#include <stdio.h>
#include <string.h>

#include "store/event_block_layout.h"
#include "tests/unit/block_forge.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena run, rec;

/* Refused as damage, by a reader that did well before. */
static bool
is_refused(struct block_reader *r, const struct block_case *c, struct str columns, struct str ids)
{
	struct event_columns got = { .n = 99 };
	struct err e = ERR_INIT;

	return !block_all(r, &c->shape, columns, ids, &got, &e) && block_is_damage(&e);
}

static struct block_case
small_case(void)
{
	struct sweep s = sweep_start("a small block", 3);
	struct block_case c;

	do
		c = block_random(&s, 5, &run);
	while (c.shape.nnames < 4 || c.columns.n > 1000);
	note("%zu and %zu bytes", c.columns.n, c.ids.n);
	return c;
}

/* ---- accidents ---- */

static void
test_every_byte(void)
{
	struct block_case c = small_case();
	struct block_reader *r = block_reader_new();
	int wrong = 0;

	for (unsigned bit = 0; bit < 8; bit++) {
		for (size_t i = 0; i < c.columns.n; i++) {
			char *p = copy_of(c.columns, &rec);

			p[i] ^= (char)(1U << bit);
			wrong += !is_refused(r, &c, (struct str){ p, c.columns.n }, c.ids);
		}
		for (size_t i = 0; i < c.ids.n; i++) {
			char *p = copy_of(c.ids, &rec);

			p[i] ^= (char)(1U << bit);
			wrong += !is_refused(r, &c, c.columns, (struct str){ p, c.ids.n });
		}
		arena_clear(&rec);
	}
	is_int(wrong, 0, "each bit of each byte counts");
	block_reader_free(r);
}

static void
test_lengths(void)
{
	struct block_case c = small_case();
	struct block_reader *r = block_reader_new();
	struct buf b = BUF_INIT;
	int wrong = 0;

	for (size_t n = 0; n < c.columns.n; n++)
		wrong += !is_refused(r, &c, (struct str){ c.columns.p, n }, c.ids);
	for (size_t n = 0; n < c.ids.n; n++)
		wrong += !is_refused(r, &c, c.columns, (struct str){ c.ids.p, n });
	wrong += !is_refused(r, &c, (struct str){ NULL, 0 }, c.ids);
	wrong += !is_refused(r, &c, c.columns, (struct str){ NULL, 0 });
	buf_add_str(&b, c.columns);
	buf_add_char(&b, '\0');
	wrong += !is_refused(r, &c, buf_str(&b), c.ids);
	buf_clear(&b);
	buf_add_str(&b, c.ids);
	buf_add_char(&b, '\0');
	wrong += !is_refused(r, &c, c.columns, buf_str(&b));
	is_int(wrong, 0, "so does each length");
	buf_release(&b);
	block_reader_free(r);
}

static void
refused_shape(struct block_reader *r, const struct block_case *c, struct block_shape shape,
	const char *wanted, const char *name)
{
	struct block_case other = *c;
	struct event_columns got;
	struct err e = ERR_INIT;

	other.shape = shape;
	ok(is_refused(r, &other, c->columns, c->ids), "%s", name);
	(void)block_all(r, &shape, c->columns, c->ids, &got, &e);
	is_str(e.text, wanted, "  and why");
}

/* The row of the table is another one's. */
static void
test_shapes(void)
{
	struct block_case c = small_case();
	struct block_reader *r = block_reader_new();
	struct block_shape shape = c.shape;
	struct str *names = ARENA_ARRAY(&run, shape.nnames, struct str);

	shape.event_type = STR("token");
	refused_shape(r, &c, shape, "block 7: the shape differs (directory)", "another event type");
	shape = c.shape;
	for (size_t i = 0; i < shape.nnames; i++)
		names[i] = shape.names[shape.nnames - 1 - i];
	shape.names = names;
	refused_shape(r, &c, shape, "block 7: the shape differs (directory)",
		"names in another order");
	shape = c.shape;
	shape.nnames--;
	refused_shape(r, &c, shape, "block 7: the checksum differs (directory)", "a name less");
	shape = c.shape;
	shape.n++;
	refused_shape(r, &c, shape, "block 7: the number of rows differs (directory)",
		"a row more");
	shape.n = 0;
	refused_shape(r, &c, shape, "block 7: the number of rows is out of range (directory)",
		"no rows");
	shape.n = BLOCK_ROWS_MAX + 1;
	refused_shape(r, &c, shape, "block 7: the number of rows is out of range (directory)",
		"too many rows");
	block_reader_free(r);
}

/* Ids stand alone: no columns are read, and those that were stay. */
static void
test_ids_alone(void)
{
	struct sweep s = sweep_start("two blocks", 31);
	struct block_case a = block_random(&s, 50, &run), b = block_random(&s, 90, &run);
	struct block_reader *r = block_reader_new();
	struct event_columns got;
	const struct str *ids = NULL;
	struct err e = ERR_INIT;

	ok(block_decode_ids(r, a.rows.n, a.ids, "block 7", &ids, &e), "ids before anything else");
	ok(block_all(r, &b.shape, b.columns, b.ids, &got, &e), "then another block");
	ok(block_decode_ids(r, a.rows.n, a.ids, "block 7", &ids, &e), "then ids again");
	got.ids = NULL;
	is_int((int64_t)block_differences(&b, &got, NULL), 0, "the columns before them stay");
	got = a.rows;
	got.ids = ids;
	is_int((int64_t)block_differences(&a, &got, NULL), 0, "the ids are right");
	for (size_t n = 49; n <= 51; n += 2) {
		err_clear(&e);
		ok(!block_decode_ids(r, n, a.ids, "block 7", &ids, &e) && block_is_damage(&e),
			"not of %zu rows", n);
	}
	err_clear(&e);
	ok(!block_decode_ids(r, 0, a.ids, "block 7", &ids, &e), "nor of none");
	is_str(e.text, "block 7: the number of rows is out of range (ids)", "  and why");
	err_clear(&e);
	ok(!block_decode_ids(r, BLOCK_ROWS_MAX + 1, a.ids, "block 7", &ids, &e), "nor of too many");
	block_reader_free(r);
}

/* What nobody asked for is not looked at. */
static void
test_unwanted(void)
{
	struct sweep s = sweep_start("an example", 32);
	struct block_case c = block_example(&s, 50, 3, &run);
	struct block_reader *r = block_reader_new();
	struct str name = c.shape.names[0];
	struct texts names = { &name, 1 };
	struct block_wanted wanted = { .properties = &names };
	struct event_columns got;
	struct err e = ERR_INIT;
	char *p = copy_of(c.columns, &run);
	struct str bytes = { p, c.columns.n };

	p[c.columns.n - 1] ^= 1;
	ok(block_decode(r, &c.shape, bytes, &wanted, "block 7", &got, NULL, &e),
		"damage in a column that is not asked for is not seen");
	is_int((int64_t)block_differences(&c, &got, NULL), 0, "  the rest is right");
	name = c.shape.names[4];
	ok(!block_decode(r, &c.shape, bytes, &wanted, "block 7", &got, NULL, &e),
		"in one that is, it is");
	is_str(e.text, "block 7: the checksum differs (property latency_ms)", "  named");
	block_reader_free(r);
}

/* ---- wrong on purpose ---- */

/* Two events of one customer and one property, at 1 and 2 ns. */
static struct block_case
two_rows(void)
{
	static const int64_t timestamps_ns[] = { 1, 2 }, batches[] = { 3, 3 };
	static const uint32_t customers[] = { 5, 5 };
	static const struct cell_text cells[] = { { { "a", 1 }, JSON_STRING },
		{ { "b", 1 }, JSON_STRING } };
	struct event_column *column = ARENA_NEW(&run, struct event_column);
	struct str *ids = ARENA_ARRAY(&run, 2, struct str);
	struct event_columns rows = { .event_type = STR("tokens"),
		.n = 2,
		.timestamps_ns = timestamps_ns,
		.customers = customers,
		.properties = column,
		.nproperties = 1,
		.ids = ids };

	ids[0] = STR("t0");
	ids[1] = STR("t1");
	*column = column_of(STR("model"), cells, 2, &run);
	return block_of(&rows, batches, &run);
}

struct forgery {
	size_t column;
	const char *bytes;
	const char *wrong; /* NULL: it is none */
};

enum { T = BLOCK_TIMESTAMPS, C = BLOCK_CUSTOMERS, B = BLOCK_BATCHES, P = BLOCK_PROPERTIES };

#define RANGE "a number is out of range"
#define MISSING "bytes are missing"
#define MAX_SIGNED "fe ff ff ff ff ff ff ff ff 01" /* INT64_MAX, to and fro */

static const struct forgery forgeries[] = {
	{ T, "00 02 00 01 02", NULL },
	{ T, "", MISSING " (timestamps)" },
	{ T, "04 02 00 01 02", RANGE " (timestamps)" },
	{ T, "00 02 00 03 02", "a width is none of the known (timestamps)" },
	{ T, "00 02 00 08 00", MISSING " (timestamps)" },
	{ T, "00 02 00 01 02 00", "bytes are left over (timestamps)" },
	{ T, "00 02 00 01 01", "a timestamp is before the one above it (customers)" },
	{ T, "00 " MAX_SIGNED " 00 00", NULL },
	{ T, "00 " MAX_SIGNED " 00 01 02", RANGE " (timestamps)" },
	{ T, "03 " MAX_SIGNED " 01 00", RANGE " (timestamps)" },
	{ T, "03 00 00 40 00 00 00 00 00 00 00 00 04 7d c1 25 02 00 00 00",
		NULL }, /* 9223372036 s */
	{ T, "03 00 00 40 00 00 00 00 00 00 00 00 05 7d c1 25 02 00 00 00", RANGE " (timestamps)" },
	{ C, "00 05 00 00", NULL },
	{ C, "02 05 00 00", RANGE " (customers)" },
	{ C, "00 80 80 80 80 10 00 00", RANGE " (customers)" },
	{ C, "00 ff ff ff ff 0f 00 00", NULL },
	{ C, "00 ff ff ff ff 0f 01 00", RANGE " (customers)" },
	{ C, "01 05 01 00 00 02 00", NULL },
	{ C, "01 05 00 00 00 02 00", "there are no runs (customers)" },
	{ C, "01 05 03 00 00 01 00", RANGE " (customers)" },
	{ C, "01 05 01 00 00 01 00", "the runs have other rows (customers)" },
	{ C, "01 05 01 00 00 03 00", RANGE " (customers)" },
	{ C, "01 05 02 01 00 01 00", NULL },
	{ C, "01 05 02 01 00 02 00", RANGE " (customers)" },
	{ C, "01 ff ff ff ff 0f 02 01 00 01 00", RANGE " (customers)" },
	{ B, "06 00 00", NULL },
	{ B, MAX_SIGNED " 00 01 01", RANGE " (batches)" },
	{ B, "06", MISSING " (batches)" },
	{ P, "01 40 02 04 00 01 00 61 62", NULL }, /* as many texts as rows */
	{ P, "01 40 02 04 00 01 00 61 62 00 01 02", "bytes are left over (property model)" },
	{ P, "01 40 01 04 00 01 00 61 00 00", NULL },
	{ P, "01 40 01 04 00 01 00 61 00 01 02", RANGE " (property model)" },
	{ P, "01 40 00 00 00 00 00 00 00", "there are no texts (property model)" },
	{ P, "01 40 03 04 00 01 00 61 62 63", RANGE " (property model)" },
	{ P, "01 40 02 07 00 01 00 61 62", RANGE " (property model)" },
	{ P, "01 40 02 04 00 02 00 61 62", MISSING " (property model)" },
	{ P, "01 40 02 04 00 ff ff ff ff ff ff ff ff ff 01 00 61 62", RANGE " (property model)" },
	{ P, "01 40 02 00 00 01 00 61 62", "null has a text (property model)" },
	{ P, "01 40 02 00 00 00 00", NULL },
	{ P, "00", "there are no kinds (property model)" },
	{ P, "28", RANGE " (property model)" },
	{ P, "01 12 00 00 00", NULL }, /* scale 18 */
	{ P, "01 13 00 00 00", "a kind is not known or not in its place (property model)" },
	{ P, "01 33 00 00 00", "a kind is not known or not in its place (property model)" },
	{ P, "01 41 00 00 00", "a kind is not known or not in its place (property model)" },
	{ P, "01 ff 00 00 00", "a kind is not known or not in its place (property model)" },
	{ P, "02 01 00 00 00 00 01 02 00 00",
		"a kind is not known or not in its place (property model)" },
	{ P, "02 00 00 00 00 00 01 02 00 00",
		"a kind is not known or not in its place (property model)" },
	{ P, "02 00 00 01 00 00 01 02 00 00", NULL },
	{ P, "02 00 00 01 00 00 02 08 00 00", RANGE " (property model)" }, /* kind 2 of 2 */
	{ P, "01 00 fe ff 9f f6 f4 ac db e0 1b 00 00", NULL },             /* 10^18 - 1 */
	{ P, "01 00 80 80 a0 f6 f4 ac db e0 1b 00 00",
		"a decimal has more than 18 digits (property model)" },
	{ P, "01 00 ff ff 9f f6 f4 ac db e0 1b 00 00",
		"a decimal has more than 18 digits (property model)" },
	{ P, "01 00 fe ff 9f f6 f4 ac db e0 1b 01 00", RANGE " (property model)" },
	{ P, "02 00 fe ff 9f f6 f4 ac db e0 1b 01 00 00 01 02 00 01 01",
		RANGE " (property model)" },
	{ P, "02 00 fe ff 9f f6 f4 ac db e0 1b 01 00 00 01 02 00 01 02", NULL },
	{ P, "02 00 00 40 01 04 00 01 00 61 00 01 02 00 01 02", RANGE " (property model)" },
	{ P, "02 00 00 40 01 04 00 01 00 61 00 01 02 00 01 01", NULL },
};

static const struct block_wanted everything = { .batches = true };

static void
test_forged_columns(void)
{
	struct block_case c = two_rows();
	struct block_reader *r = block_reader_new();

	for (size_t i = 0; i < countof(forgeries); i++) {
		const struct forgery *f = &forgeries[i];
		struct str columns = block_with_column(&c, f->column, bytes_of(&rec, f->bytes),
			&rec);
		struct event_columns got;
		const int64_t *batches;
		struct err e = ERR_INIT;
		bool taken = block_decode(r, &c.shape, columns, &everything, "block 7", &got,
			&batches, &e);

		if (f->wrong == NULL)
			ok(taken, "column %zu of %s is taken", f->column, f->bytes);
		else
			is_str(taken ? NULL : e.text + strlen("block 7: "), f->wrong,
				"column %zu of %s is refused", f->column, f->bytes);
		arena_clear(&rec);
	}
	block_reader_free(r);
}

static void
test_forged_ids(void)
{
	static const struct forgery cases[] = {
		{ 0, "01 00 01 74 01 00 30 31", NULL },
		{ 0, "01 00 00 02 00 74 30 74 31", NULL },
		{ 0, "01 00 00 00 00", NULL },
		{ 0, "01 00 01 74 01 00 30 31 32", "bytes are left over (ids)" },
		{ 0, "01 00 01 74 01 00 30", MISSING " (ids)" },
		{ 0, "01 00 01 74 00 40 01 00 00 00 00 00 00 00 ff ff ff ff ff ff ff ff 30 31",
			RANGE " (ids)" },
		{ 0, "01 00 ff 01 74 01 00 30 31", MISSING " (ids)" },
		{ 0, "01 00 80 02 74 01 00 30 31", RANGE " (ids)" },
		{ 0, "00 00 01 74 01 00 30 31", MISSING " (ids)" },
		{ 0, "02 00", RANGE " (ids)" },
		{ 0, "00 02 08 00", RANGE " (ids)" },
		{ 0, "", MISSING " (ids)" },
	};
	struct block_reader *r = block_reader_new();
	const struct str *got;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < countof(cases); i++) {
		struct str body = bytes_of(&rec, cases[i].bytes);
		char *p = arena_alloc(&rec, CHECKSUM_BYTES + body.n);
		struct str ids = { p, CHECKSUM_BYTES + body.n };
		bool taken;

		memcpy(p + CHECKSUM_BYTES, body.p, body.n);
		block_seal_ids(p, ids.n);
		err_clear(&e);
		taken = block_decode_ids(r, 2, ids, "block 7", &got, &e);
		if (cases[i].wrong == NULL)
			ok(taken, "ids of %s are taken", cases[i].bytes);
		else
			is_str(taken ? NULL : e.text + strlen("block 7: "), cases[i].wrong,
				"ids of %s are refused", cases[i].bytes);
	}
	arena_clear(&rec);
	block_reader_free(r);
}

int
main(void)
{
	test_every_byte();
	test_lengths();
	test_shapes();
	test_ids_alone();
	test_unwanted();
	test_forged_columns();
	test_forged_ids();
	arena_release(&rec);
	arena_release(&run);
	return done();
}
