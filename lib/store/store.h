/*
 * store - the one SQLite file: open, lock, transactions.
 *
 * Shape      one connection. Readers open read-only and take no lock. A writer
 *            brackets its work in store_begin ... store_save (or store_undo);
 *            in between it holds the write lock, so it must not wait for input.
 * Range      a file of a newer schema is refused; of an older one too, except
 *            by store_migrate. as_of bounds what configuration is read: rows
 *            with a running number above it are not seen.
 * Ownership  tool and verb of the options are borrowed until store_close.
 * Errors     ERR_BUSY lock not had within lock_wait_ms; ERR_FATAL I/O, full
 *            disk, damage, no database (the absolute path is named);
 *            codes db_missing, db_exists (ERR_INPUT), db_busy, db_newer, db_older,
 *            db_not_ours, db_damaged, db_full, db_io, db_read_only,
 *            out_of_memory, db_internal.
 * Order      what store_save acknowledged is durable (synchronous=FULL). After
 *            a failed store_save or store_begin nothing is stored and nothing
 *            is open. Calls out of order are bugs (assert).
 * Source     mtr-store(5).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"

#define STORE_APPLICATION_ID 0x6d747231 /* "mtr1" */
#define STORE_LOCK_WAIT_MS 30000
#define STORE_SECRET_BYTES 32

struct store;

enum store_mode { STORE_READ, STORE_WRITE };

struct store_options {
	const char *path;
	enum store_mode mode;
	int64_t lock_wait_ms; /* < 0: STORE_LOCK_WAIT_MS */
	int64_t now_ns;       /* the clock of this command, for recorded_at */
	const char *tool;     /* for the audit log: "mtr-metric" */
	const char *verb;     /* "create"; "" for a tool with one job */
	/* Ends a wait for the lock; asked on the thread that waits. NULL: only signals to it do. */
	bool (*interrupted)(void);
};

/*
 * Make a new database file; db_exists where the path is taken. id NULL: random.
 * The file gets its name when it is whole. Of the options path, lock_wait_ms and now_ns count.
 */
bool store_create(const struct store_options *opt, const struct id *id, struct err *e);
bool store_open(const struct store_options *opt, struct store **out, struct err *e);
void store_close(struct store *st); /* undoes what was not saved; NULL is nothing */

bool store_begin(struct store *st, struct err *e);
bool store_save(struct store *st, struct err *e);
void store_undo(struct store *st);

/* One snapshot for several reads; ends with store_close or store_read_end. */
bool store_read_begin(struct store *st, struct err *e);
void store_read_end(struct store *st);

struct str store_database_id(const struct store *st);
const unsigned char *store_secret(const struct store *st); /* STORE_SECRET_BYTES, never printed */
const char *store_path(const struct store *st);            /* resolved */

/*
 * A new running number of the configuration, with a row in the audit log. The
 * row that is stored bears it. recorded_at is the greater of the clock and the
 * last one. before and after are the canonical JSON of the object ({NULL,0}: none).
 */
bool store_change(struct store *st, const char *kind, struct str object_id, struct str before,
	struct str after, int64_t *seq, struct err *e);
/* Of a change made in this transaction. */
int64_t store_recorded_at(const struct store *st, int64_t seq);

/* The greatest running number a reader sees; INT64_MAX at first. */
void store_set_as_of(struct store *st, int64_t seq);
int64_t store_as_of(const struct store *st);

/*
 * The id of a new object of a kind: the one given (any UUID; lower-cased;
 * id_taken when another object of any kind bears it, id_syntax when it is no
 * UUID), else UUIDv8 over (database id, kind, running number of that kind).
 * Registers it, for the next change of this transaction. number (may be NULL)
 * is the running number; it skips those whose derived id was given to another.
 * given.p == NULL or no bytes: derive.
 */
bool store_new_id(struct store *st, const char *kind, struct str given, struct id *out,
	int64_t *number, struct err *e);

/*
 * Copy to a new file, consistent while others write; the copy is checked and
 * complete in one file. On failure there is no file. Not between begin and save.
 */
bool store_backup(struct store *st, const char *to, struct err *e);

/*
 * Bring an older file to the schema of this program, after a backup to
 * backup_to. *from is the schema found; a current file is left alone, without
 * a backup. All steps or none.
 */
bool store_migrate(const struct store_options *opt, const char *backup_to, int *from,
	struct err *e);

/*
 * SQLite's own checks, foreign keys, our invariants; found calls back once per
 * difference. Codes: check.integrity, check.foreign_key, check.schema, and
 * check.TABLE for a row that breaks a rule of its table. Where the first finds
 * something, the others are left out. True: the checks ran. A file too damaged
 * to be read to the end is db_damaged, after what was found.
 */
typedef void (*store_found)(void *ctx, const char *code, struct str text);
bool store_check(struct store *st, store_found found, void *ctx, int64_t *differences,
	struct err *e);

#endif
