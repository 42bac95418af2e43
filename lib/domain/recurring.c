#include "domain/recurring.h"

#include "domain/commit_edit.h"
#include "domain/commit_part.h"
#include "domain/recurring_change.h"

#include "base/banned.h"

#define DURATION_MAX 1000

/* DAILY stands behind the frequencies that schedules have too. */
static const char *const frequency_words[] = { "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL",
	"DAILY" };
static const enum frequency frequencies[] = { FREQ_WEEKLY, FREQ_MONTHLY, FREQ_QUARTERLY,
	FREQ_ANNUAL };

static const char *const proration_names[] = {
	[PRORATE_NONE] = "NONE",
	[PRORATE_FIRST] = "FIRST",
	[PRORATE_LAST] = "LAST",
	[PRORATE_FIRST_AND_LAST] = "FIRST_AND_LAST",
};

static const char *const allocation_names[] = {
	[ALLOCATE_POOLED] = "POOLED",
	[ALLOCATE_INDIVIDUAL] = "INDIVIDUAL",
};

/* ---- reading ---- */

static void
link_from(struct obj *parent, struct subscription_link *l)
{
	struct obj o, increase;

	if (!obj_object(parent, "subscription_config", OBJ_OPTIONAL, &o))
		return;
	l->subscription_id = obj_reference(&o, "subscription_id", "subscription", OBJ_REQUIRED);
	l->allocation = (enum allocation)obj_enum(&o, "allocation", OBJ_OPTIONAL, allocation_names,
		countof(allocation_names), ALLOCATE_POOLED);
	if (obj_object(&o, "apply_seat_increase_config", OBJ_OPTIONAL, &increase)) {
		l->prorates_increase = obj_bool(&increase, "is_prorated", OBJ_REQUIRED, false);
		obj_close(&increase);
	}
	obj_close(&o);
}

static void
roundings_from(struct obj *parent, struct recurring *r)
{
	struct obj o;

	if (!obj_object(parent, "proration_rounding", OBJ_OPTIONAL, &o))
		return;
	proration_rounding_from(&o, "access", &r->access.rounding);
	if (r->child.type == COMMIT_CREDIT && obj_has(&o, "invoice"))
		obj_refuse(&o, "invoice", "a credit has no invoice");
	else
		proration_rounding_from(&o, "invoice", &r->invoice.rounding);
	obj_close(&o);
}

static bool
amount_from(struct obj *parent, const char *name, enum obj_need need, bool linked,
	struct recurring_amount *out)
{
	struct unit usd = unit_usd();
	struct obj o;

	if (!obj_object(parent, name, need, &o))
		return false;
	out->unit = obj_unit(&o, "credit_type_id", &usd);
	out->unit_price = obj_price(&o, "unit_price", OBJ_REQUIRED, &out->unit, NULL);
	if (linked && obj_has(&o, "quantity"))
		obj_refuse(&o, "quantity",
			"must not specify a quantity if a subscription is configured");
	out->quantity = obj_rat(&o, "quantity", linked ? OBJ_OPTIONAL : OBJ_REQUIRED, NULL);
	if (obj_ok(&o) && rat_sign(out->quantity) < 0)
		obj_refuse(&o, "quantity", "below zero");
	return obj_close(&o);
}

static void
duration_from(struct obj *parent, struct recurring *r)
{
	static const char *const units[] = { "PERIODS" };
	struct obj o;

	if (!obj_object(parent, "commit_duration", OBJ_REQUIRED, &o))
		return;
	r->duration = obj_int(&o, "value", OBJ_REQUIRED, 1, DURATION_MAX, 1);
	obj_enum(&o, "unit", OBJ_OPTIONAL, units, countof(units), 0);
	obj_close(&o);
}

static void
frequency_from(struct obj *o, struct recurring *r)
{
	int word = obj_enum(o, "recurrence_frequency", OBJ_OPTIONAL, frequency_words,
		countof(frequency_words), -1);

	r->has_frequency = word >= 0;
	r->daily = word == (int)countof(frequencies);
	if (word >= 0 && !r->daily)
		r->frequency = frequencies[word];
}

static void
term_from(struct obj *o, int64_t start_ns, int64_t end_ns, struct recurring *r)
{
	char text[INSTANT_TEXT_SIZE];

	r->starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	r->ending_before_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);
	obj_interval(o, r->starting_at_ns, r->ending_before_ns);
	if (!obj_ok(o) || o->stored)
		return;
	if (r->starting_at_ns < start_ns)
		obj_refuse(o, "starting_at", "before the contract's start, %s",
			instant_text(start_ns, text));
	else if (end_ns != INSTANT_NONE && r->starting_at_ns >= end_ns)
		obj_refuse(o, "starting_at", "not before the contract's end, %s",
			instant_text(end_ns, text));
}

static void
item_from(struct obj *o, int64_t start_ns, int64_t end_ns, struct recurring *r)
{
	static const char *const types[] = { "PREPAID" }, *const credit[] = { "CREDIT" };

	obj_enum(o, "type", OBJ_OPTIONAL, r->child.type == COMMIT_CREDIT ? credit : types, 1, 0);
	commit_part_from(o, &r->child);
	if (obj_ok(o) && !r->child.has_priority)
		obj_rat(o, "priority", OBJ_REQUIRED, NULL);
	link_from(o, &r->link);
	amount_from(o, "access_amount", OBJ_REQUIRED, r->link.subscription_id.p != NULL,
		&r->access);
	if (r->child.type == COMMIT_CREDIT && obj_has(o, "invoice_amount"))
		obj_refuse(o, "invoice_amount", "a credit is not billed");
	else
		r->has_invoice = amount_from(o, "invoice_amount", OBJ_OPTIONAL, false, &r->invoice);
	duration_from(o, r);
	term_from(o, start_ns, end_ns, r);
	frequency_from(o, r);
	if (obj_ok(o) && r->daily && r->link.subscription_id.p != NULL)
		obj_refuse(o, "recurrence_frequency", "DAILY does not go with a subscription");
	r->proration = (enum proration)obj_enum(o, "proration", OBJ_OPTIONAL, proration_names,
		countof(proration_names), PRORATE_FIRST_AND_LAST);
	roundings_from(o, r);
	r->child.access_unit = r->access.unit;
	recurring_changes_from_obj(o, r);
}

static void
check_daily(struct obj *o, const char *key, const struct recurring *list, size_t n)
{
	size_t daily = 0;

	for (size_t i = 0; i < n; i++)
		daily += list[i].daily;
	if (obj_ok(o) && daily > 1)
		obj_refuse(o, key, "%zu items recur DAILY; a contract has at most one", daily);
}

/* Of one list; what the lists before it hold are the first *n of all. */
static void
list_from(struct obj *o, const char *name, enum commit_type type, int64_t start_ns, int64_t end_ns,
	struct texts *temporary_ids, struct recurring *all, size_t *n)
{
	size_t count = obj_array(o, name, OBJ_OPTIONAL, 0);
	struct obj child;

	for (size_t i = 0; i < count && obj_item(o, name, i, &child); i++) {
		struct recurring *r = &all[(*n)++];

		r->child.type = type;
		r->child.place = i;
		r->child.recurs = true;
		item_from(&child, start_ns, end_ns, r);
		r->child.temporary_id = temporary_id_from(&child, temporary_ids);
		obj_close(&child);
	}
}

bool
recurring_from_obj(struct obj *o, int64_t contract_start_ns, int64_t contract_end_ns,
	struct recurring **out, size_t *n)
{
	size_t count = obj_array(o, "recurring_commits", OBJ_OPTIONAL, 0) +
		obj_array(o, "recurring_credits", OBJ_OPTIONAL, 0);
	struct recurring *list = ARENA_ARRAY(o->arena, count, struct recurring);
	struct texts temporary_ids = { ARENA_ARRAY(o->arena, count, struct str), 0 };
	size_t found = 0;

	list_from(o, "recurring_commits", COMMIT_PREPAID, contract_start_ns, contract_end_ns,
		&temporary_ids, list, &found);
	list_from(o, "recurring_credits", COMMIT_CREDIT, contract_start_ns, contract_end_ns,
		&temporary_ids, list, &found);
	if (found > 0)
		check_daily(o,
			list[found - 1].child.type == COMMIT_CREDIT ? "recurring_credits" :
								      "recurring_commits",
			list, found);
	if (!obj_ok(o))
		return false;
	*out = list;
	*n = found;
	return true;
}

/* A copy of what is there, and the list of an edit behind it. */
bool
recurring_added_from_obj(struct obj *o, const char *key, bool credits, struct contract *c)
{
	size_t count = obj_array(o, key, OBJ_OPTIONAL, 0), n = c->nrecurring;
	struct recurring *all = ARENA_ARRAY(o->arena, n + count, struct recurring);
	struct texts temporary = { ARENA_ARRAY(o->arena, n + count, struct str), 0 };

	for (size_t i = 0; i < n; i++) {
		all[i] = c->recurring[i];
		if (all[i].child.temporary_id.n > 0)
			temporary.p[temporary.n++] = all[i].child.temporary_id;
	}
	list_from(o, key, credits ? COMMIT_CREDIT : COMMIT_PREPAID, c->starting_at_ns,
		c->ending_before_ns, &temporary, all, &n);
	for (size_t i = c->nrecurring; i < n; i++)
		all[i].child.list = key;
	if (n > 0)
		check_daily(o, key, all, n);
	if (!obj_ok(o))
		return false;
	c->recurring = all;
	c->nrecurring = n;
	return true;
}

/* ---- writing ---- */

static void
write_amount(struct jsonw *w, const char *key, const struct recurring_amount *x, bool linked,
	enum terms_form form)
{
	jsonw_key(w, key);
	jsonw_object(w);
	if (form == TERMS_PRINTED)
		jsonw_unit(w, "credit_type", &x->unit);
	else
		jsonw_member_str(w, "credit_type_id", id_str(&x->unit.id));
	jsonw_member_decimal(w, "unit_price", x->unit_price, form);
	if (!linked)
		jsonw_member_decimal(w, "quantity", x->quantity, form);
	jsonw_end(w);
}

static void
write_link(struct jsonw *w, const struct subscription_link *l)
{
	if (l->subscription_id.n == 0)
		return;
	jsonw_key(w, "subscription_config");
	jsonw_object(w);
	jsonw_member_str(w, "subscription_id", l->subscription_id);
	jsonw_member_c(w, "allocation", allocation_names[l->allocation]);
	jsonw_key(w, "apply_seat_increase_config");
	jsonw_object(w);
	jsonw_member_bool(w, "is_prorated", l->prorates_increase);
	jsonw_end(w);
	jsonw_end(w);
}

static const char *
frequency_word(const struct recurring *r)
{
	for (size_t i = 0; i < countof(frequencies); i++)
		if (!r->daily && frequencies[i] == r->frequency)
			return frequency_words[i];
	return frequency_words[countof(frequencies)];
}

void
recurring_members(struct jsonw *w, const struct recurring *r, enum terms_form form)
{
	commit_part_head(w, &r->child);
	write_amount(w, "access_amount", &r->access, r->link.subscription_id.n > 0, form);
	if (r->has_invoice)
		write_amount(w, "invoice_amount", &r->invoice, false, form);
	write_link(w, &r->link);
	jsonw_key(w, "commit_duration");
	jsonw_object(w);
	jsonw_member_int(w, "value", r->duration);
	jsonw_member_c(w, "unit", "PERIODS");
	jsonw_end(w);
	jsonw_member_instant(w, "starting_at", r->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", r->ending_before_ns);
	if (r->has_frequency)
		jsonw_member_c(w, "recurrence_frequency", frequency_word(r));
	jsonw_member_c(w, "proration", proration_names[r->proration]);
	if (r->access.rounding.on || r->invoice.rounding.on) {
		jsonw_key(w, "proration_rounding");
		jsonw_object(w);
		proration_rounding_member(w, "access", &r->access.rounding);
		proration_rounding_member(w, "invoice", &r->invoice.rounding);
		jsonw_end(w);
	}
	recurring_changes_member(w, r, form);
	commit_part_tail(w, &r->child, form);
}
