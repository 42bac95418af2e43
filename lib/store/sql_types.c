#include "store/sql_scope.h"

#include <assert.h>

#include "base/instant.h"

#include "base/banned.h"

static const struct str no_value = { NULL, 0 };

/* ---- names ---- */

/* The column of a property in the table; false: there are too many. */
static bool
property_column(struct sql_query *q, const struct sql_node *n, struct str name, size_t *out)
{
	size_t i = 0;

	while (i < q->nproperties && !str_eq(q->properties[i], name))
		i++;
	if (i == SQL_MAX_PROPERTIES)
		return sql_refuse(q, n->at, name, "more than %d different properties",
			SQL_MAX_PROPERTIES);
	if (i == q->nproperties)
		q->properties[q->nproperties++] = name;
	*out = COLUMN_PROPERTIES + i;
	return true;
}

static bool
event_column(struct sql_query *q, struct sql_node *n, const struct str *parts, size_t nparts)
{
	if (nparts == 1 && str_is_nocase(parts[0], "event_type")) {
		n->column = COLUMN_EVENT_TYPE;
		n->type = SQL_TEXT;
		q->event_types = true;
		return true;
	}
	if (nparts == 1 && str_is_nocase(parts[0], "timestamp")) {
		n->column = COLUMN_TIMESTAMP;
		n->type = SQL_INSTANT;
		return true;
	}
	if (str_is_nocase(parts[0], "properties")) {
		if (nparts == 1)
			return sql_refuse(q, n->at, parts[0], "wanted properties.NAME");
		if (nparts > 2)
			return sql_refuse(q, n->at, parts[2],
				"nested properties have no value: wanted properties.NAME");
		n->type = SQL_ANY;
		return property_column(q, n, parts[1], &n->column);
	}
	return sql_refuse(q, n->at, parts[nparts - 1],
		"events has no such column: wanted event_type, timestamp or properties.NAME");
}

size_t
sql_find_item(const struct sql_select *s, struct str name)
{
	for (size_t i = 0; i < s->nitems; i++)
		if (s->items[i].name.n > 0 && str_eq(s->items[i].name, name))
			return i;
	return SIZE_MAX;
}

static bool
resolve_name(const struct scope *s, struct sql_node *n)
{
	const struct sql_select *from = s->select->from;
	const struct str *parts = n->parts;
	size_t nparts = n->nparts;

	if (nparts > 1 && s->select->alias.n > 0 && str_eq(parts[0], s->select->alias) &&
		!(nparts == 2 && from == NULL && str_is_nocase(parts[0], "properties"))) {
		parts++;
		nparts--;
	}
	if (from == NULL)
		return event_column(s->q, n, parts, nparts);
	n->column = nparts == 1 ? sql_find_item(from, parts[0]) : SIZE_MAX;
	if (n->column == SIZE_MAX)
		return sql_refuse(s->q, n->at, parts[nparts - 1],
			"the sub-query has no such column");
	n->type = from->items[n->column].expr->type;
	return true;
}

/* ---- types ---- */

static const char *const type_names[] = {
	[SQL_NULL] = "NULL",
	[SQL_ANY] = "a property",
	[SQL_NUMBER] = "a number",
	[SQL_TEXT] = "a text",
	[SQL_BOOL] = "a condition",
	[SQL_INSTANT] = "an instant",
};

const char *
sql_type_name(enum sql_type t)
{
	return type_names[t];
}

bool
sql_is_value(enum sql_type t)
{
	return t == SQL_ANY || t == SQL_NUMBER || t == SQL_TEXT || t == SQL_NULL;
}

static bool
want_value(const struct scope *s, const struct sql_node *n, const char *where)
{
	if (sql_is_value(n->type))
		return true;
	return sql_refuse(s->q, n->at, no_value, "%s takes numbers, and this is %s", where,
		sql_type_name(n->type));
}

bool
sql_want_condition(const struct scope *s, const struct sql_node *n)
{
	if (n->type == SQL_BOOL || n->type == SQL_NULL)
		return true;
	return sql_refuse(s->q, n->at, no_value, "wanted a condition, and this is %s",
		sql_type_name(n->type));
}

/* The type of what is one or the other. */
static bool
unite(const struct scope *s, const struct sql_node *n, enum sql_type *t)
{
	if (n->type == *t || n->type == SQL_NULL)
		return true;
	if (*t == SQL_NULL)
		*t = n->type;
	else if (sql_is_value(*t) && sql_is_value(n->type))
		*t = SQL_ANY;
	else
		return sql_refuse(s->q, n->at, no_value, "this is %s, beside %s",
			sql_type_name(n->type), sql_type_name(*t));
	return true;
}

/* x is compared with y. A text beside an instant must be one. */
static bool
comparable(const struct scope *s, const struct sql_node *x, const struct sql_node *y)
{
	const struct sql_node *other = x->type == SQL_INSTANT ? y : x;
	struct instant_why why;
	int64_t at_ns;

	if (x->type == y->type || x->type == SQL_NULL || y->type == SQL_NULL ||
		(sql_is_value(x->type) && sql_is_value(y->type)))
		return true;
	if ((x->type != SQL_INSTANT && y->type != SQL_INSTANT) || other->type == SQL_BOOL ||
		other->type == SQL_NUMBER)
		return sql_refuse(s->q, y->at, no_value, "%s is compared with %s",
			sql_type_name(x->type), sql_type_name(y->type));
	if (other->kind == NODE_STRING && !instant_parse(other->text, INSTANT_DATE, &at_ns, &why))
		return sql_refuse(s->q, other->at, other->text, "%s", why.text);
	return true;
}

/* ---- expressions ---- */

static bool
resolve_case(const struct scope *s, struct sql_node *n)
{
	enum sql_type t = SQL_NULL;

	for (size_t i = 0; i < n->nargs; i++) {
		bool condition = i % 2 == 0 && i + 1 < n->nargs;

		if (!(condition ? sql_want_condition(s, n->args[i]) : unite(s, n->args[i], &t)))
			return false;
	}
	n->type = t;
	return true;
}

static bool
resolve_cast(const struct scope *s, struct sql_node *n)
{
	enum sql_type from = n->args[0]->type;

	switch ((enum sql_cast)n->op) {
	case CAST_DECIMAL:
	case CAST_SCALED:
		n->type = SQL_NUMBER;
		return want_value(s, n->args[0], "a CAST to a number");
	case CAST_TEXT:
		n->type = SQL_TEXT;
		return true;
	case CAST_INSTANT:
		n->type = SQL_INSTANT;
		if (from == SQL_BOOL || from == SQL_NUMBER)
			return sql_refuse(s->q, n->args[0]->at, no_value, "%s is no instant",
				sql_type_name(from));
		return true;
	}
	return true;
}

static bool
resolve_date_trunc(const struct scope *s, struct sql_node *n)
{
	const struct sql_node *unit = n->args[0];

	n->type = SQL_INSTANT;
	n->flag = str_is_nocase(unit->text, "day");
	if (unit->kind != NODE_STRING || (!n->flag && !str_is_nocase(unit->text, "hour")))
		return sql_refuse(s->q, unit->at, unit->text, "wanted 'hour' or 'day'");
	if (n->args[1]->type == SQL_INSTANT)
		return true;
	return sql_refuse(s->q, n->args[1]->at, no_value, "wanted an instant, and this is %s",
		sql_type_name(n->args[1]->type));
}

static bool
has_rows(const struct sql_select *s)
{
	return s->from == NULL || !s->from->grouped;
}

static bool
resolve_aggregate(const struct scope *s, struct sql_node *n)
{
	struct str name = str_c(sql_functions[n->op].name);
	const struct sql_node *x;

	n->type = SQL_NUMBER;
	if (n->op == FN_COUNT)
		return true;
	assert(n->nargs > 0); /* the parser counts arguments */
	x = n->args[0];
	if (n->op == FN_SUM || n->op == FN_AVG)
		return want_value(s, x, sql_functions[n->op].name);
	if (x->type == SQL_BOOL)
		return sql_refuse(s->q, x->at, no_value, "%s takes values, and this is a condition",
			name.p);
	n->type = x->type;
	if (n->op == FN_MIN || n->op == FN_MAX)
		return true;
	s->q->in_time = true;
	if (!has_rows(s->select))
		return sql_refuse(s->q, n->at, name,
			"groups of a sub-query have no time: it takes rows of events");
	return true;
}

static bool
resolve_call(const struct scope *s, struct sql_node *n)
{
	enum sql_type t = SQL_NULL;

	if (sql_functions[n->op].aggregate) {
		if (!s->aggregates)
			return sql_refuse(s->q, n->at, str_c(sql_functions[n->op].name),
				"no aggregate may stand here");
		n->aggregates = true;
		return resolve_aggregate(s, n);
	}
	if (n->op == FN_DATE_TRUNC)
		return resolve_date_trunc(s, n);
	if (n->op != FN_LEAST && n->op != FN_GREATEST) {
		n->type = SQL_NUMBER;
		return want_value(s, n->args[0], sql_functions[n->op].name);
	}
	for (size_t i = 0; i < n->nargs; i++) {
		if (n->args[i]->type == SQL_BOOL)
			return want_value(s, n->args[i], sql_functions[n->op].name);
		if (!unite(s, n->args[i], &t))
			return false;
	}
	n->type = t;
	return true;
}

static bool
resolve_in(const struct scope *s, const struct sql_node *n)
{
	for (size_t i = 1; i < n->nargs; i++)
		if (!comparable(s, n->args[0], n->args[i]))
			return false;
	return true;
}

static bool
resolve_conditions(const struct scope *s, const struct sql_node *n)
{
	for (size_t i = 0; i < n->nargs; i++)
		if (!sql_want_condition(s, n->args[i]))
			return false;
	return true;
}

/* Its arguments are resolved. */
static bool
resolve_kind(const struct scope *s, struct sql_node *n)
{
	n->type = SQL_BOOL;
	switch (n->kind) {
	case NODE_NULL:
		n->type = SQL_NULL;
		return true;
	case NODE_NUMBER:
		n->type = SQL_NUMBER;
		return true;
	case NODE_STRING:
		n->type = SQL_TEXT;
		return true;
	case NODE_NAME:
		return resolve_name(s, n);
	case NODE_NEGATE:
	case NODE_ARITHMETIC:
		n->type = SQL_NUMBER;
		for (size_t i = 0; i < n->nargs; i++)
			if (!want_value(s, n->args[i], "arithmetic"))
				return false;
		return true;
	case NODE_COMPARE:
		return comparable(s, n->args[0], n->args[1]);
	case NODE_AND:
	case NODE_OR:
	case NODE_NOT:
		return resolve_conditions(s, n);
	case NODE_IS_NULL:
		return true;
	case NODE_IN:
		return resolve_in(s, n);
	case NODE_CASE:
		return resolve_case(s, n);
	case NODE_CAST:
		return resolve_cast(s, n);
	case NODE_CALL:
		return resolve_call(s, n);
	}
	return true;
}

bool
sql_resolve_node(const struct scope *s, struct sql_node *n)
{
	struct scope inner = *s;

	if (n->kind == NODE_CALL && sql_functions[n->op].aggregate)
		inner.aggregates = false;
	for (size_t i = 0; i < n->nargs; i++) {
		if (!sql_resolve_node(&inner, n->args[i]))
			return false;
		n->aggregates = n->aggregates || n->args[i]->aggregates;
	}
	return resolve_kind(s, n);
}
