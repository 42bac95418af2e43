#include "domain/sheet_part.h"

#include "base/map.h"
#include "domain/apportion.h"

#include "base/banned.h"

/* Lines that are printed together. */
struct gathered {
	enum sheet_part part;
	const struct invoice_line **lines;
	size_t n;
	size_t cap;
	struct rat exact;   /* major units of their unit */
	struct rat printed; /* of what counts */
};

struct gathering {
	const struct invoice *inv;
	struct arena *arena;
	struct map groups; /* by first line */
	int places;
};

static enum sheet_part
part_of(const struct invoice *inv, const struct invoice_line *l)
{
	if (!unit_same(&l->unit, &inv->unit))
		return SHEET_UNITS;
	if (l->type != LINE_APPLIED)
		return SHEET_CHARGES;
	return l->commit_type == COMMIT_POSTPAID ? SHEET_PROMISED : SHEET_APPLIED;
}

/* Two products may bear one name, and one product several. */
static void
add_key(struct buf *key, enum sheet_part part, const struct invoice_line *l)
{
	struct str whose = l->type == LINE_APPLIED ? l->commit_id : l->product_id;

	buf_printf(key, "%d %d %s %.*s ", (int)part, (int)(l->type == LINE_APPLIED), l->unit.code,
		STR_FMT(whose));
	buf_add_str(key, l->name);
}

static void
gather(struct gathering *g, const struct invoice_line *l)
{
	enum sheet_part part = part_of(g->inv, l);
	struct buf key = BUF_INIT;
	struct gathered *group;
	void **slot;

	add_key(&key, part, l);
	slot = map_slot(&g->groups, buf_str(&key), NULL);
	buf_release(&key);
	if (*slot == NULL) {
		group = ARENA_NEW(g->arena, struct gathered);
		group->part = part;
		*slot = group;
	}
	group = *slot;
	group->lines = arena_grow(g->arena, group->lines, &group->cap, group->n + 1,
		sizeof(const struct invoice_line *));
	group->lines[group->n++] = l;
	group->exact = rat_add(g->arena, group->exact, unit_major(g->arena, &l->unit, l->total));
}

/* ---- amounts ---- */

/* The groups of a part, and their exact totals. */
static struct gathered **
groups_of(const struct gathering *g, enum sheet_part part, struct rat **exact, size_t *n)
{
	struct gathered **groups = ARENA_ARRAY(g->arena, g->groups.n, struct gathered *);

	*exact = ARENA_ARRAY(g->arena, g->groups.n, struct rat);
	*n = 0;
	for (size_t i = 0; i < g->groups.n; i++) {
		struct gathered *group = g->groups.entries[i].value;

		if (group->part != part)
			continue;
		(*exact)[*n] = group->exact;
		groups[(*n)++] = group;
	}
	return groups;
}

static void
print_groups(const struct gathering *g, enum sheet_part part, struct rat whole)
{
	struct rat *exact, *printed;
	size_t n;
	struct gathered **groups = groups_of(g, part, &exact, &n);

	printed = ARENA_ARRAY(g->arena, n, struct rat);
	apportion(g->arena, exact, n, whole, g->places, printed);
	for (size_t i = 0; i < n; i++)
		groups[i]->printed = printed[i];
}

/*
 * The subtotal next to its exact value that leaves what groups of charges and of
 * applications can both be rounded to: total is at most half a step off their sum, so
 * there is one.
 */
static struct rat
subtotal_of(const struct gathering *g, struct rat total)
{
	struct arena *a = g->arena;
	struct rat *charges, *applied, least, greatest, subtotal;
	struct apportion_range c, p;
	size_t ncharges, napplied;

	(void)groups_of(g, SHEET_CHARGES, &charges, &ncharges);
	(void)groups_of(g, SHEET_APPLIED, &applied, &napplied);
	c = apportion_range(a, charges, ncharges, g->places);
	p = apportion_range(a, applied, napplied, g->places);
	least = rat_max(c.least, rat_sub(a, total, p.greatest));
	greatest = rat_min(c.greatest, rat_sub(a, total, p.least));
	subtotal = rat_round(a, unit_major(a, &g->inv->unit, g->inv->subtotal), g->places,
		RAT_HALF_UP);
	return rat_min(rat_max(subtotal, least), greatest);
}

static struct str
amount_text(const struct gathering *g, struct rat major)
{
	if (g->inv->unit.custom)
		return rat_text(g->arena, major);
	return rat_text_fixed(g->arena, major, g->places);
}

/* ---- printing ---- */

/* What counts is rounded with its group, what is only told by itself. */
static void
fill_amounts(const struct gathering *g, const struct gathered *from, struct sheet_group *to)
{
	struct arena *a = g->arena;
	struct rat *exact = ARENA_ARRAY(a, from->n, struct rat);
	struct rat *printed = ARENA_ARRAY(a, from->n, struct rat);
	const struct unit *u = &from->lines[0]->unit;

	for (size_t i = 0; i < from->n; i++)
		exact[i] = unit_major(a, u, from->lines[i]->total);
	if (from->part == SHEET_UNITS) {
		for (size_t i = 0; i < from->n; i++)
			to->rows[i].amount = str_printf(a, "%.*s %s",
				STR_FMT(sheet_number(a, exact[i])), u->code);
		to->total = str_printf(a, "%.*s %s", STR_FMT(sheet_number(a, from->exact)),
			u->code);
		return;
	}
	apportion(a, exact, from->n, from->printed, g->places, printed);
	for (size_t i = 0; i < from->n; i++)
		to->rows[i].amount = amount_text(g, printed[i]);
	to->total = amount_text(g, from->printed);
}

static void
fill_group(const struct gathering *g, const struct gathered *from, struct sheet_group *to)
{
	to->name = from->lines[0]->name;
	to->rows = ARENA_ARRAY(g->arena, from->n, struct sheet_row);
	to->nrows = from->n;
	for (size_t i = 0; i < from->n; i++)
		to->rows[i] = sheet_row_of(g->inv, from->lines[i], g->arena);
	fill_amounts(g, from, to);
}

static void
fill_section(const struct gathering *g, enum sheet_part part, struct sheet_section *out)
{
	struct rat *exact;
	struct gathered **groups = groups_of(g, part, &exact, &out->n);

	out->groups = ARENA_ARRAY(g->arena, out->n, struct sheet_group);
	for (size_t i = 0; i < out->n; i++)
		fill_group(g, groups[i], &out->groups[i]);
}

/* Towards a promise nothing is added up with the rest: rounded for itself. */
static void
print_promised(const struct gathering *g)
{
	struct rat *exact;
	size_t n;
	struct gathered **groups = groups_of(g, SHEET_PROMISED, &exact, &n);

	for (size_t i = 0; i < n; i++)
		groups[i]->printed = rat_round(g->arena, exact[i], g->places, RAT_HALF_UP);
}

void
sheet_lines(const struct invoice *inv, struct arena *a, struct sheet *out)
{
	struct gathering g = { .inv = inv,
		.arena = a,
		.places = inv->unit.custom ? RAT_TEXT_PLACES : inv->unit.places };
	struct rat total, subtotal, applied;

	map_init(&g.groups, a);
	for (size_t i = 0; i < inv->nlines; i++)
		gather(&g, &inv->lines[i]);
	total = rat_round(a, unit_major(a, &inv->unit, inv->amount_due), g.places, RAT_HALF_UP);
	subtotal = subtotal_of(&g, total);
	applied = rat_sub(a, total, subtotal);
	print_groups(&g, SHEET_CHARGES, subtotal);
	print_groups(&g, SHEET_APPLIED, applied);
	print_promised(&g);
	for (int part = 0; part < SHEET_PARTS; part++)
		fill_section(&g, (enum sheet_part)part, &out->sections[part]);
	out->subtotal = amount_text(&g, subtotal);
	out->total = amount_text(&g, total);
	if (out->sections[SHEET_APPLIED].n > 0)
		out->applied = amount_text(&g, applied);
}
