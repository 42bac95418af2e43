# Metrics in SQL, from create to the invoice.
bats_require_minimum_version 1.5.0
load helpers

ACME=11111111-1111-4111-8111-111111111111
NORTHWIND=22222222-2222-4222-8222-222222222222
BIG=33333333-3333-4333-8333-333333333333

customers() {
	db
	given 'mtr-customer create' <<E
{"id":"$ACME","name":"Acme","ingest_aliases":["acme","acme-eu"]}
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
E
}

# definition NAME SQL - a body on standard output
definition() {
	jq -cn --arg name "$1" --arg sql "$2" '{name: $name, sql: $sql}'
}

# metric NAME SQL - defined
metric() {
	definition "$1" "$2" >"$1.json"
	given "mtr-metric create '$1.json'"
}

# event ID CUSTOMER TYPE TIME PROPERTIES - a line of NDJSON
event() {
	printf '{"transaction_id":"%s","customer_id":"%s","event_type":"%s","timestamp":"%s","properties":%s}\n' "$@"
}

# ingested - what stands on standard input
ingested() {
	cat >events.in
	given 'mtr-ingest --future-limit=none events.in'
}

# lines - those of invoices: name, quantity, price, total, from, to
lines() {
	jq -r '.line_items[] | [.name, .quantity, .unit_price, .total, .starting_at[:10], .ending_before[:10]] | join(" ")'
}
export -f lines

STORAGE="SELECT SUM(max_mb) AS value FROM (SELECT properties.table_id, MAX(CAST(properties.mb_stored AS DECIMAL)) AS max_mb FROM events WHERE event_type = 'storage_heartbeat' GROUP BY properties.table_id)"

# ---- create ----

@test "create gives back what it stored, get and list too" {
	customers
	definition Storage "$STORAGE" >storage.json
	try 'mtr-metric create storage.json | tee created'
	status_is 0
	out_is <<E
{"id":"9503b19c-93c5-8447-a242-d24b37355e89","name":"Storage","sql":"$STORAGE","created_at":"2024-10-03T00:00:00Z"}
E
	err_empty
	gives 'mtr-metric get Storage | diff created -; mtr-metric list | diff created -' </dev/null
	given "mtr-metric create --if-absent storage.json"
	given "echo '{\"id\":\"Storage\",\"name\":\"Stored\"}' | mtr-metric update"
	refuses 3 "echo '{\"id\":\"Stored\",\"sql\":\"SELECT COUNT(*) FROM events\"}' | mtr-metric update" <<'E'
mtr-metric: stdin:1:22: sql "SELECT COUNT(*) FROM events": cannot be changed here once it is set [immutable_field]
E
}

@test "a query excludes what else says what is counted" {
	db
	refuses 3 "echo '{\"name\":\"x\",\"sql\":\"SELECT COUNT(*) FROM events\",\"aggregation_type\":\"SUM\"}' | mtr-metric create" <<'E'
mtr-metric: stdin:1:68: aggregation_type "SUM": a metric in SQL has none [metric.aggregation_type]
E
	refuses 3 "echo '{\"name\":\"x\",\"sql\":\"SELECT COUNT(*) FROM events\",\"group_keys\":[[\"a\"]]}' | mtr-metric create" <<'E'
mtr-metric: stdin:1:62: group_keys "[[\"a\"]]": a metric in SQL has none [metric.group_keys]
E
	refuses 3 "echo '{\"name\":\"x\",\"sql\":\"\"}' | mtr-metric create" <<'E'
mtr-metric: stdin:1:19: sql "": wanted at least 1 character, found 0 [metric.sql]
E
	refuses 3 "echo '{\"name\":\"x\",\"sql\":\"SELECT COUNT(*) FROM events WHERE customer_id = 1\"}' | mtr-metric create" <<'E'
mtr-metric: stdin:1:19: sql "customer_id": at 1:35: events has no such column: wanted event_type, timestamp or properties.NAME [metric.sql]
E
	refuses 3 "printf '%s' '{\"name\":\"x\",\"sql\":\"SELECT COUNT(*)\\nFROM events\\nORDER BY 1\"}' | mtr-metric create" <<'E'
mtr-metric: stdin:1:19: sql "ORDER": at 3:1: the dialect has no such word [metric.sql]
E
	refuses 3 "echo '{\"name\":\"x\",\"sql\":\"SELECT \\u0000\"}' | mtr-metric create" <<'E'
mtr-metric: stdin:1:27: \u0000 is not accepted [json_nul]
E
}

@test "every attack is refused, with its position, and leaves the database as it was" {
	db
	[ "$(wc -l <"$TOP/tests/sql_attacks.txt")" -ge 140 ]
	given 'mtr-db check && cp mtr.db before.db'
	n=0
	while IFS= read -r attack; do
		n=$((n + 1))
		definition "attack $n" "$attack" >attack.json
		execute 'mtr-metric create attack.json'
		if [ "$status" != 3 ] || [ -s "$OUT" ] || ! grep -Eq '^mtr-metric: attack.json:1:[0-9]+: sql.*: at [0-9]+:[0-9]+: .* \[metric\.sql\]$' "$ERR"; then
			echo "status $status: $attack"
			cat "$ERR"
			false
		fi
	done <"$TOP/tests/sql_attacks.txt"
	given 'cmp mtr.db before.db; ls'
	diff "$OUT" <(printf '%s\n' attack.json before.db mtr.db mtr.db-lock mtr.db-shm mtr.db-wal)
	[ ! -s mtr.db-wal ]
}

@test "large attacks are refused at once" {
	db
	given 'cp mtr.db before.db'
	for expression in '"(" * 60000' '"- " * 30000 + "1"' '"CEIL(" * 12000' '"1" + " + 1" * 15000' \
		'"\x27" + "x" * 70000 + "\x27"' '"1" * 60000' '"1e999999999"' '"NOT " * 15000 + "1 = 1"' \
		'"LEAST(" + "1," * 30000 + "1)"' '"CASE WHEN 1 = 1 THEN " * 3000' '"properties." + "a." * 30000 + "a"' \
		'"1, " * 20000 + "1"' '"\x22" * 60001' '"\ufeff1"' '"1 FROM events WHERE 1 IN (" + "(1)," * 15000'; do
		given "python3 -c 'import json; print(json.dumps({\"name\": \"x\", \"sql\": \"SELECT \" + $expression + \" FROM events\"}))' >attack.json"
		execute 'mtr-metric create attack.json'
		if [ "$status" != 3 ] || [ -s "$OUT" ] || ! grep -q '\[metric\.sql\]$' "$ERR"; then
			echo "status $status: $expression"
			false
		fi
	done
	given 'cmp mtr.db before.db'
}

# ---- usage ----

@test "the greatest of each table, summed: as numbers, never as texts" {
	customers
	metric Storage "$STORAGE"
	{
		event 1 acme storage_heartbeat 2024-09-01T00:00:00Z '{"table_id":"a","mb_stored":"9"}'
		event 2 acme storage_heartbeat 2024-09-02T00:00:00Z '{"table_id":"a","mb_stored":"3000"}'
		event 3 acme storage_heartbeat 2024-09-03T00:00:00Z '{"table_id":"a","mb_stored":"700"}'
		event 4 nw storage_heartbeat 2024-09-03T00:00:00Z '{"table_id":"a","mb_stored":5000}'
		event 5 acme other 2024-09-03T00:00:00Z '{"table_id":"a","mb_stored":9999}'
	} | ingested
	gives 'mtr-metric usage --from=2024-09-01 --to=2024-10-01 | jq -c "[.customer_name,.value,.events]"' <<'E'
["Acme","3000",3]
["Northwind","5000",1]
E
	# windows stand each for itself
	gives 'mtr-metric usage --customer=Acme --from=2024-09-01 --to=2024-09-05 --window=day | jq -c "[.starting_on,.value]"' <<'E'
["2024-09-01T00:00:00Z","9"]
["2024-09-02T00:00:00Z","3000"]
["2024-09-03T00:00:00Z","700"]
["2024-09-04T00:00:00Z",null]
E
}

@test "events of types that WHERE leaves out are not read, and change nothing" {
	customers
	python3 - >events.in <<'E'
import json
for i in range(240):
    print(json.dumps({"transaction_id": f"t{i}", "customer_id": ("acme", "nw")[i % 2],
        "event_type": ("call", "ping", "5", "5.0", "Call")[i % 5],
        "timestamp": f"2024-09-{i % 30 + 1:02}T00:00:00Z", "properties": {"n": i, "kind": "call"}}))
E
	given 'mtr-ingest -q events.in'
	# the same conditions, first as the query has them, then so that nothing can be told from them
	local n=0
	while IFS='|' read -r events plain hidden; do
		n=$((n + 1))
		metric "plain$n" "SELECT SUM(properties.n) AS value, COUNT(*) AS n FROM events WHERE $plain"
		metric "hidden$n" "SELECT SUM(properties.n) AS value, COUNT(*) AS n FROM events WHERE $hidden"
		given "mtr-metric usage --from=2024-09-01 --to=2024-10-01 --group-by=n --metric=plain$n | jq -c '[.customer_name,.group,.value]' >plain.out"
		gives "mtr-metric usage --from=2024-09-01 --to=2024-10-01 --group-by=n --metric=hidden$n | jq -c '[.customer_name,.group,.value]' | diff plain.out -" </dev/null
		gives "mtr-metric usage --from=2024-09-01 --to=2024-10-01 --customer=acme --metric=plain$n --metric=hidden$n | jq .events | paste -sd ' '" <<<"$events 120"
	done <<'E'
24|event_type = 'call'|(event_type = 'call' OR 1 = 2)
24|'call' = event_type|NOT event_type != 'call'
24|EVENT_TYPE = 'call' AND properties.n > 20|(event_type = 'call' AND properties.n > 20) OR 1 = 2
48|event_type IN ('call', 'ping')|(event_type = 'call' OR event_type = 'ping')
24|event_type IN ('call', 'ping') AND event_type = 'ping'|NOT (event_type != 'ping')
0|event_type = 'call' AND event_type = 'ping'|(event_type = 'call' AND event_type = 'ping') OR 1 = 2
0|event_type = 'none'|(event_type = 'none' OR 1 = 2)
24|event_type = '5'|(event_type = '5' OR 1 = 2)
120|event_type IN ('5')|(event_type IN ('5') OR 1 = 2)
120|event_type IN ('call', NULL)|(event_type IN ('call', NULL) OR 1 = 2)
120|event_type NOT IN ('call', 'ping')|NOT event_type IN ('call', 'ping')
120|event_type = 'call' OR properties.n = 3|properties.n = 3 OR event_type = 'call'
120|properties.kind = 'call'|(properties.kind = 'call' OR 1 = 2)
E
	[ "$n" = 13 ]
	# of sub-queries the innermost alone: event_type outside of it is only a name
	metric Inner "SELECT SUM(v) AS value FROM (SELECT event_type, properties.n AS v FROM events WHERE event_type IN ('call', 'ping')) WHERE event_type = 'call'"
	metric Outer "SELECT SUM(v) AS value FROM (SELECT properties.kind AS event_type, properties.n AS v FROM events) WHERE event_type = 'call'"
	metric Every "SELECT SUM(properties.n) AS value FROM events"
	gives 'mtr-metric usage --from=2024-09-01 --to=2024-10-01 --customer=acme --metric=Inner --metric=Outer --metric=Every | jq -c "[.billable_metric_name,.value,.events]"' <<'E'
["Inner","2760",48]
["Outer","14280",120]
["Every","14280",120]
E
}

@test "usage by groups: any columns, the others are summed away" {
	customers
	metric Calls 'SELECT properties.model, properties.region, COUNT(*) AS value, DATE_TRUNC('"'day'"', timestamp) AS day FROM events GROUP BY 1, 2, day'
	{
		event 1 acme e 2024-09-01T00:00:00Z '{"model":"a","region":"eu"}'
		event 2 acme-eu e 2024-09-01T01:00:00Z '{"model":"a","region":"us"}'
		event 3 acme e 2024-09-02T00:00:00Z '{"model":"b","region":"eu"}'
		event 4 acme e 2024-09-02T00:00:00Z '{"model":"3.10"}'
		event 5 acme e 2024-09-02T00:00:00Z '{"model":"3.1"}'
	} | ingested
	gives 'mtr-metric usage --customer=Acme --from=2024-09-01 --group-by=model | jq -c "[.group,.value]"' <<'E'
[{"model":"3.1"},"1"]
[{"model":"3.10"},"1"]
[{"model":"a"},"2"]
[{"model":"b"},"1"]
E
	gives 'mtr-metric usage --customer=Acme --from=2024-09-01 --group-by=region,day | jq -c "[.group,.value]"' <<'E'
[{"day":"2024-09-01T00:00:00Z","region":"eu"},"1"]
[{"day":"2024-09-01T00:00:00Z","region":"us"},"1"]
[{"day":"2024-09-02T00:00:00Z","region":null},"2"]
[{"day":"2024-09-02T00:00:00Z","region":"eu"},"1"]
E
	gives 'mtr-metric usage --customer=Acme --from=2024-09-01 | jq -c .value' <<'E'
"5"
E
	refuses 3 'mtr-metric usage --group-by=model,color' <<'E'
mtr-metric: --group-by "model,color": not columns of billable metric Calls; it has: day,model,region [group_key_missing]
E
}

@test "a query that takes too much is refused, the others are not affected" {
	customers
	metric Big 'SELECT SUM(x * x * x * x * x * x * x) AS value FROM (SELECT properties.n * properties.n AS x FROM events)'
	metric Count 'SELECT COUNT(*) AS value FROM events'
	digits=$(printf '9%.0s' {1..200})
	{
		event 1 acme e 2024-09-01T00:00:00Z "{\"n\":\"$digits\"}"
		event 2 nw e 2024-09-01T00:00:00Z '{"n":10}'
	} | ingested
	refuses 3 'mtr-metric usage --metric=Big --customer=Acme --from=2024-09-01' <<'E'
mtr-metric: billable metric "Big": a number of more than 1000 digits [sql_limit]
E
	gives 'mtr-metric usage --metric=Big --customer=Northwind --from=2024-09-01 | jq -r .value' <<'E'
100000000000000
E
	given 'mtr-product create' <<<'{"name":"Big","type":"USAGE","billable_metric_id":"Big"}'
	given 'mtr-ratecard create' <<<'{"name":"List"}'
	given 'mtr-ratecard add-rates' <<<'{"rate_card_id":"List","product_id":"Big","starting_at":"2024-09-01","entitled":true,"rate_type":"FLAT","price":"0.01"}'
	given 'mtr-contract create' <<E
{"id":"$BIG","customer_id":"Acme","rate_card_id":"List","starting_at":"2024-09-01"}
{"customer_id":"Northwind","rate_card_id":"List","starting_at":"2024-09-01"}
E
	# one broken customer never stops a run
	try 'mtr-invoice run -q | lines'
	status_is 1
	out_is <<'E'
Big 100000000000000 0.01 1000000000000 2024-09-01 2024-10-01
E
	err_is <<E
mtr-invoice: contract $BIG: billable metric "Big": a number of more than 1000 digits [sql_limit]
E
}

# ---- test ----

@test "test runs a definition that is not stored, in SQL or not" {
	customers
	{
		event 1 acme e 2024-09-01T00:00:00Z '{"n":2,"g":"x"}'
		event 2 acme e 2024-09-02T00:00:00Z '{"n":3}'
		event 3 acme e 2024-10-01T00:00:00Z '{"n":5,"g":"x"}'
		event 4 nw e 2024-09-02T00:00:00Z '{"n":100}'
	} | ingested
	definition Sum 'SELECT properties.g, SUM(properties.n) AS value FROM events GROUP BY 1' >sum.json
	echo '{"name":"Max","aggregation_type":"MAX","aggregation_key":"n","property_filters":[{"name":"n"},{"name":"g"}],"group_keys":[["g"]]}' >max.json
	given 'cp mtr.db before.db'
	gives 'mtr-metric test --metric=sum.json --customer=acme --from=2024-09-01 --to=2024-11-01' <<'E'
{"group":{"g":null},"value":"3"}
{"group":{"g":"x"},"value":"7"}
E
	gives 'mtr-metric test --metric=sum.json --customer=Acme --from=2024-09-01 --to=2024-10-01' <<'E'
{"group":{"g":null},"value":"3"}
{"group":{"g":"x"},"value":"2"}
E
	gives 'mtr-metric test --metric=max.json --customer=acme --from=2024-09-01 --to=2024-11-01' <<'E'
{"value":"5"}
E
	gives 'mtr-metric test --metric=max.json --customer=acme --from=2024-09-01 --to=2024-11-01 --group-by=g -o csv' <<'E'
group,value,non_numeric
"{""g"":null}",3,
"{""g"":""x""}",5,
E
	gives 'mtr-metric test --metric=- --customer=acme --from=2024-08-01 --to=2024-09-01 <max.json' <<'E'
{"value":null}
E
	gives 'mtr-metric test --metric=sum.json --customer=acme --from=2024-08-01 --to=2024-09-01' </dev/null
	given 'cmp mtr.db before.db; mtr-metric list'
	[ ! -s "$OUT" ]
}

@test "test refuses a definition, and what does not belong together" {
	customers
	definition x 'SELECT nothing FROM events' >bad.json
	refuses 3 'mtr-metric test --metric=bad.json --customer=acme' <<'E'
mtr-metric: bad.json:1:19: sql "nothing": at 1:8: events has no such column: wanted event_type, timestamp or properties.NAME [metric.sql]
E
	definition x 'SELECT COUNT(*) FROM events' >good.json
	refuses 3 'mtr-metric test --metric=good.json --customer=Nobody' <<'E'
mtr-metric: --customer "Nobody": no customer of this id, alias or name [not_found]
E
	refuses 5 'mtr-metric test --metric=none.json --customer=acme' <<'E'
mtr-metric: none.json: cannot open: No such file or directory [file_open]
E
	try 'mtr-metric test --customer=acme'
	status_is 2
	out_empty
	err_is <<'E'
mtr-metric: --customer runs a definition: wanted one --metric=FILE [usage]
usage: mtr-metric test [option ...] [file ...]
help: mtr-metric test --help
E
	try 'mtr-metric test --from=2024-09-01 good.json'
	status_is 2
	out_empty
	err_is <<'E'
mtr-metric: --from, --to and --group-by go with --customer [usage]
usage: mtr-metric test [option ...] [file ...]
help: mtr-metric test --help
E
}

@test "test says of a pasted event that a query does not match one by one" {
	customers
	metric Count 'SELECT COUNT(*) AS value FROM events'
	event 1 acme e 2024-09-01T00:00:00Z '{}' >event.json
	gives 'mtr-metric test event.json' <<'E'
{"transaction_id":"1","billable_metric":{"id":"9503b19c-93c5-8447-a242-d24b37355e89","name":"Count"},"matches":null,"reason":"a query says nothing about one event"}
E
}

# ---- to the invoice ----

# priced METRIC PRODUCT-FIELDS [RATES] - a product of that name on Acme's contract from 2026-01-01
priced() {
	given 'mtr-product create' <<<"{\"name\":\"$1\",\"type\":\"USAGE\",\"billable_metric_id\":\"$1\"$2}"
	given 'mtr-ratecard create' <<<'{"name":"List"}'
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"List","product_id":"$1","starting_at":"2026-01-01","ending_before":"2026-01-15","entitled":true,"rate_type":"FLAT","price":1000}
{"rate_card_id":"List","product_id":"$1","starting_at":"2026-01-15","entitled":true,"rate_type":"FLAT","price":2000}
E
	given 'mtr-contract create' <<<'{"customer_id":"Acme","rate_card_id":"List","starting_at":"2026-01-01"}'
}

january() {
	{
		event 1 acme e 2026-01-01T00:00:00Z '{"n":5}'
		event 2 acme e 2026-01-02T00:00:00Z '{"n":10}'
		event 3 acme e 2026-01-03T00:00:00Z '{"n":15}'
	} | ingested
}

@test "HOUR: usage is priced when it happened (worked example sql-hour)" {
	customers
	metric Sum 'SELECT SUM(properties.n) AS value FROM events'
	priced Sum ''
	january
	gives 'mtr-invoice run -q --now=2026-02-03 | lines' <<'E'
Sum 30 1000 30000 2026-01-01 2026-01-15
E
	# what each day is charged
	for day in 01 02 03; do
		given "mtr-metric usage --customer=Acme --from=2026-01-$day --to=2026-01-0$((10#$day + 1)) | jq -r '.value | tonumber * 1000'"
		cat "$OUT"
	done >days
	diff days <(printf '%s\n' 5000 10000 15000)
}

@test "SERVICE_PERIOD: the quantity lands on the last instant (worked example sql-service-period)" {
	customers
	metric Sum 'SELECT SUM(properties.n) AS value FROM events'
	priced Sum ',"sql_breakdown_granularity":"SERVICE_PERIOD"'
	january
	gives 'mtr-invoice run -q --now=2026-02-03 | lines' <<'E'
Sum 30 2000 60000 2026-01-15 2026-02-01
E
}

@test "a metric swapped within a period (worked example sql-swap)" {
	customers
	metric A "SELECT AVG(properties.value) AS value FROM events WHERE event_type = 'v1'"
	metric B "SELECT AVG(properties.value_new) AS value FROM events WHERE event_type = 'v2'"
	given 'mtr-product create' <<<'{"name":"Swap","type":"USAGE","billable_metric_id":"A"}'
	given 'mtr-product update' <<<'{"product_id":"Swap","starting_at":"2026-03-15","billable_metric_id":"B"}'
	given 'mtr-ratecard create' <<<'{"name":"List"}'
	# a price a day, so that each day's increment is a line
	given 'mtr-ratecard add-rates' < <(
		for day in 01 02 03 15 16 17; do
			printf '{"rate_card_id":"List","product_id":"Swap","starting_at":"2026-03-%s","entitled":true,"rate_type":"FLAT","price":%d}\n' "$day" $((10#$day))
		done
	)
	given 'mtr-contract create' <<<'{"customer_id":"Acme","rate_card_id":"List","starting_at":"2026-03-01"}'
	{
		event 1 acme v1 2026-03-01T00:00:00Z '{"value":4}'
		event 2 acme v1 2026-03-02T00:00:00Z '{"value":6}'
		event 3 acme v2 2026-03-15T00:00:00Z '{"value_new":10}'
		event 4 acme v2 2026-03-16T00:00:00Z '{"value_new":12}'
	} | ingested
	gives 'mtr-invoice run -q --now=2026-04-03 | lines' <<'E'
Swap 4 1 4 2026-03-01 2026-03-02
Swap 1 2 2 2026-03-02 2026-03-03
Swap 10 15 150 2026-03-15 2026-03-16
Swap 1 16 16 2026-03-16 2026-03-17
E
}

@test "SERVICE_PERIOD with a swap: each metric's stretch lands on its own last instant" {
	customers
	metric A "SELECT SUM(properties.n) AS value FROM events"
	metric B "SELECT MAX(properties.n) AS value FROM events"
	given 'mtr-product create' <<<'{"name":"Swap","type":"USAGE","billable_metric_id":"A","sql_breakdown_granularity":"SERVICE_PERIOD"}'
	given 'mtr-product update' <<<'{"product_id":"Swap","starting_at":"2026-01-02","name":"Swapped"}'
	given 'mtr-product update' <<<'{"product_id":"Swap","starting_at":"2026-01-03","billable_metric_id":"B"}'
	given 'mtr-ratecard create' <<<'{"name":"List"}'
	given 'mtr-ratecard add-rates' <<<'{"rate_card_id":"List","product_id":"Swap","starting_at":"2026-01-01","entitled":true,"rate_type":"FLAT","price":100}'
	given 'mtr-contract create' <<<'{"customer_id":"Acme","rate_card_id":"List","starting_at":"2026-01-01"}'
	january
	# A up to the swap: 5 + 10; B from there: 15 - 10
	gives 'mtr-invoice run -q --now=2026-02-03 | lines' <<'E'
Swap 15 100 1500 2026-01-01 2026-01-03
Swapped 5 100 500 2026-01-03 2026-02-01
E
}

@test "prices and lines by the columns of a query" {
	customers
	metric Calls "SELECT properties.model, properties.region, SUM(properties.n) AS value FROM events GROUP BY properties.model, properties.region"
	refuses 3 "echo '{\"name\":\"x\",\"type\":\"USAGE\",\"billable_metric_id\":\"Calls\",\"pricing_group_key\":[\"color\"]}' | mtr-product create" <<'E'
mtr-product: stdin:1:77: pricing_group_key "color": metric Calls has no group key that holds this name; it has: model,region [group_key_missing]
E
	given 'mtr-product create' <<<'{"name":"Calls","type":"USAGE","billable_metric_id":"Calls","pricing_group_key":["model"]}'
	given 'mtr-ratecard create' <<<'{"name":"List"}'
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"List","product_id":"Calls","starting_at":"2026-01-01","entitled":true,"rate_type":"FLAT","price":2,"pricing_group_values":{"model":"a"}}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2026-01-01","entitled":true,"rate_type":"FLAT","price":3,"pricing_group_values":{"model":"b"}}
E
	given 'mtr-contract create' <<<'{"customer_id":"Acme","rate_card_id":"List","starting_at":"2026-01-01"}'
	{
		event 1 acme e 2026-01-01T00:00:00Z '{"model":"a","region":"eu","n":1}'
		event 2 acme e 2026-01-01T00:00:00Z '{"model":"a","region":"us","n":2}'
		event 3 acme e 2026-01-01T00:00:00Z '{"model":"b","region":"eu","n":"0.5"}'
	} | ingested
	gives 'mtr-invoice run -q --now=2026-02-03 | lines' <<'E'
Calls 3 2 6 2026-01-01 2026-02-01
Calls 0.5 3 1.5 2026-01-01 2026-02-01
E
}

@test "the granularity belongs to products of a query" {
	customers
	given 'mtr-metric create' <<<'{"name":"Count","aggregation_type":"COUNT"}'
	metric Query 'SELECT COUNT(*) AS value FROM events'
	refuses 3 "echo '{\"name\":\"x\",\"type\":\"USAGE\",\"billable_metric_id\":\"Count\",\"sql_breakdown_granularity\":\"HOUR\"}' | mtr-product create" <<'E'
mtr-product: stdin:1:85: sql_breakdown_granularity: metric Count is not in SQL [product.sql_breakdown_granularity]
E
	refuses 3 "echo '{\"name\":\"x\",\"type\":\"USAGE\",\"billable_metric_id\":\"Query\",\"sql_breakdown_granularity\":\"DAY\"}' | mtr-product create" <<'E'
mtr-product: stdin:1:85: sql_breakdown_granularity "DAY": wanted HOUR or SERVICE_PERIOD [product.sql_breakdown_granularity]
E
	refuses 3 "echo '{\"name\":\"x\",\"type\":\"FIXED\",\"sql_breakdown_granularity\":\"HOUR\"}' | mtr-product create" <<'E'
mtr-product: stdin:1:56: sql_breakdown_granularity "HOUR": a FIXED product has none; USAGE products do [product.sql_breakdown_granularity]
E
	gives "echo '{\"name\":\"x\",\"type\":\"USAGE\",\"billable_metric_id\":\"Query\",\"sql_breakdown_granularity\":\"service_period\"}' | mtr-product create | jq -r .current.sql_breakdown_granularity" <<'E'
SERVICE_PERIOD
E
	gives "echo '{\"product_id\":\"x\",\"starting_at\":\"2024-11-01\",\"sql_breakdown_granularity\":\"HOUR\"}' | mtr-product update | jq -c '[.initial,.updates[0],.current]|map(.sql_breakdown_granularity)'" <<'E'
["SERVICE_PERIOD","HOUR","SERVICE_PERIOD"]
E
}

# ---- by another hand ----

@test "queries agree with fractions in Python, over random events" {
	seeds=${SOAK:+$(seq 1 200)}
	for seed in ${seeds:-1 2 3 4}; do
		mkdir "$seed"
		given "cd $seed && MTR_DB=\$PWD/mtr.db python3 \"\$TOP/tests/sql_oracle.py\" $seed $((seed % 7 * 40 + 5))"
		[ ! -s "$OUT" ]
	done
}

@test "a value that is no number takes nothing from MAX, LATEST and their like" {
	db
	given 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_aliases\":[\"acme\"]}"'
	given 'mtr-ingest' <<'E'
{"transaction_id":"1","timestamp":"2024-09-05T00:00:00Z","customer_id":"acme","event_type":"e","properties":{"n":"3000","k":"b"}}
{"transaction_id":"2","timestamp":"2024-09-06T00:00:00Z","customer_id":"acme","event_type":"e","properties":{"n":"9","k":"a"}}
{"transaction_id":"3","timestamp":"2024-09-07T00:00:00Z","customer_id":"acme","event_type":"e","properties":{"n":"n/a","k":"c"}}
{"transaction_id":"4","timestamp":"2024-09-04T00:00:00Z","customer_id":"acme","event_type":"e","properties":{"n":"unknown","k":"d"}}
E
	for ask in 'MAX(properties.n)' 'MIN(properties.n)' 'LATEST(properties.n)' 'EARLIEST(properties.n)'; do
		jq -n --arg sql "SELECT $ask AS value FROM events" '{name: "m", sql: $sql}' >metric.json
		given 'mtr-metric test --metric=metric.json --customer=Acme --from=2024-09-01 --to=2024-10-01 >>answers'
	done
	gives 'jq -r .value answers' <<'E'
3000
9
9
3000
E
	jq -n --arg sql "SELECT COUNT(*) AS value, MAX(properties.k) AS last FROM events" '{name: "m", sql: $sql}' >metric.json
	gives 'mtr-metric test --metric=metric.json --customer=Acme --from=2024-09-01 --to=2024-10-01 | jq -c "[.group, .value]"' <<'E'
[{"last":"d"},"4"]
E
}

@test "what a query sorts goes to no file" {
	db
	given 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_aliases\":[\"acme\"]}"'
	seq 30000 | sed 's/.*/{"transaction_id":"&","timestamp":"2024-09-05T00:00:00Z","customer_id":"acme","event_type":"e","properties":{"n":"&","k":"a-rather-long-value-so-that-much-is-to-be-sorted-&"}}/' >many.ndjson
	given 'mtr-ingest -q many.ndjson'
	echo '{"name":"m","sql":"SELECT SUM(m) AS value FROM (SELECT properties.k, MAX(properties.n) AS m FROM events GROUP BY 1)"}' >metric.json
	# a leak checker cannot run under strace
	gives 'ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o trace -e trace=openat mtr-metric test --metric=metric.json --customer=Acme --from=2024-09-01 --to=2024-10-01 | jq -r .value' <<'E'
450015000
E
	gives 'grep O_CREAT trace | grep -v mtr.db || echo none' <<'E'
none
E
}
