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
};

bool ingest_settings(struct cli *c, struct ingest_settings *out);

#endif
