#include "store/event_store.h"

#include <sqlite3.h>

#include "store/stmt.h"

#include "base/banned.h"

/*
 * Where events go and where a repeat finds the first: parameters are
 * transaction_id, customer_key, event_type, timestamp, properties, batch; columns
 * customer_key, event_type, timestamp, properties, recorded_at (NULL: this batch).
 */
struct place {
	const char *insert;
	const char *first;
};

#define INSERT(table) \
	"INSERT INTO " table \
	" (transaction_id, customer_key, event_type, timestamp, properties, batch)"
#define FIRST \
	"SELECT e.customer_key, e.event_type, e.timestamp, e.properties, b.recorded_at AS at" \
	" FROM event e LEFT JOIN batch b ON b.id = e.batch WHERE e.transaction_id = ?1"

static const struct place stored = {
	INSERT("event") " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (transaction_id) DO NOTHING",
	FIRST " ORDER BY at",
};

static const struct place rehearsed = {
	INSERT("temp.rehearsed") " SELECT ?1, ?2, ?3, ?4, ?5, ?6"
	" WHERE NOT EXISTS (SELECT 1 FROM main.event WHERE transaction_id = ?1)"
	" ON CONFLICT (transaction_id) DO NOTHING",
	FIRST " UNION ALL SELECT r.customer_key, r.event_type, r.timestamp, r.properties, NULL"
	" FROM temp.rehearsed r WHERE r.transaction_id = ?1 ORDER BY at",
};

struct append {
	struct store *st;
	struct event_batch *batch;
	const struct place *place;
	struct arena *out;
	struct err *e;
	int64_t id;
	int64_t recorded_at_ns;
	size_t clashes_cap;
	/* of one event */
	struct arena scratch;
	struct buf properties;
	struct json_scanner scanner;
};

static bool
next_batch(struct append *a)
{
	static const char sql[] = "SELECT id, recorded_at FROM batch ORDER BY id DESC LIMIT 1";
	struct stmt *s = stmt_get(a->st, sql);

	a->id = 1;
	a->recorded_at_ns = a->batch->now_ns;
	if (stmt_row(s)) {
		int64_t last_ns = stmt_col_instant(s, 1);

		a->id = stmt_col_int(s, 0) + 1;
		if (last_ns > a->recorded_at_ns)
			a->recorded_at_ns = last_ns;
	}
	return stmt_done(s, a->e);
}

static bool
insert(struct append *a, const struct event *ev, bool *inserted)
{
	struct stmt *s = stmt_get(a->st, a->place->insert);

	buf_clear(&a->properties);
	event_properties_json(ev, &a->properties);
	stmt_text(s, 1, ev->transaction_id);
	stmt_text(s, 2, ev->customer_id);
	stmt_text(s, 3, ev->event_type);
	stmt_int(s, 4, ev->timestamp_ns);
	stmt_text(s, 5, buf_str(&a->properties));
	stmt_int(s, 6, a->id);
	if (!stmt_run(s, a->e))
		return false;
	*inserted = sqlite3_changes(store_sqlite(a->st)) > 0;
	return true;
}

/* ---- repeats ---- */

static bool
same_bytes(const struct event *first, struct str properties, const struct event *ev,
	struct str repeated)
{
	return first->timestamp_ns == ev->timestamp_ns && str_eq(properties, repeated) &&
		str_eq(first->customer_id, ev->customer_id) &&
		str_eq(first->event_type, ev->event_type);
}

/* Cut to EVENT_SHOWN bytes, between characters. */
static struct str
shown(struct arena *a, struct str s)
{
	size_t n = EVENT_SHOWN - 3;

	if (s.p == NULL || s.n <= EVENT_SHOWN)
		return s.p == NULL ? s : str_dup(a, s);
	while (n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_printf(a, "%.*s...", (int)n, s.p);
}

/* The text of a field as event_difference names it. */
static struct str
text_of(const struct event *ev, struct str field, struct arena *a)
{
	static const char prefix[] = "properties.";
	const struct property *p;
	char text[INSTANT_TEXT_SIZE];

	if (str_is(field, "customer_id"))
		return ev->customer_id;
	if (str_is(field, "event_type"))
		return ev->event_type;
	if (str_is(field, "timestamp"))
		return str_dup(a, str_c(instant_text(ev->timestamp_ns, text)));
	field.p += sizeof(prefix) - 1;
	field.n -= sizeof(prefix) - 1;
	p = event_property(ev, field);
	return p != NULL ? p->text : (struct str){ NULL, 0 };
}

static void
note_clash(struct append *a, size_t index, struct str field, const struct event *first,
	int64_t recorded_at_ns)
{
	struct event_batch *b = a->batch;
	size_t n = (size_t)b->conflict++;

	b->clashes = arena_grow(a->out, b->clashes, &a->clashes_cap, n + 1, sizeof(*b->clashes));
	b->clashes[n] = (struct event_clash){
		.index = index,
		.recorded_at_ns = recorded_at_ns != INSTANT_NONE ? recorded_at_ns :
								   a->recorded_at_ns,
		.field = shown(a->out, field),
		.stored = shown(a->out, text_of(first, field, &a->scratch)),
		.repeated = shown(a->out, text_of(&b->events[index], field, &a->scratch)),
	};
}

static bool
compare(struct append *a, size_t index, struct stmt *s)
{
	const struct event *ev = &a->batch->events[index];
	struct str properties = stmt_col_text(s, 3), field;
	struct event first = {
		.customer_id = stmt_col_text(s, 0),
		.event_type = stmt_col_text(s, 1),
		.timestamp_ns = stmt_col_int(s, 2),
	};

	a->batch->outcomes[index] = EVENT_DUPLICATE;
	if (same_bytes(&first, properties, ev, buf_str(&a->properties)))
		return true;
	if (!event_properties_parse(&a->scanner, properties, &a->scratch, &first))
		return err_set(a->e, ERR_FATAL, "db_damaged",
			"%s: the properties of event %.*s are no object", store_path(a->st),
			STR_FMT(ev->transaction_id));
	field = event_difference(&first, ev, &a->scratch);
	if (field.n == 0)
		return true;
	a->batch->outcomes[index] = EVENT_CONFLICT;
	note_clash(a, index, field, &first, stmt_col_instant(s, 4));
	return true;
}

static bool
judge_repeat(struct append *a, size_t index)
{
	struct stmt *s = stmt_get(a->st, a->place->first);
	bool found, ok = true;

	stmt_text(s, 1, a->batch->events[index].transaction_id);
	found = stmt_row(s);
	if (found)
		ok = compare(a, index, s);
	arena_clear(&a->scratch);
	if (!stmt_done(s, a->e) || !ok)
		return false;
	return found ||
		err_set(a->e, ERR_FATAL, "db_damaged",
			"%s: the index of transaction ids names an event that is not there",
			store_path(a->st));
}

/* ---- a batch ---- */

static bool
append_all(struct append *a)
{
	struct event_batch *b = a->batch;

	for (size_t i = 0; i < b->n; i++) {
		bool inserted;

		if (!insert(a, &b->events[i], &inserted))
			return false;
		if (inserted) {
			b->outcomes[i] = EVENT_ACCEPTED;
			b->accepted++;
			continue;
		}
		if (!judge_repeat(a, i))
			return false;
		if (b->outcomes[i] == EVENT_DUPLICATE)
			b->duplicate++;
	}
	return true;
}

static bool
put_batch(struct append *a)
{
	static const char sql[] =
		"INSERT INTO batch (id, recorded_at, accepted, duplicate, conflict, rejected)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	const struct event_batch *b = a->batch;
	struct stmt *s = stmt_get(a->st, sql);

	stmt_int(s, 1, a->id);
	stmt_instant(s, 2, a->recorded_at_ns);
	stmt_int(s, 3, (int64_t)b->accepted);
	stmt_int(s, 4, (int64_t)b->duplicate);
	stmt_int(s, 5, (int64_t)b->conflict);
	stmt_int(s, 6, (int64_t)b->rejected);
	return stmt_run(s, a->e);
}

static bool
run(struct store *st, const char *sql, struct err *e)
{
	return stmt_run(stmt_get(st, sql), e);
}

/* A temporary table goes to a file of its own once it outgrows its page cache. */
static bool
rehearse(struct append *a)
{
	static const char cache[] = "PRAGMA temp.cache_size = -65536"; /* KiB, as the main one */
	static const char table[] =
		"CREATE TEMP TABLE IF NOT EXISTS rehearsed (seq INTEGER PRIMARY KEY,"
		" transaction_id TEXT NOT NULL UNIQUE, customer_key TEXT NOT NULL,"
		" event_type TEXT NOT NULL, timestamp INTEGER NOT NULL, properties TEXT NOT NULL,"
		" batch INTEGER NOT NULL) STRICT";
	static const char begin[] = "SAVEPOINT rehearsal";
	static const char end[] = "RELEASE rehearsal";

	/* Left open by a failure, the savepoint goes with the connection. */
	return run(a->st, cache, a->e) && run(a->st, table, a->e) && run(a->st, begin, a->e) &&
		next_batch(a) && append_all(a) && run(a->st, end, a->e);
}

bool
event_store_append(struct store *st, struct event_batch *batch, struct arena *out, struct err *e)
{
	struct append a = {
		.st = st,
		.batch = batch,
		.out = out,
		.e = e,
		.place = batch->rehearsal ? &rehearsed : &stored,
	};
	bool ok;

	batch->outcomes = ARENA_ARRAY(out, batch->n, enum event_outcome);
	batch->accepted = batch->duplicate = batch->conflict = 0;
	batch->clashes = NULL;
	json_scanner_init(&a.scanner);
	if (batch->rehearsal)
		ok = rehearse(&a);
	else
		ok = next_batch(&a) && append_all(&a) && (batch->accepted == 0 || put_batch(&a));
	batch->id = batch->accepted > 0 ? a.id : 0;
	json_scanner_release(&a.scanner);
	buf_release(&a.properties);
	arena_release(&a.scratch);
	return ok;
}
