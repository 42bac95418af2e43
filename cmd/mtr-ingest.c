/*
 * mtr-ingest - usage events in: validate, deduplicate, store.
 */
#include "cli.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>

#include "ingest_settings.h"
#include "rejects.h"
#include "show.h"
#include "tasks/ingest.h"

#include "base/banned.h"

#define PAUSE_MS 1000 /* without input for so long, what is in hand is stored */

struct run {
	struct cli *c;
	struct ingest_settings settings;
	struct ingest *in;
	struct rejects rejects;
	char *const *files;
	size_t nfiles;
	uint64_t records;
	uint64_t bytes;       /* read so far */
	uint64_t bytes_total; /* 0: unknown */
	bool refused;         /* an input, as a whole */
	bool unread;          /* refused, or not to be read */

	struct cli_file file; /* the one being read */
	struct record_reader *reader;
	bool checked;
};

/* ---- refusals ---- */

static void
conflict(void *ctx, const struct err *e, struct str bytes)
{
	struct run *run = ctx;

	(void)cli_reject(run->c, e);
	rejects_add(&run->rejects, bytes);
}

static void
reject(struct run *run, const struct err *e, const struct record *rec)
{
	(void)cli_reject(run->c, e);
	rejects_add(&run->rejects, rec->bytes);
}

/* What was refused is in its file before the records beside it are acknowledged. */
static bool
save(struct run *run)
{
	return rejects_flush(&run->rejects, &run->c->e) &&
		ingest_save(run->in, conflict, run, &run->c->e) &&
		rejects_flush(&run->rejects, &run->c->e);
}

/* ---- reading ---- */

/* A trickle becomes visible: a pause stores what is in hand. */
static ssize_t
read_input(void *ctx, char *p, size_t n)
{
	struct run *run = ctx;
	struct pollfd input = { .fd = run->file.fd, .events = POLLIN };
	ssize_t got;

	if (!ingest_empty(run->in)) {
		int ready = poll(&input, 1, PAUSE_MS);

		if (ready < 0) /* a signal */
			return -1;
		if (ready == 0 && !save(run)) {
			errno = ECANCELED;
			return -1;
		}
	}
	got = cli_read(&run->file, p, n);
	if (got > 0)
		run->bytes += (uint64_t)got;
	return got;
}

/* How many records there will be, going by those so far; 0: unknown. */
static uint64_t
records_expected(const struct run *run)
{
	if (run->bytes < 1024)
		return 0;
	return run->records * (run->bytes_total / 1024) / (run->bytes / 1024);
}

/* The header is taken to be the first line; the reader has passed over blank ones before it. */
static bool
check_columns(const struct run *run, struct err *e)
{
	size_t n;
	const struct str *fields = record_fields(run->reader, &n);
	struct err first = ERR_INIT;

	if (event_fields_check(fields, n, &first))
		return true;
	(void)err_field(e, ERR_INPUT, first.code, fields[first.offset], (struct str){ NULL, 0 },
		"no such column; wanted transaction_id, customer_id, event_type, timestamp or"
		" properties.NAME (--map renames)");
	return err_place(e, run->file.name, 1, first.offset + 1);
}

/* May the records of this input be taken at all? */
static bool
input_fits(struct run *run, struct err *e)
{
	static const char *const names[] = {
		[RECORD_AUTO] = "unknown",
		[RECORD_NDJSON] = "NDJSON",
		[RECORD_JSON] = "JSON",
		[RECORD_CSV] = "CSV",
	};
	enum record_format format = record_format_of(run->reader);

	if (format != RECORD_CSV && run->settings.reading.nmap > 0)
		return err_set(e, ERR_INPUT, "csv_map",
			"--map names columns of CSV, and this is JSON");
	if (!check_columns(run, e))
		return false;
	cli_verbose(run->c, "%s: read as %s", run->file.name, names[format]);
	return rejects_take(&run->rejects, run->c, run->reader, e);
}

/* Once for each input, at its first record: false refuses the whole of it. */
static bool
check_input(struct run *run, enum record_got got)
{
	struct err e = ERR_INIT;
	size_t nfields;
	bool there = got != RECORD_END || record_fields(run->reader, &nfields) != NULL;

	if (run->checked || got == RECORD_FAILED || !there)
		return true;
	run->checked = true;
	if (input_fits(run, &e))
		return true;
	(void)err_place(&e, run->file.name, 0, 0);
	run->refused = run->unread = true;
	return cli_reject(run->c, &e);
}

/* The rest of the input cannot be read; true when the next one may. */
static bool
broken(struct run *run, const struct err *e)
{
	if (run->c->e.kind != ERR_NONE) /* it was not the input */
		return false;
	(void)cli_reject(run->c, e);
	if (e->kind == ERR_INPUT && record_format_of(run->reader) == RECORD_JSON) {
		ingest_refused(run->in);
		rejects_add(&run->rejects, (struct str){ NULL, 0 });
		return true;
	}
	run->refused = run->refused || e->kind == ERR_INPUT;
	run->unread = true;
	return true;
}

static bool
take(struct run *run, enum record_got got, const struct record *rec, struct err *e)
{
	run->records++;
	if (got == RECORD_BAD) {
		ingest_refused(run->in);
		reject(run, e, rec);
	} else if (!ingest_take(run->in, run->reader, rec, e)) {
		reject(run, e, rec);
	}
	cli_progress(run->c, "events", run->records, records_expected(run));
	return !ingest_full(run->in) || save(run);
}

static bool
read_records(struct run *run)
{
	for (;;) {
		struct record rec;
		struct err e = ERR_INIT;
		enum record_got got = record_next(run->reader, &rec, &e);

		if (cli_interrupted(run->c) || !check_input(run, got))
			return true;
		switch (got) {
		case RECORD_OK:
		case RECORD_BAD:
			if (!take(run, got, &rec, &e))
				return false;
			break;
		case RECORD_END:
			return true;
		case RECORD_FAILED:
			return broken(run, &e);
		}
	}
}

static bool
read_file(struct run *run, const char *operand)
{
	struct record_options reading = run->settings.reading;
	bool ok;

	if (!cli_open(run->c, operand, &run->file)) {
		run->unread = true;
		return true;
	}
	reading.name = run->file.name;
	run->checked = false;
	run->reader = record_open(&reading, read_input, run);
	ok = read_records(run);
	record_close(run->reader);
	cli_close(&run->file);
	return ok;
}

static bool
read_all(struct run *run)
{
	for (size_t i = 0; i < run->nfiles && !cli_interrupted(run->c); i++) {
		if (!read_file(run, run->files[i]))
			return false;
	}
	return save(run);
}

/* ---- the command ---- */

static void
measure(struct run *run)
{
	for (size_t i = 0; i < run->nfiles; i++) {
		struct stat st;

		if (stat(run->files[i], &st) != 0 || !S_ISREG(st.st_mode)) {
			run->bytes_total = 0;
			return;
		}
		run->bytes_total += (uint64_t)st.st_size;
	}
}

static void
write_receipt(struct jsonw *w, const void *receipt)
{
	ingest_receipt_json(w, receipt);
}

/* None where nothing was done: a script must not take a failure for a quiet day. */
static bool
acknowledge(struct run *run, bool ok)
{
	struct cli *c = run->c;
	struct ingest_receipt t;
	struct err e = ERR_INIT;
	uint64_t read;

	if (!ingest_receipt(run->in, &t, &e))
		return cli_report(c, &e);
	read = t.accepted + t.duplicate + t.conflict + t.rejected;
	if (ok && read == 0 && run->refused)
		cli_worst(c, STATUS_REFUSED);
	if (ok ? read > 0 || !run->unread : t.batches > 0)
		(void)show(c, write_receipt, &t);
	return ok;
}

static void
warn_lost(struct run *run)
{
	struct err e = ERR_INIT;

	if (run->rejects.lost == 0)
		return;
	(void)err_set(&e, ERR_INPUT, "rejects_incomplete",
		"%llu of the refused records could not be kept, and are not in this file",
		(unsigned long long)run->rejects.lost);
	(void)err_place(&e, run->rejects.path, 0, 0);
	cli_warn(run->c, &e);
}

static bool
ingest(struct cli *c)
{
	struct run run = { .c = c };
	struct store_options opt = cli_store_options(c, c->dry_run ? STORE_READ : STORE_WRITE);
	bool ok;

	run.files = cli_files(c, &run.nfiles);
	if (run.files == NULL || !ingest_settings(c, &run.settings) ||
		!store_open(&opt, &c->store, &c->e))
		return false;
	ok = rejects_open(&run.rejects, c, run.settings.rejects, run.files, run.nfiles);
	if (ok) {
		measure(&run);
		run.in = ingest_open(c->store, &run.settings.opt);
		ok = acknowledge(&run, read_all(&run));
		ingest_close(run.in);
		warn_lost(&run);
	}
	return rejects_close(&run.rejects, &c->e) && ok;
}

static const struct cli_option options[] = {
	{ "rejects", "FILE", "write refused records and conflicts there, as they came", false },
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
		ACCEPT_DB | ACCEPT_INPUT | ACCEPT_DRY_RUN | ACCEPT_PROGRESS | ACCEPT_LOCK |
			ACCEPT_NOW,
		CLI_STORE_OWN, options, countof(options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-ingest", "usage events in: validate, deduplicate, store", verbs,
		countof(verbs), argc, argv);
}
