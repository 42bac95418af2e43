/*
 * form - a made event as a line of NDJSON, CSV or CloudEvents.
 *
 * Shape      NDJSON and CSV as mtr-ingest(1) reads them; CloudEvents 1.0 in JSON,
 *            one a line, with the customer as subject and the properties as
 *            data. The CSV header has a column for each property.
 * Range      a line is at most FORM_LINE_MAX bytes, its end included.
 * Order      form_break makes one bad record out of a line: JSON or a row cut
 *            short, a month 13, a byte that is not UTF-8, or something behind
 *            the end.
 */
#ifndef TESTS_BENCH_FORM_H
#define TESTS_BENCH_FORM_H

#include "tests/bench/sample.h"

#define FORM_LINE_MAX 2048

enum form { FORM_NDJSON, FORM_CSV, FORM_CLOUDEVENTS };

struct form_line {
	char text[FORM_LINE_MAX];
	size_t n;
	size_t id_at; /* where the transaction id stands */
	size_t time_at;
};

/* The line before the first event; without one n is 0. */
void form_header(enum form form, bool unique_text, struct form_line *out);
void form_write(enum form form, bool unique_text, const struct sample *ev, struct form_line *out);
void form_break(enum form form, uint64_t how, struct form_line *line);

#endif
