#include "base/uuid.h"

#include <endian.h>
#include <string.h>

#include "base/banned.h"

/* A byte in each of eight. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Eight hex digits in lower case, the first of them in the least byte. */
static uint64_t
hex_digits(uint32_t bytes)
{
	uint64_t v = bytes;

	v = (v | v << 16) & UINT64_C(0x0000ffff0000ffff);
	v = (v | v << 8) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v >> 4 & UINT64_C(0x000f000f000f000f)) | (v & UINT64_C(0x000f000f000f000f)) << 8;
	return v + EACH('0') + ((v + EACH(6)) >> 4 & EACH(1)) * ('a' - '0' - 10);
}

/* The inverse; of characters that are no such digits, anything. */
static uint32_t
hex_bytes(uint64_t digits)
{
	uint64_t v = (digits & EACH(0x0f)) + (digits >> 6 & EACH(1)) * 9;

	v = (v << 4 | v >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	v = (v | v >> 8) & UINT64_C(0x0000ffff0000ffff);
	return (uint32_t)(v | v >> 16);
}

/* Where the two halves of each group of eight digits stand in the text. */
static const unsigned char halves[4][2] = { { 0, 4 }, { 9, 14 }, { 19, 24 }, { 28, 32 } };

static uint64_t
digits_at(const char *text, const unsigned char half[2])
{
	uint32_t first, second;

	memcpy(&first, text + half[0], sizeof(first));
	memcpy(&second, text + half[1], sizeof(second));
	return le32toh(first) | (uint64_t)le32toh(second) << 32;
}

bool
uuid_pack(struct str text, unsigned char out[UUID_BYTES])
{
	uint32_t groups[4];
	bool same;

	if (text.n != UUID_TEXT)
		return false;
	same = text.p[8] == '-' && text.p[13] == '-' && text.p[18] == '-' && text.p[23] == '-';
	for (unsigned i = 0; i < 4; i++) {
		uint64_t digits = digits_at(text.p, halves[i]);
		uint32_t bytes = hex_bytes(digits);

		groups[i] = htole32(bytes);
		same &= hex_digits(bytes) == digits; /* what is no hex does not come back */
	}
	if (same)
		memcpy(out, groups, sizeof(groups));
	return same;
}

void
uuid_unpack(const unsigned char bytes[UUID_BYTES], char out[UUID_TEXT])
{
	for (unsigned i = 0; i < 4; i++) {
		uint32_t group, first, second;
		uint64_t digits;

		memcpy(&group, bytes + 4 * (size_t)i, sizeof(group));
		digits = hex_digits(le32toh(group));
		first = htole32((uint32_t)digits);
		second = htole32((uint32_t)(digits >> 32));
		memcpy(out + halves[i][0], &first, sizeof(first));
		memcpy(out + halves[i][1], &second, sizeof(second));
	}
	out[8] = out[13] = out[18] = out[23] = '-';
}
