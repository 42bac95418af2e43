#include "store/ledger_store.h"

#include "base/id.h"
#include "codec/jsonw.h"
#include "store/conn.h"
#include "store/stmt.h"

#include "base/banned.h"

/* ---- entries ---- */

struct taken {
	int64_t number;
	struct str segment_id;
	enum commit_type type;
	struct rat amount;
};

bool
ledger_store_last(struct store *st, int64_t *last, struct err *e)
{
	static const char sql[] = "SELECT coalesce(max(number), 0) FROM ledger_entry ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	if (stmt_row(s))
		*last = stmt_col_int(s, 0);
	return stmt_done(s, e);
}

bool
ledger_store_gather(struct store *st, struct err *e)
{
	static const char sql[] =
		"CREATE TEMP TABLE IF NOT EXISTS new_entry (number INTEGER PRIMARY KEY, id, commit_id,"
		" segment_id, contract_id, customer_id, type, at, amount, invoice_id)";

	return conn_exec(store_sqlite(st), sql, e);
}

static bool
put_deduction(struct store *st, int64_t number, const struct invoice *inv,
	const struct invoice_deduction *d, struct arena *a, struct err *e)
{
	static const char sql[] =
		"INSERT INTO temp.new_entry (number, id, commit_id, segment_id, contract_id,"
		" customer_id, type, at, amount, invoice_id)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
	enum entry_kind kind = d->is_trueup ? ENTRY_TRUEUP : ENTRY_DEDUCTION;
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, number);
	stmt_text(s, 2, ledger_entry_id(a, d->commit_type, kind, d->segment_id, inv->id));
	stmt_text(s, 3, d->commit_id);
	stmt_text(s, 4, d->segment_id);
	stmt_text(s, 5, inv->contract_id);
	stmt_text(s, 6, inv->customer_id);
	stmt_text(s, 7, str_c(entry_type_name(d->commit_type, kind)));
	stmt_instant(s, 8, d->at_ns);
	stmt_rat(s, 9, rat_neg(d->amount));
	stmt_text(s, 10, inv->id);
	return stmt_run(s, e);
}

bool
ledger_store_add(struct store *st, int64_t *last, const struct invoice *inv, struct arena *a,
	struct err *e)
{
	for (size_t i = 0; i < inv->ndeductions; i++)
		if (!put_deduction(st, ++*last, inv, &inv->deductions[i], a, e))
			return false;
	return true;
}

bool
ledger_store_move(struct store *st, struct err *e)
{
	static const char move[] =
		"INSERT INTO ledger_entry (number, id, commit_id, segment_id, contract_id,"
		" customer_id, type, at, amount, invoice_id) SELECT number, id, commit_id, segment_id,"
		" contract_id, customer_id, type, at, amount, invoice_id FROM temp.new_entry"
		" ORDER BY number";
	static const char none[] = "DELETE FROM temp.new_entry";

	return stmt_run(stmt_get(st, move), e) && stmt_run(stmt_get(st, none), e);
}

static bool
put_back(struct store *st, int64_t number, struct str id, const char *type, int64_t of,
	struct rat amount, struct err *e)
{
	static const char sql[] =
		"INSERT INTO ledger_entry (number, id, commit_id, segment_id, contract_id,"
		" customer_id, type, at, amount, invoice_id) SELECT ?1, ?2, commit_id, segment_id,"
		" contract_id, customer_id, ?3, at, ?4, invoice_id FROM ledger_entry"
		" WHERE number = ?5 ORDER BY number";
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, number);
	stmt_text(s, 2, id);
	stmt_text(s, 3, str_c(type));
	stmt_rat(s, 4, amount);
	stmt_int(s, 5, of);
	return stmt_run(s, e);
}

/* The entries of an invoice that is not void yet: all of them took. */
static bool
load_taken(struct store *st, struct str invoice_id, struct arena *a, struct taken **out, size_t *n,
	struct err *e)
{
	static const char sql[] =
		"SELECT number, segment_id, type, amount FROM ledger_entry WHERE invoice_id = ?1"
		" ORDER BY number";
	struct stmt *s = stmt_get(st, sql);
	size_t cap = 0;
	bool known = true;

	*out = NULL;
	*n = 0;
	stmt_text(s, 1, invoice_id);
	while (known && stmt_row(s)) {
		struct taken *t;
		enum entry_kind kind;

		*out = arena_grow(a, *out, &cap, *n + 1, sizeof(**out));
		t = &(*out)[(*n)++];
		*t = (struct taken){ .number = stmt_col_int(s, 0),
			.segment_id = stmt_col_text_dup(s, 1, a),
			.amount = stmt_col_rat(s, 3, a) };
		known = entry_type_find(stmt_col_text(s, 2), &t->type, &kind);
	}
	return stmt_done(s, e) &&
		(known ||
			err_set(e, ERR_FATAL, "db_damaged",
				"%s: an entry of invoice %.*s has an unknown type", store_path(st),
				STR_FMT(invoice_id)));
}

bool
ledger_store_give_back(struct store *st, struct str invoice_id, struct arena *a, struct err *e)
{
	struct taken *taken;
	int64_t last = 0;
	size_t n;

	if (!load_taken(st, invoice_id, a, &taken, &n, e) || !ledger_store_last(st, &last, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!put_back(st, ++last,
			    ledger_entry_id(a, taken[i].type, ENTRY_CREDITED, taken[i].segment_id,
				    invoice_id),
			    entry_type_name(taken[i].type, ENTRY_CREDITED), taken[i].number,
			    rat_neg(taken[i].amount), e))
			return false;
	return true;
}

static struct str
or_null(struct str s)
{
	return s.n > 0 ? s : (struct str){ NULL, 0 };
}

static bool
put_manual(struct store *st, int64_t number, int64_t seq, const struct ledger_row *row,
	struct str customer_id, struct err *e)
{
	static const char sql[] =
		"INSERT INTO ledger_entry (number, id, commit_id, segment_id, contract_id,"
		" customer_id, type, at, amount, seq, reason)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
	const struct ledger_entry *entry = &row->entry;
	struct stmt *s = stmt_get(st, sql);

	stmt_int(s, 1, number);
	stmt_text(s, 2, entry->id);
	stmt_text(s, 3, row->commit_id);
	stmt_text(s, 4, entry->segment_id);
	stmt_text(s, 5, or_null(entry->contract_id));
	stmt_text(s, 6, customer_id);
	stmt_text(s, 7, str_c(entry_type_name(entry->commit_type, ENTRY_MANUAL)));
	stmt_instant(s, 8, entry->at_ns);
	stmt_rat(s, 9, entry->amount);
	stmt_int(s, 10, seq);
	stmt_text(s, 11, entry->reason);
	return stmt_run(s, e);
}

bool
ledger_store_add_manual(struct store *st, struct ledger_row *row, struct str customer_id,
	struct arena *a, struct err *e)
{
	struct str none = { NULL, 0 };
	struct buf terms = BUF_INIT;
	int64_t last = 0, seq;
	struct jsonw w;
	struct id id;
	bool ok;

	row->entry.kind = ENTRY_MANUAL;
	jsonw_init(&w, &terms);
	ledger_entry_terms_json(&w, &row->entry, row->commit_id);
	jsonw_release(&w);
	ok = store_new_id(st, "ledger_entry", none, &id, NULL, e) &&
		store_change(st, "ledger_entry", id_str(&id), none, buf_str(&terms), &seq, e) &&
		ledger_store_last(st, &last, e);
	buf_release(&terms);
	if (!ok)
		return false;
	row->entry.id = str_dup(a, id_str(&id));
	return put_manual(st, last + 1, seq, row, customer_id, e);
}

/*
 * The listing by its most selective filter, so that its index is used; the others narrow it
 * down.
 */
#define LIST(first) \
	"SELECT l.id, l.commit_id, l.segment_id, l.contract_id, l.invoice_id, l.at, l.amount," \
	" coalesce(i.starting_at, i.issued_at), l.type, l.reason, i.invoice_number," \
	" v.seq IS NOT NULL" \
	" FROM ledger_entry l" \
	" LEFT JOIN invoice i ON i.id = l.invoice_id" \
	" LEFT JOIN invoice_void v ON v.invoice_id = l.invoice_id WHERE " first \
	"(?1 IS NULL OR l.customer_id = ?1)" \
	" AND (?2 IS NULL OR l.contract_id = ?2) AND (?3 IS NULL OR l.commit_id = ?3)" \
	" ORDER BY l.number"

static struct stmt *
list_stmt(struct store *st, const struct ledger_filter *f)
{
	static const char by_commit[] = LIST("l.commit_id = ?3 AND ");
	static const char by_contract[] = LIST("l.contract_id = ?2 AND ");
	static const char by_customer[] = LIST("l.customer_id = ?1 AND ");
	static const char all[] = LIST("");

	if (f->commit_id.n > 0)
		return stmt_get(st, by_commit);
	if (f->contract_id.n > 0)
		return stmt_get(st, by_contract);
	if (f->customer_id.n > 0)
		return stmt_get(st, by_customer);
	return stmt_get(st, all);
}

static bool
row_of(struct store *st, struct stmt *s, struct arena *a, struct ledger_row *out, struct err *e)
{
	struct str type = stmt_col_text(s, 8);

	*out = (struct ledger_row){
		.entry = {
			.id = stmt_col_text_dup(s, 0, a),
			.segment_id = stmt_col_text_dup(s, 2, a),
			.contract_id = stmt_col_text_dup(s, 3, a),
			.invoice_id = stmt_col_text_dup(s, 4, a),
			.at_ns = stmt_col_instant(s, 5),
			.amount = stmt_col_rat(s, 6, a),
			.reason = stmt_col_text_dup(s, 9, a),
			.invoice_number = stmt_col_text_dup(s, 10, a),
		},
		.commit_id = stmt_col_text_dup(s, 1, a),
		.period_start_ns = stmt_col_instant(s, 7),
		.voided = stmt_col_int(s, 11) != 0,
	};
	if (entry_type_find(type, &out->entry.commit_type, &out->entry.kind))
		return true;
	return err_set(e, ERR_FATAL, "db_damaged",
		"%s: ledger entry %.*s has the unknown type %.*s", store_path(st),
		STR_FMT(out->entry.id), STR_FMT(type));
}

bool
ledger_store_load(struct store *st, const struct ledger_filter *f, struct arena *a,
	struct ledger_row **out, size_t *n, struct err *e)
{
	struct stmt *s = list_stmt(st, f);
	struct ledger_row *rows = NULL;
	size_t found = 0, cap = 0;
	bool ok = true;

	stmt_text(s, 1, or_null(f->customer_id));
	stmt_text(s, 2, or_null(f->contract_id));
	stmt_text(s, 3, or_null(f->commit_id));
	while (ok && stmt_row(s)) {
		rows = arena_grow(a, rows, &cap, found + 1, sizeof(*rows));
		ok = row_of(st, s, a, &rows[found++], e);
	}
	if (!stmt_done(s, e) || !ok)
		return false;
	*out = rows;
	*n = found;
	return true;
}

static void
take(struct map *out, const struct ledger_entry *entry, struct arena *a)
{
	void **slot = map_slot(out, entry->segment_id, NULL);
	struct rat *taken = *slot != NULL ? *slot : ARENA_NEW(a, struct rat);

	*taken = rat_sub(a, *taken, entry->amount);
	*slot = taken;
}

void
ledger_taken(const struct ledger_row *rows, size_t n, struct arena *a, struct map *out)
{
	map_init(out, a);
	for (size_t i = 0; i < n; i++)
		take(out, &rows[i].entry, a);
}

void
ledger_taken_by(const struct ledger_row *rows, size_t n, enum entry_kind kind, struct arena *a,
	struct map *out)
{
	map_init(out, a);
	for (size_t i = 0; i < n; i++)
		if (rows[i].entry.kind == kind && !rows[i].voided)
			take(out, &rows[i].entry, a);
}

/* ---- commits ---- */

bool
commit_store_put(struct store *st, const struct contract *c, struct err *e)
{
	static const char sql[] =
		"INSERT INTO contract_commit (seq, ordinal, commit_id, contract_id, product_id, name)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

	for (size_t i = 0; i < c->ncommits; i++) {
		const struct commit *commit = &c->commits[i];
		struct stmt *s = stmt_get(st, sql);

		stmt_int(s, 1, c->seq);
		stmt_int(s, 2, (int64_t)i);
		stmt_text(s, 3, commit->id);
		stmt_text(s, 4, c->id);
		stmt_text(s, 5, commit->product_id);
		stmt_text(s, 6, or_null(commit->name));
		if (!stmt_run(s, e))
			return false;
	}
	return true;
}

/* Commits of one query: those of live contracts, or of archived ones where none is live. */
struct found {
	struct buf ids; /* comma-separated, for the message */
	struct str commit_id;
	struct str contract_id;
	size_t n;
	bool live;
};

static bool
find_by(struct store *st, const char *sql, struct str ref, struct arena *a, struct found *f,
	struct err *e)
{
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, ref);
	stmt_int(s, 2, store_as_of(st));
	while (stmt_row(s)) {
		bool live = stmt_col_int(s, 2) == 0;

		if (f->live && !live)
			continue;
		if (live && !f->live) {
			f->live = true;
			f->n = 0;
			buf_clear(&f->ids);
		}
		f->commit_id = stmt_col_text_dup(s, 0, a);
		f->contract_id = stmt_col_text_dup(s, 1, a);
		if (f->n++ > 0)
			buf_add_c(&f->ids, ", ");
		buf_add_str(&f->ids, f->commit_id);
	}
	return stmt_done(s, e);
}

#define FIND(condition) \
	"SELECT m.commit_id, m.contract_id, c.archived_at IS NOT NULL FROM contract_commit m" \
	" JOIN contract c ON c.seq = m.seq WHERE " condition \
	" AND c.seq =" \
	" (SELECT max(x.seq) FROM contract x WHERE x.id = c.id AND x.seq <= ?2)" \
	" ORDER BY m.commit_id"

bool
commit_store_find(struct store *st, struct str ref, struct arena *a, struct str *commit_id,
	struct str *contract_id, struct err *e)
{
	static const char by_id[] = FIND("m.commit_id = ?1");
	static const char by_name[] = FIND("m.name = ?1");
	struct found f = { .ids = BUF_INIT };
	struct id uuid;
	bool ok = true;

	if (id_parse(ref, &uuid))
		ok = find_by(st, by_id, id_str(&uuid), a, &f, e);
	if (ok && f.n == 0)
		ok = find_by(st, by_name, ref, a, &f, e);
	if (ok && f.n == 0)
		ok = err_set(e, ERR_INPUT, "not_found", "no commit of this id or name");
	if (ok && f.n > 1)
		ok = err_set(e, ERR_INPUT, "ambiguous_name",
			"several commits bear this name: %s; give the id", buf_cstr(&f.ids));
	if (ok) {
		*commit_id = f.commit_id;
		*contract_id = f.contract_id;
	}
	buf_release(&f.ids);
	return ok;
}
