#include "store/check_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/check_rules.h"

#include "base/banned.h"

#define SUMS_MAX 65536

void
event_report(struct event_checker *c, const char *code, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	c->found(c->ctx, code, buf_str(&text));
	buf_release(&text);
}

/* ---- against deduplication ---- */

void
entry_sum_add(struct event_checker *c, struct entry_sum *sums, const struct dedup_entry *entry)
{
	size_t i = entry->batch == 0 ? c->nsums : (size_t)((entry->batch - 1) / c->width);
	struct entry_sum *s = &sums[i < c->nsums ? i : c->nsums];

	s->n++;
	s->sum = content_add(s->sum, hash128(entry, sizeof(*entry)));
}

static bool
add_entry(void *ctx, const struct dedup_entry *entry)
{
	struct event_checker *c = ctx;

	entry_sum_add(c, c->known, entry);
	return true;
}

static void
compare_sums(struct event_checker *c, size_t i, const char *which)
{
	const struct entry_sum *stored = &c->stored[i], *known = &c->known[i];

	if (stored->n != known->n)
		event_report(c, "check.dedup_run",
			"%s: %llu events are stored, deduplication has %llu", which,
			(unsigned long long)stored->n, (unsigned long long)known->n);
	else if (stored->sum.hi != known->sum.hi || stored->sum.lo != known->sum.lo)
		event_report(c, "check.dedup_run",
			"%s: what deduplication has is not what is stored", which);
}

static bool
check_entries(struct event_checker *c, struct err *e)
{
	struct err inner = ERR_INIT;

	if (!dedup_all(c->home->dedup, add_entry, c, &inner)) {
		if (!str_is(str_c(inner.code), "db_damaged")) {
			*e = inner;
			return false;
		}
		event_report(c, "check.dedup_run", "%s", inner.text);
		return true;
	}
	for (size_t i = 0; i <= c->nsums; i++) {
		char which[64];
		long long first = (long long)i * c->width + 1, last = first + c->width - 1;

		if (i == c->nsums)
			snprintf(which, sizeof(which), "batches that are not there");
		else if (c->width == 1)
			snprintf(which, sizeof(which), "batch %lld", first);
		else
			snprintf(which, sizeof(which), "batches %lld to %lld", first, last);
		compare_sums(c, i, which);
	}
	return true;
}

/* ---- all of it ---- */

static bool
make_table(struct event_checker *c, struct err *e)
{
	static const char sql[] =
		"CREATE TEMP TABLE checked (batch INTEGER, shape INTEGER, n INTEGER, content BLOB,"
		" digest BLOB, PRIMARY KEY (batch, shape)) STRICT, WITHOUT ROWID";

	return stmt_run(stmt_get(c->st, sql), e);
}

static bool
drop_table(struct event_checker *c, struct err *e)
{
	static const char sql[] = "DROP TABLE temp.checked";

	return stmt_run(stmt_get(c->st, sql), e);
}

static bool
check_all(struct event_checker *c, struct err *e)
{
	struct batch_row last;
	int64_t batches;

	if (!batch_row_last(c->home, &last, e) || !make_table(c, e))
		return false;
	batches = last.id > 0 ? last.id : 1;
	c->width = (batches + SUMS_MAX - 1) / SUMS_MAX;
	c->nsums = (size_t)((batches + c->width - 1) / c->width);
	c->stored = mem_realloc(NULL, c->nsums + 1, sizeof(*c->stored));
	c->known = mem_realloc(NULL, c->nsums + 1, sizeof(*c->known));
	memset(c->stored, 0, (c->nsums + 1) * sizeof(*c->stored));
	memset(c->known, 0, (c->nsums + 1) * sizeof(*c->known));
	return check_blocks(c, e) && (c->unread || (check_batches(c, e) && check_entries(c, e))) &&
		drop_table(c, e);
}

bool
check_events(struct store *st, store_found found, void *ctx, struct err *e)
{
	struct event_checker c = {
		.st = st,
		.home = event_home(st, EVENTS_STORED),
		.found = found,
		.ctx = ctx,
	};
	bool ok = check_all(&c, e);

	free(c.stored);
	free(c.known);
	return ok;
}
