#include "tasks/contract_archive.h"

#include "store/contract_store.h"
#include "store/invoice_store.h"

#include "base/banned.h"

static bool
check(struct store *st, const struct contract *c, bool void_invoices, int64_t now_ns, struct err *e)
{
	char text[INSTANT_TEXT_SIZE];
	bool any;

	if (c->renewed_by.contract_id.n > 0 && c->renewed_by.starting_at_ns > now_ns)
		return err_set(e, ERR_INPUT, "renewed",
			"contract %.*s renews it from %s on; wanted a time after that",
			STR_FMT(c->renewed_by.contract_id),
			instant_text(c->renewed_by.starting_at_ns, text));
	if (!void_invoices)
		return true;
	if (!invoice_store_any(st, c->id, &any, e))
		return false;
	return !any ||
		err_set(e, ERR_INPUT, "final_invoices",
			"it has final invoices; void them first, or --void-invoices=no keeps them");
}

bool
contract_archive(struct store *st, struct str id, bool void_invoices, int64_t now_ns,
	struct arena *a, struct contract *out, struct err *e)
{
	struct contract c;

	if (!contract_store_get(st, id, a, &c, e))
		return false;
	if (c.archived_at_ns == INSTANT_NONE) {
		c.archived_at_ns = now_ns;
		if (!check(st, &c, void_invoices, now_ns, e) || !contract_store_put(st, &c, a, e))
			return false;
	}
	*out = c;
	return true;
}
