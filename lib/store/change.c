/* What every change of the configuration leaves behind: the audit log, the registry of ids. */
#include "store/store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "store/private.h"
#include "store/stmt.h"

#include "base/banned.h"

bool
change_load(struct store *st, struct err *e)
{
	static const char sql[] =
		"SELECT seq, recorded_at FROM audit_log ORDER BY seq DESC LIMIT 1";
	struct stmt *s;

	assert(st->writing);
	if (st->change_known)
		return true;
	st->change_seq = 0;
	st->change_at_ns = INT64_MIN;
	s = stmt_get(st, sql);
	if (stmt_row(s)) {
		st->change_seq = stmt_col_int(s, 0);
		st->change_at_ns = stmt_col_int(s, 1);
	}
	if (!stmt_done(s, e))
		return false;
	st->change_first = st->change_seq + 1;
	st->change_known = true;
	return true;
}

static void
bind_digest(struct stmt *s, int i, struct str json)
{
	unsigned char digest[DIGEST_BYTES];

	if (json.p == NULL) {
		stmt_null(s, i);
		return;
	}
	digest_sha256(json.p, json.n, digest);
	stmt_blob(s, i, digest, sizeof(digest));
}

bool
store_change(struct store *st, const char *kind, struct str object_id, struct str before,
	struct str after, int64_t *seq, struct err *e)
{
	static const char sql[] =
		"INSERT INTO audit_log (seq, recorded_at, tool, verb, kind, object_id,"
		" before_sha256, after_sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	struct stmt *s;
	int64_t at_ns;

	if (!change_load(st, e))
		return false;
	/* A clock that was turned back must not reorder history. */
	at_ns = st->now_ns > st->change_at_ns ? st->now_ns : st->change_at_ns;
	s = stmt_get(st, sql);
	stmt_int(s, 1, st->change_seq + 1);
	stmt_int(s, 2, at_ns);
	stmt_text(s, 3, str_c(st->tool));
	stmt_text(s, 4, str_c(st->verb));
	stmt_text(s, 5, str_c(kind));
	stmt_text(s, 6, object_id);
	bind_digest(s, 7, before);
	bind_digest(s, 8, after);
	if (!stmt_run(s, e))
		return false;
	st->change_seq++;
	st->change_at_ns = at_ns;
	*seq = st->change_seq;
	return true;
}

int64_t
store_recorded_at(const struct store *st, int64_t seq)
{
	/* The first change of a transaction settles the time of all of them. */
	assert(st->change_known && seq >= st->change_first && seq <= st->change_seq);
	return st->change_at_ns;
}

/* ---- ids ---- */

static bool
last_number(struct store *st, const char *kind, int64_t *out, struct err *e)
{
	static const char sql[] =
		"SELECT number FROM object WHERE kind = ?1 ORDER BY number DESC LIMIT 1";
	struct stmt *s = stmt_get(st, sql);

	*out = 0;
	stmt_text(s, 1, str_c(kind));
	if (stmt_row(s))
		*out = stmt_col_int(s, 0);
	return stmt_done(s, e);
}

static bool
id_is_taken(struct store *st, const struct id *id, bool *taken, struct err *e)
{
	static const char sql[] = "SELECT 1 FROM object WHERE id = ?1 ORDER BY id";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, id_str(id));
	*taken = stmt_row(s);
	return stmt_done(s, e);
}

static struct id
derived_id(const struct store *st, const char *kind, int64_t number)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, number);
	const struct str parts[] = { store_database_id(st), str_c(kind), str_c(digits) };
	return id_derive(parts, countof(parts));
}

/* The next number whose derived id nobody has been given. */
static bool
derive_free(struct store *st, const char *kind, int64_t *number, struct id *id, struct err *e)
{
	bool taken = true;

	while (taken) {
		*id = derived_id(st, kind, ++*number);
		if (!id_is_taken(st, id, &taken, e))
			return false;
	}
	return true;
}

static bool
accept_given(struct store *st, struct str given, struct id *id, struct err *e)
{
	bool taken;

	if (!id_parse(given, id))
		return err_field(e, ERR_INPUT, "id_syntax", STR("id"), given, "is not a UUID");
	if (!id_is_taken(st, id, &taken, e))
		return false;
	if (taken)
		return err_field(e, ERR_INPUT, "id_taken", STR("id"), given,
			"another object has this id");
	return true;
}

static bool
register_id(struct store *st, const char *kind, int64_t number, const struct id *id, struct err *e)
{
	static const char sql[] =
		"INSERT INTO object (kind, number, id, seq) VALUES (?1, ?2, ?3, ?4)";
	struct stmt *s = stmt_get(st, sql);

	stmt_text(s, 1, str_c(kind));
	stmt_int(s, 2, number);
	stmt_text(s, 3, id_str(id));
	stmt_int(s, 4, st->change_seq + 1);
	return stmt_run(s, e);
}

bool
store_new_id(struct store *st, const char *kind, struct str given, struct id *out, int64_t *number,
	struct err *e)
{
	struct id id;
	int64_t n;

	if (!change_load(st, e) || !last_number(st, kind, &n, e))
		return false;
	if (given.n > 0) {
		n++;
		if (!accept_given(st, given, &id, e))
			return false;
	} else if (!derive_free(st, kind, &n, &id, e)) {
		return false;
	}
	if (!register_id(st, kind, n, &id, e))
		return false;
	*out = id;
	if (number != NULL)
		*number = n;
	return true;
}
