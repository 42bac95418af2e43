#include "tasks/ingest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tasks/ingest_private.h"

#include "base/banned.h"

#define ORIGINS_MIN ((size_t)1024)

struct ingest {
	struct store *st;
	const struct ingest_options *opt;
	struct ingest_listener to;
	struct ingest_judge judge;
	struct ingest_receipt receipt;
	bool has_digest; /* the receipt */

	struct ingest_job jobs[INGEST_JOBS];
	struct ingest_job *hand;
	uint64_t saved; /* jobs handed to the writer so far */
	uint64_t told;  /* jobs the listener was told of so far */
	struct ingest_writer writer;

	struct arena run;
	struct ingest_ack *acks; /* whole: told at the end */
	size_t nacks;
	size_t acks_cap;
};

struct ingest *
ingest_open(struct store *st, const struct ingest_options *opt, const struct ingest_listener *to)
{
	struct ingest *in = mem_realloc(NULL, 1, sizeof(*in));

	*in = (struct ingest){
		.st = st,
		.opt = opt,
		.to = *to,
		.judge = { .rules = &opt->rules, .cloudevents = opt->cloudevents },
		.receipt = { .first_ns = INSTANT_NONE,
			.last_ns = INSTANT_NONE,
			.dry_run = opt->dry_run },
	};
	for (size_t i = 0; i < INGEST_JOBS; i++)
		in->jobs[i].events = event_batch_new(st);
	in->hand = &in->jobs[0];
	ingest_writer_start(&in->writer, st, opt, in->jobs);
	return in;
}

void
ingest_close(struct ingest *in)
{
	if (in == NULL)
		return;
	ingest_writer_stop(&in->writer);
	for (size_t i = 0; i < INGEST_JOBS; i++) {
		event_batch_free(in->jobs[i].events);
		free(in->jobs[i].origins);
		arena_release(&in->jobs[i].arena);
	}
	ingest_judge_release(&in->judge);
	arena_release(&in->run);
	free(in);
}

/* ---- into the batch in hand ---- */

static void
keep_origin(struct ingest *in, const struct record *rec)
{
	struct ingest_job *job = in->hand;
	size_t n = event_batch_count(job->events);

	if (n == job->cap) {
		job->cap = n == 0 ? ORIGINS_MIN : n * 2;
		job->origins = mem_realloc(job->origins, job->cap, sizeof(*job->origins));
	}
	job->origins[n] = (struct ingest_origin){
		.file = rec->file,
		.line = rec->line,
		.column = rec->format == RECORD_CSV ? 0 : rec->column, /* it would be a cell */
	};
	if (in->opt->keep_bytes)
		job->origins[n].bytes = str_dup(&job->arena, rec->bytes);
}

bool
ingest_take(struct ingest *in, struct record_reader *r, const struct record *rec, struct err *e)
{
	struct event ev;

	in->hand->bytes += rec->bytes.n + INGEST_RECORD;
	if (!ingest_judge(&in->judge, r, rec, &ev, e)) {
		ingest_refused(in);
		return false;
	}
	keep_origin(in, rec);
	event_batch_take(in->hand->events, &ev);
	return true;
}

void
ingest_refused(struct ingest *in)
{
	in->hand->rejected++;
	in->receipt.rejected++;
}

/* Short values may take more memory than their records did. */
bool
ingest_full(const struct ingest *in)
{
	const struct ingest_job *job = in->hand;

	return event_batch_count(job->events) >= INGEST_EVENTS || job->bytes >= INGEST_BYTES ||
		event_batch_bytes(job->events) >= INGEST_BYTES;
}

static bool
empty(const struct ingest_job *job)
{
	return event_batch_count(job->events) == 0 && job->rejected == 0;
}

bool
ingest_idle(const struct ingest *in)
{
	return empty(in->hand) && in->told == in->saved;
}

/* ---- what became of a batch ---- */

static void
describe(const struct event_clash *clash, const struct ingest_origin *from, struct arena *a,
	struct err *e)
{
	struct str stored = clash->stored, here = clash->repeated;
	char at[INSTANT_TEXT_SIZE];

	stored = stored.p == NULL ? STR("absent") : str_printf(a, "\"%.*s\"", STR_FMT(stored));
	here = here.p == NULL ? STR("absent") : str_printf(a, "\"%.*s\"", STR_FMT(here));
	(void)err_field(e, ERR_INPUT, "conflict", STR("transaction_id"), clash->transaction_id,
		"recorded at %s with other content: %.*s was %.*s, is %.*s here",
		instant_text(clash->recorded_at_ns, at), STR_FMT(clash->field), STR_FMT(stored),
		STR_FMT(here));
	(void)err_place(e, from->file, from->line, from->column);
}

static void
tell_conflicts(struct ingest *in, struct ingest_job *job)
{
	for (size_t i = 0; i < job->append.nconflict; i++) {
		const struct event_clash *clash = &job->append.clashes[i];
		const struct ingest_origin *from = &job->origins[clash->index];
		struct err e = ERR_INIT;

		describe(clash, from, &job->arena, &e);
		in->to.conflict(in->to.ctx, &e, from->bytes);
	}
}

static void
count(struct ingest_receipt *t, const struct ingest_job *job)
{
	t->accepted += job->append.naccepted;
	t->duplicate += job->append.nduplicate;
	t->conflict += job->append.nconflict;
	t->batches += job->append.id != 0;
	t->late += job->late;
	if (job->first_ns != INSTANT_NONE &&
		(t->first_ns == INSTANT_NONE || job->first_ns < t->first_ns))
		t->first_ns = job->first_ns;
	if (job->last_ns != INSTANT_NONE &&
		(t->last_ns == INSTANT_NONE || job->last_ns > t->last_ns))
		t->last_ns = job->last_ns;
}

static void
acknowledge(struct ingest *in, const struct ingest_job *job)
{
	struct ingest_ack ack = {
		.batch = job->append.id,
		.recorded_at_ns = job->append.recorded_at_ns,
		.accepted = job->append.naccepted,
		.duplicate = job->append.nduplicate,
		.conflict = job->append.nconflict,
		.rejected = job->rejected,
		.has_digest = event_batch_count(job->events) > 0,
		.dry_run = in->opt->dry_run,
	};

	memcpy(ack.digest, job->append.digest, sizeof(ack.digest));
	if (ack.has_digest) {
		memcpy(in->receipt.digest, ack.digest, sizeof(ack.digest));
		in->has_digest = true;
	}
	if (!in->opt->whole) {
		in->to.stored(in->to.ctx, &ack);
		return;
	}
	in->acks = arena_grow(&in->run, in->acks, &in->acks_cap, in->nacks + 1, sizeof(*in->acks));
	in->acks[in->nacks++] = ack;
}

/* The slot is fit for another batch; what was taken of this one and not stored is dropped. */
static void
clear(struct ingest *in, struct ingest_job *job)
{
	if (!job->stored)
		in->receipt.dropped += event_batch_count(job->events);
	event_batch_clear(job->events);
	arena_clear(&job->arena);
	job->bytes = 0;
	job->rejected = 0;
}

static bool
tell(struct ingest *in, struct ingest_job *job, struct err *e)
{
	bool stored = job->stored;

	if (stored) {
		count(&in->receipt, job);
		tell_conflicts(in, job);
		acknowledge(in, job);
	} else if (job->e.kind != ERR_NONE && e->kind == ERR_NONE) {
		*e = job->e;
	}
	clear(in, job);
	return stored;
}

/* Tell of the jobs up to this one, all of them also after a failure. */
static bool
tell_until(struct ingest *in, uint64_t job, struct err *e)
{
	bool ok = true;

	while (in->told < job) {
		ingest_writer_wait(&in->writer, in->told + 1);
		ok = tell(in, &in->jobs[in->told % INGEST_JOBS], e) && ok;
		in->told++;
	}
	return ok;
}

bool
ingest_save(struct ingest *in, struct err *e)
{
	bool ok;

	in->hand->now_ns = in->opt->now_ns;
	ingest_writer_hand(&in->writer);
	in->saved++;
	ok = in->saved < INGEST_JOBS || tell_until(in, in->saved - INGEST_JOBS + 1, e);
	in->hand = &in->jobs[in->saved % INGEST_JOBS];
	return ok;
}

bool
ingest_settle(struct ingest *in, struct err *e)
{
	bool saved = empty(in->hand) || ingest_save(in, e);

	return tell_until(in, in->saved, e) && saved;
}

/* ---- the end ---- */

static void
undo(struct ingest_receipt *t)
{
	t->dropped += t->accepted + t->duplicate;
	t->accepted = t->duplicate = t->batches = t->late = 0;
	t->first_ns = t->last_ns = INSTANT_NONE;
}

static bool
end_whole(struct ingest *in, bool keep, struct err *e)
{
	struct ingest_receipt *t = &in->receipt;
	bool ok;

	t->refused = t->rejected + t->conflict > 0;
	keep = keep && !t->refused;
	ok = ingest_writer_end(&in->writer, keep, e);
	if (!keep || !ok) {
		undo(t);
		in->has_digest = false;
		return ok;
	}
	for (size_t i = 0; i < in->nacks; i++)
		in->to.stored(in->to.ctx, &in->acks[i]);
	return true;
}

bool
ingest_end(struct ingest *in, bool keep, struct err *e)
{
	bool ok = keep ? ingest_settle(in, e) : tell_until(in, in->saved, e);

	return in->opt->whole ? end_whole(in, keep && ok, e) && ok : ok;
}

bool
ingest_receipt(struct ingest *in, struct ingest_receipt *out, struct err *e)
{
	struct ingest_receipt t = in->receipt;
	struct event_store_stats stats;

	t.dropped += event_batch_count(in->hand->events);
	if (!in->has_digest) {
		if (!event_store_stats(in->st, &stats, e))
			return false;
		memcpy(t.digest, stats.digest, sizeof(t.digest));
	}
	if (t.accepted > 0 && !ingest_census_unknown(&in->writer.census, &t.unknown_customers, e))
		return false;
	*out = t;
	return true;
}
