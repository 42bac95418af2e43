/*
 * balance_seats - what the seats of subscriptions have left of their own.
 *
 * Shape      a row for each seat, in each unit, that some INDIVIDUAL child has a segment
 *            for at the instant: the sum of what these have left, and they one by one.
 * Units      stored units of the access unit.
 * Range      as of the balances read.
 * Errors     not_found of a seat that is asked for, where none of the balances is its.
 * Order      of balances, and of the segments in each.
 * Source     mtr-balance(1), seats; mtr-json(5), Balances.
 */
#ifndef TASKS_BALANCE_SEATS_H
#define TASKS_BALANCE_SEATS_H

#include "tasks/balance.h"

struct seat_part {
	const struct balance *balance;
	const struct segment_balance *segment;
	struct seat_part *next;
};

struct seat_balance {
	const struct balance *first; /* of its parts */
	struct str subscription_id;
	struct str seat_id;
	struct rat amount;
	struct seat_part *parts;
	struct seat_part *last;
};

struct seat_balances {
	struct seat_balance *p;
	size_t n;
	size_t cap;
};

struct seat_request {
	int64_t at_ns;
	struct texts seats;         /* none: all */
	struct texts subscriptions; /* ids; none: all */
	bool skip_missing;          /* a seat that is not there is no failure */
};

bool seat_balances_of(const struct balances *all, const struct seat_request *r, struct arena *a,
	struct seat_balances *out, struct err *e);
void seat_balance_to_json(struct jsonw *w, const struct seat_balance *s);

#endif
