/*
 * sample - made usage events: the event of a number is a function of the settings.
 *
 * Shape      a stream of count lines, numbered from 0. Most bear an event of
 *            their own; some repeat that of an earlier line, chosen over the
 *            whole stream, with the same content (duplicate) or another
 *            (conflict); some are to be broken by the writer. Four event types
 *            with properties of their own: tokens, api_call, storage, gpu_job.
 * Units      times in milliseconds since 1970; shares in millionths.
 * Range      customers >= 1, from < to, shares of repeats and bad lines together
 *            at most a million. Line 0 bears an event of its own.
 * Order      times rise with the numbers from from_ms up to to_ms, but for two
 *            seconds of disorder; a late event lies anywhere between from_ms and
 *            its place.
 * Ownership  texts of a sample point into it; it must not be copied.
 */
#ifndef TESTS_BENCH_SAMPLE_H
#define TESTS_BENCH_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "tests/bench/draw.h"

enum sample_ids { IDS_UUID, IDS_UUID7, IDS_TEXT };

enum sample_type { TYPE_TOKENS, TYPE_API_CALL, TYPE_STORAGE, TYPE_GPU_JOB };
#define SAMPLE_TYPES 4

enum sample_property {
	P_MODEL,
	P_DIRECTION,
	P_REGION,
	P_TOKENS,
	P_LATENCY_MS,
	P_CACHED,
	P_ENDPOINT,
	P_STATUS,
	P_BYTES,
	P_BUCKET,
	P_GB,
	P_GPU,
	P_SECONDS,
	P_SPOT,
	P_TRACE
};
#define SAMPLE_PROPERTIES 15

extern const struct str sample_types[SAMPLE_TYPES];
extern const struct str sample_properties[SAMPLE_PROPERTIES];

struct sample_settings {
	uint64_t count;
	uint64_t seed;
	uint32_t customers;
	uint32_t zipf_micro;
	uint32_t duplicates;
	uint32_t conflicts;
	uint32_t malformed;
	uint32_t late;
	int64_t from_ms;
	int64_t to_ms;
	enum sample_ids ids;
	bool unique_text; /* a property of 128 characters that no other event has */
};

enum line_kind { LINE_FRESH, LINE_DUPLICATE, LINE_CONFLICT, LINE_MALFORMED };

struct line {
	enum line_kind kind;
	uint64_t event; /* the line whose event it bears */
};

struct line sample_line(const struct sample_settings *s, uint64_t number);

struct sample {
	struct str id;
	struct str customer; /* cust-00001 is number 0 */
	uint32_t customer_number;
	enum sample_type type;
	int64_t time_ms;
	uint32_t present; /* a bit for each property */
	uint32_t bare;    /* likewise: JSON writes it without quotes */
	struct str properties[SAMPLE_PROPERTIES];

	bool output;           /* tokens: of this direction */
	uint64_t tokens;       /* tokens */
	uint64_t centiseconds; /* gpu_job */

	char store[320];
	size_t stored;
};

/* The event of a line that is fresh, or that of a conflict with it. */
void sample_make(const struct sample_settings *s, const struct skew *customers, uint64_t event,
	bool conflict, struct sample *out);

/* cust-00042, without a NUL; the length. */
#define SAMPLE_CUSTOMER_SIZE 16
size_t sample_customer(uint32_t number, char out[SAMPLE_CUSTOMER_SIZE]);

#endif
