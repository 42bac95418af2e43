#include "codec/json_diff.h"

#include "base/banned.h"

struct differ {
	struct buf path;
	json_differs visit;
	void *ctx;
};

static bool
is_same(const struct json *x, const struct json *y)
{
	struct buf bx = BUF_INIT, by = BUF_INIT;
	bool same;

	json_canonical(x, &bx);
	json_canonical(y, &by);
	same = str_eq(buf_str(&bx), buf_str(&by));
	buf_release(&bx);
	buf_release(&by);
	return same;
}

/* The id of an item of an array; empty: it is no object, or has none. */
static struct str
id_of(const struct json *item)
{
	const struct json *id = json_type(item) == JSON_OBJECT ? json_member(item, "id") : NULL;

	return id != NULL && json_type(id) == JSON_STRING ? json_text(id) : STR("");
}

static bool
has_ids(const struct json *array)
{
	for (const struct json *j = json_first(array); j != NULL; j = json_next(j))
		if (id_of(j).n == 0)
			return false;
	return true;
}

static const struct json *
find_id(const struct json *array, struct str id)
{
	for (const struct json *j = json_first(array); j != NULL; j = json_next(j))
		if (str_eq(id_of(j), id))
			return j;
	return NULL;
}

static const struct json *
find_key(const struct json *object, struct str key)
{
	for (const struct json *j = json_first(object); j != NULL; j = json_next(j))
		if (str_eq(json_key(j), key))
			return j;
	return NULL;
}

static void compare(struct differ *d, const struct json *x, const struct json *y);

static void
compare_at(struct differ *d, size_t n, const struct json *x, const struct json *y)
{
	compare(d, x, y);
	d->path.n = n;
}

static void
compare_members(struct differ *d, const struct json *x, const struct json *y)
{
	size_t n = d->path.n;

	for (const struct json *j = json_first(x); j != NULL; j = json_next(j)) {
		buf_printf(&d->path, "%s%.*s", n > 0 ? "." : "", STR_FMT(json_key(j)));
		compare_at(d, n, j, find_key(y, json_key(j)));
	}
	for (const struct json *j = json_first(y); j != NULL; j = json_next(j)) {
		if (find_key(x, json_key(j)) != NULL)
			continue;
		buf_printf(&d->path, "%s%.*s", n > 0 ? "." : "", STR_FMT(json_key(j)));
		compare_at(d, n, NULL, j);
	}
}

static void
compare_items(struct differ *d, const struct json *x, const struct json *y)
{
	size_t n = d->path.n;

	for (const struct json *j = json_first(x); j != NULL; j = json_next(j)) {
		buf_printf(&d->path, "[%.*s]", STR_FMT(id_of(j)));
		compare_at(d, n, j, find_id(y, id_of(j)));
	}
	for (const struct json *j = json_first(y); j != NULL; j = json_next(j)) {
		if (find_id(x, id_of(j)) != NULL)
			continue;
		buf_printf(&d->path, "[%.*s]", STR_FMT(id_of(j)));
		compare_at(d, n, NULL, j);
	}
}

/* The depth is the parser's to bound. */
static void
compare(struct differ *d, const struct json *x, const struct json *y)
{
	if (x != NULL && y != NULL && is_same(x, y))
		return;
	if (x == NULL || y == NULL || json_type(x) != json_type(y))
		d->visit(d->ctx, buf_str(&d->path), x, y);
	else if (json_type(x) == JSON_OBJECT)
		compare_members(d, x, y);
	else if (json_type(x) == JSON_ARRAY && has_ids(x) && has_ids(y))
		compare_items(d, x, y);
	else
		d->visit(d->ctx, buf_str(&d->path), x, y);
}

void
json_diff(const struct json *before, const struct json *after, json_differs visit, void *ctx)
{
	struct differ d = { .path = BUF_INIT, .visit = visit, .ctx = ctx };

	compare(&d, before, after);
	buf_release(&d.path);
}
