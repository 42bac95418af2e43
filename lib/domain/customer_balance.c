#include "domain/customer_balance.h"

#include "domain/commit_part.h"

#include "base/banned.h"

#define KEY_MAX_POINTS 128

/* ---- reading ---- */

static bool
costs(const struct commit *c)
{
	return c->has_invoice_schedule && !c->do_not_invoice && !c->trueup_off;
}

static void
contracts_from(struct obj *o, struct customer_balance *b)
{
	b->contract_ids = obj_references(o, "applicable_contract_ids", OBJ_OPTIONAL, 1);
	b->invoice_contract_id = obj_reference(o, "invoice_contract_id", "invoice_contract",
		obj_ok(o) && costs(&b->commit) ? OBJ_REQUIRED : OBJ_OPTIONAL);
	if (obj_ok(o) && b->invoice_contract_id.p != NULL && !b->commit.has_invoice_schedule)
		obj_refuse(o, "invoice_contract_id", "there is nothing to bill");
}

bool
customer_balance_from_json(const struct json *j, bool csv, const struct units *units,
	struct arena *a, struct customer_balance *out, struct err *e)
{
	struct customer_balance b = { .created_at_ns = INSTANT_NONE,
		.archived_at_ns = INSTANT_NONE };
	struct commit *c = &b.commit;
	struct texts temporary = { ARENA_ARRAY(a, 1, struct str), 0 };
	struct obj o;

	if (!obj_open(&o, j, "balance", csv, a, e))
		return false;
	o.units = units;
	b.customer_id = obj_reference(&o, "customer_id", "customer", OBJ_REQUIRED);
	c->type = obj_commit_type(&o, COMMIT_CREDIT);
	commit_part_from(&o, c);
	if (obj_ok(&o) && !c->has_priority)
		obj_rat(&o, "priority", OBJ_REQUIRED, NULL);
	commit_amounts_from(&o, INSTANT_NONE, c);
	contracts_from(&o, &b);
	temporary_id_from(&o, &temporary);
	b.uniqueness_key = obj_text(&o, "uniqueness_key", OBJ_OPTIONAL, 1, KEY_MAX_POINTS);
	if (!obj_close(&o))
		return false;
	*out = b;
	return true;
}

/* ---- writing ---- */

static void
write_terms(struct jsonw *w, const struct customer_balance *b, enum terms_form form)
{
	jsonw_member_str(w, "customer_id", b->customer_id);
	commit_amounts(w, &b->commit, form);
	jsonw_texts_opt(w, "applicable_contract_ids", &b->contract_ids);
	jsonw_member_str_opt(w, "invoice_contract_id", b->invoice_contract_id);
	commit_part_tail(w, &b->commit, form);
	jsonw_member_str_opt(w, "uniqueness_key", b->uniqueness_key);
}

void
customer_balance_terms_json(struct jsonw *w, const struct customer_balance *b)
{
	jsonw_object(w);
	commit_part_head(w, &b->commit);
	write_terms(w, b, TERMS_STORED);
	jsonw_end(w);
}

void
customer_balance_to_json(struct jsonw *w, const struct customer_balance *b)
{
	jsonw_object(w);
	commit_part_head(w, &b->commit);
	write_terms(w, b, TERMS_PRINTED);
	jsonw_member_instant_opt(w, "created_at", b->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", b->archived_at_ns);
	jsonw_end(w);
}

/* ---- whose it is ---- */

bool
customer_balance_serves(const struct customer_balance *b, struct str contract_id)
{
	return b->contract_ids.n == 0 || texts_has(&b->contract_ids, contract_id);
}

bool
commit_billed_by(const struct commit *c, struct str contract_id)
{
	return c->of_customer == NULL || str_eq(c->of_customer->invoice_contract_id, contract_id);
}
