#include "tasks/balance_open.h"

#include "store/balance_store.h"
#include "store/contract_expand.h"
#include "store/contract_store.h"

#include "base/banned.h"

static struct commit *
commit_of(struct contract *c, struct str id)
{
	for (size_t i = 0; i < c->ncommits; i++)
		if (str_eq(c->commits[i].id, id))
			return &c->commits[i];
	return NULL;
}

static bool
open_own(struct store *st, int64_t until_ns, struct arena *a, struct open_balance *out,
	struct err *e)
{
	struct contract *c = &out->contract;

	if (!contract_store_get(st, out->place.contract_id, a, c, e))
		return false;
	out->commit = commit_of(c, out->place.commit_id);
	if (out->commit != NULL)
		return true;
	out->is_child = true;
	if (!contract_expand(st, c, until_ns, a, c, e))
		return false;
	out->commit = commit_of(c, out->place.commit_id);
	return out->commit != NULL ||
		err_set(e, ERR_FATAL, "db_damaged", "contract %.*s lacks commit %.*s",
			STR_FMT(c->id), STR_FMT(out->place.commit_id));
}

static bool
open_shared(struct store *st, struct arena *a, struct open_balance *out, struct err *e)
{
	out->commit = &out->balance.commit;
	return balance_store_get(st, out->place.commit_id, a, &out->balance, e);
}

static bool
is_archived(const struct open_balance *b)
{
	if (b->place.contract_id.n == 0)
		return b->balance.archived_at_ns != INSTANT_NONE;
	return b->contract.archived_at_ns != INSTANT_NONE ||
		b->commit->archived_at_ns != INSTANT_NONE;
}

bool
balance_open(struct store *st, const char *field, struct str ref, int64_t until_ns, struct arena *a,
	struct open_balance *out, struct err *e)
{
	struct child_index index = { .arena = a };
	struct err inner = ERR_INIT;

	*out = (struct open_balance){ .commit = NULL };
	if (!balance_find(st, ref, until_ns, &index, a, &out->place, &inner)) {
		if (inner.kind != ERR_INPUT) {
			*e = inner;
			return false;
		}
		return err_field(e, inner.kind, inner.code, str_c(field), ref, "%s", inner.text);
	}
	if (!(out->place.contract_id.n > 0 ? open_own(st, until_ns, a, out, e) :
					     open_shared(st, a, out, e)))
		return false;
	return !is_archived(out) ||
		err_field(e, ERR_INPUT, "archived", str_c(field), ref, "the balance is archived");
}

bool
balance_put(struct store *st, struct open_balance *b, struct arena *a, struct err *e)
{
	return b->place.contract_id.n > 0 ? contract_store_put(st, &b->contract, a, e) :
					    balance_store_put(st, &b->balance, a, e);
}

struct str
balance_biller(const struct open_balance *b)
{
	return b->place.contract_id.n > 0 ? b->contract.id : b->balance.invoice_contract_id;
}

void
open_balance_to_json(struct jsonw *w, const struct open_balance *b)
{
	if (b->place.contract_id.n > 0)
		commit_to_json(w, b->commit, b->contract.customer_id, b->contract.id);
	else
		customer_balance_to_json(w, &b->balance);
}
