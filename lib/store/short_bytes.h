/*
 * short_bytes - copying and comparing few bytes without a call (inside store).
 *
 * Shape      for texts that are mostly 4 to 16 bytes long, where finding out how
 *            to copy costs more than copying. Never reads or writes past n.
 */
#ifndef STORE_SHORT_BYTES_H
#define STORE_SHORT_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t
short_load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t
short_load4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The last bytes are taken once more where n is no power of two. */
static inline bool
short_eq(const char *a, const char *b, size_t n)
{
	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n >= 8)
		return short_load8(a) == short_load8(b) &&
			short_load8(a + n - 8) == short_load8(b + n - 8);
	if (n >= 4)
		return short_load4(a) == short_load4(b) &&
			short_load4(a + n - 4) == short_load4(b + n - 4);
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static inline char *
short_copy(char *to, const char *from, size_t n)
{
	if (n > 16) {
		memcpy(to, from, n);
	} else if (n >= 8) {
		uint64_t first = short_load8(from), last = short_load8(from + n - 8);

		memcpy(to, &first, sizeof(first));
		memcpy(to + n - 8, &last, sizeof(last));
	} else if (n >= 4) {
		uint32_t first = short_load4(from), last = short_load4(from + n - 4);

		memcpy(to, &first, sizeof(first));
		memcpy(to + n - 4, &last, sizeof(last));
	} else {
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	}
	return to + n;
}

#endif
