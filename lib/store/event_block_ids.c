#include "store/event_block.h"

#include <string.h>

#include "base/uuid.h"
#include "store/event_block_layout.h"
#include "store/event_block_private.h"

#include "base/banned.h"

/* ---- putting ---- */

static size_t
common_prefix(struct str a, struct str b, size_t most)
{
	size_t n = 0;

	while (n < most && n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

/* The ids that are no UUIDs, of which there is at least one. */
static void
put_text_ids(struct encoder *en)
{
	const uint64_t *forms = en->row;
	struct str first = { NULL, 0 };
	size_t prefix = ID_PREFIX_MAX, n = 0;

	for (size_t i = 0; i < en->rows->n; i++) {
		if (forms[i] != ID_TEXT)
			continue;
		if (n == 0)
			first = en->rows->ids[i];
		prefix = common_prefix(first, en->rows->ids[i], prefix);
		en->other[n++] = en->rows->ids[i].n;
	}
	for (size_t i = 0; i < n; i++)
		en->other[i] -= prefix;
	put_small(en->out, prefix);
	buf_add(en->out, first.p, prefix);
	put_row(en->out, en->other, n);
	for (size_t i = 0; i < en->rows->n; i++)
		if (forms[i] == ID_TEXT)
			buf_add(en->out, en->rows->ids[i].p + prefix, en->rows->ids[i].n - prefix);
}

/* Rows were sorted, so their ids lie anywhere: by the time of their turn they are at hand. */
#define AHEAD 16

void
put_ids(struct encoder *en)
{
	size_t n = en->rows->n, nuuids = 0;
	unsigned char *uuids = arena_array(&en->scratch, n, UUID_BYTES);

	for (size_t i = 0; i < n; i++) {
		bool packed;

		if (i + AHEAD < n) {
			const struct str *next = &en->rows->ids[i + AHEAD];

			__builtin_prefetch(next->p);
			__builtin_prefetch(next->p + next->n);
		}
		packed = uuid_pack(en->rows->ids[i], uuids + nuuids * UUID_BYTES);
		en->row[i] = packed ? ID_UUID : ID_TEXT;
		nuuids += packed;
	}
	put_row(en->out, en->row, n);
	buf_add(en->out, uuids, nuuids * UUID_BYTES);
	if (nuuids < n)
		put_text_ids(en);
}

/* ---- taking ---- */

/* The parts of the ids: what uuids there are, and what the others begin and go on with. */
struct ids_in {
	size_t n;
	uint64_t *forms;   /* of each row */
	uint64_t *lengths; /* of the texts, without their prefix */
	size_t ntexts;
	const unsigned char *uuids;
	struct str prefix;
	const unsigned char *rest;
	size_t bytes; /* of all ids in the end */
};

static bool
take_text_ids(struct bytes_in *in, struct ids_in *ids)
{
	const unsigned char *prefix;
	uint64_t n, sum = 0;

	if (!take_small(in, ID_PREFIX_MAX, &n) || !take_bytes(in, n, &prefix) ||
		!take_row(in, ids->ntexts, in->left, 0, ids->lengths))
		return false;
	for (size_t i = 0; i < ids->ntexts; i++)
		sum += ids->lengths[i]; /* 2^18 of them below the bytes of one value: no overflow */
	ids->prefix = (struct str){ (const char *)prefix, n };
	ids->bytes += n * ids->ntexts + sum;
	return take_bytes(in, sum, &ids->rest);
}

static bool
take_id_parts(struct bytes_in *in, struct ids_in *ids)
{
	size_t nuuids;

	if (!take_row(in, ids->n, ID_TEXT, 0, ids->forms))
		return false;
	for (size_t i = 0; i < ids->n; i++)
		ids->ntexts += ids->forms[i];
	nuuids = ids->n - ids->ntexts;
	ids->bytes = nuuids * UUID_TEXT;
	if (!take_bytes(in, nuuids * UUID_BYTES, &ids->uuids) ||
		(ids->ntexts > 0 && !take_text_ids(in, ids)))
		return false;
	return in->left == 0 || bytes_wrong(in, "bytes are left over");
}

/* The texts lie one behind the other from p on. */
static void
join_ids(struct ids_in in, char *p, struct str *ids)
{
	for (size_t i = 0; i < in.n; i++) {
		ids[i].p = p;
		if (in.forms[i] == ID_UUID) {
			uuid_unpack(in.uuids, p);
			in.uuids += UUID_BYTES;
			p += UUID_TEXT;
		} else {
			memcpy(p, in.prefix.p, in.prefix.n);
			p += in.prefix.n;
			memcpy(p, in.rest, *in.lengths);
			p += *in.lengths;
			in.rest += *in.lengths++;
		}
		ids[i].n = (size_t)(p - ids[i].p);
	}
}

static bool
ids_damaged(const char *where, const char *wrong, struct err *e)
{
	return block_damaged(where, wrong, "ids", STR(""), e);
}

bool
block_decode_ids(struct block_reader *r, size_t n, struct str ids, const char *where,
	const struct str **out, struct err *e)
{
	struct bytes_in in = { (const unsigned char *)ids.p, ids.n, NULL };
	struct ids_in parts = { .n = n };
	const unsigned char *sum;
	struct str *list;

	if (n == 0 || n > BLOCK_ROWS_MAX)
		return ids_damaged(where, "the number of rows is out of range", e);
	if (!take_bytes(&in, CHECKSUM_BYTES, &sum))
		return ids_damaged(where, in.wrong, e);
	if (hash64(in.p, in.left) != load64(sum))
		return ids_damaged(where, "the checksum differs", e);
	parts.forms = room_for(&r->row, n, sizeof(uint64_t));
	parts.lengths = room_for(&r->other, n, sizeof(uint64_t));
	if (!take_id_parts(&in, &parts))
		return ids_damaged(where, in.wrong, e);
	list = room_for(&r->ids, n, sizeof(*list));
	join_ids(parts, room_for(&r->id_texts, parts.bytes + 1, 1), list);
	*out = list;
	return true;
}
