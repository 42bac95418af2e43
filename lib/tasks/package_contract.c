#include "store/package_store.h"
#include "store/unit_store.h"
#include "tasks/contract.h"
#include "tasks/package.h"
#include "tasks/package_part.h"

#include "base/banned.h"

/* What a contract of a package has of its own, beside its start. */
static const char *const own_names[] = {
	"custom_fields",
	"customer",
	"customer_id",
	"id",
	"name",
	"transition",
	"uniqueness_key",
};

/* What it has from there alone. */
static const char *const term_names[] = {
	"billing_provider_configuration",
	"commits",
	"credits",
	"discounts",
	"ending_before",
	"invoice_series",
	"multiplier_override_prioritization",
	"net_payment_terms_days",
	"netsuite_sales_order_id",
	"overrides",
	"prepaid_balance_threshold_configuration",
	"priority",
	"professional_services",
	"rate_card",
	"rate_card_alias",
	"rate_card_id",
	"recurring_commits",
	"recurring_credits",
	"reseller_royalties",
	"revenue_system_configuration",
	"salesforce_opportunity_id",
	"scheduled_charges",
	"scheduled_charges_on_usage_invoices",
	"spend_threshold_configuration",
	"spend_trackers",
	"subscriptions",
	"total_contract_value",
	"usage_filter",
	"usage_statement_schedule",
};

/* ---- a package as a contract ---- */

struct json *
package_parse(struct str text)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *tree = NULL;

	if (text.p == NULL)
		return NULL;
	json_scanner_init(&scanner);
	if (!json_parse(&scanner, text, &tree, &fault))
		tree = NULL;
	json_scanner_release(&scanner);
	return tree;
}

bool
package_contract(struct store *st, const struct package *p, const struct kept *own,
	int64_t start_ns, struct arena *a, struct contract *out, struct err *e)
{
	const struct units *units;
	struct json *tree;
	struct str body;
	bool ok;

	if (!store_units(st, &units, e) || !package_expand(p, own, start_ns, a, &body, e))
		return false;
	tree = package_parse(body);
	ok = tree != NULL ? contract_from_json(tree, false, units, a, out, e) :
			    err_set(e, ERR_FATAL, "db_damaged", "package %.*s makes no contract",
				    STR_FMT(p->id));
	json_free(tree);
	e->has_offset = false;
	return ok;
}

/* ---- which package ---- */

struct which {
	const char *field;
	struct str ref;
};

static struct which
which_from(struct obj *o)
{
	struct str id = obj_reference(o, "package_id", "package", OBJ_OPTIONAL);
	struct str alias = obj_text(o, "package_alias", OBJ_OPTIONAL, 1, NAME_MAX_POINTS);

	if (id.p != NULL && alias.p != NULL)
		obj_refuse(o, "package_alias", "given beside a package; wanted one of the two");
	return alias.p != NULL ? (struct which){ "package_alias", alias } :
				 (struct which){ "package_id", id };
}

/* An alias is looked up at the contract's start, whatever the clock says. */
static bool
find_package(struct store *st, const struct which *which, int64_t start_ns, struct arena *a,
	struct package *out, struct err *e)
{
	bool found = true;
	struct str id;

	if (str_is(str_c(which->field), "package_alias") ?
			!reference_alias(st, NOUN_PACKAGE, which->ref, start_ns, a, &id, &found,
				e) :
			!reference_field(st, NOUN_PACKAGE, which->field, which->ref, start_ns, a,
				&id, e))
		return false;
	if (!found)
		return err_field(e, ERR_INPUT, "not_found", str_c(which->field), which->ref,
			"no package bears this alias at the contract's start");
	if (!package_store_get(st, id, a, out, e))
		return false;
	return out->archived_at_ns == INSTANT_NONE ||
		err_field(e, ERR_INPUT, "archived", str_c(which->field), which->ref,
			"the package is archived");
}

/* ---- whose fault ---- */

static bool
is_own(const char *field)
{
	struct str first = { field, 0 };

	while (field[first.n] != '\0' && field[first.n] != '.' && field[first.n] != '[')
		first.n++;
	for (size_t i = 0; i < countof(own_names); i++)
		if (str_is(first, own_names[i]))
			return true;
	return first.n == 0 || str_is(first, "starting_at");
}

static bool
failed(const struct which *which, const struct err *inner, struct err *e)
{
	if (inner->kind == ERR_INPUT && !is_own(inner->field))
		return err_field(e, inner->kind, inner->code, str_c(which->field), which->ref,
			"%s%s%s%s: %s", inner->field, inner->has_value ? " \"" : "",
			inner->has_value ? inner->value : "", inner->has_value ? "\"" : "",
			inner->text);
	*e = *inner;
	return false;
}

/* ---- create ---- */

static bool
provision(struct store *st, const struct json *j, bool csv, bool if_absent, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e)
{
	struct err inner = ERR_INIT;
	struct contract wanted;
	struct package package;
	struct which which;
	struct kept own;
	int64_t start_ns;
	struct obj o;

	if (!obj_open(&o, j, "contract", csv, a, e))
		return false;
	which = which_from(&o);
	for (size_t i = 0; i < countof(term_names); i++)
		if (obj_has(&o, term_names[i]))
			obj_refuse(&o, term_names[i],
				"a contract of a package has this from there");
	start_ns = obj_hour(&o, "starting_at", OBJ_REQUIRED);
	own = obj_kept(&o, own_names, countof(own_names));
	if (!obj_close(&o) || !find_package(st, &which, start_ns, a, &package, e))
		return false;
	if (!package_contract(st, &package, &own, start_ns, a, &wanted, &inner))
		return failed(&which, &inner, e);
	wanted.package_id = package.id;
	return contract_create(st, &wanted, if_absent, now_ns, a, out, &inner) ||
		failed(&which, &inner, e);
}

static bool
is_there(const struct json *j, const char *key)
{
	const struct json *v = json_type(j) == JSON_OBJECT ? json_member(j, key) : NULL;

	return v != NULL && json_type(v) != JSON_NULL;
}

bool
contract_create_from_json(struct store *st, const struct json *j, bool csv, bool if_absent,
	int64_t now_ns, struct arena *a, struct contract *out, struct err *e)
{
	const struct units *units;
	struct contract wanted;

	if (is_there(j, "package_id") || is_there(j, "package") || is_there(j, "package_alias"))
		return provision(st, j, csv, if_absent, now_ns, a, out, e);
	return store_units(st, &units, e) && contract_from_json(j, csv, units, a, &wanted, e) &&
		contract_create(st, &wanted, if_absent, now_ns, a, out, e);
}
