#include "store/sql_parser.h"

#include "base/banned.h"

/*
 * Words that are no names unless they are quoted; what the dialect lacks is told apart from
 * a name.
 */
static const char *const keywords[] = { "SELECT", "FROM", "WHERE", "GROUP", "BY", "AS", "AND", "OR",
	"NOT", "IN", "IS", "NULL", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "DISTINCT" };
static const char *const lacking[] = { "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "UNION",
	"INTERSECT", "EXCEPT", "MINUS", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS",
	"NATURAL", "LATERAL", "APPLY", "ON", "USING", "WINDOW", "OVER", "PARTITION", "FILTER",
	"WITHIN", "QUALIFY", "WITH", "RECURSIVE", "VALUES", "TABLE", "EXISTS", "ANY", "SOME", "ALL",
	"BETWEEN", "LIKE", "ILIKE", "GLOB", "REGEXP", "RLIKE", "MATCH", "SIMILAR", "ESCAPE",
	"COLLATE", "INTERVAL", "INDEXED", "TABLESAMPLE", "UNNEST", "PIVOT", "FOR", "INTO", "INSERT",
	"REPLACE", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER", "DROP", "TRUNCATE", "ATTACH",
	"DETACH", "PRAGMA", "VACUUM", "ANALYZE", "REINDEX", "EXPLAIN", "BEGIN", "COMMIT",
	"ROLLBACK", "SAVEPOINT", "RELEASE", "SET", "CALL", "COPY", "GRANT", "REVOKE", "DIV", "MOD",
	"TRUE", "FALSE", "ISNULL", "NOTNULL" };

void
parse_advance(struct parser *p)
{
	if (!p->failed && !sql_token(p->q, &p->pos, &p->t))
		p->failed = true;
	if (p->failed)
		p->t = (struct sql_token){ .kind = TOKEN_END, .text = STR("") };
}

/* The token at hand is refused. */
void
parse_refuse(struct parser *p, const char *text)
{
	if (!p->failed)
		sql_refuse(p->q, p->t.at,
			p->t.kind != TOKEN_END ? p->t.raw : (struct str){ NULL, 0 }, "%s%s", text,
			p->t.kind == TOKEN_END ? ", and not the end" : "");
	p->failed = true;
	p->t = (struct sql_token){ .kind = TOKEN_END, .text = STR("") };
}

static bool
among(struct str word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_is_nocase(word, words[i]))
			return true;
	return false;
}

static bool
at_lacking(const struct parser *p)
{
	return p->t.kind == TOKEN_WORD && among(p->t.text, lacking, countof(lacking));
}

void
parse_unexpected(struct parser *p, const char *wanted)
{
	parse_refuse(p, at_lacking(p) ? "the dialect has no such word" : wanted);
}

bool
parse_at_word(const struct parser *p, const char *keyword)
{
	return p->t.kind == TOKEN_WORD && str_is_nocase(p->t.text, keyword);
}

bool
parse_at_sign(const struct parser *p, const char *sign)
{
	return p->t.kind == TOKEN_SIGN && str_is(p->t.text, sign);
}

bool
parse_take_word(struct parser *p, const char *keyword)
{
	bool there = parse_at_word(p, keyword);

	if (there)
		parse_advance(p);
	return there;
}

bool
parse_take_sign(struct parser *p, const char *sign)
{
	bool there = parse_at_sign(p, sign);

	if (there)
		parse_advance(p);
	return there;
}

void
parse_want_word(struct parser *p, const char *keyword, const char *text)
{
	if (!parse_take_word(p, keyword))
		parse_unexpected(p, text);
}

void
parse_want_sign(struct parser *p, const char *sign, const char *text)
{
	if (!parse_take_sign(p, sign))
		parse_unexpected(p, text);
}

bool
parse_at_name(const struct parser *p)
{
	return p->t.kind == TOKEN_QUOTED ||
		(p->t.kind == TOKEN_WORD && !among(p->t.text, keywords, countof(keywords)) &&
			!at_lacking(p));
}

bool
parse_enter(struct parser *p)
{
	if (p->depth >= SQL_MAX_DEPTH)
		parse_refuse(p, "nested too deeply");
	else
		p->depth++;
	return !p->failed;
}
