/*
 * accounts - load what rating needs: contracts, customers, the catalogue.
 *
 * Shape      every contract that is not archived (of one customer where asked),
 *            with its customer, card, rates, products and metrics, and the
 *            products that commits and composite products name; each object is
 *            read once. Among the commits of a contract are those that recurring
 *            items have given, and those of its customer that it may draw or bills.
 * Errors     those of the store.
 * Order      accounts by the contracts' creation.
 */
#ifndef TASKS_ACCOUNTS_H
#define TASKS_ACCOUNTS_H

#include "domain/customer_balance.h"
#include "engine/catalogue.h"
#include "store/store.h"

struct accounts {
	struct account *p;
	size_t n;
	struct catalogue catalogue;
	struct map customers;              /* id -> struct customer */
	struct customer_balance *balances; /* of the customers, by creation */
	size_t nbalances;
	struct map balances_of; /* customer id -> the first struct balance_link, by creation */
	struct map accounts_of; /* likewise struct account_link */
	struct arena *lasting;  /* of the catalogue */
};

struct balance_link {
	const struct customer_balance *balance;
	const struct balance_link *next;
};

struct account_link {
	const struct account *account;
	const struct account_link *next;
};

/* The first balance of a customer, and the first account; NULL: it has none. */
const struct balance_link *accounts_balances(const struct accounts *all, struct str customer_id);
const struct account_link *accounts_of(const struct accounts *all, struct str customer_id);

/*
 * customer_id: empty for all. until_ns: recurring items have given their commits and
 * credits by then (recurring.h).
 */
bool accounts_load(struct store *st, struct str customer_id, int64_t until_ns, struct arena *a,
	struct accounts *out, struct err *e);

/*
 * One customer after the other, archived contracts and balances too: what is loaded of one
 * lives in a, the catalogue of all in lasting. accounts_turn drops the one before.
 */
void accounts_open(struct accounts *out, struct arena *lasting);
bool accounts_turn(struct store *st, struct str customer_id, int64_t until_ns, struct arena *a,
	struct accounts *out, struct err *e);

/* A card with its rates, products and metrics, unless it is there. */
bool catalogue_load_card(struct store *st, struct catalogue *c, struct str id, struct arena *a,
	struct err *e);

#endif
