#include "tests/bench/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "codec/jsonw.h"

#include "base/banned.h"

#define NS_PER_MS INT64_C(1000000)
#define WORD_BITS 64

enum { OUTPUT_TOKENS, API_CALLS, GPU_SECONDS };

static const char *const names[] = {
	[OUTPUT_TOKENS] = "output_tokens",
	[API_CALLS] = "api_calls",
	[GPU_SECONDS] = "gpu_seconds",
};
_Static_assert(countof(names) == MANIFEST_METRICS, "a name for each metric");

void
manifest_init(struct manifest *m, uint32_t customers)
{
	const uint32_t shown[MANIFEST_SHOWN] = { 0, 1, 9, customers / 2, customers - 1 };

	*m = (struct manifest){ .customers = customers };
	m->seen = calloc(customers / WORD_BITS + 1, sizeof(*m->seen));
	if (m->seen == NULL)
		abort();
	for (size_t i = 0; i < countof(shown); i++) {
		bool rises = m->nshown == 0 || shown[i] > m->shown[m->nshown - 1];

		if (rises && shown[i] < customers)
			m->shown[m->nshown++] = shown[i];
	}
}

void
manifest_release(struct manifest *m)
{
	free(m->seen);
}

static void
count(struct manifest_metric metrics[MANIFEST_METRICS], const struct sample *ev)
{
	switch (ev->type) {
	case TYPE_TOKENS:
		metrics[OUTPUT_TOKENS].events += ev->output;
		metrics[OUTPUT_TOKENS].value += ev->output ? ev->tokens : 0;
		break;
	case TYPE_API_CALL:
		metrics[API_CALLS].events++;
		metrics[API_CALLS].value++;
		break;
	case TYPE_STORAGE:
		break;
	case TYPE_GPU_JOB:
		metrics[GPU_SECONDS].events++;
		metrics[GPU_SECONDS].value += ev->centiseconds;
		break;
	}
}

void
manifest_add(struct manifest *m, enum line_kind kind, const struct sample *ev)
{
	bool first = m->lines[LINE_FRESH] == 0;

	m->lines[kind]++;
	if (kind != LINE_FRESH)
		return;
	if (first || ev->time_ms < m->first_ms)
		m->first_ms = ev->time_ms;
	if (first || ev->time_ms > m->last_ms)
		m->last_ms = ev->time_ms;
	m->seen[ev->customer_number / WORD_BITS] |= UINT64_C(1) << ev->customer_number % WORD_BITS;
	count(m->total, ev);
	for (size_t i = 0; i < m->nshown; i++)
		if (m->shown[i] == ev->customer_number)
			count(m->by_customer[i], ev);
}

static int64_t
customers_seen(const struct manifest *m)
{
	int64_t n = 0;

	for (uint32_t i = 0; i <= m->customers / WORD_BITS; i++)
		n += __builtin_popcountll(m->seen[i]);
	return n;
}

static void
write_metrics(struct jsonw *w, const struct manifest_metric metrics[MANIFEST_METRICS])
{
	struct arena a = ARENA_INIT;

	for (int i = 0; i < MANIFEST_METRICS; i++) {
		int64_t value = (int64_t)metrics[i].value;

		jsonw_key(w, names[i]);
		jsonw_object(w);
		jsonw_member_int(w, "events", (int64_t)metrics[i].events);
		jsonw_member_rat(w, "value", rat_scaled(&a, value, i == GPU_SECONDS ? 2 : 0));
		jsonw_end(w);
	}
	arena_release(&a);
}

static void
write_receipt(struct jsonw *w, const struct manifest *m)
{
	static const char *const counts[] = {
		[LINE_FRESH] = "accepted",
		[LINE_DUPLICATE] = "duplicate",
		[LINE_CONFLICT] = "conflict",
		[LINE_MALFORMED] = "rejected",
	};
	uint64_t read = 0;

	for (size_t i = 0; i < countof(counts); i++)
		read += m->lines[i];
	jsonw_member_int(w, "read", (int64_t)read);
	for (size_t i = 0; i < countof(counts); i++)
		jsonw_member_int(w, counts[i], (int64_t)m->lines[i]);
	if (m->lines[LINE_FRESH] > 0) {
		jsonw_member_instant(w, "first_timestamp", m->first_ms * NS_PER_MS);
		jsonw_member_instant(w, "last_timestamp", m->last_ms * NS_PER_MS);
	}
	jsonw_member_int(w, "unknown_customers", customers_seen(m));
}

void
manifest_json(const struct manifest *m, uint64_t bytes, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out);
	jsonw_object(&w);
	jsonw_member_int(&w, "bytes", (int64_t)bytes);
	write_receipt(&w, m);
	jsonw_key(&w, "metrics");
	jsonw_object(&w);
	write_metrics(&w, m->total);
	jsonw_end(&w);
	jsonw_key(&w, "customers");
	jsonw_object(&w);
	for (size_t i = 0; i < m->nshown; i++) {
		char name[SAMPLE_CUSTOMER_SIZE];

		jsonw_key_str(&w, (struct str){ name, sample_customer(m->shown[i], name) });
		jsonw_object(&w);
		write_metrics(&w, m->by_customer[i]);
		jsonw_end(&w);
	}
	jsonw_end(&w);
	jsonw_end(&w);
	jsonw_release(&w);
	buf_add_char(out, '\n');
}
