#include "tasks/balance.h"

#include "domain/cost_basis.h"
#include "domain/customer_balance.h"

#include "base/banned.h"

void
jsonw_member_major(struct jsonw *w, const char *key, const struct unit *u, struct rat stored)
{
	struct arena *a = &w->scratch;
	struct rat major = unit_major(a, u, stored);
	struct rat rounded = rat_round(a, major, u->places, RAT_HALF_UP);

	if (!u->custom && rat_eq(major, rounded))
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
		jsonw_member_str_opt(w, "seat_id", s->segment->seat_id);
		jsonw_member_rat(w, "amount", s->granted);
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

/* In the unit of the access: a ratio. */
static void
write_cost_basis(struct jsonw *w, const struct commit *c)
{
	struct cost_basis basis;

	if (cost_basis_of(&w->scratch, c, &basis) && unit_same(&basis.unit, &c->access_unit))
		jsonw_member_rat(w, "cost_basis", basis.each);
}

/* The balance of the contract before, whose rest this is. */
static void
write_rolled_from(struct jsonw *w, const struct commit *c)
{
	if (c->rolled_from.commit_id.n == 0)
		return;
	jsonw_key(w, "rolled_over_from");
	jsonw_object(w);
	jsonw_member_str(w, c->type == COMMIT_CREDIT ? "credit_id" : "commit_id",
		c->rolled_from.commit_id);
	jsonw_member_str(w, "contract_id", c->rolled_from.contract_id);
	jsonw_end(w);
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

static void
write_ledger(struct jsonw *w, const struct balance *b)
{
	struct arena sums = ARENA_INIT;
	struct rat running = RAT_ZERO;

	jsonw_key(w, "ledger");
	jsonw_array(w);
	for (size_t i = 0; i < b->nentries; i++) {
		running = rat_add(&sums, running, b->entries[i].amount);
		ledger_entry_to_json(w, &b->entries[i], running);
	}
	jsonw_end(w);
	arena_release(&sums);
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
	write_rolled_from(w, c);
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
	jsonw_member_instant_opt(w, "archived_at", b->archived_at_ns);
	if (b->has_entries)
		write_ledger(w, b);
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
