# Amendments: the older way to add terms to a contract, from a date on.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

NORTHWIND=00000000-0000-4000-8000-0000000000c1
MAIN=00000000-0000-4000-8000-0000000000d1
CHARGE=00000000-0000-4000-8000-0000000000e1
DUE=00000000-0000-4000-8000-0000000000e2
export MAIN

# Northwind pays 10 USD a read, which is a cloud product, from October 2024 to October 2025.
shop() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Reads","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["read"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<'E'
{"name":"Reads","type":"USAGE","billable_metric_id":"Reads","tags":["cloud"]}
{"name":"Prepaid","type":"FIXED"}
{"name":"Support","type":"FIXED"}
E
	given 'mtr-ratecard create' <<<'{"name":"List"}'
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Reads","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1000}
E
	given 'mtr-customer create' <<E
{"id":"$NORTHWIND","name":"Northwind","ingest_aliases":["nw"]}
{"name":"Acme"}
E
	given 'mtr-contract create' <<E
{"id":"$MAIN","name":"main","customer_id":"nw","rate_card_id":"List","starting_at":"2024-10-01","ending_before":"2025-10-01","custom_fields":{"region":"eu","tier":"gold"}}
E
}

# amend START FIELDS - the body of an amendment of main
amend() {
	printf '{"customer_id":"nw","contract_id":"%s","starting_at":"%s",%s}\n' "$MAIN" "$1" "$2"
}

access() { # access START - of a commit or credit
	printf '"access_schedule":{"schedule_items":[{"amount":"50 USD","starting_at":"%s","ending_before":"2025-10-01"}]}' "$1"
}

@test "the documented request is taken as it stands, and holds from its date on" {
	shop
	cat >body <<E
{"customer_id":"$NORTHWIND","contract_id":"$MAIN","starting_at":"2024-11-01T00:00:00.000Z","overrides":[{"starting_at":"2024-11-01T00:00:00.000Z","entitled":true,"type":"multiplier","multiplier":0.95,"applicable_product_tags":["cloud"]}]}
E
	given 'mtr-ingest --future-limit=none' <<'E'
{"transaction_id":"1","timestamp":"2024-10-05T00:00:00Z","customer_id":"nw","event_type":"read","properties":{"n":"1"}}
{"transaction_id":"2","timestamp":"2024-11-05T00:00:00Z","customer_id":"nw","event_type":"read","properties":{"n":"1"}}
E
	gives 'mtr-contract amend -n body >dry; mtr-contract amend body >done; diff <(jq "del(.overrides[].id)" dry) <(jq "del(.overrides[].id)" done); mtr-contract get main | diff - done; jq -c ".overrides[] | [.starting_at, .entitled, .type, .multiplier, .applicable_product_tags]" done' <<'E'
["2024-11-01T00:00:00Z",true,"MULTIPLIER","0.95",["cloud"]]
E
	gives 'mtr-invoice run -nq --now=2024-12-03 | jq -r "[.start_timestamp[:10], .total] | join(\" \")"' <<'E'
2024-10-01 1000
2024-11-01 950
E
}

@test "an amendment is the edit that adds the same" {
	shop
	terms='"commits":[{"type":"PREPAID","product_id":"Prepaid",'$(access 2024-12-01)',"invoice_schedule":{"schedule_items":[{"timestamp":"2024-11-15","amount":"40 USD"}]}}],"credits":[{"product_id":"Prepaid",'$(access 2024-12-01)'}],"scheduled_charges":[{"product_id":"Support","schedule":{"recurring_schedule":{"starting_at":"2024-12-01","ending_before":"2025-02-01","frequency":"MONTHLY","amount":"5 USD","amount_distribution":"EACH"}}}],"overrides":[{"starting_at":"2024-12-01","type":"MULTIPLIER","multiplier":"0.5","product_id":"Reads"}]'
	amend 2024-12-01 "$terms" >body
	sed -E 's/"starting_at":"2024-12-01",("commits")/\1/; s/"(commits|credits|scheduled_charges|overrides)":/"add_\1":/g' body >edit
	export plain='walk(if type == "object" then del(.id) else . end)'
	gives 'mtr-contract amend -n body | jq "$plain" >amended; mtr-contract edit -n edit | jq "$plain" | diff - amended; jq -c "[.commits, .credits, .scheduled_charges, .overrides] | map(length)" amended' <<'E'
[1,1,1,1]
E
	given 'mtr-contract amend body'
	gives 'mtr-contract history main | jq -r "[.tool, .verb, (.changes[].field | sub(\"\\\\[.*\"; \"\"))] | join(\" \")"; mtr-db check; mtr-invoice run -nq --now=2025-03-03 | jq -r "select(.type == \"SCHEDULED\") | [.issued_at[:10], .total] | join(\" \")"' <<'E'
mtr-contract amend commits credits scheduled_charges overrides
{"type":"check","differences":0}
2024-11-15 4000
2024-12-01 500
2025-01-01 500
E
}

@test "what it adds may begin with it, but not before" {
	shop
	{
		amend 2024-12-01 '"commits":[{"type":"PREPAID","product_id":"Prepaid",'"$(access 2024-12-01)"'},{"type":"PREPAID","product_id":"Prepaid",'"$(access 2024-11-30T23:00:00Z)"'}]'
		amend 2024-12-01 '"credits":[{"product_id":"Prepaid",'"$(access 2024-11-30T23:00:00Z)"'}]'
		amend 2024-12-01 '"scheduled_charges":[{"product_id":"Support","schedule":{"schedule_items":[{"timestamp":"2024-12-01","amount":1},{"timestamp":"2024-11-30T23:59:59Z","amount":1}]}}]'
		amend 2024-12-01 '"overrides":[{"starting_at":"2024-11-30T23:00:00Z","type":"MULTIPLIER","multiplier":"0.5"}]'
	} >bad
	refuses 3 'mtr-contract amend bad' <<'E'
mtr-contract: bad:1:380: commits[1].access_schedule.schedule_items[0].starting_at "2024-11-30T23:00:00Z": before the amendment, which starts at 2024-12-01T00:00:00Z [contract.commits.access_schedule.schedule_items.starting_at]
mtr-contract: bad:2:206: credits[0].access_schedule.schedule_items[0].starting_at "2024-11-30T23:00:00Z": before the amendment, which starts at 2024-12-01T00:00:00Z [contract.credits.access_schedule.schedule_items.starting_at]
mtr-contract: bad:3:157: scheduled_charges[0].schedule "2024-11-30T23:59:59Z": before the amendment, which starts at 2024-12-01T00:00:00Z [contract.scheduled_charges.schedule]
mtr-contract: bad:4:129: overrides[0].starting_at "2024-11-30T23:00:00Z": before the amendment, which starts at 2024-12-01T00:00:00Z [contract.overrides.starting_at]
E
	sed 's/2024-11-30T23:..:..Z/2024-12-01/' bad >good
	given 'mtr-contract amend good'
	gives 'sqlite3 mtr.db "SELECT count(*) FROM contract"' <<'E'
5
E
}

@test "an amendment says when it starts, inside the contract, and what it adds" {
	shop
	override='"overrides":[{"starting_at":"2025-11-01","entitled":false}]'
	{
		amend 2024-09-30T23:00:00Z "$override"
		amend 2025-10-01 "$override"
		amend 2024-12-01T00:30:00Z "$override"
		printf '{"customer_id":"nw","contract_id":"main",%s}\n' "$override"
		amend 2024-12-01 '"uniqueness_key":"only"'
		amend 2024-12-01 "\"add_overrides\":[],$override"
		amend 2024-12-01 "\"recurring_credits\":[{}],$override"
		amend 2024-12-01 "\"professional_services\":[{}],$override"
		printf '{"customer_id":"Acme","contract_id":"main","starting_at":"2024-12-01",%s}\n' "$override"
		amend 2024-12-01 '"credits":[{"product_id":"Reads",'"$(access 2024-12-01)"'}]'
		amend 2024-12-01 '"scheduled_charges":[{"product_id":"Reads","schedule":{"schedule_items":[{"timestamp":"2024-12-01","amount":1}]}}]'
	} >bad
	refuses 3 'mtr-contract amend bad' <<E
mtr-contract: bad:1:88: starting_at "2024-09-30T23:00:00Z": before the contract starts [contract.starting_at]
mtr-contract: bad:2:88: starting_at "2025-10-01": the contract has ended by then [contract.starting_at]
mtr-contract: bad:3:88: starting_at "2024-12-01T00:30:00Z": not on the hour [contract.starting_at]
mtr-contract: bad:4:1: starting_at: missing [missing_field]
mtr-contract: bad:5:1: nothing is added; wanted commits or the like [contract]
mtr-contract: bad:6:117: add_overrides "[]": unknown field; did you mean "overrides"? [unknown_field]
mtr-contract: bad:7:121: recurring_credits "[{}]": unknown field [unknown_field]
mtr-contract: bad:8:125: professional_services "[{}]": not supported [unsupported_field]
mtr-contract: bad:9:37: contract_id "main": the customer has no contract of this id or name [not_found]
mtr-contract: bad:10:126: credits[0].product_id "Reads": wanted a FIXED product, this is a USAGE one [contract.credits.product_id]
mtr-contract: bad:11:136: scheduled_charges[0].product_id "Reads": wanted a FIXED product, this is a USAGE one [contract.scheduled_charges.product_id]
E
	{
		amend 2024-10-01 "$override"
		amend 2025-09-30T23:00:00Z "$override"
	} >good
	given 'mtr-contract amend good'
}

@test "labels of an amendment are the contract's from then on; a key serves once" {
	shop
	amend 2024-12-01 '"overrides":[{"starting_at":"2024-12-01","entitled":false,"product_id":"Reads"}],"custom_fields":{"tier":"silver","note":"x"},"total_contract_value":7,"salesforce_opportunity_id":"S","uniqueness_key":"a-1"' >body
	gives 'mtr-contract amend body | jq -c "[.custom_fields, .total_contract_value, .salesforce_opportunity_id, .netsuite_sales_order_id]"' <<'E'
[{"note":"x","region":"eu","tier":"silver"},7,"S",null]
E
	refuses 3 'mtr-contract amend body' <<E
mtr-contract: body:1:301: uniqueness_key "a-1": belongs to an edit of contract $MAIN [contract.uniqueness_key]
E
	gives 'sed -i s/a-1/a-2/ body; mtr-contract amend body | jq ".overrides | length"' <<'E'
2
E
}

@test "final invoices stay; what an amendment adds to their date is billed beside them" {
	shop
	given 'mtr-contract edit' <<E
{"customer_id":"nw","contract_id":"main","add_scheduled_charges":[{"id":"$CHARGE","product_id":"Support","schedule":{"schedule_items":[{"id":"$DUE","timestamp":"2024-11-01","amount":700}]}}]}
E
	given 'mtr-invoice run -q --now=2024-11-10'
	given 'mtr-contract amend' <<<"$(amend 2024-11-01 '"scheduled_charges":[{"product_id":"Support","schedule":{"schedule_items":[{"timestamp":"2024-11-01","amount":900}]}}]')"
	given 'mtr-invoice run -q --now=2024-11-11'
	gives 'mtr-invoice list | jq -r "select(.type == \"SCHEDULED\") | [.issued_at[:10], .total] | join(\" \")"' <<'E'
2024-11-01 700
2024-11-01 900
E
}
