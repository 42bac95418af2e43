# mtr-ratecard schedule, order, and what a request of rates may not say twice.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# priced - the card List; Calls (plain, tag api), Storage (by cloud and region, tag data),
# Seats (a subscription), Support (a tenth of what is spent)
priced() {
	db
	cat >metrics.ndjson <<'E'
{"name":"Calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call"]}}
{"name":"Bytes","aggregation_type":"SUM","aggregation_key":"bytes","property_filters":[{"name":"bytes"},{"name":"cloud"},{"name":"region"}],"group_keys":[["cloud","region"]]}
E
	cat >products.ndjson <<'E'
{"id":"22222222-0000-4000-8000-0000000000a1","name":"Calls","type":"USAGE","billable_metric_id":"Calls","tags":["api"]}
{"id":"22222222-0000-4000-8000-0000000000a2","name":"Storage","type":"USAGE","billable_metric_id":"Bytes","pricing_group_key":["cloud","region"],"tags":["data"]}
{"id":"22222222-0000-4000-8000-0000000000a3","name":"Seats","type":"SUBSCRIPTION"}
{"id":"22222222-0000-4000-8000-0000000000a4","name":"Support","type":"COMPOSITE","composite_tags":["api","data"]}
{"id":"22222222-0000-4000-8000-0000000000a5","name":"Advice","type":"PROFESSIONAL_SERVICE"}
E
	given 'mtr-metric create metrics.ndjson; mtr-product create products.ndjson'
	given 'mtr-ratecard create <<<"{\"id\":\"33333333-0000-4000-8000-0000000000c1\",\"name\":\"List\",\"aliases\":[{\"name\":\"standard\"}]}"'
}

# listed - priced, with rates
listed() {
	priced
	cat >rates.csv <<'E'
product_id,pricing_group_values.cloud,pricing_group_values.region,billing_frequency,starting_at,ending_before,entitled,rate_type,price
Calls,,,,2024-01-01,,true,FLAT,10
Calls,,,,2024-03-01,2024-04-01,true,FLAT,8
Calls,,,,2024-06-01,,false,FLAT,12
Storage,aws,east,,2024-01-01,,true,FLAT,2
Storage,aws,west,,2024-01-01,2024-02-01,true,FLAT,3
Storage,gcp,east,,2024-02-01,,true,FLAT,4
Seats,,,MONTHLY,2024-01-01,,true,FLAT,3000
Seats,,,ANNUAL,2024-01-01,,true,FLAT,30000
Support,,,,2024-01-01,,true,PERCENTAGE,10 %
E
	given 'mtr-ratecard add-rates --card=List rates.csv'
}

# segments OPTION ... - product, values, frequency, from, to and price of each segment
segments() {
	mtr-ratecard schedule List "$@" | jq -r '[.rate.product_id[-2:], ((.rate.pricing_group_values // {}) | [.[]] | join("/")), .rate.billing_frequency // "-", .starting_at[:10], (.ending_before // "-")[:10], .rate.price] | join(" ")'
}
export -f segments

# ---- schedule ----

@test "a schedule says which rate holds when; what it covered shows through again" {
	listed
	gives 'segments --from=2024-01-01' <<'E'
a1  - 2024-01-01 2024-03-01 10
a1  - 2024-03-01 2024-04-01 8
a1  - 2024-04-01 2024-06-01 10
a1  - 2024-06-01 - 12
a2 aws/east - 2024-01-01 - 2
a2 aws/west - 2024-01-01 2024-02-01 3
a2 gcp/east - 2024-02-01 - 4
a3  MONTHLY 2024-01-01 - 3000
a3  ANNUAL 2024-01-01 - 30000
a4  - 2024-01-01 - 0.1
E
	gives 'mtr-ratecard schedule List --from=2024-03-15 --to=2024-03-16 --product=Calls' <<'E'
{"starting_at":"2024-03-15T00:00:00Z","ending_before":"2024-03-16T00:00:00Z","rate":{"id":"d07805fe-41fa-87cb-8d20-583b31fcfffb","rate_card_id":"33333333-0000-4000-8000-0000000000c1","product_id":"22222222-0000-4000-8000-0000000000a1","starting_at":"2024-03-01T00:00:00Z","ending_before":"2024-04-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":"8","price_major":"0.08","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD","created_at":"2024-10-03T00:00:00Z"}}
E
}

@test "a schedule is cut to its range, and has nothing where no rate holds" {
	listed
	gives 'segments --from=2024-03-15T12:30:00Z --to=2024-05-01 --product=Calls' <<'E'
a1  - 2024-03-15 2024-04-01 8
a1  - 2024-04-01 2024-05-01 10
E
	gives 'segments --from=2023-01-01 --to=2024-01-01' <<'E'
E
	gives 'segments --from=2023-06-01 --to=2024-01-15 --product=Storage' <<'E'
a2 aws/east - 2024-01-01 2024-01-15 2
a2 aws/west - 2024-01-01 2024-01-15 3
E
}

@test "the same rate on both sides of a rate that covers another one is one segment" {
	listed
	given 'mtr-ratecard add-rates --card=List <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-03-10\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":9}"'
	gives 'segments --from=2024-01-01 --to=2024-07-01 --product=Calls' <<'E'
a1  - 2024-01-01 2024-03-01 10
a1  - 2024-03-01 2024-04-01 8
a1  - 2024-04-01 2024-06-01 9
a1  - 2024-06-01 2024-07-01 12
E
}

@test "schedule as a table and as CSV, in major units" {
	listed
	gives 'mtr-ratecard schedule List --from=2024-03-01 --to=2024-05-01 --product=Calls --product=Seats -o csv' <<'E'
product_id,pricing_group_values,starting_at,ending_before,entitled,rate_type,price,tiers,package_size,free_units,minimum,maximum,quantity,billing_frequency,commit_rate,credit_type_id,rate_id
22222222-0000-4000-8000-0000000000a1,,2024-03-01T00:00:00.000000000Z,2024-04-01T00:00:00.000000000Z,true,FLAT,0.08 USD,,,,,,,,,USD,d07805fe-41fa-87cb-8d20-583b31fcfffb
22222222-0000-4000-8000-0000000000a1,,2024-04-01T00:00:00.000000000Z,2024-05-01T00:00:00.000000000Z,true,FLAT,0.1 USD,,,,,,,,,USD,c8c712df-8a69-8e7e-98f2-31bd5b74ae90
22222222-0000-4000-8000-0000000000a3,,2024-03-01T00:00:00.000000000Z,2024-05-01T00:00:00.000000000Z,true,FLAT,30 USD,,,,,,,MONTHLY,,USD,d3258752-77b4-8138-8dc4-1d9225d9dba6
22222222-0000-4000-8000-0000000000a3,,2024-03-01T00:00:00.000000000Z,2024-05-01T00:00:00.000000000Z,true,FLAT,300 USD,,,,,,,ANNUAL,,USD,06096bf2-a708-8366-a8a5-58fe69600927
E
}

@test "what a schedule needs" {
	listed
	try 'mtr-ratecard schedule List'
	status_is 2
	out_empty
	err_is <<'E'
mtr-ratecard: --from: missing [usage]
usage: mtr-ratecard schedule [option ...] card
help: mtr-ratecard schedule --help
E
	try 'mtr-ratecard schedule List --from=2024-02-01 --to=2024-02-01'
	status_is 2
	out_empty
	err_is <<'E'
mtr-ratecard: --to: wanted an instant after --from [usage]
usage: mtr-ratecard schedule [option ...] card
help: mtr-ratecard schedule --help
E
	refuses 3 'mtr-ratecard schedule Liste --from=2024-01-01' <<'E'
mtr-ratecard: "Liste": no rate card of this id, alias or name [not_found]
E
}

# ---- selectors ----

# selected OPTION ... - product and price of the rates that hold at 2024-03-15
selected() {
	mtr-ratecard rates List --at=2024-03-15 "$@" | jq -r '[.product_id[-2:], .price] | join(" ")'
}
export -f selected

@test "a selector wants all of its parts, and any of several selectors will do" {
	listed
	gives 'selected' <<'E'
a1 8
a2 2
a2 4
a3 3000
a3 30000
a4 0.1
E
	gives 'selected --product=Calls --product=Support' <<'E'
a1 8
a4 0.1
E
	gives 'selected --tag=data --tag=none' <<'E'
a2 2
a2 4
E
	gives 'selected --select="{\"product_tags\":[\"data\",\"api\"]}"' <<'E'
a1 8
a2 2
a2 4
E
	gives 'selected --select="{\"pricing_group_values\":{\"region\":\"east\",\"cloud\":\"gcp\"}}"' <<'E'
a2 4
E
	gives 'selected --select="{\"pricing_group_values\":{\"cloud\":\"gcp\"}}"' <<'E'
E
	gives 'selected --select="{\"partial_pricing_group_values\":{\"region\":\"east\"}}"' <<'E'
a2 2
a2 4
E
	gives 'selected --select="{\"partial_pricing_group_values\":{\"region\":\"east\",\"cloud\":\"aws\"}}"' <<'E'
a2 2
E
	gives 'selected --select="{\"billing_frequency\":\"annual\"}"' <<'E'
a3 30000
E
	gives 'selected --select="{\"product\":\"Storage\",\"pricing_group_values\":{}}" --select="{\"product\":\"Seats\",\"billing_frequency\":\"MONTHLY\"}" --product=Calls' <<'E'
a1 8
a3 3000
E
}

@test "a tag selects by the tags that a product bears then" {
	listed
	given 'mtr-product update <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-05-01\",\"tags\":[\"data\"]}"'
	gives 'segments --from=2024-03-01 --to=2024-07-01 --tag=data --select="{\"product\":\"Calls\",\"product_tags\":[\"api\"]}"' <<'E'
a1  - 2024-03-01 2024-04-01 8
a1  - 2024-04-01 2024-06-01 10
a1  - 2024-06-01 2024-07-01 12
a2 aws/east - 2024-03-01 2024-07-01 2
a2 gcp/east - 2024-03-01 2024-07-01 4
E
	gives 'selected --tag=data' <<'E'
a2 2
a2 4
E
}

@test "what no selector is" {
	listed
	refuses 3 'mtr-ratecard rates List --select="{}"' <<'E'
mtr-ratecard: --select "{}": selects nothing [missing_field]
E
	refuses 3 'mtr-ratecard rates List --select="{\"tag\":\"api\"}"' <<'E'
mtr-ratecard: --select "{\"tag\":\"api\"}": tag: unknown field [unknown_field]
E
	refuses 3 'mtr-ratecard rates List --select="{\"product_id\":"' <<'E'
mtr-ratecard: --select "{\"product_id\":": wanted a value, found the end [json_syntax]
E
	refuses 3 'mtr-ratecard rates List --select="{\"billing_frequency\":\"SEMI_ANNUAL\"}"' <<'E'
mtr-ratecard: --select "{\"billing_frequency\":\"SEMI_ANNUAL\"}": billing_frequency: wanted WEEKLY, MONTHLY, QUARTERLY or ANNUAL [rate_selector.billing_frequency]
E
	refuses 3 'mtr-ratecard schedule List --from=2024-01-01 --select="{\"product_id\":\"Cals\"}"' <<'E'
mtr-ratecard: --select "Cals": no product of this id or name [not_found]
E
	refuses 3 'mtr-ratecard schedule List --from=2024-01-01 --product=Cals' <<'E'
mtr-ratecard: --product "Cals": no product of this id or name [not_found]
E
}

# ---- one request ----

@test "two prices from one start on in one request are refused, and both rows named" {
	priced
	cat >rates.csv <<'E'
product_id,pricing_group_values.cloud,pricing_group_values.region,billing_frequency,starting_at,ending_before,entitled,rate_type,price
Calls,,,,2024-01-01,,true,FLAT,10
Storage,aws,east,,2024-01-01,,true,FLAT,2
Storage,aws,west,,2024-01-01,,true,FLAT,2
Storage,aws,east,,2024-01-01,,true,FLAT,3
Calls,,,,2024-01-01,,false,FLAT,10
Seats,,,MONTHLY,2024-01-01,,true,FLAT,10
Seats,,,ANNUAL,2024-01-01,,true,FLAT,100
Seats,,,MONTHLY,2024-01-01,,true,FLAT,20
Calls,,,,2024-02-01,2024-03-01,true,FLAT,1
Calls,,,,2024-02-01,2024-04-01,true,FLAT,2
E
	refuses 3 'mtr-ratecard add-rates --card=List rates.csv' <<'E'
mtr-ratecard: rates.csv:5:5: starting_at "2024-01-01T00:00:00Z": rates.csv:3 gives another price from then on for the same product, values, frequency and unit [rate.conflict]
mtr-ratecard: rates.csv:6:5: starting_at "2024-01-01T00:00:00Z": rates.csv:2 gives another price from then on for the same product, values, frequency and unit [rate.conflict]
mtr-ratecard: rates.csv:9:5: starting_at "2024-01-01T00:00:00Z": rates.csv:7 gives another price from then on for the same product, values, frequency and unit [rate.conflict]
mtr-ratecard: rates.csv:11:5: starting_at "2024-02-01T00:00:00Z": rates.csv:10 gives another price from then on for the same product, values, frequency and unit [rate.conflict]
E
	gives 'mtr-ratecard rates List --all' <<'E'
E
	refuses 3 'mtr-ratecard add-rates <<<"{\"rate_card_id\":\"List\",\"rates\":[{\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":10},{\"product_id\":\"22222222-0000-4000-8000-0000000000A1\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"TIERED\",\"tiers\":[{\"price\":10}]}]}"' <<'E'
mtr-ratecard: stdin:1:196: rates[1].starting_at "2024-01-01T00:00:00Z": stdin:1: rates[0] gives another price from then on for the same product, values, frequency and unit [rate.conflict]
E
}

@test "no conflict: the same price again, an end beside none, another start, another request" {
	priced
	cat >rates.csv <<'E'
product_id,starting_at,ending_before,entitled,rate_type,price
Calls,2024-01-01,,true,FLAT,10
Calls,2024-01-01,,true,FLAT,10.0
Calls,2024-01-01,2024-02-01,true,FLAT,5
Calls,2024-01-02,,true,FLAT,11
E
	given 'mtr-ratecard add-rates --card=List rates.csv'
	given 'mtr-ratecard add-rates --card=List <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-01-02\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":12}"'
	gives 'segments --from=2024-01-01' <<'E'
a1  - 2024-01-01 2024-02-01 5
a1  - 2024-02-01 - 12
E
}

@test "tiers and commit rates stand in CSV as JSON" {
	priced
	cat >rates.csv <<'E'
product_id,starting_at,entitled,rate_type,price,tiers,commit_rate
Calls,2024-01-01,true,TIERED,,"[{""size"":10,""price"":""0.05 USD""},{""price"":4}]",
Calls,2024-02-01,true,FLAT,7,,"{""rate_type"":""FLAT"",""price"":6}"
E
	gives 'mtr-ratecard add-rates --card=List rates.csv | jq -c "[.tiers,.price_major,.commit_rate.price_major]"' <<'E'
[[{"size":"10","price":"5","price_major":"0.05"},{"price":"4","price_major":"0.04"}],null,null]
[null,"0.07","0.06"]
E
}

@test "a subscription has FLAT rates with a billing frequency, and no other product has one" {
	priced
	cat >bad.csv <<'E'
product_id,billing_frequency,starting_at,entitled,rate_type,price
Seats,,2024-01-01,true,FLAT,10
Seats,SEMI_ANNUAL,2024-01-01,true,FLAT,10
Seats,MONTHLY,2024-01-01,true,PERCENTAGE,0.1
Support,MONTHLY,2024-01-01,true,PERCENTAGE,0.1
Calls,MONTHLY,2024-01-01,true,FLAT,10
Advice,,2024-01-01,true,FLAT,10
E
	refuses 3 'mtr-ratecard add-rates --card=List bad.csv' <<'E'
mtr-ratecard: bad.csv:2: billing_frequency: missing; the product is a SUBSCRIPTION [missing_field]
mtr-ratecard: bad.csv:3:2: billing_frequency "SEMI_ANNUAL": wanted WEEKLY, MONTHLY, QUARTERLY or ANNUAL [rate.billing_frequency]
mtr-ratecard: bad.csv:4:2: billing_frequency "MONTHLY": a PERCENTAGE rate has none; FLAT and SUBSCRIPTION do [rate.billing_frequency]
mtr-ratecard: bad.csv:5:2: billing_frequency "MONTHLY": a PERCENTAGE rate has none; FLAT and SUBSCRIPTION do [rate.billing_frequency]
mtr-ratecard: bad.csv:6:2: billing_frequency "MONTHLY": a USAGE product has none; SUBSCRIPTION products do [rate.billing_frequency]
mtr-ratecard: bad.csv:7:1: product_id "Advice": a PRO_SERVICE product has no rates: its price stands on the contract [rate.product_id]
E
}

@test "a product keeps the unit of its rates on a card" {
	priced
	given 'mtr-unit create <<<"{\"name\":\"Tokens\"}"'
	given 'mtr-ratecard update <<<"{\"rate_card_id\":\"List\",\"add_credit_type_conversions\":[{\"custom_credit_type_id\":\"Tokens\",\"fiat_per_custom_credit\":100}]}"'
	cat >rates.csv <<'E'
product_id,credit_type_id,starting_at,entitled,rate_type,price
Calls,Tokens,2024-01-01,true,FLAT,10
Calls,Tokens,2024-02-01,true,FLAT,11
E
	given 'mtr-ratecard add-rates --card=List rates.csv'
	refuses 3 'mtr-ratecard add-rates --card=List <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-03-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":12}"' <<'E'
mtr-ratecard: stdin:1:1: credit_type_id "USD (cents)": the product's rates on this card are in Tokens, and stay so [rate.credit_type_id]
E
	sed -i 's/Tokens,2024-02-01/USD,2024-02-01/; s/^Calls/Storage/' rates.csv
	cat >mixed.csv <<'E'
product_id,pricing_group_values.cloud,pricing_group_values.region,credit_type_id,starting_at,entitled,rate_type,price
Storage,aws,east,USD,2024-01-01,true,FLAT,10
Storage,aws,west,Tokens,2024-01-01,true,FLAT,10
E
	refuses 3 'mtr-ratecard add-rates --card=List mixed.csv' <<'E'
mtr-ratecard: mixed.csv:3:4: credit_type_id "Tokens": the product's rates on this card are in USD (cents), and stay so [rate.credit_type_id]
E
}

@test "worked example dimension-count: 3 products x 3 clouds x 4 zones x 3 classes x 2 are 216 rates" {
	db
	given 'mtr-metric create <<<"{\"name\":\"Hours\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"cloud\"},{\"name\":\"zone\"},{\"name\":\"class\"},{\"name\":\"az\"}],\"group_keys\":[[\"cloud\",\"zone\",\"class\",\"az\"]]}"'
	given 'for p in A B C; do printf "{\"name\":\"%s\",\"type\":\"USAGE\",\"billable_metric_id\":\"Hours\",\"pricing_group_key\":[\"cloud\",\"zone\",\"class\",\"az\"]}\n" $p; done | mtr-product create; mtr-ratecard create <<<"{\"name\":\"List\"}"'
	{
		echo product_id,starting_at,entitled,rate_type,price,pricing_group_values.cloud,pricing_group_values.zone,pricing_group_values.class,pricing_group_values.az
		printf '%s\n' {A,B,C},2024-01-01,true,FLAT,5,{aws,gcp,azure},{1,2,3,4},{s,m,l},{one,many}
	} >rates.csv
	gives 'mtr-ratecard add-rates --card=List rates.csv | jq -r .id | sort -u | wc -l' <<'E'
216
E
	gives 'mtr-ratecard rates List --select="{\"product\":\"B\",\"partial_pricing_group_values\":{\"cloud\":\"gcp\",\"az\":\"one\"}}" | wc -l' <<'E'
12
E
}

# ---- order ----

@test "the order of products: as it was set, then as they came onto the card" {
	listed
	gives 'mtr-ratecard get List | jq -c .product_order' <<'E'
null
E
	gives 'mtr-ratecard order <<<"{\"rate_card_id\":\"standard\",\"product_order\":[\"Support\",\"22222222-0000-4000-8000-0000000000A2\"]}"' <<'E'
{"id":"33333333-0000-4000-8000-0000000000c1","name":"List","fiat_credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"aliases":[{"name":"standard"}],"product_order":["22222222-0000-4000-8000-0000000000a4","22222222-0000-4000-8000-0000000000a2","22222222-0000-4000-8000-0000000000a1","22222222-0000-4000-8000-0000000000a3"],"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-ratecard get List | jq -c "[.product_order[][-2:]]"' <<'E'
["a4","a2","a1","a3"]
E
	gives 'mtr-ratecard order --dry-run <<<"{\"rate_card_id\":\"List\",\"product_moves\":[{\"product_id\":\"Seats\",\"position\":0},{\"product\":\"Support\",\"position\":3},{\"product_id\":\"Calls\",\"position\":1}]}" | jq -c "[.product_order[][-2:]]"' <<'E'
["a3","a1","a2","a4"]
E
	gives 'mtr-ratecard list | jq -c "[.product_order[][-2:]]"' <<'E'
["a4","a2","a1","a3"]
E
	given 'mtr-ratecard update <<<"{\"rate_card_id\":\"List\",\"description\":\"d\"}"'
	gives 'mtr-ratecard order <<<"{\"rate_card_id\":\"List\",\"product_moves\":[{\"product_id\":\"Support\",\"position\":0}]}" | jq -c "[.description,.product_order[][-2:]]"' <<'E'
["d","a4","a2","a1","a3"]
E
	gives 'mtr-db check | jq -c .differences' <<'E'
0
E
}

@test "moves begin with the order in which products came onto the card" {
	listed
	gives 'mtr-ratecard order <<<"{\"rate_card_id\":\"List\",\"product_moves\":[{\"product_id\":\"Support\",\"position\":1}]}" | jq -c "[.product_order[][-2:]]"' <<'E'
["a1","a4","a2","a3"]
E
}

@test "invoices have their lines in that order, drafts at once" {
	listed
	given 'mtr-customer create <<<"{\"name\":\"Northwind\"}"; mtr-contract create <<<"{\"customer_id\":\"Northwind\",\"rate_card_alias\":\"standard\",\"starting_at\":\"2024-03-01\",\"ending_before\":\"2024-04-01\"}"'
	gives 'mtr-invoice run -q --dry-run | jq -r ".line_items[].name"' <<'E'
Calls
Support
E
	given 'mtr-ratecard order <<<"{\"rate_card_id\":\"List\",\"product_order\":[\"Support\"]}"'
	gives 'mtr-invoice run -q --dry-run | jq -r ".line_items[].name"' <<'E'
Support
Calls
E
}

@test "refused: orders of what is not on the card, of nothing, of both kinds, beyond the end" {
	listed
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_order":["Calls","Advice"]}
{"rate_card_id":"List","product_order":["Calls","Nothing"]}
{"rate_card_id":"List","product_order":["Calls","22222222-0000-4000-8000-0000000000a1"]}
{"rate_card_id":"List","product_order":[]}
{"rate_card_id":"List"}
{"rate_card_id":"List","product_moves":[]}
{"rate_card_id":"List","product_moves":[{"product_id":"Calls","position":4}]}
{"rate_card_id":"List","product_moves":[{"product_id":"Calls","position":-1}]}
{"rate_card_id":"List","product_moves":[{"product_id":"Advice","position":0}]}
{"rate_card_id":"List","product_moves":[{"product_id":"Calls"}]}
{"rate_card_id":"List","product_order":["Calls"],"product_moves":[{"product_id":"Calls","position":0}]}
{"rate_card_id":"None","product_order":["Calls"]}
{"product_order":["Calls"]}
{"rate_card_id":"List","product_order":["Calls"],"order":1}
E
	refuses 3 'mtr-ratecard order bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:49: product_order[1] "22222222-0000-4000-8000-0000000000a5": the rate card has no rate of it [rate_card.product_order]
mtr-ratecard: bad.ndjson:2:49: product_order[1] "Nothing": no product of this id or name [not_found]
mtr-ratecard: bad.ndjson:3:49: product_order[1] "22222222-0000-4000-8000-0000000000a1": names the same product as product_order[0] [rate_card.product_order]
mtr-ratecard: bad.ndjson:4:40: product_order "[]": wanted at least 1 item, found 0 [rate_card.product_order]
mtr-ratecard: bad.ndjson:5:1: product_moves: missing [missing_field]
mtr-ratecard: bad.ndjson:6:40: product_moves "[]": wanted at least 1 item, found 0 [rate_card.product_moves]
mtr-ratecard: bad.ndjson:7:74: product_moves[0].position "4": the card has 4 products, counted from 0 [rate_card.product_moves.position]
mtr-ratecard: bad.ndjson:8:74: product_moves[0].position "-1": wanted an integer from 0 to 2147483647 [rate_card.product_moves.position]
mtr-ratecard: bad.ndjson:9:55: product_moves[0].product_id "22222222-0000-4000-8000-0000000000a5": the rate card has no rate of it [rate_card.product_moves.product_id]
mtr-ratecard: bad.ndjson:10:41: product_moves[0].position: missing [missing_field]
mtr-ratecard: bad.ndjson:11:66: product_moves "[{\"position\":0,\"product_id\":\"Calls\"}]": beside product_order; wanted one of the two [rate_card.product_moves]
mtr-ratecard: bad.ndjson:12:17: rate_card_id "None": no rate card of this id, alias or name [not_found]
mtr-ratecard: bad.ndjson:13:1: rate_card_id: missing [missing_field]
mtr-ratecard: bad.ndjson:14:58: order "1": unknown field [unknown_field]
E
	gives 'mtr-ratecard get List | jq -c .product_order' <<'E'
null
E
	given 'mtr-ratecard archive List'
	refuses 3 'mtr-ratecard order <<<"{\"rate_card_id\":\"List\",\"product_order\":[\"Calls\"]}"' <<'E'
mtr-ratecard: stdin:1:17: rate_card_id "List": the rate card is archived [archived]
E
}

@test "an order is not part of what --if-absent compares" {
	listed
	given 'mtr-ratecard order <<<"{\"rate_card_id\":\"List\",\"product_order\":[\"Support\"]}"'
	gives 'mtr-ratecard create --if-absent <<<"{\"name\":\"List\",\"aliases\":[{\"name\":\"standard\"}]}" | jq -c .name' <<'E'
"List"
E
	refuses 3 'mtr-ratecard create <<<"{\"name\":\"New\",\"product_order\":[\"Calls\"]}"' <<'E'
mtr-ratecard: stdin:1:31: product_order "[\"Calls\"]": unknown field [unknown_field]
E
}

# ---- aliases ----

@test "worked example alias-recut: the later assignment wins from its start, contracts keep their card" {
	priced
	given 'mtr-customer create <<<"{\"name\":\"Northwind\"}"'
	given 'mtr-ratecard create <<<"{\"name\":\"package1\",\"aliases\":[{\"name\":\"New Customer Pricing\",\"starting_at\":\"2024-01-01\"}]}"'
	given 'mtr-contract create <<<"{\"customer_id\":\"Northwind\",\"name\":\"before\",\"rate_card_alias\":\"New Customer Pricing\",\"starting_at\":\"2025-10-01\"}"'
	given 'mtr-ratecard create <<<"{\"name\":\"package2\",\"aliases\":[{\"name\":\"New Customer Pricing\",\"starting_at\":\"2025-01-01\"}]}"'
	gives 'mtr-ratecard get package1 package2 | jq -c "[.name,.aliases]"' <<'E'
["package1",[{"name":"New Customer Pricing","starting_at":"2024-01-01T00:00:00Z","ending_before":"2025-01-01T00:00:00Z"}]]
["package2",[{"name":"New Customer Pricing","starting_at":"2025-01-01T00:00:00Z"}]]
E
	given 'for day in 2024-12-31 2025-01-01 2025-10-01; do printf "{\"customer_id\":\"Northwind\",\"name\":\"%s\",\"rate_card_alias\":\"New Customer Pricing\",\"starting_at\":\"%s\"}\n" $day $day; done | mtr-contract create'
	gives 'mtr-contract list | jq -r "[.name,.rate_card_id]|@tsv" | while read -r name card; do echo "$name $(mtr-ratecard get "$card" | jq -r .name)"; done' <<'E'
before package1
2024-12-31 package1
2025-01-01 package2
2025-10-01 package2
E
	refuses 3 'mtr-contract create <<<"{\"customer_id\":\"Northwind\",\"rate_card_alias\":\"New Customer Pricing\",\"starting_at\":\"2023-12-31\"}"' <<'E'
mtr-contract: stdin:1:46: rate_card_alias "New Customer Pricing": no rate card bears this alias at the contract's start [not_found]
E
}

# ---- copies ----

@test "what rates writes is what add-rates takes: a card copied under another name bills the same" {
	listed
	cat >more.ndjson <<'E'
{"product_id":"Storage","pricing_group_values":{"cloud":"aws","region":"north"},"starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":10,"price":"1/3","flat_fee":5},{"price":2}],"commit_rate":{"rate_type":"FLAT","price":1}}
{"product_id":"Storage","pricing_group_values":{"cloud":"gcp","region":"north"},"starting_at":"2024-01-01","entitled":true,"rate_type":"PACKAGE","package_size":7,"price":40,"free_units":2,"minimum":100,"maximum":1000}
{"product_id":"Storage","pricing_group_values":{"cloud":"gcp","region":"south"},"starting_at":"2024-01-01","entitled":true,"rate_type":"VOLUME","tiers":[{"size":10,"price":3},{"price":2}]}
{"product_id":"Support","starting_at":"2024-02-01","entitled":true,"rate_type":"TIERED_PERCENTAGE","tiers":[{"size":50,"price":"10 %"},{"price":"5 %"}],"minimum":30}
E
	given 'mtr-ratecard add-rates --card=List more.ndjson; mtr-ratecard create <<<"{\"name\":\"Copy\"}"'
	given 'mtr-ratecard rates List --all | jq -c "walk(if type == \"object\" then with_entries(select(.key | test(\"_major(_exact)?$|^currency$|^id$|^rate_card_id$|^created_at$\") | not)) | (if .price_exact then .price = .price_exact | del(.price_exact) else . end) | (if .credit_type then .credit_type_id = .credit_type.name | del(.credit_type) else . end) else . end)" | while read -r rate; do mtr-ratecard add-rates --card=Copy <<<"$rate"; done'
	given 'for card in List Copy; do mtr-ratecard schedule $card --from=2024-01-01 | jq -c "del(.rate.id, .rate.rate_card_id)" >$card; done; diff List Copy'
	given 'for card in List Copy; do mtr-customer create <<<"{\"name\":\"$card\"}"; mtr-contract create <<<"{\"customer_id\":\"$card\",\"rate_card_id\":\"$card\",\"starting_at\":\"2024-03-01\",\"ending_before\":\"2024-05-01\"}"; done'
	given 'for card in List Copy; do id=$(mtr-customer get $card | jq -r .id); for day in 02 11 20; do for where in "aws east" "aws north" "gcp north" "gcp south"; do set -- $where; printf "{\"transaction_id\":\"%s\",\"customer_id\":\"%s\",\"event_type\":\"x\",\"timestamp\":\"2024-03-%sT00:00:00Z\",\"properties\":{\"bytes\":%s,\"cloud\":\"%s\",\"region\":\"%s\"}}\n" "$card$day$1$2" $id $day ${day#0} $1 $2; done; done; done | mtr-ingest -q'
	given 'mtr-invoice run -q >invoices; for card in List Copy; do jq -c "select(.customer_name == \"$card\") | [.total, (.line_items[] | del(.id))]" invoices | sort >$card; [ "$(wc -l <$card)" = 2 ]; done; diff List Copy'
}
