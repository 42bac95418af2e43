/*
 * adjustment - what a balance is given or loses by hand.
 *
 * Shape      a balance, one of its segments (it may go unsaid where there is one
 *            alone), an amount and the reason; or an amount for each of some
 *            seats, in whose segments they go. customer_id and contract_id say
 *            whose it is, and may be left out.
 * Units      amounts in stored units of the balance's access unit.
 * Range      amounts are not 0, but for that of seats together, which is their
 *            sum; the timestamp lies in the window of each segment.
 * Errors     ERR_INPUT, codes adjustment.FIELD, without the seats.
 * Order      seats as in the body.
 * Source     mtr-json(5), Manual entries; mtr-pricing(7), Balances.
 * Example    {"id":"Year one","amount":"-5 USD","reason":"counted twice"}
 */
#ifndef DOMAIN_ADJUSTMENT_H
#define DOMAIN_ADJUSTMENT_H

#include "domain/common.h"
#include "domain/unit.h"

struct seat_amount {
	struct str seat_id;
	struct rat amount;
};

struct adjustment {
	struct str balance_id; /* a reference until it is resolved, likewise the next two */
	struct str customer_id;
	struct str contract_id;
	struct str segment_id; /* empty: the only one */
	struct rat amount;
	struct seat_amount *seats; /* none: a segment's alone */
	size_t nseats;
	struct str reason;
	int64_t timestamp_ns; /* INSTANT_NONE: when the segment begins */
};

/* The balance of a body, before its unit is known; an empty slice where it names none. */
struct str adjustment_balance(const struct json *j, struct arena *a);
bool adjustment_from_json(const struct json *j, bool csv, const struct units *units,
	const struct unit *unit, struct arena *a, struct adjustment *out, struct err *e);

#endif
