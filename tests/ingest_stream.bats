# mtr-ingest while it runs: batches stored beside the reading, acknowledgements, pauses,
# interrupts, and what happens when storing fails.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154
bats_require_minimum_version 1.5.0
load helpers
load ingest

setup() {
	fresh
	db
}

# begin OPTION ... - mtr-ingest, reading what is written to descriptor 9
begin() {
	mkfifo in
	env --default-signal=INT mtr-ingest "$@" in >out 2>err 3>&- &
	pid=$!
	exec 9>in
}

# ended STATUS - the input is over, and that is how it ended
ended() {
	exec 9>&-
	local got=0
	wait "$pid" || got=$?
	[ "$got" = "$1" ] && return
	echo "status: got $got, want $1"
	cat out err
	return 1
}

# until_out PATTERN - wait until stdout has a line of it
until_out() {
	local i
	for ((i = 0; i < 200; i++)); do
		grep -q -- "$1" out && return
		sleep 0.1
	done
	echo "not written: $1"
	return 1
}

acks() {
	jq -c 'if .type == "ack" then [.batch, .read, .accepted, .duplicate, .conflict, .rejected] else .type end'
}
export -f acks

# ---- acknowledgements ----

@test "--ack: a line a batch, and the receipt last; what they count adds up" {
	gives '{ ev a; ev b; ev a; } | mtr-ingest --ack' <<'E'
{"type":"ack","batch":1,"read":3,"accepted":2,"duplicate":1,"conflict":0,"rejected":0,"recorded_at":"2024-10-03T00:00:00Z","store_digest":"D"}
{"type":"receipt","read":3,"accepted":2,"duplicate":1,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	gives '{ ev a; ev b; ev a; } | mtr-ingest --ack -n' <<'E'
{"type":"ack","read":3,"accepted":0,"duplicate":3,"conflict":0,"rejected":0,"store_digest":"D","dry_run":true}
{"type":"receipt","read":3,"accepted":0,"duplicate":3,"conflict":0,"rejected":0,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D","dry_run":true}
E
	gives ': | mtr-ingest --ack | acks' <<'E'
"receipt"
E
	try 'echo 1 | mtr-ingest -q --ack -i ndjson'
	status_is 1
	out_is <<'E'
{"type":"ack","read":1,"accepted":0,"duplicate":0,"conflict":0,"rejected":1}
{"type":"receipt","read":1,"accepted":0,"duplicate":0,"conflict":0,"rejected":1,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: stdin:1:1: wanted an object, found a number [not_an_object]
E
}

# Four batches, with a refusal in each and conflicts in two.
mixed() {
	given 'for i in 1 60000 120000; do ev $i globex; done | mtr-ingest'
	events 400000 | sed '50000~100000s/2024-10-01/2024-13-01/' >input
}

@test "messages, acknowledgements and rejects come in one order, with a thread and without" {
	mixed
	given 'mtr-db backup two.db; mtr-db backup dry.db; mtr-db backup real.db'
	execute 'taskset -c 0 mtr-ingest --ack --rejects=one.rejects input'
	[ "$status" = 1 ]
	cp "$OUT" one.out
	cp "$ERR" one.err
	for run in 'two.db' 'dry.db -n' 'real.db'; do
		execute "mtr-ingest -d $run --ack --rejects=two.rejects input"
		[ "$status" = 1 ]
		sed 's/,"dry_run":true//' "$OUT" | diff one.out -
		diff one.err "$ERR"
		cmp one.rejects two.rejects
	done
	gives 'acks <one.out; sed -E "s/.*input:([0-9]+):.*\[(.*)\]/\1 \2/" one.err; wc -l <one.rejects' <<'E'
[2,100001,99998,0,2,1]
[3,100001,99999,0,1,1]
[4,100001,100000,0,0,1]
[5,99997,99996,0,0,1]
"receipt"
50000 event.timestamp
150000 event.timestamp
250000 event.timestamp
1 conflict
60000 conflict
350000 event.timestamp
120000 conflict
7
E
}

@test "--ack: what a pause stored is told at once, and one more event within the second after it" {
	begin --ack
	{ ev a; ev b; echo 1; } >&9
	until_out '"read":3'
	until_stored 2
	ev c >&9
	until_out '"read":1'
	until_stored 3
	ended 1
	gives 'acks <out; cat err' <<'E'
[1,3,2,0,0,1]
[2,1,1,0,0,0]
"receipt"
mtr-ingest: in:3:1: wanted an object, found a number [not_an_object]
E
}

@test "a trickle that never pauses becomes visible too" {
	begin
	for i in {1..100}; do
		ev "$i" >&9
		sleep 0.1
		[ $((i % 10)) != 0 ] || [ "$(mtr-event count | jq .events)" = 0 ] || break
	done
	[ "$i" -ge 40 ]
	[ "$i" -lt 100 ]
	ended 0
	gives 'jq .accepted out' <<<"$i"
}

@test "events of a time that the clock reaches while it runs are taken" {
	unset MTR_NOW
	begin --future-limit=1s --ack
	ev a acme "$(date -u -d '+3 seconds' +%FT%TZ)" >&9
	sleep 3
	ev b acme "$(date -u +%FT%TZ)" >&9
	ended 1
	gives 'jq -c "[.accepted, .rejected]" out | tail -n 1; [ "$(jq -rs "map(.recorded_at // empty) | unique | length" out)" = 1 ]' <<'E'
[1,1]
E
}

@test "--ack: who does not hear it has the rest on stderr; nothing more is read" {
	events 300001 >input
	try 'python3 -c "
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
sys.exit(subprocess.run([\"mtr-ingest\", \"--ack\", \"input\"], stdout=w).returncode)"'
	status_is 5
	out_empty
	err_is <<'E'
mtr-ingest: output closed early [output_failed]
{"type":"ack","batch":1,"read":100000,"accepted":100000,"duplicate":0,"conflict":0,"rejected":0,"recorded_at":"2024-10-03T00:00:00Z","store_digest":"D"}
{"type":"receipt","read":300000,"accepted":300000,"duplicate":0,"conflict":0,"rejected":0,"batches":3,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D","stopped":"output_failed","dropped":0}
E
	gives 'mtr-event count | jq .events' <<'E'
300000
E
}

# ---- when storing waits or fails ----

@test "a lock that is held for a while only delays" {
	hold_lock
	events 200001 >input
	mtr-ingest input >out 2>err 3>&- &
	pid=$!
	sleep 1
	kill "$holder"
	wait "$pid"
	gives 'receipt <out; cat err' <<'E'
[200001,200001,0,0,0,3]
E
}

@test "a lock that is not had: status 4, and all that was in hand is dropped" {
	events 300001 >input
	hold_lock
	for cpus in 0 0-1; do
		refuses 4 "taskset -c $cpus mtr-ingest --lock-wait=0 --ack input" <<E
mtr-ingest: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
E
	done
	kill "$holder"
	gives 'mtr-event count | jq .events' <<'E'
0
E
}

@test "a lock lost between batches: what was durable is in the receipt, the rest is not stored" {
	begin --lock-wait=0 --ack
	{ ev a; ev b; } >&9
	until_out '"read":2'
	hold_lock
	{ ev c; echo 1; ev d; } >&9
	ended 4
	kill "$holder"
	gives 'jq -c "[.type, .read, .accepted, .rejected, .stopped, .dropped]" out; cat err; stored' <<E
["ack",2,2,0,null,null]
["receipt",3,2,1,"failed",2]
mtr-ingest: in:4:1: wanted an object, found a number [not_an_object]
mtr-ingest: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
a b
E
}

@test "a file that may grow no further: batches before it stay" {
	events 500000 >input
	try '(ulimit -f 6000; mtr-ingest --ack input) | jq -c "[.type, .accepted % 100000, .accepted > 0, .accepted < 500000, .stopped, .dropped > 0]" | uniq -c | sed "s/^ *[0-9]* //"'
	status_is 5
	out_is <<'E'
["ack",0,true,true,null,false]
["receipt",0,true,true,"failed",true]
E
	err_is <<E
mtr-ingest: $PWD/mtr.db: disk I/O error (SQLite result 778) [db_io]
E
	gives 'mtr-db check | jq .differences; mtr-ingest input | jq .read; mtr-event count | jq .events' <<'E'
0
500000
500000
E
}

@test "rejects that cannot be written stop it before the batch beside them is stored" {
	events 100000 | sed '99999s/.*/1/' >input
	events 200000 | tail -n 100000 | sed '$s/.*/2/' >>input
	try 'mtr-ingest -q --rejects=/dev/full input'
	status_is 5
	out_empty
	err_is <<'E'
mtr-ingest: input:99999:1: wanted an object, found a number [not_an_object]
mtr-ingest: /dev/full: cannot write: No space left on device [rejects_failed]
E
	gives 'mtr-event count | jq .events' <<'E'
0
E
}

# ---- interrupts ----

@test "an interrupt: the batch in hand is stored, and the receipt says so" {
	begin
	{ ev a; ev b; } >&9
	sleep 0.3
	kill -INT "$pid"
	ended 130
	gives 'jq -c "[.read, .accepted, .stopped, .dropped]" out; cat err; stored' <<'E'
[2,2,"interrupted",0]
a b
E
}

@test "an interrupt while another one writes: the batch in hand is dropped, and the receipt says so" {
	begin
	hold_lock
	{ ev a; ev b; } >&9
	sleep 1.5
	kill -INT "$pid"
	ended 130
	kill "$holder"
	gives 'jq -c "[.read, .accepted, .stopped, .dropped]" out; cat err; mtr-event count | jq .events' <<E
[0,0,"interrupted",2]
mtr-ingest: interrupted while another command was writing to $PWD/mtr.db [db_busy]
0
E
}

@test "stopped and continued while it waits, it goes on" {
	begin
	ev a >&9
	sleep 0.2
	kill -STOP "$pid"
	sleep 0.2
	kill -CONT "$pid"
	sleep 0.2
	ev b >&9
	ended 0
	gives 'jq .accepted out; cat err' <<'E'
2
E
}
