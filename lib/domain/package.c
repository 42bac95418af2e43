#include "domain/package.h"

#include <inttypes.h>

#include "base/banned.h"

/* Of a contract, with what is called otherwise here. */
static const char *const term_names[] = {
	"billing_anchor_date",
	"commits",
	"contract_name",
	"credits",
	"discounts",
	"duration",
	"invoice_series",
	"multiplier_override_prioritization",
	"overrides",
	"prepaid_balance_threshold_configuration",
	"rate_card_alias",
	"rate_card_id",
	"recurring_commits",
	"recurring_credits",
	"scheduled_charges",
	"spend_threshold_configuration",
	"spend_trackers",
	"subscriptions",
	"usage_statement_schedule",
};

static const char *const unsupported_fields[] = {
	"professional_services",
	"reseller_royalties",
	"scheduled_charges_on_usage_invoices",
	"hierarchy_configuration",
};

/* Without effect here, as in a contract. */
static const char *const kept_names[] = { "billing_provider", "delivery_method" };

/* ---- reading ---- */

/* A number, also where a row has it as text. */
static void
payment_terms_from(struct obj *o, struct kept *terms)
{
	static const char name[] = "net_payment_terms_days";
	int64_t days = obj_int(o, name, OBJ_OPTIONAL, 0, TERMS_MAX_DAYS, -1);
	struct pair one = { STR(name), str_printf(o->arena, "%" PRId64, days) };

	if (obj_ok(o) && days >= 0)
		terms->fields = pairs_merge(o->arena, &terms->fields, &(struct pairs){ &one, 1 });
}

static struct kept
terms_from(struct obj *o)
{
	const char *names[countof(term_names) + countof(kept_names)];
	struct kept terms;

	for (size_t i = 0; i < countof(names); i++)
		names[i] = i < countof(term_names) ? term_names[i] :
						     kept_names[i - countof(term_names)];
	terms = obj_kept(o, names, countof(names));
	payment_terms_from(o, &terms);
	return terms;
}

bool
package_from_json(const struct json *j, bool csv, struct arena *a, struct package *out,
	struct err *e)
{
	struct package p = { .created_at_ns = INSTANT_NONE, .archived_at_ns = INSTANT_NONE };
	struct obj o;

	if (!obj_open(&o, j, "package", csv, a, e))
		return false;
	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	p.id = obj_id(&o, "id", OBJ_OPTIONAL);
	p.name = obj_name(&o, OBJ_REQUIRED);
	p.aliases = aliases_from_obj(&o, &p.naliases);
	p.uniqueness_key = obj_text(&o, "uniqueness_key", OBJ_OPTIONAL, 1, KEY_MAX_POINTS);
	p.custom_fields = obj_custom_fields(&o);
	p.terms = terms_from(&o);
	if (!obj_close(&o))
		return false;
	*out = p;
	return true;
}

/* ---- writing ---- */

static void
write_terms(struct jsonw *w, const struct package *p)
{
	jsonw_member_str(w, "name", p->name);
	aliases_member(w, p->aliases, p->naliases);
	jsonw_kept(w, &p->terms);
	jsonw_member_str_opt(w, "uniqueness_key", p->uniqueness_key);
	jsonw_pairs_opt(w, "custom_fields", &p->custom_fields);
}

void
package_terms_json(struct jsonw *w, const struct package *p)
{
	jsonw_object(w);
	write_terms(w, p);
	jsonw_end(w);
}

void
package_to_json(struct jsonw *w, const struct package *p)
{
	jsonw_object(w);
	jsonw_member_str(w, "id", p->id);
	write_terms(w, p);
	jsonw_member_instant_opt(w, "created_at", p->created_at_ns);
	jsonw_member_instant_opt(w, "archived_at", p->archived_at_ns);
	jsonw_end(w);
}
