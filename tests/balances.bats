# Balances of every kind, in whole stories: credits, promises, recurring items,
# commit rates, what belongs to a customer, what is changed by hand.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

# Northwind pays 1 USD a call and 0.50 USD a job.
NORTHWIND=00000000-0000-4000-8000-0000000000c1
CALLS=00000000-0000-4000-8000-0000000000a1
JOBS=00000000-0000-4000-8000-0000000000a2
PREPAID=00000000-0000-4000-8000-0000000000a3
CARD=00000000-0000-4000-8000-0000000000b1
MAIN=00000000-0000-4000-8000-0000000000d1
SIDE=00000000-0000-4000-8000-0000000000d2
BALANCE=00000000-0000-4000-8000-0000000000e1
SEGMENT=00000000-0000-4000-8000-0000000000f1
SCHEMA=$(find "$TOP/share/schema" -name "*.sql" | wc -l)
export MAIN SIDE BALANCE SEGMENT

catalogue() {
	db
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
{"id":"$CARD","name":"List prices"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
{"rate_card_id":"$CARD","product_id":"Jobs","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":50}
E
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
{"name":"Acme"}
E
}

# contract NAME START FIELDS - of Northwind; "main" or another
contract() {
	local id=$MAIN
	[ "$1" = main ] || id=$SIDE
	given 'mtr-contract create' <<E
{"id":"$id","name":"$1","customer_id":"$NORTHWIND","rate_card_id":"$CARD","starting_at":"$2"$3}
E
}

use() { # use ID TIME TYPE N
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2T00:00:00Z","customer_id":"nw","event_type":"$3","properties":{"n":"$4"}}
E
}

# access AMOUNT START END [ID]
access() {
	printf '"access_schedule":{"schedule_items":[{%s"amount":"%s","starting_at":"%s","ending_before":"%s"}]}' "${4:+\"id\":\"$4\",}" "$1" "$2" "$3"
}
# paid DATE AMOUNT
paid() {
	printf '"invoice_schedule":{"schedule_items":[{"timestamp":"%s","amount":"%s"}]}' "$1" "$2"
}
# shared NAME AMOUNT START END [PRIORITY [FIELDS]] - a credit of Northwind
shared() {
	given 'mtr-balance create' <<E
{"customer_id":"nw","name":"$1","product_id":"Prepaid","priority":${5:-1},$(access "$2" "$3" "$4")${6-}}
E
}

# timestamp, type, amount, what is left
entries() {
	jq -r '[.timestamp[:10], .type, .amount_exact // .amount, .running_balance_exact // .running_balance, (if .pending then "pending" else empty end)] | join(" ")'
}
# name, type, balance and what remains of each segment
left() {
	jq -r '[.name, .type, .balance_exact // .balance, ":", (.access_schedule.schedule_items[] | .remaining_exact // .remaining)] | join(" ")'
}
# contract, type, period or date, total
totals() {
	jq -r '[.contract_name, .type, (.start_timestamp // .issued_at)[:10], .total_exact // .total] | join(" ")'
}
lines() {
	jq -r '(.line_items[] | [.name, .quantity_exact // .quantity // "-", .total_exact // .total, .commit_type // empty] | join(" ")), ("= " + (.total_exact // .total))'
}
export -f entries left totals lines

# ---- create ----

@test "a balance of a customer, whole: as it is made, and as list writes it" {
	catalogue
	contract main 2024-09-01 ''
	contract side 2024-09-15 ''
	cat >body <<E
{"id":"$BALANCE","customer_id":"nw","type":"PREPAID","product_id":"Prepaid","name":"Pool","description":"for all","priority":2,"access_schedule":{"schedule_items":[{"id":"$SEGMENT","amount":"100 USD","starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":"80 USD"}]},"invoice_contract_id":"main","applicable_contract_ids":["main","$SIDE"],"rate_type":"COMMIT_RATE","rollover_fraction":"25 %","specifiers":[{"product_id":"Calls"},{"product_tags":["cloud"]}],"uniqueness_key":"pool-1","custom_fields":{"team":"sales"},"salesforce_opportunity_id":"op-1"}
E
	gives 'mtr-balance create body | jq -c "del(.invoice_schedule.schedule_items[].id)"' <<E
{"id":"00000000-0000-4000-8000-0000000000e1","type":"PREPAID","product_id":"00000000-0000-4000-8000-0000000000a3","name":"Pool","description":"for all","customer_id":"00000000-0000-4000-8000-0000000000c1","access_schedule":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"id":"00000000-0000-4000-8000-0000000000f1","amount":"10000","starting_at":"2024-09-01T00:00:00Z","ending_before":"2025-09-01T00:00:00Z"}]},"invoice_schedule":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"timestamp":"2024-09-01T00:00:00Z","amount":"8000","unit_price":"8000","quantity":"1"}]},"applicable_contract_ids":["00000000-0000-4000-8000-0000000000d1","00000000-0000-4000-8000-0000000000d2"],"invoice_contract_id":"00000000-0000-4000-8000-0000000000d1","priority":"2","rate_type":"COMMIT_RATE","rollover_fraction":"0.25","specifiers":[{"product_id":"00000000-0000-4000-8000-0000000000a1"},{"product_tags":["cloud"]}],"custom_fields":{"team":"sales"},"salesforce_opportunity_id":"op-1","uniqueness_key":"pool-1","created_at":"2024-10-03T00:00:00Z"}
E
	use a 2024-09-20 call 25
	gives 'mtr-balance list | jq -c "del(.invoice_schedule.schedule_items[].id)"' <<E
{"id":"00000000-0000-4000-8000-0000000000e1","type":"PREPAID","name":"Pool","customer_id":"00000000-0000-4000-8000-0000000000c1","customer_name":"Northwind","applicable_contract_ids":["00000000-0000-4000-8000-0000000000d1","00000000-0000-4000-8000-0000000000d2"],"invoice_contract_id":"00000000-0000-4000-8000-0000000000d1","product":{"id":"00000000-0000-4000-8000-0000000000a3","name":"Prepaid"},"priority":"2","access_schedule":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"id":"00000000-0000-4000-8000-0000000000f1","amount":"10000","starting_at":"2024-09-01T00:00:00Z","ending_before":"2025-09-01T00:00:00Z","remaining":"5000"}]},"invoice_schedule":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"schedule_items":[{"timestamp":"2024-09-01T00:00:00Z","amount":"8000","unit_price":"8000","quantity":"1"}]},"rate_type":"COMMIT_RATE","rollover_fraction":"0.25","specifiers":[{"product_id":"00000000-0000-4000-8000-0000000000a1"},{"product_tags":["cloud"]}],"cost_basis":"0.8","balance":"5000","balance_major":"50.00","currency":"USD"}
E
	gives 'mtr-balance list -o csv; mtr-balance net -o csv' <<E
id,name,customer_name,contract_id,balance,currency
00000000-0000-4000-8000-0000000000e1,Pool,Northwind,,50.00,USD
customer_id,customer_name,balance,currency
00000000-0000-4000-8000-0000000000c1,Northwind,50.00,USD
E
}

@test "a body without a type is a credit; ids are made, and a dry run prints those of the run" {
	catalogue
	cat >body <<'E'
{"customer_id":"Northwind","product":"Prepaid","priority":1,"access_schedule":{"schedule_items":[{"amount":500,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}
{"customer_id":"Acme","product":"Prepaid","priority":1,"access_schedule":{"schedule_items":[{"amount":500,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}
E
	given 'mtr-balance create -n body >dry'
	gives 'mtr-balance list' </dev/null
	gives 'mtr-balance create body' <dry
	gives 'jq -r "[.type,.name,(.id|length)]|@csv" dry; mtr-balance list --at=2024-09-01 | jq -r "[.type,.name,.customer_name,.balance]|@csv"' <<'E'
"CREDIT",,36
"CREDIT",,36
"CREDIT","Prepaid","Northwind","500"
"CREDIT","Prepaid","Acme","500"
E
	gives 'sqlite3 mtr.db "SELECT tool, verb FROM audit_log WHERE kind = \"customer_balance\""' <<'E'
mtr-balance|create
mtr-balance|create
E
}

@test "from CSV: a schedule is the JSON of a cell" {
	catalogue
	cat >balances.csv <<'E'
customer_id,product_id,name,priority,access_schedule
Northwind,Prepaid,Welcome,1,"{""schedule_items"":[{""amount"":""5 USD"",""starting_at"":""2024-09-01"",""ending_before"":""2024-10-01""}]}"
Acme,Prepaid,Welcome,1,"{""schedule_items"":[{""amount"":""7 USD"",""starting_at"":""2024-09-01"",""ending_before"":""2024-10-01""}]}"
E
	gives 'mtr-balance create balances.csv -o csv | cut -d, -f2,3,6; mtr-balance net --at=2024-09-01 | jq -r "[.customer_name,.balance_major]|@tsv"' <<'E'
type,name,priority
CREDIT,Welcome,1
CREDIT,Welcome,1
Northwind	5.00
Acme	7.00
E
}

@test "--if-absent: what is there by id, key or name is the answer, and what differs is refused" {
	catalogue
	body() {
		printf '{%s"customer_id":"nw","product_id":"Prepaid","priority":1,"access_schedule":{"schedule_items":[{"amount":%s,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}\n' "$1" "$2"
	}
	body "\"id\":\"$BALANCE\"," 1 >id
	body '"uniqueness_key":"k",' 2 >key
	body '"name":"Welcome",' 3 >name
	given 'mtr-balance create id key name >made'
	gives 'mtr-balance create --if-absent id key name; mtr-balance list --at=2024-09-01 | wc -l' <<E
$(cat made)
3
E
	body "\"id\":\"$BALANCE\"," 9 >id
	body '"uniqueness_key":"k",' 9 >key
	body '"name":"Welcome",' 9 >name
	refuses 3 'mtr-balance create --if-absent id key name' <<E
mtr-balance: id:1:1: balance 00000000-0000-4000-8000-0000000000e1 is there already and differs from this [differs]
mtr-balance: key:1:1: balance 4adc9618-0288-8d8a-ad69-a0a1820ae929 is there already and differs from this [differs]
mtr-balance: name:1:1: balance 2b334d00-5142-8c38-b69e-704cf80a4b34 is there already and differs from this [differs]
E
	refuses 3 'mtr-balance create id key' <<E
mtr-balance: id:1:7: id "00000000-0000-4000-8000-0000000000e1": another object has this id [id_taken]
mtr-balance: key:1:19: uniqueness_key "k": belongs to balance 4adc9618-0288-8d8a-ad69-a0a1820ae929 [balance.uniqueness_key]
E
	given 'mtr-balance create name'
	refuses 3 'mtr-balance create --if-absent name' <<E
mtr-balance: name:1:9: name "Welcome": several balances of the customer bear this name: 2b334d00-5142-8c38-b69e-704cf80a4b34, 1a0890f1-d8c2-8a71-b323-7ec9fc036f64 [ambiguous_name]
E
}

@test "refused: balances of customers that cannot be" {
	catalogue
	contract main 2024-09-01 ''
	given 'mtr-customer create' <<'E'
{"name":"Old"}
E
	given 'mtr-contract create' <<'E'
{"name":"theirs","customer_id":"Acme","starting_at":"2024-09-01"}
{"name":"twice","customer_id":"nw","starting_at":"2024-09-01"}
{"name":"twice","customer_id":"nw","starting_at":"2024-09-01","net_payment_terms_days":36500}
E
	given 'mtr-customer archive Old'
	theirs=$(mtr-contract get theirs | jq -r .id)
	head='"product_id":"Prepaid","priority":1'
	credit="$head,$(access 100 2024-09-01 2024-10-01)"
	late="\"type\":\"PREPAID\",$head,$(access 100 2200-09-01 2200-10-01),$(paid 2200-09-01 1)"
	terms=$(mtr-contract list | jq -r 'select(.net_payment_terms_days==36500).id')
	cat >bad <<E
{"customer_id":"Nobody",$credit}
{"customer_id":"Old",$credit}
{"customer_id":"nw",$credit,"product":"Calls"}
{"customer_id":"nw","product_id":"Calls","priority":1,$(access 100 2024-09-01 2024-10-01)}
{"customer_id":"nw","product_id":"Nothing","priority":1,$(access 100 2024-09-01 2024-10-01)}
{"customer_id":"nw","product_id":"Prepaid",$(access 100 2024-09-01 2024-10-01)}
{"customer_id":"nw",$credit,"applicable_product_ids":["Emails"]}
{"customer_id":"nw",$credit,"specifiers":[{"product_id":"Calls"},{"product_id":"Emails"}]}
{"customer_id":"nw",$credit,"applicable_contract_ids":["main","theirs"]}
{"customer_id":"nw",$credit,"applicable_contract_ids":["$theirs"]}
{"customer_id":"nw",$credit,"applicable_contract_ids":["twice"]}
{"customer_id":"nw",$credit,"applicable_contract_ids":["main","$MAIN"]}
{"customer_id":"nw",$credit,"applicable_contract_ids":["$BALANCE"]}
{"customer_id":"nw",$credit,"invoice_contract_id":"main"}
{"customer_id":"nw","type":"PREPAID",$credit,$(paid 2024-09-01 5)}
{"customer_id":"nw","type":"PREPAID",$credit,$(paid 2024-09-01 5),"invoice_contract_id":"$theirs"}
{"customer_id":"nw","type":"POSTPAID",$credit,$(paid 2024-10-01 99),"invoice_contract_id":"main"}
{"customer_id":"nw",$late,"invoice_contract_id":"$terms"}
{"customer_id":"nw",$credit,"id":"$MAIN"}
{"customer_id":"nw",$credit,"contract_id":"main"}
{"customer_id":"nw",$credit,"applicable_contract_ids":[]}
E
	refuses 3 'mtr-balance create bad' <<E
mtr-balance: bad:1:16: customer_id "Nobody": no customer of this id, alias or name [not_found]
mtr-balance: bad:2:16: customer_id "Old": the customer is archived [archived]
mtr-balance: bad:3:179: product "Calls": given beside product_id; wanted one of the two [balance.product]
mtr-balance: bad:4:34: product_id "Calls": wanted a FIXED product, this is a USAGE one [balance.product_id]
mtr-balance: bad:5:34: product_id "Nothing": no product of this id or name [not_found]
mtr-balance: bad:6:1: priority: missing [missing_field]
mtr-balance: bad:7:195: applicable_product_ids[0] "Emails": no product of this id or name [not_found]
mtr-balance: bad:8:220: specifiers[1].product_id "Emails": no product of this id or name [not_found]
mtr-balance: bad:9:203: applicable_contract_ids[1] "theirs": the customer has no contract of this id or name [not_found]
mtr-balance: bad:10:196: applicable_contract_ids[0] "136dd5c1-941a-8d69-8b22-795e83337a98": a contract of customer 844e073d-a968-89ad-a8d5-6ecae740e18a; wanted one of 00000000-0000-4000-8000-0000000000c1 [balance.applicable_contract_ids]
mtr-balance: bad:11:196: applicable_contract_ids[0] "twice": several contracts of the customer bear this name: 157b76cd-7b1b-8365-8cf3-5d45b8c596da, 2e8f6e29-b563-821a-9cde-1e872ef18a2d; give the id [ambiguous_name]
mtr-balance: bad:12:203: applicable_contract_ids[1] "00000000-0000-4000-8000-0000000000d1": names the same contract as applicable_contract_ids[0] [balance.applicable_contract_ids]
mtr-balance: bad:13:196: applicable_contract_ids[0] "00000000-0000-4000-8000-0000000000e1": no contract of this id or name [not_found]
mtr-balance: bad:14:191: invoice_contract_id "main": there is nothing to bill [balance.invoice_contract_id]
mtr-balance: bad:15:1: invoice_contract_id: missing [missing_field]
mtr-balance: bad:16:288: invoice_contract_id "136dd5c1-941a-8d69-8b22-795e83337a98": a contract of customer 844e073d-a968-89ad-a8d5-6ecae740e18a; wanted one of 00000000-0000-4000-8000-0000000000c1 [balance.invoice_contract_id]
mtr-balance: bad:17:206: invoice_schedule "{\"schedule_items\":[{\"amount\":\"99\",\"timestamp\":\"2024-10-01\"}]}": not the amount of the access schedule, 100 [balance.invoice_schedule]
mtr-balance: bad:18:1: net_payment_terms_days "36500": the invoice of 2200-09-01T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
mtr-balance: bad:19:174: id "00000000-0000-4000-8000-0000000000d1": another object has this id [id_taken]
mtr-balance: bad:20:183: contract_id "main": unknown field [unknown_field]
mtr-balance: bad:21:195: applicable_contract_ids "[]": wanted at least 1 item, found 0 [balance.applicable_contract_ids]
E
	gives 'mtr-balance list' </dev/null
}

# ---- several contracts ----

@test "contracts draw what they share by the end of their periods, then by their starts" {
	catalogue
	# made first, begun last
	contract side 2024-09-10 ',"ending_before":"2024-11-20"'
	contract main 2024-09-01 ',"ending_before":"2024-11-20"'
	shared Pool 1500 2024-09-01 2025-01-01
	use a 2024-09-20 call 6
	use b 2024-10-20 call 5
	use c 2024-11-10 call 3
	gives 'mtr-invoice run -q --now=2024-12-01 | totals' <<'E'
main USAGE 2024-09-01 0
side USAGE 2024-09-10 0
main USAGE 2024-10-01 200
side USAGE 2024-10-01 500
main USAGE 2024-11-01 300
side USAGE 2024-11-01 300
E
	gives 'mtr-balance ledger Pool --now=2024-12-01 | entries; mtr-db check' <<'E'
2024-09-01 CREDIT_SEGMENT_START 1500 1500
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -600 900
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -600 300
2024-11-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -300 0
{"type":"check","differences":0}
E
}

@test "month by month, contract by contract, or all at once: the same" {
	catalogue
	contract side 2024-09-10 ''
	contract main 2024-09-01 ''
	shared Pool 1500 2024-09-01 2025-01-01
	shared Side 300 2024-10-01 2024-11-01 2 ',"applicable_contract_ids":["side"]'
	use a 2024-09-20 call 6
	use b 2024-10-20 call 5
	given 'for db in months contracts; do cp mtr.db $db.db; done'
	given 'mtr-invoice run -q --now=2024-11-02 | jq -c "del(.invoice_number)" | sort >all'
	gives 'for t in 2024-10-02 2024-11-02; do MTR_DB=months.db mtr-invoice run -q --now=$t; done | jq -c "del(.invoice_number)" | sort' <all
	gives 'for c in side main; do MTR_DB=contracts.db mtr-invoice run -q --now=2024-11-02 --contract=$c; done | jq -c "del(.invoice_number)" | sort' <all
	given 'mtr-balance ledger Pool Side --now=2025-02-01 | jq -c "[.timestamp,.amount]" | sort >entries'
	gives 'MTR_DB=months.db mtr-balance ledger Pool Side --now=2025-02-01 | jq -c "[.timestamp,.amount]" | sort' <entries
	gives 'MTR_DB=contracts.db mtr-balance ledger Pool Side --now=2025-02-01 | jq -c "[.timestamp,.amount]" | sort' <entries
}

@test "a contract with a longer grace still draws first, and what became final stands" {
	catalogue
	contract main 2024-09-01 ',"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":240}'
	contract side 2024-09-10 ''
	shared Pool 1000 2024-09-01 2025-01-01
	use a 2024-09-20 call 7
	gives 'mtr-invoice preview --now=2024-10-05 | totals' <<'E'
side USAGE 2024-09-10 400
main USAGE 2024-09-01 0
side USAGE 2024-10-01 0
main USAGE 2024-10-01 0
E
	gives 'mtr-invoice run -q --now=2024-10-05 | totals' <<'E'
side USAGE 2024-09-10 400
E
	use b 2024-09-21 call 2
	gives 'mtr-invoice run -q --now=2024-10-15 | totals; mtr-balance ledger Pool --now=2024-10-15 | entries; mtr-db check' <<'E'
main USAGE 2024-09-01 200
2024-09-01 CREDIT_SEGMENT_START 1000 1000
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -300 700
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -700 0
{"type":"check","differences":0}
E
}

@test "a draft that cannot be computed stands in nobody's way" {
	catalogue
	contract main 2162-09-01 ',"net_payment_terms_days":36500,"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":87600}'
	contract side 2162-09-10 ''
	shared Pool 1000 2162-09-01 2163-01-01
	use a 2162-09-20 call 7
	gives 'mtr-invoice run -q --now=2162-10-05 | totals' <<'E'
side USAGE 2162-09-10 0
E
	try 'mtr-invoice preview --now=2162-10-05 | totals'
	status_is 1
	out_is <<'E'
side USAGE 2162-10-01 0
E
	err_is <<'E'
mtr-invoice: net_payment_terms_days "36500": the invoice of 2172-09-28T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
mtr-invoice: net_payment_terms_days "36500": the invoice of 2172-10-29T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
E
}

@test "by contract: what it may draw, beside its own" {
	catalogue
	contract main 2024-09-01 ',"credits":[{"name":"Own","product_id":"Prepaid",'"$(access 100 2024-09-01 2025-01-01)"'}]'
	contract side 2024-09-01 ''
	shared Everywhere 200 2024-09-01 2025-01-01
	shared Main 400 2024-09-01 2025-01-01 1 ',"applicable_contract_ids":["main"]'
	given 'mtr-balance create' <<E
{"customer_id":"Acme","name":"Others","product_id":"Prepaid","priority":1,$(access 800 2024-09-01 2025-01-01)}
E
	gives 'mtr-balance list | left; echo; mtr-balance list --contract=main | left; echo; mtr-balance list --contract=side | left; mtr-balance list --contract=side --customer=Acme; echo; mtr-balance net | jq -r "[.customer_name,.balance]|@tsv"; mtr-balance net --contract=main | jq -r .balance' <<'E'
Own CREDIT 100 : 100
Everywhere CREDIT 200 : 200
Main CREDIT 400 : 400
Others CREDIT 800 : 800

Own CREDIT 100 : 100
Everywhere CREDIT 200 : 200
Main CREDIT 400 : 400

Everywhere CREDIT 200 : 200

Northwind	700
Acme	800
700
E
}

@test "a commit of a customer is billed by one contract, which may be one that cannot draw it" {
	catalogue
	contract main 2024-09-01 ''
	contract side 2024-09-01 ''
	given 'mtr-balance create' <<E
{"customer_id":"nw","type":"PREPAID","name":"Pool","product_id":"Prepaid","priority":1,$(access 500 2024-09-01 2025-01-01),$(paid 2024-09-02 400),"invoice_contract_id":"main","applicable_contract_ids":["side"]}
E
	use a 2024-09-20 call 3
	gives 'mtr-invoice run -q | totals; mtr-balance list | jq -r .cost_basis' <<'E'
main SCHEDULED 2024-09-02 400
main USAGE 2024-09-01 300
side USAGE 2024-09-01 0
0.8
E
}

@test "usage that no rate prices fails the customer whose contracts share a balance" {
	catalogue
	contract main 2024-09-01 ''
	contract side 2024-09-01 ''
	shared Pool 1000 2024-09-01 2025-01-01
	given 'mtr-metric create' <<'E'
{"name":"Mails","aggregation_type":"COUNT","event_type_filter":{"in_values":["mail"]}}
E
	given 'mtr-product create' <<'E'
{"name":"Mails","type":"USAGE","billable_metric_id":"Mails"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"Mails","starting_at":"2025-01-01","entitled":true,"rate_type":"FLAT","price":1}
E
	use a 2024-09-20 mail 1
	try 'mtr-invoice run -q --contract=main --require-rates'
	status_is 1
	out_empty
	err_is <<E
mtr-invoice: contract 00000000-0000-4000-8000-0000000000d1: product "Mails" has usage that no rate prices, from 2024-09-01T00:00:00Z on [rate_missing]
E
	try 'mtr-invoice run --contract=main | totals'
	status_is 0
	out_is <<'E'
main USAGE 2024-09-01 0
E
	err_is <<E
mtr-invoice: warning: contract 00000000-0000-4000-8000-0000000000d1: product "Mails" has usage that no rate prices, from 2024-09-01T00:00:00Z on [rate_missing]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice finalized
E
}

# ---- promises ----

@test "worked: a promise of 10,000, 800 spent each month: counted, charged, and 400 trued up" {
	catalogue
	contract main 2024-01-01 ",\"ending_before\":\"2025-01-01\",\"commits\":[{\"id\":\"$BALANCE\",\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 10000 2024-01-01 2025-01-01 $SEGMENT),$(paid 2025-01-01 10000)}]"
	for m in 01 02 03 04 05 06 07 08 09 10 11 12; do
		use $m 2024-$m-15 call 8
	done
	export MTR_NOW=2025-01-03
	gives 'mtr-invoice run -q >run; jq -r .total run | paste -sd " "; tail -1 run | lines' <<'E'
800 800 800 800 800 800 800 800 800 800 800 400 800
Calls 8 800 PostpaidCommit
Promise applied - -800 PostpaidCommit
Jobs 0 0
= 800
E
	gives 'mtr-balance ledger Promise | entries; mtr-balance list | left; mtr-invoice run -q; mtr-db check' <<'E'
2024-01-01 POSTPAID_COMMIT_INITIAL_BALANCE 10000 10000
2024-02-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 9200
2024-03-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 8400
2024-04-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 7600
2024-05-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 6800
2024-06-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 6000
2024-07-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 5200
2024-08-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 4400
2024-09-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 3600
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 2800
2024-11-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 2000
2024-12-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 1200
2025-01-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -800 400
2025-01-01 POSTPAID_COMMIT_TRUEUP -400 0
Promise POSTPAID 0 : 0
{"type":"check","differences":0}
E
	gives 'mtr-invoice list | jq -c "select(.type==\"SCHEDULED\")|[.type,.issued_at,(.line_items[]|[.type,.commit_id,.postpaid_commit.id])]"' <<E
["SCHEDULED","2025-01-01T00:00:00Z",["commit_purchase","00000000-0000-4000-8000-0000000000e1","00000000-0000-4000-8000-0000000000e1"]]
E
}

@test "a true-up: a draft from the start, due when its date has come and all is billed" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"id\":\"$BALANCE\",\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-16),$(paid 2024-10-20 1000)}]"
	use a 2024-09-20 call 3
	use b 2024-10-10 call 4
	drafts='mtr-invoice list --status=draft | totals'
	gives "for t in 2024-09-01 2024-09-25 2024-10-12; do echo \$t; MTR_NOW=\$t $drafts; done" <<'E'
2024-09-01
main USAGE 2024-09-01 300
main SCHEDULED 2024-10-20 700
2024-09-25
main USAGE 2024-09-01 300
main SCHEDULED 2024-10-20 700
2024-10-12
main USAGE 2024-09-01 300
main SCHEDULED 2024-10-20 300
main USAGE 2024-10-01 400
E
	# its date has come, October is not billed
	given 'mtr-invoice run -q --now=2024-10-25 >october'
	gives 'totals <october; mtr-balance ledger Promise --now=2024-10-25 | entries; mtr-balance list --now=2024-10-25 | left' <<'E'
main USAGE 2024-09-01 300
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 700
Promise POSTPAID 0 : 300
E
	given 'mtr-invoice run -nq --now=2024-11-02 >dry'
	gives 'mtr-invoice run -q --now=2024-11-02' <dry
	gives 'totals <dry; mtr-balance ledger Promise --now=2024-11-02 | entries; mtr-balance list --now=2024-11-02 | left; mtr-invoice run -q --now=2024-11-03; mtr-db check' <<'E'
main SCHEDULED 2024-10-20 300
main USAGE 2024-10-01 400
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 700
2024-10-16 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -400 300
2024-10-20 POSTPAID_COMMIT_TRUEUP -300 0
Promise POSTPAID 0 : 0
{"type":"check","differences":0}
E
}

@test "a true-up waits for every contract that may draw the promise" {
	catalogue
	contract main 2024-09-01 ',"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":240}'
	contract side 2024-09-01 ''
	given 'mtr-balance create' <<E
{"customer_id":"nw","type":"POSTPAID","name":"Promise","product_id":"Prepaid","priority":1,$(access 1000 2024-09-01 2024-10-01),$(paid 2024-10-01 1000),"invoice_contract_id":"side"}
E
	use a 2024-09-20 call 3
	gives 'for t in 2024-10-05 2024-10-15; do echo $t; mtr-invoice run -q --now=$t | totals; done; mtr-balance ledger Promise --now=2024-10-15 | entries' <<'E'
2024-10-05
side USAGE 2024-09-01 300
2024-10-15
side SCHEDULED 2024-10-01 400
main USAGE 2024-09-01 300
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 700
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 400
2024-10-01 POSTPAID_COMMIT_TRUEUP -400 0
E
}

@test "a promise ends with its contract, and is due then" {
	catalogue
	contract main 2024-09-01 ",\"ending_before\":\"2024-09-20\",\"commits\":[{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-09-01),$(paid 2024-09-20 1000)}]"
	use a 2024-09-10 call 3
	use b 2024-09-25 call 3
	gives 'mtr-invoice run -q | totals; mtr-balance ledger Promise | entries' <<'E'
main SCHEDULED 2024-09-20 700
main USAGE 2024-09-01 300
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-09-20 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 700
2024-09-20 POSTPAID_COMMIT_TRUEUP -700 0
E
}

@test "disable-trueup: no invoice, and what is missing expires" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"id\":\"$BALANCE\",\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-01),$(paid 2024-10-01 1000)}]"
	use a 2024-09-10 call 3
	given 'mtr-balance disable-trueup Promise --dry-run >dry'
	gives 'mtr-invoice list --status=draft | totals' <<'E'
main SCHEDULED 2024-10-01 700
main USAGE 2024-09-01 300
main USAGE 2024-10-01 0
E
	gives 'mtr-balance disable-trueup Promise' <dry
	gives 'jq -c "[.id,.contract_id,.trueup_disabled]" dry; mtr-balance disable-trueup $BALANCE | cmp - dry; mtr-contract get main | jq -c ".commits[].trueup_disabled"; mtr-balance list | jq .trueup_disabled' <<E
["00000000-0000-4000-8000-0000000000e1","00000000-0000-4000-8000-0000000000d1",true]
true
true
E
	gives 'mtr-invoice run -q | totals; mtr-balance ledger Promise | entries; mtr-db check; sqlite3 mtr.db "SELECT kind FROM audit_log WHERE verb = \"disable-trueup\""' <<'E'
main USAGE 2024-09-01 300
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 700
2024-10-01 POSTPAID_COMMIT_EXPIRATION -700 0
{"type":"check","differences":0}
contract
E
}

@test "refused: true-ups that cannot be disabled" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-01),$(paid 2024-10-01 1000)},{\"type\":\"PREPAID\",\"name\":\"Paid\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-01)}]"
	shared Given 100 2024-09-01 2024-10-01
	given 'mtr-invoice run -q'
	refuses 3 'mtr-balance disable-trueup Paid Given Nothing Promise' <<'E'
mtr-balance: "Paid": a PREPAID balance; wanted a POSTPAID commit [wrong_type]
mtr-balance: "Given": a CREDIT balance; wanted a POSTPAID commit [wrong_type]
mtr-balance: "Nothing": no commit or credit of this id or name [not_found]
mtr-balance: "Promise": its true-up is final [billed]
E
	given 'mtr-customer archive Northwind'
	refuses 3 'mtr-balance disable-trueup Promise' <<'E'
mtr-balance: "Promise": the balance is archived [archived]
E
}

@test "worked: one balance for one piece of usage" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"Prepaid\",\"product_id\":\"Prepaid\",$(access 40000 2024-09-01 2025-09-01)},{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 40000 2024-09-01 2025-09-01),$(paid 2025-09-01 40000)}]"
	use a 2024-09-10 call 500
	gives 'mtr-invoice run -q | jq -r .total; mtr-balance list | left' <<'E'
10000
Prepaid PREPAID 0 : 0
Promise POSTPAID 30000 : 30000
E
}

# ---- credits ----

@test "worked: a prepaid balance, and a credit that goes first from October on" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"Prepaid\",\"product_id\":\"Prepaid\",$(access 10000 2024-09-01 2025-09-01),$(paid 2024-09-01 10000)}],\"credits\":[{\"name\":\"Credit\",\"priority\":1,\"product_id\":\"Prepaid\",$(access 500 2024-10-01 2025-09-01)}]"
	use a 2024-09-10 call 65
	use b 2024-10-10 call 20
	given 'mtr-invoice run -q --now=2024-11-02'
	gives 'mtr-balance ledger Prepaid Credit --now=2024-11-02 | entries; mtr-balance list --now=2024-11-02 | left' <<'E'
2024-09-01 PREPAID_COMMIT_SEGMENT_START 10000 10000
2024-10-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -6500 3500
2024-11-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -1500 2000
2024-10-01 CREDIT_SEGMENT_START 500 500
2024-11-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -500 0
Prepaid PREPAID 2000 : 2000
Credit CREDIT 0 : 0
E
}

@test "worked: a trial of a week, charged at the rate from then on" {
	catalogue
	contract main 2024-09-01 ",\"credits\":[{\"name\":\"Trial\",\"product_id\":\"Prepaid\",$(access 10000 2024-09-01 2024-09-08)}]"
	use a 2024-09-03 call 40
	use b 2024-09-08 call 5
	gives 'mtr-invoice run -q | lines; mtr-balance ledger Trial | entries' <<'E'
Calls 40 4000 PrepaidCommit
Trial applied - -4000 PrepaidCommit
Calls 5 500
Jobs 0 0
= 500
2024-09-01 CREDIT_SEGMENT_START 10000 10000
2024-09-08 CREDIT_AUTOMATED_INVOICE_DEDUCTION -4000 6000
2024-09-08 CREDIT_EXPIRATION -6000 0
E
}

@test "worked: what a contract ends early has nothing left" {
	catalogue
	contract main 2026-01-01 ",\"ending_before\":\"2026-03-01\",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"Year\",\"product_id\":\"Prepaid\",$(access 10000 2026-01-01 2027-01-01)}]"
	gives 'for t in 2026-02-28T23:59:59Z 2026-03-01; do mtr-balance list --now=$t | jq -r .balance; done' <<'E'
10000
0
E
}

@test "worked: three years of access, paid twice: the cost basis is 1" {
	catalogue
	contract main 2024-01-01 ",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"Ramp\",\"product_id\":\"Prepaid\",\"rollover_fraction\":\"0.25\",\"access_schedule\":{\"schedule_items\":[{\"amount\":5000000,\"starting_at\":\"2024-01-01\",\"ending_before\":\"2025-01-01\"},{\"amount\":20000000,\"starting_at\":\"2025-01-01\",\"ending_before\":\"2026-01-01\"},{\"amount\":25000000,\"starting_at\":\"2026-01-01\",\"ending_before\":\"2027-01-01\"}]},\"invoice_schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-01-01\",\"amount\":25000000},{\"timestamp\":\"2026-01-01\",\"amount\":25000000}]}}]"
	gives 'mtr-balance list | jq -c "[.cost_basis,.rollover_fraction,.balance]"; mtr-invoice list --status=draft --now=2023-12-31 | jq -r "[.issued_at,.total]|@tsv"' <<'E'
["1","0.25","5000000"]
2024-01-01T00:00:00Z	25000000
2026-01-01T00:00:00Z	25000000
E
}

# ---- recurring ----

@test "recurring items: children by the month, each with a ledger of its own" {
	catalogue
	contract main 2024-09-01 ',"recurring_credits":[{"id":"'$BALANCE'","name":"Monthly","product_id":"Prepaid","priority":1,"access_amount":{"unit_price":"10 USD","quantity":1},"commit_duration":{"value":1},"starting_at":"2024-09-16"}]'
	use a 2024-09-20 call 3
	use b 2024-10-20 call 12
	use c 2024-11-01 call 1
	gives 'for t in 2024-09-01 2024-09-16 2024-10-15; do echo $t; mtr-balance list --at=$t | jq -r "[.name,.type,.recurring_commit_id,(.access_schedule.schedule_items[]|.starting_at[:10],.ending_before[:10],.amount,.remaining),.balance]|join(\" \")"; done' <<E
2024-09-01
Monthly CREDIT 00000000-0000-4000-8000-0000000000e1 2024-09-16 2024-10-01 500 500 0
2024-09-16
Monthly CREDIT 00000000-0000-4000-8000-0000000000e1 2024-09-16 2024-10-01 500 200 200
Monthly CREDIT 00000000-0000-4000-8000-0000000000e1 2024-10-01 2024-11-01 1000 1000 0
2024-10-15
Monthly CREDIT 00000000-0000-4000-8000-0000000000e1 2024-09-16 2024-10-01 500 0 0
Monthly CREDIT 00000000-0000-4000-8000-0000000000e1 2024-10-01 2024-11-01 1000 0 0
Monthly CREDIT 00000000-0000-4000-8000-0000000000e1 2024-11-01 2024-12-01 1000 1000 0
E
	given 'mtr-invoice run -q --now=2024-12-02'
	gives 'mtr-balance list --now=2024-12-02 | mtr-balance ledger - --now=2024-12-02 | entries; mtr-db check' <<'E'
2024-09-16 CREDIT_SEGMENT_START 500 500
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -300 200
2024-10-01 CREDIT_EXPIRATION -200 0
2024-10-01 CREDIT_SEGMENT_START 1000 1000
2024-11-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -1000 0
2024-11-01 CREDIT_SEGMENT_START 1000 1000
2024-12-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -100 900
2024-12-01 CREDIT_EXPIRATION -900 0
2024-12-01 CREDIT_SEGMENT_START 1000 1000
{"type":"check","differences":0}
E
	gives 'mtr-balance net --now=2024-12-02 | jq -r .balance; mtr-contract get main | jq -c .recurring_credits' <<E
1000
[{"id":"00000000-0000-4000-8000-0000000000e1","type":"CREDIT","product_id":"00000000-0000-4000-8000-0000000000a3","name":"Monthly","access_amount":{"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"unit_price":"1000","quantity":"1"},"commit_duration":{"value":1,"unit":"PERIODS"},"starting_at":"2024-09-16T00:00:00Z","proration":"FIRST_AND_LAST","priority":"1"}]
E
	child=$(mtr-balance list --at=2024-09-16 | jq -r .id | head -1)
	refuses 3 "mtr-balance end $child --access-ending-before=2024-09-20" <<E
mtr-balance: "d05344d9-0b42-8cb2-b3d4-134125491343": a child of recurring item 00000000-0000-4000-8000-0000000000e1, which has its terms [recurring_child]
E
}

@test "recurring commits are bought at their start; paid by granted is two thirds" {
	catalogue
	contract main 2025-01-01 ',"recurring_commits":[{"name":"Plan","product_id":"Prepaid","priority":1,"access_amount":{"unit_price":3000,"quantity":1},"invoice_amount":{"unit_price":2000,"quantity":1},"commit_duration":{"value":1},"starting_at":"2025-01-01"}],"scheduled_charges":[{"name":"Set-up","product_id":"Prepaid","schedule":{"schedule_items":[{"timestamp":"2025-01-01","amount":500}]}}]'
	export MTR_NOW=2025-01-21
	gives 'mtr-invoice run -q | lines; mtr-invoice list --status=draft | totals; mtr-balance list | jq -r "[.cost_basis,.cost_basis_exact,.balance]|@csv"' <<'E'
Plan 1 2000
Set-up 1 500
= 2500
main SCHEDULED 2025-02-01 2000
main USAGE 2025-01-01 0
"0.66666666666666666667","2/3","3000"
"0.66666666666666666667","2/3","0"
E
}

@test "hybrid: credits for four seats a month" {
	catalogue
	contract main 2025-06-01 ',"recurring_credits":[{"name":"Seats","product_id":"Prepaid","priority":1,"access_amount":{"unit_price":100,"quantity":4},"commit_duration":{"value":1},"starting_at":"2025-06-01"}]'
	gives 'mtr-balance list --at=2025-07-15 | jq -r .balance' <<'E'
0
400
0
E
}

# ---- adjust ----

@test "adjust: given and taken by hand, with a reason" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"id\":\"$BALANCE\",\"type\":\"PREPAID\",\"name\":\"Year\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-09-01 $SEGMENT)}]"
	cat >by-hand <<E
{"id":"Year","amount":"5 USD","reason":"an apology"}
{"id":"$BALANCE","segment_id":"$SEGMENT","customer_id":"nw","contract_id":"main","amount":-300,"reason":"counted twice, \"sorry\"","timestamp":"2024-09-20T12:34:56Z"}
E
	given 'mtr-balance adjust -n by-hand >dry'
	gives 'mtr-balance ledger Year | entries' <<'E'
2024-09-01 PREPAID_COMMIT_SEGMENT_START 1000 1000
E
	gives 'mtr-balance adjust by-hand' <dry
	gives 'cat dry' <<E
{"id":"fed51be4-835a-82da-9f50-e7e3caf1b57f","commit_id":"00000000-0000-4000-8000-0000000000e1","type":"PREPAID_COMMIT_MANUAL","timestamp":"2024-09-01T00:00:00Z","amount":"500","segment_id":"00000000-0000-4000-8000-0000000000f1","contract_id":"00000000-0000-4000-8000-0000000000d1","reason":"an apology"}
{"id":"24d36328-c0e9-821c-b141-ca451c7971aa","commit_id":"00000000-0000-4000-8000-0000000000e1","type":"PREPAID_COMMIT_MANUAL","timestamp":"2024-09-20T12:34:56Z","amount":"-300","segment_id":"00000000-0000-4000-8000-0000000000f1","contract_id":"00000000-0000-4000-8000-0000000000d1","reason":"counted twice, \"sorry\""}
E
	gives 'mtr-balance ledger Year; mtr-balance list | jq -c "[.balance,.access_schedule.schedule_items[]]"' <<E
{"id":"57443fcb-75fb-8b38-a8d7-803663bd6080","type":"PREPAID_COMMIT_SEGMENT_START","timestamp":"2024-09-01T00:00:00Z","amount":"1000","segment_id":"00000000-0000-4000-8000-0000000000f1","running_balance":"1000"}
{"id":"fed51be4-835a-82da-9f50-e7e3caf1b57f","type":"PREPAID_COMMIT_MANUAL","timestamp":"2024-09-01T00:00:00Z","amount":"500","segment_id":"00000000-0000-4000-8000-0000000000f1","contract_id":"00000000-0000-4000-8000-0000000000d1","reason":"an apology","running_balance":"1500"}
{"id":"24d36328-c0e9-821c-b141-ca451c7971aa","type":"PREPAID_COMMIT_MANUAL","timestamp":"2024-09-20T12:34:56Z","amount":"-300","segment_id":"00000000-0000-4000-8000-0000000000f1","contract_id":"00000000-0000-4000-8000-0000000000d1","reason":"counted twice, \"sorry\"","running_balance":"1200"}
["1200",{"id":"00000000-0000-4000-8000-0000000000f1","amount":"1000","adjusted":"200","starting_at":"2024-09-01T00:00:00Z","ending_before":"2025-09-01T00:00:00Z","remaining":"1200"}]
E
	use a 2024-09-03 call 20
	gives 'mtr-invoice run -q | lines; mtr-balance ledger Year -o csv; mtr-balance list | left; mtr-db check' <<E
Calls 12 1200 PrepaidCommit
Year applied - -1200 PrepaidCommit
Calls 8 800
Jobs 0 0
= 800
commit_id,timestamp,type,amount,balance,currency,segment_id,invoice_id,pending,reason
00000000-0000-4000-8000-0000000000e1,2024-09-01T00:00:00.000000000Z,PREPAID_COMMIT_SEGMENT_START,10.00,10.00,USD,00000000-0000-4000-8000-0000000000f1,,,
00000000-0000-4000-8000-0000000000e1,2024-09-01T00:00:00.000000000Z,PREPAID_COMMIT_MANUAL,5.00,15.00,USD,00000000-0000-4000-8000-0000000000f1,,,an apology
00000000-0000-4000-8000-0000000000e1,2024-09-20T12:34:56.000000000Z,PREPAID_COMMIT_MANUAL,-3.00,12.00,USD,00000000-0000-4000-8000-0000000000f1,,,"counted twice, ""sorry"""
00000000-0000-4000-8000-0000000000e1,2024-10-01T00:00:00.000000000Z,PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION,-12.00,0.00,USD,00000000-0000-4000-8000-0000000000f1,55c5a0c3-393f-81ec-8f41-036f75ade264,,
Year PREPAID 0 : 0
{"type":"check","differences":0}
E
	gives 'sqlite3 mtr.db "SELECT kind, object_id FROM audit_log WHERE verb = \"adjust\""; jq -r .id dry' <<E
ledger_entry|fed51be4-835a-82da-9f50-e7e3caf1b57f
ledger_entry|24d36328-c0e9-821c-b141-ca451c7971aa
fed51be4-835a-82da-9f50-e7e3caf1b57f
24d36328-c0e9-821c-b141-ca451c7971aa
E
}

@test "adjust: more taken than there is shows as nothing left" {
	catalogue
	contract main 2024-09-01 ''
	shared Pool 1000 2024-09-01 2024-11-01
	use a 2024-09-10 call 6
	given 'mtr-invoice run -q'
	given 'mtr-balance adjust' <<'E'
{"id":"Pool","amount":-700,"reason":"taken back"}
E
	use b 2024-10-10 call 2
	gives 'mtr-balance list | left; mtr-balance net | jq -r .balance; mtr-balance ledger Pool | entries; mtr-invoice preview | lines' <<'E'
Pool CREDIT 0 : 0
0
2024-09-01 CREDIT_SEGMENT_START 1000 1000
2024-09-01 CREDIT_MANUAL -700 300
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -600 -300
Calls 2 200
Jobs 0 0
= 200
E
	given 'mtr-balance adjust' <<'E'
{"id":"Pool","amount":450,"reason":"given again","timestamp":"2024-10-31T23:59:59Z"}
E
	gives 'mtr-balance list | left; mtr-invoice run -q --now=2024-11-05 | lines; mtr-balance ledger Pool --now=2024-11-05 | entries; mtr-db check' <<'E'
Pool CREDIT 0 : 0
Calls 1.5 150 PrepaidCommit
Pool applied - -150 PrepaidCommit
Calls 0.5 50
Jobs 0 0
= 50
2024-09-01 CREDIT_SEGMENT_START 1000 1000
2024-09-01 CREDIT_MANUAL -700 300
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -600 -300
2024-10-31 CREDIT_MANUAL 450 150
2024-11-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -150 0
{"type":"check","differences":0}
E
}

@test "adjust: children of recurring items, promises, and records from CSV" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-01),$(paid 2024-10-01 1000)}],\"recurring_credits\":[{\"name\":\"Monthly\",\"product_id\":\"Prepaid\",\"priority\":1,\"access_amount\":{\"unit_price\":100,\"quantity\":1},\"commit_duration\":{\"value\":1},\"starting_at\":\"2024-09-01\"}]"
	child=$(mtr-balance list --at=2024-09-01 | jq -r 'select(.type=="CREDIT").id' | head -1)
	export child
	cat >by-hand.csv <<E
id,amount,reason
$child,50,more
Promise,-400,less to spend
E
	gives 'mtr-balance adjust by-hand.csv -o csv | cut -d, -f3-6,8' <<'E'
timestamp,type,amount,currency,reason
2024-09-01T00:00:00.000000000Z,CREDIT_MANUAL,0.50,USD,more
2024-09-01T00:00:00.000000000Z,POSTPAID_COMMIT_MANUAL,-4.00,USD,less to spend
E
	use a 2024-09-10 call 3
	gives 'mtr-invoice run -q >run; for i in 1 2; do sed -n ${i}p run | lines; done; mtr-balance ledger Promise $child | entries; mtr-db check' <<'E'
Promise 1 450
= 450
Calls 1.5 150 PrepaidCommit
Calls 1.5 150 PostpaidCommit
Monthly applied - -150 PrepaidCommit
Promise applied - -150 PostpaidCommit
Jobs 0 0
= 150
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-09-01 POSTPAID_COMMIT_MANUAL -400 600
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -150 450
2024-10-01 POSTPAID_COMMIT_TRUEUP -450 0
2024-09-01 CREDIT_SEGMENT_START 100 100
2024-09-01 CREDIT_MANUAL 50 150
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -150 0
{"type":"check","differences":0}
E
}

@test "refused: entries by hand that cannot be" {
	catalogue
	contract main 2024-09-01 ",\"ending_before\":\"2025-01-01\",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"Two\",\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[{\"amount\":1,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-10-01\"},{\"amount\":1,\"starting_at\":\"2024-10-01\",\"ending_before\":\"2024-11-01\"}]}},{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-01),$(paid 2024-10-01 1000)},{\"type\":\"PREPAID\",\"name\":\"Long\",\"product_id\":\"Prepaid\",$(access 1 2024-09-01 2026-01-01)}]"
	shared Pool 1000 2024-09-01 2024-11-01
	given 'mtr-invoice run -q'
	given 'mtr-contract create' <<'E'
{"name":"theirs","customer_id":"Acme","starting_at":"2024-09-01"}
E
	cat >bad <<E
{"id":"Nothing","amount":1,"reason":"r"}
{"amount":1,"reason":"r"}
{"id":"Pool","amount":0,"reason":"r"}
{"id":"Pool","amount":1}
{"id":"Pool","amount":1,"reason":""}
{"id":"Pool","amount":"1 EUR","reason":"r"}
{"id":"Pool","amount":1,"reason":"r","customer_id":"Acme"}
{"id":"Pool","amount":1,"reason":"r","contract_id":"main"}
{"id":"Long","amount":1,"reason":"r","contract_id":"theirs"}
{"id":"Two","amount":1,"reason":"r"}
{"id":"Two","amount":1,"reason":"r","segment_id":"$SEGMENT"}
{"id":"Pool","amount":1,"reason":"r","timestamp":"2024-08-31T23:59:59Z"}
{"id":"Pool","amount":1,"reason":"r","timestamp":"2024-11-01"}
{"id":"Long","amount":1,"reason":"r","timestamp":"2025-01-01"}
{"id":"Promise","amount":1,"reason":"r"}
{"id":"Pool","amount":1,"reason":"r","per_group_amounts":{"a":1}}
{"id":"Pool","amount":1,"reason":"r","when":"now"}
["Pool"]
E
	refuses 3 'mtr-balance adjust bad' <<E
mtr-balance: bad:1:7: id "Nothing": no commit or credit of this id or name [not_found]
mtr-balance: bad:2:1: id: missing [missing_field]
mtr-balance: bad:3:23: amount "0": wanted what it is given, or below zero what it loses [adjustment.amount]
mtr-balance: bad:4:1: reason: missing [missing_field]
mtr-balance: bad:5:34: reason "": wanted at least 1 character, found 0 [adjustment.reason]
mtr-balance: bad:6:23: amount "1 EUR": in EUR where USD is wanted [adjustment.amount]
mtr-balance: bad:7:52: customer_id "Acme": the balance is that of customer 00000000-0000-4000-8000-0000000000c1 [adjustment.customer_id]
mtr-balance: bad:8:52: contract_id "main": the balance is the customer's [adjustment.contract_id]
mtr-balance: bad:9:52: contract_id "theirs": the balance is that of contract 00000000-0000-4000-8000-0000000000d1 [adjustment.contract_id]
mtr-balance: bad:10:1: segment_id: the balance has 2 segments; wanted one of them [missing_field]
mtr-balance: bad:11:50: segment_id "00000000-0000-4000-8000-0000000000f1": the balance has no such segment [not_found]
mtr-balance: bad:12:50: timestamp "2024-08-31T23:59:59Z": outside of the segment, from 2024-09-01T00:00:00Z to before 2024-11-01T00:00:00Z [adjustment.timestamp]
mtr-balance: bad:13:50: timestamp "2024-11-01T00:00:00Z": outside of the segment, from 2024-09-01T00:00:00Z to before 2024-11-01T00:00:00Z [adjustment.timestamp]
mtr-balance: bad:14:50: timestamp "2025-01-01T00:00:00Z": outside of the segment, from 2024-09-01T00:00:00Z to before 2025-01-01T00:00:00Z [adjustment.timestamp]
mtr-balance: bad:15:7: id "Promise": its true-up is final [billed]
mtr-balance: bad:16:58: per_group_amounts: no segment of the balance is a seat's own [adjustment.per_group_amounts]
mtr-balance: bad:17:45: when "now": unknown field [unknown_field]
mtr-balance: bad:18:1: wanted an object, found an array [not_an_object]
E
	gives 'mtr-balance ledger Pool | entries; sqlite3 mtr.db "SELECT count(*) FROM ledger_entry WHERE seq IS NOT NULL"' <<'E'
2024-09-01 CREDIT_SEGMENT_START 1000 1000
0
E
	given 'mtr-customer archive nw'
	echo '{"id":"Pool","amount":1,"reason":"r"}' >bad
	refuses 3 "mtr-balance adjust bad" <<'E'
mtr-balance: bad:1:7: id "Pool": the balance is archived [archived]
E
}

# ---- end ----

@test "end: access is cut, later segments are gone, what is left expires then" {
	catalogue
	contract main 2024-09-01 ''
	given 'mtr-balance create' <<E
{"customer_id":"nw","type":"PREPAID","name":"Years","product_id":"Prepaid","priority":1,"access_schedule":{"schedule_items":[{"amount":1000,"starting_at":"2024-09-01","ending_before":"2025-01-01"},{"amount":2000,"starting_at":"2025-01-01","ending_before":"2026-01-01"}]},"invoice_schedule":{"recurring_schedule":{"starting_at":"2024-09-01","ending_before":"2024-12-02","frequency":"MONTHLY","amount_distribution":"DIVIDED","amount":1000}},"invoice_contract_id":"main"}
E
	use a 2024-09-10 call 2
	use b 2024-10-20 call 3
	given 'mtr-invoice run -q'
	given 'mtr-balance end Years -n --access-ending-before=2024-10-16 --invoices-ending-before=2024-11-01 >dry'
	gives 'mtr-balance end Years --access-ending-before=2024-10-16 --invoices-ending-before=2024-11-01' <dry
	gives 'jq -c "[.access_schedule.schedule_items[]|.starting_at,.ending_before,.amount],[.invoice_schedule.recurring_schedule,(.invoice_schedule.schedule_items[]|.timestamp,.amount,(.id|length))]" dry' <<'E'
["2024-09-01T00:00:00Z","2024-10-16T00:00:00Z","1000"]
[null,"2024-09-01T00:00:00Z","250",36,"2024-10-01T00:00:00Z","250",36]
E
	gives 'mtr-balance list | left; mtr-invoice run -q --now=2024-12-05 | totals; mtr-balance ledger Years --now=2024-12-05 | entries; mtr-db check; sqlite3 mtr.db "SELECT kind FROM audit_log WHERE verb = \"end\""' <<'E'
Years PREPAID 800 : 800
main USAGE 2024-10-01 300
main USAGE 2024-11-01 0
2024-09-01 PREPAID_COMMIT_SEGMENT_START 1000 1000
2024-10-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -200 800
2024-10-16 PREPAID_COMMIT_EXPIRATION -800 0
{"type":"check","differences":0}
customer_balance
E
}

@test "end: of a contract's own, of several at once, and without any invoice left" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"A\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-01-01),$(paid 2024-12-01 100)}],\"credits\":[{\"name\":\"B\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-01-01)}]"
	given 'mtr-balance create' <<E
{"customer_id":"nw","type":"PREPAID","name":"C","product_id":"Prepaid","priority":1,$(access 1000 2024-09-01 2025-01-01),$(paid 2024-12-01 100),"invoice_contract_id":"main"}
E
	gives 'mtr-balance end A B C --access-ending-before=2024-10-01T05:00:00Z | jq -r "[.name,.customer_id,.contract_id,.access_schedule.schedule_items[].ending_before]|@csv"' <<E
"A","00000000-0000-4000-8000-0000000000c1","00000000-0000-4000-8000-0000000000d1","2024-10-01T05:00:00Z"
"B","00000000-0000-4000-8000-0000000000c1","00000000-0000-4000-8000-0000000000d1","2024-10-01T05:00:00Z"
"C","00000000-0000-4000-8000-0000000000c1",,"2024-10-01T05:00:00Z"
E
	gives 'mtr-balance end A C --invoices-ending-before=2024-10-02 | jq -c "[.name,.invoice_schedule,.invoice_contract_id]"; mtr-balance list --at=2024-09-02 | jq -r "[.name,.cost_basis,.balance]|@csv"; mtr-invoice list --status=draft | totals' <<'E'
["A",null,null]
["C",null,null]
"A","0","1000"
"B","0","1000"
"C","0","1000"
main USAGE 2024-09-01 0
main USAGE 2024-10-01 0
E
}

@test "refused: ends that cannot be, and nothing is changed by a part of a command" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"A\",\"product_id\":\"Prepaid\",\"priority\":1,$(access 1000 2024-09-01 2025-01-01),$(paid 2024-10-01 100)},{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-01-01),$(paid 2025-10-01 1000)},{\"type\":\"PREPAID\",\"name\":\"Plain\",\"product_id\":\"Prepaid\",\"priority\":9,$(access 1000 2024-09-01 2025-01-01)}]"
	use a 2024-09-10 call 2
	given 'mtr-invoice run -q'
	given 'mtr-balance adjust' <<'E'
{"id":"Plain","amount":-5,"reason":"r","timestamp":"2024-11-11T11:11:11Z"}
E
	at=--access-ending-before
	refuses 3 "mtr-balance end A Promise Nothing $at=2024-12-01" <<E
mtr-balance: "Promise": a POSTPAID commit; wanted a PREPAID one or a CREDIT [wrong_type]
mtr-balance: "Nothing": no commit or credit of this id or name [not_found]
E
	refuses 3 "mtr-balance end A $at=2024-09-30T23:00:00Z" <<E
mtr-balance: "A": --access-ending-before 2024-09-30T23:00:00Z: final invoices drew on segment b0c5c723-db59-8089-9a0b-a83e8a2ba7d3 up to 2024-10-01T00:00:00Z; wanted that or later [billed]
E
	refuses 3 "mtr-balance end Plain $at=2024-11-11T11:00:00Z" <<E
mtr-balance: "Plain": --access-ending-before 2024-11-11T11:00:00Z: segment 5212d5b2-865d-8e31-9c7c-bb15664def03 has a manual entry of 2024-11-11T11:11:11Z; wanted an end after that [adjusted]
E
	refuses 3 "mtr-balance end Plain $at=2025-01-01" <<E
mtr-balance: "Plain": --access-ending-before 2025-01-01T00:00:00Z: access ends at 2025-01-01T00:00:00Z; wanted earlier [balance.access_ending_before]
E
	refuses 3 "mtr-balance end Plain $at=2024-12-01T00:00:01Z" <<E
mtr-balance: "Plain": --access-ending-before 2024-12-01T00:00:01Z: not on the hour [balance.access_ending_before]
E
	refuses 3 "mtr-balance end Plain $at=2024-09-01" <<E
mtr-balance: "Plain": --access-ending-before 2024-09-01T00:00:00Z: access begins at 2024-09-01T00:00:00Z; wanted an end after that [balance.access_ending_before]
E
	refuses 3 "mtr-balance end A --invoices-ending-before=2024-10-01" <<E
mtr-balance: "A": --invoices-ending-before 2024-10-01T00:00:00Z: the invoice of 2024-10-01T00:00:00Z is final; wanted an end after that [billed]
E
	refuses 3 "mtr-balance end A --invoices-ending-before=2024-10-01T00:00:01Z" <<E
mtr-balance: "A": --invoices-ending-before 2024-10-01T00:00:01Z: there is no invoice on it or after it [balance.invoices_ending_before]
E
	refuses 3 "mtr-balance end Plain --invoices-ending-before=2024-01-01" <<E
mtr-balance: "Plain": --invoices-ending-before 2024-01-01T00:00:00Z: there is no invoice on it or after it [balance.invoices_ending_before]
E
	refuses 2 "mtr-balance end Plain" <<'E'
mtr-balance: wanted --access-ending-before, --invoices-ending-before or both [usage]
usage: mtr-balance end [option ...] balance ...
help: mtr-balance end --help
E
	refuses 2 "mtr-balance end Plain $at=soon" <<'E'
mtr-balance: --access-ending-before "soon": not a time (YYYY-MM-DDThh:mm:ssZ) [usage]
usage: mtr-balance end [option ...] balance ...
help: mtr-balance end --help
E
	gives 'mtr-balance list | jq -r ".access_schedule.schedule_items[].ending_before"' <<'E'
2025-01-01T00:00:00Z
2025-01-01T00:00:00Z
2025-01-01T00:00:00Z
E
	gives "mtr-balance end A $at=2024-10-01 | jq -r .access_schedule.schedule_items[].ending_before" <<'E'
2024-10-01T00:00:00Z
E
}

# ---- archived, checked, migrated ----

@test "a customer that is archived takes its balances with it" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-01-01),$(paid 2025-10-01 1000)}]"
	shared Pool 500 2024-09-01 2025-01-01
	use a 2024-09-10 call 7
	given 'mtr-invoice run -q'
	given 'mtr-customer archive nw --now=2024-10-03T12:00:00Z'
	gives 'mtr-balance list; mtr-balance net; mtr-balance ledger Pool Promise --at=2024-10-04 | entries; mtr-invoice run -q --now=2026-01-01; mtr-balance ledger Promise --now=2026-01-01 | entries; mtr-db check' <<'E'
2024-09-01 CREDIT_SEGMENT_START 500 500
2024-10-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -500 0
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -200 800
2024-10-03 POSTPAID_COMMIT_EXPIRATION -800 0
2024-09-01 POSTPAID_COMMIT_INITIAL_BALANCE 1000 1000
2024-10-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -200 800
2024-10-03 POSTPAID_COMMIT_EXPIRATION -800 0
{"type":"check","differences":0}
E
	id=$(mtr-balance ledger Pool -o csv | sed -n 2p | cut -d, -f1)
	gives "mtr-balance ledger $id --at=2024-09-05 | entries" <<'E'
2024-09-01 CREDIT_SEGMENT_START 500 500
E
}

# meddle SQL - past the triggers that refuse it, and leaving them as they were
meddle() {
	sqlite3 mtr.db "SELECT name FROM sqlite_schema WHERE type = 'trigger'" |
		sed 's/.*/DROP TRIGGER &;/' >drop
	sqlite3 mtr.db "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'" >restore
	sqlite3 mtr.db '.read drop' "$1" '.read restore'
}

@test "what is stored is never changed, and mtr-db check sees what was" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"POSTPAID\",\"name\":\"Promise\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2024-10-01),$(paid 2024-10-01 1000)}]"
	contract side 2024-09-01 ''
	given 'mtr-balance create' <<E
{"id":"$BALANCE","customer_id":"nw","name":"Pool","product_id":"Prepaid","priority":1,$(access 500 2024-09-01 2025-01-01 $SEGMENT)}
E
	given 'mtr-balance adjust' <<'E'
{"id":"Pool","amount":100,"reason":"a gift"}
E
	use a 2024-09-10 call 4
	given 'mtr-invoice run -q'
	for table in ledger_entry customer_balance; do
		try "sqlite3 mtr.db 'UPDATE $table SET customer_id = customer_id' 2>&1 | sed 's/.*stepping, //; s/ (19)//'"
		status_is 19
		out_is <<<"$table is append-only"
		err_empty
		try "sqlite3 mtr.db 'DELETE FROM $table' 2>&1 | sed 's/.*stepping, //; s/ (19)//'"
		status_is 19
		out_is <<<"$table is append-only"
		err_empty
	done
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
	cp mtr.db sound.db
	damaged() {
		cp sound.db mtr.db
		rm -f mtr.db-*
		meddle "$1"
		try 'mtr-db check | jq -r ".message // .differences"'
		status_is 1
		err_empty
	}
	damaged "UPDATE ledger_entry SET amount = '-601' WHERE contract_id = '$MAIN' AND commit_id = '$BALANCE'"
	out_is <<E
entry 28c7b5c7-7aec-819d-a14a-dd14cc0e579d: it took 601 from segment 00000000-0000-4000-8000-0000000000f1, which had 600
entry 596e00c6-d1c3-8c8c-8e94-8d9f9741b750: it took 200 from segment 00000000-0000-4000-8000-0000000000f1, which had -1
invoice INV-000002: its applications add up to -400, its entries to -601
3
E
	damaged "UPDATE ledger_entry SET amount = '99' WHERE seq IS NOT NULL"
	out_is <<E
entry 596e00c6-d1c3-8c8c-8e94-8d9f9741b750: it took 200 from segment 00000000-0000-4000-8000-0000000000f1, which had 199
entry fed51be4-835a-82da-9f50-e7e3caf1b57f: it is not that of change 14
2
E
	damaged "UPDATE ledger_entry SET reason = 'a bribe' WHERE seq IS NOT NULL"
	out_is <<E
entry fed51be4-835a-82da-9f50-e7e3caf1b57f: it is not that of change 14
1
E
	damaged "UPDATE ledger_entry SET segment_id = commit_id WHERE commit_id = '$BALANCE' AND seq IS NULL"
	out_is <<E
entry 28c7b5c7-7aec-819d-a14a-dd14cc0e579d: balance 00000000-0000-4000-8000-0000000000e1 has no such segment
entry 596e00c6-d1c3-8c8c-8e94-8d9f9741b750: balance 00000000-0000-4000-8000-0000000000e1 has no such segment
2
E
	damaged "UPDATE ledger_entry SET amount = '-599' WHERE type = 'POSTPAID_COMMIT_TRUEUP'"
	out_is <<E
invoice INV-000001: it bills 1000, its true-up takes 599
1
E
	damaged "UPDATE customer_balance SET terms = replace(terms, '500', '501')"
	out_is <<E
balance 00000000-0000-4000-8000-0000000000e1: its terms are not those of change 13
1
E
}

@test "a file of schema 3 is migrated with its ledger, and goes on" {
	catalogue
	contract main 2024-09-01 ",\"commits\":[{\"type\":\"PREPAID\",\"name\":\"Year\",\"product_id\":\"Prepaid\",$(access 1000 2024-09-01 2025-09-01)}]"
	use a 2024-09-10 call 4
	given 'mtr-invoice run -q'
	given 'mtr-balance ledger Year >before'
	older 3 mtr.db
	refuses 5 'mtr-balance list' <<E
mtr-balance: $PWD/mtr.db has schema 3, wanted $SCHEMA: run mtr-db migrate [db_older]
E
	gives 'mtr-db migrate; mtr-db check; mtr-balance ledger Year | cmp - before' <<E
{"type":"migration","from":3,"to":$SCHEMA,"backup":"$PWD/mtr.db.backup"}
{"type":"check","differences":0}
E
	given 'mtr-balance adjust' <<'E'
{"id":"Year","amount":-100,"reason":"r"}
E
	shared Pool 100 2024-10-01 2025-01-01 0
	use b 2024-10-10 call 4
	given 'mtr-invoice run -q --now=2024-11-03'
	gives 'mtr-balance ledger Year Pool --now=2024-11-03 | entries; mtr-db check' <<'E'
2024-09-01 PREPAID_COMMIT_SEGMENT_START 1000 1000
2024-09-01 PREPAID_COMMIT_MANUAL -100 900
2024-10-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -400 500
2024-11-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300 200
2024-10-01 CREDIT_SEGMENT_START 100 100
2024-11-01 CREDIT_AUTOMATED_INVOICE_DEDUCTION -100 0
{"type":"check","differences":0}
E
}
