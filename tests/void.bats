# mtr-invoice void, regenerate: what final invoices took comes back, and is taken anew.

# shellcheck disable=SC2016
load helpers

CUSTOMER=00000000-0000-4000-8000-0000000000c1
CONTRACT=00000000-0000-4000-8000-0000000000d1
CALLS=00000000-0000-4000-8000-0000000000a1
FEE=00000000-0000-4000-8000-0000000000a2
CARD=00000000-0000-4000-8000-0000000000b1
CREDIT=00000000-0000-4000-8000-0000000000e1

shop() { # shop FIELDS: Northwind's contract from 2024-09-01 on, with these fields besides
	db
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call"]}}
E
	given 'mtr-product create' <<E
{"id":"$CALLS","name":"API calls","type":"USAGE","billable_metric_id":"Calls"}
{"id":"$FEE","name":"Fee","type":"FIXED"}
E
	given 'mtr-ratecard create' <<E
{"id":"$CARD","name":"List"}
E
	given 'mtr-ratecard add-rates' <<E
{"rate_card_id":"$CARD","product_id":"$CALLS","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
E
	given 'mtr-customer create' <<E
{"id":"$CUSTOMER","name":"Northwind","ingest_aliases":["nw"]}
E
	given 'mtr-contract create' <<E
{"id":"$CONTRACT","customer_id":"$CUSTOMER","rate_card_id":"$CARD","starting_at":"2024-09-01T00:00:00Z"$1}
E
}

calls() { # calls ID TIME
	given 'mtr-ingest --future-limit=none' <<E
{"transaction_id":"$1","timestamp":"$2","customer_id":"nw","event_type":"call","properties":{}}
E
}

CREDITS=",\"credits\":[{\"id\":\"$CREDIT\",\"product_id\":\"$FEE\",\"access_schedule\":{\"schedule_items\":[{\"id\":\"00000000-0000-4000-8000-0000000000f1\",\"amount\":150,\"starting_at\":\"2024-09-01T00:00:00Z\",\"ending_before\":\"2025-09-01T00:00:00Z\"}]}}]"

brief() {
	jq -r '[.invoice_number, .type, .status, .issued_at, .total, .regenerated_from_invoice_id != null, .voided_at, .void_reason] | map(. // "-") | join(" ")'
}
entries() { # type, amount
	mtr-balance ledger "$1" | jq -r '.type + " " + .amount'
}
export -f brief entries
export CREDIT

@test "void: the invoice stays as it is with its number, and readers see that it is void" {
	shop ''
	calls a 2024-09-05T00:00:00Z
	given 'mtr-invoice run -q'
	given 'mtr-invoice list >before'
	gives 'mtr-invoice void INV-000001 --reason="wrong price" --now=2024-10-05T00:00:00Z | tee voided | brief' <<'E'
INV-000001 USAGE VOID 2024-10-02T00:00:00Z 100 - 2024-10-05T00:00:00Z wrong price
E
	gives 'mtr-invoice get INV-000001 | diff voided -; mtr-invoice list | diff voided -; mtr-invoice list --status=void | diff voided -' </dev/null
	gives 'mtr-invoice list --status=finalized' </dev/null
	gives 'jq -cS "del(.voided_at,.void_reason) | .status = \"FINALIZED\"" voided | diff - <(jq -cS . before)' </dev/null
	gives 'sqlite3 mtr.db "SELECT document FROM invoice" | diff before -' </dev/null
	gives 'mtr-invoice run -q --now=2024-10-06T00:00:00Z' </dev/null
	given 'mtr-db check'
}

@test "void gives back what was taken, exactly; regenerating takes it again" {
	shop "$CREDITS"
	calls a 2024-09-05T00:00:00Z
	calls b 2024-09-06T00:00:00Z
	given 'mtr-invoice run -q >first'
	gives 'entries $CREDIT' <<'E'
CREDIT_SEGMENT_START 150
CREDIT_AUTOMATED_INVOICE_DEDUCTION -150
E
	given 'mtr-invoice void INV-000001 --now=2024-10-05T00:00:00Z'
	gives 'entries $CREDIT' <<'E'
CREDIT_SEGMENT_START 150
CREDIT_AUTOMATED_INVOICE_DEDUCTION -150
CREDIT_CREDITED 150
E
	gives 'mtr-balance list | jq -r .balance' <<'E'
150
E
	given 'mtr-db check'
	gives 'mtr-invoice regenerate INV-000001 --now=2024-10-06T00:00:00Z | tee second | brief' <<'E'
INV-000002 USAGE FINALIZED 2024-10-06T00:00:00Z 50 true - -
E
	gives 'for f in first second; do jq -cS "del(.id,.invoice_number,.issued_at,.due_date,.regenerated_from_invoice_id,.line_items[].id)" $f; done | uniq | wc -l' <<'E'
1
E
	gives 'jq -r .id first | diff - <(jq -r .regenerated_from_invoice_id second)' </dev/null
	gives 'entries $CREDIT | tail -1; mtr-balance list | jq -r .balance' <<'E'
CREDIT_AUTOMATED_INVOICE_DEDUCTION -150
0
E
	gives 'mtr-invoice run -q --now=2024-10-07T00:00:00Z' </dev/null
	given 'mtr-db check'
}

@test "late usage is billed by void and regenerate" {
	shop ''
	calls a 2024-09-05T00:00:00Z
	given 'mtr-invoice run -q'
	given 'mtr-ingest' <<'E'
{"transaction_id":"b","timestamp":"2024-09-07T00:00:00Z","customer_id":"nw","event_type":"call","properties":{}}
E
	given 'mtr-invoice void INV-000001'
	gives 'mtr-invoice regenerate INV-000001 | brief' <<'E'
INV-000002 USAGE FINALIZED 2024-10-03T00:00:00Z 200 true - -
E
	gives 'mtr-invoice void INV-000002 >x; mtr-invoice regenerate INV-000002 | jq -r .invoice_number; mtr-invoice list --status=void | jq -r .invoice_number' <<'E'
INV-000003
INV-000001
INV-000002
E
	given 'mtr-db check'
}

@test "a scheduled invoice is made anew, and its dates are not billed beside it" {
	shop ",\"scheduled_charges\":[{\"product_id\":\"$FEE\",\"schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-09-10T00:00:00Z\",\"amount\":500}]}}]"
	given 'mtr-invoice run -q --now=2024-09-11T00:00:00Z'
	given 'mtr-invoice void INV-000001 --now=2024-09-12T00:00:00Z'
	gives 'mtr-invoice run -q --now=2024-09-12T00:00:00Z' </dev/null
	gives 'mtr-invoice regenerate INV-000001 --now=2024-09-13T00:00:00Z | brief; mtr-invoice run -q --now=2024-09-13T00:00:00Z' <<'E'
INV-000002 SCHEDULED FINALIZED 2024-09-13T00:00:00Z 500 true - -
E
	given 'mtr-db check'
}

@test "refused: what is unknown, void already, not void, or regenerated already" {
	shop ''
	given 'mtr-invoice run -q'
	refuses 3 'mtr-invoice void INV-000009' <<'E'
mtr-invoice: "INV-000009": no invoice of this id or number [not_found]
E
	refuses 3 'mtr-invoice regenerate INV-000001' <<'E'
mtr-invoice: "INV-000001": it is not void; wanted an invoice that is [not_void]
E
	given 'mtr-invoice void INV-000001'
	refuses 3 'mtr-invoice void INV-000001' <<'E'
mtr-invoice: "INV-000001": it is void already [void]
E
	given 'mtr-invoice regenerate INV-000001'
	refuses 3 'mtr-invoice regenerate INV-000001' <<'E'
mtr-invoice: "INV-000001": it has been regenerated already [regenerated]
E
	refuses 3 'mtr-invoice void INV-000001' <<'E'
mtr-invoice: "INV-000001": it is void already [void]
E
}

@test "refused: the purchase of a commit stays" {
	shop ",\"commits\":[{\"product_id\":\"$FEE\",\"type\":\"PREPAID\",\"access_schedule\":{\"schedule_items\":[{\"amount\":500,\"starting_at\":\"2024-09-01T00:00:00Z\",\"ending_before\":\"2025-09-01T00:00:00Z\"}]},\"invoice_schedule\":{\"schedule_items\":[{\"timestamp\":\"2024-09-01T00:00:00Z\",\"amount\":500}]}}]"
	given 'mtr-invoice run -q --now=2024-09-02T00:00:00Z'
	refuses 3 'mtr-invoice void INV-000001' <<'E'
mtr-invoice: "INV-000001": it buys a commit or bills what is missing of one, whose balance would stay; end the commit, or grant a credit instead [purchase]
E
}

PROMISE() { # PROMISE DATE: a promise of 5.00 for September, trued up then
	echo ",\"ending_before\":\"2024-10-01T00:00:00Z\",\"commits\":[{\"product_id\":\"$FEE\",\"type\":\"POSTPAID\",\"access_schedule\":{\"schedule_items\":[{\"amount\":500,\"starting_at\":\"2024-09-01T00:00:00Z\",\"ending_before\":\"2024-10-01T00:00:00Z\"}]},\"invoice_schedule\":{\"schedule_items\":[{\"timestamp\":\"$1\",\"amount\":500}]}}]"
}

@test "refused: what counts towards a promise whose true-up is final, and the true-up" {
	shop "$(PROMISE 2024-10-01T00:00:00Z)"
	calls a 2024-09-05T00:00:00Z
	gives 'mtr-invoice run -q | jq -r ".invoice_number + \" \" + .type + \" \" + .total"' <<'E'
INV-000001 SCHEDULED 400
INV-000002 USAGE 100
E
	refuses 3 'mtr-invoice void INV-000002' <<'E'
mtr-invoice: "INV-000002": invoice INV-000001 bills what was missing of a commit that it counts towards [trueup]
E
	refuses 3 'mtr-invoice void INV-000001' <<'E'
mtr-invoice: "INV-000001": it buys a commit or bills what is missing of one, whose balance would stay; end the commit, or grant a credit instead [purchase]
E
	given 'mtr-db check'
}

@test "a true-up waits for what is void, and then counts what was made anew" {
	shop "$(PROMISE 2024-12-01T00:00:00Z)"
	calls a 2024-09-05T00:00:00Z
	given 'mtr-invoice run -q'
	given 'mtr-invoice void INV-000001'
	gives 'mtr-invoice run -q --now=2025-01-01T00:00:00Z' </dev/null
	calls b 2024-09-06T00:00:00Z
	given 'mtr-invoice regenerate INV-000001'
	gives 'mtr-invoice run -q --now=2025-01-01T00:00:00Z | brief' <<'E'
INV-000003 SCHEDULED FINALIZED 2024-12-01T00:00:00Z 300 - - -
E
	given 'mtr-db check'
}

@test "what is recorded of a void cannot be changed, and a forged return is found" {
	shop "$CREDITS"
	calls a 2024-09-05T00:00:00Z
	given 'mtr-invoice run -q'
	given 'mtr-invoice void INV-000001'
	gives '{ sqlite3 mtr.db "DELETE FROM invoice_void" 2>&1 || :; } | grep -o "invoice_void is append-only"' <<'E'
invoice_void is append-only
E
	given 'sqlite3 mtr.db "DROP TRIGGER ledger_entry_no_update; UPDATE ledger_entry SET amount = '"'90'"' WHERE type = '"'CREDIT_CREDITED'"'"'
	gives '{ mtr-db check 2>&1 || :; } | grep -o "90 came back of it; wanted 100" | uniq' <<'E'
90 came back of it; wanted 100
E
}

# The database as the program of schema 7 would have left it: its rows in tables of that time.
seventh() {
	local table columns file
	{
		echo "PRAGMA page_size = 16384; BEGIN IMMEDIATE; PRAGMA application_id = 0x6d747231;"
		for file in "$TOP"/share/schema/000[1-7]-*.sql; do
			echo ".read '$file'"
		done
		echo "PRAGMA user_version = 7; COMMIT; PRAGMA journal_mode = WAL;"
	} | sqlite3 older.db >/dev/null
	sqlite3 older.db "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY rowid" >tables
	while read -r table; do
		columns=$(sqlite3 older.db "SELECT group_concat(name) FROM pragma_table_info('$table')")
		echo "INSERT OR IGNORE INTO $table ($columns) SELECT $columns FROM now.$table;"
	done <tables >copy
	sqlite3 older.db "ATTACH 'mtr.db' AS now" '.read copy'
	rm mtr.db*
	mv older.db mtr.db
}

@test "a file of schema 7 is brought here with its ledger, and its invoices can be voided" {
	shop "$CREDITS"
	calls a 2024-09-05T00:00:00Z
	given 'mtr-invoice run -q >first'
	given 'sqlite3 mtr.db "SELECT * FROM ledger_entry" >ledger'
	seventh
	given 'mtr-db migrate -q'
	given 'mtr-db check'
	given 'sqlite3 mtr.db "SELECT * FROM ledger_entry" | diff ledger -'
	given 'mtr-invoice list | diff first -'
	given 'mtr-invoice void INV-000001'
	gives 'mtr-invoice regenerate INV-000001 | jq -r .total' <<'E'
0
E
	given 'mtr-db check'
}
