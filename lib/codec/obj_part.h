/*
 * obj_part - what the typed reads of obj share. Inside codec only.
 */
#ifndef CODEC_OBJ_PART_H
#define CODEC_OBJ_PART_H

#include "codec/obj.h"

/* The value of a field as it stands, taken. NULL: absent, a failure when it is required. */
const struct json *obj_take(struct obj *o, const char *name, enum obj_need need);

/*
 * An array or object that a CSV cell holds as JSON text: that value, and true
 * in *nested. Anything else: v itself.
 */
const struct json *obj_unfold(const struct obj *o, const struct json *v, bool *nested);

/* What is refused. */
struct obj_spot {
	const char *name; /* a field of the object; NULL: the object itself */
	long item;        /* of an array, -1: none */
	struct str key;   /* a member of the field whose name the caller chose; p NULL: none */
	const struct json *value; /* NULL: none */
};

/* code NULL: NOUN.FIELD. False. */
bool obj_refuse_spot(struct obj *o, const struct obj_spot *spot, const char *code, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

/* For its type: wanted "a string" gives "wanted a string, found a number". False. */
bool obj_refuse_type(struct obj *o, const struct obj_spot *spot, const char *wanted);

#endif
