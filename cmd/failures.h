/*
 * failures - contracts that could not be rated, told by the tools that rate.
 *
 * Order      each is a record of its own: the others are done, the status is 1.
 */
#ifndef CMD_FAILURES_H
#define CMD_FAILURES_H

#include "cli.h"
#include "tasks/invoice.h"

void tell_failures(struct cli *c, const struct invoice_failure *failures, size_t n);

#endif
