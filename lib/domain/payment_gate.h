/*
 * payment_gate - whether what is bought waits for its payment.
 *
 * Shape      NONE: it does not; EXTERNAL: until it is known that it was paid, elsewhere.
 *            What concerns the vendor's own provider is kept and has no effect.
 * Errors     ERR_INPUT under the path of payment_gate_config; unsupported_field for
 *            gates that take payments and for taxes.
 * Source     mtr-json(5), Thresholds.
 */
#ifndef DOMAIN_PAYMENT_GATE_H
#define DOMAIN_PAYMENT_GATE_H

#include "domain/common.h"

enum payment_gate_type { GATE_NONE, GATE_EXTERNAL };

struct payment_gate {
	enum payment_gate_type type;
	struct kept kept;
};

/* payment_gate_config of the object; false: it is not there, or refused. */
bool payment_gate_from_obj(struct obj *parent, enum obj_need need, struct payment_gate *out);
void payment_gate_json(struct jsonw *w, const struct payment_gate *g);
const char *payment_gate_name(enum payment_gate_type type); /* "EXTERNAL" */

#endif
