#include "store/sql_ast.h"

#include "base/rat.h"

#include "base/banned.h"

/*
 * Which event types a query can count: terms that the innermost WHERE joins with AND, since
 * no other event passes it.
 */

static bool
is_event_type(const struct sql_node *n)
{
	return n->kind == NODE_NAME && n->column == COLUMN_EVENT_TYPE;
}

/* IN finds equal numbers too, and event types may be texts of them. */
static bool
is_plain_text(const struct sql_node *n)
{
	struct arena a = ARENA_INIT;
	struct rat x;
	bool number;

	if (n->kind != NODE_STRING)
		return false;
	number = rat_parse(&a, n->text, &x) == RAT_OK;
	arena_release(&a);
	return !number;
}

/* The texts that a term lets pass; false: it says nothing of the type. */
static bool
texts_of(const struct sql_node *term, struct arena *a, struct texts *out)
{
	struct sql_node *const *args = term->args;

	*out = (struct texts){ ARENA_ARRAY(a, term->nargs, struct str), 0 };
	if (term->kind == NODE_COMPARE && term->op == OP_EQ) {
		size_t text = is_event_type(args[0]) ? 1 : 0;

		out->p[out->n++] = args[text]->text;
		return is_event_type(args[1 - text]) && args[text]->kind == NODE_STRING;
	}
	if (term->kind != NODE_IN || term->flag || !is_event_type(args[0]))
		return false;
	for (size_t i = 1; i < term->nargs; i++) {
		if (!is_plain_text(args[i]))
			return false;
		out->p[out->n++] = args[i]->text;
	}
	return true;
}

/* Every term must let a type pass. */
static void
narrow(struct sql_query *q, const struct sql_node *term)
{
	struct texts passing, both = { NULL, 0 };

	if (term->kind == NODE_AND) {
		for (size_t i = 0; i < term->nargs; i++)
			narrow(q, term->args[i]);
		return;
	}
	if (!texts_of(term, q->arena, &passing))
		return;
	if (!q->typed) {
		q->typed = true;
		q->types = passing;
		return;
	}
	both.p = ARENA_ARRAY(q->arena, passing.n, struct str);
	for (size_t i = 0; i < passing.n; i++)
		if (texts_has(&q->types, passing.p[i]))
			both.p[both.n++] = passing.p[i];
	q->types = both;
}

void
sql_find_event_types(struct sql_query *q)
{
	const struct sql_select *s = q->top;

	while (s->from != NULL)
		s = s->from;
	if (s->where != NULL)
		narrow(q, s->where);
}
