#include "engine/override_part.h"

#include "base/banned.h"

/* An OVERWRITE is the price of one combination, the others scale all that have the values. */
static bool
fits_values(const struct override *v, const struct specifier *s, const struct priced_line *line)
{
	if (v->type == OVERRIDE_OVERWRITE)
		return pairs_eq(&s->pricing, line->pricing);
	return pairs_has_all(line->pricing, &s->pricing) &&
		pairs_has_all(line->presentation, &s->presentation);
}

/* A subscription keeps its price where no frequency is named; its entitlement it may lose. */
static bool
fits_frequency(const struct override_specifier *s, const struct priced_line *line, bool price)
{
	if (s->has_frequency)
		return line->frequency != NULL && *line->frequency == s->frequency;
	return line->frequency == NULL || !price;
}

static bool
specifier_fits(const struct override *v, const struct override_specifier *s,
	const struct priced_line *line, bool price)
{
	const struct specifier *l = &s->lines;

	return (l->product_id.n == 0 || str_eq(l->product_id, line->product_id)) &&
		(line->tags == NULL || texts_has_all(line->tags, &l->product_tags)) &&
		fits_values(v, l, line) && fits_frequency(s, line, price);
}

/* Without specifiers: any of the products named; none named: all. */
static bool
list_fits(const struct override *v, const struct priced_line *line, bool price)
{
	if (price && line->frequency != NULL)
		return false;
	if (v->type == OVERRIDE_OVERWRITE && line->pricing->n > 0)
		return false;
	if (v->product_id.n == 0 && v->product_tags.n == 0)
		return true;
	return str_eq(v->product_id, line->product_id) ||
		(v->product_tags.n > 0 &&
			(line->tags == NULL || texts_has_any(line->tags, &v->product_tags)));
}

/* The balance is one that the specifier means. */
static bool
specifier_means(const struct override_specifier *s, const struct commit *c)
{
	if (s->commit_ids.n + s->recurring_ids.n + s->any_ids.n == 0)
		return true;
	return texts_has(&s->commit_ids, c->id) || texts_has(&s->any_ids, c->id) ||
		(c->recurring_id.n > 0 &&
			(texts_has(&s->recurring_ids, c->recurring_id) ||
				texts_has(&s->any_ids, c->recurring_id)));
}

bool
override_fits(const struct override *v, const struct priced_line *line, const struct commit *by,
	bool price)
{
	if (v->nspecifiers == 0)
		return list_fits(v, line, price);
	for (size_t i = 0; i < v->nspecifiers; i++)
		if (specifier_fits(v, &v->specifiers[i], line, price) &&
			(by == NULL || specifier_means(&v->specifiers[i], by)))
			return true;
	return false;
}

/* ---- who draws ---- */

bool
override_is_commit_specific(const struct overrides *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->p[i].commit_specific)
			return true;
	return false;
}

bool
override_same_draw(const struct overrides *v, const struct commit *x, const struct commit *y)
{
	if (x->rate_type != y->rate_type)
		return false;
	for (size_t i = 0; i < v->n; i++)
		for (size_t k = 0; v->p[i].commit_specific && k < v->p[i].nspecifiers; k++)
			if (specifier_means(&v->p[i].specifiers[k], x) !=
				specifier_means(&v->p[i].specifiers[k], y))
				return false;
	return true;
}
