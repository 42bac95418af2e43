#include "tasks/contract_end.h"

#include "domain/contract_end.h"
#include "store/contract_expand.h"
#include "store/contract_store.h"
#include "store/invoice_store.h"
#include "store/ledger_store.h"
#include "tasks/scheduled_bills.h"

#include "base/banned.h"

/* ---- dates of schedules ---- */

enum drops { DROP_DATES, DROP_RULES }; /* all dates, or those of recurring schedules */

/* Keep what is billed, and what lies before the end. */
static bool
drop_dates(struct store *st, struct str contract_id, struct str object_id, struct schedule *s,
	int64_t end_ns, enum drops drops, struct arena *a, struct err *e)
{
	bool *keep;

	if (drops == DROP_RULES && !s->recurring)
		return true;
	if (!schedule_billed(st, contract_id, object_id, s, a, &keep, e))
		return false;
	for (size_t i = 0; i < s->nitems; i++)
		keep[i] = keep[i] || s->items[i].timestamp_ns < end_ns;
	schedule_keep(s, keep, a);
	return true;
}

static bool
drop_of_commits(struct store *st, struct contract *c, int64_t end_ns, enum drops drops,
	struct arena *a, struct err *e)
{
	struct commit *commits = ARENA_ARRAY(a, c->ncommits, struct commit);

	for (size_t i = 0; i < c->ncommits; i++) {
		struct commit *commit = &commits[i];

		*commit = c->commits[i];
		/* that of a promise is its true-up */
		if (!commit->has_invoice_schedule || commit->type == COMMIT_POSTPAID)
			continue;
		if (!drop_dates(st, c->id, commit->id, &commit->invoice_schedule, end_ns, drops, a,
			    e))
			return false;
		commit->has_invoice_schedule = commit->invoice_schedule.nitems > 0;
		commit->do_not_invoice = commit->do_not_invoice && commit->has_invoice_schedule;
	}
	c->commits = commits;
	return true;
}

static bool
drop_of_charges(struct store *st, struct contract *c, int64_t end_ns, enum drops drops,
	struct arena *a, struct err *e)
{
	struct scheduled_charge *charges = ARENA_ARRAY(a, c->ncharges, struct scheduled_charge);

	for (size_t i = 0; i < c->ncharges; i++) {
		charges[i] = c->charges[i];
		if (!drop_dates(st, c->id, charges[i].id, &charges[i].schedule, end_ns, drops, a,
			    e))
			return false;
	}
	c->charges = charges;
	return true;
}

/* ---- the end ---- */

/* INSTANT_NONE is later than any instant. */
static bool
is_earlier(int64_t x_ns, int64_t y_ns)
{
	return x_ns != INSTANT_NONE && (y_ns == INSTANT_NONE || x_ns < y_ns);
}

static bool
drop(struct store *st, struct contract *c, int64_t end_ns, enum drops drops, struct arena *a,
	struct err *e)
{
	return drop_of_commits(st, c, end_ns, drops, a, e) &&
		drop_of_charges(st, c, end_ns, drops, a, e);
}

bool
contract_stop_rules(struct store *st, struct contract *c, int64_t at_ns, struct arena *a,
	struct err *e)
{
	return drop(st, c, at_ns, DROP_RULES, a, e);
}

void
contract_cut_to(struct contract *c, int64_t end_ns, struct arena *a)
{
	int64_t before_ns = c->ending_before_ns;
	int64_t cut_ns = is_earlier(end_ns, before_ns) ? end_ns : before_ns;

	if (cut_ns != INSTANT_NONE && end_ns != before_ns)
		contract_cut_access(c, cut_ns, a);
	if (is_earlier(end_ns, c->transition.rollover_end_ns))
		c->transition.rollover_end_ns = end_ns;
	c->ending_before_ns = end_ns;
}

bool
contract_end_at(struct store *st, struct contract *c, int64_t end_ns, struct arena *a,
	struct err *e)
{
	bool shrinks = is_earlier(end_ns, c->ending_before_ns);

	contract_cut_to(c, end_ns, a);
	return !shrinks || drop(st, c, end_ns, DROP_DATES, a, e);
}

/* ---- what final invoices drew ---- */

static const struct access_segment *
find_segment(const struct contract *c, struct str id)
{
	for (size_t i = 0; i < c->ncommits; i++)
		for (size_t k = 0; k < c->commits[i].nsegments; k++)
			if (str_eq(c->commits[i].segments[k].id, id))
				return &c->commits[i].segments[k];
	return NULL;
}

static bool
check_segment(const struct contract *c, struct str id, struct rat drawn, struct arena *a,
	struct err *e)
{
	const struct access_segment *s = find_segment(c, id);
	struct rat granted;

	if (s == NULL)
		return err_set(e, ERR_INPUT, "billed",
			"final invoices drew on segment %.*s, which would be there no more; void "
			"them first",
			STR_FMT(id));
	granted = access_granted(a, s);
	return s->source != NULL || rat_cmp(granted, drawn) >= 0 ||
		err_set(e, ERR_INPUT, "billed",
			"final invoices drew %s from segment %.*s, which would grant %s; void them "
			"first",
			rat_text_exact(a, drawn).p, STR_FMT(id), rat_text_exact(a, granted).p);
}

bool
contract_check_drawn(struct store *st, const struct contract *before, const struct contract *after,
	struct arena *a, struct err *e)
{
	struct ledger_filter f = { .contract_id = after->id };
	int64_t until_ns = INSTANT_NONE;
	struct contract own, all;
	struct ledger_row *rows;
	struct map drawn;
	size_t n;

	if (!ledger_store_load(st, &f, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].entry.at_ns > until_ns)
			until_ns = rows[i].entry.at_ns;
	if (n == 0)
		return true;
	if (!contract_expand(st, before, until_ns, a, &own, e) ||
		!contract_expand(st, after, until_ns, a, &all, e))
		return false;
	ledger_taken_by(rows, n, ENTRY_DEDUCTION, a, &drawn);
	for (size_t i = 0; i < drawn.n; i++) /* balances of the customer are not its own */
		if (find_segment(&own, drawn.entries[i].key) != NULL &&
			!check_segment(&all, drawn.entries[i].key,
				*(const struct rat *)drawn.entries[i].value, a, e))
			return false;
	return true;
}

/* ---- guards ---- */

bool
contract_check_end(struct store *st, const struct contract *c, int64_t end_ns,
	bool may_end_before_final, struct err *e)
{
	char text[INSTANT_TEXT_SIZE];
	int64_t until_ns;

	if (end_ns != INSTANT_NONE && end_ns <= c->starting_at_ns)
		return err_set(e, ERR_INPUT, "contract.ending_before", "not after starting_at, %s",
			instant_text(c->starting_at_ns, text));
	if (c->renewed_by.contract_id.n > 0)
		return err_set(e, ERR_INPUT, "renewed", "contract %.*s renews this one from %s on",
			STR_FMT(c->renewed_by.contract_id),
			instant_text(c->renewed_by.starting_at_ns, text));
	if (may_end_before_final || end_ns == INSTANT_NONE)
		return true;
	if (!invoice_store_until(st, c->id, &until_ns, e))
		return false;
	return until_ns <= end_ns ||
		err_set(e, ERR_INPUT, "billed",
			"final invoices bill its usage up to %s; wanted that or later",
			instant_text(until_ns, text));
}

/* ---- set-end ---- */

bool
contract_set_end(struct store *st, struct str id, int64_t end_ns, bool may_end_before_final,
	struct arena *a, struct contract *out, struct err *e)
{
	struct contract before, after;

	if (!contract_store_get(st, id, a, &before, e))
		return false;
	if (before.archived_at_ns != INSTANT_NONE)
		return err_set(e, ERR_INPUT, "archived", "the contract is archived");
	after = before;
	if (end_ns != before.ending_before_ns &&
		(!contract_check_end(st, &before, end_ns, may_end_before_final, e) ||
			!contract_end_at(st, &after, end_ns, a, e) ||
			!contract_check_drawn(st, &before, &after, a, e) ||
			!contract_store_put(st, &after, a, e)))
		return false;
	*out = after;
	return true;
}
