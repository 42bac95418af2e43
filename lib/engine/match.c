#include "engine/match.h"

#include "base/banned.h"

/* NULL: the value passes. text == NULL: there is none, which in_values alone stops. */
static const char *
value_stopped(const struct value_filter *f, const struct str *text)
{
	if (f->in.n > 0 && (text == NULL || !texts_has(&f->in, *text)))
		return text == NULL ? "absent, but in_values names values" : "not among in_values";
	if (f->not_in.n > 0 && text != NULL && texts_has(&f->not_in, *text))
		return "among not_in_values";
	return NULL;
}

static const char *
property_stopped(const struct property_filter *f, const struct property *p)
{
	if (f->exists == PRESENCE_YES && p == NULL)
		return "absent, but must exist";
	if (f->exists == PRESENCE_NO && p != NULL)
		return "there, but must not exist";
	if (p != NULL && (p->type == JSON_OBJECT || p->type == JSON_ARRAY))
		return f->values.in.n + f->values.not_in.n > 0 ?
			"an object or array, which no list of values matches" :
			NULL;
	return value_stopped(&f->values, p != NULL ? &p->text : NULL);
}

bool
match_event_type(const struct metric *m, struct str event_type)
{
	return !m->has_event_type_filter || value_stopped(&m->event_type, &event_type) == NULL;
}

bool
match_property(const struct property_filter *f, const struct property *p)
{
	return property_stopped(f, p) == NULL;
}

static bool
mismatch(struct mismatch *why, struct str field, bool property, const char *text)
{
	if (why != NULL)
		*why = (struct mismatch){ .field = field, .property = property, .text = text };
	return false;
}

bool
match_event(const struct metric *m, const struct event *ev, struct mismatch *why)
{
	const char *text;

	if (m->sql.p != NULL)
		return mismatch(why, STR("sql"), false, "a query");
	if (m->has_event_type_filter) {
		text = value_stopped(&m->event_type, &ev->event_type);
		if (text != NULL)
			return mismatch(why, STR("event_type"), false, text);
	}
	for (size_t i = 0; i < m->nfilters; i++) {
		text = property_stopped(&m->filters[i], event_property(ev, m->filters[i].name));
		if (text != NULL)
			return mismatch(why, m->filters[i].name, true, text);
	}
	if (m->aggregation_key.n > 0 && event_property(ev, m->aggregation_key) == NULL)
		return mismatch(why, m->aggregation_key, true, "absent, but it is aggregated");
	return true;
}
