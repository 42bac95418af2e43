#include "store/sql_parser.h"

#include "base/banned.h"

static struct sql_select *select_from(struct parser *p);

static struct sql_item
item(struct parser *p)
{
	struct sql_item it = { .name = STR("") };
	bool as;

	if (parse_at_sign(p, "*"))
		parse_refuse(p, "the columns are named one by one");
	it.expr = parse_expression(p);
	if (p->failed)
		return it;
	if (it.expr->kind == NODE_NAME)
		it.name = it.expr->parts[it.expr->nparts - 1];
	as = parse_take_word(p, "AS");
	if (parse_at_name(p)) {
		it.name = p->t.text;
		parse_advance(p);
	} else if (as) {
		parse_unexpected(p, "wanted a name");
	}
	return it;
}

static void
items(struct parser *p, struct sql_select *s)
{
	if (parse_at_word(p, "DISTINCT"))
		parse_refuse(p, "DISTINCT stands in COUNT alone");
	s->items = ARENA_ARRAY(p->q->arena, SQL_MAX_ITEMS, struct sql_item);
	do {
		if (s->nitems == SQL_MAX_ITEMS)
			parse_refuse(p, "too many columns");
		else
			s->items[s->nitems++] = item(p);
	} while (!p->failed && parse_take_sign(p, ","));
}

static void
source(struct parser *p, struct sql_select *s)
{
	if (parse_take_sign(p, "(")) {
		s->from = select_from(p);
		parse_want_sign(p, ")", "wanted a closing bracket");
	} else if (p->t.kind == TOKEN_WORD && str_is_nocase(p->t.text, "events")) {
		s->alias = STR("events");
		parse_advance(p);
	} else {
		parse_unexpected(p, "wanted the table events, or a sub-query in brackets");
	}
	bool as = parse_take_word(p, "AS");

	if (parse_at_name(p)) {
		s->alias = p->t.text;
		parse_advance(p);
	} else if (as) {
		parse_unexpected(p, "wanted a name");
	}
	if (parse_at_sign(p, ","))
		parse_refuse(p, "one source alone: the dialect has no joins");
	if (parse_at_sign(p, "."))
		parse_refuse(p, "there is one table, events");
}

static void
group_by(struct parser *p, struct sql_select *s)
{
	parse_want_word(p, "BY", "wanted GROUP BY");
	s->groups = ARENA_ARRAY(p->q->arena, SQL_MAX_ITEMS, struct sql_node *);
	do {
		if (s->ngroups == SQL_MAX_ITEMS)
			parse_refuse(p, "too many expressions in GROUP BY");
		else
			s->groups[s->ngroups++] = parse_expression(p);
	} while (!p->failed && parse_take_sign(p, ","));
}

static struct sql_select *
select_from(struct parser *p)
{
	struct sql_select *s = ARENA_NEW(p->q->arena, struct sql_select);

	s->at = p->t.at;
	if (!parse_enter(p))
		return s;
	s->level = p->depth;
	parse_want_word(p, "SELECT", "wanted SELECT");
	items(p, s);
	parse_want_word(p, "FROM", "wanted a comma, AS or FROM");
	source(p, s);
	if (parse_take_word(p, "WHERE"))
		s->where = parse_expression(p);
	if (parse_take_word(p, "GROUP"))
		group_by(p, s);
	p->depth--;
	return s;
}

bool
sql_parse(struct sql_query *q)
{
	struct parser p = { .q = q };

	parse_advance(&p);
	q->top = select_from(&p);
	parse_take_sign(&p, ";");
	if (!p.failed && p.t.kind != TOKEN_END)
		parse_unexpected(&p, "wanted the end of the query");
	return !p.failed;
}
