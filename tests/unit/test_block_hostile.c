/* Blocks of hostile bytes whose checksums fit: refused, or of use, but never followed astray. */
#include "store/event_block.h"

#include <string.h>

#include "store/event_block_layout.h"
#include "tests/unit/block_forge.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena rec;

static const struct block_wanted everything = { .batches = true };

/* A few bytes changed, put in or taken out. */
static struct str
mutated(struct sweep *s, struct str bytes)
{
	static const unsigned char likely[] = { 0, 1, 2, 8, 64, 0x7f, 0x80, 0xff };
	size_t room = bytes.n + 8, n = bytes.n;
	char *p = arena_alloc(&rec, room), *exact;

	memcpy(p, bytes.p, n);
	for (uint64_t edits = 1 + sweep_below(s, 3); edits > 0; edits--) {
		size_t at = (size_t)sweep_below(s, n + 1), tail = n - at;
		char c = (char)(sweep_below(s, 2) == 0 ? likely[sweep_below(s, countof(likely))] :
							 sweep_next(s));

		switch (sweep_below(s, 4)) {
		case 0:
			memmove(p + at + 1, p + at, tail);
			p[at] = c;
			n++;
			break;
		case 1:
			if (tail > 0) {
				memmove(p + at, p + at + 1, tail - 1);
				n--;
			}
			break;
		default:
			if (tail > 0)
				p[at] = c;
		}
	}
	exact = arena_alloc(&rec, n);
	memcpy(exact, p, n);
	return (struct str){ exact, n };
}

/* Over every byte that a text has, so that they are read. */
static uint64_t touched;

static void
touch(struct str text)
{
	touched += hash64(text.p, text.n);
}

static size_t
cell_misfits(const struct event_column *c, size_t row, struct str columns)
{
	char room[CELL_TEXT_SIZE];
	int64_t value = c->values[row];
	struct property p;
	size_t wrong;

	if (cell_is_decimal(cell_kind_at(c, row)))
		wrong = value > MANTISSA_MAX || value < -MANTISSA_MAX;
	else if (value < 0 || (size_t)value >= c->ntexts)
		return 1;
	else
		wrong = c->texts[value].text.n > 0 &&
			(c->texts[value].text.p < columns.p ||
				c->texts[value].text.p + c->texts[value].text.n >
					columns.p + columns.n);
	p = event_cell(c, row, room);
	touch(p.text);
	return wrong + ((p.type == JSON_NULL) != (p.text.p == NULL)) + (p.type > JSON_OBJECT);
}

/* Whatever was taken can be used: rows in order, numbers in range, texts within the bytes. */
static size_t
misfits(const struct event_columns *got, struct str columns)
{
	const uint32_t *customers = got->customers;
	size_t wrong = 0;

	for (size_t i = 1; i < got->n; i++)
		wrong += customers[i] < customers[i - 1] ||
			(customers[i] == customers[i - 1] &&
				got->timestamps_ns[i] < got->timestamps_ns[i - 1]);
	for (size_t k = 0; k < got->nproperties; k++)
		for (size_t i = 0; i < got->n; i++)
			wrong += cell_misfits(&got->properties[k], i, columns);
	for (size_t i = 0; got->ids != NULL && i < got->n; i++)
		touch(got->ids[i]);
	return wrong;
}

static void
seal_ids(struct str *ids)
{
	char *p = copy_of(*ids, &rec);

	if (ids->n < CHECKSUM_BYTES)
		return;
	block_seal_ids(p, ids->n);
	ids->p = p;
}

static void
test_anything(void)
{
	struct sweep s = sweep_start("hostile bytes", 41);
	struct block_reader *r = block_reader_new();
	size_t wrong = 0, taken = 0, refused = 0, refused_ids = 0;

	for (int round = 0; round < 20000; round++) {
		struct block_case c = block_random(&s,
			1 + (size_t)(sweep_below(&s, 40) >> sweep_below(&s, 6)), &rec);
		size_t ncolumns = BLOCK_PROPERTIES + c.shape.nnames;
		size_t column = (size_t)sweep_below(&s, ncolumns);
		struct str columns = c.columns, ids = c.ids;
		struct event_columns got;
		struct err e = ERR_INIT;

		if (sweep_below(&s, 3) > 0)
			columns = block_with_column(&c, column,
				mutated(&s, block_column(&c, column)), &rec);
		if (sweep_below(&s, 3) == 0)
			ids = mutated(&s, ids);
		seal_ids(&ids);
		if (block_all(r, &c.shape, columns, ids, &got, &e)) {
			taken++;
			wrong += misfits(&got, columns);
		} else {
			refused++;
			refused_ids += strstr(e.text, "(ids)") != NULL;
			wrong += !block_is_damage(&e);
		}
		arena_clear(&rec);
	}
	is_int((int64_t)wrong, 0,
		"of hostile blocks %zu were taken, %zu refused, %zu for their ids", taken, refused,
		refused_ids);
	ok(taken > 1000 && refused - refused_ids > 1000 && refused_ids > 500,
		"all sorts were there");
	block_reader_free(r);
}

/* The directory too, and what the table says of the block. */
static void
test_directories(void)
{
	struct sweep s = sweep_start("hostile directories", 42);
	struct block_reader *r = block_reader_new();
	size_t wrong = 0, taken = 0;

	for (int round = 0; round < 5000; round++) {
		struct block_case c = block_random(&s, 1 + (size_t)sweep_below(&s, 8), &rec);
		size_t ncolumns = BLOCK_PROPERTIES + c.shape.nnames;
		size_t sum_at = directory_sum_at(ncolumns);
		char *p = copy_of(c.columns, &rec);
		struct event_columns got;
		const int64_t *batches;
		struct err e = ERR_INIT;

		for (uint64_t edits = 1 + sweep_below(&s, 2); edits > 0; edits--)
			p[sweep_below(&s, sum_at)] = (char)sweep_next(&s);
		if (sweep_below(&s, 4) == 0)
			store32(p + DIRECTORY_ROWS,
				(uint32_t)(sweep_next(&s) >> (32 + sweep_below(&s, 32))));
		if (sweep_below(&s, 2) == 0)
			c.shape.n = load32(p + DIRECTORY_ROWS);
		block_seal(p, c.columns.n, &c);
		if (block_decode(r, &c.shape, (struct str){ p, c.columns.n }, &everything,
			    "block 7", &got, &batches, &e)) {
			got.ids = NULL;
			taken++;
			wrong += misfits(&got, (struct str){ p, c.columns.n });
		} else {
			wrong += !block_is_damage(&e);
		}
		arena_clear(&rec);
	}
	is_int((int64_t)wrong, 0, "of hostile directories %zu were taken", taken);
	block_reader_free(r);
}

int
main(void)
{
	test_anything();
	test_directories();
	note("all bytes: %" PRIx64, touched);
	arena_release(&rec);
	return done();
}
