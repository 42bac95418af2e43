#include "ingest_run.h"

#include "show.h"

#include "base/banned.h"

/* ---- records judged alone ---- */

static bool
judge_record(void *ctx, struct record_reader *r, const struct record *rec, struct err *e)
{
	struct ingest_run *run = ctx;
	struct event ev;

	if (!ingest_judge(&run->judge, r, rec, &ev, e)) {
		run->survey.rejected++;
		return false;
	}
	ingest_survey_add(&run->survey, &ev);
	return true;
}

static void
judge_unreadable(void *ctx)
{
	struct ingest_run *run = ctx;

	run->survey.rejected++;
}

static const struct walk_to judging = { .take = judge_record, .unreadable = judge_unreadable };

/* ---- records into the store ---- */

static bool
store_record(void *ctx, struct record_reader *r, const struct record *rec, struct err *e)
{
	struct ingest_run *run = ctx;

	return ingest_take(run->in, r, rec, e);
}

static void
store_unreadable(void *ctx)
{
	struct ingest_run *run = ctx;

	ingest_refused(run->in);
}

/* What was refused is in its file before the records beside it are stored. */
static bool
store_full(void *ctx)
{
	struct ingest_run *run = ctx;
	struct cli *c = run->c;

	if (!ingest_full(run->in))
		return true;
	walk_stored(&run->walk);
	return rejects_flush(&run->walk.rejects, &c->e) && ingest_save(run->in, &c->e) &&
		c->e.kind == ERR_NONE; /* of the listener */
}

static bool
store_waits(void *ctx)
{
	struct ingest_run *run = ctx;

	return !ingest_idle(run->in);
}

static bool
store_all(void *ctx)
{
	struct ingest_run *run = ctx;
	struct cli *c = run->c;

	return rejects_flush(&run->walk.rejects, &c->e) && ingest_settle(run->in, &c->e) &&
		c->e.kind == ERR_NONE;
}

static const struct walk_to storing = { store_record, store_unreadable, store_full, store_waits,
	store_all, NULL };

static void
conflict(void *ctx, const struct err *e, struct str bytes)
{
	struct ingest_run *run = ctx;

	walk_error(&run->walk, e, bytes);
}

static void
write_ack(struct jsonw *w, const void *ack)
{
	ingest_ack_json(w, ack);
}

/* Who hears nothing of what is stored wants no more to be. */
static void
stored(void *ctx, const struct ingest_ack *ack)
{
	struct ingest_run *run = ctx;
	struct cli *c = run->c;

	run->walk.duplicates += ack->duplicate;
	(void)rejects_flush(&run->walk.rejects, &c->e);
	if (!run->settings.ack)
		return;
	(void)show(c, write_ack, ack);
	if (!cli_flush(c) && run->walk.stopped == NULL)
		run->walk.stopped = "output_failed";
}

static void
open_store(struct ingest_run *run)
{
	const struct ingest_listener to = { conflict, stored, run };

	run->in = ingest_open(run->c->store, &run->settings.opt, &to);
}

/* ---- the ways to walk ---- */

static void
walk_with(struct ingest_run *run, const struct walk_to *to, const char *what)
{
	run->walk.to = *to;
	run->walk.to.ctx = run;
	run->walk.what = what;
}

static bool
walk_plainly(struct ingest_run *run)
{
	bool ok;

	open_store(run);
	walk_with(run, &storing, "events");
	ok = walk_all(&run->walk) && rejects_flush(&run->walk.rejects, &run->c->e);
	ok = ingest_end(run->in, ok, &run->c->e) && ok;
	return ok && run->c->e.kind == ERR_NONE;
}

/*
 * All or nothing: the first walk judges each record, the second stores them, and waits
 * for no input meanwhile. Where something was refused the second is a rehearsal, which finds
 * the conflicts.
 */
static bool
walk_twice(struct ingest_run *run)
{
	struct walk *w = &run->walk;
	struct cli *c = run->c;
	bool ok;

	w->inputs = ARENA_ARRAY(&c->run, w->nfiles, struct walk_input);
	walk_with(run, &judging, "events checked");
	ok = walk_all(w) && rejects_flush(&w->rejects, &c->e);
	w->again = true;
	w->mute = w->errors > 0 || w->unread;
	run->settings.opt.dry_run = c->dry_run || w->mute;
	open_store(run);
	if (!ok || cli_interrupted(c) || w->stopped != NULL)
		return ok;
	walk_with(run, &storing, "events");
	ok = walk_all(w) && rejects_flush(&w->rejects, &c->e);
	run->whole_walk = ok && w->stopped == NULL && !cli_interrupted(c);
	if (run->whole_walk)
		ok = ingest_settle(run->in, &c->e);
	return ingest_end(run->in, run->whole_walk && !w->mute && !w->unread, &c->e) && ok &&
		c->e.kind == ERR_NONE;
}

/* ---- the end ---- */

static const char *
why_stopped(const struct ingest_run *run, bool ok)
{
	return cli_interrupted(run->c) ? "interrupted" : !ok ? "failed" : run->walk.stopped;
}

static void
tell_too_many(struct ingest_run *run)
{
	struct err e = ERR_INIT;

	if (run->walk.stopped == NULL || !str_is(str_c(run->walk.stopped), "too_many_errors"))
		return;
	(void)err_set(&e, ERR_INPUT, "too_many_errors",
		"stopped: %llu refused or in conflict, and --max-errors is %llu",
		(unsigned long long)run->walk.errors, (unsigned long long)run->settings.max_errors);
	if (run->settings.opt.whole)
		(void)cli_report(run->c, &e);
	else
		(void)cli_reject(run->c, &e);
}

/* What the first walk of --strict has found, where the second was not to the end. */
static void
complete(const struct ingest_run *run, struct ingest_receipt *t)
{
	t->dry_run = run->c->dry_run;
	t->refused = t->refused || run->walk.errors > 0 || run->walk.unread;
	if (run->whole_walk)
		return;
	t->rejected = run->survey.rejected;
	t->dropped = run->survey.valid - t->conflict;
}

static void
put_receipt(struct cli *c, const struct ingest_receipt *t)
{
	struct buf out = BUF_INIT;
	struct jsonw w;

	jsonw_init(&w, &out);
	ingest_receipt_json(&w, t);
	jsonw_release(&w);
	cli_put_receipt(c, buf_str(&out));
	buf_release(&out);
}

static void
write_survey(struct jsonw *w, const void *survey)
{
	ingest_survey_json(w, survey);
}

/* Where nothing was read, and not because there was nothing: no receipt. */
static bool
nothing_done(struct ingest_run *run, uint64_t read)
{
	if (read > 0 || !run->walk.unread)
		return false;
	if (run->walk.refused)
		cli_worst(run->c, STATUS_REFUSED);
	return true;
}

/* None after a failure with nothing stored: a script must not take it for a quiet day. */
static bool
acknowledge(struct ingest_run *run, bool ok)
{
	struct cli *c = run->c;
	struct ingest_receipt t;
	struct err e = ERR_INIT;

	if (!ingest_receipt(run->in, &t, &e))
		return cli_report(c, &e);
	if (run->settings.opt.whole)
		complete(run, &t);
	t.stopped = why_stopped(run, ok);
	if (ok ? !nothing_done(run,
			 t.accepted + t.duplicate + t.conflict + t.rejected + t.dropped) :
		 t.batches > 0 || cli_interrupted(c))
		put_receipt(c, &t);
	return ok;
}

bool
ingest_run_check(struct ingest_run *run)
{
	struct ingest_survey *s = &run->survey;
	bool ok;

	walk_with(run, &judging, "events");
	ok = walk_all(&run->walk) && rejects_flush(&run->walk.rejects, &run->c->e);
	tell_too_many(run);
	s->stopped = why_stopped(run, ok);
	if (ok && !nothing_done(run, s->valid + s->rejected))
		(void)show(run->c, write_survey, s);
	return ok;
}

bool
ingest_run_store(struct ingest_run *run)
{
	bool ok = run->settings.opt.whole ? walk_twice(run) : walk_plainly(run);

	tell_too_many(run);
	ok = acknowledge(run, ok);
	ingest_close(run->in);
	return ok;
}
