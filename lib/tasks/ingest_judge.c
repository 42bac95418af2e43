#include "tasks/ingest_judge.h"

#include "domain/cloudevent.h"

#include "base/banned.h"

/* Two records that begin in one line would get one id, and one of them be lost as a repeat. */
static bool
check_line(struct ingest_judge *j, const struct record *rec, struct err *e)
{
	bool second = rec->number > 1 && rec->line == j->last_line;

	j->last_line = rec->line;
	if (j->rules->id_prefix.p == NULL || !second)
		return true;
	(void)err_set(e, ERR_INPUT, "event.transaction_id",
		"a second record in one line, and ids are to be made of the line");
	return err_at(e, 0);
}

static bool
read_record(struct ingest_judge *j, struct record_reader *r, const struct record *rec,
	struct event *out, struct err *e)
{
	const struct json_scanner *scanner;
	const struct str *fields;
	size_t n;

	if (rec->format == RECORD_CSV) {
		fields = record_fields(r, &n);
		return event_from_row(fields, n, &rec->row, j->rules, &j->rec, out, e);
	}
	if (!record_scan(r, rec, &scanner, e))
		return false;
	if (j->cloudevents)
		return event_from_cloudevent(scanner, j->rules, rec->line, &j->rec, out, e);
	return event_from_scan(scanner, j->rules, rec->line, &j->rec, out, e);
}

bool
ingest_judge(struct ingest_judge *j, struct record_reader *r, const struct record *rec,
	struct event *out, struct err *e)
{
	arena_clear(&j->rec);
	if (check_line(j, rec, e) && read_record(j, r, rec, out, e))
		return true;
	record_place(rec, e);
	return false;
}

void
ingest_judge_release(struct ingest_judge *j)
{
	arena_release(&j->rec);
}

/* ---- surveys ---- */

void
ingest_survey_init(struct ingest_survey *s)
{
	*s = (struct ingest_survey){ .first_ns = INSTANT_NONE, .last_ns = INSTANT_NONE };
	map_init(&s->customers, &s->arena);
}

void
ingest_survey_release(struct ingest_survey *s)
{
	arena_release(&s->arena);
}

void
ingest_survey_add(struct ingest_survey *s, const struct event *ev)
{
	int64_t at_ns = ev->timestamp_ns;

	if (s->valid == 0 || at_ns < s->first_ns)
		s->first_ns = at_ns;
	if (s->valid == 0 || at_ns > s->last_ns)
		s->last_ns = at_ns;
	s->valid++;
	(void)map_slot(&s->customers, ev->customer_id, NULL);
}

void
ingest_survey_json(struct jsonw *w, const struct ingest_survey *s)
{
	jsonw_object(w);
	jsonw_member_c(w, "type", "check");
	jsonw_member_int(w, "read", (int64_t)(s->valid + s->rejected));
	jsonw_member_int(w, "valid", (int64_t)s->valid);
	jsonw_member_int(w, "rejected", (int64_t)s->rejected);
	jsonw_member_instant_opt(w, "first_timestamp", s->first_ns);
	jsonw_member_instant_opt(w, "last_timestamp", s->last_ns);
	jsonw_member_int(w, "customers", (int64_t)s->customers.n);
	if (s->stopped != NULL)
		jsonw_member_c(w, "stopped", s->stopped);
	jsonw_end(w);
}
