#include "domain/usage_filter.h"

#include "base/banned.h"

/* ---- reading ---- */

void
usage_filter_from_obj(struct obj *o, struct usage_filter *out)
{
	struct usage_filter f = { .starting_at_ns = INSTANT_NONE };

	f.group_key = obj_text(o, "group_key", OBJ_REQUIRED, 1, SIZE_MAX);
	f.group_values = obj_scalars(o, "group_values", 1);
	if (obj_ok(o) && f.group_values.n == 0)
		obj_value(o, "group_values", OBJ_REQUIRED);
	for (size_t i = 0; i < f.group_values.n; i++) {
		struct texts before = { f.group_values.p, i };
		if (texts_has(&before, f.group_values.p[i]))
			obj_refuse(o, "group_values", "names \"%.*s\" twice",
				STR_FMT(f.group_values.p[i]));
	}
	f.starting_at_ns = obj_hour(o, "starting_at", OBJ_OPTIONAL);
	*out = f;
}

static void
updates_from(struct obj *o, struct usage_filters *f)
{
	size_t n = obj_array(o, "updates", OBJ_OPTIONAL, 0);
	struct usage_filter *p = ARENA_ARRAY(o->arena, n + 1, struct usage_filter);
	struct obj child;

	p[0] = f->p[0];
	f->p = p;
	for (size_t i = 0; i < n && obj_item(o, "updates", i, &child); i++) {
		usage_filter_from_obj(&child, &p[f->n++]);
		if (obj_ok(&child) && p[f->n - 1].starting_at_ns == INSTANT_NONE)
			obj_hour(&child, "starting_at", OBJ_REQUIRED);
		obj_close(&child);
	}
}

struct usage_filters
usage_filters_from_obj(struct obj *o, int64_t contract_start_ns)
{
	struct usage_filters f = { NULL, 0 };
	struct obj child, initial;

	if (!obj_object(o, "usage_filter", OBJ_OPTIONAL, &child))
		return f;
	f.p = ARENA_ARRAY(o->arena, 1, struct usage_filter);
	f.n = 1;
	if (!obj_has(&child, "initial")) {
		usage_filter_from_obj(&child, &f.p[0]);
	} else if (obj_object(&child, "initial", OBJ_REQUIRED, &initial)) {
		usage_filter_from_obj(&initial, &f.p[0]);
		obj_close(&initial);
		updates_from(&child, &f);
	}
	if (f.p[0].starting_at_ns == INSTANT_NONE)
		f.p[0].starting_at_ns = contract_start_ns;
	obj_close(&child);
	return f;
}

/* ---- writing ---- */

static void
write_filter(struct jsonw *w, const struct usage_filter *f)
{
	jsonw_object(w);
	jsonw_member_str(w, "group_key", f->group_key);
	jsonw_texts(w, "group_values", &f->group_values);
	jsonw_member_instant(w, "starting_at", f->starting_at_ns);
	jsonw_end(w);
}

void
usage_filters_member(struct jsonw *w, const struct usage_filters *f)
{
	if (f->n == 0)
		return;
	jsonw_key(w, "usage_filter");
	jsonw_object(w);
	jsonw_key(w, "initial");
	write_filter(w, &f->p[0]);
	if (f->n > 1) {
		jsonw_key(w, "updates");
		jsonw_array(w);
		for (size_t i = 1; i < f->n; i++)
			write_filter(w, &f->p[i]);
		jsonw_end(w);
	}
	jsonw_end(w);
}

/* ---- over time ---- */

struct usage_filters
usage_filters_with(struct arena *a, const struct usage_filters *f, const struct usage_filter *added)
{
	struct usage_filters out = { ARENA_ARRAY(a, f->n + 1, struct usage_filter), 0 };

	for (; out.n < f->n; out.n++)
		out.p[out.n] = f->p[out.n];
	out.p[out.n++] = *added;
	return out;
}

const struct usage_filter *
usage_filter_at(const struct usage_filters *f, int64_t t_ns)
{
	const struct usage_filter *found = NULL;

	for (size_t i = 0; i < f->n; i++) {
		const struct usage_filter *one = &f->p[i];
		if (one->starting_at_ns <= t_ns &&
			(found == NULL || one->starting_at_ns >= found->starting_at_ns))
			found = one;
	}
	return found;
}

/* Values in whatever order. */
bool
usage_filter_eq(const struct usage_filter *x, const struct usage_filter *y)
{
	if (x == NULL || y == NULL)
		return x == y;
	if (!str_eq(x->group_key, y->group_key) || x->group_values.n != y->group_values.n)
		return false;
	for (size_t i = 0; i < x->group_values.n; i++)
		if (!texts_has(&y->group_values, x->group_values.p[i]))
			return false;
	return true;
}
