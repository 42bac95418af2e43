#include "store/event_repeats.h"

#include <stdlib.h>

#include "store/event_locate.h"

#include "base/banned.h"

static void
make_room(struct event_repeats *r, size_t n)
{
	r->nheads = r->nrepeats = r->nmatches = r->nconflicts = 0;
	memset(r->counts, 0, sizeof(r->counts));
	if (n <= r->cap)
		return;
	r->cap = n + n / 4;
	r->heads = mem_realloc(r->heads, r->cap, sizeof(*r->heads));
	r->order = mem_realloc(r->order, r->cap, sizeof(*r->order));
	r->scratch_heads = mem_realloc(r->scratch_heads, r->cap, sizeof(*r->scratch_heads));
	r->scratch_order = mem_realloc(r->scratch_order, r->cap, sizeof(*r->scratch_order));
	r->repeats = mem_realloc(r->repeats, r->cap, sizeof(*r->repeats));
	r->match_of = mem_realloc(r->match_of, r->cap, sizeof(*r->match_of));
	r->verdicts = mem_realloc(r->verdicts, r->cap, sizeof(*r->verdicts));
	r->conflicts = mem_realloc(r->conflicts, r->cap, sizeof(*r->conflicts));
}

void
event_repeats_release(struct event_repeats *r)
{
	free(r->heads);
	free(r->order);
	free(r->scratch_heads);
	free(r->scratch_order);
	free(r->repeats);
	free(r->match_of);
	free(r->matches);
	free(r->verdicts);
	free(r->conflicts);
	*r = (struct event_repeats){ .cap = 0 };
}

/* ---- inside the batch ---- */

static bool
same_key(const struct dedup_entry *a, const struct dedup_entry *b)
{
	return a->hi == b->hi && a->lo == b->lo && a->hashed == b->hashed;
}

/* The head of this event among those of its key, which end the list; nheads: it is one. */
static size_t
head_of(const struct event_repeats *r, const struct event_batch *b, const struct dedup_entry *entry,
	uint32_t event)
{
	for (size_t h = r->nheads; h > 0 && same_key(&r->heads[h - 1], entry); h--)
		if (entry->hashed == 0 || str_eq(batch_id(b, r->order[h - 1]), batch_id(b, event)))
			return h - 1;
	return r->nheads;
}

/* Behind those of heads before it: colliding keys may mix the repeats of two heads. */
static void
add_repeat(struct event_repeats *r, uint32_t head, uint32_t event)
{
	size_t i = r->nrepeats++;

	for (; i > 0 && r->repeats[i - 1].head > head; i--)
		r->repeats[i] = r->repeats[i - 1];
	r->repeats[i] = (struct event_repeat){ head, event };
}

/* Sorted entries become heads, in their place, and repeats. */
static void
part(struct event_repeats *r, const struct event_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct dedup_entry entry = r->heads[i];
		uint32_t event = r->order[i];
		size_t head = head_of(r, b, &entry, event);

		if (head < r->nheads) {
			add_repeat(r, (uint32_t)head, event);
			continue;
		}
		r->heads[r->nheads] = entry;
		r->order[r->nheads++] = event;
	}
}

/* ---- what is stored ---- */

struct finding {
	struct event_repeats *repeats;
	enum event_place place;
};

static bool
note_match(void *ctx, size_t i, const struct dedup_entry *stored)
{
	const struct finding *f = ctx;
	struct event_repeats *r = f->repeats;

	if (r->nmatches == r->matches_cap) {
		r->matches_cap = r->matches_cap == 0 ? 64 : r->matches_cap * 2;
		r->matches = mem_realloc(r->matches, r->matches_cap, sizeof(*r->matches));
	}
	r->matches[r->nmatches++] = (struct event_match){ (uint32_t)i, f->place, stored->batch,
		stored->content };
	if (stored->hashed == 0)
		r->match_of[i] = (uint32_t)r->nmatches;
	return true;
}

static uint64_t
content_of_row(const struct event_columns *columns, size_t row)
{
	struct arena a = ARENA_INIT;
	struct buf content = BUF_INIT;
	size_t n = columns->nproperties;
	struct event ev;
	uint64_t digest;

	event_row(columns, row, ARENA_ARRAY(&a, n, struct property),
		arena_array(&a, n, CELL_TEXT_SIZE), &ev);
	event_content(&ev, &a, &content);
	digest = hash64(content.p, content.n);
	buf_release(&content);
	arena_release(&a);
	return digest;
}

/* Of several entries with one key (then there are columns) none says whose id it is of. */
static bool
confirm(void *ctx, const struct event_wanted *w, const struct event_columns *columns, size_t row,
	struct err *e)
{
	struct event_repeats *r = ctx;
	struct event_match *m = &r->matches[w->who];

	(void)e;
	if (columns != NULL)
		m->content = content_of_row(columns, row);
	r->match_of[m->head] = w->who + 1;
	return true;
}

/* Of hashed keys: is the text that is stored the same? */
static bool
confirm_hashed(struct event_repeats *r, const struct event_batch *b, struct event_home *home,
	size_t first, struct err *e)
{
	struct event_wanted *wanted;
	size_t n = 0;
	bool ok;

	if (first == r->nmatches)
		return true;
	wanted = mem_realloc(NULL, r->nmatches - first, sizeof(*wanted));
	for (size_t i = first; i < r->nmatches; i++) {
		const struct event_match *m = &r->matches[i];

		if (r->heads[m->head].hashed != 0)
			wanted[n++] = (struct event_wanted){
				.id = batch_id(b, r->order[m->head]),
				.batch = m->batch,
				.who = (uint32_t)i,
			};
	}
	ok = event_locate(home, wanted, n, false, confirm, r, e);
	free(wanted);
	return ok;
}

/* ---- verdicts ---- */

static void
judge(struct event_repeats *r, const struct event_batch *b, uint32_t head, uint32_t event)
{
	uint32_t match = r->match_of[head];
	uint64_t content = match != 0 ? r->matches[match - 1].content :
					b->entries[r->order[head]].content;
	enum event_verdict v = EVENT_DUPLICATE;

	if (match == 0 && event == r->order[head]) {
		v = EVENT_NEW;
	} else if (b->entries[event].content != content) {
		v = EVENT_CONFLICT;
		r->conflicts[r->nconflicts++] = (struct event_repeat){ head, event };
	}
	r->verdicts[event] = (uint8_t)v;
	r->counts[v]++;
}

bool
event_repeats_find(struct event_repeats *r, const struct event_batch *b, struct store *st,
	unsigned nplaces, struct err *e)
{
	size_t repeat = 0;

	make_room(r, b->n);
	if (b->n == 0)
		return true;
	memcpy(r->heads, b->entries, b->n * sizeof(*r->heads));
	dedup_sort(r->heads, r->order, b->n, r->scratch_heads, r->scratch_order);
	part(r, b);
	memset(r->match_of, 0, r->nheads * sizeof(*r->match_of));
	for (unsigned place = 0; place < nplaces; place++) {
		struct event_home *home = event_home(st, place);
		struct finding f = { r, place };
		size_t first = r->nmatches;

		if (!dedup_find(home->dedup, r->heads, r->nheads, note_match, &f, e) ||
			!confirm_hashed(r, b, home, first, e))
			return false;
	}
	for (uint32_t head = 0; head < r->nheads; head++) {
		judge(r, b, head, r->order[head]);
		for (; repeat < r->nrepeats && r->repeats[repeat].head == head; repeat++)
			judge(r, b, head, r->repeats[repeat].event);
	}
	return true;
}
