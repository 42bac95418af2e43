/*
 * event_draft - one event while it is put together, from JSON or CSV.
 *
 * Shape      a reader fills the four scalar fields and the properties with
 *            what the record holds; draft_finish adds constants and made ids,
 *            checks all of it and gives the event.
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

extern const struct str event_field_names[EVENT_FIELDS];
extern const char *const event_field_codes[EVENT_FIELDS];

/* Where something stands in the record; constants stand nowhere. */
struct place {
	size_t offset;
	bool known;
};

struct given {
	struct str text;
	bool there;
	struct place at;
};

struct draft {
	const struct event_rules *rules;
	struct str bytes; /* the record as read */
	uint64_t line;
	struct place start;
	struct arena *rec;
	struct err *e;
	struct given fields[EVENT_SCALARS];
	struct property *properties;
	size_t nproperties;
	enum event_field next; /* JSON: the field expected next; most senders keep one order */
};

/* What a flat name stands for, EVENT_FIELDS for nothing; *property is NAME of properties.NAME. */
unsigned draft_field(struct str name, struct str *property);

/* Refuse a name nobody knows; flat: properties stand as properties.NAME. False. */
bool draft_unknown(struct err *e, struct str name, struct str value, bool flat);

/* "properties.NAME" */
struct str draft_property_path(struct arena *a, struct str name);

/* Name the place of the failure just recorded. False. */
bool draft_failed_at(const struct draft *d, struct place at);

bool draft_finish(struct draft *d, struct event *out);

#endif
