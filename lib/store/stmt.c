#include "store/stmt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/instant.h"
#include "store/conn.h"
#include "store/private.h"

#include "base/banned.h"

#define SLOTS_FIRST ((size_t)64)

struct stmt {
	struct store *st;
	const char *sql;
	sqlite3_stmt *handle; /* NULL: could not be prepared */
	struct err e;
	bool open; /* got and not done */
	bool on_row;
	bool over; /* no more rows */
};

/* ---- the cache ---- */

static struct stmt **
slot_of(struct stmt **slots, size_t nslots, const char *sql)
{
	/* Fibonacci hashing: literals lie side by side. */
	size_t i = (size_t)((uint64_t)(uintptr_t)sql * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	for (i &= nslots - 1; slots[i] != NULL && slots[i]->sql != sql;)
		i = (i + 1) & (nslots - 1);
	return &slots[i];
}

static void
cache_grow(struct stmt_cache *c)
{
	size_t nslots = c->nslots == 0 ? SLOTS_FIRST : c->nslots * 2;
	struct stmt **slots = mem_realloc(NULL, nslots, sizeof(struct stmt *));

	for (size_t i = 0; i < nslots; i++)
		slots[i] = NULL;
	for (size_t i = 0; i < c->nslots; i++)
		if (c->slots[i] != NULL)
			*slot_of(slots, nslots, c->slots[i]->sql) = c->slots[i];
	free(c->slots);
	c->slots = slots;
	c->nslots = nslots;
}

static struct stmt *
cache_find(struct store *st, const char *sql)
{
	struct stmt_cache *c = &st->stmts;
	struct stmt **slot;

	if (c->n * 2 >= c->nslots)
		cache_grow(c);
	slot = slot_of(c->slots, c->nslots, sql);
	if (*slot == NULL) {
		*slot = mem_realloc(NULL, 1, sizeof(struct stmt));
		**slot = (struct stmt){ .st = st, .sql = sql, .e = ERR_INIT };
		c->n++;
	}
	return *slot;
}

static void
end(struct stmt *s)
{
	if (s->handle != NULL) {
		sqlite3_reset(s->handle); /* repeats the failure of the step, which is noted */
		sqlite3_clear_bindings(s->handle);
	}
	s->open = false;
	s->on_row = false;
}

void
stmt_cache_end_all(struct stmt_cache *c)
{
	for (size_t i = 0; i < c->nslots; i++)
		if (c->slots[i] != NULL && c->slots[i]->open)
			end(c->slots[i]);
}

bool
stmt_cache_idle(const struct stmt_cache *c)
{
	for (size_t i = 0; i < c->nslots; i++)
		if (c->slots[i] != NULL && c->slots[i]->open)
			return false;
	return true;
}

void
stmt_cache_release(struct stmt_cache *c)
{
	for (size_t i = 0; i < c->nslots; i++) {
		if (c->slots[i] == NULL)
			continue;
		sqlite3_finalize(c->slots[i]->handle);
		free(c->slots[i]);
	}
	free(c->slots);
	arena_release(&c->scratch);
	*c = (struct stmt_cache){ .scratch = ARENA_INIT };
}

/* ---- getting and ending ---- */

static void
fail(struct stmt *s, int rc)
{
	if (s->e.kind == ERR_NONE)
		conn_fail(s->st->db, rc, &s->e);
}

static void
prepare(struct stmt *s)
{
	const char *tail = NULL;
	int rc = sqlite3_prepare_v3(s->st->db, s->sql, -1, SQLITE_PREPARE_PERSISTENT, &s->handle,
		&tail);

	if (rc != SQLITE_OK)
		fail(s, rc);
	else
		assert(s->handle != NULL && *tail == '\0'); /* one statement, the whole text */
}

struct stmt *
stmt_get(struct store *st, const char *sql)
{
	struct stmt *s = cache_find(st, sql);

	assert(!s->open); /* a statement inside its own loop would lose its place */
	if (s->e.kind != ERR_NONE)
		err_clear(&s->e);
	s->open = true;
	s->over = false;
	if (s->handle == NULL)
		prepare(s);
	else
		assert(strcmp(sqlite3_sql(s->handle), sql) == 0); /* the key is a literal */
	return s;
}

bool
stmt_row(struct stmt *s)
{
	int rc;

	assert(s->open);
	s->on_row = false;
	if (s->e.kind != ERR_NONE || s->over)
		return false;
	rc = sqlite3_step(s->handle);
	s->on_row = rc == SQLITE_ROW;
	s->over = rc != SQLITE_ROW;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		fail(s, rc);
	return s->on_row;
}

bool
stmt_done(struct stmt *s, struct err *e)
{
	assert(s->open);
	end(s);
	if (s->e.kind == ERR_NONE)
		return true;
	if (e->kind == ERR_NONE)
		*e = s->e;
	return false;
}

bool
stmt_run(struct stmt *s, struct err *e)
{
	while (stmt_row(s))
		;
	return stmt_done(s, e);
}

/* ---- binding ---- */

static bool
bindable(const struct stmt *s)
{
	assert(s->open && !s->on_row && !s->over);
	return s->e.kind == ERR_NONE;
}

void
stmt_null(struct stmt *s, int i)
{
	int rc;

	if (bindable(s) && (rc = sqlite3_bind_null(s->handle, i)) != SQLITE_OK)
		fail(s, rc);
}

void
stmt_text(struct stmt *s, int i, struct str v)
{
	int rc;

	if (v.p == NULL) {
		stmt_null(s, i);
		return;
	}
	if (!bindable(s))
		return;
	rc = sqlite3_bind_text64(s->handle, i, v.p, v.n, SQLITE_TRANSIENT, SQLITE_UTF8);
	if (rc != SQLITE_OK)
		fail(s, rc);
}

void
stmt_blob(struct stmt *s, int i, const void *p, size_t n)
{
	int rc;

	if (p == NULL) {
		stmt_null(s, i);
		return;
	}
	if (!bindable(s))
		return;
	rc = sqlite3_bind_blob64(s->handle, i, p, n,
		n > STMT_COPY_MAX ? SQLITE_STATIC : SQLITE_TRANSIENT);
	if (rc != SQLITE_OK)
		fail(s, rc);
}

void
stmt_int(struct stmt *s, int i, int64_t v)
{
	int rc;

	if (bindable(s) && (rc = sqlite3_bind_int64(s->handle, i, v)) != SQLITE_OK)
		fail(s, rc);
}

void
stmt_instant(struct stmt *s, int i, int64_t t_ns)
{
	if (t_ns == INSTANT_NONE)
		stmt_null(s, i);
	else
		stmt_int(s, i, t_ns);
}

void
stmt_rat(struct stmt *s, int i, struct rat v)
{
	struct arena *scratch = &s->st->stmts.scratch;

	stmt_text(s, i, rat_text_exact(scratch, v));
	arena_clear(scratch);
}

/* ---- columns ---- */

static const char *
type_name(int type)
{
	switch (type) {
	case SQLITE_INTEGER:
		return "an integer";
	case SQLITE_FLOAT:
		return "a float";
	case SQLITE_TEXT:
		return "a text";
	case SQLITE_BLOB:
		return "a blob";
	default:
		return "NULL";
	}
}

static void
damaged(struct stmt *s, int i, const char *wanted)
{
	if (s->e.kind != ERR_NONE)
		return;
	err_set(&s->e, ERR_FATAL, "db_damaged", "%s: column %s is %s, wanted %s", s->st->path,
		sqlite3_column_name(s->handle, i), type_name(sqlite3_column_type(s->handle, i)),
		wanted);
}

/* True when the column is of this type; NULL is told apart by the caller. */
static bool
column_is(struct stmt *s, int i, int type)
{
	assert(s->open && s->on_row && i >= 0 && i < sqlite3_column_count(s->handle));
	if (sqlite3_column_type(s->handle, i) == type)
		return true;
	damaged(s, i, type_name(type));
	return false;
}

bool
stmt_col_null(struct stmt *s, int i)
{
	assert(s->open && s->on_row && i >= 0 && i < sqlite3_column_count(s->handle));
	return sqlite3_column_type(s->handle, i) == SQLITE_NULL;
}

static struct str
bytes(struct stmt *s, int i, int type)
{
	struct str v = { NULL, 0 };

	if (stmt_col_null(s, i) || !column_is(s, i, type))
		return v;
	v.p = type == SQLITE_TEXT ? (const char *)sqlite3_column_text(s->handle, i) :
				    sqlite3_column_blob(s->handle, i);
	v.n = (size_t)sqlite3_column_bytes(s->handle, i);
	if (v.p == NULL && sqlite3_errcode(s->st->db) == SQLITE_NOMEM)
		fail(s, SQLITE_NOMEM);
	if (v.p == NULL) /* SQLite's way to give a blob of no bytes */
		v = STR("");
	return v;
}

struct str
stmt_col_text(struct stmt *s, int i)
{
	return bytes(s, i, SQLITE_TEXT);
}

struct str
stmt_col_text_dup(struct stmt *s, int i, struct arena *a)
{
	struct str v = stmt_col_text(s, i);

	return v.p == NULL ? v : str_dup(a, v);
}

struct str
stmt_col_blob(struct stmt *s, int i)
{
	return bytes(s, i, SQLITE_BLOB);
}

int64_t
stmt_col_int(struct stmt *s, int i)
{
	return column_is(s, i, SQLITE_INTEGER) ? sqlite3_column_int64(s->handle, i) : 0;
}

int64_t
stmt_col_instant(struct stmt *s, int i)
{
	return stmt_col_null(s, i) ? INSTANT_NONE : stmt_col_int(s, i);
}

struct rat
stmt_col_rat(struct stmt *s, int i, struct arena *a)
{
	struct rat v = RAT_ZERO;

	if (!column_is(s, i, SQLITE_TEXT))
		return v;
	if (rat_parse_exact(a, stmt_col_text(s, i), &v) != RAT_OK)
		damaged(s, i, "a decimal or a fraction");
	return v;
}

struct sqlite3 *
store_sqlite(struct store *st)
{
	return st->db;
}
