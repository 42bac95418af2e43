#include "domain/contract.h"

#include "domain/subscription_link.h"

#include "base/banned.h"

static const char *const unsupported_fields[] = {
	"professional_services",
	"reseller_royalties",
	"scheduled_charges_on_usage_invoices",
	"hierarchy_configuration",
};

static const char *const kept_names[] = {
	"billing_provider_configuration",
	"netsuite_sales_order_id",
	"priority",
	"revenue_system_configuration",
	"salesforce_opportunity_id",
	"total_contract_value",
};

static const char *const day_names[] = {
	[DAY_FIRST_OF_MONTH] = "FIRST_OF_MONTH",
	[DAY_CONTRACT_START] = "CONTRACT_START",
	[DAY_CUSTOM_DATE] = "CUSTOM_DATE",
};
_Static_assert(countof(day_names) == DAY_CUSTOM_DATE + 1, "a name for each day");

#define GRACE_HOURS 24
#define GRACE_MAX_HOURS 87600 /* ten years */
#define SERIES "INV"
#define SERIES_MAX 32

/* ---- reading ---- */

static void
statement_from(struct obj *o, struct statement_schedule *s)
{
	struct obj child;

	*s = (struct statement_schedule){ .frequency = FREQ_MONTHLY,
		.day = DAY_FIRST_OF_MONTH,
		.billing_anchor_ns = INSTANT_NONE,
		.generation_start_ns = INSTANT_NONE,
		.grace_hours = GRACE_HOURS };
	if (!obj_object(o, "usage_statement_schedule", OBJ_OPTIONAL, &child))
		return;
	s->frequency = obj_frequency(&child, "frequency");
	if (obj_ok(&child) && s->frequency == FREQ_SEMI_ANNUAL)
		obj_refuse(&child, "frequency",
			"charges recur so, statements do not; wanted "
			"MONTHLY, QUARTERLY, ANNUAL or WEEKLY");
	s->day = (enum statement_day)obj_enum(&child, "day", OBJ_OPTIONAL, day_names,
		countof(day_names), DAY_FIRST_OF_MONTH);
	if (s->day == DAY_CUSTOM_DATE)
		s->billing_anchor_ns = obj_hour(&child, "billing_anchor_date", OBJ_REQUIRED);
	else if (obj_has(&child, "billing_anchor_date"))
		obj_refuse(&child, "billing_anchor_date", "goes with day CUSTOM_DATE only");
	else
		obj_value(&child, "billing_anchor_date", OBJ_OPTIONAL);
	s->generation_start_ns = obj_hour(&child, "invoice_generation_starting_at", OBJ_OPTIONAL);
	s->grace_hours = obj_int(&child, "grace_hours", OBJ_OPTIONAL, 0, GRACE_MAX_HOURS,
		GRACE_HOURS);
	obj_close(&child);
}

/* What is taken off is said without a sign. */
static void
check_discount(struct obj *o, const struct schedule *s)
{
	for (size_t i = 0; obj_ok(o) && i < s->nitems; i++)
		if (rat_sign(s->items[i].unit_price) < 0)
			obj_refuse(o, NULL, "a discount of less than 0; its amount has no minus");
}

void
scheduled_charge_from_obj(struct obj *o, bool discount, struct scheduled_charge *c)
{
	struct unit usd = unit_usd();
	struct obj child;

	c->discount = discount;
	c->id = obj_id(o, "id", OBJ_OPTIONAL);
	c->product_id = obj_reference(o, "product_id", "product", OBJ_REQUIRED);
	c->name = obj_name(o, OBJ_OPTIONAL);
	if (obj_object(o, "schedule", OBJ_REQUIRED, &child)) {
		schedule_from_obj(&child, &usd, &c->schedule);
		if (discount)
			check_discount(&child, &c->schedule);
		obj_close(&child);
	}
	c->custom_fields = obj_custom_fields(o);
	c->archived_at_ns = INSTANT_NONE;
	if (o->stored)
		c->archived_at_ns = obj_instant(o, "archived_at", OBJ_OPTIONAL);
	obj_close(o);
}

static void
charges_from(struct obj *o, struct contract *c)
{
	static const char charges[] = "scheduled_charges", discounts[] = "discounts";
	size_t n = obj_array(o, charges, OBJ_OPTIONAL, 0);
	struct obj child;

	c->ncharges = n + obj_array(o, discounts, OBJ_OPTIONAL, 0);
	c->charges = ARENA_ARRAY(o->arena, c->ncharges, struct scheduled_charge);
	for (size_t i = 0; i < n && obj_item(o, charges, i, &child); i++)
		scheduled_charge_from_obj(&child, false, &c->charges[i]);
	for (size_t i = n; i < c->ncharges && obj_item(o, discounts, i - n, &child); i++)
		scheduled_charge_from_obj(&child, true, &c->charges[i]);
}

struct str
scheduled_charge_path(const struct contract *c, size_t i, struct arena *a)
{
	bool discount = c->charges[i].discount;
	size_t place = 0;

	for (size_t k = 0; k < i; k++)
		place += c->charges[k].discount == discount;
	return str_printf(a, "%s[%zu]", discount ? "discounts" : "scheduled_charges", place);
}

static void
card_from(struct obj *o, struct contract *c)
{
	c->rate_card_id = obj_reference(o, "rate_card_id", "rate_card", OBJ_OPTIONAL);
	c->rate_card_alias = obj_text(o, "rate_card_alias", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);
	if (c->rate_card_id.p && c->rate_card_alias.p)
		obj_refuse(o, "rate_card_alias", "given beside a rate card; wanted one of the two");
}

/* It begins the numbers of invoices, and the names of files made of them. */
static struct str
series_from(struct obj *o)
{
	struct str s = obj_text(o, "invoice_series", OBJ_OPTIONAL, 1, SERIES_MAX);

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (ascii_is_alpha(c) || ascii_is_digit(c) || c == '-' || c == '_' || c == '.')
			continue;
		obj_refuse(o, "invoice_series", "wanted letters, digits, '-', '_' and '.' alone");
		break;
	}
	return s.p ? s : STR(SERIES);
}

void
contract_name_dates(struct contract *c, struct arena *a)
{
	for (size_t i = 0; i < c->ncharges; i++)
		schedule_name_dates(&c->charges[i].schedule, c->charges[i].id, a);
	for (size_t i = 0; i < c->ncommits; i++)
		schedule_name_dates(&c->commits[i].invoice_schedule, c->commits[i].id, a);
}

static bool
contract_from(struct obj root, struct contract *out)
{
	struct contract c = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct obj o = root;

	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	c.id = obj_id(&o, "id", OBJ_OPTIONAL);
	c.customer_id = obj_reference(&o, "customer_id", "customer", OBJ_REQUIRED);
	c.name = obj_name(&o, OBJ_OPTIONAL);
	card_from(&o, &c);
	c.starting_at_ns = obj_hour(&o, "starting_at", OBJ_REQUIRED);
	c.ending_before_ns = obj_hour(&o, "ending_before", OBJ_OPTIONAL);
	obj_interval(&o, c.starting_at_ns, c.ending_before_ns);
	if (o.stored)
		c.package_id = obj_id(&o, "package_id", OBJ_OPTIONAL);
	c.transition = transition_from_obj(&o);
	c.renewed_by = renewal_from_obj(&o);
	statement_from(&o, &c.statement);
	c.filters = usage_filters_from_obj(&o, c.starting_at_ns);
	commits_from_obj(&o, c.ending_before_ns, &c.commits, &c.ncommits);
	subscriptions_from_obj(&o, c.starting_at_ns, c.ending_before_ns, &c.subscriptions,
		&c.nsubscriptions);
	recurring_from_obj(&o, c.starting_at_ns, c.ending_before_ns, &c.recurring, &c.nrecurring);
	charges_from(&o, &c);
	overrides_from_obj(&o, &c.overrides);
	thresholds_from_obj(&o, &c.thresholds);
	c.net_payment_terms_days = obj_int(&o, "net_payment_terms_days", OBJ_OPTIONAL, 0,
		TERMS_MAX_DAYS, 0);
	c.invoice_series = series_from(&o);
	c.uniqueness_key = obj_text(&o, "uniqueness_key", OBJ_OPTIONAL, 1, KEY_MAX_POINTS);
	c.custom_fields = obj_custom_fields(&o);
	c.kept = obj_kept(&o, kept_names, countof(kept_names));
	if (!obj_close(&o))
		return false;
	contract_name_dates(&c, o.arena);
	*out = c;
	return true;
}

bool
contract_from_json(const struct json *j, bool csv, const struct units *units, struct arena *a,
	struct contract *out, struct err *e)
{
	struct obj o;

	if (!obj_open(&o, j, "contract", csv, a, e))
		return false;
	o.units = units;
	return contract_from(o, out);
}

bool
contract_from_terms(const struct json *j, const struct units *units, struct arena *a,
	struct contract *out, struct err *e)
{
	struct obj o;

	if (!obj_open(&o, j, "contract", false, a, e))
		return false;
	o.units = units;
	o.stored = true;
	return contract_from(o, out);
}

/* ---- writing ---- */

static void
write_statement(struct jsonw *w, const struct statement_schedule *s)
{
	jsonw_key(w, "usage_statement_schedule");
	jsonw_object(w);
	jsonw_member_c(w, "frequency", frequency_name(s->frequency));
	jsonw_member_c(w, "day", day_names[s->day]);
	jsonw_member_instant_opt(w, "billing_anchor_date", s->billing_anchor_ns);
	jsonw_member_instant_opt(w, "invoice_generation_starting_at", s->generation_start_ns);
	jsonw_member_int(w, "grace_hours", s->grace_hours);
	jsonw_end(w);
}

/* Credits stand behind the commits. */
static void
write_commits(struct jsonw *w, const struct contract *c, const char *key, bool credits,
	enum terms_form form)
{
	bool any = false;

	for (size_t i = 0; i < c->ncommits; i++) {
		if ((c->commits[i].type == COMMIT_CREDIT) != credits)
			continue;
		if (!any) {
			jsonw_key(w, key);
			jsonw_array(w);
		}
		any = true;
		jsonw_object(w);
		commit_members(w, &c->commits[i], form);
		jsonw_end(w);
	}
	if (any)
		jsonw_end(w);
}

static void
write_recurring(struct jsonw *w, const struct contract *c, const char *key, enum commit_type type,
	enum terms_form form)
{
	bool any = false;

	for (size_t i = 0; i < c->nrecurring; i++) {
		if (c->recurring[i].child.type != type)
			continue;
		if (!any) {
			jsonw_key(w, key);
			jsonw_array(w);
		}
		any = true;
		jsonw_object(w);
		recurring_members(w, &c->recurring[i], form);
		jsonw_end(w);
	}
	if (any)
		jsonw_end(w);
}

static void
write_subscriptions(struct jsonw *w, const struct contract *c, enum terms_form form)
{
	if (c->nsubscriptions == 0)
		return;
	jsonw_key(w, "subscriptions");
	jsonw_array(w);
	for (size_t i = 0; i < c->nsubscriptions; i++) {
		jsonw_object(w);
		subscription_members(w, &c->subscriptions[i], form);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_charges(struct jsonw *w, const struct contract *c, const char *key, bool discounts,
	enum terms_form form)
{
	bool any = false;

	for (size_t i = 0; i < c->ncharges; i++) {
		const struct scheduled_charge *charge = &c->charges[i];

		if (charge->discount != discounts)
			continue;
		if (!any) {
			jsonw_key(w, key);
			jsonw_array(w);
		}
		any = true;
		jsonw_object(w);
		jsonw_member_str_opt(w, "id", charge->id);
		jsonw_member_str(w, "product_id", charge->product_id);
		jsonw_member_str_opt(w, "name", charge->name);
		jsonw_key(w, "schedule");
		jsonw_object(w);
		schedule_members(w, &charge->schedule, form);
		jsonw_end(w);
		jsonw_pairs_opt(w, "custom_fields", &charge->custom_fields);
		jsonw_member_instant_opt(w, "archived_at", charge->archived_at_ns);
		jsonw_end(w);
	}
	if (any)
		jsonw_end(w);
}

static void
write_terms(struct jsonw *w, const struct contract *c, enum terms_form form)
{
	jsonw_member_str(w, "customer_id", c->customer_id);
	jsonw_member_str_opt(w, "name", c->name);
	jsonw_member_str_opt(w, "package_id", c->package_id);
	jsonw_member_str_opt(w, "rate_card_id", c->rate_card_id);
	/* once resolved, an alias has done its work: where it moves next changes nothing here */
	if (!c->rate_card_id.p)
		jsonw_member_str_opt(w, "rate_card_alias", c->rate_card_alias);
	jsonw_member_instant(w, "starting_at", c->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", c->ending_before_ns);
	transition_member(w, &c->transition, form);
	renewal_member(w, &c->renewed_by);
	write_statement(w, &c->statement);
	usage_filters_member(w, &c->filters);
	write_commits(w, c, "commits", false, form);
	write_commits(w, c, "credits", true, form);
	write_recurring(w, c, "recurring_commits", COMMIT_PREPAID, form);
	write_recurring(w, c, "recurring_credits", COMMIT_CREDIT, form);
	write_subscriptions(w, c, form);
	write_charges(w, c, "scheduled_charges", false, form);
	write_charges(w, c, "discounts", true, form);
	overrides_members(w, &c->overrides, form);
	thresholds_json(w, &c->thresholds, form);
	jsonw_member_int(w, "net_payment_terms_days", c->net_payment_terms_days);
	jsonw_member_str(w, "invoice_series", c->invoice_series);
	jsonw_member_str_opt(w, "uniqueness_key", c->uniqueness_key);
	jsonw_pairs_opt(w, "custom_fields", &c->custom_fields);
	jsonw_kept(w, &c->kept);
}

void
contract_terms_json(struct jsonw *w, const struct contract *c)
{
	jsonw_object(w);
	write_terms(w, c, TERMS_STORED);
	jsonw_end(w);
}

void
contract_members(struct jsonw *w, const struct contract *c)
{
	jsonw_member_str(w, "id", c->id);
	write_terms(w, c, TERMS_PRINTED);
	jsonw_member_instant_opt(w, "created_at", c->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", c->archived_at_ns);
}

void
contract_to_json(struct jsonw *w, const struct contract *c)
{
	jsonw_object(w);
	contract_members(w, c);
	jsonw_end(w);
}
