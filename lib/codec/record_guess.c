#include "codec/record_guess.h"

#include <string.h>

#include "codec/json_split.h"

#include "base/banned.h"

static size_t
blank_prefix(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (p[i] == ' ' || p[i] == '\t' || p[i] == '\n' || p[i] == '\r'))
		i++;
	return i;
}

/* The first line begins with a brace; last: no other line is known to follow. */
static enum record_format
guess_object(const char *p, size_t n, bool last)
{
	struct json_split split;
	size_t used, rest;

	json_split_init(&split);
	json_split_next(&split, p, n, &used);
	switch (json_split_next(&split, p + used, n - used, &rest)) {
	case SPLIT_END:
		used += rest;
		return used + blank_prefix(p + used, n - used) == n ? RECORD_NDJSON : RECORD_JSON;
	case SPLIT_MORE:
		/* no string goes on in the next line */
		return last || split.state != SPLIT_INSIDE ? RECORD_NDJSON : RECORD_JSON;
	case SPLIT_BEGIN:
	case SPLIT_FAULT:
		break;
	}
	return RECORD_NDJSON;
}

static bool
may_be_header(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] == ',' || ascii_is_alpha(p[i]) || (unsigned char)p[i] >= 0x80)
			return true;
	return false;
}

bool
record_guess(const char *p, size_t n, bool all, enum record_format *out)
{
	size_t blank = blank_prefix(p, n);
	const char *lf = blank == n ? NULL : memchr(p + blank, '\n', n - blank);

	p += blank;
	n -= blank;
	if (n > 0 && *p == '[') {
		*out = RECORD_JSON;
		return true;
	}
	if (lf == NULL && !all)
		return false;
	if (lf != NULL)
		n = (size_t)(lf - p);
	if (n == 0)
		*out = RECORD_NDJSON;
	else if (*p == '{')
		*out = guess_object(p, n, lf == NULL);
	else
		*out = may_be_header(p, n) ? RECORD_CSV : RECORD_AUTO;
	return true;
}

bool
record_packed(const char *p, size_t n, bool all, const struct record_packing **out)
{
	static const struct record_packing packings[] = {
		{ "gzip", "zcat", { "\037\213", 2 } },
		{ "zstd", "zstdcat", { "(\265/\375", 4 } },
		{ "xz", "xzcat", { "\3757zXZ", 5 } },
		{ "bzip2", "bzcat", { "BZh91AY&SY", 10 } },
	};

	*out = NULL;
	for (size_t i = 0; i < countof(packings); i++) {
		struct str magic = packings[i].magic;
		bool whole = n >= magic.n;

		if (memcmp(p, magic.p, whole ? magic.n : n) != 0)
			continue;
		if (whole)
			*out = &packings[i];
		return whole || all;
	}
	return true;
}
