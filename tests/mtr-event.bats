# mtr-event: stored events looked up, written out, counted; and what nothing matches.

# shellcheck disable=SC2016
bats_require_minimum_version 1.5.0
load helpers

setup() {
	fresh
	db
}

# Two customers, two metrics, six events.
story() {
	cat >events <<'E'
{"transaction_id":"t1","customer_id":"acme","event_type":"image","timestamp":"2024-09-01T00:00:00Z","properties":{"n":3,"size":"large"}}
{"transaction_id":"t2","customer_id":"aaaaaaaa-0000-4000-8000-00000000000a","event_type":"image","timestamp":"2024-09-02T00:00:00.25Z","properties":{"n":"4"}}
{"transaction_id":"t3","customer_id":"initech","event_type":"image","timestamp":"2024-09-02T00:00:00Z"}
{"transaction_id":"t4","customer_id":"globex","event_type":"text","timestamp":"2024-09-01T00:00:00Z","properties":{"n":1}}
{"transaction_id":"t5","customer_id":"initech","event_type":"audio","timestamp":"2024-09-03T00:00:00Z"}
{"transaction_id":"t0","customer_id":"acme","event_type":"text","timestamp":"2024-09-02T00:00:00Z","properties":{"n":null}}
E
	given 'mtr-ingest events'
	given 'mtr-customer create' < <(cat <<'E'
{"id":"aaaaaaaa-0000-4000-8000-00000000000a","name":"Acme Corp","ingest_aliases":["acme"]}
{"id":"bbbbbbbb-0000-4000-8000-00000000000b","name":"Globex","ingest_aliases":["globex","globex-eu"]}
E
	)
	given 'mtr-metric create' < <(cat <<'E'
{"id":"11111111-0000-4000-8000-000000000001","name":"Images","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["image"]},"property_filters":[{"name":"n","exists":true}]}
{"id":"22222222-0000-4000-8000-000000000002","name":"Large ones","aggregation_type":"COUNT","event_type_filter":{"in_values":["image"]},"property_filters":[{"name":"size","in_values":["large"]}]}
E
	)
}

usage() {
	echo "usage: mtr-event $1 [option ...]${2:+ $2}"
	echo "help: mtr-event $1 --help"
}

# ---- get ----

@test "get: what is stored, whose it is, what it feeds" {
	story
	gives 'mtr-event get t1 t3' <<'E'
{"transaction_id":"t1","customer_id":"acme","event_type":"image","timestamp":"2024-09-01T00:00:00Z","properties":{"n":3,"size":"large"},"batch":1,"recorded_at":"2024-10-03T00:00:00Z","matched_customer":{"id":"aaaaaaaa-0000-4000-8000-00000000000a","name":"Acme Corp"},"matched_billable_metrics":[{"id":"11111111-0000-4000-8000-000000000001","name":"Images"},{"id":"22222222-0000-4000-8000-000000000002","name":"Large ones"}]}
{"transaction_id":"t3","customer_id":"initech","event_type":"image","timestamp":"2024-09-02T00:00:00Z","properties":{},"batch":1,"recorded_at":"2024-10-03T00:00:00Z","matched_customer":null,"matched_billable_metrics":[]}
E
	gives 'jq -r .transaction_id events | mtr-event get - | jq -c "[.transaction_id, .matched_customer.name, [.matched_billable_metrics[].name]]"' <<'E'
["t1","Acme Corp",["Images","Large ones"]]
["t2","Acme Corp",["Images"]]
["t3",null,[]]
["t4","Globex",[]]
["t5",null,[]]
["t0","Acme Corp",[]]
E
}

@test "get: an alias, a metric, a name that come later count as if they had been there" {
	story
	given 'echo "{\"name\":\"Initech\",\"ingest_aliases\":[\"initech\"]}" | mtr-customer create'
	given 'mtr-metric archive Images'
	given 'echo "{\"id\":\"33333333-0000-4000-8000-000000000003\",\"name\":\"All\",\"aggregation_type\":\"COUNT\"}" | mtr-metric create'
	gives 'mtr-event get t3 t2 | jq -c "[.matched_customer.name, [.matched_billable_metrics[].name]]"' <<'E'
["Initech",["All"]]
["Acme Corp",["Images","All"]]
E
}

@test "get: as table, CSV and text" {
	story
	gives 'mtr-event get -o table t1 t3' <<'E'
TRANSACTION_ID  TIMESTAMP             CUSTOMER_ID  CUSTOMER   EVENT_TYPE  PROPERTIES              BATCH  RECORDED_AT
t1              2024-09-01T00:00:00Z  acme         Acme Corp  image       {"n":3,"size":"large"}      1  2024-10-03T00:00:00Z
t3              2024-09-02T00:00:00Z  initech      -          image       {}                          1  2024-10-03T00:00:00Z
E
	gives 'mtr-event get -o csv t1' <<'E'
transaction_id,timestamp,customer_id,customer,event_type,properties,batch,recorded_at
t1,2024-09-01T00:00:00.000000000Z,acme,Acme Corp,image,"{""n"":3,""size"":""large""}",1,2024-10-03T00:00:00.000000000Z
E
	gives 'mtr-event get -o text t4' <<'E'
transaction_id: t4
customer_id: globex
event_type: text
timestamp: 2024-09-01T00:00:00Z
properties:
  n: 1
batch: 1
recorded_at: 2024-10-03T00:00:00Z
matched_customer:
  id: bbbbbbbb-0000-4000-8000-00000000000b
  name: Globex
matched_billable_metrics: []
E
}

@test "get: an id that is not there is refused, the others are shown" {
	story
	try 'mtr-event get nosuch t1 T1 | jq -r .transaction_id'
	status_is 3
	out_is <<'E'
t1
E
	err_is <<'E'
mtr-event: transaction_id "nosuch": no event of this id [not_found]
mtr-event: transaction_id "T1": no event of this id [not_found]
E
	refuses 2 'mtr-event get' < <(
		echo 'mtr-event: get wants: id ... [missing_operand]'
		usage get 'id ...'
	)
}

@test "get: batches rise, and when they were recorded does not fall with the clock" {
	given 'echo "{\"transaction_id\":\"a\",\"customer_id\":\"acme\",\"event_type\":\"x\",\"timestamp\":\"2024-01-01T00:00:00Z\"}" | mtr-ingest --now=2024-10-05'
	given 'echo "{\"transaction_id\":\"b\",\"customer_id\":\"acme\",\"event_type\":\"x\",\"timestamp\":\"2024-01-01T00:00:00Z\"}" | mtr-ingest --now=2024-10-04'
	gives 'mtr-event get a b | jq -c "[.batch, .recorded_at]"' <<'E'
[1,"2024-10-05T00:00:00Z"]
[2,"2024-10-05T00:00:00Z"]
E
}

# ---- export ----

@test "export: by time, then by id as bytes, JSON types as they came" {
	story
	gives 'mtr-event export' <<'E'
{"transaction_id":"t1","customer_id":"acme","event_type":"image","timestamp":"2024-09-01T00:00:00Z","properties":{"n":3,"size":"large"}}
{"transaction_id":"t4","customer_id":"globex","event_type":"text","timestamp":"2024-09-01T00:00:00Z","properties":{"n":1}}
{"transaction_id":"t0","customer_id":"acme","event_type":"text","timestamp":"2024-09-02T00:00:00Z","properties":{"n":null}}
{"transaction_id":"t3","customer_id":"initech","event_type":"image","timestamp":"2024-09-02T00:00:00Z","properties":{}}
{"transaction_id":"t2","customer_id":"aaaaaaaa-0000-4000-8000-00000000000a","event_type":"image","timestamp":"2024-09-02T00:00:00.25Z","properties":{"n":"4"}}
{"transaction_id":"t5","customer_id":"initech","event_type":"audio","timestamp":"2024-09-03T00:00:00Z","properties":{}}
E
}

@test "export into another database is the same again" {
	cat >events <<'E'
{"transaction_id":"a","customer_id":"acme","event_type":"x","timestamp":"2024-01-01T00:00:00.123456789Z","properties":{"long":12345678901234567890.1234567890,"exp":-1.0E+2,"zero":0.00,"t":true,"f":false,"no":null,"s":"\u0041\n\"\\😀","":{"b":[1.0,{"":[]}],"a":null},"list":["1",1]}}
{"transaction_id":"ä \u0001\"","customer_id":"=1+1","event_type":"@x","timestamp":"1970-01-01T00:00:00Z","properties":{}}
E
	given 'mtr-ingest events'
	gives 'mtr-event export' <<'E'
{"transaction_id":"ä \u0001\"","customer_id":"=1+1","event_type":"@x","timestamp":"1970-01-01T00:00:00Z","properties":{}}
{"transaction_id":"a","customer_id":"acme","event_type":"x","timestamp":"2024-01-01T00:00:00.123456789Z","properties":{"long":12345678901234567890.1234567890,"exp":-1.0E+2,"zero":0.00,"t":true,"f":false,"no":null,"s":"A\n\"\\😀","":{"a":null,"b":[1.0,{"":[]}]},"list":["1",1]}}
E
	given 'mtr-db init -d new.db; mtr-event export | mtr-ingest -d new.db; mtr-event export >one; mtr-event export -d new.db >two; cmp one two'
	gives 'mtr-ingest events | jq .duplicate' <<'E'
2
E
}

@test "export: filters, half-open in time" {
	story
	ids='| jq -r .transaction_id | paste -sd " "'
	for customer in aaaaaaaa-0000-4000-8000-00000000000a acme 'Acme Corp'; do
		gives "mtr-event export --customer='$customer' $ids" <<'E'
t1 t0 t2
E
	done
	gives "mtr-event export --customer=initech $ids" <<'E'
t3 t5
E
	gives "mtr-event export --customer=Globex --customer=initech --event-type=text --event-type=audio $ids" <<'E'
t4 t5
E
	gives "mtr-event export --from=2024-09-02 --to=2024-09-02T00:00:00.25Z $ids" <<'E'
t0 t3
E
	gives "mtr-event export --from=2024-09-02T00:00:00.250000001Z $ids" <<'E'
t5
E
	gives 'mtr-event export --event-type=Text; mtr-event export --customer=globex-eu --from=2030-01-01' </dev/null
}

@test "a customer that is none and bears no event is refused" {
	story
	for verb in export count 'count --by=customer'; do
		refuses 3 "mtr-event $verb --customer=acmee" <<'E'
mtr-event: --customer "acmee": no customer of this id, alias or name, and no event selected bears it [not_found]
E
	done
	given 'echo "{\"name\":\"Globex\"}" | mtr-customer create'
	refuses 3 'mtr-event export --customer=Globex | sed "s/ids.*//"' < <(
		echo -n 'mtr-event: --customer "Globex": several customers bear this name: '
		mtr-customer list | jq -r 'select(.name == "Globex") | .id' | sort | paste -sd , | sed 's/,/, /; s/$/; give the id [ambiguous_name]/'
	)
}

@test "a reader ends quietly when nobody reads on" {
	given 'seq 20000 | sed "s/.*/{\"transaction_id\":\"&\",\"customer_id\":\"acme\",\"event_type\":\"llm\",\"timestamp\":\"2024-10-01T00:00:00Z\"}/" | mtr-ingest'
	gives 'mtr-event export | head -n 1 | jq -r .transaction_id' <<'E'
1
E
	refuses 5 'mtr-event export >/dev/full' <<'E'
mtr-event: cannot write output: No space left on device [output_failed]
E
}

# ---- count ----

@test "count: all, by customer key, by event type" {
	story
	gives 'mtr-event count' <<'E'
{"events":6,"first_timestamp":"2024-09-01T00:00:00Z","last_timestamp":"2024-09-03T00:00:00Z"}
E
	gives 'mtr-event count --by=customer' <<'E'
{"customer_id":"aaaaaaaa-0000-4000-8000-00000000000a","events":1,"first_timestamp":"2024-09-02T00:00:00.25Z","last_timestamp":"2024-09-02T00:00:00.25Z"}
{"customer_id":"acme","events":2,"first_timestamp":"2024-09-01T00:00:00Z","last_timestamp":"2024-09-02T00:00:00Z"}
{"customer_id":"globex","events":1,"first_timestamp":"2024-09-01T00:00:00Z","last_timestamp":"2024-09-01T00:00:00Z"}
{"customer_id":"initech","events":2,"first_timestamp":"2024-09-02T00:00:00Z","last_timestamp":"2024-09-03T00:00:00Z"}
E
	gives 'mtr-event count --by=event_type --from=2024-09-02 -o table' <<'E'
EVENT_TYPE  EVENTS  FIRST_TIMESTAMP       LAST_TIMESTAMP
audio            1  2024-09-03T00:00:00Z  2024-09-03T00:00:00Z
image            2  2024-09-02T00:00:00Z  2024-09-02T00:00:00.25Z
text             1  2024-09-02T00:00:00Z  2024-09-02T00:00:00Z
E
	gives 'mtr-event count --customer="Acme Corp" --event-type=text -o csv' <<'E'
events,first_timestamp,last_timestamp
1,2024-09-02T00:00:00.000000000Z,2024-09-02T00:00:00.000000000Z
E
}

@test "count: of nothing" {
	gives 'mtr-event count; mtr-event count --by=customer' <<'E'
{"events":0}
E
	refuses 2 'mtr-event count --by=day' < <(
		echo 'mtr-event: --by "day": wanted: customer|event_type [option_value]'
		usage count
	)
	refuses 2 'mtr-event count --from=2024-10-02 --to=2024-10-01' < <(
		echo 'mtr-event: --from lies behind --to [option_value]'
		usage count
	)
}

# ---- unmatched ----

@test "unmatched: keys without a customer, event types that no metric lets in" {
	story
	gives 'mtr-event unmatched' <<'E'
{"unmatched":"customer_id","value":"initech","events":2,"first_timestamp":"2024-09-02T00:00:00Z","last_timestamp":"2024-09-03T00:00:00Z"}
{"unmatched":"event_type","value":"audio","events":1,"first_timestamp":"2024-09-03T00:00:00Z","last_timestamp":"2024-09-03T00:00:00Z"}
{"unmatched":"event_type","value":"text","events":2,"first_timestamp":"2024-09-01T00:00:00Z","last_timestamp":"2024-09-02T00:00:00Z"}
E
	gives 'mtr-event unmatched --to=2024-09-03 -o table' <<'E'
UNMATCHED    VALUE    EVENTS  FIRST_TIMESTAMP       LAST_TIMESTAMP
customer_id  initech       1  2024-09-02T00:00:00Z  2024-09-02T00:00:00Z
event_type   text          2  2024-09-01T00:00:00Z  2024-09-02T00:00:00Z
E
	given 'echo "{\"name\":\"Initech\",\"ingest_aliases\":[\"initech\"]}" | mtr-customer create'
	given 'echo "{\"name\":\"Not images\",\"aggregation_type\":\"SUM\",\"aggregation_key\":\"n\",\"event_type_filter\":{\"not_in_values\":[\"image\"]},\"property_filters\":[{\"name\":\"n\",\"exists\":true}]}" | mtr-metric create'
	gives 'mtr-event unmatched' </dev/null
}

@test "unmatched: of nothing, and without any metric" {
	gives 'mtr-event unmatched' </dev/null
	given 'echo "{\"transaction_id\":\"a\",\"customer_id\":\"acme\",\"event_type\":\"x\",\"timestamp\":\"2024-01-01T00:00:00Z\"}" | mtr-ingest'
	gives 'mtr-event unmatched | jq -c "[.unmatched, .value, .events]"' <<'E'
["customer_id","acme",1]
["event_type","x",1]
E
}

# ---- around it ----

@test "no database, a damaged one" {
	for verb in 'get a' export count unmatched; do
		refuses 5 "mtr-event -d no.db $verb" <<E
mtr-event: no database at $PWD/no.db (mtr-db init makes one) [db_missing]
E
	done
	story
	given 'sqlite3 mtr.db "DROP TRIGGER event_ids_no_update; UPDATE event_ids SET ids = zeroblob(length(ids)) WHERE block = 1"'
	for verb in 'get t1' export; do
		refuses 5 "mtr-event $verb" <<E
mtr-event: $PWD/mtr.db: event block 1: the checksum differs (ids) [db_damaged]
E
	done
}

@test "wrong calls" {
	refuses 2 'mtr-event export -o csv' < <(
		echo 'mtr-event: "--output": export does not take this option [option_not_taken]'
		usage export
	)
	refuses 2 'mtr-event exprt' <<'E'
mtr-event: "exprt": no such verb, did you mean "export"? [unknown_verb]
usage: mtr-event VERB [option ...] [operand ...]
verbs: get export count unmatched
help: mtr-event --help
E
	refuses 2 'mtr-event export one' < <(
		echo 'mtr-event: "one": no operand is wanted here [unexpected_operand]'
		usage export
	)
}
