#include "domain/rate_selector.h"

#include "base/banned.h"

bool
rate_selector_from_json(const struct json *j, struct arena *a, struct rate_selector *out,
	struct err *e)
{
	struct rate_selector s = { .has_values = false };
	struct obj o;

	if (!obj_open(&o, j, "rate_selector", false, a, e))
		return false;
	s.product_id = obj_reference(&o, "product_id", "product", OBJ_OPTIONAL);
	s.product_tags = obj_texts_field(&o, "product_tags", OBJ_OPTIONAL, 1, false);
	s.has_values = obj_has(&o, "pricing_group_values");
	s.values = obj_scalar_pairs(&o, "pricing_group_values");
	s.partial = obj_scalar_pairs(&o, "partial_pricing_group_values");
	s.has_frequency = obj_has(&o, "billing_frequency");
	s.frequency = obj_billing_frequency(&o, "billing_frequency", OBJ_OPTIONAL);
	if (!obj_close(&o))
		return false;
	if (s.product_id.n == 0 && s.product_tags.n == 0 && !s.has_values && s.partial.n == 0 &&
		!s.has_frequency)
		return err_set(e, ERR_INPUT, "missing_field", "selects nothing");
	*out = s;
	return true;
}

static bool
passes(const struct rate_selector *s, const struct rate *r, const struct texts *tags)
{
	return (s->product_id.n == 0 || str_eq(s->product_id, r->product_id)) &&
		(s->product_tags.n == 0 || texts_has_any(tags, &s->product_tags)) &&
		(!s->has_values || pairs_eq(&s->values, &r->pricing_group_values)) &&
		pairs_has_all(&r->pricing_group_values, &s->partial) &&
		(!s->has_frequency || (r->has_frequency && r->frequency == s->frequency));
}

bool
rate_selected(const struct rate_selector *selectors, size_t n, const struct rate *r,
	const struct texts *tags)
{
	for (size_t i = 0; i < n; i++)
		if (passes(&selectors[i], r, tags))
			return true;
	return n == 0;
}
