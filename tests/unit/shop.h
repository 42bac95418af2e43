/*
 * shop - one contract with products, rates, balances and events, to try laws on.
 *
 * Shape      September 2024, in hours from its start. Every usage product
 *            has a SUM metric of its own over property n of events of its name.
 *            A composite is a product too. What is added is changed through the
 *            pointers given back, until shop_invoices.
 * Ownership  the arena given to shop_init.
 */
#ifndef TESTS_UNIT_SHOP_H
#define TESTS_UNIT_SHOP_H

#include "engine/statement.h"
#include "tests/unit/sweep.h"

#define SHOP_PRODUCTS 8
#define SHOP_RATES 64
#define SHOP_COMMITS 24
#define SHOP_SEGMENTS 16
#define SHOP_EVENTS 64
#define SHOP_START (INT64_C(1725148800) * NS_PER_SECOND) /* 2024-09-01 */
#define SHOP_HOURS 720                                   /* in September */

struct shop_product {
	struct metric metric;
	struct product product;
	struct product_version versions[3];
};

struct shop {
	struct arena *arena;
	struct customer customer;
	struct contract contract;
	struct rate_card card;
	struct shop_product products[SHOP_PRODUCTS];
	size_t nproducts;
	struct rate rates[SHOP_RATES];
	size_t nrates;
	struct commit commits[SHOP_COMMITS];
	struct access_segment segments[SHOP_COMMITS][SHOP_SEGMENTS];
	struct product prepaid; /* of the commits */
	struct product_version prepaid_version;
	struct event events[SHOP_EVENTS];
	size_t nevents;
	bool without_purse; /* balances are left out */
	struct purse_pool pool;
	struct purse purse; /* as the invoices left it */
	struct err err;
};

int64_t shop_hour(int64_t n);
void shop_init(struct shop *s, struct arena *a);
struct shop_product *shop_usage(struct shop *s, const char *name);
struct shop_product *shop_composite(struct shop *s, const char *name);
/* FLAT, or PERCENTAGE for a composite; the hours may lie outside the month. */
struct rate *shop_rate(struct shop *s, const struct shop_product *p, int64_t from_hour,
	int64_t to_hour, struct rat price);
void shop_event(struct shop *s, const struct shop_product *p, int64_t at_hour, const char *n);
struct commit *shop_commit(struct shop *s);
struct access_segment *shop_segment(struct shop *s, struct commit *c, struct rat amount,
	int64_t from_hour, int64_t to_hour);

/* The usage invoices of the first n periods; false: refused, s->err says why. */
bool shop_invoices(struct shop *s, size_t n, struct invoice *out);
/* That of September; a failed check where it is refused. */
struct invoice shop_invoice(struct shop *s);

/* Products, rates (some tiered), events: usage that never falls, every hour priced. */
void shop_random(struct sweep *sw, struct shop *s, struct arena *a, bool composite);
/* Up to four commits, of up to three segments each. */
void shop_random_commits(struct sweep *sw, struct shop *s);

/* The invoice as JSON; traces: with those of its lines. */
struct str shop_text(const struct invoice *inv, struct arena *a, bool traces);
struct rat shop_price(struct sweep *sw, struct arena *a); /* >= 0 */

#endif
