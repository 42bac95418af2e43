#include "engine/group_columns.h"

#include "engine/match_columns.h"
#include "engine/usage_part.h"

#include "base/banned.h"

#define CODES_MIN ((size_t)256)
#define SLOTS_MIN ((size_t)256)
#define GROUP_BITS_MIN 3

/* A row with its group, for all rows that have the same cells. */
struct row_slot {
	uint32_t row;
	uint32_t number; /* + 1, 0: free */
};

void
grouping_init(struct grouping *g, const struct texts *names, size_t customer_at, struct arena *a)
{
	*g = (struct grouping){ .names = *names, .customer_at = customer_at };
	g->columns = ARENA_ARRAY(a, names->n, const struct event_column *);
	g->steps = ARENA_ARRAY(a, names->n, size_t);
	map_init(&g->numbers, a);
}

/* ---- of a block ---- */

/* Where all columns are texts, and few: a code for each combination. */
static void
plan_codes(struct grouping *g)
{
	size_t codes = 1, most = g->rows->n > CODES_MIN ? g->rows->n : CODES_MIN;

	if (g->customer_at < g->names.n)
		return;
	for (size_t i = 0; i < g->names.n; i++) {
		const struct event_column *c = g->columns[i];

		if (c == NULL)
			continue;
		g->steps[i] = codes;
		if (c->kind != CELL_TEXT || c->ntexts > most / codes)
			return;
		codes *= c->ntexts;
	}
	g->by_code = ARENA_ARRAY(g->block, codes, uint32_t);
}

void
grouping_set(struct grouping *g, const struct event_columns *cols, struct arena *block)
{
	g->rows = cols;
	g->block = block;
	g->by_code = NULL;
	g->slots = NULL;
	g->nslots = g->nused = 0;
	for (size_t i = 0; i < g->names.n; i++)
		g->columns[i] = i == g->customer_at ? NULL : column_named(cols, g->names.p[i]);
	plan_codes(g);
}

/* ---- of a row ---- */

static uint32_t
number_by_texts(struct grouping *g, size_t row, struct buf *key)
{
	uint32_t *number;
	void **slot;
	bool fresh;

	buf_clear(key);
	for (size_t i = 0; i < g->names.n; i++) {
		struct property p = { .type = JSON_NULL };
		char room[CELL_TEXT_SIZE];

		if (i == g->customer_at) {
			group_key_add(key, &g->rows->customer_keys[g->rows->customers[row]]);
			continue;
		}
		if (g->columns[i] != NULL)
			p = event_cell(g->columns[i], row, room);
		group_key_add(key,
			p.type == JSON_NULL || p.type == JSON_OBJECT || p.type == JSON_ARRAY ?
				NULL :
				&p.text);
	}
	slot = map_slot(&g->numbers, buf_str(key), &fresh);
	number = *slot;
	if (fresh) {
		*slot = number = ARENA_NEW(g->numbers.arena, uint32_t);
		*number = (uint32_t)g->numbers.n - 1;
	}
	return *number;
}

static uint32_t
number_by_code(struct grouping *g, size_t row, size_t code, struct buf *key)
{
	if (g->by_code[code] == 0)
		g->by_code[code] = number_by_texts(g, row, key) + 1;
	return g->by_code[code] - 1;
}

static size_t
code_of(const struct grouping *g, size_t row)
{
	size_t code = 0;

	for (size_t i = 0; i < g->names.n; i++)
		if (g->columns[i] != NULL)
			code += (size_t)g->columns[i]->values[row] * g->steps[i];
	return code;
}

static uint64_t
hash_row(const struct grouping *g, size_t row)
{
	uint64_t h = g->customer_at < g->names.n ? g->rows->customers[row] : 0;

	for (size_t i = 0; i < g->names.n; i++) {
		const struct event_column *c = g->columns[i];

		if (c == NULL)
			continue;
		h = (h + (uint64_t)c->values[row]) * UINT64_C(0x9e3779b97f4a7c15) +
			cell_kind_at(c, row);
		h ^= h >> 32;
	}
	return h * UINT64_C(0x9e3779b97f4a7c15) >> 32;
}

static bool
same_cells(const struct grouping *g, size_t x, size_t y)
{
	if (g->customer_at < g->names.n && g->rows->customers[x] != g->rows->customers[y])
		return false;
	for (size_t i = 0; i < g->names.n; i++) {
		const struct event_column *c = g->columns[i];

		if (c != NULL &&
			(c->values[x] != c->values[y] || cell_kind_at(c, x) != cell_kind_at(c, y)))
			return false;
	}
	return true;
}

/* The slot of a row with the same cells, or the free one for them. */
static struct row_slot *
find(const struct grouping *g, size_t row)
{
	size_t i = (size_t)hash_row(g, row) & (g->nslots - 1);

	while (g->slots[i].number != 0 && !same_cells(g, g->slots[i].row, row))
		i = (i + 1) & (g->nslots - 1);
	return &g->slots[i];
}

static void
grow(struct grouping *g)
{
	const struct row_slot *old = g->slots;
	size_t nold = g->nslots;

	g->nslots = nold == 0 ? SLOTS_MIN : nold * 2;
	g->slots = ARENA_ARRAY(g->block, g->nslots, struct row_slot);
	for (size_t i = 0; i < nold; i++)
		if (old[i].number != 0)
			*find(g, old[i].row) = old[i];
}

static uint32_t
number_by_cells(struct grouping *g, size_t row, struct buf *key)
{
	struct row_slot *slot;

	if (g->nused + 1 > g->nslots / 2)
		grow(g);
	slot = find(g, row);
	if (slot->number == 0) {
		*slot = (struct row_slot){ (uint32_t)row, number_by_texts(g, row, key) + 1 };
		g->nused++;
	}
	return slot->number - 1;
}

void
grouping_numbers(struct grouping *g, const uint32_t *rows, size_t n, struct buf *key, uint32_t *out)
{
	if (g->by_code == NULL) {
		for (size_t i = 0; i < n; i++)
			out[i] = number_by_cells(g, rows[i], key);
	} else if (g->names.n == 1 && g->columns[0] != NULL) {
		const int64_t *codes = g->columns[0]->values;

		for (size_t i = 0; i < n; i++)
			out[i] = number_by_code(g, rows[i], (size_t)codes[rows[i]], key);
	} else {
		for (size_t i = 0; i < n; i++)
			out[i] = number_by_code(g, rows[i], code_of(g, rows[i]), key);
	}
}

struct str
grouping_key(const struct grouping *g, uint32_t number)
{
	return g->numbers.entries[number].key;
}

/* ---- by number ---- */

static struct group_slots *
slots_of(struct arena *a, unsigned bits)
{
	struct group_slots *s = arena_alloc(a, sizeof(*s) + (sizeof(s->slots[0]) << bits));

	s->bits = bits;
	return s;
}

struct group_slots *
group_slots_new(struct arena *a)
{
	return slots_of(a, GROUP_BITS_MIN);
}

static struct group_slots *
wider(const struct group_slots *s, struct arena *a)
{
	struct group_slots *out = slots_of(a, s->bits + 1);

	out->n = s->n;
	for (size_t i = 0; i < (size_t)1 << s->bits; i++)
		if (s->slots[i].p != NULL)
			out->slots[group_slot_of(out, s->slots[i].number)] = s->slots[i];
	return out;
}

/* At most three slots in four are in use. */
struct group_slots *
group_slots_put(struct group_slots *s, struct arena *a, uint32_t number, char *p)
{
	if ((s->n + 1) * UINT64_C(4) > UINT64_C(3) << s->bits)
		s = wider(s, a);
	s->slots[group_slot_of(s, number)] = (struct group_slot){ p, number };
	s->n++;
	return s;
}
