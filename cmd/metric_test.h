/*
 * metric_test - mtr-metric test: which metrics do these events feed, or what
 * does a definition that is not stored give for a customer.
 *
 * Errors     as mtr-ingest refuses records: one that is no event is reported,
 *            the others are answered, and the command ends with status 1.
 */
#ifndef CMD_METRIC_TEST_H
#define CMD_METRIC_TEST_H

#include "cli.h"

bool metric_test(struct cli *c);

#endif
