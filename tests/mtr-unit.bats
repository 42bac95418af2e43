# mtr-unit: custom pricing units beside the currencies.
# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

two() {
	db
	printf '%s\n' '{"name":"tokens"}' '{"id":"ABCDEF00-0000-4000-8000-00000000000F","name":"AI credits"}' >units.ndjson
	given 'mtr-unit create units.ndjson'
}

# ---- create ----

@test "create gives back what it stored" {
	db
	printf '%s\n' '{"name":"tokens"}' '{"id":"ABCDEF00-0000-4000-8000-00000000000F","name":"AI credits"}' >units.ndjson
	gives 'mtr-unit create units.ndjson' <<'E'
{"id":"d9c042ab-37fe-868d-a304-06143d8ac749","name":"tokens","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
{"id":"abcdef00-0000-4000-8000-00000000000f","name":"AI credits","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-unit list' <<'E'
{"id":"d9c042ab-37fe-868d-a304-06143d8ac749","name":"tokens","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
{"id":"abcdef00-0000-4000-8000-00000000000f","name":"AI credits","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}

@test "create reads CSV, and a dry run prints the id that the run gives" {
	db
	printf '%s\n' name tokens '"AI, credits"' >units.csv
	given 'mtr-unit create -n units.csv'
	cp "$OUT" dry
	gives 'mtr-unit list' </dev/null
	given 'mtr-unit create units.csv >run; diff dry run'
	gives 'mtr-unit list | jq -r .name' <<'E'
tokens
AI, credits
E
}

@test "create --if-absent gives the unit that is there" {
	two
	gives 'mtr-unit create --if-absent <<<"{\"name\":\"tokens\"}"' <<'E'
{"id":"d9c042ab-37fe-868d-a304-06143d8ac749","name":"tokens","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-unit create --if-absent <<<"{\"name\":\"gems\"}" | jq -r .name; mtr-unit list | wc -l' <<'E'
gems
3
E
	refuses 3 'mtr-unit create --if-absent <<<"{\"id\":\"abcdef00-0000-4000-8000-00000000000f\",\"name\":\"AI\"}"' <<'E'
mtr-unit: stdin:1:1: pricing unit abcdef00-0000-4000-8000-00000000000f is there already and differs from this [differs]
E
}

@test "create refuses names of currencies, and names that are taken" {
	two
	cat >bad.ndjson <<'E'
{"name":"tokens"}
{"name":"EUR"}
{"name":"usd"}
{"name":"USD (cents)"}
{"name":"2714E483-4FF1-48E4-9E25-AC732E8F24F2"}
{"name":""}
{"name":7}
{}
{"name":"gems","places":2}
{"id":"gems","name":"gems"}
{"id":"abcdef00-0000-4000-8000-00000000000f","name":"gems"}
{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"gems"}
E
	refuses 3 'mtr-unit create bad.ndjson' <<'E'
mtr-unit: bad.ndjson:1:9: name "tokens": belongs to unit d9c042ab-37fe-868d-a304-06143d8ac749 [unit.name]
mtr-unit: bad.ndjson:2:9: name "EUR": is a currency, EUR [unit.name]
mtr-unit: bad.ndjson:3:9: name "usd": is a currency, USD (cents) [unit.name]
mtr-unit: bad.ndjson:4:9: name "USD (cents)": is a currency, USD (cents) [unit.name]
mtr-unit: bad.ndjson:5:9: name "2714E483-4FF1-48E4-9E25-AC732E8F24F2": is a currency, USD (cents) [unit.name]
mtr-unit: bad.ndjson:6:9: name "": wanted 1 to 160 characters, found 0 [unit.name]
mtr-unit: bad.ndjson:7:9: name "7": wanted a string, found a number [unit.name]
mtr-unit: bad.ndjson:8:1: name: missing [missing_field]
mtr-unit: bad.ndjson:9:25: places "2": unknown field [unknown_field]
mtr-unit: bad.ndjson:10:7: id "gems": wanted a UUID [unit.id]
mtr-unit: bad.ndjson:11:7: id "abcdef00-0000-4000-8000-00000000000f": another object has this id [id_taken]
mtr-unit: bad.ndjson:12:7: id "2714e483-4ff1-48e4-9e25-ac732e8f24f2": is that of USD (cents), a currency [unit.id]
E
	gives 'mtr-unit list | wc -l' <<<2
}

@test "one name twice in a command is refused" {
	db
	refuses 3 'printf "%s\n" "{\"name\":\"tokens\"}" "{\"name\":\"tokens\"}" | mtr-unit create' <<'E'
mtr-unit: stdin:2:9: name "tokens": belongs to unit d9c042ab-37fe-868d-a304-06143d8ac749 [unit.name]
E
	gives 'mtr-unit list' </dev/null
}

# ---- get, list ----

@test "get finds custom units by id and name, currencies by code, id and name" {
	two
	gives 'mtr-unit get "AI credits" D9C042AB-37FE-868D-A304-06143D8AC749 jpy "USD (cents)" 2714e483-4ff1-48e4-9e25-ac732e8f24f2' <<'E'
{"id":"abcdef00-0000-4000-8000-00000000000f","name":"AI credits","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
{"id":"d9c042ab-37fe-868d-a304-06143d8ac749","name":"tokens","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
{"id":"ae88726a-8d7e-82fe-80c2-ef0c37aa2a93","name":"JPY","is_currency":true,"code":"JPY","decimal_places":0}
{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)","is_currency":true,"code":"USD","decimal_places":2}
{"id":"2714e483-4ff1-48e4-9e25-ac732e8f24f2","name":"USD (cents)","is_currency":true,"code":"USD","decimal_places":2}
E
	try 'mtr-unit get tokens Tokens XAU'
	status_is 3
	out_is <<'E'
{"id":"d9c042ab-37fe-868d-a304-06143d8ac749","name":"tokens","is_currency":false,"created_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-unit: "Tokens": no pricing unit of this id or name [not_found]
mtr-unit: "XAU": no pricing unit of this id or name [not_found]
E
}

@test "a list goes on where another one ended, over the currencies too" {
	two
	gives 'mtr-unit list --limit=1 -o csv' <<'E'
id,name,is_currency,code,decimal_places
d9c042ab-37fe-868d-a304-06143d8ac749,tokens,false,,
E
	gives 'mtr-unit list --after=d9c042ab-37fe-868d-a304-06143d8ac749 | jq -r .name' <<'E'
AI credits
E
	gives 'mtr-unit list --currencies --limit=4 | jq -r .name' <<'E'
tokens
AI credits
AED
AFN
E
	given 'mtr-unit list --currencies | jq -r .id >all'
	given 'after=$(sed -n 10p all); { head -10 all; mtr-unit list --currencies --after=$after | jq -r .id; } | diff - all'
	gives 'last=$(tail -1 all); mtr-unit list --currencies --after=$last --limit=3' </dev/null
	refuses 3 'mtr-unit list --after=2714e483-4ff1-48e4-9e25-ac732e8f24f2' <<'E'
mtr-unit: --after "2714e483-4ff1-48e4-9e25-ac732e8f24f2": no unit of this id [not_found]
E
}

# ---- the file ----

@test "a unit that was meddled with is found" {
	two
	given 'sqlite3 mtr.db "DROP TRIGGER unit_no_update; UPDATE unit SET terms = '\''{\"name\":\"gems\"}'\'' WHERE name = '\''tokens'\''"'
	try 'mtr-db check'
	status_is 1
	err_empty
	grep -F check.unit "$OUT" >found
	printf '%s\n' '{"type":"difference","code":"check.unit","message":"unit d9c042ab-37fe-868d-a304-06143d8ac749: its terms are not those of change 1"}' |
		diff - found
	checked out
}

@test "units are append-only" {
	two
	for sql in 'UPDATE unit SET name = 1' 'DELETE FROM unit' 'REPLACE INTO unit SELECT * FROM unit'; do
		try "sqlite3 mtr.db '$sql'"
		[ "$status" -ne 0 ]
		checked status
		out_empty
		grep -qF 'unit is append-only' "$ERR"
		checked err
	done
	gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
}
