/*
 * invoice - a statement of usage or of scheduled charges.
 *
 * Shape      lines in printed order. A draft has no number. A usage invoice
 *            has a period [start, end); a scheduled one only its date.
 * Units      amounts in stored units of the invoice's unit, exact; amount_due
 *            rounded to the minor unit; amount_due_major for people. Lines may be in
 *            custom units: they count by their conversion line alone.
 * Rounding   amount_due alone: total half away from zero to the minor unit.
 * Order      of the lines in the invoice's unit: subtotal = sum of those that are no
 *            applications, total = subtotal + the applications of prepaid commits and
 *            credits, exactly: what counts towards a postpaid promise is shown and charged.
 * Source     mtr-json(5), Invoices; mtr-pricing(7), Totals.
 * Example    12841.5585 cents: "amount_due":"12842","amount_due_major":"128.42".
 */
#ifndef DOMAIN_INVOICE_H
#define DOMAIN_INVOICE_H

#include "domain/commit.h"
#include "domain/common.h"
#include "domain/product.h"
#include "domain/ratecard.h"
#include "domain/trace.h"
#include "domain/unit.h"

enum invoice_type { INVOICE_USAGE, INVOICE_SCHEDULED };
enum invoice_status { INVOICE_DRAFT, INVOICE_FINALIZED, INVOICE_VOID };
enum line_type {
	LINE_USAGE,
	LINE_SCHEDULED,
	LINE_COMMIT_PURCHASE,
	LINE_APPLIED,
	LINE_SUBSCRIPTION,
	LINE_CONVERSION /* of what is uncovered in a custom unit; of no product */
};

struct line_tier {
	int level;              /* from 1; 0: of free units, else the line has none */
	struct rat starting_at; /* quantity at which the tier begins */
	bool open;
	struct rat size;
};

struct invoice_line {
	struct str id;
	enum line_type type;
	struct str name;
	struct str product_id;
	enum product_type product_type;
	struct texts product_tags;
	struct unit unit;
	struct rat quantity;
	struct rat unit_price;
	struct rat total;
	int64_t starting_at_ns; /* of usage, and of what of a subscription is charged */
	int64_t ending_before_ns;
	enum slice_kind kind; /* of usage lines */
	bool beyond_maximum;
	struct line_tier tier;
	struct pairs pricing_group_values;
	struct pairs presentation_group_values;
	struct unit converted; /* conversions: the custom unit that quantity counts */
	struct str scheduled_charge_id;
	struct str discount_id;
	struct str subscription_id;
	struct str subscription_charge_id; /* what of it begins then; not printed */
	bool is_prorated;                  /* of a subscription */
	struct str commit_id;              /* that pays, or is bought */
	struct str commit_segment_id;      /* covered usage and applications */
	enum commit_type commit_type;
	struct pairs product_custom_fields;
	struct pairs scheduled_charge_custom_fields;
	struct pairs discount_custom_fields;
	struct pairs subscription_custom_fields;
	struct trace trace;
};

/* What one segment pays of an invoice: an entry of its balance, not printed on the invoice. */
struct invoice_deduction {
	struct str commit_id;
	struct str segment_id;
	enum commit_type commit_type;
	bool is_trueup;    /* it bills what is missing of a promise, instead of using it */
	struct rat amount; /* > 0 */
	int64_t at_ns;
};

struct invoice {
	struct str id;
	struct str number;           /* "INV-000001"; empty on drafts */
	struct str regenerated_from; /* the void invoice that it replaces, or empty */
	enum invoice_type type;
	enum invoice_status status;
	struct str customer_id;
	struct str customer_name;
	struct str contract_id;
	struct str contract_name;
	struct unit unit;
	int64_t start_ns; /* usage only, else INSTANT_NONE */
	int64_t end_ns;
	int64_t issued_at_ns; /* usage: end + grace; scheduled: its date */
	int64_t net_payment_terms_days;
	int64_t due_date_ns; /* issued_at + terms */
	struct invoice_line *lines;
	size_t nlines;
	const struct conversion *conversions; /* of units that lines may be in, while it is made */
	size_t nconversions;
	struct invoice_deduction *deductions;
	size_t ndeductions;
	struct rat subtotal;
	struct rat total;
	struct rat amount_due;
	struct pairs customer_custom_fields;
	struct pairs contract_custom_fields;
	struct trace trace;
};

const char *invoice_type_name(enum invoice_type t);     /* "USAGE" */
const char *invoice_status_name(enum invoice_status s); /* "FINALIZED" */
const char *line_type_name(enum line_type t);           /* "usage" */

void invoice_to_json(struct jsonw *w, const struct invoice *inv, struct arena *a);

/* Whether there is a price for one unit of its quantity. */
bool invoice_line_has_price(const struct invoice_line *line);
/* What a line bills that falls due on a date: a charge, a commit, a subscription; or empty. */
struct str invoice_line_object(const struct invoice_line *line);
/* Derived id of an invoice: (contract, type, period start or date, unit, generation). */
struct str invoice_id(struct arena *a, struct str contract_id, enum invoice_type type,
	int64_t at_ns, const struct unit *u, int generation);
/* Of the invoice that bills what is missing of a postpaid commit: (contract, commit). */
struct str trueup_id(struct arena *a, struct str contract_id, struct str commit_id);
/* "INV-000012" */
struct str invoice_number(struct arena *a, struct str series, int64_t n);

#endif
