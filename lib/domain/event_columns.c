#include "domain/event_columns.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "base/banned.h"

#define DIGITS_MAX 18 /* below 10^18 a mantissa can be added to a few others in 64 bits */

/* A byte in each of eight. */
#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* 1 to 8 characters, the last one in the highest byte, zeros before the first. */
static uint64_t
load_last(const char *p, size_t n)
{
	unsigned before = 8 * (unsigned)(8 - n);
	uint32_t first, last;

	if (n < 4)
		return (uint64_t)(unsigned char)p[0] << before |
			(uint64_t)(unsigned char)p[n / 2] << (before + 8 * (n / 2)) |
			(uint64_t)(unsigned char)p[n - 1] << 56;
	memcpy(&first, p, sizeof(first));
	memcpy(&last, p + n - sizeof(last), sizeof(last));
	return (uint64_t)le32toh(last) << 32 | (uint32_t)((uint64_t)le32toh(first) << before);
}

/* Eight digits 0 to 9, the first in the least byte. */
static uint64_t
eight_digits(uint64_t v)
{
	v = v * (1 + (10 << 8)) >> 8 & UINT64_C(0x00ff00ff00ff00ff);
	v = v * (1 + (100 << 16)) >> 16 & UINT64_C(0x0000ffff0000ffff);
	return v * (1 + (UINT64_C(10000) << 32)) >> 32;
}

/* 1 to 8 characters without a sign, all at once: nearly every number of nearly every event. */
static bool
short_decimal(const char *p, size_t n, int64_t *mantissa, unsigned *scale)
{
	unsigned before = 8 * (unsigned)(8 - n), places = 0;
	uint64_t v = load_last(p, n) ^ (EACH('0') >> before << before);
	uint64_t others = (((v & EACH(0x7f)) + EACH(0x80 - 10)) | v) & EACH(0x80);

	if (others != 0) {
		unsigned point = (unsigned)__builtin_ctzll(others) & ~7U; /* its lowest bit */

		if ((others & (others - 1)) != 0 || (v >> point & 0xff) != ('.' ^ '0') ||
			point == before || point == 56)
			return false;
		places = 7 - point / 8;
		v = (v >> point >> 8 << 8 << point) | (v & ((UINT64_C(1) << point) - 1)) << 8;
	}
	if (*p == '0' && n - places > 1 + (places > 0))
		return false;
	*mantissa = (int64_t)eight_digits(v);
	*scale = places;
	return true;
}

/* The digits from p on, taken into m; where they end. More than 19 are cut by 64 bits. */
static const char *
take_digits(const char *p, const char *end, uint64_t *m)
{
	uint64_t v = *m;

	for (; p < end; p++) {
		unsigned digit = (unsigned char)*p - (unsigned)'0';

		if (digit > 9)
			break;
		v = v * 10 + digit;
	}
	*m = v;
	return p;
}

static bool
long_decimal(struct str text, int64_t *mantissa, unsigned *scale)
{
	const char *p = text.p, *end = p + text.n, *start, *places;
	bool negative = *p == '-';
	uint64_t m = 0;

	start = p += negative;
	p = take_digits(p, end, &m);
	if (p == start || (*start == '0' && p - start > 1))
		return false;
	places = end;
	if (p < end) {
		if (*p != '.')
			return false;
		places = p + 1;
		p = take_digits(places, end, &m);
		if (p == places || p < end)
			return false;
	}
	if (end - start - (places < end) > DIGITS_MAX || (negative && m == 0))
		return false;
	*mantissa = negative ? -(int64_t)m : (int64_t)m;
	*scale = (unsigned)(end - places);
	return true;
}

bool
cell_decimal(struct str text, int64_t *mantissa, unsigned *scale)
{
	if (text.n == 0)
		return false;
	if (text.n <= 8 && *text.p != '-')
		return short_decimal(text.p, text.n, mantissa, scale);
	return long_decimal(text, mantissa, scale);
}

struct str
cell_decimal_text(int64_t mantissa, unsigned scale, char room[CELL_TEXT_SIZE])
{
	uint64_t m = mantissa < 0 ? -(uint64_t)mantissa : (uint64_t)mantissa;
	char *end = room + CELL_TEXT_SIZE, *p = end;

	assert(scale <= CELL_SCALE_MAX);
	for (unsigned digit = 0; m > 0 || digit <= scale; digit++) {
		if (digit == scale && digit > 0)
			*--p = '.';
		*--p = (char)('0' + m % 10);
		m /= 10;
	}
	if (mantissa < 0)
		*--p = '-';
	return (struct str){ p, (size_t)(end - p) };
}

struct property
event_cell(const struct event_column *c, size_t row, char room[CELL_TEXT_SIZE])
{
	uint8_t kind = cell_kind_at(c, row);
	const struct cell_text *t;

	if (cell_is_decimal(kind))
		return (struct property){ .name = c->name,
			.text = cell_decimal_text(c->values[row], cell_scale(kind), room),
			.type = kind < CELL_DIGITS ? JSON_NUMBER : JSON_STRING };
	t = &c->texts[c->values[row]];
	return (struct property){ .name = c->name, .text = t->text, .type = t->type };
}

void
event_row(const struct event_columns *c, size_t row, struct property *properties, char *room,
	struct event *out)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nproperties; i++) {
		const struct event_column *column = &c->properties[i];

		if (!column->read)
			continue;
		properties[n++] = event_cell(column, row, room);
		room += CELL_TEXT_SIZE;
	}
	*out = (struct event){ .customer_id = c->customer_keys[c->customers[row]],
		.event_type = c->event_type,
		.timestamp_ns = c->timestamps_ns[row],
		.properties = properties,
		.nproperties = n };
	if (c->ids != NULL)
		out->transaction_id = c->ids[row];
}
