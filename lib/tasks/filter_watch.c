#include "tasks/filter_watch.h"

#include <stdlib.h>

#include "base/banned.h"

/* One metric counted by the key of a filter, over one period of a contract. */
struct filter_watch {
	const struct account *account;
	const struct metric *metric;
	struct str key;
	const struct meter *meter;
	struct filter_watch *next;
};

/* ---- planning ---- */

static int
by_instant(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void
cut_at(int64_t *cuts, size_t *n, const struct period *p, int64_t at_ns)
{
	if (at_ns > p->start_ns && at_ns < p->end_ns)
		cuts[(*n)++] = at_ns;
}

/* Where some contract of the customer begins, ends or takes other usage. */
static size_t
watch_cuts(struct arena *a, const struct account *acct, const struct period *p, int64_t **out)
{
	size_t cap = 2, n = 0, kept = 1;
	int64_t *cuts;

	for (size_t i = 0; i < acct->nsiblings; i++)
		cap += 2 + acct->siblings[i]->contract->filters.n;
	cuts = ARENA_ARRAY(a, cap, int64_t);
	cuts[n++] = p->start_ns;
	cuts[n++] = p->end_ns;
	for (size_t i = 0; i < acct->nsiblings; i++) {
		const struct contract *c = acct->siblings[i]->contract;

		cut_at(cuts, &n, p, c->starting_at_ns);
		cut_at(cuts, &n, p, c->ending_before_ns);
		for (size_t k = 0; k < c->filters.n; k++)
			cut_at(cuts, &n, p, c->filters.p[k].starting_at_ns);
	}
	qsort(cuts, n, sizeof(cuts[0]), by_instant);
	for (size_t i = 1; i < n; i++)
		if (cuts[i] != cuts[kept - 1])
			cuts[kept++] = cuts[i];
	*out = cuts;
	return kept;
}

/* The first of the customer's contracts to ask for it. */
static bool
is_fresh(struct work *w, const struct account *acct, const struct metric *m, struct str key,
	const struct period *p)
{
	struct str name = str_printf(w->arena, "%.*s %.*s %lld %.*s", STR_FMT(acct->customer->id),
		STR_FMT(m->id), (long long)p->start_ns, STR_FMT(key));
	bool fresh;

	*map_slot(&w->watched, name, &fresh) = w;
	return fresh;
}

static void
watch_metric(struct work *w, const struct account *acct, const struct metric *m, struct str key,
	const struct period *p)
{
	struct texts names = { &key, 1 }, keys = customer_keys(acct->customer, w->arena);
	struct filter_watch *watch;
	int64_t *cuts;
	size_t ncuts;

	if (m->sql.p != NULL || !metric_can_group(m, &names) || !is_fresh(w, acct, m, key, p))
		return;
	ncuts = watch_cuts(w->arena, acct, p, &cuts);
	watch = ARENA_NEW(w->arena, struct filter_watch);
	*watch = (struct filter_watch){ .account = acct, .metric = m, .key = key };
	watch->meter = usage_want(&w->plan, &keys, m, &names, cuts, ncuts);
	if (w->last_watch != NULL)
		w->last_watch->next = watch;
	else
		w->first_watch = watch;
	w->last_watch = watch;
}

static const struct metric *
metric_of(const struct account *acct, const struct product *product, int64_t t_ns, struct arena *a)
{
	struct product_terms terms;

	if (product->type != PRODUCT_USAGE)
		return NULL;
	terms = product_at(product, t_ns, a);
	return catalogue_metric(acct->catalogue, terms.billable_metric_id);
}

void
filter_watch_plan(struct work *w, const struct account *acct, const struct period *p)
{
	const struct priced_card *card = catalogue_card(acct->catalogue,
		acct->contract->rate_card_id);
	const struct usage_filters *filters = &acct->contract->filters;

	for (size_t i = 0; filters->n > 0 && i < card->nproducts; i++) {
		const struct metric *m = metric_of(acct, card->products[i].product, p->start_ns,
			w->arena);

		for (size_t k = 0; m != NULL && k < filters->n; k++)
			if (filters->p[k].starting_at_ns < p->end_ns)
				watch_metric(w, acct, m, filters->p[k].group_key, p);
	}
}

/* ---- reporting ---- */

enum taking { TAKES_NOT, TAKES_PERHAPS, TAKES_ALL, TAKES_VALUE };

static bool
meters(const struct account *acct, const struct metric *m, int64_t t_ns, struct arena *a)
{
	const struct priced_card *card = catalogue_card(acct->catalogue,
		acct->contract->rate_card_id);

	for (size_t i = 0; card != NULL && i < card->nproducts; i++)
		if (metric_of(acct, card->products[i].product, t_ns, a) == m)
			return true;
	return false;
}

/* Whether a contract bills the usage of one value at an instant. */
static enum taking
taking_of(const struct account *acct, const struct filter_watch *watch, struct str value,
	int64_t t_ns, struct arena *a)
{
	const struct contract *c = acct->contract;
	const struct usage_filter *f = usage_filter_at(&c->filters, t_ns);

	if (c->starting_at_ns > t_ns ||
		(c->ending_before_ns != INSTANT_NONE && c->ending_before_ns <= t_ns) ||
		!meters(acct, watch->metric, t_ns, a))
		return TAKES_NOT;
	if (f == NULL)
		return TAKES_ALL;
	if (!str_eq(f->group_key, watch->key))
		return TAKES_PERHAPS;
	return value.p != NULL && texts_has(&f->group_values, value) ? TAKES_VALUE : TAKES_NOT;
}

static struct str
label(const struct account *acct)
{
	return acct->contract->name.n > 0 ? acct->contract->name : acct->contract->id;
}

static struct rating_warning *
warn(struct work *w, const struct filter_watch *watch)
{
	struct rating_warnings *all = &w->out->warnings;
	struct rating_warning *one = ARENA_NEW(w->arena, struct rating_warning);

	one->contract_id = watch->account->contract->id;
	if (all->last != NULL)
		all->last->next = one;
	else
		all->first = one;
	all->last = one;
	return one;
}

static struct str
usage_text(struct arena *a, const struct filter_watch *watch, struct str value, int64_t t_ns)
{
	char at[INSTANT_TEXT_SIZE];

	instant_text(t_ns, at);
	if (value.p == NULL)
		return str_printf(a, "usage of metric \"%.*s\" without %.*s, from %s on,",
			STR_FMT(watch->metric->name), STR_FMT(watch->key), at);
	return str_printf(a, "usage of metric \"%.*s\" with %.*s \"%.*s\", from %s on,",
		STR_FMT(watch->metric->name), STR_FMT(watch->key), STR_FMT(value), at);
}

/* Said once of a value and those who take it, not in each window. */
static bool
is_said(struct work *w, const struct filter_watch *watch, struct str value, struct str who)
{
	struct str name = str_printf(w->arena, "%.*s %.*s %.*s=%d%.*s %.*s",
		STR_FMT(watch->account->customer->id), STR_FMT(watch->metric->id),
		STR_FMT(watch->key), value.p != NULL, STR_FMT(value), STR_FMT(who));
	bool fresh;

	*map_slot(&w->watched, name, &fresh) = w;
	return !fresh;
}

static void
judge(struct work *w, const struct filter_watch *watch, struct str value, int64_t t_ns)
{
	const struct account *acct = watch->account, *taker = NULL;
	struct str who = STR("");
	bool filtered = false;
	size_t sure = 0, perhaps = 0;

	for (size_t i = 0; i < acct->nsiblings; i++) {
		const struct account *one = acct->siblings[i];
		enum taking taking = taking_of(one, watch, value, t_ns, w->arena);

		perhaps += taking == TAKES_PERHAPS;
		if (taking != TAKES_ALL && taking != TAKES_VALUE)
			continue;
		who = taker == NULL ? str_printf(w->arena, "\"%.*s\"", STR_FMT(label(one))) :
				      str_printf(w->arena, "%.*s and \"%.*s\"", STR_FMT(who),
					      STR_FMT(label(one)));
		filtered = filtered || taking == TAKES_VALUE;
		taker = one;
		sure++;
	}
	if ((sure == 0 && perhaps > 0) || sure == 1 || (sure > 1 && !filtered) ||
		is_said(w, watch, value, who))
		return;

	struct rating_warning *one = warn(w, watch);
	struct str usage = usage_text(w->arena, watch, value, t_ns);
	if (sure == 0) {
		one->code = "usage_unbilled";
		one->text = str_printf(w->arena, "%.*s passes the usage filter of no contract",
			STR_FMT(usage));
	} else {
		one->code = "usage_billed_twice";
		one->text = str_printf(w->arena, "%.*s is billed by contracts %.*s", STR_FMT(usage),
			STR_FMT(who));
	}
}

void
filter_watch_report(struct work *w)
{
	for (const struct filter_watch *watch = w->first_watch; watch != NULL;
		watch = watch->next) {
		const struct meter *m = watch->meter;

		if (map_get(&w->failed, watch->account->customer->id) != NULL)
			continue;
		for (size_t g = 0; g < m->ngroups; g++)
			for (size_t i = 0; i + 1 < m->ncuts; i++)
				if (m->groups[g].windows[i].events > 0)
					judge(w, watch, m->groups[g].values.p[0].value, m->cuts[i]);
	}
}
