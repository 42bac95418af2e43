# Usage filters: several contracts of a customer divide its usage between them.

# shellcheck disable=SC2016,SC2030,SC2031
load helpers

# Northwind is billed by three companies, each for a part of the world; EU ends with 2024.
catalogue() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Requests","aggregation_type":"SUM","aggregation_key":"n","property_filters":[{"name":"n","exists":true},{"name":"region"}],"group_keys":[["region"]]}
{"name":"Level","aggregation_type":"LATEST","aggregation_key":"n","property_filters":[{"name":"n","exists":true},{"name":"region"}],"group_keys":[["region"]]}
{"name":"Queries","sql":"SELECT SUM(properties.n) AS value FROM events"}
E
	given 'mtr-product create' <<'E'
{"name":"Requests","type":"USAGE","billable_metric_id":"Requests"}
{"name":"Level","type":"USAGE","billable_metric_id":"Level"}
{"name":"Queries","type":"USAGE","billable_metric_id":"Queries"}
E
	given 'mtr-ratecard create' <<'E'
{"name":"List"}
{"name":"Levels"}
{"name":"Queries"}
E
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Requests","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
{"rate_card_id":"Levels","product_id":"Level","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
{"rate_card_id":"Queries","product_id":"Queries","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
E
	given 'mtr-customer create' <<'E'
{"name":"Northwind","ingest_aliases":["nw"]}
E
	export MTR_NOW=2024-11-20T00:00:00Z
}

contract() { # contract NAME VALUES [FIELDS]: of Northwind, for these regions
	given 'mtr-contract create' <<E
{"name":"$1","customer_id":"Northwind","rate_card_id":"List","starting_at":"2024-11-01","usage_filter":{"group_key":"region","group_values":$2}${3-}}
E
}

world() {
	catalogue
	contract US '["US"]'
	contract EU '["EU"]' "${1-}"
	contract APAC '["APAC"]'
	given 'mtr-ingest --future-limit=none' <<'E'
{"transaction_id":"1","timestamp":"2024-12-31T23:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":1,"region":"EU"}}
{"transaction_id":"2","timestamp":"2025-01-01T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":2,"region":"EU"}}
{"transaction_id":"3","timestamp":"2024-11-01T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":4,"region":"US"}}
{"transaction_id":"4","timestamp":"2025-01-09T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":8,"region":"US"}}
{"transaction_id":"5","timestamp":"2025-01-10T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":16,"region":"APAC"}}
E
}

# what each contract billed in each month
billed() {
	jq -r '[.start_timestamp[0:7], .contract_name, (.line_items | map(.quantity) | join("+"))] | join(" ")'
}
export -f billed

set_us_and_eu() {
	given 'mtr-contract set-usage-filter' <<'E'
{"customer_id":"Northwind","contract_id":"US","group_key":"region","group_values":["US","EU"],"starting_at":"2025-01-01"}
E
}

@test "each event is billed once, before and after the change" {
	world ',"ending_before":"2025-01-01"'
	set_us_and_eu
	export MTR_NOW=2025-02-05T00:00:00Z
	gives 'mtr-invoice run -q | billed | sort' <<'E'
2024-11 APAC 0
2024-11 EU 0
2024-11 US 4
2024-12 APAC 0
2024-12 EU 1
2024-12 US 0
2025-01 APAC 16
2025-01 US 10
E
}

@test "a contract left open bills what another has taken over, and run says so by name" {
	world
	set_us_and_eu
	export MTR_NOW=2025-02-05T00:00:00Z
	try 'mtr-invoice run | billed | grep ^2025 | sort'
	status_is 0
	out_is <<'E'
2025-01 APAC 16
2025-01 EU 2
2025-01 US 10
E
	err_is <<'E'
mtr-invoice: warning: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: usage of metric "Requests" with region "EU", from 2025-01-01T00:00:00Z on, is billed by contracts "US" and "EU" [usage_billed_twice]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 9 invoices finalized
E
}

@test "usage that no filter lets pass is told, also where the property is missing" {
	catalogue
	contract US '["US"]'
	given 'mtr-ingest' <<'E'
{"transaction_id":"1","timestamp":"2024-11-02T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":1,"region":"MARS"}}
{"transaction_id":"2","timestamp":"2024-11-03T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":2}}
{"transaction_id":"3","timestamp":"2024-11-04T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":4,"region":"US"}}
E
	export MTR_NOW=2024-12-05T00:00:00Z
	try 'mtr-invoice run | billed | sort'
	status_is 0
	out_is <<'E'
2024-11 US 4
E
	err_is <<'E'
mtr-invoice: warning: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: usage of metric "Requests" without region, from 2024-11-01T00:00:00Z on, passes the usage filter of no contract [usage_unbilled]
mtr-invoice: warning: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: usage of metric "Requests" with region "MARS", from 2024-11-01T00:00:00Z on, passes the usage filter of no contract [usage_unbilled]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice finalized
E
}

@test "a contract without a filter beside one with a filter bills twice what passes" {
	catalogue
	contract US '["US"]'
	given 'mtr-contract create' <<'E'
{"name":"World","customer_id":"Northwind","rate_card_id":"List","starting_at":"2024-11-01"}
E
	given 'mtr-ingest' <<'E'
{"transaction_id":"1","timestamp":"2024-11-02T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":1,"region":"MARS"}}
{"transaction_id":"3","timestamp":"2024-11-04T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":4,"region":"US"}}
E
	export MTR_NOW=2024-12-05T00:00:00Z
	try 'mtr-invoice run | billed | sort'
	status_is 0
	out_is <<'E'
2024-11 US 4
2024-11 World 5
E
	err_is <<'E'
mtr-invoice: warning: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: usage of metric "Requests" with region "US", from 2024-11-01T00:00:00Z on, is billed by contracts "US" and "World" [usage_billed_twice]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 2 invoices finalized
E
}

@test "a query is filtered by a property it does not name" {
	catalogue
	given 'mtr-contract create' <<'E'
{"name":"US","customer_id":"Northwind","rate_card_id":"Queries","starting_at":"2024-11-01","usage_filter":{"group_key":"region","group_values":["US"]}}
{"name":"Rest","customer_id":"Northwind","rate_card_id":"Queries","starting_at":"2024-11-01","usage_filter":{"group_key":"region","group_values":["EU",3]}}
E
	given 'mtr-ingest' <<'E'
{"transaction_id":"1","timestamp":"2024-11-02T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":1,"region":"EU"}}
{"transaction_id":"2","timestamp":"2024-11-03T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":2,"region":"3"}}
{"transaction_id":"3","timestamp":"2024-11-04T00:00:00Z","customer_id":"nw","event_type":"r","properties":{"n":4,"region":"US"}}
E
	export MTR_NOW=2024-12-05T00:00:00Z
	gives 'mtr-invoice run -q | billed | sort' <<'E'
2024-11 Rest 3
2024-11 US 4
E
}

@test "a filter comes back with what was set since; set twice from one instant, the last one holds" {
	world
	set_us_and_eu
	given 'mtr-contract set-usage-filter -i csv' <<'E'
customer_id,contract_id,group_key,group_values,starting_at
Northwind,US,region,"[""US"",""MX""]",2025-01-01
E
	gives 'mtr-contract get US | jq -c .usage_filter' <<'E'
{"initial":{"group_key":"region","group_values":["US"],"starting_at":"2024-11-01T00:00:00Z"},"updates":[{"group_key":"region","group_values":["US","EU"],"starting_at":"2025-01-01T00:00:00Z"},{"group_key":"region","group_values":["US","MX"],"starting_at":"2025-01-01T00:00:00Z"}]}
E
	export MTR_NOW=2025-02-05T00:00:00Z
	gives 'mtr-invoice run -q | billed | grep "^2025.* US"' <<'E'
2025-01 US 8
E
}

@test "a dry run of the change stores nothing" {
	world
	given 'mtr-contract set-usage-filter -n' <<'E'
{"customer_id":"Northwind","contract_id":"US","group_key":"region","group_values":["EU"],"starting_at":"2025-01-01"}
E
	gives 'mtr-contract get US | jq -c .usage_filter.updates' <<'E'
null
E
}

@test "refused: filters that the card cannot be metered under" {
	catalogue
	cat >levels.json <<'E'
{"name":"US","customer_id":"Northwind","rate_card_id":"Levels","starting_at":"2024-11-01","usage_filter":{"group_key":"region","group_values":["US"]}}
E
	refuses 3 'mtr-contract create levels.json' <<'E'
mtr-contract: levels.json:1:119: usage_filter.group_key "region": product "Level": metric "Level" takes the latest value of all events, which no usage filter divides [filter_of_latest]
E
	refuses 3 'sed "s/region/zone/;s/Levels/List/" levels.json | mtr-contract create' <<'E'
mtr-contract: stdin:1:117: usage_filter.group_key "zone": product "Requests": metric "Requests" has no group key that holds zone [group_key_missing]
E
	contract US '["US"]'
	refuses 3 'echo "{\"customer_id\":\"Northwind\",\"contract_id\":\"US\",\"group_key\":\"zone\",\"group_values\":[\"a\"],\"starting_at\":\"2024-12-01\"}" | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:1: usage_filter.group_key "zone": product "Requests": metric "Requests" has no group key that holds zone [group_key_missing]
E
	gives 'mtr-contract list | jq -c .usage_filter.updates' <<'E'
null
E
}

@test "refused: what is wrong with a change, each with its place" {
	catalogue
	contract US '["US"]' ',"ending_before":"2025-01-01"'
	cat >change.json <<'E'
{"customer_id":"Northwind","contract_id":"US","group_key":"region","group_values":["EU"],"starting_at":"2024-12-01"}
E
	refuses 3 'sed s/2024-12-01/2024-10-01/ change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:104: starting_at "2024-10-01": before the contract starts [usage_filter.starting_at]
E
	refuses 3 'sed s/2024-12-01/2025-01-01/ change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:104: starting_at "2025-01-01": the contract has ended by then [usage_filter.starting_at]
E
	refuses 3 'jq -c "del(.starting_at)" change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:1: starting_at: missing [missing_field]
E
	refuses 3 'jq -c "del(.group_values)" change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:1: group_values: missing [missing_field]
E
	refuses 3 'jq -c ".group_values=[[]]" change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:84: group_values[0]: wanted a string, a number, true or false [usage_filter.group_values]
E
	refuses 3 'jq -c ".until=1" change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:125: until "1": unknown field [unknown_field]
E
	refuses 3 'sed s/Northwind/Contoso/ change.json | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:1:16: customer_id "Contoso": no customer of this id, alias or name [not_found]
E
	refuses 3 'cat change.json change.json | sed "2s/EU/EU\",\"EU/" | mtr-contract set-usage-filter' <<'E'
mtr-contract: stdin:2:83: group_values "[\"EU\",\"EU\"]": names "EU" twice [usage_filter.group_values]
E
	gives 'mtr-contract get US | jq -c .usage_filter.updates' <<'E'
null
E
}
