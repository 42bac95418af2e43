#include "tasks/balance_read.h"

#include "engine/recurring.h"
#include "store/balance_store.h"
#include "store/contract_store.h"
#include "tasks/balance_find.h"

#include "base/banned.h"

/* ---- entries ---- */

/* What came back stands right behind what was taken, and before it is taken again. */
static enum entry_kind
rank(const struct ledger_entry *entry)
{
	return entry->kind == ENTRY_CREDITED ? ENTRY_DEDUCTION : entry->kind;
}

/* Entries are few, and come nearly in order. */
static void
insert_entry(struct entry_list *l, struct arena *a, struct ledger_entry entry)
{
	size_t at = l->n++;

	l->p = arena_grow(a, l->p, &l->cap, l->n, sizeof(*l->p));
	for (; at > 0; at--) {
		const struct ledger_entry *before = &l->p[at - 1];

		if (before->at_ns < entry.at_ns ||
			(before->at_ns == entry.at_ns && rank(before) <= rank(&entry)))
			break;
		l->p[at] = *before;
	}
	l->p[at] = entry;
}

/* An entry that follows from the terms of a commit. */
static struct ledger_entry
derived_entry(const struct reading *rd, const struct commit *c, enum entry_kind kind,
	struct str segment_id, int64_t at_ns, struct rat amount)
{
	struct str none = { NULL, 0 };

	return (struct ledger_entry){
		.id = ledger_entry_id(rd->arena, c->type, kind, segment_id, none),
		.kind = kind,
		.commit_type = c->type,
		.segment_id = segment_id,
		.at_ns = at_ns,
		.amount = amount,
	};
}

/* What a segment was given: all of it in the course of time, or some from the start. */
static void
insert_grants(const struct reading *rd, struct arena *a, const struct commit *c,
	const struct segment_balance *b, struct entry_list *l)
{
	const struct access_segment *s = b->segment;
	struct rat amount = s->source != NULL ? b->granted : s->amount;
	char at[INSTANT_TEXT_SIZE];

	if (s->nincreases == 0 || rat_sign(amount) != 0) {
		struct ledger_entry grant = derived_entry(rd, c, ENTRY_GRANT, s->id,
			s->starting_at_ns, amount);

		grant.pending = b->is_provisional;
		insert_entry(l, a, grant);
	}
	for (size_t i = 0; i < s->nincreases; i++) {
		const struct access_increase *more = &s->increases[i];
		struct ledger_entry entry = derived_entry(rd, c, ENTRY_SEAT_ADJUSTMENT, s->id,
			more->at_ns, more->amount);

		entry.id = ledger_entry_id(rd->arena, c->type, entry.kind, s->id,
			str_c(instant_text(more->at_ns, at)));
		insert_entry(l, a, entry);
	}
}

static void
insert_rollover(const struct reading *rd, struct arena *a, const struct commit *c,
	const struct segment_balance *s, struct entry_list *l)
{
	struct ledger_entry rollover;

	if (rat_sign(s->rolled) == 0)
		return;
	rollover = derived_entry(rd, c, ENTRY_ROLLOVER, s->segment->id, s->ending_before_ns,
		rat_neg(s->rolled));
	rollover.new_contract_id = s->segment->rolled_into;
	rollover.pending = !s->settled;
	insert_entry(l, a, rollover);
}

void
reading_entries(const struct reading *rd, struct arena *a, const struct commit *c,
	const struct segment_balance *s, struct entry_list *l)
{
	struct str id = s->segment->id;
	const struct segment_rows *rows = map_get(&rd->rows_of, id);
	const struct row_link *link = rows != NULL ? rows->first : NULL;
	struct ledger_entry expiration;

	if (!segment_has_begun(s->segment, rd->request->at_ns))
		return;
	insert_grants(rd, a, c, s, l);
	for (; link != NULL; link = link->next)
		insert_entry(l, a, link->row->entry);
	insert_rollover(rd, a, c, s, l);
	if (rat_sign(s->expired) == 0)
		return;
	expiration = derived_entry(rd, c, ENTRY_EXPIRATION, id, s->ending_before_ns,
		rat_neg(s->expired));
	expiration.pending = !s->settled;
	insert_entry(l, a, expiration);
}

/* ---- one ledger ---- */

/* A commit that was found, and what it is read with. */
struct target {
	struct account owner; /* of a contract's own */
	const struct commit *commit;
};

static const struct commit *
commit_of(const struct contract *c, struct str id)
{
	for (size_t i = 0; i < c->ncommits; i++)
		if (c->commits[i].of_customer == NULL && str_eq(c->commits[i].id, id))
			return &c->commits[i];
	return NULL;
}

/* Among the contracts that are loaded and the balances of customers. */
static bool
find_loaded(const struct reading *rd, struct str id, struct target *out)
{
	for (size_t i = 0; i < rd->accounts.n; i++) {
		out->owner = rd->accounts.p[i];
		out->commit = commit_of(out->owner.contract, id);
		if (out->commit != NULL)
			return true;
	}
	for (size_t i = 0; i < rd->accounts.nbalances; i++) {
		out->commit = &rd->accounts.balances[i].commit;
		if (str_eq(out->commit->id, id))
			return true;
	}
	return false;
}

/* What is archived is not loaded with the others. */
static bool
find_archived(struct reading *rd, const struct commit_place *place, struct target *out,
	struct err *e)
{
	struct contract *c = ARENA_NEW(rd->arena, struct contract);
	struct customer_balance *b = ARENA_NEW(rd->arena, struct customer_balance);

	if (place->contract_id.n == 0) {
		out->commit = &b->commit;
		return balance_store_get(rd->store, place->commit_id, rd->arena, b, e);
	}
	if (!contract_store_get(rd->store, place->contract_id, rd->arena, c, e))
		return false;
	*c = recurring_expand(c, rd->request->at_ns, rd->arena);
	out->owner = (struct account){ .contract = c, .catalogue = &rd->accounts.catalogue };
	out->commit = commit_of(c, place->commit_id);
	return out->commit != NULL ||
		err_set(e, ERR_FATAL, "db_damaged", "contract %.*s lacks commit %.*s",
			STR_FMT(place->contract_id), STR_FMT(place->commit_id));
}

static bool
read_entries(const struct reading *rd, struct arena *a, const struct target *t, struct ledger *out,
	struct err *e)
{
	const struct commit *c = t->commit;
	struct entry_list list = { .n = 0 };
	struct segment_balance *segments;

	if (!reading_segments(rd, &t->owner, c, &segments, e))
		return false;
	for (size_t i = 0; i < c->nsegments; i++)
		reading_entries(rd, a, c, &segments[i], &list);
	*out = (struct ledger){ c->id, c->access_unit, list.p, list.n };
	return true;
}

/* ---- several ledgers ---- */

struct ledger_reader {
	struct balance_request request;
	struct child_index index;
	struct arena customer; /* what is loaded of one */
	struct arena ledger;
	struct reading reading;
	struct str customer_id; /* whose that is; empty: nobody's yet */
};

struct ledger_reader *
ledger_reader_open(struct store *st, const struct balance_request *r, struct arena *run)
{
	struct ledger_reader *l = ARENA_NEW(run, struct ledger_reader);

	l->request = *r;
	l->index.arena = run;
	l->reading = (struct reading){ .store = st, .request = &l->request, .arena = &l->customer };
	return l;
}

void
ledger_reader_close(struct ledger_reader *l)
{
	arena_release(&l->customer);
	arena_release(&l->ledger);
}

static bool
turn_to(struct ledger_reader *l, struct str customer_id, struct err *e)
{
	struct ledger_filter f = { .customer_id = customer_id };
	struct reading *rd = &l->reading;

	if (str_eq(l->customer_id, customer_id))
		return true;
	l->customer_id = (struct str){ NULL, 0 };
	*rd = (struct reading){ .store = rd->store, .request = rd->request, .arena = rd->arena };
	arena_clear(&l->customer);
	if (!reading_load(rd, &f, e))
		return false;
	l->customer_id = str_dup(&l->customer, customer_id);
	return true;
}

/* Most often it is of the customer at hand. */
static bool
find_at_hand(const struct ledger_reader *l, struct str ref, struct target *out)
{
	struct id id;

	return l->customer_id.n > 0 && id_parse(ref, &id) &&
		find_loaded(&l->reading, id_str(&id), out);
}

static bool
find(struct ledger_reader *l, struct str ref, struct target *out, struct err *e)
{
	struct commit_place place;

	return balance_find(l->reading.store, ref, l->request.at_ns, &l->index, &l->ledger, &place,
		       e) &&
		turn_to(l, place.customer_id, e) &&
		(find_loaded(&l->reading, place.commit_id, out) ||
			find_archived(&l->reading, &place, out, e));
}

bool
ledger_read(struct ledger_reader *l, struct str ref, struct ledger *out, struct err *e)
{
	struct target target;

	arena_clear(&l->ledger);
	if (!find_at_hand(l, ref, &target) && !find(l, ref, &target, e))
		return false;
	if (l->reading.drawn.nfailures > 0) {
		*e = l->reading.drawn.failures[0].err;
		return false;
	}
	return read_entries(&l->reading, &l->ledger, &target, out, e);
}
