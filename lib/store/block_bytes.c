#include "store/block_bytes.h"

#include "base/banned.h"

#define SMALL_BYTES_MAX 10 /* ceil(64 / 7) */

/* ---- putting ---- */

void
put_small(struct buf *b, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		buf_add_char(b, (char)(v | 0x80));
	buf_add_char(b, (char)v);
}

void
put_signed(struct buf *b, int64_t v)
{
	put_small(b, v < 0 ? ~(uint64_t)v << 1 | 1 : (uint64_t)v << 1);
}

/* Bits that hold every number up to most. */
static unsigned
width_for(uint64_t most)
{
	unsigned bits = most == 0 ? 0 : 64 - (unsigned)__builtin_clzll(most);

	return bits <= 2 ? bits : bits <= 4 ? 4 : (bits + 7) & ~7U;
}

static uint64_t
width_most(unsigned width)
{
	return width == 0 ? 0 : UINT64_MAX >> (64 - width);
}

/* A row is at most 2^18 numbers or lengths of texts in memory: no overflow. */
static size_t
row_bytes(size_t n, unsigned width)
{
	return width >= 8 ? n * (width / 8) : (n * width + 7) / 8;
}

static void
pack_bits(unsigned char *q, const uint64_t *v, size_t n, uint64_t least, unsigned width)
{
	for (size_t i = 0; i < n; i += 8 / width) {
		uint64_t byte = 0;

		for (size_t k = 0; k < 8 / width && i + k < n; k++)
			byte |= (v[i + k] - least) << k * width;
		*q++ = (unsigned char)byte;
	}
}

/* Each is stored in eight bytes, and the next one over the zeros: q has room for that. */
static void
pack_bytes(unsigned char *q, const uint64_t *v, size_t n, uint64_t least, unsigned bytes)
{
	for (size_t i = 0; i < n; i++)
		store64(q + i * bytes, v[i] - least);
}

void
put_row(struct buf *b, const uint64_t *v, size_t n)
{
	uint64_t least = n == 0 ? 0 : v[0], most = least;
	unsigned width;
	unsigned char *q;

	for (size_t i = 1; i < n; i++) {
		least = v[i] < least ? v[i] : least;
		most = v[i] > most ? v[i] : most;
	}
	width = width_for(most - least);
	put_small(b, least);
	buf_add_char(b, (char)width);
	buf_reserve(b, row_bytes(n, width) + sizeof(uint64_t));
	q = (unsigned char *)b->p + b->n;
	if (width >= 8)
		pack_bytes(q, v, n, least, width / 8);
	else if (width > 0)
		pack_bits(q, v, n, least, width);
	b->n += row_bytes(n, width);
}

/* ---- taking ---- */

bool
bytes_wrong(struct bytes_in *in, const char *what)
{
	if (in->wrong == NULL)
		in->wrong = what;
	return false;
}

bool
take_bytes(struct bytes_in *in, size_t n, const unsigned char **out)
{
	if (n > in->left)
		return bytes_wrong(in, "bytes are missing");
	*out = in->p;
	in->p += n;
	in->left -= n;
	return true;
}

bool
take_small(struct bytes_in *in, uint64_t most, uint64_t *out)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < SMALL_BYTES_MAX; i++) {
		const unsigned char *p;
		uint64_t bits;

		if (!take_bytes(in, 1, &p))
			return false;
		bits = *p & 0x7f;
		if (bits << 7 * i >> 7 * i != bits)
			break;
		v |= bits << 7 * i;
		if (*p >= 0x80)
			continue;
		if (v > most)
			return bytes_wrong(in, "a number is out of range");
		*out = v;
		return true;
	}
	return bytes_wrong(in, "a number has more than 64 bits");
}

bool
take_signed(struct bytes_in *in, int64_t *out)
{
	uint64_t v;

	if (!take_small(in, UINT64_MAX, &v))
		return false;
	*out = (int64_t)(v >> 1 ^ (UINT64_C(0) - (v & 1)));
	return true;
}

static void
unpack_bits(const unsigned char *p, size_t n, unsigned width, uint64_t add, uint64_t *out)
{
	uint64_t mask = width_most(width);

	for (size_t i = 0; i < n; i++)
		out[i] = add + ((uint64_t)p[i * width / 8] >> i * width % 8 & mask);
}

/* Eight bytes are read for each but the last ones, where they are not all there. */
static void
unpack_bytes(const unsigned char *p, size_t n, unsigned bytes, uint64_t add, uint64_t *out)
{
	uint64_t mask = width_most(8 * bytes);
	size_t i = 0;

	for (; i * bytes + sizeof(uint64_t) <= n * bytes; i++)
		out[i] = add + (load64(p + i * bytes) & mask);
	for (; i < n; i++) {
		unsigned char last[sizeof(uint64_t)] = { 0 };

		memcpy(last, p + i * bytes, bytes);
		out[i] = add + load64(last);
	}
}

static bool
is_width(unsigned width)
{
	return width <= 64 && (width % 8 == 0 || width == 1 || width == 2 || width == 4);
}

/* Where the width allows more than the limit, the greatest decides. */
static bool
row_within(const uint64_t *v, size_t n, uint64_t base, uint64_t room)
{
	uint64_t over = 0;

	for (size_t i = 0; i < n; i++)
		over |= v[i] - base > room;
	return over == 0;
}

bool
take_row(struct bytes_in *in, size_t n, uint64_t most, uint64_t add, uint64_t *out)
{
	const unsigned char *width, *p;
	uint64_t least;

	if (!take_small(in, most, &least) || !take_bytes(in, 1, &width))
		return false;
	if (!is_width(*width))
		return bytes_wrong(in, "a width is none of the known");
	if (!take_bytes(in, row_bytes(n, *width), &p))
		return false;
	add += least;
	if (*width >= 8)
		unpack_bytes(p, n, *width / 8, add, out);
	else if (*width > 0)
		unpack_bits(p, n, *width, add, out);
	else
		for (size_t i = 0; i < n; i++)
			out[i] = add;
	if (width_most(*width) > most - least && !row_within(out, n, add, most - least))
		return bytes_wrong(in, "a number is out of range");
	return true;
}
