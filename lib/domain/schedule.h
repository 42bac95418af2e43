/*
 * schedule - when fixed amounts fall due.
 *
 * Shape      either items with a timestamp each (any second), or a recurring
 *            schedule: dates starting_at + k frequencies < ending_before, and an
 *            amount that is repeated (EACH) or divided over the dates.
 * Units      amounts and unit prices in stored units; amount = quantity x unit price.
 * Rounding   DIVIDED none (exact n-th parts of the unit price); DIVIDED_ROUNDED
 *            parts half away from zero to the minor unit, the remainder on the last.
 * Range      at most SCHEDULE_MAX_DATES dates of a recurring schedule.
 * Errors     ERR_INPUT under the path of the schedule.
 * Source     mtr-json(5), Schedules; mtr-pricing(7), Scheduled charges.
 * Example    quarterly from 2024-11-01 before 2025-11-01: 4 dates.
 */
#ifndef DOMAIN_SCHEDULE_H
#define DOMAIN_SCHEDULE_H

#include "base/grid.h"
#include "base/rat.h"
#include "domain/common.h"
#include "domain/unit.h"

#define SCHEDULE_MAX_DATES 10000

enum frequency { FREQ_WEEKLY, FREQ_MONTHLY, FREQ_QUARTERLY, FREQ_SEMI_ANNUAL, FREQ_ANNUAL };
#define FREQUENCIES 5

enum distribution { DISTRIBUTE_EACH, DISTRIBUTE_DIVIDED, DISTRIBUTE_DIVIDED_ROUNDED };

struct schedule_item {
	struct str id; /* may be empty until stored */
	int64_t timestamp_ns;
	struct rat unit_price;
	struct rat quantity;
};

struct schedule {
	struct unit unit;
	struct schedule_item *items; /* as given, or one for each date of the recurring schedule */
	size_t nitems;
	bool recurring;
	int64_t starting_at_ns;
	int64_t ending_before_ns;
	enum frequency frequency;
	enum distribution distribution;
	struct rat unit_price; /* of the recurring schedule as given */
	struct rat quantity;
};

const char *frequency_name(enum frequency f);                  /* "SEMI_ANNUAL" */
const char *distribution_name(enum distribution d);            /* "DIVIDED_ROUNDED" */
enum frequency obj_frequency(struct obj *o, const char *name); /* required */
/* Of a subscription: not SEMI_ANNUAL. Absent: FREQ_MONTHLY; ask obj_has. */
enum frequency obj_billing_frequency(struct obj *o, const char *name, enum obj_need need);
struct grid frequency_grid(enum frequency f, int64_t anchor_ns);

/*
 * Takes "schedule_items" or "recurring_schedule" and "credit_type_id" from o;
 * expands the dates. usual: the unit where none is named.
 */
bool schedule_from_obj(struct obj *o, const struct unit *usual, struct schedule *out);
/* amount, or unit_price and quantity. */
void schedule_amount_from(struct obj *o, const struct unit *u, struct rat *unit_price,
	struct rat *quantity);
/* Ids of the dates of a recurring schedule: they follow from the id of whose it is. */
void schedule_name_dates(struct schedule *s, struct str owner_id, struct arena *a);
/* What all its items come to. */
struct rat schedule_total(const struct schedule *s, struct arena *a);
/*
 * Keep the items that are marked, and drop the others. Of a recurring schedule what is left
 * are items as if they had been given.
 */
void schedule_keep(struct schedule *s, const bool *keep, struct arena *a);
/*
 * Into the object that is open. Stored: what schedule_from_obj takes. Printed:
 * the items with amount, unit_price and quantity, those of the dates of a
 * recurring schedule too.
 */
void schedule_members(struct jsonw *w, const struct schedule *s, enum terms_form form);

#endif
