#include "domain/package.h"

#include <string.h>

#include "base/banned.h"

#define DISTANCE_MAX 36500

/* The objects in which a package has something else than a contract. */
enum place {
	PLACE_ROOT,
	PLACE_STATEMENT,
	PLACE_COMMIT,
	PLACE_ACCESS,
	PLACE_SEGMENT, /* of an access schedule */
	PLACE_SCHEDULE,
	PLACE_ITEM,   /* of it */
	PLACE_SERIES, /* the recurring_schedule of it */
	PLACE_RECURRING,
	PLACE_SUBSCRIPTION,
	PLACE_CYCLE,
	PLACE_OVERRIDE,
	PLACE_SPECIFIER,
	PLACE_CHARGE
};

/* Which member leads where. */
static const struct step {
	enum place from;
	const char *key;
	enum place to;
} steps[] = {
	{ PLACE_ROOT, "usage_statement_schedule", PLACE_STATEMENT },
	{ PLACE_ROOT, "commits", PLACE_COMMIT },
	{ PLACE_ROOT, "credits", PLACE_COMMIT },
	{ PLACE_ROOT, "recurring_commits", PLACE_RECURRING },
	{ PLACE_ROOT, "recurring_credits", PLACE_RECURRING },
	{ PLACE_ROOT, "subscriptions", PLACE_SUBSCRIPTION },
	{ PLACE_ROOT, "overrides", PLACE_OVERRIDE },
	{ PLACE_ROOT, "scheduled_charges", PLACE_CHARGE },
	{ PLACE_ROOT, "discounts", PLACE_CHARGE },
	{ PLACE_COMMIT, "access_schedule", PLACE_ACCESS },
	{ PLACE_COMMIT, "invoice_schedule", PLACE_SCHEDULE },
	{ PLACE_ACCESS, "schedule_items", PLACE_SEGMENT },
	{ PLACE_SCHEDULE, "schedule_items", PLACE_ITEM },
	{ PLACE_SCHEDULE, "recurring_schedule", PLACE_SERIES },
	{ PLACE_SUBSCRIPTION, "billing_cycle_config", PLACE_CYCLE },
	{ PLACE_OVERRIDE, "override_specifiers", PLACE_SPECIFIER },
	{ PLACE_CHARGE, "schedule", PLACE_SCHEDULE },
};

/* What stands for a date; what belongs to contracts alone, and what is wanted in its place. */
static const struct dated {
	enum place place;
	const char *offset; /* NULL: it has none, likewise the rest */
	const char *start;  /* what it becomes */
	bool lasts;         /* a duration makes ending_before */
	bool follows;       /* others follow it: months are counted from the contract's start */
	enum obj_need offset_need;
	enum obj_need duration_need;
} dated[] = {
	{ PLACE_STATEMENT, "invoice_generation_starting_at_offset",
		"invoice_generation_starting_at", false, false, OBJ_OPTIONAL, OBJ_OPTIONAL },
	{ PLACE_SEGMENT, "starting_at_offset", "starting_at", true, true, OBJ_REQUIRED,
		OBJ_REQUIRED },
	{ PLACE_ITEM, "date_offset", "timestamp", false, false, OBJ_REQUIRED, OBJ_OPTIONAL },
	{ PLACE_SERIES, "starting_at_offset", "starting_at", true, false, OBJ_REQUIRED,
		OBJ_REQUIRED },
	{ PLACE_RECURRING, "starting_at_offset", "starting_at", true, false, OBJ_REQUIRED,
		OBJ_OPTIONAL },
	{ PLACE_SUBSCRIPTION, "starting_at_offset", "starting_at", true, false, OBJ_OPTIONAL,
		OBJ_OPTIONAL },
	{ PLACE_OVERRIDE, "starting_at_offset", "starting_at", true, true, OBJ_OPTIONAL,
		OBJ_OPTIONAL },
};

static const char anchor[] = "billing_anchor_date";

/* The package's name of a member, and the contract's. */
static const struct renamed {
	enum place place;
	const char *key;
	const char *becomes;
} renamed[] = {
	{ PLACE_ROOT, "contract_name", "name" },
	{ PLACE_SPECIFIER, "commit_template_ids", "commit_ids" },
	{ PLACE_SPECIFIER, "recurring_commit_template_ids", "recurring_commit_ids" },
	{ PLACE_SPECIFIER, "any_commit_or_credit_template_ids", "any_commit_or_credit_ids" },
};

/* The contract that is made. */
struct making {
	struct jsonw *w;
	int64_t start_ns;
	const char *day; /* what billing_anchor_date means as a day; NULL: not given */
};

/* ---- distances ---- */

struct distance {
	bool given;
	int64_t months;
	int64_t days;
};

static void
distance_from(struct obj *parent, const char *name, enum obj_need need, int64_t least,
	struct distance *out)
{
	static const char *const units[] = { "DAYS", "WEEKS", "MONTHS", "YEARS" };
	static const int many[] = { 1, 7, 1, 12 };
	struct obj o;
	int64_t value;
	int unit;

	*out = (struct distance){ .given = false };
	if (!obj_object(parent, name, need, &o))
		return;
	unit = obj_enum(&o, "unit", OBJ_REQUIRED, units, countof(units), 0);
	value = obj_int(&o, "value", OBJ_REQUIRED, least, DISTANCE_MAX, 0);
	if (!obj_close(&o))
		return;
	out->given = true;
	*(unit < 2 ? &out->days : &out->months) = value * many[unit];
}

static bool
add(int64_t at_ns, int64_t months, int64_t days, int64_t *out_ns)
{
	int64_t t_ns;

	return instant_add_months(at_ns, months, &t_ns) && instant_add_days(t_ns, days, out_ns);
}

static bool
too_far(struct obj *o, const char *name)
{
	return obj_refuse(o, name, "beyond the range of instants");
}

/* ---- members that become dates ---- */

/* Either the offset or, in an override, a date. */
static int64_t
start_of(struct obj *o, const struct dated *d, const struct making *m, struct distance *offset)
{
	int64_t at_ns = m->start_ns;

	distance_from(o, d->offset, d->offset_need, 0, offset);
	if (d->place == PLACE_OVERRIDE && obj_has(o, d->start)) {
		if (offset->given)
			obj_refuse(o, d->start, "given beside %s; wanted one of the two",
				d->offset);
		return obj_hour(o, d->start, OBJ_OPTIONAL);
	}
	if (d->place == PLACE_OVERRIDE && !offset->given)
		distance_from(o, d->offset, OBJ_REQUIRED, 0, offset);
	if (obj_ok(o) && !add(m->start_ns, offset->months, offset->days, &at_ns))
		too_far(o, d->offset);
	return at_ns;
}

static void
write_end(struct obj *o, const struct dated *d, const struct making *m, int64_t at_ns,
	const struct distance *offset)
{
	static const char name[] = "duration";
	bool from_contract = d->follows && offset->given && offset->days == 0;
	struct distance lasts;
	int64_t end_ns = INSTANT_NONE;

	distance_from(o, name, d->duration_need, 1, &lasts);
	if (!obj_ok(o) || !lasts.given)
		return;
	if (d->place == PLACE_OVERRIDE && obj_has(o, "ending_before"))
		obj_refuse(o, "ending_before", "given beside %s; wanted one of the two", name);
	else if (from_contract ?
			add(m->start_ns, offset->months + lasts.months, lasts.days, &end_ns) :
			add(at_ns, lasts.months, lasts.days, &end_ns))
		jsonw_member_instant(m->w, "ending_before", end_ns);
	else
		too_far(o, name);
}

static const struct dated *
dated_at(enum place place)
{
	for (size_t i = 0; i < countof(dated); i++)
		if (dated[i].place == place)
			return &dated[i];
	return NULL;
}

static void
write_dates(struct obj *o, enum place place, const struct making *m)
{
	const struct dated *d = dated_at(place);
	struct distance offset;
	int64_t at_ns;

	if (d == NULL)
		return;
	at_ns = start_of(o, d, m, &offset);
	if (!obj_ok(o))
		return;
	if (offset.given)
		jsonw_member_instant(m->w, d->start, at_ns);
	if (d->lasts)
		write_end(o, d, m, at_ns, &offset);
}

/* ---- the other members ---- */

/* Read by write_dates, or by the root. */
static bool
is_read(enum place place, struct str key)
{
	const struct dated *d = dated_at(place);

	if (place == PLACE_ROOT)
		return str_is(key, "duration") || str_is(key, anchor);
	return d != NULL && (str_is(key, d->offset) || (d->lasts && str_is(key, "duration")));
}

/* Dates and ids are of one contract; a package has many. */
static bool
check_member(struct obj *o, enum place place, struct str key)
{
	const struct dated *d = dated_at(place);

	if (str_is(key, "id"))
		return obj_refuse(o, "id", "contracts of a package have ids of their own");
	if (place == PLACE_CYCLE && str_is(key, "anchor_date"))
		return obj_refuse(o, "anchor_date", "a package has no dates");
	if (place == PLACE_STATEMENT && str_is(key, anchor))
		return obj_refuse(o, anchor, "a package has no dates");
	if (d == NULL || place == PLACE_OVERRIDE)
		return true;
	if (str_is(key, d->start))
		return obj_refuse(o, d->start, "a package has no dates; wanted %s", d->offset);
	if (d->lasts && str_is(key, "ending_before"))
		return obj_refuse(o, "ending_before", "a package has no dates; wanted duration");
	return true;
}

static struct str
contracts_name(struct obj *o, enum place place, struct str key)
{
	for (size_t i = 0; i < countof(renamed); i++) {
		if (renamed[i].place != place || !str_is(key, renamed[i].key))
			continue;
		if (obj_has(o, renamed[i].becomes))
			obj_refuse(o, renamed[i].key, "given beside %s; wanted one of the two",
				renamed[i].becomes);
		return str_c(renamed[i].becomes);
	}
	return key;
}

static const struct step *
step_from(enum place place, struct str key)
{
	for (size_t i = 0; i < countof(steps); i++)
		if (steps[i].from == place && str_is(key, steps[i].key))
			return &steps[i];
	return NULL;
}

static void
write_raw(struct jsonw *w, const struct json *v)
{
	struct buf text = BUF_INIT;

	json_canonical(v, &text);
	jsonw_raw(w, buf_str(&text));
	buf_release(&text);
}

static void write_object(struct obj *o, enum place place, const struct making *m);

/* Items that are no objects, and the like, are refused by the contract's reader. */
static void
write_step(struct obj *o, const struct step *s, const struct json *v, const struct making *m)
{
	struct obj child;

	if (json_type(v) == JSON_OBJECT && obj_object(o, s->key, OBJ_OPTIONAL, &child)) {
		write_object(&child, s->to, m);
	} else if (json_type(v) == JSON_ARRAY) {
		size_t n = obj_array(o, s->key, OBJ_OPTIONAL, 0);

		jsonw_array(m->w);
		for (size_t i = 0; i < n && obj_item(o, s->key, i, &child); i++)
			write_object(&child, s->to, m);
		jsonw_end(m->w);
	} else {
		write_raw(m->w, v);
	}
}

static void
write_members(struct obj *o, enum place place, const struct making *m)
{
	for (const struct json *j = json_first(o->json); j != NULL; j = json_next(j)) {
		const struct step *s = step_from(place, json_key(j));

		if (json_type(j) == JSON_NULL || is_read(place, json_key(j)) ||
			!check_member(o, place, json_key(j)))
			continue;
		if (str_is(json_key(j), "day") && place == PLACE_STATEMENT && m->day != NULL)
			continue;
		jsonw_key_str(m->w, contracts_name(o, place, json_key(j)));
		if (s != NULL)
			write_step(o, s, j, m);
		else
			write_raw(m->w, j);
	}
}

/* FIRST_OF_MONTH or CONTRACT_START, of which billing_anchor_date is another way to say it. */
static void
write_day(struct obj *o, const struct making *m)
{
	static const char *const days[] = { "FIRST_OF_MONTH", "CONTRACT_START" };
	int day = obj_enum(o, "day", OBJ_OPTIONAL, days, countof(days), -1);

	if (m->day == NULL || !obj_ok(o))
		return;
	if (day >= 0 && strcmp(days[day], m->day) != 0)
		obj_refuse(o, "day", "billing_anchor_date says %s", m->day);
	jsonw_member_c(m->w, "day", m->day);
}

static void
write_object(struct obj *o, enum place place, const struct making *m)
{
	jsonw_object(m->w);
	write_members(o, place, m);
	if (place == PLACE_STATEMENT)
		write_day(o, m);
	write_dates(o, place, m);
	jsonw_end(m->w);
}

/* ---- the contract ---- */

static void
anchor_from(struct obj *o, struct making *m)
{
	static const char *const words[] = { "CONTRACT_START_DATE", "FIRST_BILLING_PERIOD" };
	static const char *const days[] = { "CONTRACT_START", "FIRST_OF_MONTH" };
	int word = obj_enum(o, anchor, OBJ_OPTIONAL, words, countof(words), -1);

	if (word >= 0)
		m->day = days[word];
}

static void
write_root(struct obj *o, const struct kept *own, struct making *m)
{
	struct distance lasts;
	int64_t end_ns;

	anchor_from(o, m);
	jsonw_object(m->w);
	jsonw_kept(m->w, own);
	jsonw_member_instant(m->w, "starting_at", m->start_ns);
	distance_from(o, "duration", OBJ_OPTIONAL, 1, &lasts);
	if (lasts.given && add(m->start_ns, lasts.months, lasts.days, &end_ns))
		jsonw_member_instant(m->w, "ending_before", end_ns);
	else if (lasts.given)
		too_far(o, "duration");
	if (m->day != NULL && !obj_has(o, "usage_statement_schedule")) {
		jsonw_key(m->w, "usage_statement_schedule");
		jsonw_object(m->w);
		jsonw_member_c(m->w, "frequency", frequency_name(FREQ_MONTHLY));
		jsonw_member_c(m->w, "day", m->day);
		jsonw_end(m->w);
	}
	write_members(o, PLACE_ROOT, m);
	jsonw_end(m->w);
}

/* Of a contract's own name the package has none; of what it has without effect, likewise. */
static struct kept
terms_of(const struct package *p, const struct kept *own, struct arena *a)
{
	struct kept k = { { ARENA_ARRAY(a, p->terms.fields.n, struct pair), 0 } };

	for (size_t i = 0; i < p->terms.fields.n; i++) {
		struct str key = p->terms.fields.p[i].key;

		if (str_is(key, "billing_provider") || str_is(key, "delivery_method") ||
			(str_is(key, "contract_name") && pairs_get(&own->fields, STR("name")).p))
			continue;
		k.fields.p[k.fields.n++] = p->terms.fields.p[i];
	}
	return k;
}

static struct json *
parse(const struct kept *terms)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct buf text = BUF_INIT;
	struct json *tree = NULL;
	struct jsonw w;

	jsonw_init(&w, &text);
	jsonw_object(&w);
	jsonw_kept(&w, terms);
	jsonw_end(&w);
	jsonw_release(&w);
	json_scanner_init(&scanner);
	if (!json_parse(&scanner, buf_str(&text), &tree, &fault))
		tree = NULL;
	json_scanner_release(&scanner);
	buf_release(&text);
	return tree;
}

bool
package_expand(const struct package *p, const struct kept *own, int64_t start_ns, struct arena *a,
	struct str *body, struct err *e)
{
	const struct kept terms = terms_of(p, own, a);
	struct json *tree = parse(&terms);
	struct buf text = BUF_INIT;
	struct jsonw w;
	struct making m = { &w, start_ns, NULL };
	struct obj o;

	jsonw_init(&w, &text);
	if (obj_open(&o, tree, "package", false, a, e)) {
		write_root(&o, own, &m);
		*body = str_dup(a, buf_str(&text));
	}
	jsonw_release(&w);
	buf_release(&text);
	json_free(tree);
	e->has_offset = false;
	return e->kind == ERR_NONE;
}
