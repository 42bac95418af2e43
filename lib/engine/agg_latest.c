#include "engine/aggregate.h"

#include <string.h>

#include "engine/agg_number.h"

#include "base/banned.h"

#define ID_ROOM ((size_t)40) /* a UUID and a little */

struct latest {
	bool any;
	int64_t timestamp_ns;
	char *id; /* transaction_id, in room that is used again */
	size_t id_n;
	size_t id_room;
	struct sum value;
};

static struct str
latest_id(const struct latest *l)
{
	return (struct str){ l->id, l->id_n };
}

static bool
is_later(int64_t timestamp_ns, struct str id, const struct latest *than)
{
	if (!than->any || timestamp_ns != than->timestamp_ns)
		return !than->any || timestamp_ns > than->timestamp_ns;
	return str_cmp(id, latest_id(than)) > 0;
}

static void
take(struct latest *l, struct arena *a, int64_t timestamp_ns, struct str id, struct sum value)
{
	if (id.n > l->id_room) {
		l->id_room = id.n > ID_ROOM ? id.n : ID_ROOM;
		l->id = ARENA_ARRAY(a, l->id_room, char);
	}
	if (id.n > 0)
		memcpy(l->id, id.p, id.n);
	l->id_n = id.n;
	l->timestamp_ns = timestamp_ns;
	l->value = value;
	l->any = true;
}

static bool
latest_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct latest *l = state;
	struct sum x;

	if (!agg_number_read(&x, in->scratch, in->text))
		return false;
	if (is_later(in->timestamp_ns, in->transaction_id, l))
		take(l, a, in->timestamp_ns, in->transaction_id, agg_number_keep(a, &x));
	return true;
}

static void
latest_merge(void *state, struct arena *a, const void *later)
{
	const struct latest *other = later;

	if (other->any && is_later(other->timestamp_ns, latest_id(other), state))
		take(state, a, other->timestamp_ns, latest_id(other), other->value);
}

static struct rat
latest_value(const void *state, struct arena *a)
{
	const struct latest *l = state;

	return sum_value(&l->value, a);
}

const struct aggregate_kind aggregate_latest = {
	.name = "LATEST",
	.state_size = sizeof(struct latest),
	.feed = latest_feed,
	.merge = latest_merge,
	.value = latest_value,
};
