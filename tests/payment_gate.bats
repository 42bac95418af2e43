# mtr-contract edit: commits that wait for their payment, which mtr-balance release answers.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

NORTHWIND=00000000-0000-4000-8000-0000000000c1
CONTRACT=00000000-0000-4000-8000-0000000000d1
CALLS=00000000-0000-4000-8000-0000000000a1
PREPAID=00000000-0000-4000-8000-0000000000a3
CARD=00000000-0000-4000-8000-0000000000b1
export CONTRACT NORTHWIND
USD='{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"}'

# Northwind pays 1 USD a call, and used 30 of them on October 3.
northwind() { # northwind [FIELDS of the contract]
	db
	export MTR_NOW=2024-10-03T12:34:56Z
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<E
{"id":"$CALLS","name":"Calls","type":"USAGE","billable_metric_id":"Calls"}
{"id":"$PREPAID","name":"Prepaid","type":"FIXED"}
E
	given 'mtr-ratecard create' <<E
{"id":"$CARD","name":"List prices"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"$CALLS","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
E
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
E
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$NORTHWIND","rate_card_id":"$CARD","starting_at":"2024-10-01"${1-}}
E
	given 'mtr-ingest' <<'E'
{"transaction_id":"a","timestamp":"2024-10-03T08:00:00Z","customer_id":"nw","event_type":"call","properties":{"n":"30"}}
E
}

# a commit of an edit: commit_ NAME GRANTED PAID GATE [FIELDS]
commit_() {
	printf '{"type":"PREPAID","product_id":"Prepaid","name":"%s","access_schedule":{"schedule_items":[{"amount":%s,"starting_at":"2024-10-01","ending_before":"2024-11-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-10-03","amount":%s}]},"payment_gate_config":{"payment_gate_type":"%s"}%s}' \
		"$1" "$2" "$3" "$4" "${5-}"
}

body() { # body PARTS
	printf '{"customer_id":"Northwind","contract_id":"%s",%s}\n' "$CONTRACT" "$1" >edit.json
}

edit() { # edit PARTS
	body "$1"
	given 'mtr-contract edit edit.json >edited'
}

refuses_edit() { # refuses_edit PARTS <MESSAGE
	body "$1"
	refuses 3 'mtr-contract edit edit.json'
}

left() {
	mtr-balance list | jq -r '[.name, .balance_exact // .balance, .currency] | join(" ")'
}
asked() {
	jq -r '[.configuration, .amount, .price, .currency, .outcome] | join(" ")'
}
lines() {
	jq -r '(.line_items[] | [.name, .total_exact // .total] | join(" ")), ("= " + (.total_exact // .total))'
}
export -f left asked lines

@test "no gate: the commit as without one" {
	northwind
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 none)]"
	gives 'jq -c "[.payment_requests, .commits[].name, .commits[].payment_gate_config]" edited; left; mtr-balance recharge --open' <<'E'
[null,"Extra",null]
Extra 2000 USD
E
}

@test "a gate: a request, whole, and no commit until it is paid" {
	northwind
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 external ',"priority":3,"temporary_id":"x"')]"
	gives 'jq .commits edited; jq ".payment_requests[]" edited; jq -c ".payment_requests[]" edited >asked; mtr-balance recharge --open | diff asked -; left' <<E
null
{
  "workflow_id": "51d9c3b6-afd2-83cf-bad7-a9a887e169bc",
  "configuration": "COMMIT",
  "customer_id": "$NORTHWIND",
  "customer_name": "Northwind",
  "contract_id": "$CONTRACT",
  "fired_at": "2024-10-03T12:34:56Z",
  "amount": "5000",
  "credit_type": $(jq . <<<"$USD" | sed '2,$s/^/  /'),
  "price": "4500",
  "price_major": "45.00",
  "currency": "USD",
  "payment_gate_type": "EXTERNAL",
  "outcome": "open"
}
E
	gives 'mtr-contract get $CONTRACT | jq "[.commits, .payment_requests]" -c; MTR_NOW=2024-10-20T00:00:00Z mtr-balance recharge' <<'E'
[null,null]
E
	gives 'MTR_NOW=2024-10-05T09:30:00Z mtr-balance release --outcome=paid $(jq -r .workflow_id asked) >paid; jq -r "[.outcome, .answered_at] | @tsv" paid; mtr-balance recharge --open; left; mtr-contract get $CONTRACT | jq -c ".commits[] | [.name, .priority, .temporary_id, .threshold_recharge]"' <<'E'
paid	2024-10-05T09:30:00Z
Extra 2000 USD
["Extra","3","x",null]
E
	gives 'diff <(jq .commit_id paid) <(mtr-contract get $CONTRACT | jq ".commits[0].id"); MTR_NOW=2024-11-05T00:00:00Z mtr-invoice run -q | lines; mtr-db check | jq .differences' <<'E'
Extra 4500
= 4500
Calls 3000
Extra applied -3000
= 0
0
E
}

@test "paid and added without a gate: the same commit, but for its ids" {
	northwind
	FIELDS=',"applicable_product_ids":["Calls"],"custom_fields":{"k":"v"},"description":"d","rollover_fraction":0.5,"rate_type":"COMMIT_RATE","spend_tracker_attributes":{"counts_as_discounted":true},"salesforce_opportunity_id":"s"'
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 EXTERNAL "$FIELDS"),$(commit_ Extra 5000 4500 NONE "$FIELDS")]"
	given 'mtr-balance release --outcome=paid $(jq -r ".payment_requests[].workflow_id" edited)'
	gives 'mtr-contract get $CONTRACT >c; for i in 0 1; do jq ".commits[$i] | del(.. | .id?)" c >c$i; done; diff c0 c1; jq ".commits | length" c; jq -r .rate_type c1' <<'E'
2
COMMIT_RATE
E
}

@test "recurring payments, a unit of its own, the ids of the body" {
	northwind
	edit "\"add_commits\":[{\"id\":\"00000000-0000-4000-8000-0000000000e1\",\"type\":\"PREPAID\",\"product_id\":\"Prepaid\",\"name\":\"Euros\",\"access_schedule\":{\"schedule_items\":[{\"id\":\"00000000-0000-4000-8000-0000000000f1\",\"amount\":5000,\"starting_at\":\"2024-10-01\",\"ending_before\":\"2025-10-01\"},{\"amount\":700,\"starting_at\":\"2025-10-01\",\"ending_before\":\"2026-10-01\"}]},\"invoice_schedule\":{\"credit_type_id\":\"EUR\",\"recurring_schedule\":{\"starting_at\":\"2024-11-01\",\"ending_before\":\"2025-02-01\",\"frequency\":\"MONTHLY\",\"amount_distribution\":\"DIVIDED\",\"unit_price\":40,\"quantity\":1}},\"payment_gate_config\":{\"payment_gate_type\":\"EXTERNAL\"}}]"
	gives 'mtr-balance recharge --open -o csv; mtr-balance recharge --open | asked; mtr-balance release --outcome=paid $(jq -r ".payment_requests[].workflow_id" edited) | jq -r .commit_id; mtr-contract get $CONTRACT | jq -c ".commits[] | [.access_schedule.schedule_items[0].id, (.invoice_schedule.schedule_items | length)]"; left' <<E
workflow_id,configuration,customer_name,contract_id,price,currency,outcome,commit_id
$(jq -r '.payment_requests[].workflow_id' edited),COMMIT,Northwind,$CONTRACT,40.00,EUR,open,
COMMIT 5700 40 EUR open
00000000-0000-4000-8000-0000000000e1
["00000000-0000-4000-8000-0000000000f1",3]
Euros 2000 USD
E
}

@test "failed: no commit, for ever" {
	northwind
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 EXTERNAL)]"
	given 'jq -r ".payment_requests[].workflow_id" edited >id'
	gives 'mtr-balance release --outcome=failed - <id | jq -c "[.outcome, .commit_id]"; left; mtr-balance recharge --open; mtr-balance release --outcome=failed - <id | jq -r .outcome; mtr-contract get $CONTRACT | jq .commits' <<'E'
["failed",null]
failed
null
E
	refuses 3 'mtr-balance release --outcome=paid - <id' <<E
mtr-balance: stdin:1: "$(cat id)": was answered at 2024-10-03T12:34:56Z: failed [answered]
E
}

@test "paid twice is one commit" {
	northwind
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 EXTERNAL)]"
	gives 'jq -r ".payment_requests[].workflow_id" edited >id; mtr-balance release --outcome=paid - <id >one; MTR_NOW=2024-10-09T00:00:00Z mtr-balance release --outcome=paid - <id | diff one -; left' <<'E'
Extra 2000 USD
E
}

@test "each request its own: two of an edit, the same edit again, a threshold beside" {
	northwind ',"prepaid_balance_threshold_configuration":{"is_enabled":true,"threshold_amount":500,"recharge_to_amount":2000,"commit":{"product_id":"Prepaid","name":"Top-up"},"payment_gate_config":{"payment_gate_type":"EXTERNAL"}}'
	edit "\"add_commits\":[$(commit_ One 5000 4500 EXTERNAL),$(commit_ Two 100 100 NONE),$(commit_ Three 300 200 EXTERNAL)],\"add_credits\":[$(commit_ Gift 10 1 NONE | sed 's/PREPAID/CREDIT/; s/,"invoice_schedule.*/}/')]"
	given 'mtr-contract edit edit.json'
	given 'mtr-balance recharge'
	gives 'mtr-balance recharge --open | asked; mtr-balance recharge --open | jq -r .workflow_id | sort -u | wc -l; left' <<'E'
COMMIT 5000 4500 USD open
COMMIT 300 200 USD open
COMMIT 5000 4500 USD open
COMMIT 300 200 USD open
PREPAID_BALANCE 2000 2000 USD open
5
Two 0 USD
Two 0 USD
Gift 0 USD
Gift 0 USD
E
	gives 'mtr-balance recharge --open | jq -r .workflow_id | sed -n 4p | mtr-balance release --outcome=paid - | asked; mtr-contract get $CONTRACT | jq -c "[.commits[].name, .prepaid_balance_threshold_configuration.is_enabled]"' <<'E'
COMMIT 300 200 USD paid
["Two","Two","Three",true]
E
	gives 'mtr-balance recharge --open | jq -r .workflow_id | head -1 | mtr-balance release --outcome=failed - | asked; mtr-contract get $CONTRACT | jq -c .prepaid_balance_threshold_configuration.is_enabled' <<'E'
COMMIT 5000 4500 USD failed
true
E
}

@test "a purchase by hand, for spend trackers, when it is paid" {
	northwind ',"spend_trackers":[{"alias":"hand","applicable_spend_specifiers":[{"spend_type":"COMMIT_PURCHASE","sources":["MANUAL"],"discounted":"ANY"}]}]'
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 EXTERNAL)]"
	gives 'spent() { mtr-contract get $CONTRACT | jq -r ".spend_trackers[].accumulated_spend.amount"; }; spent; mtr-balance release --outcome=paid $(jq -r ".payment_requests[].workflow_id" edited) | asked; spent' <<'E'
0
COMMIT 5000 4500 USD paid
4500
E
}

@test "a dry run says the same and asks nothing; a key counts once" {
	northwind
	body "\"uniqueness_key\":\"k\",\"add_commits\":[$(commit_ Extra 5000 4500 EXTERNAL)]"
	gives 'mtr-contract edit -n edit.json >dry; mtr-balance recharge --open; mtr-contract edit edit.json >wet; diff dry wet; mtr-balance recharge --open | asked' <<'E'
COMMIT 5000 4500 USD open
E
	refuses 3 'mtr-contract edit edit.json' <<'E'
mtr-contract: edit.json:1:98: uniqueness_key "k": belongs to an edit of contract 00000000-0000-4000-8000-0000000000d1 [contract.uniqueness_key]
E
	gives 'mtr-balance recharge --open | asked' <<'E'
COMMIT 5000 4500 USD open
E
}

# ---- refusals ----

@test "only commits that an edit adds" {
	northwind
	printf '{"customer_id":"Northwind","starting_at":"2024-10-01","commits":[%s]}\n' "$(commit_ Extra 1 1 EXTERNAL)" >contract.json
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:330: commits[0].payment_gate_config "{\"payment_gate_type\":\"EXTERNAL\"}": only a commit that add_commits of an edit adds can wait for its payment [contract.commits.payment_gate_config]
E
	refuses_edit "\"add_credits\":[$(commit_ Gift 10 1 EXTERNAL | sed 's/PREPAID/CREDIT/; s/"invoice_schedule.*"payment_gate_config/"payment_gate_config/')]" <<'E'
mtr-contract: edit.json:1:281: add_credits[0].payment_gate_config "{\"payment_gate_type\":\"EXTERNAL\"}": only a commit that add_commits of an edit adds can wait for its payment [contract.add_credits.payment_gate_config]
E
	printf '{"customer_id":"Northwind",%s\n' "$(commit_ Extra 1 1 NONE | cut -c2-)" >balance.json
	refuses 3 'mtr-balance create balance.json' <<'E'
mtr-balance: balance.json:1:291: payment_gate_config "{\"payment_gate_type\":\"NONE\"}": only a commit that add_commits of an edit adds can wait for its payment [balance.payment_gate_config]
E
}

@test "gates that take payments, and what cannot wait" {
	northwind
	refuses_edit "\"add_commits\":[$(commit_ Extra 1 1 STRIPE)]" <<'E'
mtr-contract: edit.json:1:381: add_commits[0].payment_gate_config.payment_gate_type "STRIPE": payments are not taken here; wanted NONE or EXTERNAL [unsupported_field]
E
	refuses_edit "\"add_commits\":[$(commit_ Extra 1 1 NONE | sed 's/"NONE"/&,"tax_type":"ANROK"/')]" <<'E'
mtr-contract: edit.json:1:399: add_commits[0].payment_gate_config.tax_type "ANROK": taxes are not determined here; wanted NONE [unsupported_field]
E
	refuses_edit "\"add_commits\":[$(commit_ Extra 1 0 EXTERNAL)]" <<'E'
mtr-contract: edit.json:1:360: add_commits[0].payment_gate_config "{\"payment_gate_type\":\"EXTERNAL\"}": nothing is to be paid for it; wanted an invoice_schedule [contract.add_commits.payment_gate_config]
E
	refuses_edit "\"add_commits\":[$(commit_ Promise 1 1 EXTERNAL | sed 's/PREPAID/POSTPAID/; s/"2024-10-03"/"2024-11-01"/')]" <<'E'
mtr-contract: edit.json:1:363: add_commits[0].payment_gate_config "{\"payment_gate_type\":\"EXTERNAL\"}": a POSTPAID commit is paid by its true-up; wanted a PREPAID one [contract.add_commits.payment_gate_config]
E
	refuses_edit "\"add_commits\":[$(commit_ Extra 1 1 EXTERNAL | sed 's/"name"/"temporary_id":"x",&/')],\"add_overrides\":[{\"starting_at\":\"2024-10-01\",\"type\":\"MULTIPLIER\",\"multiplier\":0.5,\"override_specifiers\":[{\"product_id\":\"Calls\",\"commit_ids\":[\"x\"]}],\"is_commit_specific\":true,\"target\":\"LIST_RATE\"}]" <<'E'
mtr-contract: edit.json:1:555: add_overrides[0].override_specifiers[0].commit_ids[0] "x": neither the contract nor its customer has one commit or credit of this id or name [not_found]
E
	gives 'mtr-balance recharge --open; left' </dev/null
}

@test "what stands in the way is told before anybody pays" {
	northwind ',"ending_before":"2024-11-01"'
	refuses_edit "\"add_commits\":[$(commit_ Extra 1 1 EXTERNAL | sed 's/"Prepaid"/"Calls"/')]" <<'E'
mtr-contract: edit.json:1:127: add_commits[0].product_id "Calls": wanted a FIXED product, this is a USAGE one [contract.add_commits.product_id]
E
	refuses_edit "\"add_commits\":[$(commit_ Extra 1 1 EXTERNAL | sed 's/"2024-11-01"/"2024-12-01"/; s/"2024-10-01"/"2024-11-01"/')]" <<'E'
mtr-contract: edit.json:1:215: add_commits[0].access_schedule.schedule_items[0].starting_at "2024-11-01": not before the contract's end, 2024-11-01T00:00:00Z [contract.add_commits.access_schedule.schedule_items.starting_at]
E
	refuses_edit "\"add_commits\":[$(commit_ Fine 1 1 EXTERNAL),$(commit_ Extra 1 1 EXTERNAL | sed 's/"Prepaid"/"Nothing"/')]" <<'E'
mtr-contract: edit.json:1:424: add_commits[1].product_id "Nothing": no product of this id or name [not_found]
E
	gives 'mtr-balance recharge --open; left' </dev/null
}

@test "too late: the contract has ended, or the product is sold no more" {
	northwind ',"ending_before":"2024-11-01"'
	edit "\"add_commits\":[$(commit_ Extra 5000 4500 EXTERNAL)]"
	given 'jq -r ".payment_requests[].workflow_id" edited >id'
	refuses 3 'MTR_NOW=2024-11-01T00:00:00Z mtr-balance release --outcome=paid - <id' <<E
mtr-balance: stdin:1: "$(cat id)": contract $CONTRACT has ended at 2024-11-01T00:00:00Z, so that it can buy nothing [ended]
E
	given 'mtr-product archive Prepaid'
	refuses 3 'mtr-balance release --outcome=paid - <id' <<'E'
mtr-balance: stdin:1: add_commits[0].product_id "00000000-0000-4000-8000-0000000000a3": the product is archived [archived]
E
	gives 'mtr-balance release --outcome=failed - <id | asked' <<'E'
COMMIT 5000 4500 USD failed
E
}
