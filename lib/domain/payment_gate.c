#include "domain/payment_gate.h"

#include "base/banned.h"

static const char *const gate_names[] = {
	[GATE_NONE] = "NONE",
	[GATE_EXTERNAL] = "EXTERNAL",
};

const char *
payment_gate_name(enum payment_gate_type type)
{
	return gate_names[type];
}

/* Words that are documented, but mean what is done elsewhere. */
static void
refuse_words(struct obj *o, const char *name, const char *const *words, size_t n, const char *why)
{
	const struct json *v = obj_ok(o) ? json_member(o->json, name) : NULL;

	for (size_t i = 0; v != NULL && json_type(v) == JSON_STRING && i < n; i++)
		if (str_is_nocase(json_text(v), words[i]))
			obj_refuse_as(o, name, "unsupported_field", "%s", why);
}

bool
payment_gate_from_obj(struct obj *parent, enum obj_need need, struct payment_gate *out)
{
	static const char *const tax_names[] = { "NONE" };
	static const char *const gates_elsewhere[] = { "STRIPE" };
	static const char *const taxes[] = { "STRIPE", "ANROK", "PRECALCULATED" };
	static const char *const tax_fields[] = { "precalculated_tax_config" };
	static const char *const kept_names[] = { "stripe_config" };
	struct obj o;

	if (!obj_object(parent, "payment_gate_config", need, &o))
		return false;
	refuse_words(&o, "payment_gate_type", gates_elsewhere, countof(gates_elsewhere),
		"payments are not taken here; wanted NONE or EXTERNAL");
	out->type = (enum payment_gate_type)obj_enum(&o, "payment_gate_type", OBJ_REQUIRED,
		gate_names, countof(gate_names), GATE_NONE);
	refuse_words(&o, "tax_type", taxes, countof(taxes),
		"taxes are not determined here; wanted NONE");
	obj_enum(&o, "tax_type", OBJ_OPTIONAL, tax_names, countof(tax_names), 0);
	obj_unsupported(&o, tax_fields, countof(tax_fields));
	out->kept = obj_kept(&o, kept_names, countof(kept_names));
	return obj_close(&o);
}

void
payment_gate_json(struct jsonw *w, const struct payment_gate *g)
{
	jsonw_key(w, "payment_gate_config");
	jsonw_object(w);
	jsonw_member_c(w, "payment_gate_type", gate_names[g->type]);
	jsonw_kept(w, &g->kept);
	jsonw_end(w);
}
