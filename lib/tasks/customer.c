#include "tasks/customer.h"

#include "store/balance_store.h"
#include "store/contract_store.h"
#include "store/customer_store.h"
#include "tasks/absent.h"

#include "base/banned.h"

static void
terms(struct jsonw *w, const void *customer)
{
	customer_terms_json(w, customer);
}

bool
customer_create(struct store *st, struct customer *c, bool if_absent, struct arena *a,
	struct customer *out, struct err *e)
{
	struct str there_id;
	struct id id;
	bool there = false;

	if (if_absent &&
		!absent_find(st, NOUN_CUSTOMER, c->id, c->name, INSTANT_NONE, a, &there_id, &there,
			e))
		return false;
	if (there &&
		(!customer_store_get(st, there_id, a, out, e) ||
			!absent_live(out->archived_at_ns, c->id, &there, e)))
		return false;
	if (there)
		return absent_equal(NOUN_CUSTOMER, there_id, terms, out, c, e);
	if (!store_new_id(st, "customer", c->id, &id, NULL, e))
		return false;
	c->id = str_dup(a, id_str(&id));
	if (!customer_store_put(st, c, a, e))
		return false;
	*out = *c;
	return true;
}

/* The customer a reference names, for a change: archived ones are closed. */
static bool
open_customer(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct customer *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_CUSTOMER, "customer_id", ref, now_ns, a, &id, e) ||
		!customer_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns == INSTANT_NONE)
		return true;
	return err_field(e, ERR_INPUT, "archived", STR("customer_id"), ref,
		"the customer is archived");
}

bool
customer_update(struct store *st, struct str ref, const struct customer *changes, int64_t now_ns,
	struct arena *a, struct customer *out, struct err *e)
{
	if (!open_customer(st, ref, now_ns, a, out, e))
		return false;
	customer_apply(a, out, changes);
	return customer_store_put(st, out, a, e);
}

bool
customer_set_aliases(struct store *st, struct str ref, const struct texts *aliases, int64_t now_ns,
	struct arena *a, struct customer *out, struct err *e)
{
	struct str id;

	/* Aliases of an archived customer may be taken from it, so that others can have them. */
	if (!reference_field(st, NOUN_CUSTOMER, "customer_id", ref, now_ns, a, &id, e) ||
		!customer_store_get(st, id, a, out, e))
		return false;
	out->ingest_aliases = *aliases;
	return customer_store_put(st, out, a, e);
}

bool
customer_archive(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct customer *out, struct err *e)
{
	struct str id;

	if (!reference_field(st, NOUN_CUSTOMER, "", ref, now_ns, a, &id, e) ||
		!customer_store_get(st, id, a, out, e))
		return false;
	if (out->archived_at_ns != INSTANT_NONE)
		return true;
	out->archived_at_ns = now_ns;
	return contract_store_archive_all(st, id, now_ns, a, e) &&
		balance_store_archive_all(st, id, now_ns, a, e) &&
		customer_store_put(st, out, a, e);
}
