#include "tasks/ingest_private.h"

#include <assert.h>
#include <signal.h>

#include "base/banned.h"

/* ---- one batch ---- */

struct visit {
	struct ingest_writer *w;
	struct ingest_job *job;
};

static bool
visit_accepted(void *ctx, const struct event_columns *events)
{
	struct visit *v = ctx;

	return ingest_census_add(&v->w->census, v->job, events);
}

static bool
append(struct ingest_writer *w, struct ingest_job *job)
{
	struct visit v = { w, job };

	job->append = (struct event_append){
		.batch = job->events,
		.rejected = job->rejected,
		.now_ns = job->now_ns,
		.rehearsal = w->opt->dry_run,
		.accepted = visit_accepted,
		.ctx = &v,
	};
	return ingest_census_begin(&w->census, &job->e) &&
		event_store_append(w->st, &job->append, &job->arena, &job->e) &&
		job->e.kind == ERR_NONE; /* of the visit */
}

/* Within a transaction that is begun with the first batch and left open. */
static bool
append_to_whole(struct ingest_writer *w, struct ingest_job *job)
{
	if (!w->begun && !store_begin(w->st, &job->e))
		return false;
	w->begun = true;
	return append(w, job);
}

static bool
append_durably(struct ingest_writer *w, struct ingest_job *job)
{
	if (!store_begin(w->st, &job->e))
		return false;
	if (append(w, job))
		return store_save(w->st, &job->e);
	store_undo(w->st);
	return false;
}

/* After a failure nothing more is stored: a batch behind a gap would be out of order. */
static void
store_job(struct ingest_writer *w, struct ingest_job *job)
{
	job->first_ns = job->last_ns = INSTANT_NONE;
	job->late = 0;
	job->append = (struct event_append){ .recorded_at_ns = INSTANT_NONE };
	job->stored = false;
	err_clear(&job->e);
	if (w->failed)
		return;
	if (event_batch_count(job->events) == 0)
		job->stored = true;
	else if (w->opt->dry_run)
		job->stored = append(w, job);
	else if (w->opt->whole)
		job->stored = append_to_whole(w, job);
	else
		job->stored = append_durably(w, job);
	w->failed = !job->stored;
	if (job->stored)
		ingest_census_keep(&w->census);
}

/* ---- the thread ---- */

static void *
run(void *arg)
{
	struct ingest_writer *w = arg;

	pthread_mutex_lock(&w->mutex);
	for (;;) {
		while (w->queued == w->done && !w->ending)
			pthread_cond_wait(&w->more, &w->mutex);
		if (w->queued == w->done)
			break;
		struct ingest_job *job = &w->jobs[w->done % INGEST_JOBS];

		pthread_mutex_unlock(&w->mutex);
		store_job(w, job);
		pthread_mutex_lock(&w->mutex);
		w->done++;
		pthread_cond_signal(&w->less);
	}
	pthread_mutex_unlock(&w->mutex);
	return NULL;
}

/* Signals are for the thread that reads. Where there is no thread to be had, it goes without. */
static bool
start_thread(struct ingest_writer *w)
{
	sigset_t all, before;
	bool started;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = pthread_create(&w->thread, NULL, run, w) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return started;
}

void
ingest_writer_start(struct ingest_writer *w, struct store *st, const struct ingest_options *opt,
	struct ingest_job *jobs)
{
	*w = (struct ingest_writer){ .st = st, .opt = opt, .jobs = jobs };
	ingest_census_init(&w->census, st);
	pthread_mutex_init(&w->mutex, NULL);
	pthread_cond_init(&w->more, NULL);
	pthread_cond_init(&w->less, NULL);
	w->threaded = opt->thread && start_thread(w);
}

void
ingest_writer_stop(struct ingest_writer *w)
{
	if (w->threaded) {
		pthread_mutex_lock(&w->mutex);
		w->ending = true;
		pthread_cond_signal(&w->more);
		pthread_mutex_unlock(&w->mutex);
		pthread_join(w->thread, NULL);
	}
	if (w->begun)
		store_undo(w->st);
	pthread_cond_destroy(&w->less);
	pthread_cond_destroy(&w->more);
	pthread_mutex_destroy(&w->mutex);
	ingest_census_release(&w->census);
}

void
ingest_writer_hand(struct ingest_writer *w)
{
	if (!w->threaded) {
		store_job(w, &w->jobs[w->queued % INGEST_JOBS]);
		w->queued++;
		w->done++;
		return;
	}
	pthread_mutex_lock(&w->mutex);
	w->queued++;
	pthread_cond_signal(&w->more);
	pthread_mutex_unlock(&w->mutex);
}

void
ingest_writer_wait(struct ingest_writer *w, uint64_t done)
{
	pthread_mutex_lock(&w->mutex);
	while (w->done < done)
		pthread_cond_wait(&w->less, &w->mutex);
	pthread_mutex_unlock(&w->mutex);
}

bool
ingest_writer_end(struct ingest_writer *w, bool keep, struct err *e)
{
	bool ok = true;

	if (!w->begun)
		return true;
	w->begun = false;
	if (keep && !w->failed)
		ok = store_save(w->st, e);
	else
		store_undo(w->st);
	return ok;
}
