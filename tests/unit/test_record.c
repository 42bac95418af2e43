#include "codec/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/sweep.h"
#include "tests/unit/tap.h"

static struct buf out = BUF_INIT;

/* A stream over memory that gives so many bytes a call, and may fail. */
struct stream {
	struct str text;
	size_t at;
	size_t portion;
	size_t fails_at; /* 0: never */
	int calls_past_end;
};

static ssize_t
stream_read(void *ctx, char *p, size_t n)
{
	struct stream *s = ctx;
	size_t left = s->text.n - s->at;

	if (s->fails_at > 0 && s->at >= s->fails_at) {
		errno = EIO;
		return -1;
	}
	s->calls_past_end += left == 0;
	if (n > s->portion)
		n = s->portion;
	if (n > left)
		n = left;
	if (n > 0)
		memcpy(p, s->text.p + s->at, n);
	s->at += n;
	return (ssize_t)n;
}

/*
 * All of a stream: "1@3:1 <bytes>" a record, "2!4:5 code" a refused one, "!4:5 code" the end
 * of following.
 */
static const char *
read_stream(struct stream *s, const struct record_options *opt)
{
	struct record_reader *r = record_open(opt, stream_read, s);
	enum record_got got;

	buf_clear(&out);
	do {
		struct record rec;
		struct err e = ERR_INIT;

		got = record_next(r, &rec, &e);
		if (got == RECORD_OK)
			buf_printf(&out, "%ju@%ju:%ju <%.*s>\n", (uintmax_t)rec.number,
				(uintmax_t)rec.line, (uintmax_t)rec.column, STR_FMT(rec.bytes));
		else if (got == RECORD_BAD)
			buf_printf(&out, "%ju!%ju:%ju %s <%.*s>\n", (uintmax_t)rec.number,
				(uintmax_t)e.line, (uintmax_t)e.column, e.code, STR_FMT(rec.bytes));
		else if (got == RECORD_FAILED)
			buf_printf(&out, "!%ju:%ju %s\n", (uintmax_t)e.line, (uintmax_t)e.column,
				e.code);
	} while (got != RECORD_END);
	record_close(r);
	return buf_cstr(&out);
}

static const char *
read_text(struct str text, enum record_format format, size_t portion, size_t max)
{
	struct stream s = { .text = text, .portion = portion };
	struct record_options opt = { .format = format, .max_record = max, .name = "in" };

	return read_stream(&s, &opt);
}

struct sample {
	const char *name;
	struct str text;
	const char *records;
};

#define T(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	}

/* As it stands, and cut into portions at every boundary. */
static void
check(const struct sample *samples, size_t n, enum record_format format, size_t max)
{
	for (size_t i = 0; i < n; i++) {
		const struct sample *s = &samples[i];
		int wrong = 0;
		is_str(read_text(s->text, format, SIZE_MAX, max), s->records, "%s", s->name);
		for (size_t portion = 1; portion < s->text.n; portion++)
			wrong += strcmp(read_text(s->text, format, portion, max), s->records) != 0;
		is_int(wrong, 0, "in any portions: %s", s->name);
	}
}

static const struct sample ndjson[] = {
	{ "NDJSON: nothing", T(""), "" },
	{ "NDJSON: blank lines", T("\n \t\r\n\r\n"), "" },
	{ "NDJSON: lines", T("{\"a\":1}\n{\"b\":2}\n"), "1@1:1 <{\"a\":1}>\n2@2:1 <{\"b\":2}>\n" },
	{ "NDJSON: no line end at the end", T("{}\n{ }"), "1@1:1 <{}>\n2@2:1 <{ }>\n" },
	{ "NDJSON: CRLF", T("{}\r\n[]\r\n"), "1@1:1 <{}>\n2@2:1 <[]>\n" },
	{ "NDJSON: blank lines between", T("\n\n{}\n \n\r\n{}\n\n"), "1@3:1 <{}>\n2@6:1 <{}>\n" },
	{ "NDJSON: a BOM", T("\xef\xbb\xbf{}\n{}"), "1@1:1 <{}>\n2@2:1 <{}>\n" },
	{ "NDJSON: a BOM alone", T("\xef\xbb\xbf"), "" },
	{ "NDJSON: a BOM further on is no BOM", T("{}\n\xef\xbb\xbf{}"),
		"1@1:1 <{}>\n2@2:1 <\xef\xbb\xbf{}>\n" },
	{ "NDJSON: part of a BOM", T("\xef\xbb"), "1@1:1 <\xef\xbb>\n" },
	{ "NDJSON: what is in a line is not looked at", T("[1,2]\n{\"a\n7\n"),
		"1@1:1 <[1,2]>\n2@2:1 <{\"a>\n3@3:1 <7>\n" },
	{ "NDJSON: a bare CR is no line end", T("{}\r{}\r"), "1@1:1 <{}\r{}>\n" },
};

static const struct sample ndjson_long[] = {
	{ "NDJSON: 8 bytes", T("12345678\r\n12345678"), "1@1:1 <12345678>\n2@2:1 <12345678>\n" },
	{ "NDJSON: 9 bytes", T("1\n123456789\n2\n"),
		"1@1:1 <1>\n2!2:1 record_too_long <>\n3@3:1 <2>\n" },
	{ "NDJSON: 9 bytes, CRLF", T("123456789\r\n2\r\n"),
		"1!1:1 record_too_long <>\n2@2:1 <2>\n" },
	{ "NDJSON: 9 bytes at the end", T("2\n123456789"),
		"1@1:1 <2>\n2!2:1 record_too_long <>\n" },
	{ "NDJSON: many bytes", T("1234567890123456789012345\n2"),
		"1!1:1 record_too_long <>\n2@2:1 <2>\n" },
	{ "NDJSON: many blanks", T("          \n1\n"), "1!1:1 record_too_long <>\n2@2:1 <1>\n" },
};

static const struct sample json[] = {
	{ "JSON: nothing", T(" \r\n\t"), "" },
	{ "JSON: one object over lines", T("{\n \"a\": [1,\n2]\n}\n"),
		"1@1:1 <{\n \"a\": [1,\n2]\n}>\n" },
	{ "JSON: values behind each other", T("{}{\"a\":1} {}\n  {}"),
		"1@1:1 <{}>\n2@1:3 <{\"a\":1}>\n3@1:11 <{}>\n4@2:3 <{}>\n" },
	{ "JSON: an array", T("[{\"a\":1},\n {\"b\":2}]"),
		"1@1:2 <{\"a\":1}>\n2@2:2 <{\"b\":2}>\n" },
	{ "JSON: an empty array", T("[]\n[ ]"), "" },
	{ "JSON: arrays and values", T("[1,[2,[3]]] {} [\"a]\"]"),
		"1@1:2 <1>\n2@1:4 <[2,[3]]>\n3@1:13 <{}>\n4@1:17 <\"a]\">\n" },
	{ "JSON: brackets in strings", T("{\"}\":\"]\\\"}\"}{}"),
		"1@1:1 <{\"}\":\"]\\\"}\"}>\n2@1:13 <{}>\n" },
	{ "JSON: backslashes in strings", T("[\"\\\\\",\"\\\\\\\"\",\"\\u005d\"]"),
		"1@1:2 <\"\\\\\">\n2@1:7 <\"\\\\\\\"\">\n3@1:14 <\"\\u005d\">\n" },
	{ "JSON: scalars", T("1 true\nnull\"a\"-2.5"),
		"1@1:1 <1>\n2@1:3 <true>\n3@2:1 <null>\n4@2:5 <\"a\">\n5@2:8 <-2.5>\n" },
	{ "JSON: CRLF and BOM", T("\xef\xbb\xbf[\r\n{}\r\n]\r\n"), "1@2:1 <{}>\n" },
	{ "JSON: a bad item leaves the others", T("[{\"a\":01},x,{}]"),
		"1@1:2 <{\"a\":01}>\n2@1:11 <x>\n3@1:13 <{}>\n" },
	{ "JSON: a NUL between", T("{}\0{}"), "1@1:1 <{}>\n2@1:3 <>\n3@1:4 <{}>\n" },
	{ "JSON: no comma", T("[{} {}]"), "1@1:2 <{}>\n!1:5 json_stream\n" },
	{ "JSON: a comma too many", T("[1,\n,2]"), "1@1:2 <1>\n!2:1 json_stream\n" },
	{ "JSON: a comma before the end", T("[1,]"), "1@1:2 <1>\n!1:4 json_stream\n" },
	{ "JSON: a comma at the top", T("{},{}"), "1@1:1 <{}>\n!1:3 json_stream\n" },
	{ "JSON: a colon between", T("{}:1"), "1@1:1 <{}>\n!1:3 json_stream\n" },
	{ "JSON: a bracket too many", T("[1]]"), "1@1:2 <1>\n!1:4 json_stream\n" },
	{ "JSON: a brace too many", T("{}\n }"), "1@1:1 <{}>\n!2:2 json_stream\n" },
	{ "JSON: a bracket of the other kind", T("{\"a\":[1}"), "!1:8 json_stream\n" },
	{ "JSON: a brace of the other kind", T("[{\"a\":1]"), "!1:8 json_stream\n" },
	{ "JSON: the end in an array", T("[1,\n2\n"), "1@1:2 <1>\n2@2:1 <2>\n!3:1 json_stream\n" },
	{ "JSON: the end in a value", T("{}\n {\"a\":[\n1"), "1@1:1 <{}>\n!2:2 json_stream\n" },
	{ "JSON: the end in a string", T("[\"abc"), "!1:2 json_stream\n" },
	{ "JSON: a line end in a string", T("[{\"a\":\"b\n\"}]"), "!1:9 json_stream\n" },
};

static const struct sample json_long[] = {
	{ "JSON: 8 bytes", T("[\"123456\",{\"a\":12}]"),
		"1@1:2 <\"123456\">\n2@1:11 <{\"a\":12}>\n" },
	{ "JSON: 9 bytes", T("[1,{\"a\":123},2]"),
		"1@1:2 <1>\n2!1:4 record_too_long <>\n3@1:14 <2>\n" },
	{ "JSON: many bytes", T("[{\"a\":[\n1,2,\"] }\",3\n]},\n2]3"),
		"1!1:2 record_too_long <>\n2@4:1 <2>\n3@4:3 <3>\n" },
	{ "JSON: many bytes of a scalar", T("12345678901234567890 2"),
		"1!1:1 record_too_long <>\n2@1:22 <2>\n" },
	{ "JSON: many bytes at the end", T("1 1234567890"),
		"1@1:1 <1>\n2!1:3 record_too_long <>\n" },
	{ "JSON: many blanks", T("[1,                          \n       2]"),
		"1@1:2 <1>\n2@2:8 <2>\n" },
	{ "JSON: too long and unclosed", T("{\"a\":12345678901"), "!1:1 json_stream\n" },
};

static const struct sample csv[] = {
	{ "CSV: nothing", T(""), "" },
	{ "CSV: a header alone", T("a,b\n"), "" },
	{ "CSV: rows", T("a,b\n1,2\r\n\n\"x\ny\",\nz,"),
		"1@2:1 <1,2>\n2@4:1 <\"x\ny\",>\n3@6:1 <z,>\n" },
	{ "CSV: a BOM",
		T("\xef\xbb\xbf"
		  "a\n1\n"),
		"1@2:1 <1>\n" },
	{ "CSV: blank lines first", T("\n\na\n1\n"), "1@4:1 <1>\n" },
	{ "CSV: refused rows", T("a,b\n1\n2,3,4\n5,6\n7,\"8\"9\n"),
		"1!2:0 csv_cells <1>\n2!3:0 csv_cells <2,3,4>\n3@4:1 <5,6>\n4!5:2 csv_quote <7,\"8\"9>\n" },
	{ "CSV: bad UTF-8", T("a,b\n1,\xff\n3,4\n"), "1!2:2 csv_utf8 <1,\xff>\n2@3:1 <3,4>\n" },
	{ "CSV: an unclosed quote", T("a,b\n1,2\n3,\"4\n5,6\n"),
		"1@2:1 <1,2>\n2!3:2 csv_quote <3,\"4\n5,6\n>\n" },
	{ "CSV: a header with a name twice", T("a,b,a\n1,2,3\n"), "!1:3 csv_header\n" },
	{ "CSV: a header without a name", T("a,\n1,2\n"), "!1:2 csv_header\n" },
	{ "CSV: a header in UTF-16",
		T("\xff\xfe"
		  "a\0,\0"),
		"!1:1 csv_utf8\n" },
	{ "CSV: a broken header", T("\na,b\"\n1,2\n"), "!2:2 csv_quote\n" },
};

static const struct sample csv_long[] = {
	{ "CSV: 8 bytes", T("a,b\n123,5678\n"), "1@2:1 <123,5678>\n" },
	{ "CSV: 9 bytes", T("a,b\n123,56789\n1,2\n"), "1!2:0 record_too_long <>\n2@3:1 <1,2>\n" },
	{ "CSV: a header too long", T("a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n"), "!1:0 record_too_long\n" },
};

static const struct sample guessed[] = {
	{ "AUTO: nothing", T(""), "" },
	{ "AUTO: blanks", T(" \r\n\n"), "" },
	{ "AUTO: NDJSON", T("{\"a\":1}\n[1]\n"), "1@1:1 <{\"a\":1}>\n2@2:1 <[1]>\n" },
	{ "AUTO: NDJSON behind blank lines and a BOM", T("\xef\xbb\xbf\n \n {} \nx\n"),
		"1@3:1 < {} >\n2@4:1 <x>\n" },
	{ "AUTO: one line", T("{\"a\":1}"), "1@1:1 <{\"a\":1}>\n" },
	{ "AUTO: a first line broken in a string", T("{\"a\n{}\n"), "1@1:1 <{\"a>\n2@2:1 <{}>\n" },
	{ "AUTO: a first line with a wrong bracket", T("{\"a\":1]\n{}\n"),
		"1@1:1 <{\"a\":1]>\n2@2:1 <{}>\n" },
	{ "AUTO: a first line that does not parse", T("{\"a\":01}\n{}\n"),
		"1@1:1 <{\"a\":01}>\n2@2:1 <{}>\n" },
	{ "AUTO: an only line that is cut", T("{\"a\":"), "1@1:1 <{\"a\":>\n" },
	{ "AUTO: an object over lines", T("{\n\"a\":1}\n{}"), "1@1:1 <{\n\"a\":1}>\n2@3:1 <{}>\n" },
	{ "AUTO: values in one line", T("{} {}\n{}"), "1@1:1 <{}>\n2@1:4 <{}>\n3@2:1 <{}>\n" },
	{ "AUTO: an array", T(" [{},\n{}]"), "1@1:3 <{}>\n2@2:1 <{}>\n" },
	{ "AUTO: CSV", T("a,b\n1,2\n"), "1@2:1 <1,2>\n" },
	{ "AUTO: CSV of one column", T("\nname\n1\n"), "1@3:1 <1>\n" },
	{ "AUTO: CSV with numbers above", T("1,2\n3,4\n"), "1@2:1 <3,4>\n" },
	{ "AUTO: CSV whose names are not ASCII", T("\xd0\xb8\n1\n"), "1@2:1 <1>\n" },
	{ "AUTO: a number", T("\n\n  12\n13\n"), "!3:3 record_format\n" },
	{ "AUTO: signs", T("---\n"), "!1:1 record_format\n" },
	{ "AUTO: a NUL", T("\0\n"), "!1:1 record_format\n" },
};

static const struct sample guessed_long[] = {
	{ "AUTO: a first line too long", T("{\"abcdefg\":1}\n{}\n"),
		"1!1:1 record_too_long <>\n2@2:1 <{}>\n" },
	{ "AUTO: objects in a line too long", T("{} {} {} {} {}\n"),
		"1@1:1 <{}>\n2@1:4 <{}>\n3@1:7 <{}>\n4@1:10 <{}>\n5@1:13 <{}>\n" },
	{ "AUTO: a header too long", T("abcdefghijkl,m\n1,2\n"), "!1:0 record_too_long\n" },
};

/* ---- large ---- */

/* Three records, the second of n bytes; as text, and what is to be read from it. */
static void
large_text(enum record_format format, size_t n, struct buf *text, struct buf *want)
{
	size_t line = 1, start;

	if (format == RECORD_CSV) {
		buf_add_c(text, "name\n");
		line++;
	}
	for (int i = 1; i <= 3; i++, line++) {
		start = text->n;
		buf_add_char(text, '"');
		for (size_t k = 2; k < (i == 2 ? n : 10); k++)
			buf_add_char(text, (char)('a' + k % 26));
		buf_add_char(text, '"');
		if (i == 2 && n > RECORD_MAX_DEFAULT) {
			buf_printf(want, "2!%zu:%d record_too_long <>\n", line,
				format != RECORD_CSV);
		} else {
			buf_printf(want, "%d@%zu:1 <", i, line);
			buf_add(want, text->p + start, text->n - start);
			buf_add_c(want, ">\n");
		}
		buf_add_char(text, '\n');
	}
}

static void
test_large(void)
{
	static const enum record_format formats[] = { RECORD_NDJSON, RECORD_JSON, RECORD_CSV };
	static const size_t sizes[] = { RECORD_MAX_DEFAULT - 1, RECORD_MAX_DEFAULT,
		RECORD_MAX_DEFAULT + 1, 2 * RECORD_MAX_DEFAULT + 7 };
	static const size_t portions[] = { SIZE_MAX, 65536, 999983 };

	for (size_t f = 0; f < countof(formats); f++)
		for (size_t s = 0; s < countof(sizes); s++) {
			struct buf text = BUF_INIT, want = BUF_INIT;
			large_text(formats[f], sizes[s], &text, &want);
			for (size_t p = 0; p < countof(portions); p++) {
				read_text(buf_str(&text), formats[f], portions[p], 0);
				ok(str_eq(buf_str(&out), buf_str(&want)),
					"format %d, %zu bytes in portions of %zu", (int)formats[f],
					sizes[s], portions[p]);
			}
			buf_release(&text);
			buf_release(&want);
		}
}

/* Many records in portions of every kind: none is lost, cut or told twice. */
static void
test_many(void)
{
	struct sweep sweep = sweep_start("many records", 5);
	struct buf text = BUF_INIT;
	int wrong = 0;

	for (uint64_t i = 0; i < 20000; i++)
		buf_printf(&text, "{\"n\":%ju,\"pad\":\"%.*s\"}\n", (uintmax_t)i,
			(int)sweep_below(&sweep, 60),
			"..............................................................");
	for (int round = 0; round < 6; round++) {
		struct stream s = { .text = buf_str(&text),
			.portion = 1 + sweep_below(&sweep, 5000) };
		struct record_options opt = { .format = round % 2 ? RECORD_JSON : RECORD_AUTO };
		struct record_reader *r = record_open(&opt, stream_read, &s);
		struct record rec;
		struct err e = ERR_INIT;
		uint64_t n = 0;
		while (record_next(r, &rec, &e) == RECORD_OK) {
			char want[32];
			int len = snprintf(want, sizeof(want), "{\"n\":%ju,", (uintmax_t)n++);
			wrong += rec.number != n || rec.line != n || rec.column != 1 ||
				memcmp(rec.bytes.p, want, (size_t)len) != 0 ||
				rec.bytes.p[rec.bytes.n - 1] != '}';
		}
		wrong += n != 20000 || e.kind != ERR_NONE;
		record_close(r);
	}
	is_int(wrong, 0, "20000 records, six times");
	buf_release(&text);
}

/* ---- trees and places ---- */

static void
test_trees(void)
{
	static const struct {
		enum record_format format;
		const char *text;
		const char *tree; /* of the first record; NULL: refused */
		const char *error;
	} cases[] = {
		{ RECORD_NDJSON, "\n{\"b\":1.0,\"a\":[]}\n", "{\"a\":[],\"b\":1.0}", NULL },
		{ RECORD_NDJSON, "12\n", "12", NULL },
		{ RECORD_CSV, "a,properties.m,b\n1,,\"x \"\"y\"\"\"\n",
			"{\"a\":\"1\",\"b\":\"x \\\"y\\\"\"}", NULL },
		{ RECORD_CSV, "a,properties.m\n1,large\n",
			"{\"a\":\"1\",\"properties\":{\"m\":\"large\"}}", NULL },
		{ RECORD_NDJSON, "\r\n {\"a\": x}\n", NULL,
			"in:2:8: json_syntax: wanted a value, found 'x'" },
		{ RECORD_NDJSON, "{\"a\":1,\"a\":2}", NULL,
			"in:1:8: duplicate_key: the key \"a\" is given twice" },
		{ RECORD_NDJSON, "{\"a\":1}{}\n", NULL,
			"in:1:8: json_syntax: wanted the end, found '{'" },
		{ RECORD_NDJSON, "\xef\xbb\xbf\"\xff\"\n", NULL,
			"in:1:2: json_utf8: not UTF-8: byte 0xff" },
		{ RECORD_JSON, "[\n  {\"a\":\n   tru}]", NULL,
			"in:3:7: json_syntax: wanted true, found '}'" },
		{ RECORD_JSON, "  {\"a\":01}", NULL,
			"in:1:9: json_syntax: a number must not begin with 0 and a digit" },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct stream s = { .text = str_c(cases[i].text), .portion = SIZE_MAX };
		struct record_options opt = { .format = cases[i].format, .name = "in" };
		struct record_reader *r = record_open(&opt, stream_read, &s);
		const struct json_scanner *scanned = NULL;
		struct json *tree = NULL;
		struct record rec;
		struct err e = ERR_INIT, again = ERR_INIT;

		ok(record_next(r, &rec, &e) == RECORD_OK, "a record, case %zu", i);
		bool got = record_tree(r, &rec, &tree, &e);
		buf_clear(&out);
		if (got)
			json_canonical(tree, &out);
		else
			buf_printf(&out, "%s:%ju:%ju: %s: %s", e.file, (uintmax_t)e.line,
				(uintmax_t)e.column, e.code, e.text);
		is_str(buf_cstr(&out), cases[i].tree != NULL ? cases[i].tree : cases[i].error,
			"its tree, case %zu", i);
		if (rec.format != RECORD_CSV)
			ok(record_scan(r, &rec, &scanned, &again) == got && again.line == e.line &&
					again.column == e.column && scanned != NULL,
				"its scan says the same, case %zu", i);
		json_free(tree);
		record_close(r);
	}
}

static void
test_place(void)
{
	static const struct {
		enum record_format format;
		bool has_offset;
		size_t offset;
		uint64_t line;
		uint64_t column;
	} cases[] = {
		{ RECORD_NDJSON, true, 0, 7, 3 },
		{ RECORD_NDJSON, true, 4, 7, 7 },
		{ RECORD_JSON, true, 6, 8, 1 },
		{ RECORD_JSON, true, 9, 9, 2 },
		{ RECORD_JSON, false, 0, 7, 3 },
		{ RECORD_CSV, true, 2, 7, 3 },
		{ RECORD_CSV, false, 0, 7, 0 },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct record rec = { .bytes = STR("{\"a\":\n1\n}"),
			.file = "f",
			.line = 7,
			.column = 3,
			.format = cases[i].format };
		struct err e = ERR_INIT;
		err_set(&e, ERR_INPUT, "x", "y");
		if (cases[i].has_offset)
			err_at(&e, cases[i].offset);
		record_place(&rec, &e);
		ok(e.line == cases[i].line && e.column == cases[i].column &&
				strcmp(e.file, "f") == 0,
			"place %zu: %ju:%ju", i, (uintmax_t)e.line, (uintmax_t)e.column);
		err_at(&e, 1);
		record_place(&rec, &e);
		ok(e.line == cases[i].line && e.column == cases[i].column, "place %zu stays", i);
	}
}

/* ---- the reader ---- */

static void
test_csv_names(void)
{
	static const struct csv_rename map[] = {
		{ { "When", 4 }, { "timestamp", 9 } },
		{ { "Tokens", 6 }, { "properties.tokens", 17 } },
	};
	static const struct csv_rename bad[] = { { { "Nowhen", 6 }, { "timestamp", 9 } } };
	struct stream s = { .text = STR("\xef\xbb\xbfWhen,\"id\",Tokens\r\n1,2,3\r\n"),
		.portion = 3 };
	struct record_options opt = { .format = RECORD_AUTO, .name = "in", .map = map, .nmap = 2 };
	struct record_reader *r = record_open(&opt, stream_read, &s);
	const struct str *fields;
	struct record rec;
	struct err e = ERR_INIT;
	size_t n = 9;

	ok(record_fields(r, &n) == NULL && n == 0 && record_header(r).p == NULL,
		"no names before the first record");
	is_int(record_format_of(r), RECORD_AUTO, "no format either");
	ok(record_next(r, &rec, &e) == RECORD_OK && rec.row.n == 3, "a row");
	fields = record_fields(r, &n);
	ok(n == 3 && str_is(fields[0], "timestamp") && str_is(fields[1], "id") &&
			str_is(fields[2], "properties.tokens"),
		"names after renaming");
	ok(str_is(record_header(r), "When,\"id\",Tokens"), "the header as it came");
	is_int(record_format_of(r), RECORD_CSV, "the format found");
	is_int(record_next(r, &rec, &e), RECORD_END, "the end");
	is_int(record_next(r, &rec, &e), RECORD_END, "the end again");
	record_close(r);

	s.at = 0;
	opt.map = bad;
	opt.nmap = 1;
	is_str(read_stream(&s, &opt), "!1:0 csv_map\n", "a map that names no column");

	s = (struct stream){ .text = STR("{}"), .portion = 9 };
	opt.nmap = 0;
	r = record_open(&opt, stream_read, &s);
	record_next(r, &rec, &e);
	ok(record_fields(r, &n) == NULL && n == 0, "JSON has no header");
	record_close(r);
}

/* Each format alike; what merely begins like a magic is read. */
static const struct sample packed[] = {
	{ "packed: gzip", T("\x1f\x8b\x08\0\n{}\n"), "!0:0 compressed_input\n" },
	{ "packed: zstd", T("\x28\xb5\x2f\xfd\n{}\n"), "!0:0 compressed_input\n" },
	{ "packed: xz",
		T("\xfd"
		  "7zXZ\0\n{}\n"),
		"!0:0 compressed_input\n" },
	{ "packed: bzip2", T("BZh91AY&SY\n{}\n"), "!0:0 compressed_input\n" },
};

static const struct sample nearly_packed[] = {
	{ "nearly packed: bzip2", T("BZh91AY,x\n1,2"), "1@2:1 <1,2>\n" },
	{ "nearly packed: the name of a column", T("BZ\n1"), "1@2:1 <1>\n" },
	{ "nearly packed: one letter", T("B"), "" },
};

static void
test_read_failure(void)
{
	static const struct {
		enum record_format format;
		const char *text;
		const char *records;
	} cases[] = {
		{ RECORD_AUTO, "{}\n{}\n", "1@1:1 <{}>\n!0:0 read_failed\n" },
		{ RECORD_NDJSON, "{}\n{}\n", "1@1:1 <{}>\n!0:0 read_failed\n" },
		{ RECORD_JSON, "{}\n{}\n", "1@1:1 <{}>\n!0:0 read_failed\n" },
		{ RECORD_CSV, "a\n1\n2\n", "1@2:1 <1>\n!0:0 read_failed\n" },
	};
	struct record_options opt = { .name = "in" };
	struct stream s;

	for (size_t i = 0; i < countof(cases); i++) {
		s = (struct stream){ .text = str_c(cases[i].text), .portion = 1, .fails_at = 4 };
		opt.format = cases[i].format;
		is_str(read_stream(&s, &opt), cases[i].records, "a read that fails, format %d",
			(int)cases[i].format);
		s = (struct stream){ .text = str_c(cases[i].text), .portion = 1, .fails_at = 1 };
		is_str(read_stream(&s, &opt), "!0:0 read_failed\n", "at once, format %d",
			(int)cases[i].format);
	}

	s = (struct stream){ .text = STR("{"), .portion = 1, .fails_at = 1 };
	struct record_reader *r = record_open(&opt, stream_read, &s);
	struct record rec;
	struct err e = ERR_INIT;
	ok(record_next(r, &rec, &e) == RECORD_FAILED && e.kind == ERR_FATAL &&
			strcmp(e.file, "in") == 0 &&
			strcmp(e.text, "cannot read: Input/output error") == 0,
		"what failed: %s", e.text);
	record_close(r);
	record_close(NULL);
}

static void
test_end_is_asked_once(void)
{
	static const enum record_format formats[] = { RECORD_AUTO, RECORD_NDJSON, RECORD_JSON,
		RECORD_CSV };
	static const char *const texts[] = { "", "a", "{}", "[1", "a,b\n1,2" };

	for (size_t f = 0; f < countof(formats); f++)
		for (size_t t = 0; t < countof(texts); t++) {
			struct stream s = { .text = str_c(texts[t]), .portion = 1 };
			struct record_options opt = { .format = formats[f] };
			read_stream(&s, &opt);
			ok(s.calls_past_end <= 1, "the end is asked for once: format %d, text %zu",
				(int)formats[f], t);
		}
}

int
main(void)
{
	check(ndjson, countof(ndjson), RECORD_NDJSON, 0);
	check(ndjson_long, countof(ndjson_long), RECORD_NDJSON, 8);
	check(json, countof(json), RECORD_JSON, 0);
	check(json_long, countof(json_long), RECORD_JSON, 8);
	check(csv, countof(csv), RECORD_CSV, 0);
	check(csv_long, countof(csv_long), RECORD_CSV, 8);
	check(guessed, countof(guessed), RECORD_AUTO, 0);
	check(guessed_long, countof(guessed_long), RECORD_AUTO, 8);
	check(packed, countof(packed), RECORD_AUTO, 0);
	check(packed, countof(packed), RECORD_NDJSON, 0);
	check(packed, countof(packed), RECORD_JSON, 0);
	check(packed, countof(packed), RECORD_CSV, 0);
	check(nearly_packed, countof(nearly_packed), RECORD_AUTO, 0);
	test_large();
	test_many();
	test_trees();
	test_place();
	test_csv_names();
	test_read_failure();
	test_end_is_asked_once();
	buf_release(&out);
	return done();
}
