#include "codec/csv.h"

#include <string.h>

#include "codec/csv_table.h"
#include "tests/unit/tap.h"

static struct buf out = BUF_INIT;

/*
 * Rows and faults as text: "1: a|b;" is the row of line 1, "3.2 code;" a fault at line 3,
 * cell 2.
 */
static const char *
read_all(struct str s, size_t portion, size_t max_row)
{
	struct csv_reader *r = csv_open(max_row);
	enum csv_got got;
	size_t at = 0;

	buf_clear(&out);
	do {
		struct csv_row row;
		struct err e = ERR_INIT;

		got = csv_next(r, &row, &e);
		if (got == CSV_ROW) {
			buf_printf(&out, "%ju: ", (uintmax_t)row.line);
			for (size_t i = 0; i < row.n; i++)
				buf_printf(&out, "%s%.*s", i == 0 ? "" : "|",
					STR_FMT(row.cells[i]));
			buf_add_c(&out, "; ");
		} else if (got == CSV_BAD) {
			buf_printf(&out, "%ju.%ju %s; ", (uintmax_t)e.line, (uintmax_t)e.column,
				e.code);
		} else if (got == CSV_MORE) {
			size_t n = s.n - at < portion ? s.n - at : portion;
			csv_feed(r, s.p + at, n);
			at += n;
		}
	} while (got != CSV_END);
	csv_close(r);
	if (out.n > 0)
		out.n--;
	return buf_cstr(&out);
}

#define T(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

static const struct {
	const char *name;
	struct str text;
	const char *rows;
} cases[] = {
	{ "nothing", T(""), "" },
	{ "a blank line", T("\n"), "" },
	{ "blank lines", T("\r\n\n\r\n"), "" },
	{ "one row", T("a,b,c\n"), "1: a|b|c;" },
	{ "no line end at the end", T("a,b\n1,2"), "1: a|b; 2: 1|2;" },
	{ "CRLF", T("a,b\r\n1,2\r\n"), "1: a|b; 2: 1|2;" },
	{ "empty cells", T(",\n,,\n"), "1: |; 2: ||;" },
	{ "an empty cell at the end", T("a,"), "1: a|;" },
	{ "quoted empty cells", T("\"\",\"\"\n\"\"\n"), "1: |; 2: ;" },
	{ "outer blanks are kept", T(" a ,\tb\t,\" c \"\n  \n"), "1:  a |\tb\t| c ; 2:   ;" },
	{ "quotes", T("\"a\",\"b,c\",\"d\"\"e\"\"\"\n"), "1: a|b,c|d\"e\";" },
	{ "a line end in quotes", T("\"a\nb\",c\nd\n"), "1: a\nb|c; 3: d;" },
	{ "CRLF in quotes", T("\"a\r\nb\"\r\nd\r\n"), "1: a\r\nb; 3: d;" },
	{ "a CR in quotes", T("\"a\rb\"\nc\n"), "1: a\rb; 2: c;" },
	{ "blank lines in quotes", T("\"\n\n\"\n\nx\n"), "1: \n\n; 5: x;" },
	{ "blank lines between", T("\n\na\n\r\n\nb\n"), "3: a; 6: b;" },
	{ "UTF-8", T("caf\xc3\xa9,\xf0\x9f\x98\x80\n"), "1: caf\xc3\xa9|\xf0\x9f\x98\x80;" },
	{ "a quoted cell at the end", T("a,\"b\""), "1: a|b;" },
	{ "two quotes at the end of a cell", T("\"a\"\"\"\n"), "1: a\";" },

	{ "a quote in a plain cell", T("a,b\"c,d\ne\n"), "1.2 csv_quote; 2: e;" },
	{ "a quote behind a blank", T("a, \"b\"\ne\n"), "1.2 csv_quote; 2: e;" },
	{ "text behind a closing quote", T("\"a\"b,c\ne\n"), "1.1 csv_quote; 2: e;" },
	{ "a blank behind a closing quote", T("x,\"a\" ,c\ne\n"), "1.2 csv_quote; 2: e;" },
	{ "a fault in the second line of a row", T("\"a\nb\"c,d\ne\n"), "2.1 csv_quote; 3: e;" },
	{ "a fault in the last line", T("e\na\"b"), "1: e; 2.1 csv_quote;" },
	{ "an unclosed quote", T("a\nb,\"c\nd\ne"), "1: a; 2.2 csv_quote;" },
	{ "an unclosed quote, line end last", T("b,\"c\nd\n"), "1.2 csv_quote;" },
	{ "a quote unclosed in the last line", T("\"a\nb\",\"c\nd"), "2.2 csv_quote;" },
	{ "a quote that opens and closes over lines", T("\"a\nb\",\"c\nd\n\",\"\ne"),
		"4.3 csv_quote;" },
	{ "a quote alone", T("\""), "1.1 csv_quote;" },
	{ "a bare CR", T("a,b\rc,d\ne\n"), "1.2 csv_cr; 2: e;" },
	{ "a bare CR first", T("\ra\ne\n"), "1.1 csv_cr; 2: e;" },
	{ "a bare CR behind a quoted cell", T("\"a\"\rb\ne\n"), "1.1 csv_cr; 2: e;" },
	{ "two CRs before LF", T("a,b\r\r\ne\n"), "1.2 csv_cr; 2: e;" },
	{ "a bare CR at the end", T("e\na\r"), "1: e; 2.1 csv_cr;" },
	{ "lines that end in CR", T("a,b\r1,2\r"), "1.2 csv_cr;" },
	{ "bad UTF-8", T("a,\xe9,c\ne\n"), "1.2 csv_utf8; 2: e;" },
	{ "a cut UTF-8 sequence", T("\xe2\x82,c\ne\n"), "1.1 csv_utf8; 2: e;" },
	{ "a NUL", T("a,b\0c\ne\n"), "1.2 csv_nul; 2: e;" },
	{ "a NUL in quotes", T("\"\0\"\ne\n"), "1.1 csv_nul; 2: e;" },
	{ "faults in a row", T("a\"\nb\"\n\"c\"d\ne\n"),
		"1.1 csv_quote; 2.1 csv_quote; 3.1 csv_quote; 4: e;" },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < countof(cases); i++) {
		is_str(read_all(cases[i].text, 1000, 1000), cases[i].rows, "%s", cases[i].name);
		int wrong = 0;
		for (size_t portion = 1; portion < cases[i].text.n; portion++)
			wrong += strcmp(read_all(cases[i].text, portion, 1000), cases[i].rows) != 0;
		is_int(wrong, 0, "the same in any portions: %s", cases[i].name);
	}
}

static void
test_too_long(void)
{
	static const struct {
		const char *name;
		const char *text;
		const char *rows;
	} long_cases[] = {
		{ "just short enough", "12345678\r\na\n", "1: 12345678; 2: a;" },
		{ "one byte too long", "123456789\r\na\n", "1.0 record_too_long; 2: a;" },
		{ "much too long", "1234567890123456789012345\na\n", "1.0 record_too_long; 2: a;" },
		{ "too long and last", "a\n1234567890123456", "1: a; 2.0 record_too_long;" },
		{ "several lines, short enough", "\"1\n345\n\"\na\n", "1: 1\n345\n; 4: a;" },
		{ "several lines, too long", "\"1\n3456\n\"\na\n", "1.0 record_too_long; 4: a;" },
		{ "line ends in its quotes", "\"1234567890\n\"\"\n\",\"\"\na\n",
			"1.0 record_too_long; 4: a;" },
		{ "too long and unclosed", "a\n1,\"34567890\n\"\"\nb\n", "1: a; 2.0 csv_quote;" },
		{ "unclosed behind a closed one", "1,\"3\"\"567890\n\",\n1,\"345678901\n2",
			"1.0 record_too_long; 3.0 csv_quote;" },
		{ "blank lines do not count", "\n\n\n\n\n\n\n\n\n\n\n\na\n", "13: a;" },
		{ "quotes out of place", "a\"b45\"\"678\nb\n\"c\"d7890\"\nb\n",
			"1.0 record_too_long; 2: b; 3.0 record_too_long; 4: b;" },
	};

	for (size_t i = 0; i < countof(long_cases); i++) {
		struct str s = str_c(long_cases[i].text);
		is_str(read_all(s, 1000, 8), long_cases[i].rows, "%s", long_cases[i].name);
		int wrong = 0;
		for (size_t portion = 1; portion < s.n; portion++)
			wrong += strcmp(read_all(s, portion, 8), long_cases[i].rows) != 0;
		is_int(wrong, 0, "the same in any portions: %s", long_cases[i].name);
	}
}

static void
test_bytes(void)
{
	static const char text[] = "\r\na,\"b\r\nc\"\r\nd\"e,f\r\n\"g\"";
	static const char *const want[] = { "a,\"b\r\nc\"", "d\"e,f", "\"g\"" };
	struct csv_reader *r = csv_open(100);
	struct arena a = ARENA_INIT;

	csv_feed(r, text, sizeof(text) - 1);
	csv_feed(r, NULL, 0);
	for (size_t i = 0; i < countof(want); i++) {
		struct csv_row row;
		struct err e = ERR_INIT;
		enum csv_got got = csv_next(r, &row, &e);
		is_str(str_dup(&a, row.bytes).p, want[i], "row %zu as it came", i + 1);
		ok(got == (i == 1 ? CSV_BAD : CSV_ROW) && (row.n == 0) == (i == 1), "row %zu is %s",
			i + 1, i == 1 ? "refused, without cells" : "read");
	}
	csv_close(r);
	csv_close(NULL);
	arena_release(&a);
}

static void
test_fault(void)
{
	struct csv_reader *r = csv_open(100);
	struct csv_row row;
	struct err e = ERR_INIT;

	csv_feed(r, "x\na,b,c\"d\n", 10);
	csv_next(r, &row, &e);
	csv_next(r, &row, &e);
	ok(e.kind == ERR_INPUT && e.has_offset && e.offset == 2 && e.file == NULL,
		"a fault has the cell's index, and leaves the file to others");
	is_str(e.text, "a quote in a cell that does not begin with one", "its text");
	is_int((int64_t)row.line, 2, "the row refused knows its line");
	csv_close(r);
}

/* ---- writing ---- */

static void
test_quote(void)
{
	static const struct {
		const char *cell;
		const char *written;
	} quotes[] = {
		{ "", "" },
		{ "a b", "a b" },
		{ " a ", " a " },
		{ "a,b", "\"a,b\"" },
		{ "a\"b", "\"a\"\"b\"" },
		{ "\"", "\"\"\"\"" },
		{ "a\nb", "\"a\nb\"" },
		{ "a\rb", "\"a\rb\"" },
		{ "=1+2", "=1+2" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
	};

	for (size_t i = 0; i < countof(quotes); i++) {
		struct buf b = BUF_INIT, line = BUF_INIT;
		csv_quote(&b, str_c(quotes[i].cell));
		is_str(buf_cstr(&b), quotes[i].written, "written: case %zu", i);
		buf_printf(&line, "x,%s", buf_cstr(&b));
		buf_clear(&b);
		buf_printf(&b, "1: x|%s;", quotes[i].cell);
		is_str(read_all(buf_str(&line), 1000, 1000), buf_cstr(&b), "read back: case %zu",
			i);
		buf_release(&line);
		buf_release(&b);
	}
}

/* ---- a header above ---- */

static const char *
read_table(const char *text, const struct csv_rename *map, size_t nmap)
{
	struct csv_table *t = csv_table_open(1000, map, nmap);
	enum table_got got;

	csv_table_feed(t, text, strlen(text));
	csv_table_feed(t, NULL, 0);
	buf_clear(&out);
	do {
		struct csv_row row;
		struct err e = ERR_INIT;

		got = csv_table_next(t, &row, &e);
		if (got == TABLE_ROW) {
			struct json *j = csv_table_tree(t, &row);
			json_canonical(j, &out);
			buf_add_c(&out, "; ");
			json_free(j);
		} else if (got != TABLE_END) {
			buf_printf(&out, "%s %ju.%ju %s %s; ", got == TABLE_BAD ? "bad" : "failed",
				(uintmax_t)e.line, (uintmax_t)e.column, e.field, e.code);
		}
	} while (got != TABLE_END && got != TABLE_FAILED);
	csv_table_close(t);
	if (out.n > 0)
		out.n--;
	return buf_cstr(&out);
}

static void
test_table(void)
{
	static const struct csv_rename map[] = {
		{ { "When", 4 }, { "timestamp", 9 } },
		{ { "M", 1 }, { "properties.m", 12 } },
	};
	static const struct {
		const char *text;
		size_t nmap;
		const char *rows;
	} tables[] = {
		{ "a,b\n1,2\n3,\n", 0, "{\"a\":\"1\",\"b\":\"2\"}; {\"a\":\"3\"};" },
		{ "a\n\"\"\n", 0, "{};" },
		{ "p.x,a,p.y.z,q.x\n1,2,3,4\n,,5,\n", 0,
			"{\"a\":\"2\",\"p\":{\"x\":\"1\",\"y.z\":\"3\"},\"q\":{\"x\":\"4\"}}; {\"p\":{\"y.z\":\"5\"}};" },
		{ ".a,b.,.\n1,2,3\n", 0, "{\".\":\"3\",\".a\":\"1\",\"b.\":\"2\"};" },
		{ "When,M,a\n1,2,3\n", 2,
			"{\"a\":\"3\",\"properties\":{\"m\":\"2\"},\"timestamp\":\"1\"};" },
		{ "a,b\n1\n1,2,3\n4,5\n", 0,
			"bad 2.0  csv_cells; bad 3.0  csv_cells; {\"a\":\"4\",\"b\":\"5\"};" },
		{ "a,b\n1,\"2\n", 0, "bad 2.2  csv_quote;" },
		{ "\na,\xff\n1,2\n", 0, "failed 2.2  csv_utf8;" },
		{ "a,,b\n1,2,3\n", 0, "failed 1.2 header csv_header;" },
		{ "a,b,a\n1,2,3\n", 0, "failed 1.3 a csv_header;" },
		{ "p,a,p.x\n1,2,3\n", 0, "failed 1.3 p.x csv_header;" },
		{ "a,b\n1,2\n", 1, "failed 1.0 When csv_map;" },
		{ "When,timestamp\n1,2\n", 1, "failed 1.2 timestamp csv_header;" },
		{ "a,\"b\n", 0, "failed 1.2  csv_quote;" },
		{ "", 0, "" },
		{ "a,b\n", 0, "" },
	};

	for (size_t i = 0; i < countof(tables); i++)
		is_str(read_table(tables[i].text, map, tables[i].nmap), tables[i].rows, "table %zu",
			i + 1);
}

int
main(void)
{
	test_rows();
	test_too_long();
	test_bytes();
	test_fault();
	test_quote();
	test_table();
	buf_release(&out);
	return done();
}
