#include "store/contract_expand.h"

#include "engine/recurring.h"
#include "engine/rollover.h"
#include "store/contract_store.h"

#include "base/banned.h"

static bool
roll_over(struct store *st, struct contract *c, struct arena *a, struct err *e)
{
	struct contract from;

	if (!contract_store_get(st, c->transition.from_contract_id, a, &from, e))
		return false;
	from = recurring_expand(&from, c->starting_at_ns, a);
	from = rollover_mark(&from, a);
	*c = rollover_expand(c, &from, a);
	return true;
}

bool
contract_expand(struct store *st, const struct contract *c, int64_t until_ns, struct arena *a,
	struct contract *out, struct err *e)
{
	struct contract all = recurring_expand(c, until_ns, a);

	all = rollover_mark(&all, a);
	if (c->transition.from_contract_id.n > 0 && !roll_over(st, &all, a, e))
		return false;
	*out = all;
	return true;
}
