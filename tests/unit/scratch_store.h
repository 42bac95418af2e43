/*
 * scratch_store - databases for tests of the store, and ways past it.
 *
 * Shape      each is made under scratch_path with the id fixed_id at the
 *            clock NOW. What must not fail ends the program when it does.
 */
#ifndef TESTS_UNIT_SCRATCH_STORE_H
#define TESTS_UNIT_SCRATCH_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "store/store.h"

#define NOW INT64_C(1727740800000000000) /* 2024-10-01 */
#define PAGE 16384

struct sqlite3;

extern const struct id fixed_id;
extern const struct str nothing;

/* A writer's or reader's options: NOW, 20 s for the lock, "mtr-customer create". */
struct store_options options(const char *path, enum store_mode mode);
const char *make(const char *name);
struct store *open_store(const char *path, enum store_mode mode);
struct store *open_at(const char *path, enum store_mode mode, int64_t now_ns, int64_t wait_ms);
struct store *try_open(const char *path, enum store_mode mode, struct err *e); /* clears e first */

/* A new id and the change it came with, inside a transaction. 0: refused. */
int64_t add(struct store *st, const char *kind, struct id *id, struct err *e);
/* n customers in a transaction of their own. */
bool add_and_save(struct store *st, int n, struct err *e);

/* One integer of a query; INT64_MIN where there is none. */
int64_t ask_db(struct sqlite3 *db, const char *sql);
int64_t ask(struct store *st, const char *sql);

/* Every row of audit_log and object, as text. The caller frees it. */
char *contents(struct store *st);

/* Statements as the sqlite3 shell would run them, past all our settings. */
void meddle(const char *path, const char *sql);
/* The first keep bytes of a file as another; with spoil_at >= 0, 4 KiB there overwritten. */
void copy_bytes(const char *from, const char *to, long long keep, long long spoil_at);

void is_refused(bool done, const struct err *e, enum err_kind kind, const char *code,
	const char *what);
/* Neither a reader nor a writer can open it: fatal, with this code. */
void cannot_open(const char *path, const char *code, const char *what);

#endif
