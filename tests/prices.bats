# Price models from the rate card to the final invoice.
# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

catalogue() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"n","exists":true},{"name":"org"}],"group_keys":[["org"]]}
{"name":"Seats","aggregation_type":"LATEST","aggregation_key":"n","event_type_filter":{"in_values":["seats"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<'E'
{"name":"Calls","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["org"]}
{"name":"Seats","type":"USAGE","billable_metric_id":"Seats"}
{"name":"Support","type":"COMPOSITE","composite_product_ids":["Calls","Seats"]}
{"name":"Prepaid","type":"FIXED"}
E
	given 'mtr-customer create' <<'E'
{"name":"Northwind","ingest_aliases":["nw"]}
E
	card List
}

card() { # card NAME
	given 'mtr-ratecard create' <<E
{"name":"$1"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card":"$1","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":100,"price":10,"flat_fee":"2 USD"},{"price":5}],"free_units":20,"maximum":"15 USD"}
{"rate_card":"$1","product_id":"Seats","starting_at":"2024-01-01","entitled":true,"rate_type":"STAIRSTEP","tiers":[{"size":5,"price":"20 USD"},{"price":"35 USD"}]}
{"rate_card":"$1","product_id":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED_PERCENTAGE","tiers":[{"size":"30 USD","price":"10 %"},{"price":"1 %"}],"minimum":"4 USD"}
E
}

contract() { # contract NAME CARD
	given 'mtr-contract create' <<E
{"name":"$1","customer_id":"Northwind","rate_card_id":"$2","starting_at":"2024-09-01"}
E
}

usage() {
	given 'mtr-ingest' <<'E'
{"transaction_id":"c1","timestamp":"2024-09-02T00:00:00Z","customer_id":"nw","event_type":"call","properties":{"n":90,"org":"b"}}
{"transaction_id":"c2","timestamp":"2024-09-03T00:00:00Z","customer_id":"nw","event_type":"call","properties":{"n":60,"org":"a"}}
{"transaction_id":"s1","timestamp":"2024-09-04T00:00:00Z","customer_id":"nw","event_type":"seats","properties":{"n":6}}
E
}

# quantity, price, total, and what the line is
lines() {
	jq -r '.line_items[] | [.name, .presentation_group_values.org // "-", .quantity_exact // .quantity, .unit_price // "null", .total, (.tier.level // "-"), (if .flat_fee then "fee" elif .minimum_adjustment then "minimum" else empty end), (if .beyond_maximum then "beyond" else empty end)] | map(tostring) | join(" ")'
}
export -f lines

@test "a final invoice with every model: stored, checked, printed again" {
	catalogue
	contract Main List
	usage
	gives 'mtr-invoice run -q | tee run | lines' <<'E'
Calls a 20 0 0 0
Calls a 1 200 200 1 fee
Calls a 40 10 400 1
Calls b 1 200 200 1 fee
Calls b 70 10 700 1
Calls b 20 0 0 1 beyond
Seats - 6 null 3500 -
Support - 3000 0.1 300 1
Support - 2000 0.01 20 2
Support - 1 80 80 - minimum
E
	gives 'jq -r ".total,.amount_due_major" run' <<'E'
5400
54.00
E
	given 'mtr-invoice list >all; diff run all'
	given 'mtr-db check'
}

@test "a balance that covers the end pays for steps and for what a minimum lacks" {
	catalogue
	contract Main List
	usage
	given 'mtr-balance create' <<'E'
{"customer_id":"nw","name":"Early","product_id":"Prepaid","priority":1,"applicable_product_ids":["Seats"],"access_schedule":{"schedule_items":[{"amount":9999,"starting_at":"2024-09-01","ending_before":"2024-09-04"}]}}
{"customer_id":"nw","name":"Late","product_id":"Prepaid","priority":2,"applicable_product_ids":["Seats"],"access_schedule":{"schedule_items":[{"amount":700,"starting_at":"2024-09-30","ending_before":"2024-10-01"}]}}
{"customer_id":"nw","name":"Whole","product_id":"Prepaid","priority":3,"applicable_product_ids":["Support"],"access_schedule":{"schedule_items":[{"amount":360,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}
E
	gives 'mtr-invoice run -q | jq -r ".line_items[] | select(.commit_segment_id and .type == \"usage\" or .type != \"usage\") | [.name, .quantity_exact // .quantity, .total] | map(tostring) | join(\" \")"' <<'E'
Seats 1.2 700
Late applied null -700
Support 2800 280
Support 1 80
Whole applied null -360
E
	given 'mtr-db check'
}

@test "a card copied under another name bills the same" {
	catalogue
	card Copy
	contract Main List
	contract Other Copy
	usage
	given 'mtr-invoice run -q >all'
	gives 'jq -cs "length, (map(.line_items | map(del(.id))) | unique | length)" all' <<'E'
2
1
E
}

@test "terms that do not belong to a model are refused, with the place" {
	catalogue
	cat >bad.ndjson <<'E'
{"rate_card":"List","product_id":"Calls","starting_at":"2025-01-01","entitled":true,"rate_type":"PACKAGE","price":1}
{"rate_card":"List","product_id":"Calls","starting_at":"2025-01-01","entitled":true,"rate_type":"VOLUME","tiers":[{"price":1}],"commit_rate":{"rate_type":"FLAT","price":1}}
{"rate_card":"List","product_id":"Calls","starting_at":"2025-01-01","entitled":true,"rate_type":"FLAT","price":1,"minimum":"5 USD","maximum":"4.99 USD"}
{"rate_card":"List","product_id":"Support","starting_at":"2025-01-01","entitled":true,"rate_type":"PERCENTAGE","price":0.1,"free_units":5}
{"rate_card":"List","product_id":"Support","starting_at":"2025-01-01","entitled":true,"rate_type":"VOLUME","tiers":[{"price":1}]}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:1: package_size: missing [missing_field]
mtr-ratecard: bad.ndjson:2:142: commit_rate "{\"price\":1,\"rate_type\":\"FLAT\"}": a VOLUME rate has none [rate.commit_rate]
mtr-ratecard: bad.ndjson:3:142: maximum "4.99 USD": below the minimum [rate.maximum]
mtr-ratecard: bad.ndjson:4:137: free_units "5": a PERCENTAGE rate has none; rates of usage do [rate.free_units]
mtr-ratecard: bad.ndjson:5:99: rate_type "VOLUME": a COMPOSITE product is priced PERCENTAGE or TIERED_PERCENTAGE [rate.rate_type]
E
}
