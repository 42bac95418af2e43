#include "tests/unit/block_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/uuid.h"

/* ---- bytes ---- */

static struct str
exact_copy(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

struct str
bytes_of(struct arena *a, const char *hex)
{
	static const char digits[] = "0123456789abcdef";
	struct buf b = BUF_INIT;
	struct str out;

	for (; *hex != '\0'; hex++) {
		if (*hex == ' ')
			continue;
		buf_add_char(&b,
			(char)((strchr(digits, hex[0]) - digits) << 4 |
				(strchr(digits, hex[1]) - digits)));
		hex++;
	}
	out = exact_copy(a, buf_str(&b));
	buf_release(&b);
	return out;
}

const char *
hex_of(struct arena *a, struct str bytes)
{
	struct buf b = BUF_INIT;
	struct str out;

	for (size_t i = 0; i < bytes.n; i++)
		buf_printf(&b, "%s%02x", i == 0 ? "" : " ", (unsigned char)bytes.p[i]);
	out = str_dup(a, buf_str(&b));
	buf_release(&b);
	return out.p;
}

/* ---- columns ---- */

static uint8_t
kind_of(struct cell_text cell, int64_t *value)
{
	unsigned scale;

	if (cell.type == JSON_NUMBER && cell_decimal(cell.text, value, &scale))
		return (uint8_t)(CELL_NUMBER + scale);
	if (cell.type == JSON_STRING && cell_decimal(cell.text, value, &scale))
		return (uint8_t)(CELL_DIGITS + scale);
	return CELL_TEXT;
}

struct event_column
column_of(struct str name, const struct cell_text *cells, size_t n, struct arena *a)
{
	int64_t *values = ARENA_ARRAY(a, n, int64_t);
	uint8_t *kinds = ARENA_ARRAY(a, n, uint8_t);
	struct cell_text *texts = ARENA_ARRAY(a, n, struct cell_text);
	bool mixed = false;
	struct map numbers;

	map_init(&numbers, a);
	for (size_t i = 0; i < n; i++) {
		kinds[i] = kind_of(cells[i], &values[i]);
		mixed = mixed || kinds[i] != kinds[0];
		if (kinds[i] != CELL_TEXT)
			continue;
		struct str key = str_printf(a, "%d%.*s", (int)cells[i].type,
			STR_FMT(cells[i].text));
		void **slot = map_slot(&numbers, key, NULL);
		if (*slot == NULL) {
			texts[numbers.n - 1] = cells[i];
			*slot = &texts[numbers.n - 1];
		}
		values[i] = (struct cell_text *)*slot - texts;
	}
	return (struct event_column){ .name = name,
		.read = true,
		.kind = mixed ? CELL_MIXED : kinds[0],
		.kinds = mixed ? kinds : NULL,
		.values = values,
		.texts = texts,
		.ntexts = numbers.n };
}

static struct str
repeated(struct arena *a, char c, size_t n)
{
	char *p = arena_alloc(a, n);

	if (n > 0)
		memset(p, c, n);
	return (struct str){ p, n };
}

static struct str
digits(struct sweep *s, struct arena *a, unsigned scale)
{
	char *room = arena_alloc(a, CELL_TEXT_SIZE);
	int64_t m = sweep_int64(s) % INT64_C(1000000000000000000);

	return cell_decimal_text(m, scale, room);
}

static struct cell_text
any_cell(struct sweep *s, struct arena *a)
{
	switch (sweep_below(s, 10)) {
	case 0:
		return (struct cell_text){ { NULL, 0 }, JSON_NULL };
	case 1:
		return (struct cell_text){ STR("true"), JSON_TRUE };
	case 2:
		return (struct cell_text){ STR("false"), JSON_FALSE };
	case 3:
		return (struct cell_text){ STR("{\"a\":[1,{}]}"), JSON_OBJECT };
	case 4:
		return (struct cell_text){ STR("[]"), JSON_ARRAY };
	case 5:
		return (struct cell_text){ STR("1e3"), JSON_NUMBER };
	case 6:
		return (struct cell_text){ STR(""), JSON_STRING };
	case 7:
		return (struct cell_text){ digits(s, a, (unsigned)sweep_below(s, 19)),
			JSON_NUMBER };
	case 8:
		return (struct cell_text){ digits(s, a, (unsigned)sweep_below(s, 19)),
			JSON_STRING };
	default:
		return (struct cell_text){ STR("[]"), JSON_STRING };
	}
}

enum flavour { ONE_SCALE, TWO_SCALES, FEW_TEXTS, UNIQUE_TEXTS, LONG_TEXTS, ANYTHING, ALL_NULL };
#define FLAVOURS (ALL_NULL + 1)

static struct cell_text
cell_of(enum flavour f, size_t row, uint64_t choice, struct sweep *s, struct arena *a)
{
	enum json_type decimal = choice % 2 == 0 ? JSON_NUMBER : JSON_STRING;
	unsigned scale = (unsigned)(choice % 4);

	switch (f) {
	case ONE_SCALE:
		return (struct cell_text){ digits(s, a, scale), decimal };
	case TWO_SCALES:
		scale += (unsigned)sweep_below(s, 2);
		return (struct cell_text){ digits(s, a, scale), decimal };
	case FEW_TEXTS:
		return (struct cell_text){ str_printf(a, "text %u",
						   (unsigned)sweep_below(s, 1 + choice % 20)),
			JSON_STRING };
	case UNIQUE_TEXTS:
		return (struct cell_text){ str_printf(a, "request-%zu", row), JSON_STRING };
	case LONG_TEXTS:
		return (struct cell_text){ repeated(a, 'x', sweep_below(s, 3000)), JSON_STRING };
	case ANYTHING:
		return any_cell(s, a);
	case ALL_NULL:
		break;
	}
	return (struct cell_text){ { NULL, 0 }, JSON_NULL };
}

static struct event_column
random_column(struct sweep *s, size_t number, size_t n, struct arena *a)
{
	struct cell_text *cells = ARENA_ARRAY(a, n, struct cell_text);
	enum flavour f = (enum flavour)sweep_below(s, FLAVOURS);
	uint64_t choice = sweep_next(s);

	for (size_t i = 0; i < n; i++)
		cells[i] = cell_of(f, i, choice, s, a);
	return column_of(str_printf(a, "property %zu", number), cells, n, a);
}

/* ---- rows ---- */

struct row {
	uint32_t customer;
	int64_t t_ns;
	struct str id;
};

static int
by_row(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->t_ns != y->t_ns)
		return x->t_ns < y->t_ns ? -1 : 1;
	return str_cmp(x->id, y->id);
}

static struct str
any_uuid(struct sweep *s, struct arena *a)
{
	unsigned char bytes[UUID_BYTES];
	char *text = arena_alloc(a, UUID_TEXT);

	for (size_t i = 0; i < UUID_BYTES; i++)
		bytes[i] = (unsigned char)sweep_next(s);
	uuid_unpack(bytes, text);
	return (struct str){ text, UUID_TEXT };
}

static struct str
any_id(struct sweep *s, uint64_t form, size_t row, struct arena *a)
{
	if (form == 3)
		form = sweep_below(s, 3);
	switch (form) {
	case 0:
		return any_uuid(s, a);
	case 1:
		return str_printf(a, "inv-2026-%zu", row);
	default:
		return str_printf(a, "%zu%.*s", row, STR_FMT(repeated(a, 'y', row % 400)));
	}
}

static void
put_rows(struct event_columns *out, struct row *rows, struct arena *a)
{
	int64_t *timestamps_ns = ARENA_ARRAY(a, out->n, int64_t);
	uint32_t *customers = ARENA_ARRAY(a, out->n, uint32_t);
	struct str *ids = ARENA_ARRAY(a, out->n, struct str);

	qsort(rows, out->n, sizeof(rows[0]), by_row);
	for (size_t i = 0; i < out->n; i++) {
		timestamps_ns[i] = rows[i].t_ns;
		customers[i] = rows[i].customer;
		ids[i] = rows[i].id;
	}
	out->timestamps_ns = timestamps_ns;
	out->customers = customers;
	out->ids = ids;
}

static void
random_rows(struct sweep *s, struct event_columns *out, struct arena *a)
{
	static const int64_t units[] = { 1, 1000, 1000000, 1000000000 };
	struct row *rows = ARENA_ARRAY(a, out->n, struct row);
	int64_t unit = units[sweep_below(s, countof(units))];
	uint64_t form = sweep_below(s, 4), customers = 1 + sweep_below(s, 2 * out->n);
	bool extremes = sweep_below(s, 4) == 0;
	uint32_t most = sweep_below(s, 3) == 0 ? UINT32_MAX : 100;

	for (size_t i = 0; i < out->n; i++) {
		rows[i].t_ns = extremes ?
			sweep_int64(s) :
			INT64_C(1727740800000000000) + (int64_t)sweep_below(s, 100000) * unit;
		rows[i].customer = most - (uint32_t)(sweep_below(s, customers) % most);
		rows[i].id = any_id(s, form, i, a);
	}
	put_rows(out, rows, a);
}

struct block_case
block_of(const struct event_columns *rows, const int64_t *batches, struct arena *a)
{
	struct str *names = ARENA_ARRAY(a, rows->nproperties, struct str);
	struct buf columns = BUF_INIT, ids = BUF_INIT;
	struct block_case c = { .rows = *rows, .batches = batches };

	for (size_t i = 0; i < rows->nproperties; i++)
		names[i] = rows->properties[i].name;
	c.shape = (struct block_shape){ rows->event_type, names, rows->nproperties, rows->n };
	block_encode(rows, batches, &columns, &ids);
	c.columns = exact_copy(a, buf_str(&columns));
	c.ids = exact_copy(a, buf_str(&ids));
	buf_release(&columns);
	buf_release(&ids);
	return c;
}

struct block_case
block_random(struct sweep *s, size_t n, struct arena *a)
{
	struct event_columns rows = { .event_type = STR("tokens"), .n = n };
	size_t nproperties = (size_t)sweep_below(s, 7);
	struct event_column *columns = ARENA_ARRAY(a, nproperties, struct event_column);
	int64_t *batches = ARENA_ARRAY(a, n, int64_t);
	uint64_t nbatches = 1 + sweep_below(s, 2) * sweep_below(s, 300);

	random_rows(s, &rows, a);
	for (size_t i = 0; i < n; i++)
		batches[i] = 7 + (int64_t)sweep_below(s, nbatches);
	for (size_t i = 0; i < nproperties; i++)
		columns[i] = random_column(s, i, n, a);
	rows.properties = columns;
	rows.nproperties = nproperties;
	return block_of(&rows, batches, a);
}

struct block_case
block_example(struct sweep *s, size_t n, unsigned customers, struct arena *a)
{
	static const char *const names[] = { "model", "direction", "region", "tokens",
		"latency_ms" };
	struct event_columns rows = { .event_type = STR("tokens"), .n = n };
	struct event_column *columns = ARENA_ARRAY(a, countof(names), struct event_column);
	struct row *list = ARENA_ARRAY(a, n, struct row);

	for (size_t i = 0; i < n; i++)
		list[i] = (struct row){ (uint32_t)sweep_below(s, customers),
			INT64_C(1727740800000000000) +
				(int64_t)sweep_below(s, UINT64_C(31) * 86400000) * 1000000,
			any_uuid(s, a) };
	put_rows(&rows, list, a);
	for (size_t k = 0; k < countof(names); k++) {
		struct cell_text *cells = ARENA_ARRAY(a, n, struct cell_text);
		static const unsigned distinct[] = { 4, 2, 3 };

		for (size_t i = 0; i < n; i++) {
			unsigned v = (unsigned)sweep_below(s, k < 3 ? distinct[k] : 5000);

			cells[i].type = k == 4 ? JSON_NUMBER : JSON_STRING;
			if (k < 3)
				cells[i].text = str_printf(a, "%s-%u", names[k], v);
			else if (k == 3)
				cells[i].text = str_printf(a, "%u", v);
			else
				cells[i].text = str_printf(a, "%u.%u", v / 10, v % 10);
		}
		columns[k] = column_of(str_c(names[k]), cells, n, a);
	}
	rows.properties = columns;
	rows.nproperties = countof(names);
	return block_of(&rows, ARENA_ARRAY(a, n, int64_t), a);
}

/* ---- comparing ---- */

static bool
same_cell(const struct event_column *x, const struct event_column *y, size_t row)
{
	char room_x[CELL_TEXT_SIZE], room_y[CELL_TEXT_SIZE];
	struct property p = event_cell(x, row, room_x), q = event_cell(y, row, room_y);

	return str_eq(p.name, q.name) && str_eq(p.text, q.text) && p.type == q.type &&
		(p.text.p == NULL) == (q.text.p == NULL) &&
		cell_kind_at(x, row) == cell_kind_at(y, row);
}

size_t
block_differences(const struct block_case *c, const struct event_columns *got,
	const int64_t *batches)
{
	const struct event_columns *rows = &c->rows;
	size_t wrong = got->n != rows->n || got->nproperties != rows->nproperties ||
		!str_eq(got->event_type, rows->event_type);

	for (size_t i = 0; i < rows->n && wrong == 0; i++) {
		wrong += got->timestamps_ns[i] != rows->timestamps_ns[i];
		wrong += got->customers[i] != rows->customers[i];
		wrong += batches != NULL && batches[i] != c->batches[i];
		wrong += got->ids != NULL && !str_eq(got->ids[i], rows->ids[i]);
	}
	for (size_t k = 0; k < rows->nproperties && wrong == 0; k++)
		for (size_t i = 0; i < rows->n && got->properties[k].read; i++)
			wrong += !same_cell(&got->properties[k], &rows->properties[k], i);
	return wrong;
}
