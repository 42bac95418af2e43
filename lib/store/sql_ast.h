/*
 * sql_ast - the tree of an SQL metric, between text and SQLite (inside store).
 *
 * Shape      sql_lex gives tokens, sql_parse the tree, sql_resolve names and
 *            types, sql_emit the text for SQLite. Each node knows the byte
 *            where it began. Types are static: a property may be a number or a
 *            text, so its type is SQL_ANY.
 * Ownership  everything lives in the query's arena, and borrows its text.
 * Errors     the first failure is kept, with its place; see sql_refuse.
 */
#ifndef STORE_SQL_AST_H
#define STORE_SQL_AST_H

#include "base/err.h"
#include "domain/common.h"
#include "store/sql_metric.h"

enum sql_type { SQL_NULL, SQL_ANY, SQL_NUMBER, SQL_TEXT, SQL_BOOL, SQL_INSTANT };

enum sql_token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* a name or a keyword */
	TOKEN_QUOTED, /* "a name" */
	TOKEN_STRING,
	TOKEN_NUMBER,
	TOKEN_SIGN /* an operator or a bracket */
};

struct sql_token {
	enum sql_token_kind kind;
	size_t at;
	struct str raw;  /* as written */
	struct str text; /* without quotes */
};

enum sql_op { OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE };

enum sql_function {
	FN_COUNT,
	FN_SUM,
	FN_MIN,
	FN_MAX,
	FN_AVG,
	FN_EARLIEST,
	FN_LATEST,
	FN_LEAST,
	FN_GREATEST,
	FN_ROUND,
	FN_CEIL,
	FN_FLOOR,
	FN_DATE_TRUNC
};
#define SQL_FUNCTIONS 13

enum sql_cast { CAST_DECIMAL, CAST_SCALED, CAST_TEXT, CAST_INSTANT };

enum sql_kind {
	NODE_NULL,
	NODE_NUMBER, /* text */
	NODE_STRING, /* text */
	NODE_NAME,   /* parts; column */
	NODE_NEGATE,
	NODE_ARITHMETIC, /* op */
	NODE_COMPARE,    /* op */
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_IS_NULL, /* flag: IS NOT NULL */
	NODE_IN,      /* args[0] among the others; flag: NOT IN */
	NODE_CASE,    /* condition, result, ..., and with an odd number the ELSE */
	NODE_CAST,    /* op: enum sql_cast; places */
	NODE_CALL     /* op: enum sql_function; flag: DISTINCT; no argument: COUNT(*) */
};

#define SQL_MAX_PARTS 4

/* Columns of the table events; its properties come behind. */
enum { COLUMN_EVENT_TYPE, COLUMN_TIMESTAMP, COLUMN_PROPERTIES };

struct sql_node {
	enum sql_kind kind;
	size_t at;
	unsigned depth; /* of the tree below, with it */
	int op;
	bool flag;
	int places; /* of ROUND, CAST */
	struct str text;
	struct str parts[SQL_MAX_PARTS];
	size_t nparts;
	struct sql_node **args;
	size_t nargs;
	enum sql_type type;
	size_t column;   /* of a name: in the source of its SELECT */
	bool aggregates; /* it or something below is an aggregate */
};

struct sql_item {
	struct sql_node *expr;
	struct str name; /* alias, else the last part of a name; empty: none */
};

struct sql_select {
	size_t at;
	unsigned level; /* of nesting */
	struct sql_item *items;
	size_t nitems;
	struct sql_select *from; /* NULL: events */
	struct str alias;        /* of the source; empty: none */
	struct sql_node *where;
	struct sql_node **groups;
	size_t ngroups;
	bool grouped; /* gives groups, not rows of events */
};

struct sql_query {
	struct arena *arena;
	struct str text;
	struct err *e;
	struct sql_select *top;
	struct str properties[SQL_MAX_PROPERTIES];
	size_t nproperties;
	bool event_types; /* are read */
	bool typed;       /* other events than those of types count nothing */
	struct texts types;
	bool in_time; /* EARLIEST or LATEST: rows carry their time and transaction id */
	size_t value; /* which item of top is the quantity */
};

/* Record a failure at a byte of the text; value: what stands there. Always false. */
bool sql_refuse(struct sql_query *q, size_t at, struct str value, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* ---- sql_lex.c ---- */

/* The token at *pos, which moves behind it. False: refused. */
bool sql_token(struct sql_query *q, size_t *pos, struct sql_token *out);

/* ---- sql_expression.c ---- */

struct sql_function_row {
	const char *name;
	size_t least;
	size_t most;
	bool aggregate;
};

extern const struct sql_function_row sql_functions[SQL_FUNCTIONS];

/* ---- sql_parse.c ---- */

bool sql_parse(struct sql_query *q);

/* ---- sql_check.c ---- */

bool sql_resolve(struct sql_query *q);

/* ---- sql_event_types.c ---- */

/* Of a resolved query: sets typed and types. */
void sql_find_event_types(struct sql_query *q);

/* ---- sql_emit.c ---- */

/* The text for SQLite: columns as in top. False: refused, it would be too long. */
bool sql_emit(struct sql_query *q, struct buf *out);

/* All of it: text to tree, names and types. */
bool sql_compile(struct str text, struct arena *a, struct sql_query *q, struct err *e);

#endif
