# mtr-ratecard rates and schedule: CSV that add-rates reads.
# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# products and two cards
goods() {
	db
	export MTR_NOW=2024-06-01T00:00:00Z
	given 'mtr-metric create' <<'E'
{"name":"Bytes","aggregation_type":"SUM","aggregation_key":"bytes","property_filters":[{"name":"bytes"},{"name":"region"}],"group_keys":[["region"]]}
{"name":"Calls","aggregation_type":"COUNT"}
E
	given 'mtr-product create' <<'E'
{"id":"00000000-0000-4000-8000-0000000000a0","name":"Storage","type":"USAGE","billable_metric_id":"Bytes","pricing_group_key":["region"]}
{"id":"00000000-0000-4000-8000-0000000000a1","name":"One","type":"USAGE","billable_metric_id":"Calls"}
{"id":"00000000-0000-4000-8000-0000000000a2","name":"Two","type":"USAGE","billable_metric_id":"Calls"}
{"id":"00000000-0000-4000-8000-0000000000a3","name":"Three","type":"USAGE","billable_metric_id":"Calls"}
{"id":"00000000-0000-4000-8000-0000000000a4","name":"Four","type":"USAGE","billable_metric_id":"Calls"}
{"id":"00000000-0000-4000-8000-0000000000a5","name":"Five","type":"USAGE","billable_metric_id":"Calls"}
{"id":"00000000-0000-4000-8000-0000000000a6","name":"Seats","type":"SUBSCRIPTION"}
{"id":"00000000-0000-4000-8000-0000000000a7","name":"Support","type":"COMPOSITE","composite_product_ids":["One","Two"]}
{"id":"00000000-0000-4000-8000-0000000000a8","name":"Care","type":"COMPOSITE","composite_product_ids":["One"]}
E
	given 'mtr-unit create <<<"{\"name\":\"AI tokens\"}"'
	for card in List Copy; do
		given "mtr-ratecard create" <<E
{"name":"$card","credit_type_conversions":[{"custom_credit_type_id":"AI tokens","fiat_per_custom_credit":"1/3"}]}
E
	done
}

# and a rate of each type
shop() {
	goods
	given 'mtr-ratecard add-rates --card=List' <<'E'
{"product":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1/3","pricing_group_values":{"region":"=eu, \"west\""},"minimum":50,"maximum":"12.5 USD","free_units":"2.5"}
{"product":"One","starting_at":"2024-01-01","ending_before":"2025-01-01T05:00:00Z","entitled":false,"rate_type":"TIERED","tiers":[{"size":"10.5","price":12.5,"flat_fee":7},{"price":10}],"commit_rate":{"rate_type":"TIERED","tiers":[{"size":5,"price":"1/7"},{"price":2}]}}
{"product":"Two","starting_at":"2024-01-01","entitled":true,"rate_type":"PACKAGE","package_size":100,"price":99,"maximum":0}
{"product":"Three","starting_at":"2024-01-01","entitled":true,"rate_type":"VOLUME","tiers":[{"size":10,"price":5},{"price":4}]}
{"product":"Four","starting_at":"2024-01-01","entitled":true,"rate_type":"STAIRSTEP","tiers":[{"size":10,"price":5},{"price":4}]}
{"product":"Five","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1.5 AI tokens","credit_type_id":"AI tokens","commit_rate":{"rate_type":"FLAT","price":1}}
{"product":"Seats","starting_at":"2024-01-01","entitled":true,"rate_type":"SUBSCRIPTION","price":3000,"quantity":5,"is_prorated":true,"billing_frequency":"MONTHLY"}
{"product":"Seats","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":30000,"billing_frequency":"ANNUAL"}
{"product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":"5 %","minimum":100}
{"product":"Care","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED_PERCENTAGE","tiers":[{"size":"1000 USD","price":"10 %"},{"price":"1/30"}]}
E
}

@test "each term has its column, whole" {
	shop
	gives 'mtr-ratecard rates List -o csv | cut -d, -f2-' <<'E'
product_id,pricing_group_values,starting_at,ending_before,entitled,rate_type,price,tiers,package_size,free_units,minimum,maximum,quantity,billing_frequency,commit_rate,credit_type_id
00000000-0000-4000-8000-0000000000a0,"{""region"":""=eu, \""west\""""}",2024-01-01T00:00:00.000000000Z,,true,FLAT,1/300 USD,,,2.5,0.5 USD,12.5 USD,,,,USD
00000000-0000-4000-8000-0000000000a1,,2024-01-01T00:00:00.000000000Z,2025-01-01T05:00:00.000000000Z,false,TIERED,,"[{""flat_fee"":""0.07 USD"",""price"":""0.125 USD"",""size"":""10.5""},{""price"":""0.1 USD""}]",,,,,,,"{""rate_type"":""TIERED"",""tiers"":[{""price"":""1/700 USD"",""size"":""5""},{""price"":""0.02 USD""}]}",USD
00000000-0000-4000-8000-0000000000a2,,2024-01-01T00:00:00.000000000Z,,true,PACKAGE,0.99 USD,,100,,,0 USD,,,,USD
00000000-0000-4000-8000-0000000000a3,,2024-01-01T00:00:00.000000000Z,,true,VOLUME,,"[{""price"":""0.05 USD"",""size"":""10""},{""price"":""0.04 USD""}]",,,,,,,,USD
00000000-0000-4000-8000-0000000000a4,,2024-01-01T00:00:00.000000000Z,,true,STAIRSTEP,,"[{""price"":""0.05 USD"",""size"":""10""},{""price"":""0.04 USD""}]",,,,,,,,USD
00000000-0000-4000-8000-0000000000a5,,2024-01-01T00:00:00.000000000Z,,true,FLAT,1.5 AI tokens,,,,,,,,"{""price"":""1 AI tokens"",""rate_type"":""FLAT""}",AI tokens
00000000-0000-4000-8000-0000000000a6,,2024-01-01T00:00:00.000000000Z,,true,SUBSCRIPTION,30 USD,,,,,,5,MONTHLY,,USD
00000000-0000-4000-8000-0000000000a6,,2024-01-01T00:00:00.000000000Z,,true,FLAT,300 USD,,,,,,,ANNUAL,,USD
00000000-0000-4000-8000-0000000000a7,,2024-01-01T00:00:00.000000000Z,,true,PERCENTAGE,0.05,,,,1 USD,,,,,USD
00000000-0000-4000-8000-0000000000a8,,2024-01-01T00:00:00.000000000Z,,true,TIERED_PERCENTAGE,,"[{""price"":""0.1"",""size"":""1000 USD""},{""price"":""1/30""}]",,,,,,,,USD
E
	given 'mtr-ratecard rates List -o csv --product=Two --product=Three >rates'
	gives 'mtr-ratecard schedule List --from=2024-03-01 --to=2024-04-01 -o csv --product=Two --product=Three' <<E
product_id,pricing_group_values,starting_at,ending_before,entitled,rate_type,price,tiers,package_size,free_units,minimum,maximum,quantity,billing_frequency,commit_rate,credit_type_id,rate_id
00000000-0000-4000-8000-0000000000a2,,2024-03-01T00:00:00.000000000Z,2024-04-01T00:00:00.000000000Z,true,PACKAGE,0.99 USD,,100,,,0 USD,,,,USD,$(sed -n '2s/,.*//p' rates)
00000000-0000-4000-8000-0000000000a3,,2024-03-01T00:00:00.000000000Z,2024-04-01T00:00:00.000000000Z,true,VOLUME,,"[{""price"":""0.05 USD"",""size"":""10""},{""price"":""0.04 USD""}]",,,,,,,,USD,$(sed -n '3s/,.*//p' rates)
E
}

@test "what rates writes, add-rates reads: another card costs the same" {
	shop
	given 'mtr-ratecard rates List --all -o csv >list; cut -d, -f2- list | mtr-ratecard add-rates --card=Copy -o csv >added'
	gives 'cut -d, -f2- list | diff - <(cut -d, -f2- added); wc -l <added; mtr-ratecard rates Copy --all -o csv | diff added -' <<'E'
11
E
	gives 'for card in List Copy; do mtr-ratecard rates $card --all | jq -c "del(.id, .rate_card_id, .created_at)" >$card; done; diff List Copy; wc -l <Copy' <<'E'
10
E
}

@test "another database takes the ids too; the same one has them" {
	shop
	given 'mtr-ratecard rates List --all -o csv >list'
	refuses 3 'head -2 list | mtr-ratecard add-rates --card=Copy' <<'E'
mtr-ratecard: stdin:2:1: id "c8c712df-8a69-8e7e-98f2-31bd5b74ae90": another object has this id [id_taken]
E
	rm mtr.db*
	goods
	given 'mtr-ratecard add-rates --card=Copy list >added'
	gives 'mtr-ratecard rates Copy --all -o csv | diff list -' </dev/null
}

@test "a stretch of a schedule is read without its rate" {
	shop
	given 'mtr-ratecard schedule List --from=2024-03-01 --to=2024-04-01 -o csv >list'
	refuses 3 'head -2 list | mtr-ratecard add-rates --card=Copy' <<'E'
mtr-ratecard: stdin:2:17: rate_id "c8c712df-8a69-8e7e-98f2-31bd5b74ae90": unknown field; did you mean "rate_card"? [unknown_field]
E
	given 'rev list | cut -d, -f2- | rev | mtr-ratecard add-rates --card=Copy'
	gives 'mtr-ratecard schedule Copy --from=2024-01-01 -o csv | rev | cut -d, -f2- | rev | diff <(rev list | cut -d, -f2- | rev) -' </dev/null
}

@test "a card in another unit refuses what names its own" {
	shop
	given 'mtr-ratecard create <<<"{\"name\":\"Euro\",\"fiat_credit_type_id\":\"EUR\"}"; mtr-ratecard rates List --product=Two --product=Support -o csv | cut -d, -f2- >list'
	refuses 3 'mtr-ratecard add-rates --card=Euro list' <<'E'
mtr-ratecard: list:2:16: credit_type_id "USD": is USD (cents), but the rate card is in EUR [rate.credit_type_id]
mtr-ratecard: list:3:16: credit_type_id "USD": is USD (cents), but the rate card is in EUR [rate.credit_type_id]
E
	given 'sed s/,USD/,EUR/ list >mixed'
	refuses 3 'mtr-ratecard add-rates --card=Euro mixed' <<'E'
mtr-ratecard: mixed:2:7: price "0.99 USD": in USD where EUR is wanted [rate.price]
mtr-ratecard: mixed:3:11: minimum "1 USD": in USD where EUR is wanted [rate.minimum]
E
	given 'sed s/USD/EUR/g list | mtr-ratecard add-rates --card=Euro'
}
