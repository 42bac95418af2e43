# mtr-metric usage of many: by billing periods, filtered by groups, as a table
# with a trend, of more customers than are read at once.
# shellcheck disable=SC2016,SC2030,SC2031
load helpers

A=11111111-1111-4111-8111-111111111111
N=22222222-2222-4222-8222-222222222222
C1=aaaaaaaa-0000-4000-8000-000000000001
C2=aaaaaaaa-0000-4000-8000-000000000002

# two: customers and metrics, and events of four months
two() {
	db
	given 'mtr-customer create' <<E
{"id":"$A","name":"Acme","ingest_aliases":["acme"]}
{"id":"$N","name":"Northwind","ingest_aliases":["nw"]}
E
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"COUNT"}
{"name":"Tokens","aggregation_type":"SUM","aggregation_key":"n","property_filters":[{"name":"n","exists":true},{"name":"model"},{"name":"region"}],"group_keys":[["model"],["region","model"]]}
E
	given 'mtr-ingest -q' <<'E'
{"transaction_id":"1","customer_id":"acme","event_type":"c","timestamp":"2024-07-10T00:00:00Z","properties":{"n":1,"model":"m","region":"eu"}}
{"transaction_id":"2","customer_id":"acme","event_type":"c","timestamp":"2024-08-10T00:00:00Z","properties":{"n":2,"model":"k"}}
{"transaction_id":"3","customer_id":"acme","event_type":"c","timestamp":"2024-08-20T00:00:00Z","properties":{"n":4}}
{"transaction_id":"4","customer_id":"acme","event_type":"c","timestamp":"2024-09-20T00:00:00Z","properties":{"n":8,"model":"m","region":"us"}}
{"transaction_id":"5","customer_id":"acme","event_type":"c","timestamp":"2024-10-01T00:00:00Z","properties":{"n":16,"model":"m","region":"eu"}}
{"transaction_id":"6","customer_id":"nw","event_type":"c","timestamp":"2024-10-01T00:00:00Z","properties":{"n":-5,"model":""}}
E
}

# contracts: two of Acme, one by the month until the middle of September, one from each 15th
contracts() {
	given 'mtr-contract create' <<E
{"id":"$C1","customer_id":"Acme","starting_at":"2024-07-01T00:00:00Z","ending_before":"2024-09-16T00:00:00Z"}
{"id":"$C2","customer_id":"Acme","starting_at":"2024-08-01T00:00:00Z","usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE","billing_anchor_date":"2024-08-15T00:00:00Z"}}
E
}

# periods ARGS - customer, contract, metric, period, value
periods() {
	mtr-metric usage --window=period "$@" | jq -c '[.customer_name,.contract_id[-1:],.billable_metric_name,.starting_on[:10],.ending_before[:10],.value]'
}
export -f periods

# groups ARGS - customer, group, value since July
groups() {
	mtr-metric usage --metric=Tokens --from=2024-07-01 "$@" | jq -c '[.customer_name,.group,.value]'
}
export -f groups

# ---- periods ----

@test "by periods: the one around the clock, of customers that have a contract" {
	two
	contracts
	gives 'periods' <<'E'
["Acme","2","Calls","2024-09-15","2024-10-15","2"]
["Acme","2","Tokens","2024-09-15","2024-10-15","24"]
E
	gives 'periods --customer=acme --now=2024-09-15T23:59:59Z --metric=Tokens' <<'E'
["Acme","1","Tokens","2024-09-01","2024-09-16",null]
["Acme","2","Tokens","2024-09-15","2024-10-15","24"]
E
	gives 'periods --now=2024-06-30T23:59:59Z' </dev/null
	gives 'mtr-metric usage --window=period --metric=Calls' <<E
{"customer_id":"$A","customer_name":"Acme","billable_metric_id":"9503b19c-93c5-8447-a242-d24b37355e89","billable_metric_name":"Calls","contract_id":"$C2","starting_on":"2024-09-15T00:00:00Z","ending_before":"2024-10-15T00:00:00Z","value":"2","events":2}
E
}

@test "by periods: those that overlap the range, whole, each contract its own" {
	two
	contracts
	gives 'periods --metric=Calls --from=2024-07-15 --to=2024-10-01' <<'E'
["Acme","1","Calls","2024-07-01","2024-08-01","1"]
["Acme","1","Calls","2024-08-01","2024-09-01","2"]
["Acme","1","Calls","2024-09-01","2024-09-16",null]
["Acme","2","Calls","2024-08-01","2024-08-15","1"]
["Acme","2","Calls","2024-08-15","2024-09-15","1"]
["Acme","2","Calls","2024-09-15","2024-10-15","2"]
E
	# a bound is half-open: a period that ends there is not in the range, nor one that starts at its end
	gives 'periods --metric=Calls --from=2024-08-01 --to=2024-08-15' <<'E'
["Acme","1","Calls","2024-08-01","2024-09-01","2"]
["Acme","2","Calls","2024-08-01","2024-08-15","1"]
E
	gives 'periods --metric=Calls --to=2024-08-01' <<'E'
["Acme","1","Calls","2024-07-01","2024-08-01","1"]
E
	gives 'periods --metric=Calls --from=2024-09-16' <<'E'
["Acme","2","Calls","2024-09-15","2024-10-15","2"]
E
	gives 'diff <(periods --to=2024-10-01 --metric=Calls) <(periods --from=2024-07-01 --to=2024-10-01 --metric=Calls)' </dev/null
}

@test "by periods and groups, as CSV and as a table: the contract has a column" {
	two
	contracts
	gives 'mtr-metric usage --window=period --metric=Tokens --group-by=model --filter=model=m --from=2024-09-16 -o csv' <<E
customer_id,customer_name,billable_metric_id,billable_metric_name,starting_on,ending_before,value,events,non_numeric,group,contract_id
$A,Acme,cd16f70f-c8c7-8516-b4c3-377a8035b063,Tokens,2024-09-15T00:00:00.000000000Z,2024-10-15T00:00:00.000000000Z,24,2,,"{""model"":""m""}",$C2
E
	gives 'mtr-metric usage --window=period --metric=Tokens --to=2024-10-01 -o table | sed "s/ *$//"' <<E
CUSTOMER_NAME  BILLABLE_METRIC_NAME  CONTRACT_ID                           STARTING_ON           ENDING_BEFORE         WINDOWS  LEAST  GREATEST  LAST  TREND
Acme           Tokens                $C1  2024-07-01T00:00:00Z  2024-09-16T00:00:00Z        3      1         6     6  ▂█
Acme           Tokens                $C2  2024-08-01T00:00:00Z  2024-10-15T00:00:00Z        3      2        24    24  ▂▂█
E
}

@test "refused: by periods of a customer that has none there" {
	two
	refuses 3 'mtr-metric usage --window=period --customer=nw' <<'E'
mtr-metric: --customer "Northwind": no contract of it has a billing period between --from and --to [no_contract]
E
	contracts
	refuses 3 'mtr-metric usage --window=period --customer=acme --to=2024-07-01' <<'E'
mtr-metric: --customer "Acme": no contract of it has a billing period between --from and --to [no_contract]
E
	refuses 3 'mtr-metric usage --window=period --customer=acme --customer=nw' <<'E'
mtr-metric: --customer "Northwind": no contract of it has a billing period between --from and --to [no_contract]
E
	refuses 2 'mtr-metric usage --window=period --from=2024-10-04' <<'E'
mtr-metric: nothing lies between --from 2024-10-04T00:00:00Z and --to 2024-10-03T00:00:00.000000001Z [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	given 'periods --customer=acme'
	[ "$(wc -l <"$OUT")" = 2 ]
}

# ---- filters ----

@test "only groups with these values, or that lack the property" {
	two
	gives 'groups --group-by=model' <<'E'
["Acme",{"model":null},"4"]
["Acme",{"model":"k"},"2"]
["Acme",{"model":"m"},"25"]
["Northwind",{"model":""},"-5"]
E
	gives 'groups --group-by=model --filter=model=m,k,other' <<'E'
["Acme",{"model":"k"},"2"]
["Acme",{"model":"m"},"25"]
E
	gives 'groups --group-by=model --filter=model' <<'E'
["Acme",{"model":null},"4"]
E
	gives 'groups --group-by=model --filter=model=' <<'E'
["Northwind",{"model":""},"-5"]
E
	gives 'groups --group-by=model --filter=model=,k' <<'E'
["Acme",{"model":"k"},"2"]
["Northwind",{"model":""},"-5"]
E
	gives 'groups --group-by=model --filter=model=M' </dev/null
	gives 'groups --group-by=model,region --filter=region=eu --filter=model=m' <<'E'
["Acme",{"model":"m","region":"eu"},"17"]
E
	gives 'groups --group-by=model,region --filter=region --filter=model=k,m' <<'E'
["Acme",{"model":"k","region":null},"2"]
E
}

@test "what filters leave is what is written without them, line by line" {
	two
	for window in none month; do
		given "mtr-metric usage --metric=Tokens --from=2024-07-01 --group-by=model,region --window=$window >all"
		given "mtr-metric usage --metric=Tokens --from=2024-07-01 --group-by=model,region --window=$window --filter=model=m,k --filter=region=eu,us >some"
		[ "$(wc -l <some)" -ge 2 ]
		gives "jq -c 'select((.group.model | IN(\"m\", \"k\")) and (.group.region | IN(\"eu\", \"us\")))' all | diff - some" </dev/null
	done
}

@test "filters of a query's columns" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Sql\",\"sql\":\"SELECT SUM(properties.n) AS value, properties.model FROM events GROUP BY properties.model\"}"'
	gives 'mtr-metric usage --metric=Sql --from=2024-07-01 --group-by=model --filter=model=k | jq -c "[.customer_name,.group,.value]"' <<'E'
["Acme",{"model":"k"},"2"]
E
	gives 'mtr-metric usage --metric=Sql --from=2024-07-01 --group-by=model --filter=model | jq -c "[.customer_name,.group,.value]"' <<'E'
["Acme",{"model":null},"4"]
E
}

@test "refused: a filter of what is not grouped by, twice, or without a name" {
	two
	while IFS='|' read -r args text; do
		refuses 2 "mtr-metric usage --metric=Tokens $args" <<E
mtr-metric: $text [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	done <<'E'
--filter=model=m|--filter "model=m": --group-by does not name "model"
--filter=region=eu --group-by=model|--filter "region=eu": --group-by does not name "region"
--filter=model=m --filter=model=k --group-by=model|--filter names "model" twice
--filter=model=m --filter=model --group-by=model|--filter names "model" twice
--filter==m --group-by=model|--filter "=m": wanted NAME=VALUE,... or NAME
--filter= --group-by=model|--filter "": wanted NAME=VALUE,... or NAME
E
}

# ---- tables ----

@test "a table of windows: a row each, with a trend" {
	two
	gives 'mtr-metric usage --window=month --from=2024-07-01 -o table' <<'E'
CUSTOMER_NAME  BILLABLE_METRIC_NAME  STARTING_ON           ENDING_BEFORE         WINDOWS  LEAST  GREATEST  LAST  TREND
Acme           Calls                 2024-07-01T00:00:00Z  2024-11-01T00:00:00Z        4      1         2     1  ▅█▅▅
Acme           Tokens                2024-07-01T00:00:00Z  2024-11-01T00:00:00Z        4      1        16    16  ▁▄▅█
Northwind      Calls                 2024-07-01T00:00:00Z  2024-11-01T00:00:00Z        4      1         1     1     █
Northwind      Tokens                2024-07-01T00:00:00Z  2024-11-01T00:00:00Z        4     -5        -5    -5     ▁
E
}

@test "a table of groups: null and the empty text are two rows" {
	two
	given 'mtr-ingest -q' <<'E'
{"transaction_id":"7","customer_id":"acme","event_type":"c","timestamp":"2024-08-21T00:00:00Z","properties":{"n":3,"model":""}}
{"transaction_id":"8","customer_id":"acme","event_type":"c","timestamp":"2024-09-21T00:00:00Z","properties":{"n":5,"model":""}}
E
	gives 'mtr-metric usage --window=month --from=2024-07-01 --customer=acme --metric=Tokens --group-by=model -o table' <<'E'
CUSTOMER_NAME  BILLABLE_METRIC_NAME  GROUP    STARTING_ON           ENDING_BEFORE         WINDOWS  LEAST  GREATEST  LAST  TREND
Acme           Tokens                model=m  2024-07-01T00:00:00Z  2024-11-01T00:00:00Z        3      1        16    16  ▁▅█
Acme           Tokens                model    2024-08-01T00:00:00Z  2024-09-01T00:00:00Z        1      4         4     4  █
Acme           Tokens                model=   2024-08-01T00:00:00Z  2024-10-01T00:00:00Z        2      3         5     5  ▅█
Acme           Tokens                model=k  2024-08-01T00:00:00Z  2024-09-01T00:00:00Z        1      2         2     2  █
E
}

@test "a table of more windows than bars: each the highest of several" {
	two
	for d in 02T01 02T02 03T05 04T23; do
		echo "{\"transaction_id\":\"$d\",\"customer_id\":\"nw\",\"event_type\":\"c\",\"timestamp\":\"2024-10-${d}:00:00Z\",\"properties\":{}}"
	done >late.ndjson
	given 'mtr-ingest -q --future-limit=none late.ndjson'
	gives 'mtr-metric usage --window=hour --from=2024-10-01 --to=2024-10-05 --metric=Calls -o table | sed "s/ *$//"' <<'E'
CUSTOMER_NAME  BILLABLE_METRIC_NAME  STARTING_ON           ENDING_BEFORE         WINDOWS  LEAST  GREATEST  LAST  TREND
Acme           Calls                 2024-10-01T00:00:00Z  2024-10-05T00:00:00Z       96      1         1     1  █
Northwind      Calls                 2024-10-01T00:00:00Z  2024-10-05T00:00:00Z       96      1         1     1  █       █        █             █
E
}

@test "a table of nothing: titles alone, or rows without values" {
	two
	gives 'mtr-metric usage --window=day --metric=Tokens --group-by=model --filter=model=none -o table' <<'E'
CUSTOMER_NAME  BILLABLE_METRIC_NAME  GROUP  STARTING_ON  ENDING_BEFORE  WINDOWS  LEAST  GREATEST  LAST  TREND
E
	gives 'mtr-metric usage --window=month --from=2025-01-01 --to=2025-03-01 --metric=Calls -o table | sed "s/ *$//"' <<'E'
CUSTOMER_NAME  BILLABLE_METRIC_NAME  STARTING_ON           ENDING_BEFORE         WINDOWS  LEAST  GREATEST  LAST  TREND
Acme           Calls                 2025-01-01T00:00:00Z  2025-03-01T00:00:00Z        2      -         -     -
Northwind      Calls                 2025-01-01T00:00:00Z  2025-03-01T00:00:00Z        2      -         -     -
E
}

# ---- many ----

# crowd: 11,000 customers and three metrics, more than are read at once; a third has events
crowd() {
	db
	given 'for m in a b c; do echo "{\"name\":\"$m\",\"aggregation_type\":\"COUNT\",\"event_type_filter\":{\"in_values\":[\"$m\"]}}"; done | mtr-metric create'
	python3 - <<'E'
with open("customers", "w") as f:
    for i in range(1, 11001):
        f.write(f'{{"name":"Customer {i:05}","ingest_aliases":["k{i:05}"]}}\n')
with open("events", "w") as f:
    for i in range(1, 11001, 3):
        f.write(f'{{"transaction_id":"{i}","customer_id":"k{i:05}","event_type":"{"abc"[i % 7 % 3]}",'
                f'"timestamp":"2024-09-{i % 30 + 1:02}T00:00:00Z"}}\n')
E
	given 'mtr-customer create -q customers'
	given 'mtr-ingest -q events'
}

@test "of more customers than are read at once: the same as in pieces, in the same order" {
	crowd
	given 'mtr-metric usage --from=2024-09-01 --to=2024-10-01 >all'
	[ "$(wc -l <all)" = 33000 ]
	gives 'jq -r .customer_id all | uniq >ids; mtr-customer list | jq -r .id | diff ids - && wc -l <ids' <<'E'
11000
E
	# of one metric all of them are read at once
	given 'for m in a b c; do mtr-metric usage --from=2024-09-01 --to=2024-10-01 --metric=$m >$m; done'
	gives 'paste -d "\n" a b c | cmp - all; jq -s "map(.events) | add" all' <<'E'
3667
E
	# windows come before customers, in parts too
	given 'mtr-metric usage --from=2024-09-29 --to=2024-10-01 --window=day >days'
	given 'for d in 29/2024-09-30 30/2024-10-01; do mtr-metric usage --from=2024-09-${d%/*} --to=${d#*/}; done >each'
	gives 'cmp days each; wc -l <days' <<'E'
66000
E
}

@test "of more contracts than are read at once: by periods, each customer in turn" {
	crowd
	given 'mtr-customer list | jq -c "{customer_id: .id, starting_at: \"2024-09-01T00:00:00Z\"}" | mtr-contract create -q'
	given 'mtr-metric usage --window=period --now=2024-09-20T00:00:00Z | jq -c "del(.contract_id)" >periods'
	gives 'mtr-metric usage --from=2024-09-01 --to=2024-10-01 --now=2024-09-20T00:00:00Z | cmp - periods; wc -l <periods' <<'E'
33000
E
}
