#include "engine/rating.h"

#include "base/banned.h"

/* Why a line has its rate in a window. */
static struct override_choice
choice_of(const struct line_draft *d, size_t w)
{
	const struct price_set *set = &d->run->sets[w];
	size_t k = d->by != NULL && set->of != NULL ? set->of[d->by->terms] : 0;

	if (set->why != NULL)
		return set->why[k];
	return (struct override_choice){ .list = set->rates[0], .at_commit_rate = k > 0 };
}

/* The first of equal ones says what it beat. */
static bool
same_choice(const struct override_choice *x, const struct override_choice *y)
{
	return x->list == y->list && x->at_commit_rate == y->at_commit_rate &&
		x->chosen == y->chosen && x->entitling == y->entitling;
}

static void
put_price(struct trace_step *step, const struct rate *rate)
{
	step->text = str_c(rate_type_name(rate->type));
	step->priceless = rate_type_tiers(rate->type);
	step->x = rate->price;
}

static struct trace_step *
put_override(struct trace *t, struct arena *a, enum trace_kind kind, const struct override *v)
{
	struct trace_step *step = trace_add(t, a, kind);

	step->ref = v->id;
	step->from_ns = v->starting_at_ns;
	step->to_ns = v->ending_before_ns;
	step->text = str_c(override_type_name(v->type));
	return step;
}

static void
trace_chosen(struct trace *t, struct arena *a, const struct override *v)
{
	struct trace_step *step;

	if (v->type == OVERRIDE_OVERWRITE) {
		step = put_override(t, a, TRACE_OVERWRITE, v);
		put_price(step, v->overwrite);
	} else {
		step = put_override(t, a, TRACE_OVERRIDE, v);
		step->priceless = v->type == OVERRIDE_TIERED;
		step->x = v->multiplier;
	}
}

static void
trace_listed(struct trace *t, struct arena *a, const struct rate *list, bool at_commit_rate)
{
	struct trace_step *step = trace_add(t, a, TRACE_RATE);

	step->ref = list->id;
	step->from_ns = list->starting_at_ns;
	step->to_ns = list->ending_before_ns;
	put_price(step, list);
	if (at_commit_rate)
		put_price(trace_add(t, a, TRACE_COMMIT_RATE), list->commit_rate);
}

void
trace_choice(struct trace *t, struct arena *a, const struct override_choice *why)
{
	if (why->list != NULL)
		trace_listed(t, a, why->list, why->at_commit_rate);
	if (why->entitling != NULL)
		put_override(t, a, TRACE_ENTITLED, why->entitling);
	if (why->chosen != NULL)
		trace_chosen(t, a, why->chosen);
	for (size_t i = 0; i < why->nbeaten; i++)
		put_override(t, a, TRACE_BEATEN, why->beaten[i]);
}

void
trace_rates(struct trace *t, struct arena *a, const struct line_draft *d)
{
	struct override_choice last = { .list = NULL };
	bool any = false;

	for (size_t i = 0; i < d->run->nspans; i++) {
		const struct span *s = &d->run->spans[i];
		for (size_t w = s->first; w <= s->last; w++) {
			struct override_choice why = choice_of(d, w);
			if (w < d->first || w > d->last || (any && same_choice(&why, &last)))
				continue;
			trace_choice(t, a, &why);
			last = why;
			any = true;
		}
	}
}
