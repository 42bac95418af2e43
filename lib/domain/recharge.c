#include "domain/recharge.h"

#include "domain/commit_part.h"

#include "base/banned.h"

static const char *const outcome_names[RECHARGE_OUTCOMES] = {
	[RECHARGE_OPEN] = "open",
	[RECHARGE_PAID] = "paid",
	[RECHARGE_FAILED] = "failed",
};

/* Where in the place of a threshold there is a commit. */
static const char by_edit[] = "COMMIT";

/* The member that holds what was measured. */
static const char *const measure_names[THRESHOLDS] = {
	[THRESHOLD_BALANCE] = "balance",
	[THRESHOLD_SPEND] = "spend",
};

struct str
recharge_workflow_id(struct arena *a, struct str contract_id, enum threshold_kind kind,
	int64_t fired_at_ns)
{
	char at[INSTANT_TEXT_SIZE];
	const struct str parts[] = { STR("recharge"), contract_id, str_c(threshold_name(kind)),
		str_c(instant_text(fired_at_ns, at)) };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

struct str
recharge_gated_id(struct arena *a, struct str contract_id, size_t requests)
{
	const struct str parts[] = { STR("recharge"), contract_id, str_c(by_edit),
		str_printf(a, "%zu", requests) };
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

const char *
recharge_outcome_name(enum recharge_outcome o)
{
	return outcome_names[o];
}

bool
recharge_outcome_find(struct str name, enum recharge_outcome *out)
{
	for (int i = 0; i < RECHARGE_OUTCOMES; i++) {
		if (!str_is(name, outcome_names[i]))
			continue;
		*out = (enum recharge_outcome)i;
		return true;
	}
	return false;
}

/* ---- reading ---- */

static void
amounts_from(struct obj *o, struct recharge *r)
{
	struct unit usd = unit_usd();

	r->unit = obj_unit(o, "credit_type_id", &usd);
	if (r->commit == NULL) {
		r->measured = obj_rat(o, "measured", OBJ_REQUIRED, NULL);
		r->threshold = obj_rat(o, "threshold_amount", OBJ_REQUIRED, NULL);
	}
	r->amount = obj_rat(o, "amount", OBJ_REQUIRED, NULL);
	r->paid_unit = obj_unit(o, "price_credit_type_id", &usd);
	r->undiscounted = obj_rat(o, "undiscounted_price", OBJ_REQUIRED, NULL);
	r->price = obj_rat(o, "price", OBJ_REQUIRED, NULL);
	r->discounted = obj_rat(o, "discounted_spend", OBJ_REQUIRED, NULL);
}

static const struct commit *
commit_from(struct obj *o)
{
	struct commit *c = ARENA_NEW(o->arena, struct commit);
	struct texts before = { ARENA_NEW(o->arena, struct str), 0 };
	struct obj child;

	*c = (struct commit){ .type = COMMIT_PREPAID };
	if (!obj_object(o, "commit", OBJ_REQUIRED, &child))
		return NULL;
	child.stored = true;
	commit_whole_from(&child, false, INSTANT_NONE, c);
	c->temporary_id = temporary_id_from(&child, &before);
	return obj_close(&child) ? c : NULL;
}

bool
recharge_from_json(const struct json *j, const struct units *units, struct arena *a,
	struct recharge *out, struct err *e)
{
	static const char *const kinds[] = { "PREPAID_BALANCE", "SPEND", by_edit };
	struct recharge r = { .gate = GATE_EXTERNAL };
	struct obj o;
	int kind;

	if (!obj_open(&o, j, "recharge", false, a, e))
		return false;
	o.units = units;
	r.workflow_id = obj_id(&o, "workflow_id", OBJ_REQUIRED);
	kind = obj_enum(&o, "configuration", OBJ_REQUIRED, kinds, countof(kinds),
		THRESHOLD_BALANCE);
	if (kind == THRESHOLDS)
		r.commit = commit_from(&o);
	else
		r.kind = (enum threshold_kind)kind;
	r.customer_id = obj_id(&o, "customer_id", OBJ_REQUIRED);
	r.contract_id = obj_id(&o, "contract_id", OBJ_REQUIRED);
	r.fired_at_ns = obj_instant(&o, "fired_at", OBJ_REQUIRED);
	r.covers_from_ns = obj_instant(&o, "covers_from", OBJ_OPTIONAL);
	amounts_from(&o, &r);
	r.outcome = (enum recharge_outcome)obj_enum(&o, "outcome", OBJ_REQUIRED, outcome_names,
		RECHARGE_OUTCOMES, RECHARGE_OPEN);
	r.answered_at_ns = obj_instant(&o, "answered_at", OBJ_OPTIONAL);
	r.commit_id = obj_id(&o, "commit_id", OBJ_OPTIONAL);
	if (!obj_close(&o))
		return false;
	*out = r;
	return true;
}

/* ---- writing ---- */

static void
write_head(struct jsonw *w, const struct recharge *r, enum terms_form form)
{
	jsonw_member_str(w, "workflow_id", r->workflow_id);
	jsonw_member_c(w, "configuration", r->commit != NULL ? by_edit : threshold_name(r->kind));
	jsonw_member_str(w, "customer_id", r->customer_id);
	if (form == TERMS_PRINTED)
		jsonw_member_str(w, "customer_name", r->customer_name);
	jsonw_member_str(w, "contract_id", r->contract_id);
	jsonw_member_instant(w, "fired_at", r->fired_at_ns);
}

void
recharge_terms_json(struct jsonw *w, const struct recharge *r)
{
	jsonw_object(w);
	write_head(w, r, TERMS_STORED);
	jsonw_member_instant_opt(w, "covers_from", r->covers_from_ns);
	jsonw_member_str(w, "credit_type_id", id_str(&r->unit.id));
	if (r->commit != NULL) {
		jsonw_key(w, "commit");
		jsonw_object(w);
		commit_members(w, r->commit, TERMS_STORED);
		jsonw_end(w);
	} else {
		jsonw_member_decimal(w, "measured", r->measured, TERMS_STORED);
		jsonw_member_decimal(w, "threshold_amount", r->threshold, TERMS_STORED);
	}
	jsonw_member_decimal(w, "amount", r->amount, TERMS_STORED);
	jsonw_member_str(w, "price_credit_type_id", id_str(&r->paid_unit.id));
	jsonw_member_decimal(w, "undiscounted_price", r->undiscounted, TERMS_STORED);
	jsonw_member_decimal(w, "price", r->price, TERMS_STORED);
	jsonw_member_decimal(w, "discounted_spend", r->discounted, TERMS_STORED);
	jsonw_member_c(w, "outcome", outcome_names[r->outcome]);
	jsonw_member_instant_opt(w, "answered_at", r->answered_at_ns);
	jsonw_member_str_opt(w, "commit_id", r->commit_id);
	jsonw_end(w);
}

void
recharge_to_json(struct jsonw *w, const struct recharge *r, struct arena *a)
{
	jsonw_object(w);
	write_head(w, r, TERMS_PRINTED);
	if (r->commit == NULL) {
		jsonw_member_rat(w, measure_names[r->kind], r->measured);
		jsonw_member_rat(w, "threshold_amount", r->threshold);
	}
	jsonw_member_rat(w, "amount", r->amount);
	jsonw_unit(w, "credit_type", &r->unit);
	if (!rat_eq(r->price, r->undiscounted))
		jsonw_member_rat(w, "undiscounted_price", r->undiscounted);
	jsonw_member_rat(w, "price", r->price);
	jsonw_member_str(w, "price_major", unit_major_text(a, &r->paid_unit, r->price));
	jsonw_member_c(w, "currency", r->paid_unit.code);
	jsonw_member_c(w, "payment_gate_type", payment_gate_name(r->gate));
	if (r->gate == GATE_EXTERNAL)
		jsonw_member_c(w, "outcome", outcome_names[r->outcome]);
	jsonw_member_instant_opt(w, "answered_at", r->answered_at_ns);
	jsonw_member_str_opt(w, "commit_id", r->commit_id);
	jsonw_end(w);
}
