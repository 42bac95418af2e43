/*
 * check_rules - what must hold among the rows, beyond constraints.
 *
 * Shape      check_rules holds the rules that SQL can tell: each row of a query
 *            is a difference, its first column says which. check_digests goes
 *            through what needs hashing and exact sums: the terms of each
 *            version against the audit log; each finalized invoice against its
 *            digest, its columns against its document, its lines against both.
 *            check_events reads the blocks (check_events.h). check_ledger adds up
 *            what was drawn: no more of a segment than it grants, and of each
 *            invoice what its application lines say.
 * Errors     those of the store. What is found is told, not failed on.
 * Order      inside a snapshot, by running number. Inside store only.
 */
#ifndef STORE_CHECK_RULES_H
#define STORE_CHECK_RULES_H

#include "store/store.h"

struct check_rule {
	const char *code;
	const char *sql;
};

extern const struct check_rule check_rules[];
extern const size_t check_rules_count;

bool check_digests(struct store *st, store_found found, void *ctx, struct err *e);
bool check_events(struct store *st, store_found found, void *ctx, struct err *e);
bool check_ledger(struct store *st, store_found found, void *ctx, struct err *e);

#endif
