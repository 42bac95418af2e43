#include "tests/unit/body.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/tap.h"

struct str
body_text(struct arena *a, const char *body)
{
	struct str text = str_dup(a, str_c(body));
	char *p = arena_alloc(a, text.n + 1);

	for (size_t i = 0; i < text.n; i++)
		p[i] = text.p[i] == '\'' ? '"' : text.p[i];
	return (struct str){ p, text.n };
}

struct json *
body_tree(struct arena *a, const char *body)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct json *j = NULL;

	json_scanner_init(&scanner);
	if (!json_parse(&scanner, body_text(a, body), &j, &fault)) {
		note("the test itself is wrong: %s: %s at %zu", body, fault.text, fault.offset);
		exit(1);
	}
	json_scanner_release(&scanner);
	return j;
}

bool
body_taken(const char *body, body_reader read, struct arena *a)
{
	struct err e = ERR_INIT;
	struct json *j = body_tree(a, body);
	bool taken = read(j, false, a, &e);

	json_free(j);
	if (!taken)
		note("%s: %s [%s]", e.field, e.text, e.code);
	return taken;
}

static void
check(const struct refusal *r, body_reader read)
{
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct json *j = body_tree(&a, r->body);
	const char *at = strstr(r->body, r->at);

	ok(!read(j, false, &a, &e), "refused: %s", r->body);
	json_free(j);
	is_int(e.kind, ERR_INPUT, "  kind");
	is_str(e.code, r->code, "  code");
	is_str(e.field, r->field, "  field");
	is_int(e.has_offset ? (int64_t)e.offset : -1, at ? at - r->body : -2, "  offset");
	ok(strstr(e.text, r->text) != NULL, "  \"%s\" says \"%s\"", e.text, r->text);
	arena_release(&a);
}

void
body_refused(const struct refusal *cases, size_t n, body_reader read)
{
	for (size_t i = 0; i < n; i++)
		check(&cases[i], read);
}

const char *
body_written(struct arena *a, void (*write)(struct jsonw *w, const void *object),
	const void *object)
{
	struct buf b = BUF_INIT;
	struct jsonw w;
	struct str text;

	jsonw_init(&w, &b);
	write(&w, object);
	jsonw_release(&w);
	text = str_dup(a, buf_str(&b));
	buf_release(&b);
	return text.p;
}
