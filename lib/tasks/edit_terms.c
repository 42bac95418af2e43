#include "tasks/edit_part.h"

#include "tasks/contract_end.h"

#include "base/banned.h"

/* null: it has no name any more. */
bool
edit_contract_name(struct edit *x, struct obj *o, struct contract *c)
{
	(void)x;
	c->name = obj_text(o, "update_contract_name", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);
	return obj_ok(o);
}

/* A refusal of the store's, under the field that asked for it. */
static bool
refused(struct obj *o, const char *name, const struct err *inner)
{
	if (inner->kind == ERR_INPUT)
		return obj_refuse_as(o, name, inner->code, "%s", inner->text);
	*o->e = *inner;
	return false;
}

/* null: it goes on. */
bool
edit_contract_end(struct edit *x, struct obj *o, struct contract *c)
{
	static const char key[] = "update_contract_end_date";
	int64_t end_ns = obj_hour(o, key, OBJ_OPTIONAL);
	struct err inner = ERR_INIT;

	if (!obj_ok(o) || end_ns == c->ending_before_ns)
		return obj_ok(o);
	if (!contract_check_end(x->store, c, end_ns, x->may_end_before_final, &inner) ||
		!contract_end_at(x->store, c, end_ns, x->arena, &inner))
		return refused(o, key, &inner);
	return true;
}

/* Of invoices that are not final. */
bool
edit_payment_terms(struct edit *x, struct obj *o, struct contract *c)
{
	(void)x;
	c->net_payment_terms_days = obj_int(o, "update_net_payment_terms_days", OBJ_REQUIRED, 0,
		TERMS_MAX_DAYS, 0);
	return obj_ok(o);
}
