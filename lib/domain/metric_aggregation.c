#include "domain/metric_part.h"

#include "base/banned.h"

static const char *const names[AGG_KINDS] = {
	[AGG_COUNT] = "COUNT",
	[AGG_SUM] = "SUM",
	[AGG_MAX] = "MAX",
	[AGG_LATEST] = "LATEST",
	[AGG_UNIQUE] = "UNIQUE",
	[AGG_MIN] = "MIN",
	[AGG_AVG] = "AVG",
	[AGG_PERCENTILE] = "PERCENTILE",
	[AGG_SESSION] = "SESSION",
	[AGG_TIME_WEIGHTED_SUM] = "TIME_WEIGHTED_SUM",
};
_Static_assert(AGG_TIME_WEIGHTED_SUM == AGG_KINDS - 1, "a name for each aggregation");

static const char *const mode_names[] = {
	[LEVEL_DELTA] = "DELTA",
	[LEVEL_ABSOLUTE] = "ABSOLUTE",
};
_Static_assert(countof(mode_names) == LEVEL_MODES, "a name for each mode");

static const struct {
	const char *name;
	int64_t seconds;
} units[] = {
	[UNIT_HOUR] = { "HOUR", 3600 },
	[UNIT_DAY] = { "DAY", 86400 },
	[UNIT_SECOND] = { "SECOND", 1 },
};
_Static_assert(countof(units) == AGGREGATION_UNITS, "a length for each unit");

const char *const metric_aggregation_fields[METRIC_AGGREGATION_FIELDS] = { "aggregation_type",
	"aggregation_key", "percentile", "session_hours", "session_key", "level_mode",
	"aggregation_unit", "level_key" };

/* The fields that belong to one aggregation alone. */
static const struct {
	const char *name;
	enum aggregation of;
} own_fields[] = {
	{ "percentile", AGG_PERCENTILE },
	{ "session_hours", AGG_SESSION },
	{ "session_key", AGG_SESSION },
	{ "level_mode", AGG_TIME_WEIGHTED_SUM },
	{ "aggregation_unit", AGG_TIME_WEIGHTED_SUM },
	{ "level_key", AGG_TIME_WEIGHTED_SUM },
};

const char *
aggregation_name(enum aggregation a)
{
	return names[a];
}

int64_t
aggregation_unit_seconds(enum aggregation_unit u)
{
	return units[u].seconds;
}

/* ---- reading ---- */

/* A property that events are aggregated or told apart by; what says which. */
static struct str
key_from(struct obj *o, const struct metric *m, const char *name, const char *what,
	enum obj_need need)
{
	struct str key = obj_text(o, name, need, 1, SIZE_MAX);

	if (key.p == NULL)
		return key;
	if (!metric_filters_name(m, key))
		obj_refuse(o, name,
			"The specified %s key must be one of "
			"the property filter names.",
			what);
	else if (metric_filters_out(m, key))
		obj_refuse(o, name, "a property filter asks for events without this property");
	return key;
}

/* Events are counted by themselves, whatever they hold. */
static bool
takes_no_key(enum aggregation a)
{
	return a == AGG_COUNT || a == AGG_SESSION;
}

static void
percentile_from(struct obj *o, struct metric *m)
{
	m->percentile = obj_rat(o, "percentile", OBJ_REQUIRED, NULL);
	if (obj_ok(o) &&
		(rat_sign(m->percentile) <= 0 ||
			rat_cmp(m->percentile, rat_int(o->arena, 100)) > 0))
		obj_refuse(o, "percentile", "wanted a number above 0, up to 100");
}

static void
session_from(struct obj *o, struct metric *m)
{
	struct rat hours = obj_rat(o, "session_hours", OBJ_REQUIRED, NULL);
	struct rat ns = rat_mul(o->arena, hours, rat_int(o->arena, NS_PER_HOUR));

	if (!obj_ok(o))
		return;
	m->session_hours = hours;
	if (rat_sign(hours) <= 0)
		obj_refuse(o, "session_hours", "wanted a number above 0");
	else if (!rat_eq(rat_round(o->arena, ns, 0, RAT_DOWN), ns))
		obj_refuse(o, "session_hours", "no whole number of nanoseconds");
	else if (!rat_to_int64(ns, &m->session_ns))
		obj_refuse(o, "session_hours", "wanted at most %lld",
			(long long)(INT64_MAX / NS_PER_HOUR));
	m->part_key = key_from(o, m, "session_key", "session", OBJ_OPTIONAL);
}

static void
level_from(struct obj *o, struct metric *m)
{
	const char *unit_names[countof(units)];

	for (size_t i = 0; i < countof(units); i++)
		unit_names[i] = units[i].name;
	m->level_mode = (enum level_mode)obj_enum(o, "level_mode", OBJ_OPTIONAL, mode_names,
		LEVEL_MODES, LEVEL_DELTA);
	m->unit = (enum aggregation_unit)obj_enum(o, "aggregation_unit", OBJ_OPTIONAL, unit_names,
		countof(units), UNIT_HOUR);
	m->part_key = key_from(o, m, "level_key", "level", OBJ_OPTIONAL);
}

static void
own_fields_from(struct obj *o, struct metric *m)
{
	if (m->aggregation == AGG_PERCENTILE)
		percentile_from(o, m);
	if (m->aggregation == AGG_SESSION)
		session_from(o, m);
	if (m->aggregation == AGG_TIME_WEIGHTED_SUM)
		level_from(o, m);
	for (size_t i = 0; i < countof(own_fields); i++)
		if (own_fields[i].of != m->aggregation &&
			obj_value(o, own_fields[i].name, OBJ_OPTIONAL) != NULL)
			obj_refuse(o, own_fields[i].name, "%s has none, it belongs to %s",
				names[m->aggregation], names[own_fields[i].of]);
}

void
metric_aggregation_from(struct obj *o, struct metric *m)
{
	m->aggregation = (enum aggregation)obj_enum(o, "aggregation_type", OBJ_REQUIRED, names,
		AGG_KINDS, AGG_COUNT);
}

void
metric_aggregation_fields_from(struct obj *o, struct metric *m)
{
	if (!obj_ok(o))
		return;
	if (!takes_no_key(m->aggregation))
		m->aggregation_key = key_from(o, m, "aggregation_key", "aggregation", OBJ_REQUIRED);
	else if (obj_value(o, "aggregation_key", OBJ_OPTIONAL) != NULL)
		obj_refuse(o, "aggregation_key", "%s takes no key", names[m->aggregation]);
	own_fields_from(o, m);
}

/* ---- writing ---- */

void
metric_aggregation_json(struct jsonw *w, const struct metric *m, enum terms_form form)
{
	jsonw_member_c(w, "aggregation_type", names[m->aggregation]);
	jsonw_member_str_opt(w, "aggregation_key", m->aggregation_key);
	if (m->aggregation == AGG_PERCENTILE)
		jsonw_member_decimal(w, "percentile", m->percentile, form);
	if (m->aggregation == AGG_SESSION) {
		jsonw_member_decimal(w, "session_hours", m->session_hours, form);
		jsonw_member_str_opt(w, "session_key", m->part_key);
	}
	if (m->aggregation == AGG_TIME_WEIGHTED_SUM) {
		jsonw_member_c(w, "level_mode", mode_names[m->level_mode]);
		jsonw_member_c(w, "aggregation_unit", units[m->unit].name);
		jsonw_member_str_opt(w, "level_key", m->part_key);
	}
}
