#include "store/event_context.h"

#include "codec/jsonw.h"
#include "store/event_batch.h"
#include "store/event_chain.h"
#include "store/stmt.h"

#include "base/banned.h"

/* ---- by key ---- */

/* The place where the number of a key is kept; *known: it is there. */
static uint32_t *
number_slot(struct event_home *h, struct str key, bool *known)
{
	struct customer_numbers *c = &h->numbers;
	uint32_t before, place;

	if (c->nfresh == 0 && text_table_bytes(&c->keys) + c->pool.used > CUSTOMERS_KEPT) {
		text_table_release(&c->keys);
		text_pool_clear(&c->pool);
	}
	before = c->keys.n;
	place = text_table_put(&c->keys, &event_context(h->st)->key, key, JSON_STRING, &c->pool);
	if (c->cap < c->keys.cap) {
		c->cap = c->keys.cap;
		c->numbers = mem_realloc(c->numbers, c->cap, sizeof(*c->numbers));
	}
	if (place == before)
		c->numbers[place] = 0;
	*known = c->numbers[place] != 0;
	return &c->numbers[place];
}

static bool
ask_number(struct event_home *h, struct str key, uint32_t *number, struct err *e)
{
#define NUMBER(db) "SELECT number FROM " db ".event_customer WHERE key = ?1 ORDER BY number"
	static const char *const sql[] = PLACES(NUMBER);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	*number = 0;
	stmt_text(s, 1, key);
	if (stmt_row(s))
		*number = (uint32_t)stmt_col_int(s, 0);
	return stmt_done(s, e);
}

bool
customer_number_find(struct event_home *h, struct str key, uint32_t *number, struct err *e)
{
	bool known;
	uint32_t *slot = number_slot(h, key, &known);

	if (!known && !ask_number(h, key, slot, e))
		return false;
	*number = *slot;
	return true;
}

static bool
new_number(struct event_home *h, uint32_t *number, struct err *e)
{
#define LAST(db) "SELECT number FROM " db ".event_customer ORDER BY number DESC LIMIT 1"
	static const char *const sql[] = PLACES(LAST);
	struct stmt *s = stmt_get(h->st, sql[h->place]);
	int64_t last = 0;

	if (stmt_row(s))
		last = stmt_col_int(s, 0);
	if (!stmt_done(s, e))
		return false;
	if (last < 0 || last > UINT32_MAX - (int64_t)EVENT_BATCH_MAX)
		return err_set(e, ERR_FATAL, "db_damaged", "%s: customer number %lld",
			store_path(h->st), (long long)last);
	*number = (uint32_t)last + 1;
	return true;
}

bool
customer_number_make(struct event_home *h, struct str key, struct batch_parts *parts,
	uint32_t *number, struct err *e)
{
	struct customer_numbers *c = &h->numbers;
	bool known;
	uint32_t *slot = number_slot(h, key, &known);

	if (!known && !ask_number(h, key, slot, e))
		return false;
	if (*slot == 0) {
		if (c->nfresh == 0 && !new_number(h, &c->first, e))
			return false;
		*slot = c->first + c->nfresh++;
		buf_add_char(&c->fresh, c->nfresh == 1 ? '[' : ',');
		json_quote(&c->fresh, key);
		batch_parts_customer(parts, *slot, key);
	}
	*number = *slot;
	return true;
}

bool
customer_numbers_put(struct event_home *h, int64_t batch, struct err *e)
{
#define PUT_CUSTOMERS(db) \
	"INSERT INTO " db \
	".event_customer (number, key, batch)" \
	" SELECT ?1 + key, value, ?2 FROM json_each(?3) ORDER BY key"
	static const char *const sql[] = PLACES(PUT_CUSTOMERS);
	struct customer_numbers *c = &h->numbers;
	struct stmt *s;
	bool ok;

	if (c->nfresh == 0)
		return true;
	buf_add_char(&c->fresh, ']');
	s = stmt_get(h->st, sql[h->place]);
	stmt_int(s, 1, c->first);
	stmt_int(s, 2, batch);
	stmt_text(s, 3, buf_str(&c->fresh));
	ok = stmt_run(s, e);
	buf_clear(&c->fresh);
	c->nfresh = 0;
	return ok;
}

/* ---- by number ---- */

static void
make_places(struct customer_keys *c, uint32_t last)
{
	size_t n = c->n == 0 ? 64 : c->n;

	if (last < c->n)
		return;
	while (n <= last)
		n *= 2;
	c->keys = mem_realloc(c->keys, n, sizeof(*c->keys));
	for (; c->n < n; c->n++)
		c->keys[c->n] = (struct str){ NULL, 0 };
}

static bool
read_range(struct event_home *h, uint32_t first, uint32_t last, struct err *e)
{
#define KEYS(db) \
	"SELECT number, key FROM " db \
	".event_customer WHERE number >= ?1 AND number <= ?2" \
	" ORDER BY number"
	static const char *const sql[] = PLACES(KEYS);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	stmt_int(s, 1, first);
	stmt_int(s, 2, last);
	while (stmt_row(s)) {
		struct str *key = &h->keys.keys[stmt_col_int(s, 0)];

		if (key->p == NULL)
			*key = text_pool_add(&h->keys.pool, stmt_col_text(s, 1));
	}
	return stmt_done(s, e);
}

#define NEAR 16 /* numbers that are read rather than asked for anew */

/* Those that are not known, run by run. */
static bool
read_missing(struct event_home *h, const uint32_t *numbers, size_t n, struct err *e)
{
	const struct str *keys = h->keys.keys;

	for (size_t i = 0; i < n;) {
		uint32_t first = numbers[i], last = first;

		if (keys[first].p != NULL) {
			i++;
			continue;
		}
		for (; i < n && numbers[i] - last <= NEAR; i++)
			if (keys[numbers[i]].p == NULL)
				last = numbers[i];
		if (!read_range(h, first, last, e))
			return false;
	}
	return true;
}

void
customer_key_note(struct event_home *h, uint32_t number, struct str key)
{
	make_places(&h->keys, number);
	if (h->keys.keys[number].p == NULL)
		h->keys.keys[number] = text_pool_add(&h->keys.pool, key);
}

bool
customer_keys_read(struct event_home *h, const uint32_t *numbers, size_t n, const struct str **keys,
	struct err *e)
{
	struct customer_keys *c = &h->keys;

	if (c->pool.used > CUSTOMERS_KEPT) {
		for (size_t i = 0; i < c->n; i++)
			c->keys[i] = (struct str){ NULL, 0 };
		text_pool_clear(&c->pool);
	}
	make_places(c, numbers[n - 1]);
	if (!read_missing(h, numbers, n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (c->keys[numbers[i]].p == NULL)
			return err_set(e, ERR_FATAL, "db_damaged", "%s: no customer has number %lu",
				store_path(h->st), (unsigned long)numbers[i]);
	*keys = c->keys;
	return true;
}
