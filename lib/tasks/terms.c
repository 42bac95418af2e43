#include "tasks/terms.h"

#include "store/product_store.h"
#include "store/reference.h"
#include "tasks/product.h"

#include "base/banned.h"

/* ---- references ---- */

bool
terms_fixed_product(struct store *st, const char *field, const char *code, struct str *product_id,
	int64_t now_ns, struct arena *a, struct err *closed, struct err *e)
{
	struct product p;
	struct str id;

	if (!reference_field(st, NOUN_PRODUCT, field, *product_id, now_ns, a, &id, e) ||
		!product_store_get(st, id, a, &p, e))
		return false;
	if (p.type != PRODUCT_FIXED)
		return err_field(e, ERR_INPUT, code, str_c(field), *product_id,
			"wanted a FIXED product, this is a %s one", product_type_name(p.type));
	if (p.archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", str_c(field), *product_id,
			"the product is archived");
	*product_id = id;
	return true;
}

/*
 * A field of a commit: "credits[1].product_id"; of a customer's balance "product_id"; of what
 * a threshold buys "spend_threshold_configuration.commit.product_id".
 */
static struct str
commit_field(const struct commit *c, const char *field, struct arena *a)
{
	struct str path;

	if (c->of_customer != NULL)
		return str_c(field);
	if (c->path != NULL)
		return str_printf(a, "%s.commit.%s", c->path, field);
	path = commit_path(c, a);
	return str_printf(a, "%.*s.%s", STR_FMT(path), field);
}

static const char *
commit_code(const struct commit *c, const char *field, struct arena *a)
{
	if (c->of_customer != NULL)
		return str_printf(a, "balance.%s", field).p;
	if (c->path != NULL)
		return str_printf(a, "contract.%s.commit.%s", c->path, field).p;
	return str_printf(a, "contract.%s.%s", commit_list(c), field).p;
}

static bool
resolve_specifier(struct store *st, const struct commit *c, size_t i, int64_t now_ns,
	struct arena *a, struct err *e)
{
	struct str *product_id = &c->specifiers[i].product_id, id;
	const char *field = str_printf(a, "specifiers[%zu].product_id", i).p;

	if (product_id->n == 0)
		return true;
	if (!reference_field(st, NOUN_PRODUCT, commit_field(c, field, a).p, *product_id, now_ns, a,
		    &id, e))
		return false;
	*product_id = id;
	return true;
}

/* What a commit pays for may be of any type, and archived: it was sold before. */
bool
terms_commit_resolve(struct store *st, struct commit *c, int64_t now_ns, struct arena *a,
	struct err *closed, struct err *e)
{
	static const char bought[] = "product_id", paid[] = "applicable_product_ids";

	if (!terms_fixed_product(st, commit_field(c, bought, a).p, commit_code(c, bought, a),
		    &c->product_id, now_ns, a, closed, e) ||
		!products_resolve(st, commit_field(c, paid, a).p, commit_code(c, paid, a),
			&c->applicable_product_ids, now_ns, a, e))
		return false;
	for (size_t i = 0; i < c->nspecifiers; i++)
		if (!resolve_specifier(st, c, i, now_ns, a, e))
			return false;
	return true;
}

/* ---- ids ---- */

bool
terms_new_id(struct store *st, const char *kind, struct str path, struct str *id, struct arena *a,
	struct err *e)
{
	struct err inner = ERR_INIT;
	struct id made;

	if (store_new_id(st, kind, *id, &made, NULL, &inner)) {
		*id = str_dup(a, id_str(&made));
		return true;
	}
	if (inner.kind != ERR_INPUT) {
		*e = inner;
		return false;
	}
	return err_field(e, inner.kind, inner.code, path, *id, "%s", inner.text);
}

bool
terms_new_item_ids(struct store *st, struct schedule *schedule, struct str path, struct arena *a,
	struct err *e)
{
	for (size_t k = 0; !schedule->recurring && k < schedule->nitems; k++)
		if (!terms_new_id(st, "schedule_item",
			    str_printf(a, "%.*s.schedule_items[%zu].id", STR_FMT(path), k),
			    &schedule->items[k].id, a, e))
			return false;
	return true;
}

/* ---- scheduled charges ---- */

bool
terms_charge_resolve(struct store *st, struct scheduled_charge *charge, const char *path,
	const char *code, int64_t now_ns, struct arena *a, struct err *closed, struct err *e)
{
	return terms_fixed_product(st, str_printf(a, "%s.product_id", path).p,
		str_printf(a, "%s.product_id", code).p, &charge->product_id, now_ns, a, closed, e);
}

bool
terms_charge_new_ids(struct store *st, struct scheduled_charge *charge, const char *path,
	struct arena *a, struct err *e)
{
	return terms_new_id(st, charge->discount ? "discount" : "scheduled_charge",
		       str_printf(a, "%s.id", path), &charge->id, a, e) &&
		terms_new_item_ids(st, &charge->schedule, str_printf(a, "%s.schedule", path), a, e);
}

/* ---- commits ---- */

/* The kind of object it is, for its id. */
static const char *
commit_kind(const struct commit *c)
{
	if (c->of_customer != NULL)
		return "customer_balance";
	if (c->recurs)
		return c->type == COMMIT_CREDIT ? "recurring_credit" : "recurring_commit";
	return c->type == COMMIT_CREDIT ? "credit" : "commit";
}

bool
terms_commit_new_ids(struct store *st, struct commit *c, struct arena *a, struct err *e)
{
	if (!terms_new_id(st, commit_kind(c), commit_field(c, "id", a), &c->id, a, e))
		return false;
	for (size_t k = 0; k < c->nsegments; k++) {
		struct str field = str_printf(a, "access_schedule.schedule_items[%zu].id", k);

		if (!terms_new_id(st, "access_segment", commit_field(c, field.p, a),
			    &c->segments[k].id, a, e))
			return false;
	}
	return !c->has_invoice_schedule ||
		terms_new_item_ids(st, &c->invoice_schedule, commit_field(c, "invoice_schedule", a),
			a, e);
}

void
terms_borrow_id(struct str *wanted, struct str there)
{
	if (wanted->n == 0)
		*wanted = there;
}

void
terms_borrow_item_ids(struct schedule *wanted, const struct schedule *there)
{
	for (size_t k = 0; k < wanted->nitems && k < there->nitems; k++)
		terms_borrow_id(&wanted->items[k].id, there->items[k].id);
}

void
terms_borrow_commit_ids(struct commit *wanted, const struct commit *there)
{
	terms_borrow_id(&wanted->id, there->id);
	for (size_t k = 0; k < wanted->nsegments && k < there->nsegments; k++)
		terms_borrow_id(&wanted->segments[k].id, there->segments[k].id);
	terms_borrow_item_ids(&wanted->invoice_schedule, &there->invoice_schedule);
}
