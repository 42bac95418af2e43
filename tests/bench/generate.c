/*
 * generate - usage events for benchmarks, the same for the same options.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/instant.h"
#include "tests/bench/form.h"
#include "tests/bench/manifest.h"
#include "tests/bench/sample.h"

#include "base/banned.h"

#define NS_PER_MS INT64_C(1000000)
#define OUTPUT_BYTES ((size_t)1 << 20)

struct settings {
	struct sample_settings sample;
	enum form form;
	const char *manifest; /* NULL: none */
};

static const char usage_text[] =
	"usage: generate [--count N] [--customers N] [--zipf S] [--seed N]\n"
	"                [--duplicates PERCENT] [--conflicts PERCENT] [--late PERCENT]\n"
	"                [--malformed PERCENT] [--from TIME] [--to TIME]\n"
	"                [--ids uuid|uuid7|text] [--unique-text]\n"
	"                [--format ndjson|csv|cloudevents] [--manifest FILE]\n";

/* ---- options ---- */

static _Noreturn void
wrong(const char *option, const char *value, const char *why)
{
	fprintf(stderr, "generate: --%s \"%s\": %s\n%s", option, value, why, usage_text);
	exit(2);
}

static uint64_t
whole(const char *option, const char *value, int64_t least, int64_t most)
{
	int64_t n;

	if (!str_to_int64(str_c(value), &n) || n < least || n > most) {
		char wanted[80];

		snprintf(wanted, sizeof(wanted), "wanted a whole number, %lld to %lld",
			(long long)least, (long long)most);
		wrong(option, value, wanted);
	}
	return (uint64_t)n;
}

/* A decimal of at most six places, in millionths of unit. */
static uint32_t
millionths(const char *option, const char *value, uint32_t most, const char *wanted)
{
	uint64_t n = 0;
	int places = -1;
	const char *p = value;

	for (; ascii_is_digit(*p) || (*p == '.' && places < 0 && p > value); p++) {
		if (*p != '.')
			n = n * 10 + (uint64_t)(*p - '0');
		if (places >= 0 || *p == '.')
			places++;
		if (places > 6 || n > UINT32_MAX)
			wrong(option, value, wanted);
	}
	for (places = places < 0 ? 0 : places; places < 6; places++)
		n *= 10;
	if (*p != '\0' || p == value || n > most)
		wrong(option, value, wanted);
	return (uint32_t)n;
}

static uint32_t
percent(const char *option, const char *value)
{
	return millionths(option, value, 100 * 1000000U,
		       "wanted a percentage, at most six places") /
		100;
}

static int64_t
instant_ms(const char *option, const char *value)
{
	struct instant_why why;
	int64_t ns;

	if (!instant_parse(str_c(value), INSTANT_DATE, &ns, &why))
		wrong(option, value, why.text);
	if (ns < 0 || ns % NS_PER_MS != 0)
		wrong(option, value, "wanted whole milliseconds since 1970");
	return ns / NS_PER_MS;
}

static int
word(const char *option, const char *value, const char *const *words, const char *wanted)
{
	for (int i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], value) == 0)
			return i;
	wrong(option, value, wanted);
}

static const struct option options[] = {
	{ "count", required_argument, NULL, 'n' },
	{ "customers", required_argument, NULL, 'c' },
	{ "zipf", required_argument, NULL, 'z' },
	{ "seed", required_argument, NULL, 's' },
	{ "duplicates", required_argument, NULL, 'd' },
	{ "conflicts", required_argument, NULL, 'x' },
	{ "late", required_argument, NULL, 'l' },
	{ "malformed", required_argument, NULL, 'm' },
	{ "from", required_argument, NULL, 'a' },
	{ "to", required_argument, NULL, 'b' },
	{ "ids", required_argument, NULL, 'i' },
	{ "unique-text", no_argument, NULL, 'u' },
	{ "format", required_argument, NULL, 'f' },
	{ "manifest", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void
take(struct settings *set, int option, const char *name, const char *value)
{
	static const char *const ids[] = { "uuid", "uuid7", "text", NULL };
	static const char *const forms[] = { "ndjson", "csv", "cloudevents", NULL };
	struct sample_settings *s = &set->sample;

	switch (option) {
	case 'n':
		s->count = whole(name, value, 0, INT64_MAX);
		break;
	case 'c':
		s->customers = (uint32_t)whole(name, value, 1, 100000000);
		break;
	case 'z':
		s->zipf_micro = millionths(name, value, 8000000, "wanted a decimal, 0 to 8");
		break;
	case 's':
		s->seed = whole(name, value, 0, INT64_MAX);
		break;
	case 'd':
		s->duplicates = percent(name, value);
		break;
	case 'x':
		s->conflicts = percent(name, value);
		break;
	case 'l':
		s->late = percent(name, value);
		break;
	case 'm':
		s->malformed = percent(name, value);
		break;
	case 'a':
		s->from_ms = instant_ms(name, value);
		break;
	case 'b':
		s->to_ms = instant_ms(name, value);
		break;
	case 'i':
		s->ids = (enum sample_ids)word(name, value, ids, "wanted uuid, uuid7 or text");
		break;
	case 'u':
		s->unique_text = true;
		break;
	case 'f':
		set->form = (enum form)word(name, value, forms,
			"wanted ndjson, csv or cloudevents");
		break;
	case 'o':
		set->manifest = value;
		break;
	case 'h':
		fputs(usage_text, stdout);
		exit(0);
	default:
		fputs(usage_text, stderr);
		exit(2);
	}
}

static void
parse_options(struct settings *set, int argc, char *argv[])
{
	const struct sample_settings *s = &set->sample;
	int option, which = 0;

	while ((option = getopt_long(argc, argv, "", options, &which)) != -1)
		take(set, option, options[which].name, optarg);
	if (optind < argc) {
		fprintf(stderr, "generate: \"%s\": takes no operands\n%s", argv[optind],
			usage_text);
		exit(2);
	}
	if (s->from_ms >= s->to_ms) {
		fprintf(stderr, "generate: --from is not before --to\n%s", usage_text);
		exit(2);
	}
	if (s->duplicates + s->conflicts + s->malformed > 1000000) {
		fprintf(stderr, "generate: the shares are more than 100 %%\n%s", usage_text);
		exit(2);
	}
}

/* ---- output ---- */

struct output {
	char bytes[OUTPUT_BYTES + FORM_LINE_MAX];
	size_t n;
	uint64_t total;
};

static struct output output;

static _Noreturn void
cannot(const char *what)
{
	fprintf(stderr, "generate: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void
write_whole(int fd, const char *p, size_t n, const char *name)
{
	while (n > 0) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			cannot(name);
		p += done;
		n -= (size_t)done;
	}
}

static void
put_out(void)
{
	write_whole(STDOUT_FILENO, output.bytes, output.n, "standard output");
	output.n = 0;
}

static void
put_line(const struct form_line *line)
{
	memcpy(output.bytes + output.n, line->text, line->n);
	output.n += line->n;
	output.total += line->n;
	if (output.n >= OUTPUT_BYTES)
		put_out();
}

static void
write_manifest(const char *path, const struct manifest *m)
{
	struct buf text = BUF_INIT;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0)
		cannot(path);
	manifest_json(m, output.total, &text);
	write_whole(fd, text.p, text.n, path);
	if (close(fd) != 0)
		cannot(path);
	buf_release(&text);
}

int
main(int argc, char *argv[])
{
	struct settings set = {
		.sample = {
			.count = 1000,
			.seed = 1,
			.customers = 100,
			.zipf_micro = 1000000,
			.from_ms = INT64_C(1772323200000), /* 2026-03-01 */
			.to_ms = INT64_C(1775001600000),   /* 2026-04-01 */
		},
	};
	const struct sample_settings *s = &set.sample;
	struct skew customers;
	struct sample ev;
	struct form_line text;
	struct manifest m;

	parse_options(&set, argc, argv);
	skew_init(&customers, s->customers, s->zipf_micro);
	manifest_init(&m, s->customers);
	form_header(set.form, s->unique_text, &text);
	put_line(&text);
	for (uint64_t i = 0; i < s->count; i++) {
		struct line line = sample_line(s, i);

		sample_make(s, &customers, line.event, line.kind == LINE_CONFLICT, &ev);
		form_write(set.form, s->unique_text, &ev, &text);
		if (line.kind == LINE_MALFORMED)
			form_break(set.form, i, &text);
		manifest_add(&m, line.kind, &ev);
		put_line(&text);
	}
	put_out();
	if (set.manifest != NULL)
		write_manifest(set.manifest, &m);
	manifest_release(&m);
	skew_release(&customers);
	return 0;
}
