#include "store/event_locate.h"

#include <stdlib.h>

#include "base/banned.h"

/* Few bits of few ids: says no to nearly all others at the price of a multiplication. */
#define FILTER_BITS 12

struct id_filter {
	uint64_t words[(1 << FILTER_BITS) / 64];
};

struct locate {
	struct event_home *home;
	struct event_wanted *wanted; /* by batch */
	size_t n;
	size_t left;
	bool columns;
	bool twins; /* two of one id: the batch tells them apart */
	event_located visit;
	void *ctx;
	const struct hash_key *key;
	uint32_t *slots; /* place + 1 in wanted, by id; 0: free */
	size_t nslots;
	struct arena shape; /* of one block */

	struct block_row *blocks;
	size_t nblocks;
	size_t cap;

	/* the block in hand */
	const struct block_row *block;
	struct id_filter filter;
	const struct str *ids;
	struct hit *hits;
	size_t nhits;
	size_t hits_cap;
};

/* A row that bears an id wanted. */
struct hit {
	uint32_t wanted;
	uint32_t row;
};

static int
by_batch(const void *a, const void *b)
{
	const struct event_wanted *x = a, *y = b;

	return (x->batch > y->batch) - (x->batch < y->batch);
}

static void
fill_slots(struct locate *l)
{
	l->nslots = 16;
	while (l->nslots < l->n * 2)
		l->nslots *= 2;
	l->slots = mem_realloc(NULL, l->nslots, sizeof(*l->slots));
	memset(l->slots, 0, l->nslots * sizeof(*l->slots));
	for (size_t i = 0; i < l->n; i++) {
		struct str id = l->wanted[i].id;
		size_t at = hash64_keyed(l->key, id.p, id.n) & (l->nslots - 1);

		for (; l->slots[at] != 0; at = (at + 1) & (l->nslots - 1))
			l->twins = l->twins || str_eq(l->wanted[l->slots[at] - 1].id, id);
		l->slots[at] = (uint32_t)i + 1;
	}
}

/* ---- which blocks ---- */

static bool
list_blocks(struct locate *l, struct err *e)
{
#define BLOCKS(db) \
	"SELECT id, shape, n, batch_min, batch_max FROM " db \
	".event_block" \
	" WHERE batch_max >= ?1 AND batch_min <= ?2 ORDER BY batch_max, id"
	static const char *const sql[] = PLACES(BLOCKS);
	struct stmt *s = stmt_get(l->home->st, sql[l->home->place]);

	stmt_int(s, 1, l->wanted[0].batch);
	stmt_int(s, 2, l->wanted[l->n - 1].batch);
	while (stmt_row(s)) {
		if (l->nblocks == l->cap) {
			l->cap = l->cap == 0 ? 64 : l->cap * 2;
			l->blocks = mem_realloc(l->blocks, l->cap, sizeof(*l->blocks));
		}
		l->blocks[l->nblocks++] = (struct block_row){
			.id = stmt_col_int(s, 0),
			.shape = stmt_col_int(s, 1),
			.n = stmt_col_int(s, 2),
			.batch_min = stmt_col_int(s, 3),
			.batch_max = stmt_col_int(s, 4),
		};
	}
	return stmt_done(s, e);
}

static uint32_t
filter_bit(struct str id)
{
	uint64_t v = id.n;

	if (id.n >= 8)
		v ^= short_load8(id.p + id.n - 8);
	else
		for (size_t i = 0; i < id.n; i++)
			v = v << 8 ^ (unsigned char)id.p[i];
	return (uint32_t)(v * UINT64_C(0x9e3779b97f4a7c15) >> (64 - FILTER_BITS));
}

/* Does it hold a batch of which something is still wanted? Then the filter knows what. */
static bool
may_hold(struct locate *l, const struct block_row *b)
{
	size_t low = 0, high = l->n;
	bool wanted = false;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (l->wanted[mid].batch < b->batch_min)
			low = mid + 1;
		else
			high = mid;
	}
	memset(&l->filter, 0, sizeof(l->filter));
	for (; low < l->n && l->wanted[low].batch <= b->batch_max; low++) {
		uint32_t bit = filter_bit(l->wanted[low].id);

		if (l->wanted[low].found)
			continue;
		wanted = true;
		l->filter.words[bit / 64] |= UINT64_C(1) << bit % 64;
	}
	return wanted;
}

/* ---- in a block ---- */

static void
note_hits(struct locate *l, uint32_t row)
{
	struct str id = l->ids[row];
	size_t at = hash64_keyed(l->key, id.p, id.n) & (l->nslots - 1);

	for (; l->slots[at] != 0; at = (at + 1) & (l->nslots - 1)) {
		const struct event_wanted *w = &l->wanted[l->slots[at] - 1];

		if (w->found || w->batch < l->block->batch_min || w->batch > l->block->batch_max ||
			!str_eq(w->id, id))
			continue;
		if (l->nhits == l->hits_cap) {
			l->hits_cap = l->hits_cap == 0 ? 64 : l->hits_cap * 2;
			l->hits = mem_realloc(l->hits, l->hits_cap, sizeof(*l->hits));
		}
		l->hits[l->nhits++] = (struct hit){ l->slots[at] - 1, row };
	}
}

static bool
show_hits(struct locate *l, const struct event_columns *columns, const int64_t *batches,
	struct err *e)
{
	for (size_t i = 0; i < l->nhits; i++) {
		struct event_wanted *w = &l->wanted[l->hits[i].wanted];

		if (batches != NULL && batches[l->hits[i].row] != w->batch)
			continue;
		w->found = true;
		l->left--;
		if (!l->visit(l->ctx, w, columns, l->hits[i].row, e))
			return false;
	}
	return true;
}

static bool
show_columns(struct locate *l, const struct block_open *b, struct err *e)
{
	static const struct block_wanted all = { .properties = NULL, .batches = true };
	struct block_shape shape;
	struct event_columns columns;
	const int64_t *batches;

	if (!event_block_shape(l->home, b->row.shape, &l->shape, &shape, e) ||
		!event_block_columns(b, &shape, &all, &columns, &batches, e) ||
		!event_block_customers(l->home, &columns, e))
		return false;
	columns.ids = l->ids;
	return show_hits(l, &columns, batches, e);
}

static bool
look_into(struct locate *l, const struct block_row *block, struct err *e)
{
	struct block_open open;
	bool ok;

	l->block = block;
	l->nhits = 0;
	if (!event_block_ids(l->home, block, &l->ids, e))
		return false;
	for (uint32_t i = 0; i < (uint32_t)block->n; i++) {
		uint32_t bit = filter_bit(l->ids[i]);

		if ((l->filter.words[bit / 64] >> bit % 64 & 1) != 0)
			note_hits(l, i);
	}
	if (l->nhits == 0)
		return true;
	if (!l->columns && !l->twins)
		return show_hits(l, NULL, NULL, e);
	if (!event_block_open(l->home, block, &open, e))
		return false;
	ok = show_columns(l, &open, e);
	arena_clear(&l->shape);
	return event_block_close(&open, e) && ok;
}

bool
event_locate(struct event_home *h, struct event_wanted *wanted, size_t n, bool columns,
	event_located visit, void *ctx, struct err *e)
{
	struct locate l = {
		.home = h,
		.wanted = wanted,
		.n = n,
		.left = n,
		.columns = columns,
		.visit = visit,
		.ctx = ctx,
		.key = &event_context(h->st)->key,
	};
	bool ok;

	if (n == 0)
		return true;
	qsort(wanted, n, sizeof(*wanted), by_batch);
	fill_slots(&l);
	ok = list_blocks(&l, e);
	for (size_t i = 0; ok && i < l.nblocks && l.left > 0; i++)
		ok = !may_hold(&l, &l.blocks[i]) || look_into(&l, &l.blocks[i], e);
	free(l.slots);
	free(l.blocks);
	free(l.hits);
	arena_release(&l.shape);
	return ok;
}

/* ---- one event ---- */

struct copy {
	struct arena *arena;
	struct event *out;
};

static bool
copy_event(void *ctx, const struct event_wanted *w, const struct event_columns *columns, size_t row,
	struct err *e)
{
	const struct copy *copy = ctx;
	struct arena *a = copy->arena;
	size_t n = columns->nproperties;
	struct property *properties = ARENA_ARRAY(a, n, struct property);
	struct event *ev = copy->out;

	(void)w;
	(void)e;
	event_row(columns, row, properties, arena_array(a, n, CELL_TEXT_SIZE), ev);
	ev->transaction_id = str_dup(a, ev->transaction_id);
	ev->customer_id = str_dup(a, ev->customer_id);
	ev->event_type = str_dup(a, ev->event_type);
	for (size_t i = 0; i < n; i++) {
		properties[i].name = str_dup(a, properties[i].name);
		if (properties[i].text.p != NULL)
			properties[i].text = str_dup(a, properties[i].text);
	}
	return true;
}

bool
event_locate_one(struct event_home *h, struct event_wanted *w, struct arena *a, struct event *out,
	struct err *e)
{
	struct copy copy = { a, out };

	return event_locate(h, w, 1, true, copy_event, &copy, e);
}
