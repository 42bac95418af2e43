#include "ingest_walk.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/banned.h"

#define PAUSE_MS 1000
#define MOST_MS 5000
#define PROGRESS_EVERY 1024 /* records */

/* ---- refusals ---- */

void
walk_error(struct walk *w, const struct err *e, struct str bytes)
{
	uint64_t most = w->settings->max_errors;

	w->errors++;
	if (most == 0 || w->errors <= most) {
		if (w->settings->opt.whole)
			(void)cli_report(w->c, e);
		else
			(void)cli_reject(w->c, e);
	}
	rejects_add(&w->rejects, bytes);
	if (most > 0 && w->errors >= most && w->stopped == NULL)
		w->stopped = "too_many_errors";
}

static void
refuse_record(struct walk *w, const struct err *e, struct str bytes)
{
	if (!w->mute)
		walk_error(w, e, bytes);
}

/* An input as a whole, or the rest of it; another time it is left out. */
static void
refuse_input(struct walk *w, const struct err *e)
{
	w->refused = w->refused || e->kind == ERR_INPUT;
	w->unread = true;
	if (w->inputs != NULL)
		w->inputs[w->at].left = true;
	if (w->settings->opt.whole)
		(void)cli_report(w->c, e);
	else
		(void)cli_reject(w->c, e);
}

void
walk_stored(struct walk *w)
{
	w->since_ms = 0;
}

/* ---- progress ---- */

/* How many records there will be, going by those so far; 0: unknown. */
static uint64_t
records_expected(const struct walk *w)
{
	if (w->bytes < 1024)
		return 0;
	return w->records * (w->bytes_total / 1024) / (w->bytes / 1024);
}

static void
progress(const struct walk *w)
{
	const struct cli_count counts[] = { { "duplicates", w->duplicates },
		{ "rejected", w->errors } };

	cli_progress_counts(w->c, w->what, w->records, records_expected(w), counts,
		countof(counts));
}

static void
measure(struct walk *w)
{
	w->bytes = w->bytes_total = 0;
	for (size_t i = 0; i < w->nfiles; i++) {
		struct stat st;

		if (stat(w->files[i], &st) != 0 || !S_ISREG(st.st_mode)) {
			w->bytes_total = 0;
			return;
		}
		w->bytes_total += (uint64_t)st.st_size;
	}
}

/* ---- bytes ---- */

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) != 0)
		return 1;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + 1;
}

/* How long to wait for input before what is in hand is stored. */
static int
patience_ms(struct walk *w)
{
	int64_t now_ms = monotonic_ms();

	if (w->since_ms == 0)
		w->since_ms = now_ms;
	return now_ms - w->since_ms < MOST_MS ? PAUSE_MS : 0;
}

/* A trickle becomes visible. False: a signal, or a failure. */
static bool
await_input(struct walk *w)
{
	struct pollfd input = { .fd = w->file.fd, .events = POLLIN };
	int ready;

	if (w->to.waits == NULL || !w->to.waits(w->to.ctx))
		return true;
	do {
		ready = poll(&input, 1, patience_ms(w));
	} while (ready < 0 && errno == EINTR && !cli_interrupted(w->c));
	if (ready != 0)
		return ready > 0;
	w->since_ms = 0;
	errno = ECANCELED;
	return w->to.pause(w->to.ctx);
}

static ssize_t
read_spooled(struct walk *w, char *p, size_t n)
{
	uint64_t left = w->inputs[w->at].end - w->offset;
	ssize_t got = spool_read(&w->spool, w->offset, p, n < left ? n : (size_t)left);

	if (got > 0)
		w->offset += (uint64_t)got;
	return got;
}

static bool
is_spooled(const struct walk *w)
{
	return w->inputs != NULL && w->inputs[w->at].spooled;
}

static ssize_t
read_input(void *ctx, char *p, size_t n)
{
	struct walk *w = ctx;
	ssize_t got;

	progress(w);
	if (w->again && is_spooled(w)) {
		got = read_spooled(w, p, n);
	} else {
		if (!await_input(w))
			return -1;
		got = cli_read(&w->file, p, n);
	}
	if (got <= 0)
		return got;
	if (!w->settings->opt.whole) /* its two walks must judge alike */
		ingest_settings_clock(w->c, w->settings);
	w->bytes += (uint64_t)got;
	if (w->again || !is_spooled(w) || spool_add(&w->spool, p, (size_t)got, &w->c->e))
		return got;
	errno = ECANCELED;
	return -1;
}

/* ---- an input ---- */

static bool
fail_column(const struct walk *w, struct err *e)
{
	size_t n;
	const struct str *fields = record_fields(w->reader, &n);
	struct err first = ERR_INIT;

	if (event_fields_check(fields, n, &first))
		return true;
	(void)err_field(e, ERR_INPUT, first.code, fields[first.offset], (struct str){ NULL, 0 },
		"no such column; wanted transaction_id, customer_id, event_type, timestamp or"
		" properties.NAME (--map renames)");
	/* The header is taken to be the first line; the reader has passed over blank ones. */
	return err_place(e, w->file.name, 1, first.offset + 1);
}

/* May the records of this input be taken at all? */
static bool
input_fits(struct walk *w, struct err *e)
{
	static const char *const names[] = {
		[RECORD_AUTO] = "unknown",
		[RECORD_NDJSON] = "NDJSON",
		[RECORD_JSON] = "JSON",
		[RECORD_CSV] = "CSV",
	};
	enum record_format format = record_format_of(w->reader);
	bool cloudevents = w->settings->opt.cloudevents;

	if (format != RECORD_CSV && w->settings->reading.nmap > 0)
		return err_set(e, ERR_INPUT, "csv_map",
			"--map names columns of CSV, and this is JSON");
	if (format == RECORD_CSV && cloudevents)
		return err_set(e, ERR_INPUT, "record_format",
			"this is CSV, and CloudEvents are JSON");
	if (!fail_column(w, e))
		return false;
	if (!w->again)
		cli_verbose(w->c, "%s: read as %s%s", w->file.name,
			cloudevents ? "CloudEvents in " : "", names[format]);
	return rejects_take(&w->rejects, w->c, w->reader, e);
}

/* Once for each input, at its first record: false refuses the whole of it. */
static bool
check_input(struct walk *w, enum record_got got)
{
	struct err e = ERR_INIT;
	size_t nfields;
	bool there = got != RECORD_END || record_fields(w->reader, &nfields) != NULL;

	if (w->checked || got == RECORD_FAILED || !there)
		return true;
	w->checked = true;
	if (input_fits(w, &e))
		return true;
	(void)err_place(&e, w->file.name, 0, 0);
	refuse_input(w, &e);
	return false;
}

/* The rest of the input cannot be read; true when the next one may. */
static bool
broken(struct walk *w, const struct err *e)
{
	if (w->c->e.kind != ERR_NONE) /* it was not the input */
		return false;
	if (strcmp(e->code, "json_stream") == 0) { /* one record that has no end */
		w->to.unreadable(w->to.ctx);
		refuse_record(w, e, (struct str){ NULL, 0 });
	} else {
		refuse_input(w, e);
	}
	return true;
}

static bool
take(struct walk *w, enum record_got got, const struct record *rec, struct err *e)
{
	bool taken = got == RECORD_OK && w->to.take(w->to.ctx, w->reader, rec, e);

	w->records++;
	if (!taken) {
		if (got == RECORD_BAD)
			w->to.unreadable(w->to.ctx);
		refuse_record(w, e, rec->bytes);
		err_clear(e);
	}
	if (w->records % PROGRESS_EVERY == 0)
		progress(w);
	return w->to.after == NULL || w->to.after(w->to.ctx);
}

static bool
read_records(struct walk *w)
{
	struct record rec;
	struct err e = ERR_INIT; /* clear at each record: wiping it costs as much as a parse */

	for (;;) {
		enum record_got got = record_next(w->reader, &rec, &e);

		if (cli_interrupted(w->c) || (!w->checked && !check_input(w, got)))
			return true;
		switch (got) {
		case RECORD_OK:
		case RECORD_BAD:
			if (!take(w, got, &rec, &e))
				return false;
			if (w->stopped != NULL)
				return true;
			break;
		case RECORD_END:
			return true;
		case RECORD_FAILED:
			return broken(w, &e);
		}
	}
}

/* ---- all of them ---- */

/* What is no regular file goes to the spool; a regular standard input is wound back. */
static void
note_input(struct walk *w)
{
	struct walk_input *input = &w->inputs[w->at];
	struct stat st;
	off_t start = 0;

	input->spooled = fstat(w->file.fd, &st) != 0 || !S_ISREG(st.st_mode) ||
		(w->file.fd == STDIN_FILENO && (start = lseek(STDIN_FILENO, 0, SEEK_CUR)) < 0);
	input->start = input->spooled ? w->spool.bytes : (uint64_t)start;
}

/* The second time it is read from where it began. */
static bool
wind_back(struct walk *w)
{
	struct err e = ERR_INIT;

	if (w->file.fd != STDIN_FILENO || lseek(STDIN_FILENO, (off_t)w->offset, SEEK_SET) >= 0)
		return true;
	(void)err_set(&e, ERR_FATAL, "read_failed", "cannot read: %s", strerror(errno));
	(void)err_place(&e, w->file.name, 0, 0);
	return cli_report(w->c, &e);
}

static bool
open_input(struct walk *w)
{
	const char *operand = w->files[w->at];

	if (w->again) {
		w->offset = w->inputs[w->at].start;
		w->file = (struct cli_file){ -1, strcmp(operand, "-") == 0 ? "stdin" : operand };
		return is_spooled(w) || (cli_open(w->c, operand, &w->file) && wind_back(w));
	}
	if (!cli_open(w->c, operand, &w->file))
		return false;
	if (w->inputs != NULL)
		note_input(w);
	return true;
}

static bool
read_file(struct walk *w)
{
	struct record_options reading = w->settings->reading;
	bool ok;

	if (!open_input(w)) {
		w->unread = true;
		if (w->inputs != NULL)
			w->inputs[w->at].left = true;
		return true;
	}
	reading.name = w->file.name;
	w->checked = false;
	w->reader = record_open(&reading, read_input, w);
	ok = read_records(w);
	record_close(w->reader);
	if (!w->again && is_spooled(w))
		w->inputs[w->at].end = w->spool.bytes;
	cli_close(&w->file);
	return ok;
}

bool
walk_all(struct walk *w)
{
	bool ok = true;

	measure(w);
	w->records = 0;
	for (w->at = 0; ok && w->at < w->nfiles; w->at++) {
		if (cli_interrupted(w->c) || w->stopped != NULL)
			break;
		if (!w->again || !w->inputs[w->at].left)
			ok = read_file(w);
	}
	return ok;
}
