# mtr-metric: what is counted, and how much there was.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

A=11111111-1111-4111-8111-111111111111
B=22222222-2222-4222-8222-222222222222
M=aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa

# two - Acme (id A, alias acme) and Northwind (id B, alias nw)
two() {
	db
	cat >two.ndjson <<-E
	{"id":"$A","name":"Acme","ingest_aliases":["acme"]}
	{"id":"$B","name":"Northwind","ingest_aliases":["nw"]}
	E
	given 'mtr-customer create two.ndjson'
}

# metric TYPE KEY [MORE] - define the metric TYPE over the property KEY; MORE: further fields
metric() {
	given "mtr-metric create <<<'{\"name\":\"$1\",\"aggregation_type\":\"$1\",\"aggregation_key\":\"$2\",\"property_filters\":[{\"name\":\"$2\",\"exists\":true}]${3:+,$3}}'"
}

# event ID CUSTOMER TIME PROPERTIES - a line of NDJSON
event() {
	printf '{"transaction_id":"%s","customer_id":"%s","event_type":"e","timestamp":"%s","properties":%s}\n' "$@"
}

# events - ingest what stands on standard input
events() {
	cat >events.in
	given 'mtr-ingest events.in'
}

# value ARGS - the values that usage gives, on one line; null as "-"
value() {
	mtr-metric usage "$@" | jq -r '.value // "-"' | paste -sd ' '
}
export -f value

# ---- create ----

@test "create gives back what it stored" {
	db
	cat >metrics.ndjson <<'E'
{"name":"Images","aggregation_type":"SUM","aggregation_key":"num_images","event_type_filter":{"in_values":["image_generation"],"not_in_values":["test"]},"property_filters":[{"name":"num_images","exists":true},{"name":"resolution","in_values":["1024x1024",512]},{"name":"model","exists":true,"not_in_values":["beta"]},{"name":"internal","exists":false},{"name":"any"}],"group_keys":[["model"],["model","resolution"]],"custom_fields":{"team":"vision"}}
{"name":"Calls","aggregation_type":"count"}
E
	gives 'mtr-metric create metrics.ndjson' <<'E'
{"id":"9503b19c-93c5-8447-a242-d24b37355e89","name":"Images","aggregation_type":"SUM","aggregation_key":"num_images","event_type_filter":{"in_values":["image_generation"],"not_in_values":["test"]},"property_filters":[{"name":"num_images","exists":true},{"name":"resolution","in_values":["1024x1024","512"]},{"name":"model","exists":true,"not_in_values":["beta"]},{"name":"internal","exists":false},{"name":"any"}],"group_keys":[["model"],["model","resolution"]],"custom_fields":{"team":"vision"},"created_at":"2024-10-03T00:00:00Z"}
{"id":"cd16f70f-c8c7-8516-b4c3-377a8035b063","name":"Calls","aggregation_type":"COUNT","created_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-metric list' <<'E'
{"id":"9503b19c-93c5-8447-a242-d24b37355e89","name":"Images","aggregation_type":"SUM","aggregation_key":"num_images","event_type_filter":{"in_values":["image_generation"],"not_in_values":["test"]},"property_filters":[{"name":"num_images","exists":true},{"name":"resolution","in_values":["1024x1024","512"]},{"name":"model","exists":true,"not_in_values":["beta"]},{"name":"internal","exists":false},{"name":"any"}],"group_keys":[["model"],["model","resolution"]],"custom_fields":{"team":"vision"},"created_at":"2024-10-03T00:00:00Z"}
{"id":"cd16f70f-c8c7-8516-b4c3-377a8035b063","name":"Calls","aggregation_type":"COUNT","created_at":"2024-10-03T00:00:00Z"}
E
}

@test "an array and CSV make the same metrics as NDJSON" {
	cat >metrics.ndjson <<'E'
{"id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","name":"Seats","aggregation_type":"latest","aggregation_key":"n","property_filters":[{"name":"n","exists":true}],"group_keys":[["n"]]}
{"name":"Calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call","recall"]}}
E
	jq -s . metrics.ndjson >array.json
	cat >metrics.csv <<'E'
id,name,aggregation_type,aggregation_key,property_filters,group_keys,event_type_filter.in_values
aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Seats,latest,n,"[{""name"":""n"",""exists"":true}]","[[""n""]]",
,Calls,COUNT,,,,"[""call"",""recall""]"
E
	for file in metrics.ndjson array.json metrics.csv; do
		rm -f mtr.db*
		db
		given "mtr-metric create $file"
		mv "$OUT" "$file.out"
	done
	gives 'cat metrics.ndjson.out' <<'E'
{"id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","name":"Seats","aggregation_type":"LATEST","aggregation_key":"n","property_filters":[{"name":"n","exists":true}],"group_keys":[["n"]],"created_at":"2024-10-03T00:00:00Z"}
{"id":"cd16f70f-c8c7-8516-b4c3-377a8035b063","name":"Calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call","recall"]},"created_at":"2024-10-03T00:00:00Z"}
E
	for file in array.json metrics.csv; do
		given "cmp metrics.ndjson.out $file.out"
	done
}

@test "name and aggregation are wanted" {
	db
	refuses 3 'mtr-metric create <<<"{\"aggregation_type\":\"COUNT\"}"' <<'E'
mtr-metric: stdin:1:1: name: missing [missing_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"Calls\"}"' <<'E'
mtr-metric: stdin:1:1: aggregation_type: missing [missing_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"TOTAL\"}"' <<'E'
mtr-metric: stdin:1:36: aggregation_type "TOTAL": wanted COUNT, SUM, MAX, LATEST, UNIQUE, MIN, AVG, PERCENTILE, SESSION or TIME_WEIGHTED_SUM [metric.aggregation_type]
E
	refuses 3 'printf "{\"name\":\"%s\",\"aggregation_type\":\"COUNT\"}" "$(printf "x%.0s" {1..161})" | mtr-metric create' <<'E'
mtr-metric: stdin:1:9: name "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": wanted 1 to 160 characters, found 161 [metric.name]
E
}

@test "the aggregation key names a property filter; COUNT has none" {
	db
	refuses 3 'for type in SUM MAX LATEST UNIQUE; do mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"$type\",\"property_filters\":[{\"name\":\"n\"}]}" || status=$?; done; exit $status' <<'E'
mtr-metric: stdin:1:1: aggregation_key: missing [missing_field]
mtr-metric: stdin:1:1: aggregation_key: missing [missing_field]
mtr-metric: stdin:1:1: aggregation_key: missing [missing_field]
mtr-metric: stdin:1:1: aggregation_key: missing [missing_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"SUM\",\"aggregation_key\":\"n\"}"' <<'E'
mtr-metric: stdin:1:56: aggregation_key "n": The specified aggregation key must be one of the property filter names. [metric.aggregation_key]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"MAX\",\"aggregation_key\":\"N\",\"property_filters\":[{\"name\":\"n\",\"exists\":true}]}"' <<'E'
mtr-metric: stdin:1:56: aggregation_key "N": The specified aggregation key must be one of the property filter names. [metric.aggregation_key]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"aggregation_key\":\"n\",\"property_filters\":[{\"name\":\"n\",\"exists\":true}]}"' <<'E'
mtr-metric: stdin:1:58: aggregation_key "n": COUNT takes no key [metric.aggregation_key]
E
}

@test "every name in a group key is the name of a property filter" {
	db
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"model\",\"exists\":true}],\"group_keys\":[[\"model\"],[\"model\",\"region\"]]}"' <<'E'
mtr-metric: stdin:1:125: group_keys[1]: Group key 'region' does not match one of the property filter names. [metric.group_keys]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"group_keys\":[[\"model\"]]}"' <<'E'
mtr-metric: stdin:1:55: group_keys[0]: Group key 'model' does not match one of the property filter names. [metric.group_keys]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\"}],\"group_keys\":[[\"m\",\"m\"]]}"' <<'E'
mtr-metric: stdin:1:93: group_keys[0]: stands twice in the group key [metric.group_keys]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\"}],\"group_keys\":[\"m\"]}"' <<'E'
mtr-metric: stdin:1:88: group_keys[0]: wanted an array of one or more property names [metric.group_keys]
E
}

@test "a list that is there is not empty" {
	db
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"event_type_filter\":{\"in_values\":[]}}"' <<'E'
mtr-metric: stdin:1:73: event_type_filter.in_values "[]": wanted at least 1 item, found 0 [metric.event_type_filter.in_values]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"event_type_filter\":{\"not_in_values\":[]}}"' <<'E'
mtr-metric: stdin:1:77: event_type_filter.not_in_values "[]": wanted at least 1 item, found 0 [metric.event_type_filter.not_in_values]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"a\"},{\"name\":\"m\",\"in_values\":[]}]}"' <<'E'
mtr-metric: stdin:1:97: property_filters[1].in_values "[]": wanted at least 1 item, found 0 [metric.property_filters.in_values]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\",\"not_in_values\":[]}]}"' <<'E'
mtr-metric: stdin:1:88: property_filters[0].not_in_values "[]": wanted at least 1 item, found 0 [metric.property_filters.not_in_values]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\"}],\"group_keys\":[[]]}"' <<'E'
mtr-metric: stdin:1:88: group_keys[0]: wanted an array of one or more property names [metric.group_keys]
E
}

@test "filters: a name is wanted, values are scalars, exists is true or false" {
	db
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"exists\":true}]}"' <<'E'
mtr-metric: stdin:1:60: property_filters[0].name: missing [missing_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"\"}]}"' <<'E'
mtr-metric: stdin:1:68: property_filters[0].name "": wanted at least 1 character, found 0 [metric.property_filters.name]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\",\"exists\":\"yes\"}]}"' <<'E'
mtr-metric: stdin:1:81: property_filters[0].exists "yes": wanted true or false [metric.property_filters.exists]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\",\"in_values\":[\"a\",null]}]}"' <<'E'
mtr-metric: stdin:1:89: property_filters[0].in_values[1]: wanted a string, a number, true or false [metric.property_filters.in_values]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\",\"in_values\":[[1]]}]}"' <<'E'
mtr-metric: stdin:1:85: property_filters[0].in_values[0]: wanted a string, a number, true or false [metric.property_filters.in_values]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":{\"name\":\"m\"}}"' <<'E'
mtr-metric: stdin:1:59: property_filters "{\"name\":\"m\"}": wanted an array, found an object [metric.property_filters]
E
}

# levels - metrics of the aggregations that have fields of their own
levels() {
	cat >levels.ndjson <<'E'
{"name":"Bandwidth","aggregation_type":"percentile","aggregation_key":"n","percentile":95.0,"property_filters":[{"name":"n"},{"name":"model"},{"name":"region"}],"group_keys":[["model"],["model","region"]]}
{"name":"Sessions","aggregation_type":"SESSION","session_hours":"1/2","session_key":"model","property_filters":[{"name":"n"},{"name":"model"},{"name":"region"}],"group_keys":[["model"],["model","region"]]}
{"name":"Storage","aggregation_type":"TIME_WEIGHTED_SUM","aggregation_key":"n","property_filters":[{"name":"n"},{"name":"model"},{"name":"region"}],"group_keys":[["model"],["model","region"]]}
{"name":"Leases","aggregation_type":"TIME_WEIGHTED_SUM","aggregation_key":"n","level_mode":"absolute","aggregation_unit":"day","level_key":"model","property_filters":[{"name":"n"},{"name":"model"},{"name":"region"}],"group_keys":[["model"],["model","region"]]}
E
	given 'mtr-metric create levels.ndjson'
}

@test "fields of one aggregation come back with it" {
	db
	levels
	gives 'mtr-metric list | jq -c "del(.id,.created_at,.property_filters,.group_keys)"' <<'E'
{"name":"Bandwidth","aggregation_type":"PERCENTILE","aggregation_key":"n","percentile":"95"}
{"name":"Sessions","aggregation_type":"SESSION","session_hours":"0.5","session_key":"model"}
{"name":"Storage","aggregation_type":"TIME_WEIGHTED_SUM","aggregation_key":"n","level_mode":"DELTA","aggregation_unit":"HOUR"}
{"name":"Leases","aggregation_type":"TIME_WEIGHTED_SUM","aggregation_key":"n","level_mode":"ABSOLUTE","aggregation_unit":"DAY","level_key":"model"}
E
	gives 'mtr-metric get Leases -o text' <<'E'
id: b4a9a504-c2d3-8be0-9316-dfde6ff6a904
name: Leases
aggregation_type: TIME_WEIGHTED_SUM
aggregation_key: n
level_mode: ABSOLUTE
aggregation_unit: DAY
level_key: model
property_filters:
  - name: n
  - name: model
  - name: region
group_keys:
  - - model
  - - model
    - region
created_at: 2024-10-03T00:00:00Z
E
	gives 'mtr-metric create --if-absent levels.ndjson | diff - <(mtr-metric list)' <<'E'
E
	refuses 3 'jq -c "select(.name == \"Sessions\") | .session_hours = 1" levels.ndjson | mtr-metric create --if-absent' <<'E'
mtr-metric: stdin:1:1: billable metric cd16f70f-c8c7-8516-b4c3-377a8035b063 is there already and differs from this [differs]
E
	cat >p.csv <<'E'
name,aggregation_type,aggregation_key,percentile,property_filters
P,percentile,n,100/3,"[{""name"":""n""}]"
E
	gives 'mtr-metric create p.csv | jq -c "[.percentile,.percentile_exact]"' <<'E'
["33.33333333333333333333","100/3"]
E
}

@test "a field of another aggregation is refused by name" {
	db
	cat >wrong.ndjson <<'E'
{"name":"x","aggregation_type":"SUM","aggregation_key":"n","property_filters":[{"name":"n"}],"percentile":95}
{"name":"x","aggregation_type":"PERCENTILE","aggregation_key":"n","property_filters":[{"name":"n"}],"percentile":95,"session_hours":1}
{"name":"x","aggregation_type":"SESSION","session_hours":1,"session_key":"n","property_filters":[{"name":"n"}],"level_key":"n"}
{"name":"x","aggregation_type":"SESSION","session_hours":1,"aggregation_key":"n","property_filters":[{"name":"n"}]}
{"name":"x","aggregation_type":"TIME_WEIGHTED_SUM","aggregation_key":"n","property_filters":[{"name":"n"}],"session_key":"n"}
{"name":"x","aggregation_type":"COUNT","aggregation_unit":"DAY"}
{"name":"x","aggregation_type":"LATEST","aggregation_key":"n","property_filters":[{"name":"n"}],"level_mode":"DELTA"}
{"name":"x","sql":"SELECT 1 FROM events","percentile":95}
E
	refuses 3 'mtr-metric create wrong.ndjson' <<'E'
mtr-metric: wrong.ndjson:1:107: percentile "95": SUM has none, it belongs to PERCENTILE [metric.percentile]
mtr-metric: wrong.ndjson:2:133: session_hours "1": PERCENTILE has none, it belongs to SESSION [metric.session_hours]
mtr-metric: wrong.ndjson:3:124: level_key "n": SESSION has none, it belongs to TIME_WEIGHTED_SUM [metric.level_key]
mtr-metric: wrong.ndjson:4:78: aggregation_key "n": SESSION takes no key [metric.aggregation_key]
mtr-metric: wrong.ndjson:5:122: session_key "n": TIME_WEIGHTED_SUM has none, it belongs to SESSION [metric.session_key]
mtr-metric: wrong.ndjson:6:59: aggregation_unit "DAY": COUNT has none, it belongs to TIME_WEIGHTED_SUM [metric.aggregation_unit]
mtr-metric: wrong.ndjson:7:110: level_mode "DELTA": LATEST has none, it belongs to TIME_WEIGHTED_SUM [metric.level_mode]
mtr-metric: wrong.ndjson:8:55: percentile "95": a metric in SQL has none [metric.percentile]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"PERCENTILE\",\"aggregation_key\":\"n\",\"property_filters\":[{\"name\":\"n\"}],\"percentile\":101}"' <<'E'
mtr-metric: stdin:1:114: percentile "101": wanted a number above 0, up to 100 [metric.percentile]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"SESSION\",\"session_hours\":\"1/7\"}"' <<'E'
mtr-metric: stdin:1:58: session_hours "1/7": no whole number of nanoseconds [metric.session_hours]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"SESSION\",\"session_hours\":1,\"session_key\":\"who\"}"' <<'E'
mtr-metric: stdin:1:74: session_key "who": The specified session key must be one of the property filter names. [metric.session_key]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"AVG\",\"property_filters\":[{\"name\":\"n\"}]}"' <<'E'
mtr-metric: stdin:1:1: aggregation_key: missing [missing_field]
E
}

@test "a field nobody knows is refused by name" {
	db
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"group_key\":[[\"m\"]]}"' <<'E'
mtr-metric: stdin:1:52: group_key "[[\"m\"]]": unknown field; did you mean "group_keys"? [unknown_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\",\"invalues\":[\"a\"]}]}"' <<'E'
mtr-metric: stdin:1:83: property_filters[0].invalues "[\"a\"]": unknown field; did you mean "in_values"? [unknown_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"event_type_filter\":{\"values\":[\"a\"]}}"' <<'E'
mtr-metric: stdin:1:70: event_type_filter.values "[\"a\"]": unknown field; did you mean "in_values"? [unknown_field]
E
	refuses 3 'mtr-metric create <<<"{\"name\":\"x\",\"aggregation_type\":\"COUNT\",\"custom_fields\":{\"k\":\"$(printf "x%.0s" {1..201})\"}}"' <<'E'
mtr-metric: stdin:1:61: custom_fields.k "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...": wanted at most 200 characters, found 201 [metric.custom_fields]
E
}

@test "one bad record and nothing is stored; a dry run prints the ids of the run" {
	db
	printf '{"name":"%s","aggregation_type":"COUNT"}\n' Calls Pings >metrics.ndjson
	refuses 3 '(cat metrics.ndjson; echo "{\"name\":\"x\"}") | mtr-metric create' <<'E'
mtr-metric: stdin:3:1: aggregation_type: missing [missing_field]
E
	gives 'mtr-metric list' <<'E'
E
	given 'mtr-metric create -n metrics.ndjson'
	mv "$OUT" dry
	gives 'mtr-metric list' <<'E'
E
	given 'mtr-metric create metrics.ndjson'
	mv "$OUT" run
	given 'diff dry run'
}

@test "the id may be given; one that is taken is refused" {
	two
	gives "mtr-metric create <<<'{\"id\":\"${M^^}\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}' | jq -r .id" <<'E'
aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa
E
	refuses 3 "mtr-metric create <<<'{\"id\":\"$M\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}'" <<'E'
mtr-metric: stdin:1:7: id "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa": another object has this id [id_taken]
E
	refuses 3 "mtr-metric create <<<'{\"id\":\"$A\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}'" <<'E'
mtr-metric: stdin:1:7: id "11111111-1111-4111-8111-111111111111": another object has this id [id_taken]
E
}

@test "--if-absent gives back an equal metric and refuses a different one" {
	db
	metric SUM n
	gives "mtr-metric create --if-absent <<<'{\"name\":\"SUM\",\"aggregation_type\":\"sum\",\"aggregation_key\":\"n\",\"property_filters\":[{\"name\":\"n\",\"exists\":true}]}' | diff - <(mtr-metric list)" <<'E'
E
	refuses 3 "mtr-metric create --if-absent <<<'{\"name\":\"SUM\",\"aggregation_type\":\"sum\",\"aggregation_key\":\"n\",\"property_filters\":[{\"name\":\"n\"}]}'" <<'E'
mtr-metric: stdin:1:1: billable metric 9503b19c-93c5-8447-a242-d24b37355e89 is there already and differs from this [differs]
E
	given 'mtr-metric archive SUM'
	gives "mtr-metric create --if-absent <<<'{\"name\":\"SUM\",\"aggregation_type\":\"COUNT\"}' | jq -c '[.id,.aggregation_type]'" <<'E'
["cd16f70f-c8c7-8516-b4c3-377a8035b063","COUNT"]
E
	refuses 3 "mtr-metric list --archived | head -n 1 | jq -c 'del(.created_at,.archived_at)' | mtr-metric create --if-absent" <<'E'
mtr-metric: stdin:1:7: id "9503b19c-93c5-8447-a242-d24b37355e89": the object of this id is archived [archived]
E
}

# ---- get, list, update, archive ----

@test "get finds by id and name, and reads - ids of NDJSON" {
	db
	given "printf '{\"id\":\"$M\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}\n{\"name\":\"Pings\",\"aggregation_type\":\"COUNT\"}\n' | mtr-metric create"
	gives "mtr-metric get Pings $M | jq -r .name" <<'E'
Pings
Calls
E
	gives 'mtr-metric list | mtr-metric get - | diff - <(mtr-metric list)' <<'E'
E
	try 'mtr-metric get Calls Ping'
	status_is 3
	out_is <<'E'
{"id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","name":"Calls","aggregation_type":"COUNT","created_at":"2024-10-03T00:00:00Z"}
E
	err_is <<'E'
mtr-metric: "Ping": no billable metric of this id or name [not_found]
E
	given 'mtr-metric create <<<"{\"name\":\"Pings\",\"aggregation_type\":\"COUNT\"}"'
	refuses 3 'mtr-metric get Pings' <<'E'
mtr-metric: "Pings": several billable metrics bear this name: 4cbacb1a-63e0-8057-bce2-18b1acd714ac, cd16f70f-c8c7-8516-b4c3-377a8035b063; give the id [ambiguous_name]
E
}

@test "list pages, and leaves archived ones out unless asked for" {
	db
	given 'printf "{\"name\":\"%s\",\"aggregation_type\":\"COUNT\"}\n" a b c d | mtr-metric create; mtr-metric archive b'
	gives 'mtr-metric list --limit=2 | jq -r .name' <<'E'
a
c
E
	gives 'mtr-metric list --archived --limit=2 --after="$(mtr-metric get a | jq -r .id)" | jq -c "[.name,.archived_at]"' <<'E'
["b","2024-10-03T00:00:00Z"]
["c",null]
E
	refuses 3 "mtr-metric list --after=$A" <<'E'
mtr-metric: --after "11111111-1111-4111-8111-111111111111": no metric of this id [not_found]
E
}

@test "tables, CSV and text" {
	db
	metric SUM num_images '"group_keys":[["num_images"]]'
	given 'mtr-metric create <<<"{\"name\":\"Calls, all\",\"aggregation_type\":\"COUNT\"}"'
	gives 'mtr-metric list -o table' <<'E'
ID                                    NAME        AGGREGATION_TYPE  AGGREGATION_KEY  ARCHIVED_AT
9503b19c-93c5-8447-a242-d24b37355e89  SUM         SUM               num_images       -
cd16f70f-c8c7-8516-b4c3-377a8035b063  Calls, all  COUNT             -                -
E
	gives 'mtr-metric archive SUM -o csv' <<'E'
id,name,aggregation_type,aggregation_key,archived_at
9503b19c-93c5-8447-a242-d24b37355e89,SUM,SUM,num_images,2024-10-03T00:00:00.000000000Z
E
	gives 'mtr-metric get SUM -o text' <<'E'
id: 9503b19c-93c5-8447-a242-d24b37355e89
name: SUM
aggregation_type: SUM
aggregation_key: num_images
property_filters:
  - name: num_images
    exists: true
group_keys:
  - - num_images
created_at: 2024-10-03T00:00:00Z
archived_at: 2024-10-03T00:00:00Z
E
}

@test "update changes name and custom fields, and nothing else" {
	db
	given "mtr-metric create <<<'{\"id\":\"$M\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\",\"custom_fields\":{\"a\":\"1\",\"b\":\"2\"}}'"
	gives 'mtr-metric update --now=2024-10-04T00:00:00Z <<<"{\"billable_metric_id\":\"Calls\",\"name\":\"API calls\",\"custom_fields\":{\"b\":\"3\"}}"' <<'E'
{"id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","name":"API calls","aggregation_type":"COUNT","custom_fields":{"a":"1","b":"3"},"created_at":"2024-10-03T00:00:00Z"}
E
	cat >changes.ndjson <<'E'
{"id":"API calls","aggregation_type":"COUNT"}
{"id":"API calls","aggregation_key":"n"}
{"id":"API calls","event_type_filter":{"in_values":["x"]}}
{"id":"API calls","property_filters":[]}
{"id":"API calls","group_keys":[["m"]]}
{"id":"API calls","level_mode":"DELTA"}
E
	refuses 3 'mtr-metric update changes.ndjson' <<'E'
mtr-metric: changes.ndjson:1:38: aggregation_type "COUNT": cannot be changed here once it is set [immutable_field]
mtr-metric: changes.ndjson:2:37: aggregation_key "n": cannot be changed here once it is set [immutable_field]
mtr-metric: changes.ndjson:3:39: event_type_filter "{\"in_values\":[\"x\"]}": cannot be changed here once it is set [immutable_field]
mtr-metric: changes.ndjson:4:38: property_filters "[]": cannot be changed here once it is set [immutable_field]
mtr-metric: changes.ndjson:5:32: group_keys "[[\"m\"]]": cannot be changed here once it is set [immutable_field]
mtr-metric: changes.ndjson:6:32: level_mode "DELTA": cannot be changed here once it is set [immutable_field]
E
	refuses 3 'mtr-metric update <<<"{\"name\":\"Calls\"}"' <<'E'
mtr-metric: stdin:1:1: billable_metric_id: missing [missing_field]
E
	refuses 3 'mtr-metric update <<<"{\"billable_metric\":\"Pings\",\"name\":\"Calls\"}"' <<'E'
mtr-metric: stdin:1:1: billable_metric_id "Pings": no billable metric of this id or name [not_found]
E
	refuses 3 "mtr-metric update <<<'{\"id\":\"$M\",\"sql\":\"SELECT 1\"}'" <<'E'
mtr-metric: stdin:1:52: sql "SELECT 1": cannot be changed here once it is set [immutable_field]
E
	gives 'mtr-metric list | jq -r .name' <<'E'
API calls
E
}

@test "archive says when, once and for all" {
	db
	given 'printf "{\"name\":\"%s\",\"aggregation_type\":\"COUNT\"}\n" Calls Pings | mtr-metric create'
	gives 'mtr-metric archive Calls | jq -c "[.name,.archived_at]"' <<'E'
["Calls","2024-10-03T00:00:00Z"]
E
	gives 'mtr-metric archive --now=2025-01-01T00:00:00Z Calls | jq -c "[.name,.archived_at]"' <<'E'
["Calls","2024-10-03T00:00:00Z"]
E
	refuses 3 'mtr-metric update <<<"{\"billable_metric_id\":\"Calls\",\"name\":\"x\"}"' <<'E'
mtr-metric: stdin:1:23: billable_metric_id "Calls": the metric is archived [archived]
E
	refuses 3 'mtr-metric archive Pings Pongs' <<'E'
mtr-metric: "Pongs": no billable metric of this id or name [not_found]
E
	gives 'mtr-metric archive -n Pings | jq -r .archived_at' <<'E'
2024-10-03T00:00:00Z
E
	gives 'mtr-metric list | mtr-metric archive - | jq -r .name' <<'E'
Pings
E
}

# ---- test ----

# images - a metric with every kind of filter
images() {
	db
	given "mtr-metric create <<<'{\"id\":\"$M\",\"name\":\"Images\",\"aggregation_type\":\"SUM\",\"aggregation_key\":\"n\",\"event_type_filter\":{\"in_values\":[\"e\",\"x\"],\"not_in_values\":[\"x\"]},\"property_filters\":[{\"name\":\"n\"},{\"name\":\"size\",\"in_values\":[\"1\",\"2\"]},{\"name\":\"model\",\"exists\":true,\"not_in_values\":[\"beta\"]},{\"name\":\"internal\",\"exists\":false}],\"group_keys\":[[\"size\"],[\"model\",\"size\"]]}'"
}

@test "test says what an event does to a metric" {
	images
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	event 1 acme 2024-10-01T00:00:00Z '{"n":"3.50","size":1,"model":"m"}' >events.ndjson
	gives 'mtr-metric test events.ndjson' <<'E'
{"transaction_id":"1","billable_metric":{"id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","name":"Images"},"matches":true,"value":"3.5","group_values":{"model":"m","size":"1"}}
{"transaction_id":"1","billable_metric":{"id":"cd16f70f-c8c7-8516-b4c3-377a8035b063","name":"Calls"},"matches":true,"value":"1"}
E
	gives 'mtr-event count; mtr-metric list | jq -r .name' <<'E'
{"events":0}
Images
Calls
E
}

@test "test names the filter that stops an event" {
	images
	{
		event ok acme 2024-10-01T00:00:00Z '{"n":1,"size":"2","model":"m","more":[1]}'
		event type acme 2024-10-01T00:00:00Z '{"n":1,"size":1,"model":"m"}' | sed 's/"e"/"f"/'
		event kind acme 2024-10-01T00:00:00Z '{"n":1,"size":1,"model":"m"}' | sed 's/"e"/"x"/'
		event size acme 2024-10-01T00:00:00Z '{"n":1,"size":1.0,"model":"m"}'
		event none acme 2024-10-01T00:00:00Z '{"n":1,"size":null,"model":"m"}'
		event list acme 2024-10-01T00:00:00Z '{"n":1,"size":[1],"model":"m"}'
		event model acme 2024-10-01T00:00:00Z '{"n":1,"size":1}'
		event beta acme 2024-10-01T00:00:00Z '{"n":1,"size":1,"model":"beta"}'
		event there acme 2024-10-01T00:00:00Z '{"n":1,"size":1,"model":"m","internal":false}'
		event key acme 2024-10-01T00:00:00Z '{"size":1,"model":"m","internal":null}'
	} >events.ndjson
	gives 'mtr-metric test events.ndjson | jq -c "[.transaction_id,.matches,.stopped_by,.reason]"' <<'E'
["ok",true,null,null]
["type",false,"event_type","not among in_values"]
["kind",false,"event_type","among not_in_values"]
["size",false,"properties.size","not among in_values"]
["none",false,"properties.size","absent, but in_values names values"]
["list",false,"properties.size","an object or array, which no list of values matches"]
["model",false,"properties.model","absent, but must exist"]
["beta",false,"properties.model","among not_in_values"]
["there",false,"properties.internal","there, but must not exist"]
["key",false,"properties.n","absent, but it is aggregated"]
E
	gives 'mtr-metric test events.ndjson -o csv' <<'E'
transaction_id,billable_metric_id,billable_metric_name,matches,value,group_values,stopped_by,reason
ok,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,true,1,"{""model"":""m"",""size"":""2""}",,
type,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,event_type,not among in_values
kind,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,event_type,among not_in_values
size,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.size,not among in_values
none,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.size,"absent, but in_values names values"
list,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.size,"an object or array, which no list of values matches"
model,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.model,"absent, but must exist"
beta,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.model,among not_in_values
there,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.internal,"there, but must not exist"
key,aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa,Images,false,,,properties.n,"absent, but it is aggregated"
E
}

@test "test shows values that are no numbers, and groups without a value" {
	db
	metric SUM n
	metric UNIQUE n
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"m\"},{\"name\":\"r\"}],\"group_keys\":[[\"r\",\"m\"],[\"m\"]]}"'
	{
		event text acme 2024-10-01T00:00:00Z '{"n":"+5","m":"a"}'
		event nested acme 2024-10-01T00:00:00Z '{"n":{"x":1},"m":[1],"r":true}'
		event exponent acme 2024-10-01T00:00:00Z '{"n":-1.50e3}'
	} >events.ndjson
	gives 'mtr-metric test events.ndjson | jq -c "[.transaction_id,.billable_metric.name,.value,.non_numeric,.group_values]"' <<'E'
["text","SUM",null,true,null]
["text","UNIQUE","1",null,null]
["text","Calls","1",null,{"m":"a","r":null}]
["nested","SUM",null,true,null]
["nested","UNIQUE",null,true,null]
["nested","Calls","1",null,{"m":null,"r":"true"}]
["exponent","SUM","-1500",null,null]
["exponent","UNIQUE","1",null,null]
["exponent","Calls","1",null,{"m":null,"r":null}]
E
}

@test "test asks the metrics named, archived ones too" {
	images
	given 'printf "{\"name\":\"%s\",\"aggregation_type\":\"COUNT\"}\n" Calls Pings | mtr-metric create; mtr-metric archive Pings'
	event 1 acme 2024-10-01T00:00:00Z '{}' >events.ndjson
	gives 'mtr-metric test <events.ndjson | jq -r .billable_metric.name' <<'E'
Images
Calls
E
	gives 'mtr-metric test --metric=Pings --metric=Calls --metric=Pings - <events.ndjson | jq -r .billable_metric.name' <<'E'
Pings
Calls
E
	refuses 3 'mtr-metric test --metric=Calls --metric=Pongs events.ndjson' <<'E'
mtr-metric: --metric "Pongs": no billable metric of this id or name [not_found]
E
}

@test "test reads CSV and pasted JSON" {
	images
	cat >events.csv <<'E'
transaction_id,customer_id,event_type,timestamp,properties.n,properties.size,properties.model
1,acme,e,2024-10-01T00:00:00Z,3,1,m
2,acme,e,2024-10-01T00:00:00Z,3,,m
E
	gives 'mtr-metric test events.csv | jq -c "[.transaction_id,.value,.stopped_by]"' <<'E'
["1","3",null]
["2",null,"properties.size"]
E
	event 1 acme 2024-10-01T00:00:00Z '{"n":3,"size":"1","model":"m"}' | jq -s . >events.json
	gives 'mtr-metric test events.json | jq -c "[.transaction_id,.value,.stopped_by]"' <<'E'
["1","3",null]
E
}

@test "test refuses what mtr-ingest refuses, and answers the rest" {
	db
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	{
		event 1 acme 2024-10-01T00:00:00Z '{}'
		event 2 acme 2024-10-01 '{}'
		event 3 acme 2024-10-04T00:00:00Z '{}'
		event 4 acme 2024-10-04T00:00:00.000000001Z '{}'
		event 5 acme 2024-10-01T00:00:00Z '{}' | sed 's/customer_id/customer/'
		echo '{"transaction_id":'
		event 7 acme 2024-10-01T00:00:00Z '{}'
	} >events.ndjson
	try 'mtr-metric test events.ndjson | jq -c "[.transaction_id,.value]"'
	status_is 1
	out_is <<'E'
["1","1"]
["3","1"]
["7","1"]
E
	err_is <<'E'
mtr-metric: events.ndjson:2:73: timestamp "2024-10-01": a date alone; an event needs the time of day too, such as 2024-09-27T00:00:00Z [event.timestamp]
mtr-metric: events.ndjson:4:73: timestamp "2024-10-04T00:00:00.000000001Z": too far ahead of the clock; accepted up to 2024-10-04T00:00:00Z [event.timestamp]
mtr-metric: events.ndjson:5:34: customer "\"acme\"": unknown field; did you mean "customer_id"? [unknown_field]
mtr-metric: events.ndjson:6:19: wanted a value, found the end [json_syntax]
E
	try 'mtr-ingest events.ndjson'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":7,"accepted":3,"duplicate":0,"conflict":0,"rejected":4,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-04T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"b2d991023b35996e376757650e81cd38"}
E
	err_is <<'E'
mtr-ingest: events.ndjson:2:73: timestamp "2024-10-01": a date alone; an event needs the time of day too, such as 2024-09-27T00:00:00Z [event.timestamp]
mtr-ingest: events.ndjson:4:73: timestamp "2024-10-04T00:00:00.000000001Z": too far ahead of the clock; accepted up to 2024-10-04T00:00:00Z [event.timestamp]
mtr-ingest: events.ndjson:5:34: customer "\"acme\"": unknown field; did you mean "customer_id"? [unknown_field]
mtr-ingest: events.ndjson:6:19: wanted a value, found the end [json_syntax]
E
}

@test "test refuses a CSV with a column that no event has, and a file that is not there" {
	db
	printf 'transaction_id,custmer_id\n1,acme\n2,acme\n' >events.csv
	refuses 3 'mtr-metric test events.csv' <<'E'
mtr-metric: events.csv:1:2: custmer_id: unknown field; did you mean "customer_id"? [unknown_field]
E
	refuses 5 'mtr-metric test missing.csv' <<'E'
mtr-metric: missing.csv: cannot open: No such file or directory [file_open]
E
	refuses 3 'mtr-metric test <<<"%%"' <<'E'
mtr-metric: stdin:1:1: neither JSON nor a CSV header: wanted '{', '[' or names of columns [record_format]
E
	gives 'mtr-metric test </dev/null' <<'E'
E
}

# ---- usage: values ----

@test "LATEST by day and over the whole range, as published" {
	two
	metric LATEST n
	# published example latest-usage-read: {"latest_by_day": [7, 8, 9]}
	{
		event 1 acme 2024-10-01T08:00:00Z '{"n":3}'
		event 2 acme 2024-10-01T20:00:00Z '{"n":7}'
		event 3 acme 2024-10-02T20:00:00Z '{"n":8}'
		event 4 acme 2024-10-03T23:59:59.999999999Z '{"n":9}'
	} | events
	gives 'value --customer=acme --window=day --to=2024-10-04' <<'E'
7 8 9
E
	gives 'value --customer=acme --window=none --to=2024-10-04' <<'E'
9
E
	gives 'value --customer=acme --window=day --to=2024-10-06' <<'E'
7 8 9 - -
E
}

@test "a window stands for itself, whatever the aggregation" {
	two
	for type in SUM MAX LATEST UNIQUE; do
		metric $type n
	done
	given 'mtr-metric create <<<"{\"name\":\"COUNT\",\"aggregation_type\":\"COUNT\"}"'
	{
		event 1 acme 2024-10-01T01:00:00Z '{"n":"5"}'
		event 2 acme 2024-10-01T02:00:00Z '{"n":"9"}'
		event 3 acme 2024-10-02T01:00:00Z '{"n":"2"}'
		event 4 acme 2024-10-02T02:00:00Z '{"n":"2"}'
		event 5 acme 2024-10-04T00:00:00Z '{"n":"9"}'
	} | events
	gives 'for m in COUNT SUM MAX LATEST UNIQUE; do echo "$m: $(value --metric=$m --customer=acme --window=day --to=2024-10-05), $(value --metric=$m --customer=acme)"; done' <<'E'
COUNT: 2 2 - 1, 5
SUM: 14 4 - 9, 27
MAX: 9 2 - 9, 9
LATEST: 9 2 - 9, 9
UNIQUE: 2 1 - 1, 3
E
}

@test "usage gives every field, null where no event matched" {
	two
	given "mtr-metric create <<<'{\"id\":\"$M\",\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}'"
	event 1 acme 2024-10-01T00:00:00Z '{}' | events
	gives 'mtr-metric usage' <<'E'
{"customer_id":"11111111-1111-4111-8111-111111111111","customer_name":"Acme","billable_metric_id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","billable_metric_name":"Calls","starting_on":"2024-10-01T00:00:00Z","ending_before":"2024-11-01T00:00:00Z","value":"1","events":1}
{"customer_id":"22222222-2222-4222-8222-222222222222","customer_name":"Northwind","billable_metric_id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","billable_metric_name":"Calls","starting_on":"2024-10-01T00:00:00Z","ending_before":"2024-11-01T00:00:00Z","value":null,"events":0}
E
	gives 'mtr-metric usage --customer=nw --window=day --from=2024-09-30T12:00:00Z --to=2024-10-01T06:00:00Z' <<'E'
{"customer_id":"22222222-2222-4222-8222-222222222222","customer_name":"Northwind","billable_metric_id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","billable_metric_name":"Calls","starting_on":"2024-09-30T12:00:00Z","ending_before":"2024-10-01T00:00:00Z","value":null,"events":0}
{"customer_id":"22222222-2222-4222-8222-222222222222","customer_name":"Northwind","billable_metric_id":"aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa","billable_metric_name":"Calls","starting_on":"2024-10-01T00:00:00Z","ending_before":"2024-10-01T06:00:00Z","value":null,"events":0}
E
}

@test "a metric made after the events counts them" {
	two
	event 1 acme 2024-10-01T00:00:00Z '{"n":3}' | events
	gives 'mtr-metric usage' <<'E'
E
	metric SUM n
	gives 'value' <<'E'
3 -
E
}

@test "a negative value takes usage back" {
	two
	metric SUM n
	{
		event 1 acme 2024-10-01T00:00:00Z '{"n":"10"}'
		event 2 acme 2024-10-01T00:00:00Z '{"n":-10}'
		event 3 nw 2024-10-01T00:00:00Z '{"n":-2.5}'
	} | events
	gives 'value' <<'E'
0 -2.5
E
}

@test "sums are exact, whatever the digits" {
	two
	metric SUM n
	{
		event 1 acme 2024-10-01T00:00:00Z '{"n":0.1}'
		event 2 acme 2024-10-01T00:00:00Z '{"n":"0.2"}'
		event 3 nw 2024-10-01T00:00:00Z '{"n":123456789012345678901234567890}'
		event 4 nw 2024-10-01T00:00:00Z '{"n":1e-30}'
		event 5 nw 2024-10-01T00:00:00Z '{"n":-123456789012345678901234567890}'
		event 6 nw 2024-10-01T00:00:00Z '{"n":"1E2"}'
	} | events
	gives 'mtr-metric usage | jq -c "[.customer_name,.value,.value_exact,.events]"' <<'E'
["Acme","0.3",null,2]
["Northwind","100","100000000000000000000000000000001/1000000000000000000000000000000",4]
E
}

@test "what is no number is counted, and adds nothing" {
	two
	for type in SUM MAX LATEST; do
		metric $type n
	done
	{
		event 1 acme 2024-10-01T00:00:00Z '{"n":"5"}'
		event 2 acme 2024-10-01T01:00:00Z '{"n":"+6"}'
		event 3 acme 2024-10-01T02:00:00Z '{"n":[7]}'
		event 4 acme 2024-10-01T03:00:00Z '{"n":true}'
		event 5 acme 2024-10-01T04:00:00Z '{"n":null}'
		event 6 nw 2024-10-01T00:00:00Z '{"n":"1_000"}'
	} | events
	gives 'mtr-metric usage | jq -c "[.customer_name,.billable_metric_name,.value,.events,.non_numeric]"' <<'E'
["Acme","SUM","5",1,3]
["Acme","MAX","5",1,3]
["Acme","LATEST","5",1,3]
["Northwind","SUM","0",0,1]
["Northwind","MAX","0",0,1]
["Northwind","LATEST","0",0,1]
E
}

@test "equal texts are one value: JSON 3, JSON \"3\" and a CSV cell 3, but not 3.0" {
	two
	metric UNIQUE n
	given 'mtr-metric create <<<"{\"name\":\"Threes\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"n\",\"in_values\":[3]}]}"'
	given 'mtr-metric create <<<"{\"name\":\"Others\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"n\",\"exists\":true,\"not_in_values\":[\"3\"]}]}"'
	{
		event 1 acme 2024-10-01T00:00:00Z '{"n":3}'
		event 2 acme 2024-10-01T00:00:00Z '{"n":"3"}'
		event 3 acme 2024-10-01T00:00:00Z '{"n":3.0}'
		event 4 acme 2024-10-01T00:00:00Z '{"n":true}'
		event 5 acme 2024-10-01T00:00:00Z '{"n":"true"}'
	} | events
	printf 'transaction_id,customer_id,event_type,timestamp,properties.n\n6,acme,e,2024-10-01T00:00:00Z,3\n7,acme,e,2024-10-01T00:00:00Z,\n' | events
	gives 'mtr-metric usage --customer=acme | jq -c "[.billable_metric_name,.value]"' <<'E'
["UNIQUE","3"]
["Threes","3"]
["Others","3"]
E
}

@test "filters: presence, lists, event types" {
	two
	filter() {
		given "mtr-metric create <<<'{\"name\":\"$1\",\"aggregation_type\":\"COUNT\",$2}'"
	}
	filter 'exists' '"property_filters":[{"name":"p","exists":true}]'
	filter 'lacks' '"property_filters":[{"name":"p","exists":false}]'
	filter 'any' '"property_filters":[{"name":"p"}]'
	filter 'in a' '"property_filters":[{"name":"p","in_values":["a","b"]}]'
	filter 'not a' '"property_filters":[{"name":"p","not_in_values":["a"]}]'
	filter 'exists, not a' '"property_filters":[{"name":"p","exists":true,"not_in_values":["a"]}]'
	filter 'type e' '"event_type_filter":{"in_values":["e"]}'
	filter 'type not e' '"event_type_filter":{"not_in_values":["e"]}'
	filter 'type E' '"event_type_filter":{"in_values":["E"]}'
	{
		event 1 acme 2024-10-01T00:00:00Z '{"p":"a"}'
		event 2 acme 2024-10-01T00:00:00Z '{"p":"c"}'
		event 3 acme 2024-10-01T00:00:00Z '{"p":null}'
		event 4 acme 2024-10-01T00:00:00Z '{"p":{"a":1}}'
		event 5 acme 2024-10-01T00:00:00Z '{}' | sed 's/"e"/"f"/'
	} | events
	gives 'mtr-metric usage --customer=acme | jq -c "[.billable_metric_name,.value]"' <<'E'
["exists","3"]
["lacks","2"]
["any","5"]
["in a","1"]
["not a","3"]
["exists, not a","1"]
["type e","4"]
["type not e","1"]
["type E",null]
E
}

@test "LATEST: of one instant the greater transaction id, whatever came first" {
	two
	metric LATEST n
	event b acme 2024-10-01T00:00:00Z '{"n":2}' | events
	event a acme 2024-10-01T00:00:00Z '{"n":1}' | events
	event B acme 2024-10-01T00:00:00Z '{"n":3}' | events
	event z acme 2024-09-30T23:59:59Z '{"n":4}' | events
	gives 'value --customer=acme --from=2024-09-01' <<'E'
2
E
}

@test "the range is half-open, and by default the month of the clock" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	{
		event 1 acme 2024-09-30T23:59:59.999999999Z '{}'
		event 2 acme 2024-10-01T00:00:00Z '{}'
		event 3 acme 2024-10-01T23:59:59.999999999Z '{}'
		event 4 acme 2024-10-02T00:00:00Z '{}'
	} | events
	gives 'mtr-metric usage --customer=acme | jq -c "[.starting_on,.ending_before,.value]"' <<'E'
["2024-10-01T00:00:00Z","2024-11-01T00:00:00Z","3"]
E
	gives 'mtr-metric usage --customer=acme --now=2024-12-31T23:59:59Z | jq -c "[.starting_on,.ending_before,.value]"' <<'E'
["2024-12-01T00:00:00Z","2025-01-01T00:00:00Z",null]
E
	gives 'mtr-metric usage --customer=acme --from=2024-10-01T02:00:00+02:00 --to=2024-10-02 | jq -c "[.starting_on,.ending_before,.value]"' <<'E'
["2024-10-01T00:00:00Z","2024-10-02T00:00:00Z","2"]
E
	gives 'mtr-metric usage --customer=acme --from=2024-09-01 | jq -c "[.starting_on,.ending_before,.value]"' <<'E'
["2024-09-01T00:00:00Z","2024-11-01T00:00:00Z","4"]
E
	refuses 2 'mtr-metric usage --from=2024-10-02 --to=2024-10-02' <<'E'
mtr-metric: nothing lies between --from 2024-10-02T00:00:00Z and --to 2024-10-02T00:00:00Z [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric usage --from=2024-11-01' <<'E'
mtr-metric: nothing lies between --from 2024-11-01T00:00:00Z and --to 2024-11-01T00:00:00Z [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric usage --from=2024-10-02 --to=2024-10-01' <<'E'
mtr-metric: --from lies behind --to [option_value]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric usage --from=yesterday' <<'E'
mtr-metric: --from "yesterday": not a time (YYYY-MM-DDThh:mm:ssZ) [option_value]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
}

@test "windows are hours, days or months UTC, cut to the range" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	gives 'for w in hour day month none; do mtr-metric usage --customer=nw --window=$w --from=2024-01-30T22:30:00Z --to=2024-03-01T01:00:00Z | jq -r "[.starting_on,.ending_before]|@tsv" | sed -n "1p;2p;\$p"; done' <<'E'
2024-01-30T22:30:00Z	2024-01-30T23:00:00Z
2024-01-30T23:00:00Z	2024-01-31T00:00:00Z
2024-03-01T00:00:00Z	2024-03-01T01:00:00Z
2024-01-30T22:30:00Z	2024-01-31T00:00:00Z
2024-01-31T00:00:00Z	2024-02-01T00:00:00Z
2024-03-01T00:00:00Z	2024-03-01T01:00:00Z
2024-01-30T22:30:00Z	2024-02-01T00:00:00Z
2024-02-01T00:00:00Z	2024-03-01T00:00:00Z
2024-03-01T00:00:00Z	2024-03-01T01:00:00Z
2024-01-30T22:30:00Z	2024-03-01T01:00:00Z
2024-01-30T22:30:00Z	2024-03-01T01:00:00Z
E
	refuses 2 'mtr-metric usage --window=week' <<'E'
mtr-metric: --window "week": wanted: hour|day|month|period|none [option_value]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
}

# ---- usage: whose, and by what ----

@test "usage of the customers and metrics named, each once" {
	two
	given 'printf "{\"name\":\"%s\",\"aggregation_type\":\"COUNT\"}\n" Calls Pings Old | mtr-metric create; mtr-metric archive Old'
	event 1 acme 2024-10-01T00:00:00Z '{}' | events
	given 'mtr-customer archive acme'
	gives 'mtr-metric usage | jq -c "[.customer_name,.billable_metric_name,.value]"' <<'E'
["Acme","Calls","1"]
["Acme","Pings","1"]
["Northwind","Calls",null]
["Northwind","Pings",null]
E
	gives "mtr-metric usage --customer=nw --customer=Acme --customer=$A --metric=Old --metric=Calls | jq -c '[.customer_name,.billable_metric_name,.value]'" <<'E'
["Northwind","Old",null]
["Northwind","Calls",null]
["Acme","Old","1"]
["Acme","Calls","1"]
E
	refuses 3 'mtr-metric usage --customer=Tailspin' <<'E'
mtr-metric: --customer "Tailspin": no customer of this id, alias or name [not_found]
E
	refuses 3 'mtr-metric usage --metric=Pongs' <<'E'
mtr-metric: --metric "Pongs": no billable metric of this id or name [not_found]
E
	given 'mtr-metric create <<<"{\"name\":\"Pings\",\"aggregation_type\":\"COUNT\"}"'
	refuses 3 'mtr-metric usage --metric=Pings' <<'E'
mtr-metric: --metric "Pings": several billable metrics bear this name: b4a9a504-c2d3-8be0-9316-dfde6ff6a904, cd16f70f-c8c7-8516-b4c3-377a8035b063; give the id [ambiguous_name]
E
}

@test "events under a key that no customer has are nobody's" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	{
		event 1 Acme 2024-10-01T00:00:00Z '{}'
		event 2 ACME 2024-10-01T00:00:00Z '{}'
		event 3 $A 2024-10-01T00:00:00Z '{}'
		event 4 ${M^^} 2024-10-01T00:00:00Z '{}'
	} | events
	gives 'value' <<'E'
1 -
E
}

@test "by groups: one line for each combination met, null where the events lack it" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Tokens\",\"aggregation_type\":\"SUM\",\"aggregation_key\":\"n\",\"property_filters\":[{\"name\":\"n\",\"exists\":true},{\"name\":\"model\"},{\"name\":\"region\"}],\"group_keys\":[[\"model\"],[\"region\",\"model\"]]}"'
	{
		event 1 acme 2024-10-01T00:00:00Z '{"n":1,"model":"m","region":"eu"}'
		event 2 acme 2024-10-01T01:00:00Z '{"n":2,"model":"m","region":"us"}'
		event 3 acme 2024-10-02T00:00:00Z '{"n":4,"model":"k","region":"eu"}'
		event 4 acme 2024-10-02T00:00:00Z '{"n":8,"region":"eu"}'
		event 5 acme 2024-10-02T00:00:00Z '{"n":16,"model":["m"]}'
		event 6 nw 2024-10-02T00:00:00Z '{"n":"x","model":""}'
	} | events
	gives 'mtr-metric usage --metric=Tokens --group-by=model | jq -c "[.customer_name,.group,.value,.events,.non_numeric]"' <<'E'
["Acme",{"model":null},"24",2,null]
["Acme",{"model":"k"},"4",1,null]
["Acme",{"model":"m"},"3",2,null]
["Northwind",{"model":""},"0",0,1]
E
	gives 'mtr-metric usage --metric=Tokens --group-by=model,region --window=day | jq -c "[.starting_on,.group,.value]"' <<'E'
["2024-10-01T00:00:00Z",{"model":"m","region":"eu"},"1"]
["2024-10-01T00:00:00Z",{"model":"m","region":"us"},"2"]
["2024-10-02T00:00:00Z",{"model":null,"region":null},"16"]
["2024-10-02T00:00:00Z",{"model":null,"region":"eu"},"8"]
["2024-10-02T00:00:00Z",{"model":"k","region":"eu"},"4"]
["2024-10-02T00:00:00Z",{"model":"","region":null},"0"]
E
	gives 'diff <(mtr-metric usage --metric=Tokens --group-by=model,region) <(mtr-metric usage --metric=Tokens --group-by=region,model)' <<'E'
E
	gives 'mtr-metric usage --metric=Tokens --group-by=model --customer=acme -o csv' <<'E'
customer_id,customer_name,billable_metric_id,billable_metric_name,starting_on,ending_before,value,events,non_numeric,group
11111111-1111-4111-8111-111111111111,Acme,9503b19c-93c5-8447-a242-d24b37355e89,Tokens,2024-10-01T00:00:00.000000000Z,2024-11-01T00:00:00.000000000Z,24,2,,"{""model"":null}"
11111111-1111-4111-8111-111111111111,Acme,9503b19c-93c5-8447-a242-d24b37355e89,Tokens,2024-10-01T00:00:00.000000000Z,2024-11-01T00:00:00.000000000Z,4,1,,"{""model"":""k""}"
11111111-1111-4111-8111-111111111111,Acme,9503b19c-93c5-8447-a242-d24b37355e89,Tokens,2024-10-01T00:00:00.000000000Z,2024-11-01T00:00:00.000000000Z,3,2,,"{""model"":""m""}"
E
	gives 'mtr-metric usage --metric=Tokens --customer=acme -o table' <<'E'
CUSTOMER_ID                           CUSTOMER_NAME  BILLABLE_METRIC_ID                    BILLABLE_METRIC_NAME  STARTING_ON           ENDING_BEFORE         VALUE  EVENTS  NON_NUMERIC
11111111-1111-4111-8111-111111111111  Acme           9503b19c-93c5-8447-a242-d24b37355e89  Tokens                2024-10-01T00:00:00Z  2024-11-01T00:00:00Z     31       5            -
E
}

@test "the names of a group key are all given, or the question is refused" {
	db
	given 'mtr-metric create <<<"{\"name\":\"Tokens\",\"aggregation_type\":\"COUNT\",\"property_filters\":[{\"name\":\"model\"},{\"name\":\"region\"},{\"name\":\"tier\"}],\"group_keys\":[[\"model\"],[\"region\",\"tier\"]]}"'
	refuses 3 'mtr-metric usage --group-by=region' <<'E'
mtr-metric: --group-by "region": no group key of billable metric Tokens; it has: model; region,tier [group_key_missing]
E
	refuses 3 'mtr-metric usage --group-by=model,region,tier' <<'E'
mtr-metric: --group-by "model,region,tier": no group key of billable metric Tokens; it has: model; region,tier [group_key_missing]
E
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	refuses 3 'mtr-metric usage --group-by=model' <<'E'
mtr-metric: --group-by "model": no group key of billable metric Calls; it has: none [group_key_missing]
E
	refuses 2 'mtr-metric usage --group-by=model,' <<'E'
mtr-metric: --group-by "model,": wanted different names of properties, separated by commas [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric usage --group-by=model,model' <<'E'
mtr-metric: --group-by "model,model": wanted different names of properties, separated by commas [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric usage --group-by=' <<'E'
mtr-metric: --group-by "": wanted different names of properties, separated by commas [usage]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
}

# ---- usage of what time decides ----

# leases - levels and sessions of two customers
leases() {
	two
	levels
	{
		event 1 acme 2024-08-01T00:00:00Z '{"n":2,"model":"a"}'
		event 2 acme 2024-09-30T23:50:00Z '{"n":"x","model":"a"}'
		event 3 acme 2024-10-01T00:05:00Z '{"n":4,"model":"a"}'
		event 4 acme 2024-10-01T12:29:59Z '{"n":1,"model":"b"}'
		event 5 acme 2024-10-01T12:30:00Z '{"n":1.5,"model":"a"}'
		event 6 acme 2024-10-02T12:00:00Z '{"n":-3}'
		event 7 nw 2024-10-03T12:00:00Z '{"n":9,"model":"a"}'
	} | events
}

@test "levels come from before and run to the clock; sessions begin with the range" {
	leases
	gives 'mtr-metric usage --customer=Acme | jq -c "[.billable_metric_name,.value,.value_exact,.events]"' <<'E'
["Bandwidth","4",null,4]
["Sessions","4",null,4]
["Storage","340.41694444444444444444","1225501/3600",4]
["Leases","4.27431712962962962963","369301/86400",4]
E
	gives 'mtr-metric usage --customer=Acme --metric=Storage --metric=Sessions --window=day --to=2024-10-05 | jq -c "[.starting_on,.billable_metric_name,.value,.value_exact,.events]"' <<'E'
["2024-10-01T00:00:00Z","Storage","172.41694444444444444444","620701/3600",3]
["2024-10-01T00:00:00Z","Sessions","3",null,3]
["2024-10-02T00:00:00Z","Storage","168",null,1]
["2024-10-02T00:00:00Z","Sessions","1",null,1]
["2024-10-03T00:00:00Z","Storage",null,null,0]
["2024-10-03T00:00:00Z","Sessions",null,null,0]
["2024-10-04T00:00:00Z","Storage",null,null,0]
["2024-10-04T00:00:00Z","Sessions",null,null,0]
E
	gives 'mtr-metric usage --metric=Leases --group-by=model --from=2024-10-03 --now=2024-10-04T12:00:00Z | jq -c "[.customer_name,.group.model,.value,.events]"' <<'E'
["Acme",null,"-4.5",0]
["Acme","a","2.25",0]
["Acme","b","1.5",0]
["Northwind","a","9",1]
E
	gives 'mtr-metric usage --metric=Sessions --from=2024-09-30 --to=2024-10-02 --group-by=model | jq -c "[.customer_name,.group.model,.value,.events]"' <<'E'
["Acme","a","2",3]
["Acme","b","1",1]
E
}

@test "test: what a level adds in a unit of time" {
	db
	levels
	event 1 acme 2024-10-01T12:00:00Z '{"n":2.5,"model":"m"}' >one.ndjson
	event 2 acme 2024-10-01T12:00:00Z '{"n":"x"}' >>one.ndjson
	gives 'mtr-metric test one.ndjson | jq -c "[.transaction_id,.billable_metric.name,.value,.non_numeric,.group_values.model]"' <<'E'
["1","Bandwidth","2.5",null,"m"]
["1","Sessions","1",null,"m"]
["1","Storage","2.5",null,"m"]
["1","Leases","2.5",null,"m"]
["2","Bandwidth",null,true,null]
["2","Sessions","1",null,null]
["2","Storage",null,true,null]
["2","Leases",null,true,null]
E
}

@test "a definition that is not stored sees what was before, too" {
	leases
	tail -n 1 levels.ndjson | jq -c '.aggregation_unit = "SECOND"' >new.json
	gives 'mtr-metric test --metric=new.json --customer=Acme --from=2024-09-01 --to=2024-09-02' <<'E'
{"value":"172800"}
E
}

# billed - of the invoices on standard input: status, then product, model and quantity of each line
billed() {
	jq -c '.status, (.line_items[] | [.name, .presentation_group_values.model, .quantity])'
}
export -f billed

@test "an invoice takes levels from before its contract, and up to the clock while it is a draft" {
	leases
	given 'mtr-product create' <<'E'
{"name":"Leases","type":"USAGE","billable_metric_id":"Leases","presentation_group_key":["model"]}
{"name":"Sessions","type":"USAGE","billable_metric_id":"Sessions"}
E
	given 'mtr-ratecard create <<<"{\"name\":\"List\"}"'
	given 'mtr-ratecard add-rates --card=List' <<'E'
{"product_id":"Leases","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":10}
{"product_id":"Sessions","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":1}
E
	given 'mtr-contract create <<<"{\"customer_id\":\"Acme\",\"rate_card_id\":\"List\",\"starting_at\":\"2024-10-01T12:00:00Z\",\"ending_before\":\"2024-10-05T12:00:00Z\"}"'
	gives "mtr-invoice list --status=draft --now=2024-10-03T12:00:00Z | billed" <<'E'
"DRAFT"
["Leases",null,"-3"]
["Leases","a","3.05208333333333333333"]
["Leases","b","1.97917824074074074074"]
["Sessions",null,"3"]
E
	gives "mtr-invoice run -q --now=2025-01-01T00:00:00Z | billed" <<'E'
"FINALIZED"
["Leases",null,"-9"]
["Leases","a","6.05208333333333333333"]
["Leases","b","3.97917824074074074074"]
["Sessions",null,"3"]
E
}

# ---- laws ----

# random SEED - 400 events of three customers over two days, as NDJSON
random() {
	python3 - "$1" <<'E'
import json, random, sys
r = random.Random(int(sys.argv[1]))
for i in range(400):
    p = {"n": r.choice([r.randint(-9, 99), "%d.%02d" % (r.randint(-9, 9), r.randint(0, 99)), "x"])}
    for k in ("model", "region"):
        if r.random() < 0.8:
            p[k] = r.choice("abc")
    print(json.dumps({"transaction_id": "t%d" % i, "customer_id": r.choice(["acme", "nw", "nobody"]),
        "event_type": "e", "timestamp": "2024-10-%02dT%02d:%02d:00Z" % (r.randint(1, 2), r.randint(0, 23), r.randint(0, 59)),
        "properties": p}))
E
}

# oracle EVENTS DIGITS [NAME ...] - what usage should give by windows of so many digits of
# the time (10: days, 13: hours, 7: months) and by groups, from the events alone
oracle() {
	python3 - "$@" <<'E'
import json, sys
from decimal import Decimal
from fractions import Fraction
size, names = int(sys.argv[2]), sys.argv[3:]
kinds = ["COUNT", "SUM", "MAX", "LATEST", "UNIQUE", "MIN", "AVG", "PERCENTILE"]
cells = {}
for line in open(sys.argv[1]):
    e = json.loads(line)
    p = e["properties"]
    group = tuple(p.get(n) for n in names)
    cells.setdefault((e["timestamp"][:size], e["customer_id"], group), []).append(e)
def text(d):
    return format(d.normalize(), "f") if d else "0"
def number(t):
    return None if t == "x" else Decimal(t)
def mean(numbers):
    f = sum(map(Fraction, numbers), Fraction(0)) / (len(numbers) or 1)
    return str(f) if (f * 10**20).denominator > 1 else text(Decimal(f.numerator) / f.denominator)
def at_80(numbers):
    return sorted(numbers)[-(-len(numbers) * 80 // 100) - 1] if numbers else Decimal(0)
for window, who, group in sorted(cells, key=lambda k: (k[0], k[1], [(g is not None, g or "") for g in k[2]])):
    if who == "nobody":
        continue
    events = sorted(cells[window, who, group], key=lambda e: (e["timestamp"], e["transaction_id"]))
    values = [str(e["properties"]["n"]) for e in events]
    numbers = [number(v) for v in values if number(v) is not None]
    for kind in kinds:
        counted = len(values) if kind in ("COUNT", "UNIQUE") else len(numbers)
        value = {"COUNT": lambda: len(values), "UNIQUE": lambda: len(set(values)), "SUM": lambda: text(sum(numbers, Decimal(0))),
            "MAX": lambda: text(max(numbers, default=Decimal(0))), "LATEST": lambda: text(numbers[-1] if numbers else Decimal(0)),
            "MIN": lambda: text(min(numbers, default=Decimal(0))), "AVG": lambda: mean(numbers), "PERCENTILE": lambda: text(at_80(numbers))}[kind]()
        print(json.dumps([window, who, kind, list(group), str(value), counted, len(values) - counted], separators=(",", ":")))
E
}

# told DIGITS [NAME ...] <READINGS - the readings in the form of the oracle
told() {
	jq -c --argjson size "$1" --args '[.starting_on[:$size], {Acme: "acme", Northwind: "nw"}[.customer_name], .billable_metric_name,
		[.group[$ARGS.positional[]]?], (.value_exact // .value), .events, (.non_numeric // 0)] | select(.[4])' "${@:2}"
}

# total FILE - the exact sums by customer and metric of readings
total() {
	python3 - "$1" <<'E'
import json, sys
from fractions import Fraction
t = {}
for line in open(sys.argv[1]):
    r = json.loads(line)
    s = t.setdefault(r["customer_name"] + " " + r["billable_metric_name"], [Fraction(0), 0, 0])
    s[0] += Fraction(r.get("value_exact") or r["value"] or 0)
    s[1] += r["events"]
    s[2] += r.get("non_numeric", 0)
for k in sorted(t):
    print(k, *t[k])
E
}
export -f oracle told total

# all_kinds - the customers, and a metric of each aggregation with two group keys
all_kinds() {
	two
	for type in COUNT SUM MAX LATEST UNIQUE MIN AVG PERCENTILE; do
		jq -nc --arg t $type '{name: $t, aggregation_type: $t, property_filters: [{name: "n", exists: true}, {name: "model"}, {name: "region"}],
			group_keys: [["model"], ["model", "region"]]} + (if $t == "COUNT" then {} else {aggregation_key: "n"} end) + (if $t == "PERCENTILE" then {percentile: 80} else {} end)'
	done >kinds.ndjson
	given 'mtr-metric create kinds.ndjson'
}

@test "COUNT and SUM: hours, days and groups add up to the whole" {
	seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	all_kinds
	random "$seed" | events
	given 'mtr-metric usage --metric=COUNT --metric=SUM >whole; total whole >whole.total; [ $(wc -l <whole.total) = 4 ]'
	for how in --window=hour --window=day --window=month --group-by=model --group-by=region,model '--window=day --group-by=model'; do
		given "mtr-metric usage --metric=COUNT --metric=SUM $how >parts; [ \$(wc -l <parts) -ge 4 ]; total parts | diff whole.total -"
	done
}

@test "SESSION and TIME_WEIGHTED_SUM: hours and days add up to the whole, and groups by their own key" {
	seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	two
	levels
	random "$seed" | events
	for by in '' --group-by=model; do
		how="--metric=Sessions --metric=Storage --metric=Leases --from=2024-10-01T07:13:00Z $by"
		given "mtr-metric usage $how >whole; total whole >whole.total; [ \$(wc -l <whole.total) = 6 ]"
		for window in hour day month; do
			given "mtr-metric usage $how --window=$window >parts; [ \$(wc -l <parts) -ge 6 ]; total parts | diff whole.total -"
		done
		mv whole.total "total$by"
	done
	given 'diff total total--group-by=model'
}

@test "an independent reading of the events gives the same values" {
	seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	all_kinds
	random "$seed" | events
	given 'oracle events.in 7 >want; [ $(wc -l <want) = 16 ]; mtr-metric usage | told 7 | diff want -'
	given 'oracle events.in 10 >want; mtr-metric usage --window=day | told 10 | diff want -'
	given 'oracle events.in 13 >want; [ $(wc -l <want) -gt 200 ]; mtr-metric usage --window=hour | told 13 | diff want -'
	given 'oracle events.in 7 model >want; mtr-metric usage --group-by=model | told 7 model | sort | diff <(sort want) -'
	given 'oracle events.in 10 model region >want; mtr-metric usage --group-by=region,model --window=day | told 10 model region | sort | diff <(sort want) -'
}

@test "the order in which events arrive is nothing" {
	seed=${SEED:-$RANDOM}
	echo "SEED=$seed"
	all_kinds
	levels
	random "$seed" | events
	given 'for how in --window=none --window=hour --group-by=model,region; do mtr-metric usage $how; done >whole'
	rm mtr.db*
	all_kinds
	levels
	given "shuf --random-source=<(yes $seed) events.in | split -l 37 - part.; for f in part.*; do mtr-ingest \$f; done >receipts"
	given 'for how in --window=none --window=hour --group-by=model,region; do mtr-metric usage $how; done | diff whole -'
}

@test "more windows than are held at a time" {
	two
	metric SUM n
	levels
	# 250,000 hours end on 2023-07-09 at 16:00
	{
		event 1 acme 1995-01-01T00:00:00Z '{"n":1}'
		event 2 acme 2023-07-09T15:59:59Z '{"n":2}'
		event 3 acme 2023-07-09T16:00:00Z '{"n":4}'
		event 4 acme 2024-10-03T23:00:00Z '{"n":8}'
	} | events
	gives 'mtr-metric usage --metric=SUM --customer=acme --window=hour --from=1995-01-01 --to=2025-01-01 -o csv | cut -d, -f5-7 | awk -F, "NR > 2 && \$1 != last { gaps++ } { last = \$2 } NR > 1 && \$3 != \"\" { print } END { print NR - 1, gaps + 0 }"' <<'E'
1995-01-01T00:00:00.000000000Z,1995-01-01T01:00:00.000000000Z,1
2023-07-09T15:00:00.000000000Z,2023-07-09T16:00:00.000000000Z,2
2023-07-09T16:00:00.000000000Z,2023-07-09T17:00:00.000000000Z,4
2024-10-03T23:00:00.000000000Z,2024-10-04T00:00:00.000000000Z,8
262992 0
E
	# a session, and levels, go on from one part to the next
	gives 'for metric in Sessions Storage Leases; do mtr-metric usage --metric=$metric --customer=acme --window=hour --from=1995-01-01 --to=2025-01-01 -o csv | cut -d, -f5,7 | grep 2023-07-09T1[4-7]; done' <<'E'
2023-07-09T14:00:00.000000000Z,
2023-07-09T15:00:00.000000000Z,1
2023-07-09T16:00:00.000000000Z,0
2023-07-09T17:00:00.000000000Z,
2023-07-09T14:00:00.000000000Z,1
2023-07-09T15:00:00.000000000Z,1.00055555555555555556
2023-07-09T16:00:00.000000000Z,7
2023-07-09T17:00:00.000000000Z,7
2023-07-09T14:00:00.000000000Z,0.04166666666666666667
2023-07-09T15:00:00.000000000Z,0.04167824074074074074
2023-07-09T16:00:00.000000000Z,0.16666666666666666667
2023-07-09T17:00:00.000000000Z,0.16666666666666666667
E
}


# ---- calls, and what stands around them ----

@test "wrong calls" {
	db
	refuses 2 'mtr-metric usages' <<'E'
mtr-metric: "usages": no such verb, did you mean "usage"? [unknown_verb]
usage: mtr-metric VERB [option ...] [operand ...]
verbs: create get list update archive test usage
help: mtr-metric --help
E
	refuses 2 'mtr-metric usage Calls' <<'E'
mtr-metric: "Calls": no operand is wanted here [unexpected_operand]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric list --metric=Calls' <<'E'
mtr-metric: "--metric": list has no such option [unknown_option]
usage: mtr-metric list [option ...]
help: mtr-metric list --help
E
	refuses 2 'mtr-metric usage --custmer=Acme' <<'E'
mtr-metric: "--custmer": usage has no such option, did you mean "--customer"? [unknown_option]
usage: mtr-metric usage [option ...]
help: mtr-metric usage --help
E
	refuses 2 'mtr-metric get' <<'E'
mtr-metric: get wants: metric ... [missing_operand]
usage: mtr-metric get [option ...] metric ...
help: mtr-metric get --help
E
}

@test "without a database: status 5, naming the path" {
	refuses 5 'mtr-metric usage' <<E
mtr-metric: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
	refuses 5 'mtr-metric test </dev/null' <<E
mtr-metric: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
}

@test "an output that cannot be written: status 5" {
	two
	given 'mtr-metric create <<<"{\"name\":\"Calls\",\"aggregation_type\":\"COUNT\"}"'
	try 'mtr-metric usage >/dev/full'
	status_is 5
	out_empty
	err_is <<'E'
mtr-metric: cannot write output: No space left on device [output_failed]
E
	try 'mtr-metric archive Calls >/dev/full'
	status_is 5
	out_empty
	err_is <<'E'
mtr-metric: cannot write output: No space left on device [output_failed]
{"id":"9503b19c-93c5-8447-a242-d24b37355e89","name":"Calls","aggregation_type":"COUNT","created_at":"2024-10-03T00:00:00Z","archived_at":"2024-10-03T00:00:00Z"}
E
	gives 'mtr-metric usage --metric=Calls | head -n 1 | jq -r .customer_name' <<'E'
Acme
E
}
