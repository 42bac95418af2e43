#include "domain/event.h"

#include <assert.h>
#include <string.h>

#include "domain/event_draft.h"

#include "base/banned.h"

/* ---- JSON ---- */

/* With their lengths known here the compiler makes a few compares of each. */
#define IS(name, text) ((name).n == sizeof(text) - 1 && memcmp((name).p, text, (name).n) == 0)

static inline bool
is_field(struct str name, enum event_field f)
{
	switch (f) {
	case EF_ID:
		return IS(name, "transaction_id");
	case EF_CUSTOMER:
		return IS(name, "customer_id");
	case EF_TYPE:
		return IS(name, "event_type");
	case EF_TIME:
		return IS(name, "timestamp");
	case EF_PROPERTIES:
		return IS(name, "properties");
	}
	return false;
}

/* Most senders keep one order, so the one expected next is tried first. */
static inline unsigned
field_of(struct str name, unsigned expected)
{
	unsigned f = expected;

	for (unsigned tried = 0; tried < EVENT_FIELDS; tried++) {
		if (is_field(name, f))
			return f;
		f = f + 1 == EVENT_FIELDS ? 0 : f + 1;
	}
	return EVENT_FIELDS;
}

static bool
take_member(struct draft *d, const struct json_scanner *s, const struct json_node *key,
	const struct json_node *value, unsigned *expected)
{
	struct str name = { s->text.p + key->off, key->len };
	unsigned f;

	if (__builtin_expect(key->escaped, false))
		name = json_node_string(s, key, d->rec);
	f = field_of(name, *expected);
	if (f == EVENT_FIELDS) {
		draft_unknown(d->e, name, json_node_raw(s, value), false);
		return draft_failed_at(d, node_place(value));
	}
	*expected = f + 1 == EVENT_FIELDS ? 0 : f + 1;
	if (f == EF_PROPERTIES)
		return draft_take_properties(d, s, value);
	return draft_take_string(d, s, event_field_names[f], event_field_codes[f], value,
		&d->fields[f]);
}

bool
event_from_scan(const struct json_scanner *s, const struct event_rules *rules, uint64_t line,
	struct arena *rec, struct event *out, struct err *e)
{
	const struct json_node *root = &s->nodes[0], *value;
	struct draft d;
	unsigned expected = 0;

	draft_init(&d, rules, event_field_names, rec, e);
	d.bytes = s->text;
	d.line = line;
	d.start = node_place(root);
	if (root->type != JSON_OBJECT)
		return draft_no_object(&d, s);
	for (size_t i = 1; i < root->next; i = value->next) {
		value = &s->nodes[i + 1];
		if (!take_member(&d, s, &s->nodes[i], value, &expected))
			return false;
	}
	if (d.properties == NULL && rules->nset > 0)
		d.properties = ARENA_ARRAY(rec, rules->nset, struct property);
	return draft_finish(&d, out);
}

/* ---- CSV ---- */

bool
event_from_row(const struct str *fields, size_t nfields, const struct csv_row *row,
	const struct event_rules *rules, struct arena *rec, struct event *out, struct err *e)
{
	struct draft d;

	assert(row->n == nfields);
	draft_init(&d, rules, event_field_names, rec, e);
	d.bytes = row->bytes;
	d.line = row->line;
	d.properties = ARENA_ARRAY(rec, nfields + rules->nset, struct property);
	for (size_t i = 0; i < nfields; i++) {
		struct str cell = row->cells[i], property = { NULL, 0 };
		unsigned f = draft_field(fields[i], &property);

		if (f == EVENT_FIELDS) {
			draft_unknown(e, fields[i], cell, true);
			return err_at(e, i);
		}
		if (f != EF_PROPERTIES)
			d.fields[f].at = (struct place){ i, true };
		if (cell.n == 0)
			continue;
		if (f == EF_PROPERTIES)
			d.properties[d.nproperties++] = (struct property){ property, cell,
				JSON_STRING };
		else
			d.fields[f] = (struct given){ cell, true, { i, true } };
	}
	return draft_finish(&d, out);
}
