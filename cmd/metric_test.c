#include "metric_test.h"

#include <string.h>

#include "codec/record.h"
#include "show.h"
#include "tasks/metric.h"
#include "tasks/usage.h"
#include "usage_options.h"

#include "base/banned.h"

static const struct cli_column columns[] = {
	{ "transaction_id", "transaction_id", CELL_TEXT },
	{ "billable_metric_id", "billable_metric.id", CELL_TEXT },
	{ "billable_metric_name", "billable_metric.name", CELL_TEXT },
	{ "matches", "matches", CELL_TEXT },
	{ "value", "value", CELL_NUMBER },
	{ "group_values", "group_values", CELL_TEXT },
	{ "stopped_by", "stopped_by", CELL_TEXT },
	{ "reason", "reason", CELL_TEXT },
};

struct test {
	struct cli *c;
	struct event_rules rules;
	struct metric *metrics;
	size_t nmetrics;
};

struct probe {
	const struct metric *metric;
	const struct event *event;
	struct arena *rec;
};

static void
write_probe(struct jsonw *w, const void *object)
{
	const struct probe *p = object;

	metric_probe_json(w, p->metric, p->event, p->rec);
}

static bool
event_of(const struct test *t, struct record_reader *r, const struct record *rec, struct event *ev,
	struct err *e)
{
	const struct json_scanner *scanner;
	const struct str *fields;
	size_t nfields;

	if (rec->format != RECORD_CSV)
		return record_scan(r, rec, &scanner, e) &&
			event_from_scan(scanner, &t->rules, rec->line, &t->c->rec, ev, e);
	fields = record_fields(r, &nfields);
	return event_from_row(fields, nfields, &rec->row, &t->rules, &t->c->rec, ev, e);
}

static void
test_record(const struct test *t, struct record_reader *r, const struct record *rec)
{
	struct err e = ERR_INIT;
	struct event ev;

	if (event_of(t, r, rec, &ev, &e)) {
		for (size_t i = 0; i < t->nmetrics; i++) {
			struct probe p = { &t->metrics[i], &ev, &t->c->rec };

			(void)show(t->c, write_probe, &p);
		}
	} else {
		record_place(rec, &e);
		(void)cli_reject(t->c, &e);
	}
	arena_clear(&t->c->rec);
}

/* The columns of CSV are judged once; JSON has none. */
static bool
check_header(const struct test *t, const struct record_reader *r, const char *name)
{
	struct err e = ERR_INIT;
	size_t nfields;
	const struct str *fields = record_fields(r, &nfields);

	if (event_fields_check(fields, nfields, &e))
		return true;
	(void)err_place(&e, name, 1, e.offset + 1);
	return cli_report(t->c, &e);
}

static bool
test_file(const struct test *t, struct cli_file *f)
{
	struct record_options opt = { .format = t->c->input, .name = f->name };
	struct record_reader *r = record_open(&opt, cli_read, f);
	enum record_got got = RECORD_OK;
	bool checked = false;
	bool ok = true;

	while (ok && (got == RECORD_OK || got == RECORD_BAD)) {
		struct record rec;
		struct err e = ERR_INIT;

		got = record_next(r, &rec, &e);
		if (got == RECORD_FAILED)
			ok = cli_report(t->c, &e);
		else if (!checked)
			ok = checked = check_header(t, r, f->name);
		if (ok && got == RECORD_BAD)
			(void)cli_reject(t->c, &e);
		else if (ok && got == RECORD_OK)
			test_record(t, r, &rec);
	}
	record_close(r);
	return ok;
}

static bool
test_files(const struct test *t)
{
	size_t n;
	char *const *files = cli_files(t->c, &n);
	bool ok = files != NULL;

	for (size_t i = 0; files != NULL && i < n; i++) {
		struct cli_file f;

		if (!cli_open(t->c, files[i], &f)) {
			ok = false;
			continue;
		}
		ok = test_file(t, &f) && ok;
		cli_close(&f);
	}
	return ok;
}

/* ---- a definition over the stored events of one customer ---- */

static const struct cli_column value_columns[] = {
	{ "group", "group", CELL_TEXT },
	{ "value", "value", CELL_NUMBER },
	{ "non_numeric", "non_numeric", CELL_NUMBER },
};

static void
write_value(struct jsonw *w, const void *reading)
{
	usage_value_json(w, reading);
}

static void
show_value(void *ctx, const struct usage_reading *r)
{
	(void)show(ctx, write_value, r);
}

struct definition {
	struct metric metric;
	size_t n; /* records there were */
};

static bool
read_definition(struct cli *c, void *ctx, const struct json *j, bool csv, struct err *e)
{
	struct definition *d = ctx;

	d->n++;
	return metric_from_json(j, csv, &c->run, &d->metric, e) &&
		metric_check(&d->metric, &c->run, e);
}

static bool
test_definition(struct cli *c)
{
	struct str customer = str_c(cli_value(c, "customer"));
	struct usage_request rq = { .customers = { &customer, 1 } };
	struct definition d = { .n = 0 };
	size_t n;
	const char *const *files = cli_values(c, "metric", &n);
	char *file;

	if (c->noperands > 0)
		return cli_usage(c, "--customer runs a definition: no events are read");
	if (n != 1)
		return cli_usage(c, "--customer runs a definition: wanted one --metric=FILE");
	if (!usage_range(c, &rq) || !usage_group_names(c, &rq.group_names))
		return false;
	cli_columns(c, value_columns, countof(value_columns));
	file = arena_alloc(&c->run, strlen(files[0]) + 1);
	memcpy(file, files[0], strlen(files[0]));
	c->operands = &file;
	c->noperands = 1;
	if (!cli_each_record(c, read_definition, &d))
		return false;
	if (d.n != 1)
		return cli_usage(c, "--metric=%s: wanted one definition, found %zu", files[0], d.n);
	rq.definition = &d.metric;
	if (rq.group_names.n == 0)
		rq.group_names = d.metric.columns;
	return usage_read(c->store, &rq, show_value, NULL, c, &c->e);
}

bool
metric_test(struct cli *c)
{
	if (cli_value(c, "customer") != NULL)
		return test_definition(c);
	if (c->from_ns != INSTANT_NONE || c->to_ns != INSTANT_NONE ||
		cli_value(c, "group-by") != NULL)
		return cli_usage(c, "--from, --to and --group-by go with --customer");

	struct test t = { .c = c, .rules = { .earliest_ns = INSTANT_NONE } };
	struct texts refs = show_references(c, "metric");

	cli_columns(c, columns, countof(columns));
	if (!instant_add_days(c->now_ns, 1, &t.rules.latest_ns))
		t.rules.latest_ns = INSTANT_NONE;
	return metrics_load(c->store, &refs, &c->run, &t.metrics, &t.nmetrics, &c->e) &&
		test_files(&t);
}
