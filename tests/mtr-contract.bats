# mtr-contract: the commercial terms of a customer.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# parties - Acme (alias acme) and Northwind, cards List (alias standard) and Euro, Fee (fixed), Calls (usage)
parties() {
	db
	cat >customers.ndjson <<'E'
{"id":"55555555-0000-4000-8000-000000000001","name":"Acme","ingest_aliases":["acme"]}
{"id":"55555555-0000-4000-8000-000000000002","name":"Northwind"}
E
	cat >cards.ndjson <<'E'
{"id":"33333333-0000-4000-8000-0000000000c1","name":"List","aliases":[{"name":"standard"}]}
{"id":"33333333-0000-4000-8000-0000000000c2","name":"Euro","fiat_credit_type_id":"EUR"}
E
	cat >products.ndjson <<'E'
{"id":"22222222-0000-4000-8000-0000000000f1","name":"Fee","type":"FIXED"}
{"id":"22222222-0000-4000-8000-0000000000a1","name":"Calls","type":"USAGE","billable_metric_id":"Calls"}
E
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	given 'mtr-product create products.ndjson; mtr-ratecard create cards.ndjson; mtr-customer create customers.ndjson'
}

# one - parties, and a contract of Acme named 2024, id ...e1
one() {
	parties
	cat >one.json <<'E'
{"id":"66666666-0000-4000-8000-0000000000e1","customer_id":"acme","name":"2024","rate_card_alias":"standard","starting_at":"2024-01-01T00:00:00Z","ending_before":"2025-01-01T00:00:00Z"}
E
	given 'mtr-contract create one.json'
}

# letters N - N times the letter é, which takes two bytes
letters() {
	printf 'é%.0s' $(seq "$1")
}
export -f letters

# each FIELDS ... - a contract of Acme from 2024 on with each of FIELDS, one a line
each() {
	printf '{"customer_id":"Acme","starting_at":"2024-01-01T00:00:00Z",%s}\n' "$@"
}

# charging SCHEDULE ... - a contract of Acme with a charge of each of SCHEDULE, one a line
charging() {
	printf '{"customer_id":"Acme","starting_at":"2024-01-01T00:00:00Z","scheduled_charges":[{"product_id":"Fee","schedule":%s}]}\n' "$@"
}

# items FILE - date, unit price and quantity of what FILE schedules, a contract a line
items() {
	mtr-contract create "$1" | jq -c '[.scheduled_charges[].schedule.schedule_items[]|[.timestamp[:10],.unit_price,.quantity]]'
}
export -f items

# ---- create ----

@test "create gives back what it stored" {
	parties
	cat >contracts.ndjson <<'E'
{"customer_id":"acme","name":"Acme 2024","rate_card_id":"List","starting_at":"2024-01-15T21:00:00Z","ending_before":"2025-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"QUARTERLY","day":"CUSTOM_DATE","billing_anchor_date":"2023-11-30T05:00:00Z","invoice_generation_starting_at":"2024-02-29T05:00:00Z","grace_hours":0},"scheduled_charges":[{"product_id":"Fee","name":"Setup","schedule":{"schedule_items":[{"timestamp":"2024-01-15T21:00:01Z","amount":"500 USD"}]},"custom_fields":{"gl":"4711"}}],"net_payment_terms_days":30,"invoice_series":"AC-24","uniqueness_key":"acme-2024","custom_fields":{"region":"eu","owner":"sales"}}

{"customer_id":"Northwind","starting_at":"2024-01-01"}
E
	gives 'mtr-contract create contracts.ndjson' <<'E'
{"id":"e7fa65d5-947a-8eb4-bac3-eecf5dee1b63","customer_id":"55555555-0000-4000-8000-000000000001","name":"Acme 2024","rate_card_id":"33333333-0000-4000-8000-0000000000c1","starting_at":"2024-01-15T21:00:00Z","ending_before":"2025-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"QUARTERLY","day":"CUSTOM_DATE","billing_anchor_date":"2023-11-30T05:00:00Z","invoice_generation_starting_at":"2024-02-29T05:00:00Z","grace_hours":0},"scheduled_charges":[{"id":"d2c677c7-d29e-87fb-8028-09ff69388fdf","product_id":"22222222-0000-4000-8000-0000000000f1","name":"Setup","schedule":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"id":"200cd088-ebd0-8530-aa81-d33b41fb7afb","timestamp":"2024-01-15T21:00:01Z","amount":"50000","unit_price":"50000","quantity":"1"}]},"custom_fields":{"gl":"4711"}}],"net_payment_terms_days":30,"invoice_series":"AC-24","uniqueness_key":"acme-2024","custom_fields":{"owner":"sales","region":"eu"},"created_at":"2024-10-03T00:00:00Z"}
{"id":"136dd5c1-941a-8d69-8b22-795e83337a98","customer_id":"55555555-0000-4000-8000-000000000002","starting_at":"2024-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"MONTHLY","day":"FIRST_OF_MONTH","grace_hours":24},"net_payment_terms_days":0,"invoice_series":"INV","created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-contract list' <<'E'
{"id":"e7fa65d5-947a-8eb4-bac3-eecf5dee1b63","customer_id":"55555555-0000-4000-8000-000000000001","name":"Acme 2024","rate_card_id":"33333333-0000-4000-8000-0000000000c1","starting_at":"2024-01-15T21:00:00Z","ending_before":"2025-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"QUARTERLY","day":"CUSTOM_DATE","billing_anchor_date":"2023-11-30T05:00:00Z","invoice_generation_starting_at":"2024-02-29T05:00:00Z","grace_hours":0},"scheduled_charges":[{"id":"d2c677c7-d29e-87fb-8028-09ff69388fdf","product_id":"22222222-0000-4000-8000-0000000000f1","name":"Setup","schedule":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"id":"200cd088-ebd0-8530-aa81-d33b41fb7afb","timestamp":"2024-01-15T21:00:01Z","amount":"50000","unit_price":"50000","quantity":"1"}]},"custom_fields":{"gl":"4711"}}],"net_payment_terms_days":30,"invoice_series":"AC-24","uniqueness_key":"acme-2024","custom_fields":{"owner":"sales","region":"eu"},"created_at":"2024-10-03T00:00:00Z"}
{"id":"136dd5c1-941a-8d69-8b22-795e83337a98","customer_id":"55555555-0000-4000-8000-000000000002","starting_at":"2024-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"MONTHLY","day":"FIRST_OF_MONTH","grace_hours":24},"net_payment_terms_days":0,"invoice_series":"INV","created_at":"2024-10-03T00:00:00Z"}
E
}

@test "customer and card are named by id, alias or name" {
	parties
	cat >contracts.ndjson <<'E'
{"customer_id":"55555555-0000-4000-8000-000000000001","rate_card_id":"33333333-0000-4000-8000-0000000000c1","starting_at":"2024-01-01"}
{"customer_id":"Acme","rate_card_id":"List","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_id":"standard","starting_at":"2024-01-01"}
{"customer":"Acme","rate_card":"standard","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_alias":"standard","starting_at":"2024-01-01"}
E
	gives 'mtr-contract create contracts.ndjson | jq -c "[.customer_id,.rate_card_id,.rate_card_alias]" | sort | uniq -c' <<'E'
      5 ["55555555-0000-4000-8000-000000000001","33333333-0000-4000-8000-0000000000c1",null]
E
	given 'mtr-ratecard create <<<"{\"name\":\"Euro\"}"; mtr-customer create <<<"{\"name\":\"Acme\"}"'
	cat >bad.ndjson <<'E'
{"customer_id":"Nobody","starting_at":"2024-01-01"}
{"customer_id":"Acme","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_id":"Nothing","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_id":"Euro","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_alias":"List","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_id":"List","rate_card_alias":"standard","starting_at":"2024-01-01"}
{"customer_id":"acme","rate_card_id":"List","rate_card":"List","starting_at":"2024-01-01"}
{"rate_card_id":"List","starting_at":"2024-01-01"}
{"customer_id":7,"starting_at":"2024-01-01"}
E
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:16: customer_id "Nobody": no customer of this id, alias or name [not_found]
mtr-contract: bad.ndjson:2:16: customer_id "Acme": several customers bear this name: 3c5a0c01-1906-8e31-972c-c15fbaed7763, 55555555-0000-4000-8000-000000000001; give the id [ambiguous_name]
mtr-contract: bad.ndjson:3:38: rate_card_id "Nothing": no rate card of this id, alias or name [not_found]
mtr-contract: bad.ndjson:4:38: rate_card_id "Euro": several rate cards bear this name: 33333333-0000-4000-8000-0000000000c2, c8db8bde-f4f7-8e9b-9891-c84655aef154; give the id [ambiguous_name]
mtr-contract: bad.ndjson:5:41: rate_card_alias "List": no rate card bears this alias at the contract's start [not_found]
mtr-contract: bad.ndjson:6:63: rate_card_alias "standard": given beside a rate card; wanted one of the two [contract.rate_card_alias]
mtr-contract: bad.ndjson:7:57: rate_card "List": given beside rate_card_id; wanted one of the two [contract.rate_card]
mtr-contract: bad.ndjson:8:1: customer_id: missing [missing_field]
mtr-contract: bad.ndjson:9:16: customer_id "7": wanted a string, found a number [contract.customer_id]
E
}

@test "the alias of a card is looked up at the contract's start, and never again" {
	parties
	cat >cards.ndjson <<'E'
{"id":"33333333-0000-4000-8000-0000000000d1","name":"package1","aliases":[{"name":"New Customer Pricing","starting_at":"2024-01-01T00:00:00Z"}]}
{"id":"33333333-0000-4000-8000-0000000000d2","name":"package2","aliases":[{"name":"New Customer Pricing","starting_at":"2025-01-01T00:00:00Z"}]}
E
	given 'mtr-ratecard create cards.ndjson'
	for start in 2024-01-01T00 2024-12-31T23 2025-01-01T00 2025-10-01T00; do
		printf '{"customer_id":"acme","name":"%s","rate_card_alias":"New Customer Pricing","starting_at":"%s:00:00Z"}\n' $start $start
	done >contracts.ndjson
	gives 'mtr-contract create contracts.ndjson | jq -c "[.name,.rate_card_id]"' <<'E'
["2024-01-01T00","33333333-0000-4000-8000-0000000000d1"]
["2024-12-31T23","33333333-0000-4000-8000-0000000000d1"]
["2025-01-01T00","33333333-0000-4000-8000-0000000000d2"]
["2025-10-01T00","33333333-0000-4000-8000-0000000000d2"]
E
	given 'mtr-ratecard update <<<"{\"rate_card_id\":\"List\",\"aliases\":[{\"name\":\"New Customer Pricing\"}]}"'
	gives 'mtr-contract list | jq -c "[.name,.rate_card_id]"' <<'E'
["2024-01-01T00","33333333-0000-4000-8000-0000000000d1"]
["2024-12-31T23","33333333-0000-4000-8000-0000000000d1"]
["2025-01-01T00","33333333-0000-4000-8000-0000000000d2"]
["2025-10-01T00","33333333-0000-4000-8000-0000000000d2"]
E
	gives 'mtr-contract create contracts.ndjson | jq -r .rate_card_id | uniq' <<'E'
33333333-0000-4000-8000-0000000000c1
E
	given 'mtr-ratecard update <<<"{\"rate_card_id\":\"List\",\"aliases\":[]}"'
	refuses 3 'mtr-contract create <<<"{\"customer_id\":\"acme\",\"rate_card_alias\":\"New Customer Pricing\",\"starting_at\":\"2023-12-31T23:00:00Z\"}"' <<'E'
mtr-contract: stdin:1:41: rate_card_alias "New Customer Pricing": no rate card bears this alias at the contract's start [not_found]
E
}

@test "a contract starts and ends on the hour" {
	parties
	cat >bad.ndjson <<'E'
{"customer_id":"acme"}
{"customer_id":"acme","starting_at":null}
{"customer_id":"acme","starting_at":"2024-01-01T00:30:00Z"}
{"customer_id":"acme","starting_at":"2024-01-01T00:00:00.000000001Z"}
{"customer_id":"acme","starting_at":"2024-01-01T00:00:00+00:30"}
{"customer_id":"acme","starting_at":"2024-01-01T00:00"}
{"customer_id":"acme","starting_at":1704067200}
{"customer_id":"acme","starting_at":"2024-01-01","ending_before":"2025-01-01T00:00:01Z"}
{"customer_id":"acme","starting_at":"2024-01-01","ending_before":"2024-01-01"}
{"customer_id":"acme","starting_at":"2024-01-01","ending_before":"2023-01-01"}
E
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:1: starting_at: missing [missing_field]
mtr-contract: bad.ndjson:2:1: starting_at: missing [missing_field]
mtr-contract: bad.ndjson:3:37: starting_at "2024-01-01T00:30:00Z": not on the hour [contract.starting_at]
mtr-contract: bad.ndjson:4:37: starting_at "2024-01-01T00:00:00.000000001Z": not on the hour [contract.starting_at]
mtr-contract: bad.ndjson:5:37: starting_at "2024-01-01T00:00:00+00:30": not on the hour [contract.starting_at]
mtr-contract: bad.ndjson:6:37: starting_at "2024-01-01T00:00": seconds missing [contract.starting_at]
mtr-contract: bad.ndjson:7:37: starting_at "1704067200": wanted a string, found a number [contract.starting_at]
mtr-contract: bad.ndjson:8:66: ending_before "2025-01-01T00:00:01Z": not on the hour [contract.ending_before]
mtr-contract: bad.ndjson:9:66: ending_before "2024-01-01": not after starting_at, 2024-01-01T00:00:00Z [contract.ending_before]
mtr-contract: bad.ndjson:10:66: ending_before "2023-01-01": not after starting_at, 2024-01-01T00:00:00Z [contract.ending_before]
E
	gives 'mtr-contract create <<<"{\"customer_id\":\"acme\",\"starting_at\":\"2024-01-01t02:00:00+01:00\",\"ending_before\":\"2024-01-01 02:00:00z\"}" | jq -c "[.starting_at,.ending_before]"' <<'E'
["2024-01-01T01:00:00Z","2024-01-01T02:00:00Z"]
E
}

@test "an archived customer takes no contract" {
	parties
	given 'mtr-customer archive acme'
	refuses 3 'mtr-contract create <<<"{\"customer_id\":\"acme\",\"starting_at\":\"2024-01-01\"}"' <<'E'
mtr-contract: stdin:1:16: customer_id "acme": the customer is archived [archived]
E
}

@test "a statement has a frequency and a day, in either case" {
	parties
	for frequency in monthly QUARTERLY Annual weekly; do
		for day in '' ',"day":"FIRST_OF_MONTH"' ',"day":"contract_start"' ',"day":"CUSTOM_DATE","billing_anchor_date":"2020-02-29"'; do
			each "\"usage_statement_schedule\":{\"frequency\":\"$frequency\"$day}"
		done
	done >contracts.ndjson
	each '"usage_statement_schedule":null' '"name":null' >>contracts.ndjson
	gives 'mtr-contract create contracts.ndjson | jq -c ".usage_statement_schedule|[.frequency,.day,.billing_anchor_date,.grace_hours]"' <<'E'
["MONTHLY","FIRST_OF_MONTH",null,24]
["MONTHLY","FIRST_OF_MONTH",null,24]
["MONTHLY","CONTRACT_START",null,24]
["MONTHLY","CUSTOM_DATE","2020-02-29T00:00:00Z",24]
["QUARTERLY","FIRST_OF_MONTH",null,24]
["QUARTERLY","FIRST_OF_MONTH",null,24]
["QUARTERLY","CONTRACT_START",null,24]
["QUARTERLY","CUSTOM_DATE","2020-02-29T00:00:00Z",24]
["ANNUAL","FIRST_OF_MONTH",null,24]
["ANNUAL","FIRST_OF_MONTH",null,24]
["ANNUAL","CONTRACT_START",null,24]
["ANNUAL","CUSTOM_DATE","2020-02-29T00:00:00Z",24]
["WEEKLY","FIRST_OF_MONTH",null,24]
["WEEKLY","FIRST_OF_MONTH",null,24]
["WEEKLY","CONTRACT_START",null,24]
["WEEKLY","CUSTOM_DATE","2020-02-29T00:00:00Z",24]
["MONTHLY","FIRST_OF_MONTH",null,24]
["MONTHLY","FIRST_OF_MONTH",null,24]
E
}

@test "what a statement schedule cannot be" {
	parties
	each '"usage_statement_schedule":{}' \
		'"usage_statement_schedule":{"day":"FIRST_OF_MONTH"}' \
		'"usage_statement_schedule":{"frequency":"SEMI_ANNUAL"}' \
		'"usage_statement_schedule":{"frequency":"DAILY"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":"LAST_OF_MONTH"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":15}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","billing_anchor_date":"2024-01-10"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":"CONTRACT_START","billing_anchor_date":"2024-01-10"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE","billing_anchor_date":"2024-01-10T00:30:00Z"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":-1}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":1.5}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":87601}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","anchor":"2024-01-10"}' \
		'"usage_statement_schedule":"MONTHLY"' >bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:87: usage_statement_schedule.frequency: missing [missing_field]
mtr-contract: bad.ndjson:2:87: usage_statement_schedule.frequency: missing [missing_field]
mtr-contract: bad.ndjson:3:100: usage_statement_schedule.frequency "SEMI_ANNUAL": charges recur so, statements do not; wanted MONTHLY, QUARTERLY, ANNUAL or WEEKLY [contract.usage_statement_schedule.frequency]
mtr-contract: bad.ndjson:4:100: usage_statement_schedule.frequency "DAILY": wanted WEEKLY, MONTHLY, QUARTERLY, SEMI_ANNUAL or ANNUAL [contract.usage_statement_schedule.frequency]
mtr-contract: bad.ndjson:5:116: usage_statement_schedule.day "LAST_OF_MONTH": wanted FIRST_OF_MONTH, CONTRACT_START or CUSTOM_DATE [contract.usage_statement_schedule.day]
mtr-contract: bad.ndjson:6:116: usage_statement_schedule.day "15": wanted a string, found a number [contract.usage_statement_schedule.day]
mtr-contract: bad.ndjson:7:87: usage_statement_schedule.billing_anchor_date: missing [missing_field]
mtr-contract: bad.ndjson:8:132: usage_statement_schedule.billing_anchor_date "2024-01-10": goes with day CUSTOM_DATE only [contract.usage_statement_schedule.billing_anchor_date]
mtr-contract: bad.ndjson:9:155: usage_statement_schedule.billing_anchor_date "2024-01-10": goes with day CUSTOM_DATE only [contract.usage_statement_schedule.billing_anchor_date]
mtr-contract: bad.ndjson:10:152: usage_statement_schedule.billing_anchor_date "2024-01-10T00:30:00Z": not on the hour [contract.usage_statement_schedule.billing_anchor_date]
mtr-contract: bad.ndjson:11:124: usage_statement_schedule.grace_hours "-1": wanted an integer from 0 to 87600 [contract.usage_statement_schedule.grace_hours]
mtr-contract: bad.ndjson:12:124: usage_statement_schedule.grace_hours "1.5": wanted an integer from 0 to 87600 [contract.usage_statement_schedule.grace_hours]
mtr-contract: bad.ndjson:13:124: usage_statement_schedule.grace_hours "87601": wanted an integer from 0 to 87600 [contract.usage_statement_schedule.grace_hours]
mtr-contract: bad.ndjson:14:119: usage_statement_schedule.anchor "2024-01-10": unknown field [unknown_field]
mtr-contract: bad.ndjson:15:87: usage_statement_schedule "MONTHLY": wanted an object, found a string [contract.usage_statement_schedule]
E
}

@test "invoices are generated from the start of a period on" {
	parties
	each '"usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2024-01-01"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2024-02-01"}' \
		'"usage_statement_schedule":{"frequency":"QUARTERLY","invoice_generation_starting_at":"2024-07-01"}' \
		'"usage_statement_schedule":{"frequency":"WEEKLY","invoice_generation_starting_at":"2024-01-15"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE","billing_anchor_date":"2023-12-31","invoice_generation_starting_at":"2024-02-29"}' \
		'"ending_before":"2024-01-20","usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2024-01-20"}' >contracts.ndjson
	gives 'mtr-contract create contracts.ndjson | jq -c .usage_statement_schedule.invoice_generation_starting_at' <<'E'
"2024-01-01T00:00:00Z"
"2024-02-01T00:00:00Z"
"2024-07-01T00:00:00Z"
"2024-01-15T00:00:00Z"
"2024-02-29T00:00:00Z"
"2024-01-20T00:00:00Z"
E
	each '"usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2024-02-01T00:30:00Z"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2024-02-02"}' \
		'"usage_statement_schedule":{"frequency":"QUARTERLY","invoice_generation_starting_at":"2024-02-01"}' \
		'"usage_statement_schedule":{"frequency":"WEEKLY","invoice_generation_starting_at":"2024-01-07"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2023-12-01"}' \
		'"ending_before":"2024-01-20","usage_statement_schedule":{"frequency":"MONTHLY","invoice_generation_starting_at":"2024-02-01"}' \
		'"usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE","billing_anchor_date":"2023-12-31","invoice_generation_starting_at":"2024-02-28"}' >bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:143: usage_statement_schedule.invoice_generation_starting_at "2024-02-01T00:30:00Z": not on the hour [contract.usage_statement_schedule.invoice_generation_starting_at]
mtr-contract: bad.ndjson:2:143: usage_statement_schedule.invoice_generation_starting_at "2024-02-02T00:00:00Z": no period of the contract starts then; name the start of a period [contract.usage_statement_schedule.invoice_generation_starting_at]
mtr-contract: bad.ndjson:3:145: usage_statement_schedule.invoice_generation_starting_at "2024-02-01T00:00:00Z": no period of the contract starts then; name the start of a period [contract.usage_statement_schedule.invoice_generation_starting_at]
mtr-contract: bad.ndjson:4:142: usage_statement_schedule.invoice_generation_starting_at "2024-01-07T00:00:00Z": no period of the contract starts then; name the start of a period [contract.usage_statement_schedule.invoice_generation_starting_at]
mtr-contract: bad.ndjson:5:143: usage_statement_schedule.invoice_generation_starting_at "2023-12-01T00:00:00Z": no period of the contract starts then; name the start of a period [contract.usage_statement_schedule.invoice_generation_starting_at]
mtr-contract: bad.ndjson:6:172: usage_statement_schedule.invoice_generation_starting_at "2024-02-01T00:00:00Z": no period of the contract starts then; name the start of a period [contract.usage_statement_schedule.invoice_generation_starting_at]
mtr-contract: bad.ndjson:7:198: usage_statement_schedule.invoice_generation_starting_at "2024-02-28T00:00:00Z": no period of the contract starts then; name the start of a period [contract.usage_statement_schedule.invoice_generation_starting_at]
E
}

@test "terms that are not supported are refused, never ignored" {
	parties
	for term in professional_services reseller_royalties; do
		each "\"$term\":[{}]"
	done >bad.ndjson
	each '"scheduled_charges_on_usage_invoices":"ALL"' \
		'"hierarchy_configuration":{}' >>bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:84: professional_services "[{}]": not supported [unsupported_field]
mtr-contract: bad.ndjson:2:81: reseller_royalties "[{}]": not supported [unsupported_field]
mtr-contract: bad.ndjson:3:98: scheduled_charges_on_usage_invoices "ALL": not supported [unsupported_field]
mtr-contract: bad.ndjson:4:86: hierarchy_configuration "{}": not supported [unsupported_field]
E
}

@test "fields without effect are given back as they came" {
	parties
	each '"total_contract_value":1.50e3,"salesforce_opportunity_id":"0061","revenue_system_configuration":{"revenue_system_configuration_id":"r"},"netsuite_sales_order_id":"ns","priority":2.0,"billing_provider_configuration":{"delivery_method":"direct_to_billing_provider","billing_provider":"stripe"}' >contract.json
	gives 'mtr-contract create contract.json' <<'E'
{"id":"e7fa65d5-947a-8eb4-bac3-eecf5dee1b63","customer_id":"55555555-0000-4000-8000-000000000001","starting_at":"2024-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"MONTHLY","day":"FIRST_OF_MONTH","grace_hours":24},"net_payment_terms_days":0,"invoice_series":"INV","billing_provider_configuration":{"billing_provider":"stripe","delivery_method":"direct_to_billing_provider"},"netsuite_sales_order_id":"ns","priority":2.0,"revenue_system_configuration":{"revenue_system_configuration_id":"r"},"salesforce_opportunity_id":"0061","total_contract_value":1.50e3,"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-contract list | jq -c "[.priority,.billing_provider_configuration]"' <<'E'
[2,{"billing_provider":"stripe","delivery_method":"direct_to_billing_provider"}]
E
}

@test "a field nobody knows is refused by name" {
	parties
	cat >bad.ndjson <<'E'
{"customer_id":"acme","starting_at":"2024-01-01","end_before":"2025-01-01"}
{"customer_id":"acme","starting_at":"2024-01-01","uniquness_key":"k"}
{"customer_id":"acme","starting_at":"2024-01-01","currency":"USD"}
{"customer_id":"acme","starting_at":"2024-01-01","scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]},"quantity":2}]}
{"customer_id":"acme","starting_at":"2024-01-01","scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1,"amounts":1}]}}]}
E
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:63: end_before "2025-01-01": unknown field; did you mean "ending_before"? [unknown_field]
mtr-contract: bad.ndjson:2:66: uniquness_key "k": unknown field; did you mean "uniqueness_key"? [unknown_field]
mtr-contract: bad.ndjson:3:61: currency "USD": unknown field [unknown_field]
mtr-contract: bad.ndjson:4:172: scheduled_charges[0].quantity "2": unknown field [unknown_field]
mtr-contract: bad.ndjson:5:168: scheduled_charges[0].schedule.schedule_items[0].amounts "1": unknown field; did you mean "amount"? [unknown_field]
E
}

@test "lengths, days and series" {
	parties
	gives 'printf "{\"customer_id\":\"acme\",\"starting_at\":\"2024-01-01\",\"name\":\"%s\",\"uniqueness_key\":\"%s\",\"custom_fields\":{\"k\":\"%s\"},\"invoice_series\":\"A-z_0.9\",\"net_payment_terms_days\":36500}" "$(letters 160)" "$(letters 128)" "$(letters 200)" | mtr-contract create | jq -c "[.name,.uniqueness_key,.custom_fields.k|length]"' <<'E'
[160,128,200]
E
	refuses 3 'printf "{\"customer_id\":\"acme\",\"starting_at\":\"2024-01-01\",\"name\":\"%s\"}" "$(letters 161)" | mtr-contract create' <<'E'
mtr-contract: stdin:1:57: name "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 160 characters, found 161 [contract.name]
E
	refuses 3 'printf "{\"customer_id\":\"acme\",\"starting_at\":\"2024-01-01\",\"uniqueness_key\":\"%s\"}" "$(letters 129)" | mtr-contract create' <<'E'
mtr-contract: stdin:1:67: uniqueness_key "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 128 characters, found 129 [contract.uniqueness_key]
E
	refuses 3 'printf "{\"customer_id\":\"acme\",\"starting_at\":\"2024-01-01\",\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 201)" | mtr-contract create' <<'E'
mtr-contract: stdin:1:71: custom_fields.k "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted at most 200 characters, found 201 [contract.custom_fields]
E
	each '"name":""' '"uniqueness_key":""' '"net_payment_terms_days":-1' '"net_payment_terms_days":36501' '"net_payment_terms_days":"30"' '"net_payment_terms_days":1e1' '"invoice_series":""' '"invoice_series":"A/B"' '"invoice_series":"A234567890123456789012345678901234"' >bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:67: name "": wanted 1 to 160 characters, found 0 [contract.name]
mtr-contract: bad.ndjson:2:77: uniqueness_key "": wanted 1 to 128 characters, found 0 [contract.uniqueness_key]
mtr-contract: bad.ndjson:3:85: net_payment_terms_days "-1": wanted an integer from 0 to 36500 [contract.net_payment_terms_days]
mtr-contract: bad.ndjson:4:85: net_payment_terms_days "36501": wanted an integer from 0 to 36500 [contract.net_payment_terms_days]
mtr-contract: bad.ndjson:5:85: net_payment_terms_days "30": wanted an integer from 0 to 36500 [contract.net_payment_terms_days]
mtr-contract: bad.ndjson:7:77: invoice_series "": wanted 1 to 32 characters, found 0 [contract.invoice_series]
mtr-contract: bad.ndjson:8:77: invoice_series "A/B": wanted letters, digits, '-', '_' and '.' alone [contract.invoice_series]
mtr-contract: bad.ndjson:9:77: invoice_series "A234567890123456789012345678901234": wanted 1 to 32 characters, found 34 [contract.invoice_series]
E
}

# ---- scheduled charges ----

@test "a charge has items, or recurs; amount, or unit price and quantity" {
	parties
	charging '{"schedule_items":[{"timestamp":"2024-02-01T12:34:56Z","amount":100},{"timestamp":"2023-01-01","unit_price":"0.10 USD","quantity":"1/3"},{"timestamp":"2024-02-01T12:34:56Z","amount":-50}]}' \
		'{"schedule_items":null,"recurring_schedule":{"starting_at":"2024-01-31","ending_before":"2024-05-01","frequency":"MONTHLY","amount_distribution":"EACH","unit_price":10,"quantity":2}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-31","ending_before":"2024-05-01","frequency":"monthly","amount_distribution":"divided","unit_price":10,"quantity":2},"credit_type_id":"EUR"}' \
		'{"credit_type_id":"USD","recurring_schedule":{"starting_at":"2024-01-31","ending_before":"2024-05-01","frequency":"MONTHLY","amount_distribution":"DIVIDED_ROUNDED","amount":50}}' >charges.ndjson
	gives 'mtr-contract create charges.ndjson | jq -c ".scheduled_charges[].schedule"' <<'E'
{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"id":"200cd088-ebd0-8530-aa81-d33b41fb7afb","timestamp":"2024-02-01T12:34:56Z","amount":"100","unit_price":"100","quantity":"1"},{"id":"d1a51cc8-15a8-89ec-b63e-bc113d662e42","timestamp":"2023-01-01T00:00:00Z","amount":"3.33333333333333333333","amount_exact":"10/3","unit_price":"10","quantity":"0.33333333333333333333","quantity_exact":"1/3"},{"id":"b59a9470-2fe8-8654-b304-07df8ce9fd05","timestamp":"2024-02-01T12:34:56Z","amount":"-50","unit_price":"-50","quantity":"1"}]}
{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"recurring_schedule":{"starting_at":"2024-01-31T00:00:00Z","ending_before":"2024-05-01T00:00:00Z","frequency":"MONTHLY","amount_distribution":"EACH","amount":"20","unit_price":"10","quantity":"2"},"schedule_items":[{"id":"b63bbd57-74e5-8aa2-ba3b-7ec6689492be","timestamp":"2024-01-31T00:00:00Z","amount":"20","unit_price":"10","quantity":"2"},{"id":"b0059c7e-3386-872d-ac95-35009a110f71","timestamp":"2024-02-29T00:00:00Z","amount":"20","unit_price":"10","quantity":"2"},{"id":"be9e7dc2-9080-875b-8700-24ac4c24fac5","timestamp":"2024-03-31T00:00:00Z","amount":"20","unit_price":"10","quantity":"2"},{"id":"0fc21aeb-3d07-8834-877a-d72fe5daf9e5","timestamp":"2024-04-30T00:00:00Z","amount":"20","unit_price":"10","quantity":"2"}]}
{"credit_type":{"id":"51366324-7035-8693-a1cb-3ed4a45b6383","name":"EUR"},"recurring_schedule":{"starting_at":"2024-01-31T00:00:00Z","ending_before":"2024-05-01T00:00:00Z","frequency":"MONTHLY","amount_distribution":"DIVIDED","amount":"20","unit_price":"10","quantity":"2"},"schedule_items":[{"id":"55b1fc80-292e-864a-b024-c620b84d4150","timestamp":"2024-01-31T00:00:00Z","amount":"5","unit_price":"2.5","quantity":"2"},{"id":"0141b881-25df-8014-bcc8-51b4aefb70d6","timestamp":"2024-02-29T00:00:00Z","amount":"5","unit_price":"2.5","quantity":"2"},{"id":"80de8f1b-c630-80c7-927e-e569d51b197f","timestamp":"2024-03-31T00:00:00Z","amount":"5","unit_price":"2.5","quantity":"2"},{"id":"86f77313-8fea-83cf-b522-9f2aeda681d6","timestamp":"2024-04-30T00:00:00Z","amount":"5","unit_price":"2.5","quantity":"2"}]}
{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"recurring_schedule":{"starting_at":"2024-01-31T00:00:00Z","ending_before":"2024-05-01T00:00:00Z","frequency":"MONTHLY","amount_distribution":"DIVIDED_ROUNDED","amount":"50","unit_price":"50","quantity":"1"},"schedule_items":[{"id":"777d560e-f145-8533-aff8-5712142c5358","timestamp":"2024-01-31T00:00:00Z","amount":"13","unit_price":"13","quantity":"1"},{"id":"3f3024ae-3a9b-8658-a36b-e342fe9db0b7","timestamp":"2024-02-29T00:00:00Z","amount":"13","unit_price":"13","quantity":"1"},{"id":"f19527dd-12ed-85ab-94e8-5d4c984a9747","timestamp":"2024-03-31T00:00:00Z","amount":"13","unit_price":"13","quantity":"1"},{"id":"e5381afb-b1c6-8f59-b1b0-d884118be3e5","timestamp":"2024-04-30T00:00:00Z","amount":"11","unit_price":"11","quantity":"1"}]}
E
}

@test "dates recur from the start, the end left out" {
	parties
	for frequency in WEEKLY MONTHLY QUARTERLY SEMI_ANNUAL ANNUAL; do
		charging '{"recurring_schedule":{"starting_at":"2023-08-31T01:02:03Z","ending_before":"2024-08-31T01:02:03Z","frequency":"'$frequency'","amount":1}}'
	done >charges.ndjson
	gives 'mtr-contract create charges.ndjson | jq -r "[.scheduled_charges[].schedule.schedule_items[].timestamp[:10]]|\"\(length) \(.[:4]) \(last)\""' <<'E'
53 ["2023-08-31","2023-09-07","2023-09-14","2023-09-21"] 2024-08-29
12 ["2023-08-31","2023-09-30","2023-10-31","2023-11-30"] 2024-07-31
4 ["2023-08-31","2023-11-30","2024-02-29","2024-05-31"] 2024-05-31
2 ["2023-08-31","2024-02-29"] 2024-02-29
1 ["2023-08-31"] 2023-08-31
E
}

@test "DIVIDED parts are exact, DIVIDED_ROUNDED ones leave the rest to the last" {
	parties
	for distribution in EACH DIVIDED DIVIDED_ROUNDED; do
		charging '{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount_distribution":"'$distribution'","amount":100}}' \
			'{"credit_type_id":"JPY","recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount_distribution":"'$distribution'","unit_price":25,"quantity":4}}' \
			'{"credit_type_id":"KWD","recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount_distribution":"'$distribution'","amount":"-2 KWD"}}'
	done >charges.ndjson
	gives 'items charges.ndjson' <<'E'
[["2024-01-01","100","1"],["2024-02-01","100","1"],["2024-03-01","100","1"]]
[["2024-01-01","25","4"],["2024-02-01","25","4"],["2024-03-01","25","4"]]
[["2024-01-01","-2","1"],["2024-02-01","-2","1"],["2024-03-01","-2","1"]]
[["2024-01-01","33.33333333333333333333","1"],["2024-02-01","33.33333333333333333333","1"],["2024-03-01","33.33333333333333333333","1"]]
[["2024-01-01","8.33333333333333333333","4"],["2024-02-01","8.33333333333333333333","4"],["2024-03-01","8.33333333333333333333","4"]]
[["2024-01-01","-0.66666666666666666667","1"],["2024-02-01","-0.66666666666666666667","1"],["2024-03-01","-0.66666666666666666667","1"]]
[["2024-01-01","33","1"],["2024-02-01","33","1"],["2024-03-01","34","1"]]
[["2024-01-01","33","1"],["2024-02-01","33","1"],["2024-03-01","34","1"]]
[["2024-01-01","-0.667","1"],["2024-02-01","-0.667","1"],["2024-03-01","-0.666","1"]]
E
}

@test "what a schedule cannot be" {
	parties
	charging '{}' \
		'{"schedule_items":[]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","amount":1}],"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount":1}}' \
		'{"schedule_items":[{"amount":1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01T00:00:00","amount":1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01"}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","amount":1,"unit_price":1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","amount":1,"quantity":1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","unit_price":1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","quantity":1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","unit_price":1,"quantity":-1}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","amount":"1 EUR"}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","amount":"one"}]}' \
		'{"schedule_items":[{"timestamp":"2024-01-01","amount":1}],"credit_type_id":"tokens"}' \
		'{"recurring_schedule":{"ending_before":"2024-04-01","frequency":"MONTHLY","amount":1}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","frequency":"MONTHLY","amount":1}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","amount":1}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY"}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-01-01","frequency":"MONTHLY","amount":1}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"BIENNIAL","amount":1}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount":1,"amount_distribution":"SPREAD"}}' \
		'{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount":1,"dates":3}}' >bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:112: scheduled_charges[0].schedule.schedule_items: missing [missing_field]
mtr-contract: bad.ndjson:2:130: scheduled_charges[0].schedule.schedule_items "[]": wanted at least 1 item, found 0 [contract.scheduled_charges.schedule.schedule_items]
mtr-contract: bad.ndjson:3:191: scheduled_charges[0].schedule.recurring_schedule "{\"amount\":1,\"ending_before\":\"2024-04-01\",\"frequency\":\"MONTHLY\",\"starting_at\":\"2024-01-01\"}": given beside schedule_items; wanted one of the two [contract.scheduled_charges.schedule.recurring_schedule]
mtr-contract: bad.ndjson:4:131: scheduled_charges[0].schedule.schedule_items[0].timestamp: missing [missing_field]
mtr-contract: bad.ndjson:5:144: scheduled_charges[0].schedule.schedule_items[0].timestamp "2024-01-01T00:00:00": offset missing (Z or +hh:mm) [contract.scheduled_charges.schedule.schedule_items.timestamp]
mtr-contract: bad.ndjson:6:131: scheduled_charges[0].schedule.schedule_items[0].amount: missing [missing_field]
mtr-contract: bad.ndjson:7:166: scheduled_charges[0].schedule.schedule_items[0].amount "1": given beside unit_price; wanted amount, or unit_price and quantity [contract.scheduled_charges.schedule.schedule_items.amount]
mtr-contract: bad.ndjson:8:166: scheduled_charges[0].schedule.schedule_items[0].amount "1": given beside quantity; wanted amount, or unit_price and quantity [contract.scheduled_charges.schedule.schedule_items.amount]
mtr-contract: bad.ndjson:9:131: scheduled_charges[0].schedule.schedule_items[0].quantity: missing [missing_field]
mtr-contract: bad.ndjson:10:131: scheduled_charges[0].schedule.schedule_items[0].unit_price: missing [missing_field]
mtr-contract: bad.ndjson:11:183: scheduled_charges[0].schedule.schedule_items[0].quantity "-1": below zero [contract.scheduled_charges.schedule.schedule_items.quantity]
mtr-contract: bad.ndjson:12:166: scheduled_charges[0].schedule.schedule_items[0].amount "1 EUR": in EUR where USD is wanted [contract.scheduled_charges.schedule.schedule_items.amount]
mtr-contract: bad.ndjson:13:166: scheduled_charges[0].schedule.schedule_items[0].amount "one": wanted a number [contract.scheduled_charges.schedule.schedule_items.amount]
mtr-contract: bad.ndjson:14:187: scheduled_charges[0].schedule.credit_type_id "tokens": no such unit; wanted an ISO 4217 code, or the id or name of one [contract.scheduled_charges.schedule.credit_type_id]
mtr-contract: bad.ndjson:15:134: scheduled_charges[0].schedule.recurring_schedule.starting_at: missing [missing_field]
mtr-contract: bad.ndjson:16:134: scheduled_charges[0].schedule.recurring_schedule.ending_before: missing [missing_field]
mtr-contract: bad.ndjson:17:134: scheduled_charges[0].schedule.recurring_schedule.frequency: missing [missing_field]
mtr-contract: bad.ndjson:18:134: scheduled_charges[0].schedule.recurring_schedule.amount: missing [missing_field]
mtr-contract: bad.ndjson:19:178: scheduled_charges[0].schedule.recurring_schedule.ending_before "2024-01-01": not after starting_at, 2024-01-01T00:00:00Z [contract.scheduled_charges.schedule.recurring_schedule.ending_before]
mtr-contract: bad.ndjson:20:203: scheduled_charges[0].schedule.recurring_schedule.frequency "BIENNIAL": wanted WEEKLY, MONTHLY, QUARTERLY, SEMI_ANNUAL or ANNUAL [contract.scheduled_charges.schedule.recurring_schedule.frequency]
mtr-contract: bad.ndjson:21:246: scheduled_charges[0].schedule.recurring_schedule.amount_distribution "SPREAD": wanted EACH, DIVIDED or DIVIDED_ROUNDED [contract.scheduled_charges.schedule.recurring_schedule.amount_distribution]
mtr-contract: bad.ndjson:22:232: scheduled_charges[0].schedule.recurring_schedule.dates "3": unknown field [unknown_field]
E
}

@test "a recurring schedule has at most 10,000 dates" {
	parties
	charging '{"recurring_schedule":{"starting_at":"1970-01-01","ending_before":"2161-08-27T00:00:00.000000001Z","frequency":"WEEKLY","amount":1}}' >bad.json
	refuses 3 'mtr-contract create bad.json' <<'E'
mtr-contract: bad.json:1:178: scheduled_charges[0].schedule.recurring_schedule.ending_before "2161-08-27T00:00:00.000000001Z": more than 10000 dates from starting_at on [contract.scheduled_charges.schedule.recurring_schedule.ending_before]
E
	charging '{"recurring_schedule":{"starting_at":"1970-01-01","ending_before":"2161-08-27","frequency":"WEEKLY","amount":1}}' >charges.json
	gives 'mtr-contract create charges.json | jq ".scheduled_charges[0].schedule.schedule_items|length"' <<'E'
10000
E
}

@test "a charge names a FIXED product that is not archived" {
	parties
	given 'mtr-product create <<<"{\"name\":\"Old\",\"type\":\"FIXED\"}"; mtr-product archive Old'
	for product in Calls Old Nothing 22222222-0000-4000-8000-0000000000a1; do
		each '"scheduled_charges":[{"product_id":"'$product'","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]}}]'
	done >bad.ndjson
	each '"scheduled_charges":[{"schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]}}]' \
		'"scheduled_charges":[{"product_id":"Fee"}]' \
		'"scheduled_charges":{"product_id":"Fee"}' \
		'"scheduled_charges":["Fee"]' >>bad.ndjson
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:95: scheduled_charges[0].product_id "Calls": wanted a FIXED product, this is a USAGE one [contract.scheduled_charges.product_id]
mtr-contract: bad.ndjson:2:95: scheduled_charges[0].product_id "Old": the product is archived [archived]
mtr-contract: bad.ndjson:3:95: scheduled_charges[0].product_id "Nothing": no product of this id or name [not_found]
mtr-contract: bad.ndjson:4:95: scheduled_charges[0].product_id "22222222-0000-4000-8000-0000000000a1": wanted a FIXED product, this is a USAGE one [contract.scheduled_charges.product_id]
mtr-contract: bad.ndjson:5:81: scheduled_charges[0].product_id: missing [missing_field]
mtr-contract: bad.ndjson:6:81: scheduled_charges[0].schedule: missing [missing_field]
mtr-contract: bad.ndjson:7:80: scheduled_charges "{\"product_id\":\"Fee\"}": wanted an array, found an object [contract.scheduled_charges]
mtr-contract: bad.ndjson:8:81: scheduled_charges[0] "Fee": wanted an object, found a string [contract.scheduled_charges]
E
	each '"scheduled_charges":[]' '"scheduled_charges":[{"product":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]}}]' >contracts.ndjson
	gives 'mtr-contract create contracts.ndjson | jq -c "[.scheduled_charges[]?.product_id]"' <<'E'
[]
["22222222-0000-4000-8000-0000000000f1"]
E
}

# ---- ids and keys ----

@test "ids may be given to a contract, its charges and their items" {
	parties
	cat >contract.json <<'E'
{"id":"66666666-0000-4000-8000-0000000000E1","customer_id":"acme","starting_at":"2024-01-01","scheduled_charges":[{"id":"66666666-0000-4000-8000-0000000000E2","product_id":"Fee","schedule":{"schedule_items":[{"id":"66666666-0000-4000-8000-0000000000E3","timestamp":"2024-01-01","amount":1}]}}]}
E
	gives 'mtr-contract create contract.json | jq -r ".id,.scheduled_charges[0].id,.scheduled_charges[0].schedule.schedule_items[0].id"' <<'E'
66666666-0000-4000-8000-0000000000e1
66666666-0000-4000-8000-0000000000e2
66666666-0000-4000-8000-0000000000e3
E
	cat >bad.ndjson <<'E'
{"id":"66666666-0000-4000-8000-0000000000E1","customer_id":"acme","starting_at":"2024-01-01"}
{"id":"contract","customer_id":"acme","starting_at":"2024-01-01"}
{"customer_id":"acme","starting_at":"2024-01-01","scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]},"id":"66666666-0000-4000-8000-0000000000e1"}]}
{"customer_id":"acme","starting_at":"2024-01-01","scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1},{"timestamp":"2024-01-01","amount":1,"id":"66666666-0000-4000-8000-0000000000e2"}]}}]}
{"customer_id":"acme","starting_at":"2024-01-01","scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1,"id":"e4"}]}}]}
E
	refuses 3 'mtr-contract create bad.ndjson' <<'E'
mtr-contract: bad.ndjson:1:7: id "66666666-0000-4000-8000-0000000000e1": another object has this id [id_taken]
mtr-contract: bad.ndjson:2:7: id "contract": wanted a UUID [contract.id]
mtr-contract: bad.ndjson:3:166: scheduled_charges[0].id "66666666-0000-4000-8000-0000000000e1": another object has this id [id_taken]
mtr-contract: bad.ndjson:4:201: scheduled_charges[0].schedule.schedule_items[1].id "66666666-0000-4000-8000-0000000000e2": another object has this id [id_taken]
mtr-contract: bad.ndjson:5:163: scheduled_charges[0].schedule.schedule_items[0].id "e4": wanted a UUID [contract.scheduled_charges.schedule.schedule_items.id]
E
}

@test "a uniqueness key is used once, also by a contract that is archived" {
	parties
	each '"uniqueness_key":"k 1"' >keyed.json
	gives 'mtr-contract create keyed.json | jq -c "[.id,.uniqueness_key]"' <<'E'
["e7fa65d5-947a-8eb4-bac3-eecf5dee1b63","k 1"]
E
	refuses 3 'mtr-contract create keyed.json' <<'E'
mtr-contract: keyed.json:1:77: uniqueness_key "k 1": belongs to contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 [contract.uniqueness_key]
E
	refuses 3 'sed s/Acme/Northwind/ keyed.json | mtr-contract create' <<'E'
mtr-contract: stdin:1:82: uniqueness_key "k 1": belongs to contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 [contract.uniqueness_key]
E
	given 'mtr-customer archive acme'
	refuses 3 'sed s/Acme/Northwind/ keyed.json | mtr-contract create' <<'E'
mtr-contract: stdin:1:82: uniqueness_key "k 1": belongs to contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 [contract.uniqueness_key]
E
	refuses 3 'sed s/Acme/Northwind/ keyed.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:82: uniqueness_key "k 1": belongs to contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 [contract.uniqueness_key]
E
	gives 'sed "s/Acme/Northwind/; s/k 1/K 1/" keyed.json | mtr-contract create | jq -r .uniqueness_key' <<'E'
K 1
E
}

@test "two contracts of one input cannot share a key" {
	parties
	each '"uniqueness_key":"k"' '"uniqueness_key":"k"' >two.ndjson
	refuses 3 'mtr-contract create two.ndjson' <<'E'
mtr-contract: two.ndjson:2:77: uniqueness_key "k": belongs to contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 [contract.uniqueness_key]
E
	gives 'mtr-contract list' <<'E'
E
}

@test "--if-absent: by id, else by key, else by name among the contracts of the customer" {
	one
	gives 'mtr-contract create --if-absent one.json | diff - <(mtr-contract list)' <<'E'
E
	gives 'jq "del(.id)" one.json | mtr-contract create --if-absent | jq -r .id' <<'E'
66666666-0000-4000-8000-0000000000e1
E
	gives 'jq "del(.id)|.customer_id=\"Northwind\"" one.json | mtr-contract create --if-absent | jq -c "[.id,.customer_id]"' <<'E'
["136dd5c1-941a-8d69-8b22-795e83337a98","55555555-0000-4000-8000-000000000002"]
E
	refuses 3 'jq -c "del(.id)|.ending_before=null" one.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:1: contract 66666666-0000-4000-8000-0000000000e1 is there already and differs from this [differs]
E
	refuses 3 'jq -c ".name=null" one.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:1: contract 66666666-0000-4000-8000-0000000000e1 is there already and differs from this [differs]
E
	given 'mtr-customer create <<<"{\"name\":\"Tailspin\"}"'
	cat >other.json <<'E'
{"id":"66666666-0000-4000-8000-0000000000e9","customer_id":"Tailspin","starting_at":"2024-01-01"}
E
	given 'mtr-contract create other.json; mtr-customer archive Tailspin'
	refuses 3 'mtr-contract create --if-absent other.json' <<'E'
mtr-contract: other.json:1:7: id "66666666-0000-4000-8000-0000000000e9": the object of this id is archived [archived]
E
	each '"uniqueness_key":"k","name":"x"' >keyed.json
	gives 'mtr-contract create --if-absent keyed.json | jq -r .id' <<'E'
2e8f6e29-b563-821a-9cde-1e872ef18a2d
E
	gives 'mtr-contract create --if-absent keyed.json | jq -r .id' <<'E'
2e8f6e29-b563-821a-9cde-1e872ef18a2d
E
	refuses 3 'sed s/x/y/ keyed.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:1: contract 2e8f6e29-b563-821a-9cde-1e872ef18a2d is there already and differs from this [differs]
E
	each '"net_payment_terms_days":0' >nameless.json
	gives 'cat nameless.json nameless.json | mtr-contract create --if-absent | jq -r .id' <<'E'
d395e96a-a87a-810d-9af5-531c83cb959b
68c1d6e5-e23e-8802-9b27-8bb7c3f7c9fc
E
	given 'mtr-contract create <<<"{\"customer_id\":\"acme\",\"name\":\"x\",\"starting_at\":\"2024-01-01\"}"'
	refuses 3 'jq -c "del(.uniqueness_key)" keyed.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:67: name "x": several contracts of the customer bear this name: 2e8f6e29-b563-821a-9cde-1e872ef18a2d, 9d3f4748-4e08-8f21-98fe-972cf2a18af5 [ambiguous_name]
E
}

@test "--if-absent compares the charges, whose ids the store made" {
	parties
	cat >contract.json <<'E'
{"customer_id":"acme","name":"2024","starting_at":"2024-01-01","scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]}},{"product_id":"Fee","schedule":{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-04-01","frequency":"MONTHLY","amount":"1/3"}}}]}
E
	given 'mtr-contract create contract.json'
	gives 'mtr-contract create --if-absent contract.json | diff - <(mtr-contract list)' <<'E'
E
	refuses 3 'sed s/\"amount\":1}/\"amount\":2}/ contract.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:1: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 is there already and differs from this [differs]
E
	refuses 3 'jq -c ".scheduled_charges[0].schedule.schedule_items+=[{timestamp:\"2024-02-01\",amount:1}]" contract.json | mtr-contract create --if-absent' <<'E'
mtr-contract: stdin:1:1: contract e7fa65d5-947a-8eb4-bac3-eecf5dee1b63 is there already and differs from this [differs]
E
	given 'mtr-product archive Fee; mtr-ratecard archive List'
	gives 'mtr-contract create --if-absent contract.json | diff - <(mtr-contract list)' <<'E'
E
	given 'mtr-customer archive acme'
	refuses 3 'mtr-contract create --if-absent contract.json' <<'E'
mtr-contract: contract.json:1:16: customer_id "acme": the customer is archived [archived]
E
}

@test "one bad record and nothing is stored; a dry run stores nothing either" {
	parties
	each '"name":"one"' '"name":"two"' '"nam":"three"' '"name":4' >contracts.ndjson
	refuses 3 'mtr-contract create contracts.ndjson' <<'E'
mtr-contract: contracts.ndjson:3:66: nam "three": unknown field; did you mean "name"? [unknown_field]
mtr-contract: contracts.ndjson:4:67: name "4": wanted a string, found a number [contract.name]
E
	gives 'mtr-contract list' <<'E'
E
	given 'head -n 2 contracts.ndjson | mtr-contract create -n'
	mv "$OUT" dry
	gives 'mtr-contract list' <<'E'
E
	given 'head -n 2 contracts.ndjson | mtr-contract create'
	mv "$OUT" run
	given 'diff dry run'
}

@test "CSV makes the same contracts as NDJSON" {
	cat >contracts.ndjson <<'E'
{"customer_id":"acme","name":"2024","rate_card_id":"List","starting_at":"2024-01-01","usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE","billing_anchor_date":"2024-01-10","grace_hours":2},"net_payment_terms_days":14,"custom_fields":{"po":"7"},"scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]}}]}
{"customer_id":"Northwind","name":"nw","rate_card_alias":"standard","starting_at":"2024-01-01"}
E
	cat >contracts.csv <<'E'
customer_id,name,rate_card_id,rate_card_alias,starting_at,usage_statement_schedule.frequency,usage_statement_schedule.day,usage_statement_schedule.billing_anchor_date,usage_statement_schedule.grace_hours,net_payment_terms_days,custom_fields.po,scheduled_charges
acme,2024,List,,2024-01-01,MONTHLY,CUSTOM_DATE,2024-01-10,2,14,7,"[{""product_id"":""Fee"",""schedule"":{""schedule_items"":[{""timestamp"":""2024-01-01"",""amount"":1}]}}]"
Northwind,nw,,standard,2024-01-01,,,,,,,
E
	for file in contracts.ndjson contracts.csv; do
		rm -f mtr.db*
		parties
		given "mtr-contract create $file"
		mv "$OUT" "$file.out"
	done
	given 'diff contracts.ndjson.out contracts.csv.out'
	cat >bad.csv <<'E'
customer_id,starting_at,rate_card_id,usage_statement_schedule.frequency,net_payment_terms_days,scheduled_charges
acme,2024-01-01,Nothing,MONTHLY,14,
acme,2024-01-01T00:00:30Z,List,MONTHLY,14,
acme,2024-01-01,List,DAILY,14,
acme,2024-01-01,List,MONTHLY,-14,
acme,2024-01-01,List,MONTHLY,14,"[{""product_id"":""Calls"",""schedule"":{""schedule_items"":[{""timestamp"":""2024-01-01"",""amount"":1}]}}]"
acme,2024-01-01,List,MONTHLY,14,"[{""product_id"":""Fee"",""schedule"":{""schedule_items"":[{""timestamp"":""2024-01-01"",""amount"":""1 EUR""}]}}]"
,2024-01-01,List,MONTHLY,14,
E
	refuses 3 'mtr-contract create bad.csv' <<'E'
mtr-contract: bad.csv:2:3: rate_card_id "Nothing": no rate card of this id, alias or name [not_found]
mtr-contract: bad.csv:3:2: starting_at "2024-01-01T00:00:30Z": not on the hour [contract.starting_at]
mtr-contract: bad.csv:4:4: usage_statement_schedule.frequency "DAILY": wanted WEEKLY, MONTHLY, QUARTERLY, SEMI_ANNUAL or ANNUAL [contract.usage_statement_schedule.frequency]
mtr-contract: bad.csv:5:5: net_payment_terms_days "-14": wanted an integer from 0 to 36500 [contract.net_payment_terms_days]
mtr-contract: bad.csv:6:6: scheduled_charges[0].product_id "Calls": wanted a FIXED product, this is a USAGE one [contract.scheduled_charges.product_id]
mtr-contract: bad.csv:7:6: scheduled_charges[0].schedule.schedule_items[0].amount "1 EUR": in EUR where USD is wanted [contract.scheduled_charges.schedule.schedule_items.amount]
mtr-contract: bad.csv:8: customer_id: missing [missing_field]
E
	refuses 3 'head -n 2 bad.csv | mtr-contract create --errors=json' <<'E'
{"type":"error","code":"not_found","message":"rate_card_id \"Nothing\": no rate card of this id, alias or name","file":"stdin","line":2,"column":3,"field":"rate_card_id","value":"Nothing"}
E
}

# ---- get and list ----

@test "get finds by id and name, and refuses the rest" {
	one
	given 'mtr-contract create <<<"{\"customer_id\":\"Northwind\",\"name\":\"nw\",\"starting_at\":\"2024-01-01\"}"'
	gives 'mtr-contract get nw 66666666-0000-4000-8000-0000000000E1 2024 | jq -r .name' <<'E'
nw
2024
2024
E
	try 'mtr-contract get 2025 2024'
	status_is 3
	out_is <<'E'
{"id":"66666666-0000-4000-8000-0000000000e1","customer_id":"55555555-0000-4000-8000-000000000001","name":"2024","rate_card_id":"33333333-0000-4000-8000-0000000000c1","starting_at":"2024-01-01T00:00:00Z","ending_before":"2025-01-01T00:00:00Z","usage_statement_schedule":{"frequency":"MONTHLY","day":"FIRST_OF_MONTH","grace_hours":24},"net_payment_terms_days":0,"invoice_series":"INV","created_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-contract: "2025": no contract of this id or name [not_found]
E
	given 'mtr-contract create <<<"{\"customer_id\":\"Northwind\",\"name\":\"2024\",\"starting_at\":\"2024-01-01\"}"'
	refuses 3 'mtr-contract get 2024' <<'E'
mtr-contract: "2024": several contracts bear this name: 157b76cd-7b1b-8365-8cf3-5d45b8c596da, 66666666-0000-4000-8000-0000000000e1; give the id [ambiguous_name]
E
	gives 'mtr-contract list | mtr-contract get - | diff - <(mtr-contract list)' <<'E'
E
}

@test "list takes those of one customer, pages through, and leaves archived ones out" {
	parties
	for name in a b c; do
		printf '{"customer_id":"%s","name":"%s","starting_at":"2024-01-01"}\n' Acme $name Northwind nw-$name
	done >contracts.ndjson
	given 'mtr-contract create contracts.ndjson'
	gives 'mtr-contract list | jq -r .name' <<'E'
a
nw-a
b
nw-b
c
nw-c
E
	gives 'mtr-contract list --customer=acme | jq -r .name' <<'E'
a
b
c
E
	gives 'mtr-contract list --customer=Northwind --limit=1 --after="$(mtr-contract get nw-a | jq -r .id)" | jq -r .name' <<'E'
nw-b
E
	given 'mtr-customer archive acme'
	gives 'mtr-contract list | jq -r .name' <<'E'
nw-a
nw-b
nw-c
E
	gives 'mtr-contract list --customer=acme' <<'E'
E
	gives 'mtr-contract list --customer=acme --archived | jq -c "[.name,.archived_at]"' <<'E'
["a","2024-10-03T00:00:00Z"]
["b","2024-10-03T00:00:00Z"]
["c","2024-10-03T00:00:00Z"]
E
	refuses 3 'mtr-contract list --customer=Nobody' <<'E'
mtr-contract: --customer "Nobody": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-contract list --after=nw-a' <<'E'
mtr-contract: --after "nw-a": no contract of this id [not_found]
E
}

@test "tables, CSV and text" {
	one
	given 'mtr-contract create <<<"{\"customer_id\":\"Northwind\",\"name\":\"=nw\",\"starting_at\":\"2024-01-01\"}"'
	gives 'mtr-contract list -o table' <<'E'
ID                                    NAME  CUSTOMER_ID                           STARTING_AT           ENDING_BEFORE         RATE_CARD_ID
66666666-0000-4000-8000-0000000000e1  2024  55555555-0000-4000-8000-000000000001  2024-01-01T00:00:00Z  2025-01-01T00:00:00Z  33333333-0000-4000-8000-0000000000c1
136dd5c1-941a-8d69-8b22-795e83337a98  =nw   55555555-0000-4000-8000-000000000002  2024-01-01T00:00:00Z  -                     -
E
	gives 'mtr-contract list -o csv' <<'E'
id,name,customer_id,starting_at,ending_before,rate_card_id
66666666-0000-4000-8000-0000000000e1,2024,55555555-0000-4000-8000-000000000001,2024-01-01T00:00:00.000000000Z,2025-01-01T00:00:00.000000000Z,33333333-0000-4000-8000-0000000000c1
136dd5c1-941a-8d69-8b22-795e83337a98,'=nw,55555555-0000-4000-8000-000000000002,2024-01-01T00:00:00.000000000Z,,
E
	gives 'mtr-contract get 2024 -o text' <<'E'
id: 66666666-0000-4000-8000-0000000000e1
customer_id: 55555555-0000-4000-8000-000000000001
name: 2024
rate_card_id: 33333333-0000-4000-8000-0000000000c1
starting_at: 2024-01-01T00:00:00Z
ending_before: 2025-01-01T00:00:00Z
usage_statement_schedule:
  frequency: MONTHLY
  day: FIRST_OF_MONTH
  grace_hours: 24
net_payment_terms_days: 0
invoice_series: INV
created_at: 2024-10-03T00:00:00Z
E
}

# ---- calls, and what stands around them ----

@test "wrong calls" {
	db
	refuses 2 'mtr-contract' <<'E'
mtr-contract: a verb is wanted [missing_verb]
usage: mtr-contract VERB [option ...] [operand ...]
verbs: create get list edit amend set-end history archive set-usage-filter rates quantities seats
help: mtr-contract --help
E
	refuses 2 'mtr-contract lsit' <<'E'
mtr-contract: "lsit": no such verb, did you mean "list"? [unknown_verb]
usage: mtr-contract VERB [option ...] [operand ...]
verbs: create get list edit amend set-end history archive set-usage-filter rates quantities seats
help: mtr-contract --help
E
	refuses 2 'mtr-contract list --customers=acme' <<'E'
mtr-contract: "--customers": list has no such option, did you mean "--customer"? [unknown_option]
usage: mtr-contract list [option ...]
help: mtr-contract list --help
E
	refuses 2 'mtr-contract get' <<'E'
mtr-contract: get wants: contract ... [missing_operand]
usage: mtr-contract get [option ...] contract ...
help: mtr-contract get --help
E
	refuses 2 'mtr-contract get -n x' <<'E'
mtr-contract: "--dry-run": get does not take this option [option_not_taken]
usage: mtr-contract get [option ...] contract ...
help: mtr-contract get --help
E
}

@test "no database, a missing file, no records" {
	refuses 5 'mtr-contract list --db=/nonexistent/mtr.db' <<'E'
mtr-contract: no database at /nonexistent/mtr.db (mtr-db init makes one) [db_missing]
E
	db
	refuses 5 'mtr-contract create missing.json' <<'E'
mtr-contract: missing.json: cannot open: No such file or directory [file_open]
E
	gives 'mtr-contract create </dev/null' <<'E'
E
	gives 'mtr-contract list -o csv' <<'E'
id,name,customer_id,starting_at,ending_before,rate_card_id
E
}

@test "a charge that would fall due beyond the calendar is refused when it is agreed" {
	db
	given 'mtr-customer create <<<"{\"name\":\"Acme\"}"'
	given 'mtr-product create <<<"{\"name\":\"Fee\",\"type\":\"FIXED\"}"'
	cat >contract.json <<'E'
{"customer_id":"Acme","starting_at":"2024-01-01","net_payment_terms_days":36500,"scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-09-02","amount":1},{"timestamp":"2200-01-01","amount":1}]}}]}
E
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:75: net_payment_terms_days "36500": the invoice of 2200-01-01T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
E
	gives 'sed s/36500/365/ contract.json | mtr-contract create | jq .net_payment_terms_days' <<'E'
365
E
}
