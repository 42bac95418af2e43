/*
 * ingest_run - one run of mtr-ingest, from its records to its receipt.
 *
 * Shape      three ways: each record is judged and stored (plain), all are judged
 *            and then stored in one transaction (--strict), all are judged alone
 *            (--check). Each ends with a line that says what was done.
 * Errors     false: a failure, in c->e, or reported. Refusals count for the exit
 *            status as they are reported.
 * Source     mtr-ingest(1).
 */
#ifndef CMD_INGEST_RUN_H
#define CMD_INGEST_RUN_H

#include "ingest_settings.h"
#include "ingest_walk.h"
#include "tasks/ingest.h"
#include "tasks/ingest_judge.h"

struct ingest_run {
	struct cli *c;
	struct ingest_settings settings;
	struct walk walk;
	struct ingest *in;
	struct ingest_judge judge;   /* --check, and the first walk of --strict */
	struct ingest_survey survey; /* likewise */
	bool whole_walk;             /* --strict: the second walk came to its end */
};

/* The settings are known, the rejects and, for the second, the store are open. */
bool ingest_run_check(struct ingest_run *run);
bool ingest_run_store(struct ingest_run *run);

#endif
