/*
 * customer - who is billed, and under which names events come.
 *
 * Shape      name 1..160 code points; ingest aliases, distinct, 1..128 code
 *            points each, at most 2,000. An alias equal to another customer's
 *            id or alias is refused where they are stored.
 * Errors     ERR_INPUT, codes customer.FIELD.
 * Source     mtr-json(5), Customers.
 */
#ifndef DOMAIN_CUSTOMER_H
#define DOMAIN_CUSTOMER_H

#include "domain/common.h"

#define CUSTOMER_MAX_ALIASES 2000
#define ALIAS_MAX_POINTS 128

struct customer {
	struct str id;
	struct str external_id;
	struct str name;
	struct texts ingest_aliases;
	struct pairs custom_fields;
	struct kept kept;
	int64_t created_at_ns;
	int64_t updated_at_ns;
	int64_t archived_at_ns; /* INSTANT_NONE: not archived */
};

/* The names under which events come: the id and the aliases. The texts are borrowed. */
struct texts customer_keys(const struct customer *c, struct arena *a);

/* A request body; id may be given. created, updated and archived stay unset. */
bool customer_from_json(const struct json *j, bool csv, struct arena *a, struct customer *out,
	struct err *e);

/* An update body: customer_id, customer or id; and what changes: name, custom and kept fields. */
bool customer_update_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct customer *changes, struct err *e);
void customer_apply(struct arena *a, struct customer *c, const struct customer *changes);

/* {"customer_id":..., "ingest_aliases":[...]}; the list may be empty */
bool customer_aliases_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct texts *aliases, struct err *e);

/* The terms as stored: everything but id and the instants; reads back by customer_from_json. */
void customer_terms_json(struct jsonw *w, const struct customer *c);
/* What the tools print. */
void customer_to_json(struct jsonw *w, const struct customer *c);

#endif
