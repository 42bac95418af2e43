#include "store/event_chain.h"

#include <string.h>

#include "base/banned.h"

/* ---- parts ---- */

void
batch_parts_clear(struct batch_parts *p)
{
	buf_clear(&p->customers);
	buf_clear(&p->shapes);
	buf_clear(&p->blocks);
}

void
batch_parts_release(struct batch_parts *p)
{
	buf_release(&p->customers);
	buf_release(&p->shapes);
	buf_release(&p->blocks);
}

static void
add_number(struct buf *b, uint64_t v)
{
	unsigned char bytes[8];

	for (unsigned i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(v >> 8 * i);
	buf_add(b, bytes, sizeof(bytes));
}

static void
add_text(struct buf *b, struct str text)
{
	add_number(b, text.n);
	buf_add_str(b, text);
}

void
batch_parts_customer(struct batch_parts *p, int64_t number, struct str key)
{
	add_number(&p->customers, (uint64_t)number);
	add_text(&p->customers, key);
}

void
batch_parts_shape(struct batch_parts *p, int64_t id, struct str event_type, struct str names)
{
	add_number(&p->shapes, (uint64_t)id);
	add_text(&p->shapes, event_type);
	add_text(&p->shapes, names);
}

void
batch_parts_block(struct batch_parts *p, int64_t shape, const unsigned char digest[DIGEST_BYTES])
{
	add_number(&p->blocks, (uint64_t)shape);
	buf_add(&p->blocks, digest, DIGEST_BYTES);
}

/* ---- digests ---- */

struct hash128
content_add(struct hash128 a, struct hash128 b)
{
	struct hash128 sum = { .lo = a.lo + b.lo };

	sum.hi = a.hi + b.hi + (sum.lo < a.lo);
	return sum;
}

void
content_bytes(struct hash128 sum, unsigned char out[CONTENT_BYTES])
{
	for (unsigned i = 0; i < 8; i++) {
		out[i] = (unsigned char)(sum.lo >> 8 * i);
		out[8 + i] = (unsigned char)(sum.hi >> 8 * i);
	}
}

struct hash128
content_of(struct str bytes)
{
	struct hash128 sum = { 0, 0 };

	for (unsigned i = 0; bytes.n == CONTENT_BYTES && i < 8; i++) {
		sum.lo |= (uint64_t)(unsigned char)bytes.p[i] << 8 * i;
		sum.hi |= (uint64_t)(unsigned char)bytes.p[8 + i] << 8 * i;
	}
	return sum;
}

void
batch_digest(const struct batch_row *before, const struct batch_row *row,
	const struct batch_parts *parts, unsigned char out[DIGEST_BYTES])
{
	struct buf head = BUF_INIT;
	unsigned char content[CONTENT_BYTES];

	content_bytes(row->content, content);
	buf_add(&head, before->digest, DIGEST_BYTES);
	add_number(&head, (uint64_t)row->id);
	add_number(&head, (uint64_t)row->recorded_at_ns);
	add_number(&head, (uint64_t)row->accepted);
	add_number(&head, (uint64_t)row->duplicate);
	add_number(&head, (uint64_t)row->conflict);
	add_number(&head, (uint64_t)row->rejected);
	buf_add(&head, content, sizeof(content));
	digest_parts(
		(const struct str[]){
			buf_str(&head),
			buf_str(&parts->customers),
			buf_str(&parts->shapes),
			buf_str(&parts->blocks),
		},
		4, out);
	buf_release(&head);
}

/* ---- rows ---- */

void
batch_row_read(struct stmt *s, struct batch_row *out)
{
	struct str digest = stmt_col_blob(s, 7);

	*out = (struct batch_row){
		.id = stmt_col_int(s, 0),
		.recorded_at_ns = stmt_col_int(s, 1),
		.accepted = stmt_col_int(s, 2),
		.duplicate = stmt_col_int(s, 3),
		.conflict = stmt_col_int(s, 4),
		.rejected = stmt_col_int(s, 5),
		.content = content_of(stmt_col_blob(s, 6)),
	};
	if (digest.n == DIGEST_BYTES)
		memcpy(out->digest, digest.p, DIGEST_BYTES);
}

bool
batch_row_last(struct event_home *h, struct batch_row *out, struct err *e)
{
#define LAST(db) "SELECT " BATCH_COLUMNS " FROM " db ".batch ORDER BY id DESC LIMIT 1"
	static const char *const sql[] = PLACES(LAST);
	struct stmt *s = stmt_get(h->st, sql[h->place]);

	*out = (struct batch_row){ .recorded_at_ns = INT64_MIN };
	if (stmt_row(s))
		batch_row_read(s, out);
	return stmt_done(s, e);
}

bool
batch_row_add(struct event_home *h, const struct batch_row *row, struct err *e)
{
#define ADD(db) \
	"INSERT INTO " db ".batch (" BATCH_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
	static const char *const sql[] = PLACES(ADD);
	struct stmt *s = stmt_get(h->st, sql[h->place]);
	unsigned char content[CONTENT_BYTES];

	content_bytes(row->content, content);
	stmt_int(s, 1, row->id);
	stmt_int(s, 2, row->recorded_at_ns);
	stmt_int(s, 3, row->accepted);
	stmt_int(s, 4, row->duplicate);
	stmt_int(s, 5, row->conflict);
	stmt_int(s, 6, row->rejected);
	stmt_blob(s, 7, content, sizeof(content));
	stmt_blob(s, 8, row->digest, sizeof(row->digest));
	return stmt_run(s, e);
}
