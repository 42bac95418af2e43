/*
 * product - what is sold, in dated versions.
 *
 * Shape      a type that never changes, and versions: the initial one and
 *            updates, each from an hour on, each holding only its own fields.
 *            product_at folds them by starting_at, then by running number;
 *            custom and kept fields are merged by name. Lists replace.
 *            USAGE products have a metric; FIXED ones are the vehicle of
 *            charges whose price stands on the contract, PRO_SERVICE ones that of
 *            work; SUBSCRIPTION ones are charged by the billing period;
 *            COMPOSITE ones by what was spent on the products they name by id
 *            or tag.
 * Rounding   names the rounding of quantities; done in the engine.
 * Errors     ERR_INPUT, codes product.FIELD; other types unsupported_field.
 * Source     mtr-json(5), Products; mtr-pricing(7), Quantities.
 */
#ifndef DOMAIN_PRODUCT_H
#define DOMAIN_PRODUCT_H

#include "base/rat.h"
#include "domain/common.h"

#define PRODUCT_MAX_PLACES 100

enum product_type {
	PRODUCT_USAGE,
	PRODUCT_FIXED,
	PRODUCT_COMPOSITE,
	PRODUCT_SUBSCRIPTION,
	PRODUCT_PRO_SERVICE
};
#define PRODUCT_TYPES 5

enum conversion_operation { CONVERT_NONE, CONVERT_MULTIPLY, CONVERT_DIVIDE };

struct quantity_conversion {
	enum conversion_operation operation;
	struct rat factor; /* > 0 */
	struct str name;
};

struct quantity_rounding {
	bool on;
	int places;            /* 0..PRODUCT_MAX_PLACES */
	enum rat_round method; /* RAT_UP, RAT_DOWN, RAT_HALF_UP */
};

/* Whose spend a COMPOSITE product is charged by: that of its contract, or of all its customer's. */
enum composite_scope { COMPOSITE_CONTRACT, COMPOSITE_CUSTOMER };

/* When the quantity of a metric in SQL accrues: hour by hour, or on the period's last instant. */
enum sql_granularity { SQL_HOUR, SQL_SERVICE_PERIOD };

enum product_field { /* which fields a version holds */
	PF_NAME = 1 << 0,
	PF_METRIC = 1 << 1,
	PF_PRICING_KEY = 1 << 2,
	PF_PRESENTATION_KEY = 1 << 3,
	PF_CONVERSION = 1 << 4,
	PF_ROUNDING = 1 << 5,
	PF_TAGS = 1 << 6,
	PF_CUSTOM_FIELDS = 1 << 7,
	PF_COMPOSITE_PRODUCTS = 1 << 8,
	PF_COMPOSITE_TAGS = 1 << 9,
	PF_GRANULARITY = 1 << 10,
	PF_COMPOSITE_SPEND = 1 << 11,
	PF_COMPOSITE_SCOPE = 1 << 12
};

struct product_terms {
	unsigned has; /* enum product_field */
	struct str name;
	struct str billable_metric_id; /* a reference until it is resolved, then an id */
	struct texts pricing_group_key;
	struct texts presentation_group_key;
	struct quantity_conversion conversion;
	struct quantity_rounding rounding;
	enum sql_granularity granularity;   /* of a metric in SQL */
	struct texts composite_product_ids; /* references until they are resolved */
	struct texts composite_tags;
	bool include_composite_spend; /* other composite products may be in the base */
	enum composite_scope composite_scope;
	struct texts tags;
	struct pairs custom_fields;
	struct kept kept;
};

struct product_version {
	int64_t starting_at_ns; /* INSTANT_NONE: the initial one */
	int64_t seq;            /* running number */
	int64_t created_at_ns;
	struct product_terms terms;
};

struct product {
	struct str id;
	enum product_type type;
	struct product_version *versions; /* by starting_at, then seq; [0] is the initial one */
	size_t nversions;
	int64_t created_at_ns;
	int64_t archived_at_ns;
};

const char *product_type_name(enum product_type t);      /* "USAGE" */
const char *product_type_line_name(enum product_type t); /* "UsageProductListItem" */

/* A create body: one product with its initial version. */
bool product_from_json(const struct json *j, bool csv, struct arena *a, struct product *out,
	struct err *e);
/*
 * An update body: product_id, product or id; starting_at; and the fields that change.
 * usual_ns: when it starts where the body does not say; INSTANT_NONE: the body must.
 */
bool product_update_from_json(const struct json *j, bool csv, int64_t usual_ns, struct arena *a,
	struct str *ref, struct product_version *out, struct err *e);
/* Refuses terms a product of this type does not have: an update's body does not say the type. */
bool product_terms_check(enum product_type type, const struct product_terms *t, struct err *e);
/* The terms of one version as stored; product_terms_from_json reads them back. */
void product_terms_json(struct jsonw *w, const struct product_terms *t);
bool product_terms_from_json(const struct json *j, enum product_type type, struct arena *a,
	struct product_terms *out, struct err *e);

/* What holds at an instant; INSTANT_NONE: the initial terms. */
struct product_terms product_at(const struct product *p, int64_t t_ns, struct arena *a);

/* id, type, initial, updates[], current (at now), created_at, archived_at. */
void product_to_json(struct jsonw *w, const struct product *p, int64_t now_ns, struct arena *a);

/* Union of pricing and presentation keys, sorted: the group names usage is needed by. */
struct texts product_group_names(const struct product_terms *t, struct arena *a);

#endif
