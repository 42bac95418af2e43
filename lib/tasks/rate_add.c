#include "tasks/rate_add.h"

#include <string.h>

#include "store/product_store.h"
#include "store/ratecard_store.h"
#include "store/reference.h"

#include "base/banned.h"

struct given {
	struct str where;
	struct rate rate;
};

void
rate_adding_init(struct rate_adding *x, struct store *st, int64_t now_ns, struct arena *a)
{
	*x = (struct rate_adding){ .st = st, .now_ns = now_ns, .arena = a };
	map_init(&x->given, a);
}

/* ---- the product ---- */

/* The product of a rate, unless it is that of the rate before. */
static bool
open_product(struct rate_adding *x, const struct rate_card *card, struct str ref, struct err *e)
{
	struct product *p = &x->product;
	struct str id;

	if (x->ref.n > 0 && str_eq(x->ref, ref) && str_eq(x->card_id, card->id))
		return true;
	x->ref = (struct str){ NULL, 0 };
	if (!reference_field(x->st, NOUN_PRODUCT, "product_id", ref, x->now_ns, x->arena, &id, e) ||
		!product_store_get(x->st, id, x->arena, p, e))
		return false;
	if (p->archived_at_ns != INSTANT_NONE)
		return err_field(e, ERR_INPUT, "archived", STR("product_id"), ref,
			"the product is archived");
	if (p->type == PRODUCT_FIXED || p->type == PRODUCT_PRO_SERVICE)
		return err_field(e, ERR_INPUT, "rate.product_id", STR("product_id"), ref,
			"a %s product has no rates: its price stands on the contract",
			product_type_name(p->type));
	if (!rate_store_unit(x->st, card, id, x->arena, &x->unit, &x->has_unit, e))
		return false;
	x->card_id = card->id;
	x->ref = ref;
	return true;
}

/* How products of each type are priced; NULL: not by rates. */
static const char *const priced_by[] = {
	[PRODUCT_USAGE] = "FLAT, TIERED, VOLUME, STAIRSTEP or PACKAGE",
	[PRODUCT_FIXED] = NULL,
	[PRODUCT_COMPOSITE] = "PERCENTAGE or TIERED_PERCENTAGE",
	[PRODUCT_SUBSCRIPTION] = "FLAT, with a billing_frequency",
	[PRODUCT_PRO_SERVICE] = NULL,
};
_Static_assert(countof(priced_by) == PRODUCT_TYPES, "a line for each type");

static bool
suits(enum rate_type r, enum product_type p)
{
	switch (p) {
	case PRODUCT_USAGE:
		return !rate_type_on_spend(r) && r != RATE_SUBSCRIPTION;
	case PRODUCT_COMPOSITE:
		return rate_type_on_spend(r);
	case PRODUCT_SUBSCRIPTION:
		return r == RATE_FLAT || r == RATE_SUBSCRIPTION;
	case PRODUCT_FIXED:
	case PRODUCT_PRO_SERVICE:
		return false;
	}
	return false;
}

static bool
check_type(const struct rate *r, const struct product *p, struct err *e)
{
	if (!suits(r->type, p->type))
		return err_field(e, ERR_INPUT, "rate.rate_type", STR("rate_type"),
			str_c(rate_type_name(r->type)), "a %s product is priced %s",
			product_type_name(p->type), priced_by[p->type]);
	if (p->type == PRODUCT_SUBSCRIPTION && !r->has_frequency)
		return err_field(e, ERR_INPUT, "missing_field", STR("billing_frequency"),
			(struct str){ NULL, 0 }, "missing; the product is a SUBSCRIPTION");
	if (p->type != PRODUCT_SUBSCRIPTION && r->has_frequency)
		return err_field(e, ERR_INPUT, "rate.billing_frequency", STR("billing_frequency"),
			str_c(frequency_name(r->frequency)),
			"a %s product has none; SUBSCRIPTION products do",
			product_type_name(p->type));
	return true;
}

/* The values must name exactly the pricing keys the product has when the rate begins. */
static bool
check_values(const struct rate *r, const struct product *p, struct arena *a, struct err *e)
{
	struct product_terms t = product_at(p, r->starting_at_ns, a);

	for (size_t i = 0; i < t.pricing_group_key.n; i++)
		if (pairs_get(&r->pricing_group_values, t.pricing_group_key.p[i]).p == NULL)
			return err_field(e, ERR_INPUT, "rate.pricing_group_values",
				STR("pricing_group_values"), (struct str){ NULL, 0 },
				"no value for \"%.*s\", a pricing key of the product",
				STR_FMT(t.pricing_group_key.p[i]));
	for (size_t i = 0; i < r->pricing_group_values.n; i++) {
		struct pair given = r->pricing_group_values.p[i];

		if (!texts_has(&t.pricing_group_key, given.key))
			return err_field(e, ERR_INPUT, "rate.pricing_group_values",
				str_printf(a, "pricing_group_values.%.*s", STR_FMT(given.key)),
				given.value, "the product has no such pricing key");
	}
	return true;
}

/* Lines of one product on one invoice must add up. */
static bool
check_unit(const struct rate_adding *x, const struct rate *r, struct err *e)
{
	if (!x->has_unit || unit_same(&x->unit, &r->unit))
		return true;
	return err_field(e, ERR_INPUT, "rate.credit_type_id", STR("credit_type_id"),
		str_c(r->unit.name), "the product's rates on this card are in %s, and stay so",
		x->unit.name);
}

/* ---- the request ---- */

static void
add_part(struct buf *key, struct str part)
{
	buf_add_str(key, part);
	buf_add_char(key, '\0'); /* no text holds one */
}

/* Where a rate would take over from another one that has this key: only the order decides. */
static struct str
place_key(const struct rate *r, struct arena *a)
{
	bool ends = r->ending_before_ns != INSTANT_NONE;
	struct buf key = BUF_INIT;
	struct str out;

	add_part(&key, r->rate_card_id);
	add_part(&key, r->product_id);
	add_part(&key, str_c(r->unit.code));
	add_part(&key, r->has_frequency ? str_c(frequency_name(r->frequency)) : STR(""));
	buf_add(&key, &r->starting_at_ns, sizeof(r->starting_at_ns));
	buf_add(&key, &ends, sizeof(ends));
	for (size_t i = 0; i < r->pricing_group_values.n; i++) {
		add_part(&key, r->pricing_group_values.p[i].key);
		add_part(&key, r->pricing_group_values.p[i].value);
	}
	out = str_dup(a, buf_str(&key));
	buf_release(&key);
	return out;
}

static bool
check_conflict(struct rate_adding *x, struct str where, const struct rate *r, struct err *e)
{
	char text[INSTANT_TEXT_SIZE];
	bool fresh;
	void **slot = map_slot(&x->given, place_key(r, x->arena), &fresh);
	struct given *g = *slot;

	if (fresh) {
		*slot = g = ARENA_NEW(x->arena, struct given);
		*g = (struct given){ where, *r };
		return true;
	}
	if (g->rate.entitled == r->entitled && rate_same_price(&g->rate, r))
		return true;
	return err_field(e, ERR_INPUT, "rate.conflict", STR("starting_at"),
		str_c(instant_text(r->starting_at_ns, text)),
		"%.*s gives another price from then on for the same product, values, frequency"
		" and unit",
		STR_FMT(g->where));
}

bool
rate_add(struct rate_adding *x, const struct rate_card *card, struct str where, struct rate *r,
	struct err *e)
{
	struct id id;

	if (!open_product(x, card, r->product_id, e) || !check_type(r, &x->product, e) ||
		!check_values(r, &x->product, x->arena, e) || !check_unit(x, r, e))
		return false;
	r->product_id = x->product.id;
	r->rate_card_id = card->id;
	if (!check_conflict(x, where, r, e) || !store_new_id(x->st, "rate", r->id, &id, NULL, e))
		return false;
	r->id = str_dup(x->arena, id_str(&id));
	if (!rate_store_add(x->st, r, x->arena, e))
		return false;
	x->unit = r->unit;
	x->has_unit = true;
	return true;
}
