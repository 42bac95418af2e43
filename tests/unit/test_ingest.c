/* Ingest: batches with a thread and without, as a whole and as a rehearsal: one story each time. */
#include "tasks/ingest.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/scratch_store.h"
#include "tests/unit/stored_events.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

/* A script: records, and what is done between them. */
struct step {
	enum { TAKE, BAD, SAVE, SETTLE } what;
	char record[160];
};

#define STEPS 400

static void
make_script(struct sweep *s, struct step *steps)
{
	for (size_t i = 0; i < STEPS; i++) {
		uint64_t pick = sweep_below(s, 20);

		steps[i].what = pick == 0 ? SETTLE : pick < 3 ? SAVE : pick < 5 ? BAD : TAKE;
		snprintf(steps[i].record, sizeof(steps[i].record),
			"{\"transaction_id\":\"t%" PRIu64 "\",\"customer_id\":\"c%" PRIu64
			"\",\"event_type\":\"e\",\"timestamp\":\"2024-09-30T00:00:%02" PRIu64
			"Z\"}",
			sweep_below(s, 200), sweep_below(s, 8) / 7, sweep_below(s, 8) / 7);
	}
}

/* ---- what is told ---- */

static struct buf told = BUF_INIT;

static void
hear_conflict(void *ctx, const struct err *e, struct str bytes)
{
	(void)ctx;
	buf_printf(&told, "conflict %llu %s %s %.*s\n", (unsigned long long)e->line, e->value,
		e->text, STR_FMT(bytes));
}

static void
hear_stored(void *ctx, const struct ingest_ack *ack)
{
	struct jsonw w;

	(void)ctx;
	jsonw_init(&w, &told);
	ingest_ack_json(&w, ack);
	jsonw_release(&w);
	buf_add_char(&told, '\n');
}

static const struct ingest_listener listener = { hear_conflict, hear_stored, NULL };

/* One record, as a stream of its own. */
struct text {
	struct str left;
};

static ssize_t
read_text(void *ctx, char *p, size_t n)
{
	struct text *t = ctx;

	if (n > t->left.n)
		n = t->left.n;
	if (n > 0)
		memcpy(p, t->left.p, n);
	t->left.p += n;
	t->left.n -= n;
	return (ssize_t)n;
}

static bool
take(struct ingest *in, const char *record, uint64_t line)
{
	struct record_options opt = { .format = RECORD_NDJSON, .name = "in" };
	struct text text = { str_c(record) };
	struct record_reader *r = record_open(&opt, read_text, &text);
	struct err e = ERR_INIT;
	struct record rec;
	bool taken = record_next(r, &rec, &e) == RECORD_OK;

	rec.line = line;
	taken = taken && ingest_take(in, r, &rec, &e);
	record_close(r);
	return taken;
}

static void
say_receipt(struct ingest *in)
{
	struct ingest_receipt t;
	struct err e = ERR_INIT;
	struct jsonw w;

	if (!ingest_receipt(in, &t, &e)) {
		buf_printf(&told, "%s\n", e.text);
		return;
	}
	t.dry_run = false;
	jsonw_init(&w, &told);
	ingest_receipt_json(&w, &t);
	jsonw_release(&w);
	buf_add_char(&told, '\n');
}

static bool
follow(struct ingest *in, const struct step *steps, struct err *e)
{
	bool ok = true;

	for (size_t i = 0; ok && i < STEPS; i++) {
		switch (steps[i].what) {
		case TAKE:
			ok = take(in, steps[i].record, i + 1);
			break;
		case BAD:
			ok = !take(in, "{}", i + 1);
			break;
		case SAVE:
			ok = ingest_save(in, e);
			break;
		case SETTLE:
			ok = ingest_settle(in, e);
			break;
		}
	}
	return ok;
}

/* All that was told, the receipt last; it holds until the next call. */
static const char *
story(struct store *st, const struct step *steps, const struct ingest_options *opt, bool keep)
{
	struct ingest *in = ingest_open(st, opt, &listener);
	struct err e = ERR_INIT;
	bool ok;

	buf_clear(&told);
	ok = follow(in, steps, &e);
	ok = ingest_end(in, keep, &e) && ok;
	if (!ok)
		buf_printf(&told, "failed: %s\n", e.text);
	say_receipt(in);
	ingest_close(in);
	return buf_cstr(&told);
}

static struct ingest_options
manner(bool thread)
{
	return (struct ingest_options){
		.rules = { .latest_ns = INSTANT_NONE, .earliest_ns = INSTANT_NONE },
		.now_ns = NOW,
		.thread = thread,
		.keep_bytes = true,
	};
}

/* ---- laws ---- */

static void
test_one_story(void)
{
	struct sweep s = sweep_start("ingest", 20241001);
	struct arena a = ARENA_INIT;
	static struct step steps[STEPS];
	int apart = 0, dry_apart = 0, events_apart = 0, conflicts = 0;

	for (int i = 0; i < 20; i++) {
		struct store *one = events_store(str_printf(&a, "one%d", i).p);
		struct store *two = events_store(str_printf(&a, "two%d", i).p);
		struct ingest_options opt = manner(false);
		struct str alone, dry;

		make_script(&s, steps);
		opt.dry_run = true;
		dry = str_dup(&a, str_c(story(one, steps, &opt, true)));
		opt.dry_run = false;
		alone = str_dup(&a, str_c(story(one, steps, &opt, true)));
		opt.thread = true;
		apart += strcmp(story(two, steps, &opt, true), alone.p) != 0;
		conflicts += strstr(alone.p, "conflict ") != NULL;
		events_apart += strcmp(str_dup(&a, str_c(events_json(one))).p, events_json(two)) !=
			0;
		/* acknowledgements of a rehearsal say that they are */
		for (char *p; (p = strstr((char *)(uintptr_t)dry.p, ",\"dry_run\":true")) != NULL;)
			memmove(p, p + 15, strlen(p + 15) + 1);
		dry_apart += strcmp(dry.p, alone.p) != 0;
		store_close(one);
		store_close(two);
		arena_clear(&a);
	}
	is_int(apart, 0, "with a thread and without, the same is told in the same order");
	is_int(events_apart, 0, "and the same is stored");
	is_int(dry_apart, 0, "a rehearsal tells the same");
	ok(conflicts > 0, "%d of the stories have conflicts", conflicts);
	arena_release(&a);
}

static const struct step good[STEPS] = {
	[10] = { TAKE,
		"{\"transaction_id\":\"a\",\"customer_id\":\"c\",\"event_type\":\"e\","
		"\"timestamp\":\"2024-09-30T00:00:00Z\"}" },
	[20] = { TAKE,
		"{\"transaction_id\":\"b\",\"customer_id\":\"c\",\"event_type\":\"e\","
		"\"timestamp\":\"2024-09-30T00:00:00Z\"}" },
};

/* Steps that are left out above save what is in hand; these end with what is given last. */
static void
good_steps(struct step *steps, const char *last)
{
	memcpy(steps, good, sizeof(good));
	for (size_t i = 0; i < STEPS; i++)
		if (steps[i].record[0] == '\0')
			steps[i].what = SAVE;
	if (last != NULL) {
		steps[STEPS - 1].what = last[0] == '\0' ? BAD : TAKE;
		snprintf(steps[STEPS - 1].record, sizeof(steps[STEPS - 1].record), "%s", last);
	}
}

static int64_t
stored(struct store *st)
{
	return events_stats(st).events;
}

/* accepted, conflict, rejected, dropped, refused */
static void
whole(struct store *st, const char *last, bool keep, const char *counts, int64_t events,
	const char *what)
{
	static struct step steps[STEPS];
	char got[128];

	good_steps(steps, last);
	for (int thread = 0; thread < 2; thread++) {
		struct ingest_options opt = manner(thread == 1);
		struct ingest *in;
		struct ingest_receipt t;
		struct err e = ERR_INIT;

		opt.whole = true;
		in = ingest_open(st, &opt, &listener);
		buf_clear(&told);
		ok(follow(in, steps, &e) && ingest_end(in, keep, &e) && ingest_receipt(in, &t, &e),
			"%s%s", what, thread == 1 ? ", with a thread" : "");
		snprintf(got, sizeof(got), "%d %d %d %d %d", (int)t.accepted, (int)t.conflict,
			(int)t.rejected, (int)t.dropped, (int)t.refused);
		if (thread == 0 || events == 0)
			is_str(got, counts, "  what the receipt says");
		is_int(stored(st), events, "  what is stored");
		ok((strstr(buf_cstr(&told), "\"ack\"") != NULL) == (events > 0),
			"  acknowledged where it is kept");
		ingest_close(in);
	}
}

#define OTHER \
	"{\"transaction_id\":\"a\",\"customer_id\":\"d\",\"event_type\":\"e\"," \
	"\"timestamp\":\"2024-09-30T00:00:00Z\"}"

static void
test_whole(void)
{
	struct store *st = events_store("whole");

	whole(st, "", true, "0 0 1 2 1", 0, "one refused record undoes it");
	whole(st, OTHER, true, "0 1 0 2 1", 0, "one conflict undoes it");
	whole(st, NULL, false, "0 0 0 2 0", 0, "who does not want it has it undone");
	whole(st, NULL, true, "2 0 0 0 0", 2, "what is good is kept");
	store_close(st);
}

/* A lock that is not had: nothing of what was saved, and of what comes after it, is stored. */
static void
test_busy(void)
{
	const char *path = make("busy");
	struct store *st = open_at(path, STORE_WRITE, NOW, 0);
	struct store *other = open_at(path, STORE_WRITE, NOW, 0);
	static struct step steps[STEPS];
	struct err e = ERR_INIT;

	good_steps(steps, NULL);
	for (int thread = 0; thread < 2; thread++) {
		struct ingest_options opt = manner(thread == 1);
		struct ingest *in = ingest_open(st, &opt, &listener);
		struct ingest_receipt t = { .accepted = 9 };
		struct err failure = ERR_INIT;
		bool went;

		ok(store_begin(other, &e), "another one writes");
		went = follow(in, steps, &failure);
		went = ingest_end(in, went, &failure) && went;
		store_undo(other);
		ok(!went, "  saving fails%s", thread == 1 ? ", with a thread" : "");
		is_refused(went, &failure, ERR_BUSY, "db_busy", "  because of the lock");
		ok(ingest_receipt(in, &t, &e), "  a receipt");
		is_int((int64_t)t.accepted, 0, "  nothing is accepted");
		is_int((int64_t)t.dropped, 1, "  what was taken is dropped");
		ingest_close(in);
		is_int(stored(st), 0, "  nothing is stored");
	}
	store_close(other);
	store_close(st);
}

int
main(void)
{
	test_one_story();
	test_whole();
	test_busy();
	buf_release(&told);
	arena_release(&events_arena);
	return done();
}
