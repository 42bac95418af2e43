#include "store/dedup.h"

#include "base/uuid.h"
#include "store/block_bytes.h"

#include "base/banned.h"

__extension__ typedef unsigned __int128 u128;

#define ROUNDS 4

_Static_assert(HASH_KEY_BYTES >= ROUNDS * 16, "two numbers of the secret for each round");

/* Both halves of a product with a secret number, one upon the other. */
static uint64_t
stir(const struct hash_key *secret, size_t round, uint64_t v)
{
	const unsigned char *own = secret->bytes + round * 16;
	u128 product = (u128)(v ^ load64(own)) * (load64(own + 8) | 1);

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/*
 * The 16 bytes of a UUID go through a Feistel network: whatever stir does, each
 * round is undone by itself, so that no two UUIDs share a key. Times, counters
 * and chosen digits spread over the whole range like chance.
 */
void
dedup_key(const struct hash_key *secret, struct str transaction_id, struct dedup_entry *out)
{
	unsigned char bytes[UUID_BYTES];

	*out = (struct dedup_entry){ .hashed = 0 };
	if (uuid_pack(transaction_id, bytes)) {
		uint64_t a = load64(bytes), b = load64(bytes + 8);

		for (size_t round = 0; round < ROUNDS; round += 2) {
			a ^= stir(secret, round, b);
			b ^= stir(secret, round + 1, a);
		}
		out->hi = a;
		out->lo = b;
	} else {
		struct hash128 h = hash128_keyed(secret, transaction_id.p, transaction_id.n);

		out->hi = h.hi;
		out->lo = h.lo;
		out->hashed = 1;
	}
}

void
dedup_uuid(const struct hash_key *secret, const struct dedup_entry *entry, char out[36])
{
	unsigned char bytes[UUID_BYTES];
	uint64_t a = entry->hi, b = entry->lo;

	for (size_t round = ROUNDS; round > 0; round -= 2) {
		b ^= stir(secret, round - 1, a);
		a ^= stir(secret, round - 2, b);
	}
	store64(bytes, a);
	store64(bytes + 8, b);
	uuid_unpack(bytes, out);
}
