/*
 * subscription_part - the quantities of a subscription as JSON (inside domain).
 *
 * Shape      an update in the terms is one change: starting_at, and one of
 *            quantity, quantity_delta, add_seat_ids, remove_seat_ids,
 *            add_unassigned_seats, remove_unassigned_seats.
 * Errors     as of subscription.h.
 */
#ifndef DOMAIN_SUBSCRIPTION_PART_H
#define DOMAIN_SUBSCRIPTION_PART_H

#include "domain/subscription.h"

/* Ids, none empty, none twice. */
struct texts seat_ids_from(struct obj *o, const char *name, enum obj_need need);
/* A whole number of seats, min or more; absent: zero. */
struct rat seat_count_from(struct obj *o, const char *name, enum obj_need need, int min);

void quantity_changes_from(struct obj *o, const char *name, struct subscription *s);
void quantity_changes_member(struct jsonw *w, const char *key, const struct subscription *s,
	enum terms_form form);
/* Refuse, under the name, changes that cannot be. */
void subscription_check_steps(struct obj *o, const char *name, const struct subscription *s);
/* fiat_credit_type_id, billing_periods, quantity_schedule. */
void subscription_view_members(struct jsonw *w, const struct subscription_view *v);

#endif
