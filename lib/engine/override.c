#include "engine/override.h"

#include <assert.h>

#include "engine/override_part.h"

#include "base/banned.h"

static const struct override_rule *const rules[] = {
	[OVERRIDE_OVERWRITE] = &override_overwrite,
	[OVERRIDE_MULTIPLIER] = &override_multiply,
	[OVERRIDE_TIERED] = &override_tiered,
};
_Static_assert(countof(rules) == OVERRIDE_RULES, "one row for each type that changes a price");

const struct override_rule *
override_rule(enum override_type t)
{
	return t == OVERRIDE_ENTITLEMENT ? NULL : rules[t];
}

/* ---- which of several ---- */

/* < 0: x holds before y. Both fit. */
static int
strength(const struct override *x, const struct override *y, enum override_order order)
{
	bool xo = x->type == OVERRIDE_OVERWRITE, yo = y->type == OVERRIDE_OVERWRITE;
	int by = 0;

	if (x->commit_specific != y->commit_specific)
		return x->commit_specific ? -1 : 1;
	if (xo != yo)
		return xo ? -1 : 1;
	if (!xo && order == ORDER_EXPLICIT)
		by = rat_cmp(x->priority, y->priority);
	if (!xo && by == 0)
		by = rat_cmp(override_multiplier(x), override_multiplier(y));
	return by != 0 ? by : (x->place < y->place) - (x->place > y->place);
}

/* What the price is chosen by. */
struct choice {
	const struct override_uses *uses;
	const struct priced_line *line;
	const struct rate *base;
	const struct draw_terms *terms; /* NULL: outside of balances */
	bool at_commit_rate;
};

static bool
may_hold(const struct choice *c, const struct override *v)
{
	const struct override_rule *rule = override_rule(v->type);

	if (rule == NULL)
		return false;
	if (v->commit_specific ? c->terms == NULL || c->terms->commit == NULL ||
				(v->target == DRAW_COMMIT_RATE) != c->at_commit_rate :
				 c->at_commit_rate)
		return false;
	/* while drawing a price for one unit is wanted */
	if (v->commit_specific && v->type != OVERRIDE_OVERWRITE && c->base != NULL &&
		rate_type_whole(c->base->type))
		return false;
	return rule->applies(c->base) &&
		override_fits(v, c->line, v->commit_specific ? c->terms->commit : NULL, true);
}

/* All that may hold, the strongest first. */
static size_t
rank_all(const struct choice *c, struct override_use **out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->uses->n; i++) {
		struct override_use *use = c->uses->p[i];
		size_t at = n;

		if (!may_hold(c, use->v))
			continue;
		for (; at > 0 && strength(use->v, out[at - 1]->v, c->uses->order) < 0; at--)
			out[at] = out[at - 1];
		out[at] = use;
		n++;
	}
	return n;
}

/* The last added that says something about it, of those that are for all usage. */
static const struct override *
entitling(const struct choice *c)
{
	const struct override *last = NULL;

	for (size_t i = 0; i < c->uses->n; i++) {
		const struct override *v = c->uses->p[i]->v;
		bool price = !v->has_entitled;

		if (!v->commit_specific && (v->has_entitled || v->type == OVERRIDE_OVERWRITE) &&
			(last == NULL || v->place > last->place) &&
			override_fits(v, c->line, NULL, price))
			last = v;
	}
	return last;
}

/* ---- what it makes ---- */

static struct made *
find_made(struct made *m, const struct rate *base, const struct rate *list, bool entitled)
{
	while (m != NULL && (m->base != base || m->list != list || m->entitled != entitled))
		m = m->next;
	return m;
}

static void
keep(struct override_uses *u, struct made **head, const struct rate *base, const struct rate *list,
	struct rate *made, bool entitled)
{
	struct made *m = ARENA_NEW(u->arena, struct made);

	*m = (struct made){ base, list, entitled, made, *head };
	*head = m;
	made->entitled = entitled;
}

/* What the override makes of the base, which is the card's rate or its commit rate. */
static const struct rate *
changed(struct override_uses *u, struct override_use *use, const struct rate *base,
	const struct rate *list, bool entitled)
{
	const struct override_rule *rule = override_rule(use->v->type);
	struct made *m = find_made(use->made, base, list, entitled);
	struct rate *r;

	assert(rule != NULL);
	if (m != NULL)
		return m->rate;
	r = rule->apply(u->arena, use->v, base);
	r->commit_rate = list != NULL && base == list ? list->commit_rate : NULL;
	keep(u, &use->made, base, list, r, entitled);
	return r;
}

/* The card's rate, but for its entitlement. */
static const struct rate *
entitled_as(struct override_uses *u, const struct rate *list, bool entitled)
{
	struct made *m;
	struct rate *r;

	if (list->entitled == entitled)
		return list;
	m = find_made(u->entitled, list, list, entitled);
	if (m != NULL)
		return m->rate;
	r = ARENA_NEW(u->arena, struct rate);
	*r = *list;
	keep(u, &u->entitled, list, list, r, entitled);
	return r;
}

static void
put_beaten(struct arena *a, struct override_use *const *ranked, size_t n,
	struct override_choice *why)
{
	why->chosen = n > 0 ? ranked[0]->v : NULL;
	if (n < 2)
		return;
	why->beaten = ARENA_ARRAY(a, n - 1, const struct override *);
	for (size_t i = 1; i < n; i++)
		why->beaten[why->nbeaten++] = ranked[i]->v;
}

const struct rate *
override_rate(struct override_uses *u, const struct priced_line *line, const struct rate *list,
	const struct draw_terms *terms, struct override_choice *why)
{
	struct choice c = { .uses = u, .line = line, .base = list, .terms = terms };
	struct override_use **ranked = ARENA_ARRAY(u->arena, u->n, struct override_use *);
	bool entitled = list != NULL && list->entitled;
	size_t n;

	*why = (struct override_choice){ .list = list };
	if (terms != NULL && terms->rate == DRAW_COMMIT_RATE && list != NULL &&
		list->commit_rate != NULL) {
		c.base = list->commit_rate;
		c.at_commit_rate = why->at_commit_rate = true;
	}
	n = rank_all(&c, ranked);
	put_beaten(u->arena, ranked, n, why);
	why->entitling = entitling(&c);
	if (why->entitling != NULL)
		entitled = why->entitling->has_entitled ? why->entitling->entitled : true;
	if (n > 0)
		return changed(u, ranked[0], c.base, list, entitled);
	if (list == NULL || c.at_commit_rate)
		return c.base;
	return entitled_as(u, list, entitled);
}

/* ---- all prices of a window ---- */

/* While drawing only the price is another one: so much is free as outside. */
static const struct rate *
with_free_units(struct arena *a, const struct rate *r, const struct rate *outside)
{
	struct rate *copy;

	if (rat_eq(r->free_units, outside->free_units))
		return r;
	copy = ARENA_NEW(a, struct rate);
	*copy = *r;
	copy->free_units = outside->free_units;
	return copy;
}

/* The place of a rate among those of the set; put at its end where it is not there. */
static size_t
place_of(struct price_set *s, struct override_choice *whys, const struct rate *r,
	const struct override_choice *why)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->rates[i] == r)
			return i;
	s->rates[s->n] = r;
	whys[s->n] = *why;
	return s->n++;
}

static bool
is_commit_specific(const struct override_uses *u)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->p[i]->v->commit_specific)
			return true;
	return false;
}

/* Who draws pays what holds outside, or the commit rate where there is one. */
static void
put_usual(struct override_uses *u, const struct draw_terms *terms, size_t nterms,
	struct price_set *s, struct override_choice *whys)
{
	const struct rate *list = whys[0].list;

	if (list == NULL || list->commit_rate == NULL)
		return;
	if (u->at_commit_rate == NULL) {
		u->at_commit_rate = ARENA_ARRAY(u->arena, nterms, size_t);
		for (size_t i = 0; i < nterms; i++)
			u->at_commit_rate[i] = terms[i].rate == DRAW_COMMIT_RATE ? 1 : 0;
	}
	whys[1] = (struct override_choice){ .list = list,
		.at_commit_rate = true,
		.entitling = whys[0].entitling };
	s->rates[s->n++] = list->commit_rate;
	s->of = u->at_commit_rate;
}

static void
put_each(struct override_uses *u, const struct priced_line *line, const struct draw_terms *terms,
	size_t nterms, struct price_set *s, struct override_choice *whys)
{
	size_t *of = ARENA_ARRAY(u->arena, nterms, size_t);

	for (size_t i = 0; i < nterms; i++) {
		struct override_choice why;
		const struct rate *r = override_rate(u, line, whys[0].list, &terms[i], &why);
		of[i] = place_of(s, whys, r, &why);
	}
	if (s->n > 1)
		s->of = of;
}

struct price_set
override_prices(struct override_uses *u, const struct priced_line *line, const struct rate *list,
	const struct draw_terms *terms, size_t nterms)
{
	bool apart = is_commit_specific(u);
	size_t most = (apart ? nterms : 1) + 1;
	struct override_choice *whys = ARENA_ARRAY(u->arena, most, struct override_choice);
	struct price_set s = { .rates = ARENA_ARRAY(u->arena, most, const struct rate *), .n = 1 };

	s.rates[0] = override_rate(u, line, list, NULL, &whys[0]);
	s.why = whys;
	if (s.rates[0] == NULL || rate_type_whole(s.rates[0]->type))
		return s;
	if (apart)
		put_each(u, line, terms, nterms, &s, whys);
	else
		put_usual(u, terms, nterms, &s, whys);
	for (size_t i = 1; i < s.n; i++)
		s.rates[i] = with_free_units(u->arena, s.rates[i], s.rates[0]);
	return s;
}
