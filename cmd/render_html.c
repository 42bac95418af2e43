#include "render.h"

#include "text.h"

#include "base/banned.h"

#define LONG_NUMBER 24 /* characters that stand on one line for sure */
#define CHART_WIDTH 7000
#define CHART_HEIGHT 900
#define FULL_HEIGHT 1000
#define BAR_GAP_PERCENT 20

/* One page: nothing is fetched, nothing runs. Paper is what the printer says, A4 or Letter. */
static const char style[] =
	"@page{margin:16mm 15mm 18mm}\n"
	"*{box-sizing:border-box}\n"
	"html{color:#1b1f24;background:#fff;font:10.5pt/1.45 system-ui,-apple-system,"
	"\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,\"Noto Sans\",\"DejaVu Sans\",sans-serif;"
	"-webkit-print-color-adjust:exact;print-color-adjust:exact}\n"
	"body{margin:0}\n"
	"article{max-width:180mm;margin:0 auto;padding:12mm 6mm;position:relative}\n"
	"article+article{break-before:page}\n"
	"header{display:flex;justify-content:space-between;gap:10mm;align-items:flex-start;"
	"border-bottom:2px solid #1b1f24;padding-bottom:5mm}\n"
	"h1{font-size:22pt;font-weight:650;line-height:1.15;margin:0;letter-spacing:-.01em}\n"
	"h2{font-size:11.5pt;margin:7mm 0 2mm;break-after:avoid}\n"
	"p{margin:0}\n"
	".number{font-size:12pt;color:#4a5360;margin-top:1mm}\n"
	".mark{display:inline-block;border:1.5px solid #9a3412;color:#9a3412;border-radius:3px;"
	"padding:0 .5em;margin-top:2mm;font-weight:650;letter-spacing:.08em;"
	"text-transform:uppercase}\n"
	".seller{text-align:right;max-width:50%}\n"
	".seller img{max-height:18mm;max-width:60mm;display:block;margin:0 0 2mm auto}\n"
	".seller b,.to b{font-size:11.5pt}\n"
	".parties{display:flex;justify-content:space-between;gap:10mm;margin:6mm 0}\n"
	".to,.facts{flex:1 1 0;min-width:0}\n"
	".label{color:#4a5360;font-size:9pt;text-transform:uppercase;letter-spacing:.06em}\n"
	"dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.4mm 4mm;margin:0}\n"
	"dt{color:#4a5360;max-width:40mm}\n"
	"dd{margin:0}\n"
	"p,dt,dd,td,th,b,h1,h2,figcaption{overflow-wrap:anywhere}\n"
	"table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
	"thead{display:table-header-group}\n"
	"tr{break-inside:avoid}\n"
	"th,td{padding:1.1mm 0 1.1mm 4mm;text-align:right;vertical-align:top;font-weight:400}\n"
	"th:first-child,td:first-child{padding-left:0;text-align:left;text-align:start}\n"
	"thead th{color:#4a5360;font-size:9pt;text-transform:uppercase;letter-spacing:.06em;"
	"border-bottom:1px solid #9aa3ad}\n"
	"td.n,th.n{white-space:nowrap;overflow-wrap:normal;text-align:right}\n"
	"tr.group th{font-weight:650;padding-top:2.6mm;break-after:avoid}\n"
	"tr.group{break-after:avoid}\n"
	"tr.sum,tbody.totals{break-before:avoid}\n"
	"tr.row td:first-child{padding-left:4mm;color:#343b44}\n"
	"tr.sum td{border-top:1px solid #dde1e6;font-weight:600}\n"
	"tr.title th{padding-top:5mm;font-weight:650;font-size:11.5pt;break-after:avoid}\n"
	"tbody.totals tr td{border-top:1px solid #9aa3ad;font-weight:600;padding:2mm 0 2mm 4mm}\n"
	"tbody.totals tr.due td{border-top:2px solid #1b1f24;font-size:13pt;font-weight:700}\n"
	"tbody.totals td:first-child{padding-left:0}\n"
	"figure{margin:0 0 5mm;break-inside:avoid}\n"
	"figcaption{margin-bottom:1mm}\n"
	"svg{display:block;width:100%;height:auto}\n"
	"footer{margin-top:8mm;border-top:1px solid #9aa3ad;padding-top:3mm;color:#343b44;"
	"font-size:9.5pt}\n"
	"footer div{break-inside:avoid;margin-bottom:3mm}\n"
	"@media print{article{max-width:none;padding:0}}\n";

static void
escape(struct buf *out, struct str s)
{
	struct buf shown = BUF_INIT;

	text_escape(&shown, s, false);
	for (size_t i = 0; i < shown.n; i++) {
		switch (shown.p[i]) {
		case '&':
			buf_add_c(out, "&amp;");
			break;
		case '<':
			buf_add_c(out, "&lt;");
			break;
		case '>':
			buf_add_c(out, "&gt;");
			break;
		case '"':
			buf_add_c(out, "&quot;");
			break;
		case '\'':
			buf_add_c(out, "&#39;");
			break;
		default:
			buf_add_char(out, shown.p[i]);
			break;
		}
	}
	buf_release(&shown);
}

static void
element(struct buf *out, const char *open, struct str text, const char *close)
{
	if (text.n == 0)
		return;
	buf_add_c(out, open);
	escape(out, text);
	buf_add_c(out, close);
}

static void
paragraphs(struct buf *out, const struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		element(out, "<p dir=\"auto\">", t->p[i], "</p>\n");
}

static void
list_facts(struct buf *out, const struct sheet_facts *f)
{
	if (f->n == 0)
		return;
	buf_add_c(out, "<dl>\n");
	for (size_t i = 0; i < f->n; i++) {
		element(out, "<dt>", f->p[i].label, "</dt>");
		element(out, "<dd dir=\"auto\">", f->p[i].value, "</dd>\n");
	}
	buf_add_c(out, "</dl>\n");
}

/* ---- who ---- */

static void
put_seller(struct buf *out, const struct seller *s)
{
	struct arena a = ARENA_INIT;
	struct sheet_facts f = render_seller_facts(s, &a);

	buf_add_c(out, "<div class=\"seller\">\n");
	element(out, "<img alt=\"\" src=\"", s->logo, "\">\n");
	element(out, "<p dir=\"auto\"><b>", s->name, "</b></p>\n");
	paragraphs(out, &s->address);
	for (size_t i = 0; i < f.n; i++) {
		element(out, "<p>", f.p[i].label, ": ");
		element(out, "<bdi>", f.p[i].value, "</bdi></p>\n");
	}
	buf_add_c(out, "</div>\n");
	arena_release(&a);
}

static void
put_header(struct buf *out, const struct sheet *s)
{
	buf_printf(out, "<header>\n<div>\n<h1>%s</h1>\n", s->title);
	element(out, "<p class=\"number\" dir=\"auto\">", s->number, "</p>\n");
	if (s->mark != NULL)
		buf_printf(out, "<p class=\"mark\">%s</p>\n", s->mark);
	buf_add_c(out, "</div>\n");
	if (s->seller != NULL)
		put_seller(out, s->seller);
	buf_add_c(out, "</header>\n");
}

static void
put_parties(struct buf *out, const struct sheet *s)
{
	buf_add_c(out,
		"<div class=\"parties\">\n<div class=\"to\">\n"
		"<p class=\"label\">Bill to</p>\n");
	element(out, "<p dir=\"auto\"><b>", s->customer_name, "</b></p>\n");
	paragraphs(out, &s->customer_address);
	list_facts(out, &s->customer_facts);
	buf_add_c(out, "</div>\n<div class=\"facts\">\n");
	list_facts(out, &s->facts);
	buf_add_c(out, "</div>\n</div>\n");
}

/* ---- what ---- */

static void
put_number(struct buf *out, struct str text)
{
	element(out, text.n > LONG_NUMBER ? "<td>" : "<td class=\"n\">", text, "</td>");
	if (text.n == 0)
		buf_add_c(out, "<td></td>");
}

static void
put_row(struct buf *out, const char *class, struct str name, const struct sheet_row *row)
{
	buf_printf(out, "<tr class=\"%s\"><td dir=\"auto\">", class);
	escape(out, name);
	buf_add_c(out, "</td>");
	put_number(out, row->quantity);
	put_number(out, row->unit_price);
	put_number(out, row->amount);
	buf_add_c(out, "</tr>\n");
}

static void
put_total(struct buf *out, const char *class, struct str name, struct str amount)
{
	buf_printf(out, "<tr class=\"%s\"><td colspan=\"3\">", class);
	escape(out, name);
	buf_add_c(out, "</td>");
	put_number(out, amount);
	buf_add_c(out, "</tr>\n");
}

static void
put_group(struct buf *out, const struct sheet_group *g)
{
	buf_add_c(out, "<tbody>\n");
	if (g->nrows == 1 && g->rows[0].text.n == 0) {
		put_row(out, "only", g->name, &g->rows[0]);
	} else {
		element(out,
			"<tr class=\"group\"><th colspan=\"4\" scope=\"rowgroup\" dir=\"auto\">",
			g->name, "</th></tr>\n");
		for (size_t i = 0; i < g->nrows; i++)
			put_row(out, "row", g->rows[i].text.n > 0 ? g->rows[i].text : g->name,
				&g->rows[i]);
		if (g->nrows > 1)
			put_total(out, "row sum", STR("Together"), g->total);
	}
	buf_add_c(out, "</tbody>\n");
}

static void
put_section(struct buf *out, const struct sheet *s, enum sheet_part part)
{
	const struct sheet_section *sec = &s->sections[part];

	if (sec->n == 0)
		return;
	if (sheet_part_title(part) != NULL)
		buf_printf(out,
			"<tbody><tr class=\"title\"><th colspan=\"4\">%s</th></tr></tbody>\n",
			sheet_part_title(part));
	for (size_t i = 0; i < sec->n; i++)
		put_group(out, &sec->groups[i]);
}

static void
put_due(struct buf *out, const struct sheet *s)
{
	struct arena a = ARENA_INIT;

	buf_add_c(out, "<tbody class=\"totals\">\n");
	if (s->applied.n > 0)
		put_total(out, "paid", STR("Paid"), s->applied);
	put_total(out, "due", str_printf(&a, "%s (%.*s)", s->total_label, STR_FMT(s->currency)),
		s->total);
	buf_add_c(out, "</tbody>\n");
	arena_release(&a);
}

static void
put_amounts(struct buf *out, const struct sheet *s)
{
	buf_add_c(out,
		"<table>\n<thead><tr><th scope=\"col\">Description</th>"
		"<th scope=\"col\" class=\"n\">Quantity</th>"
		"<th scope=\"col\" class=\"n\">Unit price</th>"
		"<th scope=\"col\" class=\"n\">Amount (");
	escape(out, s->currency);
	buf_add_c(out, ")</th></tr></thead>\n");
	put_section(out, s, SHEET_CHARGES);
	if (render_is_empty(s))
		buf_add_c(out, "<tbody><tr><td colspan=\"4\">No charges.</td></tr></tbody>\n");
	buf_add_c(out, "<tbody class=\"totals\">\n");
	put_total(out, "subtotal", STR("Subtotal"), s->subtotal);
	buf_add_c(out, "</tbody>\n");
	put_section(out, s, SHEET_APPLIED);
	put_due(out, s);
	put_section(out, s, SHEET_PROMISED);
	put_section(out, s, SHEET_UNITS);
	buf_add_c(out, "</table>\n");
}

static void
put_balances(struct buf *out, const struct sheet *s)
{
	struct arena a = ARENA_INIT;
	struct str date;

	if (s->nbalances == 0)
		return;
	date = sheet_date(&a, s->balances_at_ns);
	buf_printf(out, "<h2>Remaining balances on %.*s</h2>\n<table>\n", STR_FMT(date));
	buf_add_c(out,
		"<thead><tr><th scope=\"col\">Balance</th>"
		"<th scope=\"col\" class=\"n\">Remaining</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < s->nbalances; i++) {
		element(out, "<tr><td dir=\"auto\">", s->balances[i].name, "</td>");
		put_number(out, s->balances[i].remaining);
		buf_add_c(out, "</tr>\n");
	}
	buf_add_c(out, "</tbody>\n</table>\n");
	arena_release(&a);
}

/* ---- usage ---- */

static struct str
day(struct arena *a, const struct sheet_chart *c, size_t i)
{
	return sheet_date(a, c->from_ns + (int64_t)i * NS_PER_DAY);
}

static void
put_bars(struct buf *out, const struct sheet_chart *c, struct arena *a)
{
	int n = (int)c->n;

	for (int i = 0; i < n; i++) {
		int left = CHART_WIDTH * i / n;
		int wide = CHART_WIDTH * (i + 1) / n - left;
		int high = c->heights[i] * CHART_HEIGHT / FULL_HEIGHT;
		struct str date = day(a, c, (size_t)i);

		if (c->heights[i] == 0)
			continue;
		high = high > 0 ? high : 1;
		buf_printf(out,
			"<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"><title>%.*s: ", left,
			CHART_HEIGHT - high, wide - wide * BAR_GAP_PERCENT / 100, high,
			STR_FMT(date));
		escape(out, c->values[i]);
		buf_add_c(out, "</title></rect>\n");
	}
}

static void
put_chart(struct buf *out, const struct sheet_chart *c, size_t nth, size_t i)
{
	struct arena a = ARENA_INIT;
	struct str first = day(&a, c, 0), last = day(&a, c, c->n - 1);
	struct str most = day(&a, c, c->greatest_at);

	buf_add_c(out, "<figure>\n");
	element(out, "<figcaption dir=\"auto\">", c->name, "</figcaption>\n");
	buf_printf(out,
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t%zu-%zu d%zu-%zu\">\n",
		CHART_WIDTH, CHART_HEIGHT + 220, nth, i, nth, i);
	buf_printf(out, "<title id=\"t%zu-%zu\">Usage by day: ", nth, i);
	escape(out, c->name);
	buf_printf(out, "</title>\n<desc id=\"d%zu-%zu\">%.*s to %.*s, most on %.*s: ", nth, i,
		STR_FMT(first), STR_FMT(last), STR_FMT(most));
	escape(out, c->greatest);
	buf_add_c(out, "</desc>\n<g fill=\"#2f6f9f\">\n");
	put_bars(out, c, &a);
	buf_printf(out, "</g>\n<path d=\"M0 %dH%d\" stroke=\"#9aa3ad\" stroke-width=\"12\"/>\n",
		CHART_HEIGHT, CHART_WIDTH);
	buf_printf(out,
		"<g font-size=\"150\" fill=\"#4a5360\"><text x=\"0\" y=\"%d\">%.*s</text>"
		"<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">most on %.*s: ",
		CHART_HEIGHT + 190, STR_FMT(first), CHART_WIDTH / 2, CHART_HEIGHT + 190,
		STR_FMT(most));
	escape(out, c->greatest);
	buf_printf(out, "</text><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%.*s</text></g>\n",
		CHART_WIDTH, CHART_HEIGHT + 190, STR_FMT(last));
	buf_add_c(out, "</svg>\n</figure>\n");
	arena_release(&a);
}

static void
put_closing(struct buf *out, const struct sheet *s, size_t nth)
{
	if (s->ncharts > 0)
		buf_add_c(out, "<h2>Usage by day</h2>\n");
	for (size_t i = 0; i < s->ncharts; i++)
		put_chart(out, &s->charts[i], nth, i);
	if (s->seller == NULL || (s->seller->payment.n == 0 && s->seller->footer.n == 0))
		return;
	buf_add_c(out, "<footer>\n");
	if (s->seller->payment.n > 0) {
		buf_add_c(out, "<div>\n<p class=\"label\">Payment</p>\n");
		paragraphs(out, &s->seller->payment);
		buf_add_c(out, "</div>\n");
	}
	element(out, "<div><p dir=\"auto\">", s->seller->footer, "</p></div>\n");
	buf_add_c(out, "</footer>\n");
}

static void
html_head(struct buf *out, const struct sheet *first)
{
	buf_add_c(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
	buf_printf(out, "<title>%s ", first->title);
	escape(out, first->number.n > 0 ? first->number : first->customer_name);
	buf_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

static void
html_sheet(struct buf *out, const struct sheet *s, size_t nth)
{
	buf_add_c(out, "<article>\n");
	put_header(out, s);
	put_parties(out, s);
	put_amounts(out, s);
	put_balances(out, s);
	put_closing(out, s, nth);
	buf_add_c(out, "</article>\n");
}

static void
html_foot(struct buf *out)
{
	buf_add_c(out, "</body>\n</html>\n");
}

const struct render_form render_html = { "html", html_head, html_sheet, html_foot };
