/*
 * golden - run the engine over golden cases.
 *
 *	golden [--bless] DIR
 *
 * DIR holds a directory for each topic; a case is NAME.json beside NAME.out
 * (what must come out) or NAME.err (how it must be refused), never both. A case
 * without either, an expectation without its case and any other file fail.
 * --bless writes the expectations instead; git diff is the review. TAP.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "codec/jsonw.h"
#include "tests/golden/document.h"
#include "tests/unit/tap.h"

#include "base/banned.h"

/* ---- files ---- */

/* The names in a directory, sorted, dot files left out; NULL with *n = 0 when it is none. */
static struct str *
entries(const char *path, struct arena *a, size_t *n)
{
	struct str *list = NULL;
	size_t cap = 0;
	DIR *dir = opendir(path);
	struct dirent *entry;

	*n = 0;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		list = arena_grow(a, list, &cap, *n + 1, sizeof(list[0]));
		list[(*n)++] = str_dup(a, str_c(entry->d_name));
	}
	if (dir != NULL)
		closedir(dir);
	if (*n > 1)
		qsort(list, *n, sizeof(list[0]), str_cmp_qsort);
	return list;
}

static bool
read_file(const char *path, struct buf *out)
{
	char block[16384];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(out, block, n);

	bool whole = !ferror(f);
	fclose(f);
	return whole;
}

static bool
write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL)
		return false;

	bool written = fwrite(text.p, 1, text.n, f) == text.n;
	return fclose(f) == 0 && written;
}

/* ---- cases ---- */

/* A refusal as one JSON line. */
static void
write_refusal(const struct err *e, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_c(&w, "code", e->code);
	jsonw_member_c(&w, "field", e->field);
	if (e->has_value)
		jsonw_member_c(&w, "value", e->value);
	jsonw_member_c(&w, "message", e->text);
	jsonw_end(&w);
	jsonw_release(&w);
	buf_add_char(out, '\n');
}

/* What the document gives, as it stands in NAME.out (true) or NAME.err. */
static bool
evaluate(struct str document, struct arena *a, struct buf *out)
{
	struct err e = ERR_INIT;

	if (document_evaluate(document, a, out, &e))
		return true;
	buf_clear(out);
	write_refusal(&e, out);
	return false;
}

static void
bless(const char *stem, bool accepted, struct str got, struct arena *a)
{
	const char *ending = accepted ? "out" : "err";

	unlink(str_printf(a, "%s.%s", stem, accepted ? "err" : "out").p);
	ok(write_file(str_printf(a, "%s.%s", stem, ending).p, got), "%s.%s written", stem, ending);
}

static void
compare(const char *stem, bool accepted, struct buf *got, struct arena *a)
{
	const char *ending = accepted ? "out" : "err";
	const char *other = str_printf(a, "%s.%s", stem, accepted ? "err" : "out").p;
	struct buf want = BUF_INIT;

	if (access(other, F_OK) == 0)
		ok(false, "%s: %s, but %s is there; got %s", stem,
			accepted ? "accepted" : "refused", other, buf_cstr(got));
	else if (!read_file(str_printf(a, "%s.%s", stem, ending).p, &want))
		ok(false, "%s.%s cannot be read; got %s", stem, ending, buf_cstr(got));
	else
		is_str(buf_cstr(got), buf_cstr(&want), "%s.%s", stem, ending);
	buf_release(&want);
}

static void
run_case(const char *stem, bool blessing, struct arena *a)
{
	struct buf document = BUF_INIT, got = BUF_INIT;

	if (!read_file(str_printf(a, "%s.json", stem).p, &document)) {
		ok(false, "%s.json cannot be read", stem);
	} else {
		bool accepted = evaluate(buf_str(&document), a, &got);
		if (blessing)
			bless(stem, accepted, buf_str(&got), a);
		else
			compare(stem, accepted, &got, a);
	}
	buf_release(&document);
	buf_release(&got);
	arena_clear(a);
}

/* ---- topics ---- */

static bool
ends_in(struct str s, const char *ending)
{
	size_t n = strlen(ending);

	return s.n > n && memcmp(s.p + s.n - n, ending, n) == 0;
}

static void
run_topic(const char *path, bool blessing)
{
	struct arena names = ARENA_INIT, a = ARENA_INIT;
	size_t n;
	struct str *list = entries(path, &names, &n);

	ok(n > 0, "%s holds cases", path);
	for (size_t i = 0; i < n; i++) {
		struct str stem = str_printf(&names, "%s/%.*s", path, (int)list[i].n - 5,
			list[i].p);
		if (ends_in(list[i], ".json"))
			run_case(stem.p, blessing, &a);
		else if (!ends_in(list[i], ".out") && !ends_in(list[i], ".err"))
			ok(false, "%s/%s: neither a case nor an expectation", path, list[i].p);
		else if (access(str_printf(&names, "%s/%.*s.json", path, (int)list[i].n - 4,
					list[i].p)
					 .p,
				 F_OK) != 0)
			ok(false, "%s/%s has no case", path, list[i].p);
	}
	arena_release(&a);
	arena_release(&names);
}

int
main(int argc, char *argv[])
{
	struct arena names = ARENA_INIT;
	bool blessing = argc == 3 && strcmp(argv[1], "--bless") == 0;
	size_t n;

	if (argc != 2 + blessing) {
		fputs("usage: golden [--bless] DIR\n", stderr);
		return 2;
	}

	const char *root = argv[argc - 1];
	struct str *list = entries(root, &names, &n);
	for (size_t i = 0; i < n; i++)
		if (!ends_in(list[i], ".c") && !ends_in(list[i], ".h"))
			run_topic(str_printf(&names, "%s/%s", root, list[i].p).p, blessing);
	arena_release(&names);
	return done();
}
