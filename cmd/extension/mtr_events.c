/*
 * mtr_events - the table events in the plain sqlite3 shell.
 *
 *	sqlite3 -readonly -cmd '.load PREFIX/lib/mtr/mtr_events' billing.db \
 *		'SELECT event_type, count(*) FROM events GROUP BY 1'
 */
#include <sqlite3ext.h>

/* A host with a copy of SQLite of its own must not be mixed with the one linked here. */
#undef sqlite3_libversion_number
#undef sqlite3_mprintf
#undef sqlite3_create_module_v2
SQLITE_EXTENSION_INIT1

#include "store/events_table.h"

#include "base/banned.h"

int sqlite3_mtrevents_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
	__attribute__((visibility("default")));

int
sqlite3_mtrevents_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
	SQLITE_EXTENSION_INIT2(api);
	if (api->libversion_number == sqlite3_libversion_number)
		return events_table_add(db);
	*error = api->mprintf(
		"mtr_events needs a program that uses the shared library of SQLite,"
		" and this one carries a copy of its own");
	return SQLITE_ERROR;
}
