#include "tasks/balance.h"

#include "engine/periods.h"
#include "store/contract_store.h"
#include "store/invoice_store.h"
#include "store/ledger_store.h"
#include "store/ratecard_store.h"
#include "tasks/accounts.h"

#include "base/banned.h"

/* ---- what was drawn ---- */

struct drawn {
	struct ledger_row *rows; /* of final invoices in their order, then of drafts */
	size_t n;
	size_t cap;
	struct invoice_failure *failures;
	size_t nfailures;
};

static void
add_draft(struct drawn *d, const struct invoice *inv, struct str commit_id, struct arena *a)
{
	for (size_t i = 0; i < inv->ndeductions; i++) {
		const struct invoice_deduction *one = &inv->deductions[i];

		if (commit_id.n > 0 && !str_eq(one->commit_id, commit_id))
			continue;
		d->rows = arena_grow(a, d->rows, &d->cap, d->n + 1, sizeof(*d->rows));
		d->rows[d->n++] = (struct ledger_row){
			.entry = {
				.id = ledger_entry_id(a, ENTRY_INVOICE_DEDUCTION, one->segment_id,
					inv->id),
				.type = ENTRY_INVOICE_DEDUCTION,
				.segment_id = one->segment_id,
				.invoice_id = inv->id,
				.contract_id = inv->contract_id,
				.at_ns = one->at_ns,
				.amount = rat_neg(one->amount),
				.pending = true,
			},
			.commit_id = one->commit_id,
			.period_start_ns = inv->start_ns,
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

		if ((r->final ? row->entry.at_ns : row->period_start_ns) <= r->at_ns)
			out->rows[out->n++] = *row;
	}
	return r->final || add_drafts(st, r, f, a, out, e);
}

/* ---- segments ---- */

/* A contract that ends or is archived ends its segments, not before they start. */
static int64_t
segment_end(const struct contract *c, const struct access_segment *s)
{
	const int64_t ends[] = { c->ending_before_ns, c->archived_at_ns };
	int64_t end_ns = s->ending_before_ns;

	for (size_t i = 0; i < countof(ends); i++)
		if (ends[i] != INSTANT_NONE && ends[i] < end_ns)
			end_ns = ends[i] > s->starting_at_ns ? ends[i] : s->starting_at_ns;
	return end_ns;
}

/* A period that has begun may draw from a segment that has not: that is yet to come. */
static bool
has_begun(const struct access_segment *s, int64_t at_ns)
{
	return s->starting_at_ns <= at_ns;
}

/* Every usage invoice whose period overlaps [start, end) is final. */
static bool
is_settled(struct store *st, const struct contract *c, const struct unit *fiat, int64_t start_ns,
	int64_t end_ns, struct arena *a, bool *settled, struct err *e)
{
	struct period p;
	bool more = period_first(c, INSTANT_NONE, &p);

	*settled = true;
	while (*settled && more && p.start_ns < end_ns) {
		if (p.end_ns > start_ns &&
			!invoice_store_has(st,
				invoice_id(a, c->id, INVOICE_USAGE, p.start_ns, fiat, 0), settled,
				e))
			return false;
		more = period_next(c, &p, &p);
	}
	return true;
}

struct reading {
	struct store *store;
	const struct balance_request *request;
	struct arena *arena;
	struct map drawn; /* segment id -> struct rat */
};

static bool
read_segment(const struct reading *rd, const struct contract *c, const struct unit *fiat,
	const struct access_segment *s, struct segment_balance *out, struct err *e)
{
	const struct rat *used = map_get(&rd->drawn, s->id);
	struct rat left;

	*out = (struct segment_balance){ .segment = s, .ending_before_ns = segment_end(c, s) };
	if (used != NULL && has_begun(s, rd->request->at_ns))
		out->used = *used;
	left = rat_sub(rd->arena, s->amount, out->used);
	out->remaining = left;
	if (rd->request->at_ns < out->ending_before_ns)
		return true;
	out->settled = true;
	if (fiat != NULL && c->archived_at_ns == INSTANT_NONE &&
		!is_settled(rd->store, c, fiat, s->starting_at_ns, out->ending_before_ns, rd->arena,
			&out->settled, e))
		return false;
	if (out->settled || !rd->request->final) {
		out->expired = left;
		out->remaining = RAT_ZERO;
	}
	return true;
}

/* fiat: the unit of the contract's usage invoices, NULL: it has none. */
static bool
read_segments(const struct reading *rd, const struct contract *c, const struct unit *fiat,
	const struct commit *commit, struct segment_balance **out, struct err *e)
{
	*out = ARENA_ARRAY(rd->arena, commit->nsegments, struct segment_balance);
	for (size_t i = 0; i < commit->nsegments; i++)
		if (!read_segment(rd, c, fiat, &commit->segments[i], &(*out)[i], e))
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

static bool
read_balance(const struct reading *rd, const struct account *acct, const struct commit *commit,
	struct balance *out, struct err *e)
{
	const struct contract *c = acct->contract;
	const struct priced_card *card = catalogue_card(acct->catalogue, c->rate_card_id);
	const struct product *product = catalogue_product(acct->catalogue, commit->product_id);
	int64_t at_ns = rd->request->at_ns;

	*out = (struct balance){
		.customer = acct->customer,
		.contract = c,
		.commit = commit,
		.product_name = product_at(product, at_ns, rd->arena).name,
	};
	if (!read_segments(rd, c, card != NULL ? &card->card.fiat : NULL, commit, &out->segments,
		    e))
		return false;
	for (size_t i = 0; i < commit->nsegments; i++) {
		const struct segment_balance *s = &out->segments[i];

		if (has_begun(s->segment, at_ns) && at_ns < s->ending_before_ns)
			out->amount = rat_add(rd->arena, out->amount, s->remaining);
	}
	return true;
}

bool
balances_read(struct store *st, const struct balance_request *r, struct arena *a,
	struct balances *out, struct err *e)
{
	struct ledger_filter f = { .customer_id = r->customer_id, .contract_id = r->contract_id };
	struct reading rd = { .store = st, .request = r, .arena = a };
	struct accounts accounts;
	struct drawn drawn;
	size_t cap = 0;

	*out = (struct balances){ .n = 0 };
	if (!accounts_load(st, r->customer_id, r->contract_id, a, &accounts, e) ||
		!drawn_read(st, r, &f, a, &drawn, e))
		return false;
	ledger_drawn(drawn.rows, drawn.n, a, &rd.drawn);
	out->failures = drawn.failures;
	out->nfailures = drawn.nfailures;
	for (size_t i = 0; i < accounts.n; i++) {
		const struct account *acct = &accounts.p[i];

		if (has_failed(&drawn, acct->customer))
			continue;
		out->p = arena_grow(a, out->p, &cap, out->n + acct->contract->ncommits,
			sizeof(*out->p));
		for (size_t k = 0; k < acct->contract->ncommits; k++)
			if (!read_balance(&rd, acct, &acct->contract->commits[k], &out->p[out->n++],
				    e))
				return false;
	}
	return true;
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

/* ---- ledger ---- */

struct entry_list {
	struct ledger_entry *p;
	size_t n;
};

/* Entries are few, and come nearly in order. */
static void
insert_entry(struct entry_list *l, struct ledger_entry entry)
{
	size_t at = l->n++;

	for (; at > 0; at--) {
		const struct ledger_entry *before = &l->p[at - 1];

		if (before->at_ns < entry.at_ns ||
			(before->at_ns == entry.at_ns && before->type <= entry.type))
			break;
		l->p[at] = *before;
	}
	l->p[at] = entry;
}

static void
add_entries(struct entry_list *l, const struct reading *rd, const struct segment_balance *s,
	const struct drawn *drawn)
{
	struct str id = s->segment->id, none = { NULL, 0 };

	if (!has_begun(s->segment, rd->request->at_ns))
		return;
	insert_entry(l,
		(struct ledger_entry){
			.id = ledger_entry_id(rd->arena, ENTRY_SEGMENT_START, id, none),
			.type = ENTRY_SEGMENT_START,
			.segment_id = id,
			.at_ns = s->segment->starting_at_ns,
			.amount = s->segment->amount,
		});
	for (size_t i = 0; i < drawn->n; i++)
		if (str_eq(drawn->rows[i].entry.segment_id, id))
			insert_entry(l, drawn->rows[i].entry);
	if (rat_sign(s->expired) == 0)
		return;
	insert_entry(l,
		(struct ledger_entry){
			.id = ledger_entry_id(rd->arena, ENTRY_EXPIRATION, id, none),
			.type = ENTRY_EXPIRATION,
			.segment_id = id,
			.at_ns = s->ending_before_ns,
			.amount = rat_neg(s->expired),
			.pending = !s->settled,
		});
}

static const struct commit *
commit_of(const struct contract *c, struct str id)
{
	for (size_t i = 0; i < c->ncommits; i++)
		if (str_eq(c->commits[i].id, id))
			return &c->commits[i];
	return NULL;
}

/* The unit of a contract's usage invoices; *has false: without a card it has none. */
static bool
fiat_of(struct store *st, const struct contract *c, struct arena *a, struct unit *fiat, bool *has,
	struct err *e)
{
	struct rate_card card;

	*has = c->rate_card_id.n > 0;
	if (!*has)
		return true;
	if (!rate_card_store_get(st, c->rate_card_id, a, &card, e))
		return false;
	*fiat = card.fiat;
	return true;
}

static bool
read_entries(struct reading *rd, const struct contract *c, const struct commit *commit,
	const struct drawn *drawn, struct ledger *out, struct err *e)
{
	struct entry_list list = { .n = 0 };
	struct segment_balance *segments;
	struct unit fiat;
	bool has_fiat;

	ledger_drawn(drawn->rows, drawn->n, rd->arena, &rd->drawn);
	if (!fiat_of(rd->store, c, rd->arena, &fiat, &has_fiat, e) ||
		!read_segments(rd, c, has_fiat ? &fiat : NULL, commit, &segments, e))
		return false;
	list.p = ARENA_ARRAY(rd->arena, drawn->n + 2 * commit->nsegments, struct ledger_entry);
	for (size_t i = 0; i < commit->nsegments; i++)
		add_entries(&list, rd, &segments[i], drawn);
	*out = (struct ledger){ commit->id, commit->access_unit, list.p, list.n };
	return true;
}

bool
ledger_read(struct store *st, struct str ref, const struct balance_request *r, struct arena *a,
	struct ledger *out, struct err *e)
{
	struct reading rd = { .store = st, .request = r, .arena = a };
	struct ledger_filter f = { .customer_id = { NULL, 0 } };
	const struct commit *commit;
	struct contract contract;
	struct drawn drawn;

	if (!commit_store_find(st, ref, a, &f.commit_id, &f.contract_id, e) ||
		!contract_store_get(st, f.contract_id, a, &contract, e) ||
		!drawn_read(st, r, &f, a, &drawn, e))
		return false;
	commit = commit_of(&contract, f.commit_id);
	if (commit == NULL)
		return err_set(e, ERR_FATAL, "db_damaged", "contract %.*s lacks commit %.*s",
			STR_FMT(f.contract_id), STR_FMT(f.commit_id));
	if (drawn.nfailures > 0) {
		*e = drawn.failures[0].err;
		return false;
	}
	return read_entries(&rd, &contract, commit, &drawn, out, e);
}
