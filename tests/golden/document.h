/*
 * document - one golden case: bodies of every noun and events in, invoices out.
 *
 * Shape      {"now", "units", "customer", "metrics", "products", "product_updates",
 *            "rate_card", "rates", "contract", "balances", "deducted", "events",
 *            "period", "from_contract"}: bodies as the tools take them, "balances" those of the
 *            customer; references are ids, names or (the card) aliases. Written
 *            are the usage invoices of all periods that have begun by now (with
 *            period "2024-09" only the one that begins first from that month on)
 *            and the scheduled and true-up invoices dated by now, one JSON line
 *            each, behind each a line {"trace":[...]} for every line item and one
 *            for every deduction; then what the segments of commits and credits
 *            have left, in drawing order; then the warnings. "deducted" holds what
 *            the segments have paid before: [{"segment_id", "amount"}], where "1.2"
 *            is the second segment of the first commit. "from_contract" is the one that
 *            the contract renews, which ends where that starts: what goes on of it.
 * Ownership  texts live in the arena.
 * Errors     the first refusal, as the tools would report it.
 * Order      periods rise; scheduled invoices come after, by date.
 */
#ifndef TESTS_GOLDEN_DOCUMENT_H
#define TESTS_GOLDEN_DOCUMENT_H

#include "base/err.h"

/* What the document gives is added to out. */
bool document_evaluate(struct str text, struct arena *a, struct buf *out, struct err *e);

#endif
