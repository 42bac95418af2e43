# Composite products over the tools: the spend of a customer, circles, who charges.

# shellcheck disable=SC2016,SC2086
bats_require_minimum_version 1.5.0
load helpers

# shop - the customer Northwind; Images and Storage, counted by event type; Support, a tenth of
# what all contracts of a customer spend on them
shop() {
	db
	given 'mtr-customer create <<<"{\"name\":\"Northwind\"}"'
	cat >metrics.ndjson <<'E'
{"name":"Images","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["i"]},"property_filters":[{"name":"n","exists":true},{"name":"org"}],"group_keys":[["org"]]}
{"name":"Storage","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["s"]},"property_filters":[{"name":"n","exists":true},{"name":"org"}],"group_keys":[["org"]]}
E
	cat >products.ndjson <<'E'
{"name":"Images","type":"USAGE","billable_metric_id":"Images","tags":["base"]}
{"name":"Storage","type":"USAGE","billable_metric_id":"Storage","tags":["base"]}
{"name":"Seats","type":"SUBSCRIPTION","tags":["base"]}
{"name":"Support","type":"COMPOSITE","composite_tags":["base"],"composite_scope":"CUSTOMER"}
E
	given 'mtr-metric create metrics.ndjson; mtr-product create products.ndjson'
}

# card NAME ROW ... - a rate card with rates, "PRODUCT TYPE PRICE"
card() {
	local name=$1 row
	shift
	echo "{\"name\":\"$name\"}" | mtr-ratecard create >/dev/null
	{
		echo product_id,starting_at,entitled,rate_type,price
		for row; do
			set -- $row
			echo "$1,2024-01-01,true,$2,$3"
		done
	} | mtr-ratecard add-rates --card="$name" >/dev/null
}
export -f card

# contract NAME CARD START END [TERMS] - a contract of Northwind's
contract() {
	printf '{"customer_id":"Northwind","name":"%s","rate_card_id":"%s","starting_at":"%s","ending_before":"%s"%s}\n' "$1" "$2" "$3" "$4" "${5:-}" | mtr-contract create >/dev/null
}
export -f contract

# used TYPE DAY N [ORG] - usage of Northwind's
used() {
	printf '{"transaction_id":"%s","customer_id":"%s","event_type":"%s","timestamp":"%sT12:00:00Z","properties":{"n":%s,"org":"%s"}}\n' "$1$2$3${4:-}" "$customer" "$1" "$2" "$3" "${4:-a}" | mtr-ingest -q >/dev/null
}
export -f used

# lines - contract, product, dates, quantity, price and total of each line
lines() {
	jq -r '.contract_name as $c | .line_items[] | [$c, .name, .starting_at[5:10], .ending_before[5:10], .quantity // "-", .unit_price // "-", .total] | join(" ")'
}
export -f lines

# two - a contract for Images and one for Storage; the first one's card carries Support
two() {
	shop
	given 'card A "Images FLAT 10" "Support PERCENTAGE 0.1"; card B "Storage FLAT 35"'
	given 'contract first A 2024-08-01 2024-10-01; contract second B 2024-09-01 2024-10-01'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	given 'used i 2024-08-05 2; used i 2024-09-05 3; used s 2024-08-07 1; used s 2024-09-07 4'
}

@test "the contract whose card carries it charges what all contracts of the customer spend" {
	two
	gives 'mtr-invoice run -q | lines' <<'E'
first Images 08-01 09-01 2 10 20
first Support 08-01 09-01 20 0.1 2
second Storage 09-01 10-01 4 35 140
first Images 09-01 10-01 3 10 30
first Support 09-01 10-01 170 0.1 17
E
}

@test "in one run, or one contract after the other: the same" {
	two
	given 'mtr-invoice run -q | lines | sort >together'
	fresh
	rm -f mtr.db*
	two
	given 'mtr-invoice run -q --contract=second >second; mtr-invoice run -q >first; cat first second | lines | sort >apart; diff together apart'
}

@test "of several that carry it the first to start charges, and then the next" {
	shop
	given 'card A "Images FLAT 10" "Support PERCENTAGE 0.1"; card B "Storage FLAT 35" "Support PERCENTAGE 0.2"'
	given 'contract late B 2024-09-01 2024-11-01; contract early A 2024-08-01 2024-10-11'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	export MTR_NOW=2024-12-01T00:00:00Z
	given 'used i 2024-09-05 3; used s 2024-09-07 4; used i 2024-10-05 1; used s 2024-10-07 2; used s 2024-10-20 3'
	gives 'mtr-invoice run -q | lines | grep Support' <<'E'
early Support 08-01 09-01 0 0.1 0
early Support 09-01 10-01 170 0.1 17
late Support 09-01 10-01 0 0.2 0
early Support 10-01 10-11 80 0.1 8
late Support 10-01 11-01 105 0.2 21
E
}

@test "equal starts: the contract created first" {
	shop
	given 'card A "Images FLAT 10" "Support PERCENTAGE 0.1"'
	given 'contract one A 2024-09-01 2024-10-01; contract two A 2024-09-01 2024-10-01'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	given 'used i 2024-09-05 3'
	gives 'mtr-invoice run -q | lines | sort' <<'E'
one Images 09-01 10-01 3 10 30
one Support 09-01 10-01 60 0.1 6
two Images 09-01 10-01 3 10 30
two Support 09-01 10-01 0 0.1 0
E
}

@test "who is not entitled charges nothing, and stands in nobody's way" {
	shop
	given 'card A "Images FLAT 10" "Support PERCENTAGE 0.1"; card B "Storage FLAT 35" "Support PERCENTAGE 0.2"'
	given 'contract early A 2024-08-01 2024-10-01 ",\"overrides\":[{\"starting_at\":\"2024-08-01\",\"product_id\":\"Support\",\"entitled\":false}]"; contract late B 2024-09-01 2024-10-01'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	given 'used i 2024-09-05 3; used s 2024-09-07 4'
	gives 'mtr-invoice run -q | lines | grep Support' <<'E'
late Support 09-01 10-01 170 0.2 34
E
}

@test "other periods than its own count as far as they overlap" {
	shop
	given 'card A "Images FLAT 10" "Support PERCENTAGE 0.1"; card B "Storage FLAT 35"'
	given 'contract first A 2024-07-01 2024-10-01; contract second B 2024-07-01 2024-10-01 ",\"usage_statement_schedule\":{\"frequency\":\"QUARTERLY\"}"'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	given 'used s 2024-07-07 1; used s 2024-08-07 2; used s 2024-09-07 4; used i 2024-08-01 1'
	gives 'mtr-invoice run -q | lines' <<'E'
first Images 07-01 08-01 0 10 0
first Support 07-01 08-01 35 0.1 3.5
first Images 08-01 09-01 1 10 10
first Support 08-01 09-01 80 0.1 8
second Storage 07-01 10-01 7 35 245
first Images 09-01 10-01 0 10 0
first Support 09-01 10-01 140 0.1 14
E
}

@test "another unit does not count, nor an archived contract, nor another customer" {
	two
	given 'mtr-ratecard create <<<"{\"name\":\"Euro\",\"fiat_credit_type_id\":\"EUR\"}"; mtr-ratecard add-rates --card=Euro <<<"{\"product_id\":\"Storage\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":9}"'
	given 'contract euro Euro 2024-09-01 2024-10-01; contract gone B 2024-09-01 2024-10-01; mtr-contract archive --void-invoices=no gone'
	given 'mtr-customer create <<<"{\"name\":\"Acme\"}"; mtr-contract create <<<"{\"customer_id\":\"Acme\",\"name\":\"acme\",\"rate_card_id\":\"A\",\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-10-01\"}"'
	gives 'mtr-invoice run -q | lines | grep Support | sort' <<'E'
acme Support 09-01 10-01 0 0.1 0
first Support 08-01 09-01 20 0.1 2
first Support 09-01 10-01 170 0.1 17
E
}

@test "usage filters keep their parts, subscriptions count on the invoice that has them" {
	shop
	given 'card A "Images FLAT 10" "Support PERCENTAGE 0.1"'
	given 'mtr-ratecard add-rates --card=A <<<"{\"product_id\":\"Seats\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1000,\"billing_frequency\":\"MONTHLY\"}"'
	given 'contract one A 2024-09-01 2024-10-01 ",\"usage_filter\":{\"group_key\":\"org\",\"group_values\":[\"a\"],\"starting_at\":\"2024-09-01\"}"'
	given 'contract two A 2024-09-01 2024-10-01 ",\"usage_filter\":{\"group_key\":\"org\",\"group_values\":[\"b\"],\"starting_at\":\"2024-09-01\"},\"subscriptions\":[{\"subscription_rate\":{\"product_id\":\"Seats\",\"billing_frequency\":\"MONTHLY\"},\"collection_schedule\":\"ARREARS\",\"proration\":{},\"initial_quantity\":2}]"'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	given 'used i 2024-09-05 3 a; used i 2024-09-06 4 b'
	gives 'mtr-invoice run -q | lines | sort' <<'E'
one Images 09-01 10-01 3 10 30
one Support 09-01 10-01 2070 0.1 207
two Images 09-01 10-01 4 10 40
two Seats 09-01 10-01 2 1000 2000
two Support 09-01 10-01 0 0.1 0
E
}

@test "a circle of composite products is refused, and named" {
	shop
	cat >fees.ndjson <<'E'
{"name":"A","type":"COMPOSITE","composite_product_ids":["Support"],"include_composite_spend":true,"tags":["a"]}
{"name":"B","type":"COMPOSITE","composite_product_ids":["A"],"include_composite_spend":true,"tags":["b"]}
{"name":"C","type":"COMPOSITE","composite_tags":["b","c"],"include_composite_spend":true,"tags":["c"]}
E
	given 'mtr-product create fees.ndjson'
	cat >bad.ndjson <<'E'
{"product_id":"A","starting_at":"2024-11-01","composite_product_ids":["C"]}
{"product_id":"A","starting_at":"2024-11-01","composite_product_ids":["A"]}
{"product_id":"A","starting_at":"2024-11-01","composite_tags":["c"]}
{"product_id":"Support","starting_at":"2024-11-01","include_composite_spend":true,"composite_tags":["a","b","c"]}
{"product_id":"B","starting_at":"2024-11-01","include_composite_spend":false}
{"product_id":"A","starting_at":"2024-11-01","composite_scope":"ALL"}
{"product_id":"Images","starting_at":"2024-11-01","composite_scope":"CUSTOMER"}
E
	refuses 3 'mtr-product update bad.ndjson' <<'E'
mtr-product: bad.ndjson:1:1: include_composite_spend: composite products in a circle: A, C, B, A [composite_cycle]
mtr-product: bad.ndjson:2:1: include_composite_spend: composite products in a circle: A, A [composite_cycle]
mtr-product: bad.ndjson:3:1: include_composite_spend: composite products in a circle: A, C, B, A [composite_cycle]
mtr-product: bad.ndjson:4:78: include_composite_spend: composite products in a circle: Support, A, Support [composite_cycle]
mtr-product: bad.ndjson:5:1: composite_product_ids[0] "4bde3934-a3c1-8e83-bcdb-5cc2b729e006": a COMPOSITE product is part of another one only with include_composite_spend [product.composite_product_ids]
mtr-product: bad.ndjson:6:64: composite_scope "ALL": wanted CONTRACT or CUSTOMER [product.composite_scope]
mtr-product: bad.ndjson:7:69: composite_scope: a USAGE product has none; COMPOSITE products do [product.composite_scope]
E
	refuses 3 'mtr-product create <<<"{\"name\":\"D\",\"type\":\"COMPOSITE\",\"composite_product_ids\":[\"A\"]}"' <<'E'
mtr-product: stdin:1:57: composite_product_ids[0] "4bde3934-a3c1-8e83-bcdb-5cc2b729e006": a COMPOSITE product is part of another one only with include_composite_spend [product.composite_product_ids]
E
	# where nothing of it is in the base of A any more there is no circle
	given 'mtr-product update <<<"{\"product_id\":\"C\",\"starting_at\":\"2024-11-01\",\"tags\":[\"d\"]}"'
	gives 'mtr-product create <<<"{\"name\":\"D\",\"type\":\"COMPOSITE\",\"composite_tags\":[\"d\"],\"include_composite_spend\":true,\"composite_scope\":\"contract\"}" | jq -c "[.current.include_composite_spend,.current.composite_scope]"' <<'E'
[true,"CONTRACT"]
E
}

@test "--require-rates: usage of a combination without a rate fails its customer" {
	shop
	given 'mtr-product create <<<"{\"name\":\"Zones\",\"type\":\"USAGE\",\"billable_metric_id\":\"Images\",\"pricing_group_key\":[\"org\"]}"; mtr-ratecard create <<<"{\"name\":\"A\"}"; mtr-ratecard add-rates --card=A <<<"{\"product_id\":\"Zones\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1,\"pricing_group_values\":{\"org\":\"a\"}}"'
	given 'contract one A 2024-09-01 2024-10-01'
	customer=$(mtr-customer get Northwind | jq -r .id)
	export customer
	given 'used i 2024-09-05 3 a; used i 2024-09-06 4 b'
	try 'mtr-invoice run --dry-run --require-rates'
	status_is 1
	out_empty
	err_is <<'E'
mtr-invoice: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: product "Zones" has usage that no rate prices, from 2024-09-01T00:00:00Z on, for org "b" [rate_missing]
mtr-invoice: nothing was finalized at 2024-10-03T00:00:00Z
E
	try 'mtr-invoice run --dry-run | lines'
	status_is 0
	out_is <<'E'
one Zones 09-01 10-01 3 1 3
E
	err_is <<'E'
mtr-invoice: warning: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63: product "Zones" has usage that no rate prices, from 2024-09-01T00:00:00Z on, for org "b" [rate_missing]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice would be finalized
E
}
