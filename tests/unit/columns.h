/*
 * columns - random events of one shape, and their columns.
 *
 * Shape      values of every JSON type, numbers that look alike and that do not fit 64
 *            bits; a column is of one kind, of a few, or of all.
 * Ownership  everything lies in the arena given, keys are borrowed.
 * Order      events as in a block: by the place of their customer in keys, then
 *            timestamp, then id.
 */
#ifndef TESTS_UNIT_COLUMNS_H
#define TESTS_UNIT_COLUMNS_H

#include "domain/event_columns.h"
#include "tests/unit/sweep.h"

#define CUSTOMERS 12
#define PROPERTIES 5
#define TYPES 3
#define VALUES 30
#define TIME ((uint64_t)60) /* events lie in [0, 100) */

struct value {
	struct str text;
	enum json_type type;
};

extern const struct value column_values[VALUES];
extern const struct str column_names[PROPERTIES];
extern const struct str column_types[TYPES];
extern const struct str column_customers[CUSTOMERS]; /* nobody wants the last one */

struct value draw_value(struct sweep *s, struct arena *a);
struct event *draw_events(struct sweep *s, struct arena *a, struct str *keys, size_t n);
struct event_columns columns_of(struct arena *a, const struct str *keys, const struct event *events,
	size_t n);

#endif
