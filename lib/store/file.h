/*
 * file - paths, and new files that get their name only when they are whole.
 *
 * Shape      newfile_begin makes an empty file beside the wanted one, under a
 *            name of its own, 0600; newfile_publish syncs it and gives it the
 *            wanted name, if that is still free; newfile_drop removes what is
 *            left over, with the companions SQLite may have made.
 * Ownership  paths returned are released with free; newfile_drop ends a
 *            newfile, published or not.
 * Errors     ERR_FATAL: db_exists where the name is taken, or a log of a
 *            database that is gone lies beside it; db_full, db_read_only, db_io.
 * Order      after newfile_publish the file and its name are durable.
 */
#ifndef STORE_FILE_H
#define STORE_FILE_H

#include <stdbool.h>

#include "base/err.h"

/* The resolved path; where the last part is not there, its directory's with it. NULL: errno. */
char *file_resolve(const char *path);

/* The path with the working directory in front, nothing resolved: for messages. */
char *file_absolute(const char *path);

/* The directory a path lies in. NULL: out of memory. */
char *file_directory(const char *path);

/* The resolved path of a database that is there: db_missing names the path looked for. */
bool file_find(const char *path, char **out, struct err *e);

/* Record a failed system call on a path. Always false. */
bool file_fail(const char *doing, const char *path, int error, struct err *e);

struct newfile {
	char *path; /* wanted, absolute */
	char *temp; /* the name meanwhile */
};

/* clang-format off */
#define NEWFILE_INIT { NULL, NULL }
/* clang-format on */

bool newfile_begin(struct newfile *n, const char *path, struct err *e);
bool newfile_publish(struct newfile *n, struct err *e);

/*
 * Before publishing a database, under its write lock: remove the empty
 * companions of one that is gone, which a process may still have open.
 */
bool newfile_clear(struct newfile *n, struct err *e);
void newfile_drop(struct newfile *n);

#endif
