/*
 * csv_table - CSV rows under a header.
 *
 * Shape      the first row names the fields, renamed by a map; every other row
 *            has as many cells. A name with a dot ("properties.model") is a
 *            member of an object, one level deep: of "a.b.c" the member is
 *            "b.c".
 * Errors     TABLE_FAILED: the header cannot be used (an empty name or one
 *            given twice, a name that is a field and an object too:
 *            csv_header; a map entry without its column: csv_map; what
 *            csv_next refuses). TABLE_BAD: one row is refused: csv_cells, or
 *            what csv_next refuses.
 * Ownership  rows hold until the next call; names as long as the table. The
 *            map is borrowed.
 */
#ifndef CODEC_CSV_TABLE_H
#define CODEC_CSV_TABLE_H

#include "codec/csv.h"
#include "codec/json.h"

struct csv_rename {
	struct str csv;
	struct str field;
};

enum table_got { TABLE_ROW, TABLE_BAD, TABLE_MORE, TABLE_END, TABLE_FAILED };

struct csv_table;

struct csv_table *csv_table_open(size_t max_row, const struct csv_rename *map, size_t nmap);
void csv_table_close(struct csv_table *t);

void csv_table_feed(struct csv_table *t, const char *p, size_t n); /* as csv_feed */
enum table_got csv_table_next(struct csv_table *t, struct csv_row *out, struct err *e);

/* The names after renaming; NULL, 0 before the header was read. */
const struct str *csv_table_fields(const struct csv_table *t, size_t *n);
struct str csv_table_header(const struct csv_table *t); /* its bytes as they came */

/* A row as an object of texts, empty cells left out; offsets are cell indexes. */
struct json *csv_table_tree(struct csv_table *t, const struct csv_row *row);

#endif
