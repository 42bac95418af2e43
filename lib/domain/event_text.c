#include "domain/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define FEW 16

/* ---- as JSON ---- */

static void
write_properties(struct jsonw *w, const struct event *ev)
{
	jsonw_object(w);
	for (size_t i = 0; i < ev->nproperties; i++) {
		const struct property *p = &ev->properties[i];

		jsonw_key_str(w, p->name);
		if (p->type == JSON_STRING)
			jsonw_str(w, p->text);
		else if (p->type == JSON_NULL)
			jsonw_null(w);
		else
			jsonw_raw(w, p->text);
	}
	jsonw_end(w);
}

void
event_to_json(struct jsonw *w, const struct event *ev)
{
	jsonw_object(w);
	jsonw_member_str(w, "transaction_id", ev->transaction_id);
	jsonw_member_str(w, "customer_id", ev->customer_id);
	jsonw_member_str(w, "event_type", ev->event_type);
	jsonw_member_instant(w, "timestamp", ev->timestamp_ns);
	jsonw_key(w, "properties");
	write_properties(w, ev);
	jsonw_end(w);
}

void
event_properties_json(const struct event *ev, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	write_properties(&w, ev);
	jsonw_release(&w);
}

/* ---- contents ---- */

const struct property *
event_property(const struct event *ev, struct str name)
{
	for (size_t i = 0; i < ev->nproperties; i++)
		if (ev->properties[i].type != JSON_NULL && str_eq(ev->properties[i].name, name))
			return &ev->properties[i];
	return NULL;
}

static int
by_name(const void *a, const void *b)
{
	const struct property *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* Events have few properties, and this runs for each of them; many go to qsort. */
static void
sort_by_name(struct property *list, size_t n)
{
	if (n > FEW) {
		qsort(list, n, sizeof(list[0]), by_name);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct property p = list[i];
		size_t k = i;

		for (; k > 0 && by_name(&p, &list[k - 1]) < 0; k--)
			list[k] = list[k - 1];
		list[k] = p;
	}
}

/* A copy of the properties that are there (null is not), by name. */
static struct property *
sorted_properties(const struct event *ev, struct arena *a, size_t *n)
{
	struct property *list = ARENA_ARRAY(a, ev->nproperties, struct property);
	size_t k = 0;

	for (size_t i = 0; i < ev->nproperties; i++)
		if (ev->properties[i].type != JSON_NULL)
			list[k++] = ev->properties[i];
	sort_by_name(list, k);
	*n = k;
	return list;
}

/* An object's canonical JSON is not the string of the same characters. */
static char
property_kind(const struct property *p)
{
	return p->type == JSON_ARRAY || p->type == JSON_OBJECT ? 'n' : 's';
}

/* Least byte first, whatever the machine: digests of contents are kept. */
static char *
put_length(char *q, size_t n)
{
	unsigned char bytes[4] = { (unsigned char)n, (unsigned char)(n >> 8),
		(unsigned char)(n >> 16), (unsigned char)(n >> 24) };

	memcpy(q, bytes, sizeof(bytes));
	return q + sizeof(bytes);
}

/* A record is shorter than 4 GiB, so four bytes hold any length. */
static char *
put_text(char *q, struct str s)
{
	q = put_length(q, s.n);
	if (s.n > 0)
		memcpy(q, s.p, s.n);
	return q + s.n;
}

void
event_content(const struct event *ev, struct arena *a, struct buf *out)
{
	size_t n, bytes = 4 + ev->customer_id.n + 4 + ev->event_type.n + 8;
	const struct property *list = sorted_properties(ev, a, &n);
	uint64_t t = (uint64_t)ev->timestamp_ns;
	char *q;

	for (size_t i = 0; i < n; i++)
		bytes += 4 + list[i].name.n + 1 + 4 + list[i].text.n;
	buf_reserve(out, bytes);
	q = put_text(out->p + out->n, ev->customer_id);
	q = put_text(q, ev->event_type);
	q = put_length(q, t & UINT32_MAX);
	q = put_length(q, t >> 32);
	for (size_t i = 0; i < n; i++) {
		q = put_text(q, list[i].name);
		*q++ = property_kind(&list[i]);
		q = put_text(q, list[i].text);
	}
	out->n += bytes;
	assert(q == out->p + out->n);
}

static struct str
property_difference(const struct property *p, struct arena *arena)
{
	return str_printf(arena, "properties.%.*s", STR_FMT(p->name));
}

struct str
event_difference(const struct event *a, const struct event *b, struct arena *arena)
{
	const struct property *pa, *pb;
	size_t na, nb, i;

	if (!str_eq(a->customer_id, b->customer_id))
		return STR("customer_id");
	if (!str_eq(a->event_type, b->event_type))
		return STR("event_type");
	if (a->timestamp_ns != b->timestamp_ns)
		return STR("timestamp");
	pa = sorted_properties(a, arena, &na);
	pb = sorted_properties(b, arena, &nb);
	for (i = 0; i < na && i < nb; i++) {
		int order = by_name(&pa[i], &pb[i]);

		if (order != 0)
			return property_difference(order < 0 ? &pa[i] : &pb[i], arena);
		if (property_kind(&pa[i]) != property_kind(&pb[i]) ||
			!str_eq(pa[i].text, pb[i].text))
			return property_difference(&pa[i], arena);
	}
	if (i < na)
		return property_difference(&pa[i], arena);
	if (i < nb)
		return property_difference(&pb[i], arena);
	return (struct str){ NULL, 0 };
}
