# mtr-balance: list, net, ledger; and what prepaid commits do to contracts and invoices.
# shellcheck disable=SC2016
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
OTHER=00000000-0000-4000-8000-0000000000e2
SEGMENT=00000000-0000-4000-8000-0000000000f1
SECOND=00000000-0000-4000-8000-0000000000f2
SCHEMA=$(find "$TOP/share/schema" -name "*.sql" | wc -l)
export CONTRACT COMMIT OTHER

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
	rate "$CALLS" 100
	rate "$JOBS" 50
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
E
}

rate() { # rate PRODUCT PRICE
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"$1","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"$2"}
E
}

# contract FIELDS - Northwind's contract from 2024-09-01 on with these fields besides
contract() {
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$NORTHWIND","rate_card_id":"$CARD","starting_at":"2024-09-01T00:00:00Z"$1}
E
}

# commit AMOUNT START END [FIELDS] - the JSON of one commit of one segment, paid at its start
commit() {
	printf '{"id":"%s","type":"PREPAID","product_id":"%s","access_schedule":{"schedule_items":[{"id":"%s","amount":"%s","starting_at":"%s","ending_before":"%s"}]}%s}' \
		"$COMMIT" "$PREPAID" "$SEGMENT" "$1" "$2" "$3" "${4-}"
}

segment() { # segment ID AMOUNT START END
	printf '{"id":"%s","amount":"%s","starting_at":"%s","ending_before":"%s"}' "$@"
}

use() { # use ID TIME TYPE N
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2","customer_id":"nw","event_type":"$3","properties":{"n":"$4"}}
E
}

# timestamp, type, amount, what is left; a pending one says so
entries() {
	jq -r '[.timestamp[:10], (.type | sub("PREPAID_COMMIT_"; "") | sub("AUTOMATED_INVOICE_"; "")), .amount_exact // .amount, .running_balance_exact // .running_balance, (if .pending then "pending" else empty end)] | join(" ")'
}
# balance of each commit, then what remains of each segment
left() {
	jq -r '[.name, .balance_exact // .balance, .currency, ":", (.access_schedule.schedule_items[] | .remaining_exact // .remaining)] | join(" ")'
}
# name, quantity, total of each line, then the total
lines() {
	jq -r '(.line_items[] | [.name, .quantity_exact // .quantity // "-", .total_exact // .total] | join(" ")), ("= " + (.total_exact // .total))'
}
export -f entries left lines

# meddle SQL - past the triggers that refuse it, and leaving them as they were
meddle() {
	sqlite3 mtr.db "SELECT name FROM sqlite_schema WHERE type = 'trigger'" |
		sed 's/.*/DROP TRIGGER &;/' >drop
	sqlite3 mtr.db "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'" >restore
	sqlite3 mtr.db '.read drop' "$1" '.read restore'
}

# ---- list ----

@test "a balance, whole" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"Year one","priority":3,"description":"paid up front","applicable_product_ids":["Calls"],"applicable_product_tags":["cloud"],"invoice_schedule":{"schedule_items":[{"id":"00000000-0000-4000-8000-000000000091","timestamp":"2024-09-01T00:00:00Z","amount":8000}]}')]"
	use a 2024-09-02T00:00:00Z call 25
	gives 'mtr-balance list | jq .' <<E
{
  "id": "$COMMIT",
  "type": "PREPAID",
  "name": "Year one",
  "customer_id": "$NORTHWIND",
  "customer_name": "Northwind",
  "contract_id": "$CONTRACT",
  "product": {
    "id": "$PREPAID",
    "name": "Prepaid"
  },
  "priority": "3",
  "access_schedule": {
    "credit_type": {
      "id": "2714e483-4ff1-48e4-9e25-ac732e8f24f2",
      "name": "USD (cents)"
    },
    "schedule_items": [
      {
        "id": "$SEGMENT",
        "amount": "10000",
        "starting_at": "2024-09-01T00:00:00Z",
        "ending_before": "2025-09-01T00:00:00Z",
        "remaining": "7500"
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
        "id": "00000000-0000-4000-8000-000000000091",
        "timestamp": "2024-09-01T00:00:00Z",
        "amount": "8000",
        "unit_price": "8000",
        "quantity": "1"
      }
    ]
  },
  "applicable_product_ids": [
    "$CALLS"
  ],
  "applicable_product_tags": [
    "cloud"
  ],
  "cost_basis": "0.8",
  "balance": "7500",
  "balance_major": "75.00",
  "currency": "USD"
}
E
}

@test "no commits, no balances" {
	catalogue
	contract ''
	gives 'mtr-balance list; mtr-balance net; mtr-balance list -o csv; mtr-balance net -o table' <<'E'
id,name,customer_name,contract_id,balance,currency
CUSTOMER_ID  CUSTOMER_NAME  BALANCE  CURRENCY
E
}

@test "for people: major units, the currency beside them, more places where there are more" {
	catalogue
	contract ",\"commits\":[$(commit 10000.5 2024-09-01 2025-09-01)]"
	gives 'mtr-balance list -o table; mtr-balance list -o csv; mtr-balance net -o csv' <<E
ID                                    NAME     CUSTOMER_NAME  CONTRACT_ID                           BALANCE  CURRENCY
$COMMIT  Prepaid  Northwind      $CONTRACT  100.005  USD
id,name,customer_name,contract_id,balance,currency
$COMMIT,Prepaid,Northwind,$CONTRACT,100.005,USD
customer_id,customer_name,balance,currency
$NORTHWIND,Northwind,100.005,USD
E
	gives 'mtr-balance ledger "$COMMIT" -o csv; mtr-balance ledger "$COMMIT" -o text' <<E
commit_id,timestamp,type,amount,balance,currency,segment_id,invoice_id,pending,reason
$COMMIT,2024-09-01T00:00:00.000000000Z,PREPAID_COMMIT_SEGMENT_START,100.005,100.005,USD,$SEGMENT,,,
commit_id: $COMMIT
timestamp: 2024-09-01T00:00:00Z
type: PREPAID_COMMIT_SEGMENT_START
amount: 100.005
balance: 100.005
currency: USD
segment_id: $SEGMENT
E
}

@test "a commit without a name bears its product's, and that of the instant" {
	catalogue
	given 'mtr-product update' <<E
{"product_id":"$PREPAID","starting_at":"2025-01-01","name":"Prepaid 2025"}
E
	contract ",\"commits\":[$(commit 100 2024-09-01 2025-09-01)]"
	gives 'for t in 2024-12-31T23:59:59Z 2025-01-01; do mtr-balance list --at=$t | jq -r ".name, .product.name"; done' <<'E'
Prepaid
Prepaid
Prepaid 2025
Prepaid 2025
E
}

@test "cost basis: paid by granted; none where nothing is granted or another currency paid" {
	catalogue
	contract ",\"commits\":[
		$(COMMIT='' commit 3000 2024-09-01 2025-09-01 ',"name":"two thirds","invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":2000}]}' | sed 's/"id":"",//'),
		$(SEGMENT=$SECOND commit 3000 2024-09-01 2025-09-01 ',"name":"free"'),
		{\"type\":\"PREPAID\",\"name\":\"nothing\",\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[{\"amount\":0,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2025-09-01\"}]},\"invoice_schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-09-01\",\"amount\":5}]}},
		{\"type\":\"PREPAID\",\"name\":\"euros\",\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[{\"amount\":100,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2025-09-01\"}]},\"invoice_schedule\":{\"credit_type_id\":\"EUR\",\"schedule_items\":[{\"timestamp\":\"2024-09-01\",\"amount\":5}]}}]"
	gives 'mtr-balance list | jq -c "[.name,.cost_basis,.cost_basis_exact]"' <<'E'
["two thirds","0.66666666666666666667","2/3"]
["free","0",null]
["nothing",null,null]
["euros",null,null]
E
}

@test "the listing by customer and by contract" {
	catalogue
	contract ",\"name\":\"first\",\"commits\":[$(commit 100 2024-09-01 2025-09-01 ',"name":"A"')]"
	given 'mtr-customer create' <<'E'
{"name":"Acme"}
E
	given 'mtr-contract create' <<E
{"name":"second","customer_id":"Northwind","starting_at":"2024-09-01","commits":[{"type":"prepaid","name":"B","product":"Prepaid","access_schedule":{"schedule_items":[{"amount":200,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]}}]}
{"name":"third","customer_id":"Acme","starting_at":"2024-09-01","commits":[{"type":"prepaid","name":"C","product":"Prepaid","access_schedule":{"schedule_items":[{"amount":400,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]}}]}
E
	gives 'mtr-balance list | left; echo; mtr-balance list --customer=nw | left; echo; mtr-balance list --contract=second | left; mtr-balance list --contract=second --customer=Acme' <<'E'
A 100 USD : 100
B 200 USD : 200
C 400 USD : 400

A 100 USD : 100
B 200 USD : 200

B 200 USD : 200
E
	gives 'mtr-balance net; mtr-balance net --contract=third | jq -r .balance_major' <<E
{"customer_id":"$NORTHWIND","customer_name":"Northwind","balance":"300","balance_major":"3.00","currency":"USD","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"}}
{"customer_id":"$(mtr-customer get Acme | jq -r .id)","customer_name":"Acme","balance":"400","balance_major":"4.00","currency":"USD","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"}}
4.00
E
}

@test "balances of archived contracts are not listed; the ledger is there and closes" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-02T00:00:00Z call 25
	given 'mtr-invoice run -q'
	given 'mtr-customer archive Northwind --now=2024-10-03T12:34:56Z'
	gives 'mtr-balance list; mtr-balance net; mtr-balance ledger A --at=2024-10-04 | entries; mtr-balance ledger A --at=2024-10-04 --drafts | entries' <<'E'
2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -2500 7500
2024-10-03 EXPIRATION -7500 0
2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -2500 7500
2024-10-03 EXPIRATION -7500 0
E
}

# ---- worked examples ----

@test "worked: a commit paid in two installments" {
	catalogue
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$NORTHWIND","starting_at":"2024-10-01","commits":[$(commit 1000000 2024-10-01 2025-10-01 ',"name":"Annual commit","invoice_schedule":{"schedule_items":[{"timestamp":"2024-10-01","amount":400000},{"timestamp":"2024-11-01","amount":600000}]}')]}
E
	gives 'mtr-invoice run -q | jq -c "[.type,.issued_at,.total,(.line_items[]|[.type,.name,.total])]"' <<'E'
["SCHEDULED","2024-10-01T00:00:00Z","400000",["commit_purchase","Annual commit","400000"]]
E
	gives 'mtr-invoice list --status=draft | jq -c "[.type,.issued_at,.total]"; mtr-balance list | jq -r ".cost_basis,.balance_major"' <<'E'
["SCHEDULED","2024-11-01T00:00:00Z","600000"]
1
10000.00
E
}

@test "worked: 100 USD for September, 63 used: granted, deducted, expired" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2024-10-01 ',"name":"September"')]"
	use a 2024-09-10T00:00:00Z call 63
	given 'mtr-invoice run -q'
	gives 'mtr-balance ledger September' <<E
{"id":"$(mtr-balance ledger September | jq -r .id | sed -n 1p)","type":"PREPAID_COMMIT_SEGMENT_START","timestamp":"2024-09-01T00:00:00Z","amount":"10000","segment_id":"$SEGMENT","running_balance":"10000"}
{"id":"$(sqlite3 mtr.db 'SELECT id FROM ledger_entry')","type":"PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION","timestamp":"2024-10-01T00:00:00Z","amount":"-6300","segment_id":"$SEGMENT","invoice_id":"$(mtr-invoice list | jq -r .id)","contract_id":"$CONTRACT","running_balance":"3700"}
{"id":"$(mtr-balance ledger September | jq -r .id | sed -n 3p)","type":"PREPAID_COMMIT_EXPIRATION","timestamp":"2024-10-01T00:00:00Z","amount":"-3700","segment_id":"$SEGMENT","running_balance":"0"}
E
	gives 'mtr-balance ledger September | jq -r .id | sort -u | wc -l; mtr-balance list | left' <<'E'
3
September 0 USD : 0
E
}

@test "worked: 5,000 over 80 units at 100" {
	catalogue
	contract ",\"commits\":[$(commit 5000 2024-09-01 2025-09-01 ',"name":"Prepaid Tokens"')]"
	use a 2024-09-10T00:00:00Z call 80
	gives 'mtr-invoice run -q | lines' <<'E'
Calls 50 5000
Prepaid Tokens applied - -5000
Calls 30 3000
Jobs 0 0
= 3000
E
	gives 'mtr-balance list | left; mtr-balance ledger "$COMMIT" | entries' <<'E'
Prepaid Tokens 0 USD : 0
2024-09-01 SEGMENT_START 5000 5000
2024-10-01 DEDUCTION -5000 0
E
}

@test "worked: a balance that ends inside the period is deducted and expires at its end" {
	catalogue
	contract ",\"commits\":[$(commit 50000 2024-09-01 2024-09-16 ',"name":"Half"')]"
	use a 2024-09-10T00:00:00Z call 360
	use b 2024-09-10T00:00:00Z job 100
	use c 2024-09-16T00:00:00Z call 384
	use d 2024-09-20T00:00:00Z job 150
	gives 'mtr-invoice run -q | jq -r .total' <<'E'
45900
E
	gives 'mtr-balance ledger Half | entries' <<'E'
2024-09-01 SEGMENT_START 50000 50000
2024-09-16 DEDUCTION -41000 9000
2024-09-16 EXPIRATION -9000 0
E
}

@test "worked: a year of usage, month by month, until the balance is used up" {
	catalogue
	contract ",\"ending_before\":\"2025-09-01T00:00:00Z\",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"Year"')]"
	use m9 2024-09-15T00:00:00Z call 9
	for m in 2024-10 2024-11 2024-12 2025-01 2025-02 2025-03 2025-04 2025-05 2025-06 2025-07 2025-08; do
		use "$m" "$m-15T00:00:00Z" call 10
	done
	gives 'mtr-invoice run -q --now=2025-10-01 | jq -r .total | paste -sd " "' <<'E'
0 0 0 0 0 0 0 0 0 0 900 1000
E
	gives 'mtr-balance ledger Year --at=2025-10-01 | entries' <<'E'
2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -900 9100
2024-11-01 DEDUCTION -1000 8100
2024-12-01 DEDUCTION -1000 7100
2025-01-01 DEDUCTION -1000 6100
2025-02-01 DEDUCTION -1000 5100
2025-03-01 DEDUCTION -1000 4100
2025-04-01 DEDUCTION -1000 3100
2025-05-01 DEDUCTION -1000 2100
2025-06-01 DEDUCTION -1000 1100
2025-07-01 DEDUCTION -1000 100
2025-08-01 DEDUCTION -100 0
E
}

# ---- what is drawn ----

@test "usage before the window is not covered" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-16 2025-09-01 ',"name":"A"')]"
	use a 2024-09-15T23:59:59.999999999Z call 3
	use b 2024-09-16T00:00:00Z call 4
	gives 'mtr-invoice run -q | lines; mtr-balance list | left' <<'E'
Calls 4 400
A applied - -400
Calls 3 300
Jobs 0 0
= 300
A 9600 USD : 9600
E
}

@test "several segments: each pays in its window, and what is unused expires" {
	catalogue
	contract ",\"commits\":[{\"id\":\"$COMMIT\",\"type\":\"PREPAID\",\"name\":\"Monthly\",\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[$(segment $SEGMENT 1000 2024-09-01 2024-10-01),$(segment $SECOND 1000 2024-10-01 2024-11-01),{\"amount\":1000,\"starting_at\":\"2024-11-01\",\"ending_before\":\"2024-12-01\"}]}}]"
	use a 2024-09-15T00:00:00Z call 4
	use b 2024-10-15T00:00:00Z call 12
	gives 'for t in 2024-08-31 2024-09-30 2024-10-31 2024-11-30 2024-12-01; do mtr-balance list --now=$t | left; done' <<'E'
Monthly 0 USD : 1000 1000 1000
Monthly 600 USD : 600 1000 1000
Monthly 0 USD : 0 0 1000
Monthly 1000 USD : 0 0 1000
Monthly 0 USD : 0 0 0
E
	given 'mtr-invoice run -q --now=2024-12-05'
	gives 'mtr-balance ledger Monthly --now=2024-12-05 | entries' <<'E'
2024-09-01 SEGMENT_START 1000 1000
2024-10-01 SEGMENT_START 1000 2000
2024-10-01 DEDUCTION -400 1600
2024-10-01 EXPIRATION -600 1000
2024-11-01 SEGMENT_START 1000 2000
2024-11-01 DEDUCTION -1000 1000
2024-12-01 EXPIRATION -1000 0
E
}

@test "two commits: the lower priority is drawn first, none last" {
	catalogue
	contract ",\"commits\":[
		$(commit 300 2024-09-01 2025-09-01 ',"name":"none"'),
		$(COMMIT=$OTHER SEGMENT=$SECOND commit 300 2024-09-01 2025-09-01 ',"name":"two","priority":2'),
		{\"type\":\"PREPAID\",\"name\":\"one\",\"priority\":\"1/2\",\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[{\"amount\":300,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2025-09-01\"}]}}]"
	use a 2024-09-15T00:00:00Z call 5
	gives 'mtr-balance list | left; mtr-invoice run -q | lines' <<'E'
none 300 USD : 300
two 100 USD : 100
one 0 USD : 0
Calls 3 300
Calls 2 200
one applied - -300
two applied - -200
Jobs 0 0
= 0
E
}

@test "what was free is drawn before what was paid for" {
	catalogue
	contract ",\"commits\":[
		$(commit 300 2024-09-01 2025-09-01 ',"name":"paid","invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":300}]}'),
		$(COMMIT=$OTHER SEGMENT=$SECOND commit 300 2024-09-01 2025-09-01 ',"name":"free"')]"
	use a 2024-09-15T00:00:00Z call 4
	gives 'mtr-balance list | left' <<'E'
paid 200 USD : 200
free 0 USD : 0
E
}

@test "tags and product lists: what a commit does not name it does not pay" {
	catalogue
	contract ",\"commits\":[
		$(commit 1000 2024-09-01 2025-09-01 ',"name":"cloud","applicable_product_tags":["cloud"]'),
		$(COMMIT=$OTHER SEGMENT=$SECOND commit 100 2024-09-01 2025-09-01 ',"name":"jobs","applicable_product_ids":["Jobs"]')]"
	use a 2024-09-15T00:00:00Z call 5
	use b 2024-09-15T00:00:00Z job 5
	gives 'mtr-balance list | left; mtr-invoice run -q | lines' <<'E'
cloud 500 USD : 500
jobs 0 USD : 0
Calls 5 500
cloud applied - -500
Jobs 2 100
jobs applied - -100
Jobs 3 150
= 150
E
}

@test "a commit in euros beside prices in dollars is never drawn, nor added to them" {
	catalogue
	contract ",\"commits\":[
		$(commit 300 2024-09-01 2025-09-01 ',"name":"dollars"'),
		{\"id\":\"$OTHER\",\"type\":\"PREPAID\",\"name\":\"euros\",\"priority\":1,\"product_id\":\"Prepaid\",\"access_schedule\":{\"credit_type_id\":\"EUR\",\"schedule_items\":[{\"amount\":\"30 EUR\",\"starting_at\":\"2024-09-01\",\"ending_before\":\"2025-09-01\"}]}}]"
	use a 2024-09-15T00:00:00Z call 2
	given 'mtr-invoice run -q'
	gives 'mtr-balance list | left; mtr-balance net | jq -c "[.balance,.balance_major,.currency,.credit_type.name]"; mtr-balance ledger euros | entries' <<'E'
dollars 100 USD : 100
euros 30 EUR : 30
["100","1.00","USD","USD (cents)"]
["30","30.00","EUR","EUR"]
2024-09-01 SEGMENT_START 30 30
E
}

@test "a balance is used up at an exact fraction, to nothing" {
	catalogue
	rate "$CALLS" 1/3
	rate "$JOBS" 3
	contract ",\"commits\":[
		$(commit 100 2024-09-01 2025-09-01 ',"name":"jobs","applicable_product_ids":["Jobs"]'),
		$(COMMIT=$OTHER SEGMENT=$SECOND commit 100 2024-09-01 2025-09-01 ',"name":"calls","applicable_product_ids":["Calls"]')]"
	use a 2024-09-15T00:00:00Z job 40
	use b 2024-09-15T00:00:00Z call 100
	gives 'mtr-invoice run -q | lines' <<'E'
Calls 100 100/3
calls applied - -100/3
Jobs 100/3 100
jobs applied - -100
Jobs 20/3 20
= 20
E
	gives 'mtr-balance list | left; mtr-balance list -o csv | cut -d, -f2,5; mtr-balance ledger calls | entries; sqlite3 mtr.db "SELECT amount FROM ledger_entry ORDER BY number"' <<'E'
jobs 0 USD : 0
calls 200/3 USD : 200/3
name,balance
jobs,0.00
calls,0.66666666666666666667
2024-09-01 SEGMENT_START 100 100
2024-10-01 DEDUCTION -100/3 200/3
-100
-100/3
E
	use c 2024-10-02T00:00:00Z call 1000
	given 'mtr-invoice run -q --now=2024-11-05'
	gives 'mtr-balance ledger calls --now=2024-11-05 | entries; mtr-balance list --now=2024-11-05 | jq -c ".balance,.balance_exact"' <<'E'
2024-09-01 SEGMENT_START 100 100
2024-10-01 DEDUCTION -100/3 200/3
2024-11-01 DEDUCTION -200/3 0
"0"
null
"0"
null
E
}

# ---- drafts, finalization, time ----

@test "drafts count, and with --final they do not" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	use b 2024-10-02T00:00:00Z call 5
	shown='mtr-balance list | left; mtr-balance list --final | left; mtr-balance net | jq -r .balance; mtr-balance net --final | jq -r .balance; mtr-balance ledger A | entries; echo; mtr-balance ledger A --drafts | entries'
	gives "$shown" <<'E'
A 8500 USD : 8500
A 10000 USD : 10000
8500
10000
2024-09-01 SEGMENT_START 10000 10000

2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -1000 9000 pending
2024-11-01 DEDUCTION -500 8500 pending
E
	given 'mtr-balance ledger A --drafts | jq -r .id >before'
	given 'mtr-invoice run -q'
	gives "$shown" <<'E'
A 8500 USD : 8500
A 9000 USD : 9000
8500
9000
2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -1000 9000

2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -1000 9000
2024-11-01 DEDUCTION -500 8500 pending
E
	gives 'mtr-balance ledger A --drafts | jq -r .id' <before
}

@test "an ended segment: its rest expires when the invoices over it are final, and is pending before" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2024-09-16 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	shown='mtr-balance list | left; mtr-balance list --final | left; mtr-balance ledger A | entries; echo; mtr-balance ledger A --drafts | entries'
	gives "export MTR_NOW=2024-09-20; $shown" <<'E'
A 0 USD : 0
A 0 USD : 10000
2024-09-01 SEGMENT_START 10000 10000

2024-09-01 SEGMENT_START 10000 10000
2024-09-16 DEDUCTION -1000 9000 pending
2024-09-16 EXPIRATION -9000 0 pending
E
	given 'mtr-invoice run -q'
	gives "$shown" <<'E'
A 0 USD : 0
A 0 USD : 0
2024-09-01 SEGMENT_START 10000 10000
2024-09-16 DEDUCTION -1000 9000
2024-09-16 EXPIRATION -9000 0

2024-09-01 SEGMENT_START 10000 10000
2024-09-16 DEDUCTION -1000 9000
2024-09-16 EXPIRATION -9000 0
E
}

@test "at another instant: before, between and behind" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2024-12-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	use b 2024-10-10T00:00:00Z call 20
	use c 2024-11-10T00:00:00Z call 40
	given 'mtr-invoice run -q --now=2024-12-05'
	gives 'for t in 2024-08-31T23:59:59Z 2024-09-01 2024-09-30T23:59:59Z 2024-10-01 2024-11-01 2024-11-30T23:59:59Z 2024-12-01; do echo "$t $(mtr-balance list --at=$t | jq -r .balance) $(mtr-balance list --final --at=$t | jq -r .balance) $(mtr-balance ledger A --at=$t | jq -r .running_balance | tail -1)"; done' <<'E'
2024-08-31T23:59:59Z 0 0 
2024-09-01 9000 10000 10000
2024-09-30T23:59:59Z 9000 10000 10000
2024-10-01 7000 9000 9000
2024-11-01 3000 7000 7000
2024-11-30T23:59:59Z 3000 7000 7000
2024-12-01 0 0 0
E
}

@test "a contract's end ends its segments" {
	catalogue
	contract ",\"ending_before\":\"2024-09-20T00:00:00Z\",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	use b 2024-09-20T00:00:00Z call 10
	given 'mtr-invoice run -q'
	gives 'mtr-balance list | jq -c ".access_schedule.schedule_items[]|[.ending_before,.remaining]"; mtr-balance ledger A | entries' <<'E'
["2024-09-20T00:00:00Z","0"]
2024-09-01 SEGMENT_START 10000 10000
2024-09-20 DEDUCTION -1000 9000
2024-09-20 EXPIRATION -9000 0
E
}

@test "without a rate card a segment expires at its end" {
	catalogue
	given 'mtr-contract create' <<E
{"customer_id":"nw","starting_at":"2024-09-01","commits":[$(commit 100 2024-09-01 2024-10-01 ',"name":"A"')]}
E
	gives 'mtr-balance ledger A --at=2024-09-30T23:59:59Z | entries; mtr-balance ledger A | entries' <<'E'
2024-09-01 SEGMENT_START 100 100
2024-09-01 SEGMENT_START 100 100
2024-10-01 EXPIRATION -100 0
E
}

@test "an expiration of nothing is left out, a grant of nothing is not" {
	catalogue
	contract ",\"commits\":[$(commit 0 2024-09-01 2024-10-01 ',"name":"A"')]"
	given 'mtr-invoice run -q'
	gives 'mtr-balance ledger A | entries; mtr-balance list | left' <<'E'
2024-09-01 SEGMENT_START 0 0
A 0 USD : 0
E
}

@test "entries add up to the balance, and each segment to its grant" {
	catalogue
	rate "$CALLS" 1/7
	contract ",\"commits\":[
		{\"id\":\"$COMMIT\",\"type\":\"PREPAID\",\"priority\":2,\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[{\"amount\":5,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-09-20\"},{\"amount\":3,\"starting_at\":\"2024-09-10\",\"ending_before\":\"2024-11-15\"},{\"amount\":9,\"starting_at\":\"2024-10-05\",\"ending_before\":\"2025-02-01\"}]}},
		$(COMMIT=$OTHER SEGMENT=$SECOND commit 4 2024-09-05 2024-12-01 ',"priority":1,"applicable_product_tags":["cloud"]')]"
	for d in 2024-09-02 2024-09-12 2024-09-25 2024-10-01 2024-10-20 2024-11-16 2024-12-24; do
		use "$d" "${d}T00:00:00Z" call 13
	done
	law() {
		python3 - <<'P'
import json, subprocess, sys
from fractions import Fraction as F

def read(*command):
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return [json.loads(line) for line in out.splitlines()]

def exact(o, key):
    return F(o.get(key + "_exact", o[key]))

checked = 0
for at in ["2024-09-03", "2024-09-15", "2024-09-30", "2024-10-01", "2024-10-10", "2024-11-15", "2024-12-01", "2025-01-31", "2025-02-01"]:
    for balance in read("mtr-balance", "list", "--at=" + at):
        entries = read("mtr-balance", "ledger", "--drafts", "--at=" + at, balance["id"])
        total = sum((exact(e, "amount") for e in entries), F(0))
        assert total == exact(balance, "balance"), (at, balance["id"], total, balance["balance"])
        if entries:
            assert exact(entries[-1], "running_balance") == total
        for s in balance["access_schedule"]["schedule_items"]:
            own = [e for e in entries if e["segment_id"] == s["id"]]
            used = -sum((exact(e, "amount") for e in own if e["type"].endswith("DEDUCTION")), F(0))
            expired = -sum((exact(e, "amount") for e in own if e["type"].endswith("EXPIRATION")), F(0))
            assert exact(s, "amount") == used + expired + exact(s, "remaining"), (at, s)
            checked += 1
print(checked)
P
	}
	export -f law
	gives law <<'E'
36
E
	given 'mtr-invoice run -q --now=2024-11-10'
	gives law <<'E'
36
E
	given 'mtr-invoice run -q --now=2025-03-01'
	gives law <<'E'
36
E
	gives 'for c in $COMMIT $OTHER; do diff <(mtr-balance ledger $c --at=2025-03-01) <(mtr-balance ledger --drafts $c --at=2025-03-01); done; mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "run twice: nothing is deducted twice" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	given 'mtr-invoice run -q'
	given 'mtr-balance ledger A >once'
	gives 'mtr-invoice run -q; sqlite3 mtr.db "SELECT count(*) FROM ledger_entry"' <<'E'
1
E
	gives 'mtr-balance ledger A' <once
}

@test "late usage leaves what is final alone" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	given 'mtr-invoice run -q'
	given 'mtr-balance ledger A --drafts >once'
	use b 2024-09-11T00:00:00Z call 10
	gives 'mtr-balance ledger A --drafts' <once
}

@test "a dry run prints what the run prints, and deducts nothing" {
	catalogue
	contract ",\"commits\":[$(commit 1000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	use b 2024-10-10T00:00:00Z call 10
	given 'mtr-invoice run -nq --now=2024-11-05 >dry'
	gives 'sqlite3 mtr.db "SELECT count(*) FROM ledger_entry"; mtr-balance list --final --now=2024-11-05 | left' <<'E'
0
A 1000 USD : 1000
E
	gives 'mtr-invoice run -q --now=2024-11-05' <dry
}

@test "months run one by one, all at once, or previewed together draw the same" {
	catalogue
	contract ",\"commits\":[$(commit 2500 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	use b 2024-10-10T00:00:00Z call 10
	use c 2024-11-10T00:00:00Z call 10
	given 'cp mtr.db other.db'
	given 'for t in 2024-10-05 2024-11-05 2024-12-05; do mtr-invoice run -q --now=$t; done | jq -c "del(.invoice_number)" >one'
	gives 'MTR_DB=other.db mtr-invoice preview --now=2024-12-05 | jq -c "del(.invoice_number)|.status=\"FINALIZED\"" | head -3' <one
	gives 'MTR_DB=other.db mtr-invoice list --status=draft --now=2024-12-05 | jq -c ".total" | paste -sd " "' <<'E'
"0" "0" "500" "0"
E
	given 'MTR_DB=other.db mtr-invoice run -q --now=2024-12-05 | jq -c "del(.invoice_number)" >all'
	gives 'cat all' <one
	gives 'MTR_DB=other.db mtr-balance ledger A --now=2024-12-05' < <(mtr-balance ledger A --now=2024-12-05)
}

@test "a customer that cannot be rated is left out, and with --final is not" {
	catalogue
	given 'mtr-customer create' <<'E'
{"name":"Acme"}
E
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"Northwind","rate_card_id":"$CARD","starting_at":"2199-12-01","net_payment_terms_days":36500}
{"customer_id":"Northwind","starting_at":"2199-12-01","commits":[$(commit 100 2199-12-01 2201-01-01 ',"name":"A"')]}
{"customer_id":"Acme","starting_at":"2199-12-01","commits":[$(COMMIT=$OTHER SEGMENT=$SECOND commit 400 2199-12-01 2201-01-01 ',"name":"C"')]}
E
	for verb in list net; do
		try "mtr-balance $verb --at=2200-01-15 | jq -r .customer_name,.balance"
		status_is 1
		out_is <<E
Acme
400
E
		err_is <<E
mtr-balance: net_payment_terms_days "36500": the invoice of 2200-01-02T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
E
	done
	gives 'mtr-balance list --final --at=2200-01-15 | left' <<'E'
A 100 USD : 100
C 400 USD : 400
E
}

# ---- ledger of several ----

@test "the ledger of several commits, by id, by name, and as list writes them" {
	catalogue
	contract ",\"commits\":[
		$(commit 100 2024-09-01 2025-09-01 ',"name":"A"'),
		$(COMMIT=$OTHER SEGMENT=$SECOND commit 200 2024-09-01 2025-09-01 ',"name":"B"')]"
	given 'mtr-balance ledger A B >both'
	gives 'mtr-balance ledger "$COMMIT" "${OTHER^^}"' <both
	gives 'mtr-balance list | mtr-balance ledger -' <both
	gives 'mtr-balance ledger A B -o csv | cut -d, -f1,4,5' <<E
commit_id,amount,balance
$COMMIT,1.00,1.00
$OTHER,2.00,2.00
E
}

# ---- refusals ----

@test "refused: a commit that is not there" {
	catalogue
	contract ",\"commits\":[$(commit 100 2024-09-01 2025-09-01 ',"name":"A"')]"
	refuses 3 "mtr-balance ledger B '' $CONTRACT $SEGMENT" <<E
mtr-balance: "B": no commit or credit of this id or name [not_found]
mtr-balance: "": no commit or credit of this id or name [not_found]
mtr-balance: "$CONTRACT": no commit or credit of this id or name [not_found]
mtr-balance: "$SEGMENT": no commit or credit of this id or name [not_found]
E
	try 'mtr-balance ledger A B | jq -r .amount'
	status_is 3
	out_is <<'E'
100
E
	err_is <<'E'
mtr-balance: "B": no commit or credit of this id or name [not_found]
E
}

@test "refused: a name that several commits bear, unless the others are archived" {
	catalogue
	contract ",\"commits\":[$(commit 100 2024-09-01 2025-09-01 ',"name":"A"')]"
	given 'mtr-customer create' <<'E'
{"name":"Acme"}
E
	given 'mtr-contract create' <<E
{"customer_id":"Acme","starting_at":"2024-09-01","commits":[$(COMMIT=$OTHER SEGMENT=$SECOND commit 200 2024-09-01 2025-09-01 ',"name":"A"')]}
E
	refuses 3 'mtr-balance ledger A' <<E
mtr-balance: "A": several commits bear this name: $COMMIT, $OTHER; give the id [ambiguous_name]
E
	given 'mtr-customer archive Acme'
	gives 'mtr-balance ledger A | entries' <<'E'
2024-09-01 SEGMENT_START 100 100
E
}

@test "refused: customers and contracts that are not there, instants that are none" {
	catalogue
	for verb in list net; do
		refuses 3 "mtr-balance $verb --customer=Acme" <<'E'
mtr-balance: --customer "Acme": no customer of this id, alias or name [not_found]
E
		refuses 3 "mtr-balance $verb --contract=x" <<'E'
mtr-balance: --contract "x": no contract of this id or name [not_found]
E
		refuses 2 "mtr-balance $verb --at=2024-13-01" <<E
mtr-balance: --at "2024-13-01": no month 13 [option_value]
usage: mtr-balance $verb [option ...]
help: mtr-balance $verb --help
E
	done
	refuses 2 'mtr-balance ledger --at=yesterday A' <<'E'
mtr-balance: --at "yesterday": not a time (YYYY-MM-DDThh:mm:ssZ) [option_value]
usage: mtr-balance ledger [option ...] balance ...
help: mtr-balance ledger --help
E
}

@test "refused: wrong usage" {
	catalogue
	refuses 2 'mtr-balance ledger' <<'E'
mtr-balance: ledger wants: balance ... [missing_operand]
usage: mtr-balance ledger [option ...] balance ...
help: mtr-balance ledger --help
E
	refuses 2 'mtr-balance list A' <<'E'
mtr-balance: "A": no operand is wanted here [unexpected_operand]
usage: mtr-balance list [option ...]
help: mtr-balance list --help
E
	refuses 2 'mtr-balance list --drafts' <<'E'
mtr-balance: "--drafts": list has no such option [unknown_option]
usage: mtr-balance list [option ...]
help: mtr-balance list --help
E
	refuses 2 'mtr-balance ledger --final A' <<'E'
mtr-balance: "--final": ledger has no such option [unknown_option]
usage: mtr-balance ledger [option ...] balance ...
help: mtr-balance ledger --help
E
	refuses 2 'mtr-balance lists' <<'E'
mtr-balance: "lists": no such verb, did you mean "list"? [unknown_verb]
usage: mtr-balance VERB [option ...] [operand ...]
verbs: create list net ledger rollforward seats adjust end disable-trueup recharge release
help: mtr-balance --help
E
}

@test "refused: without a database" {
	refuses 5 'mtr-balance list' <<E
mtr-balance: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
}

# refused_contract COMMITS <<E MESSAGE - as the contract of Northwind, and nothing is stored
refused_contract() {
	echo "{\"customer_id\":\"$NORTHWIND\",\"starting_at\":\"2024-09-01\",\"ending_before\":\"2025-09-01\",\"commits\":[$1]}" >bad
	refuses 3 'mtr-contract create bad'
}

@test "refused: commits that cannot be" {
	catalogue
	refused_contract "$(commit 100 2024-09-01 2025-09-01 ',"type2":1')" <<'E'
mtr-contract: bad:1:400: commits[0].type2 "1": unknown field; did you mean "type"? [unknown_field]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01 | sed 's/PREPAID/GIFT/')" <<'E'
mtr-contract: bad:1:174: commits[0].type "GIFT": wanted PREPAID or POSTPAID [contract.commits.type]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01 | sed "s/$PREPAID/$CALLS/")" <<'E'
mtr-contract: bad:1:197: commits[0].product_id "00000000-0000-4000-8000-0000000000a1": wanted a FIXED product, this is a USAGE one [contract.commits.product_id]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01 | sed "s/$PREPAID/Nothing/")" <<'E'
mtr-contract: bad:1:197: commits[0].product_id "Nothing": no product of this id or name [not_found]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01 ',"applicable_product_ids":["Calls","Emails"]')" <<'E'
mtr-contract: bad:1:426: commits[0].applicable_product_ids[1] "Emails": no product of this id or name [not_found]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01 ',"applicable_product_ids":["Calls","00000000-0000-4000-8000-0000000000A1"]')" <<'E'
mtr-contract: bad:1:426: commits[0].applicable_product_ids[1] "00000000-0000-4000-8000-0000000000a1": names the same product as commits[0].applicable_product_ids[0] [contract.commits.applicable_product_ids]
E
	refused_contract "$(commit 100 2025-09-01 2026-09-01)" <<'E'
mtr-contract: bad:1:347: commits[0].access_schedule.schedule_items[0].starting_at "2025-09-01": not before the contract's end, 2025-09-01T00:00:00Z [contract.commits.access_schedule.schedule_items.starting_at]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01),$(SEGMENT=$SECOND commit 100 2024-09-01 2025-09-01)" <<'E'
mtr-contract: bad:1:399: commits[1].id "00000000-0000-4000-8000-0000000000e1": another object has this id [id_taken]
E
	refused_contract "$(commit 100 2024-09-01 2025-09-01),$(COMMIT=$OTHER commit 100 2024-09-01 2025-09-01)" <<'E'
mtr-contract: bad:1:550: commits[1].access_schedule.schedule_items[0].id "00000000-0000-4000-8000-0000000000f1": another object has this id [id_taken]
E
	given 'mtr-product archive Prepaid'
	refused_contract "$(commit 100 2024-09-01 2025-09-01)" <<'E'
mtr-contract: bad:1:197: commits[0].product_id "00000000-0000-4000-8000-0000000000a3": the product is archived [archived]
E
	gives 'mtr-contract list; mtr-balance list; sqlite3 mtr.db "SELECT count(*) FROM contract_commit"' <<'E'
0
E
}

@test "a contract with commits: ids are made, and --if-absent finds it" {
	catalogue
	cat >contract <<'E'
{"name":"2024","customer_id":"Northwind","starting_at":"2024-09-01","commits":[{"type":"PREPAID","product_id":"Prepaid","access_schedule":{"schedule_items":[{"amount":100,"starting_at":"2024-09-01","ending_before":"2025-09-01"},{"amount":100,"starting_at":"2025-09-01","ending_before":"2026-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":100}]}}]}
E
	given 'mtr-contract create -n contract >dry'
	given 'mtr-contract create contract >made'
	gives 'cat made' <dry
	gives 'jq -r ".. | objects | .id? // empty" made | sort -u | grep -cE "^[0-9a-f-]{36}$"' <<'E'
6
E
	gives 'mtr-contract create --if-absent contract' <made
	refuses 3 'sed s/amount\":100/amount\":101/ contract | mtr-contract create --if-absent' <<E
mtr-contract: stdin:1:1: contract $(jq -r .id made) is there already and differs from this [differs]
E
}

# ---- the file ----

@test "what is stored is never changed" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	given 'mtr-invoice run -q'
	for table in ledger_entry contract_commit; do
		try "sqlite3 mtr.db 'UPDATE $table SET commit_id = commit_id' 2>&1 | sed 's/.*stepping, //; s/ (19)//'"
		status_is 19
		out_is <<E
$table is append-only
E
		err_empty
		try "sqlite3 mtr.db 'DELETE FROM $table' 2>&1 | sed 's/.*stepping, //; s/ (19)//'"
		status_is 19
		out_is <<E
$table is append-only
E
		err_empty
	done
	gives 'mtr-balance ledger A | entries; mtr-db check' <<'E'
2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -1000 9000
{"type":"check","differences":0}
E
}

@test "mtr-db check adds up what was drawn" {
	catalogue
	contract ",\"commits\":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]"
	use a 2024-09-10T00:00:00Z call 10
	given 'mtr-invoice run -q'
	meddle "UPDATE ledger_entry SET amount = '-10001'"
	try 'mtr-db check'
	status_is 1
	out_is <<E
{"type":"difference","code":"check.ledger_entry","message":"entry b530d36d-fa39-8f52-b4da-6b8c6cdb9650: it took 10001 from segment 00000000-0000-4000-8000-0000000000f1, which had 10000"}
{"type":"difference","code":"check.ledger_entry","message":"invoice INV-000001: its applications add up to -1000, its entries to -10001"}
{"type":"check","differences":2}
E
	err_empty
	meddle "UPDATE ledger_entry SET amount = '1000'"
	try 'mtr-db check'
	status_is 1
	out_is <<E
{"type":"difference","code":"check.ledger_entry","message":"entry b530d36d-fa39-8f52-b4da-6b8c6cdb9650: its amount is not below zero"}
{"type":"difference","code":"check.ledger_entry","message":"invoice INV-000001: its applications add up to -1000, its entries to 1000"}
{"type":"check","differences":2}
E
	err_empty
	meddle "UPDATE ledger_entry SET amount = '-1000', segment_id = commit_id"
	try 'mtr-db check'
	status_is 1
	out_is <<E
{"type":"difference","code":"check.ledger_entry","message":"entry b530d36d-fa39-8f52-b4da-6b8c6cdb9650: contract 00000000-0000-4000-8000-0000000000d1 has no such segment"}
{"type":"check","differences":1}
E
	err_empty
	meddle "DELETE FROM ledger_entry"
	try 'mtr-db check'
	status_is 1
	out_is <<E
{"type":"difference","code":"check.ledger_entry","message":"invoice INV-000001: its applications add up to -1000, its entries to 0"}
{"type":"check","differences":1}
E
	err_empty
}

@test "a file of schema 2 is migrated and works: contracts without commits, invoices without entries" {
	catalogue
	contract ''
	use a 2024-09-10T00:00:00Z call 10
	given 'mtr-invoice run -q >invoice'
	older 2 mtr.db
	refuses 5 'mtr-balance list' <<E
mtr-balance: $PWD/mtr.db has schema 2, wanted $SCHEMA: run mtr-db migrate [db_older]
E
	gives 'mtr-db migrate; mtr-db check' <<E
{"type":"migration","from":2,"to":$SCHEMA,"backup":"$PWD/mtr.db.backup"}
{"type":"check","differences":0}
E
	gives 'mtr-invoice list' <invoice
	gives 'mtr-balance list; mtr-balance net' </dev/null
	given 'mtr-contract create' <<E
{"customer_id":"nw","rate_card_id":"$CARD","starting_at":"2024-09-01","commits":[$(commit 10000 2024-09-01 2025-09-01 ',"name":"A"')]}
E
	gives 'mtr-invoice run -q | jq -r .total; mtr-balance ledger A | entries; mtr-db check' <<'E'
0
2024-09-01 SEGMENT_START 10000 10000
2024-10-01 DEDUCTION -1000 9000
{"type":"check","differences":0}
E
}

# Worked example discount-cost-basis.
@test "what was paid for what was granted: the cost basis" {
	db
	given 'mtr-customer create <<<"{\"name\":\"Acme\"}"'
	given 'mtr-product create <<<"{\"name\":\"Commit\",\"type\":\"FIXED\"}"'
	given 'mtr-contract create' <<'E'
{"customer_id":"Acme","starting_at":"2024-09-01","commits":[{"type":"PREPAID","product_id":"Commit","access_schedule":{"schedule_items":[{"amount":1000000,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":800000}]}}]}
E
	gives 'mtr-balance list | jq -c "[.balance, .cost_basis]"' <<'E'
["1000000","0.8"]
E
}
