/*
 * event_repeats - which events of a batch are new (inside store).
 *
 * Shape      events of one transaction id are one head, the first taken, and
 *            its repeats. Heads are sorted by key. A head that is stored already
 *            has a match; the others are new. Keys that are hashes of ids count
 *            only where the ids are equal.
 * Ownership  the room is the caller's, cleared and used again.
 * Order      verdicts by event; conflicts by head.
 * Source     mtr-store(5), Deduplication.
 */
#ifndef STORE_EVENT_REPEATS_H
#define STORE_EVENT_REPEATS_H

#include "store/event_batch_shape.h"
#include "store/event_context.h"

enum event_verdict { EVENT_NEW, EVENT_DUPLICATE, EVENT_CONFLICT };

/* An entry of deduplication that has the key of a head. */
struct event_match {
	uint32_t head;
	enum event_place place;
	int64_t batch;
	uint64_t content;
};

struct event_repeat {
	uint32_t head;
	uint32_t event;
};

struct event_repeats {
	size_t cap; /* events there is room for */
	struct dedup_entry *heads;
	uint32_t *order; /* of each head: its event */
	struct dedup_entry *scratch_heads;
	uint32_t *scratch_order;
	size_t nheads;
	struct event_repeat *repeats; /* by head */
	size_t nrepeats;
	uint32_t *match_of; /* of each head: + 1 into matches; 0: it is new */
	struct event_match *matches;
	size_t nmatches;
	size_t matches_cap;
	uint8_t *verdicts; /* of each event */
	struct event_repeat *conflicts;
	size_t nconflicts;
	uint64_t counts[EVENT_CONFLICT + 1];
};

/* nplaces: 1, what is stored; 2, what was rehearsed too. */
bool event_repeats_find(struct event_repeats *r, const struct event_batch *b, struct store *st,
	unsigned nplaces, struct err *e);
void event_repeats_release(struct event_repeats *r);

#endif
