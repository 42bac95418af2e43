#include "tasks/subscription_terms.h"

#include "domain/subscription_link.h"
#include "store/product_store.h"
#include "store/ratecard_store.h"
#include "tasks/terms.h"

#include "base/banned.h"

/* "subscriptions[1].subscription_rate", and its code. */
struct spot {
	struct str field;
	const char *code;
};

static struct spot
spot_of(struct arena *a, const char *list, size_t i, const char *field)
{
	return (struct spot){
		str_printf(a, "%s[%zu].%s", list, i, field),
		str_printf(a, "contract.%s.%s", list, field).p,
	};
}

static bool
resolve_product(struct store *st, struct subscription *s, const char *list, size_t i,
	int64_t now_ns, struct arena *a, struct err *closed, struct err *e)
{
	struct spot at = spot_of(a, list, i, "subscription_rate.product_id");
	struct product p;
	struct str id;

	if (!reference_field(st, NOUN_PRODUCT, at.field.p, s->product_id, now_ns, a, &id, e) ||
		!product_store_get(st, id, a, &p, e))
		return false;
	if (p.type != PRODUCT_SUBSCRIPTION)
		return err_field(e, ERR_INPUT, at.code, at.field, s->product_id,
			"wanted a SUBSCRIPTION product, this is a %s one",
			product_type_name(p.type));
	if (p.archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", at.field, s->product_id,
			"the product is archived");
	s->product_id = id;
	return true;
}

static bool
check_rate(struct store *st, const struct contract *c, const struct subscription *s,
	const char *list, size_t i, struct arena *a, struct err *e)
{
	struct spot at = spot_of(a, list, i, "subscription_rate");
	const char *frequency = frequency_name(s->frequency);
	struct rate *rates;
	size_t n = 0;

	if (c->rate_card_id.n == 0)
		return err_field(e, ERR_INPUT, at.code, at.field, s->product_id,
			"the contract has no rate card");
	if (!rate_store_load(st, c->rate_card_id, s->product_id, a, &rates, &n, e))
		return false;
	for (size_t k = 0; k < n; k++)
		if (rates[k].has_frequency && rates[k].frequency == s->frequency)
			return true;
	return err_field(e, ERR_INPUT, at.code, at.field, str_c(frequency),
		"the rate card has no %s rate of the product", frequency);
}

bool
subscriptions_resolve(struct store *st, struct contract *c, const char *list, size_t first,
	int64_t now_ns, struct arena *a, struct err *closed, struct err *e)
{
	for (size_t i = first; i < c->nsubscriptions; i++) {
		struct subscription *s = &c->subscriptions[i];

		if (!resolve_product(st, s, list, i - first, now_ns, a, closed, e) ||
			!check_rate(st, c, s, list, i - first, a, e))
			return false;
	}
	return true;
}

bool
subscriptions_new_ids(struct store *st, struct contract *c, const char *list, size_t first,
	struct arena *a, struct err *e)
{
	for (size_t i = first; i < c->nsubscriptions; i++)
		if (!terms_new_id(st, "subscription", spot_of(a, list, i - first, "id").field,
			    &c->subscriptions[i].id, a, e))
			return false;
	return subscriptions_link(c, a, e);
}

void
subscriptions_borrow_ids(struct contract *wanted, const struct contract *there, struct arena *a)
{
	struct err ignored = ERR_INIT;

	for (size_t i = 0; i < wanted->nsubscriptions && i < there->nsubscriptions; i++)
		terms_borrow_id(&wanted->subscriptions[i].id, there->subscriptions[i].id);
	/* it passed when the body was read */
	subscriptions_link(wanted, a, &ignored);
}
