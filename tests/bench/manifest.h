/*
 * manifest - what a right ingest of made events reports, and their exact usage.
 *
 * Shape      one JSON object: bytes, the counts of a receipt, its times where
 *            something was accepted, unknown_customers as of a database without
 *            customers, metrics in total, and for a handful of customers.
 *            A metric has events and value:
 *            output_tokens  SUM of tokens, of tokens events that are output
 *            api_calls      COUNT of api_call events
 *            gpu_seconds    SUM of seconds, of gpu_job events
 * Units      value is a decimal in a string.
 * Order      fixed; customers by number.
 */
#ifndef TESTS_BENCH_MANIFEST_H
#define TESTS_BENCH_MANIFEST_H

#include "tests/bench/sample.h"

#define MANIFEST_METRICS 3
#define MANIFEST_SHOWN 5

struct manifest_metric {
	uint64_t events;
	uint64_t value; /* gpu_seconds: in hundredths */
};

struct manifest {
	uint64_t lines[4]; /* by enum line_kind */
	int64_t first_ms;
	int64_t last_ms;
	uint32_t customers;
	uint64_t *seen; /* a bit for each customer */
	struct manifest_metric total[MANIFEST_METRICS];
	uint32_t shown[MANIFEST_SHOWN]; /* rising */
	size_t nshown;
	struct manifest_metric by_customer[MANIFEST_SHOWN][MANIFEST_METRICS];
};

void manifest_init(struct manifest *m, uint32_t customers);
void manifest_release(struct manifest *m);
void manifest_add(struct manifest *m, enum line_kind kind, const struct sample *ev);
void manifest_json(const struct manifest *m, uint64_t bytes, struct buf *out);

#endif
