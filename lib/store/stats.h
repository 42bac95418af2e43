/*
 * stats - how much lies in a database.
 *
 * Units      bytes; counts of objects, archived ones included.
 * Errors     ERR_FATAL of the store.
 */
#ifndef STORE_STATS_H
#define STORE_STATS_H

#include "store/event_store.h"
#include "store/store.h"

struct store_stats {
	struct str database_id;
	int64_t schema;
	int64_t created_at_ns;
	int64_t bytes;     /* of the database file */
	int64_t wal_bytes; /* of the log beside it */
	int64_t customers;
	int64_t metrics;
	int64_t products;
	int64_t rate_cards;
	int64_t rates;
	int64_t contracts;
	int64_t invoices;
	int64_t runs;
	int64_t changes; /* of the configuration */
	struct event_store_stats events;
};

bool store_stats(struct store *st, struct store_stats *out, struct err *e);

#endif
