#include "domain/commit_end.h"

#include "base/banned.h"

#define ACCESS_CODE "balance.access_ending_before"
#define INVOICES_CODE "balance.invoices_ending_before"

/* ---- access ---- */

static bool
check_access(const struct commit *c, int64_t end_ns, struct err *e)
{
	int64_t first_ns = INT64_MAX, last_ns = INT64_MIN;
	char text[INSTANT_TEXT_SIZE];

	for (size_t i = 0; i < c->nsegments; i++) {
		const struct access_segment *s = &c->segments[i];

		if (s->starting_at_ns < first_ns)
			first_ns = s->starting_at_ns;
		if (s->ending_before_ns > last_ns)
			last_ns = s->ending_before_ns;
	}
	if (!instant_on_hour(end_ns))
		return err_set(e, ERR_INPUT, ACCESS_CODE, "not on the hour");
	if (end_ns >= last_ns)
		return err_set(e, ERR_INPUT, ACCESS_CODE, "access ends at %s; wanted earlier",
			instant_text(last_ns, text));
	if (end_ns <= first_ns)
		return err_set(e, ERR_INPUT, ACCESS_CODE,
			"access begins at %s; wanted an end after that",
			instant_text(first_ns, text));
	return true;
}

bool
commit_end_access(struct commit *c, int64_t end_ns, struct arena *a, struct err *e)
{
	struct access_segment *kept;
	size_t n = 0;

	if (!check_access(c, end_ns, e))
		return false;
	kept = ARENA_ARRAY(a, c->nsegments, struct access_segment);
	for (size_t i = 0; i < c->nsegments; i++) {
		if (c->segments[i].starting_at_ns >= end_ns)
			continue;
		kept[n] = c->segments[i];
		if (kept[n].ending_before_ns > end_ns)
			kept[n].ending_before_ns = end_ns;
		n++;
	}
	c->segments = kept;
	c->nsegments = n;
	return true;
}

/* ---- invoices ---- */

static size_t
dates_before(const struct schedule *s, int64_t end_ns)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nitems; i++)
		n += s->items[i].timestamp_ns < end_ns;
	return n;
}

static void
drop_dates(struct schedule *s, int64_t end_ns, struct arena *a)
{
	struct schedule_item *kept = ARENA_ARRAY(a, s->nitems, struct schedule_item);
	size_t n = 0;

	for (size_t i = 0; i < s->nitems; i++)
		if (s->items[i].timestamp_ns < end_ns)
			kept[n++] = s->items[i];
	s->items = kept;
	s->nitems = n;
	if (s->recurring && s->distribution == DISTRIBUTE_EACH)
		s->ending_before_ns = end_ns;
	else /* what is left must not be divided anew */
		s->recurring = false;
}

bool
commit_end_invoices(struct commit *c, int64_t end_ns, struct arena *a, struct err *e)
{
	struct schedule *s = &c->invoice_schedule;
	size_t n = c->has_invoice_schedule ? dates_before(s, end_ns) : 0;

	if (!c->has_invoice_schedule || n == s->nitems)
		return err_set(e, ERR_INPUT, INVOICES_CODE,
			"there is no invoice on it or after it");
	if (n > 0)
		drop_dates(s, end_ns, a);
	else
		c->has_invoice_schedule = c->do_not_invoice = false;
	return true;
}
