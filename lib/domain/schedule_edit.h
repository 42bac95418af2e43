/*
 * schedule_edit - what an edit changes of a schedule.
 *
 * Shape      add_schedule_items, update_schedule_items and remove_schedule_items; the
 *            last two name items by their ids. What is changed is a list of items then,
 *            also where it was a rule. An item that gets another timestamp moves behind
 *            the others, so that among those of one instant it is the last.
 * Units      as in schedule.h.
 * Errors     ERR_INPUT under the path of the schedule; not_found where no item bears
 *            an id.
 * Ownership  items are copied before they are changed.
 * Source     mtr-json(5), Contract edits.
 */
#ifndef DOMAIN_SCHEDULE_EDIT_H
#define DOMAIN_SCHEDULE_EDIT_H

#include "domain/schedule.h"

/* Takes the three keys from o. Items that are added have no ids unless they bring them. */
bool schedule_edit_from_obj(struct obj *o, struct schedule *s);

#endif
