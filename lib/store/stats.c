#include "store/stats.h"

#include <sys/stat.h>

#include "store/schema.h"
#include "store/stmt.h"

#include "base/banned.h"

/* Counts of objects, each id once, and of what has no versions. */
static bool
count(struct store *st, struct store_stats *out, struct err *e)
{
	static const char sql[] =
		"SELECT (SELECT count(*) FROM object WHERE kind = 'customer'),"
		" (SELECT count(*) FROM object WHERE kind = 'metric'),"
		" (SELECT count(*) FROM object WHERE kind = 'product'),"
		" (SELECT count(*) FROM object WHERE kind = 'rate_card'),"
		" (SELECT count(*) FROM object WHERE kind = 'rate'),"
		" (SELECT count(*) FROM object WHERE kind = 'contract'),"
		" (SELECT count(*) FROM invoice), (SELECT count(*) FROM run),"
		" (SELECT count(*) FROM audit_log), (SELECT created_at FROM meta) ORDER BY 1";
	struct stmt *s = stmt_get(st, sql);

	if (stmt_row(s)) {
		out->customers = stmt_col_int(s, 0);
		out->metrics = stmt_col_int(s, 1);
		out->products = stmt_col_int(s, 2);
		out->rate_cards = stmt_col_int(s, 3);
		out->rates = stmt_col_int(s, 4);
		out->contracts = stmt_col_int(s, 5);
		out->invoices = stmt_col_int(s, 6);
		out->runs = stmt_col_int(s, 7);
		out->changes = stmt_col_int(s, 8);
		out->created_at_ns = stmt_col_instant(s, 9);
	}
	return stmt_done(s, e);
}

static int64_t
file_bytes(const char *path)
{
	struct stat sb;

	return stat(path, &sb) == 0 ? (int64_t)sb.st_size : 0;
}

bool
store_stats(struct store *st, struct store_stats *out, struct err *e)
{
	struct buf wal = BUF_INIT;

	*out = (struct store_stats){ .database_id = store_database_id(st), .schema = schema_count };
	buf_add_c(&wal, store_path(st));
	buf_add_c(&wal, "-wal");
	out->bytes = file_bytes(store_path(st));
	out->wal_bytes = file_bytes(buf_cstr(&wal));
	buf_release(&wal);
	return count(st, out, e) && event_store_stats(st, &out->events, e);
}
