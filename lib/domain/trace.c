#include "domain/trace.h"

#include "base/banned.h"

/* The members of a step under their names in JSON; NULL: the kind does not use it. */
struct form {
	const char *step;
	const char *ref;
	const char *text;
	const char *from;
	const char *to;
	const char *count;
	const char *x;
	const char *y;
	const char *z;
	bool y_first; /* what was before what came of it */
};

static const struct form forms[] = {
	[TRACE_WINDOW] = { .step = "window",
		.from = "starting_at",
		.to = "ending_before",
		.text = "cut_by" },
	[TRACE_USAGE] = { .step = "usage",
		.ref = "billable_metric_id",
		.count = "events",
		.from = "first_event_at",
		.to = "last_event_at",
		.x = "quantity",
		.y = "value_at_start",
		.z = "value_at_end" },
	[TRACE_FILTER] = { .step = "usage_filter", .ref = "group_key" },
	[TRACE_CONVERSION] = { .step = "conversion",
		.text = "operation",
		.y = "factor",
		.x = "quantity",
		.y_first = true },
	[TRACE_ROUNDING] = { .step = "rounding",
		.text = "rounding_method",
		.count = "decimal_places",
		.y = "before",
		.x = "after",
		.y_first = true },
	[TRACE_RATE] = { .step = "rate",
		.ref = "rate_id",
		.from = "starting_at",
		.to = "ending_before",
		.text = "rate_type",
		.x = "price" },
	[TRACE_COMMIT_RATE] = { .step = "commit_rate", .text = "rate_type", .x = "price" },
	[TRACE_ENTITLED] = { .step = "entitled",
		.ref = "override_id",
		.from = "starting_at",
		.to = "ending_before",
		.text = "type" },
	[TRACE_OVERRIDE] = { .step = "override",
		.ref = "override_id",
		.from = "starting_at",
		.to = "ending_before",
		.text = "type",
		.x = "multiplier" },
	[TRACE_OVERWRITE] = { .step = "overwrite",
		.ref = "override_id",
		.from = "starting_at",
		.to = "ending_before",
		.text = "rate_type",
		.x = "price" },
	[TRACE_BEATEN] = { .step = "beaten",
		.ref = "override_id",
		.from = "starting_at",
		.to = "ending_before",
		.text = "type" },
	[TRACE_TIER] = { .step = "tier",
		.count = "level",
		.x = "quantity",
		.y = "price",
		.z = "position" },
	[TRACE_SCHEDULE] = { .step = "schedule",
		.ref = "scheduled_charge_id",
		.count = "number",
		.text = "amount_distribution",
		.x = "unit_price",
		.y = "quantity" },
	[TRACE_SHORTFALL] = { .step = "shortfall",
		.ref = "commit_segment_id",
		.x = "promised",
		.y = "used",
		.z = "missing" },
	[TRACE_BILLING_PERIOD] = { .step = "billing_period",
		.ref = "subscription_id",
		.from = "starting_at",
		.to = "ending_before" },
	[TRACE_SUBSCRIBED] = { .step = "subscribed",
		.from = "starting_at",
		.x = "quantity",
		.y = "charged_before",
		.z = "charged" },
	[TRACE_PRORATION] = { .step = "proration",
		.from = "starting_at",
		.to = "ending_before",
		.x = "hours",
		.y = "hours_of_period",
		.z = "price" },
	[TRACE_BASE] = { .step = "base",
		.ref = "product_id",
		.text = "product_name",
		.x = "spend" },
	[TRACE_WORTH] = { .step = "worth",
		.ref = "credit_type_id",
		.text = "credit_type_name",
		.x = "fiat_per_custom_credit" },
	[TRACE_UNCOVERED] = { .step = "uncovered",
		.ref = "credit_type_id",
		.text = "credit_type_name",
		.x = "charged",
		.y = "applied",
		.z = "uncovered" },
	[TRACE_COVER] = { .step = "cover",
		.ref = "commit_segment_id",
		.x = "quantity",
		.y = "slice_quantity" },
	[TRACE_DRAW] = { .step = "draw",
		.ref = "commit_segment_id",
		.text = "commit_name",
		.x = "amount",
		.y = "balance_before",
		.z = "balance_after" },
	[TRACE_FREE_UNITS] = { .step = "free_units",
		.x = "quantity",
		.y = "free_units",
		.z = "position" },
	[TRACE_VALUE] = { .step = "value",
		.count = "level",
		.x = "quantity",
		.y = "price",
		.z = "charge" },
	[TRACE_PACKAGES] = { .step = "packages",
		.x = "quantity",
		.y = "package_size",
		.z = "charge" },
	[TRACE_FLAT_FEE] = { .step = "flat_fee",
		.count = "level",
		.y = "flat_fee",
		.z = "position" },
	[TRACE_SHARE] = { .step = "share",
		.ref = "rate_id",
		.from = "starting_at",
		.to = "ending_before",
		.text = "of",
		.x = "amount",
		.y = "hours_of_period",
		.z = "share" },
	[TRACE_MAXIMUM] = { .step = "maximum", .x = "maximum", .y = "charged_before" },
	[TRACE_MINIMUM] = { .step = "minimum", .x = "minimum", .y = "charged", .z = "missing" },
	[TRACE_TOTAL] = { .step = "total", .x = "quantity", .y = "unit_price", .z = "total" },
	[TRACE_DUE] = { .step = "due", .x = "total", .y = "amount_due", .text = "rounding_method" },
};
_Static_assert(countof(forms) == TRACE_DUE + 1, "a row for each kind");

struct trace_step *
trace_add(struct trace *t, struct arena *a, enum trace_kind kind)
{
	struct trace_step *step = ARENA_NEW(a, struct trace_step);

	*step = (struct trace_step){ .kind = kind, .from_ns = INSTANT_NONE, .to_ns = INSTANT_NONE };
	if (t->last)
		t->last->next = step;
	else
		t->first = step;
	t->last = step;
	return step;
}

static void
write_rat(struct jsonw *w, const char *key, struct rat value)
{
	if (key)
		jsonw_member_rat(w, key, value);
}

static void
write_step(struct jsonw *w, const struct trace_step *s)
{
	const struct form *f = &forms[s->kind];

	jsonw_object(w);
	jsonw_member_c(w, "step", f->step);
	if (f->ref)
		jsonw_member_str_opt(w, f->ref, s->ref);
	if (s->values)
		jsonw_texts(w, "group_values", s->values);
	if (f->from)
		jsonw_member_instant_opt(w, f->from, s->from_ns);
	if (f->to)
		jsonw_member_instant_opt(w, f->to, s->to_ns);
	if (f->text)
		jsonw_member_str_opt(w, f->text, s->text);
	if (f->count)
		jsonw_member_int(w, f->count, (int64_t)s->count);
	if (f->y_first)
		write_rat(w, f->y, s->y);
	if (!s->priceless || s->kind == TRACE_TOTAL)
		write_rat(w, f->x, s->x);
	if (!f->y_first && !s->priceless)
		write_rat(w, f->y, s->y);
	write_rat(w, f->z, s->z);
	jsonw_end(w);
}

void
trace_to_json(struct jsonw *w, const struct trace *t)
{
	jsonw_array(w);
	for (const struct trace_step *step = t->first; step; step = step->next)
		write_step(w, step);
	jsonw_end(w);
}
