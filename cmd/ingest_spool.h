/*
 * ingest_spool - input that can be read but once, kept to be read again.
 *
 * Shape      one temporary file without a name, in $TMPDIR or else /tmp, made with
 *            the first bytes.
 * Errors     spool_failed (ERR_FATAL).
 */
#ifndef CMD_INGEST_SPOOL_H
#define CMD_INGEST_SPOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct spool {
	int fd; /* -1: nothing yet */
	uint64_t bytes;
};

/* clang-format off */
#define SPOOL_INIT { .fd = -1 }
/* clang-format on */

bool spool_add(struct spool *s, const char *p, size_t n, struct err *e);
ssize_t spool_read(const struct spool *s, uint64_t at, char *p, size_t n); /* as read(2) */
void spool_close(struct spool *s);

#endif
