/*
 * subscription tasks - how the quantities and seats of subscriptions went.
 *
 * Shape      a row for each step of a subscription's quantity, past and current; with a
 *            range, those that hold in part of it, with an instant the one that holds then.
 *            ending_before of the last one is the end of the subscription, where that
 *            has come.
 * Units      quantities in units of the product, seats whole.
 * Errors     not_found, ambiguous_name of a contract; not_found of a subscription in it.
 * Order      subscriptions as in the contract, of each by start.
 * Source     mtr-contract(1), quantities, seats; mtr-json(5), Subscriptions.
 */
#ifndef TASKS_SUBSCRIPTION_H
#define TASKS_SUBSCRIPTION_H

#include "domain/contract.h"
#include "store/store.h"

struct quantity_request {
	struct str contract;     /* a reference */
	struct str subscription; /* id, temporary_id or name; empty: all of the contract */
	bool seats;              /* those of SEAT_BASED ones */
	int64_t now_ns;
	int64_t from_ns; /* INSTANT_NONE: from ever; with to_ns one past it: at an instant */
	int64_t to_ns;   /* INSTANT_NONE: up to now, that included */
};

struct quantity_row {
	const struct contract *contract;
	const struct subscription *subscription;
	const struct quantity_step *step;
	int64_t ending_before_ns; /* INSTANT_NONE: it holds still */
};

struct quantity_rows {
	struct quantity_row *p;
	size_t n;
	size_t cap;
};

bool quantities_read(struct store *st, const struct quantity_request *r, struct arena *a,
	struct quantity_rows *out, struct err *e);
void quantity_row_to_json(struct jsonw *w, const struct quantity_row *row);
/* With assigned_seat_ids. */
void seat_row_to_json(struct jsonw *w, const struct quantity_row *row);

/* Give the subscriptions of a contract what a reader wants to see beside their terms. */
bool subscriptions_show(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *e);

#endif
