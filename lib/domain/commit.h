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

/* What more seats added to a segment. */
struct access_increase {
	int64_t at_ns;
	struct rat amount; /* >= 0 */
};

struct access_segment {
	struct str id;
	struct rat amount; /* >= 0 */
	int64_t starting_at_ns;
	int64_t ending_before_ns;          /* where it starts: it ended before it began */
	struct access_increase *increases; /* of children of recurring items, by time */
	size_t nincreases;
	struct str seat_id;  /* whose usage alone draws it; empty: it is no seat's */
	struct str seat_key; /* the presentation value that names the seat */
	/* rolled over, see engine/rollover.h: at most this much of the segment goes on */
	struct rat rollover_cap;
	struct str rolled_to;                /* the segment of the next contract; empty: none */
	struct str rolled_into;              /* that contract */
	const struct access_segment *source; /* the one it came from; NULL: it has an amount */
};

/* Which lines are meant: all that is given must fit; at least one member is. */
struct specifier {
	struct str product_id;     /* empty: any; a reference until it is resolved */
	struct texts product_tags; /* the product bears all of them */
	struct pairs pricing;      /* the line has these values, and may have others */
	struct pairs presentation; /* likewise */
};

/* What a contract may buy by itself (threshold.h). */
enum threshold_kind { THRESHOLD_BALANCE, THRESHOLD_SPEND };
#define THRESHOLDS 2

/* That a threshold bought a commit. */
struct recharge_mark {
	struct str workflow_id; /* empty: none did */
	enum threshold_kind kind;
	int64_t fired_at_ns;
	struct rat discounted; /* of what is paid for it: the part at a discount */
};

struct customer_balance;

/* What a commit was rolled over from; empty: it was not. */
struct rolled_from {
	struct str commit_id;
	struct str contract_id;
	const struct commit *origin; /* the commit itself */
};

struct commit {
	struct str id;
	const struct customer_balance *of_customer; /* NULL: it is a contract's own */
	struct str temporary_id; /* the caller's own name of it inside the contract */
	struct str recurring_id; /* the recurring item whose child it is; empty: none */
	struct rolled_from rolled_from;
	enum commit_type type;
	bool recurs;           /* what the children of a recurring item have in common */
	bool added;            /* by an edit: it stands in add_commits or add_credits */
	bool gated;            /* and is to wait for its payment */
	const char *list;      /* of an edit, that it stands in; NULL: of the contract */
	size_t place;          /* in its list of the contract */
	const char *path;      /* of the threshold that buys it; NULL: it stands in a list */
	struct str product_id; /* FIXED; a reference until it is resolved */
	struct str name;       /* empty: the product's */
	struct str description;
	struct unit access_unit;
	struct access_segment *segments;
	size_t nsegments;
	bool has_invoice_schedule;
	struct schedule invoice_schedule;
	bool do_not_invoice;           /* the schedule says what was paid, and makes no invoice */
	bool trueup_off;               /* POSTPAID: what was not spent is not billed */
	struct recharge_mark recharge; /* PREPAID, likewise the next */
	bool has_tracking;
	bool counts_as_discounted; /* for spend trackers */
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
	int64_t archived_at_ns; /* by an edit of its contract; INSTANT_NONE: not archived */
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
/* Members of that object. invoice_schedule and what else concerns its purchase, where it is. */
void commit_invoices_json(struct jsonw *w, const struct commit *c, enum terms_form form);
/* rate_type where it is not the list's, rollover_fraction, and what it pays for. */
void commit_drawing_json(struct jsonw *w, const struct commit *c, enum terms_form form);

const char *threshold_name(enum threshold_kind kind); /* "PREPAID_BALANCE" */
const char *commit_type_name(enum commit_type t);     /* "PREPAID" */
/* "type" of an object, or where it has none the one given. */
enum commit_type obj_commit_type(struct obj *o, enum commit_type absent);
/* The list of a contract it stands in: "commits", "recurring_credits". */
const char *commit_list(const struct commit *c);
/* Where it stands there: "commits[2]". */
struct str commit_path(const struct commit *c, struct arena *a);

/* All that the segment was given: its amount, and what more seats added. */
struct rat access_granted(struct arena *a, const struct access_segment *s);
/* Zero cost basis: a credit, no invoice schedule, or one that adds up to zero. */
bool commit_is_free(const struct commit *c);
/* POSTPAID, and what is not spent of it is billed. */
bool commit_is_trued_up(const struct commit *c);
/* It names no product, tag or specifier. */
bool commit_pays_all(const struct commit *c);

#endif
