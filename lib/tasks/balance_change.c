#include "tasks/balance_change.h"

#include "domain/commit_end.h"
#include "store/invoice_store.h"
#include "tasks/scheduled_bills.h"
#include "tasks/terms.h"
#include "tasks/trueup.h"

#include "base/banned.h"

#define ACCESS_OPTION "--access-ending-before"
#define INVOICES_OPTION "--invoices-ending-before"

/* ---- end ---- */

static const struct access_segment *
segment_of(const struct commit *c, struct str id)
{
	for (size_t i = 0; i < c->nsegments; i++)
		if (str_eq(c->segments[i].id, id))
			return &c->segments[i];
	return NULL;
}

/* What final invoices drew lies before the end, and so do manual entries. */
static bool
check_entry(const struct commit *c, const struct ledger_entry *entry, int64_t end_ns, struct err *e)
{
	const struct access_segment *s = segment_of(c, entry->segment_id);
	char text[INSTANT_TEXT_SIZE];

	if (s == NULL || s->ending_before_ns <= end_ns)
		return true;
	instant_text(entry->at_ns, text);
	if (entry->kind == ENTRY_MANUAL)
		return entry->at_ns < end_ns ||
			err_set(e, ERR_INPUT, "adjusted",
				"segment %.*s has a manual entry of %s; wanted an end after that",
				STR_FMT(s->id), text);
	return entry->at_ns <= end_ns ||
		err_set(e, ERR_INPUT, "billed",
			"final invoices drew on segment %.*s up to %s; wanted that or later",
			STR_FMT(s->id), text);
}

static bool
check_entries(struct store *st, const struct commit *c, int64_t end_ns, struct arena *a,
	struct err *e)
{
	struct ledger_filter f = { .commit_id = c->id };
	struct ledger_row *rows;
	size_t n;

	if (!ledger_store_load(st, &f, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!rows[i].voided && !check_entry(c, &rows[i].entry, end_ns, e))
			return false;
	return true;
}

static bool
end_access(struct store *st, struct open_balance *b, int64_t end_ns, struct arena *a, struct err *e)
{
	struct commit cut = *b->commit;

	if (end_ns == INSTANT_NONE)
		return true;
	if (!commit_end_access(&cut, end_ns, a, e) || !check_entries(st, b->commit, end_ns, a, e))
		return false;
	*b->commit = cut;
	return true;
}

static bool
check_billed(struct store *st, const struct open_balance *b, int64_t end_ns, struct arena *a,
	struct err *e)
{
	const struct schedule *s = &b->commit->invoice_schedule;
	struct str biller = balance_biller(b);
	char text[INSTANT_TEXT_SIZE];
	bool *billed;

	if (biller.n == 0)
		return true;
	if (!schedule_billed(st, biller, b->commit->id, s, a, &billed, e))
		return false;
	for (size_t i = 0; i < s->nitems; i++)
		if (billed[i] && s->items[i].timestamp_ns >= end_ns)
			return err_set(e, ERR_INPUT, "billed",
				"the invoice of %s is final; wanted an end after that",
				instant_text(s->items[i].timestamp_ns, text));
	return true;
}

/* The dates of what was a rule get ids of their own. */
static bool
new_item_ids(struct store *st, struct commit *c, struct arena *a, struct err *e)
{
	struct schedule *s = &c->invoice_schedule;

	return !c->has_invoice_schedule || s->items[0].id.n > 0 ||
		terms_new_item_ids(st, s, STR("invoice_schedule"), a, e);
}

static bool
end_invoices(struct store *st, struct open_balance *b, int64_t end_ns, struct arena *a,
	struct err *e)
{
	if (end_ns == INSTANT_NONE)
		return true;
	if (!check_billed(st, b, end_ns, a, e) || !commit_end_invoices(b->commit, end_ns, a, e) ||
		!new_item_ids(st, b->commit, a, e))
		return false;
	if (!b->commit->has_invoice_schedule)
		b->balance.invoice_contract_id = (struct str){ NULL, 0 };
	return true;
}

/* A refusal with the option that asked for what is refused. */
static bool
refused(struct str ref, const char *option, int64_t t_ns, const struct err *inner, struct err *e)
{
	char text[INSTANT_TEXT_SIZE];

	if (inner->kind != ERR_INPUT) {
		*e = *inner;
		return false;
	}
	return err_field(e, inner->kind, inner->code, STR(""), ref, "%s %s: %s", option,
		instant_text(t_ns, text), inner->text);
}

static bool
is_own(const struct open_balance *b, struct str ref, struct err *e)
{
	struct str origin = b->commit->rolled_from.commit_id;

	if (origin.n > 0)
		return err_field(e, ERR_INPUT, "rollover", STR(""), ref,
			"rolled over from %.*s, whose terms it has", STR_FMT(origin));
	return !b->is_child ||
		err_field(e, ERR_INPUT, "recurring_child", STR(""), ref,
			"a child of recurring item %.*s, which has its terms",
			STR_FMT(b->commit->recurring_id));
}

/* What is left of it may have gone on to another contract, whose invoices drew on that. */
static bool
may_end(struct store *st, const struct open_balance *b, struct str ref, struct err *e)
{
	struct str next = b->contract.renewed_by.contract_id;
	bool final;

	if (b->place.contract_id.n == 0 || next.n == 0 || !b->commit->has_rollover)
		return true;
	if (!invoice_store_any(st, next, &final, e))
		return false;
	return !final ||
		err_field(e, ERR_INPUT, "renewed", STR(""), ref,
			"what is left of it goes on to contract %.*s, which has a final invoice",
			STR_FMT(next));
}

bool
balance_end(struct store *st, struct str ref, const struct balance_end *ends, int64_t now_ns,
	struct arena *a, struct open_balance *out, struct err *e)
{
	struct err inner = ERR_INIT;

	if (!balance_open(st, "", ref, now_ns, a, out, e) || !is_own(out, ref, e) ||
		!may_end(st, out, ref, e))
		return false;
	if (out->commit->type == COMMIT_POSTPAID)
		return err_field(e, ERR_INPUT, "wrong_type", STR(""), ref,
			"a POSTPAID commit; wanted a PREPAID one or a CREDIT");
	if (!end_access(st, out, ends->access_ns, a, &inner))
		return refused(ref, ACCESS_OPTION, ends->access_ns, &inner, e);
	if (!end_invoices(st, out, ends->invoices_ns, a, &inner))
		return refused(ref, INVOICES_OPTION, ends->invoices_ns, &inner, e);
	return balance_put(st, out, a, e);
}

/* ---- disable-trueup ---- */

bool
balance_disable_trueup(struct store *st, struct str ref, int64_t now_ns, struct arena *a,
	struct open_balance *out, struct err *e)
{
	bool final;

	if (!balance_open(st, "", ref, now_ns, a, out, e))
		return false;
	if (out->commit->type != COMMIT_POSTPAID)
		return err_field(e, ERR_INPUT, "wrong_type", STR(""), ref,
			"a %s balance; wanted a POSTPAID commit",
			commit_type_name(out->commit->type));
	if (out->commit->trueup_off)
		return true;
	if (!trueup_is_final(st, balance_biller(out), out->commit->id, a, &final, e))
		return false;
	if (final)
		return err_field(e, ERR_INPUT, "billed", STR(""), ref, "its true-up is final");
	out->commit->trueup_off = true;
	return balance_put(st, out, a, e);
}
