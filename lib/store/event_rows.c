#include "store/event_rows.h"

#include <assert.h>
#include <stdlib.h>

#include "base/banned.h"

#define ROWS_FIRST 64U

/* ---- gathering ---- */

void
event_rows_init(struct event_rows *r, size_t ncells)
{
	*r = (struct event_rows){ .ncells = ncells };
	r->cells = mem_realloc(NULL, ncells, sizeof(*r->cells));
	for (size_t i = 0; i < ncells; i++)
		r->cells[i] = (struct row_cells){ .kind = CELL_MIXED };
}

void
event_rows_clear(struct event_rows *r)
{
	for (size_t i = 0; i < r->ncells; i++)
		text_table_clear(&r->cells[i].texts);
	r->batched = false;
	r->n = 0;
}

void
event_rows_release(struct event_rows *r)
{
	for (size_t i = 0; i < r->ncells; i++) {
		free(r->cells[i].kinds);
		free(r->cells[i].values);
		text_table_release(&r->cells[i].texts);
	}
	free(r->cells);
	free(r->timestamps_ns);
	free(r->customers);
	free(r->ids);
	free(r->batches);
	*r = (struct event_rows){ .n = 0 };
}

#define ROW_BYTES (2 * sizeof(int64_t) + sizeof(uint32_t) + sizeof(struct str))

size_t
event_rows_bytes(const struct event_rows *r)
{
	size_t bytes = r->cap * (ROW_BYTES + r->ncells * (sizeof(int64_t) + 1));

	for (size_t i = 0; i < r->ncells; i++)
		bytes += sizeof(struct row_cells) + text_table_bytes(&r->cells[i].texts);
	return bytes;
}

void
event_rows_reserve(struct event_rows *r, size_t more)
{
	size_t want = r->n + more, cap = r->cap == 0 ? ROWS_FIRST : r->cap;

	if (want <= r->cap)
		return;
	while (cap < want)
		cap *= 2;
	assert(cap <= INT32_MAX);
	r->timestamps_ns = mem_realloc(r->timestamps_ns, cap, sizeof(*r->timestamps_ns));
	r->customers = mem_realloc(r->customers, cap, sizeof(*r->customers));
	r->ids = mem_realloc(r->ids, cap, sizeof(*r->ids));
	r->batches = mem_realloc(r->batches, cap, sizeof(*r->batches));
	for (size_t i = 0; i < r->ncells; i++) {
		struct row_cells *c = &r->cells[i];

		c->kinds = mem_realloc(c->kinds, cap, sizeof(*c->kinds));
		c->values = mem_realloc(c->values, cap, sizeof(*c->values));
	}
	r->cap = (uint32_t)cap;
}

/* Most texts are told by how they begin. */
static bool
may_be_decimal(const struct property *p)
{
	char first;

	if ((p->type != JSON_NUMBER && p->type != JSON_STRING) || p->text.n == 0)
		return false;
	first = p->text.p[0];
	return (first >= '0' && first <= '9') || first == '-';
}

size_t
event_rows_cells(struct event_rows *r, const struct property *properties,
	const struct hash_key *key, struct text_pool *pool)
{
	uint32_t row = r->n;
	size_t fresh = 0;

	for (size_t i = 0; i < r->ncells; i++) {
		const struct property *p = &properties[i];
		struct row_cells *c = &r->cells[i];
		unsigned kind = CELL_TEXT, scale;

		if (may_be_decimal(p) && cell_decimal(p->text, &c->values[row], &scale)) {
			kind = (p->type == JSON_NUMBER ? CELL_NUMBER : CELL_DIGITS) + scale;
		} else {
			uint32_t ntexts = c->texts.n;

			c->values[row] = text_table_put(&c->texts, key, p->text, p->type, pool);
			fresh += c->texts.n - ntexts;
		}
		c->kinds[row] = (uint8_t)kind;
		if (kind != c->kind)
			c->kind = row == 0 ? (uint8_t)kind : CELL_MIXED;
	}
	return fresh;
}

/* ---- from columns ---- */

struct adding {
	struct event_rows *rows;
	const struct hash_key *key;
	struct text_pool *pool;
	uint32_t *places; /* of the texts of one column, in the rows' own table */
};

static void
add_column(const struct adding *a, struct row_cells *to, const struct event_column *from, size_t n)
{
	struct event_rows *r = a->rows;
	uint8_t kind = from->kind;

	assert(from->read);
	for (size_t i = 0; i < from->ntexts; i++)
		a->places[i] = text_table_put(&to->texts, a->key, from->texts[i].text,
			from->texts[i].type, a->pool);
	for (size_t i = 0; i < n; i++) {
		uint8_t one = cell_kind_at(from, i);

		to->kinds[r->n + i] = one;
		to->values[r->n + i] = one == CELL_TEXT ? a->places[from->values[i]] :
							  from->values[i];
	}
	if (r->n > 0 && to->kind != kind)
		kind = CELL_MIXED;
	to->kind = kind;
}

void
event_rows_add(struct event_rows *r, const struct event_columns *from, const int64_t *batches,
	const struct hash_key *key, struct text_pool *pool)
{
	struct adding a = { .rows = r, .key = key, .pool = pool };
	size_t ntexts = 0;

	assert(from->nproperties == r->ncells);
	for (size_t i = 0; i < from->nproperties; i++)
		if (from->properties[i].ntexts > ntexts)
			ntexts = from->properties[i].ntexts;
	a.places = mem_realloc(NULL, ntexts, sizeof(*a.places));
	event_rows_reserve(r, from->n);
	for (size_t i = 0; i < r->ncells; i++)
		add_column(&a, &r->cells[i], &from->properties[i], from->n);
	memcpy(r->timestamps_ns + r->n, from->timestamps_ns, from->n * sizeof(int64_t));
	memcpy(r->customers + r->n, from->customers, from->n * sizeof(uint32_t));
	r->batched = batches != NULL;
	if (batches != NULL)
		memcpy(r->batches + r->n, batches, from->n * sizeof(int64_t));
	for (size_t i = 0; i < from->n; i++)
		r->ids[r->n + i] = text_pool_add(pool, from->ids[i]);
	r->n += (uint32_t)from->n;
	free(a.places);
}

void
event_rows_view(const struct event_rows *r, const struct block_shape *shape,
	struct event_column *properties, struct event_columns *out)
{
	for (size_t i = 0; i < r->ncells; i++) {
		const struct row_cells *c = &r->cells[i];

		properties[i] = (struct event_column){
			.name = shape->names[i],
			.read = true,
			.kind = c->kind,
			.kinds = c->kinds,
			.values = c->values,
			.texts = c->texts.texts,
			.ntexts = c->texts.n,
		};
	}
	*out = (struct event_columns){
		.event_type = shape->event_type,
		.n = r->n,
		.timestamps_ns = r->timestamps_ns,
		.customers = r->customers,
		.properties = properties,
		.nproperties = r->ncells,
		.ids = r->ids,
	};
}

/* ---- arranged ---- */

static void
make_room(struct arranged_rows *a, size_t n, size_t nproperties)
{
	size_t cap = n > a->cap ? n + n / 4 : a->cap;

	if (cap > a->cap) {
		a->timestamps_ns = mem_realloc(a->timestamps_ns, cap, sizeof(*a->timestamps_ns));
		a->customers = mem_realloc(a->customers, cap, sizeof(*a->customers));
		a->ids = mem_realloc(a->ids, cap, sizeof(*a->ids));
		a->batches = mem_realloc(a->batches, cap, sizeof(*a->batches));
	}
	if (cap > a->cap || nproperties > a->nproperties) {
		size_t most = nproperties > a->nproperties ? nproperties : a->nproperties;

		a->kinds = mem_realloc(a->kinds, most * cap, sizeof(*a->kinds));
		a->values = mem_realloc(a->values, most * cap, sizeof(*a->values));
		a->properties = mem_realloc(a->properties, most, sizeof(*a->properties));
		a->nproperties = most;
	}
	a->cap = cap;
}

static void
arrange_cells(const struct row_cells *c, const struct row_key *keys, size_t n, uint8_t *kinds,
	int64_t *values, struct event_column *out)
{
	uint8_t kind = c->kinds[keys[0].row];

	for (size_t i = 0; i < n; i++)
		values[i] = c->values[keys[i].row];
	for (size_t i = 0; c->kind == CELL_MIXED && i < n; i++) {
		kinds[i] = c->kinds[keys[i].row];
		if (kinds[i] != kind)
			kind = CELL_MIXED;
	}
	*out = (struct event_column){
		.name = out->name,
		.read = true,
		.kind = kind,
		.kinds = kinds,
		.values = values,
		.texts = c->texts.texts,
		.ntexts = c->texts.n,
	};
}

void
event_rows_arrange(const struct event_rows *r, const struct block_shape *shape,
	const struct row_key *keys, size_t n, struct arranged_rows *out)
{
	make_room(out, n, r->ncells);
	for (size_t i = 0; i < n; i++) {
		out->timestamps_ns[i] = keys[i].timestamp_ns;
		out->customers[i] = keys[i].customer;
	}
	for (size_t i = 0; i < n; i++)
		out->ids[i] = r->ids[keys[i].row];
	for (size_t i = 0; r->batched && i < n; i++)
		out->batches[i] = r->batches[keys[i].row];
	for (size_t i = 0; i < r->ncells; i++) {
		out->properties[i].name = shape->names[i];
		arrange_cells(&r->cells[i], keys, n, out->kinds + i * out->cap,
			out->values + i * out->cap, &out->properties[i]);
	}
	out->columns = (struct event_columns){
		.event_type = shape->event_type,
		.n = n,
		.timestamps_ns = out->timestamps_ns,
		.customers = out->customers,
		.properties = out->properties,
		.nproperties = r->ncells,
		.ids = out->ids,
	};
}

void
arranged_rows_release(struct arranged_rows *a)
{
	free(a->timestamps_ns);
	free(a->customers);
	free(a->ids);
	free(a->batches);
	free(a->kinds);
	free(a->values);
	free(a->properties);
	*a = (struct arranged_rows){ .cap = 0 };
}
