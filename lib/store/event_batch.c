#include "store/event_batch.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>

#include "store/event_batch_shape.h"

#include "base/banned.h"

#define EVENTS_FIRST 1024U
#define SLOTS_FIRST ((size_t)64)

/* What is kept of a batch for the next one. */
#define SHAPES_KEPT 256
#define ROOM_KEPT ((size_t)128 << 20)

struct event_batch *
event_batch_new(const struct store *st)
{
	struct event_batch *b = mem_realloc(NULL, 1, sizeof(*b));

	*b = (struct event_batch){ .n = 0 };
	hash_key_make(store_secret(st), STORE_SECRET_BYTES, &b->key);
	return b;
}

static void
drop_shapes(struct event_batch *b)
{
	for (size_t i = 0; i < b->nshapes; i++) {
		struct batch_shape *s = b->shapes[i];

		event_rows_release(&s->rows);
		buf_release(&s->parts);
		free(s->events);
	}
	free(b->slots);
	b->slots = NULL;
	b->nslots = b->nshapes = b->last = 0;
	arena_clear(&b->kept);
}

void
event_batch_free(struct event_batch *b)
{
	if (b == NULL)
		return;
	drop_shapes(b);
	arena_release(&b->kept);
	free(b->shapes);
	text_pool_release(&b->pool);
	text_table_release(&b->customers);
	buf_release(&b->canonical);
	free(b->entries);
	free(b->contents);
	free(b->places);
	free(b);
}

void
event_batch_clear(struct event_batch *b)
{
	size_t room = 0;

	for (size_t i = 0; i < b->nshapes; i++)
		room += event_rows_bytes(&b->shapes[i]->rows);
	if (b->nshapes > SHAPES_KEPT || room > ROOM_KEPT)
		drop_shapes(b);
	for (size_t i = 0; i < b->nshapes; i++)
		event_rows_clear(&b->shapes[i]->rows);
	text_table_clear(&b->customers);
	text_pool_clear(&b->pool);
	b->n = b->bytes = 0;
}

size_t
event_batch_count(const struct event_batch *b)
{
	return b->n;
}

size_t
event_batch_bytes(const struct event_batch *b)
{
	return b->bytes + b->pool.used;
}

/* ---- shapes ---- */

static bool
same_text(struct str a, struct str b)
{
	return a.n == b.n && short_eq(a.p, b.p, a.n);
}

static bool
same_shape(const struct batch_shape *s, const struct event *ev)
{
	if (s->shape.nnames != ev->nproperties || !same_text(s->shape.event_type, ev->event_type))
		return false;
	for (size_t i = 0; i < ev->nproperties; i++)
		if (!same_text(s->shape.names[i], ev->properties[i].name))
			return false;
	return true;
}

static uint64_t
shape_hash(const struct event_batch *b, const struct event *ev)
{
	uint64_t hash = hash64_keyed(&b->key, ev->event_type.p, ev->event_type.n);

	for (size_t i = 0; i < ev->nproperties; i++) {
		struct str name = ev->properties[i].name;

		hash = (hash << 7 | hash >> 57) * UINT64_C(0x9e3779b97f4a7c15) +
			hash64_keyed(&b->key, name.p, name.n);
	}
	return hash ^ hash >> 32;
}

static char *
put_length(char *q, size_t n)
{
	uint32_t length = htole32((uint32_t)n);

	memcpy(q, &length, sizeof(length));
	return q + sizeof(length);
}

static char *
put_text(char *q, struct str text)
{
	return short_copy(put_length(q, text.n), text.p, text.n);
}

/* As event_content writes a text. */
static void
add_part(struct buf *b, struct str text)
{
	char length[4];

	put_length(length, text.n);
	buf_add(b, length, sizeof(length));
	buf_add_str(b, text);
}

static int
by_name(const void *a, const void *b, void *names)
{
	const struct part *x = a, *y = b;
	const struct str *texts = names;

	return str_cmp(texts[x->property], texts[y->property]);
}

static void
make_parts(struct batch_shape *s, struct str *names, struct arena *a)
{
	size_t n = s->shape.nnames;

	add_part(&s->parts, s->shape.event_type);
	s->type_end = s->parts.n;
	s->names = ARENA_ARRAY(a, n, struct part);
	for (size_t i = 0; i < n; i++)
		s->names[i].property = (uint32_t)i;
	if (n > 1)
		qsort_r(s->names, n, sizeof(*s->names), by_name, names);
	for (size_t i = 0; i < n; i++) {
		s->names[i].at = (uint32_t)s->parts.n;
		add_part(&s->parts, names[s->names[i].property]);
		s->names[i].n = (uint32_t)s->parts.n - s->names[i].at;
	}
}

static struct batch_shape *
new_shape(struct event_batch *b, const struct event *ev, uint64_t hash)
{
	struct batch_shape *s = ARENA_NEW(&b->kept, struct batch_shape);
	struct str *names = ARENA_ARRAY(&b->kept, ev->nproperties, struct str);

	for (size_t i = 0; i < ev->nproperties; i++)
		names[i] = str_dup(&b->kept, ev->properties[i].name);
	s->hash = hash;
	s->shape = (struct block_shape){ .event_type = str_dup(&b->kept, ev->event_type),
		.names = names,
		.nnames = ev->nproperties };
	make_parts(s, names, &b->kept);
	event_rows_init(&s->rows, ev->nproperties);
	return s;
}

static void
grow_slots(struct event_batch *b)
{
	size_t nslots = b->nslots == 0 ? SLOTS_FIRST : b->nslots * 2;

	b->slots = mem_realloc(b->slots, nslots, sizeof(*b->slots));
	memset(b->slots, 0, nslots * sizeof(*b->slots));
	b->nslots = nslots;
	for (size_t i = 0; i < b->nshapes; i++) {
		size_t at = b->shapes[i]->hash & (nslots - 1);

		while (b->slots[at] != 0)
			at = (at + 1) & (nslots - 1);
		b->slots[at] = (uint32_t)i + 1;
	}
}

static size_t
find_shape(struct event_batch *b, const struct event *ev)
{
	uint64_t hash = shape_hash(b, ev);
	size_t at;

	if (b->nshapes >= b->nslots / 2)
		grow_slots(b);
	at = hash & (b->nslots - 1);
	while (b->slots[at] != 0) {
		const struct batch_shape *s = b->shapes[b->slots[at] - 1];

		if (s->hash == hash && same_shape(s, ev))
			return b->slots[at] - 1;
		at = (at + 1) & (b->nslots - 1);
	}
	if (b->nshapes == b->shapes_cap) {
		b->shapes_cap = b->shapes_cap == 0 ? SLOTS_FIRST : b->shapes_cap * 2;
		b->shapes = mem_realloc(b->shapes, b->shapes_cap, sizeof(struct batch_shape *));
	}
	b->shapes[b->nshapes] = new_shape(b, ev, hash);
	b->slots[at] = (uint32_t)++b->nshapes;
	return b->nshapes - 1;
}

static struct batch_shape *
shape_of(struct event_batch *b, const struct event *ev)
{
	if (b->nshapes == 0 || !same_shape(b->shapes[b->last], ev))
		b->last = find_shape(b, ev);
	return b->shapes[b->last];
}

/* ---- contents ---- */

/* The id with its length, then what event_content would write. */
static void
write_canonical(struct event_batch *b, const struct batch_shape *s, const struct event *ev)
{
	size_t bytes = 4 + ev->transaction_id.n + 4 + ev->customer_id.n + s->parts.n + 8;
	uint64_t t = (uint64_t)ev->timestamp_ns;
	char *q;

	for (size_t i = 0; i < ev->nproperties; i++)
		bytes += 1 + 4 + ev->properties[i].text.n;
	buf_clear(&b->canonical);
	buf_reserve(&b->canonical, bytes);
	q = put_text(b->canonical.p, ev->transaction_id);
	q = put_text(q, ev->customer_id);
	q = short_copy(q, s->parts.p, s->type_end);
	q = put_length(q, t & UINT32_MAX);
	q = put_length(q, t >> 32);
	for (size_t i = 0; i < ev->nproperties; i++) {
		const struct property *p = &ev->properties[s->names[i].property];

		if (p->type == JSON_NULL)
			continue;
		q = short_copy(q, s->parts.p + s->names[i].at, s->names[i].n);
		*q++ = p->type == JSON_ARRAY || p->type == JSON_OBJECT ? 'n' : 's';
		q = put_text(q, p->text);
	}
	b->canonical.n = (size_t)(q - b->canonical.p);
}

struct hash128
event_content_digest(struct str transaction_id, struct str content, struct buf *scratch)
{
	buf_clear(scratch);
	add_part(scratch, transaction_id);
	buf_add_str(scratch, content);
	return hash128(scratch->p, scratch->n);
}

/* ---- taking ---- */

static void
make_room(struct event_batch *b)
{
	if (b->n < b->cap)
		return;
	b->cap = b->cap == 0 ? EVENTS_FIRST : b->cap * 2;
	b->entries = mem_realloc(b->entries, b->cap, sizeof(*b->entries));
	b->contents = mem_realloc(b->contents, b->cap, sizeof(*b->contents));
	b->places = mem_realloc(b->places, b->cap, sizeof(*b->places));
}

static void
make_row(struct batch_shape *s)
{
	if (s->rows.n < s->cap)
		return;
	event_rows_reserve(&s->rows, 1);
	s->cap = s->rows.cap;
	s->events = mem_realloc(s->events, s->cap, sizeof(*s->events));
}

#define TEXT_BYTES (sizeof(struct cell_text) + 2 * sizeof(struct text_slot))
#define EVENT_BYTES \
	(sizeof(struct dedup_entry) + sizeof(struct hash128) + sizeof(struct batch_place) + \
		2 * sizeof(int64_t) + 2 * sizeof(uint32_t) + sizeof(struct str))
#define CELL_BYTES (sizeof(int64_t) + 1)

static void
take_row(struct event_batch *b, struct batch_shape *s, const struct event *ev, uint32_t tag)
{
	uint32_t row = s->rows.n, ncustomers = b->customers.n;
	size_t fresh;

	make_row(s);
	s->events[row] = (uint32_t)b->n;
	s->rows.timestamps_ns[row] = ev->timestamp_ns;
	s->rows.customers[row] = text_table_put_tag(&b->customers, tag, ev->customer_id,
		JSON_STRING, &b->pool);
	s->rows.ids[row] = text_pool_add(&b->pool, ev->transaction_id);
	fresh = event_rows_cells(&s->rows, ev->properties, &b->key, &b->pool) + b->customers.n -
		ncustomers;
	s->rows.n++;
	b->bytes += EVENT_BYTES + ev->nproperties * CELL_BYTES + fresh * TEXT_BYTES;
}

void
event_batch_take(struct event_batch *b, const struct event *ev)
{
	uint32_t tag = text_tag(&b->key, ev->customer_id, JSON_STRING);
	size_t i = b->n, content = 4 + ev->transaction_id.n;
	struct batch_shape *s;

	assert(i < EVENT_BATCH_MAX);
	text_table_prefetch(&b->customers, tag);
	s = shape_of(b, ev);
	make_room(b);
	dedup_key(&b->key, ev->transaction_id, &b->entries[i]);
	write_canonical(b, s, ev);
	b->entries[i].content = hash64(b->canonical.p + content, b->canonical.n - content);
	b->entries[i].batch = 0;
	b->contents[i] = hash128(b->canonical.p, b->canonical.n);
	b->places[i] = (struct batch_place){ (uint32_t)b->last, s->rows.n };
	take_row(b, s, ev, tag);
	b->n++;
}
