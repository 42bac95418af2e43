#include "balance_recharge.h"

#include "failures.h"
#include "show.h"
#include "store/reference.h"
#include "tasks/recharge.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "workflow_id", "workflow_id", CELL_TEXT },
	{ "configuration", "configuration", CELL_TEXT },
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "contract_id", "contract_id", CELL_TEXT },
	{ "price", "price_major", CELL_NUMBER },
	{ "currency", "currency", CELL_TEXT },
	{ "outcome", "outcome", CELL_TEXT },
	{ "commit_id", "commit_id", CELL_TEXT },
};

struct shown {
	const struct recharge *recharge;
	struct arena *arena;
};

static void
write_recharge(struct jsonw *w, const void *ctx)
{
	const struct shown *s = ctx;

	recharge_to_json(w, s->recharge, s->arena);
}

/* ---- recharge ---- */

struct named {
	struct str *contract_ids;
	size_t n, cap;
};

static void
tell_progress(void *ctx, uint64_t events)
{
	cli_progress(ctx, "events", events, 0);
}

static bool
add_contract(struct cli *c, void *ctx, struct str name, struct err *e)
{
	struct named *named = ctx;
	struct str id;

	if (!reference_field(c->store, NOUN_CONTRACT, "", name, c->now_ns, &c->run, &id, e))
		return false;
	named->contract_ids = arena_grow(&c->run, named->contract_ids, &named->cap, named->n + 1,
		sizeof(*named->contract_ids));
	named->contract_ids[named->n++] = id;
	return true;
}

static bool
recharge_work(struct cli *c, void *ctx)
{
	const struct named *named = ctx;
	struct recharge_request r = {
		.now_ns = c->now_ns,
		.contract_ids = named->contract_ids,
		.ncontracts = named->n,
		.progress = tell_progress,
		.ctx = c,
	};
	struct recharges all;
	bool open = cli_flag(c, RECHARGE_OPEN_OPTION);

	if (!(open ? recharges_open : recharges_run)(c->store, &r, &c->run, &all, &c->e))
		return false;
	for (size_t i = 0; i < all.n; i++)
		show(c, write_recharge, &(struct shown){ &all.p[i], &c->run });
	tell_failures(c, all.failures, all.nfailures);
	return true;
}

bool
balance_recharge_verb(struct cli *c)
{
	struct named named = { .n = 0 };

	cli_columns(c, columns, countof(columns));
	if (c->noperands > 0 && (!cli_each_name(c, add_contract, &named) || named.n == 0))
		return false;
	return cli_commit(c, recharge_work, &named);
}

/* ---- release ---- */

static bool
release_one(struct cli *c, void *ctx, struct str name, struct err *e)
{
	const enum recharge_outcome *outcome = ctx;
	struct recharge r;

	return recharge_release(c->store, name, *outcome, c->now_ns, &c->run, &r, e) &&
		show(c, write_recharge, &(struct shown){ &r, &c->run });
}

bool
balance_release_verb(struct cli *c)
{
	const char *value = cli_value(c, RELEASE_OUTCOME);
	enum recharge_outcome outcome;

	if (value == NULL || !recharge_outcome_find(str_c(value), &outcome))
		return cli_usage(c, "wanted --%s=paid or --%s=failed", RELEASE_OUTCOME,
			RELEASE_OUTCOME);
	cli_columns(c, columns, countof(columns));
	return cli_change(c, release_one, &outcome);
}
