#include "cli_private.h"

#include <assert.h>
#include <string.h>

#include "base/instant.h"
#include "codec/csv.h"
#include "text.h"

#include "base/banned.h"

#define KEY_MAX 128      /* of one step of a column's path */
#define GAP 2            /* blanks between the columns of a table */
#define TABLE_COLUMNS 80 /* of a terminal, that columns which wrap make room in */
#define WRAP_LEAST 8     /* columns that such a one keeps */
#define DATE_LENGTH 10   /* "2024-09-27" */

/* ---- one cell ---- */

static const struct json *
item(const struct json *array, int64_t index)
{
	const struct json *j = json_first(array);

	while (j != NULL && index-- > 0)
		j = json_next(j);
	return j;
}

/* What stands at the path; NULL when nothing does, or null. */
static const struct json *
walk(const struct json *j, const char *path)
{
	while (j != NULL && *path != '\0') {
		size_t n = strcspn(path, ".");
		char key[KEY_MAX];
		int64_t index;

		assert(n < sizeof(key));
		memcpy(key, path, n);
		key[n] = '\0';
		if (json_type(j) == JSON_OBJECT)
			j = json_member(j, key);
		else if (json_type(j) == JSON_ARRAY && str_to_int64(str_c(key), &index))
			j = item(j, index);
		else
			j = NULL;
		path += n + (path[n] == '.' ? 1 : 0);
	}
	return j != NULL && json_type(j) != JSON_NULL ? j : NULL;
}

static bool
is_container(const struct json *j)
{
	return json_type(j) == JSON_OBJECT || json_type(j) == JSON_ARRAY;
}

static void
add_value(struct buf *out, const struct json *j)
{
	if (is_container(j))
		json_canonical(j, out);
	else
		buf_add_str(out, json_text(j));
}

/* ---- CSV ---- */

/* A spreadsheet takes such a cell for a formula. */
static bool
is_formula(struct str cell)
{
	unsigned char first = cell.n > 0 ? (unsigned char)cell.p[0] : 'x';

	return first == '=' || first == '+' || first == '-' || first == '@' || first < 0x20 ||
		first == 0x7f;
}

static void
csv_cell(struct buf *out, struct buf *scratch, enum cli_cell cell, const struct json *j)
{
	char instant[INSTANT_TEXT_SIZE];
	struct instant_why why;
	int64_t t_ns;
	struct str text;

	buf_clear(scratch);
	if (j == NULL)
		return;
	add_value(scratch, j);
	text = buf_str(scratch);
	if ((cell == CELL_INSTANT || cell == CELL_DAY) &&
		instant_parse(text, INSTANT_STAMP, &t_ns, &why)) {
		buf_add_c(out, instant_text_nine(t_ns, instant));
		return;
	}
	if (is_formula(text) && !(cell == CELL_NUMBER && json_is_number(text))) {
		struct buf prefixed = BUF_INIT;

		buf_add_char(&prefixed, '\'');
		buf_add_str(&prefixed, text);
		csv_quote(out, buf_str(&prefixed));
		buf_release(&prefixed);
		return;
	}
	csv_quote(out, text);
}

void
form_csv_header(struct buf *out, const struct cli_column *columns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		csv_quote(out, str_c(columns[i].title));
	}
	buf_add_char(out, '\n');
}

void
form_csv_row(struct buf *out, const struct cli_column *columns, size_t n, const struct json *j)
{
	struct buf scratch = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		csv_cell(out, &scratch, columns[i].cell, walk(j, columns[i].path));
	}
	buf_add_char(out, '\n');
	buf_release(&scratch);
}

/* ---- tables ---- */

void
form_cells(struct arena *a, const struct cli_column *columns, size_t n, const struct json *j,
	struct str *cells)
{
	struct buf raw = BUF_INIT;
	struct buf cell = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		const struct json *value = walk(j, columns[i].path);

		buf_clear(&raw);
		buf_clear(&cell);
		if (value == NULL)
			buf_add_char(&raw, '-');
		else
			add_value(&raw, value);
		if (columns[i].cell == CELL_DAY && raw.n > DATE_LENGTH)
			raw.n = DATE_LENGTH;
		text_escape(&cell, buf_str(&raw), false);
		cells[i] = str_dup(a, buf_str(&cell));
	}
	buf_release(&raw);
	buf_release(&cell);
}

static struct str
text_behind(struct str s, size_t n)
{
	while (n < s.n && s.p[n] == ' ')
		n++;
	return (struct str){ s.p + n, s.n - n };
}

static void
table_line(struct buf *out, const struct cli_column *columns, const size_t *widths, size_t n,
	const struct str *cells)
{
	size_t blanks = 0; /* that come before the next thing that shows */

	for (size_t i = 0; i < n; i++) {
		size_t pad = widths[i] - text_width(cells[i]);
		bool right = columns[i].cell == CELL_NUMBER;

		blanks += (i > 0 ? GAP : 0) + (right ? pad : 0);
		if (cells[i].n > 0) {
			buf_printf(out, "%*s", (int)blanks, "");
			buf_add_str(out, cells[i]);
			blanks = 0;
		}
		blanks += right ? 0 : pad;
	}
	buf_add_char(out, '\n');
}

/* A row, and under it what its cells have more than one line takes. */
static void
table_row(struct buf *out, struct arena *a, const struct cli_column *columns, const size_t *widths,
	size_t n, const struct str *cells)
{
	struct str *rest = ARENA_ARRAY(a, n, struct str);
	struct str *line = ARENA_ARRAY(a, n, struct str);
	bool more = true;

	for (size_t i = 0; i < n; i++)
		rest[i] = cells[i];
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++) {
			size_t fits = text_fit(rest[i], widths[i]);

			line[i] = (struct str){ rest[i].p, fits };
			rest[i] = text_behind(rest[i], fits);
			more = more || rest[i].n > 0;
		}
		table_line(out, columns, widths, n, line);
	}
}

/* The widest of the columns that wrap gives a column away, until all have room. */
static void
make_room(const struct cli_column *columns, size_t *widths, size_t n)
{
	size_t all = (n - 1) * GAP;

	for (size_t i = 0; i < n; i++)
		all += widths[i];
	for (; all > TABLE_COLUMNS; all--) {
		size_t *widest = NULL;

		for (size_t i = 0; i < n; i++)
			if (columns[i].cell == CELL_WRAP && widths[i] > WRAP_LEAST &&
				(widest == NULL || widths[i] > *widest))
				widest = &widths[i];
		if (widest == NULL)
			return;
		--*widest;
	}
}

void
form_table(struct buf *out, const struct cli_column *columns, size_t n, const struct str *cells,
	size_t ncells)
{
	struct arena a = ARENA_INIT;
	size_t *widths = ARENA_ARRAY(&a, n, size_t);
	struct str *titles = ARENA_ARRAY(&a, n, struct str);

	assert(n > 0);
	for (size_t i = 0; i < n; i++) {
		char *upper = ARENA_ARRAY(&a, strlen(columns[i].title) + 1, char);

		for (size_t k = 0; columns[i].title[k] != '\0'; k++)
			upper[k] = ascii_upper(columns[i].title[k]);
		titles[i] = str_c(upper);
		widths[i] = text_width(titles[i]);
	}
	for (size_t i = 0; i < ncells; i++) {
		size_t width = text_width(cells[i]);

		if (width > widths[i % n])
			widths[i % n] = width;
	}
	make_room(columns, widths, n);
	table_row(out, &a, columns, widths, n, titles);
	for (size_t i = 0; i < ncells; i += n)
		table_row(out, &a, columns, widths, n, cells + i);
	arena_release(&a);
}

/* ---- text ---- */

static void
text_scalar(struct buf *out, const struct json *j)
{
	switch (json_type(j)) {
	case JSON_NULL:
		buf_add_char(out, '-');
		break;
	case JSON_ARRAY: /* empty ones only */
		buf_add_c(out, "[]");
		break;
	case JSON_OBJECT:
		buf_add_c(out, "{}");
		break;
	case JSON_FALSE:
	case JSON_TRUE:
	case JSON_NUMBER:
	case JSON_STRING:
		text_escape(out, json_text(j), false);
		break;
	}
	buf_add_char(out, '\n');
}

/*
 * The members or items of j at a depth; with inlined the first one goes on the
 * line that stands already ("- "). Depth is that of our own output, at most
 * JSON_MAX_DEPTH.
 */
static void
text_lines(struct buf *out, const struct json *j, int depth, bool inlined)
{
	for (const struct json *m = json_first(j); m != NULL; m = json_next(m)) {
		bool nested = is_container(m) && json_count(m) > 0;

		if (!inlined)
			buf_printf(out, "%*s", depth * 2, "");
		inlined = false;
		if (json_type(j) == JSON_ARRAY) {
			buf_add_c(out, "- ");
			if (nested)
				text_lines(out, m, depth + 1, true);
		} else {
			text_escape(out, json_key(m), false);
			buf_add_c(out, nested ? ":\n" : ": ");
			if (nested)
				text_lines(out, m, depth + 1, false);
		}
		if (!nested)
			text_scalar(out, m);
	}
}

void
form_text(struct buf *out, const struct json *j)
{
	text_lines(out, j, 0, false);
}
