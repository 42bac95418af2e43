/*
 * event - one usage event.
 *
 * Shape      transaction_id 1..128 code points; customer_id (an id or alias)
 *            and event_type at least 1; a timestamp; properties in the order
 *            they came. A property has its JSON type and its text: a string
 *            its characters, true and false those words, a number its literal,
 *            an object or array its canonical JSON (which no filter matches),
 *            null none. In CSV an empty cell is absent, any other a string.
 * Range      number literals whose plain decimal form exceeds 1,000 digits are
 *            refused (number_too_long); a timestamp after latest_ns or before
 *            earliest_ns is refused (event.timestamp).
 * Ownership  texts are slices of the record or copies in the arena given.
 * Errors     ERR_INPUT with field, value and offset into the record.
 * Source     mtr-json(5), Events; mtr-pricing(7), Events.
 * Example    JSON 3, JSON "3" and the CSV cell 3 have one text; 3.0 another.
 */
#ifndef DOMAIN_EVENT_H
#define DOMAIN_EVENT_H

#include "base/err.h"
#include "base/instant.h"
#include "base/str.h"
#include "codec/json_scan.h"
#include "codec/jsonw.h"
#include "codec/obj.h"
#include "codec/record.h"

struct property {
	struct str name;
	struct str text;
	enum json_type type;
};

struct event {
	struct str transaction_id;
	struct str customer_id;
	struct str event_type;
	int64_t timestamp_ns;
	struct property *properties;
	size_t nproperties;
};

struct event_rules {
	int64_t latest_ns;   /* INSTANT_NONE: no limit */
	int64_t earliest_ns; /* INSTANT_NONE: no limit */
	bool utc;            /* a timestamp without an offset is UTC */
	/*
	 * constants that fill fields, "customer_id", "properties.x"; a record that has one is
	 * refused
	 */
	const struct pair *set;
	size_t nset;
	struct str id_prefix; /* with p: transaction_id is PREFIX:LINE */
	bool id_content;      /* transaction_id is "content:", then SHA-256 of the record in hex */
};

/* From a scanned JSON record; offsets of failures are bytes of the record. */
bool event_from_scan(const struct json_scanner *s, const struct event_rules *rules, uint64_t line,
	struct arena *rec, struct event *out, struct err *e);

/*
 * Once for a CSV header, or the names of constants: each is a field of an
 * event, or properties.NAME. The offset of a failure is its place in fields.
 */
bool event_fields_check(const struct str *fields, size_t n, struct err *e);

/* From a CSV row under these field names; offsets of failures are cell numbers from 0. */
bool event_from_row(const struct str *fields, size_t nfields, const struct csv_row *row,
	const struct event_rules *rules, struct arena *rec, struct event *out, struct err *e);

/* One object: the five fields in the order above; every JSON type as it came. */
void event_to_json(struct jsonw *w, const struct event *ev);

/* The properties alone, as an object, in the order they came; and back (trusted text). */
void event_properties_json(const struct event *ev, struct buf *out);
bool event_properties_parse(struct json_scanner *s, struct str json, struct arena *a,
	struct event *ev);

const struct property *event_property(const struct event *ev,
	struct str name); /* NULL: absent; null counts as absent */

/*
 * The canonical content: customer, type, instant and the texts of the
 * properties sorted by name, each length-prefixed. Equal bytes = equal contents.
 */
void event_content(const struct event *ev, struct arena *a, struct buf *out);

/* The first field in which two events of one transaction_id differ; empty when none. */
struct str event_difference(const struct event *a, const struct event *b, struct arena *arena);

#endif
