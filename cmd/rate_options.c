#include "rate_options.h"

#include "store/reference.h"

#include "base/banned.h"

/* The id of the product that a selector names, if it names one. */
static bool
find_product(struct cli *c, const char *option, struct rate_selector *s, struct err *e)
{
	return s->product_id.n == 0 ||
		reference_field(c->store, NOUN_PRODUCT, option, s->product_id, c->now_ns, &c->run,
			&s->product_id, e);
}

static bool
selector_of(struct cli *c, const char *text, struct rate_selector *out, struct err *e)
{
	struct json_scanner scanner;
	struct json_fault fault;
	struct err inner = ERR_INIT;
	struct json *j;
	bool ok;

	json_scanner_init(&scanner);
	ok = json_parse(&scanner, str_c(text), &j, &fault);
	if (!ok) {
		err_set(&inner, ERR_INPUT, fault.code, "%s", fault.text);
	} else {
		ok = rate_selector_from_json(j, &c->run, out, &inner);
		json_free(j);
	}
	json_scanner_release(&scanner);
	if (ok)
		return true;
	return err_field(e, ERR_INPUT, inner.code, STR("--select"), str_c(text), "%s%s%s",
		inner.field, inner.field[0] ? ": " : "", inner.text);
}

bool
rate_selectors(struct cli *c, const struct rate_selector **out, size_t *n, struct err *e)
{
	size_t nproducts, ntags, ntexts, count = 0;
	const char *const *products = cli_values(c, "product", &nproducts);
	const char *const *tags = cli_values(c, "tag", &ntags);
	const char *const *texts = cli_values(c, "select", &ntexts);
	struct rate_selector *all = ARENA_ARRAY(&c->run, nproducts + ntags + ntexts,
		struct rate_selector);

	for (size_t i = 0; i < nproducts; i++) {
		all[count].product_id = str_c(products[i]);
		if (!find_product(c, "--product", &all[count++], e))
			return false;
	}
	for (size_t i = 0; i < ntags; i++) {
		struct str *tag = ARENA_NEW(&c->run, struct str);

		*tag = str_c(tags[i]);
		all[count++].product_tags = (struct texts){ tag, 1 };
	}
	for (size_t i = 0; i < ntexts; i++)
		if (!selector_of(c, texts[i], &all[count], e) ||
			!find_product(c, "--select", &all[count++], e))
			return false;
	*out = all;
	*n = count;
	return true;
}
