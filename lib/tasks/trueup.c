#include "tasks/trueup.h"

#include "engine/statement.h"
#include "store/invoice_store.h"
#include "tasks/billed.h"

#include "base/banned.h"

/* The end of the promise: of its window, or of the contract whose own it is. */
static int64_t
promise_end(const struct account *acct, const struct commit *commit)
{
	int64_t end_ns = commit->segments[0].ending_before_ns;
	int64_t contract_end_ns = acct->contract->ending_before_ns;

	if (commit->of_customer == NULL && contract_end_ns != INSTANT_NONE &&
		contract_end_ns < end_ns)
		return contract_end_ns;
	return end_ns;
}

static bool
is_due(const struct trueup_request *r, const struct account *acct, const struct commit *commit,
	bool *due, struct err *e)
{
	int64_t end_ns = promise_end(acct, commit);

	*due = false;
	if (commit->invoice_schedule.items[0].timestamp_ns > r->now_ns || end_ns > r->now_ns)
		return true;
	return commit_is_billed(r->store, r->accounts, acct, commit,
		commit->segments[0].starting_at_ns, end_ns, r->also, r->arena, due, e);
}

bool
trueup_is_final(struct store *st, struct str contract_id, struct str commit_id, struct arena *a,
	bool *final, struct err *e)
{
	return invoice_store_has(st, trueup_id(a, contract_id, commit_id), final, e);
}

bool
trueup_make(const struct trueup_request *r, const struct account *acct, const struct commit *commit,
	enum trueup *state, struct invoice *out, bool *due, struct err *failed, struct err *e)
{
	const struct access_segment *s = &commit->segments[0];
	const struct rat *given = map_get(r->given, s->id);
	struct rat left = *purse_pool_left(r->pool, s), promised = s->amount;
	bool final;

	*state = TRUEUP_NONE;
	if (!trueup_is_final(r->store, acct->contract->id, commit->id, r->arena, &final, e) ||
		!is_due(r, acct, commit, due, e))
		return false;
	if (s->rolled_to.n > 0) { /* that part of the promise is the next contract's */
		promised = rat_sub(r->arena, promised, purse_pool_rolled(r->pool, s));
		left = purse_pool_rest(r->pool, s);
	}
	if (final || rat_sign(left) <= 0 || (!*due && !r->drafts))
		return true;
	if (given != NULL)
		promised = rat_add(r->arena, promised, *given);
	*state = trueup_invoice(r->arena, acct, commit, promised, left, out, failed) ?
		TRUEUP_OPEN :
		TRUEUP_FAILED;
	return true;
}
