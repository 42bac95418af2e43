#include "store/events_table.h"

#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "store/conn.h"
#include "store/event_read.h"
#include "store/private.h"
#include "store/schema.h"
#include "store/stmt.h"

#include "base/banned.h"

enum { COLUMN_ID, COLUMN_CUSTOMER, COLUMN_TYPE, COLUMN_TIME, COLUMN_PROPERTIES };

/* What a plan has: arguments come in the order of these bits. */
enum {
	BY_TYPE = 1 << 0,
	BY_CUSTOMER = 1 << 1,
	FROM_TIME = 1 << 2,
	TO_TIME = 1 << 3,
	READ_IDS = 1 << 4,
	READ_PROPERTIES = 1 << 5
};

struct table {
	sqlite3_vtab base; /* first: SQLite sees this part */
	struct store *store;
	sqlite3_stmt *pin; /* while a cursor is open: holds the snapshot */
	size_t cursors;
};

struct row {
	struct str id;
	struct str customer;
	struct str properties;
	int64_t timestamp_ns;
};

struct block {
	struct block_row row;
	struct block_shape shape;
};

struct cursor {
	sqlite3_vtab_cursor base;
	unsigned plan;
	struct str type; /* asked for; p == NULL: any, likewise the customer */
	struct str customer;
	int64_t least_ns;
	int64_t greatest_ns;

	struct arena list; /* of blocks and what is asked for */
	struct block *blocks;
	size_t nblocks;
	size_t cap;
	size_t next; /* the block behind the one at hand */

	struct arena rows_arena; /* of the block at hand */
	struct row *rows;
	size_t nrows;
	size_t at;
	int64_t rowid;
};

static struct table *
table_of(sqlite3_vtab *v)
{
	return (struct table *)(void *)v;
}

static struct cursor *
cursor_of(sqlite3_vtab_cursor *c)
{
	return (struct cursor *)(void *)c;
}

static int
fail(sqlite3_vtab *v, const struct err *e)
{
	sqlite3_free(v->zErrMsg);
	v->zErrMsg = sqlite3_mprintf("%s [%s]", e->text, e->code);
	return SQLITE_ERROR;
}

/* ---- the table ---- */

static bool
is_ours(sqlite3 *db, struct err *e)
{
	int64_t id, version;

	if (!conn_int(db, "PRAGMA application_id", &id, e) ||
		!conn_int(db, "PRAGMA user_version", &version, e))
		return false;
	if (id != STORE_APPLICATION_ID)
		return err_set(e, ERR_FATAL, "db_not_ours", "not a database of mtr");
	return version == schema_count ||
		err_set(e, ERR_FATAL, version < schema_count ? "db_older" : "db_newer",
			"the database has schema %lld, this extension knows %d", (long long)version,
			schema_count);
}

static int
connect(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **out, char **error)
{
	static const char declared[] =
		"CREATE TABLE events(transaction_id TEXT, customer_id TEXT, event_type TEXT,"
		" timestamp TEXT, properties TEXT)";
	const char *path = sqlite3_db_filename(db, "main");
	struct err e = ERR_INIT;
	struct table *t;
	struct store *st = NULL;
	int rc;

	(void)aux;
	(void)argc;
	(void)argv;
	if (!is_ours(db, &e) || !store_around(db, path != NULL ? path : "", &st, &e)) {
		*error = sqlite3_mprintf("%s [%s]", e.text, e.code);
		store_leave(st);
		return SQLITE_ERROR;
	}
	rc = sqlite3_declare_vtab(db, declared);
	if (rc != SQLITE_OK) {
		store_leave(st);
		return rc;
	}
	t = mem_realloc(NULL, 1, sizeof(*t));
	*t = (struct table){ .store = st };
	*out = &t->base;
	return SQLITE_OK;
}

static int
disconnect(sqlite3_vtab *v)
{
	sqlite3_finalize(table_of(v)->pin);
	store_leave(table_of(v)->store);
	free(v);
	return SQLITE_OK;
}

/* ---- planning ---- */

static unsigned
use_of(int column, unsigned char op)
{
	bool equal = op == SQLITE_INDEX_CONSTRAINT_EQ;

	if (column == COLUMN_TYPE)
		return equal ? BY_TYPE : 0;
	if (column == COLUMN_CUSTOMER)
		return equal ? BY_CUSTOMER : 0;
	if (column != COLUMN_TIME)
		return 0;
	if (op == SQLITE_INDEX_CONSTRAINT_GE || op == SQLITE_INDEX_CONSTRAINT_GT)
		return FROM_TIME;
	if (op == SQLITE_INDEX_CONSTRAINT_LE || op == SQLITE_INDEX_CONSTRAINT_LT)
		return TO_TIME;
	return 0;
}

/* Under another collation, texts that differ may be equal. */
static bool
by_bytes(sqlite3_index_info *info, int constraint)
{
	return strcmp(sqlite3_vtab_collation(info, constraint), "BINARY") == 0;
}

static int
best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	int chosen[4] = { -1, -1, -1, -1 }, n = 0;
	unsigned plan = 0;

	(void)v;
	for (int i = 0; i < info->nConstraint; i++) {
		unsigned use = use_of(info->aConstraint[i].iColumn, info->aConstraint[i].op);

		if (use == 0 || !info->aConstraint[i].usable || (plan & use) != 0 ||
			!by_bytes(info, i))
			continue;
		plan |= use;
		chosen[__builtin_ctz(use)] = i;
	}
	for (int k = 0; k < 4; k++)
		if (chosen[k] >= 0)
			info->aConstraintUsage[chosen[k]].argvIndex = ++n;
	if ((info->colUsed & (1U << COLUMN_ID)) != 0)
		plan |= READ_IDS;
	if ((info->colUsed & (1U << COLUMN_PROPERTIES)) != 0)
		plan |= READ_PROPERTIES;
	info->idxNum = (int)plan;
	info->estimatedRows = (plan & BY_CUSTOMER) != 0 ? 10000 : 10000000;
	info->estimatedCost = (double)info->estimatedRows;
	return SQLITE_OK;
}

/* ---- cursors ---- */

static int
open_cursor(sqlite3_vtab *v, sqlite3_vtab_cursor **out)
{
	struct cursor *c = mem_realloc(NULL, 1, sizeof(*c));

	*c = (struct cursor){ .next = 0 };
	table_of(v)->cursors++;
	*out = &c->base;
	return SQLITE_OK;
}

static int
close_cursor(sqlite3_vtab_cursor *base)
{
	struct table *t = table_of(base->pVtab);
	struct cursor *c = cursor_of(base);

	if (--t->cursors == 0)
		sqlite3_reset(t->pin);
	arena_release(&c->list);
	arena_release(&c->rows_arena);
	free(c);
	return SQLITE_OK;
}

/* A statement that is not at its end holds the snapshot for all that follow. */
static int
hold_snapshot(struct table *t)
{
	sqlite3 *db = store_sqlite(t->store);
	int rc = SQLITE_OK;

	if (t->pin == NULL)
		rc = sqlite3_prepare_v3(db, "SELECT id FROM main.meta ORDER BY id", -1,
			SQLITE_PREPARE_PERSISTENT, &t->pin, NULL);
	if (rc != SQLITE_OK || sqlite3_stmt_busy(t->pin))
		return rc;
	rc = sqlite3_step(t->pin);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}

/* p == NULL: no text, and SQLite's rules of types decide for each row. */
static struct str
text_of(sqlite3_value *v, struct arena *a)
{
	struct str text = { NULL, 0 };

	if (sqlite3_value_type(v) != SQLITE_TEXT)
		return text;
	text.p = (const char *)sqlite3_value_text(v);
	text.n = (size_t)sqlite3_value_bytes(v);
	return str_dup(a, text);
}

/* The day a text begins with bounds whatever text follows. */
static bool
day_of(struct str text, int64_t *start_ns)
{
	struct instant_why why;

	text.n = text.n < 10 ? 0 : 10;
	return instant_parse(text, INSTANT_DATE, start_ns, &why);
}

static void
take_arguments(struct cursor *c, sqlite3_value **argv)
{
	int64_t day_ns;
	int n = 0;

	c->type = c->customer = (struct str){ NULL, 0 };
	c->least_ns = INT64_MIN;
	c->greatest_ns = INT64_MAX;
	if ((c->plan & BY_TYPE) != 0)
		c->type = text_of(argv[n++], &c->list);
	if ((c->plan & BY_CUSTOMER) != 0)
		c->customer = text_of(argv[n++], &c->list);
	if ((c->plan & FROM_TIME) != 0 && day_of(text_of(argv[n++], &c->list), &day_ns))
		c->least_ns = day_ns;
	if ((c->plan & TO_TIME) != 0 && day_of(text_of(argv[n], &c->list), &day_ns) &&
		__builtin_add_overflow(day_ns, NS_PER_DAY - 1, &c->greatest_ns))
		c->greatest_ns = INT64_MAX;
}

static bool
list_blocks(struct cursor *c, struct event_home *h, struct err *e)
{
	static const char sql[] =
		"SELECT id, shape, n, t_min, t_max FROM main.event_block"
		" WHERE t_max >= ?1 AND t_min <= ?2 ORDER BY shape, t_max, id";
	struct stmt *s = stmt_get(h->st, sql);

	stmt_int(s, 1, c->least_ns);
	stmt_int(s, 2, c->greatest_ns);
	while (stmt_row(s)) {
		c->blocks = arena_grow(&c->list, c->blocks, &c->cap, c->nblocks + 1,
			sizeof(*c->blocks));
		c->blocks[c->nblocks++].row = (struct block_row){
			.id = stmt_col_int(s, 0),
			.shape = stmt_col_int(s, 1),
			.n = stmt_col_int(s, 2),
			.t_min = stmt_col_int(s, 3),
			.t_max = stmt_col_int(s, 4),
		};
	}
	return stmt_done(s, e);
}

/* Blocks come by shape; those of another event type are let go of. */
static bool
read_shapes(struct cursor *c, struct event_home *h, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->nblocks; i++) {
		struct block *b = &c->blocks[i];

		if (i > 0 && b->row.shape == b[-1].row.shape)
			b->shape = b[-1].shape;
		else if (!event_block_shape(h, b->row.shape, &c->list, &b->shape, e))
			return false;
	}
	for (size_t i = 0; i < c->nblocks; i++)
		if (c->type.p == NULL || str_eq(c->type, c->blocks[i].shape.event_type))
			c->blocks[kept++] = c->blocks[i];
	c->nblocks = kept;
	return true;
}

/* ---- rows ---- */

static struct str
properties_of(struct cursor *c, const struct event_columns *columns, size_t i,
	struct property *properties, char *room)
{
	struct buf text = BUF_INIT;
	struct event ev;
	struct str out;

	event_row(columns, i, properties, room, &ev);
	event_properties_json(&ev, &text);
	out = str_dup(&c->rows_arena, buf_str(&text));
	buf_release(&text);
	return out;
}

static void
take_rows(struct cursor *c, const struct event_columns *columns)
{
	struct arena *a = &c->rows_arena;
	struct property *properties = ARENA_ARRAY(a, columns->nproperties, struct property);
	char *room = ARENA_ARRAY(a, columns->nproperties * CELL_TEXT_SIZE, char);

	c->rows = ARENA_ARRAY(a, columns->n, struct row);
	for (size_t i = 0; i < columns->n; i++) {
		struct str customer = columns->customer_keys[columns->customers[i]];
		struct row *row = &c->rows[c->nrows];

		if (c->customer.p != NULL && !str_eq(c->customer, customer))
			continue;
		c->nrows++;
		row->timestamp_ns = columns->timestamps_ns[i];
		row->customer = str_dup(a, customer);
		if (columns->ids != NULL)
			row->id = str_dup(a, columns->ids[i]);
		if ((c->plan & READ_PROPERTIES) != 0)
			row->properties = properties_of(c, columns, i, properties, room);
	}
}

static bool
read_block(struct cursor *c, struct event_home *h, struct block *block, struct err *e)
{
	static const struct texts none = { NULL, 0 };
	const struct block_wanted wanted = {
		.properties = (c->plan & READ_PROPERTIES) != 0 ? NULL : &none,
	};
	struct event_columns columns;
	struct block_open b;
	bool ok;

	if (!event_block_open(h, &block->row, &b, e))
		return false;
	ok = event_block_columns(&b, &block->shape, &wanted, &columns, NULL, e) &&
		((c->plan & READ_IDS) == 0 || event_block_ids(h, &block->row, &columns.ids, e)) &&
		event_block_customers(h, &columns, e);
	if (ok)
		take_rows(c, &columns);
	return event_block_close(&b, e) && ok;
}

/* From the row at hand, or the block, to the next row there is. */
static int
settle(struct cursor *c)
{
	struct table *t = table_of(c->base.pVtab);
	struct err e = ERR_INIT;

	while (c->at == c->nrows && c->next < c->nblocks) {
		arena_clear(&c->rows_arena);
		c->at = c->nrows = 0;
		if (!read_block(c, event_home(t->store, EVENTS_STORED), &c->blocks[c->next++], &e))
			return fail(c->base.pVtab, &e);
	}
	return SQLITE_OK;
}

static int
filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
	struct table *t = table_of(base->pVtab);
	struct cursor *c = cursor_of(base);
	struct err e = ERR_INIT;
	int rc = hold_snapshot(t);

	(void)text;
	(void)argc;
	if (rc != SQLITE_OK)
		return rc;
	arena_clear(&c->list);
	arena_clear(&c->rows_arena);
	*c = (struct cursor){
		.base = c->base,
		.plan = (unsigned)plan,
		.list = c->list,
		.rows_arena = c->rows_arena,
		.rowid = 1,
	};
	take_arguments(c, argv);
	if (!list_blocks(c, event_home(t->store, EVENTS_STORED), &e) ||
		!read_shapes(c, event_home(t->store, EVENTS_STORED), &e))
		return fail(base->pVtab, &e);
	return settle(c);
}

static int
next(sqlite3_vtab_cursor *base)
{
	struct cursor *c = cursor_of(base);

	c->at++;
	c->rowid++;
	return settle(c);
}

static int
eof(sqlite3_vtab_cursor *base)
{
	const struct cursor *c = cursor_of(base);

	return c->at == c->nrows;
}

static void
give(sqlite3_context *ctx, struct str text)
{
	sqlite3_result_text(ctx, text.n > 0 ? text.p : "", (int)text.n, SQLITE_TRANSIENT);
}

static int
column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
	const struct cursor *c = cursor_of(base);
	const struct row *row = &c->rows[c->at];
	char text[INSTANT_TEXT_SIZE];

	switch (i) {
	case COLUMN_ID:
		give(ctx, row->id);
		break;
	case COLUMN_CUSTOMER:
		give(ctx, row->customer);
		break;
	case COLUMN_TYPE:
		give(ctx, c->blocks[c->next - 1].shape.event_type);
		break;
	case COLUMN_TIME:
		give(ctx, str_c(instant_text_nine(row->timestamp_ns, text)));
		break;
	case COLUMN_PROPERTIES:
		give(ctx, row->properties);
		break;
	}
	return SQLITE_OK;
}

static int
rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
	*out = cursor_of(base)->rowid;
	return SQLITE_OK;
}

/* Without xCreate the table is there by itself, and none can be made. */
static const sqlite3_module events_module = {
	.iVersion = 1,
	.xConnect = connect,
	.xBestIndex = best_index,
	.xDisconnect = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = filter,
	.xNext = next,
	.xEof = eof,
	.xColumn = column,
	.xRowid = rowid,
};

int
events_table_add(sqlite3 *db)
{
	return sqlite3_create_module_v2(db, "events", &events_module, NULL, NULL);
}
