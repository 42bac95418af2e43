#include "codec/json_split.h"

#include <string.h>

#include "base/banned.h"

void
json_split_init(struct json_split *s)
{
	*s = (struct json_split){ .state = SPLIT_TOP };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
ends_word(char c)
{
	return is_blank(c) || (c != '\0' && strchr(",:[]{}\"", c) != NULL);
}

static enum split_event
fault(struct json_split *s, const char *text)
{
	s->fault = text;
	return SPLIT_FAULT;
}

static void
open_bracket(struct json_split *s, bool object)
{
	if (s->depth < 64) {
		uint64_t bit = UINT64_C(1) << s->depth;
		s->objects = object ? s->objects | bit : s->objects & ~bit;
	}
	s->depth++;
	s->state = SPLIT_INSIDE;
}

/* Behind a value. */
static enum split_event
end_value(struct json_split *s)
{
	s->state = s->in_array ? SPLIT_COMMA : SPLIT_TOP;
	return SPLIT_END;
}

/* Between values, at a byte that is not blank. */
static enum split_event
between(struct json_split *s, char c)
{
	if (s->state == SPLIT_COMMA && c != ',' && c != ']')
		return fault(s, "wanted ',' or ']' behind an item of an array");
	if (s->state == SPLIT_COMMA && c == ',') {
		s->state = SPLIT_ITEM;
	} else if (c == ']' && (s->state == SPLIT_COMMA || s->state == SPLIT_FIRST)) {
		s->state = SPLIT_TOP;
		s->in_array = false;
	} else if (c == '[' && s->state == SPLIT_TOP) {
		s->state = SPLIT_FIRST;
		s->in_array = true;
	} else if (c == ',' || c == ':' || c == ']' || c == '}') {
		return fault(s, "wanted a value");
	} else {
		s->depth = 0;
		if (c == '{' || c == '[')
			open_bracket(s, c == '{');
		else
			s->state = c == '"' ? SPLIT_STRING : SPLIT_WORD;
		return SPLIT_BEGIN;
	}
	return SPLIT_MORE;
}

static enum split_event
in_string(struct json_split *s, char c)
{
	if (c == '\n')
		return fault(s, "a line ends inside a string");
	if (s->state == SPLIT_ESCAPE) {
		s->state = SPLIT_STRING;
	} else if (c == '\\') {
		s->state = SPLIT_ESCAPE;
	} else if (c == '"') {
		if (s->depth == 0)
			return end_value(s);
		s->state = SPLIT_INSIDE;
	}
	return SPLIT_MORE;
}

static enum split_event
in_brackets(struct json_split *s, char c)
{
	switch (c) {
	case '"':
		s->state = SPLIT_STRING;
		break;
	case '{':
	case '[':
		open_bracket(s, c == '{');
		break;
	case '}':
	case ']':
		if (s->depth <= 64 && (s->objects >> (s->depth - 1) & 1) != (c == '}'))
			return fault(s, c == '}' ? "'}' closes a '['" : "']' closes a '{'");
		if (--s->depth == 0)
			return end_value(s);
		break;
	}
	return SPLIT_MORE;
}

/* Past the bytes that change nothing in a string, or in brackets outside strings. */
static size_t
skip_dull(const struct json_split *s, const char *p, size_t i, size_t n)
{
	enum { STRING = 1, INSIDE = 2 };
	static const unsigned char stops[256] = {
		['"'] = STRING | INSIDE,
		['\\'] = STRING,
		['\n'] = STRING,
		['{'] = INSIDE,
		['}'] = INSIDE,
		['['] = INSIDE,
		[']'] = INSIDE,
	};
	unsigned stop = s->state == SPLIT_STRING ? STRING : s->state == SPLIT_INSIDE ? INSIDE : 0;

	if (stop != 0)
		while (i < n && !(stops[(unsigned char)p[i]] & stop))
			i++;
	return i;
}

enum split_event
json_split_next(struct json_split *s, const char *p, size_t n, size_t *used)
{
	enum split_event event = SPLIT_MORE;
	size_t i = 0;

	while (event == SPLIT_MORE && (i = skip_dull(s, p, i, n)) < n) {
		char c = p[i++];
		switch (s->state) {
		case SPLIT_TOP:
		case SPLIT_FIRST:
		case SPLIT_ITEM:
		case SPLIT_COMMA:
			if (!is_blank(c))
				event = between(s, c);
			break;
		case SPLIT_WORD:
			if (ends_word(c)) {
				i--; /* it belongs to what comes */
				event = end_value(s);
			}
			break;
		case SPLIT_STRING:
		case SPLIT_ESCAPE:
			event = in_string(s, c);
			break;
		case SPLIT_INSIDE:
			event = in_brackets(s, c);
			break;
		}
	}
	*used = i;
	return event;
}

enum split_event
json_split_over(struct json_split *s)
{
	switch (s->state) {
	case SPLIT_TOP:
		return SPLIT_MORE;
	case SPLIT_WORD:
		return end_value(s);
	case SPLIT_FIRST:
	case SPLIT_ITEM:
	case SPLIT_COMMA:
		return fault(s, "the input ends inside an array");
	case SPLIT_STRING:
	case SPLIT_ESCAPE:
	case SPLIT_INSIDE:
		break;
	}
	return fault(s, "the input ends inside a value");
}
