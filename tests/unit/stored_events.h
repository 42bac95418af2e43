/*
 * stored_events - events made for tests, appended, and shown again.
 *
 * Ownership  what is given lives in the arena `events_arena`, which the test
 *            releases at its end.
 * Errors     what must not fail ends the program when it does.
 */
#ifndef TESTS_UNIT_STORED_EVENTS_H
#define TESTS_UNIT_STORED_EVENTS_H

#include "store/event_store.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/sweep.h"

extern struct arena events_arena;

/* A database of its own; secrets differ. */
struct store *events_store(const char *name);

/* properties: JSON in single quotes. */
struct event event_of(const char *id, const char *customer, const char *type, int64_t at_ns,
	const char *properties);

/* In a transaction of its own, or rehearsed. 2 records are refused each time. */
struct event_append append_at(struct store *st, const struct event *events, size_t n,
	bool rehearsal, int64_t now_ns);
struct event_append append(struct store *st, const struct event *events, size_t n);

/* "new", "duplicate" or "conflict": of a single event. */
const char *append_one(struct store *st, struct event ev);

/* Every event as JSON, in order; the digest of all in hex. */
const char *events_json(struct store *st);
const char *events_digest(struct store *st);
struct event_store_stats events_stats(struct store *st);

/* What a check of the whole file finds, a line each. */
const char *events_check(struct store *st);

void shuffle_events(struct sweep *s, struct event *events, size_t n);

#endif
