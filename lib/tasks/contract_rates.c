#include "tasks/contract_rates.h"

#include "store/contract_store.h"
#include "store/reference.h"
#include "tasks/accounts.h"

#include "base/banned.h"

/* ---- reading ---- */

static const struct account *
find_account(const struct accounts *all, struct str contract_id)
{
	for (size_t i = 0; i < all->n; i++)
		if (str_eq(all->p[i].contract->id, contract_id))
			return &all->p[i];
	return NULL;
}

static bool
is_selected(const struct rate_selector *selectors, size_t n, const struct contract_price *p)
{
	const struct rate place = {
		.product_id = p->product->id,
		.pricing_group_values = p->pricing,
		.has_frequency = p->has_frequency,
		.frequency = p->frequency,
	};

	return rate_selected(selectors, n, &place, &p->terms.tags);
}

bool
contract_rates_at(struct store *st, struct str ref, int64_t at_ns, int64_t now_ns,
	const struct rate_selector *selectors, size_t nselectors, struct arena *a,
	struct contract_rates *out, struct err *e)
{
	const struct account *account;
	struct accounts all;
	struct contract c;
	struct str id;
	size_t kept = 0;

	if (!reference_field(st, NOUN_CONTRACT, "", ref, now_ns, a, &id, e) ||
		!contract_store_get(st, id, a, &c, e))
		return false;
	if (c.archived_at_ns != INSTANT_NONE)
		return err_field(e, ERR_INPUT, "archived", STR(""), ref,
			"the contract is archived");
	if (!accounts_load(st, c.customer_id, at_ns, a, &all, e))
		return false;
	account = find_account(&all, id);
	if (account == NULL)
		return err_field(e, ERR_INPUT, "not_found", STR(""), ref, "no such contract");
	*out = (struct contract_rates){ .contract_id = id, .rate_card_id = c.rate_card_id };
	if (!contract_prices(a, account, at_ns, &out->p, &out->n, e))
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (is_selected(selectors, nselectors, &out->p[i]))
			out->p[kept++] = out->p[i];
	out->n = kept;
	return true;
}

/* ---- writing ---- */

static void
write_prices(struct jsonw *w, const struct rate *r, struct arena *a)
{
	rate_prices_json(w, r, TERMS_PRINTED, a);
	jsonw_unit(w, "credit_type", &r->unit);
	jsonw_member_c(w, "currency", r->unit.code);
}

static void
write_list_rate(struct jsonw *w, const struct rate *r, struct arena *a)
{
	jsonw_key(w, "list_rate");
	jsonw_object(w);
	jsonw_member_str(w, "id", r->id);
	jsonw_member_instant(w, "starting_at", r->starting_at_ns);
	jsonw_member_instant_opt(w, "ending_before", r->ending_before_ns);
	jsonw_member_bool(w, "entitled", r->entitled);
	write_prices(w, r, a);
	jsonw_end(w);
}

static void
write_named_rate(struct jsonw *w, const char *key, const struct rate *r, struct arena *a)
{
	jsonw_key(w, key);
	jsonw_object(w);
	write_prices(w, r, a);
	jsonw_end(w);
}

static void
write_choice(struct jsonw *w, const struct rate *r, const struct override_choice *why,
	struct arena *a)
{
	if (why->chosen != NULL) {
		write_named_rate(w, "override_rate", r, a);
		jsonw_key(w, "override");
		override_to_json(w, why->chosen, a);
	}
	if (why->nbeaten == 0)
		return;
	jsonw_key(w, "beaten_overrides");
	jsonw_array(w);
	for (size_t i = 0; i < why->nbeaten; i++)
		override_to_json(w, why->beaten[i], a);
	jsonw_end(w);
}

static void
write_drawing(struct jsonw *w, const struct drawing_price *d, struct arena *a)
{
	bool child = d->commit->recurring_id.n > 0 && !d->is_named;

	jsonw_object(w);
	jsonw_member_str(w, child ? "recurring_commit_id" : "commit_id",
		child ? d->commit->recurring_id : d->commit->id);
	jsonw_member_str_opt(w, "name", d->commit->name);
	write_choice(w, d->rate, &d->why, a);
	jsonw_end(w);
}

static void
write_line(struct jsonw *w, const struct contract_price *p)
{
	jsonw_member_str(w, "product_id", p->product->id);
	jsonw_member_str(w, "product_name", p->terms.name);
	jsonw_texts_opt(w, "product_tags", &p->terms.tags);
	jsonw_pairs_opt(w, "pricing_group_values", &p->pricing);
	jsonw_pairs_opt(w, "presentation_group_values", &p->presentation);
	if (p->has_frequency)
		jsonw_member_c(w, "billing_frequency", frequency_name(p->frequency));
}

void
contract_rate_json(struct jsonw *w, const struct contract_rates *rates, size_t i, struct arena *a)
{
	const struct contract_price *p = &rates->p[i];
	const struct rate *list = p->why.list;

	jsonw_object(w);
	jsonw_member_str(w, "contract_id", rates->contract_id);
	jsonw_member_str(w, "rate_card_id", rates->rate_card_id);
	write_line(w, p);
	jsonw_member_bool(w, "entitled", true);
	if (list != NULL)
		write_list_rate(w, list, a);
	if (list != NULL && list->commit_rate != NULL && !rate_type_whole(p->rate->type))
		write_named_rate(w, "commit_rate", list->commit_rate, a);
	write_choice(w, p->rate, &p->why, a);
	if (p->why.entitling != NULL)
		jsonw_member_str(w, "entitled_by", p->why.entitling->id);
	if (p->ndrawing > 0) {
		jsonw_key(w, "while_drawing");
		jsonw_array(w);
		for (size_t k = 0; k < p->ndrawing; k++)
			write_drawing(w, &p->drawing[k], a);
		jsonw_end(w);
	}
	jsonw_end(w);
}
