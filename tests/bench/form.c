#include "tests/bench/form.h"

#include <assert.h>
#include <string.h>

#include "base/instant.h"

#include "base/banned.h"

#define NS_PER_MS INT64_C(1000000)
#define MS_PER_DAY INT64_C(86400000)

/* ---- pieces ---- */

static void
put(struct form_line *out, struct str text)
{
	assert(out->n + text.n < FORM_LINE_MAX);
	memcpy(out->text + out->n, text.p, text.n);
	out->n += text.n;
}

static void
put_digits(struct form_line *out, int64_t v, int width)
{
	assert(out->n + (size_t)width < FORM_LINE_MAX);
	for (int i = width; i-- > 0; v /= 10)
		out->text[out->n + (size_t)i] = (char)('0' + v % 10);
	out->n += (size_t)width;
}

/* 2026-03-04T05:06:07.089Z */
static void
put_time(struct form_line *out, int64_t ms)
{
	struct civil day = instant_civil(ms * NS_PER_MS);
	int64_t of_day = day.of_day_ns / NS_PER_MS;

	out->time_at = out->n;
	put_digits(out, day.year, 4);
	put(out, STR("-"));
	put_digits(out, day.month, 2);
	put(out, STR("-"));
	put_digits(out, day.day, 2);
	put(out, STR("T"));
	put_digits(out, of_day / 3600000, 2);
	put(out, STR(":"));
	put_digits(out, of_day / 60000 % 60, 2);
	put(out, STR(":"));
	put_digits(out, of_day / 1000 % 60, 2);
	put(out, STR("."));
	put_digits(out, of_day % 1000, 3);
	put(out, STR("Z"));
}

static void
put_id(struct form_line *out, const struct sample *ev)
{
	out->id_at = out->n;
	put(out, ev->id);
}

static void
put_properties(struct form_line *out, const struct sample *ev)
{
	for (uint32_t left = ev->present; left != 0; left &= left - 1) {
		unsigned p = (unsigned)__builtin_ctz(left);
		bool bare = ev->bare >> p & 1;

		put(out, left == ev->present ? STR("\"") : STR(",\""));
		put(out, sample_properties[p]);
		put(out, bare ? STR("\":") : STR("\":\""));
		put(out, ev->properties[p]);
		if (!bare)
			put(out, STR("\""));
	}
}

/* ---- forms ---- */

static void
write_ndjson(const struct sample *ev, struct form_line *out)
{
	put(out, STR("{\"transaction_id\":\""));
	put_id(out, ev);
	put(out, STR("\",\"customer_id\":\""));
	put(out, ev->customer);
	put(out, STR("\",\"event_type\":\""));
	put(out, sample_types[ev->type]);
	put(out, STR("\",\"timestamp\":\""));
	put_time(out, ev->time_ms);
	put(out, STR("\",\"properties\":{"));
	put_properties(out, ev);
	put(out, STR("}}\n"));
}

static void
write_cloudevent(const struct sample *ev, struct form_line *out)
{
	put(out, STR("{\"specversion\":\"1.0\",\"id\":\""));
	put_id(out, ev);
	put(out, STR("\",\"source\":\"/meter\",\"type\":\""));
	put(out, sample_types[ev->type]);
	put(out, STR("\",\"subject\":\""));
	put(out, ev->customer);
	put(out, STR("\",\"time\":\""));
	put_time(out, ev->time_ms);
	put(out, STR("\",\"datacontenttype\":\"application/json\",\"data\":{"));
	put_properties(out, ev);
	put(out, STR("}}\n"));
}

static unsigned
columns(bool unique_text)
{
	return unique_text ? SAMPLE_PROPERTIES : P_TRACE;
}

static void
write_row(bool unique_text, const struct sample *ev, struct form_line *out)
{
	put_id(out, ev);
	put(out, STR(","));
	put(out, ev->customer);
	put(out, STR(","));
	put(out, sample_types[ev->type]);
	put(out, STR(","));
	put_time(out, ev->time_ms);
	for (unsigned p = 0; p < columns(unique_text); p++) {
		put(out, STR(","));
		if (ev->present >> p & 1)
			put(out, ev->properties[p]);
	}
	put(out, STR("\n"));
}

void
form_header(enum form form, bool unique_text, struct form_line *out)
{
	out->n = 0;
	if (form != FORM_CSV)
		return;
	put(out, STR("transaction_id,customer_id,event_type,timestamp"));
	for (unsigned p = 0; p < columns(unique_text); p++) {
		put(out, STR(",properties."));
		put(out, sample_properties[p]);
	}
	put(out, STR("\n"));
}

void
form_write(enum form form, bool unique_text, const struct sample *ev, struct form_line *out)
{
	out->n = 0;
	switch (form) {
	case FORM_NDJSON:
		write_ndjson(ev, out);
		break;
	case FORM_CSV:
		write_row(unique_text, ev, out);
		break;
	case FORM_CLOUDEVENTS:
		write_cloudevent(ev, out);
		break;
	}
}

void
form_break(enum form form, uint64_t how, struct form_line *line)
{
	switch (how % 4) {
	case 0:
		line->n = line->time_at;
		put(line, STR("\n"));
		break;
	case 1:
		memcpy(line->text + line->time_at + 5, "13", 2);
		break;
	case 2:
		line->text[line->id_at] = '\xff';
		break;
	case 3:
		line->n--;
		put(line, form == FORM_CSV ? STR(",x\n") : STR("}\n"));
		break;
	}
}
