/*
 * rate_options - which rates a verb is asked for: --product, --tag, --select.
 *
 * Shape      each option is a selector of its own, and each may repeat; a rate is shown
 *            that any of them selects. --select takes the JSON of a selector, whose parts
 *            must all be met.
 * Errors     codes of rate_selector.h, not_found, ambiguous_name, naming the option.
 */
#ifndef CMD_RATE_OPTIONS_H
#define CMD_RATE_OPTIONS_H

#include "cli.h"

#include "domain/rate_selector.h"

/* clang-format off */
#define OPTIONS_SELECT \
	{ "product", "PRODUCT", "those of a product", true }, \
	{ "tag", "TAG", "those of products that bear a tag", true }, \
	{ "select", "JSON", "those that a selector of the API selects", true }
/* clang-format on */

/* In c->run, the products by id. */
bool rate_selectors(struct cli *c, const struct rate_selector **out, size_t *n, struct err *e);

#endif
