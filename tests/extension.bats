# The table events in the plain sqlite3 shell: the same events as mtr-event
# export writes, whatever a statement asks for.
# shellcheck disable=SC2016,SC2030,SC2031
load helpers

setup() {
	[ -e "$BUILD_DIR/mtr_events.so" ] || skip "no extension in this variant"
	fresh
}

# shell [OPTION] SQL: what the sqlite3 shell with the extension answers
shell() {
	sqlite3 -readonly -bail -cmd ".load $BUILD_DIR/mtr_events" "${@:1:$#-1}" "$MTR_DB" "${@: -1}"
}

# some: events of two types and four customers over three days, in two batches
some() {
	python3 - <<'END'
import json
for i in range(1, 301):
    e = {"transaction_id": f"{i:08x}-0000-4000-8000-000000000000" if i % 3 else f"order {i}",
         "customer_id": f"c{i % 4}", "event_type": ("call", "ping")[i % 2],
         "timestamp": f"2024-09-{i % 3 + 1:02}T{i % 24:02}:00:00{'.5' if i % 5 == 0 else ''}Z",
         "properties": {"n": i, "text": f"é{i % 7}", "price": "1.50", "deep": {"a": [1, None]}}}
    if i % 4 == 0:
        del e["properties"]["text"]
    print(json.dumps(e, ensure_ascii=False))
END
}

# rows: of NDJSON events, as the table has them
rows() {
	jq -r '[.transaction_id, .customer_id, .event_type, .timestamp, (.properties | tojson)] | @tsv' |
		sed -E 's/(T[0-9:]+)Z/\1.000000000Z/; s/(T[0-9:]+)\.5Z/\1.500000000Z/' | sort
}

table() {
	shell -tabs "SELECT * FROM events${1:+ WHERE $1}" | sort
}

@test "the table holds what export writes" {
	db
	some >all.ndjson
	given 'head -n 120 all.ndjson | mtr-ingest'
	given 'tail -n +121 all.ndjson | mtr-ingest'
	mtr-event export | rows >want
	[ "$(wc -l <want)" = 300 ]
	table >got
	cmp want got
}

@test "whatever is asked for, blocks passed over hold nothing of it" {
	db
	some >all.ndjson
	given 'mtr-ingest all.ndjson'
	table >all.tsv
	[ "$(wc -l <all.tsv)" = 300 ]
	while IFS='|' read -r where filter; do
		table "$where" >got
		awk -F '\t' "$filter" all.tsv >want
		diff want got || {
			echo "WHERE $where"
			return 1
		}
	done <<'END'
event_type = 'call'|$3 == "call"
event_type = 'none'|0
event_type = 'CALL' COLLATE NOCASE|$3 == "call"
customer_id = 'C1' COLLATE NOCASE|$2 == "c1"
customer_id = 'c1 ' COLLATE RTRIM|$2 == "c1"
customer_id = 1|0
customer_id = x'6331'|0
timestamp <= '2262-04-11T00'|1
timestamp >= 5|0
timestamp < 5|1
customer_id = 'c1'|$2 == "c1"
customer_id = 'c1' AND event_type = 'ping'|$2 == "c1" && $3 == "ping"
customer_id IN ('c1', 'c3')|$2 == "c1" || $2 == "c3"
timestamp >= '2024-09-02'|$4 >= "2024-09-02"
timestamp > '2024-09-02T05:00:00.000000000Z'|$4 > "2024-09-02T05:00:00.000000000Z"
timestamp < '2024-09-02'|$4 < "2024-09-02"
timestamp <= '2024-09-02T05'|$4 <= "2024-09-02T05"
timestamp >= '2024-09-02' AND timestamp < '2024-09-03' AND customer_id = 'c2'|$4 >= "2024-09-02" && $4 < "2024-09-03" && $2 == "c2"
timestamp >= 'soon'|$4 >= "soon"
timestamp < NULL|0
event_type = NULL|0
transaction_id = 'order 9'|$1 == "order 9"
END
}

@test "statements: groups, a join with itself, JSON functions, exact texts" {
	db
	some >all.ndjson
	given 'mtr-ingest all.ndjson'
	[ "$(shell 'SELECT event_type, count(*) FROM events GROUP BY 1 ORDER BY 1')" = "call|150
ping|150" ]
	[ "$(shell 'SELECT count(*) FROM events a JOIN events b USING (transaction_id)')" = 300 ]
	[ "$(shell "SELECT sum(json_extract(properties, '\$.n')) FROM events")" = 45150 ]
	[ "$(shell "SELECT DISTINCT json_extract(properties, '\$.price') FROM events")" = 1.50 ]
	[ "$(shell 'SELECT count(*) FROM customer JOIN events ON customer.id = events.customer_id')" = 0 ]
}

@test "a customer that reads as a number equals the number, as SQLite has it" {
	db
	for c in 7 07 7.0 8; do
		echo "{\"transaction_id\":\"$c\",\"customer_id\":\"$c\",\"event_type\":\"call\",\"timestamp\":\"2024-09-01T00:00:00Z\"}"
	done >numbers.ndjson
	given 'mtr-ingest numbers.ndjson'
	[ "$(shell "SELECT customer_id FROM events WHERE customer_id = CAST('7' AS INTEGER) ORDER BY 1" | paste -sd ' ')" = "07 7 7.0" ]
	[ "$(shell "SELECT customer_id FROM events WHERE customer_id = '7'")" = 7 ]
}

@test "an empty database has an empty table" {
	db
	[ "$(shell 'SELECT count(*) FROM events')" = 0 ]
}

@test "refused: writing to the table" {
	db
	some | head -n 5 >few.ndjson
	given 'mtr-ingest few.ndjson'
	run shell "DELETE FROM events"
	[ "$status" -ne 0 ]
	[[ $output == *"may not be modified"* ]]
	[ "$(shell 'SELECT count(*) FROM events')" = 5 ]
}

@test "refused: a database of something else" {
	MTR_DB=$BATS_TEST_TMPDIR/other.db
	sqlite3 "$MTR_DB" 'CREATE TABLE t (x)'
	run shell 'SELECT count(*) FROM events'
	[ "$status" -ne 0 ]
	[[ $output == *"not a database of mtr [db_not_ours]"* ]]
}

@test "refused: a database of another schema" {
	db
	for version in 2 999; do
		cp "$MTR_DB" other.db
		sqlite3 other.db "PRAGMA user_version = $version"
		MTR_DB=$PWD/other.db run shell 'SELECT count(*) FROM events'
		[ "$status" -ne 0 ]
		[[ $output == *"the database has schema $version"* ]]
	done
}

@test "refused: a damaged block, instead of half a total" {
	db
	some >all.ndjson
	given 'mtr-ingest all.ndjson'
	trigger=$(sqlite3 "$MTR_DB" "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'event_block' AND sql LIKE '%BEFORE UPDATE%'")
	sqlite3 "$MTR_DB" "DROP TRIGGER $trigger; UPDATE event_block SET columns = zeroblob(length(columns)) WHERE id = (SELECT min(id) FROM event_block)"
	run shell 'SELECT sum(length(properties)) FROM events'
	[ "$status" -ne 0 ]
	[[ $output == *"[db_damaged]"* ]]
}
