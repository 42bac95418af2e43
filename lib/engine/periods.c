#include "engine/periods.h"

#include "base/instant.h"

#include "base/banned.h"

#define GENERATION "usage_statement_schedule.invoice_generation_starting_at"

static int64_t
anchor_ns(const struct contract *c)
{
	switch (c->statement.day) {
	case DAY_FIRST_OF_MONTH:
		/* 1970-01-01 begins a month, a quarter and a year */
		return c->statement.frequency == FREQ_WEEKLY ? c->starting_at_ns : 0;
	case DAY_CONTRACT_START:
		return c->starting_at_ns;
	case DAY_CUSTOM_DATE:
		return c->statement.billing_anchor_ns;
	}
	return c->starting_at_ns;
}

struct grid
statement_grid(const struct contract *c)
{
	return frequency_grid(c->statement.frequency, anchor_ns(c));
}

static bool
ended(const struct contract *c, int64_t t_ns)
{
	return c->ending_before_ns != INSTANT_NONE && t_ns >= c->ending_before_ns;
}

bool
periods_check(const struct contract *c, struct err *e)
{
	struct grid g = statement_grid(c);
	int64_t from = c->statement.generation_start_ns, boundary;
	char text[INSTANT_TEXT_SIZE];

	if (from == INSTANT_NONE || from == c->starting_at_ns || from == c->ending_before_ns)
		return true;
	if (from > c->starting_at_ns && !ended(c, from) && grid_next(&g, from, &boundary) &&
		boundary == from)
		return true;
	return err_field(e, ERR_INPUT, "contract." GENERATION, STR(GENERATION),
		str_c(instant_text(from, text)),
		"no period of the contract starts then; name the start of a period");
}

/* The part of the cell around t_ns that lies in the contract's term, which holds t_ns. */
static bool
period_around(const struct contract *c, int64_t t_ns, struct period *out)
{
	struct grid g = statement_grid(c);
	struct period p;
	int64_t k;

	if (!grid_find(&g, t_ns, &k) || !grid_start(&g, k, &p.cell_start_ns) ||
		!grid_start(&g, k + 1, &p.cell_end_ns))
		return false;
	p.start_ns = p.cell_start_ns > c->starting_at_ns ? p.cell_start_ns : c->starting_at_ns;
	p.end_ns = ended(c, p.cell_end_ns) ? c->ending_before_ns : p.cell_end_ns;
	*out = p;
	return true;
}

bool
period_first(const struct contract *c, int64_t from_ns, struct period *out)
{
	struct grid g = statement_grid(c);
	int64_t t_ns = c->starting_at_ns;

	/* INSTANT_NONE is less than any instant */
	if (t_ns < c->statement.generation_start_ns)
		t_ns = c->statement.generation_start_ns;
	if (t_ns < from_ns)
		t_ns = from_ns;
	if (t_ns > c->starting_at_ns && !grid_next(&g, t_ns, &t_ns))
		return false;
	return !ended(c, t_ns) && period_around(c, t_ns, out);
}

bool
period_next(const struct contract *c, const struct period *p, struct period *out)
{
	return !ended(c, p->end_ns) && period_around(c, p->end_ns, out);
}

bool
period_at(const struct contract *c, int64_t t_ns, struct period *out)
{
	struct period p;

	if (t_ns < c->starting_at_ns || ended(c, t_ns) || !period_around(c, t_ns, &p) ||
		p.start_ns < c->statement.generation_start_ns)
		return false;
	*out = p;
	return true;
}

bool
period_issued_at(const struct contract *c, const struct period *p, int64_t *out_ns)
{
	int64_t grace_ns, issued_ns;

	if (__builtin_mul_overflow(c->statement.grace_hours, NS_PER_HOUR, &grace_ns) ||
		__builtin_add_overflow(p->end_ns, grace_ns, &issued_ns))
		return false;
	*out_ns = issued_ns;
	return true;
}
