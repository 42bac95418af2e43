#include "store/sql_emitter.h"

#include <inttypes.h>

#include "base/instant.h"

#include "base/banned.h"

/*
 * What SQLite gets: functions of ours, the operators whose meaning is exact
 * (AND, OR, NOT over 0 and 1; = and < over texts or whole numbers; IS NULL;
 * CASE), names of ours, and literals. No word of the query's author but within
 * a literal. Each SELECT has LIMIT -1, which keeps SQLite from flattening it
 * into the one around it: a column used twice would be computed twice at every
 * level.
 */

#define EMIT_MAX ((size_t)900000)
#define LIST_MAX 100 /* arguments of one call, which SQLite bounds */

static void emit(struct emitter *m, const struct sql_node *n, const struct sql_select *s);

void
emitter_add(struct emitter *m, const char *text)
{
	buf_add_c(m->out, text);
	m->over = m->over || m->out->n > EMIT_MAX;
}

/* ---- literals ---- */

static void
emit_number(struct emitter *m, const struct sql_node *n)
{
	struct rat x = RAT_ZERO;

	(void)rat_parse(m->q->arena, n->text, &x); /* the parser has seen it */
	struct str text = rat_text_exact(m->q->arena, x);

	emitter_add(m, "x'");
	for (size_t i = 0; i < text.n; i++)
		buf_printf(m->out, "%02x", (unsigned)(unsigned char)text.p[i]);
	emitter_add(m, "'");
}

static void
emit_text(struct emitter *m, struct str text)
{
	emitter_add(m, "'");
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\'')
			buf_add_char(m->out, '\'');
		buf_add_char(m->out, text.p[i]);
	}
	emitter_add(m, "'");
}

void
emit_int(struct emitter *m, int64_t v)
{
	buf_printf(m->out, "%" PRId64, v);
}

/* ---- expressions ---- */

/* What lies this deep in SQLite's parser. */
void
emit_under(struct emitter *m, unsigned symbols, const struct sql_node *n,
	const struct sql_select *s)
{
	m->stack += symbols;
	emit(m, n, s);
	m->stack -= symbols;
}

void
emit_args(struct emitter *m, const char *function, const struct sql_node *n, size_t first,
	const struct sql_select *s)
{
	emitter_add(m, function);
	emitter_add(m, "(");
	for (size_t i = first; i < n->nargs && !m->over; i++) {
		emitter_add(m, i > first ? ", " : "");
		emit_under(m, i > first ? STACK_LATER : STACK_FIRST, n->args[i], s);
	}
	emitter_add(m, ")");
}

/* ---- chains: a + b + c is one call, a AND b AND c one bracket ---- */

struct operand {
	const struct sql_node *node;
	bool inverse; /* subtracted, or divided by */
};

static bool
same_chain(const struct sql_node *x, const struct sql_node *y)
{
	if (x->kind != y->kind)
		return false;
	return x->kind != NODE_ARITHMETIC ||
		(x->op == OP_ADD || x->op == OP_SUB) == (y->op == OP_ADD || y->op == OP_SUB);
}

/* The operands from the left; as many as the tree is deep. */
static size_t
operands(struct emitter *m, const struct sql_node *n, struct operand **out)
{
	struct operand *list = ARENA_ARRAY(m->q->arena, (size_t)n->depth + 1, struct operand);
	size_t count = 1, at;

	for (const struct sql_node *x = n; same_chain(x, n); x = x->args[0])
		count++;
	at = count;
	for (; at > 1; n = n->args[0])
		list[--at] = (struct operand){ n->args[1],
			n->kind == NODE_ARITHMETIC && (n->op == OP_SUB || n->op == OP_DIV) };
	list[0] = (struct operand){ n, false };
	*out = list;
	return count;
}

static void
emit_operand(struct emitter *m, const struct operand *x, bool product, const struct sql_select *s)
{
	if (x->inverse)
		emitter_add(m, product ? "mtr_inverse(" : "mtr_neg(");
	emit_under(m, STACK_LATER + (x->inverse ? STACK_FIRST : 0), x->node, s);
	if (x->inverse)
		emitter_add(m, ")");
}

static void
emit_chain(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	bool product = n->op == OP_MUL || n->op == OP_DIV;
	struct operand *list;
	size_t count = operands(m, n, &list);

	for (size_t i = LIST_MAX; i < count; i += LIST_MAX - 1)
		emitter_add(m, product ? "mtr_mul(" : "mtr_add(");
	m->stack += (unsigned)(count / (LIST_MAX - 1)) * STACK_FIRST;
	emitter_add(m, product ? "mtr_mul(" : "mtr_add(");
	for (size_t i = 0; i < count && !m->over; i++) {
		if (i >= LIST_MAX && (i - LIST_MAX) % (LIST_MAX - 1) == 0)
			emitter_add(m, ")");
		emitter_add(m, i > 0 ? ", " : "");
		emit_operand(m, &list[i], product, s);
	}
	m->stack -= (unsigned)(count / (LIST_MAX - 1)) * STACK_FIRST;
	emitter_add(m, ")");
}

static void
emit_logic(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	struct operand *list;
	size_t count = operands(m, n, &list);

	emitter_add(m, "(");
	for (size_t i = 0; i < count && !m->over; i++) {
		if (i > 0)
			emitter_add(m, n->kind == NODE_AND ? " AND " : " OR ");
		emit_under(m, STACK_BRACKET + STACK_RIGHT, list[i].node, s);
	}
	emitter_add(m, ")");
}

static void
emit_name(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	if (s->from != NULL)
		buf_printf(m->out, "c%u_%zu", s->from->level, n->column);
	else if (n->column == COLUMN_EVENT_TYPE)
		emitter_add(m, "event_type");
	else if (n->column == COLUMN_TIMESTAMP)
		emitter_add(m, "timestamp");
	else
		buf_printf(m->out, "p%zu", n->column - COLUMN_PROPERTIES);
}

void
emit_side(struct emitter *m, const struct sql_node *n, bool instant, const struct sql_select *s)
{
	struct instant_why why;
	int64_t at_ns;

	if (!instant || n->type == SQL_INSTANT) {
		emit_under(m, STACK_LATER, n, s);
		return;
	}
	/* a bare whole number would be a position where it is grouped by */
	emitter_add(m, "mtr_instant(");
	if (n->kind == NODE_STRING && instant_parse(n->text, INSTANT_DATE, &at_ns, &why))
		emit_int(m, at_ns);
	else
		emit_under(m, STACK_LATER + STACK_FIRST, n, s);
	emitter_add(m, ")");
}

static void
emit_compare(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	static const char *const native[] = {
		[OP_EQ] = " = ",
		[OP_NE] = " <> ",
		[OP_LT] = " < ",
		[OP_LE] = " <= ",
		[OP_GT] = " > ",
		[OP_GE] = " >= ",
	};
	static const char *const functions[] = {
		[OP_EQ] = "mtr_eq(",
		[OP_NE] = "mtr_ne(",
		[OP_LT] = "mtr_lt(",
		[OP_LE] = "mtr_le(",
		[OP_GT] = "mtr_gt(",
		[OP_GE] = "mtr_ge(",
	};
	const struct sql_node *x = n->args[0], *y = n->args[1];
	bool instant = x->type == SQL_INSTANT || y->type == SQL_INSTANT;
	bool plain = instant ||
		(x->type == y->type && x->type != SQL_ANY && x->type != SQL_NUMBER &&
			x->type != SQL_NULL);

	emitter_add(m, plain ? "(" : functions[n->op]);
	emit_side(m, x, instant, s);
	emitter_add(m, plain ? native[n->op] : ", ");
	emit_side(m, y, instant, s);
	emitter_add(m, ")");
}

/* SQLite bounds the arguments of a call, so the values come in lists. */
static void
emit_in(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	bool instant = n->args[0]->type == SQL_INSTANT;

	emitter_add(m, n->flag ? "(NOT mtr_in(" : "mtr_in(");
	m->stack += STACK_RIGHT + STACK_LATER;
	emit_under(m, STACK_FIRST, n->args[0], s);
	for (size_t i = 1; i < n->nargs && !m->over; i++) {
		if ((i - 1) % LIST_MAX == 0)
			emitter_add(m, i > 1 ? "), mtr_list(" : ", mtr_list(");
		else
			emitter_add(m, ", ");
		emit_side(m, n->args[i], instant, s);
	}
	m->stack -= STACK_RIGHT + STACK_LATER;
	emitter_add(m, n->flag ? ")))" : "))");
}

static void
emit_case(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	emitter_add(m, "CASE");
	for (size_t i = 0; i < n->nargs && !m->over; i++) {
		if (i % 2 == 1)
			emitter_add(m, " THEN ");
		else
			emitter_add(m, i + 1 < n->nargs ? " WHEN " : " ELSE ");
		emit_under(m, STACK_CASE, n->args[i], s);
	}
	emitter_add(m, " END");
}

static void
emit_not(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	emitter_add(m, "(NOT ");
	emit_under(m, STACK_BRACKET + STACK_RIGHT, n->args[0], s);
	emitter_add(m, ")");
}

static void
emit_is_null(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	emitter_add(m, "(");
	emit_under(m, STACK_BRACKET, n->args[0], s);
	emitter_add(m, n->flag ? " IS NOT NULL)" : " IS NULL)");
}

/* Whether there is room; said once, at the first that finds none. */
static bool
has_room(struct emitter *m, size_t at)
{
	if (m->stack <= STACK_MAX || m->over)
		return !m->over;
	sql_refuse(m->q, at, (struct str){ NULL, 0 }, "nested too deeply");
	m->over = m->refused = true;
	return false;
}

static void
emit(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	if (!has_room(m, n->at))
		return;
	switch (n->kind) {
	case NODE_NULL:
		emitter_add(m, "NULL");
		break;
	case NODE_NUMBER:
		emit_number(m, n);
		break;
	case NODE_STRING:
		emit_text(m, n->text);
		break;
	case NODE_NAME:
		emit_name(m, n, s);
		break;
	case NODE_NEGATE:
		emit_args(m, "mtr_neg", n, 0, s);
		break;
	case NODE_ARITHMETIC:
		emit_chain(m, n, s);
		break;
	case NODE_COMPARE:
		emit_compare(m, n, s);
		break;
	case NODE_AND:
	case NODE_OR:
		emit_logic(m, n, s);
		break;
	case NODE_NOT:
		emit_not(m, n, s);
		break;
	case NODE_IS_NULL:
		emit_is_null(m, n, s);
		break;
	case NODE_IN:
		emit_in(m, n, s);
		break;
	case NODE_CASE:
		emit_case(m, n, s);
		break;
	case NODE_CAST:
		emit_cast(m, n, s);
		break;
	case NODE_CALL:
		emit_call(m, n, s);
		break;
	}
}

/* ---- SELECT ---- */

static void
emit_columns(struct emitter *m, const struct sql_select *s)
{
	emitter_add(m, "SELECT ");
	for (size_t i = 0; i < s->nitems && !m->over; i++) {
		emitter_add(m, i > 0 ? ", " : "");
		emit_under(m, STACK_COLUMN, s->items[i].expr, s);
		buf_printf(m->out, " AS c%u_%zu", s->level, i);
	}
	if (m->q->in_time && !s->grouped && (s->from == NULL || !s->from->grouped))
		emitter_add(m,
			s->from != NULL ? ", row_time, row_id" :
					  ", timestamp AS row_time, transaction_id AS row_id");
}

static void
emit_select(struct emitter *m, const struct sql_select *s)
{
	if (!has_room(m, s->at))
		return;
	emit_columns(m, s);
	emitter_add(m, " FROM ");
	if (s->from != NULL) {
		emitter_add(m, "(");
		m->stack += STACK_FROM;
		emit_select(m, s->from);
		m->stack -= STACK_FROM;
		emitter_add(m, ")");
	} else {
		emitter_add(m, "events");
	}
	m->stack += STACK_BEHIND;
	if (s->where != NULL) {
		emitter_add(m, " WHERE ");
		emit(m, s->where, s);
	}
	for (size_t i = 0; i < s->ngroups && !m->over; i++) {
		emitter_add(m, i > 0 ? ", " : " GROUP BY ");
		emit_key(m, s->groups[i], s);
	}
	m->stack -= STACK_BEHIND;
	emitter_add(m, " LIMIT -1");
}

bool
sql_emit(struct sql_query *q, struct buf *out)
{
	struct emitter m = { .q = q, .out = out };

	emit_select(&m, q->top);
	if (m.over && !m.refused)
		return sql_refuse(q, 0, (struct str){ NULL, 0 }, "the query is too large");
	return !m.over;
}
