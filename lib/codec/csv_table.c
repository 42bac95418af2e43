#include "codec/csv_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

#include "base/banned.h"

/* Where the cells of a column go. */
struct column {
	struct str object; /* p NULL: none */
	struct str member;
	size_t first; /* the first column of that object */
};

struct csv_table {
	struct csv_reader *rows;
	const struct csv_rename *map;
	size_t nmap;
	struct arena arena;
	struct str header;
	struct str *fields; /* NULL: the header is yet to come */
	struct column *columns;
	struct json **objects; /* of the row in hand, by the first column of each */
	size_t n;
};

struct csv_table *
csv_table_open(size_t max_row, const struct csv_rename *map, size_t nmap)
{
	struct csv_table *t = mem_realloc(NULL, 1, sizeof(*t));

	*t = (struct csv_table){ .rows = csv_open(max_row), .map = map, .nmap = nmap };
	return t;
}

void
csv_table_close(struct csv_table *t)
{
	if (t == NULL)
		return;
	csv_close(t->rows);
	arena_release(&t->arena);
	free(t);
}

void
csv_table_feed(struct csv_table *t, const char *p, size_t n)
{
	csv_feed(t->rows, p, n);
}

/* ---- the header ---- */

/* Refuse the header, because of the name of a column. */
static bool
refuse(struct err *e, uint64_t line, size_t column, struct str name, const char *text)
{
	err_field(e, ERR_INPUT, "csv_header", name, (struct str){ NULL, 0 }, "%s", text);
	err_at(e, column);
	return err_place(e, NULL, line, (uint64_t)column + 1);
}

static bool
rename_fields(struct csv_table *t, uint64_t line, struct err *e)
{
	bool *renamed = ARENA_ARRAY(&t->arena, t->n, bool);

	for (size_t m = 0; m < t->nmap; m++) {
		const struct csv_rename *entry = &t->map[m];
		bool hit = false;
		for (size_t i = 0; i < t->n; i++) {
			if (renamed[i] || !str_eq(t->fields[i], entry->csv))
				continue;
			renamed[i] = hit = true;
			t->fields[i] = str_dup(&t->arena, entry->field);
		}
		if (hit)
			continue;
		err_field(e, ERR_INPUT, "csv_map", entry->csv, (struct str){ NULL, 0 },
			"the map names a column that the header does not have");
		return err_place(e, NULL, line, 0);
	}
	return true;
}

/* "properties.model": the object and its member; a dot at either end is part of a plain name. */
static void
cut_name(struct str name, struct column *out)
{
	const char *dot = memchr(name.p, '.', name.n);

	*out = (struct column){ .member = name };
	if (dot == NULL || dot == name.p || dot == name.p + name.n - 1)
		return;
	out->object = (struct str){ name.p, (size_t)(dot - name.p) };
	out->member = (struct str){ dot + 1, name.n - out->object.n - 1 };
}

static bool
check_names(struct csv_table *t, uint64_t line, struct err *e)
{
	struct map names, objects;
	bool fresh;

	map_init(&names, &t->arena);
	map_init(&objects, &t->arena);
	for (size_t i = 0; i < t->n; i++) {
		if (t->fields[i].n == 0)
			return refuse(e, line, i, STR("header"), "a column has no name");
		*map_slot(&names, t->fields[i], &fresh) = t;
		if (!fresh)
			return refuse(e, line, i, t->fields[i], "two columns have this name");
	}
	for (size_t i = 0; i < t->n; i++) {
		struct column *c = &t->columns[i];
		cut_name(t->fields[i], c);
		if (c->object.p == NULL)
			continue;
		if (map_get(&names, c->object) != NULL)
			return refuse(e, line, i, t->fields[i],
				"another column is the object that this one is a member of");
		void **slot = map_slot(&objects, c->object, &fresh);
		if (fresh)
			*slot = c;
		c->first = (size_t)((struct column *)*slot - t->columns);
	}
	return true;
}

static bool
take_header(struct csv_table *t, const struct csv_row *row, struct err *e)
{
	t->header = str_dup(&t->arena, row->bytes);
	t->n = row->n;
	t->fields = ARENA_ARRAY(&t->arena, t->n, struct str);
	t->columns = ARENA_ARRAY(&t->arena, t->n, struct column);
	t->objects = ARENA_ARRAY(&t->arena, t->n, struct json *);
	for (size_t i = 0; i < t->n; i++)
		t->fields[i] = str_dup(&t->arena, row->cells[i]);
	return rename_fields(t, row->line, e) && check_names(t, row->line, e);
}

/* ---- rows ---- */

enum table_got
csv_table_next(struct csv_table *t, struct csv_row *out, struct err *e)
{
	enum csv_got got = csv_next(t->rows, out, e);

	if (got == CSV_ROW && t->fields == NULL) {
		if (!take_header(t, out, e))
			return TABLE_FAILED;
		got = csv_next(t->rows, out, e);
	}
	switch (got) {
	case CSV_ROW:
		break;
	case CSV_BAD:
		return t->fields == NULL ? TABLE_FAILED : TABLE_BAD;
	case CSV_MORE:
		return TABLE_MORE;
	case CSV_END:
		return TABLE_END;
	}
	if (out->n == t->n)
		return TABLE_ROW;
	err_set(e, ERR_INPUT, "csv_cells", "%zu cells, and the header has %zu", out->n, t->n);
	err_place(e, NULL, out->line, 0);
	return TABLE_BAD;
}

const struct str *
csv_table_fields(const struct csv_table *t, size_t *n)
{
	*n = t->n;
	return t->fields;
}

struct str
csv_table_header(const struct csv_table *t)
{
	return t->header;
}

struct json *
csv_table_tree(struct csv_table *t, const struct csv_row *row)
{
	struct json *tree = json_new_object();

	assert(row->n == t->n);
	for (size_t i = 0; i < t->n; i++)
		t->objects[i] = NULL;
	for (size_t i = 0; i < t->n; i++) {
		const struct column *c = &t->columns[i];
		struct json *into = tree;
		if (row->cells[i].n == 0)
			continue;
		if (c->object.p != NULL) {
			if (t->objects[c->first] == NULL)
				t->objects[c->first] = json_add_object(tree, c->object, i);
			into = t->objects[c->first];
		}
		json_add_string(into, c->member, row->cells[i], i);
	}
	return tree;
}
