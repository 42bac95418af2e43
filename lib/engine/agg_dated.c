#include "engine/agg_dated.h"

#include <string.h>

#include "engine/agg_number.h"

#include "base/banned.h"

#define ID_ROOM ((size_t)40) /* a UUID and a little */

struct str
dated_id(const struct dated *d)
{
	return (struct str){ d->id, d->id_n };
}

bool
dated_is_before(const struct dated *d, int64_t timestamp_ns, struct str id)
{
	if (!d->any || timestamp_ns != d->timestamp_ns)
		return !d->any || timestamp_ns > d->timestamp_ns;
	return str_cmp(id, dated_id(d)) > 0;
}

void
dated_set(struct dated *d, struct arena *a, int64_t timestamp_ns, struct str id,
	const struct sum *value)
{
	if (id.n > d->id_room) {
		d->id_room = id.n > ID_ROOM ? id.n : ID_ROOM;
		d->id = ARENA_ARRAY(a, d->id_room, char);
	}
	if (id.n > 0)
		memcpy(d->id, id.p, id.n);
	d->id_n = id.n;
	d->timestamp_ns = timestamp_ns;
	d->value = agg_number_keep(a, value);
	d->any = true;
}

int
dated_cmp(const void *x, const void *y)
{
	const struct dated *a = x, *b = y;

	if (a->timestamp_ns != b->timestamp_ns)
		return a->timestamp_ns < b->timestamp_ns ? -1 : 1;
	return str_cmp(dated_id(a), dated_id(b));
}
