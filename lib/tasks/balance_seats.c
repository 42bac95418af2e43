#include "tasks/balance_seats.h"

#include "base/map.h"

#include "base/banned.h"

/* The subscription whose seats the commit is for; empty: none. */
static struct str
subscription_of(const struct balance *b)
{
	const struct contract *c = b->contract;

	for (size_t i = 0; c != NULL && i < c->nrecurring; i++)
		if (str_eq(c->recurring[i].child.id, b->commit->recurring_id))
			return c->recurring[i].link.subscription_id;
	return (struct str){ NULL, 0 };
}

static bool
is_asked(const struct texts *asked, struct str one)
{
	return asked->n == 0 || texts_has(asked, one);
}

static bool
holds(const struct segment_balance *s, int64_t at_ns)
{
	return s->segment->starting_at_ns <= at_ns && at_ns < s->ending_before_ns;
}

static struct seat_balance *
row_for(struct seat_balances *out, struct map *places, const struct balance *b,
	struct str subscription_id, struct str seat_id, struct arena *a)
{
	struct str key = str_printf(a, "%.*s %.*s %s %.*s", STR_FMT(b->contract->id),
		STR_FMT(subscription_id), b->commit->access_unit.id.s, STR_FMT(seat_id));
	void **slot = map_slot(places, key, NULL);
	size_t *place = *slot;

	if (place != NULL)
		return &out->p[*place];
	place = ARENA_NEW(a, size_t);
	*place = out->n;
	*slot = place;
	out->p = arena_grow(a, out->p, &out->cap, out->n + 1, sizeof(out->p[0]));
	out->p[out->n] = (struct seat_balance){
		.first = b,
		.subscription_id = subscription_id,
		.seat_id = seat_id,
	};
	return &out->p[out->n++];
}

static void
add_part(struct seat_balance *row, const struct balance *b, const struct segment_balance *s,
	struct arena *a)
{
	struct seat_part *part = ARENA_NEW(a, struct seat_part);

	*part = (struct seat_part){ b, s, NULL };
	if (row->last != NULL)
		row->last->next = part;
	else
		row->parts = part;
	row->last = part;
	if (rat_sign(s->remaining) > 0)
		row->amount = rat_add(a, row->amount, s->remaining);
}

static bool
check_found(const struct seat_request *r, const struct seat_balances *out, struct err *e)
{
	for (size_t i = 0; !r->skip_missing && i < r->seats.n; i++) {
		bool found = false;

		for (size_t k = 0; k < out->n; k++)
			found = found || str_eq(out->p[k].seat_id, r->seats.p[i]);
		if (!found)
			return err_field(e, ERR_INPUT, "not_found", STR("seat"), r->seats.p[i],
				"no seat of this id has a balance then");
	}
	return true;
}

bool
seat_balances_of(const struct balances *all, const struct seat_request *r, struct arena *a,
	struct seat_balances *out, struct err *e)
{
	struct map places;

	*out = (struct seat_balances){ .n = 0 };
	map_init(&places, a);
	for (size_t i = 0; i < all->n; i++) {
		const struct balance *b = &all->p[i];
		struct str subscription_id = subscription_of(b);

		if (subscription_id.n == 0 || !is_asked(&r->subscriptions, subscription_id))
			continue;
		for (size_t k = 0; k < b->commit->nsegments; k++) {
			const struct segment_balance *s = &b->segments[k];
			struct str seat_id = s->segment->seat_id;

			if (seat_id.n > 0 && holds(s, r->at_ns) && is_asked(&r->seats, seat_id))
				add_part(row_for(out, &places, b, subscription_id, seat_id, a), b,
					s, a);
		}
	}
	return check_found(r, out, e);
}

/* ---- writing ---- */

static void
write_part(struct jsonw *w, const struct seat_part *p)
{
	const struct commit *c = p->balance->commit;

	jsonw_object(w);
	jsonw_member_str(w, "id", c->id);
	jsonw_member_c(w, "type", commit_type_name(c->type));
	jsonw_member_str(w, "name", c->name.n > 0 ? c->name : p->balance->product_name);
	jsonw_member_str(w, "segment_id", p->segment->segment->id);
	jsonw_member_rat(w, "amount", p->segment->granted);
	jsonw_member_instant(w, "starting_at", p->segment->segment->starting_at_ns);
	jsonw_member_instant(w, "ending_before", p->segment->ending_before_ns);
	jsonw_member_rat(w, "remaining",
		rat_sign(p->segment->remaining) < 0 ? RAT_ZERO : p->segment->remaining);
	jsonw_end(w);
}

void
seat_balance_to_json(struct jsonw *w, const struct seat_balance *s)
{
	const struct unit *u = &s->first->commit->access_unit;

	jsonw_object(w);
	jsonw_member_str(w, "seat_id", s->seat_id);
	jsonw_member_str(w, "subscription_id", s->subscription_id);
	jsonw_member_str(w, "contract_id", s->first->contract->id);
	jsonw_member_str(w, "customer_id", s->first->customer->id);
	jsonw_member_str(w, "customer_name", s->first->customer->name);
	jsonw_member_rat(w, "balance", s->amount);
	jsonw_member_major(w, "balance_major", u, s->amount);
	jsonw_member_c(w, "currency", u->code);
	jsonw_key(w, "credits_and_commits");
	jsonw_array(w);
	for (const struct seat_part *p = s->parts; p != NULL; p = p->next)
		write_part(w, p);
	jsonw_end(w);
	jsonw_end(w);
}
