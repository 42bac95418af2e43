#include "tests/unit/sql_rows.h"

#include <stdlib.h>

#include "base/instant.h"
#include "store/event_store.h"
#include "store/sql_metric.h"
#include "tests/unit/scratch_store.h"
#include "tests/unit/tap.h"

/* ---- events ---- */

static struct event
event_of(const struct sql_given *g, struct arena *a)
{
	struct event ev = {
		.transaction_id = str_c(g->id),
		.customer_id = STR("c"),
		.event_type = str_c(g->type),
		.timestamp_ns = SQL_START + g->hour * NS_PER_HOUR,
	};
	struct str text = str_dup(a, str_c(g->properties));
	char *p = arena_alloc(a, text.n + 1);
	struct json_scanner s;

	for (size_t i = 0; i < text.n; i++)
		p[i] = text.p[i] == '\'' ? '"' : text.p[i];
	json_scanner_init(&s);
	if (!event_properties_parse(&s, (struct str){ p, text.n }, a, &ev)) {
		note("the test itself is wrong: %s", g->properties);
		exit(1);
	}
	json_scanner_release(&s);
	return ev;
}

struct store *
sql_store(const char *name, const struct sql_given *events, size_t n)
{
	struct store *st = open_store(make(name), STORE_WRITE);
	struct arena a = ARENA_INIT;
	struct event_append b = { .batch = event_batch_new(st), .now_ns = NOW };
	struct err e = ERR_INIT;

	for (size_t i = 0; i < n; i++) {
		struct event ev = event_of(&events[i], &a);

		event_batch_take(b.batch, &ev);
	}
	if (!store_begin(st, &e) || !event_store_append(st, &b, &a, &e) || !store_save(st, &e) ||
		b.naccepted != n) {
		note("append: %s", e.text);
		exit(1);
	}
	event_batch_free(b.batch);
	arena_release(&a);
	return st;
}

/* ---- rows ---- */

struct rows {
	struct arena *arena;
	struct str *p;
	size_t n;
	size_t cap;
};

static void
add_row(void *ctx, const struct sql_row *row)
{
	struct rows *r = ctx;
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < row->groups.n; i++) {
		const struct pair *p = &row->groups.p[i];

		buf_printf(&b, "%s%.*s=%.*s", i > 0 ? " " : "", STR_FMT(p->key),
			STR_FMT(p->value.p != NULL ? p->value : STR("null")));
	}
	buf_add_c(&b, row->groups.n > 0 ? ": " : "");
	buf_add_str(&b, row->has_value ? rat_text_exact(r->arena, row->value) : STR("null"));
	r->p = arena_grow(r->arena, r->p, &r->cap, r->n + 1, sizeof(*r->p));
	r->p[r->n++] = str_dup(r->arena, buf_str(&b));
	buf_release(&b);
}

static const char *
joined(struct rows *r)
{
	struct buf b = BUF_INIT;
	const char *out;

	if (r->n > 1)
		qsort(r->p, r->n, sizeof(*r->p), str_cmp_qsort);
	for (size_t i = 0; i < r->n; i++) {
		buf_add_c(&b, i > 0 ? " | " : "");
		buf_add_str(&b, r->p[i]);
	}
	out = str_dup(r->arena, buf_str(&b)).p;
	buf_release(&b);
	return out;
}

const char *
sql_rows(struct store *st, const char *query, int64_t from_ns, int64_t to_ns, struct arena *a)
{
	struct str keys[] = { STR("c") };
	struct texts customer = { keys, 1 };
	struct sql_set set = { &customer, from_ns, to_ns };
	struct rows rows = { .arena = a };
	struct sql_runner *r = NULL;
	struct err e = ERR_INIT;
	size_t taken;
	const char *out;

	if (sql_runner_open(str_c(query), &r, &e) && sql_gather(r, st, &set, 1, &taken, &e) &&
		taken == 1 && sql_run(r, 0, from_ns, to_ns, add_row, &rows, &e))
		out = joined(&rows);
	else
		out = str_printf(a, "%s: %s", e.code, e.text).p;
	sql_runner_close(r);
	return out;
}
