#include "engine/invoice_make.h"

#include "base/banned.h"

/*
 * What lines in a custom unit cost and no balance paid becomes money: one line a
 * unit. What counts towards a postpaid promise is charged, so it is converted too.
 */

struct uncovered {
	struct rat charged;
	struct rat applied; /* by prepaid commits and credits; at most zero */
};

static struct uncovered
sum_lines(struct arena *a, const struct invoice *inv, const struct unit *unit)
{
	struct uncovered sum = { RAT_ZERO, RAT_ZERO };

	for (size_t i = 0; i < inv->nlines; i++) {
		const struct invoice_line *line = &inv->lines[i];

		if (!unit_same(&line->unit, unit))
			continue;
		if (line->type != LINE_APPLIED)
			sum.charged = rat_add(a, sum.charged, line->total);
		else if (line->commit_type != COMMIT_POSTPAID)
			sum.applied = rat_add(a, sum.applied, line->total);
	}
	return sum;
}

static void
trace_conversion(struct arena *a, const struct uncovered *sum, const struct conversion *c,
	struct invoice_line *line)
{
	struct trace_step *step = trace_add(&line->trace, a, TRACE_UNCOVERED);

	step->ref = id_str(&c->unit.id);
	step->text = str_c(c->unit.name);
	step->x = sum->charged;
	step->y = sum->applied;
	step->z = line->quantity;
	step = trace_add(&line->trace, a, TRACE_TOTAL);
	step->x = line->quantity;
	step->y = line->unit_price;
	step->z = line->total;
}

static void
put_conversion(struct arena *a, struct invoice *inv, const struct conversion *c)
{
	struct uncovered sum = sum_lines(a, inv, &c->unit);
	struct rat left = rat_add(a, sum.charged, sum.applied);
	struct invoice_line *line = &inv->lines[inv->nlines];

	if (rat_sign(left) == 0)
		return;
	*line = (struct invoice_line){
		.type = LINE_CONVERSION,
		.name = str_printf(a, "%s conversion", c->unit.name),
		.unit = inv->unit,
		.converted = c->unit,
		.quantity = left,
		.unit_price = c->fiat_each,
		.total = rat_mul(a, left, c->fiat_each),
		.starting_at_ns = inv->start_ns,
		.ending_before_ns = inv->end_ns,
	};
	trace_conversion(a, &sum, c, line);
	inv->nlines++;
}

void
invoice_convert(struct invoice *inv, struct arena *a)
{
	const struct invoice_line *lines = inv->lines;
	size_t n = inv->nlines;

	if (inv->nconversions == 0)
		return;
	inv->lines = ARENA_ARRAY(a, n + inv->nconversions, struct invoice_line);
	inv->nlines = 0;
	for (size_t i = 0; i < n; i++)
		if (lines[i].type != LINE_CONVERSION)
			inv->lines[inv->nlines++] = lines[i];
	for (size_t i = 0; i < inv->nconversions; i++)
		put_conversion(a, inv, &inv->conversions[i]);
}
