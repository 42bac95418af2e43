/*
 * grid - an endless row of half-open calendar cells around an anchor.
 *
 * Shape      cell k is [grid_start(k), grid_start(k+1)); the anchor begins cell
 *            0; k may be negative. A month step keeps the anchor's day and time
 *            of day, clamped in shorter months and recovered after them.
 * Range      a start outside the range of instants does not exist: false. A cell
 *            needs both its bounds.
 * Source     mtr-pricing(7), Billing periods.
 * Example    anchor 2026-01-31, 1 month: 01-31, 02-28, 03-31, 04-30.
 */
#ifndef BASE_GRID_H
#define BASE_GRID_H

#include <stdbool.h>
#include <stdint.h>

enum grid_unit { GRID_HOURS, GRID_DAYS, GRID_MONTHS };

struct grid {
	int64_t anchor_ns;
	enum grid_unit unit;
	int step; /* > 0 units a cell */
};

/* Where cell k starts. */
bool grid_start(const struct grid *g, int64_t k, int64_t *out_ns);

/* The k of the cell that holds t_ns. */
bool grid_find(const struct grid *g, int64_t t_ns, int64_t *out_k);

/* Start of the first cell at or after t_ns. */
bool grid_next(const struct grid *g, int64_t t_ns, int64_t *out_ns);

#endif
