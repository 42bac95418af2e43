/*
 * rejects - the file of what mtr-ingest refused, fit to be mended and ingested.
 *
 * Shape      JSON records one a line, line ends inside of one written as blanks
 *            (where JSON allows a line end, a blank means the same); CSV rows
 *            as they came, under the header of their file. A file holds one of
 *            the two: the first input decides, others of another form or with
 *            another header are refused.
 * Range      records that were too long to keep are not in it; lost counts them.
 * Errors     usage: the file is one of the inputs, or the database. rejects_failed
 *            (ERR_FATAL): it cannot be made or written.
 * Order      what was added is on disk after rejects_flush.
 */
#ifndef CMD_REJECTS_H
#define CMD_REJECTS_H

#include "cli.h"

struct rejects {
	const char *path; /* NULL: none is wanted, and every call below does nothing */
	int fd;
	struct buf out;
	enum record_format form; /* RECORD_AUTO: no input yet; RECORD_JSON stands for NDJSON too */
	struct str header;       /* CSV, in c->run */
	bool begun;              /* the header stands */
	uint64_t lost;
};

/* clang-format off */
#define REJECTS_INIT { .fd = -1 }
/* clang-format on */

/* Make the file, or empty it. files are the operands that will be read. */
bool rejects_open(struct rejects *r, struct cli *c, const char *path, char *const *files, size_t n);

/* May refused records of this input be added? The code of a refusal is rejects_form. */
bool rejects_take(struct rejects *r, struct cli *c, const struct record_reader *input,
	struct err *e);

void rejects_add(struct rejects *r, struct str bytes); /* p == NULL: was too long to keep */
bool rejects_flush(struct rejects *r, struct err *e);
bool rejects_close(struct rejects *r, struct err *e);

#endif
