#include "store/event_store.h"

#include "base/map.h"
#include "store/stmt.h"

#include "base/banned.h"

#define COLUMNS \
	"e.transaction_id, e.customer_key, e.event_type, e.timestamp, e.batch, b.recorded_at"
#define EVENTS " FROM event e LEFT JOIN batch b ON b.id = e.batch"

/* Column 6 is the properties, where they are wanted. */
static bool
read_row(struct store *st, struct stmt *s, struct json_scanner *scanner, bool bare, struct arena *a,
	struct stored_event *out, struct err *e)
{
	*out = (struct stored_event){
		.event = {
			.transaction_id = stmt_col_text(s, 0),
			.customer_id = stmt_col_text(s, 1),
			.event_type = stmt_col_text(s, 2),
			.timestamp_ns = stmt_col_int(s, 3),
		},
		.batch = stmt_col_int(s, 4),
		.recorded_at_ns = stmt_col_int(s, 5),
	};
	if (bare || event_properties_parse(scanner, stmt_col_text(s, 6), a, &out->event))
		return true;
	return err_set(e, ERR_FATAL, "db_damaged", "%s: the properties of event %.*s are no object",
		store_path(st), STR_FMT(out->event.transaction_id));
}

/* ---- scan ---- */

struct scan {
	struct store *st;
	const struct event_query *q;
	event_visit visit;
	void *ctx;
	struct map customers;
	struct map event_types;
	struct arena sets;
	struct arena row;
	struct json_scanner scanner;
};

static void
set_of(struct map *m, struct arena *a, const struct texts *texts)
{
	map_init(m, a);
	for (size_t i = 0; texts != NULL && i < texts->n; i++)
		*map_slot(m, texts->p[i], NULL) = m;
}

static bool
wanted(const struct scan *scan, struct stmt *s)
{
	return (scan->q->customers == NULL ||
		       map_get(&scan->customers, stmt_col_text(s, 1)) != NULL) &&
		(scan->q->event_types == NULL ||
			map_get(&scan->event_types, stmt_col_text(s, 2)) != NULL);
}

static bool
scan_rows(struct scan *scan, struct stmt *s, struct err *e)
{
	struct stored_event ev;
	bool ok = true, more = true;

	/* A query that is open to the end includes the last instant there is. */
	stmt_int(s, 1, scan->q->from_ns);
	stmt_int(s, 2, scan->q->to_ns == INSTANT_NONE ? INT64_MAX : scan->q->to_ns - 1);
	while (ok && more && stmt_row(s)) {
		if (!wanted(scan, s))
			continue;
		ok = read_row(scan->st, s, &scan->scanner, scan->q->bare, &scan->row, &ev, e);
		more = ok && scan->visit(scan->ctx, &ev);
		arena_clear(&scan->row);
	}
	return stmt_done(s, e) && ok;
}

#define WITHIN EVENTS " WHERE e.timestamp >= ?1 AND e.timestamp <= ?2"
#define BY_TIME " ORDER BY e.timestamp, e.transaction_id"
#define BY_ARRIVAL " ORDER BY e.seq"

bool
event_store_scan(struct store *st, const struct event_query *q, event_visit visit, void *ctx,
	struct err *e)
{
	static const char whole[] = "SELECT " COLUMNS ", e.properties" WITHIN BY_ARRIVAL;
	static const char whole_in_order[] = "SELECT " COLUMNS ", e.properties" WITHIN BY_TIME;
	static const char bare[] = "SELECT " COLUMNS WITHIN BY_ARRIVAL;
	static const char bare_in_order[] = "SELECT " COLUMNS WITHIN BY_TIME;
	struct scan scan = { .st = st, .q = q, .visit = visit, .ctx = ctx };
	const char *sql;
	bool ok;

	if (q->bare)
		sql = q->in_order ? bare_in_order : bare;
	else
		sql = q->in_order ? whole_in_order : whole;
	set_of(&scan.customers, &scan.sets, q->customers);
	set_of(&scan.event_types, &scan.sets, q->event_types);
	json_scanner_init(&scan.scanner);
	ok = scan_rows(&scan, stmt_get(st, sql), e);
	json_scanner_release(&scan.scanner);
	arena_release(&scan.row);
	arena_release(&scan.sets);
	return ok;
}

/* ---- one event, and all of them ---- */

static void
own(struct arena *a, struct event *ev)
{
	ev->transaction_id = str_dup(a, ev->transaction_id);
	ev->customer_id = str_dup(a, ev->customer_id);
	ev->event_type = str_dup(a, ev->event_type);
	for (size_t i = 0; i < ev->nproperties; i++) {
		ev->properties[i].name = str_dup(a, ev->properties[i].name);
		ev->properties[i].text = str_dup(a, ev->properties[i].text);
	}
}

bool
event_store_get(struct store *st, struct str transaction_id, struct arena *a,
	struct stored_event *out, bool *found, struct err *e)
{
	static const char sql[] = "SELECT " COLUMNS ", e.properties" EVENTS
				  " WHERE e.transaction_id = ?1 ORDER BY e.seq";
	struct stmt *s = stmt_get(st, sql);
	struct json_scanner scanner;
	struct stored_event ev;
	bool there, ok = true;

	json_scanner_init(&scanner);
	stmt_text(s, 1, transaction_id);
	there = stmt_row(s);
	if (there) {
		ok = read_row(st, s, &scanner, false, a, &ev, e);
		if (ok)
			own(a, &ev.event);
	}
	json_scanner_release(&scanner);
	if (!stmt_done(s, e) || !ok)
		return false;
	*found = there;
	if (there)
		*out = ev;
	return true;
}

bool
event_store_stats(struct store *st, struct event_store_stats *out, struct err *e)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM batch),"
		" (SELECT min(timestamp) FROM event), (SELECT max(timestamp) FROM event) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);
	struct event_store_stats stats = { 0, 0, INSTANT_NONE, INSTANT_NONE };

	if (stmt_row(s))
		stats = (struct event_store_stats){
			.events = stmt_col_int(s, 0),
			.batches = stmt_col_int(s, 1),
			.first_ns = stmt_col_instant(s, 2),
			.last_ns = stmt_col_instant(s, 3),
		};
	if (!stmt_done(s, e))
		return false;
	*out = stats;
	return true;
}
