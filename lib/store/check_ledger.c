#include "store/check_rules.h"

#include "base/id.h"
#include "base/str.h"
#include "codec/jsonw.h"
#include "store/balance_store.h"
#include "store/contract_expand.h"
#include "store/contract_store.h"
#include "store/ledger_store.h"
#include "store/stmt.h"

#include "base/banned.h"

struct checker {
	struct store *st;
	store_found found;
	void *ctx;
	struct arena row; /* of one contract, or one invoice */
};

static void report(struct checker *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
report(struct checker *c, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	c->found(c->ctx, "check.ledger_entry", buf_str(&text));
	buf_release(&text);
}

/* ---- entries, against what their segments had ---- */

struct left {
	struct str commit_id;
	struct rat amount;
	bool removed; /* by an edit: what was done by hand stays recorded */
};

static void
put_segments(struct checker *c, const struct commit *commit, bool removed, struct map *lefts)
{
	for (size_t i = 0; i < commit->nsegments; i++) {
		const struct access_segment *s = &commit->segments[i];
		struct left *left = ARENA_NEW(&c->row, struct left);
		bool fresh;
		void **slot = map_slot(lefts, s->id, &fresh);

		if (!fresh)
			continue;
		/* of a rollover there was as much as may go on, at most */
		*left = (struct left){ commit->id,
			s->source != NULL ? s->source->rollover_cap : access_granted(&c->row, s),
			removed };
		*slot = left;
	}
}

static bool
takes(const struct ledger_entry *entry)
{
	return entry->kind != ENTRY_MANUAL && entry->kind != ENTRY_CREDITED;
}

/* By hand more may be taken than there is; an invoice takes what it finds. */
static void
check_amount(struct checker *c, const struct ledger_entry *entry, struct left *left)
{
	if (entry->kind == ENTRY_MANUAL && rat_sign(entry->amount) == 0)
		report(c, "entry %.*s: its amount is 0", STR_FMT(entry->id));
	else if (entry->kind == ENTRY_CREDITED && rat_sign(entry->amount) <= 0)
		report(c, "entry %.*s: its amount is not above zero", STR_FMT(entry->id));
	else if (takes(entry) && rat_sign(entry->amount) >= 0)
		report(c, "entry %.*s: its amount is not below zero", STR_FMT(entry->id));
	else if (takes(entry) && rat_cmp(rat_neg(entry->amount), left->amount) > 0)
		report(c, "entry %.*s: it took %.*s from segment %.*s, which had %.*s",
			STR_FMT(entry->id),
			STR_FMT(rat_text_exact(&c->row, rat_neg(entry->amount))),
			STR_FMT(entry->segment_id), STR_FMT(rat_text_exact(&c->row, left->amount)));
	left->amount = rat_add(&c->row, left->amount, entry->amount);
}

/* In the order of recording. */
static void
check_row(struct checker *c, const struct ledger_row *row, const char *owner, struct str owner_id,
	const struct map *lefts)
{
	struct left *left = map_get(lefts, row->entry.segment_id);

	if (left != NULL && str_eq(left->commit_id, row->commit_id) &&
		(!left->removed || row->entry.kind == ENTRY_MANUAL))
		check_amount(c, &row->entry, left);
	else
		report(c, "entry %.*s: %s %.*s has no such segment", STR_FMT(row->entry.id), owner,
			STR_FMT(owner_id));
}

static int64_t
latest(const struct ledger_row *rows, size_t n)
{
	int64_t at_ns = INSTANT_NONE;

	for (size_t i = 0; i < n; i++)
		if (rows[i].entry.at_ns > at_ns)
			at_ns = rows[i].entry.at_ns;
	return at_ns;
}

/* An edit may remove a segment, and an end the children that had not begun. */
static bool
put_removed(struct checker *c, struct str id, int64_t until_ns, struct map *lefts, struct err *e)
{
	struct contract_version *versions;
	size_t n;

	if (!contract_store_versions(c->st, id, &c->row, &versions, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct contract *v = &versions[i].contract;

		if (!contract_expand(c->st, v, until_ns, &c->row, v, e))
			return false;
		for (size_t k = 0; k < v->ncommits; k++)
			put_segments(c, &v->commits[k], true, lefts);
	}
	return true;
}

/* Of a contract's own commits; those of customers, several contracts may draw. */
static bool
check_contract(struct checker *c, struct str id, const struct map *shared, struct err *e)
{
	struct ledger_filter f = { .contract_id = id };
	struct err unreadable = ERR_INIT;
	struct contract contract;
	struct ledger_row *rows;
	struct map lefts;
	size_t n;

	if (!contract_store_get(c->st, id, &c->row, &contract, &unreadable)) {
		report(c, "contract %.*s: %s", STR_FMT(id), unreadable.text);
		return true;
	}
	map_init(&lefts, &c->row);
	if (!ledger_store_load(c->st, &f, &c->row, &rows, &n, e) ||
		!contract_expand(c->st, &contract, latest(rows, n), &c->row, &contract, e))
		return false;
	for (size_t i = 0; i < contract.ncommits; i++)
		put_segments(c, &contract.commits[i], false, &lefts);
	if (!put_removed(c, id, latest(rows, n), &lefts, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (map_get(shared, rows[i].commit_id) == NULL)
			check_row(c, &rows[i], "contract", id, &lefts);
	return true;
}

static bool
check_balance(struct checker *c, struct str id, struct err *e)
{
	struct ledger_filter f = { .commit_id = id };
	struct err unreadable = ERR_INIT;
	struct customer_balance balance;
	struct ledger_row *rows;
	struct map lefts;
	size_t n;

	if (!balance_store_get(c->st, id, &c->row, &balance, &unreadable)) {
		report(c, "balance %.*s: %s", STR_FMT(id), unreadable.text);
		return true;
	}
	if (!ledger_store_load(c->st, &f, &c->row, &rows, &n, e))
		return false;
	map_init(&lefts, &c->row);
	put_segments(c, &balance.commit, false, &lefts);
	for (size_t i = 0; i < n; i++)
		check_row(c, &rows[i], "balance", id, &lefts);
	return true;
}

static bool
check_shared(struct checker *c, struct map *shared, struct err *e)
{
	static const char sql[] =
		"SELECT DISTINCT commit_id FROM ledger_entry WHERE commit_id IN"
		" (SELECT id FROM customer_balance) ORDER BY 1";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		*map_slot(shared, stmt_col_text(s, 0), NULL) = c;
		ok = check_balance(c, stmt_col_text(s, 0), e);
		arena_clear(&c->row);
	}
	return stmt_done(s, e) && ok;
}

static bool
check_contracts(struct checker *c, const struct map *shared, struct err *e)
{
	static const char sql[] =
		"SELECT DISTINCT contract_id FROM ledger_entry WHERE contract_id IS NOT NULL"
		" ORDER BY 1";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		ok = check_contract(c, stmt_col_text(s, 0), shared, e);
		arena_clear(&c->row);
	}
	return stmt_done(s, e) && ok;
}

static bool
check_entries(struct checker *c, struct err *e)
{
	struct arena names = ARENA_INIT;
	struct map shared; /* ids of balances of customers that have entries */
	bool ok;

	map_init(&shared, &names);
	ok = check_shared(c, &shared, e) && check_contracts(c, &shared, e);
	arena_release(&names);
	return ok;
}

/* ---- manual entries, against what was recorded ---- */

static bool
is_recorded(const struct ledger_row *row, struct str digest)
{
	struct buf terms = BUF_INIT;
	unsigned char now[DIGEST_BYTES];
	struct jsonw w;

	jsonw_init(&w, &terms);
	ledger_entry_terms_json(&w, &row->entry, row->commit_id);
	jsonw_release(&w);
	digest_sha256(buf_str(&terms).p, buf_str(&terms).n, now);
	buf_release(&terms);
	return str_eq(digest, (struct str){ (const char *)now, sizeof(now) });
}

static bool
check_manual(struct checker *c, struct err *e)
{
	static const char sql[] =
		"SELECT l.id, l.commit_id, l.segment_id, l.type, l.at, l.amount, l.reason, l.seq,"
		" g.after_sha256 FROM ledger_entry l JOIN audit_log g ON g.seq = l.seq"
		" ORDER BY l.number";
	struct stmt *s = stmt_get(c->st, sql);

	while (stmt_row(s)) {
		struct ledger_row row = {
			.entry = {
				.id = stmt_col_text(s, 0),
				.segment_id = stmt_col_text(s, 2),
				.at_ns = stmt_col_instant(s, 4),
				.amount = stmt_col_rat(s, 5, &c->row),
				.reason = stmt_col_text(s, 6),
			},
			.commit_id = stmt_col_text(s, 1),
		};

		if (!entry_type_find(stmt_col_text(s, 3), &row.entry.commit_type,
			    &row.entry.kind) ||
			row.entry.kind != ENTRY_MANUAL || !is_recorded(&row, stmt_col_blob(s, 8)))
			report(c, "entry %.*s: it is not that of change %lld",
				STR_FMT(row.entry.id), (long long)stmt_col_int(s, 7));
		arena_clear(&c->row);
	}
	return stmt_done(s, e);
}

/* ---- the application lines of an invoice, against its entries ---- */

static bool
sum_of(struct checker *c, const char *sql, struct str invoice_id, struct rat *sum, struct err *e)
{
	struct stmt *s = stmt_get(c->st, sql);

	*sum = RAT_ZERO;
	stmt_text(s, 1, invoice_id);
	while (stmt_row(s))
		*sum = rat_add(&c->row, *sum, stmt_col_rat(s, 0, &c->row));
	return stmt_done(s, e);
}

#define TRUEUP "POSTPAID_COMMIT_TRUEUP"    /* entry_type_name(COMMIT_POSTPAID, ENTRY_TRUEUP) */
#define CREDITED "_CREDITED"               /* of entry_type_name(.., ENTRY_CREDITED) */
#define APPLIED "applied_commit_or_credit" /* line_type_name(LINE_APPLIED) */

static bool
check_applied(struct checker *c, struct str id, struct str number, struct err *e)
{
	static const char lines[] =
		"SELECT total FROM invoice_line WHERE invoice_id = ?1"
		" AND type = '" APPLIED "' ORDER BY ordinal";
	static const char entries[] =
		"SELECT amount FROM ledger_entry WHERE invoice_id = ?1"
		" AND type <> '" TRUEUP "' AND type NOT GLOB '*" CREDITED "' ORDER BY number";
	struct rat applied, drawn;

	if (!sum_of(c, lines, id, &applied, e) || !sum_of(c, entries, id, &drawn, e))
		return false;
	if (!rat_eq(applied, drawn))
		report(c, "invoice %.*s: its applications add up to %.*s, its entries to %.*s",
			STR_FMT(number), STR_FMT(rat_text_exact(&c->row, applied)),
			STR_FMT(rat_text_exact(&c->row, drawn)));
	return true;
}

/* A true-up bills what it takes from the promise. */
static bool
check_trueup(struct checker *c, struct str id, struct str number, struct err *e)
{
	static const char entries[] =
		"SELECT amount FROM ledger_entry WHERE invoice_id = ?1"
		" AND type = '" TRUEUP "' ORDER BY number";
	static const char total[] = "SELECT total FROM invoice WHERE id = ?1 ORDER BY number";
	struct rat taken, billed;

	if (!sum_of(c, entries, id, &taken, e))
		return false;
	if (rat_sign(taken) == 0)
		return true;
	if (!sum_of(c, total, id, &billed, e))
		return false;
	if (!rat_eq(billed, rat_neg(taken)))
		report(c, "invoice %.*s: it bills %.*s, its true-up takes %.*s", STR_FMT(number),
			STR_FMT(rat_text_exact(&c->row, billed)),
			STR_FMT(rat_text_exact(&c->row, rat_neg(taken))));
	return true;
}

/* What came back of a void invoice is what it took; of others nothing has. */
static bool
check_void(struct checker *c, struct str id, struct str number, bool is_void, struct err *e)
{
	static const char took[] =
		"SELECT amount FROM ledger_entry WHERE invoice_id = ?1"
		" AND type NOT GLOB '*" CREDITED "' ORDER BY number";
	static const char back[] =
		"SELECT amount FROM ledger_entry WHERE invoice_id = ?1"
		" AND type GLOB '*" CREDITED "' ORDER BY number";
	struct rat taken, returned;

	if (!sum_of(c, took, id, &taken, e) || !sum_of(c, back, id, &returned, e))
		return false;
	if (!is_void)
		taken = RAT_ZERO;
	if (!rat_eq(rat_neg(taken), returned))
		report(c, "invoice %.*s: %.*s came back of it; wanted %.*s", STR_FMT(number),
			STR_FMT(rat_text_exact(&c->row, returned)),
			STR_FMT(rat_text_exact(&c->row, rat_neg(taken))));
	return true;
}

static bool
check_invoices(struct checker *c, struct err *e)
{
	static const char sql[] =
		"SELECT id, invoice_number, EXISTS (SELECT 1 FROM invoice_void v"
		" WHERE v.invoice_id = invoice.id) FROM invoice WHERE id IN"
		" (SELECT invoice_id FROM ledger_entry WHERE invoice_id IS NOT NULL"
		" UNION SELECT invoice_id FROM invoice_line WHERE type = '" APPLIED
		"') ORDER BY number";
	struct stmt *s = stmt_get(c->st, sql);
	bool ok = true;

	while (ok && stmt_row(s)) {
		struct str id = stmt_col_text(s, 0), number = stmt_col_text(s, 1);

		ok = check_applied(c, id, number, e) && check_trueup(c, id, number, e) &&
			check_void(c, id, number, stmt_col_int(s, 2) != 0, e);
		arena_clear(&c->row);
	}
	return stmt_done(s, e) && ok;
}

bool
check_ledger(struct store *st, store_found found, void *ctx, struct err *e)
{
	struct checker c = { .st = st, .found = found, .ctx = ctx };
	bool ok = check_entries(&c, e) && check_manual(&c, e) && check_invoices(&c, e);

	arena_release(&c.row);
	return ok;
}
