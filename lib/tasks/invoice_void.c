#include "tasks/invoice_void.h"

#include "store/invoice_store.h"
#include "store/ledger_store.h"
#include "store/void_store.h"

#include "base/banned.h"

/* Nothing that stands on the invoice may be left in the air. */
static bool
check_free(struct store *st, struct str id, struct arena *a, struct err *e)
{
	struct str number;
	bool buys;

	if (!void_store_buys(st, id, &buys, e) || !void_store_trueup(st, id, a, &number, e))
		return false;
	if (buys)
		return err_set(e, ERR_INPUT, "purchase",
			"it buys a commit or bills what is missing of one, whose balance would "
			"stay; end the commit, or grant a credit instead");
	return number.n == 0 ||
		err_set(e, ERR_INPUT, "trueup",
			"invoice %.*s bills what was missing of a commit that it counts towards",
			STR_FMT(number));
}

bool
invoice_void(struct store *st, struct str ref, struct str reason, int64_t now_ns, struct arena *a,
	struct str *document, struct err *e)
{
	struct invoice_key key;
	enum invoice_life life;
	struct str stored;

	if (!invoice_store_key(st, ref, a, &key, e) || !void_store_life(st, key.id, &life, e))
		return false;
	if (life != LIFE_FINAL)
		return err_set(e, ERR_INPUT, "void", "it is void already");
	return check_free(st, key.id, a, e) && invoice_store_get(st, key.id, a, &stored, e) &&
		ledger_store_give_back(st, key.id, a, e) &&
		void_store_add(st, key.id, stored, reason, now_ns, e) &&
		invoice_store_get(st, key.id, a, document, e);
}

/* ---- made anew ---- */

static bool
check_void(struct store *st, const struct invoice_key *key, struct err *e)
{
	enum invoice_life life;

	if (!void_store_life(st, key->id, &life, e))
		return false;
	switch (life) {
	case LIFE_VOID:
		return true;
	case LIFE_REPLACED:
		return err_set(e, ERR_INPUT, "regenerated", "it has been regenerated already");
	case LIFE_FINAL:
	case LIFE_NONE:
		break;
	}
	return err_set(e, ERR_INPUT, "not_void", "it is not void; wanted an invoice that is");
}

struct shown {
	struct arena *arena;
	struct str *document;
};

static void
keep_document(void *ctx, const struct open_invoice *inv, struct str document)
{
	struct shown *shown = ctx;

	(void)inv;
	*shown->document = str_dup(shown->arena, document);
}

bool
invoice_regenerate(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct str *document, struct open_invoices *open, struct err *e)
{
	struct invoice_request r = { .now_ns = now_ns };
	struct shown shown = { a, document };
	struct invoice_key key;
	struct str run_id;

	if (!invoice_store_key(st, ref, a, &key, e) || !check_void(st, &key, e))
		return false;
	r.customer_id = key.customer_id;
	r.contract_id = key.contract_id;
	r.regenerate = key.id;
	if (!invoices_compute(st, &r, a, open, e))
		return false;
	if (open->n == 0 && open->nfailures > 0) {
		*e = open->failures[0].err;
		return false;
	}
	if (open->n == 0)
		return err_set(e, ERR_INPUT, "nothing_to_bill",
			"by the terms as they are now there is no invoice of its period or date");
	return invoices_finalize(st, open, now_ns, a, keep_document, &shown, &run_id, e);
}
