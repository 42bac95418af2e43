/*
 * event_chain - the rows of batches, each bound to those before it (inside store).
 *
 * Shape      the digest of a batch is SHA-256 over the digest of the one before
 *            it (zeros for the first), its row, the customers and shapes that came with
 *            it, and the digests of its blocks as they were when it was stored: who
 *            changes anything of a batch must change every batch behind it.
 *            content is the sum modulo 2^128 of the digests of the contents of
 *            all events up to the batch: one number whatever their order.
 * Source     mtr-store(5), Batches.
 */
#ifndef STORE_EVENT_CHAIN_H
#define STORE_EVENT_CHAIN_H

#include "base/hash.h"
#include "base/id.h"
#include "store/event_context.h"
#include "store/stmt.h"

#define CONTENT_BYTES 16

struct batch_row {
	int64_t id; /* 0: there is none */
	int64_t recorded_at_ns;
	int64_t accepted;
	int64_t duplicate;
	int64_t conflict;
	int64_t rejected;
	struct hash128 content;
	unsigned char digest[DIGEST_BYTES];
};

/* What a batch brought with it. */
struct batch_parts {
	struct buf customers; /* by number */
	struct buf shapes;    /* by id */
	struct buf blocks;    /* by shape */
};

void batch_parts_clear(struct batch_parts *p);
void batch_parts_release(struct batch_parts *p);
void batch_parts_customer(struct batch_parts *p, int64_t number, struct str key);
void batch_parts_shape(struct batch_parts *p, int64_t id, struct str event_type, struct str names);
void batch_parts_block(struct batch_parts *p, int64_t shape,
	const unsigned char digest[DIGEST_BYTES]);

/* The digest of row, whose other columns are set. */
void batch_digest(const struct batch_row *before, const struct batch_row *row,
	const struct batch_parts *parts, unsigned char out[DIGEST_BYTES]);

struct hash128 content_add(struct hash128 a, struct hash128 b);
/* Little end first, whatever the machine. */
void content_bytes(struct hash128 sum, unsigned char out[CONTENT_BYTES]);
struct hash128 content_of(struct str bytes);

/* The columns BATCH_COLUMNS of a statement, from column 0 on. */
#define BATCH_COLUMNS "id, recorded_at, accepted, duplicate, conflict, rejected, content, digest"
void batch_row_read(struct stmt *s, struct batch_row *out);
bool batch_row_last(struct event_home *h, struct batch_row *out, struct err *e);
bool batch_row_add(struct event_home *h, const struct batch_row *row, struct err *e);

#endif
