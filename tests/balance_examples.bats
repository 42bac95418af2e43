# Worked examples of balances, published numbers of ledgers and trials:
# ledger-credit-100, ledger-prepaid-and-credit, cloudnet-3, trial-credit,
# skills-invoice, skills-hybrid.
# shellcheck disable=SC2016,SC2030,SC2031
load helpers

# Northwind pays 1 USD a call; tuning is a product of its own.
catalogue() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"n","exists":true}]}
{"name":"Tuning","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["tune"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<'E'
{"name":"Calls","type":"USAGE","billable_metric_id":"Calls"}
{"name":"Tuning","type":"USAGE","billable_metric_id":"Tuning","tags":["Fine tuning"]}
{"name":"Prepaid","type":"FIXED"}
{"name":"Fee","type":"FIXED"}
E
	given 'mtr-ratecard create' <<'E'
{"name":"List"}
E
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
{"rate_card_id":"List","product_id":"Tuning","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":300}
E
	given 'mtr-customer create' <<'E'
{"name":"Northwind","ingest_aliases":["nw"]}
E
}

contract() { # contract START FIELDS
	given 'mtr-contract create' <<E
{"customer_id":"Northwind","name":"Main","rate_card_id":"List","starting_at":"$1",$2}
E
}

use() { # use DAY TYPE N
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1 $2","timestamp":"$1T12:00:00Z","customer_id":"nw","event_type":"$2","properties":{"n":"$3"}}
E
}

# type, date, amount and what was left after it
entries() {
	jq -r '[.type, .timestamp[0:10], .amount, .running_balance] | join(" ")'
}
export -f entries

@test "ledger-credit-100: 100 USD given for September, of which 63 are used" {
	catalogue
	contract 2024-09-01 '"credits":[{"product_id":"Prepaid","name":"Gift","access_schedule":{"schedule_items":[{"amount":10000,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}]'
	use 2024-09-10 call 63
	export MTR_NOW=2024-10-02T00:00:00Z
	given 'mtr-invoice run -q'
	gives 'mtr-balance ledger Gift | entries' <<'E'
CREDIT_SEGMENT_START 2024-09-01 10000 10000
CREDIT_AUTOMATED_INVOICE_DEDUCTION 2024-10-01 -6300 3700
CREDIT_EXPIRATION 2024-10-01 -3700 0
E
}

@test "ledger-prepaid-and-credit: a credit that comes later is drawn first" {
	catalogue
	contract 2024-09-01 '"commits":[{"type":"PREPAID","product_id":"Prepaid","name":"Paid","priority":2,"access_schedule":{"schedule_items":[{"amount":10000,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":10000}]}}],"credits":[{"product_id":"Prepaid","name":"Gift","priority":1,"access_schedule":{"schedule_items":[{"amount":500,"starting_at":"2024-10-01","ending_before":"2025-09-01"}]}}]'
	use 2024-09-10 call 65
	use 2024-10-10 call 20
	export MTR_NOW=2024-11-02T00:00:00Z
	given 'mtr-invoice run -q'
	gives 'mtr-balance ledger Paid Gift | entries | grep DEDUCTION' <<'E'
PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION 2024-10-01 -6500 3500
PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION 2024-11-01 -1500 2000
CREDIT_AUTOMATED_INVOICE_DEDUCTION 2024-11-01 -500 0
E
}

@test "cloudnet-3: a promise of 10,000, of which twelve months spend 800" {
	catalogue
	contract 2024-01-01 '"ending_before":"2025-01-01","commits":[{"type":"POSTPAID","product_id":"Prepaid","name":"Promise","access_schedule":{"schedule_items":[{"amount":1000000,"starting_at":"2024-01-01","ending_before":"2025-01-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2025-01-01","amount":1000000}]}}]'
	for m in 01 02 03 04 05 06 07 08 09 10 11 12; do
		use 2024-$m-10 call 800
	done
	export MTR_NOW=2025-01-02T00:00:00Z
	gives 'mtr-invoice run -q | jq -r "[.type, .total] | join(\" \")" | sort | uniq -c | sed "s/^ *//"' <<'E'
1 SCHEDULED 40000
12 USAGE 80000
E
	gives 'mtr-balance ledger Promise | jq -r "[.type, .amount] | join(\" \")" | uniq -c | sed "s/^ *//"' <<'E'
1 POSTPAID_COMMIT_INITIAL_BALANCE 1000000
12 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -80000
1 POSTPAID_COMMIT_TRUEUP -40000
E
}

@test "trial-credit: a week's credit, then list prices; what the trial does not have is not billed" {
	catalogue
	contract 2024-09-01 '"credits":[{"product_id":"Prepaid","name":"Trial","access_schedule":{"schedule_items":[{"amount":10000,"starting_at":"2024-09-01","ending_before":"2024-09-08"}]}}],"overrides":[{"starting_at":"2024-09-01","entitled":false,"applicable_product_tags":["Fine tuning","Images modeled"]}]'
	use 2024-09-03 call 70
	use 2024-09-04 tune 5
	use 2024-09-20 call 9
	export MTR_NOW=2024-10-02T00:00:00Z
	gives 'mtr-invoice run -q | jq -r "(.line_items[] | [.name, .quantity, .total] | map(. // \"-\") | join(\" \")), .total"' <<'E'
Calls 70 7000
Trial applied - -7000
Calls 9 900
900
E
}

FEE='"scheduled_charges":[{"product_id":"Fee","schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":2000}]}}]'

@test "skills-invoice: a fee of 20, usage of 150 and 200, and a credit of 20" {
	catalogue
	contract 2024-09-01 "$FEE"',"credits":[{"product_id":"Prepaid","name":"Gift","access_schedule":{"schedule_items":[{"amount":2000,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}]'
	use 2024-09-03 tune 50
	use 2024-09-04 call 200
	export MTR_NOW=2024-10-02T00:00:00Z
	gives 'mtr-invoice run -q | jq -s "map(.total | tonumber) | add / 100"' <<'E'
350
E
}

@test "skills-hybrid: a fee of 20 and usage of 120, 1.2 and 10" {
	catalogue
	contract 2024-09-01 "$FEE"
	use 2024-09-03 tune 40
	use 2024-09-04 call 1.2
	use 2024-09-05 call 10
	export MTR_NOW=2024-10-02T00:00:00Z
	gives 'mtr-invoice run -q | jq -s "map(.total | tonumber) | add / 100"' <<'E'
151.2
E
}
