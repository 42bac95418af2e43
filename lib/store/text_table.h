/*
 * text_table - distinct texts, each with its JSON type, and their places (inside store).
 *
 * Shape      texts[0..n) in the order they came; a text is found by a keyed hash,
 *            so that who chooses the texts cannot choose where they crowd.
 * Range      below 2^31 texts.
 * Ownership  texts are copied into the pool given; the table owns the rest.
 */
#ifndef STORE_TEXT_TABLE_H
#define STORE_TEXT_TABLE_H

#include "base/hash.h"
#include "domain/event_columns.h"
#include "store/text_pool.h"

/* A short text lies in its slot, so that finding it touches nothing else. */
#define TEXT_SLOT_BYTES 16

struct text_slot {
	uint32_t tag;   /* of the hash; its low bits say where the search begins */
	uint32_t place; /* + 1; 0: free */
	uint32_t n;     /* bytes of the text */
	uint32_t type;
	union {
		char bytes[TEXT_SLOT_BYTES];
		const char *p;
	};
};

struct text_table {
	struct cell_text *texts;
	uint32_t n;
	uint32_t cap;
	struct text_slot *slots; /* a power of two, or none */
	uint32_t nslots;
};

/* Few bytes are mixed here, many are hashed: most texts are short, and there are many of them. */
static inline uint32_t
text_tag(const struct hash_key *key, struct str text, enum json_type type)
{
	uint64_t k0 = short_load8((const char *)key->bytes);
	uint64_t k1 = short_load8((const char *)key->bytes + 8) ^ text.n;

	if (text.n >= 8 && text.n <= 16) {
		k0 ^= short_load8(text.p);
		k1 ^= short_load8(text.p + text.n - 8) * UINT64_C(0x9e3779b97f4a7c15);
	} else if (text.n >= 4 && text.n < 8) {
		k0 ^= short_load4(text.p) | (uint64_t)short_load4(text.p + text.n - 4) << 32;
	} else {
		k0 ^= hash64_keyed(key, text.p, text.n);
	}
	__extension__ unsigned __int128 m = (unsigned __int128)k0 * (k1 | 1);

	return (uint32_t)((uint64_t)m ^ (uint64_t)(m >> 64)) + (uint32_t)type;
}

static inline bool
text_slot_is(const struct text_slot *s, uint32_t tag, struct str text, enum json_type type)
{
	return s->tag == tag && s->n == text.n && s->type == type && s->place != 0 &&
		short_eq(text.n <= TEXT_SLOT_BYTES ? s->bytes : s->p, text.p, text.n);
}

/* The rest of text_table_put_tag: a text that is not where it would be, or not there. */
uint32_t text_table_search(struct text_table *t, uint32_t tag, struct str text, enum json_type type,
	struct text_pool *pool);

/* Ahead of text_table_put_tag, where a table is large and there is other work to do. */
static inline void
text_table_prefetch(const struct text_table *t, uint32_t tag)
{
	if (t->nslots > 0)
		__builtin_prefetch(&t->slots[tag & (t->nslots - 1)]);
}

/* The place of a text, copied into the pool where it is new; tag is text_tag's. */
static inline uint32_t
text_table_put_tag(struct text_table *t, uint32_t tag, struct str text, enum json_type type,
	struct text_pool *pool)
{
	if (t->nslots > 0) {
		const struct text_slot *s = &t->slots[tag & (t->nslots - 1)];

		if (text_slot_is(s, tag, text, type))
			return s->place - 1;
	}
	return text_table_search(t, tag, text, type, pool);
}

static inline uint32_t
text_table_put(struct text_table *t, const struct hash_key *key, struct str text,
	enum json_type type, struct text_pool *pool)
{
	return text_table_put_tag(t, text_tag(key, text, type), text, type, pool);
}

size_t text_table_bytes(const struct text_table *t); /* allocated, without the pool */
void text_table_clear(struct text_table *t);
void text_table_release(struct text_table *t);

#endif
