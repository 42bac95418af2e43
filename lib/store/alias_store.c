#include "store/alias_store.h"

#include "store/stmt.h"

#include "base/banned.h"

struct alias_sql {
	/* ?1 name, ?2 start, ?3 end, ?4 bearer, ?5 the version's number */
	const char *assigned;
	const char *put;
};

#define ASSIGNED(table) \
	"SELECT assigned_seq FROM " table \
	"_alias WHERE name = ?1 AND starting_at IS ?2" \
	" AND ending_before IS ?3 AND seq = (SELECT max(seq) FROM " table \
	" WHERE id = ?4 AND seq < ?5) ORDER BY ordinal LIMIT 1"
#define PUT(table) \
	"INSERT INTO " table "_alias (seq, ordinal, " table \
	"_id, name, starting_at," \
	" ending_before, assigned_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"

static const struct alias_sql cards = { ASSIGNED("rate_card"), PUT("rate_card") };
static const struct alias_sql packages = { ASSIGNED("package"), PUT("package") };

/* The running number under which the newest version before seq had this very alias; else seq. */
static bool
assigned_seq(struct store *st, const struct alias_sql *sql, struct str id,
	const struct dated_alias *alias, int64_t seq, int64_t *out, struct err *e)
{
	struct stmt *s = stmt_get(st, sql->assigned);

	stmt_text(s, 1, alias->name);
	stmt_instant(s, 2, alias->starting_at_ns);
	stmt_instant(s, 3, alias->ending_before_ns);
	stmt_text(s, 4, id);
	stmt_int(s, 5, seq);
	*out = stmt_row(s) ? stmt_col_int(s, 0) : seq;
	return stmt_done(s, e);
}

bool
alias_store_put(struct store *st, enum noun n, struct str id, const struct dated_alias *aliases,
	size_t count, int64_t seq, struct err *e)
{
	const struct alias_sql *sql = n == NOUN_PACKAGE ? &packages : &cards;

	for (size_t i = 0; i < count; i++) {
		struct stmt *s;
		int64_t assigned;

		if (!assigned_seq(st, sql, id, &aliases[i], seq, &assigned, e))
			return false;
		s = stmt_get(st, sql->put);
		stmt_int(s, 1, seq);
		stmt_int(s, 2, (int64_t)i);
		stmt_text(s, 3, id);
		stmt_text(s, 4, aliases[i].name);
		stmt_instant(s, 5, aliases[i].starting_at_ns);
		stmt_instant(s, 6, aliases[i].ending_before_ns);
		stmt_int(s, 7, assigned);
		if (!stmt_run(s, e))
			return false;
	}
	return true;
}
