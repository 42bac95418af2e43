#include "tasks/contract_transition.h"

#include "store/contract_store.h"
#include "store/invoice_store.h"
#include "tasks/contract_end.h"
#include "tasks/trueup.h"

#include "base/banned.h"

#define FIELD "transition.from_contract_id"

/* ---- who is renewed ---- */

static bool
check_old(const struct contract *c, const struct contract *old, struct str ref, struct err *closed,
	struct err *e)
{
	char text[INSTANT_TEXT_SIZE];

	if (!str_eq(old->customer_id, c->customer_id))
		return err_field(e, ERR_INPUT, "contract." FIELD, STR(FIELD), ref,
			"a contract of customer %.*s; wanted one of %.*s",
			STR_FMT(old->customer_id), STR_FMT(c->customer_id));
	if (old->starting_at_ns >= c->starting_at_ns)
		return err_field(e, ERR_INPUT, "contract." FIELD, STR(FIELD), ref,
			"it starts at %s; wanted one that starts before the new contract",
			instant_text(old->starting_at_ns, text));
	/* an equal contract that is there has renewed it already */
	if (old->archived_at_ns != INSTANT_NONE)
		err_field(closed, ERR_INPUT, "archived", STR(FIELD), ref,
			"the contract is archived");
	if (old->renewed_by.contract_id.n > 0)
		err_field(closed, ERR_INPUT, "renewed", STR(FIELD), ref,
			"contract %.*s renews it already", STR_FMT(old->renewed_by.contract_id));
	return true;
}

bool
transition_resolve(struct store *st, struct contract *c, int64_t now_ns, struct arena *a,
	struct contract *old_contract, struct err *closed, struct err *e)
{
	struct str ref = c->transition.from_contract_id, id;

	if (ref.n == 0)
		return true;
	if (!reference_field(st, NOUN_CONTRACT, FIELD, ref, now_ns, a, &id, e) ||
		!contract_store_get(st, id, a, old_contract, e) ||
		!check_old(c, old_contract, ref, closed, e))
		return false;
	c->transition.from_contract_id = id;
	c->transition.rollover_end_ns = c->ending_before_ns;
	return true;
}

/* ---- the old contract ---- */

static bool
check_billed(struct store *st, const struct contract *c, const struct contract *old, struct err *e)
{
	char text[INSTANT_TEXT_SIZE];
	int64_t until_ns;

	if (!invoice_store_until(st, old->id, &until_ns, e))
		return false;
	return until_ns <= c->starting_at_ns ||
		err_field(e, ERR_INPUT, "billed", STR(FIELD), old->id,
			"final invoices bill its usage up to %s; wanted a start then or later",
			instant_text(until_ns, text));
}

/* True-ups that are not final yet are dropped. */
static bool
remove_trueups(struct store *st, struct contract *old, struct arena *a, struct err *e)
{
	struct commit *commits = ARENA_ARRAY(a, old->ncommits, struct commit);

	for (size_t i = 0; i < old->ncommits; i++) {
		bool final;

		commits[i] = old->commits[i];
		if (!commit_is_trued_up(&commits[i]))
			continue;
		if (!trueup_is_final(st, old->id, commits[i].id, a, &final, e))
			return false;
		commits[i].trueup_off = !final;
	}
	old->commits = commits;
	return true;
}

bool
transition_apply(struct store *st, const struct contract *c, const struct contract *old_contract,
	struct arena *a, struct err *e)
{
	struct contract old = *old_contract;
	int64_t at_ns = c->starting_at_ns;

	if (c->transition.from_contract_id.n == 0)
		return true;
	old.renewed_by = (struct renewal){ c->id, at_ns };
	if (!check_billed(st, c, &old, e) || !contract_stop_rules(st, &old, at_ns, a, e))
		return false;
	if (old.ending_before_ns == INSTANT_NONE || old.ending_before_ns > at_ns)
		contract_cut_to(&old, at_ns, a);
	if (c->transition.trueup == TRUEUP_REMOVE && !remove_trueups(st, &old, a, e))
		return false;
	return contract_check_drawn(st, old_contract, &old, a, e) &&
		contract_store_put(st, &old, a, e);
}
