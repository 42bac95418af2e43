#include "engine/override.h"

#include "base/banned.h"

/* One override under check, and one product it names. */
struct check {
	const struct override *v;
	const struct override_specifier *specifier; /* NULL: it is named by product_id */
	const struct priced_product *priced;
	const char *list;
	size_t at;
	struct arena *arena;
	struct err *e;
};

/* The code has the path without indexes. */
static bool
refuse_field(const struct check *c, const char *field, struct str value, const char *text)
{
	struct str code = str_printf(c->arena, "contract.%s.%s", c->list, field);

	return err_field(c->e, ERR_INPUT, code.p,
		str_printf(c->arena, "%s[%zu].%s", c->list, c->at, field), value, "%s", text);
}

static bool
refuse_member(const struct check *c, const char *field, struct str value, const char *text)
{
	struct str code = str_printf(c->arena, "contract.%s.override_specifiers.%s", c->list,
		field);
	size_t k;

	if (c->specifier == NULL)
		return refuse_field(c, field, value, text);
	k = (size_t)(c->specifier - c->v->specifiers);
	return err_field(c->e, ERR_INPUT, code.p,
		str_printf(c->arena, "%s[%zu].override_specifiers[%zu].%s", c->list, c->at, k,
			field),
		value, "%s", text);
}

/* ---- the product ---- */

static const struct priced_product *
find_priced(const struct priced_card *card, struct str id)
{
	for (size_t i = 0; i < card->nproducts; i++)
		if (str_eq(card->products[i].product->id, id))
			return &card->products[i];
	return NULL;
}

static bool
check_frequency(const struct check *c)
{
	bool seats = c->priced->product->type == PRODUCT_SUBSCRIPTION;
	bool named = c->specifier != NULL && c->specifier->has_frequency;
	static const char field[] = "billing_frequency";

	if (named && !seats)
		return refuse_member(c, field, str_c(frequency_name(c->specifier->frequency)),
			"goes with SUBSCRIPTION products only");
	if (c->v->type == OVERRIDE_OVERWRITE && seats && !named)
		return refuse_member(c, field, (struct str){ NULL, 0 },
			"a SUBSCRIPTION product is overwritten at one billing frequency; wanted "
			"override_specifiers with product_id and billing_frequency");
	return true;
}

/* Some rate of the product in the override's time has no price for one unit. */
static bool
check_model(const struct check *c)
{
	const struct override *v = c->v;

	if (v->type != OVERRIDE_TIERED && !v->commit_specific)
		return true;
	for (size_t i = 0; i < c->priced->nrates; i++) {
		const struct rate *r = c->priced->rates[i];
		bool apart = (r->ending_before_ns != INSTANT_NONE &&
				     r->ending_before_ns <= v->starting_at_ns) ||
			(v->ending_before_ns != INSTANT_NONE &&
				v->ending_before_ns <= r->starting_at_ns);
		if (apart || !rate_type_whole(r->type))
			continue;
		return refuse_member(c, "product_id", r->product_id,
			str_printf(c->arena, "its rate is %s; wanted FLAT or TIERED under %s",
				rate_type_name(r->type),
				v->commit_specific ? "a price while drawing" : "a TIERED override")
				.p);
	}
	return true;
}

/* ---- the overwriting rate ---- */

static bool
fits_product(const struct rate *r, enum product_type type)
{
	switch (type) {
	case PRODUCT_USAGE:
		return !rate_type_on_spend(r->type) && r->type != RATE_SUBSCRIPTION;
	case PRODUCT_COMPOSITE:
		return rate_type_on_spend(r->type);
	case PRODUCT_SUBSCRIPTION:
		return r->type == RATE_FLAT || r->type == RATE_SUBSCRIPTION;
	case PRODUCT_FIXED:
	case PRODUCT_PRO_SERVICE:
		break;
	}
	return false;
}

/* The values are one whole combination of the product's pricing keys as the override begins. */
static bool
check_values(const struct check *c)
{
	static const struct pairs none = { NULL, 0 };
	struct product_terms t = product_at(c->priced->product, c->v->starting_at_ns, c->arena);
	const struct pairs *given = c->specifier != NULL ? &c->specifier->lines.pricing : &none;
	static const char field[] = "pricing_group_values";

	if (c->specifier == NULL && t.pricing_group_key.n > 0)
		return refuse_field(c, "product_id", c->v->product_id,
			"the product has pricing keys; an OVERWRITE wants override_specifiers with "
			"product_id and pricing_group_values");
	for (size_t i = 0; i < t.pricing_group_key.n; i++)
		if (pairs_get(given, t.pricing_group_key.p[i]).p == NULL)
			return refuse_member(c, field, (struct str){ NULL, 0 },
				str_printf(c->arena,
					"no value for \"%.*s\", a pricing key of the product; an "
					"OVERWRITE wants them all",
					STR_FMT(t.pricing_group_key.p[i]))
					.p);
	for (size_t i = 0; i < given->n; i++)
		if (!texts_has(&t.pricing_group_key, given->p[i].key))
			return refuse_member(c, field, given->p[i].key,
				"the product has no such pricing key");
	return true;
}

static bool
check_overwrite(const struct check *c)
{
	struct rate *r = c->v->overwrite;
	const struct unit *unit = &c->priced->rates[0]->unit;

	if (!fits_product(r, c->priced->product->type))
		return refuse_field(c, "overwrite_rate.rate_type", str_c(rate_type_name(r->type)),
			str_printf(c->arena, "not of a %s product",
				product_type_name(c->priced->product->type))
				.p);
	if (c->v->inherits_unit)
		r->unit = *unit;
	if (!unit_same(&r->unit, unit))
		return refuse_field(c, "overwrite_rate.credit_type_id", str_c(r->unit.code),
			str_printf(c->arena, "the product is priced in %s on this rate card",
				unit->code)
				.p);
	return check_values(c);
}

static bool
check_product(struct check *c, const struct priced_card *card, struct str id)
{
	c->priced = find_priced(card, id);
	if (c->priced == NULL)
		return refuse_member(c, "product_id", id, "No such product in rate card");
	return check_frequency(c) && check_model(c) &&
		(c->v->type != OVERRIDE_OVERWRITE || check_overwrite(c));
}

static bool
check_one(struct check *c, const struct priced_card *card)
{
	const struct override *v = c->v;

	c->specifier = NULL;
	if (v->product_id.n > 0 && !check_product(c, card, v->product_id))
		return false;
	for (size_t k = 0; k < v->nspecifiers; k++) {
		c->specifier = &v->specifiers[k];
		if (c->specifier->lines.product_id.n > 0 &&
			!check_product(c, card, c->specifier->lines.product_id))
			return false;
	}
	return true;
}

bool
override_check(const struct contract *c, size_t first, const char *list,
	const struct catalogue *catalogue, struct arena *a, struct err *e)
{
	const struct priced_card *card = catalogue_card(catalogue, c->rate_card_id);
	struct check check = { .list = list, .arena = a, .e = e };

	if (c->overrides.n <= first)
		return true;
	if (card == NULL)
		return err_field(e, ERR_INPUT, str_printf(a, "contract.%s", list).p, str_c(list),
			(struct str){ NULL, 0 }, "the contract has no rate card");
	for (size_t i = first; i < c->overrides.n; i++) {
		check.v = &c->overrides.p[i];
		check.at = i - first;
		if (!check_one(&check, card))
			return false;
	}
	return true;
}
