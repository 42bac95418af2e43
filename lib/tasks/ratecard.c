#include "tasks/ratecard.h"

#include <stdlib.h>

#include "store/product_store.h"
#include "store/ratecard_store.h"
#include "tasks/absent.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *card)
{
	rate_card_terms_json(w, card);
}

bool
rate_card_create(struct store *st, struct rate_card *c, bool if_absent, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct str there_id;
	struct id id;
	bool there = false;

	if (if_absent &&
		!absent_find(st, NOUN_RATE_CARD, c->id, c->name, INSTANT_NONE, a, &there_id, &there,
			e))
		return false;
	if (there &&
		(!rate_card_store_get(st, there_id, a, out, e) ||
			!absent_live(out->archived_at_ns, c->id, &there, e)))
		return false;
	if (there)
		return absent_equal(NOUN_RATE_CARD, there_id, terms, out, c, e);
	if (!store_new_id(st, "rate_card", c->id, &id, NULL, e))
		return false;
	c->id = str_dup(a, id_str(&id));
	if (!rate_card_store_put(st, c, a, e))
		return false;
	*out = *c;
	return true;
}

bool
rate_card_cut_aliases(struct store *st, struct rate_card *c, struct arena *a, struct err *e)
{
	struct card_alias *left = NULL;
	size_t cap = 0, nleft = 0;

	for (size_t i = 0; i < c->naliases; i++) {
		struct alias_span *spans;
		size_t n;

		/* an alias that the card bears twice has all its spans at its first place */
		for (n = 0; n < i && !str_eq(c->aliases[n].name, c->aliases[i].name);)
			n++;
		if (n < i)
			continue;
		if (!reference_alias_spans(st, c->aliases[i].name, a, &spans, &n, e))
			return false;
		for (size_t k = 0; k < n; k++) {
			if (!str_eq(spans[k].card_id, c->id))
				continue;
			left = arena_grow(a, left, &cap, nleft + 1, sizeof(*left));
			left[nleft++] = (struct card_alias){ c->aliases[i].name,
				spans[k].starting_at_ns, spans[k].ending_before_ns };
		}
	}
	c->aliases = left;
	c->naliases = nleft;
	return true;
}

bool
rate_card_open(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_RATE_CARD, "rate_card_id", ref, now_ns, a, &id, e) ||
		!rate_card_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns == INSTANT_NONE)
		return true;
	return err_field(e, ERR_INPUT, "archived", STR("rate_card_id"), ref,
		"the rate card is archived");
}

bool
rate_card_update(struct store *st, struct str ref, const struct rate_card_changes *changes,
	int64_t now_ns, struct arena *a, struct rate_card *out, struct err *e)
{
	if (!rate_card_open(st, ref, now_ns, a, out, e))
		return false;
	rate_card_apply(a, out, changes);
	return rate_card_store_put(st, out, a, e);
}

bool
rate_card_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct rate_card *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_RATE_CARD, "", ref, now_ns, a, &id, e) ||
		!rate_card_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return true;
	out->archived_at_ns = now_ns;
	return rate_card_store_put(st, out, a, e);
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

/* The product of a rate, unless it is that of the rate before. */
static bool
open_product(struct store *st, struct str ref, int64_t now_ns, struct rate_product *last,
	struct arena *a, struct err *e)
{
	struct product *p = &last->product;
	struct str id;

	if (last->ref.n > 0 && str_eq(last->ref, ref))
		return true;
	last->ref = (struct str){ NULL, 0 };
	if (!reference_field(st, NOUN_PRODUCT, "product_id", ref, now_ns, a, &id, e) ||
		!product_store_get(st, id, a, p, e))
		return false;
	if (p->archived_at_ns != INSTANT_NONE)
		return err_field(e, ERR_INPUT, "archived", STR("product_id"), ref,
			"the product is archived");
	if (p->type == PRODUCT_FIXED)
		return err_field(e, ERR_INPUT, "rate.product_id", STR("product_id"), ref,
			"a %s product has no rates: its price stands on the contract",
			product_type_name(p->type));
	last->ref = ref;
	return true;
}

/* What is spent is charged by a percentage, what is used is not. */
static bool
check_type(const struct rate *r, const struct product *p, struct err *e)
{
	bool composite = p->type == PRODUCT_COMPOSITE;

	if (composite == (r->type == RATE_PERCENTAGE))
		return true;
	return err_field(e, ERR_INPUT, "rate.rate_type", STR("rate_type"),
		str_c(rate_type_name(r->type)), "a %s product is priced %s",
		product_type_name(p->type), composite ? "by PERCENTAGE" : "FLAT or TIERED");
}

bool
rate_add(struct store *st, const struct rate_card *card, struct rate *r, int64_t now_ns,
	struct rate_product *last, struct arena *a, struct err *e)
{
	struct id id;

	if (!open_product(st, r->product_id, now_ns, last, a, e) ||
		!check_type(r, &last->product, e) || !check_values(r, &last->product, a, e) ||
		!store_new_id(st, "rate", r->id, &id, NULL, e))
		return false;
	r->id = str_dup(a, id_str(&id));
	r->product_id = last->product.id;
	r->rate_card_id = card->id;
	return rate_store_add(st, r, a, e);
}

static bool
same_place(const struct rate *x, const struct rate *y)
{
	return str_eq(x->product_id, y->product_id) &&
		pairs_eq(&x->pricing_group_values, &y->pricing_group_values);
}

/* By product, pricing values, start, order of adding. */
static int
by_place(const void *x, const void *y)
{
	const struct rate *a = x, *b = y;
	int by = str_cmp(a->product_id, b->product_id);

	if (by == 0)
		by = pairs_cmp(&a->pricing_group_values, &b->pricing_group_values);
	if (by == 0)
		by = (a->starting_at_ns > b->starting_at_ns) -
			(a->starting_at_ns < b->starting_at_ns);
	if (by == 0)
		by = (a->seq > b->seq) - (a->seq < b->seq);
	return by;
}

/* Keep of each place the one rate that holds at at_ns; rates are sorted by place. */
static size_t
keep_holding(struct rate *rates, size_t n, int64_t at_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (!rate_covers(&rates[i], at_ns))
			continue;
		if (kept > 0 && same_place(&rates[kept - 1], &rates[i])) {
			if (rate_order(&rates[i], &rates[kept - 1]) > 0)
				rates[kept - 1] = rates[i];
			continue;
		}
		rates[kept++] = rates[i];
	}
	return kept;
}

bool
rates_at(struct store *st, struct str card_ref, struct str product_ref, int64_t at_ns,
	int64_t now_ns, struct arena *a, struct rate **out, size_t *n, struct err *e)
{
	struct str card_id, product_id = { NULL, 0 };

	if (!reference_field(st, NOUN_RATE_CARD, "", card_ref, now_ns, a, &card_id, e))
		return false;
	if (product_ref.n > 0 &&
		!reference_field(st, NOUN_PRODUCT, "--product", product_ref, now_ns, a, &product_id,
			e))
		return false;
	if (!rate_store_load(st, card_id, product_id, a, out, n, e))
		return false;
	if (*n > 0)
		qsort(*out, *n, sizeof(**out), by_place);
	if (at_ns != INSTANT_NONE)
		*n = keep_holding(*out, *n, at_ns);
	return true;
}
