#include "contract_rates.h"

#include "codec/jsonw.h"
#include "tasks/contract_rates.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "product", "product_name", CELL_TEXT },
	{ "pricing_group_values", "pricing_group_values", CELL_TEXT },
	{ "presentation_group_values", "presentation_group_values", CELL_TEXT },
	{ "billing_frequency", "billing_frequency", CELL_TEXT },
	{ "list_type", "list_rate.rate_type", CELL_TEXT },
	{ "list_price", "list_rate.price_major", CELL_NUMBER },
	{ "override", "override.type", CELL_TEXT },
	{ "override_price", "override_rate.price_major", CELL_NUMBER },
	{ "commit_price", "commit_rate.price_major", CELL_NUMBER },
	{ "currency", "list_rate.currency", CELL_TEXT },
	{ "override_id", "override.id", CELL_TEXT },
};

bool
contract_rates_verb(struct cli *c)
{
	const struct rate_selector *selectors;
	struct contract_rates rates;
	size_t n;

	cli_columns(c, columns, countof(columns));
	if (!rate_selectors(c, &selectors, &n, &c->e) ||
		!contract_rates_at(c->store, str_c(c->operands[0]),
			c->at_ns != INSTANT_NONE ? c->at_ns : c->now_ns, c->now_ns, selectors, n,
			&c->run, &rates, &c->e))
		return false;
	for (size_t i = 0; i < rates.n; i++) {
		struct buf out = BUF_INIT;
		struct jsonw w;

		jsonw_init(&w, &out);
		contract_rate_json(&w, &rates, i, &c->run);
		jsonw_release(&w);
		cli_put(c, buf_str(&out));
		buf_release(&out);
	}
	return true;
}
