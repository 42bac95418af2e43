/*
 * mtr-db - the database file itself.
 */
#include "cli.h"

#include "codec/jsonw.h"
#include "show.h"
#include "store/schema.h"
#include "store/stats.h"
#include "text.h"

#include "base/banned.h"

/* Paths and what a damaged file holds are bytes, JSON is UTF-8: what does not fit is escaped. */
static void
member_bytes(struct jsonw *w, const char *key, struct str bytes)
{
	struct buf text = BUF_INIT;

	text_json(&text, bytes);
	jsonw_member_raw(w, key, buf_str(&text));
	buf_release(&text);
}

/* ---- init ---- */

struct database {
	const char *path;
	struct str id;
};

static void
write_database(struct jsonw *w, const void *database)
{
	const struct database *d = database;

	jsonw_object(w);
	jsonw_member_c(w, "type", "database");
	member_bytes(w, "path", str_c(d->path));
	jsonw_member_str(w, "id", d->id);
	jsonw_member_int(w, "schema", schema_count);
	jsonw_end(w);
}

static bool
init(struct cli *c)
{
	struct store_options options = cli_store_options(c, STORE_WRITE);
	const char *given = cli_value(c, "id");
	struct id id;

	if (given != NULL && !id_parse(str_c(given), &id))
		return cli_usage(c, "--id \"%s\": wanted a UUID", given);
	if (!store_create(&options, given != NULL ? &id : NULL, &c->e))
		return false;
	options.mode = STORE_READ;
	return store_open(&options, &c->store, &c->e) &&
		show(c, write_database,
			&(struct database){ options.path, store_database_id(c->store) });
}

/* ---- check ---- */

struct difference {
	const char *code;
	struct str text;
};

static void
write_difference(struct jsonw *w, const void *difference)
{
	const struct difference *d = difference;

	jsonw_object(w);
	jsonw_member_c(w, "type", "difference");
	jsonw_member_c(w, "code", d->code);
	member_bytes(w, "message", d->text);
	jsonw_end(w);
}

static void
found(void *ctx, const char *code, struct str text)
{
	struct difference difference = { code, text };

	show(ctx, write_difference, &difference);
}

static void
write_checked(struct jsonw *w, const void *differences)
{
	jsonw_object(w);
	jsonw_member_c(w, "type", "check");
	jsonw_member_int(w, "differences", *(const int64_t *)differences);
	jsonw_end(w);
}

static const struct cli_column check_columns[] = {
	{ "type", "type", CELL_TEXT },
	{ "code", "code", CELL_TEXT },
	{ "differences", "differences", CELL_NUMBER },
	{ "message", "message", CELL_TEXT },
};

static bool
check(struct cli *c)
{
	int64_t differences = 0;

	cli_columns(c, check_columns, countof(check_columns));
	if (!store_check(c->store, found, c, &differences, &c->e))
		return false;
	if (differences > 0)
		cli_worst(c, STATUS_PARTIAL);
	return show(c, write_checked, &differences);
}

/* ---- stats ---- */

static void
write_stats(struct jsonw *w, const void *stats)
{
	const struct store_stats *s = stats;
	char digest[2 * EVENT_DIGEST_BYTES + 1];

	jsonw_object(w);
	jsonw_member_c(w, "type", "stats");
	jsonw_member_str(w, "database_id", s->database_id);
	jsonw_member_int(w, "schema", s->schema);
	jsonw_member_instant(w, "created_at", s->created_at_ns);
	jsonw_member_int(w, "bytes", s->bytes);
	jsonw_member_int(w, "wal_bytes", s->wal_bytes);
	jsonw_member_int(w, "customers", s->customers);
	jsonw_member_int(w, "billable_metrics", s->metrics);
	jsonw_member_int(w, "products", s->products);
	jsonw_member_int(w, "rate_cards", s->rate_cards);
	jsonw_member_int(w, "rates", s->rates);
	jsonw_member_int(w, "contracts", s->contracts);
	jsonw_member_int(w, "events", s->events.events);
	jsonw_member_int(w, "batches", s->events.batches);
	jsonw_member_instant_opt(w, "first_event", s->events.first_ns);
	jsonw_member_instant_opt(w, "last_event", s->events.last_ns);
	jsonw_member_int(w, "event_shapes", s->events.shapes);
	jsonw_member_int(w, "event_blocks", s->events.blocks);
	jsonw_member_int(w, "dedup_runs", s->events.runs);
	jsonw_member_c(w, "store_digest", hex_text(s->events.digest, EVENT_DIGEST_BYTES, digest));
	jsonw_member_int(w, "runs", s->runs);
	jsonw_member_int(w, "invoices", s->invoices);
	jsonw_member_int(w, "changes", s->changes);
	jsonw_end(w);
}

static const struct cli_column stats_columns[] = {
	{ "customers", "customers", CELL_NUMBER },
	{ "contracts", "contracts", CELL_NUMBER },
	{ "events", "events", CELL_NUMBER },
	{ "first_event", "first_event", CELL_INSTANT },
	{ "last_event", "last_event", CELL_INSTANT },
	{ "invoices", "invoices", CELL_NUMBER },
	{ "bytes", "bytes", CELL_NUMBER },
};

static bool
stats(struct cli *c)
{
	struct store_stats s;

	cli_columns(c, stats_columns, countof(stats_columns));
	return store_read_begin(c->store, &c->e) && store_stats(c->store, &s, &c->e) &&
		show(c, write_stats, &s);
}

/* ---- backup and migrate ---- */

static void
write_backup(struct jsonw *w, const void *path)
{
	jsonw_object(w);
	jsonw_member_c(w, "type", "backup");
	member_bytes(w, "path", str_c(path));
	jsonw_end(w);
}

static bool
backup(struct cli *c)
{
	const char *to = c->operands[0];

	if (to[0] == '\0')
		return cli_usage(c, "the name of the copy is empty");
	return store_backup(c->store, to, &c->e) && show(c, write_backup, to);
}

struct migration {
	int from;
	const char *backup; /* NULL: there was nothing to do */
};

static void
write_migration(struct jsonw *w, const void *migration)
{
	const struct migration *m = migration;

	jsonw_object(w);
	jsonw_member_c(w, "type", "migration");
	jsonw_member_int(w, "from", m->from);
	jsonw_member_int(w, "to", schema_count);
	if (m->backup != NULL)
		member_bytes(w, "backup", str_c(m->backup));
	jsonw_end(w);
}

static bool
migrate(struct cli *c)
{
	struct store_options options = cli_store_options(c, STORE_WRITE);
	const char *to = cli_value(c, "backup");
	struct migration m;

	if (to != NULL && to[0] == '\0')
		return cli_usage(c, "--backup: the value is empty");
	if (to == NULL)
		to = str_printf(&c->run, "%s.backup", options.path).p;
	if (!store_migrate(&options, to, &m.from, &c->e))
		return false;
	m.backup = m.from < schema_count ? to : NULL;
	return show(c, write_migration, &m);
}

static const struct cli_option init_options[] = {
	{ "id", "UUID", "the database id, instead of a random one", false },
};
static const struct cli_option migrate_options[] = {
	{ "backup", "FILE", "where the file is copied to first (default: FILE.backup)", false },
};

#define ACCEPT_FILE (ACCEPT_DB | ACCEPT_LOCK | ACCEPT_NOW)

static const struct verb verbs[] = {
	{ "init", init, "", "make a new database", ACCEPT_FILE, CLI_STORE_OWN, init_options,
		countof(init_options) },
	{ "check", check, "", "look for damage and for what does not add up",
		ACCEPT_DB | ACCEPT_OUTPUT, CLI_STORE_READ, NULL, 0 },
	{ "stats", stats, "", "write how much there is of what", ACCEPT_DB | ACCEPT_OUTPUT,
		CLI_STORE_READ, NULL, 0 },
	{ "backup", backup, "file", "copy the database, also while others write", ACCEPT_DB,
		CLI_STORE_READ, NULL, 0 },
	{ "migrate", migrate, "", "bring an older database to the present schema", ACCEPT_FILE,
		CLI_STORE_OWN, migrate_options, countof(migrate_options) },
};

int
main(int argc, char *argv[])
{
	return cli_main("mtr-db", "the database file itself", verbs, countof(verbs), argc, argv);
}
