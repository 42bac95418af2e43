#include "tasks/accounts.h"

#include "store/contract_store.h"
#include "store/customer_store.h"
#include "store/metric_store.h"
#include "store/product_store.h"
#include "store/ratecard_store.h"

#include "base/banned.h"

static bool
load_metric(struct store *st, struct catalogue *c, struct str id, struct arena *a, struct err *e)
{
	bool fresh;
	void **slot = map_slot(&c->metrics, id, &fresh);
	struct metric *m;

	if (!fresh)
		return true;
	m = ARENA_NEW(a, struct metric);
	*slot = m;
	return metric_store_get(st, id, a, m, e);
}

static bool load_products(struct store *st, struct catalogue *c, const struct texts *ids,
	struct arena *a, struct err *e);

/* A product with the metrics of all its versions, and the products a composite one names. */
static bool
load_product(struct store *st, struct catalogue *c, struct str id, struct arena *a, struct err *e)
{
	bool fresh;
	void **slot = map_slot(&c->products, id, &fresh);
	struct product *p;

	if (!fresh)
		return true;
	p = ARENA_NEW(a, struct product);
	*slot = p;
	if (!product_store_get(st, id, a, p, e))
		return false;
	for (size_t i = 0; i < p->nversions; i++) {
		const struct product_terms *t = &p->versions[i].terms;

		if (t->has & PF_METRIC && !load_metric(st, c, t->billable_metric_id, a, e))
			return false;
		if (!load_products(st, c, &t->composite_product_ids, a, e))
			return false;
	}
	return true;
}

static bool
load_products(struct store *st, struct catalogue *c, const struct texts *ids, struct arena *a,
	struct err *e)
{
	for (size_t i = 0; i < ids->n; i++)
		if (!load_product(st, c, ids->p[i], a, e))
			return false;
	return true;
}

static bool
load_card(struct store *st, struct catalogue *c, struct str id, struct arena *a, struct err *e)
{
	struct rate_card card;
	struct rate *rates;
	size_t n;

	if (id.n == 0 || catalogue_card(c, id) != NULL)
		return true;
	if (!rate_card_store_get(st, id, a, &card, e) ||
		!rate_store_load(st, id, (struct str){ NULL, 0 }, a, &rates, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!load_product(st, c, rates[i].product_id, a, e))
			return false;
	return catalogue_add_card(c, a, &card, rates, n, e);
}

static bool
load_customer(struct store *st, struct accounts *all, struct str id, struct arena *a,
	const struct customer **out, struct err *e)
{
	bool fresh;
	void **slot = map_slot(&all->customers, id, &fresh);

	if (fresh) {
		struct customer *c = ARENA_NEW(a, struct customer);

		*slot = c;
		if (!customer_store_get(st, id, a, c, e))
			return false;
	}
	*out = *slot;
	return true;
}

static bool
load_account(struct store *st, struct accounts *all, const struct contract *contract,
	struct arena *a, struct err *e)
{
	struct account *acct = &all->p[all->n];

	acct->contract = contract;
	acct->catalogue = &all->catalogue;
	if (!load_customer(st, all, contract->customer_id, a, &acct->customer, e) ||
		!load_card(st, &all->catalogue, contract->rate_card_id, a, e))
		return false;
	for (size_t i = 0; i < contract->ncharges; i++)
		if (!load_product(st, &all->catalogue, contract->charges[i].product_id, a, e))
			return false;
	for (size_t i = 0; i < contract->ncommits; i++)
		if (!load_product(st, &all->catalogue, contract->commits[i].product_id, a, e) ||
			!load_products(st, &all->catalogue,
				&contract->commits[i].applicable_product_ids, a, e))
			return false;
	all->n++;
	return true;
}

/* The contracts asked for that are not archived. */
static bool
load_contracts(struct store *st, struct str customer_id, struct str contract_id, struct arena *a,
	struct contract **out, size_t *n, struct err *e)
{
	struct contract *one;

	if (contract_id.n == 0)
		return contract_store_load(st, customer_id, a, out, n, e);
	one = ARENA_NEW(a, struct contract);
	if (!contract_store_get(st, contract_id, a, one, e))
		return false;
	*out = one;
	*n = one->archived_at_ns == INSTANT_NONE &&
		(customer_id.n == 0 || str_eq(one->customer_id, customer_id));
	return true;
}

bool
accounts_load(struct store *st, struct str customer_id, struct str contract_id, struct arena *a,
	struct accounts *out, struct err *e)
{
	struct contract *contracts;
	size_t n;

	*out = (struct accounts){ .n = 0 };
	catalogue_init(&out->catalogue, a);
	map_init(&out->customers, a);
	if (!load_contracts(st, customer_id, contract_id, a, &contracts, &n, e))
		return false;
	out->p = ARENA_ARRAY(a, n, struct account);
	for (size_t i = 0; i < n; i++)
		if (!load_account(st, out, &contracts[i], a, e))
			return false;
	return true;
}
