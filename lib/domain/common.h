/*
 * common - what several nouns carry: pairs of texts, kept fields.
 *
 * Shape      pairs are sorted by key as bytes, keys distinct. A value with
 *            p == NULL is null (a group value that the events lack).
 *            kept holds documented fields without effect here, as canonical
 *            JSON, given back as they came.
 * Errors     obj_* are sticky, as in codec/obj.h. Beside its codes:
 *            immutable_field, for a field that no change may name.
 * Source     mtr-json(5).
 */
#ifndef DOMAIN_COMMON_H
#define DOMAIN_COMMON_H

#include "codec/jsonw.h"
#include "codec/obj.h"

#define NAME_MAX_POINTS 160
#define CUSTOM_FIELD_MAX_POINTS 200

struct pairs {
	struct pair *p;
	size_t n;
};

struct texts {
	struct str *p;
	size_t n;
};

int pairs_cmp(const struct pairs *a,
	const struct pairs *b); /* as texts, in key order; null first */
bool pairs_eq(const struct pairs *a, const struct pairs *b);
struct str pairs_get(const struct pairs *a, struct str key); /* p == NULL: absent or null */
/* Both, the value of changes where both have a key. */
struct pairs pairs_merge(struct arena *a, const struct pairs *old, const struct pairs *changes);
/* With one more, where it is not among them. */
struct texts texts_with(struct arena *a, const struct texts *t, struct str s);
bool texts_has(const struct texts *t, struct str s);
bool texts_has_all(const struct texts *t, const struct texts *wanted);
bool texts_has_any(const struct texts *t, const struct texts *wanted);
/* All pairs that are wanted, and perhaps others. */
bool pairs_has_all(const struct pairs *p, const struct pairs *wanted);
/* A value for each key, and no others. */
bool pairs_has_keys(const struct pairs *p, const struct texts *keys);
bool texts_eq(const struct texts *a, const struct texts *b); /* in the same order */
struct str texts_join(const struct texts *t, const char *between, struct arena *a);

/* Nothing is written for none. */
void jsonw_pairs_opt(struct jsonw *w, const char *key, const struct pairs *p);
void jsonw_texts_opt(struct jsonw *w, const char *key, const struct texts *t);
void jsonw_texts(struct jsonw *w, const char *key, const struct texts *t); /* [] for none */
/*
 * Terms are written in two forms: to be stored and read back, decimals as
 * "33.3" or "100/3"; to be printed, as jsonw_member_rat writes them.
 */
enum terms_form { TERMS_STORED, TERMS_PRINTED };
void jsonw_member_decimal(struct jsonw *w, const char *key, struct rat r, enum terms_form form);

struct texts obj_texts_field(struct obj *o, const char *name, enum obj_need need, size_t min_items,
	bool distinct);
struct pairs obj_custom_fields(struct obj *o);
/* Arrays and objects of scalars, each by its text: 3 and "3" are one value. null is refused. */
struct texts obj_scalars(struct obj *o, const char *name, size_t min_items);
struct pairs obj_scalar_pairs(struct obj *o, const char *name);

/* A fraction 0..1: "0.05", or "5 %". */
struct rat obj_fraction(struct obj *o, const char *name, enum obj_need need);
/* A factor >= 0: "0.8", or "80 %"; it may exceed 1. */
struct rat obj_factor(struct obj *o, const char *name, enum obj_need need);

struct kept {
	struct pairs fields; /* name -> canonical JSON */
};

/* Take each of names that is there. */
struct kept obj_kept(struct obj *o, const char *const *names, size_t n);
void jsonw_kept(struct jsonw *w, const struct kept *k);

/* "name" 1..160 code points. */
struct str obj_name(struct obj *o, enum obj_need need);
/* A reference under one of two names ("product_id", "product"), not both; an id lower-cased. */
struct str obj_reference(struct obj *o, const char *with_id, const char *without,
	enum obj_need need);
/* The object that a change is for: the same, and "id" as a third name. */
struct str obj_subject(struct obj *o, const char *with_id, const char *without);
/* An array of references, no text twice; ids lower-cased. */
struct texts obj_references(struct obj *o, const char *name, enum obj_need need, size_t min_items);

/* obj_enum, where words of the second list are documented but unsupported_field. */
int obj_word(struct obj *o, const char *name, enum obj_need need, const char *const *words,
	size_t n, const char *const *unsupported, size_t nunsupported);
/* Fields that exist, but that no change may name: immutable_field. */
void obj_immutable(struct obj *o, const char *const *names, size_t n);
/* ending_before, where there is one, must lie after starting_at. */
void obj_interval(struct obj *o, int64_t starting_at_ns, int64_t ending_before_ns);
/* The first item of an array field, for json_next; NULL: none. */
const struct json *obj_first_item(struct obj *o, const char *name);
/* Refuse item i of an array field, under its own path and offset; text says why. */
bool obj_refuse_item(struct obj *o, const char *name, size_t i, const struct json *item,
	const char *text);

#endif
