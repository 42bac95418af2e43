#include "engine/aggregate.h"

#include <stdlib.h>

#include "engine/agg_part.h"

#include "base/banned.h"

/* The events of one window, or the session that was opened last. */
struct visits {
	int64_t *at_ns;
	size_t n;
	size_t cap;
	bool opened;
	int64_t opened_ns;
};

struct sessions {
	struct map parts; /* struct visits */
};

static bool
session_feed(void *state, struct arena *a, const struct aggregate_input *in)
{
	struct sessions *s = state;
	struct visits *v = part_of(&s->parts, a, in, sizeof(*v));

	v->at_ns = arena_grow(a, v->at_ns, &v->cap, v->n + 1, sizeof(v->at_ns[0]));
	v->at_ns[v->n++] = in->timestamp_ns;
	return true;
}

static int
by_instant(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* t_ns is not before the session; the distance may exceed the greatest int64. */
static bool
is_inside(const struct visits *v, int64_t t_ns, int64_t length_ns)
{
	return v->opened && (uint64_t)t_ns - (uint64_t)v->opened_ns < (uint64_t)length_ns;
}

/* The sessions that the events of one part open. */
static int64_t
open_sessions(struct visits *running, const struct visits *v, int64_t length_ns)
{
	int64_t n = 0;

	qsort(v->at_ns, v->n, sizeof(v->at_ns[0]), by_instant);
	for (size_t i = 0; i < v->n; i++) {
		if (is_inside(running, v->at_ns[i], length_ns))
			continue;
		running->opened = true;
		running->opened_ns = v->at_ns[i];
		n++;
	}
	return n;
}

static struct rat
session_advance(void *running, struct arena *a, void *window, const struct aggregate_span *span)
{
	struct sessions *so_far = running, *s = window;
	int64_t n = 0;

	for (size_t i = 0; i < s->parts.n; i++) {
		const struct map_entry *part = &s->parts.entries[i];
		struct visits *last = part_at(&so_far->parts, a, part->key, sizeof(*last));

		n += open_sessions(last, part->value, span->metric->session_ns);
	}
	return rat_int(a, n);
}

const struct aggregate_kind aggregate_session = {
	.name = "SESSION",
	.state_size = sizeof(struct sessions),
	.additive = true,
	.feed = session_feed,
	.advance = session_advance,
};
