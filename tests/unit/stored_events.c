#include "tests/unit/stored_events.h"

#include <stdlib.h>

#include "tests/unit/tap.h"

struct arena events_arena = ARENA_INIT;

static _Noreturn void
give_up(const char *what, const struct err *e)
{
	note("%s: %s [%s]", what, e->text, e->code);
	exit(1);
}

struct store *
events_store(const char *name)
{
	return open_store(make(name), STORE_WRITE);
}

struct event
event_of(const char *id, const char *customer, const char *type, int64_t at_ns,
	const char *properties)
{
	struct event ev = {
		.transaction_id = str_c(id),
		.customer_id = str_c(customer),
		.event_type = str_c(type),
		.timestamp_ns = at_ns,
	};
	struct str text = str_dup(&events_arena, str_c(properties));
	char *p = arena_alloc(&events_arena, text.n + 1);
	struct json_scanner s;

	for (size_t i = 0; i < text.n; i++)
		p[i] = text.p[i] == '\'' ? '"' : text.p[i];
	json_scanner_init(&s);
	if (!event_properties_parse(&s, (struct str){ p, text.n }, &events_arena, &ev)) {
		note("the test itself is wrong: %s", properties);
		exit(1);
	}
	json_scanner_release(&s);
	return ev;
}

struct event_append
append_at(struct store *st, const struct event *events, size_t n, bool rehearsal, int64_t now_ns)
{
	struct event_append a = {
		.batch = event_batch_new(st),
		.rejected = 2,
		.now_ns = now_ns,
		.rehearsal = rehearsal,
	};
	struct err e = ERR_INIT;
	bool done = rehearsal || store_begin(st, &e);

	for (size_t i = 0; i < n; i++)
		event_batch_take(a.batch, &events[i]);
	done = done && event_store_append(st, &a, &events_arena, &e) &&
		(rehearsal || store_save(st, &e));
	if (!done)
		give_up("append", &e);
	event_batch_free(a.batch);
	a.batch = NULL;
	return a;
}

struct event_append
append(struct store *st, const struct event *events, size_t n)
{
	return append_at(st, events, n, false, NOW);
}

const char *
append_one(struct store *st, struct event ev)
{
	struct event_append a = append(st, &ev, 1);

	if (a.naccepted + a.nduplicate + a.nconflict != 1)
		return "miscounted";
	return a.naccepted > 0 ? "new" : a.nduplicate > 0 ? "duplicate" : "conflict";
}

static bool
write_one(void *ctx, const struct stored_event *stored)
{
	struct jsonw w;

	jsonw_init(&w, ctx);
	event_to_json(&w, &stored->event);
	jsonw_release(&w);
	buf_add_char(ctx, '\n');
	return true;
}

const char *
events_json(struct store *st)
{
	const struct event_query q = {
		.from_ns = INSTANT_NONE,
		.to_ns = INSTANT_NONE,
		.in_order = true,
	};
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;
	struct str all;

	if (!event_store_scan(st, &q, write_one, &text, &e))
		give_up("scan", &e);
	all = str_dup(&events_arena, buf_str(&text));
	buf_release(&text);
	return all.p;
}

struct event_store_stats
events_stats(struct store *st)
{
	struct event_store_stats stats;
	struct err e = ERR_INIT;

	if (!event_store_stats(st, &stats, &e))
		give_up("stats", &e);
	return stats;
}

const char *
events_digest(struct store *st)
{
	struct event_store_stats stats = events_stats(st);
	char hex[2 * EVENT_DIGEST_BYTES + 1];

	return str_dup(&events_arena, str_c(hex_text(stats.digest, EVENT_DIGEST_BYTES, hex))).p;
}

static void
write_finding(void *ctx, const char *code, struct str text)
{
	buf_printf(ctx, "%s: %.*s\n", code, STR_FMT(text));
}

const char *
events_check(struct store *st)
{
	struct buf findings = BUF_INIT;
	struct err e = ERR_INIT;
	int64_t differences;
	struct str text;

	if (!store_check(st, write_finding, &findings, &differences, &e))
		give_up("check", &e);
	text = str_dup(&events_arena, buf_str(&findings));
	buf_release(&findings);
	return text.p;
}

void
shuffle_events(struct sweep *s, struct event *events, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)sweep_below(s, i);
		struct event swap = events[i - 1];

		events[i - 1] = events[k];
		events[k] = swap;
	}
}
