# mtr-invoice: run, preview, list, get.

# shellcheck disable=SC2016
load helpers

# The catalogue of the first-invoice story with ids that are easy to read.
CUSTOMER=00000000-0000-4000-8000-0000000000c1
CONTRACT=00000000-0000-4000-8000-0000000000d1
IMAGES=00000000-0000-4000-8000-0000000000a1
FEE=00000000-0000-4000-8000-0000000000a2
CARD=00000000-0000-4000-8000-0000000000b1

catalogue() {
	db
	given 'mtr-metric create "$TOP/share/examples/first-invoice/metric.json"'
	given 'mtr-product create' <<E
{"id":"$IMAGES","name":"Image generation","type":"USAGE","billable_metric_id":"Images 1024x1024","presentation_group_key":["model"]}
{"id":"$FEE","name":"Platform fee","type":"FIXED"}
E
	given 'mtr-ratecard create' <<E
{"id":"$CARD","name":"List prices"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"$IMAGES","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":10}
E
	given 'mtr-customer create' <<E
{"id":"$CUSTOMER","name":"Pixelforge","ingest_aliases":["pf"],"custom_fields":{"region":"north"}}
E
}

contract() { # contract FIELDS: Pixelforge's, from 2024-09-01, with these fields besides
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$CUSTOMER","rate_card_id":"$CARD","starting_at":"2024-09-01T00:00:00Z"$1}
E
}

images() { # images ID TIME MODEL N
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2","customer_id":"pf","event_type":"image_generation","properties":{"resolution":"1024x1024","model":"$3","num_images":"$4"}}
E
}

# number, type, status, period, amount due
brief() {
	jq -r '[.invoice_number, .type, .status, .start_timestamp, .end_timestamp, .issued_at, .amount_due_major] | map(. // "-") | join(" ")'
}
export -f brief

@test "a finalized invoice, whole" {
	catalogue
	contract ',"ending_before":"2025-09-01T00:00:00Z","name":"2024/25","net_payment_terms_days":14,"custom_fields":{"order":"7"}'
	images a 2024-09-27T00:00:00Z 'DALL-E 2' 3
	images b 2024-09-30T23:59:59.999999999Z 'DALL-E 3' 0.5
	images c 2024-10-01T00:00:00Z 'DALL-E 3' 9
	try 'mtr-invoice run | jq .'
	status_is 0
	out_is <"$TOP/tests/data/invoice-whole.json"
	err_is <<'E'
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice finalized
E
}

@test "run twice: the second time nothing is due, and that is said" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	try 'mtr-invoice run | brief'
	status_is 0
	out_is <<'E'
INV-000001 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-02T00:00:00Z 0.30
E
	err_is <<'E'
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice finalized
E
	given 'cp mtr.db before.db'
	try 'mtr-invoice run'
	status_is 0
	out_empty
	err_is <<'E'
mtr-invoice: nothing is due at 2024-10-03T00:00:00Z
E
	gives 'mtr-invoice run -q' </dev/null
	gives 'for t in invoice run audit_log; do for f in before.db mtr.db; do sqlite3 $f "SELECT count(*) FROM $t"; done; done | paste -sd " "' <<'E'
1 1 1 1 8 8
E
}

@test "an invoice is due at end + grace, not a moment before" {
	catalogue
	contract ''
	gives 'mtr-invoice run -q --now=2024-10-01T23:59:59.999999999Z' </dev/null
	gives 'mtr-invoice run -q --now=2024-10-02T00:00:00Z | brief' <<'E'
INV-000001 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-02T00:00:00Z 0.00
E
}

@test "grace of the contract: none, and two days" {
	catalogue
	contract ',"usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":0}'
	given 'mtr-contract create' <<E
{"customer_id":"$CUSTOMER","rate_card_id":"$CARD","starting_at":"2024-09-01T00:00:00Z","usage_statement_schedule":{"frequency":"MONTHLY","grace_hours":48}}
E
	gives 'mtr-invoice run -q --now=2024-10-01T00:00:00Z | brief' <<'E'
INV-000001 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-01T00:00:00Z 0.00
E
	gives 'mtr-invoice run -q --now=2024-10-02T23:59:59Z' </dev/null
	gives 'mtr-invoice run -q --now=2024-10-03T00:00:00Z | brief' <<'E'
INV-000002 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-03T00:00:00Z 0.00
E
}

@test "a run after a long pause bills every period, numbered by issue date" {
	catalogue
	contract ',"ending_before":"2025-01-15T00:00:00Z"'
	images a 2024-11-05T00:00:00Z m 7
	images b 2025-01-14T23:00:00Z m 1
	gives 'mtr-invoice run -q --now=2026-01-01T00:00:00Z | brief' <<'E'
INV-000001 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-02T00:00:00Z 0.00
INV-000002 USAGE FINALIZED 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2024-11-02T00:00:00Z 0.00
INV-000003 USAGE FINALIZED 2024-11-01T00:00:00Z 2024-12-01T00:00:00Z 2024-12-02T00:00:00Z 0.70
INV-000004 USAGE FINALIZED 2024-12-01T00:00:00Z 2025-01-01T00:00:00Z 2025-01-02T00:00:00Z 0.00
INV-000005 USAGE FINALIZED 2025-01-01T00:00:00Z 2025-01-15T00:00:00Z 2025-01-16T00:00:00Z 0.10
E
}

@test "scheduled charges: finalized on their date, one invoice a date" {
	catalogue
	contract ",\"scheduled_charges\":[
		{\"product_id\":\"$FEE\",\"name\":\"Setup\",\"schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-10-01T00:00:00Z\",\"amount\":1250}]}},
		{\"product_id\":\"$FEE\",\"schedule\":{\"recurring_schedule\":{\"starting_at\":\"2024-10-01T00:00:00Z\",\"ending_before\":\"2025-09-01T00:00:00Z\",\"frequency\":\"QUARTERLY\",\"amount_distribution\":\"EACH\",\"unit_price\":\"50 USD\",\"quantity\":2}}}]"
	gives 'mtr-invoice run -q --now=2024-09-30T23:59:59Z' </dev/null
	gives 'mtr-invoice run -q --now=2024-10-01T00:00:00Z | jq -c "[.type,.issued_at,.total,(.line_items[]|[.name,.quantity,.unit_price,.total])]"' <<'E'
["SCHEDULED","2024-10-01T00:00:00Z","11250",["Setup","1","1250","1250"],["Platform fee","2","5000","10000"]]
E
	gives 'mtr-invoice list --status=draft --type=scheduled --now=2024-10-01T00:00:00Z | brief' <<'E'
- SCHEDULED DRAFT - - 2025-01-01T00:00:00Z 100.00
- SCHEDULED DRAFT - - 2025-04-01T00:00:00Z 100.00
- SCHEDULED DRAFT - - 2025-07-01T00:00:00Z 100.00
E
}

@test "a contract without a rate card has scheduled invoices alone" {
	catalogue
	given 'mtr-contract create' <<E
{"customer_id":"$CUSTOMER","starting_at":"2024-09-01T00:00:00Z","scheduled_charges":[{"product_id":"$FEE","schedule":{"schedule_items":[{"timestamp":"2024-09-15T10:30:07Z","amount":100},{"timestamp":"2024-09-16","amount":0}]}}]}
E
	images a 2024-09-27T00:00:00Z m 3
	gives 'mtr-invoice run -q | brief' <<'E'
INV-000001 SCHEDULED FINALIZED - - 2024-09-15T10:30:07Z 1.00
E
}

@test "preview shows what is not final, and stores nothing" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	gives 'mtr-invoice preview Pixelforge | brief' <<'E'
- USAGE DRAFT 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-02T00:00:00Z 0.30
- USAGE DRAFT 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2024-11-02T00:00:00Z 0.00
E
	images b 2024-10-02T00:00:00Z m 4
	gives 'mtr-invoice preview | brief | tail -1' <<'E'
- USAGE DRAFT 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2024-11-02T00:00:00Z 0.40
E
	gives 'echo pf | mtr-invoice preview - | wc -l' <<'E'
2
E
	gives 'mtr-invoice list' </dev/null
	gives 'sqlite3 mtr.db "SELECT count(*) FROM invoice"' <<'E'
0
E
}

@test "a preview is what the run then finalizes" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	given 'mtr-invoice preview | head -1 | jq -c "del(.status)" >preview'
	given 'mtr-invoice run -q | jq -c "del(.status, .invoice_number)" >final'
	gives 'cat final' <preview
}

@test "run --draft adds what is not due, in the same order" {
	catalogue
	contract ",\"scheduled_charges\":[{\"product_id\":\"$FEE\",\"schedule\":{\"schedule_items\":[{\"timestamp\":\"2025-01-01T00:00:00Z\",\"amount\":5}]}}]"
	gives 'mtr-invoice run -q --draft | brief' <<'E'
INV-000001 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-02T00:00:00Z 0.00
- USAGE DRAFT 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2024-11-02T00:00:00Z 0.00
- SCHEDULED DRAFT - - 2025-01-01T00:00:00Z 0.05
E
	gives 'mtr-invoice run -q --draft | brief' <<'E'
- USAGE DRAFT 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2024-11-02T00:00:00Z 0.00
- SCHEDULED DRAFT - - 2025-01-01T00:00:00Z 0.05
E
}

@test "a dry run prints what the run prints, and stores nothing" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	given 'mtr-invoice run -nq >dry'
	gives 'mtr-invoice list' </dev/null
	try 'mtr-invoice run'
	status_is 0
	out_is <dry
	err_is <<'E'
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice finalized
E
}

@test "a dry run says so" {
	catalogue
	contract ''
	try 'mtr-invoice run -n | wc -l'
	status_is 0
	out_is <<'E'
1
E
	err_is <<'E'
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice would be finalized
E
}

@test "late usage never changes what is final" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	given 'mtr-invoice run -q >first'
	images b 2024-09-28T00:00:00Z m 100
	gives 'mtr-invoice run -q' </dev/null
	gives 'mtr-invoice list' <first
	gives 'mtr-invoice get INV-000001' <first
}

@test "list --run prints the invoices of a run again, last the newest" {
	catalogue
	contract ''
	given 'mtr-invoice run -q >first'
	given 'mtr-invoice run -q --now=2024-11-02T00:00:00Z >second'
	gives 'mtr-invoice list --run=80215b78-54ff-887a-a13c-997e8abf488c' <first
	gives 'mtr-invoice list --run=last' <second
	gives 'mtr-invoice list' < <(cat first second)
}

@test "list goes on after an invoice, and by filters" {
	catalogue
	contract ''
	given 'mtr-customer create' <<E
{"name":"Acme"}
E
	given 'mtr-contract create' <<E
{"customer_id":"Acme","starting_at":"2024-09-01T00:00:00Z","scheduled_charges":[{"product_id":"$FEE","schedule":{"schedule_items":[{"timestamp":"2024-09-02","amount":7}]}}]}
E
	given 'mtr-invoice run -q --now=2024-12-03T00:00:00Z >all'
	gives 'wc -l <all' <<'E'
4
E
	gives 'mtr-invoice list --limit=2' < <(head -2 all)
	gives 'mtr-invoice list --after="$(sed -n 2p all | jq -r .id)"' < <(tail -2 all)
	gives 'mtr-invoice list --after="$(sed -n 2p all | jq -r .id)" --limit=1' < <(sed -n 3p all)
	gives 'mtr-invoice list --after="$(sed -n 3p all | jq -r .id | tr a-f A-F)"' < <(tail -1 all)
	gives 'mtr-invoice list --after=INV-000003' < <(tail -1 all)
	gives 'mtr-invoice get "$(sed -n 3p all | jq -r .id | tr a-f A-F)"' < <(sed -n 3p all)
	gives 'mtr-invoice list --customer=Acme' < <(head -1 all)
	gives 'mtr-invoice list --customer=pf --type=usage' < <(tail -3 all)
	gives "mtr-invoice list --contract=$CONTRACT --limit=1" < <(sed -n 2p all)
	gives 'mtr-invoice list --type=scheduled' < <(head -1 all)
	gives 'mtr-invoice list --limit=0' </dev/null
	gives 'mtr-invoice list | jq -c "{id}" | tail -1 | mtr-invoice get -' < <(tail -1 all)
}

@test "tables and CSV show major units and the currency" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	given 'mtr-invoice run -q'
	gives 'mtr-invoice list -o table' <<'E'
NUMBER      CUSTOMER    TYPE   STATUS     ISSUED      AMOUNT_DUE  CURRENCY
INV-000001  Pixelforge  USAGE  FINALIZED  2024-10-02        0.30  USD
E
	gives 'mtr-invoice list -o csv' <<'E'
invoice_number,customer_name,type,status,issued_at,amount_due,currency
INV-000001,Pixelforge,USAGE,FINALIZED,2024-10-02T00:00:00.000000000Z,0.30,USD
E
}

@test "two series number on their own" {
	catalogue
	contract ''
	given 'mtr-contract create' <<E
{"customer_id":"$CUSTOMER","rate_card_id":"$CARD","starting_at":"2024-08-01T00:00:00Z","invoice_series":"EU"}
E
	gives 'mtr-invoice run -q | jq -r "[.invoice_number,.start_timestamp]|join(\" \")"' <<'E'
EU-000001 2024-08-01T00:00:00Z
INV-000001 2024-09-01T00:00:00Z
EU-000002 2024-09-01T00:00:00Z
E
}

@test "a EUR card: stored amounts are whole units, due to the cent" {
	catalogue
	given 'mtr-ratecard create' <<'E'
{"name":"Euro","fiat_credit_type_id":"EUR"}
E
	given 'mtr-ratecard add-rates --card=Euro' <<E
{"product_id":"$IMAGES","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"0.105 EUR"}
E
	given 'mtr-contract create' <<E
{"customer_id":"$CUSTOMER","rate_card_id":"Euro","starting_at":"2024-09-01T00:00:00Z"}
E
	images a 2024-09-27T00:00:00Z m 3
	gives 'mtr-invoice run -q | jq -c "[.total,.amount_due,.amount_due_major,.currency,.credit_type.name]"' <<'E'
["0.315","0.32","0.32","EUR","EUR"]
E
}

@test "a quantity that does not terminate carries its exact fraction" {
	catalogue
	given 'mtr-product create' <<'E'
{"name":"Thirds","type":"USAGE","billable_metric_id":"Images 1024x1024","quantity_conversion":{"conversion_factor":3,"operation":"DIVIDE"}}
E
	given 'mtr-ratecard create' <<'E'
{"name":"Thirds card"}
E
	given 'mtr-ratecard add-rates --card="Thirds card"' <<'E'
{"product_id":"Thirds","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1/7"}
E
	given 'mtr-contract create' <<E
{"customer_id":"$CUSTOMER","rate_card_id":"Thirds card","starting_at":"2024-09-01T00:00:00Z"}
E
	images a 2024-09-27T00:00:00Z m 100
	gives 'mtr-invoice run -q | jq -c "[(.line_items[]|.quantity,.quantity_exact,.unit_price_exact),.total,.total_exact,.amount_due]"' <<'E'
["33.33333333333333333333","100/3","1/7","4.76190476190476190476","100/21","5"]
E
	gives 'sqlite3 mtr.db "SELECT total, amount_due FROM invoice"' <<'E'
100/21|5
E
}

@test "usage without a rate is a warning; with --require-rates it holds back its customer alone" {
	catalogue
	contract ''
	given 'mtr-metric create' <<'E'
{"name":"By region","aggregation_type":"COUNT","property_filters":[{"name":"region","exists":true}],"group_keys":[["region"]]}
E
	given 'mtr-product create' <<'E'
{"name":"Calls","type":"USAGE","billable_metric_id":"By region","pricing_group_key":["region"]}
E
	given 'mtr-ratecard create' <<'E'
{"name":"Regional"}
E
	given 'mtr-ratecard add-rates --card=Regional' <<'E'
{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100,"pricing_group_values":{"region":"EU"}}
E
	given 'mtr-customer create' <<'E'
{"name":"Acme","ingest_aliases":["acme"]}
E
	given 'mtr-contract create' <<'E'
{"id":"00000000-0000-4000-8000-0000000000d2","customer_id":"Acme","rate_card_id":"Regional","starting_at":"2024-09-01T00:00:00Z"}
E
	given 'mtr-ingest' <<'E'
{"transaction_id":"1","timestamp":"2024-09-02T00:00:00Z","customer_id":"acme","event_type":"call","properties":{"region":"EU"}}
{"transaction_id":"2","timestamp":"2024-09-02T00:00:00Z","customer_id":"acme","event_type":"call","properties":{"region":"US"}}
E
	try 'mtr-invoice run -q --require-rates | jq -r "[.invoice_number,.customer_name]|join(\" \")"'
	status_is 1
	out_is <<'E'
INV-000001 Pixelforge
E
	err_is <<'E'
mtr-invoice: contract 00000000-0000-4000-8000-0000000000d2: product "Calls" has usage that no rate prices, from 2024-09-01T00:00:00Z on, for region "US" [rate_missing]
E
	try 'mtr-invoice run | jq -r "[.invoice_number,.customer_name,.total]|join(\" \")"'
	status_is 0
	out_is <<'E'
INV-000002 Acme 100
E
	err_is <<'E'
mtr-invoice: warning: contract 00000000-0000-4000-8000-0000000000d2: product "Calls" has usage that no rate prices, from 2024-09-01T00:00:00Z on, for region "US" [rate_missing]
mtr-invoice: run f95c8f96-9043-89a4-bece-95f113ec3dc2: 1 invoice finalized
E
}

@test "a draft that cannot be priced holds back nothing that is due" {
	catalogue
	given 'mtr-ratecard create' <<'E'
{"name":"Short"}
E
	given 'mtr-ratecard add-rates --card=Short' <<E
{"product_id":"$IMAGES","starting_at":"2024-09-01","ending_before":"2024-10-01","entitled":true,"rate_type":"FLAT","price":10}
E
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$CUSTOMER","rate_card_id":"Short","starting_at":"2024-09-01T00:00:00Z"}
E
	images a 2024-09-27T00:00:00Z m 3
	images b 2024-10-01T05:00:00Z m 4
	try 'mtr-invoice run -n --require-rates --draft | brief'
	status_is 0
	out_is <<'E'
INV-000001 USAGE FINALIZED 2024-09-01T00:00:00Z 2024-10-01T00:00:00Z 2024-10-02T00:00:00Z 0.30
- USAGE DRAFT 2024-10-01T00:00:00Z 2024-11-01T00:00:00Z 2024-11-02T00:00:00Z 0.00
E
	err_is <<E
mtr-invoice: warning: contract $CONTRACT: product "Image generation" has usage that no rate prices, from 2024-10-01T00:00:00Z on [rate_missing]
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 1 invoice would be finalized
E
	given 'mtr-invoice run -q'
	try 'mtr-invoice run --require-rates --now=2024-11-03'
	status_is 1
	out_empty
	err_is <<E
mtr-invoice: contract $CONTRACT: product "Image generation" has usage that no rate prices, from 2024-10-01T00:00:00Z on [rate_missing]
mtr-invoice: nothing was finalized at 2024-11-03T00:00:00Z
E
}

@test "archived customers and contracts are billed no more" {
	catalogue
	contract ''
	given 'mtr-invoice run -q >first'
	given 'mtr-customer archive Pixelforge'
	gives 'mtr-invoice run -q --draft --now=2025-01-01T00:00:00Z' </dev/null
	gives 'mtr-invoice list' <first
}

@test "what is final cannot be changed in the file" {
	catalogue
	contract ''
	given 'mtr-invoice run -q'
	for change in 'UPDATE invoice SET total = 0' 'DELETE FROM invoice' 'UPDATE run SET now = 0' \
		'DELETE FROM run' 'UPDATE invoice_line SET total = 0' 'DELETE FROM invoice_line' \
		'REPLACE INTO invoice SELECT * FROM invoice' 'REPLACE INTO run SELECT * FROM run' \
		'REPLACE INTO invoice_line SELECT * FROM invoice_line'; do
		table=$(sed -E 's/(UPDATE|DELETE FROM|REPLACE INTO) ([a-z_]+).*/\2/' <<<"$change")
		try "sqlite3 mtr.db '$change'"
		status_is 19
		out_empty
		err_is <<E
Error: stepping, $table is append-only (19)
E
	done
}

@test "a changed document is found out when it is read" {
	catalogue
	contract ''
	given 'mtr-invoice run -q'
	given 'sqlite3 mtr.db "DROP TRIGGER invoice_no_update; UPDATE invoice SET document = replace(document, char(34)||0||char(34), char(34)||1||char(34))"'
	refuses 5 'mtr-invoice get INV-000001' <<E
mtr-invoice: invoice $(sqlite3 mtr.db 'SELECT id FROM invoice') does not match its digest [db_damaged]
E
	refuses 5 'mtr-invoice list' <<E
mtr-invoice: invoice $(sqlite3 mtr.db 'SELECT id FROM invoice') does not match its digest [db_damaged]
E
}

@test "refusals: references that name nothing" {
	catalogue
	refuses 3 'mtr-invoice run --customer=Nobody' <<'E'
mtr-invoice: --customer "Nobody": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-invoice run --contract=c' <<'E'
mtr-invoice: --contract "c": no contract of this id or name [not_found]
E
	refuses 3 'mtr-invoice preview Nobody' <<'E'
mtr-invoice: "Nobody": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-invoice get INV-000001' <<'E'
mtr-invoice: "INV-000001": no invoice of this id or number [not_found]
E
	refuses 3 'mtr-invoice list --run=last' <<'E'
mtr-invoice: --run "last": no such run [not_found]
E
	refuses 3 'mtr-invoice list --after=x' <<'E'
mtr-invoice: --after "x": no invoice of this id or number [not_found]
E
	refuses 3 'mtr-invoice list --status=draft --customer=x' <<'E'
mtr-invoice: --customer "x": no customer of this id, alias or name [not_found]
E
}

@test "refusals: wrong calls" {
	db
	refuses 2 'mtr-invoice' <<'E'
mtr-invoice: a verb is wanted [missing_verb]
usage: mtr-invoice VERB [option ...] [operand ...]
verbs: run preview list get void regenerate render
help: mtr-invoice --help
E
	refuses 2 'mtr-invoice runn' <<'E'
mtr-invoice: "runn": no such verb, did you mean "run"? [unknown_verb]
usage: mtr-invoice VERB [option ...] [operand ...]
verbs: run preview list get void regenerate render
help: mtr-invoice --help
E
	refuses 2 'mtr-invoice list --status=draft --run=last' <<'E'
mtr-invoice: drafts belong to no run and have no place to go on after [usage]
usage: mtr-invoice list [option ...]
help: mtr-invoice list --help
E
	refuses 2 'mtr-invoice run --now=yesterday' <<'E'
mtr-invoice: --now "yesterday": not a time (YYYY-MM-DDThh:mm:ssZ) [option_value]
usage: mtr-invoice run [option ...]
help: mtr-invoice run --help
E
	refuses 2 'mtr-invoice get' <<'E'
mtr-invoice: get wants: invoice ... [missing_operand]
usage: mtr-invoice get [option ...] invoice ...
help: mtr-invoice get --help
E
}

@test "refusals: no database, output that cannot be written" {
	refuses 5 'mtr-invoice run' <<E
mtr-invoice: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
	catalogue
	contract ''
	refuses 5 'mtr-invoice preview >/dev/full' <<'E'
mtr-invoice: cannot write output: No space left on device [output_failed]
E
}

@test "a run whose output fails has finalized all the same, and says so" {
	catalogue
	contract ''
	try 'mtr-invoice run >/dev/full'
	status_is 5
	out_empty
	err_is < <(
		echo 'mtr-invoice: cannot write output: No space left on device [output_failed]'
		mtr-invoice list --run=last
	)
}

@test "two runs at once: one does the work, the other finds nothing" {
	catalogue
	contract ''
	images a 2024-09-27T00:00:00Z m 3
	given 'for i in 1 2 3 4; do mtr-invoice run -q >out$i & done; wait; cat out1 out2 out3 out4 >all'
	gives 'wc -l <all' <<'E'
1
E
	gives 'mtr-invoice list' <all
}

@test "order of creation of customers does not decide numbers" {
	catalogue
	given 'mtr-customer create' <<'E'
{"id":"ffffffff-0000-4000-8000-000000000000","name":"Last"}
{"id":"11111111-0000-4000-8000-000000000000","name":"First"}
E
	given 'mtr-contract create' <<E
{"customer_id":"Last","rate_card_id":"$CARD","starting_at":"2024-09-01T00:00:00Z"}
{"customer_id":"First","rate_card_id":"$CARD","starting_at":"2024-09-01T00:00:00Z"}
E
	gives 'mtr-invoice run -q | jq -r "[.invoice_number,.customer_name]|join(\" \")"' <<'E'
INV-000001 First
INV-000002 Last
E
}

# Worked example scheduled-finalize: there within hours of the date, here at the first run from it on.
@test "a scheduled invoice is finalized by the first run at or after its date" {
	catalogue
	contract ",\"scheduled_charges\":[{\"product_id\":\"$FEE\",\"schedule\":{\"schedule_items\":[
		{\"timestamp\":\"2024-10-02T00:00:00Z\",\"amount\":1},{\"timestamp\":\"2024-10-03T01:00:00Z\",\"amount\":2},
		{\"timestamp\":\"2024-10-04T00:00:00Z\",\"amount\":3}]}}]"
	scheduled() { mtr-invoice run -q "$@" | jq -r 'select(.type == "SCHEDULED") | [.issued_at, .total] | join(" ")'; }
	export -f scheduled
	gives 'scheduled' <<'E'
2024-10-02T00:00:00Z 1
E
	gives 'scheduled --now=2024-10-03T00:59:59Z' </dev/null
	gives 'scheduled --now=2024-10-03T01:00:00Z' <<'E'
2024-10-03T01:00:00Z 2
E
	gives 'scheduled --now=2024-10-09' <<'E'
2024-10-04T00:00:00Z 3
E
}
