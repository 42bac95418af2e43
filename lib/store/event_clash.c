#include "store/event_clash.h"

#include <stdlib.h>

#include "store/event_locate.h"

#include "base/banned.h"

struct clashing {
	const struct event_repeats *repeats;
	const struct event_batch *batch;
	struct event_home *home; /* where the stored records lie that are looked for */
	struct arena *out;
	struct arena scratch;
	struct str *keys; /* of the customers of the batch */
	struct event_clash *clashes;
	size_t n;
};

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
row_event(const struct event_columns *columns, size_t row, struct arena *a, struct event *out)
{
	size_t n = columns->nproperties;

	event_row(columns, row, ARENA_ARRAY(a, n, struct property),
		arena_array(a, n, CELL_TEXT_SIZE), out);
}

/* An event of the batch itself. */
static void
taken_event(struct clashing *c, size_t event, struct event *out)
{
	const struct batch_shape *s = batch_shape_of(c->batch, event);
	uint32_t row = c->batch->places[event].row;
	struct event_columns columns;

	event_rows_view(&s->rows, &s->shape,
		ARENA_ARRAY(&c->scratch, s->shape.nnames, struct event_column), &columns);
	columns.customer_keys = c->keys;
	row_event(&columns, row, &c->scratch, out);
}

static bool
note_clash(struct clashing *c, const struct event *first, int64_t recorded_at_ns, uint32_t event,
	struct err *e)
{
	struct event repeated;
	struct str field;

	taken_event(c, event, &repeated);
	field = event_difference(first, &repeated, &c->scratch);
	if (field.n == 0)
		return err_set(e, ERR_FATAL, "db_damaged",
			"%s: the content of event %.*s has another digest than deduplication has",
			store_path(c->home->st), STR_FMT(repeated.transaction_id));
	c->clashes[c->n++] = (struct event_clash){
		.index = event,
		.transaction_id = str_dup(c->out, repeated.transaction_id),
		.recorded_at_ns = recorded_at_ns,
		.field = shown(c->out, field),
		.stored = shown(c->out, text_of(first, field, &c->scratch)),
		.repeated = shown(c->out, text_of(&repeated, field, &c->scratch)),
	};
	arena_clear(&c->scratch);
	return true;
}

/* who: the first conflict of a head; its others follow. */
static bool
with_stored(void *ctx, const struct event_wanted *w, const struct event_columns *columns,
	size_t row, struct err *e)
{
	struct clashing *c = ctx;
	const struct event_repeats *r = c->repeats;
	uint32_t head = r->conflicts[w->who].head;
	struct event first;
	int64_t at_ns;

	if (!event_recorded_at(c->home, w->batch, &at_ns, e))
		return false;
	for (size_t i = w->who; i < r->nconflicts && r->conflicts[i].head == head; i++) {
		row_event(columns, row, &c->scratch, &first);
		if (!note_clash(c, &first, at_ns, r->conflicts[i].event, e))
			return false;
	}
	return true;
}

/* NULL: it came with the batch. */
static const struct event_match *
stored_match(const struct event_repeats *r, uint32_t head)
{
	return r->match_of[head] == 0 ? NULL : &r->matches[r->match_of[head] - 1];
}

/* Those with what this place holds. */
static bool
clash_with_stored(struct clashing *c, enum event_place place, struct err *e)
{
	const struct event_repeats *r = c->repeats;
	struct event_wanted *wanted = mem_realloc(NULL, r->nconflicts, sizeof(*wanted));
	size_t n = 0;
	bool ok;

	for (size_t i = 0; i < r->nconflicts; i++) {
		uint32_t head = r->conflicts[i].head;
		const struct event_match *m = stored_match(r, head);

		if (m == NULL || m->place != place || (i > 0 && r->conflicts[i - 1].head == head))
			continue;
		wanted[n++] = (struct event_wanted){
			.id = batch_id(c->batch, r->order[head]),
			.batch = m->batch,
			.who = (uint32_t)i,
		};
	}
	ok = event_locate(c->home, wanted, n, true, with_stored, c, e);
	for (size_t i = 0; ok && i < n; i++)
		if (!wanted[i].found)
			ok = err_set(e, ERR_FATAL, "db_damaged",
				"%s: event %.*s should be in batch %lld, and is not",
				store_path(c->home->st), STR_FMT(wanted[i].id),
				(long long)wanted[i].batch);
	free(wanted);
	return ok;
}

static bool
clash_with_taken(struct clashing *c, int64_t now_ns, struct err *e)
{
	const struct event_repeats *r = c->repeats;

	for (size_t i = 0; i < r->nconflicts; i++) {
		struct event first;

		if (stored_match(r, r->conflicts[i].head) != NULL)
			continue;
		taken_event(c, r->order[r->conflicts[i].head], &first);
		if (!note_clash(c, &first, now_ns, r->conflicts[i].event, e))
			return false;
	}
	return true;
}

static int
by_index(const void *a, const void *b)
{
	const struct event_clash *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

bool
event_clashes(struct event_repeats *r, const struct event_batch *b, struct store *st,
	int64_t now_ns, struct arena *a, struct event_clash **out, struct err *e)
{
	struct clashing c = { .repeats = r, .batch = b, .out = a };
	uint32_t ncustomers = b->customers.n;
	bool ok = true;

	*out = NULL;
	if (r->nconflicts == 0)
		return true;
	c.keys = mem_realloc(NULL, ncustomers, sizeof(*c.keys));
	for (uint32_t i = 0; i < ncustomers; i++)
		c.keys[i] = b->customers.texts[i].text;
	c.clashes = ARENA_ARRAY(a, r->nconflicts, struct event_clash);
	for (unsigned place = 0; ok && place < EVENT_PLACES; place++) {
		c.home = event_home(st, place);
		ok = clash_with_stored(&c, place, e);
	}
	ok = ok && clash_with_taken(&c, now_ns, e);
	if (ok) {
		qsort(c.clashes, c.n, sizeof(*c.clashes), by_index);
		*out = c.clashes;
	}
	free(c.keys);
	arena_release(&c.scratch);
	return ok;
}
