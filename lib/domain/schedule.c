#include "domain/schedule.h"

#include "base/banned.h"

static const char *const names[FREQUENCIES] = {
	[FREQ_WEEKLY] = "WEEKLY",
	[FREQ_MONTHLY] = "MONTHLY",
	[FREQ_QUARTERLY] = "QUARTERLY",
	[FREQ_SEMI_ANNUAL] = "SEMI_ANNUAL",
	[FREQ_ANNUAL] = "ANNUAL",
};
_Static_assert(FREQ_ANNUAL == FREQUENCIES - 1, "a name for each frequency");

static const char *const distribution_names[] = {
	[DISTRIBUTE_EACH] = "EACH",
	[DISTRIBUTE_DIVIDED] = "DIVIDED",
	[DISTRIBUTE_DIVIDED_ROUNDED] = "DIVIDED_ROUNDED",
};
_Static_assert(countof(distribution_names) == DISTRIBUTE_DIVIDED_ROUNDED + 1, "a name for each");

const char *
frequency_name(enum frequency f)
{
	return names[f];
}

const char *
distribution_name(enum distribution d)
{
	return distribution_names[d];
}

struct grid
frequency_grid(enum frequency f, int64_t anchor_ns)
{
	switch (f) {
	case FREQ_WEEKLY:
		return (struct grid){ anchor_ns, GRID_DAYS, 7 };
	case FREQ_MONTHLY:
		return (struct grid){ anchor_ns, GRID_MONTHS, 1 };
	case FREQ_QUARTERLY:
		return (struct grid){ anchor_ns, GRID_MONTHS, 3 };
	case FREQ_SEMI_ANNUAL:
		return (struct grid){ anchor_ns, GRID_MONTHS, 6 };
	case FREQ_ANNUAL:
		break;
	}
	return (struct grid){ anchor_ns, GRID_MONTHS, 12 };
}

enum frequency
obj_frequency(struct obj *o, const char *name)
{
	return (enum frequency)obj_enum(o, name, OBJ_REQUIRED, names, FREQUENCIES, FREQ_MONTHLY);
}

enum frequency
obj_billing_frequency(struct obj *o, const char *name, enum obj_need need)
{
	static const char *const words[] = { "WEEKLY", "MONTHLY", "QUARTERLY", "ANNUAL" };
	static const enum frequency meant[] = { FREQ_WEEKLY, FREQ_MONTHLY, FREQ_QUARTERLY,
		FREQ_ANNUAL };

	return meant[obj_enum(o, name, need, words, countof(words), 1)];
}

/* ---- reading ---- */

/* amount alone, or unit_price and quantity together. */
void
schedule_amount_from(struct obj *o, const struct unit *u, struct rat *unit_price,
	struct rat *quantity)
{
	bool has_amount, has_price, has_quantity;
	struct rat amount = obj_money(o, "amount", OBJ_OPTIONAL, u, &has_amount);
	struct rat price = obj_money(o, "unit_price", OBJ_OPTIONAL, u, &has_price);
	struct rat count = obj_rat(o, "quantity", OBJ_OPTIONAL, &has_quantity);

	if (!obj_ok(o))
		return;
	if (has_amount && (has_price || has_quantity)) {
		obj_refuse(o, "amount",
			"given beside %s; wanted amount, or unit_price and "
			"quantity",
			has_price ? "unit_price" : "quantity");
	} else if (has_amount) {
		*unit_price = amount;
		*quantity = RAT_ONE;
	} else if (!has_price && !has_quantity) {
		obj_money(o, "amount", OBJ_REQUIRED, u, NULL);
	} else if (!has_price) {
		obj_money(o, "unit_price", OBJ_REQUIRED, u, NULL);
	} else if (!has_quantity) {
		obj_rat(o, "quantity", OBJ_REQUIRED, NULL);
	} else if (rat_sign(count) < 0) {
		obj_refuse(o, "quantity", "below zero");
	} else {
		*unit_price = price;
		*quantity = count;
	}
}

static void
items_from(struct obj *o, struct schedule *s)
{
	struct obj child;

	s->nitems = obj_array(o, "schedule_items", OBJ_REQUIRED, o->stored ? 0 : 1);
	s->items = ARENA_ARRAY(o->arena, s->nitems, struct schedule_item);
	for (size_t i = 0; i < s->nitems && obj_item(o, "schedule_items", i, &child); i++) {
		struct schedule_item *item = &s->items[i];

		item->id = obj_id(&child, "id", OBJ_OPTIONAL);
		item->timestamp_ns = obj_instant(&child, "timestamp", OBJ_REQUIRED);
		schedule_amount_from(&child, &s->unit, &item->unit_price, &item->quantity);
		obj_close(&child);
	}
}

/* The dates, one item each; amounts come after, when their number is known. */
static bool
expand_dates(struct obj *o, struct schedule *s)
{
	struct grid g = frequency_grid(s->frequency, s->starting_at_ns);
	size_t cap = 0;
	int64_t t_ns;

	for (int64_t k = 0; grid_start(&g, k, &t_ns) && t_ns < s->ending_before_ns; k++) {
		if (s->nitems == SCHEDULE_MAX_DATES)
			return obj_refuse(o, "ending_before",
				"more than %d dates from starting_at "
				"on",
				SCHEDULE_MAX_DATES);
		s->items = arena_grow(o->arena, s->items, &cap, s->nitems + 1, sizeof(s->items[0]));
		s->items[s->nitems++].timestamp_ns = t_ns;
	}
	return true;
}

static struct rat
part_of(struct arena *a, struct rat whole, size_t n)
{
	return rat_mul(a, whole, rat_frac(a, 1, (int64_t)n));
}

static void
distribute(struct schedule *s, struct arena *a)
{
	struct rat whole = rat_mul(a, s->unit_price, s->quantity);
	struct rat left = whole;
	struct rat part = unit_due(a, &s->unit, part_of(a, whole, s->nitems));

	for (size_t i = 0; i < s->nitems; i++) {
		struct schedule_item *item = &s->items[i];

		item->quantity = s->quantity;
		switch (s->distribution) {
		case DISTRIBUTE_EACH:
			item->unit_price = s->unit_price;
			break;
		case DISTRIBUTE_DIVIDED:
			item->unit_price = part_of(a, s->unit_price, s->nitems);
			break;
		case DISTRIBUTE_DIVIDED_ROUNDED:
			item->unit_price = i + 1 < s->nitems ? part : left;
			item->quantity = RAT_ONE;
			left = rat_sub(a, left, part);
			break;
		}
	}
}

static void
recurring_from(struct obj *parent, struct schedule *s)
{
	struct obj o;

	if (!obj_object(parent, "recurring_schedule", OBJ_REQUIRED, &o))
		return;
	s->recurring = true;
	s->starting_at_ns = obj_instant(&o, "starting_at", OBJ_REQUIRED);
	s->ending_before_ns = obj_instant(&o, "ending_before", OBJ_REQUIRED);
	obj_interval(&o, s->starting_at_ns, s->ending_before_ns);
	s->frequency = obj_frequency(&o, "frequency");
	s->distribution = (enum distribution)obj_enum(&o, "amount_distribution", OBJ_OPTIONAL,
		distribution_names, countof(distribution_names), DISTRIBUTE_EACH);
	if (obj_ok(&o) && s->distribution == DISTRIBUTE_DIVIDED_ROUNDED && s->unit.custom)
		obj_refuse(&o, "amount_distribution",
			"%s has no minor unit to round to; wanted EACH or DIVIDED", s->unit.name);
	schedule_amount_from(&o, &s->unit, &s->unit_price, &s->quantity);
	if (obj_ok(&o) && expand_dates(&o, s))
		distribute(s, o.arena);
	obj_close(&o);
}

bool
schedule_from_obj(struct obj *o, const struct unit *usual, struct schedule *out)
{
	struct schedule s = { .starting_at_ns = INSTANT_NONE, .ending_before_ns = INSTANT_NONE };
	bool items = obj_has(o, "schedule_items");
	bool recurring = obj_has(o, "recurring_schedule");

	s.unit = obj_unit(o, "credit_type_id", usual);
	if (items && recurring)
		obj_refuse(o, "recurring_schedule",
			"given beside schedule_items; wanted one of "
			"the two");
	else if (recurring)
		recurring_from(o, &s);
	else
		items_from(o, &s);
	/* the other one may be there as null */
	obj_value(o, items ? "recurring_schedule" : "schedule_items", OBJ_OPTIONAL);
	if (!obj_ok(o))
		return false;
	*out = s;
	return true;
}

/* ---- changes ---- */

void
schedule_name_dates(struct schedule *s, struct str owner_id, struct arena *a)
{
	char at[INSTANT_TEXT_SIZE];

	for (size_t i = 0; s->recurring && owner_id.n > 0 && i < s->nitems; i++) {
		const struct str parts[] = { STR("schedule_item"), owner_id,
			str_c(instant_text(s->items[i].timestamp_ns, at)) };
		struct id id = id_derive(parts, countof(parts));

		s->items[i].id = str_dup(a, id_str(&id));
	}
}

struct rat
schedule_total(const struct schedule *s, struct arena *a)
{
	struct rat sum = RAT_ZERO;

	for (size_t i = 0; i < s->nitems; i++)
		sum = rat_add(a, sum, rat_mul(a, s->items[i].unit_price, s->items[i].quantity));
	return sum;
}

void
schedule_keep(struct schedule *s, const bool *keep, struct arena *a)
{
	struct schedule_item *kept = ARENA_ARRAY(a, s->nitems, struct schedule_item);
	size_t n = 0;

	for (size_t i = 0; i < s->nitems; i++)
		if (keep[i])
			kept[n++] = s->items[i];
	if (n == s->nitems)
		return;
	s->items = kept;
	s->nitems = n;
	s->recurring = false;
}

/* ---- writing ---- */

static void
write_amount(struct jsonw *w, struct rat unit_price, struct rat quantity, enum terms_form form)
{
	struct arena product = ARENA_INIT;
	bool single = rat_eq(quantity, RAT_ONE);

	if (form == TERMS_PRINTED)
		jsonw_member_rat(w, "amount", rat_mul(&product, unit_price, quantity));
	else if (single)
		jsonw_member_decimal(w, "amount", unit_price, form);
	if (form == TERMS_PRINTED || !single) {
		jsonw_member_decimal(w, "unit_price", unit_price, form);
		jsonw_member_decimal(w, "quantity", quantity, form);
	}
	arena_release(&product);
}

static void
write_items(struct jsonw *w, const struct schedule *s, enum terms_form form)
{
	jsonw_key(w, "schedule_items");
	jsonw_array(w);
	for (size_t i = 0; i < s->nitems; i++) {
		const struct schedule_item *item = &s->items[i];

		jsonw_object(w);
		jsonw_member_str_opt(w, "id", item->id);
		jsonw_member_instant(w, "timestamp", item->timestamp_ns);
		write_amount(w, item->unit_price, item->quantity, form);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_recurring(struct jsonw *w, const struct schedule *s, enum terms_form form)
{
	jsonw_key(w, "recurring_schedule");
	jsonw_object(w);
	jsonw_member_instant(w, "starting_at", s->starting_at_ns);
	jsonw_member_instant(w, "ending_before", s->ending_before_ns);
	jsonw_member_c(w, "frequency", frequency_name(s->frequency));
	jsonw_member_c(w, "amount_distribution", distribution_name(s->distribution));
	write_amount(w, s->unit_price, s->quantity, form);
	jsonw_end(w);
}

void
schedule_members(struct jsonw *w, const struct schedule *s, enum terms_form form)
{
	if (form == TERMS_PRINTED)
		jsonw_unit(w, "credit_type", &s->unit);
	else
		jsonw_member_str(w, "credit_type_id", id_str(&s->unit.id));
	if (s->recurring)
		write_recurring(w, s, form);
	if (!s->recurring || form == TERMS_PRINTED)
		write_items(w, s, form);
}
