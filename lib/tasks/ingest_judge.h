/*
 * ingest_judge - is a record an event: what can be said of it without a database.
 *
 * Shape      a judge reads records, JSON, CloudEvents or CSV rows, under one set
 *            of rules. A survey counts what it was shown.
 * Ownership  an event holds until the next record: its texts are slices of the
 *            record or copies in rec. Names of properties of a CSV row are slices
 *            of the reader's names.
 * Errors     ERR_INPUT, with code and place; ids by line refuse a second record
 *            of one line.
 * Order      read = valid + rejected.
 * Source     mtr-ingest(1); mtr-json(5), Events.
 */
#ifndef TASKS_INGEST_JUDGE_H
#define TASKS_INGEST_JUDGE_H

#include "base/map.h"
#include "codec/jsonw.h"
#include "codec/record.h"
#include "domain/event.h"

struct ingest_judge {
	const struct event_rules *rules;
	bool cloudevents;
	uint64_t last_line; /* where the record before began */
	struct arena rec;
};

bool ingest_judge(struct ingest_judge *j, struct record_reader *r, const struct record *rec,
	struct event *out, struct err *e);
void ingest_judge_release(struct ingest_judge *j);

struct ingest_survey {
	uint64_t valid;
	uint64_t rejected;
	int64_t first_ns; /* timestamps of the valid; INSTANT_NONE: none */
	int64_t last_ns;
	struct map customers; /* distinct customer keys of the valid */
	struct arena arena;
	const char *stopped; /* why not all input was read; NULL: it was */
};

/* Must stay where it is. */
void ingest_survey_init(struct ingest_survey *s);
void ingest_survey_release(struct ingest_survey *s);
void ingest_survey_add(struct ingest_survey *s, const struct event *ev);
void ingest_survey_json(struct jsonw *w, const struct ingest_survey *s);

#endif
