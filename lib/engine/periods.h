/*
 * periods - the billing periods of a contract.
 *
 * Shape      cells of an endless grid, cut to the contract's term: the first
 *            and the last may be short. Periods that begin before
 *            invoice_generation_starting_at are left out. FIRST_OF_MONTH grids
 *            are those of the calendar (quarters from January, years), weeks
 *            go from the contract's start.
 * Order      k-th period after the first: contiguous, rising.
 * Range      a cell that leaves the range of instants does not exist.
 * Errors     periods_check: contract.usage_statement_schedule... when the
 *            start of generation is no period boundary. The others leave *out
 *            alone when they return false.
 * Source     mtr-pricing(7), Billing periods.
 * Example    from 2024-09-15, CUSTOM_DATE 2024-09-10, monthly: 09-15..10-10, 10-10..11-10.
 */
#ifndef ENGINE_PERIODS_H
#define ENGINE_PERIODS_H

#include "base/grid.h"
#include "domain/contract.h"

struct period {
	int64_t start_ns;
	int64_t end_ns;
	int64_t cell_start_ns; /* of the whole cell, for prorations */
	int64_t cell_end_ns;
};

struct grid statement_grid(const struct contract *c);
bool periods_check(const struct contract *c, struct err *e);

/* The first period that starts at or after from_ns (INSTANT_NONE: the very first); false: none. */
bool period_first(const struct contract *c, int64_t from_ns, struct period *out);
/* The one behind p; false: the contract is over. */
bool period_next(const struct contract *c, const struct period *p, struct period *out);
/* The one that holds t_ns; false: none. */
bool period_at(const struct contract *c, int64_t t_ns, struct period *out);
/* end + grace: when the usage invoice of p may be final. False: out of the range of instants. */
bool period_issued_at(const struct contract *c, const struct period *p, int64_t *out_ns);

#endif
