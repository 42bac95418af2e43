/*
 * cloudevent - usage events in the JSON form of CloudEvents 1.0.
 *
 * Shape      one CloudEvent a record (structured mode; the items of an array are
 *            batched mode). type is the event_type, subject the customer_id, time
 *            the timestamp (wanted here), data the properties. id and source
 *            together are unique, so the transaction_id is made of both:
 *            SOURCE|ID where source has no '|' and the whole fits 128
 *            characters; else "cloudevent:" and the SHA-256, in hex, of source, a
 *            NUL byte and id. Each pair has a transaction_id of its own either way.
 *            datacontenttype, where given, says JSON. dataschema and extension
 *            attributes are passed over.
 * Errors     as in event.h, under the names that CloudEvents has for the fields.
 *            cloudevent.specversion, cloudevent.datacontenttype,
 *            cloudevent.data_base64. A name that no attribute can have is an
 *            unknown_field.
 * Source     CloudEvents 1.0.2 and its JSON event format; mtr-json(5), Events.
 * Example    {"specversion":"1.0","id":"7","source":"/gateway","type":"call",
 *            "subject":"acme","time":"2024-10-01T00:00:00Z"} is the event
 *            "/gateway|7" of acme.
 */
#ifndef DOMAIN_CLOUDEVENT_H
#define DOMAIN_CLOUDEVENT_H

#include "domain/event.h"

/* As event_from_scan. Rules that make ids do not go with it. */
bool event_from_cloudevent(const struct json_scanner *s, const struct event_rules *rules,
	uint64_t line, struct arena *rec, struct event *out, struct err *e);

#endif
