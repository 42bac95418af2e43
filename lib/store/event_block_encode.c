#include "store/event_block.h"

#include <assert.h>
#include <string.h>

#include "store/event_block_layout.h"
#include "store/event_block_private.h"

#include "base/banned.h"

static struct encoder
encoder_of(const struct event_columns *rows, struct buf *out)
{
	struct encoder en = { .rows = rows, .out = out, .scratch = ARENA_INIT };

	en.row = ARENA_ARRAY(&en.scratch, rows->n, uint64_t);
	en.other = ARENA_ARRAY(&en.scratch, rows->n, uint64_t);
	return en;
}

static bool
rows_in_order(const struct event_columns *rows)
{
	const uint32_t *c = rows->customers;
	const int64_t *t = rows->timestamps_ns;

	for (size_t i = 1; i < rows->n; i++)
		if (c[i] < c[i - 1] ||
			(c[i] == c[i - 1] &&
				(t[i] < t[i - 1] ||
					(t[i] == t[i - 1] &&
						str_cmp(rows->ids[i - 1], rows->ids[i]) > 0))))
			return false;
	return true;
}

/* ---- timestamps, customers, batches ---- */

/* The unit is a constant to each caller, so nothing is divided by a variable. */
static inline __attribute__((always_inline)) bool
divide_all(const uint64_t *v, size_t n, uint64_t unit, uint64_t *out)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = v[i] / unit;
		if (out[i] * unit != v[i])
			return false;
	}
	return true;
}

static unsigned
to_units(const uint64_t *v, size_t n, uint64_t *out)
{
	if (divide_all(v, n, block_units[3], out))
		return 3;
	if (divide_all(v, n, block_units[2], out))
		return 2;
	if (divide_all(v, n, block_units[1], out))
		return 1;
	memcpy(out, v, n * sizeof(v[0]));
	return 0;
}

static int64_t
least_of(const int64_t *v, size_t n)
{
	int64_t least = v[0];

	for (size_t i = 1; i < n; i++)
		least = v[i] < least ? v[i] : least;
	return least;
}

/* What each lies above the least. */
static int64_t
rebase(struct encoder *en, const int64_t *v)
{
	int64_t least = least_of(v, en->rows->n);

	for (size_t i = 0; i < en->rows->n; i++)
		en->row[i] = (uint64_t)v[i] - (uint64_t)least;
	return least;
}

static void
put_timestamps(struct encoder *en)
{
	size_t n = en->rows->n;
	int64_t least = rebase(en, en->rows->timestamps_ns);

	put_small(en->out, to_units(en->row, n, en->other));
	put_signed(en->out, least);
	put_row(en->out, en->other, n);
}

static void
put_batches(struct encoder *en, const int64_t *batches)
{
	put_signed(en->out, rebase(en, batches));
	put_row(en->out, en->row, en->rows->n);
}

static void
put_steps(struct encoder *en)
{
	const uint32_t *c = en->rows->customers;
	size_t n = en->rows->n;

	put_small(en->out, CUSTOMERS_STEPS);
	put_small(en->out, c[0]);
	for (size_t i = 1; i < n; i++)
		en->row[i - 1] = c[i] - c[i - 1];
	put_row(en->out, en->row, n - 1);
}

static void
put_runs(struct encoder *en)
{
	const uint32_t *c = en->rows->customers;
	uint64_t *steps = en->row, *lengths = en->other;
	size_t n = en->rows->n, runs = 1;

	lengths[0] = 1;
	for (size_t i = 1; i < n; i++) {
		if (c[i] == c[i - 1]) {
			lengths[runs - 1]++;
			continue;
		}
		steps[runs - 1] = c[i] - c[i - 1];
		lengths[runs++] = 1;
	}
	put_small(en->out, CUSTOMERS_RUNS);
	put_small(en->out, c[0]);
	put_small(en->out, runs);
	put_row(en->out, steps, runs - 1);
	put_row(en->out, lengths, runs);
}

/* Both ways are tried, the shorter is kept. */
static void
put_customers(struct encoder *en)
{
	struct buf *out = en->out;
	size_t start = out->n, middle, shorter;

	put_steps(en);
	middle = out->n;
	put_runs(en);
	shorter = out->n - middle;
	if (shorter >= middle - start) {
		out->n = middle;
		return;
	}
	memmove(out->p + start, out->p + middle, shorter);
	out->n = start + shorter;
}

/* ---- properties ---- */

/* The kinds of a column, ascending, and the place of each among them. */
struct kinds {
	size_t n;
	uint8_t kind[KINDS_MAX];
	int64_t least[KINDS_MAX];
	uint8_t place[UINT8_MAX + 1];
};

static void
find_kinds(const struct event_column *c, size_t n, struct kinds *out)
{
	bool there[UINT8_MAX + 1] = { false };

	if (c->kind != CELL_MIXED)
		there[c->kind] = true;
	else
		for (size_t i = 0; i < n; i++)
			there[c->kinds[i]] = true;
	out->n = 0;
	for (unsigned kind = 0; kind <= UINT8_MAX; kind++) {
		if (!there[kind])
			continue;
		assert(cell_kind_known((uint8_t)kind));
		out->least[out->n] = cell_is_decimal((uint8_t)kind) ? INT64_MAX : 0;
		out->place[kind] = (uint8_t)out->n;
		out->kind[out->n++] = (uint8_t)kind;
	}
}

static bool
has_texts(const struct kinds *k)
{
	return k->kind[k->n - 1] == CELL_TEXT;
}

_Static_assert((int)CELL_TEXT > (int)CELL_DIGITS + CELL_SCALE_MAX, "texts are the last kind");

/* Texts by new numbers, in the order in which rows show them. */
struct numbered {
	uint32_t *number; /* by old number; 0: not shown */
	uint32_t *shown;  /* the old number of each */
	size_t n;
};

static void
number_texts(struct encoder *en, const struct event_column *c, struct numbered *out)
{
	size_t n = en->rows->n;

	out->number = ARENA_ARRAY(&en->scratch, c->ntexts, uint32_t);
	out->shown = ARENA_ARRAY(&en->scratch, n < c->ntexts ? n : c->ntexts, uint32_t);
	out->n = 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t text = (uint64_t)c->values[i];

		if (cell_kind_at(c, i) != CELL_TEXT)
			continue;
		assert(text < c->ntexts);
		if (out->number[text] == 0) {
			out->shown[out->n++] = (uint32_t)text;
			out->number[text] = (uint32_t)out->n;
		}
		en->row[i] = out->number[text] - 1;
	}
}

static void
put_texts(struct encoder *en, const struct event_column *c, const struct numbered *texts)
{
	uint64_t *each = en->other;
	size_t bytes = 0;

	put_small(en->out, texts->n);
	for (size_t i = 0; i < texts->n; i++)
		each[i] = c->texts[texts->shown[i]].type;
	put_row(en->out, each, texts->n);
	for (size_t i = 0; i < texts->n; i++) {
		each[i] = c->texts[texts->shown[i]].text.n;
		bytes += each[i];
	}
	put_row(en->out, each, texts->n);
	buf_reserve(en->out, bytes);
	for (size_t i = 0; i < texts->n; i++)
		buf_add_str(en->out, c->texts[texts->shown[i]].text);
}

static void
find_least(const struct event_column *c, size_t n, struct kinds *k)
{
	if (k->n == 1) {
		if (!has_texts(k))
			k->least[0] = least_of(c->values, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t *least = &k->least[k->place[c->kinds[i]]];

		if (cell_is_decimal(c->kinds[i]) && c->values[i] < *least)
			*least = c->values[i];
	}
}

/* Decimals above the least of their kind; texts have their place by now. */
static void
rebase_decimals(struct encoder *en, const struct event_column *c, const struct kinds *k)
{
	if (k->n == 1) {
		if (!has_texts(k))
			rebase(en, c->values);
		return;
	}
	for (size_t i = 0; i < en->rows->n; i++)
		if (cell_is_decimal(c->kinds[i]))
			en->row[i] = (uint64_t)c->values[i] -
				(uint64_t)k->least[k->place[c->kinds[i]]];
}

/* What does not fit could not be read again. */
static bool
decimals_fit(const struct event_column *c, size_t n)
{
	uint64_t over = 0;

	for (size_t i = 0; i < n; i++)
		over |= cell_is_decimal(cell_kind_at(c, i)) &
			((uint64_t)c->values[i] + MANTISSA_MAX > 2 * (uint64_t)MANTISSA_MAX);
	return over == 0;
}

static void
put_kinds(struct encoder *en, const struct kinds *k)
{
	put_small(en->out, k->n);
	for (size_t i = 0; i < k->n; i++) {
		buf_add_char(en->out, (char)k->kind[i]);
		if (cell_is_decimal(k->kind[i]))
			put_signed(en->out, k->least[i]);
	}
}

static void
put_property(struct encoder *en, const struct event_column *c)
{
	size_t n = en->rows->n;
	struct numbered texts = { .n = 0 };
	struct kinds k;

	assert(c->read && decimals_fit(c, n));
	find_kinds(c, n, &k);
	find_least(c, n, &k);
	put_kinds(en, &k);
	if (has_texts(&k)) {
		number_texts(en, c, &texts);
		put_texts(en, c, &texts);
	}
	if (k.n > 1) {
		for (size_t i = 0; i < n; i++)
			en->other[i] = k.place[c->kinds[i]];
		put_row(en->out, en->other, n);
	}
	rebase_decimals(en, c, &k);
	if (texts.n < n)
		put_row(en->out, en->row, n);
}

/* ---- the whole ---- */

/* Enter the column that began at start into the directory; the next one begins where it ends. */
static size_t
enter(struct buf *out, size_t column, size_t start)
{
	char *entry = out->p + DIRECTORY_COLUMNS + column * DIRECTORY_COLUMN;
	size_t bytes = out->n - start;

	assert(bytes <= UINT32_MAX);
	store32(entry, (uint32_t)bytes);
	store64(entry + 4, hash64(out->p + start, bytes));
	return out->n;
}

static uint64_t
shape_sum(const struct event_columns *rows)
{
	uint64_t sum = block_shape_sum(0, rows->event_type);

	for (size_t i = 0; i < rows->nproperties; i++)
		sum = block_shape_sum(sum, rows->properties[i].name);
	return sum;
}

static void
put_columns(struct encoder *en, const int64_t *batches)
{
	struct buf *out = en->out;
	size_t sum_at = directory_sum_at(BLOCK_PROPERTIES + en->rows->nproperties);
	size_t start = sum_at + CHECKSUM_BYTES;

	buf_reserve(out, start);
	out->n = start;
	put_timestamps(en);
	start = enter(out, BLOCK_TIMESTAMPS, start);
	put_customers(en);
	start = enter(out, BLOCK_CUSTOMERS, start);
	put_batches(en, batches);
	start = enter(out, BLOCK_BATCHES, start);
	for (size_t i = 0; i < en->rows->nproperties; i++) {
		put_property(en, &en->rows->properties[i]);
		start = enter(out, BLOCK_PROPERTIES + i, start);
	}
	out->p[DIRECTORY_FORMAT] = BLOCK_FORMAT;
	store32(out->p + DIRECTORY_ROWS, (uint32_t)en->rows->n);
	store64(out->p + DIRECTORY_SHAPE, shape_sum(en->rows));
	store64(out->p + sum_at, hash64(out->p, sum_at));
}

void
block_encode(const struct event_columns *rows, const int64_t *batches, struct buf *columns,
	struct buf *ids)
{
	struct encoder en = encoder_of(rows, columns);

	assert(rows->n >= 1 && rows->n <= BLOCK_ROWS_MAX && rows_in_order(rows));
	buf_clear(columns);
	put_columns(&en, batches);
	buf_clear(ids);
	buf_reserve(ids, CHECKSUM_BYTES);
	ids->n = CHECKSUM_BYTES;
	en.out = ids;
	put_ids(&en);
	store64(ids->p, hash64(ids->p + CHECKSUM_BYTES, ids->n - CHECKSUM_BYTES));
	arena_release(&en.scratch);
}
