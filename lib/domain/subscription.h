/*
 * subscription - what a contract subscribes to: so many of a product, period by period.
 *
 * Shape      a SUBSCRIPTION product at one of its billing frequencies, over
 *            [starting_at, ending_before) on the hour; a quantity that changes over
 *            time. QUANTITY_ONLY: a number. SEAT_BASED: seats, each assigned to an
 *            id or to none; the quantity is the number of both. Changes are kept
 *            as they were submitted, each with the instant from which it holds.
 *            ADVANCE: the fee of a period is due at its start, ARREARS at its end.
 *            A part of a period is charged in proportion to its hours where
 *            is_prorated says so, else in full; only prorated prices are rounded.
 * Units      quantities in units of the product; of seats whole.
 * Range      quantities >= 0 at every instant; changes not before the start. The
 *            anchor of the periods at or before the start (ADVANCE only).
 * Errors     ERR_INPUT, codes contract.subscriptions.FIELD.
 * Order      in document order; changes as submitted. At one instant they hold in
 *            that order.
 * Source     mtr-json(5), Subscriptions; mtr-pricing(7), Subscriptions.
 * Example    10 from the 1st; from the 21st {"quantity":12}, {"quantity_delta":-1}: 11.
 */
#ifndef DOMAIN_SUBSCRIPTION_H
#define DOMAIN_SUBSCRIPTION_H

#include "domain/proration.h"
#include "domain/schedule.h"

enum collection { COLLECT_ADVANCE, COLLECT_ARREARS };
enum proration_invoicing { INVOICE_NEXT_COLLECTION, INVOICE_IMMEDIATELY };
enum fee_placement { PLACE_USAGE_INVOICE, PLACE_SCHEDULED_INVOICE };
enum quantity_mode { MODE_QUANTITY_ONLY, MODE_SEAT_BASED };

enum change_kind {
	CHANGE_QUANTITY, /* the whole quantity; of seats those that are not assigned make it up */
	CHANGE_DELTA,
	CHANGE_ADD_SEATS, /* a seat that is not assigned takes an id before there is one more */
	CHANGE_REMOVE_SEATS,
	CHANGE_ADD_UNASSIGNED,
	CHANGE_REMOVE_UNASSIGNED
};
#define CHANGE_KINDS 6

struct quantity_change {
	int64_t starting_at_ns;
	enum change_kind kind;
	struct rat quantity;   /* of all but those of ids */
	struct texts seat_ids; /* of those */
};

/* What holds from an instant on. */
struct quantity_step {
	int64_t at_ns;
	struct rat quantity;
	struct texts seat_ids; /* assigned, in the order of assignment */
};

struct quantity_steps {
	struct quantity_step *p; /* rising; the first at starting_at */
	size_t n;
};

/* What a reader at some instant wants to know beside the terms; set by who writes it. */
struct subscription_view;

struct subscription {
	struct str id;
	struct str temporary_id; /* the caller's own, unique within the contract */
	struct str name;
	struct str description;
	struct str product_id;    /* a reference until it is resolved */
	enum frequency frequency; /* not SEMI_ANNUAL */
	enum collection collection;
	bool is_prorated;
	enum proration_invoicing invoicing; /* of increases */
	struct proration_rounding rounding;
	enum quantity_mode mode;
	struct str seat_group_key;   /* SEAT_BASED */
	struct rat initial_quantity; /* SEAT_BASED: of seats that are not assigned */
	struct texts initial_seat_ids;
	struct quantity_change *changes;
	size_t nchanges;
	int64_t starting_at_ns;
	int64_t ending_before_ns; /* INSTANT_NONE: as long as the contract */
	int64_t anchor_ns;        /* INSTANT_NONE: the contract's */
	enum fee_placement placement;
	struct pairs custom_fields;
	const struct subscription_view *view; /* or NULL */
};

struct subscription_period {
	int64_t start_ns;
	int64_t end_ns;
};

struct subscription_view {
	struct unit unit;                           /* of its price */
	const struct subscription_period *previous; /* NULL: none, likewise the others */
	const struct subscription_period *current;
	const struct subscription_period *next;
	struct quantity_steps schedule; /* current and future */
};

/* Of a contract's body; starts and ends are the contract's where none are given. */
bool subscriptions_from_obj(struct obj *o, int64_t contract_start_ns, int64_t contract_end_ns,
	struct subscription **out, size_t *n);
/* Those under another name, beside others of the contract: "add_subscriptions". */
bool subscriptions_added_from_obj(struct obj *o, const char *name, int64_t contract_start_ns,
	int64_t contract_end_ns, const struct subscription *before, size_t nbefore,
	struct subscription **out, size_t *n);
/* The members of one, inside its object. */
void subscription_members(struct jsonw *w, const struct subscription *s, enum terms_form form);

/* By id, else temporary_id, else name; SIZE_MAX: none, or several of that name. */
size_t subscription_find(const struct subscription *list, size_t n, struct str ref);

/*
 * The fields of an update: quantity_updates, seat_updates, ending_before,
 * quantity_management_mode_update; what they change is copied first.
 */
bool subscription_update_from_obj(struct obj *o, struct subscription *s);

/* ---- subscription_quantity.c ---- */

/* The quantity over time; false: a change cannot be, *why says so. */
bool subscription_steps(const struct subscription *s, struct arena *a, struct quantity_steps *out,
	struct str *why);
/* What holds at an instant; NULL: it has not begun. */
const struct quantity_step *quantity_at(const struct quantity_steps *steps, int64_t t_ns);

#endif
