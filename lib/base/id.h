/*
 * id - UUID text and digests.
 *
 * Shape      lower-case UUID text, 36 characters and a NUL. Derived ids are
 *            version 8: SHA-256 over the length-prefixed parts of a natural
 *            key, its first 16 bytes with version and variant set.
 * Errors     id_random needs the kernel's random numbers: false when it fails.
 * Order      id_derive is pure.
 * Source     RFC 9562; FIPS 180-4 through nettle.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define ID_SIZE 37
#define DIGEST_BYTES 32
#define DIGEST_TEXT_SIZE 65

struct id {
	char s[ID_SIZE];
};

/* Any UUID in canonical form, letters of either case; out is lower case. */
bool id_parse(struct str text, struct id *out);
struct id id_derive(const struct str *parts, size_t n);
bool id_random(struct id *out);
struct str id_str(const struct id *id); /* borrows from id */

void digest_sha256(const void *p, size_t n, unsigned char out[DIGEST_BYTES]);
/* Over the parts, each with its length in front: ("a", "bc") and ("ab", "c") differ. */
void digest_parts(const struct str *parts, size_t n, unsigned char out[DIGEST_BYTES]);
const char *digest_text(const unsigned char *digest, char out[DIGEST_TEXT_SIZE]); /* hex */
/* n bytes in hex, out with room for 2 * n + 1. */
const char *hex_text(const unsigned char *p, size_t n, char *out);

#endif
