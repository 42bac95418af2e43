/*
 * commit - money promised in advance, and the balance it gives.
 *
 * Shape      PREPAID: access segments, each an amount that usage inside its
 *            window [starting_at, ending_before) on the hour may draw, and an
 *            invoice schedule that says when it is paid (none: complimentary).
 *            It pays for usage and composite lines of the products it names by
 *            id or tag; where it names none, for all.
 * Units      amounts in stored units of the access unit; the invoice schedule has
 *            a unit of its own. A lower priority is drawn first.
 * Range      segments end after they start, amounts >= 0, any priority.
 * Errors     ERR_INPUT, codes contract.commits.FIELD; terms that are not
 *            supported are refused with unsupported_field.
 * Source     mtr-json(5), Commits; mtr-pricing(7), Balances.
 * Example    1,000 USD for a year: one segment of 100000.
 */
#ifndef DOMAIN_COMMIT_H
#define DOMAIN_COMMIT_H

#include "domain/common.h"
#include "domain/schedule.h"

struct access_segment {
	struct str id;
	struct rat amount; /* >= 0 */
	int64_t starting_at_ns;
	int64_t ending_before_ns;
};

struct commit {
	struct str id;
	struct str product_id; /* FIXED; a reference until it is resolved */
	struct str name;       /* empty: the product's */
	struct str description;
	struct unit access_unit;
	struct access_segment *segments;
	size_t nsegments;
	bool has_invoice_schedule;
	struct schedule invoice_schedule;
	bool has_priority;
	struct rat priority;
	struct texts applicable_product_ids; /* references until they are resolved */
	struct texts applicable_product_tags;
	struct pairs custom_fields;
	struct kept kept;
};

/*
 * The commits of a contract's body, in document order. A segment that lies
 * wholly after the contract's end is refused; INSTANT_NONE: it has none.
 */
bool commits_from_obj(struct obj *o, int64_t contract_end_ns, struct commit **out, size_t *n);
/* The members of one commit, inside its object. */
void commit_members(struct jsonw *w, const struct commit *c, enum terms_form form);

/* Zero cost basis: no invoice schedule, or one that adds up to zero. */
bool commit_is_free(const struct commit *c);

#endif
