#include "base/map.h"

#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static void
test_few(void)
{
	struct arena a = ARENA_INIT;
	struct map m;
	bool fresh = false;
	char key[] = "acme";
	int one = 1, two = 2;

	map_init(&m, &a);
	ok(map_get(&m, STR("acme")) == NULL, "nothing is in an empty map");
	void **slot = map_slot(&m, (struct str){ key, 4 }, &fresh);
	ok(fresh && *slot == NULL, "a new key has a fresh slot");
	*slot = &one;
	key[0] = 'X';
	ok(map_get(&m, STR("acme")) == &one, "the key was copied");
	ok(map_get(&m, STR("Xcme")) == NULL, "not borrowed");
	ok(*map_slot(&m, STR("acme"), &fresh) == &one && !fresh, "a known key has its slot");
	is_int((int64_t)m.n, 1, "and stays one");
	*map_slot(&m, STR("acme"), NULL) = &two;
	ok(map_get(&m, STR("acme")) == &two, "the value can be replaced");

	ok(map_get(&m, STR("")) == NULL, "the empty key is absent");
	*map_slot(&m, (struct str){ NULL, 0 }, NULL) = &one;
	ok(map_get(&m, STR("")) == &one, "until it is put there");
	*map_slot(&m, STR("a\0b"), NULL) = &one;
	*map_slot(&m, STR("a\0c"), NULL) = &two;
	ok(map_get(&m, STR("a\0b")) == &one, "keys may hold a NUL");
	ok(map_get(&m, STR("a")) == NULL, "a part of a key is another key");
	ok(map_get(&m, STR("a\0")) == NULL, "also up to the NUL");
	ok(map_get(&m, STR("ACME")) == NULL, "case counts");
	map_slot(&m, STR("novalue"), &fresh);
	ok(fresh && map_get(&m, STR("novalue")) == NULL, "a slot left empty reads as absent");
	map_slot(&m, STR("novalue"), &fresh);
	ok(!fresh, "though the key is known");
	arena_release(&a);
}

/* At every size, also where the table is about to grow. */
static void
test_absent(void)
{
	struct arena a = ARENA_INIT;
	struct map m;
	int wrong = 0;

	map_init(&m, &a);
	for (int i = 0; i < 300; i++) {
		*map_slot(&m, str_printf(&a, "%d", i), NULL) = &wrong;
		wrong += map_get(&m, STR("absent")) != NULL;
	}
	is_int(wrong, 0, "an absent key is absent at every size");
	arena_release(&a);
}

/* Against a plain table of which numbers were put in. */
static void
test_many(void)
{
	struct sweep s = sweep_start("map", 31);
	static int first_at[20000]; /* order of arrival + 1, 0: not there */
	struct arena a = ARENA_INIT;
	struct map m;
	int n = 0, wrong = 0;

	map_init(&m, &a);
	for (int i = 0; i < 40000; i++) {
		int v = (int)sweep_below(&s, countof(first_at));
		struct str key = str_printf(&a, "customer-%d", v);
		bool fresh;

		void **slot = map_slot(&m, key, &fresh);
		wrong += fresh != (first_at[v] == 0);
		if (fresh) {
			first_at[v] = ++n;
			*slot = &first_at[v];
		}
		wrong += *slot != &first_at[v];
	}
	is_int(wrong, 0, "each key is fresh once and keeps its value while the map grows");
	is_int((int64_t)m.n, n, "as many entries as keys");

	for (int v = 0; v < (int)countof(first_at); v++) {
		struct str key = str_printf(&a, "customer-%d", v);
		int *got = map_get(&m, key);

		wrong += got != (first_at[v] == 0 ? NULL : &first_at[v]);
		if (got != NULL)
			wrong += !str_eq(m.entries[*got - 1].key, key);
	}
	is_int(wrong, 0, "all are found, no other is, and entries are in order of arrival");
	arena_release(&a);
}

int
main(void)
{
	test_few();
	test_absent();
	test_many();
	return done();
}
