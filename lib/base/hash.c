#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/banned.h"

_Static_assert(HASH_KEY_BYTES >= XXH3_SECRET_SIZE_MIN, "a key is a whole secret of XXH3");

static struct hash128
pair(XXH128_hash_t h)
{
	return (struct hash128){ .hi = h.high64, .lo = h.low64 };
}

uint64_t
hash64(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

struct hash128
hash128(const void *p, size_t n)
{
	return pair(XXH3_128bits(p, n));
}

void
hash_key_make(const void *secret, size_t n, struct hash_key *out)
{
	XXH3_generateSecret(out->bytes, sizeof(out->bytes), secret, n);
}

uint64_t
hash64_keyed(const struct hash_key *key, const void *p, size_t n)
{
	return XXH3_64bits_withSecret(p, n, key->bytes, sizeof(key->bytes));
}

struct hash128
hash128_keyed(const struct hash_key *key, const void *p, size_t n)
{
	return pair(XXH3_128bits_withSecret(p, n, key->bytes, sizeof(key->bytes)));
}
