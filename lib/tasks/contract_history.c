#include "tasks/contract_history.h"

#include <inttypes.h>

#include "base/id.h"
#include "codec/json_diff.h"

#include "base/banned.h"

bool
contract_history_read(struct store *st, struct str id, struct arena *a,
	struct contract_history *out, struct err *e)
{
	return contract_store_versions(st, id, a, &out->versions, &out->n, e);
}

static struct str
step_id(struct arena *a, const struct contract_step *s)
{
	const struct str parts[] = {
		STR("contract_edit"),
		s->history->versions[s->i].contract.id,
		str_printf(a, "%zu", s->i),
	};
	struct id id = id_derive(parts, countof(parts));

	return str_dup(a, id_str(&id));
}

static void
write_side(struct jsonw *w, const char *key, const struct json *value)
{
	struct buf text = BUF_INIT;

	if (value == NULL)
		return;
	json_canonical(value, &text);
	jsonw_member_raw(w, key, buf_str(&text));
	buf_release(&text);
}

static void
write_change(void *ctx, struct str path, const struct json *before, const struct json *after)
{
	struct jsonw *w = ctx;

	jsonw_object(w);
	jsonw_member_str(w, "field", path);
	write_side(w, "before", before);
	write_side(w, "after", after);
	jsonw_end(w);
}

/* Whether it is archived stands beside the terms. */
static void
write_archived(struct jsonw *w, int64_t before_ns, int64_t after_ns)
{
	if (before_ns == after_ns)
		return;
	jsonw_object(w);
	jsonw_member_c(w, "field", "archived_at");
	jsonw_member_instant_opt(w, "before", before_ns);
	jsonw_member_instant_opt(w, "after", after_ns);
	jsonw_end(w);
}

/* What the store has read once it can read again. */
static struct json *
parse(struct str terms)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *j;
	bool ok;

	json_scanner_init(&scanner);
	ok = json_parse(&scanner, terms, &j, &fault);
	json_scanner_release(&scanner);
	return ok ? j : NULL;
}

static void
write_changes(struct jsonw *w, const struct contract_version *before,
	const struct contract_version *after)
{
	struct json *x = parse(before->terms), *y = parse(after->terms);

	jsonw_key(w, "changes");
	jsonw_array(w);
	json_diff(x, y, write_change, w);
	write_archived(w, before->contract.archived_at_ns, after->contract.archived_at_ns);
	jsonw_end(w);
	json_free(x);
	json_free(y);
}

void
contract_step_to_json(struct jsonw *w, const struct contract_step *s)
{
	const struct contract_version *v = &s->history->versions[s->i];

	jsonw_object(w);
	jsonw_member_str(w, "id", step_id(&w->scratch, s));
	jsonw_member_str(w, "contract_id", v->contract.id);
	jsonw_member_instant(w, "timestamp", v->recorded_at_ns);
	jsonw_member_str(w, "tool", v->tool);
	jsonw_member_str(w, "verb", v->verb);
	write_changes(w, v - 1, v);
	jsonw_end(w);
}
