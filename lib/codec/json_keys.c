#include "codec/json_keys.h"

#include <stdlib.h>

#include "base/banned.h"

#define PAIRWISE 16 /* up to so many keys are compared each with each */

struct named {
	struct str text;
	size_t node;
};

/* By text; equal ones in document order. */
static int
named_cmp(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	int cmp = str_cmp(x->text, y->text);

	return cmp != 0 ? cmp : (x->node > y->node) - (x->node < y->node);
}

static size_t
repeat_of_few(const struct named *keys, size_t n)
{
	for (size_t j = 1; j < n; j++)
		for (size_t i = 0; i < j; i++)
			if (str_eq(keys[i].text, keys[j].text))
				return keys[j].node;
	return 0;
}

static size_t
repeat_of_many(struct named *keys, size_t n)
{
	size_t first = 0;

	qsort(keys, n, sizeof(keys[0]), named_cmp);
	for (size_t i = 1; i < n; i++)
		if (str_eq(keys[i - 1].text, keys[i].text) && (first == 0 || keys[i].node < first))
			first = keys[i].node;
	return first;
}

size_t
json_keys_repeat(struct json_scanner *s, size_t object, size_t n)
{
	struct named few[PAIRWISE], *keys = few;
	size_t k = 0;

	arena_clear(&s->scratch);
	if (n > PAIRWISE)
		keys = ARENA_ARRAY(&s->scratch, n, struct named);
	for (size_t i = object + 1; k < n; i = s->nodes[i + 1].next)
		keys[k++] = (struct named){ json_node_string(s, &s->nodes[i], &s->scratch), i };
	return n > PAIRWISE ? repeat_of_many(keys, n) : repeat_of_few(keys, n);
}
