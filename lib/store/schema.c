#include "store/schema.h"

#include <inttypes.h>

#include "store/conn.h"

#include "base/banned.h"

bool
schema_apply(struct sqlite3 *db, int from, int to, struct err *e)
{
	int64_t found;

	for (int k = from; k < to; k++)
		if (!conn_exec(db, schema_sql[k], e))
			return false;
	if (!conn_int(db, "PRAGMA user_version", &found, e))
		return false;
	if (found != to)
		return err_set(e, ERR_FATAL, "db_internal",
			"the schema texts end at %" PRId64 ", wanted %d", found, to);
	return true;
}
