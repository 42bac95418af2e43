/*
 * events_table - the stored events as a table of SQL, for connections of others.
 *
 * Shape      events(transaction_id, customer_id, event_type, timestamp, properties):
 *            texts, timestamps with nine digits and Z, so that the order of texts is
 *            that of time; properties a JSON object as it came.
 * Range      read only. An equal event type or customer, and bounds of the
 *            timestamp by day, pass over whole blocks; SQLite looks at each row
 *            all the same. A statement sees one snapshot.
 * Errors     SQLite's own, with our messages: the database is of another schema, or
 *            damaged.
 * Ownership  the connection stays the caller's.
 * Source     mtr-store(5), The plain shell.
 */
#ifndef STORE_EVENTS_TABLE_H
#define STORE_EVENTS_TABLE_H

struct sqlite3;

/* A result of SQLite. The table is there by itself, under the name events. */
int events_table_add(struct sqlite3 *db);

#endif
