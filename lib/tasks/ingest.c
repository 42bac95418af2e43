#include "tasks/ingest.h"

#include <stdlib.h>

#include "base/map.h"
#include "store/customer_store.h"
#include "store/event_store.h"

#include "base/banned.h"

/* Where a record of the batch came from. */
struct origin {
	const char *file;
	uint64_t line;
	uint64_t column;
	struct str bytes;
};

struct ingest {
	struct store *st;
	const struct ingest_options *opt;
	struct ingest_receipt receipt;
	struct arena run;
	struct map customers; /* keys of accepted events */
	uint64_t last_line;   /* where the record before began, for ids by line */
	struct str *fields;   /* CSV: names of columns, which property names are slices of */
	size_t nfields;

	/* the batch in hand */
	struct arena batch;
	struct event *events;
	struct origin *origins;
	size_t n;
	size_t cap;
	size_t bytes;
	uint64_t rejected;
};

struct ingest *
ingest_open(struct store *st, const struct ingest_options *opt)
{
	struct ingest *in = mem_realloc(NULL, 1, sizeof(*in));

	*in = (struct ingest){
		.st = st, .opt = opt,
		.receipt = {
			.first_ns = INSTANT_NONE, .last_ns = INSTANT_NONE, .dry_run = opt->dry_run,
		},
	};
	map_init(&in->customers, &in->run);
	return in;
}

void
ingest_close(struct ingest *in)
{
	if (in == NULL)
		return;
	arena_release(&in->run);
	arena_release(&in->batch);
	free(in->events);
	free(in->origins);
	free(in);
}

/* ---- into the batch ---- */

static void
make_room(struct ingest *in)
{
	if (in->n < in->cap)
		return;
	in->cap = in->cap == 0 ? 1024 : in->cap * 2;
	in->events = mem_realloc(in->events, in->cap, sizeof(*in->events));
	in->origins = mem_realloc(in->origins, in->cap, sizeof(*in->origins));
}

static bool
read_json(struct ingest *in, struct record_reader *r, struct record *rec, struct err *e)
{
	const struct json_scanner *scanner;

	/* The event is made of slices of the copy. */
	rec->bytes = str_dup(&in->batch, rec->bytes);
	return record_scan(r, rec, &scanner, e) &&
		event_from_scan(scanner, &in->opt->rules, rec->line, &in->batch, &in->events[in->n],
			e);
}

/* The reader's names go with it, the batch stays: copy them when they change. */
static void
keep_fields(struct ingest *in, const struct record_reader *r)
{
	size_t n, same = 0;
	const struct str *fields = record_fields(r, &n);

	while (same < n && n == in->nfields && str_eq(fields[same], in->fields[same]))
		same++;
	if (same == n && n == in->nfields)
		return;
	in->fields = ARENA_ARRAY(&in->run, n, struct str);
	in->nfields = n;
	for (size_t i = 0; i < n; i++)
		in->fields[i] = str_dup(&in->run, fields[i]);
}

static bool
read_row(struct ingest *in, struct record_reader *r, struct record *rec, struct err *e)
{
	const struct csv_row *from = &rec->row;
	struct csv_row row = *from;

	keep_fields(in, r);
	row.cells = ARENA_ARRAY(&in->batch, from->n, struct str);
	for (size_t i = 0; i < from->n; i++)
		row.cells[i] = str_dup(&in->batch, from->cells[i]);
	if (in->opt->keep_bytes)
		rec->bytes = str_dup(&in->batch, rec->bytes);
	return event_from_row(in->fields, in->nfields, &row, &in->opt->rules, &in->batch,
		&in->events[in->n], e);
}

/* Two records that begin in one line would get one id, and one of them be lost as a repeat. */
static bool
check_line(struct ingest *in, const struct record *rec, struct err *e)
{
	bool second = rec->number > 1 && rec->line == in->last_line;

	in->last_line = rec->line;
	if (in->opt->rules.id_prefix.p == NULL || !second)
		return true;
	(void)err_set(e, ERR_INPUT, "event.transaction_id",
		"a second record in one line, and ids are to be made of the line");
	return err_at(e, 0);
}

bool
ingest_take(struct ingest *in, struct record_reader *r, const struct record *record, struct err *e)
{
	struct record rec = *record;
	bool csv = rec.format == RECORD_CSV;

	make_room(in);
	in->bytes += rec.bytes.n + INGEST_RECORD;
	if (!check_line(in, &rec, e) ||
		!(csv ? read_row(in, r, &rec, e) : read_json(in, r, &rec, e))) {
		record_place(&rec, e);
		ingest_refused(in);
		return false;
	}
	in->origins[in->n++] = (struct origin){
		.file = rec.file,
		.line = rec.line,
		.column = csv ? 0 : rec.column, /* in CSV it would be a cell */
		.bytes = in->opt->keep_bytes ? rec.bytes : (struct str){ NULL, 0 },
	};
	return true;
}

void
ingest_refused(struct ingest *in)
{
	in->rejected++;
	in->receipt.rejected++;
}

bool
ingest_full(const struct ingest *in)
{
	return in->n >= INGEST_EVENTS || in->bytes >= INGEST_BYTES;
}

bool
ingest_empty(const struct ingest *in)
{
	return in->n == 0;
}

/* ---- into the store ---- */

static bool
store_batch(struct ingest *in, struct event_batch *b, struct err *e)
{
	if (in->n == 0)
		return true;
	if (b->rehearsal)
		return event_store_append(in->st, b, &in->batch, e);
	if (!store_begin(in->st, e))
		return false;
	if (event_store_append(in->st, b, &in->batch, e))
		return store_save(in->st, e);
	store_undo(in->st);
	return false;
}

static void
count(struct ingest *in, const struct event_batch *b)
{
	struct ingest_receipt *t = &in->receipt;

	t->accepted += b->accepted;
	t->duplicate += b->duplicate;
	t->conflict += b->conflict;
	t->batches += b->id != 0;
	for (size_t i = 0; i < in->n; i++) {
		int64_t at_ns = in->events[i].timestamp_ns;

		if (b->outcomes[i] != EVENT_ACCEPTED)
			continue;
		if (t->first_ns == INSTANT_NONE || at_ns < t->first_ns)
			t->first_ns = at_ns;
		if (t->last_ns == INSTANT_NONE || at_ns > t->last_ns)
			t->last_ns = at_ns;
		(void)map_slot(&in->customers, in->events[i].customer_id, NULL);
	}
}

static void
describe(const struct event_clash *clash, const struct event *ev, const struct origin *from,
	struct arena *a, struct err *e)
{
	struct str stored = clash->stored, here = clash->repeated;
	char at[INSTANT_TEXT_SIZE];

	stored = stored.p == NULL ? STR("absent") : str_printf(a, "\"%.*s\"", STR_FMT(stored));
	here = here.p == NULL ? STR("absent") : str_printf(a, "\"%.*s\"", STR_FMT(here));
	(void)err_field(e, ERR_INPUT, "conflict", STR("transaction_id"), ev->transaction_id,
		"recorded at %s with other content: %.*s was %.*s, is %.*s here",
		instant_text(clash->recorded_at_ns, at), STR_FMT(clash->field), STR_FMT(stored),
		STR_FMT(here));
	(void)err_place(e, from->file, from->line, from->column);
}

static void
tell_conflicts(struct ingest *in, const struct event_batch *b, ingest_conflict conflict, void *ctx)
{
	for (size_t i = 0; i < b->conflict; i++) {
		const struct event_clash *clash = &b->clashes[i];
		const struct origin *from = &in->origins[clash->index];
		struct err e = ERR_INIT;

		describe(clash, &in->events[clash->index], from, &in->batch, &e);
		conflict(ctx, &e, from->bytes);
	}
}

bool
ingest_save(struct ingest *in, ingest_conflict conflict, void *ctx, struct err *e)
{
	struct event_batch b = {
		.events = in->events,
		.n = in->n,
		.rejected = in->rejected,
		.now_ns = in->opt->now_ns,
		.rehearsal = in->opt->dry_run,
	};
	bool ok = store_batch(in, &b, e);

	if (ok && in->n > 0) {
		count(in, &b);
		tell_conflicts(in, &b, conflict, ctx);
	}
	in->n = 0;
	in->bytes = 0;
	in->rejected = 0;
	arena_clear(&in->batch);
	return ok;
}

/* ---- the receipt ---- */

bool
ingest_receipt(struct ingest *in, struct ingest_receipt *out, struct err *e)
{
	struct ingest_receipt t = in->receipt;
	struct arena scratch = ARENA_INIT;
	bool ok = true;

	for (size_t i = 0; ok && i < in->customers.n; i++) {
		struct str id;
		bool found;

		ok = customer_store_by_key(in->st, in->customers.entries[i].key, &scratch, &id,
			&found, e);
		t.unknown_customers += ok && !found;
		arena_clear(&scratch);
	}
	arena_release(&scratch);
	if (ok)
		*out = t;
	return ok;
}

void
ingest_receipt_json(struct jsonw *w, const struct ingest_receipt *t)
{
	uint64_t read = t->accepted + t->duplicate + t->conflict + t->rejected;

	jsonw_object(w);
	jsonw_member_c(w, "type", "receipt");
	jsonw_member_int(w, "read", (int64_t)read);
	jsonw_member_int(w, "accepted", (int64_t)t->accepted);
	jsonw_member_int(w, "duplicate", (int64_t)t->duplicate);
	jsonw_member_int(w, "conflict", (int64_t)t->conflict);
	jsonw_member_int(w, "rejected", (int64_t)t->rejected);
	jsonw_member_int(w, "batches", (int64_t)t->batches);
	jsonw_member_instant_opt(w, "first_timestamp", t->first_ns);
	jsonw_member_instant_opt(w, "last_timestamp", t->last_ns);
	jsonw_member_int(w, "unknown_customers", (int64_t)t->unknown_customers);
	if (t->dry_run)
		jsonw_member_bool(w, "dry_run", true);
	jsonw_end(w);
}
