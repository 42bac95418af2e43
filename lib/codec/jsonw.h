/*
 * jsonw - write JSON, compact, in the order of the calls.
 *
 * Shape      one object or value into a buf; commas and colons are placed here.
 *            Decimals and instants are strings. A rat that does not end within
 *            20 places is followed by a second member, KEY_exact.
 * Ownership  the buf is the caller's.
 * Errors     misuse (unbalanced, key outside an object) asserts.
 * Source     mtr-json(5), Conventions.
 * Example    jsonw_object(w); jsonw_key(w, "total"); jsonw_rat(w, t); jsonw_end(w);
 */
#ifndef CODEC_JSONW_H
#define CODEC_JSONW_H

#include "base/instant.h"
#include "base/rat.h"
#include "base/str.h"

#define JSONW_MAX_DEPTH 64

struct jsonw {
	struct buf *out;
	struct arena scratch; /* texts of numbers */
	unsigned depth;
	char closers[JSONW_MAX_DEPTH];
	bool comma;     /* something stands before in this container */
	bool keyed;     /* a key waits for its value */
	struct str key; /* the key just written; borrowed until its value */
};

void jsonw_init(struct jsonw *w, struct buf *out);
void jsonw_release(struct jsonw *w); /* asserts that all is closed */

void jsonw_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_end(struct jsonw *w); /* the innermost object or array */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_key_str(struct jsonw *w, struct str key);

void jsonw_str(struct jsonw *w, struct str s);
void jsonw_c(struct jsonw *w, const char *cstr);
void jsonw_bool(struct jsonw *w, bool b);
void jsonw_null(struct jsonw *w);
void jsonw_int(struct jsonw *w, int64_t v);    /* a JSON number: counts only */
void jsonw_rat(struct jsonw *w, struct rat r); /* "..." and KEY_exact where needed; needs a key */
void jsonw_instant(struct jsonw *w, int64_t t_ns);
void jsonw_raw(struct jsonw *w, struct str json); /* JSON text, trusted */

/* One member each; those with _opt write nothing for p == NULL or INSTANT_NONE. */
void jsonw_member_str(struct jsonw *w, const char *key, struct str s);
void jsonw_member_c(struct jsonw *w, const char *key, const char *cstr);
void jsonw_member_bool(struct jsonw *w, const char *key, bool b);
void jsonw_member_int(struct jsonw *w, const char *key, int64_t v);
void jsonw_member_rat(struct jsonw *w, const char *key, struct rat r);
void jsonw_member_instant(struct jsonw *w, const char *key, int64_t t_ns);
void jsonw_member_raw(struct jsonw *w, const char *key, struct str json);
void jsonw_member_str_opt(struct jsonw *w, const char *key, struct str s);
void jsonw_member_instant_opt(struct jsonw *w, const char *key, int64_t t_ns);

/* s as a JSON string with its quotes. */
void json_quote(struct buf *out, struct str s);

#endif
