/* Events in and out: the first of an id wins for ever, in whatever order and batches they come. */
#include "store/event_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "store/stmt.h"
#include "tests/unit/scratch.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define NOW INT64_C(1727740800000000000) /* 2024-10-01 */

static struct arena run = ARENA_INIT;

static struct store_options
options(const char *path, enum store_mode mode)
{
	return (struct store_options){
		.path = path,
		.mode = mode,
		.lock_wait_ms = 20000,
		.now_ns = NOW,
		.tool = "mtr-ingest",
		.verb = "",
	};
}

static struct store *
open_store(const char *path, enum store_mode mode)
{
	struct store_options opt = options(path, mode);
	struct err e = ERR_INIT;
	struct store *st = NULL;

	if (!store_open(&opt, &st, &e)) {
		note("%s", e.text);
		exit(1);
	}
	return st;
}

static struct store *
new_store(const char *name)
{
	const char *path = scratch_path(name);
	struct store_options opt = options(path, STORE_WRITE);
	struct err e = ERR_INIT;

	if (!store_create(&opt, NULL, &e)) {
		note("%s: %s", path, e.text);
		exit(1);
	}
	return open_store(path, STORE_WRITE);
}

/* ---- events ---- */

/* properties: JSON in single quotes. */
static struct event
event(const char *id, const char *customer, const char *type, int64_t at_ns, const char *properties)
{
	struct event ev = {
		.transaction_id = str_c(id),
		.customer_id = str_c(customer),
		.event_type = str_c(type),
		.timestamp_ns = at_ns,
	};
	struct str text = str_dup(&run, str_c(properties));
	char *p = arena_alloc(&run, text.n + 1);
	struct json_scanner s;

	for (size_t i = 0; i < text.n; i++)
		p[i] = text.p[i] == '\'' ? '"' : text.p[i];
	json_scanner_init(&s);
	if (!event_properties_parse(&s, (struct str){ p, text.n }, &run, &ev)) {
		note("the test itself is wrong: %s", properties);
		exit(1);
	}
	json_scanner_release(&s);
	return ev;
}

static struct event_batch
append_at(struct store *st, const struct event *events, size_t n, bool rehearsal, int64_t now_ns)
{
	struct event_batch b = {
		.events = events,
		.n = n,
		.rejected = 2,
		.now_ns = now_ns,
		.rehearsal = rehearsal,
	};
	struct err e = ERR_INIT;
	bool done = rehearsal || store_begin(st, &e);

	done = done && event_store_append(st, &b, &run, &e) && (rehearsal || store_save(st, &e));
	if (!done) {
		note("append: %s [%s]", e.text, e.code);
		exit(1);
	}
	return b;
}

static struct event_batch
append(struct store *st, const struct event *events, size_t n)
{
	return append_at(st, events, n, false, NOW);
}

static enum event_outcome
append_one(struct store *st, struct event ev)
{
	return append(st, &ev, 1).outcomes[0];
}

/* ---- one by one ---- */

static void
test_first_wins(void)
{
	struct store *st = new_store("first.db");
	const struct event events[] = {
		event("a", "acme", "image", 5, "{'n':3,'s':'x','o':{'b':1,'a':[2]}}"),
		event("b", "acme", "image", 5, "{}"),
		event("a", "acme", "image", 5, "{'o':{'a':[2],'b':1},'s':'x','n':'3','z':null}"),
		event("b", "acme", "image", 5, "{'n':0}"),
	};
	struct event_batch b = append(st, events, 4);
	struct stored_event got;
	struct err e = ERR_INIT;
	bool found;

	is_int(b.outcomes[0], EVENT_ACCEPTED, "new");
	is_int(b.outcomes[1], EVENT_ACCEPTED, "another id");
	is_int(b.outcomes[2], EVENT_DUPLICATE,
		"equal content in the same batch, written otherwise");
	is_int(b.outcomes[3], EVENT_CONFLICT, "other content in the same batch");
	is_int((int64_t)b.accepted, 2, "accepted");
	is_int((int64_t)b.duplicate, 1, "duplicate");
	is_int((int64_t)b.conflict, 1, "conflict");
	is_int(b.id, 1, "the first batch");
	is_int(append_one(st, events[2]), EVENT_DUPLICATE, "equal content in another batch");

	ok(event_store_get(st, STR("a"), &run, &got, &found, &e) && found, "found by id");
	ok(event_difference(&got.event, &events[0], &run).n == 0, "with its content");
	ok(got.event.properties[0].type == JSON_NUMBER, "with the types it came with");
	is_int(got.batch, 1, "its batch");
	is_int(got.recorded_at_ns, NOW, "when it was recorded");
	ok(event_store_get(st, STR("A"), &run, &got, &found, &e) && !found,
		"no other id is found: case counts");
	store_close(st);
}

struct clash_case {
	const char *what;
	const char *customer, *type;
	int64_t at_ns;
	const char *properties;
	const char *field, *stored, *repeated; /* NULL: absent */
};

static void
test_conflicts(void)
{
	static const struct clash_case cases[] = {
		{ "customer", "Acme", "t", 5, "{'n':1}", "customer_id", "acme", "Acme" },
		{ "event type", "acme", "T", 5, "{'n':1}", "event_type", "t", "T" },
		{ "an instant", "acme", "t", 6, "{'n':1}", "timestamp",
			"1970-01-01T00:00:00.000000005Z", "1970-01-01T00:00:00.000000006Z" },
		{ "a number", "acme", "t", 5, "{'n':1.0}", "properties.n", "1", "1.0" },
		{ "true, not a number", "acme", "t", 5, "{'n':true}", "properties.n", "1", "true" },
		{ "null, not a number", "acme", "t", 5, "{'n':null}", "properties.n", "1", NULL },
		{ "nested, not a number", "acme", "t", 5, "{'n':[1]}", "properties.n", "1", "[1]" },
		{ "one more", "acme", "t", 5, "{'n':1,'m':''}", "properties.m", NULL, "" },
		{ "one less", "acme", "t", 5, "{}", "properties.n", "1", NULL },
	};
	struct store *st = new_store("clash.db");

	is_int(append_one(st, event("a", "acme", "t", 5, "{'n':1}")), EVENT_ACCEPTED, "the first");
	for (size_t i = 0; i < countof(cases); i++) {
		const struct clash_case *c = &cases[i];
		struct event ev = event("a", c->customer, c->type, c->at_ns, c->properties);
		struct event_batch b = append_at(st, &ev, 1, i % 2 == 1, NOW + NS_PER_HOUR);
		const struct event_clash *clash = b.clashes;

		is_int(b.outcomes[0], EVENT_CONFLICT, "%s: conflict", c->what);
		is_int((int64_t)clash->index, 0, "%s: of this record", c->what);
		is_int(clash->recorded_at_ns, NOW, "%s: recorded then", c->what);
		is_str(clash->field.p, c->field, "%s: field", c->what);
		is_str(clash->stored.p, c->stored, "%s: stored", c->what);
		is_str(clash->repeated.p, c->repeated, "%s: repeated", c->what);
		is_int(b.id, 0, "%s: no batch", c->what);
	}
	store_close(st);
}

static void
test_cut_values(void)
{
	struct store *st = new_store("cut.db");
	char text[256];

	is_int(append_one(st, event("a", "acme", "t", 5, "{'n':1}")), EVENT_ACCEPTED, "the first");
	for (int n = EVENT_SHOWN - 4; n <= EVENT_SHOWN + 4; n++) {
		struct event ev;
		struct event_batch b;
		size_t at;

		/* two-byte characters, so that a cut may fall inside of one */
		snprintf(text, sizeof(text), "{'n':'%.*s%.*s'}", n % 2, "x", n / 2 * 2,
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"
			"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9");
		ev = event("a", "acme", "t", 5, text);
		b = append(st, &ev, 1);
		is_int(b.outcomes[0], EVENT_CONFLICT, "%d bytes: conflict", n);
		ok(b.clashes[0].repeated.n <= EVENT_SHOWN, "%d bytes: at most EVENT_SHOWN", n);
		ok(str_utf8_valid(b.clashes[0].repeated, &at), "%d bytes: cut between characters",
			n);
		ok((b.clashes[0].repeated.n == (size_t)n) == (n <= EVENT_SHOWN),
			"%d bytes: whole where it fits", n);
	}
	store_close(st);
}

static void
test_batches(void)
{
	struct store *st = new_store("batches.db");
	struct event a = event("a", "acme", "t", 5, "{}"), b = event("b", "acme", "t", 5, "{}");
	struct stored_event got;
	struct event_store_stats stats;
	struct err e = ERR_INIT;
	bool found;

	ok(event_store_stats(st, &stats, &e), "stats of nothing");
	is_int(stats.events, 0, "no events");
	is_int(stats.first_ns, INSTANT_NONE, "no first");
	is_int(stats.last_ns, INSTANT_NONE, "no last");
	is_int(append(st, NULL, 0).id, 0, "an empty batch is none");
	is_int(append_at(st, &a, 1, false, NOW).id, 1, "ids from 1");
	is_int(append_at(st, &a, 1, false, NOW).id, 0, "a batch of repeats is none");
	is_int(append_at(st, &b, 1, false, NOW - NS_PER_HOUR).id, 2, "ids rise");
	ok(event_store_get(st, STR("b"), &run, &got, &found, &e) && found, "stored");
	is_int(got.recorded_at_ns, NOW, "recorded_at does not fall with the clock");

	ok(store_begin(st, &e), "begin");
	struct event c = event("c", "acme", "t", 7, "{}");
	struct event_batch undone = { .events = &c, .n = 1, .now_ns = NOW };
	ok(event_store_append(st, &undone, &run, &e), "append");
	store_undo(st);
	ok(event_store_get(st, STR("c"), &run, &got, &found, &e) && !found, "undone is not there");
	is_int(append_one(st, c), EVENT_ACCEPTED, "and may come again");
	ok(event_store_stats(st, &stats, &e), "stats");
	is_int(stats.events, 3, "events");
	is_int(stats.batches, 3, "batches");
	is_int(stats.first_ns, 5, "first");
	is_int(stats.last_ns, 7, "last");
	store_close(st);
}

static void
test_damage(void)
{
	struct store *st = new_store("damage.db");
	struct event a = event("a", "acme", "t", 5, "{'n':1}");
	struct event_batch b = { .events = &a, .n = 1, .now_ns = NOW };
	struct stored_event got;
	struct err e = ERR_INIT;
	bool found;

	is_int(append_one(st, a), EVENT_ACCEPTED, "stored");
	sqlite3_exec(store_sqlite(st),
		"DROP TRIGGER event_no_update;"
		"UPDATE event SET properties = '[1]'",
		NULL, NULL, NULL);
	ok(!event_store_get(st, STR("a"), &run, &got, &found, &e), "damaged properties: not read");
	is_str(e.code, "db_damaged", "damaged properties: code");
	is_int(e.kind, ERR_FATAL, "damaged properties: kind");
	err_clear(&e);
	ok(store_begin(st, &e) && !event_store_append(st, &b, &run, &e),
		"damaged properties: not compared");
	is_str(e.code, "db_damaged", "damaged properties: code when compared");
	store_undo(st);
	err_clear(&e);
	sqlite3_exec(store_sqlite(st), "DROP TRIGGER batch_no_delete; DELETE FROM batch", NULL,
		NULL, NULL);
	ok(!event_store_get(st, STR("a"), &run, &got, &found, &e), "no batch: not read");
	is_str(e.code, "db_damaged", "no batch: code");
	store_close(st);
}

/* ---- scans ---- */

struct seen {
	struct buf text; /* ids, each with a blank behind it */
	size_t stop;     /* 0: never */
	size_t n;
	bool in_order;
	int64_t last_ns;
	struct str last_id;
};

static bool
see(void *ctx, const struct stored_event *stored)
{
	struct seen *seen = ctx;
	const struct event *ev = &stored->event;

	if (seen->n > 0 &&
		(ev->timestamp_ns < seen->last_ns ||
			(ev->timestamp_ns == seen->last_ns &&
				str_cmp(ev->transaction_id, seen->last_id) <= 0)))
		seen->in_order = false;
	seen->last_ns = ev->timestamp_ns;
	seen->last_id = str_dup(&run, ev->transaction_id);
	buf_add_str(&seen->text, ev->transaction_id);
	buf_add_char(&seen->text, ' ');
	return ++seen->n != seen->stop;
}

static struct seen
scan(struct store *st, const struct event_query *q, size_t stop)
{
	struct seen seen = { .stop = stop, .in_order = true };
	struct err e = ERR_INIT;

	if (!event_store_scan(st, q, see, &seen, &e))
		note("scan: %s [%s]", e.text, e.code);
	return seen;
}

static void
sees(struct store *st, const struct event_query *q, const char *want, const char *what)
{
	struct seen seen = scan(st, q, 0);

	is_str(buf_cstr(&seen.text), want, "%s", what);
	buf_release(&seen.text);
}

static void
test_scan(void)
{
	struct store *st = new_store("scan.db");
	const struct event events[] = {
		event("d", "acme", "image", 20, "{}"),
		event("b", "globex", "text", 10, "{}"),
		event("a", "acme", "text", 20, "{}"),
		event("c", "initech", "image", 30, "{}"),
		event("z", "acme", "image", INT64_MAX, "{}"),
	};
	struct str names[] = { STR("acme"), STR("initech"), STR("nobody") };
	struct str types[] = { STR("image") };
	const struct texts customers = { names, 3 }, event_types = { types, 1 }, none = { NULL, 0 };
	struct event_query all = { .from_ns = INSTANT_NONE,
		.to_ns = INSTANT_NONE,
		.in_order = true };
	struct event_query q = all;
	struct seen seen;

	sees(st, &all, "", "nothing there");
	(void)append(st, events, countof(events));
	sees(st, &all, "b a d c z ", "all, by time and id, the last instant too");
	q.from_ns = 20;
	q.to_ns = 30;
	sees(st, &q, "a d ", "half-open");
	q.to_ns = 20;
	sees(st, &q, "", "an empty range");
	q = all;
	q.to_ns = INT64_MAX;
	sees(st, &q, "b a d c ", "before the last instant");
	q.to_ns = INT64_MIN + 1;
	sees(st, &q, "", "before all time");
	q = all;
	q.customers = &customers;
	sees(st, &q, "a d c z ", "some customers");
	q.event_types = &event_types;
	sees(st, &q, "d c z ", "of one event type");
	q.customers = &none;
	sees(st, &q, "", "of no customer");
	seen = scan(st, &all, 2);
	is_str(buf_cstr(&seen.text), "b a ", "a visit stops the scan");
	buf_release(&seen.text);
	sees(st, &all, "b a d c z ", "and the next one begins anew");
	store_close(st);
}

/* ---- the laws, against a model ---- */

#define IDS 40
#define EVENTS 400

/* A repeat has the content of its id, or other content. */
static struct event
random_event(struct sweep *s)
{
	uint64_t id = sweep_below(s, IDS);
	bool other = sweep_below(s, 4) == 0;
	struct str name = str_printf(&run, "id-%02u", (unsigned)id);
	struct str properties = str_printf(&run, other ? "{'n':%u,'x':%u}" : "{'n':%u}",
		(unsigned)id, (unsigned)sweep_below(s, 3));

	return event(name.p, id % 3 == 0 ? "acme" : "globex", id % 2 == 0 ? "image" : "text",
		(int64_t)(id / 4), properties.p);
}

static enum event_outcome
model(const struct event **stored, const struct event *ev)
{
	for (size_t i = 0; i < IDS; i++) {
		if (stored[i] == NULL) {
			stored[i] = ev;
			return EVENT_ACCEPTED;
		}
		if (str_eq(stored[i]->transaction_id, ev->transaction_id))
			return event_difference(stored[i], ev, &run).n == 0 ? EVENT_DUPLICATE :
									      EVENT_CONFLICT;
	}
	return EVENT_CONFLICT;
}

/* Number of events whose outcome is not that of the model; batches of random sizes. */
static size_t
feed(struct store *st, struct sweep *s, const struct event *events, bool rehearsal)
{
	const struct event *stored[IDS] = { NULL };
	size_t wrong = 0;

	for (size_t i = 0; i < EVENTS;) {
		size_t n = 1 + (size_t)sweep_below(s, 60);
		struct event_batch b;

		n = n > EVENTS - i ? EVENTS - i : n;
		b = append_at(st, events + i, n, rehearsal, NOW);
		wrong += b.accepted + b.duplicate + b.conflict != n;
		for (size_t k = 0; k < n; k++)
			wrong += b.outcomes[k] != model(stored, &events[i + k]);
		i += n;
	}
	return wrong;
}

static bool
write_one(void *ctx, const struct stored_event *stored)
{
	struct jsonw w;

	jsonw_init(&w, ctx);
	event_to_json(&w, &stored->event);
	jsonw_release(&w);
	return true;
}

static const char *
contents(struct store *st)
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
		note("scan: %s [%s]", e.text, e.code);
	all = str_dup(&run, buf_str(&text));
	buf_release(&text);
	return all.p;
}

static void
test_model(uint64_t seed)
{
	struct sweep s = sweep_start("outcomes", seed);
	struct event *events = ARENA_ARRAY(&run, EVENTS, struct event);
	struct store *st = new_store(str_printf(&run, "model-%u.db", (unsigned)seed).p);
	struct event_store_stats stats;
	struct err e = ERR_INIT;

	for (size_t i = 0; i < EVENTS; i++)
		events[i] = random_event(&s);
	is_int((int64_t)feed(st, &s, events, true), 0, "seed %d: rehearsed as the model",
		(int)seed);
	ok(event_store_stats(st, &stats, &e) && stats.events == 0 && stats.batches == 0,
		"seed %d: a rehearsal stores nothing", (int)seed);
	is_int((int64_t)feed(st, &s, events, false), 0, "seed %d: stored as the model", (int)seed);
	const char *before = contents(st);
	struct event_batch again = append(st, events, EVENTS);
	is_int((int64_t)again.accepted, 0, "seed %d: nothing of it is new again", (int)seed);
	is_str(contents(st), before, "seed %d: repeats change nothing", (int)seed);
	store_close(st);
}

/* Distinct events: whatever the order and the batches, the same is stored. */
static void
test_order(uint64_t seed)
{
	struct sweep s = sweep_start("order", seed);
	struct event *events = ARENA_ARRAY(&run, EVENTS, struct event);
	const char *wanted = NULL;

	for (size_t i = 0; i < EVENTS; i++)
		events[i] = event(
			str_printf(&run, "%u-%u", (unsigned)sweep_below(&s, 1000), (unsigned)i).p,
			"acme", "t", (int64_t)sweep_below(&s, 50), "{'n':1.50}");
	for (unsigned round = 0; round < 3; round++) {
		struct store *st = new_store(
			str_printf(&run, "order-%u-%u.db", (unsigned)seed, round).p);
		struct seen seen;

		for (size_t i = EVENTS - 1; i > 0; i--) {
			size_t k = (size_t)sweep_below(&s, i + 1);
			struct event swap = events[i];

			events[i] = events[k];
			events[k] = swap;
		}
		for (size_t i = 0, n; i < EVENTS; i += n) {
			n = 1 + (size_t)sweep_below(&s, EVENTS - i);
			(void)append(st, events + i, n);
		}
		if (wanted == NULL)
			wanted = contents(st);
		is_str(contents(st), wanted, "seed %d: order %u", (int)seed, round);
		seen = scan(st,
			&(struct event_query){ INSTANT_NONE, INSTANT_NONE, NULL, NULL, true,
				round % 2 == 0 },
			0);
		ok(seen.in_order && seen.n == EVENTS, "seed %d: in order, whole", (int)seed);
		buf_release(&seen.text);
		store_close(st);
	}
}

int
main(void)
{
	test_first_wins();
	test_conflicts();
	test_cut_values();
	test_batches();
	test_damage();
	test_scan();
	for (uint64_t seed = 1; seed <= 4; seed++) {
		test_model(seed);
		test_order(seed);
	}
	arena_release(&run);
	return done();
}
