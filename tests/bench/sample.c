#include "tests/bench/sample.h"

#include <assert.h>
#include <string.h>

#include "base/banned.h"

#define MILLION 1000000
#define DISORDER_MS 2000
#define TRIES 64 /* to find a line that bears an event of its own */

enum purpose { FOR_LINE, FOR_ID, FOR_CONTENT, FOR_CONFLICT, FOR_TEXT };

#define TEXT(lit) \
	{ \
		(lit), sizeof(lit) - 1 \
	} /* a constant, which STR is not */

/* clang-format off */
const struct str sample_types[SAMPLE_TYPES] = {
	[TYPE_TOKENS] = TEXT("tokens"),
	[TYPE_API_CALL] = TEXT("api_call"),
	[TYPE_STORAGE] = TEXT("storage"),
	[TYPE_GPU_JOB] = TEXT("gpu_job"),
};

const struct str sample_properties[SAMPLE_PROPERTIES] = {
	[P_MODEL] = TEXT("model"),
	[P_DIRECTION] = TEXT("direction"),
	[P_REGION] = TEXT("region"),
	[P_TOKENS] = TEXT("tokens"),
	[P_LATENCY_MS] = TEXT("latency_ms"),
	[P_CACHED] = TEXT("cached"),
	[P_ENDPOINT] = TEXT("endpoint"),
	[P_STATUS] = TEXT("status"),
	[P_BYTES] = TEXT("bytes"),
	[P_BUCKET] = TEXT("bucket"),
	[P_GB] = TEXT("gb"),
	[P_GPU] = TEXT("gpu"),
	[P_SECONDS] = TEXT("seconds"),
	[P_SPOT] = TEXT("spot"),
	[P_TRACE] = TEXT("trace"),
};

static const struct str models[] = {
	TEXT("large-v2"), TEXT("large-v2"), TEXT("large-v2"), TEXT("small-v3"), TEXT("small-v3"),
	TEXT("medium-2026-01"), TEXT("embed-v1"), TEXT("vision-preview"),
};
static const struct str regions[] = {
	TEXT("eu-west-1"), TEXT("us-east-1"), TEXT("us-east-1"), TEXT("ap-south-2"),
};
static const struct str endpoints[] = {
	TEXT("/v1/complete"), TEXT("/v1/complete"), TEXT("/v1/embed"), TEXT("/v1/files"),
	TEXT("/v1/files/search"), TEXT("/v2/images/edit"), TEXT("/healthz"), TEXT("/v1/batches"),
};
static const struct str statuses[] = {
	TEXT("200"), TEXT("200"), TEXT("200"), TEXT("200"), TEXT("201"), TEXT("404"), TEXT("429"), TEXT("500"),
};
static const struct str gpus[] = { TEXT("a100"), TEXT("h100"), TEXT("l4"), TEXT("t4") };
/* clang-format on */

/* ---- lines ---- */

static enum line_kind
line_kind(const struct sample_settings *s, uint64_t number, struct draw *d)
{
	uint64_t at;

	*d = draw_start(s->seed, number, FOR_LINE);
	at = draw_below(d, MILLION);
	if (number == 0)
		return LINE_FRESH;
	if (at < s->malformed)
		return LINE_MALFORMED;
	at -= s->malformed;
	if (at < s->duplicates)
		return LINE_DUPLICATE;
	return at - s->duplicates < s->conflicts ? LINE_CONFLICT : LINE_FRESH;
}

struct line
sample_line(const struct sample_settings *s, uint64_t number)
{
	struct draw d, other;
	struct line line = { line_kind(s, number, &d), number };

	if (line.kind == LINE_FRESH || line.kind == LINE_MALFORMED)
		return line;
	for (int try = 0; try < TRIES; try++) {
		line.event = draw_below(&d, number);
		if (line_kind(s, line.event, &other) == LINE_FRESH)
			return line;
	}
	line.event = 0;
	return line;
}

/* ---- texts ---- */

/* Each writes at p, and returns what is behind. */
static char *
letters(char *p, struct str text)
{
	memcpy(p, text.p, text.n);
	return p + text.n;
}

/* v in at least width digits */
static char *
digits(char *p, uint64_t v, unsigned width)
{
	char text[20];
	unsigned n = 0;

	do {
		text[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	for (; width > n; width--)
		*p++ = '0';
	while (n > 0)
		*p++ = text[--n];
	return p;
}

static char *
hex(char *p, uint64_t v, unsigned n)
{
	while (n-- > 0)
		*p++ = "0123456789abcdef"[v >> 4 * n & 15];
	return p;
}

/* A text that was written at the end of the store. */
static struct str
keep(struct sample *out, const char *end)
{
	struct str text = { out->store + out->stored, (size_t)(end - out->store) - out->stored };

	out->stored += text.n;
	assert(out->stored <= sizeof(out->store));
	return text;
}

static char *
room(struct sample *out)
{
	return out->store + out->stored;
}

size_t
sample_customer(uint32_t number, char out[SAMPLE_CUSTOMER_SIZE])
{
	char *p = letters(out, STR("cust-"));

	return (size_t)(digits(p, (uint64_t)number + 1, 5) - out);
}

static struct str
uuid_text(struct sample *out, uint64_t high, uint64_t low)
{
	char *p = hex(room(out), high >> 32, 8);

	*p++ = '-';
	p = hex(p, high >> 16 & 0xffff, 4);
	*p++ = '-';
	p = hex(p, high & 0xffff, 4);
	*p++ = '-';
	p = hex(p, low >> 48, 4);
	*p++ = '-';
	return keep(out, hex(p, low & UINT64_C(0xffffffffffff), 12));
}

static struct str
id_text(const struct sample_settings *s, uint64_t event, struct sample *out)
{
	struct draw d = draw_start(s->seed, event, FOR_ID);
	uint64_t high = draw_next(&d), low = draw_next(&d);
	char *p;

	low = (low & ~(UINT64_C(3) << 62)) | UINT64_C(1) << 63; /* the variant */
	switch (s->ids) {
	case IDS_UUID:
		return uuid_text(out, (high & ~UINT64_C(0xf000)) | 0x4000, low);
	case IDS_UUID7:
		return uuid_text(out, (uint64_t)out->time_ms << 16 | 0x7000 | (high & 0xfff), low);
	case IDS_TEXT:
		break;
	}
	p = hex(letters(room(out), STR("evt:")), high, 16);
	*p++ = ':';
	return keep(out, digits(p, event, 1));
}

/* ---- properties: one draw an expression, for C leaves their order open ---- */

static void
add(struct sample *out, enum sample_property p, struct str text, bool bare)
{
	out->properties[p] = text;
	out->present |= 1U << p;
	out->bare |= (uint32_t)bare << p;
}

#define pick(d, list) ((list)[draw_below((d), countof(list))])

static void
add_number(struct sample *out, enum sample_property p, uint64_t v, bool bare)
{
	add(out, p, keep(out, digits(room(out), v, 1)), bare);
}

/* v / 10^places, without trailing zeros */
static void
add_decimal(struct sample *out, enum sample_property p, uint64_t v, unsigned places, bool bare)
{
	uint64_t one = 1;
	char *end;

	for (; places > 0 && v % 10 == 0; places--)
		v /= 10;
	for (unsigned i = 0; i < places; i++)
		one *= 10;
	end = digits(room(out), v / one, 1);
	if (places > 0) {
		*end++ = '.';
		end = digits(end, v % one, places);
	}
	add(out, p, keep(out, end), bare);
}

/* Small numbers often, large ones seldom: 1 .. 2^bits. */
static uint64_t
draw_size(struct draw *d, unsigned bits)
{
	uint64_t spread = draw_below(d, UINT64_C(1) << bits);

	return draw_below(d, spread + 1) + 1;
}

static void
add_tokens(struct sample *out, struct draw *d)
{
	bool bare = draw_below(d, 16) == 0;

	out->output = draw_below(d, 2) == 0;
	out->tokens = draw_size(d, 13);
	add(out, P_MODEL, pick(d, models), false);
	add(out, P_DIRECTION, out->output ? STR("output") : STR("input"), false);
	add(out, P_REGION, pick(d, regions), false);
	add_number(out, P_TOKENS, out->tokens, bare);
	add_decimal(out, P_LATENCY_MS, draw_size(d, 14), 1, true);
	if (!out->output && draw_below(d, 4) == 0)
		add(out, P_CACHED, draw_below(d, 2) == 0 ? STR("true") : STR("false"), true);
}

static void
add_api_call(struct sample *out, struct draw *d)
{
	add(out, P_ENDPOINT, pick(d, endpoints), false);
	add(out, P_STATUS, pick(d, statuses), true);
	if (draw_below(d, 8) > 0)
		add_number(out, P_BYTES, draw_size(d, 20), true);
}

static void
add_storage(struct sample *out, struct draw *d)
{
	char *p = letters(room(out), STR("logs-"));
	bool bare = draw_below(d, 2) == 0;

	add(out, P_BUCKET, keep(out, digits(p, draw_below(d, 100), 2)), false);
	add_decimal(out, P_GB, draw_size(d, 32), 6, bare);
}

static void
add_gpu_job(struct sample *out, struct draw *d)
{
	out->centiseconds = draw_size(d, 19);
	add(out, P_REGION, pick(d, regions), false);
	add(out, P_GPU, pick(d, gpus), false);
	add_decimal(out, P_SECONDS, out->centiseconds, 2, true);
	if (draw_below(d, 2) == 0)
		add(out, P_SPOT, STR("true"), true);
}

static void
add_trace(const struct sample_settings *s, uint64_t event, struct sample *out)
{
	struct draw d = draw_start(s->seed, event, FOR_TEXT);
	char *p = room(out);

	for (int i = 0; i < 8; i++)
		p = hex(p, draw_next(&d), 16);
	add(out, P_TRACE, keep(out, p), false);
}

static void
add_properties(struct sample *out, struct draw *d)
{
	static const enum sample_type types[] = {
		TYPE_TOKENS,
		TYPE_TOKENS,
		TYPE_TOKENS,
		TYPE_TOKENS,
		TYPE_API_CALL,
		TYPE_API_CALL,
		TYPE_STORAGE,
		TYPE_GPU_JOB,
	};

	out->type = pick(d, types);
	switch (out->type) {
	case TYPE_TOKENS:
		add_tokens(out, d);
		break;
	case TYPE_API_CALL:
		add_api_call(out, d);
		break;
	case TYPE_STORAGE:
		add_storage(out, d);
		break;
	case TYPE_GPU_JOB:
		add_gpu_job(out, d);
		break;
	}
}

/* ---- events ---- */

static int64_t
event_time(const struct sample_settings *s, uint64_t event, struct draw *d)
{
	uint64_t span = (uint64_t)(s->to_ms - s->from_ms);
	/* the place in the stream as a fraction of 2^64 */
	uint64_t place = event * (UINT64_MAX / s->count);
	uint64_t at = draw_high(span, place);
	uint64_t before = draw_below(d, DISORDER_MS);
	uint64_t late = draw_below(d, MILLION);
	uint64_t anywhere = draw_below(d, at + 1);

	if (late < s->late)
		at = anywhere;
	else
		at -= before < at ? before : at;
	return s->from_ms + (int64_t)at;
}

/* Another customer, another instant, or another text of the first property. */
static void
contradict(const struct sample_settings *s, uint64_t event, struct sample *out)
{
	struct draw d = draw_start(s->seed, event, FOR_CONFLICT);
	uint64_t how = draw_below(&d, 3);

	if (how == 0 && s->customers > 1)
		out->customer_number = (out->customer_number + 1) % s->customers;
	else if (how == 1)
		out->time_ms++;
	else
		out->properties[__builtin_ctz(out->present)] = STR("other");
}

void
sample_make(const struct sample_settings *s, const struct skew *customers, uint64_t event,
	bool conflict, struct sample *out)
{
	struct draw d = draw_start(s->seed, event, FOR_CONTENT);
	char *p;

	out->stored = 0;
	out->present = out->bare = 0;
	out->output = false;
	out->tokens = out->centiseconds = 0;
	out->time_ms = event_time(s, event, &d);
	out->id = id_text(s, event, out);
	out->customer_number = skew_draw(customers, &d);
	add_properties(out, &d);
	if (s->unique_text)
		add_trace(s, event, out);
	if (conflict)
		contradict(s, event, out);
	p = room(out);
	out->customer = keep(out, p + sample_customer(out->customer_number, p));
}
