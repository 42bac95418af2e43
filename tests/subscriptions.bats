# Subscriptions from contract to invoice: fees, quantities and seats, what balances they feed.
# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# Acme's seats cost 30 USD a month, calls 0.10 USD each; the clock stands at 2024-09-05.
PRODUCT_SEATS=00000000-0000-4000-8000-0000000000a1
CONTRACT=00000000-0000-4000-8000-0000000000d1
TEAM=00000000-0000-4000-8000-0000000000e1
ITEM=00000000-0000-4000-8000-0000000000f1
export CONTRACT TEAM ITEM

catalogue() {
	db
	export MTR_NOW=2024-09-05T00:00:00Z
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"seat","exists":true}],"group_keys":[["seat"]]}
E
	given 'mtr-product create' <<E
{"id":"$PRODUCT_SEATS","name":"Seats","type":"SUBSCRIPTION"}
{"name":"Calls","type":"USAGE","billable_metric_id":"Calls","presentation_group_key":["seat"]}
{"name":"Credit","type":"FIXED"}
E
	given 'echo "{\"name\":\"List\"}" | mtr-ratecard create'
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Seats","starting_at":"2020-01-01","entitled":true,"rate_type":"FLAT","price":3000,"billing_frequency":"MONTHLY"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2020-01-01","entitled":true,"rate_type":"FLAT","price":10}
E
	given 'echo "{\"name\":\"Acme\",\"ingest_aliases\":[\"acme\"]}" | mtr-customer create'
}

# body FIELDS [FIELDS of the subscription] - Acme's contract with one subscription
body() {
	printf '{"id":"%s","name":"Main","customer_id":"Acme","rate_card_id":"List","starting_at":"2024-09-01"%s,"subscriptions":[{"id":"%s","temporary_id":"team","name":"Team","subscription_rate":{"product_id":"Seats","billing_frequency":"MONTHLY"},"collection_schedule":"ADVANCE","proration":{"is_prorated":true,"invoice_behavior":"BILL_IMMEDIATELY"}%s}]}\n' \
		"$CONTRACT" "$1" "$TEAM" "${2-,\"initial_quantity\":10}"
}

contract() {
	given 'mtr-contract create' < <(body "$@")
}

SEATS=',"quantity_management_mode":"SEAT_BASED","seat_config":{"seat_group_key":"seat","initial_seat_ids":["ann","bob"],"initial_unassigned_seats":1}'

# linked ALLOCATION PRICE - a monthly credit for each seat
linked() {
	printf ',"recurring_credits":[{"id":"%s","product_id":"Credit","name":"Included","priority":1,"access_amount":{"unit_price":%s},"commit_duration":{"value":1},"starting_at":"2024-09-01","recurrence_frequency":"MONTHLY","applicable_product_ids":["Calls"],"subscription_config":{"subscription_id":"team","allocation":"%s","apply_seat_increase_config":{"is_prorated":true}}}]' \
		"$ITEM" "$2" "$1"
}

# update FIELDS - an edit of the subscription
update() {
	printf '{"customer_id":"Acme","contract_id":"Main","update_subscriptions":[{"subscription_id":"Team"%s}]}\n' "$1"
}

edit() {
	given 'mtr-contract edit' < <(update "$1")
}

run() {
	gives "mtr-invoice run -q | jq -c '[.type, .issued_at, .amount_due_major, [.line_items[] | select(.quantity != \"0\") | [.type, .quantity, .unit_price, .starting_at[:10], .is_prorated]]]'"
}

# call SEAT TIME - one call by a seat
call() {
	calls=$((${calls-0} + 1))
	given 'mtr-ingest' < <(printf '{"transaction_id":"%d","customer_id":"acme","event_type":"call","timestamp":"%s","properties":{"seat":"%s"}}\n' \
		"$calls" "$2" "$1")
}

@test "fees: at the start, on change, with each statement; running again bills nothing again" {
	catalogue
	contract ''
	run <<'E'
["SCHEDULED","2024-09-01T00:00:00Z","300.00",[["subscription","10","3000","2024-09-01",false]]]
E
	edit ',"quantity_updates":[{"starting_at":"2024-09-04","quantity":12},{"starting_at":"2024-09-04","quantity_delta":-1}]'
	run <<'E'
["SCHEDULED","2024-09-04T00:00:00Z","27.00",[["subscription","1","2700","2024-09-04",true]]]
E
	# what comes to be due on a day that is billed makes another invoice of that day
	edit ',"quantity_updates":[{"starting_at":"2024-09-04","quantity_delta":2}]'
	run <<'E'
["SCHEDULED","2024-09-04T00:00:00Z","54.00",[["subscription","2","2700","2024-09-04",true]]]
E
	edit ',"quantity_updates":[{"starting_at":"2024-09-04T05:00:00Z","quantity":2}]'
	run </dev/null
	MTR_NOW=2024-11-03T00:00:00Z
	run <<'E'
["USAGE","2024-10-02T00:00:00Z","60.00",[["subscription","2","3000","2024-10-01",false]]]
["USAGE","2024-11-02T00:00:00Z","60.00",[["subscription","2","3000","2024-11-01",false]]]
E
	run </dev/null
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "drafts show the fee of the period to come" {
	catalogue
	contract '' ',"initial_quantity":10,"billing_cycle_config":{"invoice_placement":"ON_SCHEDULED_INVOICE"}'
	gives "mtr-invoice run --draft -q | jq -c '[.type, .status, .issued_at, .total]'" <<'E'
["SCHEDULED","FINALIZED","2024-09-01T00:00:00Z","30000"]
["SCHEDULED","DRAFT","2024-10-01T00:00:00Z","30000"]
["USAGE","DRAFT","2024-10-02T00:00:00Z","0"]
E
}

@test "quantities: past and current, not what is still to come" {
	catalogue
	contract ''
	edit ',"quantity_updates":[{"starting_at":"2024-09-02T06:00:00Z","quantity":4},{"starting_at":"2024-10-01","quantity":7}]'
	gives 'mtr-contract quantities Main' <<E
{"contract_id":"$CONTRACT","subscription_id":"$TEAM","subscription_name":"Team","starting_at":"2024-09-01T00:00:00Z","ending_before":"2024-09-02T06:00:00Z","quantity":"10"}
{"contract_id":"$CONTRACT","subscription_id":"$TEAM","subscription_name":"Team","starting_at":"2024-09-02T06:00:00Z","quantity":"4"}
E
	gives 'mtr-contract quantities -o table Main Team' <<E
SUBSCRIPTION_ID                       NAME  STARTING_AT           ENDING_BEFORE         QUANTITY
$TEAM  Team  2024-09-01T00:00:00Z  2024-09-02T06:00:00Z        10
$TEAM  Team  2024-09-02T06:00:00Z  -                            4
E
	gives 'mtr-contract seats Main' </dev/null
	refuses 3 'mtr-contract quantities Main Crew' <<E
mtr-contract: "Crew": contract $CONTRACT has no subscription of this id or name [not_found]
E
	gives "mtr-contract get Main | jq -c '.subscriptions[0] | [.billing_periods, .quantity_schedule]'" <<'E'
[{"current":{"starting_at":"2024-09-01T00:00:00Z","ending_before":"2024-10-01T00:00:00Z"},"next":{"starting_at":"2024-10-01T00:00:00Z","ending_before":"2024-11-01T00:00:00Z"}},[{"quantity":"4","starting_at":"2024-09-02T06:00:00Z","ending_before":"2024-10-01T00:00:00Z"},{"quantity":"7","starting_at":"2024-10-01T00:00:00Z"}]]
E
}

@test "seats: who has one when" {
	catalogue
	contract '' "$SEATS"
	edit ',"seat_updates":{"add_seat_ids":[{"seat_ids":["cal","dan"],"starting_at":"2024-09-03"}],"remove_seat_ids":[{"seat_ids":["ann"],"starting_at":"2024-09-04"}],"add_unassigned_seats":[{"quantity":1,"starting_at":"2024-09-04"}]}'
	gives "mtr-contract seats Main | jq -c '[.starting_at, .ending_before, .total_quantity, .assigned_seat_ids]'" <<'E'
["2024-09-01T00:00:00Z","2024-09-03T00:00:00Z","3",["ann","bob"]]
["2024-09-03T00:00:00Z","2024-09-04T00:00:00Z","4",["ann","bob","cal","dan"]]
["2024-09-04T00:00:00Z",null,"4",["bob","cal","dan"]]
E
	gives "mtr-contract seats --at 2024-09-03 Main team | jq -c .assigned_seat_ids" <<'E'
["ann","bob","cal","dan"]
E
	gives "mtr-contract seats --from 2024-09-02 --to 2024-09-03 Main | jq -c .starting_at" <<'E'
"2024-09-01T00:00:00Z"
E
	try 'mtr-contract seats --at 2024-09-03 --to 2024-09-04 Main'
	status_is 2
	out_empty
	err_is <<'E'
mtr-contract: --at does not go with --from and --to [usage]
usage: mtr-contract seats [option ...] contract [subscription]
help: mtr-contract seats --help
E
}

@test "a seat draws what is its own, then the contract pays" {
	catalogue
	contract "$(linked INDIVIDUAL 15)" "$SEATS"
	call ann 2024-09-02T00:00:00Z
	call ann 2024-09-02T01:00:00Z
	call bob 2024-09-02T02:00:00Z
	call eve 2024-09-02T03:00:00Z
	edit ',"seat_updates":{"add_seat_ids":[{"seat_ids":["cal"],"starting_at":"2024-09-04"}]}'
	gives 'mtr-balance seats -o csv' <<E
seat_id,subscription_id,customer_name,balance,currency
ann,$TEAM,Acme,0.00,USD
bob,$TEAM,Acme,0.05,USD
cal,$TEAM,Acme,0.135,USD
E
	gives "mtr-balance seats --seat=cal | jq -c '[.seat_id, .balance, [.credits_and_commits[] | [.name, .type, .amount, .starting_at, .ending_before, .remaining]]]'" <<'E'
["cal","13.5",[["Included","CREDIT","13.5","2024-09-01T00:00:00Z","2024-10-01T00:00:00Z","13.5"]]]
E
	refuses 3 'mtr-balance seats --seat=zoe' <<'E'
mtr-balance: seat "zoe": no seat of this id has a balance then [not_found]
E
	gives 'mtr-balance seats --seat=zoe --skip-missing' </dev/null
	MTR_NOW=2024-10-03T00:00:00Z
	gives "mtr-invoice run -q | jq -c 'select(.type == \"USAGE\") | .line_items[] | select(.name != \"Seats\") | [.type, .quantity, .total, .presentation_group_values]'" <<'E'
["usage","1.5","15",{"seat":"ann"}]
["usage","1","10",{"seat":"bob"}]
["applied_commit_or_credit",null,"-15",null]
["applied_commit_or_credit",null,"-10",null]
["usage","0.5","5",{"seat":"ann"}]
["usage","1","10",{"seat":"eve"}]
E
	given "mtr-balance list --at 2024-09-05 | jq -r .id | head -1 >id"
	gives "mtr-balance ledger - <id | jq -c '[.type, .timestamp, .amount, .running_balance]'" <<'E'
["CREDIT_SEGMENT_START","2024-09-01T00:00:00Z","15","15"]
["CREDIT_SEGMENT_START","2024-09-01T00:00:00Z","15","30"]
["CREDIT_SEAT_BASED_ADJUSTMENT","2024-09-04T00:00:00Z","13.5","43.5"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","2024-10-01T00:00:00Z","-15","28.5"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","2024-10-01T00:00:00Z","-10","18.5"]
["CREDIT_EXPIRATION","2024-10-01T00:00:00Z","-5","13.5"]
["CREDIT_EXPIRATION","2024-10-01T00:00:00Z","-13.5","0"]
E
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "pooled: what more seats add, and fewer take nothing back" {
	catalogue
	contract "$(linked POOLED 100)"
	edit ',"quantity_updates":[{"starting_at":"2024-09-04","quantity":12},{"starting_at":"2024-09-05","quantity":3}]'
	gives "mtr-balance list | jq -c '[.balance, .access_schedule.schedule_items[0].starting_at]'" <<'E'
["1180","2024-09-01T00:00:00Z"]
["0","2024-10-01T00:00:00Z"]
E
	MTR_NOW=2024-10-01T00:00:00Z
	gives "mtr-balance list | jq -c '[.balance, .access_schedule.schedule_items[0].starting_at]'" <<'E'
["0","2024-09-01T00:00:00Z"]
["300","2024-10-01T00:00:00Z"]
["0","2024-11-01T00:00:00Z"]
E
	# nobody used it, but its usage may still come: it has not expired for good
	given "mtr-balance list --at 2024-09-05 | jq -r .id | head -1 >id"
	gives "mtr-balance ledger --drafts - <id | jq -c '[.type, .amount, .pending]'" <<'E'
["CREDIT_SEGMENT_START","1000",null]
["CREDIT_SEAT_BASED_ADJUSTMENT","180",null]
["CREDIT_EXPIRATION","-1180",true]
E
}

@test "balances pay fees in the order of the invoices' dates" {
	catalogue
	contract ',"credits":[{"product_id":"Credit","name":"Welcome","priority":1,"access_schedule":{"schedule_items":[{"amount":32000,"starting_at":"2024-09-01","ending_before":"2024-12-01"}]}}]'
	call ann 2024-09-03T00:00:00Z
	run <<'E'
["SCHEDULED","2024-09-01T00:00:00Z","0.00",[["subscription","10","3000","2024-09-01",false],["applied_commit_or_credit",null,null,"2024-09-01",null]]]
E
	# September is in its grace: what it draws is not there for the change of October 1
	MTR_NOW=2024-10-01T12:00:00Z
	edit ',"quantity_updates":[{"starting_at":"2024-10-01T06:00:00Z","quantity":11}]'
	gives "mtr-invoice run -q | jq -c '.line_items[] | [.type, .quantity, .unit_price, .total]'" <<'E'
["subscription","1","2975.80645161290322580645","2975.80645161290322580645"]
E
	MTR_NOW=2024-10-03T00:00:00Z
	gives "mtr-invoice run -q | jq -c '[.total, [.line_items[] | [.type, .quantity, .total]]]'" <<'E'
["28010",[["subscription","0.66333333333333333333","1990"],["applied_commit_or_credit",null,"-1990"],["subscription","9.33666666666666666667","28010"],["usage","1","10"],["applied_commit_or_credit",null,"-10"]]]
E
	gives "mtr-balance ledger Welcome | jq -c '[.type, .timestamp, .amount]'" <<'E'
["CREDIT_SEGMENT_START","2024-09-01T00:00:00Z","32000"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","2024-09-01T00:00:00Z","-30000"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","2024-10-01T00:00:00Z","-2000"]
E
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "a balance waits for a fee in arrears that began in its window" {
	catalogue
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Seats","starting_at":"2020-01-01","entitled":true,"rate_type":"FLAT","price":24000,"billing_frequency":"ANNUAL"}
E
	body ',"credits":[{"product_id":"Credit","name":"Welcome","priority":1,"access_schedule":{"schedule_items":[{"amount":1000,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}]' |
		sed 's/MONTHLY/ANNUAL/; s/ADVANCE/ARREARS/; s/,"invoice_behavior":"BILL_IMMEDIATELY"//; s/:10}/:1}/' >annual.json
	given 'mtr-contract create annual.json'
	MTR_NOW=2024-11-05T00:00:00Z
	given 'mtr-invoice run -q'
	gives "mtr-balance ledger Welcome | jq -c '[.type, .timestamp, .amount]'" <<'E'
["CREDIT_SEGMENT_START","2024-09-01T00:00:00Z","1000"]
E
	gives "mtr-balance ledger --drafts Welcome | jq -c '[.type, .timestamp, .amount, .pending]'" <<'E'
["CREDIT_SEGMENT_START","2024-09-01T00:00:00Z","1000",null]
["CREDIT_EXPIRATION","2024-10-01T00:00:00Z","-1000",true]
E
	MTR_NOW=2025-09-03T00:00:00Z
	gives "mtr-invoice run -q | jq -c 'select(.total != \"0\") | [.issued_at, .total, [.line_items[] | select(.quantity != \"0\") | [.type, .quantity, .starting_at]]]'" <<'E'
["2025-09-02T00:00:00Z","23000",[["subscription","0.04166666666666666667","2024-09-01T00:00:00Z"],["applied_commit_or_credit",null,"2024-09-01T00:00:00Z"],["subscription","0.95833333333333333333","2024-09-01T00:00:00Z"]]]
E
	gives "mtr-balance ledger Welcome | jq -c '[.type, .timestamp, .amount]'" <<'E'
["CREDIT_SEGMENT_START","2024-09-01T00:00:00Z","1000"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","2024-10-01T00:00:00Z","-1000"]
E
}

@test "from quantities to seats" {
	catalogue
	contract ""
	update ',"seat_updates":{"add_seat_ids":[{"seat_ids":["ann"],"starting_at":"2024-09-04"}]}' >seats.json
	refuses 3 'mtr-contract edit seats.json' <<'E'
mtr-contract: seats.json:1:109: update_subscriptions[0].seat_updates "{\"add_seat_ids\":[{\"seat_ids\":[\"ann\"],\"starting_at\":\"2024-09-04\"}]}": the subscription is QUANTITY_ONLY [contract.update_subscriptions.seat_updates]
E
	edit ',"quantity_management_mode_update":{"quantity_management_mode":"SEAT_BASED","seat_config":{"seat_group_key":"seat"}}'
	given 'mtr-contract edit seats.json'
	gives "mtr-contract seats Main | jq -c '[.starting_at, .total_quantity, .assigned_seat_ids]'" <<'E'
["2024-09-01T00:00:00Z","10",[]]
["2024-09-04T00:00:00Z","10",["ann"]]
E
	update ',"quantity_updates":[{"starting_at":"2024-09-04","quantity":12}]' >quantity.json
	refuses 3 'mtr-contract edit quantity.json' <<'E'
mtr-contract: quantity.json:1:113: update_subscriptions[0].quantity_updates "[{\"quantity\":12,\"starting_at\":\"2024-09-04\"}]": the subscription is SEAT_BASED; wanted seat_updates [contract.update_subscriptions.quantity_updates]
E
	refuses 3 'mtr-contract edit seats.json' <<'E'
mtr-contract: seats.json:1:68: update_subscriptions[0]: seat "ann" is assigned already at 2024-09-04T00:00:00Z [contract.update_subscriptions]
E
}

@test "a contract that ends takes its subscriptions along, and does not bring them back" {
	catalogue
	contract ''
	given 'mtr-contract set-end --ending-before=2024-09-21 Main'
	given 'mtr-contract set-end --ending-before=2025-09-01 Main'
	gives "mtr-contract get Main | jq -c '[.ending_before, .subscriptions[0].ending_before]'" <<'E'
["2025-09-01T00:00:00Z","2024-09-21T00:00:00Z"]
E
	run <<'E'
["SCHEDULED","2024-09-01T00:00:00Z","200.00",[["subscription","10","2000","2024-09-01",true]]]
E
}

@test "what cannot be subscribed to is refused" {
	catalogue
	body "" | sed 's/"product_id":"Seats"/"product_id":"Calls"/' >calls.json
	refuses 3 'mtr-contract create calls.json' <<'E'
mtr-contract: calls.json:1:262: subscriptions[0].subscription_rate.product_id "Calls": wanted a SUBSCRIPTION product, this is a USAGE one [contract.subscriptions.subscription_rate.product_id]
E
	body "" | sed 's/MONTHLY/ANNUAL/' >annual.json
	refuses 3 'mtr-contract create annual.json' <<'E'
mtr-contract: annual.json:1:248: subscriptions[0].subscription_rate "ANNUAL": the rate card has no ANNUAL rate of the product [contract.subscriptions.subscription_rate]
E
	body "" | sed 's/"rate_card_id":"List",//' >cardless.json
	refuses 3 'mtr-contract create cardless.json' <<'E'
mtr-contract: cardless.json:1:226: subscriptions[0].subscription_rate "00000000-0000-4000-8000-0000000000a1": the contract has no rate card [contract.subscriptions.subscription_rate]
E
	body "$(linked INDIVIDUAL 15)" >individual.json
	refuses 3 'mtr-contract create individual.json' <<'E'
mtr-contract: individual.json:1:469: recurring_credits[0].subscription_config.allocation "INDIVIDUAL": the subscription is QUANTITY_ONLY; wanted a SEAT_BASED one, or POOLED [contract.recurring_credits.subscription_config.allocation]
E
	body "$(linked POOLED 15)" | sed 's/"subscription_id":"team"/"subscription_id":"crew"/' >crew.json
	refuses 3 'mtr-contract create crew.json' <<'E'
mtr-contract: crew.json:1:449: recurring_credits[0].subscription_config.subscription_id "crew": the contract has no such subscription [contract.recurring_credits.subscription_config.subscription_id]
E
	gives 'mtr-contract list' </dev/null
}

@test "an equal contract that is there is the answer" {
	catalogue
	contract "$(linked POOLED 100)"
	body "$(linked POOLED 100)" >same.json
	given "mtr-contract list >stored"
	gives "mtr-contract create --if-absent same.json" <stored
	body "$(linked POOLED 101)" >other.json
	refuses 3 'mtr-contract create --if-absent other.json' <<'E'
mtr-contract: other.json:1:1: contract 00000000-0000-4000-8000-0000000000d1 is there already and differs from this [differs]
E
}

@test "an edit adds a subscription and links to it" {
	catalogue
	contract ""
	given 'mtr-contract edit' <<'E'
{"customer_id":"Acme","contract_id":"Main","add_subscriptions":[{"temporary_id":"crew","name":"Crew","subscription_rate":{"product_id":"Seats","billing_frequency":"MONTHLY"},"collection_schedule":"ARREARS","proration":{"is_prorated":true},"starting_at":"2024-09-16","initial_quantity":2}],"add_recurring_credits":[{"product_id":"Credit","priority":1,"access_amount":{"unit_price":100},"commit_duration":{"value":1},"starting_at":"2024-09-16","recurrence_frequency":"MONTHLY","applicable_product_ids":["Calls"],"subscription_config":{"subscription_id":"crew","allocation":"POOLED"}}]}
E
	MTR_NOW=2024-10-03T00:00:00Z
	gives "mtr-invoice run -q | jq -c 'select(.type == \"USAGE\") | .line_items[] | [.quantity, .unit_price, .starting_at, .is_prorated]'" <<'E'
["2","1500","2024-09-16T00:00:00Z",true]
["10","3000","2024-10-01T00:00:00Z",false]
["0","10","2024-09-01T00:00:00Z",null]
E
	gives "mtr-balance net | jq -r .balance" <<'E'
200
E
}

@test "an upgrade: the renewal charges its own part of the month" {
	catalogue
	contract ""
	run <<'E'
["SCHEDULED","2024-09-01T00:00:00Z","300.00",[["subscription","10","3000","2024-09-01",false]]]
E
	given 'mtr-contract create' <<E
{"name":"Pro","customer_id":"Acme","rate_card_id":"List","starting_at":"2024-09-21","transition":{"type":"RENEWAL","from_contract_id":"$CONTRACT"},"subscriptions":[{"subscription_rate":{"product_id":"Seats","billing_frequency":"MONTHLY"},"collection_schedule":"ADVANCE","proration":{"is_prorated":true},"initial_quantity":20}]}
E
	MTR_NOW=2024-10-03T00:00:00Z
	run <<'E'
["SCHEDULED","2024-09-21T00:00:00Z","200.00",[["subscription","20","1000","2024-09-21",true]]]
["USAGE","2024-09-22T00:00:00Z","0.00",[]]
["USAGE","2024-10-02T00:00:00Z","600.00",[["subscription","20","3000","2024-10-01",false]]]
E
}

# ---- entries by hand, for seats ----

@test "what seats are given by hand they draw; one entry each" {
	catalogue
	contract "$(linked INDIVIDUAL 15)" "$SEATS"
	call ann 2024-09-02T00:00:00Z
	call ann 2024-09-02T01:00:00Z
	call bob 2024-09-02T02:00:00Z
	given "mtr-balance list --at 2024-09-05 | jq -r .id | head -1 >id; jq -Rc '{id: ., amount: -3, reason: \"moved\", per_group_amounts: {bob: -8, ann: \"0.05 USD\"}}' id >moved"
	gives "mtr-balance adjust -n moved | jq -c '[.type, .timestamp, .amount, .reason]'; mtr-balance seats -o csv; mtr-balance adjust -o csv moved | cut -d, -f3-6,8; mtr-balance seats -o csv" <<E
["CREDIT_MANUAL","2024-09-01T00:00:00Z","-8","moved"]
["CREDIT_MANUAL","2024-09-01T00:00:00Z","5","moved"]
seat_id,subscription_id,customer_name,balance,currency
ann,$TEAM,Acme,0.00,USD
bob,$TEAM,Acme,0.05,USD
timestamp,type,amount,currency,reason
2024-09-01T00:00:00.000000000Z,CREDIT_MANUAL,-0.08,USD,moved
2024-09-01T00:00:00.000000000Z,CREDIT_MANUAL,0.05,USD,moved
seat_id,subscription_id,customer_name,balance,currency
ann,$TEAM,Acme,0.00,USD
bob,$TEAM,Acme,0.00,USD
E
	MTR_NOW=2024-10-03T00:00:00Z
	gives "mtr-invoice run -q | jq -c 'select(.type == \"USAGE\") | .line_items[] | select(.name != \"Seats\") | [.type, .total, .presentation_group_values]'; mtr-balance ledger - <id | jq -c '[.type, .amount, .running_balance]'; mtr-db check" <<'E'
["usage","20",{"seat":"ann"}]
["usage","7",{"seat":"bob"}]
["applied_commit_or_credit","-20",null]
["applied_commit_or_credit","-7",null]
["usage","3",{"seat":"bob"}]
["CREDIT_SEGMENT_START","15","15"]
["CREDIT_SEGMENT_START","15","30"]
["CREDIT_MANUAL","5","35"]
["CREDIT_MANUAL","-8","27"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","-20","7"]
["CREDIT_AUTOMATED_INVOICE_DEDUCTION","-7","0"]
{"type":"check","differences":0}
E
}

@test "a seat that came later, the same date for all, nothing in sum, and CSV" {
	catalogue
	contract "$(linked INDIVIDUAL 15)" "$SEATS"
	edit ',"seat_updates":{"add_seat_ids":[{"seat_ids":["cal"],"starting_at":"2024-09-04"}]}'
	given "mtr-balance list --at 2024-09-05 | jq -r .id | head -1 >id; { echo 'id,amount,reason,timestamp,per_group_amounts'; printf '%s,0,swap,2024-09-03,\"{\"\"cal\"\":2,\"\"ann\"\":-2}\"\n' \$(cat id); } >swap.csv"
	gives "mtr-balance adjust swap.csv | jq -c '[.timestamp, .amount]'; mtr-balance seats | jq -c '[.seat_id, .balance]'" <<'E'
["2024-09-03T00:00:00Z","2"]
["2024-09-03T00:00:00Z","-2"]
["ann","13"]
["bob","15"]
["cal","15.5"]
E
}

@test "entries for seats are refused as a whole" {
	catalogue
	contract "$(linked INDIVIDUAL 15)" "$SEATS"
	given "mtr-balance list --at 2024-09-05 | jq -r .id | head -1 >id"
	ID=$(cat id)
	segment=$(mtr-balance seats --seat=ann | jq -r '.credits_and_commits[].segment_id // empty')
	segment=${segment:-$TEAM}
	cat >bad <<E
{"id":"$ID","amount":3,"reason":"r","per_group_amounts":{"ann":1,"bob":1}}
{"id":"$ID","amount":2,"reason":"r","per_group_amounts":{"ann":1,"zoe":1}}
{"id":"$ID","amount":2,"reason":"r","per_group_amounts":{"ann":1,"bob":"1 EUR"}}
{"id":"$ID","amount":1,"reason":"r","per_group_amounts":{"ann":1,"bob":0}}
{"id":"$ID","amount":1,"reason":"r","per_group_amounts":{}}
{"id":"$ID","amount":1,"reason":"r","per_group_amounts":["ann"]}
{"id":"$ID","amount":1,"reason":"r","segment_id":"$segment","per_group_amounts":{"ann":1}}
{"id":"$ID","amount":2,"reason":"r","timestamp":"2024-10-01","per_group_amounts":{"ann":1,"bob":1}}
{"id":"$ID","amount":2,"reason":"r"}
E
	refuses 3 'mtr-balance adjust bad' <<E
mtr-balance: bad:1:90: per_group_amounts "{\"ann\":1,\"bob\":1}": they add up to 2; wanted the amount, 3 [adjustment.per_group_amounts]
mtr-balance: bad:2:105: per_group_amounts.zoe "zoe": no segment of the balance is of this seat [not_found]
mtr-balance: bad:3:105: per_group_amounts.bob "1 EUR": in EUR where USD is wanted [adjustment.per_group_amounts]
mtr-balance: bad:4:105: per_group_amounts.bob "0": wanted what it is given, or below zero what it loses [adjustment.per_group_amounts]
mtr-balance: bad:5:90: per_group_amounts "{}": wanted an amount for each of some seats [adjustment.per_group_amounts]
mtr-balance: bad:6:90: per_group_amounts "[\"ann\"]": wanted an object, found an array [adjustment.per_group_amounts]
mtr-balance: bad:7:142: per_group_amounts "{\"ann\":1}": given beside segment_id; wanted one of the two [adjustment.per_group_amounts]
mtr-balance: bad:8:82: timestamp "2024-10-01T00:00:00Z": outside of the segment, from 2024-09-01T00:00:00Z to before 2024-10-01T00:00:00Z [adjustment.timestamp]
mtr-balance: bad:9:1: segment_id: the balance has 2 segments; wanted one of them [missing_field]
E
	given 'head -1 bad | sed s/:3/:2/ >good; sed -n 2p bad >>good'
	refuses 3 'mtr-balance adjust good' <<E
mtr-balance: good:2:105: per_group_amounts.zoe "zoe": no segment of the balance is of this seat [not_found]
E
	gives "mtr-balance seats | jq -c '[.seat_id, .balance]'; sqlite3 mtr.db 'SELECT count(*) FROM ledger_entry'" <<'E'
["ann","15"]
["bob","15"]
0
E
}

@test "a pool has no seats of its own" {
	catalogue
	contract "$(linked POOLED 15)" "$SEATS"
	given "mtr-balance list --at 2024-09-05 | jq -r .id | head -1 >id; jq -Rc '{id: ., amount: 1, reason: \"r\", per_group_amounts: {ann: 1}}' id >pool"
	refuses 3 'mtr-balance adjust pool' <<'E'
mtr-balance: pool:1:90: per_group_amounts: no segment of the balance is a seat's own [adjustment.per_group_amounts]
E
}
