#include "store/event_block_private.h"

#include <stdlib.h>
#include <string.h>

#include "store/event_block_layout.h"

#include "base/banned.h"

void *
room_for(struct room *r, size_t count, size_t size)
{
	size_t bytes = count * size; /* rows or texts of one block: no overflow */

	if (bytes > r->bytes) {
		free(r->p);
		r->bytes = bytes > 2 * r->bytes ? bytes : 2 * r->bytes;
		r->p = mem_realloc(NULL, r->bytes, 1);
	}
	return r->p;
}

static uint64_t *
row_room(struct block_reader *r)
{
	return room_for(&r->row, r->n, sizeof(uint64_t));
}

static uint64_t *
other_room(struct block_reader *r)
{
	return room_for(&r->other, r->n, sizeof(uint64_t));
}

/* ---- timestamps, customers, batches ---- */

bool
take_timestamps(struct block_reader *r, struct bytes_in *in)
{
	uint64_t *row = room_for(&r->timestamps_room, r->n, sizeof(uint64_t));
	uint64_t unit, room;
	int64_t least;

	if (!take_small(in, countof(block_units) - 1, &unit) || !take_signed(in, &least))
		return false;
	unit = block_units[unit];
	room = (uint64_t)INT64_MAX - (uint64_t)least;
	if (!take_row(in, r->n, room / unit, 0, row))
		return false;
	for (size_t i = 0; i < r->n; i++)
		row[i] = (uint64_t)least + row[i] * unit;
	r->timestamps_ns = r->timestamps_room.p;
	return true;
}

static bool
take_steps(struct block_reader *r, struct bytes_in *in, uint64_t customer, uint32_t *out)
{
	uint64_t *steps = row_room(r);

	if (!take_row(in, r->n - 1, UINT32_MAX, 0, steps))
		return false;
	out[0] = (uint32_t)customer;
	for (size_t i = 1; i < r->n; i++) {
		customer += steps[i - 1];
		out[i] = (uint32_t)customer;
	}
	/* they never fall, so the last one is the greatest: below 2^18 * 2^32 */
	return customer <= UINT32_MAX || bytes_wrong(in, "a number is out of range");
}

static bool
take_runs(struct block_reader *r, struct bytes_in *in, uint64_t customer, uint32_t *out)
{
	uint64_t *steps = row_room(r), *lengths = other_room(r);
	uint64_t runs, row = 0;

	if (!take_small(in, r->n, &runs))
		return false;
	if (runs == 0)
		return bytes_wrong(in, "there are no runs");
	if (!take_row(in, runs - 1, UINT32_MAX, 0, steps) || !take_row(in, runs, r->n, 0, lengths))
		return false;
	for (size_t i = 0; i < runs; i++) {
		customer += i == 0 ? 0 : steps[i - 1];
		if (customer > UINT32_MAX || lengths[i] > r->n - row)
			return bytes_wrong(in, "a number is out of range");
		for (uint64_t end = row + lengths[i]; row < end; row++)
			out[row] = (uint32_t)customer;
	}
	return row == r->n || bytes_wrong(in, "the runs have other rows");
}

/* Customers rise by their form. */
static bool
in_order(const struct block_reader *r, struct bytes_in *in)
{
	const uint32_t *c = r->customers;
	const int64_t *t = r->timestamps_ns;
	int wrong = 0;

	for (size_t i = 1; i < r->n; i++)
		wrong |= (c[i] == c[i - 1]) & (t[i] < t[i - 1]);
	return !wrong || bytes_wrong(in, "a timestamp is before the one above it");
}

bool
take_customers(struct block_reader *r, struct bytes_in *in)
{
	uint32_t *out = room_for(&r->customers_room, r->n, sizeof(uint32_t));
	uint64_t form, first;

	r->customers = out;
	if (!take_small(in, CUSTOMERS_RUNS, &form) || !take_small(in, UINT32_MAX, &first))
		return false;
	if (!(form == CUSTOMERS_STEPS ? take_steps(r, in, first, out) :
					take_runs(r, in, first, out)))
		return false;
	return in_order(r, in);
}

bool
take_batches(struct block_reader *r, struct bytes_in *in)
{
	uint64_t *row = room_for(&r->batches_room, r->n, sizeof(uint64_t));
	int64_t least;

	if (!take_signed(in, &least) ||
		!take_row(in, r->n, (uint64_t)INT64_MAX - (uint64_t)least, (uint64_t)least, row))
		return false;
	r->batches = r->batches_room.p;
	return true;
}

/* ---- properties ---- */

/* One column at work. */
struct property_in {
	struct block_reader *r;
	struct bytes_in *in;
	struct property_rooms *rooms;
	struct event_column *out;
	size_t nkinds;
	uint8_t kind[KINDS_MAX];
	uint64_t least[KINDS_MAX]; /* added to the numbers of this kind */
	uint64_t most[KINDS_MAX];  /* of them before it is */
};

static bool
take_kinds(struct property_in *p)
{
	uint64_t n;

	if (!take_small(p->in, KINDS_MAX, &n))
		return false;
	if (n == 0)
		return bytes_wrong(p->in, "there are no kinds");
	for (size_t i = 0; i < n; i++) {
		const unsigned char *kind;
		int64_t least = 0;

		if (!take_bytes(p->in, 1, &kind))
			return false;
		if (!cell_kind_known(*kind) || (i > 0 && *kind <= p->kind[i - 1]))
			return bytes_wrong(p->in, "a kind is not known or not in its place");
		if (cell_is_decimal(*kind) && !take_signed(p->in, &least))
			return false;
		if (least < -MANTISSA_MAX || least > MANTISSA_MAX)
			return bytes_wrong(p->in, "a decimal has more than 18 digits");
		p->kind[i] = *kind;
		p->least[i] = (uint64_t)least;
		p->most[i] = (uint64_t)(MANTISSA_MAX - least);
	}
	p->nkinds = n;
	return true;
}

static bool
take_lengths(struct property_in *p, struct cell_text *texts, size_t n)
{
	uint64_t *lengths = row_room(p->r);

	if (!take_row(p->in, n, p->in->left, 0, lengths))
		return false;
	for (size_t i = 0; i < n; i++) {
		const unsigned char *bytes;
		bool null = texts[i].type == JSON_NULL;

		if (!take_bytes(p->in, lengths[i], &bytes))
			return false;
		if (null && lengths[i] > 0)
			return bytes_wrong(p->in, "null has a text");
		texts[i].text = (struct str){ null ? NULL : (const char *)bytes, lengths[i] };
	}
	return true;
}

static bool
take_texts(struct property_in *p)
{
	uint64_t *types = row_room(p->r);
	struct cell_text *texts;
	uint64_t n;

	if (!take_small(p->in, p->r->n, &n))
		return false;
	if (n == 0)
		return bytes_wrong(p->in, "there are no texts");
	if (!take_row(p->in, n, JSON_OBJECT, 0, types))
		return false;
	texts = room_for(&p->rooms->texts, n, sizeof(*texts));
	for (size_t i = 0; i < n; i++)
		texts[i].type = (enum json_type)types[i];
	if (!take_lengths(p, texts, n))
		return false;
	p->most[p->nkinds - 1] = n - 1;
	p->out->texts = texts;
	p->out->ntexts = n;
	return true;
}

static bool
take_uniform(struct property_in *p, uint64_t *row)
{
	size_t n = p->r->n;

	if (p->out->ntexts == n) { /* each row has its own */
		for (size_t i = 0; i < n; i++)
			row[i] = i;
		return true;
	}
	return take_row(p->in, n, p->most[0], p->least[0], row);
}

static bool
take_mixed(struct property_in *p, uint64_t *row)
{
	size_t n = p->r->n;
	uint64_t *places = row_room(p->r);
	uint8_t *kinds = room_for(&p->rooms->kinds, n, 1);
	int over = 0;

	if (!take_row(p->in, n, p->nkinds - 1, 0, places) ||
		!take_row(p->in, n, UINT64_MAX, 0, row))
		return false;
	for (size_t i = 0; i < n; i++) {
		uint64_t k = places[i];

		kinds[i] = p->kind[k];
		over |= row[i] > p->most[k];
		row[i] += p->least[k];
	}
	p->out->kinds = kinds;
	return !over || bytes_wrong(p->in, "a number is out of range");
}

bool
take_property(struct block_reader *r, struct bytes_in *in, size_t i, struct event_column *out)
{
	struct property_in p = { .r = r, .in = in, .rooms = &r->properties[i], .out = out };
	uint64_t *row = room_for(&p.rooms->values, r->n, sizeof(uint64_t));

	if (!take_kinds(&p) || (p.kind[p.nkinds - 1] == CELL_TEXT && !take_texts(&p)))
		return false;
	if (!(p.nkinds == 1 ? take_uniform(&p, row) : take_mixed(&p, row)))
		return false;
	out->kind = p.nkinds == 1 ? p.kind[0] : CELL_MIXED;
	out->values = p.rooms->values.p;
	out->read = true;
	return true;
}
