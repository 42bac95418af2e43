#include "base/id.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <string.h>
#include <sys/random.h>

#include "base/banned.h"

#define ID_BYTES 16

_Static_assert(DIGEST_BYTES == SHA256_DIGEST_SIZE, "digests are SHA-256");

static char *
put_hex(char *p, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*p++ = digits[bytes[i] >> 4];
		*p++ = digits[bytes[i] & 15];
	}
	return p;
}

/* RFC 9562: version in the high half of byte 6, variant 10 in the top bits of byte 8. */
static struct id
id_from_bytes(unsigned char bytes[ID_BYTES], unsigned version)
{
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	struct id id;
	char *p = id.s;

	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | version << 4);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t g = 0; g < countof(groups); g++) {
		if (g > 0)
			*p++ = '-';
		p = put_hex(p, bytes, groups[g]);
		bytes += groups[g];
	}
	*p = '\0';
	return id;
}

static bool
is_hex(char c)
{
	return ascii_is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
}

bool
id_parse(struct str text, struct id *out)
{
	struct id id;

	if (text.n != ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text.p[i] != '-' : !is_hex(text.p[i]))
			return false;
		id.s[i] = ascii_lower(text.p[i]);
	}
	id.s[ID_SIZE - 1] = '\0';
	*out = id;
	return true;
}

struct id
id_derive(const struct str *parts, size_t n)
{
	unsigned char digest[DIGEST_BYTES];

	digest_parts(parts, n, digest);
	return id_from_bytes(digest, 8);
}

bool
id_random(struct id *out)
{
	unsigned char bytes[ID_BYTES];
	ssize_t n;

	do /* so few bytes come whole or not at all */
		n = getrandom(bytes, sizeof(bytes), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(bytes))
		return false;
	*out = id_from_bytes(bytes, 4);
	return true;
}

struct str
id_str(const struct id *id)
{
	return (struct str){ id->s, ID_SIZE - 1 };
}

void
digest_sha256(const void *p, size_t n, unsigned char out[DIGEST_BYTES])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	if (n > 0)
		sha256_update(&ctx, n, p);
	sha256_digest(&ctx, DIGEST_BYTES, out);
}

void
digest_parts(const struct str *parts, size_t n, unsigned char out[DIGEST_BYTES])
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < n; i++) {
		uint8_t length[8]; /* big-endian */

		for (size_t b = 0; b < sizeof(length); b++)
			length[b] = (uint8_t)((uint64_t)parts[i].n >> (56 - 8 * b));
		sha256_update(&ctx, sizeof(length), length);
		if (parts[i].n > 0)
			sha256_update(&ctx, parts[i].n, (const uint8_t *)parts[i].p);
	}
	sha256_digest(&ctx, DIGEST_BYTES, out);
}

const char *
hex_text(const unsigned char *p, size_t n, char *out)
{
	*put_hex(out, p, n) = '\0';
	return out;
}

const char *
digest_text(const unsigned char *digest, char out[DIGEST_TEXT_SIZE])
{
	return hex_text(digest, DIGEST_BYTES, out);
}
