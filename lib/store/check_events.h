/*
 * check_events - what must hold of stored events (inside store).
 *
 * Shape      check_blocks reads every block: its bytes, its row, the order of its
 *            events; makes the block of each batch again as it was stored; and
 *            leaves in a temporary table what each batch has of each shape.
 *            check_batches compares that with the rows of batches and follows
 *            their chain. What deduplication has is compared by sums over the
 *            entries of a range of batches, so that memory is bounded.
 * Errors     those of the store. What is found is told, not failed on.
 * Order      inside a snapshot.
 */
#ifndef STORE_CHECK_EVENTS_H
#define STORE_CHECK_EVENTS_H

#include "store/event_chain.h"
#include "store/store.h"

/* Entries of some batches that follow each other: number and sum. */
struct entry_sum {
	uint64_t n;
	struct hash128 sum;
};

struct event_checker {
	struct store *st;
	struct event_home *home;
	store_found found;
	void *ctx;
	bool unread; /* a block could not be read: its batches cannot be judged */

	struct entry_sum *stored; /* of the events in blocks, likewise the next */
	struct entry_sum *known;  /* of the entries of deduplication */
	size_t nsums;
	int64_t width; /* batches in a sum; the last is of those that are not there */
};

void event_report(struct event_checker *c, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void entry_sum_add(struct event_checker *c, struct entry_sum *sums,
	const struct dedup_entry *entry);

/* The temporary table: what a batch has of a shape. */
bool check_blocks(struct event_checker *c, struct err *e);
bool check_batches(struct event_checker *c, struct err *e);

#endif
