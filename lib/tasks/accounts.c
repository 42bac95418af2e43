#include "tasks/accounts.h"

#include "store/balance_store.h"
#include "store/contract_expand.h"
#include "store/card_order_store.h"
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

bool
catalogue_load_card(struct store *st, struct catalogue *c, struct str id, struct arena *a,
	struct err *e)
{
	struct rate_card card;
	struct rate *rates;
	size_t n;

	if (id.n == 0 || catalogue_card(c, id) != NULL)
		return true;
	if (!rate_card_store_get(st, id, a, &card, e) ||
		!card_order_load(st, id, a, &card.product_order, e) ||
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

/* The product a commit is bought as, and those it pays for. */
static bool
load_commit(struct store *st, struct catalogue *c, const struct commit *commit, struct arena *a,
	struct err *e)
{
	if (!load_product(st, c, commit->product_id, a, e) ||
		!load_products(st, c, &commit->applicable_product_ids, a, e))
		return false;
	for (size_t i = 0; i < commit->nspecifiers; i++) {
		struct str id = commit->specifiers[i].product_id;

		if (id.n > 0 && !load_product(st, c, id, a, e))
			return false;
	}
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
		!catalogue_load_card(st, &all->catalogue, contract->rate_card_id, all->lasting, e))
		return false;
	for (size_t i = 0; i < contract->ncharges; i++)
		if (!load_product(st, &all->catalogue, contract->charges[i].product_id,
			    all->lasting, e))
			return false;
	for (size_t i = 0; i < contract->ncommits; i++)
		if (!load_commit(st, &all->catalogue, &contract->commits[i], all->lasting, e))
			return false;
	all->n++;
	return true;
}

const struct balance_link *
accounts_balances(const struct accounts *all, struct str customer_id)
{
	return map_get(&all->balances_of, customer_id);
}

const struct account_link *
accounts_of(const struct accounts *all, struct str customer_id)
{
	return map_get(&all->accounts_of, customer_id);
}

/* From the last to the first, so that each customer's stand in the order of creation. */
static void
link_balances(struct accounts *all, struct arena *a)
{
	map_init(&all->balances_of, a);
	for (size_t i = all->nbalances; i > 0; i--) {
		const struct customer_balance *b = &all->balances[i - 1];
		void **first = map_slot(&all->balances_of, b->customer_id, NULL);
		struct balance_link *link = ARENA_NEW(a, struct balance_link);

		*link = (struct balance_link){ b, *first };
		*first = link;
	}
}

static void
link_accounts(struct accounts *all, struct arena *a)
{
	map_init(&all->accounts_of, a);
	for (size_t i = all->n; i > 0; i--) {
		const struct account *acct = &all->p[i - 1];
		void **first = map_slot(&all->accounts_of, acct->customer->id, NULL);
		struct account_link *link = ARENA_NEW(a, struct account_link);

		*link = (struct account_link){ acct, *first };
		*first = link;
	}
}

/* Each account sees all of its customer. */
static void
link_siblings(struct accounts *all, struct arena *a)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct account_link *first = accounts_of(all, all->p[i].customer->id), *link;
		const struct account **list;
		size_t n = 0;

		if (first->account != &all->p[i])
			continue;
		for (link = first; link != NULL; link = link->next)
			n++;
		list = ARENA_ARRAY(a, n, const struct account *);
		for (n = 0, link = first; link != NULL; link = link->next)
			list[n++] = link->account;
		for (size_t k = 0; k < n; k++) {
			struct account *acct = &all->p[list[k] - all->p];

			acct->siblings = list;
			acct->nsiblings = n;
		}
	}
}

static bool
concerns(const struct customer_balance *b, const struct contract *c)
{
	return customer_balance_serves(b, c->id) || commit_billed_by(&b->commit, c->id);
}

/* The commits a contract may draw or bills: its own, then those of its customer. */
static void
share_balances(const struct accounts *all, struct contract *c, struct arena *a)
{
	const struct balance_link *first = accounts_balances(all, c->customer_id), *link;
	struct commit *commits;
	size_t n = c->ncommits;

	for (link = first; link != NULL; link = link->next)
		n += concerns(link->balance, c);
	if (n == c->ncommits)
		return;
	commits = ARENA_ARRAY(a, n, struct commit);
	for (n = 0; n < c->ncommits; n++)
		commits[n] = c->commits[n];
	for (link = first; link != NULL; link = link->next)
		if (concerns(link->balance, c))
			commits[n++] = link->balance->commit;
	c->commits = commits;
	c->ncommits = n;
}

/* What an edit has archived is not there any more. */
static void
drop_archived(struct contract *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->ncommits; i++)
		if (c->commits[i].archived_at_ns == INSTANT_NONE)
			c->commits[n++] = c->commits[i];
	c->ncommits = n;
	n = 0;
	for (size_t i = 0; i < c->ncharges; i++)
		if (c->charges[i].archived_at_ns == INSTANT_NONE)
			c->charges[n++] = c->charges[i];
	c->ncharges = n;
}

static bool
load_all(struct store *st, struct contract *contracts, size_t n, int64_t until_ns, bool archived,
	struct arena *a, struct accounts *out, struct err *e)
{
	link_balances(out, a);
	out->p = ARENA_ARRAY(a, n, struct account);
	for (size_t i = 0; i < n; i++) {
		if (!archived)
			drop_archived(&contracts[i]);
		if (!contract_expand(st, &contracts[i], until_ns, a, &contracts[i], e))
			return false;
		share_balances(out, &contracts[i], a);
		if (!load_account(st, out, &contracts[i], a, e))
			return false;
	}
	link_accounts(out, a);
	link_siblings(out, a);
	for (size_t i = 0; i < out->nbalances; i++) {
		const struct customer *ignored;

		if (!load_customer(st, out, out->balances[i].customer_id, a, &ignored, e) ||
			!load_commit(st, &out->catalogue, &out->balances[i].commit, out->lasting,
				e))
			return false;
	}
	return true;
}

bool
accounts_load(struct store *st, struct str customer_id, int64_t until_ns, struct arena *a,
	struct accounts *out, struct err *e)
{
	struct contract *contracts;
	size_t n;

	accounts_open(out, a);
	map_init(&out->customers, a);
	return contract_store_load(st, customer_id, a, &contracts, &n, e) &&
		balance_store_load(st, customer_id, a, &out->balances, &out->nbalances, e) &&
		load_all(st, contracts, n, until_ns, false, a, out, e);
}

void
accounts_open(struct accounts *out, struct arena *lasting)
{
	*out = (struct accounts){ .lasting = lasting };
	catalogue_init(&out->catalogue, lasting);
}

bool
accounts_turn(struct store *st, struct str customer_id, int64_t until_ns, struct arena *a,
	struct accounts *out, struct err *e)
{
	struct contract *contracts;
	size_t n;

	out->n = 0;
	map_init(&out->customers, a);
	return contract_store_load_all(st, customer_id, a, &contracts, &n, e) &&
		balance_store_load_all(st, customer_id, a, &out->balances, &out->nbalances, e) &&
		load_all(st, contracts, n, until_ns, true, a, out, e);
}
