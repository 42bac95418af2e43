# The stories in share/examples, `make quickstart` among them, and a file from real life.
load helpers

story() { # story NAME
	MTR_DB_ID=00000000-0000-8000-8000-000000000001 sh "$TOP/share/examples/$1/run.sh"
}
export -f story

@test "quickstart: the run's whole output" {
	try 'story quickstart'
	status_is 0
	out_is <"$TOP/tests/data/quickstart.out"
	err_is <<'E'
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 2 invoices finalized
E
	gives 'mtr-balance list | jq -r .balance; mtr-balance ledger "Prepaid 1,000 USD" | jq -c "[.type, .amount, .running_balance]"' <<'E'
99860.833984375
["PREPAID_COMMIT_SEGMENT_START","100000","100000"]
["PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION","-139.166015625","99860.833984375"]
E
}

@test "first-invoice: the run's whole output" {
	try 'story first-invoice'
	status_is 0
	out_is <"$TOP/tests/data/first-invoice.out"
	err_is <<'E'
mtr-invoice: run 80215b78-54ff-887a-a13c-997e8abf488c: 2 invoices finalized
mtr-invoice: nothing is due at 2024-10-03T00:00:00Z
E
}

@test "a database that is there is left alone" {
	db
	for name in quickstart first-invoice; do
		refuses 3 "story $name" <<E
mtr-db: $PWD/mtr.db is there already [db_exists]
E
	done
}

@test "quickstart: other tables, smaller and textual maxima" {
	given 'story quickstart 2>/dev/null'
	heartbeat() {
		printf '{"timestamp":"%s","transaction_id":"%s","customer_id":"quickstart-demo","event_type":"storage_heartbeat","properties":{"table_id":"%s","mb_stored":"%s"}}\n' "$@"
	}
	# The first table falls, another tops it as text alone, one value is no number.
	{
		heartbeat 2024-10-01T00:00:00Z a one 3000
		heartbeat 2024-10-01T01:00:00Z b one 2048
		heartbeat 2024-10-01T02:00:00Z c two 9
		heartbeat 2024-10-01T03:00:00Z d two 80
		heartbeat 2024-10-01T04:00:00Z e two unknown
		heartbeat 2024-10-02T05:00:00Z f three 0.5
	} >more.ndjson
	given 'mtr-ingest -q more.ndjson'
	gives 'mtr-invoice preview | jq -c ".line_items[] | select(.name == \"Storage\" or .name == \"Support\") | [.name, .quantity, .total]"' <<'E'
["Storage","3.00830078125","105.29052734375"]
["Support","105.29052734375","5.2645263671875"]
E
}

@test "the vendor's event is taken as documented, as an object, an array and again" {
	db
	event=$TOP/share/examples/first-invoice/event.json
	gives 'mtr-ingest "'"$event"'" | jq -c "[.accepted, .duplicate]"' <<'E'
[1,0]
E
	gives 'jq -s . "'"$event"'" | mtr-ingest | jq -c "[.accepted, .duplicate]"' <<'E'
[0,1]
E
	gives 'mtr-event export | jq -c .properties' <<'E'
{"resolution":"1024x1024","model":"DALL-E 2","num_images":"3"}
E
}

# A file of the form that inference traces have: CRLF, no newline at the end, a
# blank in the time, seven digits, no offset.
trace() {
	printf 'TIMESTAMP,ContextTokens,GeneratedTokens'
	printf '\r\n%s' '2023-11-16 18:15:46.6805900,374,44' '2023-11-16 18:15:50.9951690,396,109' \
		'2023-11-16 18:15:51.2225670,879,55' '2023-11-16 18:15:51.2225670,879,55'
}

tokens() {
	mtr-ingest -i csv --map 'TIMESTAMP=timestamp,ContextTokens=properties.context_tokens,GeneratedTokens=properties.generated_tokens' \
		--set customer_id=northwind --set event_type=llm_request --utc "$@"
}
export -f tokens

catalogue() {
	given 'mtr-metric create' <<'E'
{"name":"context","aggregation_type":"SUM","aggregation_key":"context_tokens","property_filters":[{"name":"context_tokens","exists":true}]}
{"name":"generated","aggregation_type":"SUM","aggregation_key":"generated_tokens","property_filters":[{"name":"generated_tokens","exists":true}]}
E
	given 'mtr-product create' <<'E'
{"name":"Context","type":"USAGE","billable_metric_id":"context","quantity_conversion":{"conversion_factor":1000000,"operation":"DIVIDE"}}
{"name":"Generated","type":"USAGE","billable_metric_id":"generated","quantity_conversion":{"conversion_factor":1000000,"operation":"DIVIDE"}}
E
	given 'mtr-ratecard create' <<<'{"name":"Tokens"}'
	given 'mtr-ratecard add-rates --card=Tokens' <<'E'
product_id,starting_at,entitled,rate_type,price
Context,2023-01-01,true,FLAT,3 USD
Generated,2023-01-01,true,FLAT,15 USD
E
	given 'mtr-customer create' <<<'{"name":"Northwind","ingest_aliases":["northwind"]}'
	given 'mtr-contract create' <<<'{"customer_id":"Northwind","rate_card_id":"Tokens","starting_at":"2023-11-01T00:00:00Z"}'
}

@test "a file from real life is billed by hand" {
	db
	trace >trace.csv
	gives 'tokens --id=line:conv trace.csv' <<'E'
{"type":"receipt","read":4,"accepted":4,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2023-11-16T18:15:46.68059Z","last_timestamp":"2023-11-16T18:15:51.222567Z","unknown_customers":1,"late":0,"store_digest":"5408dc693b2a9093b4795b4bb26686d4"}
E
	gives 'tokens --id=line:conv trace.csv | jq -c "[.accepted, .duplicate]"' <<'E'
[0,4]
E
	gives 'mtr-event export | jq -r .transaction_id' <<'E'
conv:2
conv:3
conv:4
conv:5
E
	catalogue
	gives 'mtr-invoice run -q --now=2023-12-02 | jq -c "[(.line_items[] | .quantity, .total), .total, .amount_due, .amount_due_major]"' <<'E'
["0.002528","0.7584","0.000263","0.3945","1.1529","1","0.01"]
E
}

@test "--id=content: two equal rows are one event, and the receipt counts them" {
	db
	trace >trace.csv
	gives 'tokens --id=content trace.csv | jq -c "[.read, .accepted, .duplicate]"' <<'E'
[4,3,1]
E
}

@test "refused: the same file without --utc, a column that is not there, two files with --id=line" {
	db
	trace >trace.csv
	try 'mtr-ingest -i csv --map TIMESTAMP=timestamp,ContextTokens=properties.c,GeneratedTokens=properties.g --set customer_id=n --set event_type=e --id=line:x trace.csv | jq -c "[.read, .rejected]"'
	status_is 1
	out_is <<'E'
[4,4]
E
	err_is <<'E'
mtr-ingest: trace.csv:2:1: timestamp "2023-11-16 18:15:46.6805900": offset missing (Z or +hh:mm) [event.timestamp]
mtr-ingest: trace.csv:3:1: timestamp "2023-11-16 18:15:50.9951690": offset missing (Z or +hh:mm) [event.timestamp]
mtr-ingest: trace.csv:4:1: timestamp "2023-11-16 18:15:51.2225670": offset missing (Z or +hh:mm) [event.timestamp]
mtr-ingest: trace.csv:5:1: timestamp "2023-11-16 18:15:51.2225670": offset missing (Z or +hh:mm) [event.timestamp]
E
	refuses 3 'tokens --map Nothing=properties.x --id=line:x trace.csv' <<'E'
mtr-ingest: trace.csv:1: Nothing: the map names a column that the header does not have [csv_map]
E
	refuses 2 'tokens --id=line:x trace.csv trace.csv' <<'E'
mtr-ingest: --id=line:NAME takes one file: lines of two have the same numbers [usage]
usage: mtr-ingest [option ...] [file ...]
help: mtr-ingest --help
E
}
