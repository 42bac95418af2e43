/* A rate as a row of CSV that add-rates reads: prices name their unit. */
#ifndef CMD_RATE_FLAT_H
#define CMD_RATE_FLAT_H

#include "cli.h"
#include "domain/ratecard.h"

/* "id" first, rate_flat_of_segment without it and with rate_id at the end. */
extern const struct cli_column rate_flat_columns[];
extern const size_t rate_flat_ncolumns;
extern const struct cli_column rate_flat_of_segment[];
extern const size_t rate_flat_nof_segment;

/* Its dates, or those of the stretch in which it holds. */
void rate_flat_json(struct jsonw *w, const struct rate *r, int64_t starting_at_ns,
	int64_t ending_before_ns, struct arena *a);

#endif
