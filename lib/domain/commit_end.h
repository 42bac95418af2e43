/*
 * commit_end - a balance that ends earlier than was agreed.
 *
 * Shape      access: segments are cut at the instant, and those that begin at or
 *            after it are dropped; one must be left. Invoices: dates at or after
 *            the instant are dropped; of a schedule that divides an amount those
 *            that are left keep their parts. Without any date left what was
 *            granted is free.
 * Range      access ends on the hour, after the first segment begins and before
 *            the last one ends; invoices on their last date or before.
 * Errors     ERR_INPUT balance.access_ending_before, balance.invoices_ending_before;
 *            the commit is left alone.
 * Source     mtr-balance(1), end; mtr-pricing(7), Balances.
 * Example    three yearly segments from 2024 on, ended 2025-03-01: 2024, and 2025
 *            up to March.
 */
#ifndef DOMAIN_COMMIT_END_H
#define DOMAIN_COMMIT_END_H

#include "domain/commit.h"

bool commit_end_access(struct commit *c, int64_t end_ns, struct arena *a, struct err *e);
bool commit_end_invoices(struct commit *c, int64_t end_ns, struct arena *a, struct err *e);

#endif
