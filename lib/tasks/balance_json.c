#include "tasks/balance.h"

#include "domain/customer_balance.h"

#include "base/banned.h"

void
jsonw_member_major(struct jsonw *w, const char *key, const struct unit *u, struct rat stored)
{
	struct arena *a = &w->scratch;
	struct rat major = unit_major(a, u, stored);
	struct rat rounded = rat_round(a, major, u->places, RAT_HALF_UP);

	if (rat_eq(major, rounded))
		jsonw_member_str(w, key, rat_text_fixed(a, major, u->places));
	else
		jsonw_member_rat(w, key, major);
}

static void
write_access(struct jsonw *w, const struct balance *b)
{
	const struct commit *c = b->commit;

	jsonw_key(w, "access_schedule");
	jsonw_object(w);
	jsonw_unit(w, "credit_type", &c->access_unit);
	jsonw_key(w, "schedule_items");
	jsonw_array(w);
	for (size_t i = 0; i < c->nsegments; i++) {
		const struct segment_balance *s = &b->segments[i];

		jsonw_object(w);
		jsonw_member_str(w, "id", s->segment->id);
		jsonw_member_rat(w, "amount", s->segment->amount);
		if (rat_sign(s->adjusted) != 0)
			jsonw_member_rat(w, "adjusted", s->adjusted);
		jsonw_member_instant(w, "starting_at", s->segment->starting_at_ns);
		jsonw_member_instant(w, "ending_before", s->ending_before_ns);
		jsonw_member_rat(w, "remaining",
			rat_sign(s->remaining) < 0 ? RAT_ZERO : s->remaining);
		jsonw_end(w);
	}
	jsonw_end(w);
	jsonw_end(w);
}

static struct rat
granted(struct arena *a, const struct commit *c)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < c->nsegments; i++)
		sum = rat_add(a, sum, c->segments[i].amount);
	return sum;
}

static struct rat
paid(struct arena *a, const struct schedule *s)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < s->nitems; i++)
		sum = rat_add(a, sum, rat_mul(a, s->items[i].unit_price, s->items[i].quantity));
	return sum;
}

/* Paid by granted. There is none where nothing is granted, or money of another unit was paid. */
static void
write_cost_basis(struct jsonw *w, const struct commit *c)
{
	struct arena a = ARENA_INIT;
	struct rat basis = RAT_ZERO;

	if (c->has_invoice_schedule && unit_same(&c->access_unit, &c->invoice_schedule.unit) &&
		rat_div(&a, paid(&a, &c->invoice_schedule), granted(&a, c), &basis))
		jsonw_member_rat(w, "cost_basis", basis);
	else if (commit_is_free(c))
		jsonw_member_rat(w, "cost_basis", RAT_ZERO);
	arena_release(&a);
}

static void
write_owner(struct jsonw *w, const struct customer *c)
{
	jsonw_member_str(w, "customer_id", c->id);
	jsonw_member_str(w, "customer_name", c->name);
}

static void
write_amount(struct jsonw *w, const struct unit *u, struct rat amount)
{
	jsonw_member_rat(w, "balance", amount);
	jsonw_member_major(w, "balance_major", u, amount);
	jsonw_member_c(w, "currency", u->code);
}

void
balance_to_json(struct jsonw *w, const struct balance *b)
{
	const struct commit *c = b->commit;

	jsonw_object(w);
	jsonw_member_str(w, "id", c->id);
	jsonw_member_c(w, "type", commit_type_name(c->type));
	jsonw_member_str(w, "name", c->name.n > 0 ? c->name : b->product_name);
	write_owner(w, b->customer);
	if (b->contract != NULL)
		jsonw_member_str(w, "contract_id", b->contract->id);
	if (c->of_customer != NULL) {
		jsonw_texts_opt(w, "applicable_contract_ids", &c->of_customer->contract_ids);
		jsonw_member_str_opt(w, "invoice_contract_id", c->of_customer->invoice_contract_id);
	}
	jsonw_member_str_opt(w, "recurring_commit_id", c->recurring_id);
	jsonw_key(w, "product");
	jsonw_object(w);
	jsonw_member_str(w, "id", c->product_id);
	jsonw_member_str(w, "name", b->product_name);
	jsonw_end(w);
	if (c->has_priority)
		jsonw_member_rat(w, "priority", c->priority);
	write_access(w, b);
	commit_invoices_json(w, c, TERMS_PRINTED);
	commit_drawing_json(w, c, TERMS_PRINTED);
	write_cost_basis(w, c);
	write_amount(w, &c->access_unit, b->amount);
	jsonw_end(w);
}

void
net_balance_to_json(struct jsonw *w, const struct net_balance *net)
{
	jsonw_object(w);
	write_owner(w, net->customer);
	write_amount(w, &net->unit, net->amount);
	jsonw_unit(w, "credit_type", &net->unit);
	jsonw_end(w);
}
