/*
 * event_columns - many events of one shape, column by column.
 *
 * Shape      events of one event type that have the same properties in the same
 *            order. A cell is a value with its JSON type, so that what came in
 *            can be given back: a decimal is a 64-bit mantissa at a scale that
 *            gives its text back ("1.50" is 150 at 2), anything else a number
 *            into the texts of its column. Rows come sorted by customer, then
 *            timestamp, then transaction_id as bytes.
 * Units      nanoseconds.
 * Range      customers are small numbers, the same in every block of one scan;
 *            customer_keys has a text for those that occur here.
 * Ownership  of whoever visits: everything holds until the visit returns.
 * Source     mtr-store(5), Blocks.
 * Example    "tokens":"1523" is kind CELL_DIGITS + 0, value 1523; "cost":0.5 is
 *            CELL_NUMBER + 1, value 5; "model":"a" is CELL_TEXT.
 */
#ifndef DOMAIN_EVENT_COLUMNS_H
#define DOMAIN_EVENT_COLUMNS_H

#include "domain/event.h"

#define CELL_SCALE_MAX 18

/* What a cell holds. The scale is added to the first two. */
enum cell_kind {
	CELL_NUMBER = 0,  /* a JSON number: the mantissa of its literal; + scale 0..18 */
	CELL_DIGITS = 32, /* a JSON string that looks like one, likewise */
	CELL_TEXT = 64,   /* a place in texts: anything else, true, false, null, nested */
	CELL_MIXED = 255  /* of a column alone: each row has its own kind */
};

struct cell_text {
	struct str text; /* as struct property has it; null: none */
	enum json_type type;
};

struct event_column {
	struct str name;
	bool read;                     /* false: nobody asked, nothing below is set */
	uint8_t kind;                  /* of all rows, or CELL_MIXED */
	const uint8_t *kinds;          /* CELL_MIXED: of each row */
	const int64_t *values;         /* of each row: a mantissa, or a place in texts */
	const struct cell_text *texts; /* distinct by text and type */
	size_t ntexts;
};

struct event_columns {
	struct str event_type;
	size_t n; /* rows, at least 1 */
	const int64_t *timestamps_ns;
	const uint32_t *customers;
	const struct str *customer_keys; /* by customer number */
	const struct event_column *properties;
	size_t nproperties;
	const struct str *ids; /* transaction ids; NULL: nobody asked */
};

static inline uint8_t
cell_kind_at(const struct event_column *c, size_t row)
{
	return c->kind == CELL_MIXED ? c->kinds[row] : c->kind;
}

static inline bool
cell_is_decimal(uint8_t kind)
{
	return kind < CELL_TEXT;
}

static inline unsigned
cell_scale(uint8_t kind)
{
	return kind & 31U;
}

/*
 * A canonical decimal of at most 18 digits, a zero before the point counted; false: keep it
 * as text. "-0", "01", "1e3" are none. What is taken has the same text again.
 */
bool cell_decimal(struct str text, int64_t *mantissa, unsigned *scale);

/* The text of a decimal cell, somewhere in the room given; nothing is terminated. */
#define CELL_TEXT_SIZE 24
struct str cell_decimal_text(int64_t mantissa, unsigned scale, char room[CELL_TEXT_SIZE]);

/* The property of one row of a column that was read, its text in room or in the column. */
struct property event_cell(const struct event_column *c, size_t row, char room[CELL_TEXT_SIZE]);

/*
 * One row as an event, with the properties that were read and, where they were asked for, its
 * id; properties has nproperties places, room CELL_TEXT_SIZE for each.
 */
void event_row(const struct event_columns *c, size_t row, struct property *properties, char *room,
	struct event *out);

#endif
