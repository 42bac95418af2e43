#include "tasks/balance_change.h"

#include "domain/adjustment.h"
#include "store/reference.h"
#include "store/unit_store.h"
#include "tasks/trueup.h"

#include "base/banned.h"

/* What the body says about whose it is must be so. */
static bool
check_owner(struct store *st, const struct open_balance *b, const struct adjustment *adj,
	int64_t now_ns, struct arena *a, struct err *e)
{
	struct str customer_id = b->place.customer_id, contract_id = b->place.contract_id;

	if (adj->customer_id.n > 0 &&
		!reference_field(st, NOUN_CUSTOMER, "customer_id", adj->customer_id, now_ns, a,
			&customer_id, e))
		return false;
	if (!str_eq(customer_id, b->place.customer_id))
		return err_field(e, ERR_INPUT, "adjustment.customer_id", STR("customer_id"),
			adj->customer_id, "the balance is that of customer %.*s",
			STR_FMT(b->place.customer_id));
	if (adj->contract_id.n > 0 &&
		!reference_field(st, NOUN_CONTRACT, "contract_id", adj->contract_id, now_ns, a,
			&contract_id, e))
		return false;
	if (str_eq(contract_id, b->place.contract_id))
		return true;
	if (b->place.contract_id.n == 0)
		return err_field(e, ERR_INPUT, "adjustment.contract_id", STR("contract_id"),
			adj->contract_id, "the balance is the customer's");
	return err_field(e, ERR_INPUT, "adjustment.contract_id", STR("contract_id"),
		adj->contract_id, "the balance is that of contract %.*s",
		STR_FMT(b->place.contract_id));
}

/* NULL: refused. */
static const struct access_segment *
find_segment(const struct commit *c, const struct adjustment *adj, struct err *e)
{
	if (adj->segment_id.n == 0 && c->nsegments == 1)
		return &c->segments[0];
	if (adj->segment_id.n == 0) {
		err_field(e, ERR_INPUT, "missing_field", STR("segment_id"), (struct str){ NULL, 0 },
			"the balance has %zu segments; wanted one of them", c->nsegments);
		return NULL;
	}
	for (size_t i = 0; i < c->nsegments; i++)
		if (str_eq(c->segments[i].id, adj->segment_id))
			return &c->segments[i];
	err_field(e, ERR_INPUT, "not_found", STR("segment_id"), adj->segment_id,
		"the balance has no such segment");
	return NULL;
}

static bool
check_timestamp(const struct open_balance *b, const struct access_segment *s, int64_t at_ns,
	struct err *e)
{
	int64_t end_ns = s->ending_before_ns, last_ns = b->contract.ending_before_ns;
	char from[INSTANT_TEXT_SIZE], to[INSTANT_TEXT_SIZE], at[INSTANT_TEXT_SIZE];

	if (b->place.contract_id.n > 0 && last_ns != INSTANT_NONE && last_ns < end_ns)
		end_ns = last_ns;
	if (at_ns >= s->starting_at_ns && at_ns < end_ns)
		return true;
	return err_field(e, ERR_INPUT, "adjustment.timestamp", STR("timestamp"),
		str_c(instant_text(at_ns, at)), "outside of the segment, from %s to before %s",
		instant_text(s->starting_at_ns, from), instant_text(end_ns, to));
}

/* What was billed of a promise cannot be moved any more. */
static bool
check_trueup(struct store *st, const struct open_balance *b, const struct adjustment *adj,
	struct arena *a, struct err *e)
{
	bool final = false;

	if (!commit_is_trued_up(b->commit))
		return true;
	if (!trueup_is_final(st, balance_biller(b), b->commit->id, a, &final, e))
		return false;
	return !final ||
		err_field(e, ERR_INPUT, "billed", STR("id"), adj->balance_id,
			"its true-up is final");
}

static bool
read_adjustment(struct store *st, const struct json *j, bool csv, int64_t now_ns, struct arena *a,
	struct open_balance *b, struct adjustment *out, struct err *e)
{
	struct unit unit = unit_usd();
	struct str ref = adjustment_balance(j, a);
	const struct units *units;

	/* where it names none, the reader below says so */
	if (ref.n > 0 && !balance_open(st, "id", ref, now_ns, a, b, e))
		return false;
	if (ref.n > 0)
		unit = b->commit->access_unit;
	return store_units(st, &units, e) && adjustment_from_json(j, csv, units, &unit, a, out, e);
}

/* ---- what it goes to ---- */

struct share {
	const struct access_segment *segment;
	struct rat amount;
};

static bool
seat_share(const struct commit *c, const struct seat_amount *seat, struct share *out,
	struct arena *a, struct err *e)
{
	bool has_seats = false;

	for (size_t i = 0; i < c->nsegments; i++) {
		has_seats |= c->segments[i].seat_id.n > 0;
		if (!str_eq(c->segments[i].seat_id, seat->seat_id))
			continue;
		*out = (struct share){ &c->segments[i], seat->amount };
		return true;
	}
	if (!has_seats)
		return err_field(e, ERR_INPUT, "adjustment.per_group_amounts",
			STR("per_group_amounts"), (struct str){ NULL, 0 },
			"no segment of the balance is a seat's own");
	return err_field(e, ERR_INPUT, "not_found",
		str_printf(a, "per_group_amounts.%.*s", STR_FMT(seat->seat_id)), seat->seat_id,
		"no segment of the balance is of this seat");
}

/* One share a segment, n of them; each at its own start where no other time is given. */
static bool
find_shares(const struct open_balance *b, const struct adjustment *adj, struct share *shares,
	size_t n, struct arena *a, struct err *e)
{
	if (adj->nseats == 0) {
		shares[0] = (struct share){ find_segment(b->commit, adj, e), adj->amount };
		if (shares[0].segment == NULL)
			return false;
	}
	for (size_t i = 0; i < adj->nseats; i++)
		if (!seat_share(b->commit, &adj->seats[i], &shares[i], a, e))
			return false;
	for (size_t i = 0; adj->timestamp_ns != INSTANT_NONE && i < n; i++)
		if (!check_timestamp(b, shares[i].segment, adj->timestamp_ns, e))
			return false;
	return true;
}

static struct manual_entry
entry_of(const struct open_balance *b, const struct adjustment *adj, const struct share *share)
{
	return (struct manual_entry){
		.unit = b->commit->access_unit,
		.row = {
			.entry = {
				.commit_type = b->commit->type,
				.segment_id = share->segment->id,
				.contract_id = b->place.contract_id,
				.at_ns = adj->timestamp_ns != INSTANT_NONE ?
					adj->timestamp_ns :
					share->segment->starting_at_ns,
				.amount = share->amount,
				.reason = adj->reason,
			},
			.commit_id = b->commit->id,
			.period_start_ns = INSTANT_NONE,
		},
	};
}

bool
balance_adjust(struct store *st, const struct json *j, bool csv, int64_t now_ns, struct arena *a,
	struct manual_entries *out, struct err *e)
{
	struct manual_entries made = { NULL, 0 };
	struct share *shares;
	struct open_balance b;
	struct adjustment adj;

	if (!read_adjustment(st, j, csv, now_ns, a, &b, &adj, e) ||
		!check_owner(st, &b, &adj, now_ns, a, e))
		return false;
	made.n = adj.nseats > 0 ? adj.nseats : 1;
	made.p = ARENA_ARRAY(a, made.n, struct manual_entry);
	shares = ARENA_ARRAY(a, made.n, struct share);
	if (!find_shares(&b, &adj, shares, made.n, a, e) || !check_trueup(st, &b, &adj, a, e))
		return false;
	for (size_t i = 0; i < made.n; i++) {
		made.p[i] = entry_of(&b, &adj, &shares[i]);
		if (!ledger_store_add_manual(st, &made.p[i].row, b.place.customer_id, a, e))
			return false;
	}
	*out = made;
	return true;
}

void
manual_entry_to_json(struct jsonw *w, const struct manual_entry *m)
{
	const struct ledger_entry *entry = &m->row.entry;

	jsonw_object(w);
	jsonw_member_str(w, "id", entry->id);
	jsonw_member_str(w, "commit_id", m->row.commit_id);
	jsonw_member_c(w, "type", entry_type_name(entry->commit_type, entry->kind));
	jsonw_member_instant(w, "timestamp", entry->at_ns);
	jsonw_member_rat(w, "amount", entry->amount);
	jsonw_member_str(w, "segment_id", entry->segment_id);
	jsonw_member_str_opt(w, "contract_id", entry->contract_id);
	jsonw_member_str(w, "reason", entry->reason);
	jsonw_end(w);
}
