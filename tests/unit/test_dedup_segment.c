/* Segments: entries come back from their bytes; bytes that are not what was written are refused. */
#include "store/dedup_segment.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "store/block_bytes.h"
#include "store/dedup_sort.h"
#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

#define MOST 3000

static const uint64_t counts[] = { 1, 2, 3, 7, 255, 256, 257, 511, 512, 513, 1000, 4095, 65536,
	131071, 131072, 1000003, 33554432, UINT32_MAX };

struct sample {
	struct dedup_segment s;
	struct dedup_entry entries[MOST];
	size_t n;
	struct buf filter;
	struct buf rows;
};

static struct sample a, b;

/* ---- making them ---- */

enum hashing { NONE, ALL, MIXED };

struct making {
	uint64_t segments;
	uint64_t index;
	size_t n;
	uint32_t batch;
	uint32_t batches;
	enum hashing hashing;
	uint64_t width; /* of the range of hi; 0: all of the segment */
};

static void
make(struct sweep *seed, const struct making *m, struct sample *out)
{
	static struct dedup_entry scratch[MOST];
	static uint32_t order[2 * MOST];
	uint64_t start = dedup_segment_start(m->segments, m->index);
	uint64_t last = m->index + 1 == m->segments ?
		UINT64_MAX :
		dedup_segment_start(m->segments, m->index + 1) - 1;

	out->s = (struct dedup_segment){
		.k = 1 + (int64_t)sweep_below(seed, 1 << 30),
		.segments = m->segments,
		.index = m->index,
	};
	out->n = m->n;
	if (m->width > 0 && last - start > m->width)
		last = start + m->width;
	for (size_t i = 0; i < m->n; i++) {
		uint64_t span = last - start;

		out->entries[i] = (struct dedup_entry){
			.hi = i == 0   ? start :
				i == 1 ? last :
					 start +
					(span == UINT64_MAX ? sweep_next(seed) :
							      sweep_below(seed, span + 1)),
			.lo = sweep_below(seed, 4) == 0 ? 0 : sweep_next(seed),
			.content = sweep_next(seed),
			.batch = m->batch + (uint32_t)sweep_below(seed, m->batches),
			.hashed = m->hashing == MIXED ? (uint32_t)sweep_below(seed, 2) :
							(uint32_t)m->hashing,
		};
	}
	dedup_sort(out->entries, order, out->n, scratch, order + MOST);
	dedup_segment_write(&out->s, out->entries, out->n, &out->filter, &out->rows);
}

static struct making
any(struct sweep *seed)
{
	static const uint32_t batches[] = { 1, 2, 256, 257, 65536, 65537, 1 << 24, 1u << 30 };
	struct making m = {
		.segments = counts[sweep_below(seed, countof(counts))],
		.n = sweep_below(seed, 1000),
		.batch = 1 + (uint32_t)sweep_below(seed, 1 << 20),
		.batches = batches[sweep_below(seed, countof(batches))],
		.hashing = (enum hashing)sweep_below(seed, 3),
	};

	m.index = sweep_below(seed, 3) == 0 ? m.segments - 1 : sweep_below(seed, m.segments);
	if (sweep_below(seed, 4) == 0)
		m.n = sweep_below(seed, 3);
	if (sweep_below(seed, 8) == 0)
		m.width = sweep_below(seed, 1 << 20);
	return m;
}

/* ---- reading them ---- */

static bool
same_entry(const struct dedup_entry *x, const struct dedup_entry *y)
{
	return x->hi == y->hi && x->lo == y->lo && x->content == y->content &&
		x->batch == y->batch && x->hashed == y->hashed;
}

static struct str
own(struct str s, char **copy)
{
	/* A piece of memory that ends where the bytes end, so that a step beyond shows. */
	*copy = malloc(s.n == 0 ? 1 : s.n);
	memcpy(*copy, s.p, s.n);
	return (struct str){ *copy, s.n };
}

/* True: read, and then they are in out. */
static bool
read_back(const struct dedup_segment *s, struct str filter, struct str rows,
	struct dedup_entry *out, struct err *e)
{
	struct dedup_filter *f = NULL;
	struct dedup_rows r;
	char *filter_copy, *rows_copy;
	bool done;

	err_clear(e);
	filter = own(filter, &filter_copy);
	rows = own(rows, &rows_copy);
	done = dedup_filter_read(s, filter, &f, e) && dedup_rows_read(s, f, rows, &r, e);
	if (done) {
		dedup_segment_entries(s, f, &r, out);
		done = dedup_segment_sound(s, f, out, e);
	}
	free(f);
	free(filter_copy);
	free(rows_copy);
	return done;
}

static bool
returns(const struct sample *x)
{
	static struct dedup_entry got[MOST];
	struct err e = ERR_INIT;
	bool same = read_back(&x->s, buf_str(&x->filter), buf_str(&x->rows), got, &e);

	for (size_t i = 0; i < x->n && same; i++)
		same = same_entry(&got[i], &x->entries[i]);
	if (!same)
		note("%zu entries, segment %" PRIu64 " of %" PRIu64 ": %s", x->n, x->s.index,
			x->s.segments, e.text);
	return same;
}

/* ---- laws ---- */

static void
test_places(void)
{
	struct sweep seed = sweep_start("places", 20250303);
	bool first = true, before = true, rising = true;

	for (int i = 0; i < 20000; i++) {
		uint64_t segments = i % 2 == 0 ? counts[sweep_below(&seed, countof(counts))] :
						 1 + sweep_below(&seed, UINT32_MAX);
		uint64_t index = sweep_below(&seed, segments);
		uint64_t start = dedup_segment_start(segments, index);
		uint64_t hi = sweep_next(&seed);

		first = first && dedup_place(start, segments).segment == index;
		before = before &&
			(index == 0 || dedup_place(start - 1, segments).segment == index - 1);
		rising = rising &&
			dedup_place(hi, segments).segment <=
				dedup_place(hi | 0xffff, segments).segment;
	}
	ok(first, "a segment begins in itself");
	ok(before, "and not before");
	ok(rising, "greater keys are in no lower segment");
	ok(dedup_place(UINT64_MAX, 12345).segment == 12344, "the last key is in the last segment");
	is_int((int64_t)dedup_segments(1), 1, "one entry is one segment");
	is_int((int64_t)dedup_segments(760), 1, "760 too");
	is_int((int64_t)dedup_segments(761), 2, "761 are two");
	is_int((int64_t)dedup_segments(100000), 132, "100,000 are 132");
}

static void
test_round_trip(void)
{
	struct sweep seed = sweep_start("round trips", 20250304);
	bool same = true;

	for (size_t i = 0; i < countof(counts); i++) {
		for (unsigned hashing = 0; hashing < 3; hashing++) {
			struct making m = { .segments = counts[i],
				.index = counts[i] / 2,
				.n = 760,
				.batch = 1,
				.batches = 8,
				.hashing = (enum hashing)hashing };

			make(&seed, &m, &a);
			ok(returns(&a), "segment %" PRIu64 " of %" PRIu64 ", hashed %u", m.index,
				m.segments, hashing);
		}
	}
	for (int i = 0; i < 1500 && same; i++) {
		struct making m = any(&seed);

		make(&seed, &m, &a);
		same = returns(&a);
	}
	ok(same, "any others");
}

static void
test_crowds(void)
{
	struct sweep seed = sweep_start("crowds", 20250305);
	static const uint64_t widths[] = { 1, 2, 255, 1 << 20, (uint64_t)1 << 40 };
	bool same = true;

	for (size_t i = 0; i < countof(widths); i++) {
		struct making m = { .segments = 3,
			.index = i % 3,
			.n = MOST,
			.batch = DEDUP_BATCH_MAX,
			.batches = 1,
			.hashing = MIXED,
			.width = widths[i] };

		make(&seed, &m, &a);
		ok(returns(&a), "%d entries within %" PRIu64 " keys", MOST, widths[i]);
	}
	for (size_t i = 0; i < a.n; i++)
		a.entries[i] = a.entries[0];
	dedup_segment_write(&a.s, a.entries, a.n, &a.filter, &a.rows);
	ok(returns(&a), "%d times one key", MOST);
	for (size_t i = 250; i < 262 && same; i++) {
		dedup_segment_write(&a.s, a.entries, i, &a.filter, &a.rows);
		a.n = i;
		same = returns(&a);
	}
	ok(same, "and where one byte no longer counts them");
}

/* Looking up by key finds what reading all of them finds. */
static void
test_match(void)
{
	struct sweep seed = sweep_start("looking up", 20250306);
	struct err e = ERR_INIT;
	bool found = true, others = true;

	for (int i = 0; i < 200; i++) {
		struct making m = any(&seed);
		struct dedup_filter *f = NULL;
		struct dedup_rows r;

		make(&seed, &m, &a);
		if (!dedup_filter_read(&a.s, buf_str(&a.filter), &f, &e) ||
			!dedup_rows_read(&a.s, f, buf_str(&a.rows), &r, &e))
			found = false;
		for (uint32_t j = 0; j < a.n && found; j++) {
			struct dedup_entry got = a.entries[j], other = a.entries[j];

			got.content = got.batch = 0;
			dedup_rows_get(&r, j, &got);
			found = dedup_rows_match(&r, j, &a.entries[j]) &&
				same_entry(&got, &a.entries[j]);
			other.lo ^= (uint64_t)1 << sweep_below(&seed, 64);
			others = others && !dedup_rows_match(&r, j, &other);
			other = a.entries[j];
			other.hi ^= 1;
			others = others && !dedup_rows_match(&r, j, &other);
			other = a.entries[j];
			other.hashed ^= 1;
			others = others && !dedup_rows_match(&r, j, &other);
		}
		free(f);
	}
	ok(found, "each entry has its key, digest and batch");
	ok(others, "and no other key");
	is_int(e.kind, ERR_NONE, "without a failure");
}

static void
test_sizes(void)
{
	struct sweep seed = sweep_start("sizes", 20250307);
	static const struct {
		uint64_t segments;
		uint32_t batches;
		size_t most; /* bytes of 760 entries */
	} sizes[] = {
		{ 132, 1, 760 * 23 + 200 },
		{ 1056, 8, 760 * 23 + 200 },
		{ 8422, 64, 760 * 23 + 200 },
		{ 67369, 65536, 760 * 24 + 200 },
		{ 538947, 65536, 760 * 23 + 200 },
	};

	for (size_t i = 0; i < countof(sizes); i++) {
		struct making m = { .segments = sizes[i].segments,
			.n = 760,
			.batch = 1,
			.batches = sizes[i].batches };

		make(&seed, &m, &a);
		ok(a.filter.n + a.rows.n <= sizes[i].most,
			"%zu bytes in a run of %" PRIu64 " segments", a.filter.n + a.rows.n,
			m.segments);
		/* What a row has beside them takes less than 20 bytes. */
		ok(a.filter.n + 20 <= 2031, "the filter lies in the leaf page");
	}
}

/* ---- refusals ---- */

static struct dedup_entry refused_into[MOST];

static bool
refused(const struct dedup_segment *s, struct str filter, struct str rows)
{
	struct err e = ERR_INIT;

	return !read_back(s, filter, rows, refused_into, &e) && e.kind == ERR_FATAL &&
		strcmp(e.code, "db_damaged") == 0 && strncmp(e.text, "dedup_segment ", 14) == 0;
}

static void
test_damage(void)
{
	struct sweep seed = sweep_start("damage", 20250308);
	struct making m = { .segments = 40,
		.index = 17,
		.n = 100,
		.batch = 5,
		.batches = 300,
		.hashing = MIXED };
	bool bits = true, cut = true, grown = true;

	make(&seed, &m, &a);
	for (int which = 0; which < 2; which++) {
		struct buf *bytes = which == 0 ? &a.filter : &a.rows;

		for (size_t i = 0; i < bytes->n; i++) {
			char bit = (char)(1 << sweep_below(&seed, 8));

			bytes->p[i] ^= bit;
			bits = bits && refused(&a.s, buf_str(&a.filter), buf_str(&a.rows));
			bytes->p[i] ^= bit;
		}
		for (size_t n = bytes->n; bytes->n > 0;) {
			bytes->n--;
			cut = cut && refused(&a.s, buf_str(&a.filter), buf_str(&a.rows));
			if (bytes->n == 0) {
				bytes->n = n;
				break;
			}
		}
		buf_add_char(bytes, '\0');
		grown = grown && refused(&a.s, buf_str(&a.filter), buf_str(&a.rows));
		bytes->n--;
	}
	ok(bits, "a bit that is another is damage, wherever it is");
	ok(cut, "bytes that are missing are");
	ok(grown, "and a byte too many");
	ok(returns(&a), "as it was it can be read");
}

static void
test_places_exchanged(void)
{
	struct sweep seed = sweep_start("exchanged", 20250309);
	struct making m = { .segments = 40, .index = 17, .n = 100, .batch = 5, .batches = 300 };
	struct dedup_filter *f = NULL;
	struct dedup_rows r;
	struct dedup_segment s;
	struct err e = ERR_INIT;

	make(&seed, &m, &a);
	m.index = 18;
	make(&seed, &m, &b);
	ok(refused(&a.s, buf_str(&b.filter), buf_str(&b.rows)), "another segment in its place");
	ok(refused(&a.s, buf_str(&a.filter), buf_str(&b.rows)), "the entries of another");
	ok(refused(&a.s, buf_str(&b.filter), buf_str(&a.rows)), "the filter of another");
	ok(!dedup_filter_read(&a.s, buf_str(&b.filter), &f, &e), "without a look at the entries");
	err_clear(&e);
	ok(dedup_filter_read(&a.s, buf_str(&a.filter), &f, &e) &&
			!dedup_rows_read(&a.s, f, buf_str(&b.rows), &r, &e),
		"or with one at the entries alone");
	free(f);
	ok(refused(&a.s, buf_str(&a.rows), buf_str(&a.filter)), "one for the other");
	s = a.s;
	s.segments++;
	ok(refused(&s, buf_str(&a.filter), buf_str(&a.rows)), "of a run of more segments");
	s = a.s;
	s.index++;
	ok(refused(&s, buf_str(&a.filter), buf_str(&a.rows)), "at another index");
}

/* With a checksum that fits: nothing is read that is not there. */
static void
test_forged(void)
{
	struct sweep seed = sweep_start("forged", 20250310);
	struct making m = { .segments = 40, .index = 17, .n = 100, .batch = 5, .batches = 300 };
	static const struct {
		bool rows;
		size_t at;
		uint32_t value;
		const char *what;
	} forged[] = {
		{ false, 16, 41, "another number of segments" },
		{ false, 20, 99, "fewer entries in the filter" },
		{ false, 20, 101, "more entries in the filter" },
		{ false, 20, UINT32_MAX, "very many entries in the filter" },
		{ false, 20, 0x80000064, "entries beyond 31 bits" },
		{ false, 24, 0, "counts of no width" },
		{ false, 24, 4, "wider counts" },
		{ false, 25, UINT32_MAX, "counts of more entries" },
		{ true, 16, 99, "fewer entries" },
		{ true, 16, 101, "more entries" },
		{ true, 16, UINT32_MAX, "very many entries" },
		{ true, 24, 0, "columns of no width" },
		{ true, 24, 0x020205, "hashed entries without their bits" },
		{ true, 24, 0x030205, "hashed in a fourth way" },
		{ true, 24, 0x0105, "narrower batches" },
		{ true, 24, 0xff05, "batches of 255 bytes" },
		{ true, 24, 0x0204, "narrower keys" },
		{ true, 24, 0x01000205, "a number where there is none" },
	};

	for (size_t i = 0; i < countof(forged); i++) {
		struct buf *bytes = forged[i].rows ? &a.rows : &a.filter;

		make(&seed, &m, &a);
		store32(bytes->p + forged[i].at, forged[i].value);
		store64(bytes->p, hash64(bytes->p + 8, bytes->n - 8));
		ok(refused(&a.s, buf_str(&a.filter), buf_str(&a.rows)), "%s", forged[i].what);
	}
}

static void
test_unsound(void)
{
	struct sweep seed = sweep_start("unsound", 20250311);
	struct making m = { .segments = 40, .index = 17, .n = 100, .batch = 5, .batches = 300 };
	struct dedup_entry kept;

	make(&seed, &m, &a);
	kept = a.entries[50];
	a.entries[50].hi = a.entries[49].hi;
	a.entries[50].lo = 5;
	a.entries[49].lo = 6;
	dedup_segment_write(&a.s, a.entries, a.n, &a.filter, &a.rows);
	ok(refused(&a.s, buf_str(&a.filter), buf_str(&a.rows)), "two entries out of order");
	a.entries[50] = kept;
	a.entries[99].hi = dedup_segment_start(40, 18);
	dedup_segment_write(&a.s, a.entries, a.n, &a.filter, &a.rows);
	ok(refused(&a.s, buf_str(&a.filter), buf_str(&a.rows)), "an entry of the next segment");
}

int
main(void)
{
	test_places();
	test_round_trip();
	test_crowds();
	test_match();
	test_sizes();
	test_damage();
	test_places_exchanged();
	test_forged();
	test_unsound();
	buf_release(&a.filter);
	buf_release(&a.rows);
	buf_release(&b.filter);
	buf_release(&b.rows);
	return done();
}
