/*
 * ingest - records into stored events, batch by batch.
 *
 * Shape      take records one by one into the batch in hand; save it when it is
 *            full or when input pauses, end at the end. Taking needs no lock, so
 *            a writer never waits for input while it holds one. With a thread,
 *            batches are stored beside the taking of the next ones: one is in
 *            hand, one waits, one is being stored. What became of a batch is
 *            told on the caller's thread, inside of save, settle and end.
 *            whole: all batches are one transaction, which end keeps or undoes.
 * Range      a batch is full at INGEST_EVENTS events or INGEST_BYTES bytes of
 *            records (refused ones too, each with INGEST_RECORD bytes for what
 *            goes with it), so memory is bounded; beside it one entry for each
 *            distinct customer key of accepted events is kept.
 * Ownership  a record taken is copied. file names of places are borrowed.
 * Errors     take: ERR_INPUT, the record is refused and counted; ids by line
 *            refuse a second record of one line. save, settle, end: ERR_BUSY,
 *            ERR_FATAL; the batch that failed is dropped whole, and so are those
 *            behind it.
 * Order      batches are stored in the order they were saved. A batch is told of
 *            when the second one behind it is saved, with a thread or without, so
 *            that messages come in one order; settle tells of all. Told is what
 *            is durable: a conflict first, then the batch. read = accepted +
 *            duplicate + conflict + rejected; dropped comes beside. Whatever the
 *            order in which distinct records come, the same events are stored.
 * Source     mtr-ingest(1); mtr-json(5), Events.
 * Example    events a, b, and a again, differing: accepted 2, conflict 1.
 */
#ifndef TASKS_INGEST_H
#define TASKS_INGEST_H

#include "codec/jsonw.h"
#include "codec/record.h"
#include "domain/event.h"
#include "store/event_store.h"

#define INGEST_EVENTS ((size_t)100000)
#define INGEST_BYTES ((size_t)64 << 20)
#define INGEST_RECORD ((size_t)256)

struct ingest_options {
	struct event_rules rules;
	int64_t now_ns;   /* the clock; it may move on between calls, and the rules with it */
	bool cloudevents; /* records of JSON are CloudEvents */
	bool dry_run;     /* the same answers, nothing stored, no lock taken */
	bool whole;       /* all or nothing */
	bool thread;      /* store on a thread of its own */
	bool keep_bytes;  /* conflicts come with the bytes of their records */
};

/* One batch that is durable. */
struct ingest_ack {
	int64_t batch;          /* 0: nothing in it was new */
	int64_t recorded_at_ns; /* INSTANT_NONE: likewise */
	uint64_t accepted;
	uint64_t duplicate;
	uint64_t conflict;
	uint64_t rejected;
	bool has_digest; /* not where all its records were rejected */
	unsigned char digest[EVENT_DIGEST_BYTES];
	bool dry_run;
};

struct ingest_listener {
	/* e has code and place; bytes as the record came, with keep_bytes */
	void (*conflict)(void *ctx, const struct err *e, struct str bytes);
	void (*stored)(void *ctx, const struct ingest_ack *ack);
	void *ctx;
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
	uint64_t late;              /* accepted, of a time that is billed */
	unsigned char digest[EVENT_DIGEST_BYTES];
	uint64_t dropped; /* taken, and then not stored */
	bool dry_run;
	bool refused;        /* strict, and nothing is stored because something was refused */
	const char *stopped; /* why not all input was read; NULL: it was */
};

struct ingest;

/*
 * st: open for writing, or just for reading with dry_run; nobody else uses it
 * before close, unless all is settled. opt and what it points to are borrowed.
 */
struct ingest *ingest_open(struct store *st, const struct ingest_options *opt,
	const struct ingest_listener *to);
void ingest_close(struct ingest *in); /* undoes what was not ended; NULL is nothing */

/* One record into the batch in hand. False: refused, e has code and place; counted. */
bool ingest_take(struct ingest *in, struct record_reader *r, const struct record *rec,
	struct err *e);
/* Count a record that was refused before it could be taken. */
void ingest_refused(struct ingest *in);
bool ingest_full(const struct ingest *in);
/* Nothing in hand, and the listener has heard of all that was saved. */
bool ingest_idle(const struct ingest *in);

/* The batch in hand goes to be stored; another one is begun. */
bool ingest_save(struct ingest *in, struct err *e);
/* And wait until all that was saved is stored. */
bool ingest_settle(struct ingest *in, struct err *e);
/*
 * The end. keep: the batch in hand is stored, and with whole the transaction kept, unless
 * something was refused or failed; else both are dropped.
 */
bool ingest_end(struct ingest *in, bool keep, struct err *e);

/* What was stored so far, when all is settled or has failed; looks up the customers. */
bool ingest_receipt(struct ingest *in, struct ingest_receipt *out, struct err *e);

void ingest_ack_json(struct jsonw *w, const struct ingest_ack *ack);
void ingest_receipt_json(struct jsonw *w, const struct ingest_receipt *receipt);

#endif
