/*
 * sql_scope - names and types of expressions (inside store).
 *
 * Shape      an expression stands in one SELECT; its names come from that
 *            one's source. sql_resolve_node sets column, type and aggregates of
 *            a node and all below it.
 */
#ifndef STORE_SQL_SCOPE_H
#define STORE_SQL_SCOPE_H

#include "store/sql_ast.h"

struct scope {
	struct sql_query *q;
	const struct sql_select *select;
	bool aggregates; /* may stand here */
};

bool sql_resolve_node(const struct scope *s, struct sql_node *n);

/* The item of that name; SIZE_MAX: none. */
size_t sql_find_item(const struct sql_select *s, struct str name);
bool sql_want_condition(const struct scope *s, const struct sql_node *n);
/* Numbers, texts and properties mix; instants and conditions stand alone. */
bool sql_is_value(enum sql_type t);
const char *sql_type_name(enum sql_type t); /* "a number" */

#endif
