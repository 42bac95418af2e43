/*
 * commit - money promised in advance, or given, and the balance that comes of it.
 *
 * Shape      access segments: an amount each, which usage inside its window
 *            [starting_at, ending_before) on the hour may draw.
 *            PREPAID: an invoice schedule says when it is paid (none:
 *            complimentary; do_not_invoice: paid elsewhere). POSTPAID: a promise
 *            to spend; one segment, one invoice item of the same amount on or
 *            after its end, which bills what was not spent. CREDIT: given.
 *            It pays for usage, subscription and composite lines: of the products
 *            it names by id or tag, or those that one of its specifiers
 *            describes; where it names none, of all.
 * Units      amounts in stored units of the access unit; the invoice schedule has
 *            a unit of its own. A lower priority is drawn first.
 *            rollover_fraction 0..1 of what was granted.
 * Range      segments end after they start, amounts >= 0, any priority.
 * Errors     ERR_INPUT, codes contract.commits.FIELD, contract.credits.FIELD;
 *            terms that are not supported are refused with unsupported_field.
 * Order      of a contract: its commits, then its credits, in document order.
 * Source     mtr-json(5), Commits; mtr-pricing(7), Balances.
 * Example    1,000 USD for a year: one segment of 100000.
 */
#ifndef DOMAIN_COMMIT_H
#define DOMAIN_COMMIT_H

#include "domain/common.h"
#include "domain/schedule.h"

enum commit_type { COMMIT_PREPAID, COMMIT_POSTPAID, COMMIT_CREDIT };
#define COMMIT_TYPES 3

/* At which price usage draws it. */
enum draw_rate { DRAW_LIST_RATE, DRAW_COMMIT_RATE };

struct access_segment {
	struct str id;
	struct rat amount; /* >= 0 */
	int64_t starting_at_ns;
	int64_t ending_before_ns;
};

/* Which lines are meant: all that is given must fit; at least one member is. */
struct specifier {
	struct str product_id;     /* empty: any; a reference until it is resolved */
	struct texts product_tags; /* the product bears all of them */
	struct pairs pricing;      /* the line has these values, and may have others */
	struct pairs presentation; /* likewise */
};

struct customer_balance;

struct commit {
	struct str id;
	const struct customer_balance *of_customer; /* NULL: it is a contract's own */
	struct str recurring_id; /* the recurring item whose child it is; empty: none */
	enum commit_type type;
	bool recurs;           /* what the children of a recurring item have in common */
	size_t place;          /* in its list of the contract */
	struct str product_id; /* FIXED; a reference until it is resolved */
	struct str name;       /* empty: the product's */
	struct str description;
	struct unit access_unit;
	struct access_segment *segments;
	size_t nsegments;
	bool has_invoice_schedule;
	struct schedule invoice_schedule;
	bool do_not_invoice; /* the schedule says what was paid, and makes no invoice */
	bool trueup_off;     /* POSTPAID: what was not spent is not billed */
	bool has_priority;
	struct rat priority;
	enum draw_rate rate_type;
	bool has_rollover;
	struct rat rollover_fraction;
	struct texts applicable_product_ids; /* references until they are resolved */
	struct texts applicable_product_tags;
	struct specifier *specifiers; /* none beside the two lists */
	size_t nspecifiers;
	struct pairs custom_fields;
	struct kept kept;
};

/*
 * The commits and credits of a contract's body. A segment that lies wholly after the
 * contract's end is refused; INSTANT_NONE: it has none.
 */
bool commits_from_obj(struct obj *o, int64_t contract_end_ns, struct commit **out, size_t *n);
/* The members of one commit, inside its object. */
void commit_members(struct jsonw *w, const struct commit *c, enum terms_form form);
/* A commit of a contract as an object of its own. */
void commit_to_json(struct jsonw *w, const struct commit *c, struct str customer_id,
	struct str contract_id);
/* Members of that object. invoice_schedule and trueup_disabled, where there are any. */
void commit_invoices_json(struct jsonw *w, const struct commit *c, enum terms_form form);
/* rate_type where it is not the list's, rollover_fraction, and what it pays for. */
void commit_drawing_json(struct jsonw *w, const struct commit *c, enum terms_form form);

const char *commit_type_name(enum commit_type t); /* "PREPAID" */
/* "type" of an object, or where it has none the one given. */
enum commit_type obj_commit_type(struct obj *o, enum commit_type absent);
/* The list of a contract it stands in: "commits", "recurring_credits". */
const char *commit_list(const struct commit *c);
/* Where it stands there: "commits[2]". */
struct str commit_path(const struct commit *c, struct arena *a);

/* Zero cost basis: a credit, no invoice schedule, or one that adds up to zero. */
bool commit_is_free(const struct commit *c);
/* POSTPAID, and what is not spent of it is billed. */
bool commit_is_trued_up(const struct commit *c);
/* It names no product, tag or specifier. */
bool commit_pays_all(const struct commit *c);

#endif
