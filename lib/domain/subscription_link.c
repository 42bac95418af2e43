#include "domain/subscription_link.h"

#include "base/banned.h"

static bool
refuse(const struct commit *c, const char *field, struct str value, struct arena *a, struct err *e,
	const char *text)
{
	struct str path = commit_path(c, a);

	return err_field(e, ERR_INPUT, str_printf(a, "contract.%s.%s", commit_list(c), field).p,
		str_printf(a, "%.*s.%s", STR_FMT(path), field), value, "%s", text);
}

static bool
link_item(const struct contract *c, struct recurring *r, struct arena *a, struct err *e)
{
	struct subscription_link *l = &r->link;
	const struct subscription *s;
	size_t i;

	if (l->subscription_id.n == 0)
		return true;
	i = subscription_find(c->subscriptions, c->nsubscriptions, l->subscription_id);
	if (i == SIZE_MAX)
		return refuse(&r->child, "subscription_config.subscription_id", l->subscription_id,
			a, e, "the contract has no such subscription");
	s = &c->subscriptions[i];
	if (l->allocation == ALLOCATE_INDIVIDUAL && s->mode != MODE_SEAT_BASED)
		return refuse(&r->child, "subscription_config.allocation", STR("INDIVIDUAL"), a, e,
			"the subscription is QUANTITY_ONLY; wanted a SEAT_BASED one, or POOLED");
	if (s->id.n > 0)
		l->subscription_id = s->id;
	return true;
}

/* ---- priorities ---- */

static bool
is_better(const struct commit *x, const struct rat *than)
{
	return than != NULL && x->has_priority && rat_cmp(x->priority, *than) < 0;
}

/* The last of the priorities at which seats draw; NULL: none do. */
static const struct rat *
seat_priority(const struct contract *c)
{
	const struct rat *last = NULL;

	for (size_t i = 0; i < c->nrecurring; i++) {
		const struct recurring *r = &c->recurring[i];

		if (r->link.subscription_id.n > 0 && r->link.allocation == ALLOCATE_INDIVIDUAL &&
			(last == NULL || rat_cmp(r->child.priority, *last) > 0))
			last = &r->child.priority;
	}
	return last;
}

static bool
check_priority(const struct commit *x, const struct rat *seats, struct arena *a, struct err *e)
{
	return !is_better(x, seats) ||
		refuse(x, "priority", rat_text_exact(a, x->priority), a, e,
			str_printf(a,
				"better than %s, at which seats draw their own; "
				"wanted that or more",
				rat_text_exact(a, *seats).p)
				.p);
}

bool
subscriptions_link(struct contract *c, struct arena *a, struct err *e)
{
	const struct rat *seats;

	for (size_t i = 0; i < c->nrecurring; i++)
		if (!link_item(c, &c->recurring[i], a, e))
			return false;
	seats = seat_priority(c);
	for (size_t i = 0; i < c->ncommits; i++)
		if (!check_priority(&c->commits[i], seats, a, e))
			return false;
	for (size_t i = 0; i < c->nrecurring; i++) {
		const struct recurring *r = &c->recurring[i];
		bool of_seats = r->link.subscription_id.n > 0 &&
			r->link.allocation == ALLOCATE_INDIVIDUAL;

		if (!of_seats && !check_priority(&r->child, seats, a, e))
			return false;
	}
	return true;
}
