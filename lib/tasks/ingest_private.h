/*
 * ingest_private - what the files behind ingest.h share.
 *
 * Shape      a ring of jobs, each a batch: the taking side fills one, the storing
 *            side appends them in turn, and the taking side hears of each
 *            before it fills it again. Counters of jobs only rise; job i lies in
 *            slot i % INGEST_JOBS.
 * Ownership  a job belongs to the side whose turn it is: the counters of the
 *            writer, under its mutex, pass it on. The census belongs to the
 *            storing side; the other one looks when all is settled.
 */
#ifndef TASKS_INGEST_PRIVATE_H
#define TASKS_INGEST_PRIVATE_H

#include <pthread.h>

#include "base/map.h"
#include "store/billed_store.h"
#include "store/event_store.h"
#include "tasks/ingest.h"
#include "tasks/ingest_judge.h"

#define INGEST_JOBS 3 /* one in hand, one that waits, one that is being stored */

/* Where a record of a batch came from. */
struct ingest_origin {
	const char *file;
	uint64_t line;
	uint64_t column;
	struct str bytes; /* in the job's arena */
};

struct ingest_job {
	struct event_batch *events;
	struct ingest_origin *origins;
	size_t cap;
	size_t bytes; /* of records, for bounds */
	uint64_t rejected;
	int64_t now_ns; /* the clock when it was saved */
	struct arena arena;

	/* what came of it */
	bool stored;
	struct event_append append;
	struct err e;
	int64_t first_ns; /* timestamps of the accepted; INSTANT_NONE: none */
	int64_t last_ns;
	uint64_t late;
};

/* ---- ingest_census.c: whose events they are, and whether they come too late ---- */

/* The customers of accepted events, and which time of each is billed. */
struct ingest_census {
	struct store *st;
	struct arena arena;
	struct map customers; /* customer key -> struct owner */
	size_t kept;          /* the first of them: of batches that were stored */
	bool marked;
	struct billed_mark mark; /* what is known of bills is of this mark */
	uint64_t round;          /* rises when the mark changes */
	int64_t until_ns;        /* nothing from here on is billed; INSTANT_NONE: nothing is */
	struct arena spans;
};

void ingest_census_init(struct ingest_census *c, struct store *st);
void ingest_census_release(struct ingest_census *c);
/* Before the events of a job. */
bool ingest_census_begin(struct ingest_census *c, struct err *e);
/* Accepted events into job; ERR in job->e. False to stop. */
bool ingest_census_add(struct ingest_census *c, struct ingest_job *job,
	const struct event_columns *events);
void ingest_census_keep(struct ingest_census *c); /* the job was stored */
/* How many of the customer keys no customer has. */
bool ingest_census_unknown(struct ingest_census *c, uint64_t *unknown, struct err *e);

/* ---- ingest_writer.c: batches into the store, in turn ---- */

struct ingest_writer {
	struct store *st;
	const struct ingest_options *opt;
	struct ingest_job *jobs; /* INGEST_JOBS */
	struct ingest_census census;
	bool begun;  /* whole: the transaction is open */
	bool failed; /* what comes now is dropped */

	bool threaded;
	pthread_t thread;
	pthread_mutex_t mutex; /* of what follows */
	pthread_cond_t more;   /* queued or ending changed */
	pthread_cond_t less;   /* done changed */
	uint64_t queued;       /* jobs handed over so far */
	uint64_t done;         /* jobs stored or dropped so far */
	bool ending;
};

void ingest_writer_start(struct ingest_writer *w, struct store *st,
	const struct ingest_options *opt, struct ingest_job *jobs);
void ingest_writer_stop(struct ingest_writer *w);
void ingest_writer_hand(struct ingest_writer *w); /* the next job */
void ingest_writer_wait(struct ingest_writer *w, uint64_t done);
/* whole: the end of the transaction; all is settled. */
bool ingest_writer_end(struct ingest_writer *w, bool keep, struct err *e);

#endif
