#include "balance_options.h"

#include <string.h>

#include "base/id.h"
#include "store/unit_store.h"

#include "base/banned.h"

#define CUSTOM_FIELD "custom_fields."

static bool
refuse(struct cli *c, const char *text, const char *why)
{
	return cli_usage(c, "--filter \"%s\": %s", text, why);
}

static bool
add_type(struct balance_filter *f, struct str value)
{
	for (int t = 0; t < COMMIT_TYPES; t++)
		if (str_is(value, commit_type_name((enum commit_type)t))) {
			f->types[t] = f->has_types = true;
			return true;
		}
	return false;
}

static bool
add_id(struct cli *c, struct balance_filter *f, struct str value)
{
	struct id id;

	if (!id_parse(value, &id))
		return false;
	f->ids.p[f->ids.n++] = str_dup(&c->run, id_str(&id));
	return true;
}

static bool
add_field(struct balance_filter *f, struct str key, struct str value)
{
	struct pairs *fields = &f->custom_fields;

	if (key.n == 0)
		return false;
	fields->p[fields->n++] = (struct pair){ key, value };
	return true;
}

/* One NAME=VALUE of the text. */
static bool
add_part(struct cli *c, const char *text, struct str part, struct balance_filter *f)
{
	const char *equals = memchr(part.p, '=', part.n);
	size_t n = equals != NULL ? (size_t)(equals - part.p) : part.n, skip = strlen(CUSTOM_FIELD);
	struct str name = { part.p, n }, value = { NULL, 0 };

	if (equals != NULL)
		value = (struct str){ equals + 1, part.n - n - 1 };
	if (value.n > 0 && str_is(name, "type"))
		return add_type(f, value) ||
			refuse(c, text, "wanted a type: PREPAID, POSTPAID or CREDIT");
	if (value.n > 0 && str_is(name, "id"))
		return add_id(c, f, value) || refuse(c, text, "wanted an id: a UUID");
	if (value.n > 0 && n > skip && memcmp(name.p, CUSTOM_FIELD, skip) == 0)
		return add_field(f, (struct str){ name.p + skip, n - skip }, value);
	return refuse(c, text, "wanted type=, id= or custom_fields.KEY= with a value");
}

static bool
filter_from(struct cli *c, const char *text, struct balance_filter *f)
{
	size_t most = 1;

	for (const char *p = text; *p != '\0'; p++)
		most += *p == ',';
	*f = (struct balance_filter){ .has_types = false };
	f->ids.p = ARENA_ARRAY(&c->run, most, struct str);
	f->custom_fields.p = ARENA_ARRAY(&c->run, most, struct pair);
	for (const char *p = text; p != NULL;) {
		const char *comma = strchr(p, ',');
		struct str part = { p, comma != NULL ? (size_t)(comma - p) : strlen(p) };

		if (!add_part(c, text, part, f))
			return false;
		p = comma != NULL ? comma + 1 : NULL;
	}
	return true;
}

static bool
read_unit(struct cli *c, struct balance_selection *out)
{
	const char *value = cli_value(c, "unit");
	const struct units *custom;
	struct unit *unit;

	if (value == NULL)
		return true;
	if (!store_units(c->store, &custom, &c->e))
		return false;
	unit = ARENA_NEW(&c->run, struct unit);
	if (!unit_find(custom, str_c(value), unit))
		return err_field(&c->e, ERR_INPUT, "not_found", STR("--unit"), str_c(value),
			"no currency or custom unit of this id or name");
	out->unit = unit;
	return true;
}

bool
balance_selection_read(struct cli *c, struct balance_selection *out)
{
	const char *level = cli_value(c, "level");
	size_t n;
	const char *const *values = cli_values(c, "filter", &n);
	struct balance_filter *filters = ARENA_ARRAY(&c->run, n, struct balance_filter);

	for (size_t i = 0; i < n; i++)
		if (!filter_from(c, values[i], &filters[i]))
			return false;
	out->filters = filters;
	out->nfilters = n;
	if (level != NULL)
		out->level = str_is(str_c(level), "contract") ? LEVEL_CONTRACT : LEVEL_CUSTOMER;
	return read_unit(c, out);
}

bool
balance_access_read(struct cli *c, struct balance_selection *out)
{
	const char *value = cli_value(c, "covering");
	struct instant_why why;

	out->from_ns = c->from_ns;
	out->to_ns = c->to_ns;
	return value == NULL ||
		instant_parse(str_c(value), INSTANT_DATE, &out->covering_ns, &why) ||
		cli_usage(c, "--covering \"%s\": %s", value, why.text);
}
