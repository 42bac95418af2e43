/*
 * mtr-ingest - usage events in: validate, deduplicate, store.
 */
#include "cli.h"

#include <sched.h>

#include "ingest_run.h"

#include "base/banned.h"

/* A second thread pays where a second processor may be used. */
static bool
two_processors(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) == 0 && CPU_COUNT(&set) > 1;
}

static bool
open_files(struct ingest_run *run)
{
	struct cli *c = run->c;
	struct walk *w = &run->walk;
	struct store_options opt = cli_store_options(c, c->dry_run ? STORE_READ : STORE_WRITE);

	w->files = cli_files(c, &w->nfiles);
	if (w->files == NULL || !ingest_settings(c, &run->settings) ||
		(!run->settings.check && !store_open(&opt, &c->store, &c->e)))
		return false;
	run->settings.opt.thread = two_processors();
	return rejects_open(&w->rejects, c, run->settings.rejects, w->files, w->nfiles);
}

static void
warn_lost(struct ingest_run *run)
{
	const struct rejects *r = &run->walk.rejects;
	struct err e = ERR_INIT;

	if (r->lost == 0)
		return;
	(void)err_set(&e, ERR_INPUT, "rejects_incomplete",
		"%llu of the refused records could not be kept, and are not in this file",
		(unsigned long long)r->lost);
	(void)err_place(&e, r->path, 0, 0);
	cli_warn(run->c, &e);
}

static bool
ingest(struct cli *c)
{
	struct ingest_run run = { .c = c };
	bool ok;

	run.walk = (struct walk){ .c = c,
		.settings = &run.settings,
		.spool = SPOOL_INIT,
		.rejects = REJECTS_INIT };
	run.judge.rules = &run.settings.opt.rules;
	ingest_survey_init(&run.survey);
	ok = open_files(&run);
	if (ok) {
		run.judge.cloudevents = run.settings.opt.cloudevents;
		ok = run.settings.check ? ingest_run_check(&run) : ingest_run_store(&run);
		warn_lost(&run);
	}
	ingest_judge_release(&run.judge);
	ingest_survey_release(&run.survey);
	spool_close(&run.walk.spool);
	return rejects_close(&run.walk.rejects, &c->e) && ok;
}

static const struct cli_option options[] = {
	{ "input", "auto|ndjson|json|csv|cloudevents", "form of the input", false },
	{ "strict", NULL, "all or nothing: store nothing when one record is refused", false },
	{ "check", NULL, "judge the records, without a database", false },
	{ "rejects", "FILE", "write refused records and conflicts there, as they came", false },
	{ "max-errors", "N", "stop after so many refused records and conflicts", false },
	{ "ack", NULL, "write a line for each batch when it is durable", false },
	{ "future-limit", "DURATION", "how far ahead of the clock an event may be (24h), or none",
		false },
	{ "max-age", "DURATION", "how far behind the clock an event may be (no limit)", false },
	{ "max-record", "BYTES", "refuse a longer record (1048576)", false },
	{ "map", "COLUMN=FIELD,...", "take these columns of CSV for these fields", true },
	{ "set", "FIELD=VALUE", "a constant field of every event", true },
	{ "id", "HOW", "make transaction ids: line:NAME or content", false },
	{ "utc", NULL, "a timestamp without an offset is UTC", false },
};

static const struct verb verbs[] = {
	{ "", ingest, "[file ...]", "store usage events read as records",
		ACCEPT_DB | ACCEPT_DRY_RUN | ACCEPT_PROGRESS | ACCEPT_LOCK | ACCEPT_NOW,
		CLI_STORE_OWN, options, countof(options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-ingest", "usage events in: validate, deduplicate, store", verbs,
		countof(verbs), argc, argv);
}
