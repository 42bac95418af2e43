/* Events in and out: the first of an id wins for ever; scans show what is asked for. */
#include "store/event_store.h"

#include <stdio.h>
#include <string.h>

#include <sqlite3.h>

#include "domain/event_columns.h"
#include "store/stmt.h"
#include "tests/unit/stored_events.h"
#include "tests/unit/tap.h"

static struct arena *const run = &events_arena;

static bool
get(struct store *st, const char *id, struct stored_event *out)
{
	struct err e = ERR_INIT;
	bool found = false;

	if (!event_store_get(st, str_c(id), run, out, &found, &e))
		note("get: %s [%s]", e.text, e.code);
	return found;
}

/* ---- one by one ---- */

static void
test_first_wins(const char *name, const char *a, const char *b, const char *absent)
{
	struct store *st = events_store(name);
	const struct event events[] = {
		event_of(a, "acme", "image", 5, "{'n':3,'s':'x','o':{'b':1,'a':[2]}}"),
		event_of(b, "acme", "image", 5, "{}"),
		event_of(a, "acme", "image", 5, "{'o':{'a':[2],'b':1},'s':'x','n':'3','z':null}"),
		event_of(b, "acme", "image", 5, "{'n':0}"),
	};
	struct event_append done = append(st, events, 4);
	struct stored_event got;

	is_int((int64_t)done.naccepted, 2, "%s: new, and another id", name);
	is_int((int64_t)done.nduplicate, 1, "%s: equal content, written otherwise", name);
	is_int((int64_t)done.nconflict, 1, "%s: other content in the same batch", name);
	is_int((int64_t)done.clashes[0].index, 3, "%s: of this event", name);
	is_str(done.clashes[0].transaction_id.p, b, "%s: and of this id", name);
	is_int(done.clashes[0].recorded_at_ns, NOW, "%s: recorded now", name);
	is_int(done.id, 1, "%s: the first batch", name);
	is_int(done.recorded_at_ns, NOW, "%s: recorded by the clock", name);
	is_str(append_one(st, events[2]), "duplicate", "%s: equal content in another batch", name);
	is_str(append_one(st, events[3]), "conflict", "%s: other content in another batch", name);
	ok(get(st, a, &got), "%s: found by id", name);
	ok(event_difference(&got.event, &events[0], run).n == 0, "%s: with its content", name);
	ok(got.event.properties[0].type == JSON_NUMBER, "%s: with its types", name);
	is_int(got.batch, 1, "%s: its batch", name);
	is_int(got.recorded_at_ns, NOW, "%s: when it was recorded", name);
	ok(!get(st, absent, &got), "%s: no other id is found", name);
	is_str(events_check(st), "", "%s: it checks", name);
	store_close(st);
}

struct clash_case {
	const char *what;
	const char *customer, *type;
	int64_t at_ns;
	const char *properties;
	const char *field, *stored, *repeated; /* NULL: absent */
};

static const struct clash_case clash_cases[] = {
	{ "customer", "Acme", "t", 5, "{'n':1}", "customer_id", "acme", "Acme" },
	{ "event type", "acme", "T", 5, "{'n':1}", "event_type", "t", "T" },
	{ "an instant", "acme", "t", 6, "{'n':1}", "timestamp", "1970-01-01T00:00:00.000000005Z",
		"1970-01-01T00:00:00.000000006Z" },
	{ "a number", "acme", "t", 5, "{'n':1.0}", "properties.n", "1", "1.0" },
	{ "true, not a number", "acme", "t", 5, "{'n':true}", "properties.n", "1", "true" },
	{ "null, not a number", "acme", "t", 5, "{'n':null}", "properties.n", "1", NULL },
	{ "nested, not a number", "acme", "t", 5, "{'n':[1]}", "properties.n", "1", "[1]" },
	{ "one more", "acme", "t", 5, "{'n':1,'m':''}", "properties.m", NULL, "" },
	{ "one less", "acme", "t", 5, "{}", "properties.n", "1", NULL },
};

static void
test_conflicts(const char *name, const char *id)
{
	struct store *st = events_store(name);

	is_str(append_one(st, event_of(id, "acme", "t", 5, "{'n':1}")), "new", "the first");
	for (size_t i = 0; i < countof(clash_cases); i++) {
		const struct clash_case *c = &clash_cases[i];
		struct event ev = event_of(id, c->customer, c->type, c->at_ns, c->properties);
		struct event_append a = append_at(st, &ev, 1, i % 2 == 1, NOW + NS_PER_HOUR);
		const struct event_clash *clash = a.clashes;

		is_int((int64_t)a.nconflict, 1, "%s: conflict", c->what);
		is_int((int64_t)clash->index, 0, "%s: of this record", c->what);
		is_int(clash->recorded_at_ns, NOW, "%s: recorded then", c->what);
		is_str(clash->field.p, c->field, "%s: field", c->what);
		is_str(clash->stored.p, c->stored, "%s: stored", c->what);
		is_str(clash->repeated.p, c->repeated, "%s: repeated", c->what);
		is_int(a.id, 0, "%s: no batch", c->what);
		is_int(a.recorded_at_ns, INSTANT_NONE, "%s: nor its time", c->what);
	}
	store_close(st);
}

/* Several repeats of one event, of events in several batches, in one batch. */
static void
test_many_conflicts(void)
{
	struct store *st = events_store("many.db");
	struct event first[40], again[120];
	struct event_append a;
	size_t wrong = 0;

	for (size_t i = 0; i < 40; i++) {
		first[i] = event_of(str_printf(run, "id %zu", i).p, "acme", "t", (int64_t)i,
			"{'n':1}");
		is_str(append_one(st, first[i]), "new", "stored %zu", i);
	}
	for (size_t i = 0; i < 120; i++) {
		again[i] = first[i % 40];
		if (i / 40 > 0)
			again[i].customer_id = i / 40 == 1 ? STR("a") : STR("b");
	}
	a = append_at(st, again, 120, false, NOW + 1);
	is_int((int64_t)a.nduplicate, 40, "equal ones");
	is_int((int64_t)a.nconflict, 80, "others");
	for (size_t i = 0; i < 80; i++)
		wrong += a.clashes[i].index != 40 + i ||
			!str_eq(a.clashes[i].repeated, i < 40 ? STR("a") : STR("b")) ||
			!str_eq(a.clashes[i].transaction_id, again[i].transaction_id) ||
			a.clashes[i].recorded_at_ns != NOW;
	is_int((int64_t)wrong, 0, "each is named, by index");
	store_close(st);
}

static void
test_cut_values(void)
{
	struct store *st = events_store("cut.db");
	char text[256];

	is_str(append_one(st, event_of("a", "acme", "t", 5, "{'n':1}")), "new", "the first");
	for (int n = EVENT_SHOWN - 4; n <= EVENT_SHOWN + 4; n++) {
		struct buf b = BUF_INIT;
		struct event ev;
		struct event_append a;
		size_t at;

		/* two-byte characters, so that a cut may fall inside of one */
		buf_add_c(&b, n % 2 == 0 ? "" : "x");
		while (b.n < (size_t)n)
			buf_add_c(&b, "\xc3\xa9");
		snprintf(text, sizeof(text), "{'n':'%s'}", buf_cstr(&b));
		buf_release(&b);
		ev = event_of("a", "acme", "t", 5, text);
		a = append(st, &ev, 1);
		is_int((int64_t)a.nconflict, 1, "%d bytes: conflict", n);
		ok(a.clashes[0].repeated.n <= EVENT_SHOWN, "%d bytes: at most EVENT_SHOWN", n);
		ok(str_utf8_valid(a.clashes[0].repeated, &at), "%d bytes: cut between characters",
			n);
		ok((a.clashes[0].repeated.n == (size_t)n) == (n <= EVENT_SHOWN),
			"%d bytes: whole where it fits", n);
	}
	store_close(st);
}

static void
test_batches(void)
{
	struct store *st = events_store("batches.db");
	struct event a = event_of("a", "acme", "t", 5, "{}"),
		     b = event_of("b", "acme", "t", 5, "{}"),
		     c = event_of("c", "acme", "u", 7, "{'n':1}");
	struct event_store_stats stats = events_stats(st);
	struct stored_event got;
	struct err e = ERR_INIT;

	is_int(stats.events, 0, "no events");
	is_int(stats.first_ns, INSTANT_NONE, "no first");
	is_int(stats.last_ns, INSTANT_NONE, "no last");
	is_str(events_digest(st), "00000000000000000000000000000000", "no digest");
	is_int(append(st, NULL, 0).id, 0, "an empty batch is none");
	is_int(append_at(st, &a, 1, false, NOW).id, 1, "ids from 1");
	is_int(append_at(st, &a, 1, false, NOW).id, 0, "a batch of repeats is none");
	is_int(append_at(st, &b, 1, false, NOW - NS_PER_HOUR).id, 2, "ids rise");
	ok(get(st, "b", &got), "stored");
	is_int(got.recorded_at_ns, NOW, "recorded_at does not fall with the clock");

	struct event_append undone = { .batch = event_batch_new(st), .now_ns = NOW };

	ok(store_begin(st, &e), "begin");
	event_batch_take(undone.batch, &c);
	ok(event_store_append(st, &undone, run, &e), "append");
	ok(get(st, "c", &got), "it is there inside the transaction");
	ok(event_store_append(st, &undone, run, &e) && undone.nduplicate == 1,
		"and the next batch of the transaction knows it");
	store_undo(st);
	event_batch_free(undone.batch);
	ok(!get(st, "c", &got), "undone is not there");
	is_str(append_one(st, c), "new", "and may come again");
	stats = events_stats(st);
	is_int(stats.events, 3, "events");
	is_int(stats.batches, 3, "batches");
	is_int(stats.blocks, 3, "blocks");
	is_int(stats.shapes, 2, "shapes");
	is_int(stats.first_ns, 5, "first");
	is_int(stats.last_ns, 7, "last");
	is_str(events_check(st), "", "it checks");
	store_close(st);
}

static void
test_customer_keys(void)
{
	static const char *const keys[] = { "\x01", "\"", "\\", "\\u0041", "\n\t", "\x7f", "/",
		"\xc3\xa9", "\xf0\x9f\x98\x80", "\xe2\x80\xa8", "null", "1", "a\xcc\x81", "\x1f'" };
	struct store *st = events_store("keys.db");
	struct event events[countof(keys)];
	size_t wrong = 0;

	for (size_t i = 0; i < countof(keys); i++)
		events[i] = event_of(str_printf(run, "t%zu", i).p, keys[i], keys[i], 1, "{}");
	is_int((int64_t)append(st, events, countof(keys)).naccepted, countof(keys), "all are new");
	for (size_t i = 0; i < countof(keys); i++) {
		struct stored_event got;

		wrong += !get(st, events[i].transaction_id.p, &got) ||
			!str_is(got.event.customer_id, keys[i]) ||
			!str_is(got.event.event_type, keys[i]);
	}
	is_int((int64_t)wrong, 0, "any text is a key, and an event type");
	is_int((int64_t)append(st, events, countof(keys)).nduplicate, countof(keys), "and known");
	is_str(events_check(st), "", "it checks");
	store_close(st);
}

/* ---- what was damaged is not read ---- */

static void
meddle_open(struct store *st, const char *trigger, const char *sql)
{
	char *text = NULL;

	sqlite3_exec(store_sqlite(st), trigger, NULL, NULL, NULL);
	if (sqlite3_exec(store_sqlite(st), sql, NULL, NULL, &text) != SQLITE_OK)
		note("%s: %s", sql, text);
	sqlite3_free(text);
}

static void
test_damage(void)
{
	static const struct {
		const char *trigger, *sql, *what;
	} cases[] = {
		{ "DROP TRIGGER event_block_no_update",
			"UPDATE event_block SET columns = zeroblob(length(columns))",
			"zeros for columns" },
		{ "DROP TRIGGER event_ids_no_update", "UPDATE event_ids SET ids = x'00'",
			"ids that end early" },
		{ "", "DELETE FROM event_ids", "no ids" },
		{ "DROP TRIGGER event_shape_no_update", "UPDATE event_shape SET names = '[1]'",
			"names that are none" },
		{ "DROP TRIGGER event_customer_no_delete", "DELETE FROM event_customer",
			"no customers" },
		{ "DROP TRIGGER batch_no_delete", "DELETE FROM batch", "no batch" },
		{ "PRAGMA foreign_keys = OFF", "DELETE FROM event_block", "no blocks" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		const char *path = make(str_printf(run, "damage-%zu.db", i).p);
		struct store *st = open_store(path, STORE_WRITE);
		struct event a = event_of("00000000-0000-4000-8000-000000000001", "acme", "t", 5,
			"{'n':1}");
		struct stored_event got;
		struct err e = ERR_INIT;
		bool found;

		is_str(append_one(st, a), "new", "stored");
		meddle_open(st, cases[i].trigger, cases[i].sql);
		store_close(st);
		st = open_store(path, STORE_READ);
		is_refused(event_store_get(st, a.transaction_id, run, &got, &found, &e), &e,
			ERR_FATAL, "db_damaged", cases[i].what);
		store_close(st);
	}
}

/* ---- scans ---- */

struct seen {
	struct buf text; /* ids, each with a blank behind it */
	size_t stop;     /* 0: never */
	size_t n;
};

static bool
see(void *ctx, const struct stored_event *stored)
{
	struct seen *seen = ctx;

	buf_add_str(&seen->text, stored->event.transaction_id);
	buf_add_char(&seen->text, ' ');
	return ++seen->n != seen->stop;
}

static void
sees(struct store *st, const struct event_query *q, size_t stop, const char *want, const char *what)
{
	struct seen seen = { .stop = stop };
	struct err e = ERR_INIT;

	if (!event_store_scan(st, q, see, &seen, &e))
		note("scan: %s [%s]", e.text, e.code);
	is_str(buf_cstr(&seen.text), want, "%s", what);
	buf_release(&seen.text);
}

static struct store *
scanned_store(const char *name)
{
	struct store *st = events_store(name);
	const struct event events[] = {
		event_of("d", "acme", "image", 20, "{}"),
		event_of("b", "globex", "text", 10, "{'m':'x','n':7}"),
		event_of("a", "acme", "text", 20, "{'m':'y','n':8}"),
		event_of("c", "initech", "image", 30, "{}"),
		event_of("z", "acme", "image", INT64_MAX, "{}"),
	};

	for (size_t i = 0; i < countof(events); i += 2)
		(void)append(st, events + i, i + 2 > countof(events) ? 1 : 2);
	return st;
}

static void
test_scan(void)
{
	struct str names[] = { STR("acme"), STR("initech"), STR("nobody") };
	struct str types[] = { STR("image") };
	const struct texts customers = { names, 3 }, event_types = { types, 1 }, none = { NULL, 0 };
	const struct event_query all = { .from_ns = INSTANT_NONE,
		.to_ns = INSTANT_NONE,
		.in_order = true };
	struct event_query q = all;
	struct store *st = events_store("nothing.db");

	sees(st, &all, 0, "", "nothing there");
	store_close(st);
	st = scanned_store("scan.db");
	sees(st, &all, 0, "b a d c z ", "all, by time and id, the last instant too");
	q.from_ns = 20;
	q.to_ns = 30;
	sees(st, &q, 0, "a d ", "half-open");
	q.to_ns = 20;
	sees(st, &q, 0, "", "an empty range");
	q = all;
	q.to_ns = INT64_MAX;
	sees(st, &q, 0, "b a d c ", "before the last instant");
	q.to_ns = INT64_MIN + 1;
	sees(st, &q, 0, "", "before all time");
	q = all;
	q.customers = &customers;
	sees(st, &q, 0, "a d c z ", "some customers");
	q.event_types = &event_types;
	sees(st, &q, 0, "d c z ", "of one event type");
	q.customers = &none;
	sees(st, &q, 0, "", "of no customer");
	sees(st, &all, 2, "b a ", "a visit stops the scan");
	sees(st, &all, 0, "b a d c z ", "and the next one begins anew");
	store_close(st);
}

static bool
see_columns(void *ctx, const struct event_columns *c)
{
	struct buf *text = ctx;
	char room[CELL_TEXT_SIZE];

	buf_printf(text, "%.*s:", STR_FMT(c->event_type));
	for (size_t row = 0; row < c->n; row++) {
		buf_printf(text, " %lld %.*s", (long long)c->timestamps_ns[row],
			STR_FMT(c->customer_keys[c->customers[row]]));
		if (c->ids != NULL)
			buf_printf(text, " %.*s", STR_FMT(c->ids[row]));
		for (size_t i = 0; i < c->nproperties; i++) {
			if (c->properties[i].read)
				buf_printf(text, " %.*s=%.*s", STR_FMT(c->properties[i].name),
					STR_FMT(event_cell(&c->properties[i], row, room).text));
		}
	}
	buf_add_c(text, "; ");
	return true;
}

static void
sees_columns(struct store *st, const struct event_query *q, const char *want, const char *what)
{
	struct buf text = BUF_INIT;
	struct err e = ERR_INIT;

	if (!event_store_scan_columns(st, q, see_columns, &text, &e))
		note("scan: %s [%s]", e.text, e.code);
	is_str(buf_cstr(&text), want, "%s", what);
	buf_release(&text);
}

static void
test_columns(void)
{
	struct store *st = scanned_store("columns.db");
	struct str types[] = { STR("text") }, properties[] = { STR("n"), STR("nothing") };
	struct str names[] = { STR("acme"), STR("nobody") }, nobody[] = { STR("nobody") };
	const struct texts event_types = { types, 1 }, some = { properties, 2 };
	const struct texts customers = { names, 2 }, strangers = { nobody, 1 };
	struct event_query q = { .from_ns = INSTANT_NONE,
		.to_ns = INSTANT_NONE,
		.event_types = &event_types };

	sees_columns(st, &q, "text: 10 globex m=x n=7; text: 20 acme m=y n=8; ", "all of a type");
	q.properties = &some;
	sees_columns(st, &q, "text: 10 globex n=7; text: 20 acme n=8; ", "one property");
	q.ids = true;
	sees_columns(st, &q, "text: 10 globex b n=7; text: 20 acme a n=8; ", "with ids");
	q.to_ns = 20;
	sees_columns(st, &q, "text: 10 globex b n=7; ", "blocks of the time alone");
	q.to_ns = INSTANT_NONE;
	q.customers = &customers;
	sees_columns(st, &q, "text: 20 acme a n=8; ", "blocks of the customer alone");
	q.customers = &strangers;
	sees_columns(st, &q, "", "of nobody");
	store_close(st);
}

int
main(void)
{
	test_first_wins("texts.db", "a", "b", "A");
	test_first_wins("uuids.db", "0d5e1f06-0000-4000-8000-0000000000aa",
		"0d5e1f06-0000-4000-8000-0000000000ab", "0d5e1f06-0000-4000-8000-0000000000AA");
	test_conflicts("clash-text.db", "a");
	test_conflicts("clash-uuid.db", "0d5e1f06-0000-4000-8000-0000000000aa");
	test_many_conflicts();
	test_cut_values();
	test_batches();
	test_customer_keys();
	test_damage();
	test_scan();
	test_columns();
	arena_release(run);
	return done();
}
