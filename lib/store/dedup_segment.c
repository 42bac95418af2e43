#include "store/dedup_segment.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "store/block_bytes.h"
#include "store/dedup_sort.h"

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

/* Places in the two byte strings. */
enum {
	CHECK = 0,
	CHECKED = 8, /* the checksum is of what is from here on */
	K = 8,

	FILTER_SEGMENTS = 16,
	FILTER_N = 20,
	FILTER_WIDTH = 24,
	FILTER_COUNTS = 25,

	ROWS_N = 16,
	ROWS_BATCH = 20,
	ROWS_REST_WIDTH = 24,
	ROWS_BATCH_WIDTH = 25,
	ROWS_HASHED = 26,
	ROWS_ZERO = 27,
	ROWS_COLUMNS = 28
};

enum { HASHED_NONE, HASHED_ALL, HASHED_BITS };

#define BEHIND_PRINT 41 /* bits of a place within its segment that no print holds */

bool
dedup_damaged(int64_t k, const char *what, struct err *e)
{
	return err_set(e, ERR_FATAL, "db_damaged", "dedup_segment %" PRId64 ": %s", k, what);
}

/* ---- places ---- */

uint64_t
dedup_segments(uint64_t n)
{
	return n == 0 ? 1 : (n + DEDUP_SEGMENT_ENTRIES - 1) / DEDUP_SEGMENT_ENTRIES;
}

uint64_t
dedup_segment_start(uint64_t segments, uint64_t i)
{
	assert(i < segments);
	return (uint64_t)((((u128)i << 64) + segments - 1) / segments);
}

/*
 * A bucket and print leave ceil(2^41 / segments) values of hi open, which begin at
 * most 3 above the value that `least` has for them: so many last bytes of hi tell
 * them apart.
 */
static unsigned
rest_width(uint64_t segments)
{
	uint64_t open = (((uint64_t)1 << BEHIND_PRINT) - 1) / segments + 4;
	unsigned width = 1;

	while (width < 8 && open >> 8 * width != 0)
		width++;
	return width;
}

static uint64_t
ones(unsigned width)
{
	return width == 0 ? 0 : UINT64_MAX >> (64 - 8 * width);
}

/*
 * Decoding without a division for each entry. The least hi of a place is
 * ceil((index * 2^64 + within) / segments); `least` is that or up to 3 less, since
 * both terms are rounded down.
 */
struct decoder {
	uint64_t start;   /* floor(index * 2^64 / segments) */
	uint64_t inverse; /* floor(2^64 / segments); for one segment 1 less */
};

static struct decoder
decoder(const struct dedup_segment *s)
{
	return (struct decoder){
		.start = (uint64_t)(((u128)s->index << 64) / s->segments),
		.inverse = s->segments == 1 ? UINT64_MAX :
					      (uint64_t)(((u128)1 << 64) / s->segments),
	};
}

static uint64_t
least(const struct decoder *d, uint64_t bucket, uint64_t print)
{
	uint64_t within = (bucket << 16 | print) << BEHIND_PRINT;

	return d->start + (uint64_t)((u128)within * d->inverse >> 64);
}

/* ---- writing ---- */

static void
seal(struct buf *b)
{
	store64(b->p + CHECK, hash64(b->p + CHECKED, b->n - CHECKED));
}

static unsigned char *
room(struct buf *b, size_t n)
{
	buf_clear(b);
	buf_reserve(b, n);
	b->n = n;
	return (unsigned char *)b->p;
}

static void
write_filter(const struct dedup_segment *s, const struct dedup_entry *entries, size_t n,
	struct buf *out)
{
	uint32_t counts[DEDUP_BUCKETS] = { 0 };
	size_t width = 1;
	unsigned char *p, *prints;

	for (size_t i = 0; i < n; i++)
		counts[dedup_place(entries[i].hi, s->segments).bucket]++;
	for (size_t i = 0; i < DEDUP_BUCKETS; i++)
		if (counts[i] > UINT8_MAX)
			width = 4;
	p = room(out, FILTER_COUNTS + width * DEDUP_BUCKETS + 2 * n);
	store64(p + K, (uint64_t)s->k);
	store32(p + FILTER_SEGMENTS, (uint32_t)s->segments);
	store32(p + FILTER_N, (uint32_t)n);
	p[FILTER_WIDTH] = (unsigned char)width;
	for (size_t i = 0; i < DEDUP_BUCKETS; i++) {
		if (width == 1)
			p[FILTER_COUNTS + i] = (unsigned char)counts[i];
		else
			store32(p + FILTER_COUNTS + 4 * i, counts[i]);
	}
	prints = p + FILTER_COUNTS + width * DEDUP_BUCKETS;
	for (size_t i = 0; i < n; i++) {
		uint16_t print = htole16(dedup_place(entries[i].hi, s->segments).print);

		memcpy(prints + 2 * i, &print, 2);
	}
	seal(out);
}

/* Where the columns of rows stand, given their widths. */
struct columns {
	size_t rest;
	size_t batches;
	size_t lo;
	size_t content;
	size_t flags;
	size_t end;
};

static struct columns
columns(const struct dedup_rows *r)
{
	size_t n = r->n;
	struct columns c = { .rest = ROWS_COLUMNS };

	c.batches = c.rest + n * r->rest_width;
	c.lo = c.batches + n * r->batch_width;
	c.content = c.lo + n * 8;
	c.flags = c.content + n * 8;
	c.end = c.flags + (r->hashed == HASHED_BITS ? (n + 7) / 8 : 0);
	return c;
}

static struct dedup_rows
survey(const struct dedup_segment *s, const struct dedup_entry *entries, size_t n)
{
	struct dedup_rows r = { .n = (uint32_t)n, .rest_width = rest_width(s->segments) };
	uint32_t least_batch = UINT32_MAX, most_batch = 0;
	size_t hashed = 0;

	for (size_t i = 0; i < n; i++) {
		least_batch = entries[i].batch < least_batch ? entries[i].batch : least_batch;
		most_batch = entries[i].batch > most_batch ? entries[i].batch : most_batch;
		hashed += entries[i].hashed;
	}
	r.batch = n > 0 ? least_batch : 0;
	while (r.batch_width < 4 && (uint64_t)(most_batch - r.batch) >> 8 * r.batch_width != 0)
		r.batch_width++;
	r.hashed = hashed == 0 ? HASHED_NONE : hashed == n ? HASHED_ALL : HASHED_BITS;
	return r;
}

/*
 * Numbers go into narrow columns whole: what stands over is written again by the
 * next number, or by the next column.
 */
static void
write_columns(unsigned char *p, const struct dedup_rows *r, const struct dedup_entry *entries)
{
	const struct columns at = columns(r);
	size_t n = r->n;

	for (size_t i = 0; i < n; i++)
		store64(p + at.rest + i * r->rest_width, entries[i].hi);
	for (size_t i = 0; i < n && r->batch_width > 0; i++)
		store32(p + at.batches + i * r->batch_width, entries[i].batch - r->batch);
	for (size_t i = 0; i < n; i++)
		store64(p + at.lo + i * 8, entries[i].lo);
	for (size_t i = 0; i < n; i++)
		store64(p + at.content + i * 8, entries[i].content);
	memset(p + at.flags, 0, at.end - at.flags);
	for (size_t i = 0; i < n && r->hashed == HASHED_BITS; i++)
		p[at.flags + i / 8] |= (unsigned char)(entries[i].hashed << i % 8);
}

static void
write_rows(const struct dedup_segment *s, const struct dedup_entry *entries, size_t n,
	struct buf *out)
{
	struct dedup_rows r = survey(s, entries, n);
	unsigned char *p = room(out, columns(&r).end);

	store64(p + K, (uint64_t)s->k);
	store32(p + ROWS_N, r.n);
	store32(p + ROWS_BATCH, r.batch);
	p[ROWS_REST_WIDTH] = (unsigned char)r.rest_width;
	p[ROWS_BATCH_WIDTH] = (unsigned char)r.batch_width;
	p[ROWS_HASHED] = (unsigned char)r.hashed;
	p[ROWS_ZERO] = 0;
	write_columns(p, &r, entries);
	seal(out);
}

void
dedup_segment_write(const struct dedup_segment *s, const struct dedup_entry *entries, size_t n,
	struct buf *filter, struct buf *rows)
{
	write_filter(s, entries, n, filter);
	write_rows(s, entries, n, rows);
}

/* ---- reading ---- */

/* The header that both strings begin with. */
static bool
check_header(const struct dedup_segment *s, struct str bytes, size_t header, const char *what,
	struct err *e)
{
	const unsigned char *p = (const unsigned char *)bytes.p;

	if (bytes.n < header || load64(p + CHECK) != hash64(p + CHECKED, bytes.n - CHECKED) ||
		load64(p + K) != (uint64_t)s->k)
		return dedup_damaged(s->k, what, e);
	return true;
}

size_t
dedup_filter_size(size_t n)
{
	return sizeof(struct dedup_filter) + (n + DEDUP_WINDOW) * sizeof(uint16_t);
}

/* Counts become where each bucket starts. False: they are not those of n entries. */
static bool
read_counts(const unsigned char *counts, size_t width, uint32_t n, uint32_t *start)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < DEDUP_BUCKETS; i++) {
		start[i] = (uint32_t)sum;
		sum += width == 1 ? counts[i] : load32(counts + 4 * i);
		if (sum > n)
			return false;
	}
	start[DEDUP_BUCKETS] = (uint32_t)sum;
	return sum == n;
}

bool
dedup_filter_read(const struct dedup_segment *s, struct str bytes, struct dedup_filter **out,
	struct err *e)
{
	static const char what[] = "its filter is not what was written";
	const unsigned char *p = (const unsigned char *)bytes.p;
	uint32_t start[DEDUP_BUCKETS + 1];
	size_t width, n;

	if (!check_header(s, bytes, FILTER_COUNTS, what, e))
		return false;
	n = load32(p + FILTER_N);
	width = p[FILTER_WIDTH];
	if (load32(p + FILTER_SEGMENTS) != s->segments || (width != 1 && width != 4) ||
		bytes.n != FILTER_COUNTS + width * DEDUP_BUCKETS + 2 * n ||
		!read_counts(p + FILTER_COUNTS, width, (uint32_t)n, start))
		return dedup_damaged(s->k, what, e);
	*out = mem_realloc(*out, 1, dedup_filter_size(n));
	(*out)->n = (uint32_t)n;
	memcpy((*out)->start, start, sizeof(start));
	memcpy((*out)->prints, p + bytes.n - 2 * n, 2 * n);
	memset((*out)->prints + n, 0, DEDUP_WINDOW * sizeof(uint16_t));
	for (size_t i = 0; i < n; i++)
		(*out)->prints[i] = le16toh((*out)->prints[i]);
	return true;
}

bool
dedup_rows_read(const struct dedup_segment *s, const struct dedup_filter *f, struct str bytes,
	struct dedup_rows *out, struct err *e)
{
	static const char what[] = "its entries are not what was written";
	const unsigned char *p = (const unsigned char *)bytes.p;
	struct dedup_rows r;
	struct columns at;

	if (!check_header(s, bytes, ROWS_COLUMNS, what, e))
		return false;
	r = (struct dedup_rows){
		.n = load32(p + ROWS_N),
		.batch = load32(p + ROWS_BATCH),
		.rest_width = p[ROWS_REST_WIDTH],
		.batch_width = p[ROWS_BATCH_WIDTH],
		.hashed = p[ROWS_HASHED],
	};
	at = columns(&r);
	if (r.n != f->n || r.rest_width != rest_width(s->segments) || r.batch_width > 4 ||
		r.hashed > HASHED_BITS || p[ROWS_ZERO] != 0 || bytes.n != at.end)
		return dedup_damaged(s->k, what, e);
	r.rest = p + at.rest;
	r.batches = p + at.batches;
	r.lo = p + at.lo;
	r.content = p + at.content;
	r.flags = p + at.flags;
	*out = r;
	return true;
}

/* ---- entries ---- */

static uint64_t
rest_of(const struct dedup_rows *r, uint32_t j)
{
	return load64(r->rest + (size_t)j * r->rest_width);
}

static uint32_t
hashed_of(const struct dedup_rows *r, uint32_t j)
{
	return r->hashed == HASHED_BITS ? r->flags[j / 8] >> j % 8 & 1u : r->hashed;
}

bool
dedup_rows_match(const struct dedup_rows *r, uint32_t j, const struct dedup_entry *key)
{
	return ((rest_of(r, j) ^ key->hi) & ones(r->rest_width)) == 0 &&
		load64(r->lo + (size_t)j * 8) == key->lo && hashed_of(r, j) == key->hashed;
}

void
dedup_rows_get(const struct dedup_rows *r, uint32_t j, struct dedup_entry *out)
{
	uint32_t batch = r->batch_width == 0 ? 0 : load32(r->batches + (size_t)j * r->batch_width);

	out->content = load64(r->content + (size_t)j * 8);
	out->batch = r->batch + (batch & (uint32_t)ones(r->batch_width));
	out->hashed = hashed_of(r, j);
}

void
dedup_segment_entries(const struct dedup_segment *s, const struct dedup_filter *f,
	const struct dedup_rows *r, struct dedup_entry *out)
{
	const struct decoder d = decoder(s);
	const uint64_t mask = ones(r->rest_width);

	for (uint32_t bucket = 0; bucket < DEDUP_BUCKETS; bucket++) {
		for (uint32_t j = f->start[bucket]; j < f->start[bucket + 1]; j++) {
			uint64_t from = least(&d, bucket, f->prints[j]);

			out[j].hi = from + ((rest_of(r, j) - from) & mask);
			out[j].lo = load64(r->lo + (size_t)j * 8);
			dedup_rows_get(r, j, &out[j]);
		}
	}
}

bool
dedup_segment_sound(const struct dedup_segment *s, const struct dedup_filter *f,
	const struct dedup_entry *entries, struct err *e)
{
	for (uint32_t i = 0; i < f->n; i++) {
		struct dedup_place at = dedup_place(entries[i].hi, s->segments);

		if (at.segment != s->index || at.print != f->prints[i] || i < f->start[at.bucket] ||
			i >= f->start[at.bucket + 1])
			return dedup_damaged(s->k, "an entry is not in its place", e);
		if (i > 0 && dedup_before(&entries[i], &entries[i - 1]))
			return dedup_damaged(s->k, "its entries are not in order", e);
	}
	return true;
}
