/*
 * transition - a contract that follows another one.
 *
 * Shape      the new contract names the one it renews, and what becomes of that
 *            one's true-up. The old one knows by whom it is renewed, and from when.
 *            What is rolled over ends with the new contract as that was agreed;
 *            where it has no end, it lasts as long as the old segment did.
 * Errors     ERR_INPUT contract.transition.FIELD.
 * Source     mtr-json(5), Contracts; mtr-pricing(7), Renewals.
 */
#ifndef DOMAIN_TRANSITION_H
#define DOMAIN_TRANSITION_H

#include "domain/common.h"

enum trueup_fate { TRUEUP_AS_IS, TRUEUP_REMOVE };

struct transition {
	struct str from_contract_id; /* empty: it follows none; a reference until it is resolved */
	enum trueup_fate trueup;
	int64_t rollover_end_ns; /* INSTANT_NONE: as long as the old segments */
};

/* Of the old contract; empty: nobody's predecessor. */
struct renewal {
	struct str contract_id;
	int64_t starting_at_ns;
};

struct transition transition_from_obj(struct obj *parent);
void transition_member(struct jsonw *w, const struct transition *t, enum terms_form form);

/* renewed_by stands in what is stored, and in what is printed. */
struct renewal renewal_from_obj(struct obj *parent);
void renewal_member(struct jsonw *w, const struct renewal *r);

#endif
