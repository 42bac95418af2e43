#include "tasks/contract_amend.h"

#include "store/unit_store.h"
#include "tasks/edit_part.h"

#include "base/banned.h"

/* In the order of application. */
static const struct edit_part parts[] = {
	{ "commits", edit_add_commits },
	{ "credits", edit_add_credits },
	{ "scheduled_charges", edit_add_scheduled_charges },
	{ "discounts", edit_add_discounts },
	{ "overrides", edit_add_overrides },
};

static const char *const unsupported_fields[] = {
	"professional_services",
	"reseller_royalties",
};

/* ---- nothing before the amendment ---- */

static bool
too_early(const struct edit *x, struct str path, const char *code, int64_t at_ns, int64_t start_ns)
{
	char at[INSTANT_TEXT_SIZE], start[INSTANT_TEXT_SIZE];

	return err_field(x->e, ERR_INPUT, code, path, str_c(instant_text(at_ns, at)),
		"before the amendment, which starts at %s", instant_text(start_ns, start));
}

static bool
check_commits(const struct edit *x, const struct contract *c, int64_t start_ns)
{
	for (size_t i = x->before->ncommits; i < c->ncommits; i++) {
		const struct commit *commit = &c->commits[i];

		for (size_t k = 0; k < commit->nsegments; k++) {
			static const char field[] = "access_schedule.schedule_items";
			struct str path = commit_path(commit, x->arena);

			if (commit->segments[k].starting_at_ns >= start_ns)
				continue;
			return too_early(x,
				str_printf(x->arena, "%.*s.%s[%zu].starting_at", STR_FMT(path),
					field, k),
				str_printf(x->arena, "contract.%s.%s.starting_at",
					commit_list(commit), field)
					.p,
				commit->segments[k].starting_at_ns, start_ns);
		}
	}
	return true;
}

static bool
check_charges(const struct edit *x, const struct contract *c, int64_t start_ns)
{
	size_t charges = 0, discounts = 0;

	for (size_t i = x->before->ncharges; i < c->ncharges; i++) {
		const struct schedule *s = &c->charges[i].schedule;
		bool discount = c->charges[i].discount;
		const char *list = discount ? "discounts" : "scheduled_charges";
		size_t place = (*(discount ? &discounts : &charges))++;

		for (size_t k = 0; k < s->nitems; k++) {
			if (s->items[k].timestamp_ns >= start_ns)
				continue;
			return too_early(x, str_printf(x->arena, "%s[%zu].schedule", list, place),
				str_printf(x->arena, "contract.%s.schedule", list).p,
				s->items[k].timestamp_ns, start_ns);
		}
	}
	return true;
}

static bool
check_overrides(const struct edit *x, const struct contract *c, int64_t start_ns)
{
	for (size_t i = x->before->overrides.n; i < c->overrides.n; i++) {
		if (c->overrides.p[i].starting_at_ns >= start_ns)
			continue;
		return too_early(x,
			str_printf(x->arena, "overrides[%zu].starting_at",
				i - x->before->overrides.n),
			"contract.overrides.starting_at", c->overrides.p[i].starting_at_ns,
			start_ns);
	}
	return true;
}

/* ---- the amendment ---- */

/* On the hour, inside the contract's time. */
static int64_t
start_of(struct obj *o, const struct contract *c)
{
	int64_t start_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);

	if (!obj_ok(o))
		return start_ns;
	if (start_ns < c->starting_at_ns)
		obj_refuse(o, "starting_at", "before the contract starts");
	else if (c->ending_before_ns != INSTANT_NONE && start_ns >= c->ending_before_ns)
		obj_refuse(o, "starting_at", "the contract has ended by then");
	return start_ns;
}

/* What has no effect on bills is the contract's own, under the names that it has there. */
static void
labels_from(struct obj *o, struct contract *c)
{
	static const char *const kept_names[] = {
		"netsuite_sales_order_id",
		"salesforce_opportunity_id",
		"total_contract_value",
	};
	struct kept kept = obj_kept(o, kept_names, countof(kept_names));
	struct pairs fields = obj_custom_fields(o);

	if (!obj_ok(o))
		return;
	c->kept.fields = pairs_merge(o->arena, &c->kept.fields, &kept.fields);
	c->custom_fields = pairs_merge(o->arena, &c->custom_fields, &fields);
}

bool
contract_amend(struct store *st, const struct json *j, bool csv, int64_t now_ns, struct arena *a,
	struct contract *out, struct err *e)
{
	struct contract before, after;
	struct edit x = { .store = st, .arena = a, .now_ns = now_ns, .before = &before, .e = e };
	int64_t start_ns;
	struct str key;
	struct obj o;
	size_t n;

	if (!obj_open(&o, j, "contract", csv, a, e) || !store_units(st, &o.units, e))
		return false;
	obj_unsupported(&o, unsupported_fields, countof(unsupported_fields));
	if (!edit_find(&x, &o, &before))
		return false;
	after = before;
	start_ns = start_of(&o, &before);
	key = obj_text(&o, "uniqueness_key", OBJ_OPTIONAL, 1, KEY_MAX_POINTS);
	labels_from(&o, &after);
	if (!obj_ok(&o) || !edit_apply_parts(&x, &o, parts, countof(parts), &after, &n))
		return false;
	if (n == 0)
		return obj_refuse(&o, NULL, "nothing is added; wanted commits or the like");
	if (x.ngated > 0)
		return obj_refuse(&o, "commits",
			"an amendment adds them at once; a payment gate goes with add_commits of "
			"an edit");
	if (!check_commits(&x, &after, start_ns) || !check_charges(&x, &after, start_ns) ||
		!check_overrides(&x, &after, start_ns) || !edit_store(&x, &after, key))
		return false;
	*out = after;
	return true;
}
