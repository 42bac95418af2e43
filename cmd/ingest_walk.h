/*
 * ingest_walk - all records of all inputs of mtr-ingest, in order.
 *
 * Shape      each record goes to `take`; what is refused, there or before, is
 *            reported with its place and written to the rejects. An input that
 *            cannot be used as a whole is refused once and left. With a spool
 *            the inputs can be walked again: what is no regular file is kept.
 * Order      after each record `after` is called, and `pause` when there is no
 *            input for PAUSE_MS, or when what was read has waited for MOST_MS
 *            and none is ready; false of either ends the walk, and the failure
 *            is c->e. A signal ends it too, and the limit of errors.
 */
#ifndef CMD_INGEST_WALK_H
#define CMD_INGEST_WALK_H

#include "cli.h"

#include "ingest_settings.h"
#include "ingest_spool.h"
#include "rejects.h"

struct walk_to {
	bool (*take)(void *ctx, struct record_reader *r, const struct record *rec, struct err *e);
	void (*unreadable)(void *ctx); /* count a record that could not be taken */
	bool (*after)(void *ctx);      /* NULL: nothing */
	bool (*waits)(void *ctx);      /* is anything in hand that a pause should store? NULL: no */
	bool (*pause)(void *ctx);
	void *ctx;
};

/* Of an input that is walked twice. */
struct walk_input {
	bool left; /* it was refused as a whole, or could not be read */
	bool spooled;
	uint64_t start; /* in the spool, or of a regular standard input */
	uint64_t end;
};

struct walk {
	struct cli *c;
	struct ingest_settings *settings; /* the clock in them moves, but for --strict */
	struct walk_to to;
	struct rejects rejects;
	char *const *files;
	size_t nfiles;
	struct walk_input *inputs; /* NULL: walked once */
	struct spool spool;
	const char *what; /* the records, for progress */
	bool again;       /* the second time */
	bool mute;        /* what is refused was reported the first time */

	/* what came of it */
	uint64_t records;
	uint64_t errors; /* records refused, and conflicts */
	uint64_t duplicates;
	bool refused;        /* an input, as a whole */
	bool unread;         /* refused, or not to be read */
	const char *stopped; /* why it ended before the end; whoever sets it ends it */

	/* the input being read */
	size_t at;
	struct cli_file file;
	struct record_reader *reader;
	bool checked;
	uint64_t offset;      /* spooled: in the spool */
	uint64_t bytes;       /* read so far */
	uint64_t bytes_total; /* 0: unknown */
	int64_t since_ms;     /* a record has been waiting since; 0: none */
};

/* False: a failure, in c->e; that it was stopped or interrupted is none. */
bool walk_all(struct walk *w);
/* One more error: report it, count it, keep its record. */
void walk_error(struct walk *w, const struct err *e, struct str bytes);
/* Nothing waits any more. */
void walk_stored(struct walk *w);

#endif
