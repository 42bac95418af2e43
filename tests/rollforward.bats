# What finance asks of balances: rollforward, deferred revenue, and which balances are meant.
# shellcheck disable=SC2016,SC2030,SC2031,SC2034
bats_require_minimum_version 1.5.0
load helpers

NORTHWIND=00000000-0000-4000-8000-0000000000c1
ACME=00000000-0000-4000-8000-0000000000c2
CALLS=00000000-0000-4000-8000-0000000000a1
FEE=00000000-0000-4000-8000-0000000000a3
CARD=00000000-0000-4000-8000-0000000000b1
MAIN=00000000-0000-4000-8000-0000000000d1
YEAR=00000000-0000-4000-8000-0000000000e1
GIFT=00000000-0000-4000-8000-0000000000e2
PROMISE=00000000-0000-4000-8000-0000000000e3
POOL=00000000-0000-4000-8000-0000000000e4

# Northwind pays 1 USD a call: a year of 100 USD bought for 80, a gift of 5 USD for September, a
# promise of 20 USD for the fourth quarter; Acme has nothing but 7 EUR.
shop() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<E
{"id":"$CALLS","name":"Calls","type":"USAGE","billable_metric_id":"Calls"}
{"id":"$FEE","name":"Prepaid","type":"FIXED"}
E
	given 'mtr-ratecard create' <<<"{\"id\":\"$CARD\",\"name\":\"List\"}"
	given 'mtr-ratecard add-rates' <<<"{\"rate_card_id\":\"$CARD\",\"product_id\":\"$CALLS\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":100}"
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
{"id":"$ACME","name":"Acme"}
E
	given 'mtr-contract create' <<E
{"id":"$MAIN","name":"main","customer_id":"nw","rate_card_id":"$CARD","starting_at":"2024-09-01","commits":[{"id":"$YEAR","type":"PREPAID","name":"Year","product_id":"$FEE","priority":2,"custom_fields":{"team":"sales","tier":"gold"},"access_schedule":{"schedule_items":[{"amount":10000,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":8000}]}},{"id":"$PROMISE","type":"POSTPAID","name":"Promise","product_id":"$FEE","priority":9,"access_schedule":{"schedule_items":[{"amount":2000,"starting_at":"2024-10-01","ending_before":"2025-01-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2025-01-01","amount":2000}]}}],"credits":[{"id":"$GIFT","name":"Gift","product_id":"$FEE","priority":1,"custom_fields":{"team":"support"},"access_schedule":{"schedule_items":[{"amount":500,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]}}]}
E
	given 'mtr-balance create' <<E
{"id":"$POOL","customer_id":"Acme","name":"Pool","product_id":"$FEE","priority":1,"custom_fields":{"team":"sales"},"access_schedule":{"credit_type_id":"EUR","schedule_items":[{"amount":7,"starting_at":"2024-09-15","ending_before":"2024-11-15"}]}}
E
}

use() { # use ID TIME N
	given 'mtr-ingest -q --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2T00:00:00Z","customer_id":"nw","event_type":"call","properties":{"n":"$3"}}
E
}

# name, opening, what moved, closing
rows() {
	jq -r '[(.name // .type), (.opening_exact // .opening), ((to_entries[] | select(.key | test("^(granted|rolled_in|adjusted|used|trued_up|rolled_out|expired)$")) | select(.value != "0")) | .key + " " + .value), (.closing_exact // .closing), .currency] | join(" ")'
}
export -f rows
SEPTEMBER='--from=2024-09-01 --to=2024-10-01'
OCTOBER='--from=2024-10-01 --to=2024-11-01'
export SEPTEMBER OCTOBER

@test "a month: what was held, what came and went, what is held; the usage of a month is in it" {
	shop
	use a 2024-09-10 12
	use b 2024-10-10 30
	MTR_NOW=2024-11-03
	given 'mtr-invoice run -q'
	gives 'mtr-balance rollforward $SEPTEMBER | rows; echo; mtr-balance rollforward $OCTOBER | rows' <<'E'
Year 0 granted 10000 used -700 9300 USD
Gift 0 granted 500 used -500 0 USD
Pool 0 granted 7 7 EUR

Year 9300 used -3000 6300 USD
Promise 0 granted 2000 2000 USD
Pool 7 7 EUR
E
}

@test "a row, whole: with the invoices behind what was used, and what was paid for it" {
	shop
	use a 2024-09-10 12
	use b 2024-10-10 30
	MTR_NOW=2024-11-03
	given 'mtr-invoice run -q'
	ids=$(mtr-invoice list --type=usage | jq -r '[.id] | @csv' | paste -sd ' ')
	gives 'mtr-balance rollforward --from=2024-09-01 --to=2024-11-01 | head -1' <<E
{"customer_id":"$NORTHWIND","customer_name":"Northwind","contract_id":"$MAIN","id":"$YEAR","name":"Year","type":"PREPAID","starting_on":"2024-09-01T00:00:00Z","ending_before":"2024-11-01T00:00:00Z","opening":"0","granted":"10000","rolled_in":"0","adjusted":"0","used":"-3700","trued_up":"0","rolled_out":"0","expired":"0","closing":"6300","currency":"USD","cost_basis":"0.8","deferred":{"opening":"0","added":"8000","rolled":"0","used":"-2960","expired":"0","closing":"5040","currency":"USD"},"invoices":[{"id":${ids% *},"invoice_number":"INV-000002","amount":"-700"},{"id":${ids#* },"invoice_number":"INV-000003","amount":"-3000"}]}
E
	gives 'mtr-balance rollforward $SEPTEMBER -o csv' <<E
customer_id,customer_name,contract_id,id,name,type,opening,granted,rolled_in,adjusted,used,trued_up,rolled_out,expired,closing,currency,deferred_opening,deferred_added,deferred_rolled,deferred_used,deferred_expired,deferred_closing,deferred_currency,invoices
$NORTHWIND,Northwind,$MAIN,$YEAR,Year,PREPAID,0.00,100.00,0.00,0.00,-7.00,0.00,0.00,0.00,93.00,USD,0.00,80.00,0.00,-5.60,0.00,74.40,USD,INV-000002
$NORTHWIND,Northwind,$MAIN,$GIFT,Gift,CREDIT,0.00,5.00,0.00,0.00,-5.00,0.00,0.00,0.00,0.00,USD,0.00,0.00,0.00,0.00,0.00,0.00,USD,INV-000002
$ACME,Acme,,$POOL,Pool,CREDIT,0.00,7.00,0.00,0.00,0.00,0.00,0.00,0.00,7.00,EUR,0.00,0.00,0.00,0.00,0.00,0.00,EUR,
E
}

@test "totals: a row for each type and currency" {
	shop
	use a 2024-09-10 12
	MTR_NOW=2024-10-03
	given 'mtr-invoice run -q'
	gives 'mtr-balance rollforward --totals $SEPTEMBER' <<'E'
{"type":"CREDIT","balances":1,"starting_on":"2024-09-01T00:00:00Z","ending_before":"2024-10-01T00:00:00Z","opening":"0","granted":"7","rolled_in":"0","adjusted":"0","used":"0","trued_up":"0","rolled_out":"0","expired":"0","closing":"7","currency":"EUR","deferred":{"opening":"0","added":"0","rolled":"0","used":"0","expired":"0","closing":"0","currency":"EUR"}}
{"type":"PREPAID","balances":1,"starting_on":"2024-09-01T00:00:00Z","ending_before":"2024-10-01T00:00:00Z","opening":"0","granted":"10000","rolled_in":"0","adjusted":"0","used":"-700","trued_up":"0","rolled_out":"0","expired":"0","closing":"9300","currency":"USD","deferred":{"opening":"0","added":"8000","rolled":"0","used":"-560","expired":"0","closing":"7440","currency":"USD"}}
{"type":"CREDIT","balances":1,"starting_on":"2024-09-01T00:00:00Z","ending_before":"2024-10-01T00:00:00Z","opening":"0","granted":"500","rolled_in":"0","adjusted":"0","used":"-500","trued_up":"0","rolled_out":"0","expired":"0","closing":"0","currency":"USD","deferred":{"opening":"0","added":"0","rolled":"0","used":"0","expired":"0","closing":"0","currency":"USD"}}
E
	gives 'mtr-balance rollforward --totals --from=2024-10-01 --to=2025-01-02 -o csv --now=2025-01-05' <<'E'
type,balances,opening,granted,rolled_in,adjusted,used,trued_up,rolled_out,expired,closing,currency,deferred_opening,deferred_added,deferred_rolled,deferred_used,deferred_expired,deferred_closing,deferred_currency
CREDIT,1,7.00,0.00,0.00,0.00,0.00,0.00,0.00,-7.00,0.00,EUR,0.00,0.00,0.00,0.00,0.00,0.00,EUR
PREPAID,1,93.00,0.00,0.00,0.00,0.00,0.00,0.00,0.00,93.00,USD,74.40,0.00,0.00,0.00,0.00,74.40,USD
POSTPAID,1,0.00,20.00,0.00,0.00,0.00,0.00,0.00,0.00,20.00,USD,,,,,,,
E
}

@test "drafts are left out, unless they are asked for" {
	shop
	use a 2024-09-10 12
	use b 2024-10-02 4
	MTR_NOW=2024-10-20
	given 'mtr-invoice run -q --now=2024-10-03'
	gives 'mtr-balance rollforward --contract=main $OCTOBER | rows' <<'E'
Year 9300 9300 USD
Promise 0 granted 2000 2000 USD
E
	gives 'mtr-balance rollforward --contract=main $OCTOBER --drafts | rows' <<'E'
Year 9300 used -400 8900 USD
Promise 0 granted 2000 2000 USD
E
	gives 'mtr-balance rollforward --drafts $OCTOBER | jq -c "select(.name==\"Year\").invoices[] | keys"; mtr-balance rollforward --drafts $OCTOBER -o csv | cut -d, -f5,11,24' <<'E'
["amount","id"]
name,used,invoices
Year,-4.00,draft
Promise,0.00,
Pool,0.00,
E
}

@test "a promise: counted, and what is missing is trued up" {
	shop
	use a 2024-09-10 112
	use b 2024-10-10 8
	MTR_NOW=2025-01-03
	given 'mtr-invoice run -q'
	gives 'for m in "09-01 10-01" "10-01 11-01" "11-01 12-01"; do mtr-balance rollforward --from=2024-${m% *} --to=2024-${m#* } --filter=type=POSTPAID | rows; done; mtr-balance rollforward --from=2024-12-01 --to=2025-01-01 --filter=type=POSTPAID | tee row | rows; jq -c "[.cost_basis,.deferred,(.invoices[]|.invoice_number,.amount)]" row' <<'E'
Promise 0 granted 2000 used -800 1200 USD
Promise 1200 1200 USD
Promise 1200 trued_up -1200 0 USD
[null,null,"INV-000005","-1200"]
E
}

@test "what a segment leaves expires in the month that it ends with, by hand or not" {
	shop
	use a 2024-09-10 2
	MTR_NOW=2024-10-03
	given 'mtr-balance adjust' <<E
{"id":"$GIFT","amount":-50,"reason":"taken back","timestamp":"2024-09-30T23:59:59.999999999Z"}
{"id":"$YEAR","amount":"1/3","reason":"a rest","timestamp":"2024-10-01"}
E
	given 'mtr-invoice run -q'
	gives 'mtr-balance rollforward $SEPTEMBER --contract=main | rows; mtr-balance rollforward $OCTOBER --contract=main | rows; mtr-balance rollforward $OCTOBER --contract=main -o csv | cut -d, -f5,10,15,22' <<'E'
Year 0 granted 10000 10000 USD
Gift 0 granted 500 adjusted -50 used -200 expired -250 0 USD
Year 10000 adjusted 0.33333333333333333333 30001/3 USD
Promise 0 granted 2000 2000 USD
name,adjusted,closing,deferred_closing
Year,0.00333333333333333333,100.00333333333333333333,80.00266666666666666667
Promise,0.00,20.00,
E
}

@test "an end in mid-month: what is left expires there; what is archived stays in the months before" {
	shop
	use a 2024-09-10 12
	given 'mtr-invoice run -q'
	given 'mtr-balance end Pool --access-ending-before=2024-10-20'
	given 'mtr-customer archive Northwind --now=2024-10-25'
	MTR_NOW=2024-11-03
	gives 'mtr-balance rollforward $SEPTEMBER | rows; mtr-balance rollforward --from=2024-10-01 --to=2024-10-25 | rows; mtr-balance rollforward --from=2024-10-25 --to=2025-11-01 | rows' <<'E'
Year 0 granted 10000 used -700 9300 USD
Gift 0 granted 500 used -500 0 USD
Pool 0 granted 7 7 EUR
Year 9300 expired -9300 0 USD
Promise 0 granted 2000 expired -2000 0 USD
Pool 7 expired -7 0 EUR
E
}

@test "a renewal: what goes on is held by the one until it is held by the other, at its cost" {
	shop
	given 'mtr-contract create' <<E
{"name":"old","customer_id":"Acme","rate_card_id":"$CARD","starting_at":"2024-09-01","commits":[{"type":"PREPAID","name":"Old","product_id":"$FEE","rollover_fraction":0.5,"access_schedule":{"schedule_items":[{"amount":10000,"starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":8000}]}}]}
E
	echo "{\"transaction_id\":\"a\",\"timestamp\":\"2024-09-10T00:00:00Z\",\"customer_id\":\"$ACME\",\"event_type\":\"call\",\"properties\":{\"n\":30}}" >event
	given 'mtr-ingest -q event'
	given 'mtr-contract create' <<E
{"name":"new","customer_id":"Acme","rate_card_id":"$CARD","starting_at":"2024-10-01","ending_before":"2025-10-01","transition":{"from_contract_id":"$(mtr-contract get old | jq -r .id)","type":"RENEWAL"}}
E
	given 'mtr-invoice run -q'
	gives 'for r in "$SEPTEMBER" "$OCTOBER"; do mtr-balance rollforward $r --customer=Acme --filter=type=PREPAID >month; rows <month; jq -r "[.cost_basis,.deferred.closing]|@csv" month; mtr-balance rollforward $r --customer=Acme --totals --unit=USD | jq -r "[.opening,.closing,.deferred.closing]|@csv"; done' <<'E'
Old 0 granted 10000 used -3000 expired -2000 5000 USD
"0.8","4000"
"0","5000","4000"
Old 5000 rolled_out -5000 0 USD
Old 0 rolled_in 5000 5000 USD
"0.8","0"
"0.8","4000"
"5000","5000","4000"
E
}

@test "custom grants paid in money: deferred in what was paid" {
	shop
	given 'mtr-contract create' <<E
{"name":"packs","customer_id":"Acme","starting_at":"2024-09-01","commits":[{"type":"PREPAID","name":"Pack","product_id":"$FEE","access_schedule":{"credit_type_id":"EUR","schedule_items":[{"amount":1000,"starting_at":"2024-09-01","ending_before":"2024-10-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":8000}]}}]}
E
	MTR_NOW=2024-10-03
	gives 'mtr-balance rollforward --customer=Acme $SEPTEMBER | jq -c "[.name,.granted,.expired,.currency,.cost_basis,.deferred]"; mtr-balance rollforward --customer=Acme --totals $SEPTEMBER -o csv | cut -d, -f1-4,10,12,14,17,19' <<'E'
["Pack","1000","-1000","EUR","8",{"opening":"0","added":"8000","rolled":"0","used":"0","expired":"-8000","closing":"0","currency":"USD"}]
["Pool","7","0","EUR","0",{"opening":"0","added":"0","rolled":"0","used":"0","expired":"0","closing":"0","currency":"EUR"}]
type,balances,opening,granted,expired,currency,deferred_added,deferred_expired,deferred_currency
PREPAID,1,0.00,1000.00,-1000.00,EUR,0.00,0.00,EUR
CREDIT,1,0.00,7.00,0.00,EUR,0.00,0.00,EUR
PREPAID,0,0.00,0.00,0.00,USD,80.00,-80.00,USD
E
}

@test "a table for people" {
	shop
	use a 2024-09-10 12
	given 'mtr-invoice run -q'
	gives 'mtr-balance rollforward $SEPTEMBER -o table --totals | sed "s/  */ /g"; mtr-balance rollforward $SEPTEMBER -o text --customer=Acme | grep -v _id' <<'E'
TYPE BALANCES OPENING GRANTED ROLLED_IN ADJUSTED USED TRUED_UP ROLLED_OUT EXPIRED CLOSING CURRENCY DEFERRED_OPENING DEFERRED_ADDED DEFERRED_ROLLED DEFERRED_USED DEFERRED_EXPIRED DEFERRED_CLOSING DEFERRED_CURRENCY
CREDIT 1 0.00 7.00 0.00 0.00 0.00 0.00 0.00 0.00 7.00 EUR 0.00 0.00 0.00 0.00 0.00 0.00 EUR
PREPAID 1 0.00 100.00 0.00 0.00 -7.00 0.00 0.00 0.00 93.00 USD 0.00 80.00 0.00 -5.60 0.00 74.40 USD
CREDIT 1 0.00 5.00 0.00 0.00 -5.00 0.00 0.00 0.00 0.00 USD 0.00 0.00 0.00 0.00 0.00 0.00 USD
customer_name: Acme
id: 00000000-0000-4000-8000-0000000000e4
name: Pool
type: CREDIT
starting_on: 2024-09-01T00:00:00Z
ending_before: 2024-10-01T00:00:00Z
opening: 0.00
granted: 7.00
rolled_in: 0.00
adjusted: 0.00
used: 0.00
trued_up: 0.00
rolled_out: 0.00
expired: 0.00
closing: 7.00
currency: EUR
deferred:
  opening: 0.00
  added: 0.00
  rolled: 0.00
  used: 0.00
  expired: 0.00
  closing: 0.00
  currency: EUR
invoices: 
E
}

@test "worked (cloudnet-2b): balances by the month, and what expires" {
	shop
	given 'mtr-contract create' <<E
{"name":"cloud","customer_id":"Acme","rate_card_id":"$CARD","starting_at":"2024-01-01","ending_before":"2025-01-01","commits":[{"type":"PREPAID","name":"Commit","product_id":"$FEE","access_schedule":{"schedule_items":[{"amount":"10000 USD","starting_at":"2024-01-01","ending_before":"2025-01-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":"10000 USD"}]}}]}
E
	for m in 01 02 03 04 05 06 07 08 09 10 11 12; do
		n=700
		[ $m = 01 ] && n=900
		echo "{\"transaction_id\":\"$m\",\"timestamp\":\"2024-$m-15T00:00:00Z\",\"customer_id\":\"Acme\",\"event_type\":\"call\",\"properties\":{\"n\":$n}}"
	done | sed "s/\"Acme\"/\"$ACME\"/" >year
	given 'mtr-ingest -q --future-limit=none year'
	MTR_NOW=2025-01-03
	given 'mtr-invoice run -q --contract=cloud'
	gives 'from=2024-01; for to in 2024-{02..12} 2025-01; do mtr-balance rollforward --contract=cloud --filter=type=PREPAID --from=$from-01 --to=$to-01 -o csv | sed 1d | cut -d, -f7,11,14,15,22; from=$to; done' <<'E'
0.00,-900.00,0.00,9100.00,9100.00
9100.00,-700.00,0.00,8400.00,8400.00
8400.00,-700.00,0.00,7700.00,7700.00
7700.00,-700.00,0.00,7000.00,7000.00
7000.00,-700.00,0.00,6300.00,6300.00
6300.00,-700.00,0.00,5600.00,5600.00
5600.00,-700.00,0.00,4900.00,4900.00
4900.00,-700.00,0.00,4200.00,4200.00
4200.00,-700.00,0.00,3500.00,3500.00
3500.00,-700.00,0.00,2800.00,2800.00
2800.00,-700.00,0.00,2100.00,2100.00
2100.00,-700.00,-1400.00,0.00,0.00
E
}

@test "nothing in it, no row; an empty database, no output" {
	db
	gives 'mtr-balance rollforward $SEPTEMBER; mtr-balance rollforward --totals $SEPTEMBER; mtr-balance rollforward $SEPTEMBER --drafts' </dev/null
	rm -f mtr.db*
	shop
	gives 'mtr-balance rollforward --from=2024-08-01 --to=2024-09-01; mtr-balance rollforward --from=2026-01-01 --to=2026-02-01 --customer=Acme; mtr-balance rollforward $SEPTEMBER --customer=Acme --contract=main' </dev/null
}

@test "more customers than are looked at together come in the order of their creation" {
	shop
	for i in $(seq 600); do
		echo "{\"name\":\"c$i\"}"
	done >customers
	for i in $(seq 600); do
		echo "{\"customer_id\":\"c$i\",\"name\":\"b$i\",\"product_id\":\"$FEE\",\"priority\":1,\"access_schedule\":{\"schedule_items\":[{\"amount\":$i,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-10-01\"}]}}"
	done | tac >balances
	given 'mtr-customer create customers; mtr-balance create balances'
	gives 'mtr-balance rollforward $SEPTEMBER --level=customer | jq -r .name; mtr-balance rollforward $SEPTEMBER --level=customer --unit=USD --totals | jq -r "[.balances,.granted,.expired]|@csv"' <<E
Pool
$(seq -f 'b%.0f' 600)
600,"180300","-180300"
E
}

# ---- which balances ----

@test "filters: any of them; in one, all that it names" {
	shop
	MTR_NOW=2024-10-20
	names='jq -r .name | paste -sd " "'
	gives "for f in type=PREPAID type=PREPAID,type=CREDIT custom_fields.team=sales custom_fields.team=sales,type=PREPAID custom_fields.team=sales,custom_fields.tier=gold custom_fields.team=nobody id=$GIFT,id=$POOL id=$GIFT,type=PREPAID; do echo \$f: \$(mtr-balance list --filter=\$f | $names); done; mtr-balance list --filter=type=POSTPAID --filter=custom_fields.team=support | $names" <<E
type=PREPAID: Year
type=PREPAID,type=CREDIT: Year Gift Pool
custom_fields.team=sales: Year Pool
custom_fields.team=sales,type=PREPAID: Year
custom_fields.team=sales,custom_fields.tier=gold: Year
custom_fields.team=nobody:
id=$GIFT,id=$POOL: Gift Pool
id=$GIFT,type=PREPAID:
Promise Gift
E
	gives 'mtr-balance net -o csv; mtr-balance net --unit=EUR -o csv; mtr-balance net --filter=type=POSTPAID --filter=custom_fields.team=sales --unit=usd -o csv' <<E
customer_id,customer_name,balance,currency
$NORTHWIND,Northwind,120.00,USD
$ACME,Acme,7.00,EUR
customer_id,customer_name,balance,currency
$ACME,Acme,7.00,EUR
customer_id,customer_name,balance,currency
$NORTHWIND,Northwind,120.00,USD
E
}

@test "net: with drafts and without, and what is below zero counts as nothing" {
	shop
	use a 2024-10-10 30
	given 'mtr-invoice run -q --now=2024-10-03'
	given 'mtr-balance adjust' <<<"{\"id\":\"$PROMISE\",\"amount\":-2500,\"reason\":\"waived\"}"
	MTR_NOW=2024-10-20
	gives 'mtr-balance net --customer=nw | jq -r .balance; mtr-balance net --customer=nw --final | jq -r .balance; mtr-balance list --customer=nw | jq -r "[.name,.balance]|join(\" \")"' <<'E'
7000
10000
Year 7000
Promise 0
Gift 0
E
}

@test "list: as of an instant, with access in a range, without what is used up, by level, with ledgers" {
	shop
	use a 2024-09-10 12
	given 'mtr-invoice run -q'
	names='jq -r .name | paste -sd " "'
	gives "for o in --at=2024-09-01 --at=2024-12-01 --covering=2024-09-01 --covering=2024-09-30T23:59:59Z --covering=2024-10-01 --from=2024-10-01 --from=2025-01-01 --to=2024-09-15 '--from=2024-11-15 --to=2025-01-01' --level=contract --level=customer '--exclude-zero --at=2024-10-01' '--exclude-zero --at=2025-03-01'; do echo \$o: \$(mtr-balance list \$o | $names); done" <<'E'
--at=2024-09-01: Year Promise Gift Pool
--at=2024-12-01: Year Promise Gift Pool
--covering=2024-09-01: Year Gift
--covering=2024-09-30T23:59:59Z: Year Gift Pool
--covering=2024-10-01: Year Promise Pool
--from=2024-10-01: Year Promise Pool
--from=2025-01-01: Year
--to=2024-09-15: Year Gift
--from=2024-11-15 --to=2025-01-01: Year Promise
--level=contract: Year Promise Gift
--level=customer: Pool
--exclude-zero --at=2024-10-01: Year Promise Pool
--exclude-zero --at=2025-03-01: Year
E
	gives 'mtr-balance list -o csv --at=2024-09-30 | cut -d, -f2-; mtr-balance list -o csv --at=2024-12-01 | cut -d, -f2-' <<E
name,customer_name,contract_id,balance,currency
Year,Northwind,$MAIN,93.00,USD
Promise,Northwind,$MAIN,0.00,USD
Gift,Northwind,$MAIN,0.00,USD
Pool,Acme,,7.00,EUR
name,customer_name,contract_id,balance,currency
Year,Northwind,$MAIN,93.00,USD
Promise,Northwind,$MAIN,20.00,USD
Gift,Northwind,$MAIN,0.00,USD
Pool,Acme,,0.00,EUR
E
	gives 'mtr-balance list --ledgers --at=2024-10-02 | jq -c ".ledger[]" >shown; mtr-balance list --at=2024-10-02 | mtr-balance ledger --drafts --at=2024-10-02 - | cmp - shown; wc -l <shown' <<'E'
6
E
}

@test "list: archived ones only where they are asked for; they hold nothing" {
	shop
	given 'mtr-customer archive Northwind --now=2024-10-02'
	gives 'mtr-balance list | jq -r .name; mtr-balance list --archived | jq -c "[.name,.balance,.archived_at]"; mtr-balance list --archived --at=2024-09-20 --final | jq -c "[.name,.balance]"' <<'E'
Pool
["Year","0","2024-10-02T00:00:00Z"]
["Promise","0","2024-10-02T00:00:00Z"]
["Gift","0","2024-10-02T00:00:00Z"]
["Pool","7",null]
["Year","10000"]
["Promise","0"]
["Gift","500"]
["Pool","7"]
E
}

# ---- refused ----

wrong() { # wrong VERB OPTIONS, the message on standard input
	cat >wanted
	{
		echo "mtr-balance: $(cat wanted) [usage]"
		echo "usage: mtr-balance $1 [option ...]"
		echo "help: mtr-balance $1 --help"
	} >message
	refuses 2 "mtr-balance $1 $2" <message
}

@test "refused: ranges that are none" {
	shop
	wrong rollforward '' <<<'--from and --to are wanted'
	wrong rollforward '--from=2024-09-01' <<<'--from and --to are wanted'
	wrong rollforward '--to=2024-09-01' <<<'--from and --to are wanted'
	wrong rollforward '--from=2024-09-01 --to=2024-09-01' <<<'nothing lies between --from and --to'
	wrong list '--covering=never' <<<'--covering "never": not a time (YYYY-MM-DDThh:mm:ssZ)'
	try 'mtr-balance rollforward --from=2024-10-01 --to=2024-09-01 2>&1 | head -1'
	status_is 2
	out_is <<<'mtr-balance: --from lies behind --to [option_value]'
	err_empty
}

@test "refused: filters that say nothing" {
	shop
	for verb in list net "rollforward $SEPTEMBER"; do
		for f in type type= type=prepaid 'type=PREPAID,' id=Year id= custom_fields.=x custom_fields.team custom_fields.team= name=Year ''; do
			try "mtr-balance $verb --filter='$f' 2>&1 | head -1 | sed 's/.*\": //'"
			status_is 2
			err_empty
			case $f in
			type=prepaid) out_is <<<'wanted a type: PREPAID, POSTPAID or CREDIT [usage]' ;;
			id=Year) out_is <<<'wanted an id: a UUID [usage]' ;;
			*) out_is <<<'wanted type=, id= or custom_fields.KEY= with a value [usage]' ;;
			esac
		done
	done
}

@test "refused: units, levels, customers and contracts that are not there" {
	shop
	for verb in list net "rollforward $SEPTEMBER"; do
		refuses 3 "mtr-balance $verb --unit=shells" <<'E'
mtr-balance: --unit "shells": no currency or custom unit of this id or name [not_found]
E
		refuses 3 "mtr-balance $verb --customer=nobody" <<'E'
mtr-balance: --customer "nobody": no customer of this id, alias or name [not_found]
E
		refuses 3 "mtr-balance $verb --contract=none" <<'E'
mtr-balance: --contract "none": no contract of this id or name [not_found]
E
		try "mtr-balance $verb --level=both 2>&1 | head -1"
		status_is 2
		out_is <<<'mtr-balance: --level "both": wanted: contract|customer [option_value]'
		err_empty
	done
}

@test "refused: with drafts, what cannot be rated is left out and told" {
	shop
	given 'mtr-invoice run -q'
	given 'mtr-contract create' <<E
{"name":"late","customer_id":"Acme","rate_card_id":"$CARD","starting_at":"2199-12-01","net_payment_terms_days":36500,"credits":[{"name":"Own","product_id":"$FEE","access_schedule":{"schedule_items":[{"amount":5,"starting_at":"2199-12-01","ending_before":"2200-12-01"}]}}]}
{"name":"fine","customer_id":"Northwind","starting_at":"2199-12-01","credits":[{"name":"Other","product_id":"$FEE","access_schedule":{"schedule_items":[{"amount":5,"starting_at":"2199-12-01","ending_before":"2200-12-01"}]}}]}
E
	MTR_NOW=2200-01-15
	range='--from=2199-12-01 --to=2200-01-01 --filter=type=CREDIT'
	gives "mtr-balance rollforward $range | rows" <<'E'
Other 0 granted 5 5 USD
Own 0 granted 5 5 USD
E
	try "mtr-balance rollforward $range --drafts | rows"
	status_is 1
	out_is <<'E'
Other 0 granted 5 5 USD
E
	err_is <<'E'
mtr-balance: net_payment_terms_days "36500": the invoice of 2200-01-02T00:00:00Z would be due beyond 2262 [contract.net_payment_terms_days]
E
}

@test "refused: an output that cannot be written" {
	shop
	try 'mtr-balance rollforward $SEPTEMBER >/dev/full'
	status_is 5
	out_empty
	err_is <<'E'
mtr-balance: cannot write output: No space left on device [output_failed]
E
}
