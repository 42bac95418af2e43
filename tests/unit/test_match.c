/* Which events feed a metric, and what stops the others. */
#include "engine/match.h"

#include "tests/unit/tap.h"

#include "base/banned.h"

#define TEXT(s) \
	{ \
		s, sizeof(s) - 1 \
	}
#define TEXTS(list) \
	{ \
		list, countof(list) \
	}

static struct str calls[] = { TEXT("call") };
static struct str zones[] = { TEXT("a"), TEXT("1") };
static struct str tests[] = { TEXT("test"), TEXT("[]") };

static struct property_filter filters[] = {
	{ .name = TEXT("n"), .exists = PRESENCE_YES },
	{ .name = TEXT("zone"), .values = { .in = TEXTS(zones) } },
	{ .name = TEXT("class"), .values = { .not_in = TEXTS(tests) } },
	{ .name = TEXT("trial"), .exists = PRESENCE_NO },
	{ .name = TEXT("any") },
};

static struct metric
metric(void)
{
	return (struct metric){
		.aggregation = AGG_SUM,
		.aggregation_key = STR("n"),
		.has_event_type_filter = true,
		.event_type = { .in = TEXTS(calls) },
		.filters = filters,
		.nfilters = countof(filters),
	};
}

struct row {
	const char *what;
	struct property properties[4];
	size_t n;
	const char *field; /* NULL: it feeds */
};

static const struct row rows[] = {
	{ "all pass",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("a"), JSON_STRING } },
		2, NULL },
	{ "a number in in_values",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("1"), JSON_NUMBER } },
		2, NULL },
	{ "1.0 is not 1",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER },
			{ TEXT("zone"), TEXT("1.0"), JSON_NUMBER } },
		2, "zone" },
	{ "without the property of in_values", { { TEXT("n"), TEXT("1"), JSON_NUMBER } }, 1,
		"zone" },
	{ "without the property that must exist", { { TEXT("zone"), TEXT("a"), JSON_STRING } }, 1,
		"n" },
	{ "null is absent",
		{ { TEXT("n"), { NULL, 0 }, JSON_NULL }, { TEXT("zone"), TEXT("a"), JSON_STRING } },
		2, "n" },
	{ "null may stand where nothing may",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("a"), JSON_STRING },
			{ TEXT("trial"), { NULL, 0 }, JSON_NULL } },
		3, NULL },
	{ "false stands there",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("a"), JSON_STRING },
			{ TEXT("trial"), TEXT("false"), JSON_FALSE } },
		3, "trial" },
	{ "not among not_in_values",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("a"), JSON_STRING },
			{ TEXT("class"), TEXT("prod"), JSON_STRING } },
		3, NULL },
	{ "among not_in_values",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("a"), JSON_STRING },
			{ TEXT("class"), TEXT("test"), JSON_STRING } },
		3, "class" },
	{ "an array passes no list of values",
		{ { TEXT("n"), TEXT("1"), JSON_NUMBER }, { TEXT("zone"), TEXT("a"), JSON_STRING },
			{ TEXT("class"), TEXT("[1]"), JSON_ARRAY } },
		3, "class" },
	{ "an object is there",
		{ { TEXT("n"), TEXT("{}"), JSON_OBJECT }, { TEXT("zone"), TEXT("a"), JSON_STRING },
			{ TEXT("any"), TEXT("{}"), JSON_OBJECT } },
		3, NULL },
	{ "the first filter that fails is named", { { TEXT("any"), TEXT("1"), JSON_NUMBER } }, 1,
		"n" },
};

static struct event
event_of(const struct row *r, struct property *properties)
{
	for (size_t i = 0; i < r->n; i++)
		properties[i] = r->properties[i];
	return (struct event){ .event_type = STR("call"),
		.properties = properties,
		.nproperties = r->n };
}

static void
test_rows(void)
{
	struct metric m = metric();

	for (size_t i = 0; i < countof(rows); i++) {
		struct property properties[4];
		struct event ev = event_of(&rows[i], properties);
		struct mismatch why = { .field = STR("untouched") };
		bool fed = match_event(&m, &ev, &why);

		ok(fed == (rows[i].field == NULL), "%s", rows[i].what);
		ok(fed == match_event(&m, &ev, NULL), "%s: the same without asking why",
			rows[i].what);
		if (rows[i].field == NULL)
			ok(str_is(why.field, "untouched"), "%s: no reason is set", rows[i].what);
		else
			ok(str_is(why.field, rows[i].field) && why.property && why.text != NULL,
				"%s: %s is named", rows[i].what, rows[i].field);
	}
}

static void
test_event_type(void)
{
	struct metric m = metric();
	struct mismatch why;
	struct property properties[4];
	struct event ev = event_of(&rows[0], properties);

	ev.event_type = STR("Call");
	ok(!match_event(&m, &ev, &why) && str_is(why.field, "event_type") && !why.property,
		"another event type, case told apart");
	m.event_type = (struct value_filter){ .not_in = TEXTS(calls) };
	ok(match_event(&m, &ev, NULL), "a type that is not excluded");
	ev.event_type = STR("call");
	ok(!match_event(&m, &ev, &why) && str_is(why.field, "event_type"), "an excluded type");
	m.has_event_type_filter = false;
	ok(match_event(&m, &ev, NULL), "no filter takes every type");
}

static void
test_aggregation_key(void)
{
	static struct property_filter loose[] = { { .name = TEXT("n") } };
	struct metric m = { .aggregation = AGG_MAX,
		.aggregation_key = STR("n"),
		.filters = loose,
		.nfilters = 1 };
	struct event ev = { .event_type = STR("call") };
	struct mismatch why;

	ok(!match_event(&m, &ev, &why) && str_is(why.field, "n") && why.property,
		"what is aggregated must be there");
	m.aggregation = AGG_COUNT;
	m.aggregation_key = (struct str){ NULL, 0 };
	ok(match_event(&m, &ev, &why), "a count needs no property");
}

int
main(void)
{
	test_rows();
	test_event_type();
	test_aggregation_key();
	return done();
}
