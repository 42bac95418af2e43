# mtr-ingest --strict: all of the input or nothing of it, whatever it comes from.

# shellcheck disable=SC2016,SC2030,SC2031,SC2094,SC2154
bats_require_minimum_version 1.5.0
load helpers
load ingest

setup() {
	fresh
	db
}

# The database is as it was, but for what a look at it leaves behind.
untouched() {
	mtr-event export | cmp - before
}
export -f untouched

mark() {
	given 'mtr-event export >before'
}

@test "what is wholly good is stored, in one transaction" {
	gives '{ ev a; ev b globex; ev a; } | mtr-ingest --strict' <<'E'
{"type":"receipt","read":3,"accepted":2,"duplicate":1,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":2,"late":0,"store_digest":"D"}
E
	gives stored <<'E'
a b
E
}

@test "one refused record, and nothing is stored; each refusal and conflict is told" {
	given 'ev a | mtr-ingest'
	mark
	printf '%s\n' "$(ev b)" '{"x":1}' "$(ev a globex)" "$(ev c acme 2024-13-01T00:00:00Z)" "$(ev a)" >input
	try 'mtr-ingest --strict input'
	status_is 3
	out_is <<'E'
{"type":"receipt","read":3,"accepted":0,"duplicate":0,"conflict":1,"rejected":2,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D","strict":"refused","dropped":2}
E
	err_is <<'E'
mtr-ingest: input:2:6: x "1": unknown field; other values belong into properties [unknown_field]
mtr-ingest: input:4:75: timestamp "2024-13-01T00:00:00Z": no month 13 [event.timestamp]
mtr-ingest: input:3:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
	given untouched
}

@test "a conflict alone undoes it too, also one in the input itself" {
	mark
	try '{ ev a; ev b; ev a globex; } | mtr-ingest --strict | receipt'
	status_is 3
	out_is <<'E'
[1,0,0,1,0,0]
E
	err_is <<'E'
mtr-ingest: stdin:3:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
	given untouched
}

@test "a conflict in a later batch undoes those before it" {
	events 150000 >input
	ev 7 globex >>input
	mark
	try 'mtr-ingest --strict input | jq -c "[.read, .accepted, .conflict, .dropped, .strict]"'
	status_is 3
	out_is <<'E'
[1,0,1,150000,"refused"]
E
	err_is <<'E'
mtr-ingest: input:150001:1: transaction_id "7": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
	given untouched
	gives 'head -n 150000 input | mtr-ingest --strict | receipt; mtr-event count | jq .events; mtr-db check | jq .differences' <<'E'
[150000,150000,0,0,0,2]
150000
0
E
}

@test "any input is read twice: pipes, named pipes, files, standard input from its place on" {
	ev a >a
	mkfifo b
	given 'ev b >b & { ev x; ev c; } >c; { head -n 1 >/dev/null; } <c; ev d >d; ev e >e
		ev f | mtr-ingest --strict a b <(ev g) d - e | receipt >receipt; cat receipt'
	out_is <<'E'
[6,6,0,0,0,1]
E
	gives stored <<'E'
a b d e f g
E
	# Of a file as standard input what lies before its place is not read, either time.
	gives '{ ev x; ev h; ev i; } >h; (read -r line; mtr-ingest --strict - | receipt) <h; stored' <<'E'
[2,2,0,0,0,1]
a b d e f g h i
E
	mark
	try '{ ev j; echo 1; } | mtr-ingest --strict a <(ev k) - | receipt'
	status_is 3
	out_is <<'E'
[1,0,0,0,1,0]
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
E
	given untouched
}

@test "an input that is refused as a whole, or cannot be read, keeps all out" {
	ev a >a
	printf 'transaction_id,kind\nb,c\n' >bad.csv
	mark
	try 'mtr-ingest --strict a bad.csv'
	status_is 3
	out_is <<'E'
{"type":"receipt","read":0,"accepted":0,"duplicate":0,"conflict":0,"rejected":0,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D","strict":"refused","dropped":1}
E
	err_is <<'E'
mtr-ingest: bad.csv:1:2: kind: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	refuses 3 'mtr-ingest --strict bad.csv' <<'E'
mtr-ingest: bad.csv:1:2: kind: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	try 'mtr-ingest --strict a nosuch | receipt'
	status_is 5
	out_is <<'E'
[0,0,0,0,0,0]
E
	err_is <<'E'
mtr-ingest: nosuch: cannot open: No such file or directory [file_open]
E
	try '{ ev b; echo "]"; } | mtr-ingest --strict -i json | receipt'
	status_is 3
	out_is <<'E'
[1,0,0,0,1,0]
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted a value [json_stream]
E
	given untouched
}

@test "CSV and CloudEvents are read twice alike" {
	printf 'transaction_id,customer_id,event_type,timestamp\na,acme,llm,2024-10-01T00:00:00Z\n' >a.csv
	gives 'cat a.csv | mtr-ingest --strict | receipt
		echo "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"subject\":\"c\",\"time\":\"2024-10-01T00:00:00Z\"}" |
			mtr-ingest --strict -i cloudevents | receipt; stored' <<'E'
[1,1,0,0,0,1]
[1,1,0,0,0,1]
a s|1
E
}

@test "--dry-run tells what --strict would do" {
	given 'ev a | mtr-ingest'
	mark
	for input in 'ev a; ev b' 'ev b; ev a globex' 'ev b; echo 1'; do
		rm -f real.db*
		given 'mtr-db backup real.db'
		execute "{ $input; } | mtr-ingest --strict -n -i ndjson"
		dry=$status
		sed 's/,"dry_run":true//' "$OUT" >dry.out
		cp "$ERR" dry.err
		given untouched
		execute "{ $input; } | mtr-ingest -d real.db --strict -i ndjson"
		[ "$status" = "$dry" ]
		diff dry.out "$OUT"
		diff dry.err "$ERR"
	done
}

@test "--ack: all batches are acknowledged once everything is durable, or none is" {
	events 100001 >input
	gives 'mtr-ingest --strict --ack input | jq -c "[.type, .batch, .read, .accepted]"' <<'E'
["ack",1,100000,100000]
["ack",2,1,1]
["receipt",null,100001,100001]
E
	try '{ cat input; ev x; ev 1 globex; } | mtr-ingest -q --strict --ack | jq -c "[.type, .read, .conflict, .dropped]"'
	status_is 3
	out_is <<'E'
["receipt",1,1,100002]
E
	err_is <<'E'
mtr-ingest: stdin:100003:1: transaction_id "1": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
}

@test "--max-errors ends the first reading, or the second" {
	mark
	try '{ ev a; echo 1; echo 2; echo 3; ev b; } | mtr-ingest --strict --max-errors=2 -i ndjson'
	status_is 3
	out_is <<'E'
{"type":"receipt","read":2,"accepted":0,"duplicate":0,"conflict":0,"rejected":2,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D","strict":"refused","stopped":"too_many_errors","dropped":1}
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
mtr-ingest: stdin:3:1: wanted an object, found a number [not_an_object]
mtr-ingest: stopped: 2 refused or in conflict, and --max-errors is 2 [too_many_errors]
E
	try '{ ev a; echo 1; ev a globex; ev a other; ev b; } | mtr-ingest --strict --max-errors=2 -i ndjson | jq -c "[.conflict, .rejected, .dropped]"'
	status_is 3
	out_is <<'E'
[2,1,2]
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
mtr-ingest: stdin:3:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
mtr-ingest: stopped: 3 refused or in conflict, and --max-errors is 2 [too_many_errors]
E
	given untouched
}

@test "--rejects holds what stood in the way" {
	given 'ev a | mtr-ingest'
	try '{ ev b; ev a globex; ev c acme today; } | mtr-ingest -q --strict --rejects=rejected | receipt'
	status_is 3
	out_is <<'E'
[2,0,0,1,1,0]
E
	err_is <<'E'
mtr-ingest: stdin:3:75: timestamp "today": not a time (YYYY-MM-DDThh:mm:ssZ) [event.timestamp]
mtr-ingest: stdin:2:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
	gives 'jq -r .transaction_id rejected' <<'E'
c
a
E
}

@test "no lock is held while input is awaited, and what others stored meanwhile counts" {
	mkfifo in
	mtr-ingest --strict in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	{ ev a; ev b; } >&9
	sleep 0.3
	gives 'ev a globex | mtr-ingest --lock-wait=0 | receipt' <<'E'
[1,1,0,0,0,1]
E
	exec 9>&-
	status=0
	wait "$pid" || status=$?
	[ "$status" = 3 ]
	gives 'jq -c "[.conflict, .dropped]" out; cat err; stored' <<'E'
[1,1]
mtr-ingest: in:1:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "globex", is "acme" here [conflict]
a
E
}

@test "an interrupt while input is read: nothing is stored, and the receipt says so" {
	mkfifo in
	env --default-signal=TERM mtr-ingest --strict in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	{ ev a; ev b; } >&9
	sleep 0.3
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	exec 9>&-
	[ "$status" = 143 ]
	cmp err /dev/null
	gives 'jq -c "[.read, .accepted, .strict, .stopped, .dropped]" out; mtr-event count | jq .events' <<'E'
[0,0,null,"interrupted",2]
0
E
}

@test "a lock that is held is status 4, and a temporary file that cannot be made is 5" {
	hold_lock
	refuses 4 'ev a | mtr-ingest --strict --lock-wait=0' <<E
mtr-ingest: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
E
	kill "$holder"
	refuses 5 'ev a | TMPDIR=no/such mtr-ingest --strict' <<'E'
mtr-ingest: no/such: cannot make a temporary file: No such file or directory [spool_failed]
E
	given 'mkdir tmp; ev a | TMPDIR=tmp mtr-ingest --strict'
	gives 'ls tmp' </dev/null
}

@test "--strict stores the same as without it" {
	events 3000 >input
	given "mtr-db init -d plain.db --id=$DB_ID; mtr-ingest -d plain.db input >plain; mtr-ingest --strict input >strict; cmp plain strict; mtr-event export -d plain.db >plain.out; mtr-event export | cmp - plain.out"
}
