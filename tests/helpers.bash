# helpers.bash - what the bats files share. A bats file begins with
#
#	load helpers            (in tests/gates: load ../helpers)
#
# Each test runs in an empty directory of its own, with MTR_DB=$PWD/mtr.db and
# MTR_NOW=2024-10-03T00:00:00Z; the tools of $BUILD_DIR are first in PATH; $TOP is
# the top of the source tree. Nothing else of the caller's environment matters.
#
#	db                      make the database, with a fixed id
#	given 'COMMAND'         a step before the test: status 0 and no message, else the
#	                        test fails. What it wrote is in the file $OUT.
#	gives 'COMMAND' <<E     status 0, no message, and exactly this output
#	refuses 3 'COMMAND' <<E status 3, no output, and exactly this message
#
#	try 'COMMAND'           anything else: run it, then say what was wanted of all three
#	status_is 1
#	out_is <<E              exactly this output;  out_empty  none
#	err_is <<E              exactly this message; err_empty  none
#
# COMMAND is a line of bash, under `set -euo pipefail`, so a pipe fails with its
# first part and 'a; b' stops after a. Bytes are compared, and shown as a diff.
# A `try` of which status, output or message was not asserted fails the test, at
# the next `try` or at its end. Quote the heredoc's delimiter (<<'E') unless
# the text holds $PWD. What was written lies in the files $OUT and $ERR, so
# that `out_is <expected` and `given "diff $OUT other"` work too.
#
#	@test "a customer comes back by alias" {
#		db
#		given 'echo "{\"name\":\"Acme\"}" | mtr-customer create'
#		gives 'mtr-customer get Acme | jq -r .name' <<'E'
#	Acme
#	E
#		refuses 3 'mtr-customer get Northwind' <<'E'
#	mtr-customer: no customer "Northwind" [not_found]
#	E
#	}

bats_require_minimum_version 1.5.0

TOP=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)
export TOP
export BUILD_DIR=${BUILD_DIR:-$TOP/build/release}
export PATH="$BUILD_DIR:$PATH"
export LC_ALL=C
unset TZ MTR_DB MTR_NOW NO_COLOR

DB_ID=00000000-0000-8000-8000-000000000001

setup() {
	fresh
}

teardown() {
	all_checked
}

fresh() {
	exec </dev/null
	cd -P "$BATS_TEST_TMPDIR" || return
	export MTR_DB="$PWD/mtr.db" MTR_NOW=2024-10-03T00:00:00Z
	OUT=$BATS_TEST_TMPDIR.out
	ERR=$BATS_TEST_TMPDIR.err
	unchecked=
}

db() {
	given "mtr-db init --id=$DB_ID"
}

# execute COMMAND - leaves its status in $status, its output in $OUT, its message in $ERR
execute() {
	command=$1
	status=0
	bash -c "set -euo pipefail; $1" >"$OUT" 2>"$ERR" 3>&- || status=$?
}

try() {
	all_checked || return
	execute "$1"
	unchecked="status out err"
}

given() {
	all_checked || return
	execute "$1"
	status_is 0 && err_empty
}

gives() {
	all_checked || return
	cat >"$OUT.given"
	execute "$1"
	status_is 0 && err_empty && out_is <"$OUT.given"
}

refuses() {
	all_checked || return
	cat >"$ERR.given"
	execute "$2"
	status_is "$1" && out_empty && err_is <"$ERR.given"
}

status_is() {
	checked status
	[ "$status" = "$1" ] && return
	echo "command: $command"
	echo "status: got $status, want $1"
	head -c 4000 "$ERR"
	return 1
}

out_is() {
	checked out
	same output "$OUT"
}

err_is() {
	checked err
	same message "$ERR"
}

out_empty() {
	out_is </dev/null
}

err_empty() {
	err_is </dev/null
}

checked() {
	unchecked=${unchecked/$1/}
}

all_checked() {
	local left=${unchecked// /}
	[ -z "$left" ] && return
	echo "command: $command"
	echo "not asserted: $unchecked"
	return 1
}

# same WHAT FILE <WANTED
same() {
	local wanted
	wanted=$2.wanted
	cat >"$wanted"
	cmp -s "$wanted" "$2" && return
	echo "command: $command"
	echo "status: $status"
	diff -u --label "$1 wanted" --label "$1 got" "$wanted" "$2" | head -n 200
	return 1
}

# older N FILE - FILE as the program of schema 2 or 3 would have left it: its rows in tables of that time
older() {
	local table columns file
	mtr-event export | jq -s . >events
	{
		echo "PRAGMA page_size = 16384; BEGIN IMMEDIATE; PRAGMA application_id = 0x6d747231;"
		for file in "$TOP"/share/schema/000[1-"$1"]-*.sql; do
			echo ".read '$file'"
		done
		echo "PRAGMA user_version = $1; COMMIT; PRAGMA journal_mode = WAL;"
	} | sqlite3 older.db >/dev/null
	sqlite3 older.db "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'event' ORDER BY rowid" >tables
	while read -r table; do
		columns=$(sqlite3 older.db "SELECT group_concat(name) FROM pragma_table_info('$table')")
		echo "INSERT INTO $table ($columns) SELECT $columns FROM now.$table;"
	done <tables >copy
	cat >>copy <<-'E'
		INSERT INTO event (batch, transaction_id, customer_key, event_type, timestamp, properties)
			SELECT 1, value ->> 'transaction_id', value ->> 'customer_id', value ->> 'event_type',
				strftime('%s', value ->> 'timestamp') * 1000000000, value -> 'properties'
			FROM json_each(readfile('events'));
	E
	sqlite3 older.db "ATTACH '$2' AS now" '.read copy'
	rm "$2"*
	mv older.db "$2"
}
