#include "tasks/package.h"

#include "store/package_store.h"
#include "store/unit_store.h"
#include "tasks/absent.h"
#include "tasks/contract.h"
#include "tasks/package_part.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *package)
{
	package_terms_json(w, package);
}

/* ---- what it names ---- */

/* Of any object of the terms; what is there has been found before. */
struct resolving {
	struct store *store;
	int64_t now_ns;
	struct arena *arena;
	struct jsonw *w;
	struct err *e;
};

static bool
write_id(const struct resolving *r, enum noun n, const struct json *ref)
{
	struct str id = json_text(ref);

	if (!reference_find(r->store, n, id, r->now_ns, r->arena, &id, r->e))
		return false;
	jsonw_str(r->w, id);
	return true;
}

static bool write_resolved(const struct resolving *r, const struct json *j);

static bool
write_ids(const struct resolving *r, const struct json *array)
{
	bool ok = true;

	jsonw_array(r->w);
	for (const struct json *j = json_first(array); ok && j != NULL; j = json_next(j))
		ok = write_id(r, NOUN_PRODUCT, j);
	jsonw_end(r->w);
	return ok;
}

static bool
write_raw(const struct resolving *r, const struct json *j)
{
	struct buf text = BUF_INIT;

	json_canonical(j, &text);
	jsonw_raw(r->w, buf_str(&text));
	buf_release(&text);
	return true;
}

/* Keys of groups and custom fields are the caller's own words. */
static bool
write_member(const struct resolving *r, const struct json *j)
{
	struct str key = json_key(j);

	if (str_is(key, "product_id") || str_is(key, "product")) {
		jsonw_key(r->w, "product_id");
		return write_id(r, NOUN_PRODUCT, j);
	}
	jsonw_key_str(r->w, key);
	if (str_is(key, "applicable_product_ids"))
		return write_ids(r, j);
	if (str_is(key, "custom_fields") || str_is(key, "pricing_group_values") ||
		str_is(key, "presentation_group_values"))
		return write_raw(r, j);
	return write_resolved(r, j);
}

static bool
write_resolved(const struct resolving *r, const struct json *j)
{
	bool ok = true;

	if (json_type(j) == JSON_OBJECT) {
		jsonw_object(r->w);
		for (j = json_first(j); ok && j != NULL; j = json_next(j))
			ok = json_type(j) == JSON_NULL || write_member(r, j);
	} else if (json_type(j) == JSON_ARRAY) {
		jsonw_array(r->w);
		for (j = json_first(j); ok && j != NULL; j = json_next(j))
			ok = write_resolved(r, j);
	} else {
		return write_raw(r, j);
	}
	jsonw_end(r->w);
	return ok;
}

static bool
resolve_term(struct store *st, struct pair *term, int64_t now_ns, struct arena *a, struct err *e)
{
	struct json *tree = package_parse(term->value);
	struct buf text = BUF_INIT;
	struct jsonw w;
	const struct resolving r = { st, now_ns, a, &w, e };
	bool ok;

	jsonw_init(&w, &text);
	ok = str_is(term->key, "rate_card_id") ? write_id(&r, NOUN_RATE_CARD, tree) :
						 write_resolved(&r, tree);
	if (ok) {
		jsonw_release(&w);
		term->value = str_dup(a, buf_str(&text));
	}
	buf_release(&text);
	json_free(tree);
	return ok;
}

/* ---- does it make a contract? ---- */

static bool
try_at(struct store *st, const struct package *p, int64_t start_ns, int64_t now_ns, struct arena *a,
	struct contract *out, struct err *e)
{
	struct pair nobody = { STR("customer_id"), STR("\"-\"") };
	const struct kept own = { { &nobody, 1 } };

	return package_contract(st, p, &own, start_ns, a, out, e) &&
		contract_try(st, out, now_ns, a, e);
}

/* The clock's day, or where the alias of the card begins later, then. */
static bool
trial_start(struct store *st, const struct package *p, int64_t now_ns, struct arena *a,
	int64_t *start_ns, struct err *e)
{
	struct json *alias = package_parse(pairs_get(&p->terms.fields, STR("rate_card_alias")));
	struct alias_span *spans;
	size_t n = 0;
	bool ok = alias == NULL || json_type(alias) != JSON_STRING ||
		reference_alias_spans(st, NOUN_RATE_CARD, json_text(alias), a, &spans, &n, e);

	*start_ns = instant_floor(now_ns, NS_PER_DAY);
	json_free(alias);
	for (size_t i = 0; ok && i < n; i++) {
		if (spans[i].ending_before_ns != INSTANT_NONE &&
			spans[i].ending_before_ns <= *start_ns)
			continue;
		if (spans[i].starting_at_ns > *start_ns)
			*start_ns = spans[i].starting_at_ns;
		break;
	}
	return ok;
}

/* ---- create ---- */

static bool
find_there(struct store *st, const struct package *p, struct arena *a, struct package *out,
	bool *there, struct err *e)
{
	struct str id;
	bool ok;

	*there = false;
	if (p->id.n == 0 && p->uniqueness_key.n > 0)
		ok = package_store_by_key(st, p->uniqueness_key, a, &id, there, e);
	else
		ok = absent_find(st, NOUN_PACKAGE, p->id, p->name, INSTANT_NONE, a, &id, there, e);
	if (!ok || !*there)
		return ok;
	return package_store_get(st, id, a, out, e) &&
		absent_live(out->archived_at_ns, p->id, there, e);
}

bool
package_create(struct store *st, struct package *p, bool if_absent, int64_t now_ns, struct arena *a,
	struct package *out, struct err *e)
{
	struct contract tried;
	int64_t start_ns;
	struct id id;
	bool there = false;

	if (!trial_start(st, p, now_ns, a, &start_ns, e) ||
		!try_at(st, p, start_ns, now_ns, a, &tried, e))
		return false;
	for (size_t i = 0; i < p->terms.fields.n; i++)
		if (!resolve_term(st, &p->terms.fields.p[i], now_ns, a, e))
			return false;
	if (if_absent && !find_there(st, p, a, out, &there, e))
		return false;
	if (there)
		return absent_equal(NOUN_PACKAGE, out->id, terms, out, p, e);
	if (!store_new_id(st, "package", p->id, &id, NULL, e))
		return false;
	p->id = str_dup(a, id_str(&id));
	if (!package_store_put(st, p, a, e))
		return false;
	*out = *p;
	return true;
}

bool
package_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct package *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_PACKAGE, "", ref, now_ns, a, &id, e) ||
		!package_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return true;
	out->archived_at_ns = now_ns;
	return package_store_put(st, out, a, e);
}
