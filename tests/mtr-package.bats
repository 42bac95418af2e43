# mtr-package: templates that contracts are made of.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

STARTER=00000000-0000-4000-8000-0000000000d1
TEAM=00000000-0000-4000-8000-0000000000d2
CARD=00000000-0000-4000-8000-0000000000b1
READS=00000000-0000-4000-8000-0000000000a1
export STARTER TEAM CARD READS

# A read costs 10 cents and a seat 10 USD a month.
shop() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Reads","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["read"]},"property_filters":[{"name":"n","exists":true}]}
E
	given 'mtr-product create' <<E
{"id":"$READS","name":"Reads","type":"USAGE","billable_metric_id":"Reads","tags":["cloud"]}
{"name":"Credit","type":"FIXED"}
{"name":"Support","type":"FIXED"}
{"name":"Seat","type":"SUBSCRIPTION"}
E
	given 'mtr-ratecard create' <<<"{\"id\":\"$CARD\",\"name\":\"List\",\"aliases\":[{\"name\":\"standard\"}]}"
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Reads","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":10}
{"rate_card_id":"List","product_id":"Seat","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","billing_frequency":"MONTHLY","price":"10 USD"}
E
	given 'mtr-customer create' <<'E'
{"name":"Northwind","ingest_aliases":["nw"]}
{"name":"Acme"}
E
}

# package FIELDS - the body of the package Starter
package() {
	printf '{"id":"%s","name":"Starter"%s}\n' "$STARTER" "${1:+,}${1-}"
}

# make START [FIELDS] - the body of a contract of it
make_of() {
	printf '{"customer_id":"nw","package_id":"Starter","starting_at":"%s"%s}\n' "$1" "${2:+,}${2-}"
}

# off VALUE UNIT, lasts VALUE UNIT, at VALUE UNIT
off() { printf '"starting_at_offset":{"value":%s,"unit":"%s"}' "$1" "$2"; }
lasts() { printf '"duration":{"value":%s,"unit":"%s"}' "$1" "$2"; }
at() { printf '"date_offset":{"value":%s,"unit":"%s"}' "$1" "$2"; }

segment() { # segment OFFSET UNIT DURATION UNIT
	printf '{"amount":"50 USD",%s,%s}' "$(off "$1" "$2")" "$(lasts "$3" "$4")"
}

credit() { # credit SEGMENTS
	printf '"credits":[{"product_id":"Credit","access_schedule":{"schedule_items":[%s]}}]' "$1"
}

# the access of the first credit
access() {
	jq -r '.credits[0].access_schedule.schedule_items[] | [.starting_at, .ending_before] | join(" ")'
}
export -f access

@test "a credit for three months and a subscription, of a contract of a year" {
	shop
	package "$(lasts 12 MONTHS),\"rate_card_id\":\"List\",\"recurring_credits\":[{\"product_id\":\"Credit\",\"priority\":1,\"access_amount\":{\"unit_price\":1000,\"quantity\":1},\"commit_duration\":{\"value\":1},$(off 0 DAYS),$(lasts 3 MONTHS)}],\"subscriptions\":[{\"name\":\"Seats\",\"subscription_rate\":{\"product_id\":\"Seat\",\"billing_frequency\":\"MONTHLY\"},\"collection_schedule\":\"ADVANCE\",\"proration\":{\"is_prorated\":false},\"initial_quantity\":1}]" >body
	given 'mtr-package create body'
	make_of 2025-10-01 >contract
	gives 'mtr-contract create contract | tee made | jq -c "[.package_id, .rate_card_id, .starting_at, .ending_before], [.recurring_credits[0] | .starting_at, .ending_before], [.subscriptions[0] | .starting_at, .ending_before]"; mtr-contract get "$(jq -r .id made)" | jq -r .package_id' <<E
["$STARTER","$CARD","2025-10-01T00:00:00Z","2026-10-01T00:00:00Z"]
["2025-10-01T00:00:00Z","2026-01-01T00:00:00Z"]
["2025-10-01T00:00:00Z","2026-10-01T00:00:00Z"]
$STARTER
E
	gives 'mtr-balance list --customer=nw --now=2026-09-30 | jq -r ".access_schedule.schedule_items[] | [.amount, .starting_at[:10], .ending_before[:10]] | join(\" \")"' <<'E'
1000 2025-10-01 2025-11-01
1000 2025-11-01 2025-12-01
1000 2025-12-01 2026-01-01
E
	given 'mtr-ingest --future-limit=none' <<'E'
{"transaction_id":"1","timestamp":"2025-10-05T00:00:00Z","customer_id":"nw","event_type":"read","properties":{"n":"150"}}
{"transaction_id":"2","timestamp":"2026-01-05T00:00:00Z","customer_id":"nw","event_type":"read","properties":{"n":"150"}}
E
	gives 'mtr-invoice run -nq --now=2026-02-03 | jq -r "select(.type == \"USAGE\") | [.start_timestamp[:10], .subtotal, .total] | join(\" \")"' <<'E'
2025-10-01 2500 1500
2025-11-01 1000 0
2025-12-01 1000 1000
2026-01-01 2500 2500
E
}

@test "every distance becomes a date; months keep the day of the start" {
	shop
	package "$(lasts 2 YEARS),\"contract_name\":\"from the package\",\"net_payment_terms_days\":14,$(credit "$(segment 0 MONTHS 1 MONTHS),$(segment 1 MONTHS 1 MONTHS),$(segment 2 MONTHS 1 YEARS),$(segment 2 WEEKS 1 MONTHS),$(segment 1 DAYS 10 DAYS)"),\"commits\":[{\"type\":\"PREPAID\",\"product_id\":\"Credit\",\"access_schedule\":{\"schedule_items\":[$(segment 0 DAYS 1 YEARS)]},\"invoice_schedule\":{\"schedule_items\":[{$(at 0 DAYS),\"unit_price\":100,\"quantity\":2},{$(at 13 MONTHS),\"amount\":\"3 USD\"}]}}],\"scheduled_charges\":[{\"product_id\":\"Support\",\"schedule\":{\"recurring_schedule\":{$(off 1 MONTHS),$(lasts 3 MONTHS),\"frequency\":\"MONTHLY\",\"amount\":\"6 USD\",\"amount_distribution\":\"DIVIDED\"}}}],\"overrides\":[{$(off 1 MONTHS),$(lasts 1 MONTHS),\"type\":\"MULTIPLIER\",\"multiplier\":\"0.5\",\"product_id\":\"Reads\"},{\"starting_at\":\"2026-01-31\",$(lasts 1 MONTHS),\"entitled\":false,\"product_id\":\"Reads\"},{$(off 0 DAYS),\"ending_before\":\"2026-01-01\",\"entitled\":true,\"product_id\":\"Reads\"}],\"rate_card_alias\":\"standard\",\"usage_statement_schedule\":{\"frequency\":\"QUARTERLY\",\"day\":\"contract_start\",\"invoice_generation_starting_at_offset\":{\"unit\":\"months\",\"value\":3}}" >body
	given 'mtr-package create body'
	make_of 2025-01-31T05:00:00Z >contract
	given 'mtr-contract create contract >made'
	gives 'access <made; jq -c "[.name, .ending_before, .net_payment_terms_days, .rate_card_id], .usage_statement_schedule, [.commits[0].invoice_schedule.schedule_items[] | .timestamp, .unit_price, .quantity], [.scheduled_charges[0].schedule.schedule_items[] | .timestamp, .amount], (.overrides[] | [.starting_at, .ending_before])" made' <<E
2025-01-31T05:00:00Z 2025-02-28T05:00:00Z
2025-02-28T05:00:00Z 2025-03-31T05:00:00Z
2025-03-31T05:00:00Z 2026-03-31T05:00:00Z
2025-02-14T05:00:00Z 2025-03-14T05:00:00Z
2025-02-01T05:00:00Z 2025-02-11T05:00:00Z
["from the package","2027-01-31T05:00:00Z",14,"$CARD"]
{"frequency":"QUARTERLY","day":"CONTRACT_START","invoice_generation_starting_at":"2025-04-30T05:00:00Z","grace_hours":24}
["2025-01-31T05:00:00Z","100","2","2026-02-28T05:00:00Z","300","1"]
["2025-02-28T05:00:00Z","200","2025-03-28T05:00:00Z","200","2025-04-28T05:00:00Z","200"]
["2025-02-28T05:00:00Z","2025-03-31T05:00:00Z"]
["2026-01-31T00:00:00Z","2026-02-28T00:00:00Z"]
["2025-01-31T05:00:00Z","2026-01-01T00:00:00Z"]
E
}

package_bodies() { # one refusal a line
	package "$(lasts 0 MONTHS)"
	package "$(lasts 1 HOURS)"
	package '"duration":{"value":1}'
	package "$(credit '{"amount":1,"starting_at":"2025-01-01",'"$(lasts 1 MONTHS)"'}')"
	package "$(credit '{"amount":1,'"$(off 0 DAYS)"',"ending_before":"2025-01-01"}')"
	package "$(credit '{"amount":1,'"$(off 0 DAYS)"'}')"
	package "$(credit '{"amount":1,'"$(off -1 DAYS),$(lasts 1 DAYS)"'}')"
	package "$(credit '{"id":"00000000-0000-4000-8000-000000000001","amount":1,'"$(off 0 DAYS),$(lasts 1 DAYS)"'}')"
	package "$(credit '{"amount":-1,'"$(off 0 DAYS),$(lasts 1 DAYS)"'}')"
	package '"credits":[{"product_id":"Reads","access_schedule":{"schedule_items":['"$(segment 0 DAYS 1 DAYS)"']}}]'
	package "$(lasts 1 MONTHS),$(credit "$(segment 2 MONTHS 1 DAYS)")"
	package '"scheduled_charges":[{"product_id":"Support","schedule":{"schedule_items":[{"timestamp":"2025-01-01","amount":1}]}}]'
	package '"overrides":[{"type":"MULTIPLIER","multiplier":1}]'
	package '"overrides":[{"starting_at":"2025-01-01",'"$(off 0 DAYS)"',"type":"MULTIPLIER","multiplier":1}]'
	package '"usage_statement_schedule":{"frequency":"MONTHLY","day":"CUSTOM_DATE"}'
	package '"billing_anchor_date":"contract_start_date","usage_statement_schedule":{"frequency":"MONTHLY","day":"FIRST_OF_MONTH"}'
	package '"customer_id":"nw"'
	package '"starting_at":"2025-01-01"'
	package '"rate_card_id":"none"'
	package '"rate_card_alias":"none"'
	package '"rate_card_id":"List","rate_card_alias":"standard"'
	package '"subscriptions":[{"subscription_rate":{"product_id":"Seat","billing_frequency":"MONTHLY"},"collection_schedule":"ADVANCE","proration":{},"initial_quantity":1}]'
	package '"subscriptions":[{"subscription_rate":{"product_id":"Seat","billing_frequency":"MONTHLY"},"collection_schedule":"ADVANCE","proration":{},"initial_quantity":1,"billing_cycle_config":{"anchor_date":"2025-01-01"}}]'
	package '"professional_services":[{}]'
	package '"net_payment_terms_days":-1'
	printf '{"id":"%s"}\n' "$STARTER"
}

@test "a package whose terms make no contract is refused, with the place" {
	shop
	package_bodies >bad
	refuses 3 'mtr-package create bad' <<'E'
mtr-package: bad:1:83: duration.value "0": wanted an integer from 1 to 36500 [package.duration.value]
mtr-package: bad:2:92: duration.unit "HOURS": wanted DAYS, WEEKS, MONTHS or YEARS [package.duration.unit]
mtr-package: bad:3:74: duration.unit: missing [missing_field]
mtr-package: bad:4:160: credits[0].access_schedule.schedule_items[0].starting_at "2025-01-01": a package has no dates; wanted starting_at_offset [package.credits.access_schedule.schedule_items.starting_at]
mtr-package: bad:5:209: credits[0].access_schedule.schedule_items[0].ending_before "2025-01-01": a package has no dates; wanted duration [package.credits.access_schedule.schedule_items.ending_before]
mtr-package: bad:6:134: credits[0].access_schedule.schedule_items[0].duration: missing [missing_field]
mtr-package: bad:7:176: credits[0].access_schedule.schedule_items[0].starting_at_offset.value "-1": wanted an integer from 0 to 36500 [package.credits.access_schedule.schedule_items.starting_at_offset.value]
mtr-package: bad:8:140: credits[0].access_schedule.schedule_items[0].id "00000000-0000-4000-8000-000000000001": contracts of a package have ids of their own [package.credits.access_schedule.schedule_items.id]
mtr-package: bad:9:144: credits[0].access_schedule.schedule_items[0].amount "-1": below zero; a price is 0 or more [contract.credits.access_schedule.schedule_items.amount]
mtr-package: bad:10:88: credits[0].product_id "Reads": wanted a FIXED product, this is a USAGE one [contract.credits.product_id]
mtr-package: bad:11:173: credits[0].access_schedule.schedule_items[0].starting_at "2024-12-03T00:00:00Z": not before the contract's end, 2024-11-03T00:00:00Z [contract.credits.access_schedule.schedule_items.starting_at]
mtr-package: bad:12:151: scheduled_charges[0].schedule.schedule_items[0].timestamp "2025-01-01": a package has no dates; wanted date_offset [package.scheduled_charges.schedule.schedule_items.timestamp]
mtr-package: bad:13:76: overrides[0].starting_at_offset: missing [missing_field]
mtr-package: bad:14:91: overrides[0].starting_at "2025-01-01": given beside starting_at_offset; wanted one of the two [package.overrides.starting_at]
mtr-package: bad:15:119: usage_statement_schedule.day "CUSTOM_DATE": wanted FIRST_OF_MONTH or CONTRACT_START [package.usage_statement_schedule.day]
mtr-package: bad:16:163: usage_statement_schedule.day "FIRST_OF_MONTH": billing_anchor_date says CONTRACT_START [package.usage_statement_schedule.day]
mtr-package: bad:17:77: customer_id "nw": unknown field [unknown_field]
mtr-package: bad:18:77: starting_at "2025-01-01": unknown field [unknown_field]
mtr-package: bad:19:78: rate_card_id "none": no rate card of this id, alias or name [not_found]
mtr-package: bad:20:81: rate_card_alias "none": no rate card bears this alias at the contract's start [not_found]
mtr-package: bad:21:103: rate_card_alias "standard": given beside a rate card; wanted one of the two [contract.rate_card_alias]
mtr-package: bad:22:101: subscriptions[0].subscription_rate "f4f2f91f-65b8-8377-8fa6-06e902ed49a1": the contract has no rate card [contract.subscriptions.subscription_rate]
mtr-package: bad:23:259: subscriptions[0].billing_cycle_config.anchor_date "2025-01-01": a package has no dates [package.subscriptions.billing_cycle_config.anchor_date]
mtr-package: bad:24:87: professional_services "[{}]": not supported [unsupported_field]
mtr-package: bad:25:88: net_payment_terms_days "-1": wanted an integer from 0 to 36500 [package.net_payment_terms_days]
mtr-package: bad:26:1: name: missing [missing_field]
E
	gives 'mtr-package list' </dev/null
}

@test "a package is kept as it came, with ids for names; it does not change" {
	shop
	package "$(lasts 1 YEARS),\"rate_card_id\":\"List\",$(credit "$(segment 0 DAYS 1 MONTHS)"),\"custom_fields\":{\"product_id\":\"x\"},\"billing_provider\":\"stripe\"" >body
	gives 'mtr-package create -n body >dry; mtr-package create body | tee made | diff - dry; mtr-package get Starter | diff - made; jq -c "[.rate_card_id, .duration, .billing_provider, .custom_fields, (.credits[0] | .product_id, .access_schedule)]" made' <<E
["$CARD",{"unit":"YEARS","value":1},"stripe",{"product_id":"x"},"$(mtr-product get Credit | jq -r .id)",{"schedule_items":[{"amount":"50 USD","duration":{"unit":"MONTHS","value":1},"starting_at_offset":{"unit":"DAYS","value":0}}]}]
E
	given 'mtr-product update' <<<'{"product_id":"Credit","starting_at":"2020-01-01","name":"Voucher"}'
	given 'mtr-contract create' <<<"$(make_of 2025-01-01)"
	gives 'sed "s/Credit/Voucher/" body | mtr-package create --if-absent | diff - made' </dev/null
	refuses 3 'sed s/YEARS/MONTHS/ body | sed "s/Credit/Voucher/" | mtr-package create --if-absent' <<E
mtr-package: stdin:1:1: package $STARTER is there already and differs from this [differs]
E
	refuses 3 'sed "s/Credit/Voucher/" body | mtr-package create' <<E
mtr-package: stdin:1:7: id "$STARTER": another object has this id [id_taken]
E
	gives 'mtr-db check; mtr-package list | diff - made' <<'E'
{"type":"check","differences":0}
E
}

@test "a contract of a package brings little of its own" {
	shop
	given 'mtr-package create' <<<"$(package "$(lasts 1 YEARS),\"contract_name\":\"main\"")"
	make_of 2025-01-01 '"name":"mine","uniqueness_key":"k","custom_fields":{"a":"b"}' >good
	gives 'mtr-contract create good | jq -c "[.name, .uniqueness_key, .custom_fields, .ending_before]"' <<'E'
["mine","k",{"a":"b"},"2026-01-01T00:00:00Z"]
E
	{
		make_of 2025-01-01 '"ending_before":"2025-02-01"'
		make_of 2025-01-01 '"rate_card_id":"List"'
		make_of 2025-01-01 '"net_payment_terms_days":3'
		make_of 2025-01-01 '"credits":[]'
		make_of 2025-01-01 '"usage_statement_schedule":{"frequency":"MONTHLY"}'
		make_of 2025-01-01 '"package_alias":"x"'
		make_of 2025-01-01 '"colour":"red"'
		make_of 2025-01-01 '"uniqueness_key":"k"'
		make_of 2025-01-01T00:30:00Z
		printf '{"customer_id":"nw","package_id":"Starter"}\n'
		printf '{"customer_id":"nw","package_id":"none","starting_at":"2025-01-01"}\n'
		printf '{"customer_id":"nw","package_alias":"Starter","starting_at":"2025-01-01"}\n'
		printf '{"customer_id":"none","package_id":"Starter","starting_at":"2025-01-01"}\n'
		make_of 2025-01-01 '"transition":{"from_contract_id":"none","type":"RENEWAL"}'
		printf '{"customer_id":"nw","package_id":"Starter","starting_at":"2261-12-01"}\n'
	} >bad
	refuses 3 'mtr-contract create bad' <<E
mtr-contract: bad:1:87: ending_before "2025-02-01": a contract of a package has this from there [contract.ending_before]
mtr-contract: bad:2:86: rate_card_id "List": a contract of a package has this from there [contract.rate_card_id]
mtr-contract: bad:3:96: net_payment_terms_days "3": a contract of a package has this from there [contract.net_payment_terms_days]
mtr-contract: bad:4:81: credits "[]": a contract of a package has this from there [contract.credits]
mtr-contract: bad:5:98: usage_statement_schedule "{\\"frequency\\":\\"MONTHLY\\"}": a contract of a package has this from there [contract.usage_statement_schedule]
mtr-contract: bad:6:87: package_alias "x": given beside a package; wanted one of the two [contract.package_alias]
mtr-contract: bad:7:80: colour "red": unknown field [unknown_field]
mtr-contract: bad:8:88: uniqueness_key "k": belongs to contract $(mtr-contract get mine | jq -r .id) [contract.uniqueness_key]
mtr-contract: bad:9:58: starting_at "2025-01-01T00:30:00Z": not on the hour [contract.starting_at]
mtr-contract: bad:10:1: starting_at: missing [missing_field]
mtr-contract: bad:11:34: package_id "none": no package of this id, alias or name [not_found]
mtr-contract: bad:12:37: package_alias "Starter": no package bears this alias at the contract's start [not_found]
mtr-contract: bad:13:16: customer_id "none": no customer of this id, alias or name [not_found]
mtr-contract: bad:14:104: transition.from_contract_id "none": no contract of this id or name [not_found]
mtr-contract: bad:15:34: package_id "Starter": duration "{"unit":"YEARS","value":1}": beyond the range of instants [package.duration]
E
	given 'mtr-contract create' <<<"$(make_of 2026-01-01 '"transition":{"from_contract_id":"mine","type":"RENEWAL"}')"
	gives 'mtr-contract list | wc -l' <<<2
}

@test "where the package is what fails, its place is named" {
	shop
	given 'mtr-package create' <<<"$(package "$(lasts 1 MONTHS),$(credit "$(segment 30 DAYS 1 DAYS)")")"
	make_of 2025-01-01 >january
	make_of 2025-02-01 >february
	gives 'mtr-contract create january | access' <<'E'
2025-01-31T00:00:00Z 2025-02-01T00:00:00Z
E
	refuses 3 'mtr-contract create february' <<'E'
mtr-contract: february:1:34: package_id "Starter": credits[0].access_schedule.schedule_items[0].starting_at "2025-03-03T00:00:00Z": not before the contract's end, 2025-03-01T00:00:00Z [contract.credits.access_schedule.schedule_items.starting_at]
E
	given 'mtr-product archive Credit'
	refuses 3 'mtr-contract create january' <<E
mtr-contract: january:1:34: package_id "Starter": credits[0].product_id "$(mtr-product get Credit | jq -r .id)": the product is archived [archived]
E
}

@test "an alias designates the package that it was given to last, from then on" {
	shop
	package '"aliases":[{"name":"offer"}],"net_payment_terms_days":1' >one
	printf '{"id":"%s","name":"Team","aliases":[{"name":"offer","starting_at":"2025-06-01"}],"net_payment_terms_days":2}\n' "$TEAM" >two
	given 'mtr-package create one two'
	gives 'mtr-package list | jq -c "[.name, .aliases]"; mtr-package get --now=2025-05-31 offer | jq -r .name; mtr-package get --now=2025-06-01 offer | jq -r .name' <<'E'
["Starter",[{"name":"offer","ending_before":"2025-06-01T00:00:00Z"}]]
["Team",[{"name":"offer","starting_at":"2025-06-01T00:00:00Z"}]]
Starter
Team
E
	for start in 2025-05-31T23:00:00Z 2025-06-01; do
		printf '{"customer_id":"nw","package_alias":"offer","starting_at":"%s"}\n' "$start"
	done >contracts
	gives 'mtr-contract create contracts | jq -r .net_payment_terms_days' <<'E'
1
2
E
	given 'mtr-package archive Team'
	gives 'mtr-package list | jq -r .name; mtr-package list --archived | jq -c "[.name, .aliases[0].starting_at, .archived_at]"' <<'E'
Starter
["Starter",null,null]
["Team","2025-06-01T00:00:00Z","2024-10-03T00:00:00Z"]
E
	refuses 3 'tail -1 contracts | mtr-contract create' <<'E'
mtr-contract: stdin:1:37: package_alias "offer": the package is archived [archived]
E
	gives 'mtr-package archive Team | jq -r .archived_at; head -1 contracts | mtr-contract create | jq -r .net_payment_terms_days' <<'E'
2024-10-03T00:00:00Z
1
E
}

@test "the contracts of a package, and those that hold at an instant" {
	shop
	given 'mtr-package create' <<<"$(package "$(lasts 1 YEARS)")"
	for year in 2023 2024 2025; do
		make_of "$year-01-01" "\"name\":\"$year\""
	done >contracts
	printf '{"customer_id":"Acme","name":"alone","starting_at":"2024-01-01"}\n' >>contracts
	given 'mtr-contract create contracts'
	given 'mtr-contract archive --void-invoices=no 2023'
	gives 'mtr-package contracts Starter | jq -r .name; echo; mtr-package contracts --archived Starter | jq -r .name; echo; mtr-package contracts --covering=2024-12-31T23:59:59Z Starter | jq -r .name; mtr-package contracts --covering=2025-01-01 Starter | jq -r .name; mtr-package contracts --limit=1 --archived Starter | jq -r .name; mtr-package contracts --archived --after="$(mtr-contract get 2023 | jq -r .id)" --limit=1 Starter | jq -r .name' <<'E'
2024
2025

2023
2024
2025

2024
2025
2023
2024
E
	gives 'mtr-contract list | jq -c "[.name, .package_id]"; mtr-package contracts -o csv Starter | cut -d, -f2,4' <<E
["2024","$STARTER"]
["2025","$STARTER"]
["alone",null]
name,starting_at
2024,2024-01-01T00:00:00.000000000Z
2025,2025-01-01T00:00:00.000000000Z
E
	refuses 3 'mtr-package contracts none' <<'E'
mtr-package: "none": no package of this id, alias or name [not_found]
E
	refuses 2 'mtr-package contracts --covering=x Starter' <<'E'
mtr-package: --covering "x": not a time (YYYY-MM-DDThh:mm:ssZ) [usage]
usage: mtr-package contracts [option ...] package
help: mtr-package contracts --help
E
}

@test "a contract of a package is an ordinary one: it is edited, and the card goes on" {
	shop
	given 'mtr-package create' <<<"$(package '"rate_card_alias":"standard","overrides":[{"starting_at_offset":{"value":0,"unit":"DAYS"},"type":"MULTIPLIER","multiplier":"0.5","product_id":"Reads"}]')"
	given 'mtr-contract create' <<<"$(make_of 2024-09-01 '"name":"main"')"
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card_id":"List","product_id":"Reads","starting_at":"2024-10-01","entitled":true,"rate_type":"FLAT","price":30}
E
	given 'mtr-contract edit' <<'E'
{"customer_id":"nw","contract_id":"main","update_net_payment_terms_days":9}
E
	given 'mtr-ingest --future-limit=none' <<'E'
{"transaction_id":"1","timestamp":"2024-09-05T00:00:00Z","customer_id":"nw","event_type":"read","properties":{"n":"1"}}
{"transaction_id":"2","timestamp":"2024-10-05T00:00:00Z","customer_id":"nw","event_type":"read","properties":{"n":"1"}}
E
	gives 'mtr-contract get main | jq -c "[.package_id, .net_payment_terms_days]"; mtr-invoice run -nq --now=2024-11-03 | jq -r .total' <<E
["$STARTER",9]
5
15
E
}

@test "overrides name the commits of the package; words of either interface" {
	shop
	package '"rate_card_id":"List","commits":[{"temporary_id":"c","type":"PREPAID","product_id":"Credit","access_schedule":{"schedule_items":['"$(segment 0 DAYS 1 YEARS)"']}}],"overrides":[{'"$(off 0 DAYS)"',"type":"MULTIPLIER","multiplier":"0.5","is_commit_specific":true,"target":"LIST_RATE","override_specifiers":[{"product_id":"Reads","commit_template_ids":["c"]}]}]' >body
	refuses 3 "sed 's/\"commit_template/\"commit_ids\":[\"c\"],&/' body | mtr-package create" <<'E'
mtr-package: stdin:1:534: overrides[0].override_specifiers[0].commit_template_ids "[\"c\"]": given beside commit_ids; wanted one of the two [package.overrides.override_specifiers.commit_template_ids]
E
	given 'mtr-package create body'
	make_of 2024-09-01 >contract
	gives 'mtr-contract create contract | jq ".overrides[0].override_specifiers[0].commit_ids[0] == .commits[0].id"' <<<true
}

@test "billing_anchor_date is another word for the day of the statements" {
	shop
	{
		printf '{"name":"a","billing_anchor_date":"contract_start_date"}\n'
		printf '{"name":"b","billing_anchor_date":"first_billing_period"}\n'
		printf '{"name":"c","billing_anchor_date":"CONTRACT_START_DATE","usage_statement_schedule":{"frequency":"ANNUAL"}}\n'
		printf '{"name":"d"}\n'
	} >bodies
	given 'mtr-package create bodies'
	for name in a b c d; do
		printf '{"customer_id":"nw","package_id":"%s","starting_at":"2024-09-15"}\n' "$name"
	done >contracts
	gives 'mtr-contract create contracts | jq -r ".usage_statement_schedule | [.frequency, .day] | join(\" \")"' <<'E'
MONTHLY CONTRACT_START
MONTHLY FIRST_OF_MONTH
ANNUAL CONTRACT_START
MONTHLY FIRST_OF_MONTH
E
}

@test "packages are CSV too; a uniqueness key serves one" {
	shop
	cat >body.csv <<'E'
name,duration,net_payment_terms_days,credits,uniqueness_key
Starter,"{""unit"":""MONTHS"",""value"":2}",30,"[{""product_id"":""Credit"",""access_schedule"":{""schedule_items"":[{""amount"":5,""starting_at_offset"":{""unit"":""DAYS"",""value"":0},""duration"":{""unit"":""DAYS"",""value"":9}}]}}]",once
E
	given 'mtr-package create body.csv'
	make_of 2024-09-01 >contract
	gives 'mtr-contract create contract | tee made | access; jq -c "[.ending_before, .net_payment_terms_days]" made' <<'E'
2024-09-01T00:00:00Z 2024-09-10T00:00:00Z
["2024-11-01T00:00:00Z",30]
E
	refuses 3 'sed s/^Starter/Other/ body.csv | mtr-package create -i csv' <<E
mtr-package: stdin:2:5: uniqueness_key "once": belongs to package $(mtr-package get Starter | jq -r .id) [package.uniqueness_key]
E
	gives 'mtr-package list | wc -l' <<<1
}

@test "terms that somebody has changed are found; the tables refuse changes" {
	shop
	given 'mtr-package create' <<<"$(package '"aliases":[{"name":"offer"}]')"
	for change in "UPDATE package SET name = 'x'" "DELETE FROM package" "UPDATE package_alias SET name = 'x'" "DELETE FROM package_alias"; do
		run ! sqlite3 mtr.db "$change"
		[[ $output == *'is append-only'* ]]
	done
	sqlite3 mtr.db "DROP TRIGGER package_no_update; UPDATE package SET terms = '{\"name\":\"Cheap\"}'"
	try 'mtr-db check'
	status_is 1
	err_empty
	grep -F check.package "$OUT" >found
	checked out
	printf '{"type":"difference","code":"check.package","message":"package %s: its terms are not those of change 11"}\n' "$STARTER" | diff - found
}
