#include "tasks/override_terms.h"

#include "domain/subscription_link.h"
#include "engine/override.h"
#include "engine/periods.h"
#include "engine/recurring.h"
#include "store/balance_store.h"
#include "tasks/accounts.h"
#include "tasks/terms.h"

#include "base/banned.h"

/* Overrides that are being made. */
struct making {
	struct store *store;
	struct contract *contract;
	const char *list;
	size_t first;
	int64_t now_ns;
	struct arena *arena;
	struct err *e;
};

static struct str
path_of(const struct making *m, size_t i, const char *field)
{
	return str_printf(m->arena, "%s[%zu].%s", m->list, i - m->first, field);
}

/* ---- products ---- */

static bool
resolve_product(const struct making *m, struct str path, struct str *product_id)
{
	struct str id;

	if (product_id->n == 0)
		return true;
	if (!reference_field(m->store, NOUN_PRODUCT, path.p, *product_id, m->now_ns, m->arena, &id,
		    m->e))
		return false;
	*product_id = id;
	return true;
}

static bool
resolve_one(const struct making *m, size_t i)
{
	struct override *v = &m->contract->overrides.p[i];

	if (!resolve_product(m, path_of(m, i, "product_id"), &v->product_id))
		return false;
	for (size_t k = 0; k < v->nspecifiers; k++) {
		const char *field = str_printf(m->arena, "override_specifiers[%zu].product_id", k)
					    .p;
		if (!resolve_product(m, path_of(m, i, field), &v->specifiers[k].lines.product_id))
			return false;
	}
	return true;
}

bool
overrides_resolve(struct store *st, struct contract *c, const char *list, size_t first,
	int64_t now_ns, struct arena *a, struct err *e)
{
	const struct making m = { st, c, list, first, now_ns, a, e };

	for (size_t i = first; i < c->overrides.n; i++)
		if (!resolve_one(&m, i))
			return false;
	return true;
}

/* ---- ids ---- */

bool
overrides_new_ids(struct store *st, struct contract *c, const char *list, size_t first,
	struct arena *a, struct err *e)
{
	const struct making m = { st, c, list, first, INSTANT_NONE, a, e };

	for (size_t i = first; i < c->overrides.n; i++)
		if (!terms_new_id(st, "override", path_of(&m, i, "id"), &c->overrides.p[i].id, a,
			    e))
			return false;
	return true;
}

void
overrides_borrow_ids(struct contract *wanted, const struct contract *there)
{
	for (size_t i = 0; i < wanted->overrides.n && i < there->overrides.n; i++)
		terms_borrow_id(&wanted->overrides.p[i].id, there->overrides.p[i].id);
}

/* ---- what draws ---- */

static bool
is_own(const struct contract *c, struct str id)
{
	for (size_t i = 0; i < c->ncommits; i++)
		if (str_eq(c->commits[i].id, id))
			return true;
	for (size_t i = 0; i < c->nrecurring; i++)
		if (str_eq(c->recurring[i].child.id, id))
			return true;
	return false;
}

/* A child that has begun, or is the next to begin. Edits come here before they are checked. */
static bool
find_child(const struct making *m, struct str ref, bool *found)
{
	struct contract *c = m->contract, whole;
	struct id id;

	*found = false;
	if (c->nrecurring == 0 || !id_parse(ref, &id))
		return true;
	if (!subscriptions_link(c, m->arena, m->e) || !periods_check(c, m->e))
		return false;
	whole = recurring_expand(c, m->now_ns, m->arena);
	for (size_t i = c->ncommits; i < whole.ncommits; i++)
		*found |= str_eq(whole.commits[i].id, ref);
	return true;
}

/* By id, else by the name that one of them alone bears; NULL: none. */
static const struct customer_balance *
find_balance(const struct customer_balance *all, size_t n, struct str ref)
{
	const struct customer_balance *found = NULL;
	size_t named = 0;

	for (size_t i = 0; i < n; i++) {
		if (str_eq(all[i].commit.id, ref))
			return &all[i];
		if (str_eq(all[i].commit.name, ref)) {
			found = &all[i];
			named++;
		}
	}
	return named == 1 ? found : NULL;
}

/* A balance of the customer, whichever contracts may draw it. */
static bool
link_balance(const struct making *m, struct str path, struct str *ref)
{
	const struct customer_balance *found;
	struct customer_balance *all;
	size_t n;

	if (!balance_store_load(m->store, m->contract->customer_id, m->arena, &all, &n, m->e))
		return false;
	found = find_balance(all, n, *ref);
	if (found == NULL)
		return err_field(m->e, ERR_INPUT, "not_found", path, *ref,
			"neither the contract nor its customer has one commit or credit of this "
			"id or name");
	*ref = found->commit.id;
	return true;
}

/* What is not the contract's own is a child or the customer's, where balances may be meant. */
static bool
link_list(const struct making *m, size_t i, size_t k, const char *field, bool balances,
	struct texts *refs)
{
	for (size_t at = 0; at < refs->n; at++) {
		bool child;
		struct str path = path_of(m, i,
			str_printf(m->arena, "override_specifiers[%zu].%s[%zu]", k, field, at).p);

		if (is_own(m->contract, refs->p[at]))
			continue;
		if (!balances)
			return err_field(m->e, ERR_INPUT, "not_found", path, refs->p[at],
				"the contract has no recurring commit or credit of this id or "
				"name");
		if (!find_child(m, refs->p[at], &child) ||
			(!child && !link_balance(m, path, &refs->p[at])))
			return false;
	}
	return true;
}

static bool
link_one(const struct making *m, size_t i)
{
	const struct override *v = &m->contract->overrides.p[i];

	for (size_t k = 0; k < v->nspecifiers; k++) {
		struct override_specifier *s = &v->specifiers[k];

		if (!link_list(m, i, k, "commit_ids", true, &s->commit_ids) ||
			!link_list(m, i, k, "recurring_commit_ids", false, &s->recurring_ids) ||
			!link_list(m, i, k, "any_commit_or_credit_ids", true, &s->any_ids))
			return false;
	}
	return true;
}

bool
overrides_link(struct store *st, struct contract *c, const char *list, size_t first, int64_t now_ns,
	struct arena *a, struct err *e)
{
	const struct making m = { st, c, list, first, now_ns, a, e };

	override_link(c, first, a);
	for (size_t i = first; i < c->overrides.n; i++)
		if (!link_one(&m, i))
			return false;
	return true;
}

/* ---- the card ---- */

bool
overrides_check(struct store *st, const struct contract *c, const char *list, size_t first,
	struct arena *a, struct err *e)
{
	struct catalogue catalogue;

	if (c->overrides.n <= first)
		return true;
	catalogue_init(&catalogue, a);
	return catalogue_load_card(st, &catalogue, c->rate_card_id, a, e) &&
		override_check(c, first, list, &catalogue, a, e);
}
