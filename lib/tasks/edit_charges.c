#include "domain/schedule_edit.h"
#include "tasks/edit_guard.h"
#include "tasks/edit_part.h"
#include "tasks/scheduled_bills.h"
#include "tasks/terms.h"

#include "base/banned.h"

static struct scheduled_charge *
copy_charges(struct edit *x, const struct contract *c, size_t more)
{
	struct scheduled_charge *charges = ARENA_ARRAY(x->arena, c->ncharges + more,
		struct scheduled_charge);

	for (size_t i = 0; i < c->ncharges; i++)
		charges[i] = c->charges[i];
	return charges;
}

/* ---- add ---- */

static bool
add(struct edit *x, struct obj *o, struct contract *c, bool discounts)
{
	const char *key = x->key, *code = str_printf(x->arena, "contract.%s", key).p;
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct err closed = ERR_INIT;
	struct obj child;

	c->charges = copy_charges(x, c, n);
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct scheduled_charge *charge = &c->charges[c->ncharges];
		const char *path = str_printf(x->arena, "%s[%zu]", key, i).p;

		scheduled_charge_from_obj(&child, discounts, charge);
		if (!obj_ok(o) ||
			!terms_charge_resolve(x->store, charge, path, code, x->now_ns, x->arena,
				&closed, x->e) ||
			!edit_open(x, &closed) ||
			!terms_charge_new_ids(x->store, charge, path, x->arena, x->e))
			return false;
		c->ncharges++;
	}
	return obj_ok(o);
}

bool
edit_add_scheduled_charges(struct edit *x, struct obj *o, struct contract *c)
{
	return add(x, o, c, false);
}

bool
edit_add_discounts(struct edit *x, struct obj *o, struct contract *c)
{
	return add(x, o, c, true);
}

/* ---- which ---- */

static size_t
find(const struct contract *c, struct str ref)
{
	size_t named = SIZE_MAX, n = 0;

	for (size_t i = 0; i < c->ncharges; i++) {
		const struct scheduled_charge *charge = &c->charges[i];

		if (charge->discount || charge->archived_at_ns != INSTANT_NONE)
			continue;
		if (str_eq(charge->id, ref))
			return i;
		if (str_eq(charge->name, ref)) {
			named = i;
			n++;
		}
	}
	return n == 1 ? named : SIZE_MAX;
}

static bool
not_found(struct obj *o, const char *field)
{
	return obj_refuse_as(o, field, "not_found",
		"the contract has none of this id or name, or several of the name");
}

/* ---- update ---- */

/* Under either name; invoice_schedule is that of the interface copied. */
static bool
update_schedule(struct obj *o, struct schedule *s)
{
	const char *key = obj_has(o, "schedule") ? "schedule" : "invoice_schedule";
	struct obj schedule;

	if (obj_object(o, key, OBJ_REQUIRED, &schedule)) {
		schedule_edit_from_obj(&schedule, s);
		obj_close(&schedule);
	}
	return obj_close(o);
}

bool
edit_update_scheduled_charges(struct edit *x, struct obj *o, struct contract *c)
{
	static const char key[] = "update_scheduled_charges", subject[] = "scheduled_charge_id";
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct obj child;

	c->charges = copy_charges(x, c, 0);
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct str ref = obj_subject(&child, subject, "scheduled_charge");
		size_t at = obj_ok(o) ? find(c, ref) : SIZE_MAX;
		struct schedule before, *after;

		if (at == SIZE_MAX)
			return not_found(&child, subject);
		after = &c->charges[at].schedule;
		before = *after;
		if (!update_schedule(&child, after) ||
			!guard_items(x, &child, c->charges[at].id, NULL, &before, after) ||
			!edit_item_ids(x, &child, &before, after))
			return false;
	}
	return obj_ok(o);
}

/* ---- archive ---- */

static bool
guard_archive(struct edit *x, struct obj *o, const struct scheduled_charge *charge)
{
	char text[INSTANT_TEXT_SIZE];
	bool *billed;

	if (!schedule_billed(x->store, x->before->id, charge->id, &charge->schedule, x->arena,
		    &billed, x->e))
		return false;
	for (size_t i = 0; i < charge->schedule.nitems; i++)
		if (billed[i])
			return obj_refuse_as(o, "id", "billed",
				"the invoice of %s, which bills it, is final; void that first",
				instant_text(charge->schedule.items[i].timestamp_ns, text));
	return true;
}

bool
edit_archive_scheduled_charges(struct edit *x, struct obj *o, struct contract *c)
{
	static const char key[] = "archive_scheduled_charges";
	size_t n = obj_array(o, key, OBJ_OPTIONAL, 0);
	struct obj child;

	c->charges = copy_charges(x, c, 0);
	for (size_t i = 0; i < n && obj_item(o, key, i, &child); i++) {
		struct str ref = obj_reference(&child, "id", "scheduled_charge", OBJ_REQUIRED);
		size_t at = obj_ok(o) ? find(c, ref) : SIZE_MAX;

		if (at == SIZE_MAX)
			return not_found(&child, "id");
		if (!guard_archive(x, &child, &c->charges[at]) || !obj_close(&child))
			return false;
		c->charges[at].archived_at_ns = x->now_ns;
	}
	return obj_ok(o);
}
