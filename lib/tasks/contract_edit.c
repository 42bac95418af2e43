#include "tasks/contract_edit.h"

#include "domain/subscription_link.h"
#include "engine/periods.h"
#include "engine/statement.h"
#include "store/contract_store.h"
#include "store/unit_store.h"
#include "tasks/contract_end.h"
#include "tasks/edit_part.h"

#include "base/banned.h"

/* In the order of application. */
static const struct edit_part parts[] = {
	{ "update_contract_name", edit_contract_name },
	{ "update_net_payment_terms_days", edit_payment_terms },
	{ "update_contract_end_date", edit_contract_end },
	{ "archive_commits", edit_archive_commits },
	{ "archive_credits", edit_archive_credits },
	{ "archive_scheduled_charges", edit_archive_scheduled_charges },
	{ "update_commits", edit_update_commits },
	{ "update_credits", edit_update_credits },
	{ "update_recurring_commits", edit_update_recurring_commits },
	{ "update_recurring_credits", edit_update_recurring_credits },
	{ "update_scheduled_charges", edit_update_scheduled_charges },
	{ "add_commits", edit_add_commits },
	{ "add_credits", edit_add_credits },
	{ "add_scheduled_charges", edit_add_scheduled_charges },
	{ "add_discounts", edit_add_discounts },
	{ "add_subscriptions", edit_add_subscriptions },
	{ "update_subscriptions", edit_update_subscriptions },
	{ "add_recurring_commits", edit_add_recurring_commits },
	{ "add_recurring_credits", edit_add_recurring_credits },
	{ "remove_overrides", edit_remove_overrides },
	{ "add_overrides", edit_add_overrides },
	{ "add_spend_trackers", edit_add_spend_trackers },
	{ "add_prepaid_balance_threshold_configuration", edit_add_balance_threshold },
	{ "update_prepaid_balance_threshold_configuration", edit_update_balance_threshold },
	{ "add_spend_threshold_configuration", edit_add_spend_threshold },
	{ "update_spend_threshold_configuration", edit_update_spend_threshold },
	{ "archive_spend_trackers", edit_archive_spend_trackers },
};

static const char *const unsupported_fields[] = {
	"add_professional_services",
	"add_reseller_royalties",
	"add_billing_provider_configuration_update",
	"add_revenue_system_configuration_update",
};

static const char *const immutable_fields[] = {
	"scheduled_charges_on_usage_invoices",
};

/* ---- which contract ---- */

bool
edit_find(struct edit *x, struct obj *o, struct contract *c)
{
	struct str ref = obj_reference(o, "contract_id", "contract", OBJ_REQUIRED);
	struct str customer = obj_reference(o, "customer_id", "customer", OBJ_REQUIRED);
	struct str id, customer_id;

	if (!obj_ok(o) ||
		!reference_field(x->store, NOUN_CUSTOMER, "customer_id", customer, x->now_ns,
			x->arena, &customer_id, x->e) ||
		!reference_field(x->store, NOUN_CONTRACT, "contract_id", ref, x->now_ns, x->arena,
			&id, x->e) ||
		!contract_store_get(x->store, id, x->arena, c, x->e))
		return false;
	if (!str_eq(c->customer_id, customer_id))
		return err_field(x->e, ERR_INPUT, "not_found", STR("contract_id"), ref,
			"the customer has no contract of this id or name");
	if (c->archived_at_ns != INSTANT_NONE)
		return err_field(x->e, ERR_INPUT, "archived", STR("contract_id"), ref,
			"the contract is archived");
	return true;
}

/* ---- the parts ---- */

bool
edit_apply_parts(struct edit *x, struct obj *o, const struct edit_part *list, size_t nparts,
	struct contract *c, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < nparts; i++) {
		if (json_member(o->json, list[i].key) == NULL)
			continue;
		(*n)++;
		x->key = list[i].key;
		if (!list[i].apply(x, o, c))
			return false;
	}
	return obj_close(o);
}

static bool
check_whole(const struct edit *x, struct contract *c)
{
	return subscriptions_link(c, x->arena, x->e) && periods_check(c, x->e) &&
		scheduled_dates_check(x->arena, c, x->e) &&
		contract_check_drawn(x->store, x->before, c, x->arena, x->e);
}

/* What waits must fit the contract, as if it were paid already. */
static bool
check_gated(const struct edit *x, const struct contract *c)
{
	struct contract whole = *c;

	if (x->ngated == 0)
		return true;
	whole.commits = ARENA_ARRAY(x->arena, c->ncommits + x->ngated, struct commit);
	for (size_t i = 0; i < c->ncommits; i++)
		whole.commits[i] = c->commits[i];
	for (size_t i = 0; i < x->ngated; i++)
		whole.commits[whole.ncommits++] = x->gated[i];
	return check_whole(x, &whole);
}

bool
edit_store(const struct edit *x, struct contract *c, struct str key)
{
	if (!check_whole(x, c) || !contract_store_put(x->store, c, x->arena, x->e) ||
		(key.n > 0 && !contract_edit_store_put(x->store, c, key, x->arena, x->e)))
		return false;
	contract_name_dates(c, x->arena);
	return true;
}

bool
contract_edit(struct store *st, const struct json *j, bool csv, int64_t now_ns, struct arena *a,
	struct edited *out, struct err *e)
{
	struct contract before, after;
	struct edited made = { .nrequests = 0 };
	struct edit x = { .store = st, .arena = a, .now_ns = now_ns, .before = &before, .e = e };
	struct str key;
	struct obj o;
	size_t n;

	if (!obj_open(&o, j, "contract", csv, a, e) || !store_units(st, &o.units, e))
		return false;
	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	obj_immutable(&o, immutable_fields, countof(immutable_fields));
	if (!edit_find(&x, &o, &before))
		return false;
	after = before;
	x.may_end_before_final = obj_bool(&o, "allow_contract_ending_before_finalized_invoice",
		OBJ_OPTIONAL, true);
	key = obj_text(&o, "uniqueness_key", OBJ_OPTIONAL, 1, KEY_MAX_POINTS);
	if (!edit_apply_parts(&x, &o, parts, countof(parts), &after, &n))
		return false;
	if (n == 0)
		return obj_refuse(&o, NULL,
			"nothing to change; wanted update_contract_name or the like");
	if (!check_gated(&x, &after) || !edit_store(&x, &after, key) ||
		!edit_ask(&x, &after, &made.requests, &made.nrequests))
		return false;
	made.contract = after;
	*out = made;
	return true;
}
