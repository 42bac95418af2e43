/*
 * ingest_settings - the options of mtr-ingest, checked.
 *
 * Shape      durations are a whole number and s, m, h or d. Fields named by
 *            --map and --set are fields of an event, or properties.NAME.
 * Ownership  everything lives in c->run.
 * Errors     wrong usage, reported.
 */
#ifndef CMD_INGEST_SETTINGS_H
#define CMD_INGEST_SETTINGS_H

#include "cli.h"

#include "tasks/ingest.h"

struct ingest_settings {
	struct ingest_options opt;
	struct record_options reading;
	const char *rejects; /* path; NULL: none */
	uint64_t max_errors; /* 0: no limit */
	bool check;          /* judge the records, and that is all */
	bool ack;            /* a line for each batch */
	int64_t future_ns;   /* how far ahead of the clock; < 0: no limit */
	int64_t age_ns;      /* how far behind it, likewise */
};

bool ingest_settings(struct cli *c, struct ingest_settings *out);

/* What hangs on the clock, as it is by now. */
void ingest_settings_clock(const struct cli *c, struct ingest_settings *s);

#endif
