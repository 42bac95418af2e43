#include "domain/cloudevent.h"

#include <assert.h>
#include <string.h>

#include "base/id.h"
#include "domain/event_draft.h"

#include "base/banned.h"

enum attribute {
	CA_SPECVERSION,
	CA_ID,
	CA_SOURCE,
	CA_TYPE,
	CA_SUBJECT,
	CA_TIME,
	CA_DATACONTENTTYPE,
	CA_DATA,
	CA_DATA_BASE64
};
#define CA_TEXTS 7 /* the first of them are strings */
#define CA_COUNT 9

static const struct {
	struct str name;
	const char *code; /* of a value that will not do */
} attributes[] = {
	[CA_SPECVERSION] = { FIELD_NAME("specversion"), "cloudevent.specversion" },
	[CA_ID] = { FIELD_NAME("id"), "event.transaction_id" },
	[CA_SOURCE] = { FIELD_NAME("source"), "event.transaction_id" },
	[CA_TYPE] = { FIELD_NAME("type"), "event.event_type" },
	[CA_SUBJECT] = { FIELD_NAME("subject"), "event.customer_id" },
	[CA_TIME] = { FIELD_NAME("time"), "event.timestamp" },
	[CA_DATACONTENTTYPE] = { FIELD_NAME("datacontenttype"), "cloudevent.datacontenttype" },
	[CA_DATA] = { FIELD_NAME("data"), "event.properties" },
	[CA_DATA_BASE64] = { FIELD_NAME("data_base64"), "cloudevent.data_base64" },
};
_Static_assert(countof(attributes) == CA_COUNT, "a row for every attribute");

/* Of the fields of an event. */
static const struct str field_names[EVENT_FIELDS] = {
	[EF_ID] = FIELD_NAME("id"),
	[EF_CUSTOMER] = FIELD_NAME("subject"),
	[EF_TYPE] = FIELD_NAME("type"),
	[EF_TIME] = FIELD_NAME("time"),
	[EF_PROPERTIES] = FIELD_NAME("data"),
};

/* ---- members ---- */

/* CA_COUNT: none of those above. Senders keep one order: the one expected is tried first. */
static unsigned
attribute_of(struct str name, unsigned expected)
{
	unsigned a = expected;

	for (unsigned tried = 0; tried < CA_COUNT; tried++) {
		if (str_eq(name, attributes[a].name))
			return a;
		a = a + 1 == CA_COUNT ? 0 : a + 1;
	}
	return CA_COUNT;
}

static bool
may_be_extension(struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!ascii_is_digit(name.p[i]) && (name.p[i] < 'a' || name.p[i] > 'z'))
			return false;
	return name.n > 0;
}

static bool
unknown(const struct draft *d, const struct json_scanner *s, struct str name,
	const struct json_node *value)
{
	const char *known[CA_COUNT], *meant;

	for (size_t a = 0; a < CA_COUNT; a++)
		known[a] = attributes[a].name.p;
	meant = str_nearest(name, known, CA_COUNT);
	if (meant != NULL)
		err_field(d->e, ERR_INPUT, "unknown_field", name, json_node_raw(s, value),
			"no name of a CloudEvents attribute; did you mean \"%s\"?", meant);
	else
		err_field(d->e, ERR_INPUT, "unknown_field", name, json_node_raw(s, value),
			"no name of a CloudEvents attribute, which are lower-case letters and "
			"digits; other values belong into data");
	return draft_failed_at(d, node_place(value));
}

static bool
take_member(struct draft *d, const struct json_scanner *s, const struct json_node *key,
	const struct json_node *value, unsigned *expected, struct given texts[CA_TEXTS])
{
	struct str name = json_node_string(s, key, d->rec);
	unsigned a = attribute_of(name, *expected);

	if (a == CA_COUNT)
		return may_be_extension(name) || unknown(d, s, name, value);
	*expected = a + 1 == CA_COUNT ? 0 : a + 1;
	if (a == CA_DATA)
		return draft_take_properties(d, s, value);
	if (a == CA_DATA_BASE64) {
		if (value->type == JSON_NULL)
			return true;
		err_field(d->e, ERR_INPUT, attributes[a].code, name, json_node_raw(s, value),
			"binary data has no properties; wanted an object in data");
		return draft_failed_at(d, node_place(value));
	}
	return draft_take_string(d, s, name, attributes[a].code, value, &texts[a]);
}

/* ---- checks ---- */

static bool
refuse(const struct draft *d, unsigned a, const struct given *g, const char *text)
{
	err_field(d->e, ERR_INPUT, attributes[a].code, attributes[a].name, g->text, "%s", text);
	return draft_failed_at(d, g->at);
}

static bool
ends_with(struct str s, const char *tail)
{
	size_t n = strlen(tail);

	return s.n >= n && str_is_nocase((struct str){ s.p + s.n - n, n }, tail);
}

/* "application/json", "text/json; charset=utf-8", "application/vnd.acme+json" */
static bool
is_json(struct str media)
{
	const char *semicolon = memchr(media.p, ';', media.n);

	if (semicolon != NULL)
		media.n = (size_t)(semicolon - media.p);
	while (media.n > 0 && media.p[media.n - 1] == ' ')
		media.n--;
	return ends_with(media, "/json") ||
		(ends_with(media, "+json") && memchr(media.p, '/', media.n) != NULL);
}

static bool
check(const struct draft *d, const struct given texts[CA_TEXTS])
{
	static const unsigned wanted[] = { CA_SPECVERSION, CA_ID, CA_SOURCE };
	const struct given *media = &texts[CA_DATACONTENTTYPE];

	for (size_t i = 0; i < countof(wanted); i++) {
		unsigned a = wanted[i];

		if (!draft_check(d, &texts[a], attributes[a].name, attributes[a].code))
			return false;
		if (a == CA_SPECVERSION && !str_is(texts[a].text, "1.0"))
			return refuse(d, a, &texts[a], "wanted 1.0");
	}
	if (media->there && (media->text.n == 0 || !is_json(media->text)))
		return refuse(d, CA_DATACONTENTTYPE, media,
			"wanted application/json: properties are an object");
	return true;
}

/* ---- the id ---- */

/* SOURCE, a separator, ID */
static struct str
join(struct arena *a, struct str source, char separator, struct str id)
{
	char *p = arena_alloc(a, source.n + 1 + id.n + 1);

	memcpy(p, source.p, source.n);
	p[source.n] = separator;
	memcpy(p + source.n + 1, id.p, id.n);
	return (struct str){ p, source.n + 1 + id.n };
}

static struct str
transaction_id(struct arena *a, struct str source, struct str id)
{
	unsigned char digest[DIGEST_BYTES];
	char hex[DIGEST_TEXT_SIZE];

	assert(source.p != NULL && id.p != NULL); /* neither is empty */
	if (memchr(source.p, '|', source.n) == NULL &&
		str_codepoints(source) + 1 + str_codepoints(id) <= EVENT_ID_MAX_POINTS)
		return join(a, source, '|', id);
	/* No text that is read here holds a NUL, so each pair has bytes of its own. */
	struct str both = join(a, source, '\0', id);

	digest_sha256(both.p, both.n, digest);
	return str_printf(a, "cloudevent:%s", digest_text(digest, hex));
}

bool
event_from_cloudevent(const struct json_scanner *s, const struct event_rules *rules, uint64_t line,
	struct arena *rec, struct event *out, struct err *e)
{
	const struct json_node *root = &s->nodes[0], *value;
	struct given texts[CA_TEXTS] = { 0 };
	struct draft d;
	unsigned expected = 0;

	assert(rules->id_prefix.p == NULL && !rules->id_content);
	draft_init(&d, rules, field_names, rec, e);
	d.bytes = s->text;
	d.line = line;
	d.start = node_place(root);
	if (root->type != JSON_OBJECT)
		return draft_no_object(&d, s);
	for (size_t i = 1; i < root->next; i = value->next) {
		value = &s->nodes[i + 1];
		if (!take_member(&d, s, &s->nodes[i], value, &expected, texts))
			return false;
	}
	if (!check(&d, texts))
		return false;
	if (d.properties == NULL && rules->nset > 0)
		d.properties = ARENA_ARRAY(rec, rules->nset, struct property);
	d.fields[EF_ID] = texts[CA_ID];
	d.fields[EF_ID].text = transaction_id(rec, texts[CA_SOURCE].text, texts[CA_ID].text);
	d.fields[EF_CUSTOMER] = texts[CA_SUBJECT];
	d.fields[EF_TYPE] = texts[CA_TYPE];
	d.fields[EF_TIME] = texts[CA_TIME];
	return draft_finish(&d, out);
}
