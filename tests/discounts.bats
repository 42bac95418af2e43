# Discounts: what a contract takes off on set dates.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

MAIN=00000000-0000-4000-8000-0000000000d1
FEE=00000000-0000-4000-8000-0000000000e1
OFF=00000000-0000-4000-8000-0000000000e2
export MAIN FEE OFF

shop() {
	db
	given 'mtr-product create' <<'E'
{"name":"Support","type":"FIXED","custom_fields":{"gl":"4000"}}
{"name":"Loyalty","type":"FIXED"}
{"name":"Seat","type":"SUBSCRIPTION"}
E
	given 'mtr-customer create' <<<'{"name":"Northwind","ingest_aliases":["nw"]}'
}

# contract FIELDS - of Northwind, for 2025
contract() {
	printf '{"id":"%s","customer_id":"nw","name":"main","starting_at":"2025-01-01","ending_before":"2026-01-01"%s}\n' "$MAIN" "${1:+,}${1-}"
}

# charges, discounts SCHEDULE
charges() { printf '"scheduled_charges":[{"id":"%s","product_id":"Support","schedule":%s}]' "$FEE" "$1"; }
discounts() { printf '"discounts":[{"id":"%s","product_id":"Loyalty","name":"For loyalty","custom_fields":{"why":"old"},"schedule":%s}]' "$OFF" "$1"; }
items() { printf '{"schedule_items":[%s]}' "$1"; }
item() { printf '{"timestamp":"%s","amount":"%s"}' "$1" "$2"; }
# monthly AMOUNT DISTRIBUTION - January to March
monthly() { printf '{"recurring_schedule":{"starting_at":"2025-01-01","ending_before":"2025-04-01","frequency":"MONTHLY","amount":"%s","amount_distribution":"%s"}}' "$1" "$2"; }

# date, total, and the lines of an invoice
lines() {
	jq -r '[.issued_at[:10], .total_exact // .total, (.line_items[] | .unit_price_exact // .unit_price, .total_exact // .total)] | join(" ")'
}
export -f lines

@test "a discount is a negative line beside what is charged that day" {
	shop
	contract "$(charges "$(items "$(item 2025-02-01 '100 USD')")"),$(discounts "$(items "$(item 2025-02-01 '30 USD'),{\"timestamp\":\"2025-03-01\",\"unit_price\":\"2.50 USD\",\"quantity\":2}")")" >body
	given 'mtr-contract create body >made; mtr-contract get main | diff - made'
	gives 'jq -c "(.discounts[] | [.id, .name, .custom_fields, (.schedule.schedule_items[] | .timestamp, .unit_price, .quantity)]), .scheduled_charges[].id" made' <<E
["$OFF","For loyalty",{"why":"old"},"2025-02-01T00:00:00Z","3000","1","2025-03-01T00:00:00Z","250","2"]
"$FEE"
E
	given 'mtr-invoice run -q --now=2025-02-02 >run'
	gives 'mtr-invoice list >all; lines <all; jq -c ".line_items[] | [.type, .name, .scheduled_charge_id, .discount_id, .discount_custom_fields, .product_custom_fields]" all; jq -r .amount_due_major all; mtr-db check' <<E
2025-02-01 7000 10000 10000 -3000 -3000
["scheduled","Support","$FEE",null,null,{"gl":"4000"}]
["scheduled","For loyalty",null,"$OFF",{"why":"old"},null]
70.00
{"type":"check","differences":0}
E
	gives 'mtr-invoice run -nq --now=2025-03-02 | tee march | lines; jq -c "[.amount_due, .line_items[0].quantity]" march' <<'E'
2025-03-01 -500 -250 -500
["-500","2"]
E
}

@test "each, divided, and divided in whole cents, as charges are" {
	shop
	for distribution in EACH DIVIDED DIVIDED_ROUNDED; do
		for kind in charges discounts; do
			contract "$("$kind" "$(monthly '1 USD' "$distribution")")" | sed "s/$MAIN/00000000-0000-4000-8000-00000000000${#kind}/; s/\"main\"/\"$kind\"/" >"$kind.body"
		done
		given "mtr-contract create -n discounts.body | jq -r '.discounts[].schedule.schedule_items[] | .amount_exact // .amount' >off; mtr-contract create -n charges.body | jq -r '.scheduled_charges[].schedule.schedule_items[] | .amount_exact // .amount' | diff off -; cat off >>all"
	done
	gives 'paste -sd" " all' <<'E'
100 100 100 100/3 100/3 100/3 33 33 34
E
	given 'mtr-contract create discounts.body'
	gives 'mtr-invoice run -nq --now=2025-06-02 | lines' <<'E'
2025-01-01 -33 -33 -33
2025-02-01 -33 -33 -33
2025-03-01 -34 -34 -34
E
}

@test "edits and amendments add discounts; edits of charges leave them alone" {
	shop
	given 'mtr-contract create' <<<"$(contract "$(charges "$(items "$(item 2025-02-01 '100 USD')")")")"
	given 'mtr-contract edit' <<<"{\"customer_id\":\"nw\",\"contract_id\":\"main\",\"add_$(discounts "$(items "$(item 2025-02-01 '10 USD')")" | cut -c2-)}"
	given 'mtr-contract amend' <<<"{\"customer_id\":\"nw\",\"contract_id\":\"main\",\"starting_at\":\"2025-02-01\",$(discounts "$(items "$(item 2025-02-01 '5 USD')")" | sed "s/\"id\":\"$OFF\",//")}"
	given 'mtr-contract edit' <<<"{\"customer_id\":\"nw\",\"contract_id\":\"main\",\"add_$(charges "$(items "$(item 2025-02-01 '7 USD')")" | cut -c2- | sed "s/\"id\":\"$FEE\",//")}"
	gives 'mtr-invoice run -nq --now=2025-02-02 | lines; mtr-contract history main | jq -c "[.verb, (.changes[].field | sub(\"\\\\[.*\"; \"\"))]"' <<'E'
2025-02-01 9200 10000 10000 700 700 -1000 -1000 -500 -500
["edit","discounts"]
["amend","discounts"]
["edit","scheduled_charges"]
E
	{
		printf '{"customer_id":"nw","contract_id":"main","update_scheduled_charges":[{"scheduled_charge_id":"%s","schedule":{}}]}\n' "$OFF"
		printf '{"customer_id":"nw","contract_id":"main","archive_scheduled_charges":[{"id":"%s"}]}\n' "$OFF"
	} >bad
	refuses 3 'mtr-contract edit bad' <<E
mtr-contract: bad:1:93: update_scheduled_charges[0].scheduled_charge_id "$OFF": the contract has none of this id or name, or several of the name [not_found]
mtr-contract: bad:2:77: archive_scheduled_charges[0].id "$OFF": the contract has none of this id or name, or several of the name [not_found]
E
	given 'mtr-contract edit' <<<"{\"customer_id\":\"nw\",\"contract_id\":\"main\",\"archive_scheduled_charges\":[{\"id\":\"$FEE\"}]}"
	gives 'mtr-invoice run -nq --now=2025-02-02 | lines; mtr-db check' <<'E'
2025-02-01 -800 700 700 -1000 -1000 -500 -500
{"type":"check","differences":0}
E
}

@test "what a final invoice took off is not taken off again" {
	shop
	given 'mtr-contract create' <<<"$(contract "$(discounts "$(items "$(item 2025-02-01 '10 USD'),$(item 2025-06-01 '10 USD')")")")"
	given 'mtr-invoice run -q --now=2025-02-02; mtr-invoice run -q --now=2025-02-03'
	given 'mtr-contract amend' <<<"{\"customer_id\":\"nw\",\"contract_id\":\"main\",\"starting_at\":\"2025-02-01\",$(discounts "$(items "$(item 2025-02-01 '5 USD')")" | sed "s/\"id\":\"$OFF\",//")}"
	given 'mtr-invoice run -q --now=2025-02-04; mtr-contract set-end --ending-before=2025-05-01 main; mtr-invoice run -q --now=2025-07-01'
	gives 'mtr-invoice list | jq -c "select(.type == \"SCHEDULED\")" | lines; mtr-db check' <<'E'
2025-02-01 -1000 -1000 -1000
2025-02-01 -500 -500 -500
{"type":"check","differences":0}
E
}

@test "a discount has an amount without a minus, and a FIXED product" {
	shop
	{
		contract "$(discounts "$(items "$(item 2025-02-01 '10 USD'),$(item 2025-02-01 '-10 USD')")")"
		contract "$(discounts "$(monthly '-1 USD' EACH)")"
		contract "$(discounts "$(items "$(item 2025-02-01 '10 EUR')")")"
		contract "$(discounts "$(items '')")"
		contract "$(discounts "$(items "$(item 2025-02-01 '10 USD')")" | sed s/Loyalty/Seat/)"
		contract "$(discounts "$(items "$(item 2025-02-01 '10 USD')")" | sed s/Loyalty/none/)"
		contract '"discounts":[{"product_id":"Loyalty"}]'
		contract '"discounts":[{"product_id":"Loyalty","schedule":{"schedule_items":[{"timestamp":"2025-02-01","amount":1}]},"fraction":0.1}]'
		contract "$(charges "$(items "$(item 2025-02-01 1)")"),$(discounts "$(items "$(item 2025-02-01 1)")" | sed "s/$OFF/$FEE/")"
	} >bad
	refuses 3 'mtr-contract create bad' <<E
mtr-contract: bad:1:278: discounts[0].schedule: a discount of less than 0; its amount has no minus [contract.discounts.schedule]
mtr-contract: bad:2:278: discounts[0].schedule: a discount of less than 0; its amount has no minus [contract.discounts.schedule]
mtr-contract: bad:3:332: discounts[0].schedule.schedule_items[0].amount "10 EUR": in EUR where USD is wanted [contract.discounts.schedule.schedule_items.amount]
mtr-contract: bad:4:296: discounts[0].schedule.schedule_items "[]": wanted at least 1 item, found 0 [contract.discounts.schedule.schedule_items]
mtr-contract: bad:5:206: discounts[0].product_id "Seat": wanted a FIXED product, this is a SUBSCRIPTION one [contract.discounts.product_id]
mtr-contract: bad:6:206: discounts[0].product_id "none": no product of this id or name [not_found]
mtr-contract: bad:7:148: discounts[0].schedule: missing [missing_field]
mtr-contract: bad:8:253: discounts[0].fraction "0.1": unknown field [unknown_field]
mtr-contract: bad:9:317: discounts[0].id "$FEE": another object has this id [id_taken]
E
	cat >early <<E
{"customer_id":"nw","contract_id":"main","starting_at":"2025-03-01",$(charges "$(items "$(item 2025-03-01 1)")"),$(discounts "$(items "$(item 2025-03-01 1),$(item 2025-02-28T23:00:00Z 1)")")}
E
	given 'mtr-contract create' <<<"$(contract)"
	refuses 3 'mtr-contract amend early' <<E
mtr-contract: early:1:375: discounts[0].schedule "2025-02-28T23:00:00Z": before the amendment, which starts at 2025-03-01T00:00:00Z [contract.discounts.schedule]
E
	given 'sed s/2025-02-28T23:00:00Z/2025-03-01/ early | mtr-contract amend'
	given 'mtr-contract create' <<<"{\"customer_id\":\"nw\",\"starting_at\":\"2025-01-01\",$(discounts "$(items "$(item 2025-02-01 0)")" | sed "s/\"id\":\"$OFF\",//")}"
}

@test "packages have discounts too, on distances" {
	shop
	given 'mtr-package create' <<'E'
{"name":"Starter","discounts":[{"product_id":"Loyalty","schedule":{"schedule_items":[{"date_offset":{"value":1,"unit":"MONTHS"},"amount":"3 USD"}]}}]}
E
	given 'mtr-contract create' <<<'{"customer_id":"nw","package_id":"Starter","starting_at":"2025-01-31"}'
	gives 'mtr-invoice run -nq --now=2025-03-01T00:00:00Z | lines' <<'E'
2025-02-28 -300 -300 -300
E
}
