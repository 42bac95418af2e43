# mtr-ratecard: list prices over time.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

# cards - List (in USD) and Euro (in EUR), ids ...c1 and ...c2
cards() {
	db
	cat >cards.ndjson <<'E'
{"id":"33333333-0000-4000-8000-0000000000c1","name":"List","aliases":[{"name":"standard"}]}
{"id":"33333333-0000-4000-8000-0000000000c2","name":"Euro","fiat_credit_type_id":"EUR"}
E
	given 'mtr-ratecard create cards.ndjson'
}

# priced - cards, and what has prices: Calls (plain), Storage (by cloud and region), Fee (fixed)
priced() {
	cards
	cat >metrics.ndjson <<'E'
{"id":"11111111-0000-4000-8000-000000000001","name":"Calls","aggregation_type":"COUNT"}
{"id":"11111111-0000-4000-8000-000000000002","name":"Bytes","aggregation_type":"SUM","aggregation_key":"bytes","property_filters":[{"name":"bytes"},{"name":"cloud"},{"name":"region"}],"group_keys":[["cloud","region"]]}
E
	cat >products.ndjson <<'E'
{"id":"22222222-0000-4000-8000-0000000000a1","name":"Calls","type":"USAGE","billable_metric_id":"Calls"}
{"id":"22222222-0000-4000-8000-0000000000a2","name":"Storage","type":"USAGE","billable_metric_id":"Bytes","pricing_group_key":["cloud","region"]}
{"id":"22222222-0000-4000-8000-0000000000f1","name":"Fee","type":"FIXED"}
E
	given 'mtr-metric create metrics.ndjson; mtr-product create products.ndjson'
}

# letters N - N times the letter é, which takes two bytes
letters() {
	printf 'é%.0s' $(seq "$1")
}
export -f letters

# holding CARD AT ... - start and price of the rate that holds at each instant
holding() {
	local card=$1 at
	shift
	for at; do
		printf '%s ' "$at"
		mtr-ratecard rates "$card" --at="$at" | jq -c '[.starting_at,.ending_before,.price]' | paste -sd ' '
	done
}
export -f holding

# ---- create ----

@test "create gives back what it stored" {
	db
	cat >cards.ndjson <<'E'
{"name":"List","description":"prices of 2024","aliases":[{"name":"standard","starting_at":"2024-01-01T00:00:00Z"},{"name":"old","ending_before":"2024-06-01T07:00:00Z"},{"name":"always"}],"custom_fields":{"team":"eu","desk":"4"}}
{"name":"Euro","fiat_credit_type_id":"EUR"}
E
	gives 'mtr-ratecard create cards.ndjson' <<'E'
{"id":"739b80e8-0d02-813a-b069-32e5a731d368","name":"List","description":"prices of 2024","fiat_credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"aliases":[{"name":"standard","starting_at":"2024-01-01T00:00:00Z"},{"name":"old","ending_before":"2024-06-01T07:00:00Z"},{"name":"always"}],"custom_fields":{"desk":"4","team":"eu"},"created_at":"2024-10-03T00:00:00Z"}
{"id":"46c1f818-d89b-8bab-9824-6d1a2bf07c7e","name":"Euro","fiat_credit_type":{"id":"51366324-7035-8693-a1cb-3ed4a45b6383","name":"EUR"},"aliases":[],"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-ratecard list' <<'E'
{"id":"739b80e8-0d02-813a-b069-32e5a731d368","name":"List","description":"prices of 2024","fiat_credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"aliases":[{"name":"standard","starting_at":"2024-01-01T00:00:00Z"},{"name":"old","ending_before":"2024-06-01T07:00:00Z"},{"name":"always"}],"custom_fields":{"desk":"4","team":"eu"},"created_at":"2024-10-03T00:00:00Z"}
{"id":"46c1f818-d89b-8bab-9824-6d1a2bf07c7e","name":"Euro","fiat_credit_type":{"id":"51366324-7035-8693-a1cb-3ed4a45b6383","name":"EUR"},"aliases":[],"created_at":"2024-10-03T00:00:00Z"}
E
}

@test "the unit of a card is a currency by code, id or name; USD where none is named" {
	db
	cat >cards.ndjson <<'E'
{"name":"1"}
{"name":"2","fiat_credit_type_id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2"}
{"name":"3","fiat_credit_type_id":"USD (cents)"}
{"name":"4","fiat_credit_type_id":"usd"}
{"name":"5","fiat_credit_type_id":"jpy"}
{"name":"6","fiat_credit_type_id":"51366324-7035-8693-a1cb-3ed4a45b6383"}
E
	gives 'mtr-ratecard create cards.ndjson | jq -r .fiat_credit_type.name' <<'E'
USD (cents)
USD (cents)
USD (cents)
USD (cents)
JPY
EUR
E
	cat >bad.ndjson <<'E'
{"name":"X","fiat_credit_type_id":"XXX"}
{"name":"X","fiat_credit_type_id":"EUR (cents)"}
{"name":"X","fiat_credit_type_id":"51366324-7035-8693-a1cb-000000000000"}
{"name":"X","fiat_credit_type_id":""}
{"name":"X","fiat_credit_type_id":840}
E
	refuses 3 'mtr-ratecard create bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:35: fiat_credit_type_id "XXX": no such unit; wanted an ISO 4217 code, or the id or name of one [rate_card.fiat_credit_type_id]
mtr-ratecard: bad.ndjson:2:35: fiat_credit_type_id "EUR (cents)": no such unit; wanted an ISO 4217 code, or the id or name of one [rate_card.fiat_credit_type_id]
mtr-ratecard: bad.ndjson:3:35: fiat_credit_type_id "51366324-7035-8693-a1cb-000000000000": no such unit; wanted an ISO 4217 code, or the id or name of one [rate_card.fiat_credit_type_id]
mtr-ratecard: bad.ndjson:4:35: fiat_credit_type_id "": wanted 1 to 64 characters, found 0 [rate_card.fiat_credit_type_id]
mtr-ratecard: bad.ndjson:5:35: fiat_credit_type_id "840": wanted a string, found a number [rate_card.fiat_credit_type_id]
E
}

@test "CSV makes the same cards as NDJSON" {
	cat >cards.ndjson <<'E'
{"name":"List","description":"prices, list","fiat_credit_type_id":"CHF","aliases":[{"name":"standard","starting_at":"2024-01-01"}],"custom_fields":{"team":"eu"}}
{"name":"Other"}
E
	cat >cards.csv <<'E'
name,description,fiat_credit_type_id,aliases,custom_fields.team
List,"prices, list",CHF,"[{""name"":""standard"",""starting_at"":""2024-01-01""}]",eu
Other,,,,
E
	for file in cards.ndjson cards.csv; do
		rm -f mtr.db*
		db
		given "mtr-ratecard create $file"
		mv "$OUT" "$file.out"
	done
	given 'diff cards.ndjson.out cards.csv.out'
	gives 'mtr-ratecard get standard | jq -c "[.name,.aliases]"' <<'E'
["List",[{"name":"standard","starting_at":"2024-01-01T00:00:00Z"}]]
E
}

@test "what a card cannot be" {
	cards
	cat >bad.ndjson <<'E'
{"description":"no name"}
{"name":""}
{"name":7}
{"name":"X","credit_type_conversions":[{"custom_credit_type_id":"33333333-0000-4000-8000-0000000000c9","fiat_per_custom_credit":100}]}
{"name":"X","currency":"EUR"}
{"name":"X","alias":"standard"}
{"id":"33333333-0000-4000-8000-0000000000c1","name":"X"}
{"id":"c1","name":"X"}
{"name":"X","aliases":["standard"]}
{"name":"X","aliases":[{"starting_at":"2024-01-01"}]}
{"name":"X","aliases":[{"name":""}]}
{"name":"X","aliases":[{"name":"a"},{"name":"b","starting_at":"2024-01-01T00:30:00Z"}]}
{"name":"X","aliases":[{"name":"a","ending_before":"2024-01-01T00:00:00.5Z"}]}
{"name":"X","aliases":[{"name":"a","starting_at":"2024-02-01","ending_before":"2024-02-01"}]}
{"name":"X","aliases":[{"name":"a","starts":"2024-02-01"}]}
E
	refuses 3 'mtr-ratecard create bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:1: name: missing [missing_field]
mtr-ratecard: bad.ndjson:2:9: name "": wanted 1 to 160 characters, found 0 [rate_card.name]
mtr-ratecard: bad.ndjson:3:9: name "7": wanted a string, found a number [rate_card.name]
mtr-ratecard: bad.ndjson:4:65: credit_type_conversions[0].custom_credit_type_id "33333333-0000-4000-8000-0000000000c9": no such unit; wanted an ISO 4217 code, or the id or name of one [rate_card.credit_type_conversions.custom_credit_type_id]
mtr-ratecard: bad.ndjson:5:24: currency "EUR": unknown field [unknown_field]
mtr-ratecard: bad.ndjson:6:21: alias "standard": unknown field; did you mean "aliases"? [unknown_field]
mtr-ratecard: bad.ndjson:7:7: id "33333333-0000-4000-8000-0000000000c1": another object has this id [id_taken]
mtr-ratecard: bad.ndjson:8:7: id "c1": wanted a UUID [rate_card.id]
mtr-ratecard: bad.ndjson:9:24: aliases[0] "standard": wanted an object, found a string [rate_card.aliases]
mtr-ratecard: bad.ndjson:10:24: aliases[0].name: missing [missing_field]
mtr-ratecard: bad.ndjson:11:32: aliases[0].name "": wanted 1 to 160 characters, found 0 [rate_card.aliases.name]
mtr-ratecard: bad.ndjson:12:63: aliases[1].starting_at "2024-01-01T00:30:00Z": not on the hour [rate_card.aliases.starting_at]
mtr-ratecard: bad.ndjson:13:52: aliases[0].ending_before "2024-01-01T00:00:00.5Z": not on the hour [rate_card.aliases.ending_before]
mtr-ratecard: bad.ndjson:14:79: aliases[0].ending_before "2024-02-01": not after starting_at, 2024-02-01T00:00:00Z [rate_card.aliases.ending_before]
mtr-ratecard: bad.ndjson:15:45: aliases[0].starts "2024-02-01": unknown field [unknown_field]
E
	gives 'mtr-ratecard list | jq -r .name' <<'E'
List
Euro
E
}

@test "names have 1 to 160 characters, custom fields at most 200" {
	db
	gives 'printf "{\"name\":\"%s\",\"aliases\":[{\"name\":\"%s\"}],\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 160)" "$(letters 160)" "$(letters 200)" | mtr-ratecard create | jq -c "[.name,.aliases[0].name,.custom_fields.k|length]"' <<'E'
[160,160,200]
E
	refuses 3 'printf "{\"name\":\"%s\"}" "$(letters 161)" | mtr-ratecard create' <<'E'
mtr-ratecard: stdin:1:9: name "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 160 characters, found 161 [rate_card.name]
E
	refuses 3 'printf "{\"name\":\"X\",\"aliases\":[{\"name\":\"%s\"}]}" "$(letters 161)" | mtr-ratecard create' <<'E'
mtr-ratecard: stdin:1:32: aliases[0].name "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 160 characters, found 161 [rate_card.aliases.name]
E
	refuses 3 'printf "{\"name\":\"X\",\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 201)" | mtr-ratecard create' <<'E'
mtr-ratecard: stdin:1:34: custom_fields.k "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted at most 200 characters, found 201 [rate_card.custom_fields]
E
}

@test "--if-absent gives back an equal card and refuses a different one" {
	cards
	gives 'mtr-ratecard create --if-absent cards.ndjson | diff - <(mtr-ratecard list)' <<'E'
E
	gives 'mtr-ratecard create --if-absent <<<"{\"name\":\"Euro\",\"fiat_credit_type_id\":\"eur\",\"aliases\":[]}" | jq -r .id' <<'E'
33333333-0000-4000-8000-0000000000c2
E
	cat >other.ndjson <<'E'
{"name":"Euro"}
{"name":"List"}
{"id":"33333333-0000-4000-8000-0000000000c2","name":"EUR","fiat_credit_type_id":"EUR"}
E
	refuses 3 'mtr-ratecard create --if-absent other.ndjson' <<'E'
mtr-ratecard: other.ndjson:1:1: rate card 33333333-0000-4000-8000-0000000000c2 is there already and differs from this [differs]
mtr-ratecard: other.ndjson:2:1: rate card 33333333-0000-4000-8000-0000000000c1 is there already and differs from this [differs]
mtr-ratecard: other.ndjson:3:1: rate card 33333333-0000-4000-8000-0000000000c2 is there already and differs from this [differs]
E
	given 'mtr-ratecard archive List'
	refuses 3 'mtr-ratecard create --if-absent cards.ndjson' <<'E'
mtr-ratecard: cards.ndjson:1:7: id "33333333-0000-4000-8000-0000000000c1": the object of this id is archived [archived]
E
	gives 'mtr-ratecard create --if-absent <<<"{\"name\":\"List\"}" | jq -r .id' <<'E'
c8db8bde-f4f7-8e9b-9891-c84655aef154
E
}

@test "a dry run prints the ids the run gives, and stores nothing" {
	db
	printf '{"name":"%s"}\n' One Two >two.ndjson
	given 'mtr-ratecard create -n two.ndjson'
	mv "$OUT" dry
	gives 'mtr-ratecard list' <<'E'
E
	given 'mtr-ratecard create two.ndjson'
	mv "$OUT" run
	given 'diff dry run'
}

# ---- aliases ----

@test "an alias assigned to another card from a date on is that card's from there" {
	db
	given 'mtr-ratecard create <<<"{\"name\":\"package1\",\"aliases\":[{\"name\":\"New Customer Pricing\",\"starting_at\":\"2024-01-01T00:00:00Z\"}]}"'
	given 'mtr-ratecard create <<<"{\"name\":\"package2\",\"aliases\":[{\"name\":\"New Customer Pricing\",\"starting_at\":\"2025-01-01T00:00:00Z\"}]}"'
	gives 'mtr-ratecard list | jq -c "[.name,.aliases[]]"' <<'E'
["package1",{"name":"New Customer Pricing","starting_at":"2024-01-01T00:00:00Z","ending_before":"2025-01-01T00:00:00Z"}]
["package2",{"name":"New Customer Pricing","starting_at":"2025-01-01T00:00:00Z"}]
E
	for now in 2024-01-01T00:00:00Z 2024-12-31T23:59:59.999999999Z 2025-01-01T00:00:00Z 2025-10-01T00:00:00Z; do
		mtr-ratecard get 'New Customer Pricing' --now=$now | jq -r .name
	done >found
	gives 'cat found' <<'E'
package1
package1
package2
package2
E
	refuses 3 'mtr-ratecard get "New Customer Pricing" --now=2023-12-31T23:59:59Z' <<'E'
mtr-ratecard: "New Customer Pricing": no rate card of this id, alias or name [not_found]
E
}

@test "an older assignment ends where a newer one starts, also where that ends first" {
	db
	given 'mtr-ratecard create <<<"{\"name\":\"one\",\"aliases\":[{\"name\":\"a\",\"starting_at\":\"2024-01-01\"}]}"'
	given 'mtr-ratecard create <<<"{\"name\":\"two\",\"aliases\":[{\"name\":\"a\",\"starting_at\":\"2024-04-01\",\"ending_before\":\"2024-05-01\"}]}"'
	gives 'mtr-ratecard list | jq -c "[.name,.aliases[]]"' <<'E'
["one",{"name":"a","starting_at":"2024-01-01T00:00:00Z","ending_before":"2024-04-01T00:00:00Z"}]
["two",{"name":"a","starting_at":"2024-04-01T00:00:00Z","ending_before":"2024-05-01T00:00:00Z"}]
E
	gives 'mtr-ratecard get a --now=2024-04-30T23:00:00Z | jq -r .name' <<'E'
two
E
	refuses 3 'mtr-ratecard get a --now=2024-05-01T00:00:00Z' <<'E'
mtr-ratecard: "a": no rate card of this id, alias or name [not_found]
E
	given 'mtr-ratecard create <<<"{\"name\":\"three\",\"aliases\":[{\"name\":\"a\",\"ending_before\":\"2024-02-01\"},{\"name\":\"a\",\"starting_at\":\"2024-07-01\"}]}"'
	gives 'mtr-ratecard list | jq -c "[.name,.aliases[]]"' <<'E'
["one"]
["two",{"name":"a","starting_at":"2024-04-01T00:00:00Z","ending_before":"2024-05-01T00:00:00Z"}]
["three",{"name":"a","ending_before":"2024-02-01T00:00:00Z"},{"name":"a","starting_at":"2024-07-01T00:00:00Z"}]
E
}

@test "an alias that is sent again as it was shown moves nothing" {
	db
	given 'mtr-ratecard create <<<"{\"name\":\"one\",\"aliases\":[{\"name\":\"a\",\"starting_at\":\"2024-01-01\"}]}"'
	given 'mtr-ratecard create <<<"{\"name\":\"two\",\"aliases\":[{\"name\":\"a\",\"starting_at\":\"2025-01-01\"}]}"'
	given 'mtr-ratecard list'
	mv "$OUT" before
	given 'mtr-ratecard get one | jq -c "{rate_card_id:.id,aliases}" | mtr-ratecard update'
	gives 'mtr-ratecard list | diff before -' <<'E'
E
	given 'mtr-ratecard create --if-absent <<<"{\"name\":\"two\",\"aliases\":[{\"name\":\"a\",\"starting_at\":\"2025-01-01\"}]}"'
	given 'mtr-ratecard archive one'
	gives 'mtr-ratecard get a --now=2025-01-01T00:00:00Z | jq -r .name' <<'E'
two
E
}

@test "an alias that is taken from a card is the other card's again" {
	db
	given 'mtr-ratecard create <<<"{\"name\":\"one\",\"aliases\":[{\"name\":\"a\"}]}"'
	given 'mtr-ratecard create <<<"{\"name\":\"two\",\"aliases\":[{\"name\":\"a\"},{\"name\":\"b\"}]}"'
	gives 'mtr-ratecard list | jq -c "[.name,.aliases[].name]"' <<'E'
["one"]
["two","a","b"]
E
	given 'mtr-ratecard update <<<"{\"rate_card_id\":\"two\",\"aliases\":[{\"name\":\"b\"}]}"'
	gives 'mtr-ratecard get a b | jq -c "[.name,.aliases[].name]"' <<'E'
["one","a"]
["two","b"]
E
}

# ---- get and list ----

@test "get finds by id, alias and name, and refuses the rest" {
	cards
	gives 'mtr-ratecard get List standard Euro 33333333-0000-4000-8000-0000000000C2 | jq -r .name' <<'E'
List
List
Euro
Euro
E
	try 'mtr-ratecard get Nothing Euro'
	status_is 3
	out_is <<'E'
{"id":"33333333-0000-4000-8000-0000000000c2","name":"Euro","fiat_credit_type":{"id":"51366324-7035-8693-a1cb-3ed4a45b6383","name":"EUR"},"aliases":[],"created_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-ratecard: "Nothing": no rate card of this id, alias or name [not_found]
E
	given 'mtr-ratecard create <<<"{\"name\":\"Euro\"}"; mtr-ratecard create <<<"{\"name\":\"standard\"}"'
	refuses 3 'mtr-ratecard get Euro' <<'E'
mtr-ratecard: "Euro": several rate cards bear this name: 33333333-0000-4000-8000-0000000000c2, c8db8bde-f4f7-8e9b-9891-c84655aef154; give the id [ambiguous_name]
E
	gives 'mtr-ratecard get standard | jq -r .name' <<'E'
List
E
}

@test "list pages through, archived ones only when asked for" {
	cards
	given 'mtr-ratecard create <<<"{\"name\":\"Third\"}"; mtr-ratecard archive List'
	gives 'mtr-ratecard list | jq -r .name' <<'E'
Euro
Third
E
	gives 'mtr-ratecard list --archived --limit=2 | jq -c "[.name,.archived_at]"' <<'E'
["List","2024-10-03T00:00:00Z"]
["Euro",null]
E
	gives 'mtr-ratecard list --after=33333333-0000-4000-8000-0000000000c2 | jq -r .name' <<'E'
Third
E
	refuses 3 'mtr-ratecard list --after=33333333-0000-4000-8000-0000000000c3' <<'E'
mtr-ratecard: --after "33333333-0000-4000-8000-0000000000c3": no rate card of this id [not_found]
E
}

@test "tables, CSV and text" {
	cards
	gives 'mtr-ratecard list -o table' <<'E'
ID                                    NAME  FIAT         ARCHIVED_AT
33333333-0000-4000-8000-0000000000c1  List  USD (cents)  -
33333333-0000-4000-8000-0000000000c2  Euro  EUR          -
E
	gives 'mtr-ratecard list -o csv' <<'E'
id,name,fiat,archived_at
33333333-0000-4000-8000-0000000000c1,List,USD (cents),
33333333-0000-4000-8000-0000000000c2,Euro,EUR,
E
	gives 'mtr-ratecard get standard -o text' <<'E'
id: 33333333-0000-4000-8000-0000000000c1
name: List
fiat_credit_type:
  id: 2714e483-4ff1-48e4-9e25-ac732e8f24f2
  name: USD (cents)
aliases:
  - name: standard
created_at: 2024-10-03T00:00:00Z
E
}

# ---- update and archive ----

@test "update changes what it names: aliases are replaced, custom fields merged" {
	db
	given 'mtr-ratecard create <<<"{\"name\":\"List\",\"description\":\"d\",\"aliases\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"custom_fields\":{\"x\":\"1\",\"y\":\"2\"}}"'
	gives 'mtr-ratecard update <<<"{\"rate_card_id\":\"a\",\"name\":\"Prices\",\"custom_fields\":{\"y\":\"3\",\"z\":\"4\"}}"' <<'E'
{"id":"739b80e8-0d02-813a-b069-32e5a731d368","name":"Prices","description":"d","fiat_credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"aliases":[{"name":"a"},{"name":"b"}],"custom_fields":{"x":"1","y":"3","z":"4"},"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-ratecard update <<<"{\"rate_card\":\"Prices\",\"name\":null,\"description\":\"\",\"aliases\":[{\"name\":\"b\",\"starting_at\":\"2024-01-01\"}],\"custom_fields\":null}"' <<'E'
{"id":"739b80e8-0d02-813a-b069-32e5a731d368","name":"Prices","description":"","fiat_credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"aliases":[{"name":"b","starting_at":"2024-01-01T00:00:00Z"}],"custom_fields":{"x":"1","y":"3","z":"4"},"created_at":"2024-10-03T00:00:00Z"}
E
	printf 'id,aliases,name\nPrices,[],List\n' >update.csv
	gives 'mtr-ratecard update update.csv | jq -c "[.name,.aliases]"' <<'E'
["List",[]]
E
}

@test "update refuses what it cannot change" {
	cards
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","fiat_credit_type_id":"EUR"}
{"rate_card_id":"List","add_credit_type_conversions":[{}]}
{"rate_card_id":"List","credit_type_conversions":[{}]}
{"name":"Prices"}
{"rate_card_id":"Nothing","name":"Prices"}
{"rate_card_id":"List","id":"List"}
{"rate_card_id":"List","aliases":{"name":"a"}}
{"rate_card_id":"List","descripton":"x"}
E
	refuses 3 'mtr-ratecard update bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:46: fiat_credit_type_id "EUR": cannot be changed here once it is set [immutable_field]
mtr-ratecard: bad.ndjson:2:55: add_credit_type_conversions[0].custom_credit_type_id: missing [missing_field]
mtr-ratecard: bad.ndjson:3:50: credit_type_conversions "[{}]": cannot be changed here once it is set [immutable_field]
mtr-ratecard: bad.ndjson:4:1: rate_card_id: missing [missing_field]
mtr-ratecard: bad.ndjson:5:17: rate_card_id "Nothing": no rate card of this id, alias or name [not_found]
mtr-ratecard: bad.ndjson:6:29: id "List": given beside rate_card_id; wanted one of the two [rate_card.id]
mtr-ratecard: bad.ndjson:7:34: aliases "{\"name\":\"a\"}": wanted an array, found an object [rate_card.aliases]
mtr-ratecard: bad.ndjson:8:37: descripton "x": unknown field; did you mean "description"? [unknown_field]
E
	gives 'mtr-ratecard list | jq -c "[.name,.aliases]"' <<'E'
["List",[{"name":"standard"}]]
["Euro",[]]
E
}

@test "archive says when, once and for all; an archived card takes no rates and no contracts" {
	priced
	given 'mtr-customer create <<<"{\"name\":\"Acme\"}"'
	cat >contract.json <<'E'
{"customer_id":"Acme","name":"kept","rate_card_id":"List","starting_at":"2024-01-01T00:00:00Z"}
E
	given 'mtr-contract create contract.json'
	gives 'mtr-ratecard archive --now=2024-10-05T01:02:03Z standard | jq -c "[.name,.archived_at]"' <<'E'
["List","2024-10-05T01:02:03Z"]
E
	gives 'mtr-ratecard archive --now=2025-01-01T00:00:00Z List | jq -c "[.name,.archived_at]"' <<'E'
["List","2024-10-05T01:02:03Z"]
E
	refuses 3 'mtr-ratecard add-rates <<<"{\"rate_card_id\":\"List\",\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1}"' <<'E'
mtr-ratecard: stdin:1:17: rate_card_id "List": the rate card is archived [archived]
E
	refuses 3 'mtr-ratecard update <<<"{\"rate_card_id\":\"List\",\"name\":\"Prices\"}"' <<'E'
mtr-ratecard: stdin:1:17: rate_card_id "List": the rate card is archived [archived]
E
	cat >contracts.ndjson <<'E'
{"customer_id":"Acme","rate_card_id":"List","starting_at":"2024-01-01T00:00:00Z"}
{"customer_id":"Acme","rate_card_alias":"standard","starting_at":"2024-01-01T00:00:00Z"}
E
	refuses 3 'mtr-contract create contracts.ndjson' <<'E'
mtr-contract: contracts.ndjson:1:38: rate_card_id "List": the rate card is archived [archived]
mtr-contract: contracts.ndjson:2:41: rate_card_alias "standard": the rate card is archived [archived]
E
	gives 'mtr-contract create --if-absent contract.json | jq -r .name' <<'E'
kept
E
	refuses 3 'mtr-ratecard archive Euro Nothing' <<'E'
mtr-ratecard: "Nothing": no rate card of this id, alias or name [not_found]
E
	gives 'mtr-ratecard list | jq -r .name' <<'E'
Euro
E
}

# ---- add-rates ----

@test "add-rates gives back what it stored" {
	priced
	cat >rates.ndjson <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":2.5}
{"rate_card_id":"standard","product_id":"22222222-0000-4000-8000-0000000000a1","starting_at":"2024-06-01T00:00:00Z","ending_before":"2024-07-01T00:00:00Z","entitled":false,"rate_type":"tiered","tiers":[{"size":100,"price":50},{"size":"1e3","price":"0.125 USD"},{"price":0}]}
{"rate_card":"List","product":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"Flat","price":"1/3","pricing_group_values":{"region":"eu","cloud":3},"id":"44444444-0000-4000-8000-000000000001"}
E
	gives 'mtr-ratecard add-rates rates.ndjson' <<'E'
{"id":"c8c712df-8a69-8e7e-98f2-31bd5b74ae90","rate_card_id":"33333333-0000-4000-8000-0000000000c1","product_id":"22222222-0000-4000-8000-0000000000a1","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":"2.5","price_major":"0.025","credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD","created_at":"2024-10-03T00:00:00Z"}
{"id":"d07805fe-41fa-87cb-8d20-583b31fcfffb","rate_card_id":"33333333-0000-4000-8000-0000000000c1","product_id":"22222222-0000-4000-8000-0000000000a1","starting_at":"2024-06-01T00:00:00Z","ending_before":"2024-07-01T00:00:00Z","entitled":false,"rate_type":"TIERED","tiers":[{"size":"100","price":"50","price_major":"0.5"},{"size":"1000","price":"12.5","price_major":"0.125"},{"price":"0","price_major":"0"}],"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD","created_at":"2024-10-03T00:00:00Z"}
{"id":"44444444-0000-4000-8000-000000000001","rate_card_id":"33333333-0000-4000-8000-0000000000c1","product_id":"22222222-0000-4000-8000-0000000000a2","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":"0.33333333333333333333","price_exact":"1/3","price_major":"0.00333333333333333333","price_major_exact":"1/300","pricing_group_values":{"cloud":"3","region":"eu"},"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD","created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-ratecard rates List --all | jq -r .id' <<'E'
c8c712df-8a69-8e7e-98f2-31bd5b74ae90
d07805fe-41fa-87cb-8d20-583b31fcfffb
44444444-0000-4000-8000-000000000001
E
}

@test "a list of rates is one record, as the vendor's body has it" {
	priced
	cat >rates.json <<'E'
{"rate_card_id":"33333333-0000-4000-8000-0000000000c1",
 "rates":[
  {"product_id":"Calls","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":1},
  {"product_id":"Storage","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":2,"pricing_group_values":{"cloud":"aws","region":"eu"}},
  {"rate_card_id":"33333333-0000-4000-8000-0000000000c1","product_id":"Calls","starting_at":"2025-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":3}]}
E
	gives 'mtr-ratecard add-rates rates.json | jq -c "[.product_id,.starting_at,.price]"' <<'E'
["22222222-0000-4000-8000-0000000000a1","2024-01-01T00:00:00Z","1"]
["22222222-0000-4000-8000-0000000000a2","2024-01-01T00:00:00Z","2"]
["22222222-0000-4000-8000-0000000000a1","2025-01-01T00:00:00Z","3"]
E
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","rates":[]}
{"rate_card_id":"List","rates":[{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1},{"product_id":"Call","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}]}
{"rate_card_id":"List","rates":[{"product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}]}
{"rate_card_id":"List","rates":[{"rate_card_id":"Euro","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}]}
{"rate_card_id":"List","rates":[{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT"}]}
{"rate_card_id":"List","rates":[{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"x"}]}
{"rate_card_id":"List","product_id":"Calls","rates":[{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}]}
{"rate_card_id":"List","rates":{"product_id":"Calls"}}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:32: rates "[]": wanted at least 1 item, found 0 [rate.rates]
mtr-ratecard: bad.ndjson:2:142: rates[1].product_id "Call": no product of this id or name [not_found]
mtr-ratecard: bad.ndjson:3:33: rates[0].pricing_group_values: no value for "cloud", a pricing key of the product [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:4:32: rates "[{\"entitled\":true,\"price\":1,\"product_id\":\"Calls\",\"rate_card_id\":\"Euro\",\"rate_type\":\"FLAT\",\"starting_at\":\"2024-01-01\"}]": the rate of index 0 names another rate card [rate.rates]
mtr-ratecard: bad.ndjson:5:33: rates[0].price: missing [missing_field]
mtr-ratecard: bad.ndjson:6:125: rates[0].price "x": wanted a number [rate.price]
mtr-ratecard: bad.ndjson:7:37: product_id "Calls": unknown field [unknown_field]
mtr-ratecard: bad.ndjson:8:32: rates "{\"product_id\":\"Calls\"}": wanted an array, found an object [rate.rates]
E
}

@test "the card stands in the record, or is said with --card" {
	priced
	cat >rates.csv <<'E'
product_id,starting_at,entitled,rate_type,price,rate_card_id
Calls,2024-01-01,true,FLAT,1,
Calls,2024-02-01,true,FLAT,2 EUR,Euro
Calls,2024-03-01,true,FLAT,3,standard
E
	gives 'mtr-ratecard add-rates --card=standard rates.csv | jq -c "[.rate_card_id,.starting_at,.price]"' <<'E'
["33333333-0000-4000-8000-0000000000c1","2024-01-01T00:00:00Z","1"]
["33333333-0000-4000-8000-0000000000c2","2024-02-01T00:00:00Z","2"]
["33333333-0000-4000-8000-0000000000c1","2024-03-01T00:00:00Z","3"]
E
	refuses 3 'mtr-ratecard add-rates rates.csv' <<'E'
mtr-ratecard: rates.csv:2: rate_card_id: missing; name the card in the record or with --card [missing_field]
E
	refuses 3 'mtr-ratecard add-rates --card=Nothing rates.csv' <<'E'
mtr-ratecard: --card "Nothing": no rate card of this id, alias or name [not_found]
E
	given 'mtr-ratecard create <<<"{\"name\":\"Old\"}"; mtr-ratecard archive Old'
	refuses 3 'mtr-ratecard add-rates --card=Old rates.csv' <<'E'
mtr-ratecard: --card "Old": the rate card is archived [archived]
E
	refuses 3 'mtr-ratecard add-rates <<<"{\"rate_card_id\":\"List\",\"rate_card\":\"List\",\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1}"' <<'E'
mtr-ratecard: stdin:1:36: rate_card "List": given beside rate_card_id; wanted one of the two [rate.rate_card]
E
}

@test "prices are in stored units: cents of USD, whole units of every other currency" {
	priced
	given 'mtr-ratecard create <<<"{\"name\":\"Yen\",\"fiat_credit_type_id\":\"JPY\"}"'
	cat >rates.csv <<'E'
rate_card_id,product_id,starting_at,entitled,rate_type,price
List,Calls,2024-01-01,true,FLAT,10
List,Calls,2024-01-01,true,FLAT,0.10 USD
List,Calls,2024-01-02,true,FLAT,1/3 usd
List,Calls,2024-01-03,true,FLAT,1e-9
List,Calls,2024-01-04,true,FLAT,0
Euro,Calls,2024-01-01,true,FLAT,10
Euro,Calls,2024-01-02,true,FLAT,0.10 EUR
Yen,Calls,2024-01-01,true,FLAT,10
Yen,Calls,2024-01-02,true,FLAT,0.5 JPY
E
	gives 'mtr-ratecard add-rates rates.csv | jq -c "[.currency,.price,.price_exact,.price_major,.price_major_exact]"' <<'E'
["USD","10",null,"0.1",null]
["USD","10",null,"0.1",null]
["USD","33.33333333333333333333","100/3","0.33333333333333333333","1/3"]
["USD","0.000000001",null,"0.00000000001",null]
["USD","0",null,"0",null]
["EUR","10",null,"10",null]
["EUR","0.1",null,"0.1",null]
["JPY","10",null,"10",null]
["JPY","0.5",null,"0.5",null]
E
}

@test "a unit that is not the card's is refused" {
	priced
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"0.10 EUR"}
{"rate_card_id":"Euro","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"10 USD"}
{"rate_card_id":"Euro","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":10,"credit_type_id":"USD"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":10,"credit_type_id":"tokens"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"10 XYZ"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"$10"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":1,"price":"1 USD"},{"price":"1 CHF"}]}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:115: price "0.10 EUR": in EUR where USD is wanted [rate.price]
mtr-ratecard: bad.ndjson:2:115: price "10 USD": in USD where EUR is wanted [rate.price]
mtr-ratecard: bad.ndjson:3:135: credit_type_id "USD": is USD (cents), but the rate card is in EUR [rate.credit_type_id]
mtr-ratecard: bad.ndjson:4:135: credit_type_id "tokens": no such unit; wanted an ISO 4217 code, or the id or name of one [rate.credit_type_id]
mtr-ratecard: bad.ndjson:5:115: price "10 XYZ": "XYZ" is no unit; wanted USD [rate.price]
mtr-ratecard: bad.ndjson:6:115: price "$10": wanted a number [rate.price]
mtr-ratecard: bad.ndjson:7:154: tiers[1].price "1 CHF": in CHF where USD is wanted [rate.tiers.price]
E
	gives 'mtr-ratecard add-rates <<<"{\"rate_card_id\":\"Euro\",\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1,\"credit_type_id\":\"eur\"}" | jq -c .credit_type' <<'E'
{"id":"51366324-7035-8693-a1cb-3ed4a45b6383","name":"EUR"}
E
}

@test "a FLAT rate has a price of zero or more" {
	priced
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":-1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"-0.01 USD"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"ten"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"+1"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1/0"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1e-1001}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":{"amount":1}}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"tiers":[{"price":1}]}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:1: price: missing [missing_field]
mtr-ratecard: bad.ndjson:2:115: price "-1": below zero; a price is 0 or more [rate.price]
mtr-ratecard: bad.ndjson:3:115: price "-0.01 USD": below zero; a price is 0 or more [rate.price]
mtr-ratecard: bad.ndjson:4:115: price "ten": wanted a number [rate.price]
mtr-ratecard: bad.ndjson:5:115: price "+1": wanted a number [rate.price]
mtr-ratecard: bad.ndjson:6:115: price "1/0": wanted a number [rate.price]
mtr-ratecard: bad.ndjson:7:115: price "1e-1001": more than 1000 digits when written out [number_too_long]
mtr-ratecard: bad.ndjson:8:115: price "{\"amount\":1}": wanted a number [rate.price]
mtr-ratecard: bad.ndjson:9:125: tiers "[{\"price\":1}]": a FLAT rate has none; TIERED rates do [rate.tiers]
E
}

@test "tiers are widths above zero, the last one open" {
	priced
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED"}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":10,"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"price":2},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":0,"price":2},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":"-5","price":2},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":5},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":5,"price":-2},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":5,"price":2},{"price":1}],"price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":5,"price":2,"flat_fee":-1},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":5,"price":2,"upto":1},{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[5,{"price":1}]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":{"price":1}}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:1: tiers: missing [missing_field]
mtr-ratecard: bad.ndjson:2:117: tiers "[]": wanted at least 1 item, found 0 [rate.tiers]
mtr-ratecard: bad.ndjson:3:126: tiers[0].size "10": the last tier is open; it has no size [rate.tiers.size]
mtr-ratecard: bad.ndjson:4:118: tiers[0].size: missing [missing_field]
mtr-ratecard: bad.ndjson:5:126: tiers[0].size "0": wanted a number above 0 [rate.tiers.size]
mtr-ratecard: bad.ndjson:6:126: tiers[0].size "-5": wanted a number above 0 [rate.tiers.size]
mtr-ratecard: bad.ndjson:7:118: tiers[0].price: missing [missing_field]
mtr-ratecard: bad.ndjson:8:136: tiers[0].price "-2": below zero; a price is 0 or more [rate.tiers.price]
mtr-ratecard: bad.ndjson:9:160: price "1": a TIERED rate has its prices in tiers [rate.price]
mtr-ratecard: bad.ndjson:10:149: tiers[0].flat_fee "-1": below zero; a price is 0 or more [rate.tiers.flat_fee]
mtr-ratecard: bad.ndjson:11:145: tiers[0].upto "1": unknown field [unknown_field]
mtr-ratecard: bad.ndjson:12:118: tiers[0] "5": wanted an object, found a number [rate.tiers]
mtr-ratecard: bad.ndjson:13:117: tiers "{\"price\":1}": wanted an array, found an object [rate.tiers]
E
	gives 'mtr-ratecard add-rates <<<"{\"rate_card_id\":\"List\",\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"TIERED\",\"tiers\":[{\"size\":\"1/3\",\"price\":\"2/3\"},{\"price\":1,\"size\":null}]}" | jq -c .tiers' <<'E'
[{"size":"0.33333333333333333333","size_exact":"1/3","price":"0.66666666666666666667","price_exact":"2/3","price_major":"0.00666666666666666667","price_major_exact":"1/150"},{"price":"1","price_major":"0.01"}]
E
}

@test "a rate says whether it entitles, and holds from one hour to another" {
	priced
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":"true","rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01T00:30:00Z","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","ending_before":"2024-02-01T00:00:01Z","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","ending_before":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","ending_before":"2023-12-31T23:00:00Z","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01T00:00:00","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","product":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"price":1}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"start":"2024-01-01"}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:1: entitled: missing [missing_field]
mtr-ratecard: bad.ndjson:2:83: entitled "true": wanted true or false [rate.entitled]
mtr-ratecard: bad.ndjson:3:1: starting_at: missing [missing_field]
mtr-ratecard: bad.ndjson:4:59: starting_at "2024-01-01T00:30:00Z": not on the hour [rate.starting_at]
mtr-ratecard: bad.ndjson:5:88: ending_before "2024-02-01T00:00:01Z": not on the hour [rate.ending_before]
mtr-ratecard: bad.ndjson:6:88: ending_before "2024-01-01": not after starting_at, 2024-01-01T00:00:00Z [rate.ending_before]
mtr-ratecard: bad.ndjson:7:88: ending_before "2023-12-31T23:00:00Z": not after starting_at, 2024-01-01T00:00:00Z [rate.ending_before]
mtr-ratecard: bad.ndjson:8:59: starting_at "2024-01-01T00:00:00": offset missing (Z or +hh:mm) [rate.starting_at]
mtr-ratecard: bad.ndjson:9:1: product_id: missing [missing_field]
mtr-ratecard: bad.ndjson:10:55: product "Calls": given beside product_id; wanted one of the two [rate.product]
mtr-ratecard: bad.ndjson:11:1: rate_type: missing [missing_field]
mtr-ratecard: bad.ndjson:12:125: start "2024-01-01": unknown field [unknown_field]
E
}

@test "price models and terms that do not fit are refused, never ignored" {
	priced
	for type in PERCENTAGE SUBSCRIPTION TIERED_PERCENTAGE CUSTOM VOLUME STAIRSTEP PACKAGE flatt; do
		printf '{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"%s","price":1}\n' $type
	done >bad.ndjson
	for term in '"billing_frequency":"MONTHLY"' '"quantity":1' '"is_prorated":true' '"custom_rate":{}' '"package_size":10' '"free_units":-1' '"minimum":-1' '"maximum":-1' '"use_list_prices":true'; do
		printf '{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,%s}\n' "$term"
	done >>bad.ndjson
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:100: rate_type "PERCENTAGE": a USAGE product is priced FLAT, TIERED, VOLUME, STAIRSTEP or PACKAGE [rate.rate_type]
mtr-ratecard: bad.ndjson:2:1: billing_frequency: missing [missing_field]
mtr-ratecard: bad.ndjson:3:128: price "1": a TIERED_PERCENTAGE rate has its prices in tiers [rate.price]
mtr-ratecard: bad.ndjson:4:100: rate_type "CUSTOM": CUSTOM is not supported [unsupported_field]
mtr-ratecard: bad.ndjson:5:117: price "1": a VOLUME rate has its prices in tiers [rate.price]
mtr-ratecard: bad.ndjson:6:120: price "1": a STAIRSTEP rate has its prices in tiers [rate.price]
mtr-ratecard: bad.ndjson:7:1: package_size: missing [missing_field]
mtr-ratecard: bad.ndjson:8:100: rate_type "flatt": wanted FLAT, TIERED, VOLUME, STAIRSTEP, PACKAGE, PERCENTAGE, TIERED_PERCENTAGE or SUBSCRIPTION [rate.rate_type]
mtr-ratecard: bad.ndjson:9:137: billing_frequency "MONTHLY": a USAGE product has none; SUBSCRIPTION products do [rate.billing_frequency]
mtr-ratecard: bad.ndjson:10:128: quantity "1": a FLAT rate has none; SUBSCRIPTION rates do [rate.quantity]
mtr-ratecard: bad.ndjson:11:131: is_prorated "true": a FLAT rate has none; SUBSCRIPTION rates do [rate.is_prorated]
mtr-ratecard: bad.ndjson:12:131: custom_rate "{}": not supported [unsupported_field]
mtr-ratecard: bad.ndjson:13:132: package_size "10": a FLAT rate has none; PACKAGE rates do [rate.package_size]
mtr-ratecard: bad.ndjson:14:130: free_units "-1": below zero [rate.free_units]
mtr-ratecard: bad.ndjson:15:127: minimum "-1": below zero; a price is 0 or more [rate.minimum]
mtr-ratecard: bad.ndjson:16:127: maximum "-1": below zero; a price is 0 or more [rate.maximum]
mtr-ratecard: bad.ndjson:17:135: use_list_prices "true": not supported [unsupported_field]
E
	gives 'mtr-ratecard rates List --all' <<'E'
E
}

@test "a commit rate beside the rate: kept, printed, and exported" {
	priced
	given 'mtr-ratecard add-rates >added' <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100,"commit_rate":{"rate_type":"TIERED","tiers":[{"size":10,"price":"0.80 USD"},{"price":50}]}}
E
	gives 'jq -c .commit_rate added; mtr-ratecard rates List --all | jq -c "[.price,.commit_rate.rate_type,.commit_rate.tiers[1].price]"' <<'E'
{"rate_type":"TIERED","tiers":[{"size":"10","price":"80","price_major":"0.8"},{"price":"50","price_major":"0.5"}]}
["100","TIERED","50"]
E
	cat >rates.csv <<'E'
rate_card_id,product_id,starting_at,entitled,rate_type,price,commit_rate
List,Calls,2025-01-01,true,FLAT,100,"{""rate_type"":""FLAT"",""price"":""0.80 USD""}"
E
	gives 'mtr-ratecard add-rates rates.csv | jq -c .commit_rate' <<'E'
{"rate_type":"FLAT","price":"80","price_major":"0.8"}
E
}

@test "refused: commit rates that cannot be" {
	priced
	for rate in '{}' '{"rate_type":"FLAT"}' '{"rate_type":"FLAT","price":-1}' '{"rate_type":"PERCENTAGE","price":0.1}' '{"rate_type":"FLAT","price":1,"credit_type_id":"EUR"}' '"0.80 USD"'; do
		printf '{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"commit_rate":%s}\n' "$rate"
	done >bad.ndjson
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:131: commit_rate.rate_type: missing [missing_field]
mtr-ratecard: bad.ndjson:2:131: commit_rate.price: missing [missing_field]
mtr-ratecard: bad.ndjson:3:159: commit_rate.price "-1": below zero; a price is 0 or more [rate.commit_rate.price]
mtr-ratecard: bad.ndjson:4:144: commit_rate.rate_type "PERCENTAGE": wanted FLAT or TIERED [rate.commit_rate.rate_type]
mtr-ratecard: bad.ndjson:5:178: commit_rate.credit_type_id "EUR": unknown field [unknown_field]
mtr-ratecard: bad.ndjson:6:131: commit_rate "0.80 USD": wanted an object, found a string [rate.commit_rate]
E
	gives 'mtr-ratecard rates List --all' <<'E'
E
}

@test "FIXED and archived products take no rates" {
	priced
	given 'mtr-product archive Storage'
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_id":"Fee","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws","region":"eu"}}
{"rate_card_id":"List","product_id":"Nothing","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"22222222-0000-4000-8000-0000000000a9","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:37: product_id "Fee": a FIXED product has no rates: its price stands on the contract [rate.product_id]
mtr-ratecard: bad.ndjson:2:37: product_id "Storage": the product is archived [archived]
mtr-ratecard: bad.ndjson:3:37: product_id "Nothing": no product of this id or name [not_found]
mtr-ratecard: bad.ndjson:4:37: product_id "22222222-0000-4000-8000-0000000000a9": no product of this id or name [not_found]
E
}

@test "a product that is archived keeps its rates" {
	priced
	given 'mtr-ratecard add-rates <<<"{\"rate_card_id\":\"List\",\"product_id\":\"Calls\",\"starting_at\":\"2024-01-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":1}"'
	given 'mtr-product archive Calls'
	gives 'mtr-ratecard rates List --product=Calls | jq -r .price' <<'E'
1
E
}

@test "pricing_group_values are exactly the pricing keys that the product has when the rate begins" {
	priced
	cat >bad.ndjson <<'E'
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws"}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws","region":"eu","zone":"a"}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws","Region":"eu"}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws","region":null}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws","region":["eu"]}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":["aws","eu"]}
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"region":"eu"}}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:1: pricing_group_values: no value for "cloud", a pricing key of the product [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:2:142: pricing_group_values: no value for "cloud", a pricing key of the product [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:3:142: pricing_group_values: no value for "region", a pricing key of the product [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:4:178: pricing_group_values.zone "a": the product has no such pricing key [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:5:142: pricing_group_values: no value for "region", a pricing key of the product [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:6:166: pricing_group_values.region "null": wanted a string, a number, true or false [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:7:166: pricing_group_values.region "[\"eu\"]": wanted a string, a number, true or false [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:8:142: pricing_group_values "[\"aws\",\"eu\"]": wanted an object, found an array [rate.pricing_group_values]
mtr-ratecard: bad.ndjson:9:150: pricing_group_values.region "eu": the product has no such pricing key [rate.pricing_group_values]
E
	given 'mtr-product update <<<"{\"product_id\":\"Storage\",\"starting_at\":\"2024-06-01\",\"pricing_group_key\":[\"cloud\"],\"presentation_group_key\":[\"region\"]}"'
	cat >rates.ndjson <<'E'
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-05-31T23:00:00Z","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws","region":"eu"}}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-06-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":1,"pricing_group_values":{"cloud":"aws"}}
E
	gives 'mtr-ratecard add-rates rates.ndjson | jq -c .pricing_group_values' <<'E'
{"cloud":"aws","region":"eu"}
{"cloud":"aws"}
E
	refuses 3 'head -n 1 rates.ndjson | sed s/05-31T23/06-01T00/ | mtr-ratecard add-rates' <<'E'
mtr-ratecard: stdin:1:176: pricing_group_values.region "eu": the product has no such pricing key [rate.pricing_group_values]
E
}

@test "the id of a rate may be given, and belongs to one object" {
	priced
	cat >rates.ndjson <<'E'
{"id":"44444444-0000-4000-8000-000000000001","rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
E
	given 'mtr-ratecard add-rates rates.ndjson'
	refuses 3 'mtr-ratecard add-rates rates.ndjson' <<'E'
mtr-ratecard: rates.ndjson:1:7: id "44444444-0000-4000-8000-000000000001": another object has this id [id_taken]
E
	gives 'sed s/000000000001/00000000000A/ rates.ndjson | mtr-ratecard add-rates | jq -r .id' <<'E'
44444444-0000-4000-8000-00000000000a
E
}

@test "add-rates is all or nothing: one bad row in thousands names its line and cell" {
	priced
	seq 5000 | awk 'BEGIN { print "product_id,starting_at,entitled,rate_type,price,pricing_group_values.cloud,pricing_group_values.region" }
		{ printf "Storage,2024-01-01,true,FLAT,%d.%03d USD,cloud %d,eu\n", $1 / 1000, $1 % 1000, $1 }' >good.csv
	sed '4321s/,true,/,yes,/' good.csv >bad.csv
	refuses 3 'mtr-ratecard add-rates --card=List bad.csv' <<'E'
mtr-ratecard: bad.csv:4321:3: entitled "yes": wanted true or false [rate.entitled]
E
	sed '4999s/,eu$/,/' good.csv >bad.csv
	refuses 3 'mtr-ratecard add-rates --card=List bad.csv' <<'E'
mtr-ratecard: bad.csv:4999:6: pricing_group_values: no value for "region", a pricing key of the product [rate.pricing_group_values]
E
	sed '17s/^Storage/Storages/' good.csv >bad.csv
	refuses 3 'mtr-ratecard add-rates --card=List bad.csv' <<'E'
mtr-ratecard: bad.csv:17:1: product_id "Storages": no product of this id or name [not_found]
E
	gives 'mtr-ratecard rates List --all' <<'E'
E
	gives 'mtr-ratecard add-rates --dry-run --card=List good.csv | wc -l' <<'E'
5000
E
	gives 'mtr-ratecard rates List --all' <<'E'
E
	gives 'mtr-ratecard add-rates --card=List good.csv | tail -n 1' <<'E'
{"id":"579f201c-98f8-8078-8b1a-b67419c3b154","rate_card_id":"33333333-0000-4000-8000-0000000000c1","product_id":"22222222-0000-4000-8000-0000000000a2","starting_at":"2024-01-01T00:00:00Z","entitled":true,"rate_type":"FLAT","price":"500","price_major":"5","pricing_group_values":{"cloud":"cloud 5000","region":"eu"},"credit_type":{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)"},"currency":"USD","created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-ratecard rates List | wc -l' <<'E'
5000
E
}

@test "every combination of dimensions has a rate of its own: 3 products, 216 rates" {
	cards
	given 'mtr-metric create <<<"{\"name\":\"Units\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"az\"},{\"name\":\"class\"},{\"name\":\"cloud\"},{\"name\":\"zone\"}],\"group_keys\":[[\"az\",\"class\",\"cloud\",\"zone\"]]}"'
	given 'for p in p1 p2 p3; do echo "{\"name\":\"$p\",\"type\":\"USAGE\",\"billable_metric_id\":\"Units\",\"pricing_group_key\":[\"cloud\",\"zone\",\"class\",\"az\"]}"; done | mtr-product create'
	echo product,starting_at,entitled,rate_type,pricing_group_values.cloud,pricing_group_values.zone,pricing_group_values.class,pricing_group_values.az,price >rates.csv
	printf '%s\n' {p1,p2,p3},2024-01-01,true,FLAT,{aws,gcp,azure},{1,2,3,4},{s,m,l},{1,2},5 >>rates.csv
	gives 'mtr-ratecard add-rates --card=List rates.csv | wc -l' <<'E'
216
E
	gives 'mtr-ratecard rates List | jq -c "[.product_id,.pricing_group_values]" | sort -u | wc -l' <<'E'
216
E
	gives 'mtr-ratecard rates List --product=p2 | wc -l' <<'E'
72
E
}

# ---- rates ----

@test "rates that hold at an instant, by combination of values" {
	priced
	cat >rates.csv <<'E'
product,starting_at,entitled,rate_type,pricing_group_values.cloud,pricing_group_values.region,price
Storage,2024-01-01,true,FLAT,aws,us-west-2,100
Storage,2025-01-01,true,FLAT,aws,us-west-2,120
Storage,2024-01-01,true,FLAT,aws,us-east-2,120
Storage,2025-01-01,true,FLAT,aws,us-east-2,140
E
	given 'mtr-ratecard add-rates --card=List rates.csv'
	gives 'mtr-ratecard rates List --at=2024-12-31T23:59:00Z | jq -c "[.pricing_group_values.region,.price]"' <<'E'
["us-east-2","120"]
["us-west-2","100"]
E
	gives 'mtr-ratecard rates List --at=2025-01-01T00:00:00Z | jq -c "[.pricing_group_values.region,.price]"' <<'E'
["us-east-2","140"]
["us-west-2","120"]
E
	gives 'mtr-ratecard rates List --now=2025-06-01T00:00:00Z | jq -c "[.pricing_group_values.region,.price]"' <<'E'
["us-east-2","140"]
["us-west-2","120"]
E
	gives 'mtr-ratecard rates List --at=2023-12-31T23:59:59Z' <<'E'
E
}

@test "one with an end beats an open one, and what it covered shows through again" {
	priced
	cat >rates.csv <<'E'
product_id,starting_at,ending_before,entitled,rate_type,price
Calls,2024-03-01,2024-06-01,true,FLAT,1
Calls,2024-01-01,,true,FLAT,2
Calls,2024-04-01,,true,FLAT,3
Calls,2024-04-01,2024-05-01,true,FLAT,4
E
	given 'mtr-ratecard add-rates --card=List rates.csv'
	gives 'holding List 2023-12-31 2024-01-01 2024-03-01 2024-04-01 2024-05-01 2024-06-01 2030-01-01' <<'E'
2023-12-31 
2024-01-01 ["2024-01-01T00:00:00Z",null,"2"]
2024-03-01 ["2024-03-01T00:00:00Z","2024-06-01T00:00:00Z","1"]
2024-04-01 ["2024-04-01T00:00:00Z","2024-05-01T00:00:00Z","4"]
2024-05-01 ["2024-03-01T00:00:00Z","2024-06-01T00:00:00Z","1"]
2024-06-01 ["2024-04-01T00:00:00Z",null,"3"]
2030-01-01 ["2024-04-01T00:00:00Z",null,"3"]
E
}

@test "of two that both end or are both open the later start wins, then the one added last" {
	priced
	cat >rates.csv <<'E'
product_id,starting_at,ending_before,entitled,rate_type,price
Calls,2024-02-01,,true,FLAT,1
Calls,2024-01-01,,true,FLAT,2
Calls,2024-02-01,,true,FLAT,3
Calls,2024-02-01,,false,FLAT,4
Calls,2024-03-02,2024-03-09,true,FLAT,5
Calls,2024-03-01,2024-03-20,true,FLAT,6
Calls,2024-03-02,2024-03-05,true,FLAT,7
E
	# in one request these would be refused: nothing but their order would decide
	given 'sed 1d rates.csv | while read -r row; do { head -n 1 rates.csv; echo "$row"; } | mtr-ratecard add-rates --card=List; done'
	gives 'holding List 2024-01-31 2024-02-01 2024-03-01 2024-03-02 2024-03-05 2024-03-09 2024-03-20' <<'E'
2024-01-31 ["2024-01-01T00:00:00Z",null,"2"]
2024-02-01 ["2024-02-01T00:00:00Z",null,"4"]
2024-03-01 ["2024-03-01T00:00:00Z","2024-03-20T00:00:00Z","6"]
2024-03-02 ["2024-03-02T00:00:00Z","2024-03-05T00:00:00Z","7"]
2024-03-05 ["2024-03-02T00:00:00Z","2024-03-09T00:00:00Z","5"]
2024-03-09 ["2024-03-01T00:00:00Z","2024-03-20T00:00:00Z","6"]
2024-03-20 ["2024-02-01T00:00:00Z",null,"4"]
E
	given 'mtr-ratecard add-rates --now=2020-01-01T00:00:00Z --card=List <<<"{\"product_id\":\"Calls\",\"starting_at\":\"2024-02-01\",\"entitled\":true,\"rate_type\":\"FLAT\",\"price\":8}"'
	gives 'holding List 2024-02-01' <<'E'
2024-02-01 ["2024-02-01T00:00:00Z",null,"8"]
E
}

@test "rates by product, all of them, and a card without any" {
	priced
	cat >rates.csv <<'E'
product_id,starting_at,entitled,rate_type,price,pricing_group_values.cloud,pricing_group_values.region
Storage,2024-05-01,true,FLAT,1,b,x
Storage,2024-05-01,true,FLAT,2,a,y
Storage,2024-05-01,true,FLAT,3,a,x
Calls,2025-01-01,true,FLAT,4,,
Calls,2024-01-01,true,FLAT,5,,
E
	given 'mtr-ratecard add-rates --card=List rates.csv'
	gives 'mtr-ratecard rates List | jq -r .price' <<'E'
5
3
2
1
E
	gives 'mtr-ratecard rates List --all | jq -r .price' <<'E'
5
4
3
2
1
E
	gives 'mtr-ratecard rates standard --product=Calls --all | jq -r .price' <<'E'
5
4
E
	gives 'mtr-ratecard rates 33333333-0000-4000-8000-0000000000c1 --product=22222222-0000-4000-8000-0000000000a2 --at=2024-05-01 | jq -r .price' <<'E'
3
2
1
E
	gives 'mtr-ratecard rates Euro' <<'E'
E
	gives 'mtr-ratecard rates List --product=Fee --all -o csv' <<'E'
id,product_id,pricing_group_values,starting_at,ending_before,entitled,rate_type,price,tiers,package_size,free_units,minimum,maximum,quantity,billing_frequency,commit_rate,credit_type_id
E
}

@test "rates as a table, CSV and text: money in major units" {
	priced
	cat >rates.ndjson <<'E'
{"rate_card_id":"List","product_id":"Calls","starting_at":"2024-01-01","ending_before":"2025-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":5,"price":12.5},{"price":10}]}
{"rate_card_id":"List","product_id":"Storage","starting_at":"2024-01-01","entitled":false,"rate_type":"FLAT","price":2,"pricing_group_values":{"cloud":"=aws","region":"eu"}}
E
	given 'mtr-ratecard add-rates rates.ndjson'
	gives 'mtr-ratecard rates List -o table' <<'E'
ID                                    PRODUCT_ID                            PRICING_GROUP_VALUES            STARTING_AT           ENDING_BEFORE         ENTITLED  RATE_TYPE  PRICE  TIERS                                                                                   CURRENCY
c8c712df-8a69-8e7e-98f2-31bd5b74ae90  22222222-0000-4000-8000-0000000000a1  -                               2024-01-01T00:00:00Z  2025-01-01T00:00:00Z  true      TIERED         -  [{"price":"12.5","price_major":"0.125","size":"5"},{"price":"10","price_major":"0.1"}]  USD
d07805fe-41fa-87cb-8d20-583b31fcfffb  22222222-0000-4000-8000-0000000000a2  {"cloud":"=aws","region":"eu"}  2024-01-01T00:00:00Z  -                     false     FLAT        0.02  -                                                                                       USD
E
	gives 'mtr-ratecard rates List -o csv' <<'E'
id,product_id,pricing_group_values,starting_at,ending_before,entitled,rate_type,price,tiers,package_size,free_units,minimum,maximum,quantity,billing_frequency,commit_rate,credit_type_id
c8c712df-8a69-8e7e-98f2-31bd5b74ae90,22222222-0000-4000-8000-0000000000a1,,2024-01-01T00:00:00.000000000Z,2025-01-01T00:00:00.000000000Z,true,TIERED,,"[{""price"":""0.125 USD"",""size"":""5""},{""price"":""0.1 USD""}]",,,,,,,,USD
d07805fe-41fa-87cb-8d20-583b31fcfffb,22222222-0000-4000-8000-0000000000a2,"{""cloud"":""=aws"",""region"":""eu""}",2024-01-01T00:00:00.000000000Z,,false,FLAT,0.02 USD,,,,,,,,,USD
E
	gives 'mtr-ratecard rates List --product=Calls -o text' <<'E'
id: c8c712df-8a69-8e7e-98f2-31bd5b74ae90
rate_card_id: 33333333-0000-4000-8000-0000000000c1
product_id: 22222222-0000-4000-8000-0000000000a1
starting_at: 2024-01-01T00:00:00Z
ending_before: 2025-01-01T00:00:00Z
entitled: true
rate_type: TIERED
tiers:
  - size: 5
    price: 12.5
    price_major: 0.125
  - price: 10
    price_major: 0.1
credit_type:
  id: 2714e483-4ff1-48e4-9e25-ac732e8f24f2
  name: USD (cents)
currency: USD
created_at: 2024-10-03T00:00:00Z
E
}

@test "rates refuses a card and a product it does not know" {
	priced
	refuses 3 'mtr-ratecard rates Nothing' <<'E'
mtr-ratecard: "Nothing": no rate card of this id, alias or name [not_found]
E
	refuses 3 'mtr-ratecard rates List --product=Nothing' <<'E'
mtr-ratecard: --product "Nothing": no product of this id or name [not_found]
E
	given 'mtr-ratecard create <<<"{\"name\":\"Euro\"}"'
	refuses 3 'mtr-ratecard rates Euro' <<'E'
mtr-ratecard: "Euro": several rate cards bear this name: 33333333-0000-4000-8000-0000000000c2, c8db8bde-f4f7-8e9b-9891-c84655aef154; give the id [ambiguous_name]
E
	refuses 2 'mtr-ratecard rates' <<'E'
mtr-ratecard: rates wants: card [missing_operand]
usage: mtr-ratecard rates [option ...] card
help: mtr-ratecard rates --help
E
	refuses 2 'mtr-ratecard rates List Euro' <<'E'
mtr-ratecard: "Euro": this operand is one too many [unexpected_operand]
usage: mtr-ratecard rates [option ...] card
help: mtr-ratecard rates --help
E
	refuses 2 'mtr-ratecard rates List --at=2024-01-01 --all' <<'E'
mtr-ratecard: --at and --all: wanted one of the two [usage]
usage: mtr-ratecard rates [option ...] card
help: mtr-ratecard rates --help
E
	refuses 2 'mtr-ratecard rates List --at=yesterday' <<'E'
mtr-ratecard: --at "yesterday": not a time (YYYY-MM-DDThh:mm:ssZ) [option_value]
usage: mtr-ratecard rates [option ...] card
help: mtr-ratecard rates --help
E
}

# ---- calls, and what stands around them ----

@test "wrong calls" {
	db
	refuses 2 'mtr-ratecard' <<'E'
mtr-ratecard: a verb is wanted [missing_verb]
usage: mtr-ratecard VERB [option ...] [operand ...]
verbs: create get list update archive add-rates rates schedule order
help: mtr-ratecard --help
E
	refuses 2 'mtr-ratecard add-rate' <<'E'
mtr-ratecard: "add-rate": no such verb, did you mean "add-rates"? [unknown_verb]
usage: mtr-ratecard VERB [option ...] [operand ...]
verbs: create get list update archive add-rates rates schedule order
help: mtr-ratecard --help
E
	refuses 2 'mtr-ratecard add-rates --cards=List' <<'E'
mtr-ratecard: "--cards": add-rates has no such option, did you mean "--card"? [unknown_option]
usage: mtr-ratecard add-rates [option ...] [file ...]
help: mtr-ratecard add-rates --help
E
	refuses 2 'mtr-ratecard list List' <<'E'
mtr-ratecard: "List": no operand is wanted here [unexpected_operand]
usage: mtr-ratecard list [option ...]
help: mtr-ratecard list --help
E
}

@test "no database, no records" {
	refuses 5 'mtr-ratecard list --db=/nonexistent/mtr.db' <<'E'
mtr-ratecard: no database at /nonexistent/mtr.db (mtr-db init makes one) [db_missing]
E
	db
	gives 'mtr-ratecard add-rates </dev/null' <<'E'
E
	gives 'mtr-ratecard create -o csv </dev/null' <<'E'
id,name,fiat,archived_at
E
}

# ---- percentages ----

@test "composite products are priced by percentages" {
	priced
	given 'mtr-product create' <<'E'
{"id":"22222222-0000-4000-8000-0000000000e1","name":"Support","type":"COMPOSITE","composite_product_ids":["Calls"]}
E
	given 'mtr-ratecard add-rates' <<'E'
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":"5 %"}
{"rate_card":"List","product":"Support","starting_at":"2024-02-01","entitled":true,"rate_type":"percentage","price":"1/3"}
{"rate_card":"List","product":"Support","starting_at":"2024-03-01","entitled":true,"rate_type":"PERCENTAGE","price":1}
E
	gives 'for t in 2024-01-31 2024-02-29 2024-03-31; do mtr-ratecard rates List --at=$t | jq -c "[.starting_at,.rate_type,.price,.price_exact]"; done' <<'E'
["2024-01-01T00:00:00Z","PERCENTAGE","0.05",null]
["2024-02-01T00:00:00Z","PERCENTAGE","0.33333333333333333333","1/3"]
["2024-03-01T00:00:00Z","PERCENTAGE","1",null]
E
}

@test "refused: percentages of what is used, prices of what is spent" {
	priced
	given 'mtr-product create' <<'E'
{"id":"22222222-0000-4000-8000-0000000000e1","name":"Support","type":"COMPOSITE","composite_product_ids":["Calls"]}
E
	cat >bad.ndjson <<'E'
{"rate_card":"List","product":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":0.05}
{"rate_card":"List","product":"Fee","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":0.05}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":5}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"price":5}]}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":5}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":"101 %"}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":-0.05}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE"}
{"rate_card":"List","product":"Support","starting_at":"2024-01-01","entitled":true,"rate_type":"PERCENTAGE","price":0.05,"pricing_group_values":{"region":"us"}}
E
	refuses 3 'mtr-ratecard add-rates bad.ndjson' <<'E'
mtr-ratecard: bad.ndjson:1:94: rate_type "PERCENTAGE": a USAGE product is priced FLAT, TIERED, VOLUME, STAIRSTEP or PACKAGE [rate.rate_type]
mtr-ratecard: bad.ndjson:2:1: product_id "Fee": a FIXED product has no rates: its price stands on the contract [rate.product_id]
mtr-ratecard: bad.ndjson:3:96: rate_type "FLAT": a COMPOSITE product is priced PERCENTAGE or TIERED_PERCENTAGE [rate.rate_type]
mtr-ratecard: bad.ndjson:4:96: rate_type "TIERED": a COMPOSITE product is priced PERCENTAGE or TIERED_PERCENTAGE [rate.rate_type]
mtr-ratecard: bad.ndjson:5:117: price "5": above 1; wanted a fraction, as 0.05 or "5 %" for 5 % [rate.price]
mtr-ratecard: bad.ndjson:6:117: price "101 %": above 100 % [rate.price]
mtr-ratecard: bad.ndjson:7:117: price "-0.05": below zero [rate.price]
mtr-ratecard: bad.ndjson:8:1: price: missing [missing_field]
mtr-ratecard: bad.ndjson:9:145: pricing_group_values "{\"region\":\"us\"}": a PERCENTAGE rate has none: it is for COMPOSITE products [rate.pricing_group_values]
E
}
