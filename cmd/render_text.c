#include "render.h"

#include "text.h"

#include "base/banned.h"

#define COLUMNS ((size_t)80)
#define AMOUNT_COLUMNS ((size_t)14)
#define LABEL_COLUMNS 16
#define BARS ((size_t)62)
#define LEVELS 8
#define FULL_HEIGHT 1000

static void
rule(struct buf *out, char c)
{
	for (size_t i = 0; i < COLUMNS; i++)
		buf_add_char(out, c);
	buf_add_char(out, '\n');
}

/* Fit for a terminal, in the arena. */
static struct str
shown(struct str s, struct arena *a)
{
	struct buf b = BUF_INIT;
	struct str out;

	text_escape(&b, s, false);
	out = str_dup(a, buf_str(&b));
	buf_release(&b);
	return out;
}

/* The amount stands at the right of the last line of text, or under it where it is long. */
static void
line(struct buf *out, size_t indent, struct str text, struct str amount)
{
	size_t wide = text_width(amount);
	size_t right = amount.n == 0 ? 0 : (wide > AMOUNT_COLUMNS ? wide : AMOUNT_COLUMNS) + 2;
	size_t room = COLUMNS - indent > right + 20 ? COLUMNS - indent - right : 20;
	size_t used;

	do {
		size_t n = text_fit(text, room);

		used = indent + text_width((struct str){ text.p, n });
		buf_printf(out, "%*s", (int)(n > 0 ? indent : 0), "");
		buf_add(out, text.p, n);
		while (n < text.n && text.p[n] == ' ')
			n++;
		text = (struct str){ text.p + n, text.n - n };
		if (text.n > 0)
			buf_add_char(out, '\n');
	} while (text.n > 0);
	if (amount.n > 0 && used + 2 + wide > COLUMNS) {
		buf_add_char(out, '\n');
		used = 0;
	}
	if (amount.n > 0) {
		buf_printf(out, "%*s", used + wide < COLUMNS ? (int)(COLUMNS - used - wide) : 0,
			"");
		buf_add_str(out, amount);
	}
	buf_add_char(out, '\n');
}

static void
plain(struct buf *out, size_t indent, struct str text, struct arena *a)
{
	if (text.n > 0)
		line(out, indent, shown(text, a), (struct str){ NULL, 0 });
}

static void
plain_lines(struct buf *out, size_t indent, const struct texts *t, struct arena *a)
{
	for (size_t i = 0; i < t->n; i++)
		plain(out, indent, t->p[i], a);
}

/* "Due             2024-10-16"; what is longer than a line goes on under the value. */
static void
facts(struct buf *out, const struct sheet_facts *f, struct arena *a)
{
	for (size_t i = 0; i < f->n; i++) {
		struct str label = shown(f->p[i].label, a), value = shown(f->p[i].value, a);
		size_t pad = text_width(label);

		if (pad >= LABEL_COLUMNS) {
			line(out, 0, label, (struct str){ NULL, 0 });
			line(out, LABEL_COLUMNS, value, (struct str){ NULL, 0 });
			continue;
		}
		buf_add_str(out, label);
		for (bool first = true; value.n > 0; first = false) {
			size_t n = text_fit(value, COLUMNS - LABEL_COLUMNS);

			buf_printf(out, "%*s", first ? (int)(LABEL_COLUMNS - pad) : LABEL_COLUMNS,
				"");
			buf_add(out, value.p, n);
			buf_add_char(out, '\n');
			while (n < value.n && value.p[n] == ' ')
				n++;
			value = (struct str){ value.p + n, value.n - n };
		}
	}
}

static void
parties(struct buf *out, const struct sheet *s, struct arena *a)
{
	if (s->seller != NULL) {
		struct sheet_facts f = render_seller_facts(s->seller, a);

		plain(out, 0, s->seller->name, a);
		plain_lines(out, 0, &s->seller->address, a);
		facts(out, &f, a);
		buf_add_char(out, '\n');
	}
	plain(out, 0, STR("Bill to"), a);
	plain(out, 2, s->customer_name, a);
	plain_lines(out, 2, &s->customer_address, a);
	facts(out, &s->customer_facts, a);
	buf_add_char(out, '\n');
	facts(out, &s->facts, a);
	buf_add_char(out, '\n');
}

static struct str
row_text(const struct sheet_row *row, struct arena *a)
{
	struct str count = render_count(row, a);

	if (row->text.n == 0 || count.n == 0)
		return shown(row->text.n > 0 ? row->text : count, a);
	return shown(str_printf(a, "%.*s; %.*s", STR_FMT(row->text), STR_FMT(count)), a);
}

static void
group(struct buf *out, const struct sheet_group *g, struct arena *a)
{
	struct str name = shown(g->name, a);

	if (g->nrows == 1 && row_text(&g->rows[0], a).n == 0) {
		line(out, 0, name, g->rows[0].amount);
		return;
	}
	line(out, 0, name, (struct str){ NULL, 0 });
	for (size_t i = 0; i < g->nrows; i++) {
		struct str text = row_text(&g->rows[i], a);

		line(out, 2, text.n > 0 ? text : name, g->rows[i].amount);
	}
	if (g->nrows > 1)
		line(out, 2, STR("together"), g->total);
}

static void
section(struct buf *out, const struct sheet *s, enum sheet_part part, struct arena *a)
{
	const struct sheet_section *sec = &s->sections[part];

	if (sec->n == 0)
		return;
	if (sheet_part_title(part) != NULL) {
		buf_printf(out, "\n%s\n", sheet_part_title(part));
		rule(out, '-');
	}
	for (size_t i = 0; i < sec->n; i++)
		group(out, &sec->groups[i], a);
}

static void
amounts(struct buf *out, const struct sheet *s, struct arena *a)
{
	struct str currency = shown(s->currency, a);
	struct str unit = str_printf(a, "Amount (%.*s)", STR_FMT(currency));

	line(out, 0, STR("Charges"), unit);
	rule(out, '-');
	section(out, s, SHEET_CHARGES, a);
	if (render_is_empty(s))
		line(out, 0, STR("No charges."), (struct str){ NULL, 0 });
	rule(out, '-');
	line(out, 0, STR("Subtotal"), s->subtotal);
	section(out, s, SHEET_APPLIED, a);
	if (s->applied.n > 0) {
		rule(out, '-');
		line(out, 0, STR("Paid"), s->applied);
	}
	rule(out, '=');
	line(out, 0, str_printf(a, "%s (%.*s)", s->total_label, STR_FMT(currency)), s->total);
	section(out, s, SHEET_PROMISED, a);
	section(out, s, SHEET_UNITS, a);
}

static void
balances(struct buf *out, const struct sheet *s, struct arena *a)
{
	struct str date;

	if (s->nbalances == 0)
		return;
	date = sheet_date(a, s->balances_at_ns);
	buf_printf(out, "\nRemaining on %.*s\n", STR_FMT(date));
	rule(out, '-');
	for (size_t i = 0; i < s->nbalances; i++)
		line(out, 0, shown(s->balances[i].name, a), shown(s->balances[i].remaining, a));
}

static void
chart(struct buf *out, const struct sheet_chart *c, struct arena *a)
{
	static const char *const bars[LEVELS] = { "\u2581", "\u2582", "\u2583", "\u2584", "\u2585",
		"\u2586", "\u2587", "\u2588" };
	size_t each = (c->n + BARS - 1) / BARS;
	struct str most = sheet_date(a, c->from_ns + (int64_t)c->greatest_at * NS_PER_DAY);
	struct str period = sheet_period(a, c->from_ns, c->from_ns + (int64_t)c->n * NS_PER_DAY);

	plain(out, 0, c->name, a);
	buf_add_c(out, "  ");
	for (size_t i = 0; i < c->n; i += each) {
		int height = 0;

		for (size_t k = i; k < i + each && k < c->n; k++)
			height = c->heights[k] > height ? c->heights[k] : height;
		buf_add_c(out, height == 0 ? " " : bars[(height - 1) * LEVELS / FULL_HEIGHT]);
	}
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->n--;
	buf_add_char(out, '\n');
	line(out, 2,
		str_printf(a, "%.*s, most on %.*s: %.*s", STR_FMT(period), STR_FMT(most),
			STR_FMT(c->greatest)),
		(struct str){ NULL, 0 });
}

static void
closing(struct buf *out, const struct sheet *s, struct arena *a)
{
	if (s->ncharts > 0) {
		buf_add_c(out, "\nUsage by day\n");
		rule(out, '-');
	}
	for (size_t i = 0; i < s->ncharts; i++)
		chart(out, &s->charts[i], a);
	if (s->seller == NULL)
		return;
	if (s->seller->payment.n > 0) {
		buf_add_c(out, "\nPayment\n");
		plain_lines(out, 2, &s->seller->payment, a);
	}
	if (s->seller->footer.n > 0) {
		buf_add_char(out, '\n');
		plain(out, 0, s->seller->footer, a);
	}
}

static void
text_sheet(struct buf *out, const struct sheet *s, size_t nth)
{
	struct arena a = ARENA_INIT;
	struct str number = shown(s->number, &a);
	struct str title = str_printf(&a, "%s%s%.*s", s->title, number.n > 0 ? " " : "",
		STR_FMT(number));

	if (nth > 0)
		buf_add_c(out, "\n\n");
	line(out, 0, title, str_c(s->mark));
	rule(out, '=');
	parties(out, s, &a);
	amounts(out, s, &a);
	balances(out, s, &a);
	closing(out, s, &a);
	arena_release(&a);
}

static void
text_head(struct buf *out, const struct sheet *first)
{
	(void)out;
	(void)first;
}

static void
text_foot(struct buf *out)
{
	(void)out;
}

const struct render_form render_text = { "text", text_head, text_sheet, text_foot };
