# mtr-ingest --input=cloudevents, and the same events in every form.

# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers
load ingest

setup() {
	fresh
	db
}

# ce ID [MEMBERS] - a CloudEvent as a line, with these members besides
ce() {
	printf '{"specversion":"1.0","id":"%s","source":"/gateway","type":"llm","subject":"acme","time":"2024-10-01T00:00:00Z"%s}\n' \
		"$1" "${2:+,$2}"
}
export -f ce

@test "one a line, over several lines, and in arrays" {
	gives 'ce 1 "\"data\":{\"n\":1.50}" | mtr-ingest -i cloudevents | receipt
		{ ce 2; ce 3; } | jq . | mtr-ingest --input=cloudevents | receipt
		{ ce 4; ce 5; } | jq -s . | mtr-ingest --input cloudevents | receipt
		mtr-event export' <<'E'
[1,1,0,0,0,1]
[2,2,0,0,0,1]
[2,2,0,0,0,1]
{"transaction_id":"/gateway|1","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{"n":1.50}}
{"transaction_id":"/gateway|2","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{}}
{"transaction_id":"/gateway|3","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{}}
{"transaction_id":"/gateway|4","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{}}
{"transaction_id":"/gateway|5","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{}}
E
}

@test "a repeat is a duplicate, whatever its extensions; other data are a conflict" {
	given 'ce 1 "\"data\":{\"n\":1}" | mtr-ingest -i cloudevents'
	try '{ ce 1 "\"data\":{\"n\":\"1\"},\"traceparent\":\"00-1\",\"sequence\":7,\"dataschema\":\"x\""; ce 1; } | mtr-ingest -i cloudevents | receipt'
	status_is 1
	out_is <<'E'
[2,0,1,1,0,0]
E
	err_is <<'E'
mtr-ingest: stdin:2:1: transaction_id "/gateway|1": recorded at 2024-10-03T00:00:00Z with other content: properties.n was "1", is absent here [conflict]
E
}

@test "a source with a bar, and one that is long, are hashed as the page says" {
	long=$(printf 's%.0s' {1..127})
	given "ce 1 | sed 's,/gateway,a|b,' | mtr-ingest -i cloudevents; ce 1 | sed s,/gateway,$long, | mtr-ingest -i cloudevents; ce 1 | sed s,/gateway,${long%s}, | mtr-ingest -i cloudevents"
	gives stored < <(
		{
			echo "cloudevent:$(printf 'a|b\0001' | sha256sum | cut -d ' ' -f 1)"
			echo "cloudevent:$(printf '%s\0001' "$long" | sha256sum | cut -d ' ' -f 1)"
			echo "${long%s}|1"
		} | sort | paste -sd ' '
	)
}

@test "refused, under the names that CloudEvents has" {
	{
		ce 1 | sed 's/"specversion":"1.0",//'
		ce 1 | sed 's/1\.0/0.3/'
		ce ''
		ce 1 | sed 's/"source":"[^"]*",//'
		ce 1 | sed 's/"type":"llm"/"type":null/'
		ce 1 | sed 's/"subject":"acme",//'
		ce 1 | sed 's/"subject":"acme"/"subject":7/'
		ce 1 | sed 's/,"time":"[^"]*"//'
		ce 1 | sed 's/2024-10-01T/2024-10-32T/'
		ce 1 '"data":[1]'
		ce 1 '"data":{"n":1e1000}'
		ce 1 '"data_base64":"AA=="'
		ce 1 '"datacontenttype":"text/plain"'
		ce 1 '"customer_id":"acme"'
		ce 1 '"Data":{}'
		ev a
		echo '["a"]'
		echo '{'
	} >input
	try 'mtr-ingest -i cloudevents input | receipt'
	status_is 1
	out_is <<'E'
[18,0,0,0,18,0]
E
	err_is <<'E'
mtr-ingest: input:1:1: specversion: missing [missing_field]
mtr-ingest: input:2:16: specversion "0.3": wanted 1.0 [cloudevent.specversion]
mtr-ingest: input:3:27: id "": wanted at least 1 character, found 0 [event.transaction_id]
mtr-ingest: input:4:1: source: missing [missing_field]
mtr-ingest: input:5:58: type: missing [missing_field]
mtr-ingest: input:6:1: subject: missing [missing_field]
mtr-ingest: input:7:74: subject "7": wanted a string, found a number [event.customer_id]
mtr-ingest: input:8:1: time: missing [missing_field]
mtr-ingest: input:9:88: time "2024-10-32T00:00:00Z": no day 32 in October 2024 [event.timestamp]
mtr-ingest: input:10:118: data "[1]": wanted an object, found an array [event.properties]
mtr-ingest: input:11:123: data.n "1e1000": more than 1000 digits when written out [number_too_long]
mtr-ingest: input:12:125: data_base64 "\"AA==\"": binary data has no properties; wanted an object in data [cloudevent.data_base64]
mtr-ingest: input:13:129: datacontenttype "text/plain": wanted application/json: properties are an object [cloudevent.datacontenttype]
mtr-ingest: input:14:125: customer_id "\"acme\"": no name of a CloudEvents attribute, which are lower-case letters and digits; other values belong into data [unknown_field]
mtr-ingest: input:15:118: Data "{}": no name of a CloudEvents attribute; did you mean "data"? [unknown_field]
mtr-ingest: input:16:19: transaction_id "\"a\"": no name of a CloudEvents attribute, which are lower-case letters and digits; other values belong into data [unknown_field]
mtr-ingest: input:17:1: wanted an object, found an array [not_an_object]
mtr-ingest: input:18:2: wanted a key, found the end [json_syntax]
E
}

@test "auto does not guess them; CSV is none; ids are theirs" {
	try 'ce 1 | mtr-ingest -q | receipt'
	status_is 1
	out_is <<'E'
[1,0,0,0,1,0]
E
	err_is <<'E'
mtr-ingest: stdin:1:16: specversion "\"1.0\"": unknown field; other values belong into properties [unknown_field]
E
	refuses 3 'echo id,source | mtr-ingest -i cloudevents' <<'E'
mtr-ingest: stdin: this is CSV, and CloudEvents are JSON [record_format]
E
	while IFS='|' read -r call message; do
		refuses 2 "mtr-ingest -i cloudevents $call </dev/null" <<E
mtr-ingest: $message [usage]
usage: mtr-ingest [option ...] [file ...]
help: mtr-ingest --help
E
	done <<'E'
--id=content|--id and --input=cloudevents: each of these has an id
--id=line:x|--id and --input=cloudevents: each of these has an id
--set=transaction_id=a|--set transaction_id and --input=cloudevents: each of these has an id
--map=a=timestamp|--map names columns of CSV, and --input is another form
E
	refuses 2 'mtr-ingest -i cloudevent </dev/null' <<'E'
mtr-ingest: --input "cloudevent": wanted: auto|ndjson|json|csv|cloudevents [option_value]
usage: mtr-ingest [option ...] [file ...]
help: mtr-ingest --help
E
}

@test "--set, --utc, --future-limit and --rejects go with them" {
	printf '%s\n' "$(ce 1 | sed 's/,"subject":"acme"//; s/00Z/00/')" "$(ce 2)" \
		"$(ce 3 | sed 's/,"subject":"acme"//; s/2024/2025/')" >input
	try 'mtr-ingest -i cloudevents --utc --set customer_id=northwind --set properties.region=eu --rejects=rejected input | receipt'
	status_is 1
	out_is <<'E'
[3,1,0,0,2,1]
E
	err_is <<'E'
mtr-ingest: input:2:74: subject "acme": the record has it, and it is to be set for every record: one of the two [event.customer_id]
mtr-ingest: input:3:71: time "2025-10-01T00:00:00Z": too far ahead of the clock; accepted up to 2024-10-04T00:00:00Z [event.timestamp]
E
	gives 'mtr-event export; diff rejected <(tail -n 2 input)' <<'E'
{"transaction_id":"/gateway|1","customer_id":"northwind","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{"region":"eu"}}
E
}

# ---- laws ----

@test "the same events as NDJSON, JSON, CSV and CloudEvents are the same events" {
	seed=${SEED:-$RANDOM}
	echo "seed $seed"
	python3 - "$seed" <<'E'
import csv, hashlib, json, random, sys
r = random.Random(int(sys.argv[1]))
names = ["a", "b", "c d", "e.f", "é"]
values = ["x", "1", "1.50", "true", " y ", "é\u2028\U0001f600", 'q"u,o', "z" * 300, "two\nlines"]
def source():
    return r.choice(["/gateway", "urn:a|b", "https://acme.example/" + "p" * r.choice([1, 60, 120])])
def transaction_id(source, id):
    plain = source + "|" + id
    if "|" not in source and len(plain) <= 128:
        return plain
    return "cloudevent:" + hashlib.sha256((source + "\0" + id).encode()).hexdigest()
events = []
for i in range(500):
    events.append((source(), "%d%s" % (i, r.choice(["", "|", "é" * 40])),
        r.choice(["acme", "globex", "ü"]), r.choice(["llm", "image"]),
        "2024-09-%02dT%02d:00:%02d.%dZ" % (r.randint(1, 30), r.randint(0, 23), r.randint(0, 59), r.randint(0, 99)),
        {n: r.choice(values) for n in names if r.random() < 0.5}))
lines = [{"transaction_id": transaction_id(s, i), "customer_id": c, "event_type": t, "timestamp": w,
          "properties": p} for s, i, c, t, w, p in events]
clouds = [{"specversion": "1.0", "id": i, "source": s, "type": t, "subject": c, "time": w, "data": p}
          for s, i, c, t, w, p in events]
def dump(name, items):
    with open(name, "w") as f:
        for item in items:
            keys = list(item)
            r.shuffle(keys)
            f.write(json.dumps({k: item[k] for k in keys}, ensure_ascii=r.random() < 0.5) + "\n")
dump("lines", lines)
dump("clouds", clouds)
json.dump(lines, open("array", "w"), indent=1)
with open("rows", "w", newline="") as f:
    w = csv.writer(f)
    w.writerow(["transaction_id", "customer_id", "event_type", "timestamp"] + ["properties." + n for n in names])
    for e in lines:
        w.writerow([e["transaction_id"], e["customer_id"], e["event_type"], e["timestamp"]] +
                   [e["properties"].get(n, "") for n in names])
E
	for form in lines array rows clouds; do
		given "mtr-db init -d $form.db --id=$DB_ID"
	done
	given 'mtr-ingest -d lines.db lines >one; mtr-ingest -d array.db array >two; mtr-ingest -d rows.db rows >three; mtr-ingest -d clouds.db -i cloudevents clouds >four'
	given 'cmp one two; cmp one three; cmp one four'
	gives 'jq -c "[.accepted, .duplicate, .conflict]" one' <<'E'
[500,0,0]
E
	given 'mtr-event export -d lines.db | jq -cS . >one; for form in array rows clouds; do mtr-event export -d $form.db | jq -cS . | cmp one -; done'
	gives 'for form in lines array rows; do mtr-ingest -d clouds.db $form | receipt; done' <<'E'
[500,0,500,0,0,0]
[500,0,500,0,0,0]
[500,0,500,0,0,0]
E
}
