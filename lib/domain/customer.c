#include "domain/customer.h"

#include "base/banned.h"

struct texts
customer_keys(const struct customer *c, struct arena *a)
{
	struct texts keys = { ARENA_ARRAY(a, c->ingest_aliases.n + 1, struct str), 0 };

	keys.p[keys.n++] = c->id;
	for (size_t i = 0; i < c->ingest_aliases.n; i++)
		keys.p[keys.n++] = c->ingest_aliases.p[i];
	return keys;
}

static const char *const kept_names[] = {
	"billing_config",
	"customer_billing_provider_configurations",
	"customer_config",
	"customer_revenue_system_configurations",
};

#define EXTERNAL_ID_MAX_POINTS 128

static struct texts
aliases_from(struct obj *o, enum obj_need need)
{
	struct texts t = obj_texts_field(o, "ingest_aliases", need, 0, true);
	const struct json *item = obj_first_item(o, "ingest_aliases");

	if (t.n > CUSTOMER_MAX_ALIASES)
		obj_refuse(o, "ingest_aliases", "%zu aliases; at most %d are allowed", t.n,
			CUSTOMER_MAX_ALIASES);
	for (size_t i = 0; obj_ok(o) && i < t.n; i++, item = json_next(item)) {
		size_t points = str_codepoints(t.p[i]);

		if (points < 1 || points > ALIAS_MAX_POINTS)
			obj_refuse_item(o, "ingest_aliases", i, item,
				str_printf(o->arena, "%zu characters; wanted 1 to %d", points,
					ALIAS_MAX_POINTS)
					.p);
	}
	return t;
}

bool
customer_from_json(const struct json *j, bool csv, struct arena *a, struct customer *out,
	struct err *e)
{
	struct customer c = { .created_at_ns = INSTANT_NONE,
		.updated_at_ns = INSTANT_NONE,
		.archived_at_ns = INSTANT_NONE };
	struct obj o;

	if (!obj_open(&o, j, "customer", csv, a, e))
		return false;
	c.id = obj_id(&o, "id", OBJ_OPTIONAL);
	c.external_id = obj_text(&o, "external_id", OBJ_OPTIONAL, 1, EXTERNAL_ID_MAX_POINTS);
	c.name = obj_name(&o, OBJ_REQUIRED);
	c.ingest_aliases = aliases_from(&o, OBJ_OPTIONAL);
	c.custom_fields = obj_custom_fields(&o);
	c.kept = obj_kept(&o, kept_names, countof(kept_names));
	if (!obj_close(&o))
		return false;
	*out = c;
	return true;
}

bool
customer_update_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct customer *changes, struct err *e)
{
	static const char *const immutable[] = { "external_id", "ingest_aliases" };
	struct customer c = { .created_at_ns = INSTANT_NONE,
		.updated_at_ns = INSTANT_NONE,
		.archived_at_ns = INSTANT_NONE };
	struct str id;
	struct obj o;

	if (!obj_open(&o, j, "customer", csv, a, e))
		return false;
	id = obj_subject(&o, "customer_id", "customer");
	c.name = obj_name(&o, OBJ_OPTIONAL);
	c.custom_fields = obj_custom_fields(&o);
	c.kept = obj_kept(&o, kept_names, countof(kept_names));
	obj_immutable(&o, immutable, countof(immutable));
	if (!obj_close(&o))
		return false;
	*ref = id;
	*changes = c;
	return true;
}

void
customer_apply(struct arena *a, struct customer *c, const struct customer *changes)
{
	if (changes->name.p)
		c->name = changes->name;
	c->custom_fields = pairs_merge(a, &c->custom_fields, &changes->custom_fields);
	c->kept.fields = pairs_merge(a, &c->kept.fields, &changes->kept.fields);
}

bool
customer_aliases_from_json(const struct json *j, bool csv, struct arena *a, struct str *ref,
	struct texts *aliases, struct err *e)
{
	struct texts t;
	struct str id;
	struct obj o;

	if (!obj_open(&o, j, "customer", csv, a, e))
		return false;
	id = obj_subject(&o, "customer_id", "customer");
	t = aliases_from(&o, OBJ_REQUIRED);
	if (!obj_close(&o))
		return false;
	*ref = id;
	*aliases = t;
	return true;
}

static void
write_terms(struct jsonw *w, const struct customer *c)
{
	jsonw_member_str_opt(w, "external_id", c->external_id);
	jsonw_member_str(w, "name", c->name);
	jsonw_texts(w, "ingest_aliases", &c->ingest_aliases);
	jsonw_pairs_opt(w, "custom_fields", &c->custom_fields);
	jsonw_kept(w, &c->kept);
}

void
customer_terms_json(struct jsonw *w, const struct customer *c)
{
	jsonw_object(w);
	write_terms(w, c);
	jsonw_end(w);
}

void
customer_to_json(struct jsonw *w, const struct customer *c)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", c->id);
	write_terms(w, c);
	jsonw_member_instant_opt(w, "created_at", c->created_at_ns);
	jsonw_member_instant_opt(w, "updated_at", c->updated_at_ns);
	jsonw_member_instant_opt(w, "archived_at", c->archived_at_ns);
	jsonw_end(w);
}
