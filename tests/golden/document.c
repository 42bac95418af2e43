#include "tests/golden/document.h"

#include <stdlib.h>

#include "domain/contract_end.h"
#include "domain/custom_unit.h"
#include "domain/customer_balance.h"
#include "engine/override.h"
#include "domain/subscription_link.h"
#include "engine/recurring.h"
#include "engine/rollover.h"
#include "engine/statement.h"

#include "base/banned.h"

#define PERIODS_MAX 1000

/* A document read: all it holds is resolved and in the catalogue. */
struct world {
	struct arena *arena;
	struct err *e;
	int64_t now_ns;
	struct customer customer;
	struct catalogue catalogue;
	struct map names;   /* "metric:CPU" -> id as struct str */
	struct units units; /* custom ones */
	struct rate_card card;
	bool has_card;
	struct rate *rates;
	size_t nrates;
	struct contract contract;
	struct contract from; /* which it renews */
	struct event *events;
	size_t nevents;
	struct map deducted; /* by final invoices: segment id -> struct rat */
	struct purse_pool pool;
	struct purse purse;
	struct invoice *scheduled;
	size_t nscheduled;
	size_t npaid; /* of those */
	struct str period;
};

/* ---- references ---- */

static void *
keep(struct arena *a, const void *p, size_t n)
{
	char *copy = arena_alloc(a, n);

	for (size_t i = 0; i < n; i++)
		copy[i] = ((const char *)p)[i];
	return copy;
}

#define KEEP(a, v) keep((a), &(v), sizeof(v))

static void
bind(struct world *w, const char *kind, struct str name, struct str id)
{
	struct str key = str_printf(w->arena, "%s:%.*s", kind, STR_FMT(name));

	*map_slot(&w->names, key, NULL) = KEEP(w->arena, id);
}

/* A given id, or one made of the name; the object is found by both from now on. */
static struct str
name_object(struct world *w, const char *kind, struct str given, struct str name)
{
	const struct str parts[] = { STR("golden"), str_c(kind), name };
	struct id made = id_derive(parts, countof(parts));
	struct str id = given.p != NULL ? given : str_dup(w->arena, id_str(&made));

	bind(w, kind, id, id);
	if (name.n > 0)
		bind(w, kind, name, id);
	return id;
}

/* What a reference stands for; itself where it names nothing, which the engine refuses. */
static struct str
resolve(const struct world *w, const char *kind, struct str reference)
{
	struct str key = str_printf(w->arena, "%s:%.*s", kind, STR_FMT(reference));
	const struct str *id = map_get(&w->names, key);

	return id != NULL ? *id : reference;
}

/* A list of references within the document. */
static void
resolve_each(const struct world *w, const char *kind, struct texts *references)
{
	for (size_t i = 0; i < references->n; i++)
		references->p[i] = resolve(w, kind, references->p[i]);
}

/* ---- reading ---- */

static bool
read_unit(struct world *w, const struct json *j)
{
	struct custom_unit u;
	struct unit *all;
	struct id id;

	if (!custom_unit_from_json(j, false, w->arena, &u, w->e) || !custom_unit_check(&u, w->e))
		return false;
	u.id = name_object(w, "unit", u.id, u.name);
	id_parse(u.id, &id);
	all = ARENA_ARRAY(w->arena, w->units.n + 1, struct unit);
	for (size_t i = 0; i < w->units.n; i++)
		all[i] = w->units.p[i];
	all[w->units.n++] = unit_custom(&id, u.name.p);
	w->units.p = all;
	return true;
}

static bool
read_customer(struct world *w, const struct json *j)
{
	struct customer *c = &w->customer;

	if (!customer_from_json(j, false, w->arena, c, w->e))
		return false;
	c->id = name_object(w, "customer", c->id, c->name);
	for (size_t i = 0; i < c->ingest_aliases.n; i++)
		bind(w, "customer", c->ingest_aliases.p[i], c->id);
	return true;
}

static bool
read_metric(struct world *w, const struct json *j)
{
	struct metric m;

	if (!metric_from_json(j, false, w->arena, &m, w->e))
		return false;
	m.id = name_object(w, "metric", m.id, m.name);
	*map_slot(&w->catalogue.metrics, m.id, NULL) = KEEP(w->arena, m);
	return true;
}

static bool
read_product(struct world *w, const struct json *j)
{
	struct product p;
	struct product_terms *terms;

	if (!product_from_json(j, false, w->arena, &p, w->e))
		return false;
	terms = &p.versions[0].terms;
	p.id = name_object(w, "product", p.id, terms->name);
	terms->billable_metric_id = resolve(w, "metric", terms->billable_metric_id);
	*map_slot(&w->catalogue.products, p.id, NULL) = KEEP(w->arena, p);
	return true;
}

static int
by_start_then_seq(const void *a, const void *b)
{
	const struct product_version *x = a, *y = b;

	if (x->starting_at_ns != y->starting_at_ns)
		return x->starting_at_ns > y->starting_at_ns ? 1 : -1;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static bool
read_update(struct world *w, const struct json *j)
{
	struct product_version v, *versions;
	struct str ref;

	if (!product_update_from_json(j, false, INSTANT_NONE, w->arena, &ref, &v, w->e))
		return false;

	struct product *p = map_get(&w->catalogue.products, resolve(w, "product", ref));
	if (p == NULL)
		return err_field(w->e, ERR_INPUT, "not_found", STR("product_id"), ref,
			"no such product");
	if (!product_terms_check(p->type, &v.terms, w->e))
		return false;
	if ((v.terms.has & PF_METRIC) != 0)
		v.terms.billable_metric_id = resolve(w, "metric", v.terms.billable_metric_id);
	v.seq = (int64_t)p->nversions;
	versions = ARENA_ARRAY(w->arena, p->nversions + 1, struct product_version);
	for (size_t i = 0; i < p->nversions; i++)
		versions[i] = p->versions[i];
	versions[p->nversions++] = v;
	p->versions = versions;
	qsort(versions, p->nversions, sizeof(versions[0]), by_start_then_seq);
	return true;
}

static bool
read_card(struct world *w, const struct json *j)
{
	struct rate_card *c = &w->card;

	w->has_card = true;
	if (!rate_card_from_json(j, false, &w->units, w->arena, c, w->e))
		return false;
	c->id = name_object(w, "rate_card", c->id, c->name);
	return true;
}

static bool
read_rate(struct world *w, const struct json *j)
{
	struct rate *r = &w->rates[w->nrates];

	if (!rate_from_json(j, false, &w->units, w->has_card ? &w->card : NULL, w->arena, r, w->e))
		return false;
	r->seq = (int64_t)++w->nrates;
	r->id = name_object(w, "rate", r->id, str_printf(w->arena, "%zu", w->nrates));
	r->product_id = resolve(w, "product", r->product_id);
	return true;
}

static struct str
card_by_alias(const struct world *w, const struct contract *c)
{
	for (size_t i = 0; i < w->card.naliases; i++) {
		const struct dated_alias *alias = &w->card.aliases[i];
		if (str_eq(alias->name, c->rate_card_alias) &&
			alias->starting_at_ns <= c->starting_at_ns &&
			(alias->ending_before_ns == INSTANT_NONE ||
				c->starting_at_ns < alias->ending_before_ns))
			return w->card.id;
	}
	return c->rate_card_alias;
}

/* Segments are found by their ids, and as "1.2": the second of the first commit. */
static void
name_commit(struct world *w, struct commit *c, size_t number)
{
	c->id = name_object(w, "commit", c->id, str_printf(w->arena, "%zu", number));
	c->product_id = resolve(w, "product", c->product_id);
	resolve_each(w, "product", &c->applicable_product_ids);
	for (size_t i = 0; i < c->nspecifiers; i++)
		if (c->specifiers[i].product_id.n > 0)
			c->specifiers[i].product_id = resolve(w, "product",
				c->specifiers[i].product_id);
	for (size_t i = 0; i < c->nsegments; i++)
		c->segments[i].id = name_object(w, "segment", c->segments[i].id,
			str_printf(w->arena, "%zu.%zu", number, i + 1));
}

/* Commits are found by their place too: "1" is the first. */
static void
name_override(struct world *w, struct override *v)
{
	v->id = name_object(w, "override", v->id, str_printf(w->arena, "%zu", v->place + 1));
	if (v->product_id.n > 0)
		v->product_id = resolve(w, "product", v->product_id);
	for (size_t i = 0; i < v->nspecifiers; i++) {
		struct override_specifier *s = &v->specifiers[i];
		if (s->lines.product_id.n > 0)
			s->lines.product_id = resolve(w, "product", s->lines.product_id);
		resolve_each(w, "commit", &s->commit_ids);
		resolve_each(w, "commit", &s->recurring_ids);
		resolve_each(w, "commit", &s->any_ids);
	}
}

static bool
read_overrides(struct world *w, struct contract *c)
{
	for (size_t i = 0; i < c->overrides.n; i++)
		name_override(w, &c->overrides.p[i]);
	override_link(c, 0, w->arena);
	return override_check(c, 0, "overrides", &w->catalogue, w->arena, w->e);
}

/* They are found by their ids and names, and by their number. */
static void
name_subscriptions(struct world *w, struct contract *c)
{
	for (size_t i = 0; i < c->nsubscriptions; i++) {
		struct subscription *s = &c->subscriptions[i];
		s->id = name_object(w, "subscription", s->id, str_printf(w->arena, "%zu", i + 1));
		s->product_id = resolve(w, "product", s->product_id);
	}
}

static bool
read_terms(struct world *w, const struct json *j, struct contract *c)
{
	if (!contract_from_json(j, false, &w->units, w->arena, c, w->e))
		return false;
	c->id = name_object(w, "contract", c->id, c->name);
	c->customer_id = resolve(w, "customer", c->customer_id);
	if (!str_eq(c->customer_id, w->customer.id))
		return err_field(w->e, ERR_INPUT, "not_found", STR("customer_id"), c->customer_id,
			"no such customer");
	c->rate_card_id = resolve(w, "rate_card", c->rate_card_id);
	if (c->rate_card_alias.n > 0)
		c->rate_card_id = card_by_alias(w, c);
	for (size_t i = 0; i < c->ncharges; i++) {
		struct scheduled_charge *charge = &c->charges[i];
		charge->id = name_object(w, "charge", charge->id,
			str_printf(w->arena, "%zu", i + 1));
		charge->product_id = resolve(w, "product", charge->product_id);
	}
	for (size_t i = 0; i < c->ncommits; i++)
		name_commit(w, &c->commits[i], i + 1);
	for (size_t i = 0; i < c->nrecurring; i++)
		name_commit(w, &c->recurring[i].child, c->ncommits + i + 1);
	name_subscriptions(w, c);
	if (!read_overrides(w, c) || !subscriptions_link(c, w->arena, w->e))
		return false;
	return periods_check(c, w->e);
}

/* The contract before, as it was agreed. */
static bool
read_from(struct world *w, const struct json *j)
{
	return read_terms(w, j, &w->from);
}

/* What goes on of the contract before, which ends where this one starts. */
static void
renew(struct world *w, struct contract *c)
{
	struct contract *from = &w->from;

	from->renewed_by = (struct renewal){ c->id, c->starting_at_ns };
	if (from->ending_before_ns == INSTANT_NONE || from->ending_before_ns > c->starting_at_ns) {
		contract_cut_access(from, c->starting_at_ns, w->arena);
		from->ending_before_ns = c->starting_at_ns;
	}
	*from = recurring_expand(from, c->starting_at_ns, w->arena);
	*from = rollover_mark(from, w->arena);
	*c = rollover_expand(c, from, w->arena);
}

static bool
read_contract(struct world *w, const struct json *j)
{
	struct contract *c = &w->contract;
	struct str from;

	if (!read_terms(w, j, c))
		return false;
	c->transition.rollover_end_ns = c->ending_before_ns;
	*c = recurring_expand(c, w->now_ns, w->arena);
	from = resolve(w, "contract", c->transition.from_contract_id);
	if (from.n > 0 && !str_eq(from, w->from.id))
		return err_field(w->e, ERR_INPUT, "not_found", STR("transition.from_contract_id"),
			from, "no such contract");
	if (from.n > 0)
		renew(w, c);
	return true;
}

/* One of the customer, behind the commits of the contract; other contracts are not there. */
static bool
read_balance(struct world *w, const struct json *j)
{
	struct customer_balance *b = ARENA_NEW(w->arena, struct customer_balance);
	struct contract *c = &w->contract;
	struct commit *all = ARENA_ARRAY(w->arena, c->ncommits + 1, struct commit);

	if (!customer_balance_from_json(j, false, &w->units, w->arena, b, w->e))
		return false;
	b->commit.of_customer = b;
	resolve_each(w, "contract", &b->contract_ids);
	b->invoice_contract_id = resolve(w, "contract", b->invoice_contract_id);
	name_commit(w, &b->commit, c->ncommits + 1);
	for (size_t i = 0; i < c->ncommits; i++)
		all[i] = c->commits[i];
	all[c->ncommits++] = b->commit;
	c->commits = all;
	return true;
}

/* {"segment_id", "amount"}: what invoices that are final drew. */
static bool
read_deduction(struct world *w, const struct json *j)
{
	struct obj o;

	if (!obj_open(&o, j, "document.deducted", false, w->arena, w->e))
		return false;

	struct str segment = obj_text(&o, "segment_id", OBJ_REQUIRED, 1, SIZE_MAX);
	struct rat amount = obj_rat(&o, "amount", OBJ_REQUIRED, NULL);
	if (obj_ok(&o))
		*map_slot(&w->deducted, resolve(w, "segment", segment), NULL) = KEEP(w->arena,
			amount);
	return obj_close(&o);
}

static bool
read_event(struct world *w, const struct json *j)
{
	const struct event_rules rules = { .latest_ns = INSTANT_NONE, .earliest_ns = INSTANT_NONE };
	struct json_scanner scanner;
	struct json_fault fault;
	struct buf text = BUF_INIT;
	bool read;

	json_scanner_init(&scanner);
	json_canonical(j, &text);

	struct str record = str_dup(w->arena, buf_str(&text));
	read = json_scan(&scanner, record, &fault) &&
		event_from_scan(&scanner, &rules, w->nevents + 1, w->arena, &w->events[w->nevents],
			w->e);
	w->nevents += read;
	buf_release(&text);
	json_scanner_release(&scanner);
	return read;
}

/* A composite may name products that come after it. */
static bool
read_bases(const struct world *w)
{
	for (size_t i = 0; i < w->catalogue.products.n; i++) {
		struct product *p = w->catalogue.products.entries[i].value;
		for (size_t k = 0; k < p->nversions; k++)
			resolve_each(w, "product", &p->versions[k].terms.composite_product_ids);
	}
	return true;
}

/* Each item of an array that need not be there. */
static bool
read_each(struct world *w, struct obj *o, const char *name,
	bool (*read)(struct world *w, const struct json *j))
{
	const struct json *array = obj_value(o, name, OBJ_OPTIONAL);

	if (array == NULL)
		return obj_ok(o);
	if (json_type(array) != JSON_ARRAY)
		return obj_refuse(o, name, "wanted an array");
	for (const struct json *item = json_first(array); item != NULL; item = json_next(item))
		if (!read(w, item))
			return false;
	return true;
}

static bool
read_one(struct world *w, struct obj *o, const char *name, enum obj_need need,
	bool (*read)(struct world *w, const struct json *j))
{
	const struct json *j = obj_value(o, name, need);

	return obj_ok(o) && (j == NULL || read(w, j));
}

static bool
read_world(struct world *w, const struct json *root)
{
	struct obj o;

	if (!obj_open(&o, root, "document", false, w->arena, w->e))
		return false;
	w->now_ns = obj_instant(&o, "now", OBJ_REQUIRED);
	w->period = obj_text(&o, "period", OBJ_OPTIONAL, 7, 7);
	if (!obj_ok(&o))
		return false;
	w->rates = ARENA_ARRAY(w->arena, obj_array(&o, "rates", OBJ_OPTIONAL, 0), struct rate);
	w->events = ARENA_ARRAY(w->arena, obj_array(&o, "events", OBJ_OPTIONAL, 0), struct event);
	return read_each(w, &o, "units", read_unit) &&
		read_one(w, &o, "customer", OBJ_REQUIRED, read_customer) &&
		read_each(w, &o, "metrics", read_metric) &&
		read_each(w, &o, "products", read_product) &&
		read_each(w, &o, "product_updates", read_update) && read_bases(w) &&
		read_one(w, &o, "rate_card", OBJ_OPTIONAL, read_card) &&
		read_each(w, &o, "rates", read_rate) &&
		(!w->has_card ||
			catalogue_add_card(&w->catalogue, w->arena, &w->card, w->rates, w->nrates,
				w->e)) &&
		read_one(w, &o, "from_contract", OBJ_OPTIONAL, read_from) &&
		read_one(w, &o, "contract", OBJ_REQUIRED, read_contract) &&
		read_each(w, &o, "balances", read_balance) &&
		read_each(w, &o, "deducted", read_deduction) &&
		read_each(w, &o, "events", read_event) && obj_close(&o);
}

/* ---- writing ---- */

static void
end_line(struct jsonw *w)
{
	struct buf *out = w->out;

	jsonw_release(w);
	buf_add_char(out, '\n');
}

static void
write_deduction(struct buf *out, const struct invoice_deduction *d)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_rat(&w, "deduction", d->amount);
	jsonw_member_str(&w, "commit_id", d->commit_id);
	jsonw_member_str(&w, "commit_segment_id", d->segment_id);
	jsonw_member_instant(&w, "at", d->at_ns);
	jsonw_end(&w);
	end_line(&w);
}

/* What each segment has left, in drawing order. */
static void
write_purse(struct buf *out, const struct purse *purse)
{
	for (size_t i = 0; i < purse->n; i++) {
		struct jsonw w;

		jsonw_init(&w, out);
		jsonw_object(&w);
		jsonw_member_rat(&w, "left", *purse->segments[i].left);
		jsonw_member_str(&w, "name", purse->segments[i].name);
		jsonw_member_str(&w, "commit_segment_id", purse->segments[i].segment->id);
		jsonw_end(&w);
		end_line(&w);
	}
}

static void
write_invoice(struct buf *out, const struct invoice *inv, struct arena *a)
{
	struct jsonw w;

	jsonw_init(&w, out);
	invoice_to_json(&w, inv, a);
	end_line(&w);
	for (size_t i = 0; i < inv->nlines; i++) {
		jsonw_init(&w, out);
		jsonw_object(&w);
		jsonw_key(&w, "trace");
		trace_to_json(&w, &inv->lines[i].trace);
		jsonw_end(&w);
		end_line(&w);
	}
	for (size_t i = 0; i < inv->ndeductions; i++)
		write_deduction(out, &inv->deductions[i]);
}

static void
write_warnings(struct buf *out, const struct rating_warnings *list)
{
	for (const struct rating_warning *i = list->first; i != NULL; i = i->next) {
		struct jsonw w;

		jsonw_init(&w, out);
		jsonw_object(&w);
		jsonw_member_c(&w, "warning", i->code);
		jsonw_member_str(&w, "contract_id", i->contract_id);
		jsonw_member_str(&w, "product_id", i->product_id);
		jsonw_pairs_opt(&w, "pricing_group_values", &i->values);
		jsonw_member_str(&w, "message", i->text);
		jsonw_end(&w);
		end_line(&w);
	}
}

/* ---- computing ---- */

/* The periods asked for: all that have begun, or one. */
static bool
find_periods(const struct world *w, struct period *out, size_t *n)
{
	struct instant_why why;
	int64_t from_ns = INSTANT_NONE;
	bool more;

	*n = 0;
	if (w->period.n > 0 &&
		!instant_parse(str_printf(w->arena, "%.*s-01", STR_FMT(w->period)), INSTANT_DATE,
			&from_ns, &why))
		return err_field(w->e, ERR_INPUT, "document.period", STR("period"), w->period, "%s",
			why.text);
	more = w->contract.rate_card_id.n > 0 && period_first(&w->contract, from_ns, &out[0]);
	while (more && *n + 1 < PERIODS_MAX && out[*n].start_ns <= w->now_ns) {
		more = w->period.n == 0 && period_next(&w->contract, &out[*n], &out[*n + 1]);
		++*n;
	}
	return true;
}

/* Balances pay for what is scheduled before an instant. */
static void
pay_scheduled(struct world *w, int64_t before_ns)
{
	for (; w->npaid < w->nscheduled && w->scheduled[w->npaid].issued_at_ns < before_ns;
		w->npaid++)
		scheduled_pay(w->arena, &w->purse, &w->scheduled[w->npaid]);
}

static bool
usage_invoices(struct world *w, const struct account *acct, struct usage_plan *plan,
	struct buf *out, struct rating_warnings *warnings)
{
	struct period *periods = ARENA_ARRAY(w->arena, PERIODS_MAX, struct period);
	struct statement **statements = ARENA_ARRAY(w->arena, PERIODS_MAX, struct statement *);
	struct invoice inv;
	size_t n;

	purse_pool_init(&w->pool, w->arena, &w->deducted);
	if (!find_periods(w, periods, &n) || !purse_open(&w->purse, &w->pool, acct, w->e))
		return false;
	purse_receive(&w->purse, &w->pool);
	for (size_t i = 0; i < n; i++) {
		statements[i] = statement_plan(w->arena, acct, &periods[i], &w->purse, plan, w->e);
		if (statements[i] == NULL)
			return false;
	}
	for (size_t i = 0; i < w->nevents; i++)
		usage_feed(plan, &w->events[i]);
	usage_finish(plan);
	for (size_t i = 0; i < n; i++) {
		pay_scheduled(w, periods[i].end_ns);
		statement_invoice(statements[i], &w->purse, w->arena, &inv, warnings);
		write_invoice(out, &inv, w->arena);
	}
	return true;
}

static void
write_scheduled(struct world *w, struct buf *out)
{
	pay_scheduled(w, w->now_ns + 1);
	for (size_t i = 0; i < w->npaid; i++)
		write_invoice(out, &w->scheduled[i], w->arena);
}

/* What is missing of promises that have fallen due. */
static bool
write_trueups(struct world *w, const struct account *acct, struct buf *out)
{
	const struct contract *c = acct->contract;
	struct invoice inv;

	for (size_t i = 0; i < c->ncommits; i++) {
		const struct commit *commit = &c->commits[i];
		struct rat left;

		if (!commit_is_trued_up(commit) || !commit_billed_by(commit, c->id) ||
			commit->invoice_schedule.items[0].timestamp_ns > w->now_ns)
			continue;
		left = *purse_pool_left(&w->pool, &commit->segments[0]);
		if (rat_sign(left) <= 0)
			continue;
		if (!trueup_invoice(w->arena, acct, commit, commit->segments[0].amount, left, &inv,
			    w->e))
			return false;
		write_invoice(out, &inv, w->arena);
	}
	return true;
}

static bool
compute(struct world *w, struct buf *out)
{
	const struct account acct = { .customer = &w->customer,
		.contract = &w->contract,
		.catalogue = &w->catalogue };
	struct rating_warnings warnings = { NULL, NULL };
	struct usage_plan plan;
	bool done;

	usage_init(&plan, w->arena);
	plan.now_ns = w->now_ns;
	done = scheduled_invoices(w->arena, &acct, w->now_ns, &w->scheduled, &w->nscheduled,
		       w->e) &&
		usage_invoices(w, &acct, &plan, out, &warnings);
	if (done) {
		write_scheduled(w, out);
		done = write_trueups(w, &acct, out);
	}
	if (done) {
		write_purse(out, &w->purse);
		write_warnings(out, &warnings);
	}
	usage_release(&plan);
	return done;
}

bool
document_evaluate(struct str text, struct arena *a, struct buf *out, struct err *e)
{
	struct world w = { .arena = a, .e = e };
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *root;
	bool done;

	catalogue_init(&w.catalogue, a);
	map_init(&w.names, a);
	map_init(&w.deducted, a);
	json_scanner_init(&scanner);
	if (!json_parse(&scanner, text, &root, &fault)) {
		json_scanner_release(&scanner);
		return err_set(e, ERR_INPUT, fault.code, "%s", fault.text);
	}
	done = read_world(&w, root) && compute(&w, out);
	json_free(root);
	json_scanner_release(&scanner);
	return done;
}
