/*
 * private - what the files behind store.h and stmt.h share.
 *
 * Shape      writing: between store_begin and its end, with the lock held.
 *            reading: between store_read_begin and store_read_end.
 */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/id.h"
#include "store/lock.h"
#include "store/store.h"

struct sqlite3;
struct stmt;
struct event_context;

/* The statements of a connection, found by the pointer of their text. */
struct stmt_cache {
	struct stmt **slots; /* open addressing; NULL: free */
	size_t nslots;       /* 0, or a power of two */
	size_t n;
	struct arena scratch; /* of one bind or column */
};

void stmt_cache_end_all(struct stmt_cache *c); /* whatever was left open */
bool stmt_cache_idle(const struct stmt_cache *c);
void stmt_cache_release(struct stmt_cache *c);

struct store {
	struct sqlite3 *db;
	char *path; /* resolved */
	enum store_mode mode;
	int64_t lock_wait_ms;
	int64_t now_ns;
	const char *tool;
	const char *verb;
	struct id database_id;
	unsigned char secret[STORE_SECRET_BYTES];
	int64_t as_of;

	struct stmt_cache stmts;
	struct event_context *events; /* NULL: not used yet */
	struct custom_units *units;   /* the custom ones, as last read; NULL: not yet */
	struct lock lock;
	bool writing;
	bool reading;
	bool saved;     /* something, so that the log is worth a checkpoint */
	int log_frames; /* of the log after the last commit */

	/* the newest change, as seen and made in this transaction */
	bool change_known;
	int64_t change_seq;   /* 0: none ever */
	int64_t change_first; /* seq of the first change of this transaction */
	int64_t change_at_ns;
};

/* A store around a connection of the caller's, inside the caller's transaction. */
bool store_around(struct sqlite3 *db, const char *path, struct store **out, struct err *e);
void store_leave(struct store *st); /* NULL is nothing */

/* The newest change, once in each transaction. */
bool change_load(struct store *st, struct err *e);

/* Copy the database of an open connection into a new file. */
bool backup_copy(struct sqlite3 *from, const char *to, struct err *e);

#endif
