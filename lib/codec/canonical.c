#include "codec/canonical.h"

#include <assert.h>
#include <stdlib.h>

#include "codec/jsonw.h"

#include "base/banned.h"

/* A container that is being written. */
struct level {
	const struct canonical_part *parts;
	size_t n;
	size_t at;
	bool object;
};

struct writer {
	const struct canonical_view *view;
	const void *ctx;
	struct buf *out;
	struct arena scratch;
	unsigned depth;
	struct level levels[JSON_MAX_DEPTH];
};

static int
part_cmp(const void *a, const void *b)
{
	const struct canonical_part *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

static void
open_level(struct writer *w, const void *value, bool object)
{
	size_t n;
	struct canonical_part *parts = w->view->parts(w->ctx, value, &w->scratch, &n);

	assert(w->depth < JSON_MAX_DEPTH);
	if (object && n > 1)
		qsort(parts, n, sizeof(parts[0]), part_cmp);
	w->levels[w->depth++] = (struct level){ .parts = parts, .n = n, .object = object };
	buf_add_char(w->out, object ? '{' : '[');
}

static void
put_value(struct writer *w, const void *value)
{
	enum json_type type = w->view->type(w->ctx, value);

	switch (type) {
	case JSON_NULL:
		buf_add_c(w->out, "null");
		break;
	case JSON_FALSE:
		buf_add_c(w->out, "false");
		break;
	case JSON_TRUE:
		buf_add_c(w->out, "true");
		break;
	case JSON_NUMBER:
		buf_add_str(w->out, w->view->text(w->ctx, value, &w->scratch));
		break;
	case JSON_STRING:
		json_quote(w->out, w->view->text(w->ctx, value, &w->scratch));
		break;
	case JSON_ARRAY:
	case JSON_OBJECT:
		open_level(w, value, type == JSON_OBJECT);
		break;
	}
}

void
canonical_write(const struct canonical_view *view, const void *ctx, const void *value,
	struct buf *out)
{
	struct writer w;

	w.view = view;
	w.ctx = ctx;
	w.out = out;
	w.scratch = (struct arena)ARENA_INIT;
	w.depth = 0;
	put_value(&w, value);
	while (w.depth > 0) {
		struct level *l = &w.levels[w.depth - 1];
		if (l->at == l->n) {
			buf_add_char(out, l->object ? '}' : ']');
			w.depth--;
			continue;
		}
		const struct canonical_part *part = &l->parts[l->at++];
		if (l->at > 1)
			buf_add_char(out, ',');
		if (l->object) {
			json_quote(out, part->key);
			buf_add_char(out, ':');
		}
		put_value(&w, part->value);
	}
	arena_release(&w.scratch);
}
