#include "store/sql_parser.h"

#include "base/banned.h"

const struct sql_function_row sql_functions[SQL_FUNCTIONS] = {
	[FN_COUNT] = { "COUNT", 1, 1, true },
	[FN_SUM] = { "SUM", 1, 1, true },
	[FN_MIN] = { "MIN", 1, 1, true },
	[FN_MAX] = { "MAX", 1, 1, true },
	[FN_AVG] = { "AVG", 1, 1, true },
	[FN_EARLIEST] = { "EARLIEST", 1, 1, true },
	[FN_LATEST] = { "LATEST", 1, 1, true },
	[FN_LEAST] = { "LEAST", 1, SQL_MAX_ARGS, false },
	[FN_GREATEST] = { "GREATEST", 1, SQL_MAX_ARGS, false },
	[FN_ROUND] = { "ROUND", 1, 2, false },
	[FN_CEIL] = { "CEIL", 1, 1, false },
	[FN_FLOOR] = { "FLOOR", 1, 1, false },
	[FN_DATE_TRUNC] = { "DATE_TRUNC", 2, 2, false },
};
_Static_assert(FN_DATE_TRUNC == SQL_FUNCTIONS - 1, "a row for each function");

/* ---- nodes ---- */

static struct sql_node *
node(struct parser *p, enum sql_kind kind, size_t at)
{
	struct sql_node *n = ARENA_NEW(p->q->arena, struct sql_node);

	n->kind = kind;
	n->at = at;
	n->depth = 1;
	return n;
}

/* A growing list of arguments. */
struct args {
	struct sql_node **p;
	size_t n;
	size_t cap;
};

static void
add_arg(struct parser *p, struct args *list, struct sql_node *arg)
{
	list->p = arena_grow(p->q->arena, list->p, &list->cap, list->n + 1,
		sizeof(struct sql_node *));
	list->p[list->n++] = arg;
}

static struct sql_node *
with_args(struct parser *p, struct sql_node *n, const struct args *list)
{
	n->args = list->p;
	n->nargs = list->n;
	for (size_t i = 0; !p->failed && i < list->n; i++)
		if (list->p[i]->depth >= n->depth)
			n->depth = list->p[i]->depth + 1;
	if (n->depth > SQL_MAX_CHAIN && !p->failed) {
		sql_refuse(p->q, n->at, (struct str){ NULL, 0 },
			"more than %d operators hang on each other", SQL_MAX_CHAIN);
		p->failed = true;
	}
	return n;
}

static struct sql_node *
join(struct parser *p, enum sql_kind kind, int op, size_t at, struct sql_node *x,
	struct sql_node *y)
{
	struct sql_node *n = node(p, kind, at);
	struct args list = { NULL, 0, 0 };

	n->op = op;
	add_arg(p, &list, x);
	if (y != NULL)
		add_arg(p, &list, y);
	return with_args(p, n, &list);
}

/* ---- primaries ---- */

static struct sql_node *
name(struct parser *p)
{
	struct sql_node *n = node(p, NODE_NAME, p->t.at);

	do {
		if (n->nparts > 0 && p->t.kind != TOKEN_WORD && p->t.kind != TOKEN_QUOTED)
			parse_unexpected(p, "wanted a name behind the point");
		else if (n->nparts == SQL_MAX_PARTS)
			parse_refuse(p, "the name has too many parts");
		else
			n->parts[n->nparts++] = p->t.text;
		parse_advance(p);
	} while (!p->failed && parse_take_sign(p, "."));
	return n;
}

/* Behind the word CASE. */
static struct sql_node *
case_when(struct parser *p, size_t at)
{
	struct sql_node *n = node(p, NODE_CASE, at);
	struct args list = { NULL, 0, 0 };

	if (!parse_at_word(p, "WHEN"))
		parse_unexpected(p, "wanted CASE WHEN condition");
	while (parse_take_word(p, "WHEN")) {
		add_arg(p, &list, parse_expression(p));
		parse_want_word(p, "THEN", "wanted THEN");
		add_arg(p, &list, parse_expression(p));
	}
	if (parse_take_word(p, "ELSE"))
		add_arg(p, &list, parse_expression(p));
	parse_want_word(p, "END", "wanted WHEN, ELSE or END");
	return with_args(p, n, &list);
}

static const struct type_word {
	const char *word;
	enum sql_cast cast;
	bool whole; /* an integer type */
} type_words[] = {
	{ "DECIMAL", CAST_DECIMAL, false },
	{ "NUMERIC", CAST_DECIMAL, false },
	{ "NUMBER", CAST_DECIMAL, false },
	{ "DOUBLE", CAST_DECIMAL, false },
	{ "FLOAT", CAST_DECIMAL, false },
	{ "REAL", CAST_DECIMAL, false },
	{ "INT", CAST_SCALED, true },
	{ "INTEGER", CAST_SCALED, true },
	{ "BIGINT", CAST_SCALED, true },
	{ "VARCHAR", CAST_TEXT, false },
	{ "TEXT", CAST_TEXT, false },
	{ "STRING", CAST_TEXT, false },
	{ "CHAR", CAST_TEXT, false },
	{ "TIMESTAMP", CAST_INSTANT, false },
};

/* A whole number as it stands, maybe with a minus. */
static int
small_int(struct parser *p, int least, int most)
{
	bool minus = parse_take_sign(p, "-");
	int64_t v;

	if (p->t.kind != TOKEN_NUMBER || !str_to_int64(p->t.text, &v) || (minus ? -v : v) < least ||
		(minus ? -v : v) > most) {
		parse_refuse(p, "wanted a small whole number");
		return 0;
	}
	parse_advance(p);
	return (int)(minus ? -v : v);
}

/* The type of a CAST, with its precision and scale. */
static void
cast_type(struct parser *p, struct sql_node *n)
{
	const struct type_word *type = NULL;

	for (size_t i = 0; p->t.kind == TOKEN_WORD && i < countof(type_words); i++)
		if (str_is_nocase(p->t.text, type_words[i].word))
			type = &type_words[i];
	if (type == NULL) {
		parse_unexpected(p, "wanted a type: DECIMAL, INT, VARCHAR, TIMESTAMP and the like");
		return;
	}
	parse_advance(p);
	n->op = (int)type->cast;
	if (str_is_nocase(str_c(type->word), "DOUBLE"))
		parse_take_word(p, "PRECISION");
	if (type->cast != CAST_DECIMAL || !parse_at_sign(p, "("))
		return;
	parse_advance(p);
	small_int(p, 1, RAT_MAX_DIGITS);
	n->op = CAST_SCALED;
	if (parse_take_sign(p, ","))
		n->places = small_int(p, 0, SQL_MAX_PLACES);
	parse_want_sign(p, ")", "wanted a closing bracket");
}

/* Behind the word CAST. */
static struct sql_node *
cast(struct parser *p, size_t at)
{
	struct sql_node *n = node(p, NODE_CAST, at);
	struct args list = { NULL, 0, 0 };

	parse_want_sign(p, "(", "wanted ( behind CAST");
	add_arg(p, &list, parse_expression(p));
	parse_want_word(p, "AS", "wanted AS and a type");
	if (!p->failed)
		cast_type(p, n);
	parse_want_sign(p, ")", "wanted a closing bracket");
	return with_args(p, n, &list);
}

static bool
find_function(struct parser *p, struct str word, int *out)
{
	for (int i = 0; i < SQL_FUNCTIONS; i++) {
		if (str_is_nocase(word, sql_functions[i].name)) {
			*out = i;
			return true;
		}
	}
	parse_refuse(p, "the dialect has no such function");
	return false;
}

static void
arguments(struct parser *p, struct sql_node *n, struct args *list)
{
	bool round = n->op == FN_ROUND;

	if (n->op == FN_COUNT && parse_take_sign(p, "*"))
		return;
	if (parse_at_word(p, "DISTINCT")) {
		if (n->op != FN_COUNT)
			parse_refuse(p, "DISTINCT stands in COUNT alone");
		n->flag = true;
		parse_advance(p);
	}
	do {
		if (list->n == SQL_MAX_ARGS)
			parse_refuse(p, "too many arguments");
		else if (round && list->n == 1) {
			n->places = small_int(p, -SQL_MAX_PLACES, SQL_MAX_PLACES);
			return;
		} else
			add_arg(p, list, parse_expression(p));
	} while (!p->failed && parse_take_sign(p, ","));
}

/* A name, the bracket behind it is at hand. */
static struct sql_node *
call(struct parser *p, const struct sql_token *word)
{
	struct sql_node *n = node(p, NODE_CALL, word->at);
	const struct sql_function_row *f;
	struct args list = { NULL, 0, 0 };
	struct sql_token bracket = p->t;

	p->t = *word;
	if (word->kind != TOKEN_WORD || !find_function(p, word->text, &n->op)) {
		parse_refuse(p, "the dialect has no such function");
		return n;
	}
	p->t = bracket;
	f = &sql_functions[n->op];
	parse_advance(p);
	arguments(p, n, &list);
	if (!p->failed && list.n > 0 && n->op != FN_ROUND &&
		(list.n < f->least || list.n > f->most)) {
		p->t = *word;
		parse_refuse(p, "another number of arguments is wanted");
	}
	parse_want_sign(p, ")", "wanted a comma or a closing bracket");
	return with_args(p, n, &list);
}

static struct sql_node *
named(struct parser *p)
{
	struct sql_token word = p->t;
	size_t pos = p->pos;
	struct sql_node *n;

	parse_advance(p);
	if (parse_at_sign(p, "("))
		return call(p, &word);
	/* back to the name, which may have several parts */
	if (!p->failed) {
		p->t = word;
		p->pos = pos;
	}
	n = name(p);
	if (parse_at_sign(p, "(")) {
		p->t = word;
		parse_refuse(p, "the dialect has no such function");
	}
	return n;
}

static struct sql_node *
literal(struct parser *p, enum sql_kind kind)
{
	struct sql_node *n = node(p, kind, p->t.at);
	struct rat number;

	n->text = p->t.text;
	if (kind == NODE_NUMBER) {
		enum rat_parsed parsed = rat_parse(p->q->arena, n->text, &number);

		if (parsed == RAT_NOT_A_NUMBER)
			parse_refuse(p, "not a number: a leading 0, say");
		else if (parsed == RAT_TOO_LONG)
			parse_refuse(p, "the number has more than 1000 digits");
	}
	parse_advance(p);
	return n;
}

static struct sql_node *
bracketed(struct parser *p)
{
	struct sql_node *n;

	parse_advance(p);
	if (parse_at_word(p, "SELECT"))
		parse_refuse(p, "a sub-query stands in FROM alone");
	n = parse_expression(p);
	parse_want_sign(p, ")", "wanted an operator or a closing bracket");
	return n;
}

static struct sql_node *
primary(struct parser *p)
{
	size_t at = p->t.at;

	if (p->t.kind == TOKEN_NUMBER)
		return literal(p, NODE_NUMBER);
	if (p->t.kind == TOKEN_STRING)
		return literal(p, NODE_STRING);
	if (parse_at_sign(p, "("))
		return bracketed(p);
	if (parse_at_name(p))
		return named(p);
	if (parse_take_word(p, "NULL"))
		return node(p, NODE_NULL, at);
	if (parse_take_word(p, "CASE"))
		return case_when(p, at);
	if (parse_take_word(p, "CAST"))
		return cast(p, at);
	parse_unexpected(p, "wanted a value");
	return node(p, NODE_NULL, at);
}

/* ---- operators, from the tightest ---- */

static struct sql_node *
unary(struct parser *p)
{
	size_t at = p->t.at;
	struct sql_node *n;

	if (!parse_at_sign(p, "-"))
		return primary(p);
	if (!parse_enter(p))
		return node(p, NODE_NULL, at);
	parse_advance(p);
	n = join(p, NODE_NEGATE, 0, at, unary(p), NULL);
	p->depth--;
	return n;
}

static struct sql_node *
product(struct parser *p)
{
	struct sql_node *n = unary(p);

	while (parse_at_sign(p, "*") || parse_at_sign(p, "/")) {
		int op = parse_at_sign(p, "*") ? OP_MUL : OP_DIV;
		size_t at = p->t.at;

		parse_advance(p);
		n = join(p, NODE_ARITHMETIC, op, at, n, unary(p));
	}
	return n;
}

static struct sql_node *
sum(struct parser *p)
{
	struct sql_node *n = product(p);

	while (parse_at_sign(p, "+") || parse_at_sign(p, "-")) {
		int op = parse_at_sign(p, "+") ? OP_ADD : OP_SUB;
		size_t at = p->t.at;

		parse_advance(p);
		n = join(p, NODE_ARITHMETIC, op, at, n, product(p));
	}
	return n;
}

/* Behind IN. */
static struct sql_node *
in_list(struct parser *p, size_t at, struct sql_node *x, bool negated)
{
	struct sql_node *n = node(p, NODE_IN, at);
	struct args list = { NULL, 0, 0 };

	n->flag = negated;
	add_arg(p, &list, x);
	parse_want_sign(p, "(", "wanted ( and the values");
	if (parse_at_word(p, "SELECT"))
		parse_refuse(p, "a sub-query stands in FROM alone");
	do
		add_arg(p, &list, parse_expression(p));
	while (!p->failed && parse_take_sign(p, ","));
	parse_want_sign(p, ")", "wanted a comma or a closing bracket");
	return with_args(p, n, &list);
}

static struct sql_node *
comparison(struct parser *p)
{
	static const struct {
		const char *sign;
		enum sql_op op;
	} signs[] = { { "=", OP_EQ }, { "!=", OP_NE }, { "<", OP_LT }, { "<=", OP_LE },
		{ ">", OP_GT }, { ">=", OP_GE } };
	struct sql_node *n = sum(p);
	size_t at = p->t.at;

	for (size_t i = 0; i < countof(signs); i++)
		if (parse_take_sign(p, signs[i].sign))
			return join(p, NODE_COMPARE, (int)signs[i].op, at, n, sum(p));
	if (parse_take_word(p, "IN"))
		return in_list(p, at, n, false);
	if (parse_take_word(p, "NOT")) {
		parse_want_word(p, "IN", "wanted IN");
		return in_list(p, at, n, true);
	}
	if (parse_take_word(p, "IS")) {
		bool negated = parse_take_word(p, "NOT");

		parse_want_word(p, "NULL", "wanted NULL");
		n = join(p, NODE_IS_NULL, 0, at, n, NULL);
		n->flag = negated;
	}
	return n;
}

static struct sql_node *
negation(struct parser *p)
{
	size_t at = p->t.at;
	struct sql_node *n;

	if (!parse_at_word(p, "NOT"))
		return comparison(p);
	if (!parse_enter(p))
		return node(p, NODE_NULL, at);
	parse_advance(p);
	n = join(p, NODE_NOT, 0, at, negation(p), NULL);
	p->depth--;
	return n;
}

static struct sql_node *
conjunction(struct parser *p)
{
	struct sql_node *n = negation(p);

	while (parse_at_word(p, "AND")) {
		size_t at = p->t.at;

		parse_advance(p);
		n = join(p, NODE_AND, 0, at, n, negation(p));
	}
	return n;
}

struct sql_node *
parse_expression(struct parser *p)
{
	struct sql_node *n;

	if (!parse_enter(p))
		return node(p, NODE_NULL, p->t.at);
	n = conjunction(p);
	while (parse_at_word(p, "OR")) {
		size_t at = p->t.at;

		parse_advance(p);
		n = join(p, NODE_OR, 0, at, n, conjunction(p));
	}
	p->depth--;
	return n;
}
