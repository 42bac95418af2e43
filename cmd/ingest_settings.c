#include "ingest_settings.h"

#include <string.h>

#include "base/banned.h"

#define FUTURE_LIMIT_NS (24 * NS_PER_HOUR)

/* ---- durations and sizes ---- */

static int64_t
unit_ns(char letter)
{
	switch (letter) {
	case 's':
		return NS_PER_SECOND;
	case 'm':
		return 60 * NS_PER_SECOND;
	case 'h':
		return NS_PER_HOUR;
	case 'd':
		return NS_PER_DAY;
	default:
		return 0;
	}
}

static bool
duration(struct str text, int64_t *out_ns)
{
	int64_t n, unit;

	if (text.n < 2)
		return false;
	unit = unit_ns(text.p[text.n - 1]);
	return unit != 0 && str_to_int64((struct str){ text.p, text.n - 1 }, &n) && n >= 0 &&
		!__builtin_mul_overflow(n, unit, out_ns);
}

/* *ns stays where the option is not given; < 0: no limit. */
static bool
set_limit(struct cli *c, const char *option, bool none, int64_t *ns)
{
	const char *value = cli_value(c, option);

	if (value != NULL && none && strcmp(value, "none") == 0)
		*ns = -1;
	else if (value != NULL && !duration(str_c(value), ns))
		return cli_usage(c, "--%s \"%s\": wanted a whole number and s, m, h or d%s", option,
			value, none ? ", or none" : "");
	return true;
}

/* now + sign * limit; what lies outside of the range of instants is no limit. */
static int64_t
bound(int64_t now_ns, int sign, int64_t limit_ns)
{
	int64_t at_ns;

	if (limit_ns < 0 || __builtin_add_overflow(now_ns, sign * limit_ns, &at_ns))
		return INSTANT_NONE;
	return at_ns;
}

void
ingest_settings_clock(const struct cli *c, struct ingest_settings *s)
{
	s->opt.now_ns = cli_now(c);
	s->opt.rules.latest_ns = bound(s->opt.now_ns, 1, s->future_ns);
	s->opt.rules.earliest_ns = bound(s->opt.now_ns, -1, s->age_ns);
}

static bool
set_max_errors(struct cli *c, uint64_t *out)
{
	const char *value = cli_value(c, "max-errors");
	int64_t n;

	if (value == NULL)
		return true;
	if (!str_to_int64(str_c(value), &n) || n < 1)
		return cli_usage(c, "--max-errors \"%s\": wanted a whole number from 1 on", value);
	*out = (uint64_t)n;
	return true;
}

static bool
set_max_record(struct cli *c, size_t *out)
{
	const char *value = cli_value(c, "max-record");
	int64_t n;

	if (value == NULL)
		return true;
	if (!str_to_int64(str_c(value), &n) || n < 1 || (uint64_t)n > JSON_MAX_TEXT)
		return cli_usage(c, "--max-record \"%s\": wanted a whole number, 1 to %zu", value,
			JSON_MAX_TEXT);
	*out = (size_t)n;
	return true;
}

/* ---- fields ---- */

/* NAME=REST with both parts there, in UTF-8. */
static bool
split(struct cli *c, const char *option, struct str text, struct str *name, struct str *rest)
{
	const char *equals = text.n > 0 ? memchr(text.p, '=', text.n) : NULL;
	size_t at;

	if (!str_utf8_valid(text, &at))
		return cli_usage(c, "--%s \"%.*s\": this is not UTF-8", option, STR_FMT(text));
	if (equals == NULL || equals == text.p || equals + 1 == text.p + text.n)
		return cli_usage(c, "--%s \"%.*s\": wanted %s", option, STR_FMT(text),
			strcmp(option, "set") == 0 ? "FIELD=VALUE" : "COLUMN=FIELD,...");
	*name = (struct str){ text.p, (size_t)(equals - text.p) };
	*rest = (struct str){ equals + 1, text.n - name->n - 1 };
	return true;
}

static bool
check_field(struct cli *c, const char *option, struct str field)
{
	struct err e = ERR_INIT;

	return event_fields_check(&field, 1, &e) ||
		cli_usage(c, "--%s %s: %s", option, e.field, e.text);
}

static bool
add_mapping(struct cli *c, struct csv_rename *map, size_t *n, struct str text)
{
	struct str column, field;

	if (!split(c, "map", text, &column, &field) || !check_field(c, "map", field))
		return false;
	for (size_t i = 0; i < *n; i++) {
		if (str_eq(map[i].csv, column))
			return cli_usage(c, "--map names the column \"%.*s\" twice",
				STR_FMT(column));
	}
	map[(*n)++] = (struct csv_rename){ column, field };
	return true;
}

/* The entries of one value, between commas. */
static bool
add_mappings(struct cli *c, struct csv_rename *map, size_t *n, const char *value)
{
	for (const char *p = value; p != NULL;) {
		const char *comma = strchr(p, ',');
		struct str entry = { p, comma != NULL ? (size_t)(comma - p) : strlen(p) };

		if (!add_mapping(c, map, n, entry))
			return false;
		p = comma != NULL ? comma + 1 : NULL;
	}
	return true;
}

static bool
set_map(struct cli *c, struct record_options *reading)
{
	size_t n, most = 0;
	const char *const *values = cli_values(c, "map", &n);
	struct csv_rename *map;

	for (size_t i = 0; i < n; i++)
		most += strlen(values[i]) / 2; /* no entry is shorter than a=b and a comma */
	map = ARENA_ARRAY(&c->run, most, struct csv_rename);
	for (size_t i = 0; i < n; i++) {
		if (!add_mappings(c, map, &reading->nmap, values[i]))
			return false;
	}
	reading->map = map;
	return true;
}

static bool
set_constants(struct cli *c, struct event_rules *rules)
{
	size_t n;
	const char *const *values = cli_values(c, "set", &n);
	struct pair *set = ARENA_ARRAY(&c->run, n, struct pair);

	for (size_t i = 0; i < n; i++) {
		if (!split(c, "set", str_c(values[i]), &set[i].key, &set[i].value) ||
			!check_field(c, "set", set[i].key))
			return false;
		for (size_t k = 0; k < i; k++) {
			if (str_eq(set[k].key, set[i].key))
				return cli_usage(c, "--set gives \"%.*s\" twice",
					STR_FMT(set[i].key));
		}
	}
	rules->set = set;
	rules->nset = n;
	return true;
}

static bool
sets_id(const struct event_rules *rules)
{
	for (size_t i = 0; i < rules->nset; i++) {
		if (str_is(rules->set[i].key, "transaction_id"))
			return true;
	}
	return false;
}

static bool
set_id(struct cli *c, struct event_rules *rules)
{
	static const char line[] = "line:";
	const char *value = cli_value(c, "id");
	struct str text = str_c(value);
	size_t at;

	if (value == NULL)
		return true;
	if (sets_id(rules))
		return cli_usage(c, "--id and --set transaction_id: one of the two");
	if (str_is(text, "content")) {
		rules->id_content = true;
		return true;
	}
	if (!str_starts(text, line) || text.n == sizeof(line) - 1 || !str_utf8_valid(text, &at))
		return cli_usage(c, "--id \"%s\": wanted line:NAME or content", value);
	rules->id_prefix = (struct str){ text.p + sizeof(line) - 1, text.n - (sizeof(line) - 1) };
	if (c->noperands > 1)
		return cli_usage(c,
			"--id=line:NAME takes one file: lines of two have the same numbers");
	if (cli_value(c, "rejects") != NULL)
		return cli_usage(c,
			"--rejects with --id=line:NAME: rejects have other line numbers; "
			"mend the file itself and send it again");
	return true;
}

/* ---- what goes together ---- */

static bool
set_input(struct cli *c, struct ingest_settings *s)
{
	static const struct {
		const char *word;
		enum record_format format;
	} forms[] = {
		{ "auto", RECORD_AUTO }, { "ndjson", RECORD_NDJSON }, { "json", RECORD_JSON },
		{ "csv", RECORD_CSV }, { "cloudevents", RECORD_AUTO }, /* one a line, or arrays */
	};
	const char *value = cli_value(c, "input");

	for (size_t i = 0; value != NULL && i < countof(forms); i++) {
		if (strcmp(value, forms[i].word) == 0)
			s->reading.format = forms[i].format;
	}
	s->opt.cloudevents = value != NULL && strcmp(value, "cloudevents") == 0;
	if (s->reading.nmap > 0 &&
		(s->opt.cloudevents || s->reading.format == RECORD_NDJSON ||
			s->reading.format == RECORD_JSON))
		return cli_usage(c, "--map names columns of CSV, and --input is another form");
	if (s->opt.cloudevents && (cli_value(c, "id") != NULL || sets_id(&s->opt.rules)))
		return cli_usage(c, "%s and --input=cloudevents: each of these has an id",
			cli_value(c, "id") != NULL ? "--id" : "--set transaction_id");
	return true;
}

static bool
set_manner(struct cli *c, struct ingest_settings *s)
{
	s->check = cli_flag(c, "check");
	s->ack = cli_flag(c, "ack");
	s->opt.whole = cli_flag(c, "strict");
	if (s->check && (s->opt.whole || s->ack || c->dry_run))
		return cli_usage(c, "--check stores nothing, so --%s has no meaning with it",
			s->opt.whole   ? "strict" :
				s->ack ? "ack" :
					 "dry-run");
	return true;
}

bool
ingest_settings(struct cli *c, struct ingest_settings *out)
{
	struct ingest_settings s = {
		.opt = { .dry_run = c->dry_run },
		.future_ns = FUTURE_LIMIT_NS,
		.age_ns = -1,
		.rejects = cli_value(c, "rejects"),
	};
	struct event_rules *rules = &s.opt.rules;

	rules->utc = cli_flag(c, "utc");
	s.opt.keep_bytes = s.rejects != NULL;
	if (!set_limit(c, "future-limit", true, &s.future_ns) ||
		!set_limit(c, "max-age", false, &s.age_ns) ||
		!set_max_record(c, &s.reading.max_record) || !set_map(c, &s.reading) ||
		!set_constants(c, rules) || !set_id(c, rules) || !set_input(c, &s) ||
		!set_manner(c, &s) || !set_max_errors(c, &s.max_errors))
		return false;
	ingest_settings_clock(c, &s);
	*out = s;
	return true;
}
