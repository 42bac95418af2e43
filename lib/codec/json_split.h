/*
 * json_split - where the values of a JSON stream begin and end.
 *
 * Shape      a state machine over bytes, in any portions: values behind each
 *            other, and the items of top-level arrays. It follows strings and
 *            brackets alone; what is inside a value is for json_scan to judge.
 * Range      any length and depth in fixed memory. Brackets are told apart to
 *            64 levels, which is as deep as json_scan goes.
 * Errors     SPLIT_FAULT where values can no longer be told apart: no comma
 *            between items, a bracket of the other kind, a line end inside a
 *            string, the end inside a value or an array. It is final.
 * Order      pure; the events do not depend on how the bytes are portioned.
 * Example    [{"a":1}, 2] gives BEGIN after 2 bytes, END after 8, BEGIN after 11, END after 11.
 */
#ifndef CODEC_JSON_SPLIT_H
#define CODEC_JSON_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum split_event {
	SPLIT_MORE,  /* all bytes are used */
	SPLIT_BEGIN, /* the last byte used is the first of a value */
	SPLIT_END,   /* a value ends with the bytes used */
	SPLIT_FAULT  /* the last byte used cannot stand where it stands */
};

enum split_state {
	SPLIT_TOP,    /* a value or '[' may come */
	SPLIT_FIRST,  /* an item or ']' */
	SPLIT_ITEM,   /* an item */
	SPLIT_COMMA,  /* ',' or ']' */
	SPLIT_WORD,   /* in a number, true, or what else needs no bracket */
	SPLIT_STRING, /* in a string */
	SPLIT_ESCAPE, /* in one, behind a backslash */
	SPLIT_INSIDE  /* in brackets */
};

struct json_split {
	enum split_state state;
	bool in_array;     /* in a top-level array */
	uint64_t depth;    /* brackets open in the value */
	uint64_t objects;  /* a bit for each of the first 64: it is a brace */
	const char *fault; /* what is wrong, after SPLIT_FAULT */
};

void json_split_init(struct json_split *s);

/* Go on over p[0..n) to the next event; *used bytes are not to be given again. */
enum split_event json_split_next(struct json_split *s, const char *p, size_t n, size_t *used);

/* The input is over: SPLIT_END closes a value, SPLIT_MORE: none was open, SPLIT_FAULT. */
enum split_event json_split_over(struct json_split *s);

#endif
