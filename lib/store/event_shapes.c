#include "store/event_context.h"

#include "codec/json_scan.h"
#include "codec/jsonw.h"
#include "store/event_chain.h"
#include "store/stmt.h"

#include "base/banned.h"

static void
write_names(struct buf *out, const struct block_shape *shape)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_array(&w);
	for (size_t i = 0; i < shape->nnames; i++)
		jsonw_str(&w, shape->names[i]);
	jsonw_end(&w);
	jsonw_release(&w);
}

static bool
find(struct event_home *h, struct str event_type, struct str names, int64_t *id, struct err *e)
{
#define FIND(db) \
	"SELECT id FROM " db ".event_shape WHERE event_type = ?1 AND names = ?2 ORDER BY id"
	static const char *const sql[] = PLACES(FIND);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	*id = 0;
	stmt_text(s, 1, event_type);
	stmt_text(s, 2, names);
	if (stmt_row(s))
		*id = stmt_col_int(s, 0);
	return stmt_done(s, e);
}

/* SQLite gives the number that follows the greatest. */
static bool
add(struct event_home *h, struct str event_type, struct str names, int64_t batch, struct err *e)
{
#define ADD(db) "INSERT INTO " db ".event_shape (event_type, names, batch) VALUES (?1, ?2, ?3)"
	static const char *const sql[] = PLACES(ADD);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	stmt_text(s, 1, event_type);
	stmt_text(s, 2, names);
	stmt_int(s, 3, batch);
	return stmt_run(s, e);
}

bool
event_shape_make(struct event_home *h, const struct block_shape *shape, int64_t batch,
	struct batch_parts *parts, int64_t *id, struct err *e)
{
	struct buf names = BUF_INIT;
	bool ok;

	write_names(&names, shape);
	ok = find(h, shape->event_type, buf_str(&names), id, e);
	if (ok && *id == 0) {
		ok = add(h, shape->event_type, buf_str(&names), batch, e) &&
			find(h, shape->event_type, buf_str(&names), id, e);
		batch_parts_shape(parts, *id, shape->event_type, buf_str(&names));
	}
	buf_release(&names);
	return ok;
}

static bool
read_names(struct json_scanner *s, struct str names, struct arena *a, struct block_shape *out)
{
	struct json_fault fault;
	struct str *list;
	size_t n = 0;

	if (!json_scan(s, names, &fault) || s->nodes[0].type != JSON_ARRAY)
		return false;
	list = ARENA_ARRAY(a, s->n, struct str);
	for (size_t i = 1; i < s->n; i = s->nodes[i].next) {
		if (s->nodes[i].type != JSON_STRING)
			return false;
		list[n++] = str_dup(a, json_node_string(s, &s->nodes[i], a));
	}
	out->names = list;
	out->nnames = n;
	return true;
}

bool
event_shape_read(struct event_home *h, int64_t id, struct str event_type, struct str names,
	struct arena *a, struct block_shape *out, struct err *e)
{
	struct json_scanner s;
	bool ok;

	json_scanner_init(&s);
	ok = read_names(&s, names, a, out);
	json_scanner_release(&s);
	if (!ok)
		return err_set(e, ERR_FATAL, "db_damaged",
			"%s: the names of event shape %lld are no array of texts",
			store_path(h->st), (long long)id);
	out->event_type = str_dup(a, event_type);
	return true;
}
