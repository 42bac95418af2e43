#include "store/sql_emitter.h"

#include "base/banned.h"

static void
emit_rounded(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	emitter_add(m, "mtr_round(");
	emit_under(m, STACK_FIRST, n->args[0], s);
	emitter_add(m, ", ");
	emit_int(m, n->places);
	emitter_add(m, ")");
}

void
emit_cast(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	enum sql_type from = n->args[0]->type;

	switch ((enum sql_cast)n->op) {
	case CAST_DECIMAL:
		emit_args(m, "mtr_number", n, 0, s);
		break;
	case CAST_SCALED:
		emit_rounded(m, n, s);
		break;
	case CAST_TEXT:
		if (from == SQL_INSTANT)
			emit_args(m, "mtr_instant_text", n, 0, s);
		else
			emit_args(m, from == SQL_BOOL ? "mtr_bool_text" : "mtr_text", n, 0, s);
		break;
	case CAST_INSTANT:
		emit_side(m, n->args[0], true, s);
		break;
	}
}

void
emit_key(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	bool mixed = n->type == SQL_ANY && (n->kind != NODE_NAME || s->from != NULL);

	emitter_add(m, mixed ? "mtr_text(" : "(");
	emit_under(m, STACK_FIRST, n, s);
	emitter_add(m, ")");
}

static void
emit_in_time(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	emitter_add(m, n->op == FN_EARLIEST ? "mtr_earliest(" : "mtr_latest(");
	emit_under(m, STACK_FIRST, n->args[0], s);
	emitter_add(m, s->from != NULL ? ", row_time, row_id)" : ", timestamp, transaction_id)");
}

static void
emit_count(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	if (n->nargs == 0) {
		emitter_add(m, "mtr_number(count(*))");
		return;
	}
	emitter_add(m, n->flag ? "mtr_number(count(DISTINCT " : "mtr_number(count(");
	m->stack += 2 * STACK_FIRST;
	emit_key(m, n->args[0], s);
	m->stack -= 2 * STACK_FIRST;
	emitter_add(m, "))");
}

void
emit_call(struct emitter *m, const struct sql_node *n, const struct sql_select *s)
{
	switch ((enum sql_function)n->op) {
	case FN_COUNT:
		emit_count(m, n, s);
		break;
	case FN_SUM:
		emit_args(m, "mtr_sum", n, 0, s);
		break;
	case FN_MIN:
		emit_args(m, "mtr_min", n, 0, s);
		break;
	case FN_MAX:
		emit_args(m, "mtr_max", n, 0, s);
		break;
	case FN_AVG:
		emit_args(m, "mtr_avg", n, 0, s);
		break;
	case FN_EARLIEST:
	case FN_LATEST:
		emit_in_time(m, n, s);
		break;
	case FN_LEAST:
		emit_args(m, "mtr_least", n, 0, s);
		break;
	case FN_GREATEST:
		emit_args(m, "mtr_greatest", n, 0, s);
		break;
	case FN_ROUND:
		emit_rounded(m, n, s);
		break;
	case FN_CEIL:
		emit_args(m, "mtr_ceil", n, 0, s);
		break;
	case FN_FLOOR:
		emit_args(m, "mtr_floor", n, 0, s);
		break;
	case FN_DATE_TRUNC:
		emit_args(m, n->flag ? "mtr_day" : "mtr_hour", n, 1, s);
		break;
	}
}
