# mtr-db: make, check, count, copy and migrate the database file.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

SCHEMA=$(find "$TOP/share/schema" -name "*.sql" | wc -l)

# A customer with 100.00 USD charged in three parts (100/3 each, which no decimal holds), and
# usage of September: two batches, five invoices of which the last one has two lines.
billed() {
	db
	given 'echo "{\"name\":\"Northwind\",\"ingest_aliases\":[\"nw\"]}" | mtr-customer create'
	given 'echo "{\"name\":\"Acme\",\"ingest_aliases\":[\"acme\",\"acme-eu\"]}" | mtr-customer create'
	given "echo '{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}' | mtr-metric create"
	given "echo '{\"name\":\"Calls\",\"type\":\"USAGE\",\"billable_metric_id\":\"Calls\"}' | mtr-product create"
	given "echo '{\"name\":\"Set-up\",\"type\":\"FIXED\"}' | mtr-product create"
	given "echo '{\"name\":\"List\"}' | mtr-ratecard create"
	cat >rates <<-'E'
		product,starting_at,entitled,rate_type,price
		Calls,2024-01-01,true,FLAT,12.5
		Calls,2024-09-15,true,FLAT,10
	E
	given 'mtr-ratecard add-rates --card=List rates'
	cat >contract <<-'E'
		{"customer":"Northwind","rate_card":"List","starting_at":"2024-09-01","scheduled_charges":[
		{"product":"Set-up","schedule":{"recurring_schedule":{"starting_at":"2024-07-01",
		"ending_before":"2024-10-01","frequency":"MONTHLY","amount_distribution":"DIVIDED",
		"amount":"100.00 USD"}}}]}
	E
	given 'mtr-contract create contract'
	event 1 2024-09-02 >events
	event 2 2024-09-20 >>events
	given 'mtr-ingest events'
	given 'mtr-ingest < <(echo "{\"transaction_id\":\"3\",\"customer_id\":\"nw\",\"event_type\":\"call\",\"timestamp\":\"2024-09-21T10:00:00Z\"}")'
	given 'mtr-invoice run -q'
}

# event ID DATE
event() {
	printf '{"transaction_id":"%s","customer_id":"nw","event_type":"call","timestamp":"%sT00:00:00Z"}\n' "$1" "$2"
}

# meddle SQL - past the triggers that refuse it, and leaving them as they were
meddle() {
	sqlite3 mtr.db "SELECT name FROM sqlite_schema WHERE type = 'trigger'" |
		sed 's/.*/DROP TRIGGER &;/' >drop
	sqlite3 mtr.db "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'" >restore
	sqlite3 mtr.db '.read drop' "$1" '.read restore'
}

# A database of the first schema, made as mtr-db made it then.
old() {
	sqlite3 "$1" >made <<-E
		PRAGMA page_size = 16384;
		BEGIN IMMEDIATE;
		PRAGMA application_id = 0x6d747231;
		.read '$TOP/share/schema/0001-foundation.sql'
		PRAGMA user_version = 1;
		INSERT INTO meta (id, database_id, created_at, secret)
			VALUES (1, '$DB_ID', 1700000000000000000, randomblob(32));
		COMMIT;
		PRAGMA journal_mode = WAL;
	E
	chmod 600 "$1"
	echo wal | diff - made
}

# with_rows FILE - a database of schema 3, whose events are rows: two batches of mtr-ingest.
with_rows() {
	old "$1"
	sqlite3 "$1" <<-E
		BEGIN IMMEDIATE;
		.read '$TOP/share/schema/0002-nouns.sql'
		.read '$TOP/share/schema/0003-balances.sql'
		PRAGMA user_version = 3;
		INSERT INTO batch VALUES (1, 1726000000000000000, 3, 1, 0, 2), (2, 1726000001000000000, 2, 0, 1, 0);
		INSERT INTO event VALUES
			(1, 1, '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'nw', 'call', 1725148800000000000, '{"minutes":1.50,"to":"049"}'),
			(2, 1, 'b', 'acme', 'call', 1725148800000000001, '{"minutes":"2","to":null}'),
			(3, 1, 'c', 'nw', 'text', 1725235200000000000, '{}'),
			(4, 2, 'd', 'nw', 'call', 1725321600000000000, '{"minutes":3e0,"to":[1,{"a":true}]}'),
			(5, 2, 'e', 'é', 'call', -1, '{"to":"x","minutes":false}');
		COMMIT;
	E
}

# holding FILE COMMAND - run COMMAND while another process has the write lock of FILE
holding() {
	python3 -c '
import fcntl, subprocess, sys
lock = open(sys.argv[1] + "-lock", "a+")
fcntl.lockf(lock, fcntl.LOCK_EX)
sys.exit(subprocess.run(["bash", "-c", sys.argv[2]]).returncode)' "$@"
}
export -f holding

# ---- init ----

@test "init makes a database that only its owner can read, and names it" {
	gives "mtr-db init --id=$DB_ID" <<E
{"type":"database","path":"$PWD/mtr.db","id":"$DB_ID","schema":$SCHEMA}
E
	gives 'stat -c "%a %n" mtr.db*' <<'E'
600 mtr.db
600 mtr.db-lock
600 mtr.db-shm
600 mtr.db-wal
E
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "init takes --db before MTR_DB, and the clock from --now" {
	gives "mtr-db init --db=other.db --id=$DB_ID --now=2024-01-31T12:00:00Z" <<E
{"type":"database","path":"other.db","id":"$DB_ID","schema":$SCHEMA}
E
	gives 'ls *.db; mtr-db stats -d other.db | jq -r .created_at' <<'E'
other.db
2024-01-31T12:00:00Z
E
}

@test "without MTR_DB and --db the database is mtr.db in the working directory" {
	gives "unset MTR_DB; mtr-db init --id=$DB_ID; ls *.db" <<E
{"type":"database","path":"./mtr.db","id":"$DB_ID","schema":$SCHEMA}
mtr.db
E
}

@test "init gives a random id where none is given" {
	given '{ mtr-db init -d a.db; mtr-db init -d b.db; } >made'
	gives "jq -s '.[0].id != .[1].id and all(.id | test(\"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$\"))' made" <<'E'
true
E
}

@test "an id in capitals is the same id" {
	gives 'mtr-db init --id=0AB51A68-2C69-8A3C-9E3B-0F7C0E7A3C11 | jq -r .id' <<'E'
0ab51a68-2c69-8a3c-9e3b-0f7c0e7a3c11
E
}

@test "a path that is not UTF-8 comes out as JSON all the same" {
	gives "mtr-db init --id=$DB_ID -d \$'a\\xff\"b.db' | jq -r .path" <<'E'
a\xff"b.db
E
}

@test "init leaves a database that is there alone" {
	db
	given 'sha256sum mtr.db >before'
	refuses 3 'mtr-db init' <<E
mtr-db: $PWD/mtr.db is there already [db_exists]
E
	gives 'sha256sum -c before' <<'E'
mtr.db: OK
E
}

@test "init leaves any other file, directory or dangling link alone" {
	echo precious >notes
	mkdir place
	ln -s nowhere link
	refuses 3 'mtr-db init -d notes' <<E
mtr-db: $PWD/notes is there already [db_exists]
E
	refuses 3 'mtr-db init -d place' <<E
mtr-db: $PWD/place is there already [db_exists]
E
	refuses 3 'mtr-db init -d link' <<E
mtr-db: $PWD/link is there already [db_exists]
E
	gives 'cat notes; ls -d *' <<'E'
precious
link
notes
place
E
}

@test "init leaves alone the log of a database that is gone" {
	echo committed >mtr.db-wal
	refuses 3 'mtr-db init' <<E
mtr-db: $PWD/mtr.db-wal is in the way: the log of a database that is gone [db_exists]
E
	gives 'ls' <<'E'
mtr.db-wal
E
}

@test "init without a directory for the file" {
	refuses 5 'mtr-db init -d no/mtr.db' <<'E'
mtr-db: cannot make no/mtr.db: No such file or directory [db_io]
E
}

@test "init in a directory that cannot be written" {
	mkdir closed
	chmod 555 closed
	as=
	if [ "$(id -u)" = 0 ]; then
		as='setpriv --reuid=65534 --regid=65534 --clear-groups'
		chmod 755 .
		$as test -x "$BUILD_DIR/mtr-db" -a -x closed || skip "nobody else can run $BUILD_DIR/mtr-db here"
	fi
	refuses 5 "$as mtr-db init -d closed/mtr.db" <<'E'
mtr-db: cannot make closed/mtr.db: Permission denied [db_read_only]
E
	gives 'ls closed' </dev/null
}

@test "ids that are none" {
	refuses 2 'mtr-db init --id=12' <<'E'
mtr-db: --id "12": wanted a UUID [usage]
usage: mtr-db init [option ...]
help: mtr-db init --help
E
	refuses 2 'mtr-db init --id=00000000-0000-8000-8000-00000000000g' <<'E'
mtr-db: --id "00000000-0000-8000-8000-00000000000g": wanted a UUID [usage]
usage: mtr-db init [option ...]
help: mtr-db init --help
E
	refuses 2 'mtr-db init --id=' <<'E'
mtr-db: --id "": wanted a UUID [usage]
usage: mtr-db init [option ...]
help: mtr-db init --help
E
	gives 'ls' </dev/null
}

@test "init takes its name from --db, not from an operand" {
	refuses 2 'mtr-db init mine.db' <<'E'
mtr-db: "mine.db": no operand is wanted here [unexpected_operand]
usage: mtr-db init [option ...]
help: mtr-db init --help
E
}

@test "init waits for whoever makes the same file" {
	refuses 4 'holding mtr.db "mtr-db init --lock-wait=0"' <<E
mtr-db: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
E
	gives 'ls' <<'E'
mtr.db-lock
E
}

@test "an init that cannot say so has made the database, and fails" {
	try "mtr-db init --id=$DB_ID >/dev/full"
	status_is 5
	out_empty
	err_is <<E
mtr-db: cannot write output: No space left on device [output_failed]
{"type":"database","path":"$PWD/mtr.db","id":"$DB_ID","schema":$SCHEMA}
E
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "of several inits at once one makes the database" {
	given 'for i in 1 2 3 4 5 6; do
		{ mtr-db init -q >$i.out 2>$i.err && echo made || echo "refused $?"; } >$i.status &
	done; wait'
	gives 'sort [1-6].status | uniq -c | sed "s/^ *//"; sort -u [1-6].err | sed "s/: .*\[/: [/"' <<'E'
1 made
5 refused 3
mtr-db: [db_exists]
E
	gives 'jq -s "length" [1-6].out; mtr-db check; ls *.db*' <<'E'
1
{"type":"check","differences":0}
mtr.db
mtr.db-lock
mtr.db-shm
mtr.db-wal
E
}

# ---- check ----

@test "a sound database with invoices in it" {
	billed
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
	gives 'mtr-db check -o table' <<'E'
TYPE   CODE  DIFFERENCES  MESSAGE
check  -               0  -
E
}

@test "a document that was changed" {
	billed
	meddle "UPDATE invoice SET document = replace(document, '32.5', '22.5') WHERE number = 4"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.invoice","message":"invoice INV-000004: the document does not match its digest"}
{"type":"check","differences":1}
E
	err_empty
	try 'mtr-db check -o table'
	status_is 1
	out_is <<'E'
TYPE        CODE           DIFFERENCES  MESSAGE
difference  check.invoice            -  invoice INV-000004: the document does not match its digest
check       -                        1  -
E
	err_empty
	try 'mtr-db check -o csv'
	status_is 1
	out_is <<'E'
type,code,differences,message
difference,check.invoice,,invoice INV-000004: the document does not match its digest
check,,1,
E
	err_empty
}

@test "columns beside a document that were changed" {
	billed
	meddle "UPDATE invoice SET total = '3250', currency = 'EUR', issued_at = issued_at + 1 WHERE number = 4"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.invoice","message":"invoice INV-000004: currency is \"EUR\" in the table, \"USD\" in the document"}
{"type":"difference","code":"check.invoice","message":"invoice INV-000004: issued_at is \"2024-10-02T00:00:00.000000001Z\" in the table, \"2024-10-02T00:00:00Z\" in the document"}
{"type":"difference","code":"check.invoice","message":"invoice INV-000004: total is \"3250\" in the table, \"32.5\" in the document"}
{"type":"difference","code":"check.invoice_line","message":"invoice INV-000004: the lines add up to 32.5, the total is 3250"}
{"type":"check","differences":4}
E
	err_empty
}

@test "a line that was changed, and one that was taken out" {
	billed
	meddle "UPDATE invoice_line SET total = '3333.33333333333333333333' WHERE invoice_id = (SELECT id FROM invoice WHERE number = 1)"
	meddle "DELETE FROM invoice_line WHERE ordinal = 1"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.invoice_line","message":"invoice INV-000001, line 1: total is \"3333.33333333333333333333\" in the table, \"10000/3\" in the document"}
{"type":"difference","code":"check.invoice_line","message":"invoice INV-000001: the lines add up to 3333.33333333333333333333, the total is 10000/3"}
{"type":"difference","code":"check.invoice_line","message":"invoice INV-000004: lines in the table: 1, in the document: 2"}
{"type":"difference","code":"check.invoice_line","message":"invoice INV-000004: the lines add up to 12.5, the total is 32.5"}
{"type":"check","differences":4}
E
	err_empty
}

@test "an invoice that was taken out leaves a gap in the numbers" {
	billed
	meddle "DELETE FROM invoice_line WHERE invoice_id = (SELECT id FROM invoice WHERE number = 2); DELETE FROM invoice WHERE number = 2"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.invoice","message":"invoice INV-000003: number 3 of series INV has no predecessor"}
{"type":"check","differences":1}
E
	err_empty
}

@test "an invoice under another number" {
	billed
	meddle "UPDATE invoice SET invoice_number = 'INV-000009' WHERE number = 4"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.invoice","message":"invoice INV-000009: this is not number 4 of series INV"}
{"type":"difference","code":"check.invoice","message":"invoice INV-000009: invoice_number is \"INV-000009\" in the table, \"INV-000004\" in the document"}
{"type":"check","differences":2}
E
	err_empty
}

@test "a batch whose counts were changed, and a block that was taken out" {
	billed
	meddle "UPDATE batch SET accepted = 3 WHERE id = 2; DELETE FROM event_ids WHERE block = 1; DELETE FROM event_block WHERE id = 1"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.batch","message":"batch 1 accepted 2 events, 0 are stored"}
{"type":"difference","code":"check.batch","message":"batch 2 accepted 3 events, 1 are stored"}
{"type":"difference","code":"check.dedup_run","message":"batch 1: 0 events are stored, deduplication has 2"}
{"type":"check","differences":3}
E
	err_empty
}

@test "a batch that was taken out, and one that was moved in time" {
	billed
	sqlite3 mtr.db '.mode insert batch' 'SELECT id, recorded_at + 1, accepted, duplicate, conflict, rejected, content, digest FROM batch WHERE id = 1' >first
	meddle "DELETE FROM batch WHERE id = 1"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.batch","message":"batch 1 is not there, 2 events belong to it"}
{"type":"check","differences":1}
E
	err_empty
	meddle '.read first'
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.batch","message":"batch 2 is recorded before batch 1"}
{"type":"difference","code":"check.batch","message":"batch 1 does not match its digest"}
{"type":"check","differences":2}
E
	err_empty
}

@test "a batch and all that came with it, taken out" {
	billed
	event 4 2024-09-22 >another
	given 'mtr-ingest another'
	meddle "DELETE FROM batch WHERE id = 2; DELETE FROM event_ids WHERE block = 2; DELETE FROM event_block WHERE id = 2;
		DELETE FROM dedup_segment WHERE k = 2; DELETE FROM dedup_run WHERE id = 2"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.batch","message":"batch 3 has no predecessor"}
{"type":"check","differences":1}
E
	err_empty
}

@test "events under another customer, and of another time" {
	billed
	meddle "UPDATE event_customer SET key = 'nv'"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.batch","message":"batch 1: its events are not those it was stored with"}
{"type":"difference","code":"check.batch","message":"batch 2: its events are not those it was stored with"}
{"type":"difference","code":"check.dedup_run","message":"batch 1: what deduplication has is not what is stored"}
{"type":"difference","code":"check.dedup_run","message":"batch 2: what deduplication has is not what is stored"}
{"type":"check","differences":4}
E
	err_empty
	meddle "UPDATE event_customer SET key = 'nw'; UPDATE event_block SET t_max = t_max + 1 WHERE id = 1; UPDATE event_block SET level = 4 WHERE id = 2"
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.event_block","message":"event block 1: its events are of another time"}
{"type":"difference","code":"check.event_block","message":"event block 2: its level is not that of its size"}
{"type":"check","differences":2}
E
	err_empty
}

# spoil TABLE COLUMN KEY N OFFSET - another byte at an offset of a blob, -1: the last
spoil() {
	python3 - "$@" <<-'E'
		import sqlite3, sys
		table, column, key, n, offset = sys.argv[1:4] + [int(a) for a in sys.argv[4:]]
		db = sqlite3.connect("mtr.db")
		trigger = db.execute("SELECT name, sql FROM sqlite_schema WHERE name = ?", (table + "_no_update",)).fetchone()
		if trigger:
		    db.execute("DROP TRIGGER " + trigger[0])
		blob = bytearray(db.execute("SELECT %s FROM %s WHERE %s = ?" % (column, table, key), (n,)).fetchone()[0])
		blob[offset] ^= 1
		db.execute("UPDATE %s SET %s = ? WHERE %s = ?" % (table, column, key), (bytes(blob), n))
		if trigger:
		    db.execute(trigger[1])
		db.commit()
	E
}

@test "bytes of blocks that were changed" {
	billed
	cp mtr.db whole.db
	spoil event_block columns id 1 -1
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.event_block","message":"event block 1: its bytes do not match its digest"}
{"type":"difference","code":"check.event_block","message":"event block 1: the checksum differs (batches)"}
{"type":"check","differences":2}
E
	err_empty
	cp whole.db mtr.db
	spoil event_ids ids block 1 -1
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.event_block","message":"event block 1: its bytes do not match its digest"}
{"type":"difference","code":"check.event_block","message":"event block 1: the checksum differs (ids)"}
{"type":"check","differences":2}
E
	err_empty
	refuses 5 'mtr-event get 1' <<E
mtr-event: $PWD/mtr.db: event block 1: the checksum differs (ids) [db_damaged]
E
	cp whole.db mtr.db
	spoil event_block digest id 2 0
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.event_block","message":"event block 2: its bytes do not match its digest"}
{"type":"difference","code":"check.batch","message":"batch 2 does not match its digest"}
{"type":"check","differences":2}
E
	err_empty
}

@test "bytes of deduplication that were changed, and a run that was taken out" {
	billed
	cp mtr.db whole.db
	spoil dedup_segment entries k 1 -1
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.dedup_run","message":"dedup_segment 1: its entries are not what was written"}
{"type":"check","differences":1}
E
	err_empty
	cp whole.db mtr.db
	meddle 'DELETE FROM dedup_segment WHERE k = 1; DELETE FROM dedup_run WHERE id = 1'
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.dedup_run","message":"batch 1: 2 events are stored, deduplication has 0"}
{"type":"check","differences":1}
E
	err_empty
}

@test "a batch is found again in the block that small ones became" {
	db
	for i in 1 2 3 4 5 6 7 8 9; do
		event "$i" 2024-09-0"$i" | mtr-ingest -q
	done
	gives 'sqlite3 -readonly mtr.db "SELECT n, batch_min, batch_max FROM event_block ORDER BY id"; mtr-db check' <<'E'
8|1|8
1|9|9
{"type":"check","differences":0}
E
	meddle 'UPDATE batch SET recorded_at = recorded_at + 1 WHERE id > 6'
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.batch","message":"batch 7 does not match its digest"}
{"type":"difference","code":"check.batch","message":"batch 8 does not match its digest"}
{"type":"difference","code":"check.batch","message":"batch 9 does not match its digest"}
{"type":"check","differences":3}
E
	err_empty
}

@test "an alias that two customers bear, or that is the id of another" {
	billed
	meddle "INSERT INTO customer_alias VALUES ('nw', 2, (SELECT id FROM customer WHERE seq = 2)),
		((SELECT id FROM customer WHERE seq = 1), 2, (SELECT id FROM customer WHERE seq = 2))"
	try 'mtr-db check'
	status_is 1
	id1=$(sqlite3 mtr.db 'SELECT id FROM customer WHERE seq = 1')
	id2=$(sqlite3 mtr.db 'SELECT id FROM customer WHERE seq = 2')
	first=$(printf '%s\n' "$id1" "$id2" | sort | head -n 1)
	last=$(printf '%s\n' "$id1" "$id2" | sort | tail -n 1)
	out_is <<E
{"type":"difference","code":"check.customer_alias","message":"alias nw belongs to customer $first and to customer $last"}
{"type":"difference","code":"check.customer_alias","message":"alias $id1 of customer $id2 is the id of another customer"}
{"type":"check","differences":2}
E
	err_empty
}

@test "an alias that a customer has given up may be another's" {
	billed
	given "echo '{\"customer\":\"Acme\",\"ingest_aliases\":[]}' | mtr-customer set-aliases"
	given "echo '{\"customer\":\"Northwind\",\"ingest_aliases\":[\"acme\"]}' | mtr-customer set-aliases"
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "a price that was changed behind the audit log" {
	billed
	meddle "UPDATE rate SET terms = replace(terms, '12.5', '1.25') WHERE terms LIKE '%12.5%'"
	try 'mtr-db check'
	status_is 1
	id=$(sqlite3 mtr.db "SELECT id FROM rate WHERE terms LIKE '%1.25%'")
	out_is <<E
{"type":"difference","code":"check.rate","message":"rate $id: its terms are not those of change 7"}
{"type":"check","differences":1}
E
	err_empty
}

@test "a contract that was changed behind the audit log, and a change taken out of it" {
	billed
	meddle "UPDATE contract SET terms = replace(terms, '2024-09-01', '2024-08-01'); DELETE FROM audit_log WHERE seq = 2"
	try 'mtr-db check'
	status_is 1
	id=$(sqlite3 mtr.db 'SELECT id FROM contract')
	out_is <<E
{"type":"difference","code":"check.foreign_key","message":"a row of customer refers to no row of audit_log"}
{"type":"difference","code":"check.audit_log","message":"change 3 has no predecessor"}
{"type":"difference","code":"check.contract","message":"contract $id: its terms are not those of change 9"}
{"type":"check","differences":3}
E
	err_empty
}

@test "a trigger that was dropped, and a table that is not ours" {
	billed
	sqlite3 mtr.db 'DROP TRIGGER invoice_no_update; CREATE TABLE scratch (x)'
	try 'mtr-db check'
	status_is 1
	out_is <<'E'
{"type":"difference","code":"check.schema","message":"table scratch is not ours"}
{"type":"difference","code":"check.schema","message":"trigger invoice_no_update is missing"}
{"type":"check","differences":2}
E
	err_empty
}

@test "bytes that are not UTF-8 are told as JSON" {
	billed
	meddle "UPDATE invoice SET invoice_number = CAST(x'ff22' AS TEXT) WHERE number = 4"
	try 'mtr-db check | jq -r "select(.code) | .message"'
	status_is 1
	out_is <<'E'
invoice \xff": this is not number 4 of series INV
invoice \xff": invoice_number is "\xff"" in the table, "INV-000004" in the document
E
	err_empty
}

@test "check only reads" {
	billed
	chmod 400 mtr.db
	given 'sha256sum mtr.db >before'
	gives 'mtr-db check; sha256sum -c before' <<'E'
{"type":"check","differences":0}
mtr.db: OK
E
}

# ---- stats ----

@test "how much there is in a new database" {
	db
	gives 'mtr-db stats | jq -c "del(.bytes)"' <<E
{"type":"stats","database_id":"$DB_ID","schema":$SCHEMA,"created_at":"2024-10-03T00:00:00Z","wal_bytes":0,"customers":0,"billable_metrics":0,"products":0,"rate_cards":0,"rates":0,"contracts":0,"events":0,"batches":0,"event_shapes":0,"event_blocks":0,"dedup_runs":0,"store_digest":"00000000000000000000000000000000","runs":0,"invoices":0,"changes":0}
E
}

@test "how much there is" {
	billed
	gives 'mtr-db stats | jq -c "del(.bytes)"' <<E
{"type":"stats","database_id":"$DB_ID","schema":$SCHEMA,"created_at":"2024-10-03T00:00:00Z","wal_bytes":0,"customers":2,"billable_metrics":1,"products":2,"rate_cards":1,"rates":2,"contracts":1,"events":3,"batches":2,"first_event":"2024-09-02T00:00:00Z","last_event":"2024-09-21T10:00:00Z","event_shapes":1,"event_blocks":2,"dedup_runs":2,"store_digest":"1cfe38e226ad0938e91119946f899bc0","runs":1,"invoices":4,"changes":10}
E
	gives 'mtr-db stats -o csv | cut -d, -f 1-6' <<'E'
customers,contracts,events,first_event,last_event,invoices
2,1,3,2024-09-02T00:00:00.000000000Z,2024-09-21T10:00:00.000000000Z,4
E
	gives 'mtr-db stats -o text | sed -n "/^customers/,/^contracts/p"' <<'E'
customers: 2
billable_metrics: 1
products: 2
rate_cards: 1
rates: 2
contracts: 1
E
}

@test "a new version of an object is a change, not an object; an archived one still counts" {
	billed
	given "echo '{\"customer\":\"Acme\",\"name\":\"Acme Ltd\"}' | mtr-customer update; mtr-customer archive acme"
	given "echo '{\"product\":\"Calls\",\"starting_at\":\"2024-11-01\",\"name\":\"API calls\"}' | mtr-product update"
	gives 'mtr-db stats | jq -c "[.customers, .products, .changes]"' <<'E'
[2,2,13]
E
}

@test "bytes are those of the file" {
	billed
	gives 'mtr-db stats | jq --argjson size "$(stat -c %s mtr.db)" ".bytes == \$size"' <<'E'
true
E
}

# ---- backup ----

@test "a copy is whole, in one file, for its owner alone" {
	billed
	gives 'mtr-db backup copy.db' <<'E'
{"type":"backup","path":"copy.db"}
E
	gives 'stat -c "%a %n" copy.db*' <<'E'
600 copy.db
E
	gives 'mtr-db check -d copy.db' <<'E'
{"type":"check","differences":0}
E
	given 'mtr-db stats | jq "del(.bytes)" >was; mtr-db stats -d copy.db | jq "del(.bytes)" | diff was -'
	given 'mtr-invoice list >was; mtr-invoice list -d copy.db | cmp was -'
}

@test "a copy is taken while another command holds the write lock" {
	billed
	gives 'holding mtr.db "mtr-db backup copy.db"' <<'E'
{"type":"backup","path":"copy.db"}
E
}

@test "copies taken while another process writes hold whole batches" {
	db
	(
		exec 3>&-
		for ((i = 1; i <= 40; i++)); do
			{ event "$i-a" 2024-09-02 && event "$i-b" 2024-09-02; } | mtr-ingest -q || exit
		done
	) >writer 2>&1 &
	writer=$!
	for ((i = 1; i <= 8; i++)); do
		given "mtr-db backup $i.db"
		gives "mtr-db check -d $i.db" <<'E'
{"type":"check","differences":0}
E
	done
	wait $writer
	given 'mtr-db backup 9.db'
	gives 'for i in 1 2 3 4 5 6 7 8 9; do mtr-db stats -d $i.db; done |
		jq -cs "map([.events, .batches]) | [all(.[0] == .[1] * 2), (. == sort), .[8]]"' <<'E'
[true,true,[80,40]]
E
}

@test "a backup over a file that is there, or over the database itself" {
	db
	echo precious >copy.db
	refuses 3 'mtr-db backup copy.db' <<E
mtr-db: $PWD/copy.db is there already [db_exists]
E
	refuses 3 'mtr-db backup mtr.db' <<E
mtr-db: $PWD/mtr.db is there already [db_exists]
E
	gives 'cat copy.db; ls' <<'E'
precious
copy.db
mtr.db
mtr.db-lock
mtr.db-shm
mtr.db-wal
E
}

@test "a backup into a directory that is not there, or into no name" {
	db
	refuses 5 'mtr-db backup no/copy.db' <<'E'
mtr-db: cannot make no/copy.db: No such file or directory [db_io]
E
	refuses 2 'mtr-db backup ""' <<'E'
mtr-db: the name of the copy is empty [usage]
usage: mtr-db backup [option ...] file
help: mtr-db backup --help
E
	refuses 2 'mtr-db backup' <<'E'
mtr-db: backup wants: file [missing_operand]
usage: mtr-db backup [option ...] file
help: mtr-db backup --help
E
	refuses 2 'mtr-db backup a b' <<'E'
mtr-db: "b": this operand is one too many [unexpected_operand]
usage: mtr-db backup [option ...] file
help: mtr-db backup --help
E
}

@test "a backup to a disk that is full leaves no file" {
	db
	refuses 5 'ulimit -f 64; trap "" XFSZ; mtr-db backup copy.db 2>&1 >/dev/null | sed "s/[.]new-[^:]*//; s/ (SQLite result.*)//" >&2' <<E
mtr-db: $PWD/copy.db: disk I/O error [db_io]
E
	gives 'ls' <<'E'
mtr.db
mtr.db-lock
mtr.db-shm
mtr.db-wal
E
}

# ---- migrate ----

@test "a current file has nothing to migrate" {
	billed
	given 'sha256sum mtr.db >before'
	gives 'mtr-db migrate; sha256sum -c before' <<E
{"type":"migration","from":$SCHEMA,"to":$SCHEMA}
mtr.db: OK
E
	gives 'ls mtr.db.backup 2>&1 || :' <<'E'
ls: cannot access 'mtr.db.backup': No such file or directory
E
}

@test "an older file is copied, then migrated" {
	old mtr.db
	refuses 5 'mtr-customer list' <<E
mtr-customer: $PWD/mtr.db has schema 1, wanted $SCHEMA: run mtr-db migrate [db_older]
E
	gives 'mtr-db migrate' <<E
{"type":"migration","from":1,"to":$SCHEMA,"backup":"$PWD/mtr.db.backup"}
E
	gives 'mtr-db check; mtr-db stats | jq -r .database_id' <<E
{"type":"check","differences":0}
$DB_ID
E
	gives 'stat -c "%a %n" mtr.db mtr.db.backup*; sqlite3 -readonly mtr.db.backup "PRAGMA user_version"' <<'E'
600 mtr.db
600 mtr.db.backup
1
E
	gives 'mtr-db migrate' <<E
{"type":"migration","from":$SCHEMA,"to":$SCHEMA}
E
	given 'echo "{\"name\":\"Northwind\"}" | mtr-customer create'
}

@test "events that were rows become blocks: the same events, batches and times" {
	with_rows mtr.db
	gives 'mtr-db migrate' <<E
{"type":"migration","from":3,"to":$SCHEMA,"backup":"$PWD/mtr.db.backup"}
E
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
	gives 'mtr-event export' <<'E'
{"transaction_id":"e","customer_id":"é","event_type":"call","timestamp":"1969-12-31T23:59:59.999999999Z","properties":{"to":"x","minutes":false}}
{"transaction_id":"3f2504e0-4f89-41d3-9a0c-0305e82c3301","customer_id":"nw","event_type":"call","timestamp":"2024-09-01T00:00:00Z","properties":{"minutes":1.50,"to":"049"}}
{"transaction_id":"b","customer_id":"acme","event_type":"call","timestamp":"2024-09-01T00:00:00.000000001Z","properties":{"minutes":"2","to":null}}
{"transaction_id":"c","customer_id":"nw","event_type":"text","timestamp":"2024-09-02T00:00:00Z","properties":{}}
{"transaction_id":"d","customer_id":"nw","event_type":"call","timestamp":"2024-09-03T00:00:00Z","properties":{"minutes":3e0,"to":[1,{"a":true}]}}
E
	gives 'mtr-event get b d | jq -c "[.batch, .recorded_at]"' <<'E'
[1,"2024-09-10T20:26:40Z"]
[2,"2024-09-10T20:26:41Z"]
E
	gives 'sqlite3 -readonly mtr.db "SELECT id, recorded_at, accepted, duplicate, conflict, rejected FROM batch ORDER BY id"' <<'E'
1|1726000000000000000|3|1|0|2
2|1726000001000000000|2|0|1|0
E
	gives "sqlite3 -readonly mtr.db \"SELECT name FROM sqlite_schema WHERE name LIKE 'event%row%' OR name LIKE '%of_rows' ORDER BY 1\"" </dev/null
}

@test "what was a repeat before the migration is one after it" {
	with_rows mtr.db
	given 'mtr-db migrate'
	given 'mtr-event export >events'
	gives 'mtr-ingest events | jq -c "[.accepted, .duplicate, .conflict, .batches]"' <<'E'
[0,5,0,0]
E
	try 'sed s/nw/wn/ events | mtr-ingest | jq -c "[.accepted, .duplicate, .conflict]"'
	status_is 1
	out_is <<'E'
[0,2,3]
E
	err_is <<'E'
mtr-ingest: stdin:2:1: transaction_id "3f2504e0-4f89-41d3-9a0c-0305e82c3301": recorded at 2024-09-10T20:26:40Z with other content: customer_id was "nw", is "wn" here [conflict]
mtr-ingest: stdin:4:1: transaction_id "c": recorded at 2024-09-10T20:26:40Z with other content: customer_id was "nw", is "wn" here [conflict]
mtr-ingest: stdin:5:1: transaction_id "d": recorded at 2024-09-10T20:26:41Z with other content: customer_id was "nw", is "wn" here [conflict]
E
	event new 2024-09-21 >another
	gives 'mtr-ingest another >receipt; mtr-event get new | jq .batch; mtr-db check' <<'E'
3
{"type":"check","differences":0}
E
}

@test "a migrated database has the digest, the tables and the usage of one that was filled anew" {
	with_rows mtr.db
	given 'mtr-db migrate; mtr-event export >events'
	given 'mtr-db init -d new.db; MTR_DB=new.db mtr-ingest events'
	for d in mtr.db new.db; do
		given "echo '{\"id\":\"aaaaaaaa-0000-4000-8000-00000000000a\",\"name\":\"Northwind\",\"ingest_aliases\":[\"nw\"]}' | mtr-customer create -d $d"
		given "echo '{\"id\":\"bbbbbbbb-0000-4000-8000-00000000000b\",\"name\":\"Minutes\",\"aggregation_type\":\"SUM\",\"aggregation_key\":\"minutes\",\"property_filters\":[{\"name\":\"minutes\",\"exists\":true}]}' | mtr-metric create -d $d"
		given "mtr-db stats -d $d | jq -r .store_digest >>digests"
		given "sqlite3 -readonly $d .schema | sort >$d.schema"
	done
	gives 'uniq -c digests | wc -l; cmp mtr.db.schema new.db.schema' <<'E'
1
E
	given 'mtr-metric usage --from=2024-09-01 --to=2024-10-01 >usage; mtr-metric usage -d new.db --from=2024-09-01 --to=2024-10-01 | cmp - usage'
	gives 'jq -r .value usage' <<'E'
4.5
E
}

@test "rows and batches that do not fit together are not migrated" {
	for sql in "UPDATE event SET properties = '[1]' WHERE seq = 2" "DELETE FROM event WHERE seq = 2" \
		"UPDATE event SET batch = 1 WHERE seq = 5" "DELETE FROM batch WHERE id = 2"; do
		rm -f mtr.db*
		with_rows mtr.db
		sqlite3 mtr.db 'DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; DROP TRIGGER batch_no_delete' "$sql"
		given 'sqlite3 mtr.db .dump >before'
		try 'mtr-db migrate'
		status_is 5
		out_empty
		sed 's/^.*: batch \([0-9]\): /\1: /' "$ERR" >>messages
		err_is <"$ERR"
		given 'sqlite3 mtr.db .dump | cmp - before'
	done
	gives 'cat messages' <<'E'
1: the properties of an event are no object [db_damaged]
1: not as many events as it accepted [db_damaged]
2: not as many events as it accepted [db_damaged]
2: not there, or out of order [db_damaged]
E
}

@test "the copy of an older file goes where --backup says" {
	old mtr.db
	gives 'mtr-db migrate --backup=before.db; ls *.db *.backup 2>/dev/null || :' <<E
{"type":"migration","from":1,"to":$SCHEMA,"backup":"before.db"}
before.db
mtr.db
E
}

@test "no migration over a copy that is there" {
	old mtr.db
	echo precious >mtr.db.backup
	given 'sha256sum mtr.db >before'
	refuses 3 'mtr-db migrate' <<E
mtr-db: $PWD/mtr.db.backup is there already [db_exists]
E
	gives 'cat mtr.db.backup; sha256sum -c before' <<'E'
precious
mtr.db: OK
E
	refuses 2 'mtr-db migrate --backup=' <<'E'
mtr-db: --backup: the value is empty [usage]
usage: mtr-db migrate [option ...]
help: mtr-db migrate --help
E
}

@test "no migration while another command writes" {
	old mtr.db
	refuses 4 'holding mtr.db "mtr-db migrate --lock-wait=0"' <<E
mtr-db: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
E
	gives 'sqlite3 -readonly mtr.db "PRAGMA user_version"; ls *.backup 2>/dev/null || :' <<'E'
1
E
}

@test "a file of a newer program" {
	db
	sqlite3 mtr.db "PRAGMA user_version = $((SCHEMA + 1))"
	for verb in check stats 'backup copy.db' migrate; do
		refuses 5 "mtr-db $verb" <<E
mtr-db: $PWD/mtr.db has schema $((SCHEMA + 1)), this program knows $SCHEMA: use a newer one [db_newer]
E
	done
	gives 'ls copy.db mtr.db.backup 2>/dev/null || :' </dev/null
}

# ---- files that are no database ----

@test "no database: the path that was looked for is named" {
	for verb in check stats 'backup copy.db' migrate; do
		refuses 5 "mtr-db $verb" <<E
mtr-db: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
	done
	refuses 5 'cd /; mtr-db stats -d ./no/mtr.db' <<'E'
mtr-db: no database at /no/mtr.db (mtr-db init makes one) [db_missing]
E
	gives 'ls' </dev/null
}

@test "a directory, a text and an empty file are no databases" {
	mkdir place
	echo 'not a database, but longer than the header of one would be: a hundred bytes and then some more' >text
	: >empty
	for verb in check stats 'backup copy.db' migrate; do
		refuses 5 "mtr-db $verb -d place" <<E
mtr-db: $PWD/place is not a plain file [db_not_ours]
E
		refuses 5 "mtr-db $verb -d text" <<E
mtr-db: $PWD/text is not a database of mtr [db_not_ours]
E
		refuses 5 "mtr-db $verb -d empty" <<E
mtr-db: $PWD/empty is not a database of mtr [db_not_ours]
E
	done
	gives 'ls copy.db 2>/dev/null || :' </dev/null
}

@test "a database of another program" {
	sqlite3 theirs.db 'CREATE TABLE notes (x)'
	refuses 5 'mtr-db stats -d theirs.db' <<E
mtr-db: $PWD/theirs.db is not a database of mtr [db_not_ours]
E
	refuses 5 'mtr-db migrate -d theirs.db' <<E
mtr-db: $PWD/theirs.db is not a database of mtr [db_not_ours]
E
}

@test "a file that was cut short" {
	billed
	size=$(stat -c %s mtr.db)
	for keep in $((size - 16384)) 16384 20000; do
		head -c "$keep" mtr.db >short.db
		for verb in check stats 'backup copy.db' migrate; do
			refuses 5 "mtr-db $verb -d short.db 2>&1 >/dev/null | sed 's/ (SQLite result [0-9]*)//' >&2" <<E
mtr-db: $PWD/short.db: database disk image is malformed [db_damaged]
E
		done
	done
	gives 'ls copy.db* 2>/dev/null || :' </dev/null
}

@test "a page that was overwritten" {
	billed
	# The root of the invoices, so that whatever reads them meets it.
	page=$(sqlite3 mtr.db "SELECT rootpage FROM sqlite_schema WHERE name = 'invoice'")
	head -c 16384 /dev/zero | tr '\0' x |
		dd of=mtr.db bs=16384 seek=$((page - 1)) conv=notrunc status=none
	try "mtr-db check 2>&1 >found | sed 's/ (SQLite result [0-9]*)//' >&2"
	status_is 5
	out_empty
	err_is <<E
mtr-db: $PWD/mtr.db: database disk image is malformed [db_damaged]
E
	refuses 5 "mtr-invoice list 2>&1 >/dev/null | sed 's/ (SQLite result [0-9]*)//' >&2" <<E
mtr-invoice: $PWD/mtr.db: database disk image is malformed [db_damaged]
E
}

# ---- the tool ----

@test "help" {
	gives 'mtr-db --help' <<'E'
usage: mtr-db VERB [option ...] [operand ...]

mtr-db - the database file itself

Verbs:
  init                        make a new database
  check                       look for damage and for what does not add up
  stats                       write how much there is of what
  backup file                 copy the database, also while others write
  migrate                     bring an older database to the present schema

Options:
  -q, --quiet                 errors only
  -v, --verbose               tell what was decided
      --errors=text|json      form of the messages on stderr
  -h, --help                  this help
      --version               name and version

Options of a verb: mtr-db VERB --help.
Exit statuses and examples: see mtr-db(1).
E
}

@test "wrong verbs and options" {
	refuses 2 'mtr-db chek' <<'E'
mtr-db: "chek": no such verb, did you mean "check"? [unknown_verb]
usage: mtr-db VERB [option ...] [operand ...]
verbs: init check stats backup migrate
help: mtr-db --help
E
	refuses 2 'mtr-db check --lock-wait=1' <<'E'
mtr-db: "--lock-wait": check does not take this option [option_not_taken]
usage: mtr-db check [option ...]
help: mtr-db check --help
E
	refuses 2 'mtr-db migrate --bakup=x' <<'E'
mtr-db: "--bakup": migrate has no such option, did you mean "--backup"? [unknown_option]
usage: mtr-db migrate [option ...]
help: mtr-db migrate --help
E
}

@test "a failure as JSON" {
	refuses 5 'mtr-db stats --errors=json' <<E
{"type":"error","code":"db_missing","message":"no database at $PWD/mtr.db (mtr-db init makes one)"}
E
}
