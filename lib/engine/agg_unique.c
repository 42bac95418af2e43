#include "engine/aggregate.h"

#include "base/map.h"

#include "base/banned.h"

struct unique {
	struct map texts; /* made by the first one */
};

static void
put(struct unique *u, struct arena *a, struct str text)
{
	if (u->texts.arena == NULL)
		map_init(&u->texts, a);
	map_slot(&u->texts, text, NULL);
}

static bool
unique_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	put(state, a, in->text);
	return true;
}

static void
unique_merge(void *state, struct arena *a, const void *later)
{
	const struct unique *l = later;

	for (size_t i = 0; i < l->texts.n; i++)
		put(state, a, l->texts.entries[i].key);
}

static struct rat
unique_value(void *state, struct arena *a, const struct metric *m)
{
	const struct unique *u = state;

	(void)m;
	return rat_int(a, (int64_t)u->texts.n);
}

const struct aggregate_kind aggregate_unique = {
	.name = "UNIQUE",
	.state_size = sizeof(struct unique),
	.feed = unique_feed,
	.merge = unique_merge,
	.value = unique_value,
};
