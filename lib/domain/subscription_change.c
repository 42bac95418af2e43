#include "domain/subscription_part.h"

#include "base/banned.h"

/* The member that holds what a change of each kind brings. */
static const struct change_form {
	const char *name;
	bool ids;
	bool seats; /* of SEAT_BASED subscriptions */
} forms[CHANGE_KINDS] = {
	[CHANGE_QUANTITY] = { "quantity", false, false },
	[CHANGE_DELTA] = { "quantity_delta", false, false },
	[CHANGE_ADD_SEATS] = { "add_seat_ids", true, true },
	[CHANGE_REMOVE_SEATS] = { "remove_seat_ids", true, true },
	[CHANGE_ADD_UNASSIGNED] = { "add_unassigned_seats", false, true },
	[CHANGE_REMOVE_UNASSIGNED] = { "remove_unassigned_seats", false, true },
};

/* ---- reading ---- */

struct texts
seat_ids_from(struct obj *o, const char *name, enum obj_need need)
{
	struct texts ids = obj_texts_field(o, name, need, 0, true);

	for (size_t i = 0; obj_ok(o) && i < ids.n; i++)
		if (ids.p[i].n == 0)
			obj_refuse(o, name, "the id of a seat is empty");
	return ids;
}

struct rat
seat_count_from(struct obj *o, const char *name, enum obj_need need, int min)
{
	bool has;
	struct rat n = obj_rat(o, name, need, &has);
	int64_t whole = 0;

	if (obj_ok(o) && has && (!rat_to_int64(n, &whole) || whole < min))
		obj_refuse(o, name, "wanted a whole number of seats, %d or more", min);
	return n;
}

static void
check_quantity(struct obj *o, const struct quantity_change *c)
{
	if (!obj_ok(o))
		return;
	if (c->kind == CHANGE_QUANTITY && rat_sign(c->quantity) < 0)
		obj_refuse(o, forms[c->kind].name, "below zero");
	if (c->kind == CHANGE_DELTA && rat_sign(c->quantity) == 0)
		obj_refuse(o, forms[c->kind].name, "zero changes nothing");
}

static void
check_start(struct obj *o, const struct quantity_change *c, const struct subscription *s)
{
	char text[INSTANT_TEXT_SIZE];

	if (!obj_ok(o))
		return;
	if (c->starting_at_ns < s->starting_at_ns)
		obj_refuse(o, "starting_at", "before the subscription's start, %s",
			instant_text(s->starting_at_ns, text));
	else if (!o->stored && s->ending_before_ns != INSTANT_NONE &&
		c->starting_at_ns >= s->ending_before_ns)
		obj_refuse(o, "starting_at", "not before the subscription's end, %s",
			instant_text(s->ending_before_ns, text));
}

/* The value of a change whose kind is known, under a name that a list of that kind has. */
static void
value_from(struct obj *o, const char *name, struct quantity_change *c)
{
	if (forms[c->kind].ids)
		c->seat_ids = seat_ids_from(o, name, OBJ_REQUIRED);
	else if (forms[c->kind].seats)
		c->quantity = seat_count_from(o, name, OBJ_REQUIRED, 1);
	else
		c->quantity = obj_rat(o, name, OBJ_REQUIRED, NULL);
	check_quantity(o, c);
}

/* One of the names of the kinds [0, n). */
static void
change_from(struct obj *o, enum change_kind n, const struct subscription *s,
	struct quantity_change *out)
{
	struct quantity_change c = { .kind = n };

	c.starting_at_ns = obj_hour(o, "starting_at", OBJ_REQUIRED);
	for (enum change_kind k = CHANGE_QUANTITY; k < n; k++) {
		if (!obj_has(o, forms[k].name)) {
			obj_value(o, forms[k].name, OBJ_OPTIONAL);
		} else if (c.kind != n) {
			obj_refuse(o, forms[k].name, "given beside %s; wanted one of the two",
				forms[c.kind].name);
		} else {
			c.kind = k;
			value_from(o, forms[k].name, &c);
		}
	}
	if (obj_ok(o) && c.kind == n)
		obj_refuse(o, NULL, "wanted quantity or quantity_delta");
	check_start(o, &c, s);
	obj_close(o);
	*out = c;
}

/* Room for more changes behind those that are there. */
static struct quantity_change *
copy_changes(struct arena *a, const struct subscription *s, size_t more)
{
	struct quantity_change *p = ARENA_ARRAY(a, s->nchanges + more, struct quantity_change);

	for (size_t i = 0; i < s->nchanges; i++)
		p[i] = s->changes[i];
	return p;
}

void
quantity_changes_from(struct obj *o, const char *name, struct subscription *s)
{
	size_t n = obj_array(o, name, OBJ_OPTIONAL, 0);
	struct obj child;

	s->changes = copy_changes(o->arena, s, n);
	for (size_t i = 0; i < n && obj_item(o, name, i, &child); i++) {
		enum change_kind kinds = s->mode == MODE_SEAT_BASED ? CHANGE_KINDS :
								      CHANGE_ADD_SEATS;
		change_from(&child, kinds, s, &s->changes[s->nchanges]);
		s->nchanges++;
	}
}

void
subscription_check_steps(struct obj *o, const char *name, const struct subscription *s)
{
	struct quantity_steps ignored;
	struct str why;

	if (obj_ok(o) && !subscription_steps(s, o->arena, &ignored, &why))
		obj_refuse(o, name, "%.*s", STR_FMT(why));
}

/* ---- updates ---- */

/* A list of one kind: each item has its start and the value under its own name. */
static void
seat_list_from(struct obj *o, enum change_kind kind, struct subscription *s)
{
	const char *name = forms[kind].name;
	size_t n = obj_array(o, name, OBJ_OPTIONAL, 0);
	struct obj child;

	s->changes = copy_changes(o->arena, s, n);
	for (size_t i = 0; i < n && obj_item(o, name, i, &child); i++) {
		struct quantity_change *c = &s->changes[s->nchanges++];

		*c = (struct quantity_change){ .kind = kind };
		c->starting_at_ns = obj_hour(&child, "starting_at", OBJ_REQUIRED);
		value_from(&child, forms[kind].ids ? "seat_ids" : "quantity", c);
		check_start(&child, c, s);
		obj_close(&child);
	}
}

static void
seat_updates_from(struct obj *parent, struct subscription *s)
{
	struct obj o;

	if (!obj_object(parent, "seat_updates", OBJ_OPTIONAL, &o))
		return;
	if (s->mode != MODE_SEAT_BASED)
		obj_refuse(parent, "seat_updates", "the subscription is QUANTITY_ONLY");
	for (enum change_kind k = CHANGE_ADD_SEATS; k < CHANGE_KINDS; k++)
		seat_list_from(&o, k, s);
	obj_close(&o);
}

static void
quantity_updates_from(struct obj *o, struct subscription *s)
{
	if (s->mode == MODE_SEAT_BASED && obj_has(o, "quantity_updates"))
		obj_refuse(o, "quantity_updates",
			"the subscription is SEAT_BASED; wanted seat_updates");
	quantity_changes_from(o, "quantity_updates", s);
}

/* What was counted so far are seats that are not assigned: whole ones. */
static void
check_whole(struct obj *o, const struct subscription *s)
{
	struct quantity_steps steps;
	char text[INSTANT_TEXT_SIZE];
	int64_t ignored;
	struct str why;

	if (!obj_ok(o) || !subscription_steps(s, o->arena, &steps, &why))
		return;
	for (size_t i = 0; i < steps.n; i++)
		if (!rat_to_int64(steps.p[i].quantity, &ignored))
			obj_refuse(o, NULL, "the quantity from %s on is no whole number of seats",
				instant_text(steps.p[i].at_ns, text));
}

static void
mode_update_from(struct obj *parent, struct subscription *s)
{
	static const char *const words[] = { "SEAT_BASED" };
	struct obj o, seats;

	if (!obj_object(parent, "quantity_management_mode_update", OBJ_OPTIONAL, &o))
		return;
	if (s->mode == MODE_SEAT_BASED)
		obj_refuse(parent, "quantity_management_mode_update",
			"the subscription is SEAT_BASED already");
	obj_enum(&o, "quantity_management_mode", OBJ_REQUIRED, words, countof(words), 0);
	if (obj_object(&o, "seat_config", OBJ_REQUIRED, &seats)) {
		s->seat_group_key = obj_text(&seats, "seat_group_key", OBJ_REQUIRED, 1, SIZE_MAX);
		obj_close(&seats);
	}
	check_whole(&o, s);
	s->mode = MODE_SEAT_BASED;
	obj_close(&o);
}

static void
end_from(struct obj *o, struct subscription *s)
{
	int64_t end_ns = obj_hour(o, "ending_before", OBJ_OPTIONAL);

	if (end_ns == INSTANT_NONE)
		return;
	obj_interval(o, s->starting_at_ns, end_ns);
	s->ending_before_ns = end_ns;
}

bool
subscription_update_from_obj(struct obj *o, struct subscription *s)
{
	end_from(o, s);
	quantity_updates_from(o, s);
	mode_update_from(o, s);
	seat_updates_from(o, s);
	subscription_check_steps(o, NULL, s);
	return obj_ok(o);
}

/* ---- writing ---- */

void
quantity_changes_member(struct jsonw *w, const char *key, const struct subscription *s,
	enum terms_form form)
{
	if (s->nchanges == 0)
		return;
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < s->nchanges; i++) {
		const struct quantity_change *c = &s->changes[i];

		jsonw_object(w);
		jsonw_member_instant(w, "starting_at", c->starting_at_ns);
		if (forms[c->kind].ids)
			jsonw_texts(w, forms[c->kind].name, &c->seat_ids);
		else
			jsonw_member_decimal(w, forms[c->kind].name, c->quantity, form);
		jsonw_end(w);
	}
	jsonw_end(w);
}

static void
write_period(struct jsonw *w, const char *key, const struct subscription_period *p)
{
	if (p == NULL)
		return;
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_member_instant(w, "starting_at", p->start_ns);
	jsonw_member_instant(w, "ending_before", p->end_ns);
	jsonw_end(w);
}

void
subscription_view_members(struct jsonw *w, const struct subscription_view *v)
{
	jsonw_member_str(w, "fiat_credit_type_id", id_str(&v->unit.id));
	jsonw_key(w, "billing_periods");
	jsonw_object(w);
	write_period(w, "previous", v->previous);
	write_period(w, "current", v->current);
	write_period(w, "next", v->next);
	jsonw_end(w);
	jsonw_key(w, "quantity_schedule");
	jsonw_array(w);
	for (size_t i = 0; i < v->schedule.n; i++) {
		const struct quantity_step *step = &v->schedule.p[i];

		jsonw_object(w);
		jsonw_member_rat(w, "quantity", step->quantity);
		jsonw_member_instant(w, "starting_at", step->at_ns);
		jsonw_member_instant_opt(w, "ending_before",
			i + 1 < v->schedule.n ? v->schedule.p[i + 1].at_ns : INSTANT_NONE);
		jsonw_end(w);
	}
	jsonw_end(w);
}
