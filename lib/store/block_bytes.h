/*
 * block_bytes - numbers, and rows of numbers, as bytes (inside store).
 *
 * Shape      fixed numbers least byte first. A small number is 7 bits a byte, least
 *            first, the top bit saying that more follow; a signed one goes to and
 *            fro: 0 -1 1 -2 is 0 1 2 3. A row of numbers is its least one (small),
 *            the width in bits (one byte: 0 1 2 4 8 16 24 32 40 48 56 64) and what
 *            each lies above the least, in that width, the first in the least
 *            bits; the last byte is filled up with zeros.
 * Range      the width is the least that all fit in. Taking never reads beyond
 *            what is there, and gives no number above the limit asked for.
 * Errors     take_*: false; `wrong` says what was, for a person, the first time.
 * Order      the same numbers are the same bytes on every machine.
 * Source     mtr-store(5), Blocks.
 * Example    300 301 303 is ac 02 | 02 | 34: the least, the width, 0 1 3 in two bits each.
 */
#ifndef STORE_BLOCK_BYTES_H
#define STORE_BLOCK_BYTES_H

#include <endian.h>
#include <string.h>

#include "base/str.h"

static inline void
store32(void *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
}

static inline void
store64(void *p, uint64_t v)
{
	v = htole64(v);
	memcpy(p, &v, sizeof(v));
}

static inline uint32_t
load32(const void *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static inline uint64_t
load64(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

void put_small(struct buf *b, uint64_t v);
void put_signed(struct buf *b, int64_t v);
void put_row(struct buf *b, const uint64_t *v, size_t n); /* n may be 0 */

struct bytes_in {
	const unsigned char *p;
	size_t left;
	const char *wrong; /* NULL: nothing yet */
};

bool bytes_wrong(struct bytes_in *in, const char *what); /* always false */
bool take_bytes(struct bytes_in *in, size_t n, const unsigned char **out);
bool take_small(struct bytes_in *in, uint64_t most, uint64_t *out);
bool take_signed(struct bytes_in *in, int64_t *out);
/* Each is at most most; then add is added, modulo 2^64. */
bool take_row(struct bytes_in *in, size_t n, uint64_t most, uint64_t add, uint64_t *out);

#endif
