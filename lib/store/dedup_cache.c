#include "store/dedup_cache.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/stmt.h"

#include "base/banned.h"

/* ---- what is kept ---- */

static void
drop_rows(struct dedup *d, struct dedup_slot *slot)
{
	if (slot->rows == NULL)
		return;
	d->kept -= slot->rows->bytes;
	d->kept_rows -= slot->rows->bytes;
	free(slot->rows);
	slot->rows = NULL;
}

void
dedup_drop_slot(struct dedup *d, struct dedup_slot *slot)
{
	drop_rows(d, slot);
	if (slot->filter == NULL)
		return;
	d->kept -= dedup_filter_size(slot->filter->n);
	free(slot->filter);
	slot->filter = NULL;
}

/* Give up rows, one segment after the other, round and round. */
static void
give_up_rows(struct dedup *d, size_t wanted)
{
	while (d->kept_rows > 0 && d->kept + wanted > d->limit) {
		if (d->hand_run >= d->nruns) {
			d->hand_run = 0;
			d->hand_slot = 0;
		}
		if (d->hand_slot >= d->runs[d->hand_run]->segments) {
			d->hand_run++;
			d->hand_slot = 0;
			continue;
		}
		drop_rows(d, &d->runs[d->hand_run]->slots[d->hand_slot++]);
	}
}

/* Takes the filter over where there is room for it. */
static bool
keep_filter(struct dedup *d, struct dedup_slot *slot, struct dedup_filter *filter)
{
	size_t bytes = dedup_filter_size(filter->n);

	assert(slot->filter == NULL);
	give_up_rows(d, bytes);
	if (d->kept + bytes > d->limit)
		return false;
	slot->filter = filter;
	d->kept += bytes;
	return true;
}

/* A copy where there is room for it. */
static bool
keep_rows(struct dedup *d, const struct dedup_segment *s, struct dedup_slot *slot,
	const struct dedup_filter *filter, struct str bytes, struct err *e)
{
	size_t size = sizeof(struct kept_rows) + bytes.n;
	struct kept_rows *kept;

	if (d->kept + size > d->limit)
		return true;
	kept = mem_realloc(NULL, 1, size);
	kept->bytes = size;
	memcpy(kept->blob, bytes.p, bytes.n);
	if (!dedup_rows_read(s, filter, (struct str){ kept->blob, bytes.n }, &kept->rows, e)) {
		free(kept);
		return false;
	}
	slot->rows = kept;
	d->kept += size;
	d->kept_rows += size;
	return true;
}

/* ---- segments ---- */

static struct dedup_segment
segment_of(const struct dedup_run *r, uint64_t index)
{
	assert(index < r->segments);
	return (struct dedup_segment){
		.k = r->k_min + (int64_t)index,
		.segments = r->segments,
		.index = index,
	};
}

/* Whether the row was there is part of its end. */
static bool
end_of_row(struct stmt *s, bool found, const struct dedup_segment *segment, struct err *e)
{
	return stmt_done(s, e) && (found || dedup_damaged(segment->k, "is not there", e));
}

bool
dedup_filter_of(struct dedup *d, struct dedup_run *r, uint64_t index,
	const struct dedup_filter **out, struct err *e)
{
	DEDUP_SQL(sql, "SELECT filter FROM", "dedup_segment WHERE k = ?1 ORDER BY k");
	const struct dedup_segment segment = segment_of(r, index);
	struct dedup_slot *slot = &r->slots[index];
	struct stmt *s;
	bool found, sound;

	if (slot->filter != NULL) {
		*out = slot->filter;
		return true;
	}
	s = stmt_get(d->st, sql[d->home]);
	stmt_int(s, 1, segment.k);
	found = stmt_row(s);
	sound = found && dedup_filter_read(&segment, stmt_col_blob(s, 0), &d->filter, e);
	if (!end_of_row(s, found, &segment, e) || !sound)
		return false;
	*out = d->filter;
	if (keep_filter(d, slot, d->filter))
		d->filter = NULL;
	return true;
}

bool
dedup_rows_of(struct dedup *d, struct dedup_run *r, uint64_t index,
	const struct dedup_filter *filter, const struct dedup_rows **out, struct err *e)
{
	DEDUP_SQL(sql, "SELECT entries FROM", "dedup_segment WHERE k = ?1 ORDER BY k");
	const struct dedup_segment segment = segment_of(r, index);
	struct dedup_slot *slot = &r->slots[index];
	struct stmt *s;
	bool found;

	if (slot->rows != NULL || d->rows_k == segment.k) {
		*out = slot->rows != NULL ? &slot->rows->rows : &d->rows;
		return true;
	}
	d->rows_k = 0;
	s = stmt_get(d->st, sql[d->home]);
	stmt_int(s, 1, segment.k);
	found = stmt_row(s);
	if (found) {
		buf_clear(&d->rows_bytes);
		buf_add_str(&d->rows_bytes, stmt_col_blob(s, 0));
	}
	if (!end_of_row(s, found, &segment, e) ||
		!keep_rows(d, &segment, slot, filter, buf_str(&d->rows_bytes), e))
		return false;
	if (slot->rows != NULL) {
		*out = &slot->rows->rows;
		return true;
	}
	if (!dedup_rows_read(&segment, filter, buf_str(&d->rows_bytes), &d->rows, e))
		return false;
	d->rows_k = segment.k;
	*out = &d->rows;
	return true;
}

void
dedup_entries_reserve(struct dedup_entries *entries, size_t n)
{
	if (entries->cap > 0 && n <= entries->cap)
		return;
	entries->cap = n > 2 * entries->cap ? n : 2 * entries->cap;
	if (entries->cap < DEDUP_SEGMENT_ENTRIES)
		entries->cap = DEDUP_SEGMENT_ENTRIES;
	entries->p = mem_realloc(entries->p, entries->cap, sizeof(*entries->p));
}

void
dedup_entries_add(struct dedup_entries *entries, const struct dedup_entry *p, size_t n)
{
	dedup_entries_reserve(entries, entries->n + n);
	memcpy(entries->p + entries->n, p, n * sizeof(*p));
	entries->n += n;
}

static void
take_entries(const struct dedup_segment *segment, const struct dedup_filter *filter,
	const struct dedup_rows *rows, struct dedup_entries *out)
{
	dedup_entries_reserve(out, filter->n);
	dedup_segment_entries(segment, filter, rows, out->p);
	out->n = filter->n;
}

/* d->filter is then that of the segment. */
static bool
read_segment(struct dedup *d, const struct dedup_segment *segment, struct dedup_entries *out,
	struct err *e)
{
	DEDUP_SQL(sql, "SELECT filter, entries FROM", "dedup_segment WHERE k = ?1 ORDER BY k");
	struct stmt *s = stmt_get(d->st, sql[d->home]);
	struct dedup_rows rows;
	bool found, sound;

	stmt_int(s, 1, segment->k);
	found = stmt_row(s);
	sound = found && dedup_filter_read(segment, stmt_col_blob(s, 0), &d->filter, e) &&
		dedup_rows_read(segment, d->filter, stmt_col_blob(s, 1), &rows, e);
	if (sound)
		take_entries(segment, d->filter, &rows, out);
	return end_of_row(s, found, segment, e) && sound;
}

bool
dedup_load_segment(struct dedup *d, const struct dedup_run *r, uint64_t index,
	struct dedup_entries *out, struct err *e)
{
	const struct dedup_segment segment = segment_of(r, index);
	const struct dedup_slot *slot = &r->slots[index];

	if (slot->filter == NULL || slot->rows == NULL)
		return read_segment(d, &segment, out, e);
	take_entries(&segment, slot->filter, &slot->rows->rows, out);
	return true;
}

bool
dedup_check_segment(struct dedup *d, const struct dedup_run *r, uint64_t index,
	struct dedup_entries *out, struct err *e)
{
	const struct dedup_segment segment = segment_of(r, index);

	return read_segment(d, &segment, out, e) &&
		dedup_segment_sound(&segment, d->filter, out->p, e);
}

/* ---- writing ---- */

static bool
keep_segment(struct dedup *d, const struct dedup_segment *segment, struct dedup_slot *slot,
	struct err *e)
{
	if (!dedup_filter_read(segment, buf_str(&d->filter_out), &d->filter, e))
		return false;
	if (!keep_filter(d, slot, d->filter))
		return true;
	d->filter = NULL;
	return keep_rows(d, segment, slot, slot->filter, buf_str(&d->rows_out), e);
}

bool
dedup_store_segment(struct dedup *d, struct dedup_run *r, uint64_t index,
	const struct dedup_entry *entries, size_t n, struct err *e)
{
	DEDUP_SQL(sql, "INSERT INTO", "dedup_segment (k, filter, entries) VALUES (?1, ?2, ?3)");
	const struct dedup_segment segment = segment_of(r, index);
	struct stmt *s = stmt_get(d->st, sql[d->home]);

	dedup_segment_write(&segment, entries, n, &d->filter_out, &d->rows_out);
	stmt_int(s, 1, segment.k);
	stmt_blob(s, 2, d->filter_out.p, d->filter_out.n);
	stmt_blob(s, 3, d->rows_out.p, d->rows_out.n);
	return stmt_run(s, e) && keep_segment(d, &segment, &r->slots[index], e);
}
