/*
 * billed_store - which time of a customer final usage invoices cover.
 *
 * Shape      spans by time, those that overlap or touch made one.
 * Ownership  spans live in the arena given.
 * Errors     ERR_FATAL of the store.
 * Order      while the mark stays the same, so do all the answers here, and
 *            whose id or alias a customer key is.
 * Source     mtr-pricing(7), Events.
 */
#ifndef STORE_BILLED_STORE_H
#define STORE_BILLED_STORE_H

#include "base/arena.h"
#include "store/store.h"

struct billed_mark {
	int64_t invoices; /* the last one's number; 0: none */
	int64_t changes;  /* of the configuration, likewise */
};

bool billed_store_mark(struct store *st, struct billed_mark *out, struct err *e);

/* From here on nothing is billed; INSTANT_NONE: nothing is at all. */
bool billed_store_until(struct store *st, int64_t *until_ns, struct err *e);

struct billed_span {
	int64_t start_ns;
	int64_t end_ns; /* not included */
};

struct billed_spans {
	struct billed_span *p;
	size_t n;
};

bool billed_store_spans(struct store *st, struct str customer_id, struct arena *a,
	struct billed_spans *out, struct err *e);

#endif
