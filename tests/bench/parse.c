/*
 * parse - how fast lines of NDJSON are read: the strict scanner beside cJSON.
 *
 *	parse FILE [ROUNDS]
 *
 * Three ways to get the five fields of an event, in turns over the same lines:
 * scan   the strict scan, and the fields taken from its nodes
 * event  the strict scan, and a whole event checked, timestamp parsed
 * cjson  a cJSON tree, and the fields taken from it by name
 * The output is one JSON object: lines, bytes, rounds, and of each way the median
 * time of a round in nanoseconds. The fields must add up to the same lengths, else
 * the status is 1.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>

#include "codec/json_scan.h"
#include "domain/event.h"

#include "base/banned.h"

#define ROUNDS 7
#define ROUNDS_MAX 99
#define PADDING 64 /* what the scanner may read beyond the text */

struct lines {
	char *text;
	size_t bytes;
	struct str *line;
	size_t n;
};

/* Over all lines, so that no way can leave the work out, or do other work. */
struct sums {
	uint64_t text; /* bytes of the four texts */
	uint64_t properties;
};

/* clang-format off */
#define FIELD(name) { (name), sizeof(name) - 1 }
static const struct str fields[] = {
	FIELD("transaction_id"), FIELD("customer_id"), FIELD("event_type"), FIELD("timestamp"),
};
/* clang-format on */

static _Noreturn void
fail(const char *what, const char *why)
{
	fprintf(stderr, "parse: %s: %s\n", what, why);
	exit(1);
}

/* ---- input ---- */

static void
read_file(const char *path, struct lines *in)
{
	FILE *f = fopen(path, "rb");
	long size;

	if (f == NULL || fseek(f, 0, SEEK_END) != 0 || (size = ftell(f)) < 0)
		fail(path, strerror(errno));
	rewind(f);
	in->bytes = (size_t)size;
	in->text = calloc(in->bytes + PADDING, 1);
	if (in->text == NULL || fread(in->text, 1, in->bytes, f) != in->bytes)
		fail(path, "cannot be read whole");
	fclose(f);
}

static void
split(struct lines *in)
{
	const char *end = in->text + in->bytes;
	size_t cap = 0;

	for (const char *p = in->text; p < end;) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));

		if (newline == NULL)
			newline = end;
		if (in->n == cap) {
			cap = cap > 0 ? 2 * cap : 1024;
			in->line = realloc(in->line, cap * sizeof(*in->line));
			if (in->line == NULL)
				fail("lines", "out of memory");
		}
		in->line[in->n++] = (struct str){ p, (size_t)(newline - p) };
		p = newline + 1;
	}
}

/* ---- the three ways ---- */

struct ways {
	struct json_scanner scanner;
	struct arena rec;
	struct sums sums;
};

static void
scan(struct ways *w, struct str line)
{
	struct json_fault fault;

	if (!json_scan(&w->scanner, line, &fault))
		fail("scan", fault.text);
}

static bool
is_field(struct str key)
{
	for (size_t f = 0; f < countof(fields); f++)
		if (key.n == fields[f].n && memcmp(key.p, fields[f].p, key.n) == 0)
			return true;
	return false;
}

static void
take_scan(struct ways *w, struct str line)
{
	const struct json_scanner *s = &w->scanner;

	scan(w, line);
	for (uint32_t i = 1; i < s->n; i = s->nodes[i + 1].next) {
		const struct json_node *value = &s->nodes[i + 1];
		struct str key = json_node_string(s, &s->nodes[i], &w->rec);

		if (value->type != JSON_OBJECT) {
			if (is_field(key))
				w->sums.text += json_node_string(s, value, &w->rec).n;
			continue;
		}
		for (uint32_t p = i + 2; p < value->next; p = s->nodes[p + 1].next)
			w->sums.properties++;
	}
}

static void
take_event(struct ways *w, struct str line)
{
	static const struct event_rules rules = {
		.latest_ns = INSTANT_NONE,
		.earliest_ns = INSTANT_NONE,
	};
	struct err e = ERR_INIT;
	struct event ev;

	scan(w, line);
	arena_clear(&w->rec);
	if (!event_from_scan(&w->scanner, &rules, 1, &w->rec, &ev, &e))
		fail(e.field, e.text);
	/* The timestamp is no text any more: it was its 24 bytes. */
	w->sums.text += ev.transaction_id.n + ev.customer_id.n + ev.event_type.n +
		sizeof("2026-03-04T05:06:07.089Z") - 1;
	w->sums.properties += ev.nproperties;
}

static void
take_cjson(struct ways *w, struct str line)
{
	cJSON *tree = cJSON_ParseWithLength(line.p, line.n);

	if (tree == NULL)
		fail("cJSON", "no tree");
	for (size_t f = 0; f < countof(fields); f++) {
		const char *text = cJSON_GetStringValue(
			cJSON_GetObjectItemCaseSensitive(tree, fields[f].p));

		if (text == NULL)
			fail("cJSON", fields[f].p);
		w->sums.text += strlen(text);
	}
	w->sums.properties += (uint64_t)cJSON_GetArraySize(
		cJSON_GetObjectItemCaseSensitive(tree, "properties"));
	cJSON_Delete(tree);
}

static const struct {
	const char *name;
	void (*take)(struct ways *w, struct str line);
} ways[] = {
	{ "scan", take_scan },
	{ "event", take_event },
	{ "cjson", take_cjson },
};

/* ---- measuring ---- */

static int64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t
round_ns(size_t way, struct ways *w, const struct lines *in)
{
	int64_t start = now_ns();

	w->sums = (struct sums){ 0, 0 };
	for (size_t i = 0; i < in->n; i++)
		ways[way].take(w, in->line[i]);
	return now_ns() - start;
}

static int
by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The first round of each way is for the caches, and not counted. */
static void
measure(const struct lines *in, size_t rounds, int64_t took[countof(ways)][ROUNDS_MAX])
{
	struct ways w = { .rec = ARENA_INIT };
	struct sums first = { 0, 0 };

	json_scanner_init(&w.scanner);
	for (size_t round = 0; round <= rounds; round++) {
		for (size_t way = 0; way < countof(ways); way++) {
			int64_t ns = round_ns(way, &w, in);

			if (round == 0 && way == 0)
				first = w.sums;
			if (w.sums.text != first.text || w.sums.properties != first.properties)
				fail(ways[way].name, "other fields than scan");
			if (round > 0)
				took[way][round - 1] = ns;
		}
	}
	json_scanner_release(&w.scanner);
	arena_release(&w.rec);
}

int
main(int argc, char *argv[])
{
	static int64_t took[countof(ways)][ROUNDS_MAX];
	struct lines in = { NULL, 0, NULL, 0 };
	int64_t rounds = ROUNDS;

	if (argc < 2 || argc > 3 ||
		(argc == 3 &&
			(!str_to_int64(str_c(argv[2]), &rounds) || rounds < 1 ||
				rounds > ROUNDS_MAX || rounds % 2 == 0))) {
		fprintf(stderr, "usage: parse FILE [ROUNDS]\nROUNDS is odd, 1 to %d\n", ROUNDS_MAX);
		return 2;
	}
	read_file(argv[1], &in);
	split(&in);
	measure(&in, (size_t)rounds, took);
	printf("{\"lines\":%zu,\"bytes\":%zu,\"rounds\":%lld", in.n, in.bytes, (long long)rounds);
	for (size_t way = 0; way < countof(ways); way++) {
		qsort(took[way], (size_t)rounds, sizeof(took[way][0]), by_size);
		printf(",\"%s_ns\":%lld", ways[way].name, (long long)took[way][rounds / 2]);
	}
	puts("}");
	free(in.line);
	free(in.text);
	return fflush(stdout) == 0 ? 0 : 1;
}
