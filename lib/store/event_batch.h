/*
 * event_batch - events gathered for one transaction, column by column.
 *
 * Shape      take events one by one (no lock, no database: another thread may be
 *            appending another batch meanwhile), then hand it to
 *            event_store_append. Everything that does not need the database is
 *            done when an event is taken: its key, its digests, its shape, its
 *            cells. Batches are cleared and used again, their room is kept.
 * Range      at most EVENT_BATCH_MAX events. Their texts become values of SQLite,
 *            which have 10^9 bytes at most: a batch is to end far below that.
 * Ownership  an event taken is copied.
 * Order      index counts the events as taken, from 0.
 * Source     mtr-store(5), Batches.
 */
#ifndef STORE_EVENT_BATCH_H
#define STORE_EVENT_BATCH_H

#include "domain/event.h"
#include "store/store.h"

#define EVENT_BATCH_MAX ((size_t)1 << 17)

struct event_batch;

/* Keys depend on the database's secret. */
struct event_batch *event_batch_new(const struct store *st);
void event_batch_free(struct event_batch *b); /* NULL is nothing */
void event_batch_clear(struct event_batch *b);

void event_batch_take(struct event_batch *b, const struct event *ev);
size_t event_batch_count(const struct event_batch *b);
size_t event_batch_bytes(const struct event_batch *b); /* memory in use, for bounds */

#endif
