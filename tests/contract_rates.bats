# Overrides of a contract: as they are made, changed and billed, and what mtr-contract rates says.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# shop - Northwind and card List: Calls 1.00 (0.80 at the commit rate), Disk by region eu 0.10 and us 0.20, Seats 30 a month
shop() {
	db
	cat >metrics.ndjson <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"n","exists":true},{"name":"org"}],"group_keys":[["org"]]}
{"name":"Disk","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["disk"]},"property_filters":[{"name":"n","exists":true},{"name":"region"}],"group_keys":[["region"]]}
E
	cat >products.ndjson <<'E'
{"id":"00000000-0000-4000-8000-0000000000a1","name":"Calls","type":"USAGE","billable_metric_id":"Calls","tags":["net"]}
{"id":"00000000-0000-4000-8000-0000000000a2","name":"Disk","type":"USAGE","billable_metric_id":"Disk","pricing_group_key":["region"],"tags":["store"]}
{"id":"00000000-0000-4000-8000-0000000000a3","name":"Prepaid","type":"FIXED"}
{"id":"00000000-0000-4000-8000-0000000000a4","name":"Seats","type":"SUBSCRIPTION"}
{"id":"00000000-0000-4000-8000-0000000000a5","name":"Emails","type":"USAGE","billable_metric_id":"Calls"}
{"id":"00000000-0000-4000-8000-0000000000a6","name":"Hidden","type":"USAGE","billable_metric_id":"Calls"}
E
	cat >rates.ndjson <<'E'
{"id":"00000000-0000-4000-8000-0000000000b1","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1 USD","commit_rate":{"rate_type":"FLAT","price":"0.80 USD"}}
{"id":"00000000-0000-4000-8000-0000000000b2","product_id":"Disk","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"0.10 USD","pricing_group_values":{"region":"eu"}}
{"id":"00000000-0000-4000-8000-0000000000b3","product_id":"Disk","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"0.20 USD","pricing_group_values":{"region":"us"}}
{"id":"00000000-0000-4000-8000-0000000000b4","product_id":"Seats","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"30 USD","billing_frequency":"MONTHLY"}
{"id":"00000000-0000-4000-8000-0000000000b5","product_id":"Hidden","starting_at":"2024-01-01","entitled":false,"rate_type":"FLAT","price":"9 USD"}
E
	given 'mtr-metric create metrics.ndjson; mtr-product create products.ndjson'
	given 'mtr-ratecard create <<<"{\"id\":\"00000000-0000-4000-8000-0000000000c2\",\"name\":\"List\"}"; mtr-ratecard add-rates --card=List rates.ndjson'
	given 'mtr-customer create <<<"{\"id\":\"00000000-0000-4000-8000-0000000000c1\",\"name\":\"Northwind\",\"ingest_aliases\":[\"nw\"]}"'
}

# contract OVERRIDES [FIELDS] - a contract Main of Northwind from September on
contract() {
	printf '{"id":"00000000-0000-4000-8000-0000000000d1","customer_id":"nw","name":"Main","rate_card_id":"List","starting_at":"2024-09-01","overrides":[%s]%s}\n' "$1" "${2:+,$2}" >contract.json
	given 'mtr-contract create contract.json'
}

# prices FILTER - what rates says, a product a line: name, list price, override price, then FILTER
prices() {
	mtr-contract rates Main "$@" | jq -c '[.product_name,(.pricing_group_values//{}|.region),.list_rate.price,.override_rate.price]'
}
export -f prices

# edit PART - an edit of Main
edit() {
	printf '{"customer_id":"nw","contract_id":"Main",%s}\n' "$1" >edit.json
}

commit='{"id":"00000000-0000-4000-8000-0000000000e1","type":"PREPAID","product_id":"Prepaid","name":"Year","temporary_id":"y","access_schedule":{"schedule_items":[{"id":"00000000-0000-4000-8000-0000000000f1","amount":"100 USD","starting_at":"2024-09-01","ending_before":"2025-09-01"}]}}'

@test "overrides are given back with ids, their references resolved" {
	shop
	contract '{"id":"00000000-0000-4000-8000-000000000f01","type":"MULTIPLIER","multiplier":"80 %","starting_at":"2024-09-01","ending_before":"2025-01-01","applicable_product_tags":["net","store"]},{"id":"00000000-0000-4000-8000-000000000f02","type":"overwrite","starting_at":"2024-10-01","overwrite_rate":{"rate_type":"FLAT","price":"0.05 USD"},"override_specifiers":[{"product_id":"Disk","pricing_group_values":{"region":"eu"}}]},{"id":"00000000-0000-4000-8000-000000000f03","starting_at":"2024-09-01","entitled":true,"product_id":"Hidden"},{"id":"00000000-0000-4000-8000-000000000f04","type":"MULTIPLIER","multiplier":"1/3","starting_at":"2024-09-01","is_commit_specific":true,"target":"COMMIT_RATE","override_specifiers":[{"product_id":"Calls","commit_ids":["y"]}]}' '"commits":['"$commit"']'
	gives 'mtr-contract get Main | jq -c ".overrides[]"' <<'E'
{"id":"00000000-0000-4000-8000-000000000f01","type":"MULTIPLIER","starting_at":"2024-09-01T00:00:00Z","ending_before":"2025-01-01T00:00:00Z","multiplier":"0.8","applicable_product_tags":["net","store"]}
{"id":"00000000-0000-4000-8000-000000000f02","type":"OVERWRITE","starting_at":"2024-10-01T00:00:00Z","overwrite_rate":{"rate_type":"FLAT","price":"5","price_major":"0.05","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"}},"override_specifiers":[{"product_id":"00000000-0000-4000-8000-0000000000a2","pricing_group_values":{"region":"eu"}}]}
{"id":"00000000-0000-4000-8000-000000000f03","starting_at":"2024-09-01T00:00:00Z","entitled":true,"product_id":"00000000-0000-4000-8000-0000000000a6"}
{"id":"00000000-0000-4000-8000-000000000f04","type":"MULTIPLIER","starting_at":"2024-09-01T00:00:00Z","multiplier":"0.33333333333333333333","multiplier_exact":"1/3","override_specifiers":[{"product_id":"00000000-0000-4000-8000-0000000000a1","commit_ids":["00000000-0000-4000-8000-0000000000e1"]}],"is_commit_specific":true,"target":"COMMIT_RATE"}
E
	gives 'mtr-contract create --if-absent contract.json | jq -c "[.id,.commits[0].temporary_id,(.overrides|length)]"' <<'E'
["00000000-0000-4000-8000-0000000000d1","y",4]
E
	sed 's/80 %/79 %/' contract.json >other.json
	refuses 3 'mtr-contract create --if-absent other.json' <<'E'
mtr-contract: other.json:1:1: contract 00000000-0000-4000-8000-0000000000d1 is there already and differs from this [differs]
E
}

@test "rates says of each product the list price, the override chosen, and what it beat" {
	shop
	contract '{"id":"00000000-0000-4000-8000-000000000f01","type":"MULTIPLIER","multiplier":0.9,"starting_at":"2024-09-01","applicable_product_tags":["net"]},{"id":"00000000-0000-4000-8000-000000000f02","type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","ending_before":"2024-10-01"},{"id":"00000000-0000-4000-8000-000000000f03","type":"OVERWRITE","starting_at":"2024-09-15","overwrite_rate":{"rate_type":"FLAT","price":70},"product_id":"Calls"}'
	gives 'mtr-contract rates Main --at=2024-09-20 --product=Calls' <<'E'
{"contract_id":"00000000-0000-4000-8000-0000000000d1","rate_card_id":"00000000-0000-4000-8000-0000000000c2","product_id":"00000000-0000-4000-8000-0000000000a1","product_name":"Calls","product_tags":["net"],"entitled":true,"list_rate":{"id":"00000000-0000-4000-8000-0000000000b1","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":"100","price_major":"1","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD"},"commit_rate":{"rate_type":"FLAT","price":"80","price_major":"0.8","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD"},"override_rate":{"rate_type":"FLAT","price":"70","price_major":"0.7","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD"},"override":{"id":"00000000-0000-4000-8000-000000000f03","type":"OVERWRITE","starting_at":"2024-09-15T00:00:00Z","overwrite_rate":{"rate_type":"FLAT","price":"70","price_major":"0.7","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"}},"product_id":"00000000-0000-4000-8000-0000000000a1"},"beaten_overrides":[{"id":"00000000-0000-4000-8000-000000000f02","type":"MULTIPLIER","starting_at":"2024-09-01T00:00:00Z","ending_before":"2024-10-01T00:00:00Z","multiplier":"0.5"},{"id":"00000000-0000-4000-8000-000000000f01","type":"MULTIPLIER","starting_at":"2024-09-01T00:00:00Z","multiplier":"0.9","applicable_product_tags":["net"]}],"entitled_by":"00000000-0000-4000-8000-000000000f03"}
E
	gives 'prices --at=2024-08-31' <<'E'
["Calls",null,"100",null]
["Disk","eu","10",null]
["Disk","us","20",null]
["Seats",null,"3000",null]
E
	gives 'prices --at=2024-09-10' <<'E'
["Calls",null,"100","50"]
["Disk","eu","10","5"]
["Disk","us","20","10"]
["Seats",null,"3000",null]
E
	gives 'prices --at=2024-09-20; echo; prices' <<'E'
["Calls",null,"100","70"]
["Disk","eu","10","5"]
["Disk","us","20","10"]
["Seats",null,"3000",null]

["Calls",null,"100","70"]
["Disk","eu","10",null]
["Disk","us","20",null]
["Seats",null,"3000",null]
E
	gives 'mtr-contract rates Main -o table' <<'E'
PRODUCT  PRICING_GROUP_VALUES  PRESENTATION_GROUP_VALUES  BILLING_FREQUENCY  LIST_TYPE  LIST_PRICE  OVERRIDE   OVERRIDE_PRICE  COMMIT_PRICE  CURRENCY  OVERRIDE_ID
Calls    -                     -                          -                  FLAT                1  OVERWRITE             0.7           0.8  USD       00000000-0000-4000-8000-000000000f03
Disk     {"region":"eu"}       -                          -                  FLAT              0.1  -                       -             -  USD       -
Disk     {"region":"us"}       -                          -                  FLAT              0.2  -                       -             -  USD       -
Seats    -                     -                          MONTHLY            FLAT               30  -                       -             -  USD       -
E
}

@test "rates selects by product, tag, values and billing frequency" {
	shop
	contract ''
	gives 'prices --tag=net --product=Seats; echo; prices --select="{\"partial_pricing_group_values\":{\"region\":\"us\"}}"; echo; prices --select="{\"billing_frequency\":\"MONTHLY\"}"; echo; prices --select="{\"billing_frequency\":\"ANNUAL\"}"' <<'E'
["Calls",null,"100",null]
["Seats",null,"3000",null]

["Disk","us","20",null]

["Seats",null,"3000",null]

E
	refuses 3 'mtr-contract rates Main --product=Nothing' <<'E'
mtr-contract: --product "Nothing": no product of this id or name [not_found]
E
	refuses 3 'mtr-contract rates Other' <<'E'
mtr-contract: "Other": no contract of this id or name [not_found]
E
	refuses 2 'mtr-contract rates' <<'E'
mtr-contract: rates wants: contract [missing_operand]
usage: mtr-contract rates [option ...] contract
help: mtr-contract rates --help
E
}

@test "rates shows what is entitled by an override, and not what is shut by one" {
	shop
	contract '{"id":"00000000-0000-4000-8000-000000000f01","starting_at":"2024-09-01","entitled":true,"product_id":"Hidden"},{"starting_at":"2024-09-01","entitled":false,"applicable_product_tags":["store"]},{"starting_at":"2024-09-01","entitled":false,"product_id":"Seats"}'
	gives 'mtr-contract rates Main | jq -c "[.product_name,.list_rate.entitled,.entitled_by]"' <<'E'
["Calls",true,null]
["Hidden",false,"00000000-0000-4000-8000-000000000f01"]
E
}

@test "rates says what balances pay while they draw" {
	shop
	contract '{"id":"00000000-0000-4000-8000-000000000f01","type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","is_commit_specific":true,"override_specifiers":[{"product_id":"Calls","any_commit_or_credit_ids":["Gift"]},{"product_id":"Calls","recurring_commit_ids":["m"]}]},{"id":"00000000-0000-4000-8000-000000000f02","type":"MULTIPLIER","multiplier":0.9,"starting_at":"2024-09-01"}' '"commits":['"$commit"'],"credits":[{"id":"00000000-0000-4000-8000-0000000000e2","product_id":"Prepaid","name":"Gift","access_schedule":{"schedule_items":[{"amount":100,"starting_at":"2024-09-01","ending_before":"2024-11-01"}]}}],"recurring_credits":[{"id":"00000000-0000-4000-8000-0000000000e3","product_id":"Prepaid","name":"Monthly","temporary_id":"m","priority":1,"access_amount":{"unit_price":100,"quantity":1},"commit_duration":{"value":1},"starting_at":"2024-09-01"}]'
	gives 'mtr-contract rates Main --product=Calls | jq -c "[.override_rate.price,(.while_drawing[]|[.name,.commit_id,.recurring_commit_id,.override_rate.price,.override.id,(.beaten_overrides|map(.id))])]"' <<'E'
["90",["Monthly",null,"00000000-0000-4000-8000-0000000000e3","50","00000000-0000-4000-8000-000000000f01",["00000000-0000-4000-8000-000000000f02"]],["Gift","00000000-0000-4000-8000-0000000000e2",null,"50","00000000-0000-4000-8000-000000000f01",["00000000-0000-4000-8000-000000000f02"]]]
E
	gives 'mtr-contract rates Main --product=Calls --at=2025-11-01 | jq -c "[.while_drawing[].name]"; mtr-contract rates Main --product=Disk --at=2024-10-01 | jq -c .while_drawing' <<'E'
["Monthly"]
null
null
E
}

@test "a subscription changes its price only where its frequency is named" {
	shop
	contract '{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01"},{"type":"MULTIPLIER","multiplier":0.1,"starting_at":"2024-09-01","product_id":"Seats"},{"type":"MULTIPLIER","multiplier":0.8,"starting_at":"2024-09-01","override_specifiers":[{"product_id":"Seats","billing_frequency":"MONTHLY"}]}'
	gives 'prices --product=Seats' <<'E'
["Seats",null,"3000","2400"]
E
	edit '"add_overrides":[{"type":"OVERWRITE","starting_at":"2024-09-01","overwrite_rate":{"rate_type":"FLAT","price":"20 USD"},"override_specifiers":[{"product_id":"Seats","billing_frequency":"MONTHLY"},{"product_id":"Seats","billing_frequency":"ANNUAL"}]}]'
	given 'mtr-contract edit edit.json'
	gives 'mtr-contract rates Main --product=Seats | jq -c "[.billing_frequency,.list_rate.price,.override_rate.price]"' <<'E'
["MONTHLY","3000","2000"]
["ANNUAL",null,"2000"]
E
	edit '"add_overrides":[{"type":"OVERWRITE","starting_at":"2024-09-01","overwrite_rate":{"rate_type":"FLAT","price":"20 USD"},"product_id":"Seats"}]'
	refuses 3 'mtr-contract edit edit.json' <<'E'
mtr-contract: edit.json:1:59: add_overrides[0].billing_frequency: a SUBSCRIPTION product is overwritten at one billing frequency; wanted override_specifiers with product_id and billing_frequency [contract.add_overrides.billing_frequency]
E
}

@test "presentation values have a price of their own only where an override makes one" {
	shop
	given 'mtr-product update <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"presentation_group_key\":[\"org\"]}"'
	contract '{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","override_specifiers":[{"product_id":"Calls","presentation_group_values":{"org":"a"}},{"presentation_group_values":{"team":"b"},"product_id":"Disk"}]}'
	gives 'mtr-contract rates Main --tag=net --tag=store | jq -c "[.product_name,.presentation_group_values,.pricing_group_values,.override_rate.price]"' <<'E'
["Calls",null,null,null]
["Calls",{"org":"a"},null,"50"]
["Disk",null,{"region":"eu"},null]
["Disk",null,{"region":"us"},null]
E
}

# ---- edits ----

@test "overrides are added and removed; drafts follow, final invoices do not" {
	shop
	contract '{"id":"00000000-0000-4000-8000-000000000f01","type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01"}'
	cat >events.ndjson <<'E'
{"transaction_id":"1","customer_id":"nw","event_type":"call","timestamp":"2024-09-10T00:00:00Z","properties":{"n":10}}
{"transaction_id":"2","customer_id":"nw","event_type":"call","timestamp":"2024-10-02T00:00:00Z","properties":{"n":10}}
E
	given 'mtr-ingest -q events.ndjson; mtr-invoice run -q'
	edit '"remove_overrides":[{"id":"00000000-0000-4000-8000-000000000f01"}],"add_overrides":[{"id":"00000000-0000-4000-8000-000000000f02","type":"OVERWRITE","starting_at":"2024-09-01","overwrite_rate":{"rate_type":"FLAT","price":20},"product_id":"Calls"},{"type":"MULTIPLIER","multiplier":0.1,"starting_at":"2024-09-01"}]'
	gives 'mtr-contract edit edit.json | jq -c ".overrides|map(.type)"' <<'E'
["OVERWRITE","MULTIPLIER"]
E
	gives 'mtr-invoice list --status=finalized | jq -r .total; mtr-invoice list --status=draft | jq -r "select(.type==\"USAGE\").total"' <<'E'
500
200
E
	edit '"remove_overrides":[{"id":"00000000-0000-4000-8000-000000000f01"}]'
	refuses 3 'mtr-contract edit edit.json' <<'E'
mtr-contract: edit.json:1:68: remove_overrides[0].id "00000000-0000-4000-8000-000000000f01": the contract has no override of this id [not_found]
E
	edit '"remove_overrides":[{"id":"00000000-0000-4000-8000-000000000f02"},{"id":"00000000-0000-4000-8000-000000000f02"}]'
	refuses 3 'mtr-contract edit edit.json' <<'E'
mtr-contract: edit.json:1:114: remove_overrides[1].id "00000000-0000-4000-8000-000000000f02": the contract has no override of this id [not_found]
E
	edit '"add_overrides":[{"type":"TIERED","tiers":[{"size":10,"multiplier":0.8}],"priority":1,"starting_at":"2024-09-01"}]'
	refuses 3 'mtr-contract edit edit.json' <<'E'
mtr-contract: edit.json:1:67: add_overrides[0].type "TIERED": wanted multiplier_override_prioritization EXPLICIT in the contract [contract.add_overrides.type]
E
	edit '"add_overrides":[{"type":"MULTIPLIER","multiplier":0.8,"starting_at":"2024-09-01","product_id":"Emails"}]'
	refuses 3 'mtr-contract edit edit.json' <<'E'
mtr-contract: edit.json:1:137: add_overrides[0].product_id "00000000-0000-4000-8000-0000000000a5": No such product in rate card [contract.add_overrides.product_id]
E
}

@test "a commit-specific override may name a balance of the customer" {
	shop
	cat >balance.json <<'E'
{"id":"00000000-0000-4000-8000-0000000000e9","customer_id":"nw","name":"Pool","product_id":"Prepaid","priority":1,"access_schedule":{"schedule_items":[{"amount":300,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]}}
E
	given 'mtr-balance create balance.json'
	contract '{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","is_commit_specific":true,"override_specifiers":[{"product_id":"Calls","any_commit_or_credit_ids":["Pool"]}]}'
	gives 'mtr-contract get Main | jq -c ".overrides[].override_specifiers[].any_commit_or_credit_ids"' <<'E'
["00000000-0000-4000-8000-0000000000e9"]
E
	given 'echo "{\"transaction_id\":\"1\",\"customer_id\":\"nw\",\"event_type\":\"call\",\"timestamp\":\"2024-09-10T00:00:00Z\",\"properties\":{\"n\":10}}" | mtr-ingest -q; mtr-invoice run -q'
	gives 'mtr-invoice list --status=finalized | jq -c ".line_items[]|select(.total!=\"0\")|[.name,.quantity,.unit_price,.total]"' <<'E'
["Calls","6","50","300"]
["Pool applied",null,null,"-300"]
["Calls","4","100","400"]
E
}

@test "refused: what the contract or its card does not have" {
	shop
	printf '{"customer_id":"nw","starting_at":"2024-09-01","rate_card_id":"List","overrides":[%s]}\n' \
		'{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","product_id":"Nothing"}' \
		'{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","product_id":"Emails"}' \
		'{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","override_specifiers":[{"product_id":"Emails"}]}' \
		'{"type":"OVERWRITE","overwrite_rate":{"rate_type":"FLAT","price":1},"starting_at":"2024-09-01","product_id":"Disk"}' \
		'{"type":"OVERWRITE","overwrite_rate":{"rate_type":"FLAT","price":1,"credit_type_id":"EUR"},"starting_at":"2024-09-01","product_id":"Calls"}' \
		'{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","is_commit_specific":true,"override_specifiers":[{"product_id":"Calls","commit_ids":["y"]}]}' \
		'{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","is_commit_specific":true,"override_specifiers":[{"product_id":"Calls","recurring_commit_ids":["00000000-0000-4000-8000-0000000000e9"]}]}' >bad.ndjson
	echo '{"customer_id":"nw","starting_at":"2024-09-01","overrides":[{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01"}]}' >>bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:161: overrides[0].product_id "Nothing": no product of this id or name [not_found]
mtr-contract: bad.ndjson:2:161: overrides[0].product_id "00000000-0000-4000-8000-0000000000a5": No such product in rate card [contract.overrides.product_id]
mtr-contract: bad.ndjson:3:185: overrides[0].override_specifiers[0].product_id "00000000-0000-4000-8000-0000000000a5": No such product in rate card [contract.overrides.override_specifiers.product_id]
mtr-contract: bad.ndjson:4:191: overrides[0].product_id "00000000-0000-4000-8000-0000000000a2": the product has pricing keys; an OVERWRITE wants override_specifiers with product_id and pricing_group_values [contract.overrides.product_id]
mtr-contract: bad.ndjson:5:167: overrides[0].overwrite_rate.credit_type_id "EUR": the product is priced in USD on this rate card [contract.overrides.overwrite_rate.credit_type_id]
mtr-contract: bad.ndjson:6:233: overrides[0].override_specifiers[0].commit_ids[0] "y": neither the contract nor its customer has one commit or credit of this id or name [not_found]
mtr-contract: bad.ndjson:7:243: overrides[0].override_specifiers[0].recurring_commit_ids[0] "00000000-0000-4000-8000-0000000000e9": the contract has no recurring commit or credit of this id or name [not_found]
mtr-contract: bad.ndjson:8:60: overrides: the contract has no rate card [contract.overrides]
E
	gives 'mtr-contract list' </dev/null
}

# ---- a child of a recurring item ----

# monthly - a contract whose credit of 100 USD recurs; $child is the one of October
monthly() {
	shop
	export MTR_NOW=2024-10-03T00:00:00Z
	contract '' '"recurring_credits":[{"id":"00000000-0000-4000-8000-0000000000e3","product_id":"Prepaid","name":"Monthly","priority":1,"access_amount":{"unit_price":10000,"quantity":1},"commit_duration":{"value":1},"starting_at":"2024-09-01"}]'
	given 'mtr-balance list | jq -r .id >children'
	child=$(sed -n 2p children)
	export child
}

half() { # half FIELD ID - an edit: Calls cost half where this draws
	edit '"add_overrides":[{"type":"MULTIPLIER","multiplier":0.5,"starting_at":"2024-09-01","is_commit_specific":true,"override_specifiers":[{"product_id":"Calls","'"$1"'":["'"$2"'"]}]}]'
}

@test "a child that has begun, or is the next to begin, is named by its own id" {
	monthly
	for field in commit_ids any_commit_or_credit_ids; do
		while read -r id; do
			half $field "$id"
			given 'mtr-contract edit -n edit.json | jq -r ".overrides[].override_specifiers[].commit_ids[]?" >/dev/null'
		done <children
	done
	half commit_ids "$child"
	given 'mtr-contract edit edit.json; mtr-ingest <<<"{\"transaction_id\":\"a\",\"timestamp\":\"2024-09-02T00:00:00Z\",\"customer_id\":\"nw\",\"event_type\":\"call\",\"properties\":{\"n\":10}}
{\"transaction_id\":\"b\",\"timestamp\":\"2024-10-02T00:00:00Z\",\"customer_id\":\"nw\",\"event_type\":\"call\",\"properties\":{\"n\":10}}"'
	gives 'wc -l <children; MTR_NOW=2024-11-03T00:00:00Z mtr-invoice run -q | jq -c ".line_items[] | select(.name == \"Calls\" and .quantity != \"0\") | [.starting_at[:10], .unit_price, .total]"; mtr-contract get Main | jq -r ".overrides[].override_specifiers[].commit_ids[]" | diff <(echo $child) -; MTR_NOW=2024-11-03T00:00:00Z mtr-balance list --at=2024-11-02 | jq -c ".balance"; mtr-db check | jq .differences' <<'E'
3
["2024-09-01","100","1000"]
["2024-10-01","50","500"]
"0"
"0"
"10000"
"0"
0
E
	half commit_ids "$(head -1 children)"
	given 'mtr-contract edit -n edit.json'
	gives 'for at in 2024-09-03 2024-10-03; do mtr-contract rates Main --product=Calls --at=$at | jq -c "[.while_drawing[]? | [.commit_id, .recurring_commit_id, .override_rate.price]]"; done' <<E
[]
[["$child",null,"50"]]
E
}

@test "a child that is further off, or of another contract, is none" {
	monthly
	given 'MTR_NOW=2024-12-03T00:00:00Z mtr-balance list | jq -r .id | tail -1 >later'
	half commit_ids "$(cat later)"
	refuses 3 'mtr-contract edit edit.json' <<E
mtr-contract: edit.json:1:209: add_overrides[0].override_specifiers[0].commit_ids[0] "0cc39295-8c80-80eb-84be-8607f2e3cf03": neither the contract nor its customer has one commit or credit of this id or name [not_found]
E
	half recurring_commit_ids "$child"
	refuses 3 'mtr-contract edit edit.json' <<E
mtr-contract: edit.json:1:219: add_overrides[0].override_specifiers[0].recurring_commit_ids[0] "1838a4f6-4577-86a7-85e9-cfbb18cc453d": the contract has no recurring commit or credit of this id or name [not_found]
E
	given 'jq -c "{customer_id: \"nw\", name: \"Other\", rate_card_id: \"List\", starting_at: \"2024-09-01\", overrides: .add_overrides}" edit.json | sed s/recurring_commit_ids/commit_ids/ >other.json'
	refuses 3 'mtr-contract create other.json' <<E
mtr-contract: other.json:1:248: overrides[0].override_specifiers[0].commit_ids[0] "1838a4f6-4577-86a7-85e9-cfbb18cc453d": neither the contract nor its customer has one commit or credit of this id or name [not_found]
E
}
