#include "tasks/balance_find.h"

#include "store/balance_store.h"
#include "store/contract_expand.h"
#include "store/contract_store.h"
#include "store/ledger_store.h"

#include "base/banned.h"

static bool
is_not_found(const struct err *e)
{
	return e->kind == ERR_INPUT && str_is(str_c(e->code), "not_found");
}

/* Among the commits and credits that contracts give by themselves. */
static bool
find_own(struct store *st, struct str ref, struct arena *a, struct commit_place *out, bool *found,
	struct err *e)
{
	struct err inner = ERR_INIT;
	struct contract c;

	*found = commit_store_find(st, ref, a, &out->commit_id, &out->contract_id, &inner);
	if (*found) {
		if (!contract_store_get(st, out->contract_id, a, &c, e))
			return false;
		out->customer_id = c.customer_id;
		return true;
	}
	if (!is_not_found(&inner))
		*e = inner;
	return is_not_found(&inner);
}

static bool
find_shared(struct store *st, struct str ref, struct arena *a, struct commit_place *out,
	bool *found, struct err *e)
{
	struct err inner = ERR_INIT;
	struct customer_balance b;

	*found = reference_find(st, NOUN_BALANCE, ref, INSTANT_NONE, a, &out->commit_id, &inner);
	if (*found) {
		if (!balance_store_get(st, out->commit_id, a, &b, e))
			return false;
		out->customer_id = b.customer_id;
		return true;
	}
	if (!is_not_found(&inner))
		*e = inner;
	return is_not_found(&inner);
}

static bool
make_index(struct store *st, int64_t until_ns, struct child_index *x, struct err *e)
{
	struct contract *contracts;
	size_t n;

	if (!contract_store_load(st, (struct str){ NULL, 0 }, x->arena, &contracts, &n, e))
		return false;
	map_init(&x->places, x->arena);
	for (size_t i = 0; i < n; i++) {
		struct contract c;

		if (!contract_expand(st, &contracts[i], until_ns, x->arena, &c, e))
			return false;
		for (size_t k = contracts[i].ncommits; k < c.ncommits; k++) {
			struct commit_place *place = ARENA_NEW(x->arena, struct commit_place);

			*place = (struct commit_place){ c.commits[k].id, c.customer_id, c.id };
			*map_slot(&x->places, place->commit_id, NULL) = place;
		}
	}
	x->made = true;
	return true;
}

static bool
find_child(struct store *st, struct str id, int64_t until_ns, struct child_index *x,
	struct commit_place *out, bool *found, struct err *e)
{
	const struct commit_place *place;

	if (!x->made && !make_index(st, until_ns, x, e))
		return false;
	place = map_get(&x->places, id);
	*found = place != NULL;
	if (*found)
		*out = *place;
	return true;
}

bool
balance_find(struct store *st, struct str ref, int64_t until_ns, struct child_index *index,
	struct arena *a, struct commit_place *out, struct err *e)
{
	struct commit_place own = { .commit_id = { NULL, 0 } }, shared = own;
	bool is_own, is_shared, is_child = false;
	struct id id;

	if (!find_own(st, ref, a, &own, &is_own, e) ||
		!find_shared(st, ref, a, &shared, &is_shared, e))
		return false;
	if (is_own && is_shared)
		return err_set(e, ERR_INPUT, "ambiguous_name",
			"several balances bear this name: %.*s, %.*s; give the id",
			STR_FMT(own.commit_id), STR_FMT(shared.commit_id));
	if (!is_own && !is_shared && id_parse(ref, &id) &&
		!find_child(st, id_str(&id), until_ns, index, out, &is_child, e))
		return false;
	if (is_own || is_shared)
		*out = is_own ? own : shared;
	return is_own || is_shared || is_child ||
		err_set(e, ERR_INPUT, "not_found", "no commit or credit of this id or name");
}
