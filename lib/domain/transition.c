#include "domain/transition.h"

#include "base/banned.h"

static const char *const types[] = { "RENEWAL" };

static const char *const trueup_names[] = {
	[TRUEUP_AS_IS] = "AS_IS",
	[TRUEUP_REMOVE] = "REMOVE",
};
_Static_assert(countof(trueup_names) == TRUEUP_REMOVE + 1, "a name for each");

static enum trueup_fate
trueup_from(struct obj *parent)
{
	enum trueup_fate fate = TRUEUP_AS_IS;
	struct obj o;

	if (!obj_object(parent, "future_invoice_behavior", OBJ_OPTIONAL, &o))
		return fate;
	fate = (enum trueup_fate)obj_enum(&o, "trueup", OBJ_OPTIONAL, trueup_names,
		countof(trueup_names), TRUEUP_AS_IS);
	obj_close(&o);
	return fate;
}

struct transition
transition_from_obj(struct obj *parent)
{
	struct transition t = { .rollover_end_ns = INSTANT_NONE };
	struct obj o;

	if (!obj_object(parent, "transition", OBJ_OPTIONAL, &o))
		return t;
	t.from_contract_id = obj_reference(&o, "from_contract_id", "from_contract", OBJ_REQUIRED);
	obj_enum(&o, "type", OBJ_REQUIRED, types, countof(types), 0);
	t.trueup = trueup_from(&o);
	if (o.stored)
		t.rollover_end_ns = obj_hour(&o, "rollover_ending_before", OBJ_OPTIONAL);
	obj_close(&o);
	return t;
}

void
transition_member(struct jsonw *w, const struct transition *t, enum terms_form form)
{
	if (t->from_contract_id.n == 0)
		return;
	jsonw_key(w, "transition");
	jsonw_object(w);
	jsonw_member_str(w, "from_contract_id", t->from_contract_id);
	jsonw_member_c(w, "type", types[0]);
	jsonw_key(w, "future_invoice_behavior");
	jsonw_object(w);
	jsonw_member_c(w, "trueup", trueup_names[t->trueup]);
	jsonw_end(w);
	if (form == TERMS_STORED)
		jsonw_member_instant_opt(w, "rollover_ending_before", t->rollover_end_ns);
	jsonw_end(w);
}

struct renewal
renewal_from_obj(struct obj *parent)
{
	struct renewal r = { .starting_at_ns = INSTANT_NONE };
	struct obj o;

	if (!parent->stored || !obj_object(parent, "renewed_by", OBJ_OPTIONAL, &o))
		return r;
	r.contract_id = obj_id(&o, "contract_id", OBJ_REQUIRED);
	r.starting_at_ns = obj_hour(&o, "starting_at", OBJ_REQUIRED);
	obj_close(&o);
	return r;
}

void
renewal_member(struct jsonw *w, const struct renewal *r)
{
	if (r->contract_id.n == 0)
		return;
	jsonw_key(w, "renewed_by");
	jsonw_object(w);
	jsonw_member_str(w, "contract_id", r->contract_id);
	jsonw_member_instant(w, "starting_at", r->starting_at_ns);
	jsonw_end(w);
}
