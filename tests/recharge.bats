# mtr-balance recharge and release: thresholds of contracts, and the trackers of what was spent.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

# Northwind pays 1 USD a call (tag cloud) and 0.50 USD a job (no tag).
NORTHWIND=00000000-0000-4000-8000-0000000000c1
CONTRACT=00000000-0000-4000-8000-0000000000d1
CALLS=00000000-0000-4000-8000-0000000000a1
JOBS=00000000-0000-4000-8000-0000000000a2
PREPAID=00000000-0000-4000-8000-0000000000a3
CARD=00000000-0000-4000-8000-0000000000b1
COMMIT=00000000-0000-4000-8000-0000000000e1
SEGMENT=00000000-0000-4000-8000-0000000000f1
export CONTRACT NORTHWIND COMMIT
BALANCE=prepaid_balance_threshold_configuration
SPEND=spend_threshold_configuration

catalogue() { # catalogue [FIELDS of the card]
	db
	export MTR_NOW=2024-10-03T12:34:56Z
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"n","exists":true}]}
{"name":"Jobs","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["job"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<E
{"id":"$CALLS","name":"Calls","type":"USAGE","billable_metric_id":"Calls","tags":["cloud"]}
{"id":"$JOBS","name":"Jobs","type":"USAGE","billable_metric_id":"Jobs"}
{"id":"$PREPAID","name":"Prepaid","type":"FIXED"}
E
	given 'mtr-ratecard create' <<E
{"id":"$CARD","name":"List prices"${1-}}
E
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
E
}

rates() {
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"$CALLS","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
{"rate_card_id":"$CARD","product_id":"$JOBS","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":50}
E
}

# catalogue_with_tokens CENTS - and a card that converts a token to that many
catalogue_with_tokens() {
	catalogue
	given 'echo "{\"name\":\"tokens\"}" | mtr-unit create'
	CARD=00000000-0000-4000-8000-0000000000b2
	given 'mtr-ratecard create' <<E
{"id":"$CARD","name":"Tokens","credit_type_conversions":[{"custom_credit_type_id":"tokens","fiat_per_custom_credit":$1}]}
E
}

# body FIELDS - Northwind's contract from 2024-10-01 on with these fields besides
body() {
	printf '{"id":"%s","customer_id":"%s","rate_card_id":"%s","starting_at":"2024-10-01"%s}\n' \
		"$CONTRACT" "$NORTHWIND" "$CARD" "$1"
}

contract() {
	given 'mtr-contract create' < <(body "$1")
}

# members of a threshold: threshold_ KIND AMOUNTS [FIELDS]
threshold_() {
	printf ',"%s":{"is_enabled":true,%s,"commit":{"product_id":"%s","name":"Top-up"},"payment_gate_config":{"payment_gate_type":"%s"}%s}' \
		"$1" "$2" "$PREPAID" "${GATE-NONE}" "${3-}"
}

threshold() { # threshold AMOUNT TO [FIELDS]
	threshold_ $BALANCE "\"threshold_amount\":\"$1\",\"recharge_to_amount\":\"$2\"" "${3-}"
}

spend() { # spend AMOUNT [FIELDS]
	threshold_ $SPEND "\"threshold_amount\":\"$1\"" "${2-}"
}

# commit AMOUNT [FIELDS] - the JSON of a commit for October
commit() {
	printf '{"id":"%s","type":"PREPAID","product_id":"%s","name":"October","access_schedule":{"schedule_items":[{"id":"%s","amount":"%s","starting_at":"2024-10-01","ending_before":"2024-11-01"}]}%s}' \
		"$COMMIT" "$PREPAID" "$SEGMENT" "$1" "${2-}"
}

# paid AMOUNT AT - fields of a commit that is paid for
paid() {
	printf ',"invoice_schedule":{"schedule_items":[{"timestamp":"%s","amount":"%s"}]}' "$2" "$1"
}

# credit NAME AMOUNT [FIELDS] - the JSON of a credit for October
credit() {
	printf '{"product_id":"%s","name":"%s","access_schedule":{"schedule_items":[{"amount":"%s","starting_at":"2024-10-01","ending_before":"2024-11-01"}]}%s}' \
		"$PREPAID" "$1" "$2" "${3-}"
}

use() { # use ID TIME TYPE N
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2","customer_id":"nw","event_type":"$3","properties":{"n":"$4"}}
E
}

edit() { # edit PARTS
	given 'mtr-contract edit' <<E
{"customer_id":"$NORTHWIND","contract_id":"$CONTRACT",$1}
E
}

# refuses_edit PARTS <MESSAGE
refuses_edit() {
	printf '{"customer_id":"%s","contract_id":"%s",%s}\n' "$NORTHWIND" "$CONTRACT" "$1" >edit.json
	refuses 3 'mtr-contract edit edit.json'
}

# tracker ALIAS SOURCES DISCOUNTED
tracker() {
	printf '{"alias":"%s","applicable_spend_specifiers":[{"spend_type":"COMMIT_PURCHASE","sources":[%s],"discounted":"%s"}]}' "$@"
}

# what fired: configuration, measured, granted, price, currency, outcome
fired() {
	jq -r '[.configuration, .balance // .spend, .amount, .price_exact // .price, .currency, .outcome // "-"] | join(" ")'
}
# balance of each commit and credit
left() {
	jq -r '[.name, .balance_exact // .balance, .currency] | join(" ")'
}
# alias, what was spent, in which period
spent() {
	mtr-contract get $CONTRACT | jq -r '.spend_trackers[] | [.alias, .accumulated_spend.amount_exact // .accumulated_spend.amount, .accumulated_spend.period_starting_at[:10], .accumulated_spend.period_ending_before[:10]] | join(" ")'
}
# name, total of each line, then the total
lines() {
	jq -r '(.line_items[] | [.name, .total_exact // .total] | join(" ")), ("= " + (.total_exact // .total))'
}
export -f fired left spent lines

# ---- a balance threshold ----

@test "a recharge, whole, and the commit it makes" {
	catalogue
	rates
	contract "$(threshold 500 2000),\"commits\":[$(commit 2500)]"
	use a 2024-10-02T00:00:00Z call 20
	given 'mtr-balance recharge >fired'
	gives 'jq . fired' <<E
{
  "workflow_id": "6fa7e0f7-1c15-8280-a6ec-ecbacb6ca742",
  "configuration": "PREPAID_BALANCE",
  "customer_id": "$NORTHWIND",
  "customer_name": "Northwind",
  "contract_id": "$CONTRACT",
  "fired_at": "2024-10-03T12:34:56Z",
  "balance": "500",
  "threshold_amount": "500",
  "amount": "1500",
  "credit_type": {
    "id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2",
    "name": "USD (cents)"
  },
  "price": "1500",
  "price_major": "15.00",
  "currency": "USD",
  "payment_gate_type": "NONE",
  "commit_id": "200633f7-9e0b-80ae-b23b-9eb9a82b8916"
}
E
	gives 'mtr-contract get $CONTRACT | jq ".commits[1]"' <<E
{
  "id": "200633f7-9e0b-80ae-b23b-9eb9a82b8916",
  "type": "PREPAID",
  "product_id": "$PREPAID",
  "name": "Top-up",
  "access_schedule": {
    "credit_type": {
      "id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2",
      "name": "USD (cents)"
    },
    "schedule_items": [
      {
        "id": "5e16a83f-acb0-867e-89c3-cd4ed5ed9cb6",
        "amount": "1500",
        "starting_at": "2024-10-03T12:00:00Z",
        "ending_before": "2025-10-03T12:00:00Z"
      }
    ]
  },
  "invoice_schedule": {
    "credit_type": {
      "id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2",
      "name": "USD (cents)"
    },
    "schedule_items": [
      {
        "id": "200cd088-ebd0-8530-aa81-d33b41fb7afb",
        "timestamp": "2024-10-03T12:34:56Z",
        "amount": "1500",
        "unit_price": "1500",
        "quantity": "1"
      }
    ]
  },
  "threshold_recharge": {
    "workflow_id": "6fa7e0f7-1c15-8280-a6ec-ecbacb6ca742",
    "configuration": "PREPAID_BALANCE",
    "fired_at": "2024-10-03T12:34:56Z"
  },
  "priority": "100"
}
E
	gives 'mtr-contract get $CONTRACT | jq .prepaid_balance_threshold_configuration' <<E
{
  "is_enabled": true,
  "threshold_amount": "500",
  "recharge_to_amount": "2000",
  "credit_type": {
    "id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2",
    "name": "USD (cents)"
  },
  "commit": {
    "product_id": "$PREPAID",
    "name": "Top-up",
    "priority": "100"
  },
  "payment_gate_config": {
    "payment_gate_type": "NONE"
  }
}
E
}

@test "recharge-basic: at the threshold it fires, above it does not" {
	catalogue
	rates
	contract "$(threshold 500 2000),\"commits\":[$(commit 2500)]"
	use a 2024-10-02T00:00:00Z call 19
	gives 'mtr-balance recharge' </dev/null
	use b 2024-10-02T01:00:00Z call 1
	gives 'mtr-balance recharge | fired' <<'E'
PREPAID_BALANCE 500 1500 1500 USD -
E
	gives 'mtr-balance net | jq -r .balance_major; mtr-balance list | left' <<'E'
20.00
October 500 USD
Top-up 1500 USD
E
}

@test "running twice recharges once; and again when it is used up" {
	catalogue
	rates
	contract "$(threshold 500 2000),\"commits\":[$(commit 400)]"
	gives 'mtr-balance recharge | fired; mtr-balance recharge; MTR_NOW=2024-10-03T12:40:00Z mtr-balance recharge' <<'E'
PREPAID_BALANCE 400 1600 1600 USD -
E
	use a 2024-10-03T12:50:00Z call 15
	gives 'MTR_NOW=2024-10-03T12:55:00Z mtr-balance recharge | fired; mtr-balance list | left' <<'E'
PREPAID_BALANCE 500 1500 1500 USD -
October 400 USD
Top-up 100 USD
Top-up 1500 USD
E
}

@test "usage of the hour that nothing covered draws the recharge at once, and the same instant asks no more" {
	catalogue
	rates
	contract "$(threshold 500 2000)"
	use a 2024-10-03T12:10:00Z call 100
	gives 'mtr-balance recharge | fired; mtr-balance net | jq -r .balance; mtr-balance recharge' <<'E'
PREPAID_BALANCE 0 2000 2000 USD -
0
E
	gives 'MTR_NOW=2024-10-03T12:40:00Z mtr-balance recharge | fired' <<'E'
PREPAID_BALANCE 0 2000 2000 USD -
E
}

@test "two at once: one recharge" {
	catalogue
	rates
	contract "$(threshold 500 2000)"
	gives '(mtr-balance recharge >one) & (mtr-balance recharge >two) & wait; cat one two | fired; mtr-balance list | left' <<'E'
PREPAID_BALANCE 0 2000 2000 USD -
Top-up 2000 USD
E
}

@test "a dry run says the same and stores nothing" {
	catalogue
	rates
	contract "$(threshold 500 2000)"
	gives 'mtr-balance recharge -n >dry; mtr-balance list; mtr-balance recharge >wet; diff dry wet; mtr-balance list | left' <<'E'
Top-up 2000 USD
E
}

@test "what is bought is billed, and draws from the hour on" {
	catalogue
	rates
	contract "$(threshold 500 2000)"
	use a 2024-10-03T11:59:59Z call 1
	use b 2024-10-03T12:00:00Z call 3
	given 'mtr-balance recharge'
	gives 'MTR_NOW=2024-11-05T00:00:00Z mtr-invoice run -q | lines' <<'E'
Top-up 2000
= 2000
Calls 300
Top-up applied -300
Calls 100
Jobs 0
= 100
E
	gives 'mtr-db check | jq .differences' <<'E'
0
E
}

@test "the commit ends with the contract, else a year after the hour" {
	catalogue
	contract "$(threshold 500 2000)"
	given 'mtr-balance recharge'
	gives 'mtr-contract get $CONTRACT | jq -r ".commits[0].access_schedule.schedule_items[] | [.starting_at, .ending_before] | @tsv"' <<'E'
2024-10-03T12:00:00Z	2025-10-03T12:00:00Z
E
	fresh
	rm -f mtr.db*
	catalogue
	contract "$(threshold 500 2000),\"ending_before\":\"2024-12-01\""
	given 'mtr-balance recharge'
	gives 'mtr-contract get $CONTRACT | jq -r ".commits[0].access_schedule.schedule_items[] | [.starting_at, .ending_before] | @tsv"' <<'E'
2024-10-03T12:00:00Z	2024-12-01T00:00:00Z
E
}

@test "what counts: credits, balances of the customer that the contract may draw; no promise, no other unit, nothing to come" {
	catalogue
	rates
	contract "$(threshold 500 2000),\"commits\":[$(commit 100),{\"type\":\"POSTPAID\",\"product_id\":\"$PREPAID\",\"name\":\"Promise\",\"access_schedule\":{\"schedule_items\":[{\"amount\":9000,\"starting_at\":\"2024-10-01\",\"ending_before\":\"2024-11-01\"}]},\"invoice_schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-11-01\",\"amount\":9000}]}}],\"credits\":[$(credit Gift 20),{\"product_id\":\"$PREPAID\",\"name\":\"Euros\",\"access_schedule\":{\"credit_type_id\":\"EUR\",\"schedule_items\":[{\"amount\":500,\"starting_at\":\"2024-10-01\",\"ending_before\":\"2024-11-01\"}]}},{\"product_id\":\"$PREPAID\",\"name\":\"Later\",\"access_schedule\":{\"schedule_items\":[{\"amount\":500,\"starting_at\":\"2024-10-20\",\"ending_before\":\"2024-11-01\"}]}}]"
	given 'mtr-contract create' <<E
{"customer_id":"$NORTHWIND","name":"Other","starting_at":"2024-10-01","credits":[$(credit Other 4000)]}
E
	given 'mtr-balance create' <<E
$(credit Shared 3 ",\"customer_id\":\"$NORTHWIND\",\"priority\":1")
$(credit Elsewhere 4000 ",\"customer_id\":\"$NORTHWIND\",\"priority\":1,\"applicable_contract_ids\":[\"Other\"]")
E
	gives 'mtr-balance recharge | fired' <<'E'
PREPAID_BALANCE 123 1877 1877 USD -
E
}

@test "recharge-exclude: balances that an exclusion describes do not count" {
	catalogue
	contract "$(threshold 1500 3000),\"commits\":[$(commit 1000)],\"credits\":[$(credit Trial 1000 ',"custom_fields":{"credit_type":"ai_trial"}')]"
	gives 'mtr-balance recharge' </dev/null
	edit "\"update_$BALANCE\":{\"threshold_balance_specifiers\":[{\"exclude\":[{\"custom_field_filters\":[{\"entity\":\"ContractCreditOrCommit\",\"key\":\"credit_type\",\"value\":\"ai_trial\"}]}]}]}"
	gives 'mtr-balance recharge | fired' <<'E'
PREPAID_BALANCE 1000 2000 2000 USD -
E
}

@test "recharge-cpu: 450 tokens at 0.10 USD" {
	catalogue_with_tokens 10
	contract "$(threshold 50 500 ',"custom_credit_type_id":"tokens"'),\"credits\":[$(credit Gift 50 | sed 's/"schedule_items"/"credit_type_id":"tokens",&/')]"
	gives 'mtr-balance recharge | fired; mtr-balance list | left; mtr-invoice run -q | lines' <<'E'
PREPAID_BALANCE 50 450 4500 USD -
Top-up 450 tokens
Gift 50 tokens
Top-up 4500
= 4500
E
}

@test "recharge-discount: 100 units at 2 for 1 USD, a tenth off" {
	catalogue_with_tokens 50
	contract "$(threshold 100 200 ',"custom_credit_type_id":"tokens","discount_configuration":{"payment_fraction":0.9}'),\"credits\":[$(credit Gift 100 | sed 's/"schedule_items"/"credit_type_id":"tokens",&/')]"
	gives 'mtr-balance recharge | jq -r "[.amount, .undiscounted_price, .price, .price_major] | @tsv"' <<'E'
100	5000	4500	45.00
E
}

# ---- discounts and trackers ----

@test "recharge-discount-20, and a cap: what passes it is at full price" {
	catalogue
	rates
	contract "$(threshold 500 2500 ',"discount_configuration":{"payment_fraction":"90 %","cap":{"amount":3000,"spend_tracker_alias":"promo"}}'),\"spend_trackers\":[$(tracker promo '"THRESHOLD_RECHARGE"' DISCOUNTED_ONLY),$(tracker any '"THRESHOLD_RECHARGE","MANUAL"' ANY)],\"credits\":[$(credit Gift 500)]"
	gives 'spent; mtr-balance recharge | fired; spent' <<'E'
promo 0 2024-10-01 2024-11-01
any 0 2024-10-01 2024-11-01
PREPAID_BALANCE 500 2000 1800 USD -
promo 1800 2024-10-01 2024-11-01
any 1800 2024-10-01 2024-11-01
E
	use a 2024-10-04T00:00:00Z call 25
	gives 'export MTR_NOW=2024-10-04T00:30:00Z; mtr-balance recharge | jq -r "[.amount, .undiscounted_price, .price_exact] | @tsv"; spent' <<'E'
2500	2500	7100/3
promo 3000 2024-10-01 2024-11-01
any 12500/3 2024-10-01 2024-11-01
E
	use b 2024-10-05T00:00:00Z call 25
	gives 'export MTR_NOW=2024-10-05T00:30:00Z; mtr-balance recharge | fired; spent' <<'E'
PREPAID_BALANCE 0 2500 2500 USD -
promo 3000 2024-10-01 2024-11-01
any 20000/3 2024-10-01 2024-11-01
E
	use c 2024-11-02T00:00:00Z call 25
	gives 'export MTR_NOW=2024-11-02T00:30:00Z; mtr-balance recharge | fired; spent' <<'E'
PREPAID_BALANCE 0 2500 2250 USD -
promo 2250 2024-11-01 2024-12-01
any 2250 2024-11-01 2024-12-01
E
}

@test "spend-tracker: purchases by hand, discounted or not" {
	catalogue
	contract ",\"spend_trackers\":[$(tracker promo-cap '"THRESHOLD_RECHARGE","MANUAL"' DISCOUNTED_ONLY),$(tracker full '"MANUAL"' UNDISCOUNTED_ONLY),$(tracker recharges '"THRESHOLD_RECHARGE"' ANY)],\"commits\":[$(commit 9000 "$(paid 14253.22 2024-10-02)"',"spend_tracker_attributes":{"counts_as_discounted":true}')]"
	edit "\"add_commits\":[$(commit 100 "$(paid 70 2024-10-03)" | sed 's/"id":"[^"]*",//g'),$(commit 100 "$(paid 8 2024-10-20)" | sed 's/"id":"[^"]*",//g')]"
	gives spent <<'E'
promo-cap 14253.22 2024-10-01 2024-11-01
full 70 2024-10-01 2024-11-01
recharges 0 2024-10-01 2024-11-01
E
	gives 'MTR_NOW=2024-10-20T00:00:00Z spent; MTR_NOW=2024-11-01T00:00:00Z spent' <<'E'
promo-cap 14253.22 2024-10-01 2024-11-01
full 78 2024-10-01 2024-11-01
recharges 0 2024-10-01 2024-11-01
promo-cap 0 2024-11-01 2024-12-01
full 0 2024-11-01 2024-12-01
recharges 0 2024-11-01 2024-12-01
E
}

# ---- a spend threshold ----

@test "spend: fires at the threshold, and covers what was used" {
	catalogue
	rates
	contract "$(spend 1000),\"commits\":[$(commit 300)]"
	use a 2024-10-02T00:00:00Z call 12
	gives 'mtr-balance recharge' </dev/null
	use b 2024-10-03T12:30:00Z job 2
	gives 'mtr-balance recharge | fired; mtr-balance recharge; MTR_NOW=2024-10-03T12:40:00Z mtr-balance recharge' <<'E'
SPEND 1000 1000 1000 USD -
E
	use c 2024-10-04T00:00:00Z call 7
	gives 'MTR_NOW=2024-10-04T01:00:00Z mtr-balance recharge; MTR_NOW=2024-11-05T00:00:00Z mtr-invoice run -q | lines' <<'E'
Top-up 1000
= 1000
Calls 1000
Calls 300
Top-up applied -1000
October applied -300
Calls 600
Jobs 100
= 700
E
}

@test "spend: a promise does not cover, another period does not count" {
	catalogue
	rates
	contract "$(spend 1000),\"commits\":[{\"type\":\"POSTPAID\",\"product_id\":\"$PREPAID\",\"name\":\"Promise\",\"access_schedule\":{\"schedule_items\":[{\"amount\":9000,\"starting_at\":\"2024-10-01\",\"ending_before\":\"2024-12-01\"}]},\"invoice_schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-12-01\",\"amount\":9000}]}}]"
	use a 2024-10-02T00:00:00Z call 10
	gives 'MTR_NOW=2024-11-01T00:00:00Z mtr-balance recharge; mtr-balance recharge | fired' <<'E'
SPEND 1000 1000 1000 USD -
E
}

# ---- a gate ----

@test "a request, whole; asked once; paid: the commit" {
	catalogue
	rates
	contract "$(GATE=EXTERNAL threshold 500 2000)"
	given 'mtr-balance recharge >asked'
	gives 'jq . asked' <<E
{
  "workflow_id": "6fa7e0f7-1c15-8280-a6ec-ecbacb6ca742",
  "configuration": "PREPAID_BALANCE",
  "customer_id": "$NORTHWIND",
  "customer_name": "Northwind",
  "contract_id": "$CONTRACT",
  "fired_at": "2024-10-03T12:34:56Z",
  "balance": "0",
  "threshold_amount": "500",
  "amount": "2000",
  "credit_type": {
    "id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2",
    "name": "USD (cents)"
  },
  "price": "2000",
  "price_major": "20.00",
  "currency": "USD",
  "payment_gate_type": "EXTERNAL",
  "outcome": "open"
}
E
	gives 'mtr-balance recharge; MTR_NOW=2024-10-04T00:00:00Z mtr-balance recharge; mtr-balance list; mtr-balance recharge --open | diff asked -; mtr-balance recharge --open $CONTRACT | diff asked -' </dev/null
	gives 'MTR_NOW=2024-10-05T09:30:00Z mtr-balance release --outcome=paid $(jq -r .workflow_id asked) | jq -r "[.outcome, .answered_at] | @tsv"' <<'E'
paid	2024-10-05T09:30:00Z
E
	gives 'mtr-balance recharge --open; MTR_NOW=2024-10-05T09:30:00Z mtr-balance recharge; MTR_NOW=2024-10-05T10:00:00Z mtr-balance list | jq -r "[.balance, .access_schedule.schedule_items[].starting_at, .threshold_recharge.fired_at] | @tsv"; mtr-db check | jq .differences' <<'E'
2000	2024-10-05T09:00:00Z	2024-10-03T12:34:56Z
0
E
}

@test "failed: the threshold is off, and nothing is bought" {
	catalogue
	rates
	contract "$(GATE=EXTERNAL threshold 500 2000)"
	given 'mtr-balance recharge | jq -r .workflow_id >asked'
	gives 'mtr-balance release --outcome=failed - <asked | jq -r .outcome; mtr-contract get $CONTRACT | jq .'$BALANCE'.is_enabled; mtr-balance list; MTR_NOW=2024-10-04T00:00:00Z mtr-balance recharge' <<'E'
failed
false
E
	edit "\"update_$BALANCE\":{\"is_enabled\":true}"
	gives 'MTR_NOW=2024-10-04T00:00:00Z mtr-balance recharge | fired' <<'E'
PREPAID_BALANCE 0 2000 2000 USD open
E
}

@test "an answer twice is one answer; another one is refused" {
	catalogue
	contract "$(GATE=EXTERNAL threshold 500 2000)"
	given 'mtr-balance recharge | jq -r .workflow_id >asked'
	gives 'mtr-balance release --outcome=paid - <asked >one; MTR_NOW=2024-10-09T00:00:00Z mtr-balance release --outcome=paid - <asked | diff one -; mtr-balance list | left' <<'E'
Top-up 2000 USD
E
	W=$(cat asked)
	refuses 3 'mtr-balance release --outcome=failed - <asked' <<E
mtr-balance: stdin:1: "$W": was answered at 2024-10-03T12:34:56Z: paid [answered]
E
}

@test "both thresholds of a contract, each with its own gate" {
	catalogue
	rates
	contract "$(GATE=EXTERNAL threshold 500 2000)$(spend 1000)"
	use a 2024-10-02T00:00:00Z call 10
	gives 'mtr-balance recharge | fired; mtr-balance list | left' <<'E'
PREPAID_BALANCE 0 2000 2000 USD open
SPEND 1000 1000 1000 USD -
Top-up 0 USD
E
}

# ---- several contracts ----

@test "contracts by name; those that are over, yet to come, or off are left alone" {
	catalogue
	given 'mtr-contract create' <<E
{"customer_id":"$NORTHWIND","name":"One","starting_at":"2024-10-01"$(threshold 500 2000)}
{"customer_id":"$NORTHWIND","name":"Two","starting_at":"2024-10-01"$(threshold 500 3000)}
{"customer_id":"$NORTHWIND","name":"Over","starting_at":"2024-09-01","ending_before":"2024-10-01"$(threshold 500 2000)}
{"customer_id":"$NORTHWIND","name":"Soon","starting_at":"2024-11-01"$(threshold 500 2000)}
{"customer_id":"$NORTHWIND","name":"Off","starting_at":"2024-10-01"$(threshold 500 2000 | sed 's/true/false/')}
E
	gives 'mtr-balance recharge Two Over | fired' <<'E'
PREPAID_BALANCE 0 3000 3000 USD -
E
	gives 'mtr-balance recharge | fired' <<'E'
PREPAID_BALANCE 0 2000 2000 USD -
E
}

@test "what cannot be rated, or bought, is told, and holds nothing else back" {
	catalogue
	given 'mtr-customer create' <<'E'
{"name":"Acme"}
{"name":"Umbrella"}
E
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$NORTHWIND","rate_card_id":"$CARD","starting_at":"2199-12-01","net_payment_terms_days":36500}
{"customer_id":"$NORTHWIND","starting_at":"2199-12-01"$(threshold 500 2000)}
{"id":"$COMMIT","customer_id":"Umbrella","starting_at":"2199-12-01","net_payment_terms_days":36500$(threshold 500 3000)}
{"customer_id":"Umbrella","starting_at":"2199-12-01"$(threshold 500 4000)}
{"customer_id":"Acme","starting_at":"2199-12-01"$(threshold 500 5000)}
E
	export MTR_NOW=2200-01-15T00:00:00Z
	try 'mtr-balance recharge | fired'
	status_is 1
	out_is <<'E'
PREPAID_BALANCE 0 4000 4000 USD -
PREPAID_BALANCE 0 5000 5000 USD -
E
	err_is <<'E'
mtr-balance: net_payment_terms_days "36500": the invoice of 2200-01-02T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
mtr-balance: net_payment_terms_days "36500": the invoice of 2200-01-15T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
E
	gives 'mtr-balance list --final | left; mtr-db check | jq .differences' <<'E'
Top-up 4000 USD
Top-up 5000 USD
0
E
}

@test "a product that is archived is not bought any more" {
	catalogue
	contract "$(threshold 500 2000)"
	given 'mtr-product archive Prepaid'
	try 'mtr-balance recharge'
	status_is 1
	out_empty
	err_is <<'E'
mtr-balance: prepaid_balance_threshold_configuration.commit.product_id "00000000-0000-4000-8000-0000000000a3": the product is archived [archived]
E
	refuses_edit "\"update_$BALANCE\":{\"commit\":{\"product_id\":\"Calls\"}}" <<'E'
mtr-contract: edit.json:1:1: prepaid_balance_threshold_configuration.commit.product_id "Calls": wanted a FIXED product, this is a USAGE one [contract.prepaid_balance_threshold_configuration.commit.product_id]
E
	edit "\"update_$BALANCE\":{\"is_enabled\":false}"
	gives 'mtr-balance recharge' </dev/null
}

# ---- refusals ----

@test "recharge-minimums, and units that the card does not have" {
	catalogue
	for amounts in '1000 1999' '499 2000'; do
		# shellcheck disable=SC2086
		body "$(threshold $amounts)" >contract.json
		try 'mtr-contract create contract.json'
		status_is 3
		out_empty
		cat "$ERR" >>messages
		checked err
	done
	given 'cat messages'
	out_is <<'E'
mtr-contract: contract.json:1:288: prepaid_balance_threshold_configuration.recharge_to_amount "1999": in USD (cents); wanted what is worth 10 USD more than threshold_amount [contract.prepaid_balance_threshold_configuration.recharge_to_amount]
mtr-contract: contract.json:1:260: prepaid_balance_threshold_configuration.threshold_amount "499": in USD (cents); wanted what is worth 5 USD or more [contract.prepaid_balance_threshold_configuration.threshold_amount]
E
	body "$(threshold 1000 2000)" >contract.json
	given 'mtr-contract create contract.json'
}

@test "units that the card does not have, and a cap in another than is paid" {
	catalogue
	given 'echo "{\"name\":\"tokens\"}" | mtr-unit create'
	body "$(threshold 1000 2000 ',"custom_credit_type_id":"tokens"')" >contract.json
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:260: prepaid_balance_threshold_configuration.threshold_amount "tokens": wanted USD (cents), or a unit that the rate card converts [contract.prepaid_balance_threshold_configuration.threshold_amount]
E
	body "$(threshold '10 EUR' '20 EUR')" >contract.json
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:260: prepaid_balance_threshold_configuration.threshold_amount "EUR": wanted USD (cents), or a unit that the rate card converts [contract.prepaid_balance_threshold_configuration.threshold_amount]
E
	body "$(spend '10 tokens')" >contract.json
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:250: spend_threshold_configuration.threshold_amount "tokens": wanted USD (cents) [contract.spend_threshold_configuration.threshold_amount]
E
	body "$(spend 1000 ',"discount_configuration":{"payment_fraction":0.5,"cap":{"amount":"10 EUR","spend_tracker_alias":"e"}}'),\"spend_trackers\":[$(tracker e '"MANUAL"' ANY | sed 's/{/&"credit_type_id":"EUR",/')]" >contract.json
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:483: spend_threshold_configuration.discount_configuration.cap.spend_tracker_alias "EUR": the unit of the tracker; wanted one in USD (cents), which is paid [contract.spend_threshold_configuration.discount_configuration.cap.spend_tracker_alias]
E
}

@test "a card in euros: whole units, of the card" {
	CARD=00000000-0000-4000-8000-0000000000b3
	catalogue ',"fiat_credit_type_id":"EUR"'
	body "$(threshold 5 '14.99 EUR')" >contract.json
	refuses 3 'mtr-contract create contract.json' <<'E'
mtr-contract: contract.json:1:285: prepaid_balance_threshold_configuration.recharge_to_amount "14.99": in EUR; wanted what is worth 10 EUR more than threshold_amount [contract.prepaid_balance_threshold_configuration.recharge_to_amount]
E
	contract "$(threshold 5 15)$(spend 20)"
	gives 'mtr-balance recharge | jq -r "[.amount, .credit_type.name, .price_major, .currency] | @tsv"; mtr-balance recharge; mtr-contract get $CONTRACT | jq -r .spend_threshold_configuration.credit_type.name' <<'E'
15	EUR	15.00	EUR
EUR
E
}

@test "archived with its customer" {
	catalogue
	contract "$(GATE=EXTERNAL threshold 500 2000)"
	given 'mtr-balance recharge | jq -r .workflow_id >asked; mtr-customer archive Northwind'
	gives 'mtr-balance recharge' </dev/null
	refuses 3 'mtr-balance recharge $CONTRACT' <<'E'
mtr-balance: "00000000-0000-4000-8000-0000000000d1": the contract is archived [archived]
E
	refuses 3 'mtr-balance release --outcome=paid - <asked' <<'E'
mtr-balance: stdin:1: "6fa7e0f7-1c15-8280-a6ec-ecbacb6ca742": contract 00000000-0000-4000-8000-0000000000d1 is archived, so that it can buy nothing [archived]
E
	gives 'mtr-balance release --outcome=failed - <asked | jq -r .outcome' <<'E'
failed
E
}

@test "one record of an answer is refused: no answer counts" {
	catalogue
	contract "$(GATE=EXTERNAL threshold 500 2000)"
	given 'mtr-balance recharge | jq -r .workflow_id >asked; echo x >>asked'
	refuses 3 'mtr-balance release --outcome=paid - <asked' <<'E'
mtr-balance: stdin:2: "x": wanted the workflow_id of a recharge [not_found]
E
	gives 'mtr-balance recharge --open | fired; mtr-balance list' <<'E'
PREPAID_BALANCE 0 2000 2000 USD open
E
}

@test "what release refuses" {
	catalogue
	refuses 2 'mtr-balance release x' <<'E'
mtr-balance: wanted --outcome=paid or --outcome=failed [usage]
usage: mtr-balance release [option ...] workflow ...
help: mtr-balance release --help
E
	refuses 2 'mtr-balance release --outcome=maybe x' <<'E'
mtr-balance: --outcome "maybe": wanted: paid|failed [option_value]
usage: mtr-balance release [option ...] workflow ...
help: mtr-balance release --help
E
	refuses 3 'mtr-balance release --outcome=paid x' <<'E'
mtr-balance: "x": wanted the workflow_id of a recharge [not_found]
E
	refuses 3 "mtr-balance release --outcome=paid $CONTRACT" <<'E'
mtr-balance: "00000000-0000-4000-8000-0000000000d1": no recharge asked for this payment [not_found]
E
	refuses 3 'mtr-balance recharge Nobody' <<'E'
mtr-balance: "Nobody": no contract of this id or name [not_found]
E
	refuses 3 'mtr-balance recharge --open Nobody' <<'E'
mtr-balance: "Nobody": no contract of this id or name [not_found]
E
}

@test "a contract that has ended buys nothing any more; failed is an answer still" {
	catalogue
	contract "$(GATE=EXTERNAL threshold 500 2000),\"ending_before\":\"2024-11-01\""
	given 'mtr-balance recharge | jq -r .workflow_id >asked'
	W=$(cat asked)
	export MTR_NOW=2024-11-01T00:00:00Z
	refuses 3 'mtr-balance release --outcome=paid - <asked' <<E
mtr-balance: stdin:1: "$W": contract $CONTRACT has ended at 2024-11-01T00:00:00Z, so that it can buy nothing [ended]
E
	gives 'mtr-balance release --outcome=failed - <asked | jq -r .outcome; mtr-balance recharge --open' <<'E'
failed
E
}

@test "edits of thresholds and trackers, and their refusals" {
	catalogue
	contract ""
	refuses_edit "\"update_$BALANCE\":{\"is_enabled\":false}" <<'E'
mtr-contract: edit.json:1:157: update_prepaid_balance_threshold_configuration "{\"is_enabled\":false}": the contract has none; wanted add_prepaid_balance_threshold_configuration [contract.update_prepaid_balance_threshold_configuration]
E
	edit "\"add_spend_trackers\":[$(tracker promo '"MANUAL"' ANY)],\"add_$BALANCE\"$(threshold 500 2000 ',"discount_configuration":{"payment_fraction":0.5,"cap":{"amount":100,"spend_tracker_alias":"promo"}}' | sed 's/^,"[a-z_]*"//')"
	refuses_edit "\"add_$BALANCE\"$(threshold 500 2000 | sed 's/^,"[a-z_]*"//')" <<'E'
mtr-contract: edit.json:1:154: add_prepaid_balance_threshold_configuration "{\"commit\":{\"name\":\"Top-up\",\"product_id\":\"00000000-0000-4000-8000-0000000000a3\"},\"is_enabled\":true,\"payment_gate_config\":{\"payment_gate_type\":\"NONE\"},\"recharge_to_amount\":\"2000\",\"threshold_amount\":\"500...": the contract has one; wanted update_prepaid_balance_threshold_configuration [contract.add_prepaid_balance_threshold_configuration]
E
	refuses_edit "\"update_$BALANCE\":{\"recharge_to_amount\":1400}" <<'E'
mtr-contract: edit.json:1:1: prepaid_balance_threshold_configuration.recharge_to_amount "1400": in USD (cents); wanted what is worth 10 USD more than threshold_amount [contract.prepaid_balance_threshold_configuration.recharge_to_amount]
E
	refuses_edit '"archive_spend_trackers":["promo"]' <<'E'
mtr-contract: edit.json:1:134: archive_spend_trackers[0] "promo": it caps the discount of a threshold, which must go first [contract.archive_spend_trackers]
E
	refuses_edit '"archive_spend_trackers":["other"]' <<'E'
mtr-contract: edit.json:1:134: archive_spend_trackers[0] "other": no spend tracker of the contract bears it [contract.archive_spend_trackers]
E
	refuses_edit "\"add_spend_trackers\":[$(tracker promo '"MANUAL"' ANY)]" <<'E'
mtr-contract: edit.json:1:139: add_spend_trackers[0].alias "promo": another tracker of the contract bears it [contract.add_spend_trackers.alias]
E
	edit "\"update_$BALANCE\":{\"threshold_amount\":600,\"recharge_to_amount\":2700,\"discount_configuration\":null,\"commit\":{\"name\":\"More\"}},\"archive_spend_trackers\":[\"promo\"]"
	gives 'mtr-contract get $CONTRACT | jq -c "[.spend_trackers, .'$BALANCE']"' <<'E'
[null,{"is_enabled":true,"threshold_amount":"600","recharge_to_amount":"2700","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"commit":{"product_id":"00000000-0000-4000-8000-0000000000a3","name":"More","priority":"100"},"payment_gate_config":{"payment_gate_type":"NONE"}}]
E
}
