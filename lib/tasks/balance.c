#include "tasks/balance.h"

#include "store/contract_store.h"
#include "tasks/balance_read.h"
#include "tasks/billed.h"

#include "base/banned.h"

/* ---- what was drawn ---- */

static void
add_draft(struct drawn *d, const struct invoice *inv, struct str commit_id, struct arena *a)
{
	for (size_t i = 0; i < inv->ndeductions; i++) {
		const struct invoice_deduction *one = &inv->deductions[i];
		enum entry_kind kind = one->is_trueup ? ENTRY_TRUEUP : ENTRY_DEDUCTION;

		if (commit_id.n > 0 && !str_eq(one->commit_id, commit_id))
			continue;
		d->rows = arena_grow(a, d->rows, &d->cap, d->n + 1, sizeof(*d->rows));
		d->rows[d->n++] = (struct ledger_row){
			.entry = {
				.id = ledger_entry_id(a, one->commit_type, kind, one->segment_id,
					inv->id),
				.kind = kind,
				.commit_type = one->commit_type,
				.segment_id = one->segment_id,
				.invoice_id = inv->id,
				.contract_id = inv->contract_id,
				.at_ns = one->at_ns,
				.amount = rat_neg(one->amount),
				.pending = true,
			},
			.commit_id = one->commit_id,
			.period_start_ns = inv->start_ns != INSTANT_NONE ? inv->start_ns :
									   inv->issued_at_ns,
		};
	}
}

/* The drafts of the periods that had begun at the instant: it is the clock of their computation. */
static bool
add_drafts(struct store *st, const struct balance_request *r, const struct ledger_filter *f,
	struct arena *a, struct drawn *out, struct err *e)
{
	struct invoice_request asked = {
		.now_ns = r->at_ns,
		.customer_id = f->customer_id,
		.contract_id = f->contract_id,
		.drafts = true,
		.progress = r->progress,
		.ctx = r->ctx,
	};
	struct open_invoices open;

	if (!invoices_compute(st, &asked, a, &open, e))
		return false;
	for (size_t i = 0; i < open.n; i++)
		add_draft(out, &open.p[i].invoice, f->commit_id, a);
	out->failures = open.failures;
	out->nfailures = open.nfailures;
	return true;
}

static bool
drawn_read(struct store *st, const struct balance_request *r, const struct ledger_filter *f,
	struct arena *a, struct drawn *out, struct err *e)
{
	size_t n;

	*out = (struct drawn){ .n = 0 };
	if (!ledger_store_load(st, f, a, &out->rows, &n, e))
		return false;
	out->cap = n;
	for (size_t i = 0; i < n; i++) {
		const struct ledger_row *row = &out->rows[i];

		if (row->entry.kind == ENTRY_MANUAL ||
			(r->final ? row->entry.at_ns : row->period_start_ns) <= r->at_ns)
			out->rows[out->n++] = *row;
	}
	return r->final || add_drafts(st, r, f, a, out, e);
}

/* ---- segments ---- */

/* What ends before the window does ends it there, not before it starts. */
static int64_t
cut_end(const struct access_segment *s, int64_t end_ns, int64_t at_ns)
{
	if (at_ns == INSTANT_NONE || at_ns >= end_ns)
		return end_ns;
	return at_ns > s->starting_at_ns ? at_ns : s->starting_at_ns;
}

/* When the balance was archived, with its contract or its customer. */
static int64_t
archived_at(const struct account *owner, const struct commit *c)
{
	return c->of_customer != NULL ? c->of_customer->archived_at_ns :
					owner->contract->archived_at_ns;
}

static int64_t
segment_end(const struct account *owner, const struct commit *c, const struct access_segment *s)
{
	int64_t end_ns = s->ending_before_ns;

	if (c->of_customer == NULL)
		end_ns = cut_end(s, end_ns, owner->contract->ending_before_ns);
	return cut_end(s, end_ns, archived_at(owner, c));
}

bool
segment_has_begun(const struct access_segment *s, int64_t at_ns)
{
	return s->starting_at_ns <= at_ns;
}

static struct rat
taken(const struct reading *rd, enum entry_kind kind, const struct access_segment *s)
{
	const struct rat *sum = map_get(&rd->taken[kind], s->id);

	return sum != NULL ? *sum : RAT_ZERO;
}

/* What is missing of a promise is billed, unless nobody bills it any more. */
static bool
expires(const struct account *owner, const struct commit *c)
{
	return !commit_is_trued_up(c) || archived_at(owner, c) != INSTANT_NONE;
}

static bool
is_settled(const struct reading *rd, const struct account *owner, const struct commit *commit,
	const struct segment_balance *b, bool *settled, struct err *e)
{
	*settled = true;
	if (archived_at(owner, commit) != INSTANT_NONE)
		return true;
	return commit_is_billed(rd->store, &rd->accounts, owner, commit, b->segment->starting_at_ns,
		b->ending_before_ns, NULL, rd->arena, settled, e);
}

static bool
read_segment(const struct reading *rd, const struct account *owner, const struct commit *commit,
	const struct access_segment *s, struct segment_balance *out, struct err *e)
{
	struct arena *a = rd->arena;
	struct rat left = s->amount;

	*out = (struct segment_balance){
		.segment = s,
		.ending_before_ns = segment_end(owner, commit, s),
	};
	if (segment_has_begun(s, rd->request->at_ns)) {
		out->adjusted = rat_neg(taken(rd, ENTRY_MANUAL, s));
		out->used = taken(rd, ENTRY_DEDUCTION, s);
		out->trued_up = taken(rd, ENTRY_TRUEUP, s);
		left = rat_add(a, left, out->adjusted);
		left = rat_sub(a, rat_sub(a, left, out->used), out->trued_up);
	}
	out->remaining = left;
	if (rd->request->at_ns < out->ending_before_ns || !expires(owner, commit))
		return true;
	if (!is_settled(rd, owner, commit, out, &out->settled, e))
		return false;
	if (rat_sign(left) > 0 && (out->settled || !rd->request->final)) {
		out->expired = left;
		out->remaining = RAT_ZERO;
	}
	return true;
}

bool
reading_segments(const struct reading *rd, const struct account *owner, const struct commit *commit,
	struct segment_balance **out, struct err *e)
{
	*out = ARENA_ARRAY(rd->arena, commit->nsegments, struct segment_balance);
	for (size_t i = 0; i < commit->nsegments; i++)
		if (!read_segment(rd, owner, commit, &commit->segments[i], &(*out)[i], e))
			return false;
	return true;
}

/* ---- balances ---- */

static bool
has_failed(const struct drawn *d, const struct customer *c)
{
	for (size_t i = 0; i < d->nfailures; i++)
		if (str_eq(d->failures[i].customer_id, c->id))
			return true;
	return false;
}

/* owner: the account of a contract's own commit; NULL: it is the customer's. */
static bool
read_balance(const struct reading *rd, const struct account *owner, const struct customer *customer,
	const struct commit *commit, struct balance *out, struct err *e)
{
	const struct product *product = catalogue_product(&rd->accounts.catalogue,
		commit->product_id);
	int64_t at_ns = rd->request->at_ns;

	*out = (struct balance){
		.customer = customer,
		.contract = owner != NULL ? owner->contract : NULL,
		.commit = commit,
		.product_name = product_at(product, at_ns, rd->arena).name,
	};
	if (!reading_segments(rd, owner, commit, &out->segments, e))
		return false;
	for (size_t i = 0; i < commit->nsegments; i++) {
		const struct segment_balance *s = &out->segments[i];

		if (segment_has_begun(s->segment, at_ns) && at_ns < s->ending_before_ns &&
			rat_sign(s->remaining) > 0)
			out->amount = rat_add(rd->arena, out->amount, s->remaining);
	}
	return true;
}

bool
reading_load(struct reading *rd, const struct ledger_filter *f, struct err *e)
{
	if (!accounts_load(rd->store, f->customer_id, rd->request->at_ns, rd->arena, &rd->accounts,
		    e) ||
		!drawn_read(rd->store, rd->request, f, rd->arena, &rd->drawn, e))
		return false;
	for (int k = 0; k < ENTRY_KINDS; k++)
		ledger_taken_by(rd->drawn.rows, rd->drawn.n, (enum entry_kind)k, rd->arena,
			&rd->taken[k]);
	return true;
}

static bool
read_own(const struct reading *rd, struct balances *out, size_t *cap, struct err *e)
{
	struct str contract_id = rd->request->contract_id;

	for (size_t i = 0; i < rd->accounts.n; i++) {
		const struct account *acct = &rd->accounts.p[i];
		const struct contract *c = acct->contract;

		if (has_failed(&rd->drawn, acct->customer) ||
			(contract_id.n > 0 && !str_eq(contract_id, c->id)))
			continue;
		out->p = arena_grow(rd->arena, out->p, cap, out->n + c->ncommits, sizeof(*out->p));
		for (size_t k = 0; k < c->ncommits; k++)
			if (c->commits[k].of_customer == NULL &&
				!read_balance(rd, acct, acct->customer, &c->commits[k],
					&out->p[out->n++], e))
				return false;
	}
	return true;
}

static bool
read_shared(const struct reading *rd, struct balances *out, size_t *cap, struct err *e)
{
	struct str contract_id = rd->request->contract_id;

	for (size_t i = 0; i < rd->accounts.nbalances; i++) {
		const struct customer_balance *b = &rd->accounts.balances[i];
		const struct customer *customer = map_get(&rd->accounts.customers, b->customer_id);

		if (has_failed(&rd->drawn, customer) ||
			(contract_id.n > 0 && !customer_balance_serves(b, contract_id)))
			continue;
		out->p = arena_grow(rd->arena, out->p, cap, out->n + 1, sizeof(*out->p));
		if (!read_balance(rd, NULL, customer, &b->commit, &out->p[out->n++], e))
			return false;
	}
	return true;
}

/* A contract that is asked for is read with all of its customer's, which may share balances. */
static bool
customer_of(struct store *st, const struct balance_request *r, struct arena *a, struct str *out,
	bool *none, struct err *e)
{
	struct contract c;

	*out = r->customer_id;
	*none = false;
	if (r->contract_id.n == 0)
		return true;
	if (!contract_store_get(st, r->contract_id, a, &c, e))
		return false;
	*none = r->customer_id.n > 0 && !str_eq(r->customer_id, c.customer_id);
	*out = c.customer_id;
	return true;
}

bool
balances_read(struct store *st, const struct balance_request *r, struct arena *a,
	struct balances *out, struct err *e)
{
	struct reading rd = { .store = st, .request = r, .arena = a };
	struct ledger_filter f = { .customer_id = r->customer_id };
	size_t cap = 0;
	bool none;

	*out = (struct balances){ .n = 0 };
	if (!customer_of(st, r, a, &f.customer_id, &none, e))
		return false;
	if (none)
		return true;
	if (!reading_load(&rd, &f, e))
		return false;
	out->failures = rd.drawn.failures;
	out->nfailures = rd.drawn.nfailures;
	return read_own(&rd, out, &cap, e) && read_shared(&rd, out, &cap, e);
}

struct net_balance *
balances_net(const struct balances *all, struct arena *a, size_t *n)
{
	struct net_balance *nets = ARENA_ARRAY(a, all->n, struct net_balance);
	struct map places; /* customer and unit */

	map_init(&places, a);
	*n = 0;
	for (size_t i = 0; i < all->n; i++) {
		const struct balance *b = &all->p[i];
		const struct unit *unit = &b->commit->access_unit;
		void **slot = map_slot(&places,
			str_printf(a, "%.*s %s", STR_FMT(b->customer->id), unit->id.s), NULL);
		struct net_balance *net = *slot;

		if (net == NULL) {
			net = &nets[(*n)++];
			*net = (struct net_balance){ .customer = b->customer, .unit = *unit };
			*slot = net;
		}
		net->amount = rat_add(a, net->amount, b->amount);
	}
	return nets;
}
