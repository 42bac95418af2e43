# The benchmarks: made events are what their manifest says, and a run finds what is wrong.

# shellcheck disable=SC2016,SC2030,SC2031,SC2317
load helpers

setup() {
	fresh
	export PATH="$BUILD_DIR/bench:$PATH" MTR_NOW=2026-04-03T00:00:00Z
	# counts FILE ... - of receipts or manifests, and the times of what was accepted
	counts() {
		jq -c '[.read, .accepted, .duplicate, .conflict, .rejected, .unknown_customers,
			.first_timestamp, .last_timestamp]' "$@"
	}
	# ingest FILE - its receipt; rejected records and conflicts are no failure here
	ingest() {
		rm -f "$MTR_DB"*
		mtr-db init >/dev/null
		mtr-ingest "$1" 2>/dev/null || [ $? = 1 ]
	}
	export -f counts ingest
}

usage() {
	cat <<'E'
usage: generate [--count N] [--customers N] [--zipf S] [--seed N]
                [--duplicates PERCENT] [--conflicts PERCENT] [--late PERCENT]
                [--malformed PERCENT] [--from TIME] [--to TIME]
                [--ids uuid|uuid7|text] [--unique-text]
                [--format ndjson|csv|cloudevents] [--manifest FILE]
E
}

# wrong OPTIONS MESSAGE - refused as wrong usage
wrong() {
	refuses 2 "generate $1" < <(echo "generate: $2" && usage)
}

# ---- the generator ----

@test "equal options give equal bytes, another seed other events" {
	mix='--count 5000 --duplicates 3 --conflicts 2 --malformed 1 --late 5'
	given "generate $mix >a; generate $mix --seed 1 >b; generate $mix --seed 2 >c"
	gives 'cmp a b; wc -l <a; comm -12 <(sort -u a) <(sort -u c)' <<<5000
}

@test "every compiler and machine makes these" {
	mix='--count 20000 --customers 100 --zipf 1.25 --duplicates 3 --conflicts 2 --malformed 2 --late 5'
	for form in ndjson csv cloudevents; do
		given "generate $mix --unique-text --format $form | sha256sum | cut -c1-64"
		cat "$OUT" >>digests
	done
	gives 'cat digests' <<'E'
a6d531ca5ffe5ed0c4fdbf625d85a8f3357cc1368604e35dcf35f59bc1e50371
bdec484fa59f7dd222cfd2ab753af847506def653daf4e769676d6d309c801f1
0d28a48d76fd2bb21b734f5c47cc6ffd1777db478dc4d2e8b180936fd5c2752f
E
}

@test "an event is a function of seed and number, not of what stands around it" {
	given 'generate --count 1000 >plain; generate --count 1000 --duplicates 20 --malformed 5 >mixed'
	# a line that is the same in both places, or a repeat, or bad: 75 % of the first kind
	gives 'paste -d "\n" plain mixed | awk "NR % 2 { a = \$0; next } \$0 == a" | wc -l | sed "s/7[0-9]*/700/"' <<<700
	# all that is repeated stands in the plain stream too
	gives 'sort mixed | uniq -d | comm -23 - <(sort plain)' </dev/null
}

@test "the manifest is the receipt, with repeats, conflicts, bad records and late events" {
	for ids in uuid uuid7 text; do
		for form in ndjson csv; do
			given "generate --count 6000 --customers 70 --ids $ids --format $form \
				--duplicates 4 --conflicts 3 --malformed 2 --late 5 --manifest m.json >events"
			given 'ingest events >receipt.json'
			gives 'counts receipt.json' < <(counts m.json)
			given 'jq -e "[.accepted, .duplicate, .conflict, .rejected] | min > 50" m.json'
		done
	done
}

@test "shares of zero are no records at all, and no events are none" {
	given 'generate --count 3000 --manifest m.json >events; ingest events >receipt.json'
	gives 'counts receipt.json | cut -d, -f1-5; counts receipt.json m.json | uniq | wc -l' <<'E'
[3000,3000,0,0,0
1
E
	gives 'generate --count 0 --manifest m.json; counts m.json' <<<'[0,0,0,0,0,0,null,null]'
}

@test "all lines but the first may be repeats" {
	given 'generate --count 300 --duplicates 100 --manifest m.json >events; ingest events >receipt.json'
	gives 'counts receipt.json | cut -d, -f1-5; counts receipt.json m.json | uniq | wc -l' <<'E'
[300,1,299,0,0
1
E
}

@test "repeats reach back over the whole history" {
	given 'generate --count 20000 --duplicates 5 >events'
	# of the repeats in the last quarter, in which quarter the first one stands
	gives 'jq -r .transaction_id events | awk "
		\$1 in at { if (NR > 15000) n[int((at[\$1] - 1) / 5000)]++; next }
		{ at[\$1] = NR }
		END { for (q = 0; q < 4; q++) print q, (n[q] > 20) }"' <<'E'
0 1
1 1
2 1
3 1
E
}

@test "CSV, NDJSON and CloudEvents are the same events" {
	mix='generate --count 4000 --duplicates 2 --conflicts 1 --unique-text'
	given "$mix --manifest m1 >e.ndjson; $mix --format csv --manifest m2 >e.csv"
	given "$mix --format cloudevents --manifest m3 >e.cloud"
	gives 'jq -c "del(.bytes)" m1 m2 m3 | uniq | wc -l' <<<1
	gives 'jq -c "{transaction_id: .id, customer_id: .subject, event_type: .type,
		timestamp: .time, properties: .data}" e.cloud | cmp - <(jq -c . e.ndjson)' </dev/null
	gives 'jq -c "[.specversion, .source, .datacontenttype]" e.cloud | uniq' <<'E'
["1.0","/meter","application/json"]
E
	given 'ingest e.ndjson; ! mtr-ingest -q e.csv >again.json 2>conflicts'
	gives 'jq -c "[.accepted, .duplicate, .conflict, .rejected]" again.json' < <(
		jq -c '[0, .accepted + .duplicate, .conflict, 0]' m1
	)
}

@test "the manifest counts bytes, and lines are as long as is said" {
	given 'generate --count 20000 --customers 10000 --manifest m.json >events'
	gives 'jq .bytes m.json' < <(wc -c <events)
	gives 'jq ".bytes / .read | . > 228 and . < 238" m.json' <<<true
}

@test "the values of metrics are those that jq finds" {
	given 'generate --count 8000 --customers 30 --duplicates 3 --conflicts 2 --manifest m.json >events'
	cat >values.jq <<'E'
def values(test; value): [.[] | select(test) | value] | [length, add // 0];
def metrics:
	values(.properties.direction == "output"; .properties.tokens | tonumber) +
	values(.event_type == "api_call"; 1) +
	values(.event_type == "gpu_job"; .properties.seconds * 100 | round);
reduce inputs as $e ({}; .[$e.transaction_id] //= $e) | [.[]] |
	["all"] + metrics,
	(group_by(.customer_id)[] | [.[0].customer_id] + metrics |
		select(.[0] | test("01$|02$|10$|16$|30$")))
E
	cat >manifest.jq <<'E'
def metrics: [.output_tokens, .api_calls, .gpu_seconds | .events, (.value | tonumber)] |
	.[5] |= (. * 100 | round);
["all"] + (.metrics | metrics), (.customers | to_entries[] | [.key] + (.value | metrics))
E
	gives 'jq -nc -f values.jq events' < <(jq -c -f manifest.jq m.json)
	gives 'jq -c -f manifest.jq m.json | wc -l' <<<6
}

@test "a unique text is one" {
	given 'generate --count 3000 --unique-text | jq -r .properties.trace >texts'
	gives 'sort -u texts | wc -l; sort -u texts | grep -cxE "[0-9a-f]{128}"' <<'E'
3000
3000
E
}

@test "ids are of their kind, and all different" {
	given 'for kind in uuid uuid7 text; do
		generate --count 3000 --ids $kind | jq -r .transaction_id >$kind
	done'
	gives 'sort -u uuid uuid7 text | wc -l' <<<9000
	x='[0-9a-f]'
	gives "grep -cxE '$x{8}-$x{4}-4$x{3}-[89ab]$x{3}-$x{12}' uuid" <<<3000
	gives "grep -cxE '$x{8}-$x{4}-7$x{3}-[89ab]$x{3}-$x{12}' uuid7" <<<3000
	gives "grep -cxE 'evt:$x{16}:[0-9]+' text" <<<3000
	# a UUID of version 7 begins with the event's time in milliseconds
	gives 'generate --count 1 --ids uuid7 --from 2026-03-01T00:00:01.5Z | jq -r .transaction_id | cut -c1-13' <<'E'
019ca6b1-e1dc
E
}

@test "times lie in the range and rise, but for two seconds and what is late" {
	range='generate --count 5000 --from 2026-01-01 --to 2026-01-02T06:00:00Z'
	cat >times.jq <<'E'
[inputs.timestamp | sub("[.][0-9]+Z"; "Z") | fromdate] as $t |
	reduce $t[] as $x ({first: $t[0], last: 0, late: 0};
		.first = ([.first, $x] | min) | .late += (if $x < .last - 3 then 1 else 0 end) |
		.last = ([.last, $x] | max))
E
	given "$range | jq -n -f times.jq >plain; $range --late 20 | jq -n -f times.jq >late"
	gives 'jq -c "[.first - 1767225600 | . >= 0 and . < 30], [1767333600 - .last | . > 0 and . < 30],
		.late" plain' <<'E'
[true]
[true]
0
E
	gives 'jq -c "[.first >= 1767225600, .last < 1767333600, .late > 900, .late < 1100]" late' <<'E'
[true,true,true,true]
E
}

@test "customers are as frequent as their rank says" {
	many='generate --count 40000 --customers 50'
	frequencies='jq -r .customer_id | sort | uniq -c'
	given "$many --zipf 0 | $frequencies >even; $many --zipf 1 | $frequencies >skewed"
	given "$many --zipf 2.5 | $frequencies >steep"
	gives 'awk "\$1 < 650 || \$1 > 950" even; wc -l <even' <<<50
	# by 1/rank 8890, 4445 and 889 of 40000
	gives 'awk "{ print \$2, int(\$1 / 500 + 0.5) }" skewed | sed -n "1p; 2p; 10p"' <<'E'
cust-00001 18
cust-00002 9
cust-00010 2
E
	# by rank^-2.5 29920 and 5289
	gives 'awk "{ print \$2, int(\$1 / 1000 + 0.5) }" steep | head -n 2' <<'E'
cust-00001 30
cust-00002 5
E
}

@test "wrong options are refused" {
	whole='wanted a whole number, 0 to 9223372036854775807'
	percentage='wanted a percentage, at most six places'
	wrong '--count -1' "--count \"-1\": $whole"
	wrong '--seed 1e6' "--seed \"1e6\": $whole"
	wrong '--customers 0' '--customers "0": wanted a whole number, 1 to 100000000'
	wrong '--zipf 9' '--zipf "9": wanted a decimal, 0 to 8'
	wrong '--zipf 4294967297' '--zipf "4294967297": wanted a decimal, 0 to 8'
	wrong '--duplicates 100.1' "--duplicates \"100.1\": $percentage"
	wrong '--late .5' "--late \".5\": $percentage"
	wrong '--late 1.2.3' "--late \"1.2.3\": $percentage"
	wrong '--malformed 1.0000001' "--malformed \"1.0000001\": $percentage"
	wrong "--conflicts ''" "--conflicts \"\": $percentage"
	wrong '--from 2026-13-01' '--from "2026-13-01": no month 13'
	wrong '--from 2026-03-01 --to 2026-03-01' '--from is not before --to'
	wrong '--to 2026-03-02T00:00:00.0001Z' \
		'--to "2026-03-02T00:00:00.0001Z": wanted whole milliseconds since 1970'
	wrong '--ids guid' '--ids "guid": wanted uuid, uuid7 or text'
	wrong '--format json' '--format "json": wanted ndjson, csv or cloudevents'
	wrong events.ndjson '"events.ndjson": takes no operands'
	wrong '--duplicates 60 --conflicts 30 --malformed 10.1' 'the shares are more than 100 %'
	gives 'generate --help' < <(usage)
}

@test "output that cannot be written is a failure" {
	refuses 1 'generate >/dev/full' <<<'generate: standard output: No space left on device'
	refuses 1 'generate --count 0 --manifest none/m' <<<'generate: none/m: No such file or directory'
	refuses 1 'generate --count 0 --manifest /dev/full' <<<'generate: /dev/full: No space left on device'
}

# ---- the programs beside it ----

@test "the parsers are compared over the same fields" {
	given 'generate --count 500 >events'
	gives 'parse events 1 | jq -c "[.lines, .rounds, ([.scan_ns, .event_ns, .cjson_ns] | min > 0)]"' <<'E'
[500,1,true]
E
	gives 'parse events 3 | jq .bytes' < <(wc -c <events)
	refuses 2 'parse events 2' <<'E'
usage: parse FILE [ROUNDS]
ROUNDS is odd, 1 to 99
E
	given 'sed "7s/}}/}}}/" events >bad; echo "{}" >empty'
	refuses 1 'parse bad 1' <<<"parse: scan: wanted the end, found '}'"
	refuses 1 'parse empty 1' <<<'parse: transaction_id: missing'
	refuses 1 'parse none' <<<'parse: none: No such file or directory'
}

@test "a watched command has its time, memory and status reported" {
	gives "watch report sh -c 'echo out; exit 7'; cut -d' ' -f3 report" <<'E'
out
7
E
	given "watch report sh -c 'kill -9 \$\$'"
	gives 'cut -d" " -f3 report' <<<137
	given "watch report python3 -c 'import time; b = bytearray(100 << 20); time.sleep(0.2)'"
	gives 'awk "{ print (\$1 > 0.2), (\$1 < 60), (\$2 > 100 * 1024), (\$2 < 300 * 1024), \$3 }" report' <<'E'
1 1 1 1 0
E
	refuses 1 'watch report ./none' <<<'watch: ./none: No such file or directory'
	refuses 1 'watch none/report true' <<<'watch: none/report: No such file or directory'
	refuses 2 'watch report' <<<'usage: watch REPORT COMMAND ...'
}

@test "DuckDB is found by the name of its library" {
	refuses 1 'DUCKDB_LIB= duckdb file' <<<'duckdb: DUCKDB_LIB: not set; it names the shared library'
	refuses 1 'DUCKDB_LIB=./none.so duckdb file' <<'E'
duckdb: ./none.so: ./none.so: cannot open shared object file: No such file or directory
E
	refuses 2 'duckdb' <<<'usage: duckdb FILE STATEMENTS ...'
}

# ---- the run ----

# small DIR PEERS - a run over few events with the tools of DIR, of a copy in bench
small() {
	mkdir tmp
	cp -R "$TOP/tests/bench" bench
	try "DUCKDB_LIB= TMPDIR=$PWD/tmp BENCH_EVENTS=2000 BENCH_LARGE=3000 BENCH_CUSTOMERS=20 \
		BENCH_BALANCES=2 BENCH_ROUNDS=1 BENCH_PEERS='$2' bench/run --update-readme '$1'"
	cp "$OUT" table
	cp "$ERR" messages
	checked out
}

# falsify TOOL SED - alter the output of a tool in the directory tools, where the others are as built
falsify() {
	[ -d tools ] || { mkdir tools && ln -s "$BUILD_DIR"/mtr-* "$BUILD_DIR/bench" tools; }
	rm "tools/$1"
	cat >"tools/$1" <<-E
		#!/bin/sh
		$BUILD_DIR/$1 "\$@" >falsified
		status=\$?
		sed '$2' falsified
		exit \$status
	E
	chmod +x "tools/$1"
}

@test "a run measures every row, finds all results equal, and leaves nothing behind" {
	small "$BUILD_DIR" 'sqlite duckdb'
	status_is 0
	err_is <<'E'
bench: parse
bench: ingest of 2000 events
bench: replay
bench: 1 % malformed lines
bench: a unique text of 128 bytes an event
bench: usage
bench: SQLite
bench: DuckDB left out: DUCKDB_LIB does not name its shared library
bench: PostgreSQL left out: not in BENCH_PEERS
bench: invoices
bench: 10 balances of 2 customers
bench: usage of 200 customers
bench: growth: 3000 events
bench: start-up
E
	# what, goal, and whether there is a ratio
	gives 'grep "^| " table | sed 1d | awk -F " [|] " "{ print \$1 \"; \" \$5, \$4 != \"–\" }" |
		sed "s/^| //; s/ of [0-9]* tools/ of N tools/"' <<'E'
strict parse, five fields taken; ≥ 4 × 1
the same, and a whole event checked; – 1
ingest of 2,000 events, 1 % duplicates, durable; ≥ 10 × 1
ingest of 2,000 events, 1 % duplicates, durable; – 1
ingest of 2,000 events, 1 % duplicates, durable; ≥ 4 × 0
ingest of 2,000 events, 1 % duplicates, durable; – 0
ingest of 3,000 events; ≥ 0.75 × 1
one event into a file of 3,000; ≤ 150 ms 0
memory of ingest, 2,000 events; ≤ 400 MB 0
memory of ingest, 3,000 events; ≤ 700 MB 0
size of the database; ≤ 64 bytes 0
ingest of the same file again, all duplicates; ≥ 1 × 1
ingest of 1 % malformed lines; ≥ 0.9 × 1
ingest of a unique text of 128 bytes an event; ≥ 0.5 × 1
usage of a month, 3 metrics × 20 customers; – 1
usage of a month, 3 metrics × 20 customers; ≥ 25 × 1
usage of a month, 3 metrics × 20 customers; ≥ 1 × 0
usage of a month, 3 metrics × 20 customers; – 0
memory of usage, 200 customers beside 20; ≤ 1.2 × 1
invoices of a month, 20 contracts with a commit, 2,000 events; ≥ 10,000 /s 0
invoices of 12 months, 2 contracts with 10 commits, 240 events; – 0
rollforward of a year, 20 balances; – 0
start-up on a small database, slowest of N tools; ≤ 5 ms 0
E
	gives 'tail -n 1 table | sed "s/^[0-9]*/N/"; ls tmp' <<<'N results compared, 0 wrong.'
	gives 'cat bench/README.md' < <(sed '/^## Last run/q' "$TOP/tests/bench/README.md"; echo; cat table)
}

@test "a run that is ended leaves nothing behind, nor a tool running" {
	mkdir tmp
	falsify mtr-ingest ''
	printf '#!/bin/sh\necho $$ >"%s/pid"\nexec sleep 300\n' "$PWD" >tools/mtr-ingest
	TMPDIR=$PWD/tmp BENCH_EVENTS=2000 BENCH_LARGE=0 "$TOP/tests/bench/run" tools >out 2>err 3>&- &
	for ((i = 0; i < 1000; i++)); do
		[ ! -s pid ] || break
		sleep 0.05
	done
	kill $!
	status=0
	wait $! || status=$?
	[ $status = 143 ]
	for ((i = 0; i < 100; i++)); do
		[ -e "/proc/$(<pid)" ] || break
		sleep 0.05
	done
	gives 'cat out; ls tmp; ls -d "/proc/$(<pid)" 2>/dev/null || true' </dev/null
}

@test "a receipt, usage of one customer and invoices of another that are wrong are found and named" {
	given 'generate --count 3000 --customers 20 --duplicates 1 --manifest m.json >events'
	falsify mtr-ingest 's/"read":3000,"accepted":2/"read":3000,"accepted":3/'
	falsify mtr-metric '/"customer_name":"cust-00007".*"api_calls"/s/"value":"/"value":"1/'
	falsify mtr-invoice '/"customer_name":"cust-00002"/s/"total":"/"total":"1/g'
	small tools sqlite
	status_is 1
	checked err
	gives "sed -n 's/^- WRONG: //p' table" < <(
		cat <<'E'
usage, beside the manifest: 1 of 6 differ: all customers: got 1031230 597 332052.71, wanted 1031230 497 332052.71
usage, beside SQLite, typed columns: 1 of 20 differ: cust-00007: got 41341 112 7342.69, wanted 41341 12 7342.69
usage, beside SQLite, `json_extract`: 1 of 20 differ: cust-00007: got 41341 112 7342.69, wanted 41341 12 7342.69
invoices of a month, 20 contracts with a commit, 2,000 events: number, subtotal, total: 2 of 20 differ: cust-00002: got 1 27238.1429 122238.1429, wanted 1 27238.1429 22238.1429; cust-00007: got 1 6727.1383 1727.1383, wanted 1 6827.1383 1827.1383
invoices of 12 months, 2 contracts with 10 commits, 240 events: number, subtotal, total: 1 of 2 differ: cust-00002: got 12 9695.3004 12795.3004, wanted 12 9695.3004 1695.3004
usage of many customers, beside the manifest: 1 of 6 differ: all customers: got 1031363 510 332052.71, wanted 1031363 500 332052.71
E
		jq -r '"growth: accepted: got \(.accepted + 1000), wanted \(.accepted)"' m.json
	)
	# told at once, too; and the page stays as it was
	gives "sed -n 's/^bench: WRONG: //p' messages" < <(sed -n 's/^- WRONG: //p' table)
	gives "cmp bench/README.md '$TOP/tests/bench/README.md'" </dev/null
}

@test "a tool that fails ends a run" {
	falsify mtr-metric ''
	printf '#!/bin/sh\necho "it is broken" >&2\nexit 5\n' >tools/mtr-metric
	small tools ''
	status_is 1
	out_empty
	err_is <<'E'
bench: parse
bench: ingest of 2000 events
bench: replay
bench: 1 % malformed lines
bench: a unique text of 128 bytes an event
bench: usage
run: mtr-metric create -q: status 5: it is broken
E
}

@test "a run is asked for in a right way" {
	run_usage() {
		echo "run: $1"
		echo 'usage: tests/bench/run [--update-readme] [BUILD_DIR]'
	}
	refuses 2 "BENCH_EVENTS=many '$TOP/tests/bench/run' '$BUILD_DIR'" < <(
		run_usage 'BENCH_EVENTS "many": wanted a whole number from 1000'
	)
	refuses 2 "BENCH_ROUNDS=2 '$TOP/tests/bench/run' '$BUILD_DIR'" < <(
		run_usage 'BENCH_ROUNDS "2": wanted an odd number'
	)
	refuses 2 "BENCH_PEERS=oracle '$TOP/tests/bench/run' '$BUILD_DIR'" < <(
		run_usage 'BENCH_PEERS "oracle": wanted sqlite, duckdb, postgresql'
	)
	refuses 2 "'$TOP/tests/bench/run' $PWD" < <(
		run_usage "$PWD: no bench/generate there; make bench builds it"
	)
	refuses 2 "'$TOP/tests/bench/run' --fast" < <(run_usage '--fast: wanted at most one directory')
	try "TMPDIR=$PWD BENCH_EVENTS=1000000000000 '$TOP/tests/bench/run' '$BUILD_DIR'"
	status_is 1
	out_empty
	checked err
	cp "$ERR" message
	gives "sed 's/bench-[^:]*: [0-9,]* bytes/bench-X: N bytes/' message; ls" <<E
run: $PWD/mtr-bench-X: N bytes are free, 1,800,000,000,000,000 wanted (TMPDIR)
message
E
}
