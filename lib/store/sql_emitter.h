/*
 * sql_emitter - what the files that write text for SQLite share (inside store).
 *
 * Shape      s is the SELECT an expression stands in: it says how its columns
 *            are called. Once over is set, nothing more needs to be written.
 */
#ifndef STORE_SQL_EMITTER_H
#define STORE_SQL_EMITTER_H

#include "store/sql_ast.h"

/*
 * SQLite's parser has a stack of 100 symbols. These many lie on it while it
 * reads what stands inside: the first argument of a call, a later one, a
 * bracket, the right side of an operator, a part of CASE, a column, a
 * sub-query, and what comes behind it.
 */
enum {
	STACK_MAX = 90,
	STACK_FIRST = 3,
	STACK_LATER = 5,
	STACK_BRACKET = 1,
	STACK_RIGHT = 2,
	STACK_CASE = 6,
	STACK_COLUMN = 5,
	STACK_FROM = 7,
	STACK_BEHIND = 8
};

struct emitter {
	struct sql_query *q;
	struct buf *out;
	unsigned stack;
	bool over; /* too long, or refused already */
	bool refused;
};

/* ---- sql_emit.c ---- */

void emitter_add(struct emitter *m, const char *text);
void emit_int(struct emitter *m, int64_t v);
/* An expression, with so many symbols more below it. */
void emit_under(struct emitter *m, unsigned symbols, const struct sql_node *n,
	const struct sql_select *s);
/* function(args[first], ...) */
void emit_args(struct emitter *m, const char *function, const struct sql_node *n, size_t first,
	const struct sql_select *s);
/* One side of a comparison; with instant it becomes one. */
void emit_side(struct emitter *m, const struct sql_node *n, bool instant,
	const struct sql_select *s);

/* ---- sql_emit_call.c ---- */

void emit_cast(struct emitter *m, const struct sql_node *n, const struct sql_select *s);
void emit_call(struct emitter *m, const struct sql_node *n, const struct sql_select *s);
/* What groups and DISTINCT tell apart: a number and its text are the same. */
void emit_key(struct emitter *m, const struct sql_node *n, const struct sql_select *s);

#endif
