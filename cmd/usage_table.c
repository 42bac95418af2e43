#include "usage_table.h"

#include "base/map.h"
#include "show.h"

#include "base/banned.h"

#define LEVELS 8

/* What is read of one customer, metric, contract and group. */
struct series {
	struct str customer_name;
	struct str metric_name;
	struct str contract_id; /* p == NULL: not by periods */
	struct str group;       /* "a=x, b"; p == NULL: not by groups */
	int64_t from_ns;
	int64_t to_ns;
	struct rat *values;
	bool *there; /* of each: it has a value */
	size_t n;
	size_t values_cap;
	size_t there_cap;
};

struct usage_table {
	struct cli *c;
	bool by_groups;
	struct map series;
};

static const struct cli_column columns[] = {
	{ "customer_name", "customer_name", CELL_TEXT },
	{ "billable_metric_name", "billable_metric_name", CELL_TEXT },
	{ "contract_id", "contract_id", CELL_TEXT },
	{ "group", "group", CELL_TEXT },
	{ "starting_on", "starting_on", CELL_INSTANT },
	{ "ending_before", "ending_before", CELL_INSTANT },
	{ "windows", "windows", CELL_NUMBER },
	{ "least", "least", CELL_NUMBER },
	{ "greatest", "greatest", CELL_NUMBER },
	{ "last", "last", CELL_NUMBER },
	{ "trend", "trend", CELL_TEXT },
};

void
usage_columns_set(struct cli *c, const struct usage_request *rq, const struct cli_column *all,
	size_t n)
{
	struct cli_column *taken = ARENA_ARRAY(&c->run, n, struct cli_column);
	size_t ntaken = 0;

	for (size_t i = 0; i < n; i++)
		if ((rq->group_names.n > 0 || !str_is(str_c(all[i].path), "group")) &&
			(rq->window == USAGE_PERIOD || !str_is(str_c(all[i].path), "contract_id")))
			taken[ntaken++] = all[i];
	cli_columns(c, taken, ntaken);
}

struct usage_table *
usage_table_new(struct cli *c, const struct usage_request *rq)
{
	struct usage_table *t = ARENA_NEW(&c->run, struct usage_table);

	t->c = c;
	t->by_groups = rq->group_names.n > 0;
	map_init(&t->series, &c->run);
	usage_columns_set(c, rq, columns, countof(columns));
	return t;
}

/* ---- gathering ---- */

static struct str
group_text(struct arena *a, const struct pairs *group)
{
	struct buf text = BUF_INIT;
	struct str out;

	for (size_t i = 0; i < group->n; i++) {
		buf_add_c(&text, i > 0 ? ", " : "");
		buf_add_str(&text, group->p[i].key);
		if (group->p[i].value.p == NULL)
			continue;
		buf_add_char(&text, '=');
		buf_add_str(&text, group->p[i].value);
	}
	out = str_dup(a, buf_str(&text));
	buf_release(&text);
	return out;
}

/* Values may hold whatever stands between them, so their lengths tell them apart. */
static void
add_key(struct buf *key, const struct usage_reading *r)
{
	buf_printf(key, "%.*s %.*s %.*s", STR_FMT(r->customer->id), STR_FMT(r->metric->id),
		STR_FMT(r->contract_id));
	for (size_t i = 0; i < r->group->n; i++) {
		struct str value = r->group->p[i].value;

		if (value.p == NULL)
			buf_add_c(key, " -");
		else
			buf_printf(key, " %zu:%.*s", value.n, STR_FMT(value));
	}
}

static struct series *
series_of(struct usage_table *t, const struct usage_reading *r)
{
	struct arena *a = &t->c->run;
	struct buf key = BUF_INIT;
	struct series *s;
	void **slot;

	add_key(&key, r);
	slot = map_slot(&t->series, buf_str(&key), NULL);
	buf_release(&key);
	if (*slot != NULL)
		return *slot;
	*slot = s = ARENA_NEW(a, struct series);
	s->customer_name = str_dup(a, r->customer->name);
	s->metric_name = str_dup(a, r->metric->name);
	if (r->contract_id.n > 0)
		s->contract_id = str_dup(a, r->contract_id);
	if (t->by_groups)
		s->group = group_text(a, r->group);
	s->from_ns = r->starting_on_ns;
	return s;
}

void
usage_table_add(struct usage_table *t, const struct usage_reading *r)
{
	struct arena *a = &t->c->run;
	struct series *s = series_of(t, r);

	s->values = arena_grow(a, s->values, &s->values_cap, s->n + 1, sizeof(*s->values));
	s->there = arena_grow(a, s->there, &s->there_cap, s->n + 1, sizeof(*s->there));
	s->values[s->n] = rat_add(a, RAT_ZERO, r->value); /* a copy of its own */
	s->there[s->n++] = r->has_value;
	s->to_ns = r->ending_before_ns;
}

/* ---- bars ---- */

struct bounds {
	struct rat least;
	struct rat greatest;
	struct rat last;
	bool there; /* false: no window has a value */
};

/* Of the windows that have a value. */
static struct bounds
bounds_of(const struct series *s)
{
	struct bounds b = { RAT_ZERO, RAT_ZERO, RAT_ZERO, false };

	for (size_t i = 0; i < s->n; i++) {
		if (!s->there[i])
			continue;
		b.last = s->values[i];
		b.least = b.there ? rat_min(b.least, b.last) : b.last;
		b.greatest = b.there ? rat_max(b.greatest, b.last) : b.last;
		b.there = true;
	}
	return b;
}

/* 0 to 7: how much of the way from the floor to the greatest value. */
static size_t
level_of(struct arena *a, struct rat value, struct rat floor, struct rat greatest)
{
	struct rat span = rat_sub(a, greatest, floor), share;
	int64_t level = 0;

	if (rat_sign(span) == 0 || !rat_div(a, rat_sub(a, value, floor), span, &share))
		return 0;
	share = rat_round(a, rat_mul(a, share, rat_int(a, LEVELS - 1)), 0, RAT_HALF_UP);
	return rat_to_int64(share, &level) ? (size_t)level : 0;
}

/* The highest of the windows from i to end; false: none has a value. */
static bool
highest(const struct series *s, size_t i, size_t end, struct rat *out)
{
	bool there = false;

	for (; i < end; i++) {
		if (s->there[i])
			*out = there ? rat_max(*out, s->values[i]) : s->values[i];
		there = there || s->there[i];
	}
	return there;
}

static struct str
trend_of(struct arena *a, const struct series *s, const struct bounds *b)
{
	static const char *const bars[LEVELS] = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585",
		"\u2586", "\u2587", "\u2588" };
	size_t each = (s->n + TREND_BARS - 1) / TREND_BARS;
	struct rat floor = rat_min(b->least, RAT_ZERO);
	struct buf text = BUF_INIT;
	struct str out;

	for (size_t i = 0; i < s->n; i += each) {
		size_t end = i + each < s->n ? i + each : s->n;
		struct rat value;

		if (highest(s, i, end, &value))
			buf_add_c(&text, bars[level_of(a, value, floor, b->greatest)]);
		else
			buf_add_char(&text, ' ');
	}
	out = str_dup(a, buf_str(&text));
	buf_release(&text);
	return out;
}

/* ---- rows ---- */

static void
write_series(struct jsonw *w, const void *series)
{
	const struct series *s = series;
	struct bounds b = bounds_of(s);

	jsonw_object(w);
	jsonw_member_str(w, "customer_name", s->customer_name);
	jsonw_member_str(w, "billable_metric_name", s->metric_name);
	jsonw_member_str_opt(w, "contract_id", s->contract_id);
	jsonw_member_str_opt(w, "group", s->group);
	jsonw_member_instant(w, "starting_on", s->from_ns);
	jsonw_member_instant(w, "ending_before", s->to_ns);
	jsonw_member_int(w, "windows", (int64_t)s->n);
	if (b.there) {
		jsonw_member_rat(w, "least", b.least);
		jsonw_member_rat(w, "greatest", b.greatest);
		jsonw_member_rat(w, "last", b.last);
	}
	jsonw_member_str(w, "trend", trend_of(&w->scratch, s, &b));
	jsonw_end(w);
}

void
usage_table_show(const struct usage_table *t)
{
	for (size_t i = 0; i < t->series.n; i++)
		(void)show(t->c, write_series, t->series.entries[i].value);
}
