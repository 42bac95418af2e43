#include "domain/event_draft.h"

#include <inttypes.h>

#include "base/id.h"

#include "base/banned.h"

const struct str event_field_names[EVENT_FIELDS] = {
	[EF_ID] = FIELD_NAME("transaction_id"),
	[EF_CUSTOMER] = FIELD_NAME("customer_id"),
	[EF_TYPE] = FIELD_NAME("event_type"),
	[EF_TIME] = FIELD_NAME("timestamp"),
	[EF_PROPERTIES] = FIELD_NAME("properties"),
};

const char *const event_field_codes[EVENT_FIELDS] = {
	[EF_ID] = "event.transaction_id",
	[EF_CUSTOMER] = "event.customer_id",
	[EF_TYPE] = "event.event_type",
	[EF_TIME] = "event.timestamp",
	[EF_PROPERTIES] = "event.properties",
};

static const char property_prefix[] = "properties.";
static const struct place nowhere = { 0, false };

bool
draft_failed_at(const struct draft *d, struct place at)
{
	return at.known ? err_at(d->e, at.offset) : false;
}

/* ---- names ---- */

unsigned
draft_field(struct str name, struct str *property)
{
	size_t prefix = sizeof(property_prefix) - 1;

	for (unsigned f = 0; f < EVENT_SCALARS; f++)
		if (str_eq(name, event_field_names[f]))
			return f;
	if (!str_starts(name, property_prefix) || name.n == prefix)
		return EVENT_FIELDS;
	*property = (struct str){ name.p + prefix, name.n - prefix };
	return EF_PROPERTIES;
}

bool
draft_unknown(struct err *e, struct str name, struct str value, bool flat)
{
	const char *known[EVENT_FIELDS], *meant;

	for (size_t f = 0; f < EVENT_FIELDS; f++)
		known[f] = event_field_names[f].p;
	meant = str_nearest(name, known, flat ? EVENT_SCALARS : EVENT_FIELDS);
	if (meant)
		return err_field(e, ERR_INPUT, "unknown_field", name, value,
			"unknown field; did you mean \"%s\"?", meant);
	return err_field(e, ERR_INPUT, "unknown_field", name, value, "unknown field; %s",
		flat ? "a property is named properties.NAME" :
		       "other values belong into properties");
}

bool
event_fields_check(const struct str *fields, size_t n, struct err *e)
{
	static const struct str none = { NULL, 0 };
	struct str property;

	for (size_t i = 0; i < n; i++) {
		if (draft_field(fields[i], &property) == EVENT_FIELDS) {
			draft_unknown(e, fields[i], none, true);
			return err_at(e, i);
		}
	}
	return true;
}

/* ---- constants and made ids ---- */

static bool
set_twice(const struct draft *d, enum event_field f, struct str field, struct str value)
{
	return err_field(d->e, ERR_INPUT, event_field_codes[f], field, value,
		"the record has it, and it is to be set for every record: one of the two");
}

static bool
set_property(struct draft *d, struct str name, struct str value)
{
	struct property set = { name, value, JSON_STRING };

	for (size_t i = 0; i < d->nproperties; i++) {
		struct property *p = &d->properties[i];

		if (!str_eq(p->name, name))
			continue;
		if (p->type != JSON_NULL) {
			struct str path = str_printf(d->rec, "%.*s.%.*s",
				STR_FMT(d->names[EF_PROPERTIES]), STR_FMT(name));

			set_twice(d, EF_PROPERTIES, path, p->text);
			return draft_failed_at(d, d->start);
		}
		*p = set;
		return true;
	}
	d->properties[d->nproperties++] = set;
	return true;
}

static bool
fill_constants(struct draft *d)
{
	for (size_t i = 0; i < d->rules->nset; i++) {
		const struct pair *set = &d->rules->set[i];
		struct str property = { NULL, 0 };
		unsigned f = draft_field(set->key, &property);

		if (f == EVENT_FIELDS)
			return draft_unknown(d->e, set->key, set->value, true);
		if (f == EF_PROPERTIES) {
			if (!set_property(d, property, set->value))
				return false;
			continue;
		}
		if (d->fields[f].there) {
			set_twice(d, f, d->names[f], d->fields[f].text);
			return draft_failed_at(d, d->fields[f].at);
		}
		d->fields[f] = (struct given){ set->value, true, nowhere };
	}
	return true;
}

static bool
make_id(struct draft *d)
{
	const struct event_rules *rules = d->rules;
	struct given *id = &d->fields[EF_ID];
	unsigned char digest[DIGEST_BYTES];
	char hex[DIGEST_TEXT_SIZE];

	if (!rules->id_prefix.p && !rules->id_content)
		return true;
	if (id->there) {
		err_field(d->e, ERR_INPUT, event_field_codes[EF_ID], d->names[EF_ID], id->text,
			"the record has one, and ids are to be made here: one of the two");
		return draft_failed_at(d, id->at);
	}
	if (rules->id_prefix.p) {
		id->text = str_printf(d->rec, "%.*s:%" PRIu64, STR_FMT(rules->id_prefix), d->line);
	} else {
		digest_sha256(d->bytes.p, d->bytes.n, digest);
		id->text = str_printf(d->rec, "content:%s", digest_text(digest, hex));
	}
	id->there = true;
	return true;
}

/* ---- checks ---- */

bool
draft_check(const struct draft *d, const struct given *g, struct str name, const char *code)
{
	static const struct str none = { NULL, 0 };

	if (!g->there) {
		err_field(d->e, ERR_INPUT, "missing_field", name, none, "missing");
		return draft_failed_at(d, g->at.known ? g->at : d->start);
	}
	if (g->text.n == 0) {
		err_field(d->e, ERR_INPUT, code, name, g->text,
			"wanted at least 1 character, found 0");
		return draft_failed_at(d, g->at);
	}
	return true;
}

static bool
check_id_length(const struct draft *d)
{
	const struct given *id = &d->fields[EF_ID];
	size_t points;

	/* no code point is shorter than a byte */
	if (id->text.n <= EVENT_ID_MAX_POINTS)
		return true;
	points = str_codepoints(id->text);
	if (points <= EVENT_ID_MAX_POINTS)
		return true;
	err_field(d->e, ERR_INPUT, event_field_codes[EF_ID], d->names[EF_ID], id->text,
		"wanted 1 to %d characters, found %zu", EVENT_ID_MAX_POINTS, points);
	return draft_failed_at(d, id->at);
}

static bool
refuse_time(const struct draft *d, const char *what)
{
	const struct given *g = &d->fields[EF_TIME];

	err_field(d->e, ERR_INPUT, event_field_codes[EF_TIME], d->names[EF_TIME], g->text, "%s",
		what);
	return draft_failed_at(d, g->at);
}

static bool __attribute__((noinline)) no_time(const struct draft *d, unsigned forms)
{
	struct instant_why why, ignored;
	int64_t t_ns;
	bool date = instant_parse(d->fields[EF_TIME].text, forms | INSTANT_DATE, &t_ns, &ignored);

	if (!date)
		(void)instant_parse(d->fields[EF_TIME].text, forms, &t_ns, &why);
	return refuse_time(d,
		date ? "a date alone; an event needs the time of day too, "
		       "such as 2024-09-27T00:00:00Z" :
		       why.text);
}

static bool __attribute__((noinline))
beyond(const struct draft *d, int64_t limit_ns, const char *before, const char *behind)
{
	char limit[INSTANT_TEXT_SIZE];

	instant_text(limit_ns, limit);
	return refuse_time(d, str_printf(d->rec, "%s %s%s", before, limit, behind).p);
}

static bool
check_time(const struct draft *d, int64_t *out_ns)
{
	const struct event_rules *rules = d->rules;
	unsigned forms = INSTANT_STAMP | (rules->utc ? INSTANT_UTC : 0U);
	struct instant_why ignored;
	int64_t t_ns;

	if (!instant_parse(d->fields[EF_TIME].text, forms, &t_ns, &ignored))
		return no_time(d, forms);
	if (rules->latest_ns != INSTANT_NONE && t_ns > rules->latest_ns)
		return beyond(d, rules->latest_ns, "too far ahead of the clock; accepted up to",
			"");
	if (rules->earliest_ns != INSTANT_NONE && t_ns < rules->earliest_ns)
		return beyond(d, rules->earliest_ns, "too old; accepted from", " on");
	*out_ns = t_ns;
	return true;
}

bool
draft_finish(struct draft *d, struct event *out)
{
	int64_t t_ns = INSTANT_NONE;

	if (!fill_constants(d) || !make_id(d))
		return false;
	for (unsigned f = 0; f < EVENT_SCALARS; f++)
		if (!draft_check(d, &d->fields[f], d->names[f], event_field_codes[f]))
			return false;
	if (!check_id_length(d) || !check_time(d, &t_ns))
		return false;
	*out = (struct event){
		.transaction_id = d->fields[EF_ID].text,
		.customer_id = d->fields[EF_CUSTOMER].text,
		.event_type = d->fields[EF_TYPE].text,
		.timestamp_ns = t_ns,
		.properties = d->properties,
		.nproperties = d->nproperties,
	};
	return true;
}
