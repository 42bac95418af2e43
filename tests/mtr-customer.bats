# mtr-customer: who is billed, and under which names events come.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

A=11111111-1111-4111-8111-111111111111
B=22222222-2222-4222-8222-222222222222

# two - Acme (id A, aliases acme and acme-eu) and Northwind (id B, alias nw)
two() {
	db
	cat >two.ndjson <<-E
	{"id":"$A","name":"Acme","ingest_aliases":["acme","acme-eu"]}
	{"id":"$B","name":"Northwind","ingest_aliases":["nw"]}
	E
	given 'mtr-customer create two.ndjson'
}

# letters N - N times the letter é, which takes two bytes
letters() {
	printf 'é%.0s' $(seq "$1")
}
export -f letters

# ---- create ----

@test "create gives back what it stored" {
	db
	cat >customers.ndjson <<'E'
{"name":"Acme","ingest_aliases":["acme","acme-eu"],"external_id":"crm-7","custom_fields":{"tier":"gold","region":"eu"}}

{"name":"Northwind"}
E
	gives 'mtr-customer create customers.ndjson' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","external_id":"crm-7","name":"Acme","ingest_aliases":["acme","acme-eu"],"custom_fields":{"region":"eu","tier":"gold"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
{"id":"844e073d-a968-89ad-a8d5-6ecae740e18a","name":"Northwind","ingest_aliases":[],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-customer list' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","external_id":"crm-7","name":"Acme","ingest_aliases":["acme","acme-eu"],"custom_fields":{"region":"eu","tier":"gold"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
{"id":"844e073d-a968-89ad-a8d5-6ecae740e18a","name":"Northwind","ingest_aliases":[],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
}

@test "fields of billing providers and revenue systems are given back as they came" {
	db
	gives 'mtr-customer create <<<"{\"name\":\"Acme\",\"customer_config\":{\"salesforce_account_id\":\"0015500001WO1ZiABL\"},\"customer_billing_provider_configurations\":[{\"billing_provider\":\"stripe\",\"delivery_method\":\"direct_to_billing_provider\"}],\"customer_revenue_system_configurations\":[1.50]}"' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","name":"Acme","ingest_aliases":[],"customer_billing_provider_configurations":[{"billing_provider":"stripe","delivery_method":"direct_to_billing_provider"}],"customer_config":{"salesforce_account_id":"0015500001WO1ZiABL"},"customer_revenue_system_configurations":[1.50],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-customer get Acme' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","name":"Acme","ingest_aliases":[],"customer_billing_provider_configurations":[{"billing_provider":"stripe","delivery_method":"direct_to_billing_provider"}],"customer_config":{"salesforce_account_id":"0015500001WO1ZiABL"},"customer_revenue_system_configurations":[1.50],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
}

@test "an array, values over several lines and CSV make the same customers as NDJSON" {
	cat >customers.ndjson <<'E'
{"name":"Acme","ingest_aliases":["acme","acme-eu"],"custom_fields":{"tier":"gold"}}
{"name":"Northwind","external_id":"nw"}
E
	jq -s . customers.ndjson >array.json
	jq . customers.ndjson >values.json
	printf '\xef\xbb\xbfname,ingest_aliases,custom_fields.tier,external_id\r\nAcme,"[""acme"",""acme-eu""]",gold,\r\nNorthwind,,,nw' >customers.csv
	for file in customers.ndjson array.json values.json customers.csv; do
		rm -f mtr.db*
		db
		given "mtr-customer create $file"
		mv "$OUT" "$file.out"
	done
	gives 'cat customers.ndjson.out' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","name":"Acme","ingest_aliases":["acme","acme-eu"],"custom_fields":{"tier":"gold"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
{"id":"844e073d-a968-89ad-a8d5-6ecae740e18a","external_id":"nw","name":"Northwind","ingest_aliases":[],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	for file in array.json values.json customers.csv; do
		given "cmp customers.ndjson.out $file.out"
	done
}

@test "the id may be given, and comes back in lower case" {
	db
	gives 'mtr-customer create <<<"{\"id\":\"ABCDEF00-0000-4000-8000-00000000000F\",\"name\":\"Acme\"}"' <<'E'
{"id":"abcdef00-0000-4000-8000-00000000000f","name":"Acme","ingest_aliases":[],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-customer get ABCDEF00-0000-4000-8000-00000000000F | jq -r .name' <<'E'
Acme
E
}

@test "an id that another object has is refused, whatever its kind" {
	two
	refuses 3 "mtr-customer create <<<'{\"id\":\"$A\",\"name\":\"Tailspin\"}'" <<'E'
mtr-customer: stdin:1:7: id "11111111-1111-4111-8111-111111111111": another object has this id [id_taken]
E
	refuses 3 "mtr-metric create <<<'{\"id\":\"$A\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}'" <<'E'
mtr-metric: stdin:1:7: id "11111111-1111-4111-8111-111111111111": another object has this id [id_taken]
E
	refuses 3 'mtr-customer create <<<"{\"id\":\"acme\",\"name\":\"Tailspin\"}"' <<'E'
mtr-customer: stdin:1:7: id "acme": wanted a UUID [customer.id]
E
}

@test "a dry run prints the ids the run gives, and stores nothing" {
	db
	printf '{"name":"%s"}\n' Acme Northwind Tailspin >three.ndjson
	given 'mtr-customer create --dry-run three.ndjson'
	mv "$OUT" dry
	gives 'mtr-customer list' <<'E'
E
	given 'mtr-customer create three.ndjson'
	mv "$OUT" run
	given 'diff dry run'
}

@test "one bad record and nothing is stored; each bad one is reported with its place" {
	db
	cat >customers.ndjson <<'E'
{"name":"Acme"}
{"name":"Northwind","ingest_aliases":"nw"}
{"name":"Tailspin",}
{"name":"Contoso","ingest_aliases":["x","x"]}
E
	refuses 3 'mtr-customer create customers.ndjson' <<'E'
mtr-customer: customers.ndjson:3:20: wanted a key, found '}' [json_syntax]
mtr-customer: customers.ndjson:2:38: ingest_aliases "nw": wanted an array, found a string [customer.ingest_aliases]
mtr-customer: customers.ndjson:4:41: ingest_aliases[1] "x": given twice [customer.ingest_aliases]
E
	gives 'mtr-customer list' <<'E'
E
	printf 'name,ingest_aliases\nAcme,[]\nNorthwind,nw\n' >customers.csv
	refuses 3 'mtr-customer create customers.csv' <<'E'
mtr-customer: customers.csv:3:2: ingest_aliases "nw": wanted an array as JSON: byte 2: wanted null, found 'w' [customer.ingest_aliases]
E
	refuses 3 'mtr-customer create --errors=json customers.csv' <<'E'
{"type":"error","code":"customer.ingest_aliases","message":"ingest_aliases \"nw\": wanted an array as JSON: byte 2: wanted null, found 'w'","file":"customers.csv","line":3,"column":2,"field":"ingest_aliases","value":"nw"}
E
	gives 'mtr-customer list' <<'E'
E
}

@test "a name is wanted, of 1 to 160 characters, and never cut" {
	db
	gives 'printf "{\"name\":\"%s\"}" "$(letters 160)" | mtr-customer create | jq ".name|length"' <<'E'
160
E
	refuses 3 'printf "{\"name\":\"%s\"}" "$(letters 161)" | mtr-customer create' <<'E'
mtr-customer: stdin:1:9: name "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 160 characters, found 161 [customer.name]
E
	refuses 3 'mtr-customer create <<<"{\"name\":\"\"}"' <<'E'
mtr-customer: stdin:1:9: name "": wanted 1 to 160 characters, found 0 [customer.name]
E
	refuses 3 'mtr-customer create <<<"{\"ingest_aliases\":[\"a\"]}"' <<'E'
mtr-customer: stdin:1:1: name: missing [missing_field]
E
	refuses 3 'mtr-customer create <<<"{\"name\":null}"' <<'E'
mtr-customer: stdin:1:1: name: missing [missing_field]
E
	refuses 3 'mtr-customer create <<<"{\"name\":7}"' <<'E'
mtr-customer: stdin:1:9: name "7": wanted a string, found a number [customer.name]
E
	refuses 3 'mtr-customer create <<<"[7]"' <<'E'
mtr-customer: stdin:1:2: wanted an object, found a number [not_an_object]
E
}

@test "an alias has 1 to 128 characters" {
	db
	gives 'printf "{\"name\":\"Acme\",\"ingest_aliases\":[\"%s\"]}" "$(letters 128)" | mtr-customer create | jq ".ingest_aliases[0]|length"' <<'E'
128
E
	refuses 3 'printf "{\"name\":\"Acme\",\"ingest_aliases\":[\"b\",\"%s\"]}" "$(letters 129)" | mtr-customer create' <<'E'
mtr-customer: stdin:1:38: ingest_aliases[1]: 129 characters; wanted 1 to 128 [customer.ingest_aliases]
E
	refuses 3 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_aliases\":[\"b\",\"\"]}"' <<'E'
mtr-customer: stdin:1:38: ingest_aliases[1]: 0 characters; wanted 1 to 128 [customer.ingest_aliases]
E
	refuses 3 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_aliases\":[\"b\",5]}"' <<'E'
mtr-customer: stdin:1:38: ingest_aliases[1] "5": wanted a string, found a number [customer.ingest_aliases]
E
}

@test "a customer has at most 2,000 aliases" {
	db
	aliases() { seq "$1" | jq -sc '{name: "Acme", ingest_aliases: map("a" + tostring)}'; }
	export -f aliases
	refuses 3 'aliases 2001 | mtr-customer create' <<'E'
mtr-customer: stdin:1:33: ingest_aliases "[\"a1\",\"a2\",\"a3\",\"a4\",\"a5\",\"a6\",\"a7\",\"a8\",\"a9\",\"a10\",\"a11\",\"a12\",\"a13\",\"a14\",\"a15\",\"a16\",\"a17\",\"a18\",\"a19\",\"a20\",\"a21\",\"a22\",\"a23\",\"a24\",\"a25\",\"a26\",\"a27\",\"a28\",\"a29\",\"a30\",\"a31\",\"a32\",\"a33\",\"a34\",\"a35...": 2001 aliases; at most 2000 are allowed [customer.ingest_aliases]
E
	gives 'aliases 2000 | mtr-customer create | jq ".ingest_aliases|length"' <<'E'
2000
E
	gives 'mtr-customer get a2000 | jq -r .name' <<'E'
Acme
E
}

@test "an alias stands once in a list" {
	db
	refuses 3 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_aliases\":[\"a\",\"b\",\"a\"]}"' <<'E'
mtr-customer: stdin:1:42: ingest_aliases[2] "a": given twice [customer.ingest_aliases]
E
}

@test "an alias belongs to one customer, archived or not" {
	two
	refuses 3 'mtr-customer create <<<"{\"name\":\"Tailspin\",\"ingest_aliases\":[\"t\",\"acme-eu\"]}"' <<'E'
mtr-customer: stdin:1:42: ingest_aliases[1] "acme-eu": belongs to customer 11111111-1111-4111-8111-111111111111 [customer.ingest_aliases]
E
	given 'mtr-customer archive Acme'
	refuses 3 'mtr-customer create <<<"{\"name\":\"Tailspin\",\"ingest_aliases\":[\"acme-eu\"]}"' <<'E'
mtr-customer: stdin:1:38: ingest_aliases[0] "acme-eu": belongs to customer 11111111-1111-4111-8111-111111111111 [customer.ingest_aliases]
E
	refuses 3 'mtr-customer set-aliases <<<"{\"customer_id\":\"nw\",\"ingest_aliases\":[\"acme\"]}"' <<'E'
mtr-customer: stdin:1:39: ingest_aliases[0] "acme": belongs to customer 11111111-1111-4111-8111-111111111111 [customer.ingest_aliases]
E
}

@test "two customers of one input cannot share an alias" {
	db
	refuses 3 'printf "{\"name\":\"%s\",\"ingest_aliases\":[\"x\"]}\n" Acme Northwind | mtr-customer create' <<'E'
mtr-customer: stdin:2:39: ingest_aliases[0] "x": belongs to customer 4589a5f9-cd27-861e-a426-850bc0748a84 [customer.ingest_aliases]
E
}

@test "an alias is no other customer's id, and an id no other customer's alias" {
	two
	refuses 3 "mtr-customer create <<<'{\"name\":\"Tailspin\",\"ingest_aliases\":[\"$B\"]}'" <<'E'
mtr-customer: stdin:1:38: ingest_aliases[0] "22222222-2222-4222-8222-222222222222": is the id of customer 22222222-2222-4222-8222-222222222222 [customer.ingest_aliases]
E
	gives "mtr-customer set-aliases <<<'{\"customer_id\":\"$B\",\"ingest_aliases\":[\"$B\",\"33333333-3333-4333-8333-333333333333\"]}' | jq -c .ingest_aliases" <<'E'
["22222222-2222-4222-8222-222222222222","33333333-3333-4333-8333-333333333333"]
E
	refuses 3 "mtr-customer create <<<'{\"id\":\"33333333-3333-4333-8333-333333333333\",\"name\":\"Tailspin\"}'" <<'E'
mtr-customer: stdin:1:7: id "33333333-3333-4333-8333-333333333333": is an ingest alias of customer 22222222-2222-4222-8222-222222222222 [id_taken]
E
}

@test "a custom field has at most 200 characters" {
	db
	gives 'printf "{\"name\":\"Acme\",\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 200)" | mtr-customer create | jq ".custom_fields.k|length"' <<'E'
200
E
	refuses 3 'printf "{\"name\":\"Acme\",\"custom_fields\":{\"k\":\"%s\"}}" "$(letters 201)" | mtr-customer create' <<'E'
mtr-customer: stdin:1:37: custom_fields.k "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted at most 200 characters, found 201 [customer.custom_fields]
E
	refuses 3 'mtr-customer create <<<"{\"name\":\"Acme\",\"custom_fields\":{\"k\":1}}"' <<'E'
mtr-customer: stdin:1:37: custom_fields.k "1": wanted a string, found a number [customer.custom_fields]
E
}

@test "a field nobody knows is refused by name" {
	db
	refuses 3 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_alias\":[\"a\"]}"' <<'E'
mtr-customer: stdin:1:31: ingest_alias "[\"a\"]": unknown field; did you mean "ingest_aliases"? [unknown_field]
E
	refuses 3 'mtr-customer create <<<"{\"name\":\"Acme\",\"colour\":\"red\"}"' <<'E'
mtr-customer: stdin:1:25: colour "red": unknown field [unknown_field]
E
	refuses 3 'mtr-customer create <<<"{\"Name\":\"Acme\"}"' <<'E'
mtr-customer: stdin:1:1: name: missing [missing_field]
E
	printf 'name,aliases\nAcme,[]\n' >customers.csv
	refuses 3 'mtr-customer create customers.csv' <<'E'
mtr-customer: customers.csv:2:2: aliases "[]": unknown field [unknown_field]
E
}

@test "--if-absent gives back an equal customer and refuses a different one" {
	two
	gives "mtr-customer create --if-absent two.ndjson | jq -r .id" <<'E'
11111111-1111-4111-8111-111111111111
22222222-2222-4222-8222-222222222222
E
	gives 'mtr-customer create --if-absent <<<"{\"ingest_aliases\":[\"nw\"],\"name\":\"Northwind\"}" | jq -r .id' <<'E'
22222222-2222-4222-8222-222222222222
E
	refuses 3 'mtr-customer create --if-absent <<<"{\"name\":\"Northwind\",\"ingest_aliases\":[\"nw\",\"nw2\"]}"' <<'E'
mtr-customer: stdin:1:1: customer 22222222-2222-4222-8222-222222222222 is there already and differs from this [differs]
E
	refuses 3 "mtr-customer create --if-absent <<<'{\"id\":\"$B\",\"name\":\"North Wind\",\"ingest_aliases\":[\"nw\"]}'" <<'E'
mtr-customer: stdin:1:1: customer 22222222-2222-4222-8222-222222222222 is there already and differs from this [differs]
E
	gives 'mtr-customer create --if-absent <<<"{\"name\":\"Tailspin\"}" | jq -c "[.id,.name]"' <<'E'
["3c5a0c01-1906-8e31-972c-c15fbaed7763","Tailspin"]
E
	gives 'mtr-customer list | jq -r .name' <<'E'
Acme
Northwind
Tailspin
E
}

@test "--if-absent: an archived customer is not there by name, and refused by id" {
	db
	printf '{"id":"%s","name":"Acme"}' $A >acme.json
	given 'mtr-customer create acme.json; mtr-customer archive Acme'
	refuses 3 'mtr-customer create --if-absent acme.json' <<'E'
mtr-customer: acme.json:1:7: id "11111111-1111-4111-8111-111111111111": the object of this id is archived [archived]
E
	gives 'mtr-customer create --if-absent <<<"{\"name\":\"Acme\"}"' <<'E'
{"id":"844e073d-a968-89ad-a8d5-6ecae740e18a","name":"Acme","ingest_aliases":[],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
}

@test "--if-absent cannot choose between two customers of one name" {
	db
	given 'printf "{\"name\":\"Acme\"}\n{\"name\":\"Acme\"}\n" | mtr-customer create'
	refuses 3 'mtr-customer create --if-absent <<<"{\"name\":\"Acme\"}"' <<'E'
mtr-customer: stdin:1:1: several customers bear this name: 4589a5f9-cd27-861e-a426-850bc0748a84, 844e073d-a968-89ad-a8d5-6ecae740e18a; give the id [ambiguous_name]
E
}

@test "no record is no error" {
	db
	gives 'mtr-customer create </dev/null' <<'E'
E
	gives 'mtr-customer create -o csv </dev/null' <<'E'
id,name,ingest_aliases,archived_at
E
	gives "mtr-customer update - /dev/null <<<''" <<'E'
E
}

# ---- get and list ----

@test "get finds by id, alias and name" {
	two
	gives "mtr-customer get $A acme-eu Northwind nw ${A^^} | jq -r .name" <<'E'
Acme
Acme
Northwind
Northwind
Acme
E
}

@test "get writes what there is and refuses the rest" {
	two
	try 'mtr-customer get Acme Tailspin nw'
	status_is 3
	out_is <<'E'
{"id":"11111111-1111-4111-8111-111111111111","name":"Acme","ingest_aliases":["acme","acme-eu"],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
{"id":"22222222-2222-4222-8222-222222222222","name":"Northwind","ingest_aliases":["nw"],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-customer: "Tailspin": no customer of this id, alias or name [not_found]
E
	refuses 3 "mtr-customer get 33333333-3333-4333-8333-333333333333" <<'E'
mtr-customer: "33333333-3333-4333-8333-333333333333": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-customer get ""' <<'E'
mtr-customer: "": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-customer get --errors=json Tailspin' <<'E'
{"type":"error","code":"not_found","message":"\"Tailspin\": no customer of this id, alias or name","value":"Tailspin"}
E
}

@test "an alias goes before a name" {
	two
	given 'mtr-customer create <<<"{\"name\":\"acme\"}"'
	gives 'mtr-customer get acme | jq -r .name' <<'E'
Acme
E
}

@test "a name that several bear is refused, with their ids" {
	two
	given 'mtr-customer create <<<"{\"name\":\"Acme\"}"'
	refuses 3 'mtr-customer get Acme' <<'E'
mtr-customer: "Acme": several customers bear this name: 11111111-1111-4111-8111-111111111111, 3c5a0c01-1906-8e31-972c-c15fbaed7763; give the id [ambiguous_name]
E
	refuses 3 'mtr-customer archive Acme' <<'E'
mtr-customer: "Acme": several customers bear this name: 11111111-1111-4111-8111-111111111111, 3c5a0c01-1906-8e31-972c-c15fbaed7763; give the id [ambiguous_name]
E
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"Acme\",\"name\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:16: customer_id "Acme": several customers bear this name: 11111111-1111-4111-8111-111111111111, 3c5a0c01-1906-8e31-972c-c15fbaed7763; give the id [ambiguous_name]
E
	given "mtr-customer archive $A"
	gives 'mtr-customer get Acme | jq -r .id' <<'E'
3c5a0c01-1906-8e31-972c-c15fbaed7763
E
}

@test "get - reads names, or the ids of NDJSON" {
	two
	printf '  acme \r\n\n{"name":"x","id":"%s"}\n' $B >names
	gives 'mtr-customer get - <names | jq -r .name' <<'E'
Acme
Northwind
E
	gives 'mtr-customer list | mtr-customer get - | diff - <(mtr-customer list)' <<'E'
E
	printf 'Acme\nTailspin\n{"name":"x"}\n{"id":\n' >names
	try 'mtr-customer get - <names'
	status_is 3
	out_is <<'E'
{"id":"11111111-1111-4111-8111-111111111111","name":"Acme","ingest_aliases":["acme","acme-eu"],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-customer: stdin:2: "Tailspin": no customer of this id, alias or name [not_found]
mtr-customer: stdin:3: id: an object given as a name needs an "id" that is a text [missing_field]
mtr-customer: stdin:4:7: wanted a value, found the end [json_syntax]
E
}

@test "list pages through" {
	db
	given 'printf "{\"name\":\"%s\"}\n" Acme Northwind Tailspin Contoso | mtr-customer create'
	gives 'mtr-customer list --limit=2 | jq -r .name' <<'E'
Acme
Northwind
E
	gives 'mtr-customer list --limit=2 --after="$(mtr-customer get Northwind | jq -r .id)" | jq -r .name' <<'E'
Tailspin
Contoso
E
	gives 'mtr-customer list --after="$(mtr-customer get Contoso | jq -r .id)"' <<'E'
E
	gives 'mtr-customer list --limit=0' <<'E'
E
	refuses 3 'mtr-customer list --after=Acme' <<'E'
mtr-customer: --after "Acme": no customer of this id [not_found]
E
	refuses 2 'mtr-customer list --limit=-1' <<'E'
mtr-customer: --limit "-1": wanted: a whole number, 0 to 9223372036854775807 [option_value]
usage: mtr-customer list [option ...]
help: mtr-customer list --help
E
}

@test "list leaves archived ones out, unless asked for" {
	two
	given 'mtr-customer archive acme'
	gives 'mtr-customer list | jq -r .name' <<'E'
Northwind
E
	gives 'mtr-customer list --archived | jq -c "[.name,.archived_at]"' <<'E'
["Acme","2024-10-03T00:00:00Z"]
["Northwind",null]
E
}

@test "tables, CSV and text" {
	two
	given 'mtr-customer create <<<"{\"name\":\"=cmd\",\"ingest_aliases\":[\"-1\"],\"custom_fields\":{\"k\":\"v\"}}"; mtr-customer archive acme'
	gives 'mtr-customer list --archived -o table' <<'E'
ID                                    NAME       INGEST_ALIASES      ARCHIVED_AT
11111111-1111-4111-8111-111111111111  Acme       ["acme","acme-eu"]  2024-10-03T00:00:00Z
22222222-2222-4222-8222-222222222222  Northwind  ["nw"]              -
3c5a0c01-1906-8e31-972c-c15fbaed7763  =cmd       ["-1"]              -
E
	gives 'mtr-customer list --archived -o csv' <<'E'
id,name,ingest_aliases,archived_at
11111111-1111-4111-8111-111111111111,Acme,"[""acme"",""acme-eu""]",2024-10-03T00:00:00.000000000Z
22222222-2222-4222-8222-222222222222,Northwind,"[""nw""]",
3c5a0c01-1906-8e31-972c-c15fbaed7763,'=cmd,"[""-1""]",
E
	gives 'mtr-customer get nw -o text' <<'E'
id: 22222222-2222-4222-8222-222222222222
name: Northwind
ingest_aliases:
  - nw
created_at: 2024-10-03T00:00:00Z
updated_at: 2024-10-03T00:00:00Z
E
}

# ---- update ----

@test "update changes the name, and merges custom fields" {
	db
	given 'mtr-customer create <<<"{\"name\":\"Acme\",\"ingest_aliases\":[\"a\"],\"external_id\":\"7\",\"custom_fields\":{\"x\":\"1\",\"y\":\"2\"},\"customer_config\":{\"salesforce_account_id\":\"s\"}}"'
	gives 'mtr-customer update --now=2024-10-04T00:00:00Z <<<"{\"customer_id\":\"Acme\",\"name\":\"Acme Ltd\"}"' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","external_id":"7","name":"Acme Ltd","ingest_aliases":["a"],"custom_fields":{"x":"1","y":"2"},"customer_config":{"salesforce_account_id":"s"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-04T00:00:00Z"}
E
	gives 'mtr-customer update --now=2024-10-05T00:00:00Z <<<"{\"customer\":\"a\",\"custom_fields\":{\"y\":\"3\",\"z\":\"4\"},\"customer_config\":{\"salesforce_account_id\":\"t\"}}"' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","external_id":"7","name":"Acme Ltd","ingest_aliases":["a"],"custom_fields":{"x":"1","y":"3","z":"4"},"customer_config":{"salesforce_account_id":"t"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-05T00:00:00Z"}
E
	printf 'id,name,custom_fields.x\n%s,Acme Inc,5\n' "$(mtr-customer get a | jq -r .id)" >update.csv
	gives 'mtr-customer update --now=2024-10-06T00:00:00Z update.csv; mtr-customer get a' <<'E'
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","external_id":"7","name":"Acme Inc","ingest_aliases":["a"],"custom_fields":{"x":"5","y":"3","z":"4"},"customer_config":{"salesforce_account_id":"t"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-06T00:00:00Z"}
{"id":"4589a5f9-cd27-861e-a426-850bc0748a84","external_id":"7","name":"Acme Inc","ingest_aliases":["a"],"custom_fields":{"x":"5","y":"3","z":"4"},"customer_config":{"salesforce_account_id":"t"},"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-06T00:00:00Z"}
E
}

@test "a clock that was turned back does not turn back history" {
	two
	gives 'mtr-customer update --now=2020-01-01T00:00:00Z <<<"{\"customer\":\"acme\",\"name\":\"Acme Ltd\"}" | jq -r .updated_at' <<'E'
2024-10-03T00:00:00Z
E
}

@test "update refuses what it cannot change" {
	two
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"acme\",\"external_id\":\"9\"}"' <<'E'
mtr-customer: stdin:1:37: external_id "9": cannot be changed here once it is set [immutable_field]
E
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"acme\",\"ingest_aliases\":[]}"' <<'E'
mtr-customer: stdin:1:40: ingest_aliases "[]": cannot be changed here once it is set [immutable_field]
E
	refuses 3 'mtr-customer update <<<"{\"name\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:1: customer_id: missing [missing_field]
E
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"acme\",\"id\":\"acme\",\"name\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:28: id "acme": given beside customer_id; wanted one of the two [customer.id]
E
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"Tailspin\",\"name\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:16: customer_id "Tailspin": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"acme\",\"nam\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:29: nam "Acme Ltd": unknown field; did you mean "name"? [unknown_field]
E
	gives 'mtr-customer list | diff - <(mtr-customer get acme nw)' <<'E'
E
}

@test "update is all or nothing" {
	two
	refuses 3 'printf "{\"customer_id\":\"%s\",\"name\":\"New\"}\n" acme nobody | mtr-customer update' <<'E'
mtr-customer: stdin:2:16: customer_id "nobody": no customer of this id, alias or name [not_found]
E
	gives 'mtr-customer list | jq -r .name' <<'E'
Acme
Northwind
E
}

# ---- set-aliases ----

@test "set-aliases replaces the list" {
	two
	gives "mtr-customer set-aliases --now=2024-10-04T00:00:00Z <<<'{\"customer_id\":\"acme\",\"ingest_aliases\":[\"acme-us\",\"acme\"]}'" <<'E'
{"id":"11111111-1111-4111-8111-111111111111","name":"Acme","ingest_aliases":["acme-us","acme"],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-04T00:00:00Z"}
E
	refuses 3 'mtr-customer get acme-eu' <<'E'
mtr-customer: "acme-eu": no customer of this id, alias or name [not_found]
E
	gives "mtr-customer set-aliases <<<'{\"id\":\"$A\",\"ingest_aliases\":[]}' | jq -c .ingest_aliases" <<'E'
[]
E
	printf 'customer_id,ingest_aliases\n%s,"[""acme-eu""]"\n' $B >aliases.csv
	gives 'mtr-customer set-aliases aliases.csv | jq -c .ingest_aliases' <<'E'
["acme-eu"]
E
}

@test "an alias moves in one command, away before there" {
	two
	refuses 3 'printf "{\"customer_id\":\"nw\",\"ingest_aliases\":[\"nw\",\"acme-eu\"]}\n{\"customer_id\":\"acme\",\"ingest_aliases\":[\"acme\"]}\n" | mtr-customer set-aliases' <<'E'
mtr-customer: stdin:1:44: ingest_aliases[1] "acme-eu": belongs to customer 11111111-1111-4111-8111-111111111111 [customer.ingest_aliases]
E
	gives 'printf "{\"customer_id\":\"acme\",\"ingest_aliases\":[\"acme\"]}\n{\"customer_id\":\"nw\",\"ingest_aliases\":[\"nw\",\"acme-eu\"]}\n" | mtr-customer set-aliases | jq -c "[.name,.ingest_aliases]"' <<'E'
["Acme",["acme"]]
["Northwind",["nw","acme-eu"]]
E
	gives 'mtr-customer get acme-eu | jq -r .name' <<'E'
Northwind
E
}

@test "aliases of an archived customer stay its own until they are taken from it" {
	two
	given 'mtr-customer archive acme'
	given "mtr-customer set-aliases <<<'{\"customer_id\":\"$A\",\"ingest_aliases\":[]}'"
	gives 'mtr-customer set-aliases <<<"{\"customer_id\":\"nw\",\"ingest_aliases\":[\"nw\",\"acme\"]}" | jq -c .ingest_aliases' <<'E'
["nw","acme"]
E
}

@test "set-aliases refuses a body without the list, or with more than it" {
	two
	refuses 3 'mtr-customer set-aliases <<<"{\"customer_id\":\"acme\"}"' <<'E'
mtr-customer: stdin:1:1: ingest_aliases: missing [missing_field]
E
	refuses 3 'mtr-customer set-aliases <<<"{\"customer_id\":\"acme\",\"ingest_aliases\":[],\"name\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:50: name "Acme Ltd": unknown field [unknown_field]
E
	refuses 3 'mtr-customer set-aliases <<<"{\"customer_id\":\"acme\",\"ingest_aliases\":[\"\"]}"' <<'E'
mtr-customer: stdin:1:41: ingest_aliases[0]: 0 characters; wanted 1 to 128 [customer.ingest_aliases]
E
	refuses 3 'mtr-customer set-aliases <<<"{\"customer_id\":\"tailspin\",\"ingest_aliases\":[]}"' <<'E'
mtr-customer: stdin:1:16: customer_id "tailspin": no customer of this id, alias or name [not_found]
E
}

# ---- aliases and usage ----

# usage_of - what each customer has used, as one line
usage_of() {
	mtr-metric usage --metric=Calls | jq -c '[.customer_name,.value]' | paste -sd ' '
}
export -f usage_of

@test "events sent under an alias before it was attached are its customer's" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	for n in 1 2 3; do
		echo '{"transaction_id":"'$n'","customer_id":"acme-asia","event_type":"call","timestamp":"2024-10-01T00:00:0'$n'Z"}'
	done >events.ndjson
	given 'mtr-ingest events.ndjson'
	gives usage_of <<'E'
["Acme",null] ["Northwind",null]
E
	given 'mtr-customer set-aliases <<<"{\"customer_id\":\"acme\",\"ingest_aliases\":[\"acme\",\"acme-asia\"]}"'
	gives usage_of <<'E'
["Acme","3"] ["Northwind",null]
E
}

@test "moving an alias moves all its past usage" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	cat >events.csv <<E
transaction_id,customer_id,event_type,timestamp
1,acme,call,2024-10-01T00:00:00Z
2,acme-eu,call,2024-10-01T00:00:00Z
3,acme-eu,call,2024-10-02T00:00:00Z
4,$A,call,2024-10-02T00:00:00Z
5,Acme,call,2024-10-02T00:00:00Z
E
	given 'mtr-ingest events.csv'
	gives usage_of <<'E'
["Acme","4"] ["Northwind",null]
E
	given 'printf "{\"customer_id\":\"acme\",\"ingest_aliases\":[\"acme\"]}\n{\"customer_id\":\"nw\",\"ingest_aliases\":[\"nw\",\"acme-eu\"]}\n" | mtr-customer set-aliases'
	gives usage_of <<'E'
["Acme","2"] ["Northwind","2"]
E
}

@test "an alias that is the customer's own id counts its events once" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	given "mtr-customer set-aliases <<<'{\"customer_id\":\"$A\",\"ingest_aliases\":[\"$A\"]}'"
	given "mtr-ingest <<<'{\"transaction_id\":\"1\",\"customer_id\":\"$A\",\"event_type\":\"call\",\"timestamp\":\"2024-10-01T00:00:00Z\"}'"
	gives usage_of <<'E'
["Acme","1"] ["Northwind",null]
E
}

# ---- archive ----

@test "archive says when, once and for all" {
	two
	gives 'mtr-customer archive acme' <<'E'
{"id":"11111111-1111-4111-8111-111111111111","name":"Acme","ingest_aliases":["acme","acme-eu"],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z","archived_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-customer archive --now=2025-01-01T00:00:00Z acme' <<'E'
{"id":"11111111-1111-4111-8111-111111111111","name":"Acme","ingest_aliases":["acme","acme-eu"],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z","archived_at":"2024-10-03T00:00:00Z"}
E
	refuses 3 'mtr-customer update <<<"{\"customer_id\":\"acme\",\"name\":\"Acme Ltd\"}"' <<'E'
mtr-customer: stdin:1:16: customer_id "acme": the customer is archived [archived]
E
	gives "mtr-customer list | mtr-customer archive - | jq -c '[.name,.archived_at]'" <<'E'
["Northwind","2024-10-03T00:00:00Z"]
E
	gives 'mtr-customer list' <<'E'
E
}

@test "archive is all or nothing, and --dry-run stores nothing" {
	two
	refuses 3 'mtr-customer archive acme Tailspin' <<'E'
mtr-customer: "Tailspin": no customer of this id, alias or name [not_found]
E
	gives 'mtr-customer archive -n acme nw | jq -c "[.name,.archived_at]"' <<'E'
["Acme","2024-10-03T00:00:00Z"]
["Northwind","2024-10-03T00:00:00Z"]
E
	gives 'mtr-customer list | jq -r .name' <<'E'
Acme
Northwind
E
}

@test "archiving a customer archives its contracts" {
	two
	given 'mtr-contract create <<<"{\"customer_id\":\"acme\",\"name\":\"2024\",\"starting_at\":\"2024-01-01T00:00:00Z\"}"'
	given 'mtr-contract create <<<"{\"customer_id\":\"nw\",\"name\":\"2024 nw\",\"starting_at\":\"2024-01-01T00:00:00Z\"}"'
	given 'mtr-customer archive --now=2024-10-04T00:00:00Z acme'
	gives 'mtr-contract get 2024 "2024 nw" | jq -c "[.name,.archived_at]"' <<'E'
["2024","2024-10-04T00:00:00Z"]
["2024 nw",null]
E
}

# ---- calls, and what stands around them ----

@test "wrong calls" {
	db
	refuses 2 'mtr-customer' <<'E'
mtr-customer: a verb is wanted [missing_verb]
usage: mtr-customer VERB [option ...] [operand ...]
verbs: create get list update set-aliases archive
help: mtr-customer --help
E
	refuses 2 'mtr-customer creat' <<'E'
mtr-customer: "creat": no such verb, did you mean "create"? [unknown_verb]
usage: mtr-customer VERB [option ...] [operand ...]
verbs: create get list update set-aliases archive
help: mtr-customer --help
E
	refuses 2 'mtr-customer get' <<'E'
mtr-customer: get wants: customer ... [missing_operand]
usage: mtr-customer get [option ...] customer ...
help: mtr-customer get --help
E
	refuses 2 'mtr-customer list acme' <<'E'
mtr-customer: "acme": no operand is wanted here [unexpected_operand]
usage: mtr-customer list [option ...]
help: mtr-customer list --help
E
	refuses 2 'mtr-customer update --if-absent' <<'E'
mtr-customer: "--if-absent": update has no such option [unknown_option]
usage: mtr-customer update [option ...] [file ...]
help: mtr-customer update --help
E
	refuses 2 'mtr-customer get acme --dry-run' <<'E'
mtr-customer: "--dry-run": get does not take this option [option_not_taken]
usage: mtr-customer get [option ...] customer ...
help: mtr-customer get --help
E
}

@test "without a database: status 5, naming the path" {
	refuses 5 'mtr-customer list' <<E
mtr-customer: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
	refuses 5 'mtr-customer create --db=other.db <<<"{\"name\":\"Acme\"}"' <<E
mtr-customer: no database at $PWD/other.db (mtr-db init makes one) [db_missing]
E
}

@test "a file that cannot be read: status 5, and nothing stored" {
	db
	refuses 5 'echo "{\"name\":\"Acme\"}" | mtr-customer create missing.json -' <<'E'
mtr-customer: missing.json: cannot open: No such file or directory [file_open]
E
	gives 'mtr-customer list' <<'E'
E
}

@test "an output that cannot be written: status 5, and a writer says what it stored" {
	two
	try 'mtr-customer list >/dev/full'
	status_is 5
	out_empty
	err_is <<'E'
mtr-customer: cannot write output: No space left on device [output_failed]
E
	try 'mtr-customer create <<<"{\"name\":\"Tailspin\"}" >/dev/full'
	status_is 5
	out_empty
	err_is <<'E'
mtr-customer: cannot write output: No space left on device [output_failed]
{"id":"3c5a0c01-1906-8e31-972c-c15fbaed7763","name":"Tailspin","ingest_aliases":[],"created_at":"2024-10-03T00:00:00Z","updated_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-customer get Tailspin | jq -r .name' <<'E'
Tailspin
E
}

@test "a lock that another holds: status 4" {
	two
	cat >hold.py <<'E'
import fcntl, struct, sys
f = open(sys.argv[1], "r+")
fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))  # F_OFD_SETLK
print("held", flush=True)
sys.stdin.read()
E
	try 'coproc python3 hold.py mtr.db-lock; read -r held <&"${COPROC[0]}"; mtr-customer create --lock-wait=0 <<<"{\"name\":\"Tailspin\"}"'
	status_is 4
	out_empty
	err_is <<E
mtr-customer: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
E
	gives 'mtr-customer list | jq -r .name' <<'E'
Acme
Northwind
E
}
