/*
 * mtr-event - stored events: look up, export, count, find what nothing matches.
 */
#include "cli.h"

#include "show.h"
#include "tasks/event.h"

#include "base/banned.h"

/* ---- get ---- */

static const struct cli_column get_columns[] = {
	{ "transaction_id", "transaction_id", CELL_TEXT },
	{ "timestamp", "timestamp", CELL_INSTANT },
	{ "customer_id", "customer_id", CELL_TEXT },
	{ "customer", "matched_customer.name", CELL_TEXT },
	{ "event_type", "event_type", CELL_TEXT },
	{ "properties", "properties", CELL_TEXT },
	{ "batch", "batch", CELL_NUMBER },
	{ "recorded_at", "recorded_at", CELL_INSTANT },
};

static void
write_view(struct jsonw *w, const void *view)
{
	event_view_json(w, view);
}

static bool
get_one(struct cli *c, void *ctx, struct str id, struct err *e)
{
	struct event_view view;

	return event_look_up(c->store, id, ctx, &c->rec, &view, e) && show(c, write_view, &view);
}

static bool
get(struct cli *c)
{
	struct metric_list metrics;

	cli_columns(c, get_columns, countof(get_columns));
	return event_metrics(c->store, &c->run, &metrics, &c->e) &&
		cli_each_name(c, get_one, &metrics);
}

/* ---- what is selected ---- */

static struct texts
texts_of(struct cli *c, const char *option)
{
	size_t n;
	const char *const *values = cli_values(c, option, &n);
	struct texts texts = { ARENA_ARRAY(&c->run, n, struct str), n };

	for (size_t i = 0; i < n; i++)
		texts.p[i] = str_c(values[i]);
	return texts;
}

static bool
selection(struct cli *c, struct event_selection *out)
{
	const struct event_filter filter = {
		.customers = texts_of(c, "customer"),
		.event_types = texts_of(c, "event-type"),
		.from_ns = c->from_ns,
		.to_ns = c->to_ns,
	};

	return event_select(c->store, &filter, c->now_ns, &c->run, out, &c->e);
}

/* ---- export ---- */

struct exporter {
	struct cli *c;
	struct buf line;
	uint64_t n;
};

static bool
export_one(void *ctx, const struct stored_event *stored)
{
	struct exporter *x = ctx;
	struct jsonw w;

	buf_clear(&x->line);
	jsonw_init(&w, &x->line);
	event_to_json(&w, &stored->event);
	jsonw_release(&w);
	buf_add_char(&x->line, '\n');
	cli_put_bytes(x->c, buf_str(&x->line));
	x->n++;
	cli_progress(x->c, "events", x->n, 0);
	return true;
}

static bool
export_all(struct cli *c)
{
	struct exporter x = { .c = c };
	struct event_selection s;
	bool ok;

	if (!selection(c, &s))
		return false;
	s.query.in_order = true;
	ok = event_store_scan(c->store, &s.query, export_one, &x, &c->e);
	buf_release(&x.line);
	return ok && event_selected(&s, x.n, &c->e);
}

/* ---- count ---- */

/* The words of --by, in the order of enum tally_by; TALLY_ALL is none. */
#define BY_WORDS "customer|event_type"

static const char *const by_keys[] = {
	[TALLY_ALL] = NULL,
	[TALLY_CUSTOMER] = "customer_id",
	[TALLY_EVENT_TYPE] = "event_type",
};

static enum tally_by
by_of(struct cli *c)
{
	struct str word = str_c(cli_value(c, "by"));

	if (word.n == 0)
		return TALLY_ALL;
	return str_is(word, "customer") ? TALLY_CUSTOMER : TALLY_EVENT_TYPE;
}

static const struct cli_column count_columns[][4] = {
	[TALLY_ALL] = {
		{ "events", "events", CELL_NUMBER },
		{ "first_timestamp", "first_timestamp", CELL_INSTANT },
		{ "last_timestamp", "last_timestamp", CELL_INSTANT },
	},
	[TALLY_CUSTOMER] = {
		{ "customer_id", "customer_id", CELL_TEXT },
		{ "events", "events", CELL_NUMBER },
		{ "first_timestamp", "first_timestamp", CELL_INSTANT },
		{ "last_timestamp", "last_timestamp", CELL_INSTANT },
	},
	[TALLY_EVENT_TYPE] = {
		{ "event_type", "event_type", CELL_TEXT },
		{ "events", "events", CELL_NUMBER },
		{ "first_timestamp", "first_timestamp", CELL_INSTANT },
		{ "last_timestamp", "last_timestamp", CELL_INSTANT },
	},
};

struct counted {
	const char *key; /* NULL: no key */
	const struct tally *tally;
};

static void
write_counted(struct jsonw *w, const void *counted)
{
	const struct counted *x = counted;

	jsonw_object(w);
	if (x->key != NULL)
		jsonw_member_str(w, x->key, x->tally->key);
	tally_members(w, x->tally);
	jsonw_end(w);
}

static bool
count(struct cli *c)
{
	enum tally_by by = by_of(c);
	struct event_selection s;
	struct tallies t;
	uint64_t n = 0;

	cli_columns(c, count_columns[by], by == TALLY_ALL ? 3 : 4);
	if (!selection(c, &s) || !event_count(c->store, &s, by, &c->run, &t, &c->e))
		return false;
	for (size_t i = 0; i < t.n; i++)
		n += t.p[i].events;
	if (!event_selected(&s, n, &c->e))
		return false;
	for (size_t i = 0; i < t.n; i++)
		(void)show(c, write_counted, &(struct counted){ by_keys[by], &t.p[i] });
	return true;
}

/* ---- unmatched ---- */

static const struct cli_column unmatched_columns[] = {
	{ "unmatched", "unmatched", CELL_TEXT },
	{ "value", "value", CELL_TEXT },
	{ "events", "events", CELL_NUMBER },
	{ "first_timestamp", "first_timestamp", CELL_INSTANT },
	{ "last_timestamp", "last_timestamp", CELL_INSTANT },
};

static void
write_unmatched(struct jsonw *w, const void *counted)
{
	const struct counted *x = counted;

	jsonw_object(w);
	jsonw_member_c(w, "unmatched", x->key);
	jsonw_member_str(w, "value", x->tally->key);
	tally_members(w, x->tally);
	jsonw_end(w);
}

static void
show_unmatched(struct cli *c, const char *key, const struct tallies *t)
{
	for (size_t i = 0; i < t->n; i++)
		(void)show(c, write_unmatched, &(struct counted){ key, &t->p[i] });
}

static bool
unmatched(struct cli *c)
{
	const struct event_filter filter = { .from_ns = c->from_ns, .to_ns = c->to_ns };
	struct event_selection s;
	struct unmatched u;

	cli_columns(c, unmatched_columns, countof(unmatched_columns));
	if (!event_select(c->store, &filter, c->now_ns, &c->run, &s, &c->e) ||
		!event_unmatched(c->store, &s, &c->run, &u, &c->e))
		return false;
	show_unmatched(c, "customer_id", &u.customers);
	show_unmatched(c, "event_type", &u.event_types);
	return true;
}

/* ---- verbs ---- */

/* The filters, and what count has beside them. */
#define FILTERS 2

static const struct cli_option options[] = {
	{ "customer", "CUSTOMER", "events of this customer (id, alias or name), or of this key",
		true },
	{ "event-type", "TYPE", "events of this type", true },
	{ "by", BY_WORDS, "one line for each", false },
};

static const struct verb verbs[] = {
	{ "get", get, "id ...", "write events with what they matched", ACCEPT_READING,
		CLI_STORE_READ, NULL, 0 },
	{ "export", export_all, "", "write events in order of time, fit for mtr-ingest",
		ACCEPT_DB | ACCEPT_NOW | ACCEPT_RANGE | ACCEPT_PROGRESS, CLI_STORE_READ, options,
		FILTERS },
	{ "count", count, "", "count events", ACCEPT_READING | ACCEPT_RANGE, CLI_STORE_READ,
		options, countof(options) },
	{ "unmatched", unmatched, "", "count what belongs to no customer or feeds no metric",
		ACCEPT_READING | ACCEPT_RANGE, CLI_STORE_READ, NULL, 0 },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-event", "stored usage events: look up, export, count", verbs,
		countof(verbs), argc, argv);
}
