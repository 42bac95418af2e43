#include "store/sql_scope.h"

#include <stdlib.h>

#include "base/banned.h"

static const struct str no_value = { NULL, 0 };

/* ---- groups ---- */

/* The same expression, over the same source. */
static bool
equal(const struct sql_node *x, const struct sql_node *y)
{
	if (x->kind != y->kind || x->op != y->op || x->flag != y->flag || x->places != y->places ||
		x->nargs != y->nargs || x->depth != y->depth)
		return false;
	if (x->kind == NODE_NAME)
		return x->column == y->column;
	if (!str_eq(x->text, y->text))
		return false;
	for (size_t i = 0; i < x->nargs; i++)
		if (!equal(x->args[i], y->args[i]))
			return false;
	return true;
}

/* What an expression of GROUP BY stands for: a position, an alias, or itself. */
static bool
group_expression(const struct scope *s, struct sql_node **group)
{
	struct sql_node *n = *group;
	struct err ignored = ERR_INIT, *e = s->q->e;
	size_t i = SIZE_MAX;
	int64_t position;

	if (n->kind == NODE_NUMBER) {
		if (!str_to_int64(n->text, &position) || position < 1 ||
			(size_t)position > s->select->nitems)
			return sql_refuse(s->q, n->at, n->text, "no column has this position");
		i = (size_t)position - 1;
	} else if (n->kind == NODE_NAME && n->nparts == 1) {
		/* a column of the source goes before an alias */
		s->q->e = &ignored;
		bool column = sql_resolve_node(s, n);
		s->q->e = e;
		if (column)
			return true;
		i = sql_find_item(s->select, n->parts[0]);
	}
	if (i == SIZE_MAX)
		return sql_resolve_node(s, n);
	if (s->select->items[i].expr->aggregates)
		return sql_refuse(s->q, n->at, n->text.n > 0 ? n->text : n->parts[0],
			"this column is an aggregate");
	*group = s->select->items[i].expr;
	return true;
}

/* Everything in it is a group, constant, or within an aggregate. */
static bool
covered(const struct scope *s, const struct sql_node *n)
{
	for (size_t i = 0; i < s->select->ngroups; i++)
		if (equal(n, s->select->groups[i]))
			return true;
	if (n->kind == NODE_CALL && sql_functions[n->op].aggregate)
		return true;
	if (n->kind == NODE_NAME)
		return sql_refuse(s->q, n->at, n->parts[n->nparts - 1],
			"neither in GROUP BY nor inside an aggregate");
	for (size_t i = 0; i < n->nargs; i++)
		if (!covered(s, n->args[i]))
			return false;
	return true;
}

static bool
resolve_groups(struct sql_query *q, struct sql_select *s)
{
	struct scope scope = { .q = q, .select = s };

	s->grouped = s->ngroups > 0;
	for (size_t i = 0; i < s->nitems; i++)
		s->grouped = s->grouped || s->items[i].expr->aggregates;
	for (size_t i = 0; i < s->ngroups; i++)
		if (!group_expression(&scope, &s->groups[i]))
			return false;
	for (size_t i = 0; s->grouped && i < s->nitems; i++)
		if (!covered(&scope, s->items[i].expr))
			return false;
	return true;
}

/* ---- SELECT ---- */

static bool
resolve_select(struct sql_query *q, struct sql_select *s)
{
	struct scope scope = { .q = q, .select = s };

	if (s->from != NULL && !resolve_select(q, s->from))
		return false;
	if (s->where != NULL &&
		(!sql_resolve_node(&scope, s->where) || !sql_want_condition(&scope, s->where)))
		return false;
	scope.aggregates = true;
	for (size_t i = 0; i < s->nitems; i++) {
		const struct sql_item *it = &s->items[i];

		if (it->name.n > 0 && sql_find_item(s, it->name) < i)
			return sql_refuse(q, it->expr->at, it->name, "two columns have this name");
		if (!sql_resolve_node(&scope, it->expr))
			return false;
	}
	return resolve_groups(q, s);
}

/* Which column is the quantity; the others need names. */
static bool
resolve_columns(struct sql_query *q)
{
	const struct sql_select *s = q->top;

	q->value = sql_find_item(s, STR("value"));
	for (size_t i = 0; q->value == SIZE_MAX && i < s->nitems; i++)
		if (str_is_nocase(s->items[i].name, "value"))
			q->value = i;
	if (q->value == SIZE_MAX)
		q->value = 0;
	for (size_t i = 0; i < s->nitems; i++)
		if (i != q->value && s->items[i].name.n == 0)
			return sql_refuse(q, s->items[i].expr->at, no_value,
				"this column has no name: wanted AS NAME");
	if (sql_is_value(s->items[q->value].expr->type))
		return true;
	return sql_refuse(q, s->items[q->value].expr->at, no_value,
		"the quantity is a number, and this is %s",
		sql_type_name(s->items[q->value].expr->type));
}

bool
sql_resolve(struct sql_query *q)
{
	return resolve_select(q, q->top) && resolve_columns(q);
}

bool
sql_compile(struct str text, struct arena *a, struct sql_query *q, struct err *e)
{
	size_t at;

	*q = (struct sql_query){ .arena = a, .text = text, .e = e };
	if (text.n > SQL_MAX_TEXT)
		return err_field(e, ERR_INPUT, "metric.sql", STR("sql"), no_value,
			"%zu bytes, and no more than %d are taken", text.n, SQL_MAX_TEXT);
	if (!str_utf8_valid(text, &at)) {
		q->text.n = at;
		return sql_refuse(q, at, no_value, "not UTF-8");
	}
	return sql_parse(q) && sql_resolve(q);
}

bool
sql_check(struct str text, struct arena *a, struct texts *columns, struct err *e)
{
	struct sql_query q;
	struct texts out = { NULL, 0 };
	struct arena scratch = ARENA_INIT;
	struct buf sql = BUF_INIT;
	bool ok = sql_compile(text, &scratch, &q, e) && sql_emit(&q, &sql);

	if (ok) {
		out.p = ARENA_ARRAY(a, q.top->nitems, struct str);
		for (size_t i = 0; i < q.top->nitems; i++)
			if (i != q.value)
				out.p[out.n++] = str_dup(a, q.top->items[i].name);
		if (out.n > 1)
			qsort(out.p, out.n, sizeof(*out.p), str_cmp_qsort);
		*columns = out;
	}
	buf_release(&sql);
	arena_release(&scratch);
	return ok;
}
