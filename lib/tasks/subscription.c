#include "tasks/subscription.h"

#include "engine/subscription.h"
#include "store/contract_store.h"
#include "store/ratecard_store.h"
#include "store/reference.h"

#include "base/banned.h"

static void
add_steps(const struct quantity_request *r, const struct contract *c, const struct subscription *s,
	struct arena *a, struct quantity_rows *out)
{
	int64_t to_ns = r->to_ns != INSTANT_NONE ? r->to_ns : r->now_ns + 1;
	int64_t end_ns = subscription_end(c, s);
	struct quantity_steps steps = { NULL, 0 };
	struct str ignored;

	if (!subscription_steps(s, a, &steps, &ignored))
		return;
	for (size_t i = 0; i < steps.n; i++) {
		int64_t next_ns = i + 1 < steps.n ? steps.p[i + 1].at_ns : INT64_MAX;

		if (next_ns > end_ns)
			next_ns = end_ns;
		if (steps.p[i].at_ns >= to_ns || next_ns <= r->from_ns ||
			steps.p[i].at_ns >= next_ns)
			continue;
		out->p = arena_grow(a, out->p, &out->cap, out->n + 1, sizeof(out->p[0]));
		out->p[out->n++] = (struct quantity_row){ c, s, &steps.p[i],
			next_ns <= r->now_ns ? next_ns : INSTANT_NONE };
	}
}

/* The steps stay where they are: the rows point at them. */
bool
quantities_read(struct store *st, const struct quantity_request *r, struct arena *a,
	struct quantity_rows *out, struct err *e)
{
	struct contract *c = ARENA_NEW(a, struct contract);
	size_t only = SIZE_MAX;
	struct str id;

	*out = (struct quantity_rows){ .n = 0 };
	if (!reference_field(st, NOUN_CONTRACT, "", r->contract, r->now_ns, a, &id, e) ||
		!contract_store_get(st, id, a, c, e))
		return false;
	if (r->subscription.n > 0) {
		only = subscription_find(c->subscriptions, c->nsubscriptions, r->subscription);
		if (only == SIZE_MAX)
			return err_field(e, ERR_INPUT, "not_found", STR(""), r->subscription,
				"contract %.*s has no subscription of this id or name",
				STR_FMT(c->id));
	}
	for (size_t i = 0; i < c->nsubscriptions; i++) {
		const struct subscription *s = &c->subscriptions[i];

		if ((only == SIZE_MAX || only == i) && (!r->seats || s->mode == MODE_SEAT_BASED))
			add_steps(r, c, s, a, out);
	}
	return true;
}

/* ---- writing ---- */

static void
write_head(struct jsonw *w, const struct quantity_row *row)
{
	jsonw_member_str(w, "contract_id", row->contract->id);
	jsonw_member_str(w, "subscription_id", row->subscription->id);
	jsonw_member_str_opt(w, "subscription_name", row->subscription->name);
	jsonw_member_instant(w, "starting_at", row->step->at_ns);
	jsonw_member_instant_opt(w, "ending_before", row->ending_before_ns);
}

void
quantity_row_to_json(struct jsonw *w, const struct quantity_row *row)
{
	jsonw_object(w);
	write_head(w, row);
	jsonw_member_rat(w, "quantity", row->step->quantity);
	jsonw_end(w);
}

void
seat_row_to_json(struct jsonw *w, const struct quantity_row *row)
{
	jsonw_object(w);
	write_head(w, row);
	jsonw_member_rat(w, "total_quantity", row->step->quantity);
	jsonw_texts(w, "assigned_seat_ids", &row->step->seat_ids);
	jsonw_end(w);
}

/* ---- the view ---- */

bool
subscriptions_show(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct err *e)
{
	struct rate_card card;
	bool found;

	if (c->nsubscriptions == 0)
		return true;
	if (!rate_card_store_get(st, c->rate_card_id, a, &card, e))
		return false;
	for (size_t i = 0; i < c->nsubscriptions; i++) {
		struct subscription *s = &c->subscriptions[i];
		struct subscription_view *v = ARENA_NEW(a, struct subscription_view);

		*v = subscription_view_at(a, c, s, now_ns);
		if (!rate_store_unit(st, &card, s->product_id, a, &v->unit, &found, e))
			return false;
		if (!found)
			v->unit = card.fiat;
		s->view = v;
	}
	return true;
}
