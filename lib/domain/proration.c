#include "domain/proration.h"

#include "base/banned.h"

#define PLACES_MAX 5

static const struct rounding_word {
	const char *word;
	enum rat_round method;
} roundings[] = {
	{ "HALF_UP", RAT_HALF_UP },
	{ "FLOOR", RAT_FLOOR },
	{ "CEILING", RAT_CEILING },
};

void
proration_rounding_from(struct obj *parent, const char *name, struct proration_rounding *r)
{
	const char *words[countof(roundings)];
	struct obj o;
	int method;

	if (!obj_object(parent, name, OBJ_OPTIONAL, &o))
		return;
	for (size_t i = 0; i < countof(roundings); i++)
		words[i] = roundings[i].word;
	r->on = true;
	r->places = (int)obj_int(&o, "decimal_places", OBJ_REQUIRED, -PLACES_MAX, PLACES_MAX, 0);
	method = obj_enum(&o, "rounding_method", OBJ_REQUIRED, words, countof(words), 0);
	if (obj_close(&o))
		r->method = roundings[method].method;
}

const char *
proration_method(const struct proration_rounding *r)
{
	for (size_t i = 0; i < countof(roundings); i++)
		if (roundings[i].method == r->method)
			return roundings[i].word;
	return "";
}

void
proration_rounding_member(struct jsonw *w, const char *key, const struct proration_rounding *r)
{
	if (!r->on)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member_int(w, "decimal_places", r->places);
	jsonw_member_c(w, "rounding_method", proration_method(r));
	jsonw_end(w);
}

struct rat
proration_round(struct arena *a, const struct proration_rounding *r, struct rat x)
{
	return r->on ? rat_round(a, x, r->places, r->method) : x;
}
