#include "store/event_context.h"

#include <stdlib.h>
#include <string.h>

#include "store/event_append.h"
#include "store/private.h"

#include "base/banned.h"

struct event_context *
event_context(struct store *st)
{
	struct event_context *c = st->events;

	if (c != NULL)
		return c;
	c = mem_realloc(NULL, 1, sizeof(*c));
	memset(c, 0, sizeof(*c));
	c->reader = block_reader_new();
	hash_key_make(store_secret(st), STORE_SECRET_BYTES, &c->key);
	for (unsigned i = 0; i < EVENT_PLACES; i++) {
		c->homes[i].st = st;
		c->homes[i].place = i;
	}
	c->homes[EVENTS_STORED].dedup = dedup_open(st, DEDUP_STORED);
	c->homes[EVENTS_REHEARSED].dedup = dedup_open(st, DEDUP_REHEARSED);
	st->events = c;
	return c;
}

struct event_home *
event_home(struct store *st, enum event_place place)
{
	return &event_context(st)->homes[place];
}

static void
forget(struct event_home *h)
{
	struct customer_keys *k = &h->keys;

	for (size_t i = 0; i < k->n; i++)
		k->keys[i] = (struct str){ NULL, 0 };
	text_pool_clear(&k->pool);
	text_table_clear(&h->numbers.keys);
	text_pool_clear(&h->numbers.pool);
	buf_clear(&h->numbers.fresh);
	h->numbers.nfresh = 0;
	memset(h->recorded, 0, sizeof(h->recorded));
}

void
event_context_forget(struct event_context *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < EVENT_PLACES; i++) {
		forget(&c->homes[i]);
		dedup_forget(c->homes[i].dedup);
	}
}

void
event_context_free(struct event_context *c)
{
	if (c == NULL)
		return;
	for (unsigned i = 0; i < EVENT_PLACES; i++) {
		struct event_home *h = &c->homes[i];

		dedup_close(h->dedup);
		free(h->keys.keys);
		text_pool_release(&h->keys.pool);
		text_table_release(&h->numbers.keys);
		text_pool_release(&h->numbers.pool);
		free(h->numbers.numbers);
		buf_release(&h->numbers.fresh);
	}
	append_room_free(c->append);
	block_reader_free(c->reader);
	free(c);
}
