/* Rows and their order, distinct texts and their places: what batches and blocks are made with. */
#include "store/event_rows.h"

#include <stdlib.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct arena run = ARENA_INIT;
static struct hash_key key;

/* ---- order ---- */

#define ROWS 3000

static const struct str *sorted_ids;

static int
by_all(const void *a, const void *b)
{
	const struct row_key *x = a, *y = b;

	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->timestamp_ns != y->timestamp_ns)
		return x->timestamp_ns < y->timestamp_ns ? -1 : 1;
	return str_cmp(sorted_ids[x->row], sorted_ids[y->row]);
}

/* shape: how customers and times are drawn. */
static void
test_order(struct sweep *s, unsigned shape, size_t n)
{
	static struct row_key keys[ROWS], wanted[ROWS], scratch[ROWS];
	static struct str ids[ROWS];
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++) {
		static const uint64_t customers[] = { 1, 3, 1000, UINT32_MAX };
		int64_t t_ns = sweep_int64(s);

		if (shape % 3 == 0)
			t_ns = (int64_t)i / 5;
		else if (shape % 3 == 1)
			t_ns = (int64_t)sweep_below(s, 4);
		ids[i] = str_printf(&run, "%x-%zu", (unsigned)sweep_below(s, 100), i);
		keys[i] = (struct row_key){ (uint32_t)sweep_below(s, customers[shape % 4]),
			(uint32_t)i, t_ns };
		wanted[i] = keys[i];
	}
	sorted_ids = ids;
	if (n > 1)
		qsort(wanted, n, sizeof(*wanted), by_all);
	row_keys_sort(keys, n, scratch, ids);
	for (size_t i = 0; i < n; i++)
		wrong += keys[i].row != wanted[i].row;
	is_int((int64_t)wrong, 0, "%zu rows, drawn as %u", n, shape);
}

/* ---- texts ---- */

static void
test_texts(uint64_t seed)
{
	struct sweep s = sweep_start("texts", seed);
	struct text_table t = { .n = 0 };
	struct text_pool pool = TEXT_POOL_INIT;
	uint32_t places[2000];
	size_t wrong = 0, fresh = 0;

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < countof(places); i++)
			places[i] = UINT32_MAX;
		for (unsigned i = 0; i < 20000; i++) {
			unsigned v = (unsigned)sweep_below(&s, countof(places) >> 3 * round);
			enum json_type type = v % 3 == 0 ? JSON_NUMBER : JSON_STRING;
			/* 0 to 40 bytes; 3 k and 3 k + 1 differ in their types alone */
			struct str text = str_printf(&run, "%.*s%u", (int)(v % 40),
				"----------------------------------------", v % 3 == 1 ? v - 1 : v);
			uint32_t before = t.n, place;

			if (v == 2)
				text = STR("");
			place = text_table_put(&t, &key, text, type, &pool);
			fresh += t.n > before;
			wrong += places[v] == UINT32_MAX ? place != before : place != places[v];
			wrong += !str_eq(t.texts[place].text, text) || t.texts[place].type != type;
			places[v] = place;
		}
		wrong += fresh != t.n;
		fresh = 0;
		text_table_clear(&t);
		text_pool_clear(&pool);
		is_int((int64_t)wrong, 0, "seed %d: each text has one place, round %u", (int)seed,
			round);
	}
	text_table_release(&t);
	text_pool_release(&pool);
}

static void
test_pool(void)
{
	struct text_pool pool = TEXT_POOL_INIT;
	struct str copies[400];
	size_t wrong = 0;

	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < countof(copies); i++) {
			/* some larger than a chunk */
			size_t n = i % 50 == 49 ? 300000 : i * 7;
			char *bytes = arena_alloc(&run, n + 1);

			memset(bytes, (int)(i % 251), n);
			copies[i] = text_pool_add(&pool, (struct str){ bytes, n });
			arena_clear(&run);
		}
		for (size_t i = 0; i < countof(copies); i++)
			for (size_t k = 0; k < copies[i].n; k++)
				wrong += (unsigned char)copies[i].p[k] != i % 251;
		is_int((int64_t)wrong, 0, "round %u: nothing lies upon anything else", round);
		text_pool_clear(&pool);
	}
	ok(text_pool_add(&pool, (struct str){ NULL, 0 }).p == NULL, "no text stays none");
	ok(text_pool_add(&pool, STR("")).p != NULL, "an empty one stays empty");
	text_pool_release(&pool);
}

/* ---- bytes without a call ---- */

static void
test_short_bytes(void)
{
	char from[40], to[42];
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(from); i++)
		from[i] = (char)(i + 1);
	for (size_t n = 0; n < sizeof(from); n++) {
		memset(to, 0, sizeof(to));
		wrong += short_copy(to, from, n) != to + n;
		wrong += memcmp(to, from, n) != 0 || to[n] != 0;
		wrong += !short_eq(to, from, n);
		for (size_t k = 0; k < n; k++) {
			to[k] ^= 1;
			wrong += short_eq(to, from, n);
			to[k] ^= 1;
		}
	}
	is_int((int64_t)wrong, 0, "copied and compared, of every length");
}

int
main(void)
{
	struct sweep s = sweep_start("order of rows", 1);

	hash_key_make("secret", 6, &key);
	for (unsigned shape = 0; shape < 12; shape++) {
		test_order(&s, shape, ROWS);
		test_order(&s, shape, shape);
		test_order(&s, shape, 33 + shape);
	}
	for (uint64_t seed = 1; seed <= 3; seed++)
		test_texts(seed);
	test_pool();
	test_short_bytes();
	arena_release(&run);
	return done();
}
