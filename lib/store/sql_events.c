#include "store/sql_sandbox.h"

#include <stdlib.h>

#include <sqlite3.h>

#include "base/banned.h"

/* The table events of a sandbox: what was gathered of one set, in one range. */

enum { COLUMN_TYPE, COLUMN_TIME, COLUMN_ID, COLUMN_FIRST_PROPERTY };

struct events {
	sqlite3_vtab base; /* first: SQLite sees this part */
	struct sql_sandbox *sb;
};

struct events_cursor {
	sqlite3_vtab_cursor base;
	struct sql_sandbox *sb;
	const struct sql_event *at; /* NULL: behind the last */
	int64_t row;
};

static int
events_connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out,
	char **error)
{
	struct buf sql = BUF_INIT;
	struct events *v;
	int rc;

	(void)argc;
	(void)argv;
	(void)error;
	buf_add_c(&sql, "CREATE TABLE events(event_type, timestamp, transaction_id");
	for (int i = 0; i < SQL_MAX_PROPERTIES; i++)
		buf_printf(&sql, ", p%d", i);
	buf_add_c(&sql, ")");
	rc = sqlite3_declare_vtab(db, buf_cstr(&sql));
	buf_release(&sql);
	if (rc != SQLITE_OK)
		return rc;
	v = mem_realloc(NULL, 1, sizeof(*v));
	*v = (struct events){ .sb = aux };
	*out = &v->base;
	return SQLITE_OK;
}

static int
events_disconnect(sqlite3_vtab *v)
{
	free(v);
	return SQLITE_OK;
}

static int
events_best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	(void)v;
	info->estimatedRows = 1000000;
	return SQLITE_OK;
}

static int
events_open(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
	struct events_cursor *c = mem_realloc(NULL, 1, sizeof(*c));

	*c = (struct events_cursor){ .sb = ((struct events *)(void *)v)->sb };
	*out = &c->base;
	return SQLITE_OK;
}

static int
events_close(sqlite3_vtab_cursor *c)
{
	free(c);
	return SQLITE_OK;
}

static struct events_cursor *
cursor(sqlite3_vtab_cursor *c)
{
	return (struct events_cursor *)(void *)c;
}

/* From at on to the next one in the range. */
static void
skip(struct events_cursor *c)
{
	while (c->at != NULL &&
		(c->at->timestamp_ns < c->sb->from_ns || c->at->timestamp_ns >= c->sb->to_ns))
		c->at = c->at->next;
}

static int
events_filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
	struct events_cursor *c = cursor(base);

	(void)plan;
	(void)text;
	(void)argc;
	(void)argv;
	c->at = c->sb->first;
	c->row = 0;
	skip(c);
	return SQLITE_OK;
}

static int
events_next(sqlite3_vtab_cursor *base)
{
	struct events_cursor *c = cursor(base);

	c->at = c->at->next;
	c->row++;
	skip(c);
	return SQLITE_OK;
}

static int
events_eof(sqlite3_vtab_cursor *base)
{
	return cursor(base)->at == NULL;
}

/* What was gathered stays there while the query runs. */
static void
give_text(sqlite3_context *ctx, struct str text)
{
	if (text.p != NULL)
		sqlite3_result_text(ctx, text.p, (int)text.n, SQLITE_STATIC);
}

static int
events_column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int column)
{
	const struct events_cursor *c = cursor(base);
	size_t property = (size_t)(column - COLUMN_FIRST_PROPERTY);

	if (column == COLUMN_TYPE)
		give_text(ctx, c->at->event_type);
	else if (column == COLUMN_TIME)
		sqlite3_result_int64(ctx, c->at->timestamp_ns);
	else if (column == COLUMN_ID)
		give_text(ctx, c->at->transaction_id);
	else if (column >= COLUMN_FIRST_PROPERTY && property < c->sb->nproperties)
		give_text(ctx, c->at->properties[property]);
	return SQLITE_OK;
}

static int
events_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = cursor(base)->row;
	return SQLITE_OK;
}

/* Without xCreate the table is there by itself, and none can be made. */
static const sqlite3_module events_module = {
	.iVersion = 1,
	.xConnect = events_connect,
	.xBestIndex = events_best_index,
	.xDisconnect = events_disconnect,
	.xOpen = events_open,
	.xClose = events_close,
	.xFilter = events_filter,
	.xNext = events_next,
	.xEof = events_eof,
	.xColumn = events_column,
	.xRowid = events_rowid,
};

int
sandbox_add_events(struct sql_sandbox *sb)
{
	return sqlite3_create_module_v2(sb->db, "events", &events_module, sb, NULL);
}
