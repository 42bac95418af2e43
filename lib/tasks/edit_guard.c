#include "tasks/edit_guard.h"

#include "store/contract_expand.h"
#include "store/invoice_store.h"
#include "store/ledger_store.h"
#include "tasks/scheduled_bills.h"
#include "tasks/terms.h"
#include "tasks/trueup.h"

#include "base/banned.h"

/* ---- which ---- */

bool
guard_not_found(struct edit *x, struct obj *o, const char *field, struct str ref)
{
	struct contract all;

	if (!obj_ok(o) || !contract_expand(x->store, x->before, x->now_ns, x->arena, &all, x->e))
		return false;
	for (size_t i = x->before->ncommits; i < all.ncommits; i++) {
		const struct commit *c = &all.commits[i];

		if (!str_eq(c->id, ref))
			continue;
		if (c->rolled_from.commit_id.n > 0)
			return obj_refuse_as(o, field, "rollover",
				"rolled over from %.*s, whose terms it has",
				STR_FMT(c->rolled_from.commit_id));
		return obj_refuse_as(o, field, "recurring_child",
			"a child of recurring item %.*s, whose terms it has",
			STR_FMT(c->recurring_id));
	}
	return obj_refuse_as(o, field, "not_found",
		"the contract has none of this id or name, or several of the name");
}

/* ---- access ---- */

static const struct access_segment *
find_segment(const struct commit *c, struct str id)
{
	for (size_t i = 0; i < c->nsegments; i++)
		if (str_eq(c->segments[i].id, id))
			return &c->segments[i];
	return NULL;
}

/* One entry against what its segment has become; manual ones go with their segment. */
static bool
guard_entry(struct obj *o, const struct ledger_entry *entry, const struct access_segment *before,
	const struct access_segment *s)
{
	static const char field[] = "access_schedule";
	bool manual = entry->kind == ENTRY_MANUAL;
	char text[INSTANT_TEXT_SIZE];

	if (s == NULL)
		return manual ||
			obj_refuse_as(o, field, "billed",
				"final invoices drew on segment %.*s; void them first",
				STR_FMT(before->id));
	instant_text(entry->at_ns, text);
	if (!manual && s->starting_at_ns > before->starting_at_ns)
		return obj_refuse_as(o, field, "billed",
			"final invoices drew on segment %.*s, which would begin later",
			STR_FMT(s->id));
	if (s->ending_before_ns == before->ending_before_ns)
		return true;
	if (manual)
		return entry->at_ns < s->ending_before_ns ||
			obj_refuse_as(o, field, "adjusted",
				"segment %.*s has a manual entry of %s; wanted an end after that",
				STR_FMT(s->id), text);
	return entry->at_ns <= s->ending_before_ns ||
		obj_refuse_as(o, field, "billed",
			"final invoices drew on segment %.*s up to %s; wanted that or later",
			STR_FMT(s->id), text);
}

bool
guard_segments(struct edit *x, struct obj *o, const struct commit *before,
	const struct commit *after)
{
	struct ledger_filter f = { .commit_id = before->id };
	struct ledger_row *rows;
	size_t n;

	if (!ledger_store_load(x->store, &f, x->arena, &rows, &n, x->e))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct ledger_entry *entry = &rows[i].entry;
		const struct access_segment *old = find_segment(before, entry->segment_id);

		if (old != NULL && !rows[i].voided &&
			!guard_entry(o, entry, old, find_segment(after, entry->segment_id)))
			return false;
	}
	return true;
}

/* ---- invoices ---- */

static const struct schedule_item *
find_item(const struct schedule *s, struct str id)
{
	for (size_t i = 0; i < s->nitems; i++)
		if (str_eq(s->items[i].id, id))
			return &s->items[i];
	return NULL;
}

static bool
same_item(const struct schedule_item *x, const struct schedule_item *y)
{
	return x->timestamp_ns == y->timestamp_ns && rat_eq(x->unit_price, y->unit_price) &&
		rat_eq(x->quantity, y->quantity);
}

bool
guard_items(struct edit *x, struct obj *o, struct str object_id, const char *field,
	const struct schedule *before, const struct schedule *after)
{
	char text[INSTANT_TEXT_SIZE];
	bool *billed;

	if (!schedule_billed(x->store, x->before->id, object_id, before, x->arena, &billed, x->e))
		return false;
	for (size_t i = 0; i < before->nitems; i++) {
		const struct schedule_item *old = &before->items[i];
		const struct schedule_item *now = find_item(after, old->id);

		if (billed[i] && (now == NULL || !same_item(old, now)))
			return obj_refuse_as(o, field, "billed",
				"the invoice of %s, which bills item %.*s, is final; void it first",
				instant_text(old->timestamp_ns, text), STR_FMT(old->id));
	}
	return true;
}

bool
edit_item_ids(struct edit *x, struct obj *o, const struct schedule *before, struct schedule *after)
{
	for (size_t i = 0; i < after->nitems; i++) {
		struct schedule_item *item = &after->items[i];

		if (item->id.n > 0 && find_item(before, item->id) != NULL)
			continue;
		if (!terms_new_id(x->store, "schedule_item", o->key, &item->id, x->arena, x->e))
			return false;
	}
	return true;
}

/* ---- renewals ---- */

bool
guard_origin(struct edit *x, struct obj *o, const struct contract *c, const struct commit *commit)
{
	struct str next = c->renewed_by.contract_id;
	bool final;

	if (next.n == 0 || !commit->has_rollover)
		return true;
	if (!invoice_store_any(x->store, next, &final, x->e))
		return false;
	if (final &&
		(obj_has(o, "access_schedule") || obj_has(o, "rollover_fraction") ||
			obj_has(o, "id")))
		return obj_refuse_as(o, NULL, "renewed",
			"what is left of it goes on to contract %.*s, which has a final invoice",
			STR_FMT(next));
	if (obj_has(o, "invoice_schedule") && x->now_ns >= c->ending_before_ns)
		return obj_refuse_as(o, "invoice_schedule", "renewed",
			"the contract has ended; contract %.*s renews it", STR_FMT(next));
	return true;
}

/* ---- archive ---- */

bool
guard_archive_commit(struct edit *x, struct obj *o, const struct commit *commit)
{
	struct ledger_filter f = { .commit_id = commit->id };
	const struct schedule *s = &commit->invoice_schedule;
	struct ledger_row *rows;
	char text[INSTANT_TEXT_SIZE];
	bool *billed;
	size_t n;

	if (!ledger_store_load(x->store, &f, x->arena, &rows, &n, x->e) ||
		!schedule_billed(x->store, x->before->id, commit->id, s, x->arena, &billed, x->e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rows[i].entry.kind != ENTRY_MANUAL && !rows[i].voided)
			return obj_refuse_as(o, "id", "billed",
				"invoice %.*s drew on it; void that first",
				STR_FMT(rows[i].entry.invoice_number));
	for (size_t i = 0; i < s->nitems; i++)
		if (billed[i])
			return obj_refuse_as(o, "id", "billed",
				"the invoice of %s, which bills it, is final; void that first",
				instant_text(s->items[i].timestamp_ns, text));
	return true;
}

bool
edit_open(struct edit *x, const struct err *closed)
{
	if (closed->kind != ERR_NONE)
		*x->e = *closed;
	return closed->kind == ERR_NONE;
}
