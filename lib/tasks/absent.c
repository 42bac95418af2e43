#include "tasks/absent.h"

#include "base/banned.h"

bool
absent_find(struct store *st, enum noun n, struct str id, struct str name, int64_t now_ns,
	struct arena *a, struct str *found_id, bool *found, struct err *e)
{
	struct err inner = ERR_INIT;

	*found = false;
	if (id.n == 0 && name.n == 0)
		return true;
	if (reference_find(st, n, id.n > 0 ? id : name, now_ns, a, found_id, &inner)) {
		*found = true;
		return true;
	}
	if (inner.kind == ERR_INPUT && str_is(str_c(inner.code), "not_found"))
		return true;
	*e = inner;
	return false;
}

bool
absent_live(int64_t archived_at_ns, struct str id, bool *found, struct err *e)
{
	if (archived_at_ns == INSTANT_NONE)
		return true;
	*found = false;
	return id.n == 0 ||
		err_field(e, ERR_INPUT, "archived", STR("id"), id,
			"the object of this id is archived");
}

bool
absent_equal(enum noun n, struct str id, absent_terms terms, const void *there, const void *wanted,
	struct err *e)
{
	struct buf have = BUF_INIT, want = BUF_INIT;
	struct jsonw w;
	bool equal;

	jsonw_init(&w, &have);
	terms(&w, there);
	jsonw_release(&w);
	jsonw_init(&w, &want);
	terms(&w, wanted);
	jsonw_release(&w);
	equal = str_eq(buf_str(&have), buf_str(&want));
	buf_release(&have);
	buf_release(&want);
	return equal ||
		err_set(e, ERR_INPUT, "differs", "%s %.*s is there already and differs from this",
			noun_name(n), STR_FMT(id));
}
