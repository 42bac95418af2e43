#include "tasks/balance_create.h"

#include "engine/statement.h"
#include "store/balance_store.h"
#include "store/contract_store.h"
#include "store/customer_store.h"
#include "tasks/absent.h"
#include "tasks/terms.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *balance)
{
	customer_balance_terms_json(w, balance);
}

/* ---- references ---- */

static bool
resolve_customer(struct store *st, struct customer_balance *b, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e)
{
	struct customer customer;
	struct str id;

	if (!reference_field(st, NOUN_CUSTOMER, "customer_id", b->customer_id, now_ns, a, &id, e) ||
		!customer_store_get(st, id, a, &customer, e))
		return false;
	if (customer.archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", STR("customer_id"), b->customer_id,
			"the customer is archived");
	b->customer_id = id;
	return true;
}

/* By its id, whoever's it is; a name counts among the customer's contracts. */
static bool
find_contract(struct store *st, struct str customer_id, struct str field, struct str ref,
	struct arena *a, struct contract *out, struct err *e)
{
	struct contract *own;
	struct id id;
	size_t n, found = 0;

	if (id_parse(ref, &id))
		return reference_field(st, NOUN_CONTRACT, field.p, ref, INSTANT_NONE, a, &ref, e) &&
			contract_store_get(st, ref, a, out, e);
	if (!contract_store_load(st, customer_id, a, &own, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(own[i].name, ref))
			continue;
		if (found++ > 0)
			return err_field(e, ERR_INPUT, "ambiguous_name", field, ref,
				"several contracts of the customer bear this name: %.*s, %.*s; "
				"give the id",
				STR_FMT(out->id), STR_FMT(own[i].id));
		*out = own[i];
	}
	return found > 0 ||
		err_field(e, ERR_INPUT, "not_found", field, ref,
			"the customer has no contract of this id or name");
}

static bool
resolve_contract(struct store *st, const struct customer_balance *b, const char *code,
	struct str field, struct str *ref, struct arena *a, struct contract *out,
	struct err *closed, struct err *e)
{
	if (!find_contract(st, b->customer_id, field, *ref, a, out, e))
		return false;
	if (!str_eq(out->customer_id, b->customer_id))
		return err_field(e, ERR_INPUT, code, field, *ref,
			"a contract of customer %.*s; wanted one of %.*s",
			STR_FMT(out->customer_id), STR_FMT(b->customer_id));
	if (out->archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", field, *ref, "the contract is archived");
	*ref = out->id;
	return true;
}

static bool
resolve_contracts(struct store *st, struct customer_balance *b, struct arena *a, struct err *closed,
	struct err *e)
{
	static const char path[] = "applicable_contract_ids",
			  code[] = "balance.applicable_contract_ids";
	struct texts *refs = &b->contract_ids;
	struct contract ignored;

	for (size_t i = 0; i < refs->n; i++) {
		struct str field = str_printf(a, "%s[%zu]", path, i), ref = refs->p[i];

		if (!resolve_contract(st, b, code, field, &refs->p[i], a, &ignored, closed, e))
			return false;
		for (size_t k = 0; k < i; k++)
			if (str_eq(refs->p[k], refs->p[i]))
				return err_field(e, ERR_INPUT, code, field, ref,
					"names the same contract as %s[%zu]", path, k);
	}
	return true;
}

/* The contract that bills, and that it can: its invoices must be due within time. */
static bool
resolve_biller(struct store *st, struct customer_balance *b, struct arena *a, struct err *closed,
	struct err *e)
{
	struct contract biller;

	if (b->invoice_contract_id.n == 0)
		return true;
	if (!resolve_contract(st, b, "balance.invoice_contract_id", STR("invoice_contract_id"),
		    &b->invoice_contract_id, a, &biller, closed, e))
		return false;
	biller.commits = &b->commit;
	biller.ncommits = 1;
	biller.ncharges = 0;
	return scheduled_dates_check(a, &biller, e);
}

static bool
resolve(struct store *st, struct customer_balance *b, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e)
{
	return resolve_customer(st, b, now_ns, a, closed, e) &&
		resolve_contracts(st, b, a, closed, e) && resolve_biller(st, b, a, closed, e) &&
		terms_commit_resolve(st, &b->commit, now_ns, a, closed, e);
}

/* ---- what is there ---- */

static bool
find_by_name(struct store *st, const struct customer_balance *b, struct arena *a, struct str *id,
	bool *there, struct err *e)
{
	struct customer_balance *balances;
	struct str name = b->commit.name;
	size_t n;

	if (name.n == 0)
		return true;
	if (!balance_store_load(st, b->customer_id, a, &balances, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(balances[i].commit.name, name))
			continue;
		if (*there)
			return err_field(e, ERR_INPUT, "ambiguous_name", STR("name"), name,
				"several balances of the customer bear this name: %.*s, %.*s",
				STR_FMT(*id), STR_FMT(balances[i].commit.id));
		*id = balances[i].commit.id;
		*there = true;
	}
	return true;
}

/* *there: *out is the balance that counts as this one. */
static bool
find_there(struct store *st, const struct customer_balance *b, int64_t now_ns, struct arena *a,
	struct customer_balance *out, bool *there, struct err *e)
{
	struct str id;
	bool ok;

	*there = false;
	if (b->commit.id.n > 0)
		ok = absent_find(st, NOUN_BALANCE, b->commit.id, b->commit.name, now_ns, a, &id,
			there, e);
	else if (b->uniqueness_key.n > 0)
		ok = balance_store_by_key(st, b->uniqueness_key, a, &id, there, e);
	else
		ok = find_by_name(st, b, a, &id, there, e);
	if (!ok || !*there)
		return ok;
	return balance_store_get(st, id, a, out, e) &&
		absent_live(out->archived_at_ns, b->commit.id, there, e);
}

bool
balance_create(struct store *st, struct customer_balance *b, bool if_absent, int64_t now_ns,
	struct arena *a, struct customer_balance *out, struct err *e)
{
	struct err closed = ERR_INIT;
	bool there = false;

	b->commit.of_customer = b;
	if (!resolve(st, b, now_ns, a, &closed, e) ||
		(if_absent && !find_there(st, b, now_ns, a, out, &there, e)))
		return false;
	if (there) {
		terms_borrow_commit_ids(&b->commit, &out->commit);
		return absent_equal(NOUN_BALANCE, out->commit.id, terms, out, b, e);
	}
	if (closed.kind != ERR_NONE) {
		*e = closed;
		return false;
	}
	if (!terms_commit_new_ids(st, &b->commit, a, e) || !balance_store_put(st, b, a, e))
		return false;
	*out = *b;
	return true;
}
