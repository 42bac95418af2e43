/*
 * unit - pricing units: the ISO 4217 currencies, and custom ones.
 *
 * Shape      a currency has an id, a name, a code, and the places of its minor
 *            unit (0, 2, 3 or 4). USD is stored in cents, name "USD (cents)"; every
 *            other currency in whole units. A custom unit ("tokens") is counted
 *            whole, its code is its name, and it has no minor unit.
 * Units      "stored" amounts count stored units: 12842 is 128.42 USD, 128.42
 *            is 128.42 EUR. "Major" amounts are what people read; of a custom
 *            unit both are one.
 * Rounding   unit_due only: half away from zero to the minor unit; none of custom
 *            units.
 * Ownership  texts of a currency are static, those of a custom unit its table's.
 * Errors     a reference that names no unit: false.
 * Source     ISO 4217; mtr-pricing(7), Units.
 * Example    unit_major(USD, 12842) = 128.42; unit_due(USD, 12841.5585) = 12842.
 */
#ifndef DOMAIN_UNIT_H
#define DOMAIN_UNIT_H

#include "base/err.h"
#include "base/id.h"
#include "base/rat.h"
#include "codec/jsonw.h"
#include "codec/obj.h"

struct unit {
	struct id id;
	const char *name; /* "USD (cents)", "EUR", "tokens" */
	const char *code; /* "USD", "EUR", "tokens" */
	int places;       /* of the minor unit, in major units: USD 2, JPY 0; not of custom ones */
	bool cents;       /* stored amounts count minor units (USD only) */
	bool custom;      /* no currency */
};

/* The custom units that there are beside the currencies. */
struct units {
	const struct unit *p;
	size_t n;
};

/* By code ("usd" too), id or name; among the currencies and custom (NULL: no custom ones). */
bool unit_find(const struct units *custom, struct str ref, struct unit *out);
/* A custom unit; the name is borrowed. */
struct unit unit_custom(const struct id *id, const char *name);
struct unit unit_usd(void);
bool unit_same(const struct unit *a, const struct unit *b);
/* Every currency in the order of its code; false when i is past the end. */
bool unit_at(size_t i, struct unit *out);

struct rat unit_major(struct arena *a, const struct unit *u, struct rat stored);
struct rat unit_stored(struct arena *a, const struct unit *u, struct rat major);
struct rat unit_due(struct arena *a, const struct unit *u,
	struct rat stored); /* still in stored units */
struct str unit_major_text(struct arena *a, const struct unit *u,
	struct rat stored); /* fixed places: "128.42"; a custom unit's as many as it has */

/*
 * credit_type_id of an object: absent gives absent. Refused when it names none; the custom
 * units are those of the object (o->units).
 */
struct unit obj_unit(struct obj *o, const char *name, const struct unit *absent);
/* A stored amount: a decimal, n/d, or a literal with its unit ("0.10 USD", "5 tokens"). */
struct rat obj_money(struct obj *o, const char *name, enum obj_need need, const struct unit *u,
	bool *has);
/* A price: obj_money, and not below zero. */
struct rat obj_price(struct obj *o, const char *name, enum obj_need need, const struct unit *u,
	bool *has);

/* "credit_type":{"id":...,"name":...} */
void jsonw_unit(struct jsonw *w, const char *key, const struct unit *u);

#endif
