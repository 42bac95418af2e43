#include "tasks/balance_select.h"

#include "base/banned.h"

static bool
has_fields(const struct pairs *all, const struct pairs *wanted)
{
	for (size_t i = 0; i < wanted->n; i++) {
		struct str value = pairs_get(all, wanted->p[i].key);

		if (value.p == NULL || !str_eq(value, wanted->p[i].value))
			return false;
	}
	return true;
}

static bool
is_meant(const struct balance_filter *f, const struct commit *c)
{
	return (!f->has_types || f->types[c->type]) &&
		(f->ids.n == 0 || texts_has(&f->ids, c->id)) &&
		has_fields(&c->custom_fields, &f->custom_fields);
}

static bool
is_meant_by_any(const struct balance_selection *s, const struct commit *c)
{
	for (size_t i = 0; i < s->nfilters; i++)
		if (is_meant(&s->filters[i], c))
			return true;
	return s->nfilters == 0;
}

static bool
is_of_level(enum balance_level level, const struct commit *c)
{
	switch (level) {
	case LEVEL_ANY:
		return true;
	case LEVEL_CONTRACT:
		return c->of_customer == NULL;
	case LEVEL_CUSTOMER:
		return c->of_customer != NULL;
	}
	return false;
}

static bool
has_access(const struct balance_selection *s, const struct commit *c)
{
	bool from = s->from_ns == INSTANT_NONE, to = s->to_ns == INSTANT_NONE;
	bool covering = s->covering_ns == INSTANT_NONE;

	for (size_t i = 0; i < c->nsegments; i++) {
		const struct access_segment *one = &c->segments[i];

		from = from || one->ending_before_ns > s->from_ns;
		to = to || one->starting_at_ns < s->to_ns;
		covering = covering ||
			(one->starting_at_ns <= s->covering_ns &&
				s->covering_ns < one->ending_before_ns);
	}
	return from && to && covering;
}

bool
balance_selected(const struct balance_selection *s, const struct commit *c)
{
	return (s->unit == NULL || unit_same(s->unit, &c->access_unit)) &&
		is_of_level(s->level, c) && is_meant_by_any(s, c) && has_access(s, c);
}
