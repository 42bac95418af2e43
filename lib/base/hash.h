/*
 * hash - fast hashes that detect accidents, not forgers.
 *
 * Shape      XXH3 with 64 and 128 bits. A key is made once from a secret, so that
 *            who chooses the texts cannot choose their hashes.
 * Order      pure; the same on every machine: 128 bits as two numbers.
 * Source     libxxhash.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash128 {
	uint64_t hi;
	uint64_t lo;
};

uint64_t hash64(const void *p, size_t n);
struct hash128 hash128(const void *p, size_t n);

#define HASH_KEY_BYTES 192

struct hash_key {
	unsigned char bytes[HASH_KEY_BYTES];
};

void hash_key_make(const void *secret, size_t n, struct hash_key *out);
uint64_t hash64_keyed(const struct hash_key *key, const void *p, size_t n);
struct hash128 hash128_keyed(const struct hash_key *key, const void *p, size_t n);

#endif
