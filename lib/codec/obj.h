/*
 * obj - read the fields of one JSON object, strictly.
 *
 * Shape      open an object, take each field once by name, close it: fields
 *            nobody took are refused by name. null counts as absent. Objects
 *            nest; a failure names the whole path ("tiers[2].size").
 * Units      decimals are exact (rat), instants nanoseconds UTC.
 * Range      up to OBJ_FIELDS different names are asked of one object.
 * Errors     sticky: the first failure lands in the err, with path, value and
 *            byte offset; after it every call does nothing and gives the empty
 *            value. obj_close (and obj_ok) report.
 *            Codes: missing_field, unknown_field, unsupported_field,
 *            number_too_long, not_an_object (of the root), and NOUN.FIELD for a
 *            value that does not fit; FIELD is the path without indexes.
 * Ownership  texts are copied into the arena given at obj_open, so that
 *            structs outlive the tree. A code NOUN.FIELD lies there too.
 * Example    obj_open(&o, j, "rate", csv, run, e);
 *            r.price = obj_rat(&o, "price", OBJ_REQUIRED, NULL);
 *            return obj_close(&o);
 *
 * Scalars of CSV records are all text; where such a tree is read, the words
 * true and false stand for booleans, and a cell that holds the JSON text of an
 * array or object stands for that, inside which the rules of JSON hold.
 */
#ifndef CODEC_OBJ_H
#define CODEC_OBJ_H

#include "base/err.h"
#include "base/id.h"
#include "base/rat.h"
#include "codec/json.h"

#define OBJ_FIELDS 64

struct units; /* of the domain, see domain/unit.h */

enum obj_need { OBJ_OPTIONAL = 0, OBJ_REQUIRED = 1 };

struct obj {
	const struct json *json;
	const char *noun;         /* first part of field codes: "rate" */
	const struct obj *parent; /* for paths */
	struct str key;           /* in the parent */
	long index;               /* in the parent's array, -1: none */
	struct arena *arena;
	struct err *e;
	bool csv;                      /* scalars are text */
	const struct units *units;     /* the custom units that fields may name; NULL: none */
	bool stored;                   /* terms that the store gives back, not a body */
	const char *taken[OBJ_FIELDS]; /* names asked for, to find the unknown and to suggest */
	size_t ntaken;
	const struct json *at; /* obj_item: the item given last, to go on from */
	const struct json *at_array;
	size_t at_index;
};

/*
 * Open a tree's root. Not an object: refused. The noun and all names asked for are literals.
 * Who reads amounts sets units next, who reads what is stored, stored; nested objects have
 * those of the one they stand in.
 */
bool obj_open(struct obj *o, const struct json *j, const char *noun, bool csv, struct arena *a,
	struct err *e);

bool obj_ok(const struct obj *o);
bool obj_close(struct obj *o); /* refuses unknown fields; true when nothing failed */

bool obj_has(struct obj *o, const char *name);   /* there and not null; does not take it */
bool obj_given(struct obj *o, const char *name); /* there, null too; takes it */

/* Texts: lengths in code points, min..max. Absent: the empty slice (p == NULL). */
struct str obj_text(struct obj *o, const char *name, enum obj_need need, size_t min, size_t max);
/* A UUID, lower-cased. */
struct str obj_id(struct obj *o, const char *name, enum obj_need need);
bool obj_bool(struct obj *o, const char *name, enum obj_need need, bool absent);
/* Absent: INSTANT_NONE. A bare date is midnight UTC. */
int64_t obj_instant(struct obj *o, const char *name, enum obj_need need);
/* The same, and it must lie on an hour. */
int64_t obj_hour(struct obj *o, const char *name, enum obj_need need);
/* A decimal, number or string, "n/d" too. *has (may be NULL) says whether it was there. */
struct rat obj_rat(struct obj *o, const char *name, enum obj_need need, bool *has);
int64_t obj_int(struct obj *o, const char *name, enum obj_need need, int64_t min, int64_t max,
	int64_t absent);
/* Index of the word in words (given in upper case; accepted in either case), absent when absent. */
int obj_enum(struct obj *o, const char *name, enum obj_need need, const char *const *words,
	size_t n, int absent);
/* Array of texts; *n elements. With distinct, a repeat is refused. Absent: NULL, *n = 0. */
struct str *obj_texts(struct obj *o, const char *name, enum obj_need need, size_t min_items,
	bool distinct, size_t *n);

/* A nested object: true when it is there and could be opened. Close it with obj_close. */
bool obj_object(struct obj *o, const char *name, enum obj_need need, struct obj *child);
/* The number of items of an array; absent: 0. */
size_t obj_array(struct obj *o, const char *name, enum obj_need need, size_t min_items);
/* The i-th item of the array field as an object. */
bool obj_item(struct obj *o, const char *name, size_t i, struct obj *child);
/*
 * The raw value of a field, taken; NULL: absent. For shapes the calls above do
 * not know. In CSV the text of a cell, or the array or object whose JSON it is.
 */
const struct json *obj_value(struct obj *o, const char *name, enum obj_need need);

/*
 * An object of texts (custom_fields, pricing_group_values): sorted by key, at
 * most max_value code points each; null is absent.
 */
struct pair {
	struct str key;
	struct str value;
};
struct pair *obj_pairs(struct obj *o, const char *name, enum obj_need need, size_t max_value,
	size_t *n);

/* A documented field without effect here: its canonical JSON, NULL slice when absent. */
struct str obj_keep(struct obj *o, const char *name);
/*
 * Documented terms that are not supported yet: refused with unsupported_field; an empty
 * array says nothing.
 */
void obj_unsupported(struct obj *o, const char *const *names, size_t n);

/* Refuse a field's value; false. The code is NOUN.FIELD. name NULL: the object itself. */
bool obj_refuse(struct obj *o, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The code of that, of the object itself. */
const char *obj_code(const struct obj *o);
/* Refuse with a code of its own. */
bool obj_refuse_as(struct obj *o, const char *name, const char *code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
