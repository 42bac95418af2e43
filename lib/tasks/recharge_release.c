/* What comes of a recharge: a commit, or a threshold that is turned off. */
#include "tasks/recharge.h"

#include <assert.h>

#include "store/contract_store.h"
#include "store/customer_store.h"
#include "store/recharge_store.h"
#include "tasks/contract_edit.h"

#include "base/banned.h"

#define OPEN_END_MONTHS 12

/* ---- edits ---- */

/* The parts of an edit, into its open body. */
typedef void (*write_parts)(struct jsonw *w, const void *ctx);

/* Contracts change by edits alone: what comes of a recharge is one more. */
static bool
edit_contract(struct store *st, const struct contract *c, write_parts parts, const void *ctx,
	int64_t now_ns, struct arena *a, struct contract *out, struct err *e)
{
	struct edited edited;
	struct buf text = BUF_INIT;
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *body = NULL;
	struct jsonw w;
	bool ok;

	jsonw_init(&w, &text);
	jsonw_object(&w);
	jsonw_member_str(&w, "customer_id", c->customer_id);
	jsonw_member_str(&w, "contract_id", c->id);
	parts(&w, ctx);
	jsonw_end(&w);
	jsonw_release(&w);
	json_scanner_init(&scanner);
	ok = json_parse(&scanner, buf_str(&text), &body, &fault);
	assert(ok); /* it was written just now */
	json_scanner_release(&scanner);
	ok = contract_edit(st, body, false, now_ns, a, &edited, e);
	json_free(body);
	buf_release(&text);
	if (ok)
		*out = edited.contract;
	return ok;
}

/* ---- the commit ---- */

static void
write_commit(struct jsonw *w, const void *commit)
{
	jsonw_key(w, "add_commits");
	jsonw_array(w);
	jsonw_object(w);
	commit_members(w, commit, TERMS_STORED);
	jsonw_end(w);
	jsonw_end(w);
}

/* The contract's end; without one a year from the hour, or the last hour there is. */
static int64_t
access_end(const struct contract *c, int64_t hour_ns)
{
	int64_t end_ns;

	if (c->ending_before_ns != INSTANT_NONE)
		return c->ending_before_ns;
	return instant_add_months(hour_ns, OPEN_END_MONTHS, &end_ns) ?
		end_ns :
		instant_floor(INT64_MAX, NS_PER_HOUR);
}

static struct commit
make_commit(const struct contract *c, const struct recharge *r, int64_t now_ns, struct arena *a)
{
	struct commit made = c->thresholds.of[r->kind].commit;
	struct access_segment *segment = ARENA_NEW(a, struct access_segment);
	struct schedule_item *item = ARENA_NEW(a, struct schedule_item);
	int64_t hour_ns = instant_floor(now_ns, NS_PER_HOUR);

	segment->amount = r->amount;
	segment->starting_at_ns = r->kind == THRESHOLD_SPEND ? r->covers_from_ns : hour_ns;
	segment->ending_before_ns = access_end(c, hour_ns);
	*item = (struct schedule_item){ .timestamp_ns = now_ns,
		.unit_price = r->price,
		.quantity = RAT_ONE };
	made.archived_at_ns = INSTANT_NONE;
	made.type = COMMIT_PREPAID;
	made.access_unit = r->unit;
	made.segments = segment;
	made.nsegments = 1;
	made.has_invoice_schedule = true;
	made.invoice_schedule = (struct schedule){ .unit = r->paid_unit,
		.items = item,
		.nitems = 1 };
	made.recharge = (struct recharge_mark){
		.workflow_id = r->workflow_id,
		.kind = r->kind,
		.fired_at_ns = r->fired_at_ns,
		.discounted = r->discounted,
	};
	return made;
}

bool
recharge_buy(struct store *st, const struct contract *c, struct recharge *r, int64_t now_ns,
	struct arena *a, struct err *e)
{
	struct commit commit = r->commit != NULL ? *r->commit : make_commit(c, r, now_ns, a);
	struct contract edited;

	if (!edit_contract(st, c, write_commit, &commit, now_ns, a, &edited, e))
		return false;
	r->commit_id = edited.commits[edited.ncommits - 1].id; /* what is added comes last */
	return true;
}

/* ---- release ---- */

static void
write_disabled(struct jsonw *w, const void *recharge)
{
	const struct recharge *r = recharge;
	struct buf key = BUF_INIT;

	buf_printf(&key, "update_%s", threshold_field(r->kind));
	jsonw_key_str(w, buf_str(&key));
	jsonw_object(w);
	jsonw_member_bool(w, "is_enabled", false);
	jsonw_end(w);
	buf_release(&key);
}

static bool
disable(struct store *st, const struct contract *c, const struct recharge *r, int64_t now_ns,
	struct arena *a, struct err *e)
{
	struct contract edited;

	if (r->commit != NULL || !c->thresholds.of[r->kind].enabled ||
		c->archived_at_ns != INSTANT_NONE)
		return true;
	return edit_contract(st, c, write_disabled, r, now_ns, a, &edited, e);
}

static bool
buy_late(struct store *st, const struct contract *c, struct recharge *r, int64_t now_ns,
	struct arena *a, struct err *e)
{
	char end[INSTANT_TEXT_SIZE];

	if (c->archived_at_ns != INSTANT_NONE)
		return err_field(e, ERR_INPUT, "archived", STR(""), r->workflow_id,
			"contract %.*s is archived, so that it can buy nothing", STR_FMT(c->id));
	if (c->ending_before_ns != INSTANT_NONE && now_ns >= c->ending_before_ns)
		return err_field(e, ERR_INPUT, "ended", STR(""), r->workflow_id,
			"contract %.*s has ended at %s, so that it can buy nothing", STR_FMT(c->id),
			instant_text(c->ending_before_ns, end));
	return recharge_buy(st, c, r, now_ns, a, e);
}

static bool
answer(struct store *st, struct recharge *r, enum recharge_outcome outcome, int64_t now_ns,
	struct arena *a, struct err *e)
{
	struct contract c;

	if (now_ns < r->fired_at_ns)
		now_ns = r->fired_at_ns;
	if (!contract_store_get(st, r->contract_id, a, &c, e) ||
		!(outcome == RECHARGE_PAID ? buy_late(st, &c, r, now_ns, a, e) :
					     disable(st, &c, r, now_ns, a, e)))
		return false;
	r->outcome = outcome;
	r->answered_at_ns = now_ns;
	return recharge_store_put(st, r, a, e);
}

bool
recharge_release(struct store *st, struct str workflow_id, enum recharge_outcome outcome,
	int64_t now_ns, struct arena *a, struct recharge *out, struct err *e)
{
	struct customer customer;
	struct recharge r;
	struct id id;
	char at[INSTANT_TEXT_SIZE];

	if (!id_parse(workflow_id, &id))
		return err_field(e, ERR_INPUT, "not_found", STR(""), workflow_id,
			"wanted the workflow_id of a recharge");
	if (!recharge_store_get(st, id_str(&id), a, &r, e))
		return err_value(e, workflow_id);
	if (r.outcome != RECHARGE_OPEN && r.outcome != outcome)
		return err_field(e, ERR_INPUT, "answered", STR(""), workflow_id,
			"was answered at %s: %s", instant_text(r.answered_at_ns, at),
			recharge_outcome_name(r.outcome));
	if (!customer_store_get(st, r.customer_id, a, &customer, e) ||
		(r.outcome == RECHARGE_OPEN && !answer(st, &r, outcome, now_ns, a, e)))
		return false;
	r.customer_name = customer.name;
	*out = r;
	return true;
}
