#include "render.h"

#include <inttypes.h>

#include "text.h"

#include "base/banned.h"

/*
 * Macros of its own, so that plain groff does: no preprocessor, no package. Lengths fit A4
 * and Letter alike. The amount of a row is set first, then its text beside it, so that a row
 * which takes several lines shows its amount on the first.
 */
static const char macros[] =
	".\\\" groff -Tpdf FILE >FILE.pdf\n"
	".po 0.9i\n"
	".ll 6.4i\n"
	".lt 6.4i\n"
	".fam H\n"
	".ps 10\n"
	".vs 13\n"
	".nh\n"
	".cflags 0 -\n"
	".na\n"
	".\\\" HD, FO: the margins of a page\n"
	".de HD\n"
	"'sp 0.8i\n"
	"..\n"
	".de FO\n"
	"'sp 0.3i\n"
	".ev foot\n"
	".fam H\n"
	".ps 9\n"
	".tl ''Page %''\n"
	".ev\n"
	"'bp\n"
	"..\n"
	".wh 0 HD\n"
	".wh -1i FO\n"
	".\\\" AM amount: at the right end of the line that text follows on\n"
	".de AM\n"
	".br\n"
	".ne 2v\n"
	".in 0\n"
	".nf\n"
	".ta 6.4iR\n"
	"\t\\\\$1\n"
	".fi\n"
	".sp -1\n"
	"..\n"
	".\\\" TX indent length: text that follows\n"
	".de TX\n"
	".br\n"
	".ll \\\\$2\n"
	".in \\\\$1\n"
	"..\n"
	".\\\" ET: its end\n"
	".de ET\n"
	".br\n"
	".ll 6.4i\n"
	".in 0\n"
	"..\n"
	".\\\" RU: a rule\n"
	".de RU\n"
	".br\n"
	".ne 3v\n"
	"\\v'-0.3m'\\l'6.4i'\\v'0.3m'\n"
	".br\n"
	"..\n";

/* One code point of valid UTF-8; *n its bytes. */
static uint32_t
code_point(const char *p, size_t *n)
{
	unsigned char lead = (unsigned char)p[0];
	uint32_t cp;

	*n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	cp = *n == 1 ? lead : lead & (0xffu >> (*n + 1));
	for (size_t i = 1; i < *n; i++)
		cp = cp << 6 | ((unsigned char)p[i] & 0x3f);
	return cp;
}

/* What means something to roff, by its name; other than ASCII by its number. */
static void
add_character(struct buf *out, uint32_t cp)
{
	switch (cp) {
	case '\\':
		buf_add_c(out, "\\[rs]");
		break;
	case '\'':
		buf_add_c(out, "\\[aq]");
		break;
	case '`':
		buf_add_c(out, "\\[ga]");
		break;
	case '^':
		buf_add_c(out, "\\[ha]");
		break;
	case '~':
		buf_add_c(out, "\\[ti]");
		break;
	case '"':
		buf_add_c(out, "\\[dq]");
		break;
	default:
		if (cp < 0x80)
			buf_add_char(out, (char)cp);
		else
			buf_printf(out, "\\[u%04" PRIX32 "]", cp);
		break;
	}
}

/* No request: behind "\&" nothing begins a line. */
static void
escape(struct buf *out, struct str s)
{
	struct buf shown = BUF_INIT;

	text_escape(&shown, s, false);
	buf_add_c(out, "\\&");
	for (size_t at = 0, n; at < shown.n; at += n)
		add_character(out, code_point(shown.p + at, &n));
	buf_release(&shown);
}

/* ---- rows ---- */

static void
text_block(struct buf *out, const char *indent, const char *length, struct str text, bool bold)
{
	if (text.n == 0)
		return;
	buf_printf(out, ".TX %s %s\n%s", indent, length, bold ? "\\fB" : "");
	escape(out, text);
	buf_printf(out, "%s\n.ET\n", bold ? "\\fP" : "");
}

static void
row(struct buf *out, const char *indent, struct str text, struct str amount, bool bold)
{
	buf_printf(out, ".AM \"%s", bold ? "\\fB" : "");
	escape(out, amount);
	buf_printf(out, "%s\"\n", bold ? "\\fP" : "");
	text_block(out, indent, "4.9i", text, bold);
}

static void
heading(struct buf *out, const char *text)
{
	buf_printf(out, ".sp 1\n.ne 4v\n\\fB%s\\fP\n.RU\n", text);
}

static void
facts(struct buf *out, const struct sheet_facts *f)
{
	for (size_t i = 0; i < f->n; i++) {
		text_block(out, "0", "1.6i", f->p[i].label, false);
		buf_add_c(out, ".sp -1\n");
		text_block(out, "1.7i", "6.4i", f->p[i].value, false);
	}
}

static void
lines(struct buf *out, const struct texts *t)
{
	for (size_t i = 0; i < t->n; i++)
		text_block(out, "0", "6.4i", t->p[i], false);
}

static struct str
row_text(const struct sheet_row *r, struct arena *a)
{
	struct str count = render_count(r, a);

	if (r->text.n == 0 || count.n == 0)
		return r->text.n > 0 ? r->text : count;
	return str_printf(a, "%.*s; %.*s", STR_FMT(r->text), STR_FMT(count));
}

static void
group(struct buf *out, const struct sheet_group *g, struct arena *a)
{
	if (g->nrows == 1 && row_text(&g->rows[0], a).n == 0) {
		row(out, "0", g->name, g->rows[0].amount, false);
		return;
	}
	buf_add_c(out, ".ne 3v\n");
	text_block(out, "0", "6.4i", g->name, true);
	for (size_t i = 0; i < g->nrows; i++) {
		struct str text = row_text(&g->rows[i], a);

		row(out, "0.2i", text.n > 0 ? text : g->name, g->rows[i].amount, false);
	}
	if (g->nrows > 1)
		row(out, "0.2i", STR("Together"), g->total, true);
}

static void
section(struct buf *out, const struct sheet *s, enum sheet_part part, struct arena *a)
{
	if (s->sections[part].n > 0 && sheet_part_title(part) != NULL)
		heading(out, sheet_part_title(part));
	for (size_t i = 0; i < s->sections[part].n; i++)
		group(out, &s->sections[part].groups[i], a);
}

/* ---- parts ---- */

static void
parties(struct buf *out, const struct sheet *s, struct arena *a)
{
	if (s->seller != NULL) {
		struct sheet_facts f = render_seller_facts(s->seller, a);

		text_block(out, "0", "6.4i", s->seller->name, true);
		lines(out, &s->seller->address);
		facts(out, &f);
		buf_add_c(out, ".sp 1\n");
	}
	buf_add_c(out, "Bill to\n.br\n");
	text_block(out, "0", "6.4i", s->customer_name, true);
	lines(out, &s->customer_address);
	facts(out, &s->customer_facts);
	buf_add_c(out, ".sp 1\n");
	facts(out, &s->facts);
}

static void
amounts(struct buf *out, const struct sheet *s, struct arena *a)
{
	buf_add_c(out, ".sp 1\n");
	row(out, "0", STR("Charges"), str_printf(a, "Amount (%.*s)", STR_FMT(s->currency)), true);
	buf_add_c(out, ".RU\n");
	section(out, s, SHEET_CHARGES, a);
	if (render_is_empty(s))
		text_block(out, "0", "6.4i", STR("No charges."), false);
	buf_add_c(out, ".RU\n");
	row(out, "0", STR("Subtotal"), s->subtotal, true);
	section(out, s, SHEET_APPLIED, a);
	if (s->applied.n > 0) {
		buf_add_c(out, ".RU\n");
		row(out, "0", STR("Paid"), s->applied, true);
	}
	buf_add_c(out, ".RU\n");
	row(out, "0", str_printf(a, "%s (%.*s)", s->total_label, STR_FMT(s->currency)), s->total,
		true);
	section(out, s, SHEET_PROMISED, a);
	section(out, s, SHEET_UNITS, a);
}

static void
closing(struct buf *out, const struct sheet *s, struct arena *a)
{
	if (s->nbalances > 0) {
		struct str date = sheet_date(a, s->balances_at_ns);

		heading(out, str_printf(a, "Remaining balances on %.*s", STR_FMT(date)).p);
	}
	for (size_t i = 0; i < s->nbalances; i++)
		row(out, "0", s->balances[i].name, s->balances[i].remaining, false);
	if (s->seller == NULL)
		return;
	if (s->seller->payment.n > 0) {
		heading(out, "Payment");
		lines(out, &s->seller->payment);
	}
	if (s->seller->footer.n > 0) {
		buf_add_c(out, ".sp 1\n");
		text_block(out, "0", "6.4i", s->seller->footer, false);
	}
}

static void
roff_head(struct buf *out, const struct sheet *first)
{
	(void)first;
	buf_add_c(out, macros);
}

static void
roff_sheet(struct buf *out, const struct sheet *s, size_t nth)
{
	struct arena a = ARENA_INIT;

	if (nth > 0)
		buf_add_c(out, ".bp 1\n");
	buf_printf(out, ".ps 18\n.vs 22\n\\fB%s ", s->title);
	escape(out, s->number);
	buf_add_c(out, "\\fP\n.br\n.ps 10\n.vs 13\n");
	if (s->mark != NULL)
		buf_printf(out, "\\fB%s\\fP\n.br\n", s->mark);
	buf_add_c(out, ".RU\n.sp 0.5v\n");
	parties(out, s, &a);
	amounts(out, s, &a);
	closing(out, s, &a);
	arena_release(&a);
}

static void
roff_foot(struct buf *out)
{
	(void)out;
}

const struct render_form render_roff = { "roff", roff_head, roff_sheet, roff_foot };
