#include "tasks/balance.h"

#include "store/contract_store.h"
#include "tasks/balance_read.h"

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

/* The drafts of the periods that had begun by the clock they are computed with. */
static bool
add_drafts(struct store *st, const struct balance_request *r, const struct ledger_filter *f,
	struct arena *a, struct drawn *out, struct err *e)
{
	struct invoice_request asked = {
		.now_ns = r->now_ns,
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

static void
note_last(struct drawn *d, const struct ledger_entry *entry, struct arena *a)
{
	void **slot = map_slot(&d->last, entry->segment_id, NULL);
	int64_t *last_ns = *slot;

	if (last_ns == NULL) {
		*slot = last_ns = ARENA_NEW(a, int64_t);
		*last_ns = entry->at_ns;
	}
	if (*last_ns < entry->at_ns)
		*last_ns = entry->at_ns;
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
	map_init(&out->last, a);
	for (size_t i = 0; i < n; i++) {
		const struct ledger_row *row = &out->rows[i];

		if (row->entry.kind == ENTRY_DEDUCTION && !row->voided)
			note_last(out, &row->entry, a);
		if (row->entry.kind == ENTRY_MANUAL || r->undated ||
			(r->final ? row->entry.at_ns : row->period_start_ns) <= r->at_ns)
			out->rows[out->n++] = *row;
	}
	return r->final || add_drafts(st, r, f, a, out, e);
}

/* ---- balances ---- */

bool
reading_has_failed(const struct reading *rd, const struct customer *c)
{
	for (size_t i = 0; i < rd->drawn.nfailures; i++)
		if (str_eq(rd->drawn.failures[i].customer_id, c->id))
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
		.archived_at_ns = balance_archived_at(owner, commit),
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

static void
sort_rows(struct reading *rd)
{
	struct arena *a = rd->arena;

	map_init(&rd->rows_of, a);
	for (size_t i = 0; i < rd->drawn.n; i++) {
		const struct ledger_row *row = &rd->drawn.rows[i];
		void **slot = map_slot(&rd->rows_of, row->entry.segment_id, NULL);
		struct segment_rows *of = *slot != NULL ? *slot : ARENA_NEW(a, struct segment_rows);
		struct row_link *link = ARENA_NEW(a, struct row_link);

		*slot = of;
		link->row = row;
		if (of->last != NULL)
			of->last->next = link;
		else
			of->first = link;
		of->last = link;
		if (!row->voided) /* else it took, and gave the same */
			of->taken[row->entry.kind] = rat_sub(a, of->taken[row->entry.kind],
				row->entry.amount);
	}
}

void
reading_open(struct reading *rd, struct arena *lasting)
{
	accounts_open(&rd->accounts, lasting);
	rd->opened = true;
}

bool
reading_load(struct reading *rd, const struct ledger_filter *f, struct err *e)
{
	int64_t at_ns = rd->request->at_ns;

	if (!(rd->opened ? accounts_turn(rd->store, f->customer_id, at_ns, rd->arena, &rd->accounts,
				   e) :
			   accounts_load(rd->store, f->customer_id, at_ns, rd->arena, &rd->accounts,
				   e)) ||
		!drawn_read(rd->store, rd->request, f, rd->arena, &rd->drawn, e))
		return false;
	sort_rows(rd);
	return true;
}

static void
read_ledger(const struct reading *rd, struct balance *b)
{
	struct entry_list l = { .n = 0 };

	for (size_t i = 0; i < b->commit->nsegments; i++)
		reading_entries(rd, rd->arena, b->commit, &b->segments[i], &l);
	b->entries = l.p;
	b->nentries = l.n;
	b->has_entries = true;
}

/* One more, where it is among those that are asked for. */
static bool
add_balance(const struct reading *rd, const struct account *owner, const struct customer *customer,
	const struct commit *commit, struct balances *out, struct err *e)
{
	const struct balance_request *r = rd->request;
	struct balance *b = &out->p[out->n];

	if (!balance_selected(&r->selection, commit))
		return true;
	if (!read_balance(rd, owner, customer, commit, b, e))
		return false;
	if (r->exclude_zero && rat_sign(b->amount) == 0)
		return true;
	if (r->ledgers)
		read_ledger(rd, b);
	out->n++;
	return true;
}

static bool
read_own(const struct reading *rd, struct balances *out, size_t *cap, struct err *e)
{
	struct str contract_id = rd->request->contract_id;

	for (size_t i = 0; i < rd->accounts.n; i++) {
		const struct account *acct = &rd->accounts.p[i];
		const struct contract *c = acct->contract;

		if (reading_has_failed(rd, acct->customer) ||
			(contract_id.n > 0 && !str_eq(contract_id, c->id)))
			continue;
		out->p = arena_grow(rd->arena, out->p, cap, out->n + c->ncommits, sizeof(*out->p));
		for (size_t k = 0; k < c->ncommits; k++)
			if (c->commits[k].of_customer == NULL &&
				!add_balance(rd, acct, acct->customer, &c->commits[k], out, e))
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

		if (reading_has_failed(rd, customer) ||
			(contract_id.n > 0 && !customer_balance_serves(b, contract_id)))
			continue;
		out->p = arena_grow(rd->arena, out->p, cap, out->n + 1, sizeof(*out->p));
		if (!add_balance(rd, NULL, customer, &b->commit, out, e))
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
	if (r->archived)
		reading_open(&rd, a);
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
