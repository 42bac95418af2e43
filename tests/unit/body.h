/*
 * body - request bodies as C texts, for tests of what reads and writes them.
 *
 * Shape      single quotes stand for double ones, so that a body can be read.
 * Ownership  everything lives in the arena given.
 * Order      body_refused makes six checks a case.
 * Example    { "{'name':''}", "customer.name", "name", "''", "wanted 1 to 160" }
 */
#ifndef TESTS_UNIT_BODY_H
#define TESTS_UNIT_BODY_H

#include "base/err.h"
#include "codec/json.h"
#include "codec/jsonw.h"

struct refusal {
	const char *body;
	const char *code;
	const char *field;
	const char *at;   /* where the fault lies: the offset of its first occurrence in body */
	const char *text; /* part of the message */
};

/* What a noun's reader is for these tests: true when the body was taken. */
typedef bool (*body_reader)(const struct json *j, bool csv, struct arena *a, struct err *e);

/* The body with double quotes. */
struct str body_text(struct arena *a, const char *body);

/* Its tree; a body that is no JSON ends the program. */
struct json *body_tree(struct arena *a, const char *body);

/* True when it was taken; a refusal is shown. */
bool body_taken(const char *body, body_reader read, struct arena *a);

void body_refused(const struct refusal *cases, size_t n, body_reader read);

/* What write puts out, as a C text. */
const char *body_written(struct arena *a, void (*write)(struct jsonw *w, const void *object),
	const void *object);

#endif
