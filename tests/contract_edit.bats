# Contracts that change: edits, ends, renewals, and what they leave alone.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

# Northwind pays 10 USD a read and 5 USD a write.
NORTHWIND=00000000-0000-4000-8000-0000000000c1
ACME=00000000-0000-4000-8000-0000000000c2
READS=00000000-0000-4000-8000-0000000000a1
WRITES=00000000-0000-4000-8000-0000000000a2
CARD=00000000-0000-4000-8000-0000000000b1
MAIN=00000000-0000-4000-8000-0000000000d1
NEXT=00000000-0000-4000-8000-0000000000d2
YEAR=00000000-0000-4000-8000-0000000000e1
SEGMENT=00000000-0000-4000-8000-0000000000f1
LATER=00000000-0000-4000-8000-0000000000f2
ITEM=00000000-0000-4000-8000-0000000000f3
FEE=00000000-0000-4000-8000-0000000000f4
DUE=00000000-0000-4000-8000-0000000000f5
export MAIN NEXT YEAR

catalogue() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Reads","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["read"]},"property_filters":[{"name":"n","exists":true}]}
{"name":"Writes","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["write"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<E
{"id":"$READS","name":"Reads","type":"USAGE","billable_metric_id":"Reads"}
{"id":"$WRITES","name":"Writes","type":"USAGE","billable_metric_id":"Writes"}
{"name":"Prepaid","type":"FIXED"}
{"name":"Support","type":"FIXED"}
E
	given 'mtr-ratecard create' <<E
{"id":"$CARD","name":"List prices"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"Reads","starting_at":"2022-01-01","entitled":true,"rate_type":"FLAT","price":1000}
{"rate_card_id":"$CARD","product_id":"Writes","starting_at":"2022-01-01","entitled":true,"rate_type":"FLAT","price":500}
E
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
{"id":"$ACME","name":"Acme"}
E
}

# contract FIELDS - of Northwind, named main, for 2024
contract() {
	given 'mtr-contract create' <<E
{"id":"$MAIN","name":"main","customer_id":"nw","rate_card_id":"$CARD","starting_at":"2024-01-01","ending_before":"2025-01-01"${1:+,}${1-}}
E
}

use() { # use ID TIME TYPE N
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2T00:00:00Z","customer_id":"nw","event_type":"$3","properties":{"n":"$4"}}
E
}

# commit FIELDS - 1,000 USD for 2024, paid on January 1
commit() {
	printf '"commits":[{"id":"%s","type":"PREPAID","product_id":"Prepaid","name":"Year","access_schedule":{"schedule_items":[{"id":"%s","amount":100000,"starting_at":"2024-01-01","ending_before":"2025-01-01"}]},"invoice_schedule":{"schedule_items":[{"id":"%s","timestamp":"2024-01-01","amount":100000}]}%s}]' "$YEAR" "$SEGMENT" "$ITEM" "${1:+,}${1-}"
}

# fee SCHEDULE - a scheduled charge
fee() {
	printf '"scheduled_charges":[{"id":"%s","product_id":"Support","name":"Fee","schedule":%s}]' "$FEE" "$1"
}

# edit FIELDS - the body of an edit of main
edit() {
	printf '{"contract_id":"%s","customer_id":"nw",%s}\n' "$MAIN" "$1"
}

run_at() { # run_at TIME
	given "mtr-invoice run -q --now=$1"
}

# type, period or date, total
totals() {
	jq -r '[.contract_name, .type, (.start_timestamp // .issued_at)[:10], .total_exact // .total] | join(" ")'
}
# timestamp, type, amount, what is left
entries() {
	jq -r '[.timestamp[:10], .type, .amount_exact // .amount, .running_balance_exact // .running_balance, (if .pending then "pending" else empty end)] | join(" ")'
}
# name, type, balance and what remains of each segment
left() {
	jq -r '[.name, .type, .balance_exact // .balance, ":", (.access_schedule.schedule_items[] | .remaining_exact // .remaining)] | join(" ")'
}
# the access of the first commit: amount and window of each segment
access() {
	jq -r '.commits[0].access_schedule.schedule_items[] | [.amount, .starting_at[:10], .ending_before[:10]] | join(" ")'
}
export -f totals entries left access

# ---- edit ----

@test "an edit gives back the contract as it is then; every version stays" {
	catalogue
	contract '"net_payment_terms_days":30'
	edit '"update_contract_name":"Northwind 2024","update_net_payment_terms_days":14,"update_contract_end_date":"2026-01-01"' >body
	given 'mtr-contract edit -n body >dry; mtr-contract edit body >done; diff dry done'
	gives 'jq -c "[.name,.net_payment_terms_days,.ending_before]" done; mtr-contract get main 2>&1 || true; mtr-contract get "Northwind 2024" | diff - done; mtr-db check' <<'E'
["Northwind 2024",14,"2026-01-01T00:00:00Z"]
mtr-contract: "main": no contract of this id or name [not_found]
{"type":"check","differences":0}
E
	gives 'sqlite3 mtr.db "SELECT name, ending_before/3600000000000 FROM contract ORDER BY seq; SELECT tool, verb FROM audit_log WHERE kind = \"contract\""' <<'E'
main|482136
Northwind 2024|490896
mtr-contract|create
mtr-contract|edit
E
}

@test "a name may go, and an end; edits are CSV too" {
	catalogue
	contract ''
	edit '"update_contract_name":null,"update_contract_end_date":null' >body
	gives 'mtr-contract edit body | jq -c "[.name,.ending_before]"' <<'E'
[null,null]
E
	cat >body.csv <<E
contract_id,customer_id,update_contract_name,add_scheduled_charges
$MAIN,nw,back,"[{""product_id"":""Support"",""schedule"":{""schedule_items"":[{""timestamp"":""2024-02-01"",""amount"":""5 USD""}]}}]"
E
	gives 'mtr-contract edit body.csv -o csv | cut -d, -f2,5; mtr-contract get back | jq -c ".scheduled_charges[].schedule.schedule_items[].amount"' <<'E'
name,ending_before
back,
"500"
E
}

@test "what an edit names must be there, and be the customer's" {
	catalogue
	contract ''
	cat >bad <<E
{"contract_id":"none","customer_id":"nw","update_contract_name":"x"}
{"contract_id":"$MAIN","customer_id":"nobody","update_contract_name":"x"}
{"contract_id":"$MAIN","customer_id":"Acme","update_contract_name":"x"}
{"contract_id":"$MAIN","customer_id":"nw"}
{"contract_id":"$MAIN","update_contract_name":"x"}
{"contract_id":"$MAIN","customer_id":"nw","update_contract_nam":"x"}
{"contract_id":"$MAIN","customer_id":"nw","update_contract_name":""}
{"contract_id":"$MAIN","customer_id":"nw","update_net_payment_terms_days":-1}
{"contract_id":"$MAIN","customer_id":"nw","update_net_payment_terms_days":null}
{"contract_id":"$MAIN","customer_id":"nw","update_contract_end_date":"2024-01-01"}
{"contract_id":"$MAIN","customer_id":"nw","update_contract_end_date":"2024-03-01T00:30:00Z"}
{"contract_id":"$MAIN","customer_id":"nw","scheduled_charges_on_usage_invoices":"ALL"}
{"contract_id":"$MAIN","customer_id":"nw","add_reseller_royalties":[{}]}
E
	refuses 3 'mtr-contract edit bad' <<E
mtr-contract: bad:1:16: contract_id "none": no contract of this id or name [not_found]
mtr-contract: bad:2:69: customer_id "nobody": no customer of this id, alias or name [not_found]
mtr-contract: bad:3:16: contract_id "$MAIN": the customer has no contract of this id or name [not_found]
mtr-contract: bad:4:1: nothing to change; wanted update_contract_name or the like [contract]
mtr-contract: bad:5:1: customer_id: missing [missing_field]
mtr-contract: bad:6:96: update_contract_nam "x": unknown field [unknown_field]
mtr-contract: bad:7:97: update_contract_name "": wanted 1 to 160 characters, found 0 [contract.update_contract_name]
mtr-contract: bad:8:106: update_net_payment_terms_days "-1": wanted an integer from 0 to 36500 [contract.update_net_payment_terms_days]
mtr-contract: bad:9:1: update_net_payment_terms_days: missing [missing_field]
mtr-contract: bad:10:101: update_contract_end_date "2024-01-01": not after starting_at, 2024-01-01T00:00:00Z [contract.ending_before]
mtr-contract: bad:11:101: update_contract_end_date "2024-03-01T00:30:00Z": not on the hour [contract.update_contract_end_date]
mtr-contract: bad:12:112: scheduled_charges_on_usage_invoices "ALL": cannot be changed here once it is set [immutable_field]
mtr-contract: bad:13:99: add_reseller_royalties "[{}]": not supported [unsupported_field]
E
	gives 'sqlite3 mtr.db "SELECT count(*) FROM contract"' <<'E'
1
E
}

@test "all or nothing, over the records of an input and the parts of an edit" {
	catalogue
	contract ''
	{
		edit '"update_contract_name":"first"'
		edit '"update_contract_name":"second","add_credits":[{"product_id":"Reads","access_schedule":{"schedule_items":[{"amount":1,"starting_at":"2024-01-01","ending_before":"2024-02-01"}]}}]'
	} >body
	refuses 3 'mtr-contract edit body' <<'E'
mtr-contract: body:2:135: add_credits[0].product_id "Reads": wanted a FIXED product, this is a USAGE one [contract.add_credits.product_id]
E
	gives 'mtr-contract get main | jq -r .name; sed -i 2d body; mtr-contract edit body | jq -r .name' <<'E'
main
first
E
}

@test "a uniqueness key serves one edit" {
	catalogue
	contract ''
	edit '"update_contract_name":"a","uniqueness_key":"edit-1"' >one
	edit '"update_contract_name":"b","uniqueness_key":"edit-1"' >two
	given 'mtr-contract edit one'
	refuses 3 'mtr-contract edit two' <<E
mtr-contract: two:1:118: uniqueness_key "edit-1": belongs to an edit of contract $MAIN [contract.uniqueness_key]
E
	gives 'sed -i s/edit-1/edit-2/ two; mtr-contract edit two | jq -r .name; mtr-contract create <<<"{\"customer_id\":\"Acme\",\"starting_at\":\"2024-01-01\",\"uniqueness_key\":\"edit-1\"}" | jq -r .uniqueness_key' <<'E'
b
edit-1
E
}

# ---- what is added ----

@test "commits, credits, recurring ones and charges are added as create has them" {
	catalogue
	contract ''
	edit "$(commit | sed 's/^"commits"/"add_commits"/'),\"add_credits\":[{\"product_id\":\"Prepaid\",\"name\":\"Welcome\",\"priority\":1,\"access_schedule\":{\"schedule_items\":[{\"amount\":500,\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-10-01\"}]}}],\"add_recurring_commits\":[{\"product_id\":\"Prepaid\",\"name\":\"Monthly\",\"priority\":3,\"access_amount\":{\"unit_price\":100,\"quantity\":1},\"invoice_amount\":{\"unit_price\":80,\"quantity\":1},\"commit_duration\":{\"value\":1},\"starting_at\":\"2024-10-01\"}],\"add_recurring_credits\":[{\"product_id\":\"Prepaid\",\"name\":\"Gift\",\"priority\":2,\"access_amount\":{\"unit_price\":10,\"quantity\":1},\"commit_duration\":{\"value\":1},\"starting_at\":\"2024-10-01\"}],\"add_scheduled_charges\":[{\"product_id\":\"Support\",\"name\":\"Fee\",\"schedule\":{\"recurring_schedule\":{\"starting_at\":\"2024-09-01\",\"ending_before\":\"2024-11-01\",\"frequency\":\"MONTHLY\",\"amount\":700}}}]" >body
	given 'mtr-contract edit body'
	gives 'mtr-balance list --now=2024-10-01 --at=2024-10-01 | left; mtr-invoice run -q | totals' <<'E'
Year PREPAID 100000 : 100000
Welcome CREDIT 0 : 0
Monthly PREPAID 100 : 100
Monthly PREPAID 0 : 100
Gift CREDIT 10 : 10
Gift CREDIT 0 : 10
main SCHEDULED 2024-01-01 100000
main USAGE 2024-01-01 0
main USAGE 2024-02-01 0
main USAGE 2024-03-01 0
main USAGE 2024-04-01 0
main USAGE 2024-05-01 0
main USAGE 2024-06-01 0
main USAGE 2024-07-01 0
main SCHEDULED 2024-09-01 700
main USAGE 2024-08-01 0
main SCHEDULED 2024-10-01 780
main USAGE 2024-09-01 0
E
	{
		edit '"add_credits":[{"product_id":"Prepaid","access_schedule":{"schedule_items":[{"amount":1,"starting_at":"2025-01-01","ending_before":"2025-02-01"}]}}]'
		edit '"add_commits":[{"type":"POSTPAID","product_id":"Prepaid","access_schedule":{"schedule_items":[{"amount":1,"starting_at":"2024-01-01","ending_before":"2024-02-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-02-01","amount":2}]}}]'
		edit '"add_recurring_credits":[{"product_id":"Prepaid","priority":1,"access_amount":{"unit_price":1,"quantity":1},"commit_duration":{"value":1},"starting_at":"2023-12-31"}]'
		edit "\"add_commits\":[{\"id\":\"$YEAR\",\"type\":\"PREPAID\",\"product_id\":\"Prepaid\",\"access_schedule\":{\"schedule_items\":[{\"amount\":1,\"starting_at\":\"2024-01-01\",\"ending_before\":\"2024-02-01\"}]}}]"
		edit '"add_scheduled_charges":[{"product_id":"Reads","schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":1}]}}]'
		edit '"add_commits":[{"type":"PREPAID","product_id":"Prepaid","payment_gate_config":{},"access_schedule":{"schedule_items":[{"amount":1,"starting_at":"2024-01-01","ending_before":"2024-02-01"}]}}]'
	} >bad
	refuses 3 'mtr-contract edit bad' <<E
mtr-contract: bad:1:176: add_credits[0].access_schedule.schedule_items[0].starting_at "2025-01-01": not before the contract's end, 2025-01-01T00:00:00Z [contract.add_credits.access_schedule.schedule_items.starting_at]
mtr-contract: bad:2:258: add_commits[0].invoice_schedule "{\"schedule_items\":[{\"amount\":2,\"timestamp\":\"2024-02-01\"}]}": not the amount of the access schedule, 1 [contract.add_commits.invoice_schedule]
mtr-contract: bad:3:226: add_recurring_credits[0].starting_at "2023-12-31": before the contract's start, 2024-01-01T00:00:00Z [contract.add_recurring_credits.starting_at]
mtr-contract: bad:4:95: add_commits[0].id "$YEAR": another object has this id [id_taken]
mtr-contract: bad:5:113: add_scheduled_charges[0].product_id "Reads": wanted a FIXED product, this is a USAGE one [contract.add_scheduled_charges.product_id]
mtr-contract: bad:6:152: add_commits[0].payment_gate_config.payment_gate_type: missing [missing_field]
E
}

@test "a date whose invoice is final gets another invoice for what is added" {
	catalogue
	contract "$(fee '{"schedule_items":[{"timestamp":"2024-02-01","amount":700}]}')"
	gives 'mtr-invoice run -q --now=2024-02-01 | totals' <<'E'
main SCHEDULED 2024-02-01 700
E
	edit "\"update_scheduled_charges\":[{\"scheduled_charge_id\":\"Fee\",\"invoice_schedule\":{\"add_schedule_items\":[{\"timestamp\":\"2024-02-01\",\"amount\":50}]}}],\"add_scheduled_charges\":[{\"product_id\":\"Support\",\"name\":\"Setup\",\"schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-02-01\",\"unit_price\":3,\"quantity\":2}]}}]" >body
	given 'mtr-contract edit body'
	gives 'mtr-invoice run -q --now=2024-02-01 >second; totals <second; jq -c ".line_items[]|[.name,.total]" second; mtr-invoice run --now=2024-02-01 2>&1' <<'E'
main SCHEDULED 2024-02-01 56
["Fee","50"]
["Setup","6"]
mtr-invoice: nothing is due at 2024-02-01T00:00:00Z
E
	edit "\"update_scheduled_charges\":[{\"scheduled_charge_id\":\"$FEE\",\"schedule\":{\"add_schedule_items\":[{\"timestamp\":\"2024-02-01\",\"amount\":1},{\"timestamp\":\"2024-01-15\",\"amount\":2}]}}]" >body
	gives 'mtr-contract edit body >/dev/null; mtr-invoice run -q --now=2024-02-01 | totals; mtr-invoice list | jq -r .id | sort -u | wc -l; mtr-db check' <<'E'
main SCHEDULED 2024-01-15 2
main SCHEDULED 2024-02-01 1
4
{"type":"check","differences":0}
E
}

# ---- updates of commits ----

@test "the words and the rules of a commit change; null takes away" {
	catalogue
	contract "$(commit '"priority":5,"description":"first","applicable_product_ids":["Reads"]')"
	edit '"update_commits":[{"commit_id":"Year","name":"Year one","description":null,"priority":null,"product_id":"Support","rate_type":"COMMIT_RATE","rollover_fraction":"25 %","applicable_product_ids":null,"specifiers":[{"product_id":"Writes"}]}]' >body
	gives 'mtr-contract edit body | jq -c ".commits[0]|[.name,.description,.priority,.rate_type,.rollover_fraction,.applicable_product_ids,.specifiers]"; mtr-contract get main | jq -r ".commits[0].product_id" | xargs mtr-product get | jq -r .current.name' <<E
["Year one",null,null,"COMMIT_RATE","0.25",null,[{"product_id":"$WRITES"}]]
Support
E
	edit '"update_commits":[{"commit_id":"Year one","applicable_product_ids":["Reads"]}]' >both
	edit '"update_commits":[{"commit_id":"Year","name":"x"}]' >none
	edit '"update_commits":[{"commit_id":"Year one","applicable_contract_ids":[]}]' >applicable
	edit '"update_commits":[{"commit_id":"Year one","spend_tracker_attributes":{}}]' >tracker
	edit '"update_commits":[{"commit_id":"Year one","rollover_fraction":2}]' >fraction
	edit '"update_credits":[{"credit_id":"Year one","name":"x"}]' >credit
	edit '"update_commits":[{"commit_id":"Year one","product_id":"Reads"}]' >product
	refuses 3 'mtr-contract edit both none applicable tracker fraction credit product' <<'E'
mtr-contract: both:1:141: update_commits[0].applicable_product_ids "[\"Reads\"]": the commit would have specifiers beside a list of applicable products [contract.update_commits.applicable_product_ids]
mtr-contract: none:1:105: update_commits[0].commit_id "Year": the contract has none of this id or name, or several of the name [not_found]
mtr-contract: applicable:1:142: update_commits[0].applicable_contract_ids "[]": a commit of a contract is that contract's alone [contract.update_commits.applicable_contract_ids]
mtr-contract: tracker:1:143: update_commits[0].spend_tracker_attributes "{}": cannot be changed here once it is set [immutable_field]
mtr-contract: fraction:1:136: update_commits[0].rollover_fraction "2": above 1; wanted a fraction, as 0.05 or "5 %" for 5 % [contract.update_commits.rollover_fraction]
mtr-contract: credit:1:105: update_credits[0].credit_id "Year one": the contract has none of this id or name, or several of the name [not_found]
mtr-contract: product:1:129: update_commits[0].product_id "Reads": wanted a FIXED product, this is a USAGE one [contract.update_commits.product_id]
E
}

# worked example edit-commit-products, as far as without voiding
@test "a commit pays for more: drafts change at once, final invoices never" {
	catalogue
	contract "$(commit '"applicable_product_ids":["Reads"]')"
	use a 2024-02-10 read 10
	use b 2024-02-10 write 10
	use c 2024-03-10 read 3
	use d 2024-03-10 write 2
	export MTR_NOW=2024-03-15
	gives 'mtr-invoice run -q | totals; mtr-invoice preview | totals' <<'E'
main SCHEDULED 2024-01-01 100000
main USAGE 2024-01-01 0
main USAGE 2024-02-01 5000
main USAGE 2024-03-01 1000
E
	edit '"update_commits":[{"commit_id":"Year","applicable_product_ids":["Reads","Writes"]}]' >body
	given 'mtr-invoice list >before; mtr-contract edit body'
	gives 'mtr-invoice preview | totals; mtr-invoice list | cmp - before; mtr-invoice verify 2>/dev/null || true' <<'E'
main USAGE 2024-03-01 0
E
}

# worked example edit-bigdata
@test "a commit grows, lasts longer, and is paid once more" {
	catalogue
	given 'mtr-contract create' <<E
{"id":"$MAIN","name":"main","customer_id":"nw","rate_card_id":"$CARD","starting_at":"2025-01-01","ending_before":"2026-01-01","commits":[{"id":"$YEAR","type":"PREPAID","product_id":"Prepaid","name":"Year","access_schedule":{"schedule_items":[{"id":"$SEGMENT","amount":10000000,"starting_at":"2025-01-01","ending_before":"2026-01-01"}]},"invoice_schedule":{"schedule_items":[{"id":"$ITEM","timestamp":"2025-01-01","amount":10000000}]}}]}
E
	use a 2025-05-10 read 9000
	export MTR_NOW=2025-06-15
	gives 'mtr-invoice run -q | wc -l; mtr-balance list | left' <<'E'
6
Year PREPAID 1000000 : 1000000
E
	edit "\"update_contract_end_date\":\"2027-01-01\",\"update_commits\":[{\"commit_id\":\"$YEAR\",\"access_schedule\":{\"update_schedule_items\":[{\"id\":\"$SEGMENT\",\"amount\":20000000,\"ending_before\":\"2027-01-01\"}]},\"invoice_schedule\":{\"add_schedule_items\":[{\"timestamp\":\"2025-07-01\",\"amount\":10000000}]}}]" >body
	gives 'mtr-contract edit body | access; mtr-balance list | left; mtr-invoice run -q --now=2025-07-01 | totals' <<'E'
20000000 2025-01-01 2027-01-01
Year PREPAID 11000000 : 11000000
main SCHEDULED 2025-07-01 10000000
E
}

@test "an item that a final invoice bills stays; one that none bills may change or go" {
	catalogue
	contract "$(commit | sed "s/\(\"timestamp\":\"2024-01-01\",\"amount\":100000}\)/\1,{\"id\":\"$DUE\",\"timestamp\":\"2024-06-01\",\"amount\":5}/")"
	run_at 2024-01-01
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"invoice_schedule\":{\"remove_schedule_items\":[{\"id\":\"$ITEM\"}]}}]" >remove
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"invoice_schedule\":{\"update_schedule_items\":[{\"id\":\"$ITEM\",\"amount\":1}]}}]" >amount
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"invoice_schedule\":{\"update_schedule_items\":[{\"id\":\"$ITEM\",\"timestamp\":\"2024-02-01\"}]}}]" >day
	edit '"update_commits":[{"commit_id":"Year","invoice_schedule":{"update_schedule_items":[{"id":"00000000-0000-4000-8000-000000000099","amount":1}]}}]' >unknown
	edit '"update_commits":[{"commit_id":"Year","invoice_schedule":{"add_schedule_items":[{"timestamp":"2024-02-01"}]}}]' >bare
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"invoice_schedule\":{\"update_schedule_items\":[{\"id\":\"$DUE\",\"amount\":1,\"quantity\":2}]}}]" >twice
	refuses 3 'mtr-contract edit remove amount day unknown bare twice' <<E
mtr-contract: remove:1:131: update_commits[0].invoice_schedule "{\"remove_schedule_items\":[{\"id\":\"$ITEM\"}]}": the invoice of 2024-01-01T00:00:00Z, which bills item $ITEM, is final; void it first [billed]
mtr-contract: amount:1:131: update_commits[0].invoice_schedule "{\"update_schedule_items\":[{\"amount\":1,\"id\":\"$ITEM\"}]}": the invoice of 2024-01-01T00:00:00Z, which bills item $ITEM, is final; void it first [billed]
mtr-contract: day:1:131: update_commits[0].invoice_schedule "{\"update_schedule_items\":[{\"id\":\"$ITEM\",\"timestamp\":\"2024-02-01\"}]}": the invoice of 2024-01-01T00:00:00Z, which bills item $ITEM, is final; void it first [billed]
mtr-contract: unknown:1:163: update_commits[0].invoice_schedule.update_schedule_items[0].id "00000000-0000-4000-8000-000000000099": the schedule has no item of this id [not_found]
mtr-contract: bare:1:154: update_commits[0].invoice_schedule.add_schedule_items[0].amount: missing [missing_field]
mtr-contract: twice:1:211: update_commits[0].invoice_schedule.update_schedule_items[0].amount "1": given beside quantity; wanted amount, or unit_price and quantity [contract.update_commits.invoice_schedule.update_schedule_items.amount]
E
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"invoice_schedule\":{\"update_schedule_items\":[{\"id\":\"$DUE\",\"amount\":7,\"timestamp\":\"2024-01-01\"}]}}]" >body
	gives 'mtr-contract edit body >/dev/null; mtr-invoice run -q --now=2024-01-01 | totals' <<'E'
main SCHEDULED 2024-01-01 7
E
}

@test "a date of a rule may change or go: what is left are items" {
	catalogue
	contract "$(fee '{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2024-07-01","frequency":"MONTHLY","amount":600,"amount_distribution":"DIVIDED"}}')"
	run_at 2024-02-01
	mtr-contract get main | jq -r '.scheduled_charges[0].schedule.schedule_items[].id' >ids
	edit "\"update_scheduled_charges\":[{\"scheduled_charge_id\":\"Fee\",\"schedule\":{\"remove_schedule_items\":[{\"id\":\"$(sed -n 2p ids)\"}]}}]" >billed
	refuses 3 'mtr-contract edit billed' <<E
mtr-contract: billed:1:102: update_scheduled_charges[0]: the invoice of 2024-02-01T00:00:00Z, which bills item $(sed -n 2p ids), is final; void it first [billed]
E
	edit "\"update_scheduled_charges\":[{\"scheduled_charge_id\":\"Fee\",\"schedule\":{\"remove_schedule_items\":[{\"id\":\"$(sed -n 3p ids)\"}],\"update_schedule_items\":[{\"id\":\"$(sed -n 4p ids)\",\"amount\":1}]}}]" >body
	gives 'mtr-contract edit body | jq -c ".scheduled_charges[0].schedule|has(\"recurring_schedule\"),(.schedule_items[]|[.timestamp[:10],.amount])"; mtr-invoice run -q --now=2024-06-01 | grep SCHEDULED | totals' <<'E'
false
["2024-01-01","100"]
["2024-02-01","100"]
["2024-04-01","1"]
["2024-05-01","100"]
["2024-06-01","100"]
main SCHEDULED 2024-04-01 1
main SCHEDULED 2024-05-01 100
main SCHEDULED 2024-06-01 100
E
}

@test "a segment that final invoices drew from stays, with what they drew" {
	catalogue
	contract "$(commit)"
	use a 2024-02-10 read 30
	use b 2024-03-10 read 10
	run_at 2024-03-15
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"remove_schedule_items\":[{\"id\":\"$SEGMENT\"}],\"add_schedule_items\":[{\"amount\":1,\"starting_at\":\"2024-01-01\",\"ending_before\":\"2024-02-01\"}]}}]" >remove
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"remove_schedule_items\":[{\"id\":\"$SEGMENT\"}]}}]" >all
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"update_schedule_items\":[{\"id\":\"$SEGMENT\",\"amount\":29999}]}}]" >amount
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"update_schedule_items\":[{\"id\":\"$SEGMENT\",\"ending_before\":\"2024-02-29T23:00:00Z\"}]}}]" >sooner
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"update_schedule_items\":[{\"id\":\"$SEGMENT\",\"starting_at\":\"2024-01-02\"}]}}]" >later
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"update_schedule_items\":[{\"id\":\"$SEGMENT\",\"starting_at\":\"2025-01-01\"}]}}]" >turned
	gives '(mtr-contract edit remove all amount sooner later turned 2>&1 || echo $?) | sed "s/ \".*\": / /"' <<E
mtr-contract: remove:1:130: update_commits[0].access_schedule final invoices drew on segment $SEGMENT; void them first [billed]
mtr-contract: all:1:155: update_commits[0].access_schedule.remove_schedule_items no item would be left; archive the commit instead [contract.update_commits.access_schedule.remove_schedule_items]
mtr-contract: amount:1:1: final invoices drew 30000 from segment $SEGMENT, which would grant 29999; void them first [billed]
mtr-contract: sooner:1:130: update_commits[0].access_schedule final invoices drew on segment $SEGMENT up to 2024-03-01T00:00:00Z; wanted that or later [billed]
mtr-contract: later:1:130: update_commits[0].access_schedule final invoices drew on segment $SEGMENT, which would begin later [billed]
mtr-contract: turned:1:156: update_commits[0].access_schedule.update_schedule_items[0].ending_before: not after starting_at, 2025-01-01T00:00:00Z [contract.update_commits.access_schedule.update_schedule_items.ending_before]
3
E
	sed -i 's/29999/30000/' amount
	sed -i 's/2024-02-29T23:00:00Z/2024-03-01/' sooner
	gives 'mtr-contract edit amount sooner >/dev/null; mtr-balance ledger Year --now=2024-04-15 --at=2024-04-15 --drafts | entries; mtr-db check' <<'E'
2024-01-01 PREPAID_COMMIT_SEGMENT_START 30000 30000
2024-03-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -30000 0
{"type":"check","differences":0}
E
}

@test "a segment goes with what was given by hand; another one comes" {
	catalogue
	contract "$(commit | sed "s/\(\"ending_before\":\"2025-01-01\"}\)/\1,{\"id\":\"$LATER\",\"amount\":50,\"starting_at\":\"2024-06-01\",\"ending_before\":\"2025-01-01\"}/")"
	given "mtr-balance adjust <<<'{\"id\":\"Year\",\"segment_id\":\"$LATER\",\"amount\":7,\"reason\":\"sorry\"}'"
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"remove_schedule_items\":[{\"id\":\"$LATER\"}],\"add_schedule_items\":[{\"amount\":9,\"starting_at\":\"2024-07-01\",\"ending_before\":\"2024-08-01\"}]}}]" >body
	gives 'mtr-contract edit body | access; mtr-balance list --at=2024-07-15 | left; mtr-db check' <<'E'
100000 2024-01-01 2025-01-01
9 2024-07-01 2024-08-01
Year PREPAID 100009 : 100000 9
{"type":"check","differences":0}
E
}

# ---- archiving parts ----

@test "what no final invoice has touched may be archived" {
	catalogue
	contract "$(commit | sed "s/}\]}}\]/}]}},{\"type\":\"PREPAID\",\"product_id\":\"Prepaid\",\"name\":\"Spare\",\"access_schedule\":{\"schedule_items\":[{\"amount\":5,\"starting_at\":\"2024-06-01\",\"ending_before\":\"2025-01-01\"}]}}]/" | sed 's/}\]}}\]$/}]}}]/'),$(fee '{"schedule_items":[{"timestamp":"2024-02-01","amount":700}]}'),\"credits\":[{\"product_id\":\"Prepaid\",\"name\":\"Gift\",\"priority\":1,\"access_schedule\":{\"schedule_items\":[{\"amount\":50,\"starting_at\":\"2024-01-01\",\"ending_before\":\"2025-01-01\"}]}}]"
	use a 2024-01-10 read 30
	run_at 2024-02-02
	edit '"archive_commits":[{"id":"Year"}]' >commit
	edit '"archive_credits":[{"id":"Gift"}]' >credit
	edit '"archive_scheduled_charges":[{"id":"Fee"}]' >charge
	edit '"archive_commits":[{"id":"Gift"}]' >wrong
	refuses 3 'mtr-contract edit commit credit charge wrong' <<'E'
mtr-contract: commit:1:99: archive_commits[0].id "Year": invoice INV-000003 drew on it; void that first [billed]
mtr-contract: credit:1:99: archive_credits[0].id "Gift": invoice INV-000003 drew on it; void that first [billed]
mtr-contract: charge:1:109: archive_scheduled_charges[0].id "Fee": the invoice of 2024-02-01T00:00:00Z, which bills it, is final; void that first [billed]
mtr-contract: wrong:1:99: archive_commits[0].id "Gift": the contract has none of this id or name, or several of the name [not_found]
E
	edit '"archive_commits":[{"id":"Spare"}]' >body
	given 'mtr-contract edit -n body'
	gives 'mtr-contract edit body | jq -c ".commits[]|[.name,.archived_at]"; mtr-balance list --at=2024-07-01 | left; mtr-contract edit body 2>&1 || true; mtr-db check' <<'E'
["Year",null]
["Spare","2024-10-03T00:00:00Z"]
Year PREPAID 70050 : 70050
Gift CREDIT 0 : 0
mtr-contract: body:1:99: archive_commits[0].id "Spare": the contract has none of this id or name, or several of the name [not_found]
{"type":"check","differences":0}
E
}

@test "an archived commit is not adjusted, nor ended" {
	catalogue
	contract "$(commit)"
	edit '"archive_commits":[{"id":"Year"}]' >body
	given 'mtr-contract edit body'
	refuses 3 "mtr-balance end --access-ending-before=2024-06-01 $YEAR" <<E
mtr-balance: "$YEAR": the balance is archived [archived]
E
	refuses 3 "mtr-balance adjust <<<'{\"id\":\"$YEAR\",\"amount\":1,\"reason\":\"x\"}'" <<E
mtr-balance: stdin:1:7: id "$YEAR": the balance is archived [archived]
E
}

@test "a charge and a bought commit that are archived in time are never billed" {
	catalogue
	contract "$(commit),$(fee '{"schedule_items":[{"timestamp":"2024-02-01","amount":700}]}')"
	edit '"archive_commits":[{"id":"Year"}],"archive_scheduled_charges":[{"id":"Fee"}]' >body
	gives 'mtr-contract edit body >/dev/null; mtr-invoice run -q --now=2024-02-01 | totals; mtr-balance list' </dev/null
}

# ---- recurring items ----

@test "an edit of a recurring item reaches the children that have not begun" {
	catalogue
	contract '"recurring_commits":[{"product_id":"Prepaid","name":"Monthly","priority":1,"access_amount":{"unit_price":100,"quantity":2},"invoice_amount":{"unit_price":90,"quantity":2},"commit_duration":{"value":1},"starting_at":"2024-01-01"}]'
	run_at 2024-03-10
	edit '"update_recurring_commits":[{"recurring_commit_id":"Monthly","access_amount":{"unit_price":150},"invoice_amount":{"quantity":3},"ending_before":"2024-06-01"}]' >body
	gives 'mtr-contract edit --now=2024-03-10T12:00:00Z body | jq -c ".recurring_commits[0]|.access_amount.unit_price,.changes"' <<'E'
"100"
[{"after":"2024-03-10T12:00:00Z","access_amount":{"unit_price":"150"},"invoice_amount":{"quantity":"3"},"ending_before":"2024-06-01T00:00:00Z"}]
E
	gives 'mtr-balance list --at=2024-09-01 | jq -r ".access_schedule.schedule_items[]|[.amount,.starting_at[:10],.ending_before[:10]]|join(\" \")"; mtr-invoice run -q --now=2024-09-01 | grep SCHEDULED | totals; mtr-db check' <<'E'
200 2024-01-01 2024-02-01
200 2024-02-01 2024-03-01
200 2024-03-01 2024-04-01
300 2024-04-01 2024-05-01
300 2024-05-01 2024-06-01
main SCHEDULED 2024-04-01 270
main SCHEDULED 2024-05-01 270
{"type":"check","differences":0}
E
	edit '"update_recurring_commits":[{"recurring_commit_id":"Monthly","ending_before":null}]' >body
	gives 'mtr-contract edit --now=2024-08-15 body >/dev/null; mtr-balance list --at=2024-09-01 | jq -r ".access_schedule.schedule_items[].starting_at[:10]"' <<'E'
2024-01-01
2024-02-01
2024-03-01
2024-04-01
2024-05-01
2024-09-01
2024-10-01
E
	{
		edit '"update_recurring_commits":[{"recurring_commit_id":"Yearly","ending_before":null}]'
		edit '"update_recurring_credits":[{"recurring_credit_id":"Monthly","ending_before":null}]'
		edit '"update_recurring_commits":[{"recurring_commit_id":"Monthly","ending_before":"2024-01-01"}]'
		edit '"update_recurring_commits":[{"recurring_commit_id":"Monthly","access_amount":{"quantity":-1}}]'
		edit '"update_recurring_commits":[{"recurring_commit_id":"Monthly","starting_at":"2024-01-01"}]'
	} >bad
	refuses 3 'mtr-contract edit bad' <<'E'
mtr-contract: bad:1:125: update_recurring_commits[0].recurring_commit_id "Yearly": the contract has none of this id or name, or several of the name [not_found]
mtr-contract: bad:2:125: update_recurring_credits[0].recurring_credit_id "Monthly": the contract has none of this id or name, or several of the name [not_found]
mtr-contract: bad:3:151: update_recurring_commits[0].ending_before "2024-01-01": not after starting_at, 2024-01-01T00:00:00Z [contract.update_recurring_commits.ending_before]
mtr-contract: bad:4:163: update_recurring_commits[0].access_amount.quantity "-1": below zero [contract.update_recurring_commits.access_amount.quantity]
mtr-contract: bad:5:149: update_recurring_commits[0].starting_at "2024-01-01": unknown field [unknown_field]
E
}

@test "children are not edited one by one" {
	catalogue
	contract '"recurring_credits":[{"id":"00000000-0000-4000-8000-0000000000e9","product_id":"Prepaid","name":"Gift","priority":1,"access_amount":{"unit_price":100,"quantity":1},"commit_duration":{"value":1},"starting_at":"2024-01-01"}]'
	id=$(mtr-balance list --at=2024-01-01 | jq -r .id | head -1)
	edit "\"update_credits\":[{\"credit_id\":\"$id\",\"name\":\"x\"}]" >body
	refuses 3 'mtr-contract edit body' <<E
mtr-contract: body:1:105: update_credits[0].credit_id "$id": a child of recurring item 00000000-0000-4000-8000-0000000000e9, whose terms it has [recurring_child]
E
}

# ---- ends ----

# worked example early-end
@test "an earlier end cuts access, usage and what is to come; what is final stays" {
	catalogue
	contract "$(commit | sed "s/\(\"ending_before\":\"2025-01-01\"}\)/\1,{\"id\":\"$LATER\",\"amount\":50,\"starting_at\":\"2024-06-01\",\"ending_before\":\"2025-01-01\"}/;s/\(\"timestamp\":\"2024-01-01\",\"amount\":100000}\)/\1,{\"id\":\"$DUE\",\"timestamp\":\"2024-06-01\",\"amount\":5}/"),$(fee '{"recurring_schedule":{"starting_at":"2024-01-01","ending_before":"2025-01-01","frequency":"MONTHLY","amount":700}}'),\"recurring_credits\":[{\"product_id\":\"Prepaid\",\"name\":\"Gift\",\"priority\":1,\"access_amount\":{\"unit_price\":29,\"quantity\":1},\"commit_duration\":{\"value\":1},\"starting_at\":\"2024-01-01\"}]"
	use a 2024-01-10 read 30
	use b 2024-02-10 read 10
	use c 2024-02-20 read 10
	run_at 2024-02-12
	gives 'mtr-contract set-end --ending-before=2024-02-15 main >ended; jq -r .ending_before ended; access <ended; jq -c ".commits[0].invoice_schedule.schedule_items,.scheduled_charges[0].schedule.schedule_items|map(.timestamp[:10])" ended; jq -r ".recurring_credits[0].ending_before" ended' <<'E'
2024-02-15T00:00:00Z
100000 2024-01-01 2024-02-15
50 2024-06-01 2024-06-01
["2024-01-01"]
["2024-01-01","2024-02-01"]
2024-02-15T00:00:00Z
E
	gives 'mtr-balance net --at=2024-02-16 --now=2024-02-16 | jq -r .balance; mtr-invoice run -q --now=2024-07-01 | totals; mtr-balance ledger Year --at=2024-07-01 --now=2024-07-01 | entries; mtr-balance list --at=2024-02-14 --now=2024-07-01 | left; mtr-db check' <<'E'
0
main USAGE 2024-02-01 0
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2024-02-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -29971 70029
2024-02-15 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -9986 60043
2024-02-15 PREPAID_COMMIT_EXPIRATION -60043 0
2024-06-01 PREPAID_COMMIT_SEGMENT_START 50 50
2024-06-01 PREPAID_COMMIT_EXPIRATION -50 0
Year PREPAID 60043 : 60043 50
Gift CREDIT 0 : 0
Gift CREDIT 0 : 0
{"type":"check","differences":0}
E
}

@test "a later end lengthens nothing but the contract" {
	catalogue
	contract "$(commit | sed 's/"ending_before":"2025-01-01"/"ending_before":"2025-03-01"/'),$(fee '{"recurring_schedule":{"starting_at":"2024-11-01","ending_before":"2025-03-01","frequency":"MONTHLY","amount":700}}'),\"recurring_credits\":[{\"product_id\":\"Prepaid\",\"name\":\"Gift\",\"priority\":1,\"access_amount\":{\"unit_price\":31,\"quantity\":1},\"commit_duration\":{\"value\":1},\"starting_at\":\"2024-11-01\"}]"
	use a 2025-01-10 read 1
	gives 'mtr-contract set-end --open main >open; jq -r .ending_before open; access <open; mtr-balance list --at=2025-02-15 --now=2025-02-15 | left; mtr-invoice run -q --now=2025-02-02 | tail -4 | totals' <<'E'
null
100000 2024-01-01 2025-01-01
Year PREPAID 0 : 0
Gift CREDIT 0 : 0
Gift CREDIT 0 : 0
main SCHEDULED 2025-01-01 700
main USAGE 2024-12-01 0
main SCHEDULED 2025-02-01 700
main USAGE 2025-01-01 1000
E
	gives 'mtr-contract set-end --ending-before=2025-06-01 main | diff <(jq -c "del(.ending_before)" open) <(jq -c "del(.ending_before)"); mtr-contract set-end --ending-before=2025-06-01 main | jq -r .ending_before; mtr-contract history main | jq -r .verb' <<'E'
2025-06-01T00:00:00Z
set-end
set-end
E
}

@test "an end may precede final periods, unless that is forbidden" {
	catalogue
	contract "$(commit)"
	use a 2024-02-10 read 10
	run_at 2024-03-15
	refuses 3 'mtr-contract set-end --after-final --ending-before=2024-02-20 main' <<'E'
mtr-contract: "main": final invoices bill its usage up to 2024-03-01T00:00:00Z; wanted that or later [billed]
E
	edit '"update_contract_end_date":"2024-02-20","allow_contract_ending_before_finalized_invoice":false' >body
	refuses 3 'mtr-contract edit body' <<'E'
mtr-contract: body:1:101: update_contract_end_date "2024-02-20": final invoices bill its usage up to 2024-03-01T00:00:00Z; wanted that or later [billed]
E
	gives 'mtr-contract set-end -n --after-final --ending-before=2024-03-01 main | access; sed -i s/false/true/ body; mtr-contract edit body | access; mtr-invoice run -q --now=2024-06-01 | totals; mtr-balance ledger Year | entries; mtr-db check' <<'E'
100000 2024-01-01 2024-03-01
100000 2024-01-01 2024-02-20
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2024-03-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -10000 90000
2024-03-01 PREPAID_COMMIT_EXPIRATION -90000 0
{"type":"check","differences":0}
E
}

@test "an end must not leave a child with less than final invoices drew" {
	catalogue
	contract '"recurring_credits":[{"product_id":"Prepaid","name":"Gift","priority":1,"access_amount":{"unit_price":2900,"quantity":1},"commit_duration":{"value":1},"starting_at":"2024-01-01"}]'
	use a 2024-02-10 read 10
	run_at 2024-03-15
	id=$(mtr-balance list --at=2024-02-01 | jq -r '.access_schedule.schedule_items[0].id' | sed -n 2p)
	refuses 3 'mtr-contract set-end --ending-before=2024-02-20 main' <<E
mtr-contract: "main": final invoices drew 2900 from segment $id, which would grant 1900; void them first [billed]
E
	gives 'mtr-contract set-end --ending-before=2024-03-01 main | jq -r .ending_before' <<'E'
2024-03-01T00:00:00Z
E
}

@test "wrong calls of set-end and archive" {
	catalogue
	contract ''
	refuses 2 'mtr-contract set-end main' <<'E'
mtr-contract: wanted --ending-before or --open [usage]
usage: mtr-contract set-end [option ...] contract ...
help: mtr-contract set-end --help
E
	refuses 2 'mtr-contract set-end --open --ending-before=2024-02-01 main' <<'E'
mtr-contract: wanted --ending-before or --open [usage]
usage: mtr-contract set-end [option ...] contract ...
help: mtr-contract set-end --help
E
	refuses 2 'mtr-contract set-end --ending-before=soon main' <<'E'
mtr-contract: --ending-before "soon": not a time (YYYY-MM-DDThh:mm:ssZ) [usage]
usage: mtr-contract set-end [option ...] contract ...
help: mtr-contract set-end --help
E
	refuses 2 'mtr-contract set-end --ending-before=2024-02-01T00:30:00Z main' <<'E'
mtr-contract: --ending-before "2024-02-01T00:30:00Z": not on the hour [usage]
usage: mtr-contract set-end [option ...] contract ...
help: mtr-contract set-end --help
E
	refuses 2 'mtr-contract archive main' <<'E'
mtr-contract: wanted --void-invoices=yes or --void-invoices=no [usage]
usage: mtr-contract archive [option ...] contract ...
help: mtr-contract archive --help
E
	refuses 3 'mtr-contract set-end --ending-before=2024-01-01 main' <<'E'
mtr-contract: "main": not after starting_at, 2024-01-01T00:00:00Z [contract.ending_before]
E
	refuses 3 'mtr-contract set-end --open other' <<'E'
mtr-contract: "other": no contract of this id or name [not_found]
E
}

# ---- archive, history ----

@test "an archived contract bills nothing more; its balances end" {
	catalogue
	contract "$(commit)"
	use a 2024-01-10 read 10
	use b 2024-02-10 read 10
	run_at 2024-02-02
	refuses 3 'mtr-contract archive --void-invoices=yes main' <<'E'
mtr-contract: "main": it has final invoices; void them first, or --void-invoices=no keeps them [final_invoices]
E
	gives 'mtr-contract archive --void-invoices=no --now=2024-02-15 main | jq -r .archived_at; mtr-invoice run --now=2024-04-02 2>&1; mtr-balance ledger Year | entries; mtr-contract list; mtr-contract archive --void-invoices=yes main | jq -r .archived_at; mtr-db check' <<'E'
2024-02-15T00:00:00Z
mtr-invoice: nothing is due at 2024-04-02T00:00:00Z
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2024-02-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -10000 90000
2024-02-15 PREPAID_COMMIT_EXPIRATION -90000 0
2024-02-15T00:00:00Z
{"type":"check","differences":0}
E
}

@test "history tells every version after the first, whatever made it" {
	catalogue
	contract "$(commit)"
	given 'mtr-contract history main >none; ! [ -s none ]'
	edit '"update_contract_name":"Northwind 2024","add_credits":[{"id":"00000000-0000-4000-8000-0000000000e8","product_id":"Prepaid","priority":1,"access_schedule":{"schedule_items":[{"id":"00000000-0000-4000-8000-0000000000e7","amount":5,"starting_at":"2024-01-01","ending_before":"2024-02-01"}]}}]' >body
	given 'mtr-contract edit --now=2024-10-04 body; mtr-balance end --now=2024-10-05 --access-ending-before=2024-06-01 Year; mtr-customer archive --now=2024-10-06 nw'
	product=$(mtr-product list | jq -r 'select(.current.name=="Prepaid").id')
	gives 'mtr-contract history "$MAIN" | jq -c "del(.id)"; mtr-contract history "$MAIN" | jq -r .id | sort -u | wc -l' <<E
{"contract_id":"$MAIN","timestamp":"2024-10-04T00:00:00Z","tool":"mtr-contract","verb":"edit","changes":[{"field":"name","before":"main","after":"Northwind 2024"},{"field":"credits","after":[{"access_schedule":{"credit_type_id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","schedule_items":[{"amount":"5","ending_before":"2024-02-01T00:00:00Z","id":"00000000-0000-4000-8000-0000000000e7","starting_at":"2024-01-01T00:00:00Z"}]},"id":"00000000-0000-4000-8000-0000000000e8","priority":"1","product_id":"$product","type":"CREDIT"}]}]}
{"contract_id":"$MAIN","timestamp":"2024-10-05T00:00:00Z","tool":"mtr-balance","verb":"end","changes":[{"field":"commits[$YEAR].access_schedule.schedule_items[$SEGMENT].ending_before","before":"2025-01-01T00:00:00Z","after":"2024-06-01T00:00:00Z"}]}
{"contract_id":"$MAIN","timestamp":"2024-10-06T00:00:00Z","tool":"mtr-customer","verb":"archive","changes":[{"field":"archived_at","after":"2024-10-06T00:00:00Z"}]}
3
E
}

# ---- renewals ----

# renewal START END TRANSITION FIELDS - main is renewed by next
renewal() {
	printf '{"id":"%s","name":"next","customer_id":"nw","rate_card_id":"%s","starting_at":"%s"%s,"transition":{"from_contract_id":"main","type":"RENEWAL"%s}%s}\n' "$NEXT" "$CARD" "$1" "${2:+,\"ending_before\":\"$2\"}" "${3-}" "${4:+,}${4-}"
}

# worked examples renewal-rollover and renewal-rollover-cap
@test "half of a commit goes on at most, and is drawn before the new one" {
	catalogue
	contract "$(commit '"priority":1,"rollover_fraction":0.5')"
	use a 2024-06-10 read 90
	renewal 2025-01-01 2026-01-01 '' '"commits":[{"type":"PREPAID","product_id":"Prepaid","name":"Year two","priority":0,"access_schedule":{"schedule_items":[{"amount":200000,"starting_at":"2025-01-01","ending_before":"2026-01-01"}]}}]' >body
	gives 'mtr-contract create body | jq -c .transition; mtr-contract get main | jq -c "[.ending_before,.renewed_by]"' <<E
{"from_contract_id":"$MAIN","type":"RENEWAL","future_invoice_behavior":{"trueup":"AS_IS"}}
["2025-01-01T00:00:00Z",{"contract_id":"$NEXT","starting_at":"2025-01-01T00:00:00Z"}]
E
	export MTR_NOW=2025-01-01T12:00:00Z
	use b 2025-01-01 read 4
	gives 'mtr-balance list | left; mtr-balance list | jq -c .rolled_over_from; mtr-balance net | jq -r .balance' <<E
Year PREPAID 0 : 0
Year two PREPAID 200000 : 200000
Year PREPAID 6000 : 6000
null
null
{"commit_id":"$YEAR","contract_id":"$MAIN"}
206000
E
	id=$(mtr-balance list | jq -r 'select(.rolled_over_from).id')
	gives "mtr-balance ledger --drafts $YEAR | entries; mtr-balance ledger --drafts $id | entries; mtr-balance ledger $id | entries" <<'E'
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2024-07-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -90000 10000 pending
2025-01-01 PREPAID_COMMIT_ROLLOVER -10000 0 pending
2025-01-01 PREPAID_COMMIT_SEGMENT_START 10000 10000 pending
2025-02-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -4000 6000 pending
2025-01-01 PREPAID_COMMIT_SEGMENT_START 0 0 pending
E
	use c 2024-12-31 read 6
	export MTR_NOW=2025-02-02
	given 'mtr-invoice run -q'
	gives "mtr-balance ledger $YEAR | tail -2 | entries; mtr-balance ledger $YEAR | tail -1 | jq -r .new_contract_id; mtr-balance ledger $id | entries; mtr-db check" <<E
2025-01-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -6000 4000
2025-01-01 PREPAID_COMMIT_ROLLOVER -4000 0
$NEXT
2025-01-01 PREPAID_COMMIT_SEGMENT_START 4000 4000
2025-02-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -4000 0
{"type":"check","differences":0}
E
	edit "\"update_commits\":[{\"commit_id\":\"$id\",\"name\":\"x\"}]" | sed "s/$MAIN/$NEXT/" >body
	refuses 3 'mtr-contract edit body' <<E
mtr-contract: body:1:105: update_commits[0].commit_id "$id": rolled over from $YEAR, whose terms it has [rollover]
E
}

@test "the rest above the cap expires" {
	catalogue
	contract "$(commit '"rollover_fraction":0.5')"
	use a 2024-06-10 read 20
	renewal 2025-01-01 2026-01-01 >body
	given 'mtr-contract create body; mtr-invoice run -q --now=2025-02-02'
	gives 'mtr-balance ledger "$YEAR" --now=2025-02-02 | entries; mtr-balance list --now=2025-02-02 | left' <<E
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2024-07-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -20000 80000
2025-01-01 PREPAID_COMMIT_ROLLOVER -50000 30000
2025-01-01 PREPAID_COMMIT_EXPIRATION -30000 0
Year PREPAID 0 : 0
Year PREPAID 50000 : 50000
E
}

@test "a renewal in mid-term: rules stop, what is due once stays, usage goes on there" {
	catalogue
	contract "$(commit '"rollover_fraction":1'),\"scheduled_charges\":[{\"product_id\":\"Support\",\"name\":\"Rule\",\"schedule\":{\"recurring_schedule\":{\"starting_at\":\"2024-01-01\",\"ending_before\":\"2025-01-01\",\"frequency\":\"QUARTERLY\",\"amount\":700}}},{\"product_id\":\"Support\",\"name\":\"Once\",\"schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-11-01\",\"amount\":9}]}}],\"recurring_credits\":[{\"product_id\":\"Prepaid\",\"name\":\"Gift\",\"priority\":1,\"access_amount\":{\"unit_price\":31,\"quantity\":1},\"commit_duration\":{\"value\":1},\"starting_at\":\"2024-05-01\"}]"
	use a 2024-06-10 read 1
	use b 2024-06-20 read 2
	renewal 2024-06-16 '' >body
	given 'mtr-contract create body'
	gives 'mtr-contract get main | jq -r .ending_before; mtr-invoice run -q --now=2024-12-01 | totals; mtr-balance list --at=2024-12-01 | jq -r "[.name,(.access_schedule.schedule_items[]|.starting_at[:10],.ending_before[:10],.amount)]|join(\" \")"; mtr-db check' <<'E'
2024-06-16T00:00:00Z
main SCHEDULED 2024-01-01 100700
main USAGE 2024-01-01 0
main USAGE 2024-02-01 0
main SCHEDULED 2024-04-01 700
main USAGE 2024-03-01 0
main USAGE 2024-04-01 0
main USAGE 2024-05-01 0
main USAGE 2024-06-01 0
next USAGE 2024-06-16 0
next USAGE 2024-07-01 0
next USAGE 2024-08-01 0
next USAGE 2024-09-01 0
main SCHEDULED 2024-11-01 9
next USAGE 2024-10-01 0
Year 2024-01-01 2024-06-16 100000
Gift 2024-05-01 2024-06-01 31
Gift 2024-06-01 2024-06-16 15.5
Year 2024-06-16 2024-11-30 99015.5
{"type":"check","differences":0}
E
}

@test "a true-up of the old contract stays, or is removed" {
	catalogue
	contract '"commits":[{"type":"POSTPAID","product_id":"Prepaid","name":"Promise","rollover_fraction":0.25,"access_schedule":{"schedule_items":[{"amount":8000,"starting_at":"2024-01-01","ending_before":"2025-01-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2025-01-01","amount":8000}]}}]'
	use a 2024-02-10 read 1
	use b 2025-01-10 read 1
	renewal 2025-01-01 2026-01-01 >as_is
	renewal 2025-01-01 2026-01-01 ',"future_invoice_behavior":{"trueup":"REMOVE"}' >remove
	given 'cp mtr.db other.db; mtr-contract create as_is; mtr-contract create -d other.db remove; mtr-invoice run -q --now=2025-02-02 >kept; mtr-invoice run -q --now=2025-02-02 -d other.db >removed'
	gives 'totals <kept | grep -v " 0$"; mtr-contract get main -d other.db | jq -r ".commits[0].trueup_disabled"; totals <removed | grep -v " 0$"; export MTR_NOW=2025-02-02; for db in mtr.db other.db; do mtr-balance list -d $db | left; mtr-balance list -d $db | jq -r .id | mtr-balance ledger -d $db - | entries; mtr-db check -d $db; done' <<'E'
main USAGE 2024-02-01 1000
main SCHEDULED 2025-01-01 5000
next USAGE 2025-01-01 1000
true
main USAGE 2024-02-01 1000
next USAGE 2025-01-01 1000
Promise POSTPAID 0 : 0
Promise POSTPAID 1000 : 1000
2024-01-01 POSTPAID_COMMIT_INITIAL_BALANCE 8000 8000
2024-03-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -1000 7000
2025-01-01 POSTPAID_COMMIT_TRUEUP -5000 2000
2025-01-01 POSTPAID_COMMIT_ROLLOVER -2000 0
2025-01-01 POSTPAID_COMMIT_INITIAL_BALANCE 2000 2000
2025-02-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -1000 1000
{"type":"check","differences":0}
Promise POSTPAID 0 : 0
Promise POSTPAID 1000 : 1000
2024-01-01 POSTPAID_COMMIT_INITIAL_BALANCE 8000 8000
2024-03-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -1000 7000
2025-01-01 POSTPAID_COMMIT_ROLLOVER -2000 5000
2025-01-01 POSTPAID_COMMIT_EXPIRATION -5000 0
2025-01-01 POSTPAID_COMMIT_INITIAL_BALANCE 2000 2000
2025-02-01 POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -1000 1000
{"type":"check","differences":0}
E
}

@test "what final invoices drew of a rollover is not taken back by late usage of the old contract" {
	catalogue
	contract "$(commit '"rollover_fraction":1'),\"usage_statement_schedule\":{\"frequency\":\"MONTHLY\",\"grace_hours\":2400}"
	renewal 2025-01-01 2026-01-01 >body
	given 'mtr-contract create body'
	use a 2025-01-10 read 90
	run_at 2025-02-02
	gives 'mtr-invoice list | totals' <<'E'
main SCHEDULED 2024-01-01 100000
main USAGE 2024-01-01 0
main USAGE 2024-02-01 0
main USAGE 2024-03-01 0
main USAGE 2024-04-01 0
main USAGE 2024-05-01 0
main USAGE 2024-06-01 0
main USAGE 2024-07-01 0
main USAGE 2024-08-01 0
main USAGE 2024-09-01 0
next USAGE 2025-01-01 0
E
	use b 2024-12-10 read 30
	gives 'mtr-balance list --final --now=2025-02-02 | left; mtr-balance list --now=2025-02-02 | left; mtr-invoice run -q --now=2025-04-12 | totals; export MTR_NOW=2025-04-12; mtr-balance list | left; mtr-balance list | jq -r .id | mtr-balance ledger - | entries; mtr-db check' <<'E'
Year PREPAID 0 : 10000
Year PREPAID 0 : 0
Year PREPAID 0 : 0
Year PREPAID 0 : 0
main USAGE 2024-10-01 0
next USAGE 2025-02-01 0
main USAGE 2024-11-01 0
next USAGE 2025-03-01 0
main USAGE 2024-12-01 20000
Year PREPAID 0 : 0
Year PREPAID 0 : 0
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2025-01-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -10000 90000
2025-01-01 PREPAID_COMMIT_ROLLOVER -90000 0
2025-01-01 PREPAID_COMMIT_SEGMENT_START 90000 90000
2025-02-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -90000 0
{"type":"check","differences":0}
E
}

@test "renewals of renewals; what was rolled over does not go on again" {
	catalogue
	contract "$(commit '"rollover_fraction":0.5')"
	renewal 2025-01-01 2026-01-01 '' '"commits":[{"type":"PREPAID","product_id":"Prepaid","name":"Two","rollover_fraction":0.5,"access_schedule":{"schedule_items":[{"amount":1000,"starting_at":"2025-01-01","ending_before":"2026-01-01"}]}}]' >two
	printf '{"name":"third","customer_id":"nw","rate_card_id":"%s","starting_at":"2026-01-01","transition":{"from_contract":"next","type":"renewal"}}\n' "$CARD" >three
	given 'mtr-contract create two three; mtr-invoice run -q --now=2026-01-02'
	gives 'export MTR_NOW=2026-01-02; mtr-balance list | left; mtr-balance list | jq -r ".id" | mtr-balance ledger - | entries | grep -v " 0 0$"; mtr-db check' <<'E'
Year PREPAID 0 : 0
Two PREPAID 0 : 0
Year PREPAID 0 : 0
Two PREPAID 500 : 500
2024-01-01 PREPAID_COMMIT_SEGMENT_START 100000 100000
2025-01-01 PREPAID_COMMIT_ROLLOVER -50000 50000
2025-01-01 PREPAID_COMMIT_EXPIRATION -50000 0
2025-01-01 PREPAID_COMMIT_SEGMENT_START 1000 1000
2026-01-01 PREPAID_COMMIT_ROLLOVER -500 500
2026-01-01 PREPAID_COMMIT_EXPIRATION -500 0
2025-01-01 PREPAID_COMMIT_SEGMENT_START 50000 50000
2026-01-01 PREPAID_COMMIT_EXPIRATION -50000 0
2026-01-01 PREPAID_COMMIT_SEGMENT_START 500 500
{"type":"check","differences":0}
E
}

@test "what a renewal may not do" {
	catalogue
	contract "$(commit '"rollover_fraction":0.5')"
	given 'mtr-contract create' <<E
{"name":"foreign","customer_id":"Acme","starting_at":"2024-01-01"}
E
	run_at 2024-04-02
	renewal 2024-03-31T23:00:00Z >billed
	renewal 2024-01-01 >start
	renewal 2024-06-01 | sed 's/"main"/"none"/' >none
	renewal 2024-06-01 | sed 's/"main"/"foreign"/' >foreign
	renewal 2024-06-01 | sed 's/RENEWAL/SUPERSEDE/' >kind
	refuses 3 'mtr-contract create billed start none foreign kind' <<E
mtr-contract: billed:1:203: transition.from_contract_id "$MAIN": final invoices bill its usage up to 2024-04-01T00:00:00Z; wanted a start then or later [billed]
mtr-contract: start:1:193: transition.from_contract_id "main": it starts at 2024-01-01T00:00:00Z; wanted one that starts before the new contract [contract.transition.from_contract_id]
mtr-contract: none:1:193: transition.from_contract_id "none": no contract of this id or name [not_found]
mtr-contract: foreign:1:193: transition.from_contract_id "foreign": a contract of customer $ACME; wanted one of $NORTHWIND [contract.transition.from_contract_id]
mtr-contract: kind:1:207: transition.type "SUPERSEDE": wanted RENEWAL [contract.transition.type]
E
	renewal 2024-04-01 >body
	given 'mtr-contract create body'
	renewal 2024-08-01 | sed "s/$NEXT/00000000-0000-4000-8000-0000000000d9/" >again
	edit '"update_contract_end_date":"2024-03-01"' >ended
	refuses 3 'mtr-contract create again' <<E
mtr-contract: again:1:193: transition.from_contract_id "main": contract $NEXT renews it already [renewed]
E
	refuses 3 'mtr-contract edit ended' <<E
mtr-contract: ended:1:101: update_contract_end_date "2024-03-01": contract $NEXT renews this one from 2024-04-01T00:00:00Z on [renewed]
E
	refuses 3 'mtr-contract set-end --open main' <<E
mtr-contract: "main": contract $NEXT renews this one from 2024-04-01T00:00:00Z on [renewed]
E
	refuses 3 'mtr-contract archive --now=2024-03-01 --void-invoices=no main' <<E
mtr-contract: "main": contract $NEXT renews it from 2024-04-01T00:00:00Z on; wanted a time after that [renewed]
E
}

@test "the origin of a rollover may change until the next contract has a final invoice" {
	catalogue
	contract "$(commit '"rollover_fraction":0.5')"
	renewal 2024-04-01 2026-01-01 >body
	given 'mtr-contract create body'
	edit "\"update_commits\":[{\"commit_id\":\"Year\",\"access_schedule\":{\"update_schedule_items\":[{\"id\":\"$SEGMENT\",\"amount\":3000}]}}]" >access
	edit '"update_commits":[{"commit_id":"Year","invoice_schedule":{"add_schedule_items":[{"timestamp":"2024-03-01","amount":1}]}}]' >invoices
	gives 'mtr-contract edit --now=2024-03-01 access invoices | access; mtr-invoice run -q --now=2024-05-02 >runs; export MTR_NOW=2024-05-02; mtr-balance list | left' <<'E'
3000 2024-01-01 2024-04-01
3000 2024-01-01 2024-04-01
Year PREPAID 0 : 0
Year PREPAID 1500 : 1500
E
	edit '"archive_commits":[{"id":"Year"}]' >archive
	edit '"update_commits":[{"commit_id":"Year","rollover_fraction":1}]' >fraction
	gives '(mtr-contract edit access invoices archive fraction 2>&1 || echo $?) | sed "s/ \".*\": / /"' <<E
mtr-contract: access:1:92: update_commits[0]: what is left of it goes on to contract $NEXT, which has a final invoice [renewed]
mtr-contract: invoices:1:131: update_commits[0].invoice_schedule the contract has ended; contract $NEXT renews it [renewed]
mtr-contract: archive:1:93: archive_commits[0]: what is left of it goes on to contract $NEXT, which has a final invoice [renewed]
mtr-contract: fraction:1:92: update_commits[0]: what is left of it goes on to contract $NEXT, which has a final invoice [renewed]
3
E
	refuses 3 "mtr-balance end --access-ending-before=2024-02-01 $YEAR" <<E
mtr-balance: "$YEAR": what is left of it goes on to contract $NEXT, which has a final invoice [renewed]
E
	id=$(mtr-balance list | jq -r 'select(.rolled_over_from).id')
	refuses 3 "mtr-balance end --access-ending-before=2024-06-01 $id" <<E
mtr-balance: "$id": rolled over from $YEAR, whose terms it has [rollover]
E
	edit '"update_commits":[{"commit_id":"Year","description":"as it was"}]' >words
	gives 'mtr-contract edit words | jq -r ".commits[0].description"' <<'E'
as it was
E
}

# worked example upgrade-cost-basis
@test "an upgrade in mid-month carries what is left, beside commits at their own cost basis" {
	catalogue
	given 'mtr-contract create' <<E
{"id":"$MAIN","name":"main","customer_id":"nw","rate_card_id":"$CARD","starting_at":"2025-01-01","recurring_commits":[{"product_id":"Prepaid","name":"Ten","priority":1,"rollover_fraction":1,"recurrence_frequency":"MONTHLY","access_amount":{"unit_price":1000,"quantity":1},"invoice_amount":{"unit_price":1000,"quantity":1},"commit_duration":{"value":1},"proration":"NONE","starting_at":"2025-01-01"}]}
E
	use a 2025-01-10 write 1.6
	renewal 2025-01-21 '' '' '"recurring_commits":[{"product_id":"Prepaid","name":"Thirty","priority":1,"recurrence_frequency":"MONTHLY","access_amount":{"unit_price":3000,"quantity":1},"invoice_amount":{"unit_price":2000,"quantity":1},"commit_duration":{"value":1},"starting_at":"2025-01-21"}]' >body
	given 'mtr-contract create body'
	gives 'mtr-balance list --at=2025-01-22 --now=2025-01-22 | jq -r "[.name,.balance,.cost_basis,(.rolled_over_from|type)]|join(\" \")"' <<'E'
Ten 0 1 null
Thirty 3000 0.66666666666666666667 null
Thirty 0 0.66666666666666666667 null
Ten 200 1 object
E
}

# worked example infrax
@test "three years of commit, paid twice, of which a quarter goes on" {
	catalogue
	given 'mtr-contract create' <<E
{"id":"$MAIN","name":"main","customer_id":"nw","rate_card_id":"$CARD","starting_at":"2024-01-01","ending_before":"2027-01-01","commits":[{"id":"$YEAR","type":"PREPAID","product_id":"Prepaid","name":"InfraX","rollover_fraction":0.25,"access_schedule":{"schedule_items":[{"amount":5000000,"starting_at":"2024-01-01","ending_before":"2025-01-01"},{"amount":20000000,"starting_at":"2025-01-01","ending_before":"2026-01-01"},{"amount":25000000,"starting_at":"2026-01-01","ending_before":"2027-01-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-01-01","amount":25000000},{"timestamp":"2026-01-01","amount":25000000}]}}],"scheduled_charges":[{"product_id":"Support","schedule":{"schedule_items":[{"timestamp":"2024-03-01","amount":500000}]}}]}
E
	use a 2026-06-10 read 20000
	renewal 2027-01-01 2028-01-01 >body
	given 'mtr-contract create body; mtr-invoice run -q --now=2027-01-02 >runs'
	gives 'export MTR_NOW=2027-01-02; grep SCHEDULED runs | totals; mtr-balance list | jq -r "[.name,.balance,.cost_basis,(.access_schedule.schedule_items|map(.amount)|join(\",\"))]|join(\" \")"; mtr-balance ledger "$YEAR" | entries' <<'E'
main SCHEDULED 2024-01-01 25000000
main SCHEDULED 2024-03-01 500000
main SCHEDULED 2026-01-01 25000000
InfraX 0 1 5000000,20000000,25000000
InfraX 5000000 1 5000000
2024-01-01 PREPAID_COMMIT_SEGMENT_START 5000000 5000000
2025-01-01 PREPAID_COMMIT_SEGMENT_START 20000000 25000000
2025-01-01 PREPAID_COMMIT_EXPIRATION -5000000 20000000
2026-01-01 PREPAID_COMMIT_SEGMENT_START 25000000 45000000
2026-01-01 PREPAID_COMMIT_EXPIRATION -20000000 25000000
2026-07-01 PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -20000000 5000000
2027-01-01 PREPAID_COMMIT_ROLLOVER -5000000 0
E
}
