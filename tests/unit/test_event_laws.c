/* What is stored does not depend on the order, the batches, the repeats or who writes. */
#include <stdlib.h>
#include <string.h>

#include "store/event_batch_shape.h"
#include "store/event_scan.h"
#include "tests/unit/scratch.h"
#include "tests/unit/stored_events.h"
#include "tests/unit/tap.h"

static struct arena *const run = &events_arena;

#define IDS 40
#define EVENTS 400

/* Some of them UUIDs. */
static const char *
id_of(uint64_t n)
{
	if (n % 3 == 0)
		return str_printf(run, "00000000-0000-4000-8000-%012u", (unsigned)n).p;
	return str_printf(run, "id %u", (unsigned)n).p;
}

/* ---- against a model ---- */

/* A repeat has the content of its id, or other content. */
static struct event
random_event(struct sweep *s)
{
	uint64_t id = sweep_below(s, IDS);
	bool other = sweep_below(s, 4) == 0;
	struct str properties = str_printf(run, other ? "{'n':%u,'x':%u}" : "{'n':%u}",
		(unsigned)id, (unsigned)sweep_below(s, 3));

	return event_of(id_of(id), id % 3 == 0 ? "acme" : "globex", id % 2 == 0 ? "image" : "text",
		(int64_t)(id / 4), properties.p);
}

enum outcome { NEW, DUPLICATE, CONFLICT };

static enum outcome
model(const struct event **stored, const struct event *ev)
{
	for (size_t i = 0; i < IDS; i++) {
		if (stored[i] == NULL) {
			stored[i] = ev;
			return NEW;
		}
		if (str_eq(stored[i]->transaction_id, ev->transaction_id))
			return event_difference(stored[i], ev, run).n == 0 ? DUPLICATE : CONFLICT;
	}
	return CONFLICT;
}

/* Batches whose counts or conflicts are not those of the model; batches of random sizes. */
static size_t
feed(struct store *st, struct sweep *s, const struct event *events, bool rehearsal)
{
	const struct event *stored[IDS] = { NULL };
	size_t wrong = 0;

	for (size_t i = 0, n; i < EVENTS; i += n) {
		uint64_t counts[3] = { 0, 0, 0 };
		struct event_append a;

		n = 1 + (size_t)sweep_below(s, 60);
		n = n > EVENTS - i ? EVENTS - i : n;
		a = append_at(st, events + i, n, rehearsal, NOW);
		for (size_t k = 0; k < n; k++) {
			enum outcome o = model(stored, &events[i + k]);

			if (o == CONFLICT && counts[CONFLICT] < a.nconflict)
				wrong += a.clashes[counts[CONFLICT]].index != k;
			counts[o]++;
		}
		wrong += counts[NEW] != a.naccepted || counts[DUPLICATE] != a.nduplicate ||
			counts[CONFLICT] != a.nconflict || (a.id != 0) != (a.naccepted > 0);
	}
	return wrong;
}

static void
test_model(uint64_t seed)
{
	struct sweep s = sweep_start("outcomes", seed);
	struct event *events = ARENA_ARRAY(run, EVENTS, struct event);
	const char *path = make(str_printf(run, "model-%u.db", (unsigned)seed).p), *before;
	struct store *st = open_store(path, STORE_READ);
	struct event_append again;

	for (size_t i = 0; i < EVENTS; i++)
		events[i] = random_event(&s);
	is_int((int64_t)feed(st, &s, events, true), 0,
		"seed %d: rehearsed as the model, by a reader", (int)seed);
	is_int(events_stats(st).events + events_stats(st).batches, 0,
		"seed %d: a rehearsal stores nothing", (int)seed);
	store_close(st);
	st = open_store(path, STORE_WRITE);
	is_int((int64_t)feed(st, &s, events, false), 0, "seed %d: stored as the model", (int)seed);
	before = events_json(st);
	again = append(st, events, EVENTS);
	is_int((int64_t)again.naccepted, 0, "seed %d: nothing of it is new again", (int)seed);
	is_str(events_json(st), before, "seed %d: repeats change nothing", (int)seed);
	is_str(events_check(st), "", "seed %d: it checks", (int)seed);
	store_close(st);
}

/* ---- order and batches ---- */

static const char *const values[] = {
	"1",
	"-1.50",
	"0",
	"-0",
	"1e5",
	"999999999999999999",
	"1234567890123456789",
	"'7'",
	"'-0.5'",
	"'x'",
	"''",
	"'1e5'",
	"null",
	"true",
	"false",
	"[]",
	"{'b':[1,{'a':null}]}",
	"'Z\xc3\xbcrich'",
	"123456789012345678901234567890.5",
};

/* Properties of every kind, in any order, some of them absent. */
static struct event
any_event(struct sweep *s, unsigned n)
{
	struct buf b = BUF_INIT;
	struct event ev;

	buf_add_char(&b, '{');
	for (uint64_t i = 0, first = sweep_below(s, 3), count = sweep_below(s, 4); i < count; i++)
		buf_printf(&b, "%s'p%u':%s", i > 0 ? "," : "", (unsigned)((first + i * 2) % 5),
			values[sweep_below(s, countof(values))]);
	buf_add_char(&b, '}');
	ev = event_of(id_of(n), str_printf(run, "c%u", (unsigned)sweep_below(s, 9)).p,
		sweep_below(s, 2) == 0 ? "t" : "u", (int64_t)sweep_below(s, 50) - 25, buf_cstr(&b));
	buf_release(&b);
	return ev;
}

/* Every event as it was made, by time and id. */
static int
in_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;
	int by = (x->timestamp_ns > y->timestamp_ns) - (x->timestamp_ns < y->timestamp_ns);

	return by != 0 ? by : str_cmp(x->transaction_id, y->transaction_id);
}

static const char *
json_of(struct event *events, size_t n)
{
	struct buf text = BUF_INIT;
	struct str all;

	qsort(events, n, sizeof(*events), in_time);
	for (size_t i = 0; i < n; i++) {
		struct jsonw w;

		jsonw_init(&w, &text);
		event_to_json(&w, &events[i]);
		jsonw_release(&w);
		buf_add_char(&text, '\n');
	}
	all = str_dup(run, buf_str(&text));
	buf_release(&text);
	return all.p;
}

/* The digest does not know the order, the batches, nor the secret of the database. */
static void
test_order(uint64_t seed)
{
	struct sweep s = sweep_start("order", seed);
	struct event *events = ARENA_ARRAY(run, EVENTS, struct event);
	const char *wanted, *digest = NULL;

	for (unsigned i = 0; i < EVENTS; i++)
		events[i] = any_event(&s, i);
	wanted = json_of(events, EVENTS);
	for (unsigned round = 0; round < 4; round++) {
		const char *name = str_printf(run, "order-%u-%u.db", (unsigned)seed, round).p;
		struct store *st = events_store(name);

		shuffle_events(&s, events, EVENTS);
		for (size_t i = 0, n; i < EVENTS; i += n) {
			n = 1 + (size_t)sweep_below(&s, round == 0 ? EVENTS - i : 40);
			n = n > EVENTS - i ? EVENTS - i : n;
			(void)append(st, events + (i > 3 ? i - 3 : 0), n + (i > 3 ? 3 : 0));
		}
		is_str(events_json(st), wanted, "seed %d: what came in, order %u", (int)seed,
			round);
		if (digest == NULL)
			digest = events_digest(st);
		is_str(events_digest(st), digest, "seed %d: digest, order %u", (int)seed, round);
		is_str(events_check(st), "", "seed %d: it checks, order %u", (int)seed, round);
		store_close(st);
	}
}

/* A trickle: batches of one event, whose blocks become one again and again. */
static void
test_trickle(unsigned n)
{
	struct sweep s = sweep_start("trickle", n);
	struct store *st = events_store("trickle.db"), *at_once = events_store("at-once.db");
	struct event *events = ARENA_ARRAY(run, n, struct event);
	size_t wrong = 0;

	for (unsigned i = 0; i < n; i++) {
		events[i] = event_of(id_of(i), i % 5 == 0 ? "acme" : "globex", "t",
			(int64_t)sweep_below(&s, 100),
			str_printf(run, i % 7 == 0 ? "{'n':%u,'m':1}" : "{'n':'x%u'}", i).p);
		wrong += append(st, &events[i], 1).id != (int64_t)i + 1;
	}
	is_int((int64_t)wrong, 0, "%u batches", n);
	(void)append(at_once, events, n);
	is_int(events_stats(at_once).blocks, 2, "a block for each shape");
	ok(events_stats(st).blocks <= (int64_t)2 * 7 * 4, "%lld blocks after the trickle",
		(long long)events_stats(st).blocks);
	is_str(events_json(st), events_json(at_once), "the same events");
	is_str(events_digest(st), events_digest(at_once), "the same digest");
	is_str(events_check(st), "", "each batch is found again in its block");
	for (unsigned i = 0; i < n; i++) {
		struct stored_event got;
		struct err e = ERR_INIT;
		bool found;

		wrong += !event_store_get(st, events[i].transaction_id, run, &got, &found, &e) ||
			!found || got.batch != (int64_t)i + 1;
	}
	is_int((int64_t)wrong, 0, "each event knows its batch");
	is_int((int64_t)append(st, events, n).nduplicate, n, "all of them again");
	store_close(st);
	store_close(at_once);
}

/* ---- keys that collide ---- */

/* As if the keys of both were equal hashes. */
static struct event_append
append_colliding(struct store *st, struct event a, struct event b)
{
	struct event_append out = { .batch = event_batch_new(st), .now_ns = NOW };
	struct err e = ERR_INIT;

	event_batch_take(out.batch, &a);
	event_batch_take(out.batch, &b);
	for (size_t i = 0; i < 2; i++) {
		out.batch->entries[i].hi = 7;
		out.batch->entries[i].lo = 7;
		out.batch->entries[i].hashed = 1;
	}
	if (!store_begin(st, &e) || !event_store_append(st, &out, run, &e) || !store_save(st, &e)) {
		note("append: %s [%s]", e.text, e.code);
		exit(1);
	}
	event_batch_free(out.batch);
	return out;
}

static void
test_collisions(void)
{
	struct store *st = events_store("collide.db");
	struct event a = event_of("a", "acme", "t", 1, "{}"),
		     b = event_of("b", "acme", "t", 2, "{}");
	struct event c = event_of("c", "acme", "t", 3, "{}"),
		     d = event_of("d", "acme", "t", 4, "{}");
	struct event other = a;
	struct event_append got;

	other.customer_id = STR("globex");
	is_int((int64_t)append_colliding(st, a, b).naccepted, 2, "in one batch: both are new");
	is_int((int64_t)append_colliding(st, c, b).naccepted, 1, "one of them is new");
	is_int((int64_t)append_colliding(st, c, d).naccepted, 1, "the other one");
	is_int((int64_t)append_colliding(st, d, a).nduplicate, 2, "both are there");
	got = append_colliding(st, other, other);
	is_int((int64_t)got.nconflict, 2, "two conflicts with one of them");
	is_str(got.clashes[1].stored.p, "acme", "that is named");
	is_int(events_stats(st).events, 4, "four events");
	/* Small blocks become one: then the batch does not tell whose id it is. */
	for (unsigned i = 0; i < 20; i++)
		(void)append_one(st, event_of(id_of(i), "acme", "t", i, "{}"));
	is_int((int64_t)append_colliding(st, a, d).nduplicate, 2, "still there");
	got = append_colliding(st, b, other);
	is_int((int64_t)(got.nduplicate * 10 + got.nconflict), 11, "one conflict still");
	store_close(st);
}

/* ---- who writes ---- */

static void
test_two_writers(void)
{
	const char *path = make("two.db");
	struct store *one = open_store(path, STORE_WRITE), *two = open_store(path, STORE_WRITE);
	struct store *alone = events_store("alone.db");
	struct sweep s = sweep_start("two writers", 5);
	struct event events[120];
	struct err e = ERR_INIT;

	for (unsigned i = 0; i < countof(events); i++)
		events[i] = any_event(&s, i);
	for (size_t i = 0; i < countof(events); i += 10) {
		struct store *st = i / 10 % 2 == 0 ? one : two;
		struct event_append undone = { .batch = event_batch_new(st), .now_ns = NOW };

		/* What is undone leaves no customer, shape or entry behind in what is kept. */
		event_batch_take(undone.batch, &events[(i * 7 + 50) % countof(events)]);
		ok(store_begin(st, &e) && event_store_append(st, &undone, run, &e), "append");
		store_undo(st);
		event_batch_free(undone.batch);
		is_int((int64_t)append(st, events + i, 10).naccepted, 10, "ten by %s",
			st == one ? "one" : "two");
	}
	is_int((int64_t)append(one, events, countof(events)).nduplicate, countof(events),
		"one knows all");
	(void)append(alone, events, countof(events));
	is_str(events_json(two), events_json(alone), "as if one had written alone");
	is_str(events_digest(two), events_digest(alone), "the same digest");
	is_str(events_check(one), "", "it checks");
	store_close(one);
	store_close(two);
	store_close(alone);
}

static void
test_rehearsal(void)
{
	const char *path = make("rehearsal.db");
	struct store *st = open_store(path, STORE_WRITE), *reader;
	struct event stored = event_of("a", "acme", "t", 1, "{'n':1}");
	struct event first = event_of("b", "acme", "t", 2, "{'n':1}"), other = first;
	struct event_append a, real;

	other.event_type = STR("u");
	is_str(append_one(st, stored), "new", "stored");
	reader = open_store(path, STORE_READ);
	for (int i = 0; i < 20; i++)
		(void)append_at(reader,
			(struct event[]){
				event_of(id_of((uint64_t)i), "globex", "t", i, "{'n':1}") },
			1, true, NOW);
	a = append_at(reader, (struct event[]){ stored, first }, 2, true, NOW + 5);
	is_int((int64_t)(a.naccepted * 10 + a.nduplicate), 11, "one is new, one is there");
	is_int(a.id, 22, "the batch it would be");
	is_int(a.recorded_at_ns, NOW + 5, "and when");
	a = append_at(reader, (struct event[]){ stored, other }, 2, true, NOW + 6);
	is_int((int64_t)(a.nduplicate * 10 + a.nconflict), 11, "what was rehearsed counts");
	is_str(a.clashes[0].field.p, "event_type", "the conflict is named");
	is_int(a.clashes[0].recorded_at_ns, NOW + 5, "with the time of the rehearsal");
	is_int(a.id, 0, "no batch");
	for (int i = 0; i < 20; i++)
		(void)append_one(st, event_of(id_of((uint64_t)i), "globex", "t", i, "{'n':1}"));
	real = append(st, &first, 1);
	ok(memcmp(real.digest, a.digest, sizeof(a.digest)) == 0, "the digest it would be");
	is_int(events_stats(st).events, 22, "only what was stored is there");
	store_close(reader);
	store_close(st);
}

/* ---- in order, in bounded memory ---- */

struct ordered {
	struct buf text;
	size_t stop;
	size_t n;
};

static bool
write_id(void *ctx, const struct stored_event *ev)
{
	struct ordered *o = ctx;

	buf_printf(&o->text, "%lld %.*s %lld\n", (long long)ev->event.timestamp_ns,
		STR_FMT(ev->event.transaction_id), (long long)ev->recorded_at_ns);
	return ++o->n != o->stop;
}

static struct ordered
scan_in_slices(struct store *st, const struct event_query *q, size_t at_once, size_t bytes,
	size_t stop)
{
	struct ordered o = { .stop = stop };
	struct event_scan scan;
	struct err e = ERR_INIT;

	event_scan_init(&scan, event_home(st, EVENTS_STORED), q);
	scan.ids = scan.batches = true;
	scan.events_at_once = at_once;
	scan.bytes_at_once = bytes;
	if (!store_read_begin(st, &e) || !event_scan_customers(&scan, &e) ||
		!event_scan_in_order(&scan, write_id, &o, &e))
		note("scan: %s [%s]", e.text, e.code);
	store_read_end(st);
	event_scan_release(&scan);
	return o;
}

static void
test_slices(void)
{
	struct sweep s = sweep_start("slices", 11);
	struct store *st = events_store("slices.db");
	struct event events[500];
	struct event_query q = { .from_ns = -20, .to_ns = 20 };
	struct ordered whole;

	for (unsigned i = 0; i < countof(events); i++) {
		events[i] = any_event(&s, i);
		if (i % 3 == 0) /* many at one instant */
			events[i].timestamp_ns = 4;
	}
	for (size_t i = 0; i < countof(events); i += 50)
		(void)append_at(st, events + i, 50, false, NOW + (int64_t)i);
	whole = scan_in_slices(st, &q, 1 << 20, 1 << 30, 0);
	ok(whole.n > 300, "%zu events", whole.n);
	for (size_t at_once = 1; at_once < 600; at_once = at_once * 2 + 1) {
		struct ordered o = scan_in_slices(st, &q, at_once, 1 << 30, 0);

		is_str(buf_cstr(&o.text), buf_cstr(&whole.text), "%zu at once", at_once);
		buf_release(&o.text);
		o = scan_in_slices(st, &q, 1 << 20, at_once * 100, 0);
		is_str(buf_cstr(&o.text), buf_cstr(&whole.text), "%zu bytes", at_once * 100);
		buf_release(&o.text);
		o = scan_in_slices(st, &q, at_once, 1 << 30, 70);
		is_int((int64_t)o.n, 70, "%zu at once, stopped", at_once);
		ok(strncmp(buf_cstr(&o.text), buf_cstr(&whole.text), o.text.n) == 0,
			"%zu at once, the first of them", at_once);
		buf_release(&o.text);
	}
	buf_release(&whole.text);
	store_close(st);
}

int
main(void)
{
	for (uint64_t seed = 1; seed <= 4; seed++) {
		test_model(seed);
		test_order(seed);
	}
	test_trickle(700);
	test_collisions();
	test_two_writers();
	test_rehearsal();
	test_slices();
	arena_release(run);
	return done();
}
