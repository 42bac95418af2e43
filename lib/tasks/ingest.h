/*
 * ingest - records into stored events, batch by batch.
 *
 * Shape      take records one by one into the batch in hand; save it when it is
 *            full, at the end, or when input pauses. Taking needs no lock, so
 *            a writer never waits for input while it holds one.
 * Range      a batch is full at INGEST_EVENTS events or INGEST_BYTES bytes of
 *            records (refused ones too, each with INGEST_RECORD bytes for what
 *            goes with it), so memory is bounded; beside it one entry for each
 *            distinct customer key of accepted events is kept.
 * Ownership  a record taken is copied. file names of places are borrowed.
 * Errors     take: ERR_INPUT, the record is refused and counted; ids by line
 *            refuse a second record of one line. save: ERR_BUSY, ERR_FATAL; the
 *            batch in hand is dropped whole and not counted.
 * Order      read = accepted + duplicate + conflict + rejected, whenever asked;
 *            a batch in hand is not counted before it is saved. Whatever the
 *            order in which distinct records come, the same events are stored.
 * Source     mtr-ingest(1); mtr-json(5), Events.
 * Example    events a, b, and a again, differing: accepted 2, conflict 1.
 */
#ifndef TASKS_INGEST_H
#define TASKS_INGEST_H

#include "codec/jsonw.h"
#include "codec/record.h"
#include "domain/event.h"
#include "store/store.h"

#define INGEST_EVENTS 100000
#define INGEST_BYTES ((size_t)64 << 20)
#define INGEST_RECORD ((size_t)256)

struct ingest_options {
	struct event_rules rules;
	int64_t now_ns;
	bool dry_run;    /* the same answers, nothing stored, no lock taken */
	bool keep_bytes; /* conflicts come with the bytes of their records */
};

struct ingest_receipt {
	uint64_t accepted;
	uint64_t duplicate;
	uint64_t conflict;
	uint64_t rejected;
	uint64_t batches; /* that stored something */
	int64_t first_ns; /* timestamps of the accepted; INSTANT_NONE: none */
	int64_t last_ns;
	uint64_t unknown_customers; /* distinct keys of the accepted that no customer has */
	bool dry_run;
};

struct ingest;

/*
 * st: open for writing, or just for reading with dry_run. opt and what it points to are
 * borrowed.
 */
struct ingest *ingest_open(struct store *st, const struct ingest_options *opt);
void ingest_close(struct ingest *in);

/* One record into the batch in hand. False: refused, e has code and place; counted. */
bool ingest_take(struct ingest *in, struct record_reader *r, const struct record *rec,
	struct err *e);
/* Count a record that was refused before it could be taken. */
void ingest_refused(struct ingest *in);
bool ingest_full(const struct ingest *in);
bool ingest_empty(const struct ingest *in); /* no event in hand */

/*
 * Store the batch in hand and begin another. Each conflict is told after it is
 * durable: e has code and place; bytes as the record came, with keep_bytes.
 */
typedef void (*ingest_conflict)(void *ctx, const struct err *e, struct str bytes);
bool ingest_save(struct ingest *in, ingest_conflict conflict, void *ctx, struct err *e);

/* What was stored so far; looks up the customers. */
bool ingest_receipt(struct ingest *in, struct ingest_receipt *out, struct err *e);
void ingest_receipt_json(struct jsonw *w, const struct ingest_receipt *receipt);

#endif
