/*
 * event_draft - one event while it is put together, from JSON or CSV.
 *
 * Shape      a reader fills the four scalar fields and the properties with
 *            what the record holds; draft_finish adds constants and made ids,
 *            checks all of it and gives the event. Messages call the fields by
 *            the names that the record has for them.
 * Ownership  the arena rec; properties has room for rules->nset more.
 * Errors     as in event.h. A place is a byte of the record or a cell.
 * Order      inside domain only.
 */
#ifndef DOMAIN_EVENT_DRAFT_H
#define DOMAIN_EVENT_DRAFT_H

#include "domain/event.h"

enum event_field { EF_ID, EF_CUSTOMER, EF_TYPE, EF_TIME, EF_PROPERTIES };
#define EVENT_SCALARS 4
#define EVENT_FIELDS 5
#define EVENT_ID_MAX_POINTS 128

/* clang-format off */
#define FIELD_NAME(s) { (s), sizeof(s) - 1 }
/* clang-format on */

extern const struct str event_field_names[EVENT_FIELDS];
extern const char *const event_field_codes[EVENT_FIELDS];

/* Where something stands in the record; constants stand nowhere. */
struct place {
	size_t offset;
	bool known;
};

struct given {
	struct str text; /* where it is there */
	bool there;
	struct place at;
};

struct draft {
	const struct event_rules *rules;
	const struct str *names; /* of the fields, EVENT_FIELDS of them */
	struct str bytes;        /* the record as read, for made ids; likewise line */
	uint64_t line;
	struct place start;
	struct arena *rec;
	struct err *e;
	struct given fields[EVENT_SCALARS];
	struct property *properties;
	size_t nproperties;
};

/* Nothing given yet. Field by field: wiping so much memory at once takes longer than a field does. */
static inline void
draft_init(struct draft *d, const struct event_rules *rules, const struct str *names,
	struct arena *rec, struct err *e)
{
	d->rules = rules;
	d->names = names;
	d->start = (struct place){ 0, false };
	d->rec = rec;
	d->e = e;
	for (unsigned f = 0; f < EVENT_SCALARS; f++) {
		d->fields[f].there = false;
		d->fields[f].at = (struct place){ 0, false };
	}
	d->properties = NULL;
	d->nproperties = 0;
}

/* What a flat name stands for, EVENT_FIELDS for nothing; *property is NAME of properties.NAME. */
unsigned draft_field(struct str name, struct str *property);

/* Refuse a name nobody knows; flat: properties stand as properties.NAME. False. */
bool draft_unknown(struct err *e, struct str name, struct str value, bool flat);

/* Name the place of the failure just recorded. False. */
bool draft_failed_at(const struct draft *d, struct place at);

/* One scalar field: there, and not empty. code: of an empty one. */
bool draft_check(const struct draft *d, const struct given *g, struct str name, const char *code);

bool draft_finish(struct draft *d, struct event *out);

/* ---- from the nodes of a JSON record: event_value.c ---- */

/* Where a value or key begins, its quote included. */
struct place node_place(const struct json_node *node);
/* "wanted an object, found ...", of the whole record. False. */
bool draft_no_object(const struct draft *d, const struct json_scanner *s);
/* "wanted a string, found a number". False. */
bool draft_refuse_type(const struct draft *d, const struct json_scanner *s, struct str name,
	const char *code, const struct json_node *value, const char *wanted);
/* A string, or null, which is not there. */
bool draft_take_string(struct draft *d, const struct json_scanner *s, struct str name,
	const char *code, const struct json_node *value, struct given *out);
/* The properties: an object, or null. */
bool draft_take_properties(struct draft *d, const struct json_scanner *s,
	const struct json_node *object);

#endif
