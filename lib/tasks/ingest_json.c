#include "tasks/ingest.h"

#include "base/id.h"

#include "base/banned.h"

static void
member_digest(struct jsonw *w, const unsigned char digest[EVENT_DIGEST_BYTES])
{
	char hex[2 * EVENT_DIGEST_BYTES + 1];

	jsonw_member_c(w, "store_digest", hex_text(digest, EVENT_DIGEST_BYTES, hex));
}

static void
members_counts(struct jsonw *w, uint64_t accepted, uint64_t duplicate, uint64_t conflict,
	uint64_t rejected)
{
	uint64_t read = accepted + duplicate + conflict + rejected;

	jsonw_member_int(w, "read", (int64_t)read);
	jsonw_member_int(w, "accepted", (int64_t)accepted);
	jsonw_member_int(w, "duplicate", (int64_t)duplicate);
	jsonw_member_int(w, "conflict", (int64_t)conflict);
	jsonw_member_int(w, "rejected", (int64_t)rejected);
}

void
ingest_ack_json(struct jsonw *w, const struct ingest_ack *ack)
{
	jsonw_object(w);
	jsonw_member_c(w, "type", "ack");
	if (ack->batch != 0)
		jsonw_member_int(w, "batch", ack->batch);
	members_counts(w, ack->accepted, ack->duplicate, ack->conflict, ack->rejected);
	jsonw_member_instant_opt(w, "recorded_at", ack->recorded_at_ns);
	if (ack->has_digest)
		member_digest(w, ack->digest);
	if (ack->dry_run)
		jsonw_member_bool(w, "dry_run", true);
	jsonw_end(w);
}

void
ingest_receipt_json(struct jsonw *w, const struct ingest_receipt *t)
{
	jsonw_object(w);
	jsonw_member_c(w, "type", "receipt");
	members_counts(w, t->accepted, t->duplicate, t->conflict, t->rejected);
	jsonw_member_int(w, "batches", (int64_t)t->batches);
	jsonw_member_instant_opt(w, "first_timestamp", t->first_ns);
	jsonw_member_instant_opt(w, "last_timestamp", t->last_ns);
	jsonw_member_int(w, "unknown_customers", (int64_t)t->unknown_customers);
	jsonw_member_int(w, "late", (int64_t)t->late);
	member_digest(w, t->digest);
	if (t->refused)
		jsonw_member_c(w, "strict", "refused");
	if (t->stopped != NULL)
		jsonw_member_c(w, "stopped", t->stopped);
	if (t->refused || t->stopped != NULL || t->dropped > 0)
		jsonw_member_int(w, "dropped", (int64_t)t->dropped);
	if (t->dry_run)
		jsonw_member_bool(w, "dry_run", true);
	jsonw_end(w);
}
