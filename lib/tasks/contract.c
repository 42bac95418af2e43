#include "tasks/contract.h"

#include "engine/periods.h"
#include "engine/statement.h"
#include "store/contract_store.h"
#include "store/customer_store.h"
#include "store/ratecard_store.h"
#include "tasks/absent.h"
#include "tasks/contract_filter.h"
#include "tasks/override_terms.h"
#include "tasks/contract_transition.h"
#include "tasks/terms.h"
#include "tasks/subscription_terms.h"
#include "tasks/threshold_terms.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *contract)
{
	contract_terms_json(w, contract);
}

/*
 * References are resolved first. That one is archived refuses a new contract,
 * but not the answer that an equal one is there: it is kept in *closed.
 */
static bool
resolve_customer(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e)
{
	struct customer customer;
	struct str id;

	if (!reference_field(st, NOUN_CUSTOMER, "customer_id", c->customer_id, now_ns, a, &id, e) ||
		!customer_store_get(st, id, a, &customer, e))
		return false;
	if (customer.archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", STR("customer_id"), c->customer_id,
			"the customer is archived");
	c->customer_id = id;
	return true;
}

/* An alias is looked up at the contract's start, whatever the clock says. */
static bool
resolve_card(struct store *st, struct contract *c, struct arena *a, struct err *closed,
	struct err *e)
{
	bool by_alias = c->rate_card_alias.n > 0;
	const char *field = by_alias ? "rate_card_alias" : "rate_card_id";
	struct str ref = by_alias ? c->rate_card_alias : c->rate_card_id;
	struct rate_card card;
	struct str id;
	bool found = true;

	if (ref.n == 0)
		return true;
	if (by_alias ? !reference_alias(st, NOUN_RATE_CARD, ref, c->starting_at_ns, a, &id, &found,
			       e) :
		       !reference_field(st, NOUN_RATE_CARD, field, ref, c->starting_at_ns, a, &id,
			       e))
		return false;
	if (!found)
		return err_field(e, ERR_INPUT, "not_found", str_c(field), ref,
			"no rate card bears this alias at the contract's start");
	if (!rate_card_store_get(st, id, a, &card, e))
		return false;
	if (card.archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", str_c(field), ref,
			"the rate card is archived");
	c->rate_card_id = id;
	return true;
}

static bool
find_by_name(struct store *st, const struct contract *c, struct arena *a, struct str *id,
	bool *there, struct err *e)
{
	struct contract *contracts;
	size_t n;

	if (c->name.n == 0)
		return true;
	if (!contract_store_load(st, c->customer_id, a, &contracts, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(contracts[i].name, c->name))
			continue;
		if (*there)
			return err_field(e, ERR_INPUT, "ambiguous_name", STR("name"), c->name,
				"several contracts of the customer bear this name: %.*s, %.*s",
				STR_FMT(*id), STR_FMT(contracts[i].id));
		*id = contracts[i].id;
		*there = true;
	}
	return true;
}

/* *there: *out is the contract that counts as this one. */
static bool
find_there(struct store *st, const struct contract *c, int64_t now_ns, struct arena *a,
	struct contract *out, bool *there, struct err *e)
{
	struct str id;
	bool ok;

	*there = false;
	if (c->id.n > 0)
		ok = absent_find(st, NOUN_CONTRACT, c->id, c->name, now_ns, a, &id, there, e);
	else if (c->uniqueness_key.n > 0)
		ok = contract_store_by_key(st, c->uniqueness_key, a, &id, there, e);
	else
		ok = find_by_name(st, c, a, &id, there, e);
	if (!ok || !*there)
		return ok;
	return contract_store_get(st, id, a, out, e) &&
		absent_live(out->archived_at_ns, c->id, there, e);
}

/* Ids made by the store must not tell two otherwise equal contracts apart. */
static void
borrow_ids(struct contract *wanted, const struct contract *there, struct arena *a)
{
	for (size_t i = 0; i < wanted->ncharges && i < there->ncharges; i++) {
		terms_borrow_id(&wanted->charges[i].id, there->charges[i].id);
		terms_borrow_item_ids(&wanted->charges[i].schedule, &there->charges[i].schedule);
	}
	for (size_t i = 0; i < wanted->ncommits && i < there->ncommits; i++)
		terms_borrow_commit_ids(&wanted->commits[i], &there->commits[i]);
	for (size_t i = 0; i < wanted->nrecurring && i < there->nrecurring; i++)
		terms_borrow_commit_ids(&wanted->recurring[i].child, &there->recurring[i].child);
	overrides_borrow_ids(wanted, there);
	subscriptions_borrow_ids(wanted, there, a);
}

static bool
resolve_terms(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e)
{
	if (!resolve_card(st, c, a, closed, e))
		return false;
	for (size_t i = 0; i < c->ncharges; i++)
		if (!terms_charge_resolve(st, &c->charges[i], scheduled_charge_path(c, i, a).p,
			    c->charges[i].discount ? "contract.discounts" :
						     "contract.scheduled_charges",
			    now_ns, a, closed, e))
			return false;
	for (size_t i = 0; i < c->ncommits; i++)
		if (!terms_commit_resolve(st, &c->commits[i], now_ns, a, closed, e))
			return false;
	for (size_t i = 0; i < c->nrecurring; i++)
		if (!terms_commit_resolve(st, &c->recurring[i].child, now_ns, a, closed, e))
			return false;
	return overrides_resolve(st, c, "overrides", 0, now_ns, a, e) &&
		subscriptions_resolve(st, c, "subscriptions", 0, now_ns, a, closed, e) &&
		thresholds_resolve(st, c, now_ns, a, closed, e);
}

static bool
new_ids(struct store *st, struct contract *c, struct arena *a, struct err *e)
{
	struct id id;

	if (!store_new_id(st, "contract", c->id, &id, NULL, e))
		return false;
	c->id = str_dup(a, id_str(&id));
	for (size_t i = 0; i < c->ncharges; i++)
		if (!terms_charge_new_ids(st, &c->charges[i], scheduled_charge_path(c, i, a).p, a,
			    e))
			return false;
	for (size_t i = 0; i < c->ncommits; i++)
		if (!terms_commit_new_ids(st, &c->commits[i], a, e))
			return false;
	for (size_t i = 0; i < c->nrecurring; i++)
		if (!terms_commit_new_ids(st, &c->recurring[i].child, a, e))
			return false;
	return overrides_new_ids(st, c, "overrides", 0, a, e) &&
		subscriptions_new_ids(st, c, "subscriptions", 0, a, e);
}

bool
contract_try(struct store *st, struct contract *c, int64_t now_ns, struct arena *a, struct err *e)
{
	struct err closed = ERR_INIT;

	if (!periods_check(c, e) || !scheduled_dates_check(a, c, e) ||
		!resolve_terms(st, c, now_ns, a, &closed, e))
		return false;
	if (closed.kind != ERR_NONE)
		*e = closed;
	return closed.kind == ERR_NONE;
}

bool
contract_create(struct store *st, struct contract *c, bool if_absent, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e)
{
	struct err closed = ERR_INIT;
	struct contract old;
	bool there = false;

	if (!periods_check(c, e) || !scheduled_dates_check(a, c, e) ||
		!resolve_customer(st, c, now_ns, a, &closed, e) ||
		!resolve_terms(st, c, now_ns, a, &closed, e) ||
		!transition_resolve(st, c, now_ns, a, &old, &closed, e) ||
		(if_absent && !find_there(st, c, now_ns, a, out, &there, e)))
		return false;
	if (there) {
		borrow_ids(c, out, a);
		return overrides_link(st, c, "overrides", 0, now_ns, a, e) &&
			overrides_check(st, c, "overrides", 0, a, e) &&
			absent_equal(NOUN_CONTRACT, out->id, terms, out, c, e);
	}
	if (closed.kind != ERR_NONE) {
		*e = closed;
		return false;
	}
	if (!contract_filters_check(st, c, a, e) || !new_ids(st, c, a, e) ||
		!overrides_link(st, c, "overrides", 0, now_ns, a, e) ||
		!overrides_check(st, c, "overrides", 0, a, e) || !contract_store_put(st, c, a, e) ||
		!transition_apply(st, c, &old, a, e))
		return false;
	contract_name_dates(c, a);
	*out = *c;
	return true;
}
