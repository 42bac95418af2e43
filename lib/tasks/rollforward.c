#include "tasks/rollforward.h"

#include "store/contract_store.h"
#include "store/customer_store.h"
#include "tasks/balance_read.h"

#include "base/banned.h"

#define CUSTOMERS_AT_ONCE 256 /* their ids alone */

/* From when on an entry counts. */
enum since {
	UP_TO,    /* up to its instant: the range that ends there has it */
	FROM,     /* from its instant on */
	FROM_OPEN /* likewise, while its segment is open: at the end of that, up to it */
};

struct entry_way {
	enum roll_column column;
	enum since since;
};

/* What goes on to another contract is held by the old one until it is held by the new one. */
static const struct entry_way ways[] = {
	[ENTRY_GRANT] = { ROLL_GRANTED, FROM_OPEN },
	[ENTRY_SEAT_ADJUSTMENT] = { ROLL_GRANTED, FROM_OPEN },
	[ENTRY_MANUAL] = { ROLL_ADJUSTED, FROM_OPEN },
	[ENTRY_DEDUCTION] = { ROLL_USED, UP_TO },
	[ENTRY_CREDITED] = { ROLL_USED, UP_TO },
	[ENTRY_TRUEUP] = { ROLL_TRUED_UP, UP_TO },
	[ENTRY_ROLLOVER] = { ROLL_ROLLED_OUT, FROM },
	[ENTRY_EXPIRATION] = { ROLL_EXPIRED, UP_TO },
};
_Static_assert(countof(ways) == ENTRY_KINDS, "a way for each kind of entry");

struct rolling {
	struct store *store;
	const struct rollforward_request *request;
	struct balance_request reads; /* what that asks of a reading */
	struct reading reading;
	struct arena customer; /* what is loaded */
	struct arena row;
	rollforward_visit visit;
	void *ctx;
};

/* ---- one row ---- */

/* What a rollover was granted another contract has handed on. */
static enum roll_column
column_of(const struct commit *c, const struct ledger_entry *entry)
{
	enum roll_column column = ways[entry->kind].column;

	return column == ROLL_GRANTED && c->rolled_from.commit_id.n > 0 ? ROLL_ROLLED_IN : column;
}

/* Whether the entry belongs to what is held at the instant. */
static bool
counts_by(const struct ledger_entry *entry, const struct segment_balance *s, int64_t t_ns)
{
	enum since since = ways[entry->kind].since;
	int64_t at_ns = entry->at_ns, end_ns = s->ending_before_ns;

	if (entry->kind != ENTRY_TRUEUP && at_ns > end_ns)
		at_ns = end_ns;
	if (at_ns != t_ns)
		return at_ns < t_ns;
	return at_ns > s->segment->starting_at_ns &&
		(since == UP_TO || (since == FROM_OPEN && at_ns == end_ns));
}

static void
add_invoice(struct rollforward_row *row, size_t *cap, struct arena *a,
	const struct ledger_entry *entry)
{
	for (size_t i = 0; i < row->ninvoices; i++)
		if (str_eq(row->invoices[i].id, entry->invoice_id)) {
			struct rat *amount = &row->invoices[i].amount;

			*amount = rat_add(a, *amount, entry->amount);
			return;
		}
	row->invoices = arena_grow(a, row->invoices, cap, row->ninvoices + 1,
		sizeof(*row->invoices));
	row->invoices[row->ninvoices++] = (struct roll_invoice){ entry->invoice_id,
		entry->invoice_number, entry->amount };
}

/* True: it moved something. */
static bool
add_segment(struct rolling *ro, const struct segment_balance *s, struct rollforward_row *row,
	size_t *cap)
{
	const struct rollforward_request *r = ro->request;
	struct arena *a = &ro->row;
	struct entry_list entries = { .n = 0 };
	bool moved = false;

	reading_entries(&ro->reading, a, row->commit, s, &entries);
	for (size_t i = 0; i < entries.n; i++) {
		const struct ledger_entry *entry = &entries.p[i];
		bool before = counts_by(entry, s, r->from_ns);
		enum roll_column column = before ? ROLL_OPENING : column_of(row->commit, entry);

		if (!before && !counts_by(entry, s, r->to_ns))
			continue;
		moved = moved || !before;
		row->column[column] = rat_add(a, row->column[column], entry->amount);
		if (!before && entry->invoice_id.n > 0)
			add_invoice(row, cap, a, entry);
	}
	return moved;
}

static struct rat
paid_for(struct arena *a, const struct rollforward_row *row, enum roll_column x, enum roll_column y)
{
	return rat_mul(a, rat_add(a, row->column[x], row->column[y]), row->basis.each);
}

/* A promise is paid as it is used: nothing of it is owed to the customer. */
static void
add_deferred(struct rollforward_row *row, struct arena *a)
{
	struct rat *d = row->deferred;
	const struct rat *c = row->column;
	struct rat each;

	row->has_basis = row->type != COMMIT_POSTPAID && cost_basis_of(a, row->commit, &row->basis);
	if (!row->has_basis)
		return;
	each = row->basis.each;
	d[DEFERRED_OPENING] = rat_mul(a, c[ROLL_OPENING], each);
	d[DEFERRED_ADDED] = paid_for(a, row, ROLL_GRANTED, ROLL_ADJUSTED);
	d[DEFERRED_ROLLED] = paid_for(a, row, ROLL_ROLLED_IN, ROLL_ROLLED_OUT);
	d[DEFERRED_USED] = rat_mul(a, c[ROLL_USED], each);
	d[DEFERRED_EXPIRED] = rat_mul(a, c[ROLL_EXPIRED], each);
	d[DEFERRED_CLOSING] = rat_mul(a, c[ROLL_CLOSING], each);
}

/* owner: the account of a contract's own commit; NULL: it is the customer's. */
static bool
roll_commit(struct rolling *ro, const struct account *owner, const struct customer *customer,
	const struct commit *commit, struct err *e)
{
	const struct product *product = catalogue_product(&ro->reading.accounts.catalogue,
		commit->product_id);
	struct rollforward_row row = {
		.customer = customer,
		.contract = owner != NULL ? owner->contract : NULL,
		.commit = commit,
		.type = commit->type,
		.unit = commit->access_unit,
	};
	struct segment_balance *segments;
	bool moved = false;
	size_t cap = 0;

	if (!balance_selected(&ro->request->selection, commit))
		return true;
	arena_clear(&ro->row);
	if (!reading_segments(&ro->reading, owner, commit, &segments, e))
		return false;
	for (size_t i = 0; i < commit->nsegments; i++)
		moved = add_segment(ro, &segments[i], &row, &cap) || moved;
	if (!moved && rat_sign(row.column[ROLL_OPENING]) == 0)
		return true;
	for (int i = ROLL_OPENING; i < ROLL_CLOSING; i++)
		row.column[ROLL_CLOSING] = rat_add(&ro->row, row.column[ROLL_CLOSING],
			row.column[i]);
	add_deferred(&row, &ro->row);
	row.product_name = product_at(product, ro->request->to_ns, &ro->row).name;
	ro->visit(ro->ctx, &row);
	return true;
}

/* ---- customers ---- */

static bool
roll_own(struct rolling *ro, const struct account *acct, struct err *e)
{
	const struct contract *c = acct->contract;
	struct str asked = ro->request->contract_id;

	if (asked.n > 0 && !str_eq(asked, c->id))
		return true;
	for (size_t i = 0; i < c->ncommits; i++)
		if (c->commits[i].of_customer == NULL &&
			!roll_commit(ro, acct, acct->customer, &c->commits[i], e))
			return false;
	return true;
}

static bool
roll_customer(struct rolling *ro, struct str customer_id, struct err *e)
{
	const struct accounts *all = &ro->reading.accounts;
	const struct customer *customer = map_get(&all->customers, customer_id);
	const struct account_link *own = accounts_of(all, customer_id);
	const struct balance_link *shared = accounts_balances(all, customer_id);
	struct str asked = ro->request->contract_id;

	if (customer == NULL || reading_has_failed(&ro->reading, customer))
		return true;
	for (; own != NULL; own = own->next)
		if (!roll_own(ro, own->account, e))
			return false;
	for (; shared != NULL; shared = shared->next)
		if ((asked.n == 0 || customer_balance_serves(shared->balance, asked)) &&
			!roll_commit(ro, NULL, customer, &shared->balance->commit, e))
			return false;
	return true;
}

/* What is loaded of the customer before is dropped; of an empty id: all are loaded. */
static bool
turn_to(struct rolling *ro, struct str customer_id, struct err *e)
{
	struct ledger_filter f = { .customer_id = customer_id };

	arena_clear(&ro->customer);
	return reading_load(&ro->reading, &f, e);
}

struct id_page {
	struct arena arena;
	struct str ids[CUSTOMERS_AT_ONCE];
	size_t n;
};

static bool
add_id(void *ctx, const void *customer)
{
	struct id_page *page = ctx;

	page->ids[page->n++] = str_dup(&page->arena, ((const struct customer *)customer)->id);
	return true;
}

static bool
roll_page(struct rolling *ro, const struct id_page *page, struct err *e)
{
	bool loaded = ro->request->drafts;

	for (size_t i = 0; i < page->n; i++)
		if ((!loaded && !turn_to(ro, page->ids[i], e)) ||
			!roll_customer(ro, page->ids[i], e))
			return false;
	return true;
}

static bool
roll_all(struct rolling *ro, struct err *e)
{
	struct page asked = { .limit = CUSTOMERS_AT_ONCE, .archived = true };
	struct id_page page = { .arena = ARENA_INIT };
	struct id last;
	bool ok;

	do {
		arena_clear(&page.arena);
		page.n = 0;
		ok = customer_store_list(ro->store, &asked, add_id, &page, e) &&
			roll_page(ro, &page, e);
		if (page.n > 0 && id_parse(page.ids[page.n - 1], &last))
			asked.after = id_str(&last);
	} while (ok && page.n == CUSTOMERS_AT_ONCE);
	arena_release(&page.arena);
	return ok;
}

/* A contract that is asked for is read with all of its customer's, which may share balances. */
static bool
customer_of(struct rolling *ro, struct str *out, bool *none, struct err *e)
{
	const struct rollforward_request *r = ro->request;
	struct contract c;

	*out = r->customer_id;
	*none = false;
	if (r->contract_id.n == 0)
		return true;
	if (!contract_store_get(ro->store, r->contract_id, &ro->row, &c, e))
		return false;
	*none = r->customer_id.n > 0 && !str_eq(r->customer_id, c.customer_id);
	*out = c.customer_id;
	return true;
}

static bool
roll_some(struct rolling *ro, struct err *e)
{
	struct str customer_id;
	bool none;

	if (!customer_of(ro, &customer_id, &none, e))
		return false;
	if (none)
		return true;
	if (customer_id.n > 0)
		return turn_to(ro, customer_id, e) && roll_customer(ro, customer_id, e);
	return (!ro->request->drafts || turn_to(ro, customer_id, e)) && roll_all(ro, e);
}

static void
tell_failures(const struct rolling *ro, struct arena *run, struct invoice_failure **out, size_t *n)
{
	const struct drawn *d = &ro->reading.drawn;

	*n = d->nfailures;
	*out = ARENA_ARRAY(run, *n, struct invoice_failure);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct invoice_failure){ str_dup(run, d->failures[i].customer_id),
			str_dup(run, d->failures[i].contract_id), d->failures[i].err };
}

bool
rollforward_read(struct store *st, const struct rollforward_request *r, struct arena *run,
	rollforward_visit visit, void *ctx, struct invoice_failure **failures, size_t *nfailures,
	struct err *e)
{
	struct rolling ro = { .store = st, .request = r, .visit = visit, .ctx = ctx };
	struct arena lasting = ARENA_INIT;
	bool ok;

	ro.reads = (struct balance_request){
		.at_ns = r->to_ns,
		.now_ns = r->now_ns,
		.undated = true,
		.final = !r->drafts,
		.progress = r->progress,
		.ctx = r->ctx,
	};
	ro.reading = (struct reading){ .store = st, .request = &ro.reads, .arena = &ro.customer };
	reading_open(&ro.reading, &lasting);
	ok = roll_some(&ro, e);
	tell_failures(&ro, run, failures, nfailures);
	arena_release(&ro.row);
	arena_release(&ro.customer);
	arena_release(&lasting);
	return ok;
}
