# mtr-ingest: events in, the bad ones refused with their places, none counted twice.

# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317
bats_require_minimum_version 1.5.0
load helpers
load ingest

setup() {
	fresh
	db
}

usage() {
	echo 'usage: mtr-ingest [option ...] [file ...]'
	echo 'help: mtr-ingest --help'
}

# rejected COMMAND COUNTS <<E - status 1, these counts, exactly this message
rejected() {
	cat >"$ERR.given"
	try "$1"
	status_is 1
	out_is < <(echo "{\"type\":\"receipt\",\"read\":$2,\"accepted\":0,\"duplicate\":0,\"conflict\":0,\"rejected\":$2,\"batches\":0,\"unknown_customers\":0,\"late\":0,\"store_digest\":\"D\"}")
	err_is <"$ERR.given"
}

# ---- receipts ----

@test "events are stored and counted" {
	gives '{ ev a; ev b globex 2024-10-01T02:00:00.5+02:00; ev c acme 2024-09-30T23:00:00Z; } | mtr-ingest' <<'E'
{"type":"receipt","read":3,"accepted":3,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-09-30T23:00:00Z","last_timestamp":"2024-10-01T00:00:00.5Z","unknown_customers":2,"late":0,"store_digest":"D"}
E
	gives stored <<'E'
c a b
E
}

@test "a customer that is there is not unknown, by id, by alias; by name it is" {
	given 'echo "{\"id\":\"aaaaaaaa-0000-4000-8000-00000000000a\",\"name\":\"Acme\",\"ingest_aliases\":[\"acme\"]}" | mtr-customer create'
	gives '{ ev a; ev b Acme; ev c aaaaaaaa-0000-4000-8000-00000000000a; ev d x; ev e x; } |
		mtr-ingest | jq .unknown_customers' <<'E'
2
E
}

@test "no input is a receipt of zeros" {
	zeros='{"type":"receipt","read":0,"accepted":0,"duplicate":0,"conflict":0,"rejected":0,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}'
	for input in '' '\n \r\n\n' '\357\273\277' '[]' '[ ]\n[]' 'transaction_id,customer_id\n'; do
		gives "printf '$input' | mtr-ingest" <<<"$zeros"
	done
	gives ': >empty; mtr-ingest empty - empty <empty' <<<"$zeros"
}

@test "a repeat of equal content is a duplicate, whatever its form" {
	given 'ev a acme 2024-10-01T00:00:00Z "{\"n\":3,\"t\":true,\"o\":{\"b\":1,\"a\":[null]}}" | mtr-ingest'
	cat >again <<'E'
{"properties":{"o":{"a":[null],"b":1},"t":"true","n":"3","gone":null},"timestamp":"2024-10-01 02:00:00.000+02:00","event_type":"ll\u006d","customer_id":"acme","transaction_id":"a"}
{"transaction_id":"b","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{}}
{"transaction_id":"b","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":null}
{"transaction_id":"b","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01t00:00:00z"}
E
	gives 'mtr-ingest again | receipt' <<'E'
[4,1,3,0,0,1]
E
	gives 'mtr-ingest again | receipt' <<'E'
[4,0,4,0,0,0]
E
}

@test "conflicts name the time of the first and the first field that differs" {
	given 'ev a acme 2024-10-01T00:00:00Z "{\"n\":3}" | mtr-ingest --now=2024-10-02'
	{
		ev a globex 2024-10-01T00:00:00Z '{"n":3}'
		ev a acme 2024-10-01T00:00:00.5Z '{"n":3}'
		ev a acme 2024-10-01T00:00:00Z '{"n":3.0}'
		ev a acme 2024-10-01T00:00:00Z '{"m":[1, 2],"n":3}'
		ev a
		ev b
		ev b globex
	} >later
	try 'mtr-ingest later'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":7,"accepted":1,"duplicate":0,"conflict":6,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: later:1:1: transaction_id "a": recorded at 2024-10-02T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
mtr-ingest: later:2:1: transaction_id "a": recorded at 2024-10-02T00:00:00Z with other content: timestamp was "2024-10-01T00:00:00Z", is "2024-10-01T00:00:00.5Z" here [conflict]
mtr-ingest: later:3:1: transaction_id "a": recorded at 2024-10-02T00:00:00Z with other content: properties.n was "3", is "3.0" here [conflict]
mtr-ingest: later:4:1: transaction_id "a": recorded at 2024-10-02T00:00:00Z with other content: properties.m was absent, is "[1,2]" here [conflict]
mtr-ingest: later:5:1: transaction_id "a": recorded at 2024-10-02T00:00:00Z with other content: properties.n was "3", is absent here [conflict]
mtr-ingest: later:7:1: transaction_id "b": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
	gives 'mtr-event get a | jq -c .properties' <<'E'
{"n":3}
E
}

@test "conflicts as JSON" {
	given 'ev a | mtr-ingest'
	try 'ev a globex | mtr-ingest --errors=json'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":1,"accepted":0,"duplicate":0,"conflict":1,"rejected":0,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}
E
	err_is <<'E'
{"type":"error","code":"conflict","message":"transaction_id \"a\": recorded at 2024-10-03T00:00:00Z with other content: customer_id was \"acme\", is \"globex\" here","file":"stdin","line":1,"column":1,"field":"transaction_id","value":"a"}
E
}

@test "an id is taken for ever, over all customers, however much came in between" {
	given 'ev a | mtr-ingest --now=2024-10-03'
	given 'ev b | mtr-ingest --now=2034-10-03'
	try 'ev a globex | mtr-ingest -q --now=2044-10-03'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":1,"accepted":0,"duplicate":0,"conflict":1,"rejected":0,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: stdin:1:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
}

@test "one bad record never fails its neighbours" {
	try '{ ev a; echo "{"; ev b; echo "{}"; ev c; } | mtr-ingest -i ndjson'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":5,"accepted":3,"duplicate":0,"conflict":0,"rejected":2,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: stdin:2:2: wanted a key, found the end [json_syntax]
mtr-ingest: stdin:4:1: transaction_id: missing [missing_field]
E
	gives stored <<'E'
a b c
E
}

@test "batches of 100,000" {
	gives 'seq 100001 | sed "s/.*/{\"transaction_id\":\"&\",\"customer_id\":\"acme\",\"event_type\":\"llm\",\"timestamp\":\"2024-10-01T00:00:00Z\"}/" |
		mtr-ingest | receipt; sqlite3 -readonly mtr.db "SELECT id, accepted FROM batch ORDER BY id"' <<'E'
[100001,100001,0,0,0,2]
1|100000
2|1
E
}

# ---- what is refused ----

@test "refused: timestamps" {
	cat >input <<'E'
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-13-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2023-02-29T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T24:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-06-30T23:59:60Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00.1234567891Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"yesterday"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":""}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":1727740800}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"9999-01-01T00:00:00Z"}
E
	rejected 'mtr-ingest input' 12 <<'E'
mtr-ingest: input:1:75: timestamp "2024-13-01T00:00:00Z": no month 13 [event.timestamp]
mtr-ingest: input:2:75: timestamp "2023-02-29T00:00:00Z": no day 29 in February 2023 [event.timestamp]
mtr-ingest: input:3:75: timestamp "2024-10-01T24:00:00Z": no hour 24 [event.timestamp]
mtr-ingest: input:4:75: timestamp "2024-06-30T23:59:60Z": second 60: leap seconds are not accepted [event.timestamp]
mtr-ingest: input:5:75: timestamp "2024-10-01T00:00Z": seconds missing [event.timestamp]
mtr-ingest: input:6:75: timestamp "2024-10-01T00:00:00": offset missing (Z or +hh:mm) [event.timestamp]
mtr-ingest: input:7:75: timestamp "2024-10-01": a date alone; an event needs the time of day too, such as 2024-09-27T00:00:00Z [event.timestamp]
mtr-ingest: input:8:75: timestamp "2024-10-01T00:00:00.1234567891Z": more than 9 fractional digits [event.timestamp]
mtr-ingest: input:9:75: timestamp "yesterday": not a time (YYYY-MM-DDThh:mm:ssZ) [event.timestamp]
mtr-ingest: input:10:75: timestamp "": wanted at least 1 character, found 0 [event.timestamp]
mtr-ingest: input:11:75: timestamp "1727740800": wanted a string, found a number [event.timestamp]
mtr-ingest: input:12:75: timestamp "9999-01-01T00:00:00Z": after 2262-04-11T23:47:16.854775807Z, the last instant kept [event.timestamp]
E
}

@test "refused: ahead of the clock by more than 24 h, and not by exactly that" {
	rejected 'ev a acme 2024-10-04T00:00:00.000000001Z | mtr-ingest' 1 <<'E'
mtr-ingest: stdin:1:75: timestamp "2024-10-04T00:00:00.000000001Z": too far ahead of the clock; accepted up to 2024-10-04T00:00:00Z [event.timestamp]
E
	gives 'ev a acme 2024-10-04T00:00:00Z | mtr-ingest | receipt' <<'E'
[1,1,0,0,0,1]
E
}

@test "--future-limit and --max-age accept exactly, refuse beyond" {
	rejected 'ev a acme 2024-10-03T00:01:30.1Z | mtr-ingest --future-limit=90s' 1 <<'E'
mtr-ingest: stdin:1:75: timestamp "2024-10-03T00:01:30.1Z": too far ahead of the clock; accepted up to 2024-10-03T00:01:30Z [event.timestamp]
E
	rejected 'ev a acme 2024-10-02T23:44:59Z | mtr-ingest --max-age=15m' 1 <<'E'
mtr-ingest: stdin:1:75: timestamp "2024-10-02T23:44:59Z": too old; accepted from 2024-10-02T23:45:00Z on [event.timestamp]
E
	gives '{ ev a acme 2024-10-03T00:01:30Z; ev b acme 2024-10-02T23:45:00Z; } |
		mtr-ingest --future-limit=90s --max-age=15m | receipt' <<'E'
[2,2,0,0,0,1]
E
	gives '{ ev c acme 2200-01-01T00:00:00Z; ev d acme 1700-01-01T00:00:00Z; } |
		mtr-ingest --future-limit=none | receipt' <<'E'
[2,2,0,0,0,1]
E
	gives 'ev e acme 2024-08-30T00:00:00Z | mtr-ingest --future-limit=0s --max-age=34d | receipt' <<'E'
[1,1,0,0,0,1]
E
}

@test "refused: fields that are missing" {
	cat >input <<'E'
{"customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
  {"transaction_id":"a","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm"}
{"transaction_id":"a","customer_id":null,"event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
{}
E
	rejected 'mtr-ingest -i ndjson input' 6 <<'E'
mtr-ingest: input:1:1: transaction_id: missing [missing_field]
mtr-ingest: input:2:3: customer_id: missing [missing_field]
mtr-ingest: input:3:1: event_type: missing [missing_field]
mtr-ingest: input:4:1: timestamp: missing [missing_field]
mtr-ingest: input:5:37: customer_id: missing [missing_field]
mtr-ingest: input:6:1: transaction_id: missing [missing_field]
E
}

@test "refused: values of the wrong type" {
	cat >input <<'E'
{"transaction_id":1,"customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":["acme"],"event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":{},"timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":true}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":[]}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":"n=1"}
"a"
null
[{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}]
E
	rejected 'mtr-ingest -i ndjson input' 9 <<'E'
mtr-ingest: input:1:19: transaction_id "1": wanted a string, found a number [event.transaction_id]
mtr-ingest: input:2:37: customer_id "[\"acme\"]": wanted a string, found an array [event.customer_id]
mtr-ingest: input:3:57: event_type "{}": wanted a string, found an object [event.event_type]
mtr-ingest: input:4:75: timestamp "true": wanted a string, found a boolean [event.timestamp]
mtr-ingest: input:5:111: properties "[]": wanted an object, found an array [event.properties]
mtr-ingest: input:6:111: properties "\"n=1\"": wanted an object, found a string [event.properties]
mtr-ingest: input:7:1: wanted an object, found a string [not_an_object]
mtr-ingest: input:8:1: wanted an object, found null [not_an_object]
mtr-ingest: input:9:1: wanted an object, found an array [not_an_object]
E
}

@test "refused: fields that an event has not, and fields given twice" {
	cat >input <<'E'
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","amount":5}
{"transaction_id":"a","customer":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties.n":1}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}
{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{"n":1,"\u006e":1}}
{"events":[{"transaction_id":"a","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}]}
E
	rejected 'mtr-ingest input' 6 <<'E'
mtr-ingest: input:1:107: amount "5": unknown field; other values belong into properties [unknown_field]
mtr-ingest: input:2:34: customer "\"acme\"": unknown field; did you mean "customer_id"? [unknown_field]
mtr-ingest: input:3:113: properties.n "1": unknown field; did you mean "properties"? [unknown_field]
mtr-ingest: input:4:63: the key "event_type" is given twice [duplicate_key]
mtr-ingest: input:5:118: the key "n" is given twice [duplicate_key]
mtr-ingest: input:6:11: events "[{\"transaction_id\":\"a\",\"customer_id\":\"acme\",\"event_type\":\"llm\",\"timestamp\":\"2024-10-01T00:00:00Z\"}]": unknown field; other values belong into properties [unknown_field]
E
}

@test "refused: texts that are empty or too long" {
	long=$(printf 'é%.0s' {1..129})
	{
		ev ''
		ev "$long"
		ev a '' | sed 's/acme//'
		ev a acme | sed 's/llm//'
	} >input
	rejected 'mtr-ingest input' 4 <<E
mtr-ingest: input:1:19: transaction_id "": wanted at least 1 character, found 0 [event.transaction_id]
mtr-ingest: input:2:19: transaction_id "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé...": wanted 1 to 128 characters, found 129 [event.transaction_id]
mtr-ingest: input:3:37: customer_id "": wanted at least 1 character, found 0 [event.customer_id]
mtr-ingest: input:4:57: event_type "": wanted at least 1 character, found 0 [event.event_type]
E
	gives "ev ${long%é} | mtr-ingest | receipt" <<'E'
[1,1,0,0,0,1]
E
}

@test "refused: numbers too long to be written out, anywhere in properties" {
	{
		ev a acme 2024-10-01T00:00:00Z '{"n":1e1000}'
		ev b acme 2024-10-01T00:00:00Z '{"o":{"l":[1,-1e-1000]}}'
		ev c acme 2024-10-01T00:00:00Z '{"n":1e999,"s":"1e1000"}'
	} >input
	try 'mtr-ingest input'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":3,"accepted":1,"duplicate":0,"conflict":0,"rejected":2,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: input:1:116: properties.n "1e1000": more than 1000 digits when written out [number_too_long]
mtr-ingest: input:2:124: properties.o "-1e-1000": more than 1000 digits when written out [number_too_long]
E
}

@test "refused: what is no strict JSON" {
	{
		printf '{"transaction_id":"a\377","customer_id":"acme"}\n'
		printf '{"transaction_id":"a\001","customer_id":"acme"}\n'
		cat <<'E'
{"transaction_id":"a\u0000","customer_id":"acme"}
{"transaction_id":"a\ud800","customer_id":"acme"}
{"transaction_id":"a","properties":{"n":01}}
{"transaction_id":"a","properties":{"n":+1}}
{"transaction_id":"a","properties":{"n":NaN}}
{"transaction_id":"a","properties":{"n":1,}}
{'transaction_id':'a'}
{"transaction_id":"a"} {"transaction_id":"b"}
{"transaction_id":"a"
E
	} >input
	rejected 'mtr-ingest -i ndjson input' 11 <<'E'
mtr-ingest: input:1:21: not UTF-8: byte 0xff [json_utf8]
mtr-ingest: input:2:21: control character 0x01 in a string [json_syntax]
mtr-ingest: input:3:21: \u0000 is not accepted [json_nul]
mtr-ingest: input:4:21: \ud800 is half of a surrogate pair [json_surrogate]
mtr-ingest: input:5:42: a number must not begin with 0 and a digit [json_syntax]
mtr-ingest: input:6:41: wanted a value, found '+' [json_syntax]
mtr-ingest: input:7:41: wanted a value, found 'N' [json_syntax]
mtr-ingest: input:8:43: wanted a key, found '}' [json_syntax]
mtr-ingest: input:9:2: wanted a key, found ''' [json_syntax]
mtr-ingest: input:10:24: wanted the end, found '{' [json_syntax]
mtr-ingest: input:11:22: wanted ',' or '}', found the end [json_syntax]
E
}

@test "refused: nesting deeper than 64" {
	printf '{"transaction_id":"a","properties":{"n":%s1%s}}\n' "$(printf '[%.0s' {1..63})" \
		"$(printf ']%.0s' {1..63})" >input
	rejected 'mtr-ingest input' 1 <<'E'
mtr-ingest: input:1:103: nested deeper than 64 [json_depth]
E
}

@test "refused: a record longer than --max-record, and the next one is read" {
	try '{ ev a acme 2024-10-01T00:00:00Z "{\"s\":\"$(printf "%099d" 0)\"}"; ev b; } | mtr-ingest --max-record=150'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":2,"accepted":1,"duplicate":0,"conflict":0,"rejected":1,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: stdin:1:1: longer than 150 bytes [record_too_long]
E
}

@test "refused: a line of 2 MB" {
	try '{ head -c 2000000 /dev/zero | tr "\0" x; echo; ev b; } | mtr-ingest -i ndjson | receipt'
	status_is 1
	out_is <<'E'
[2,1,0,0,1,1]
E
	err_is <<'E'
mtr-ingest: stdin:1:1: longer than 1048576 bytes [record_too_long]
E
}

# ---- forms of input ----

@test "a BOM, CRLF, blank lines, a last line without newline" {
	gives 'printf "\357\273\277%s\r\n\r\n  \n%s" "$(ev a)" "$(ev b)" | mtr-ingest | receipt; stored' <<'E'
[2,2,0,0,0,1]
a b
E
}

@test "a JSON array, objects over several lines, several arrays" {
	gives '{ ev a; ev b; } | jq -s . | mtr-ingest | receipt' <<'E'
[2,2,0,0,0,1]
E
	gives '{ ev c; ev d; } | jq . | mtr-ingest | receipt' <<'E'
[2,2,0,0,0,1]
E
	gives '{ ev e | jq -s -c .; ev f | jq -s -c .; ev g; } | mtr-ingest -i json | receipt; stored' <<'E'
[3,3,0,0,0,1]
a b c d e f g
E
}

@test "places in JSON over several lines" {
	printf '[\n  {},\n  {\n    "transaction_id": "a",\n    "customer_id": 7\n  }, [[1]\n], 1 ]' >input
	rejected 'mtr-ingest input' 4 <<'E'
mtr-ingest: input:2:3: transaction_id: missing [missing_field]
mtr-ingest: input:5:20: customer_id "7": wanted a string, found a number [event.customer_id]
mtr-ingest: input:6:6: wanted an object, found an array [not_an_object]
mtr-ingest: input:7:4: wanted an object, found a number [not_an_object]
E
}

@test "JSON that cannot be followed further is one rejected record" {
	try '{ ev a | jq .; echo "]"; ev b; } | mtr-ingest'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":2,"accepted":1,"duplicate":0,"conflict":0,"rejected":1,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: stdin:7:1: wanted a value [json_stream]
E
}

@test "several files, and standard input among them" {
	given 'ev a >a.ndjson; ev b | jq -s . >b.json; printf "customer_id,event_type,timestamp,transaction_id\nacme,llm,2024-10-01T00:00:00Z,d\n" >d.csv'
	gives 'ev c | mtr-ingest a.ndjson b.json - d.csv | receipt; stored' <<'E'
[4,4,0,0,0,1]
a b c d
E
}

@test "-v tells the form of each file" {
	try 'ev a >a.ndjson; ev a | jq . >a.json; printf "transaction_id\n" >a.csv; mtr-ingest -v a.ndjson a.json a.csv | receipt'
	status_is 0
	out_is <<'E'
[2,1,1,0,0,1]
E
	err_is <<'E'
mtr-ingest: a.ndjson: read as NDJSON
mtr-ingest: a.json: read as JSON
mtr-ingest: a.csv: read as CSV
E
}

@test "CSV: quotes, properties, empty cells" {
	printf 'transaction_id,customer_id,event_type,timestamp,properties.n,properties.a b\r\n"a,1",acme,llm,2024-10-01 00:00:00z,1.50," x ""y""\r\nz"\r\nb,acme,llm,2024-10-01T00:00:00Z,,' >input.csv
	gives 'mtr-ingest input.csv | receipt; mtr-event export' <<'E'
[2,2,0,0,0,1]
{"transaction_id":"a,1","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{"n":"1.50","a b":" x \"y\"\r\nz"}}
{"transaction_id":"b","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z","properties":{}}
E
}

@test "CSV: rows that are refused, with line and cell" {
	cat >input.csv <<'E'
transaction_id,customer_id,event_type,timestamp,properties.n
a,acme,llm,2024-13-01T00:00:00Z,1
b,,llm,2024-10-01T00:00:00Z,1

c,acme,"multi
line",bad,1
d,acme,llm,2024-10-01T00:00:00Z
e,acme,l"m,2024-10-01T00:00:00Z,1
f,acme,llm,2024-10-01T00:00:00Z,1
g,acme,"llm,2024-10-01T00:00:00Z,1
E
	try 'mtr-ingest input.csv'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":7,"accepted":1,"duplicate":0,"conflict":0,"rejected":6,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: input.csv:2:4: timestamp "2024-13-01T00:00:00Z": no month 13 [event.timestamp]
mtr-ingest: input.csv:3:2: customer_id: missing [missing_field]
mtr-ingest: input.csv:5:4: timestamp "bad": not a time (YYYY-MM-DDThh:mm:ssZ) [event.timestamp]
mtr-ingest: input.csv:7: 4 cells, and the header has 5 [csv_cells]
mtr-ingest: input.csv:8:3: a quote in a cell that does not begin with one [csv_quote]
mtr-ingest: input.csv:10:3: the quote that opens here is not closed [csv_quote]
E
}

@test "a CSV cell and a JSON value of the same text are equal content" {
	given 'ev a acme 2024-10-01T00:00:00Z "{\"n\":3}" | mtr-ingest'
	gives 'printf "transaction_id,customer_id,event_type,timestamp,properties.n,properties.m\na,acme,llm,2024-10-01T00:00:00Z,3,\n" | mtr-ingest | receipt' <<'E'
[1,0,1,0,0,0]
E
}

@test "a CSV header that cannot be used refuses the file: 3 when nothing was read, else 1" {
	printf 'transaction_id,customer_id,kind\na,acme,llm\nb,acme,llm\n' >bad.csv
	refuses 3 'mtr-ingest bad.csv' <<'E'
mtr-ingest: bad.csv:1:3: kind: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	try 'ev a | mtr-ingest bad.csv -'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":1,"accepted":1,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: bad.csv:1:3: kind: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	refuses 3 'printf "a,b,a\n1,2,3\n" | mtr-ingest -i csv' <<'E'
mtr-ingest: stdin:1:3: a: two columns have this name [csv_header]
E
	refuses 3 'printf "customer_id,properties.\n" | mtr-ingest' <<'E'
mtr-ingest: stdin:1:2: properties.: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	refuses 3 'printf "42\n" | mtr-ingest' <<'E'
mtr-ingest: stdin:1:1: neither JSON nor a CSV header: wanted '{', '[' or names of columns [record_format]
E
}

# ---- a file of another form: --map, --set, --id, --utc ----

conversation() {
	printf 'TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109\r\n2023-11-16 18:15:51.2224670,879,55' >conversation.csv
	mapped="mtr-ingest -i csv --map TIMESTAMP=timestamp,ContextTokens=properties.context_tokens,GeneratedTokens=properties.generated_tokens --set customer_id=northwind --set event_type=llm_request --id=line:conv --utc conversation.csv"
}

@test "a log of another form, twice" {
	conversation
	gives "$mapped" <<'E'
{"type":"receipt","read":3,"accepted":3,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2023-11-16T18:15:46.68059Z","last_timestamp":"2023-11-16T18:15:51.222467Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	gives "$mapped" <<'E'
{"type":"receipt","read":3,"accepted":0,"duplicate":3,"conflict":0,"rejected":0,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}
E
	gives 'mtr-event export' <<'E'
{"transaction_id":"conv:2","customer_id":"northwind","event_type":"llm_request","timestamp":"2023-11-16T18:15:46.68059Z","properties":{"context_tokens":"374","generated_tokens":"44"}}
{"transaction_id":"conv:3","customer_id":"northwind","event_type":"llm_request","timestamp":"2023-11-16T18:15:50.995169Z","properties":{"context_tokens":"396","generated_tokens":"109"}}
{"transaction_id":"conv:4","customer_id":"northwind","event_type":"llm_request","timestamp":"2023-11-16T18:15:51.222467Z","properties":{"context_tokens":"879","generated_tokens":"55"}}
E
}

@test "the same log without --utc, without --set, without --map" {
	conversation
	try "${mapped/ --utc/}"
	status_is 1
	out_is <<'E'
{"type":"receipt","read":3,"accepted":0,"duplicate":0,"conflict":0,"rejected":3,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: conversation.csv:2:1: timestamp "2023-11-16 18:15:46.6805900": offset missing (Z or +hh:mm) [event.timestamp]
mtr-ingest: conversation.csv:3:1: timestamp "2023-11-16 18:15:50.9951690": offset missing (Z or +hh:mm) [event.timestamp]
mtr-ingest: conversation.csv:4:1: timestamp "2023-11-16 18:15:51.2224670": offset missing (Z or +hh:mm) [event.timestamp]
E
	try "${mapped/ --set customer_id=northwind/}"
	status_is 1
	out_is <<'E'
{"type":"receipt","read":3,"accepted":0,"duplicate":0,"conflict":0,"rejected":3,"batches":0,"unknown_customers":0,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: conversation.csv:2: customer_id: missing [missing_field]
mtr-ingest: conversation.csv:3: customer_id: missing [missing_field]
mtr-ingest: conversation.csv:4: customer_id: missing [missing_field]
E
	refuses 3 "${mapped/TIMESTAMP=timestamp,/}" <<'E'
mtr-ingest: conversation.csv:1:1: TIMESTAMP: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	refuses 3 "${mapped/ContextTokens/ContextToken}" <<'E'
mtr-ingest: conversation.csv:1: ContextToken: the map names a column that the header does not have [csv_map]
E
}

@test "--map is for CSV" {
	refuses 3 'ev a >a.ndjson; mtr-ingest --map=x=timestamp a.ndjson' <<'E'
mtr-ingest: a.ndjson: --map names columns of CSV, and this is JSON [csv_map]
E
	refuses 2 'mtr-ingest -i ndjson --map=x=timestamp </dev/null' < <(
		echo 'mtr-ingest: --map names columns of CSV, and --input is another form [usage]'
		usage
	)
}

@test "--set fills what records lack, and refuses records that have it" {
	gives 'printf "transaction_id,timestamp,properties.n\na,2024-10-01T00:00:00Z,\n" |
		mtr-ingest --set customer_id=acme --set event_type=a=b --set properties.n=7 --set properties.region=eu | receipt
		mtr-event export' <<'E'
[1,1,0,0,0,1]
{"transaction_id":"a","customer_id":"acme","event_type":"a=b","timestamp":"2024-10-01T00:00:00Z","properties":{"n":"7","region":"eu"}}
E
	rejected '{ ev b; ev c acme 2024-10-01T00:00:00Z "{\"n\":1}" | sed "s/\"customer_id\":\"acme\",//"; } |
		mtr-ingest --set customer_id=acme --set properties.n=7' 2 <<'E'
mtr-ingest: stdin:1:37: customer_id "acme": the record has it, and it is to be set for every record: one of the two [event.customer_id]
mtr-ingest: stdin:2:1: properties.n "1": the record has it, and it is to be set for every record: one of the two [event.properties]
E
}

@test "--id=content: two equal records are one event" {
	printf 'customer_id,event_type,timestamp\nacme,llm,2024-10-01T00:00:00Z\nacme,llm,2024-10-01T00:00:00Z\nacme,llm,2024-10-01T00:00:01Z\n' >input.csv
	gives 'mtr-ingest --id=content input.csv | receipt; mtr-ingest --id=content input.csv | receipt; mtr-event count | jq .events' <<'E'
[3,2,1,0,0,1]
[3,0,3,0,0,0]
2
E
	rejected 'ev a | mtr-ingest --id=content' 1 <<'E'
mtr-ingest: stdin:1:19: transaction_id "a": the record has one, and ids are to be made here: one of the two [event.transaction_id]
E
}

@test "--id=line: lines of NDJSON; two records in one line are not told apart" {
	gives 'printf "\n%s\n%s\n" "$(ev a)" "$(ev b)" | sed "s/\"transaction_id\":\".\",//" | mtr-ingest --id=line:x | receipt; stored' <<'E'
[2,2,0,0,0,1]
x:2 x:3
E
	try '{ ev a; ev b; } | sed "s/\"transaction_id\":\".\",//" | jq -s -c . | mtr-ingest --id=line:y'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":2,"accepted":1,"duplicate":0,"conflict":0,"rejected":1,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: stdin:1:79: a second record in one line, and ids are to be made of the line [event.transaction_id]
E
}

# ---- rejects ----

@test "--rejects: mended and ingested again, nothing is missing" {
	printf '%s\n' "$(ev a)" "$(ev b acme 2024-13-01T00:00:00Z)" "$(ev c | jq .)" \
		"$(ev d acme 2024-13-01T00:00:00Z '{"n":1.25}' | jq .)" >input
	given 'ev c globex | mtr-ingest'
	echo 'what was here' >rejected
	try 'mtr-ingest -i json --rejects=rejected input'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":4,"accepted":1,"duplicate":0,"conflict":1,"rejected":2,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: input:2:75: timestamp "2024-13-01T00:00:00Z": no month 13 [event.timestamp]
mtr-ingest: input:13:16: timestamp "2024-13-01T00:00:00Z": no month 13 [event.timestamp]
mtr-ingest: input:3:1: transaction_id "c": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "globex", is "acme" here [conflict]
E
	gives 'tr -s " " <rejected' <<'E'
{"transaction_id":"b","customer_id":"acme","event_type":"llm","timestamp":"2024-13-01T00:00:00Z"}
{ "transaction_id": "d", "customer_id": "acme", "event_type": "llm", "timestamp": "2024-13-01T00:00:00Z", "properties": { "n": 1.25 } }
{ "transaction_id": "c", "customer_id": "acme", "event_type": "llm", "timestamp": "2024-10-01T00:00:00Z" }
E
	try 'sed -i -e s/2024-13/2024-10/ -e s/\"c\"/\"e\"/ rejected; mtr-ingest -i ndjson rejected | receipt; mtr-event export | jq -c "[.transaction_id, .customer_id, .properties]"'
	status_is 0
	err_empty
	out_is <<'E'
[3,3,0,0,0,1]
["a","acme",{}]
["b","acme",{}]
["c","globex",{}]
["d","acme",{"n":1.25}]
["e","acme",{}]
E
}

@test "--rejects: CSV comes with its header" {
	printf 'transaction_id,customer_id,event_type,timestamp\r\na,acme,llm,2024-10-01T00:00:00Z\r\nb,acme,"l\nm",2024-10-01\r\nc,acme\r\n' >one.csv
	printf 'transaction_id,customer_id,event_type,timestamp\na,globex,llm,2024-10-01T00:00:00Z\n' >two.csv
	try 'mtr-ingest --rejects=rejected one.csv two.csv'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":4,"accepted":1,"duplicate":0,"conflict":1,"rejected":2,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: one.csv:3:4: timestamp "2024-10-01": a date alone; an event needs the time of day too, such as 2024-09-27T00:00:00Z [event.timestamp]
mtr-ingest: one.csv:5: 2 cells, and the header has 4 [csv_cells]
mtr-ingest: two.csv:2: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "globex" here [conflict]
E
	gives 'cat rejected' <<'E'
transaction_id,customer_id,event_type,timestamp
b,acme,"l
m",2024-10-01
c,acme
a,globex,llm,2024-10-01T00:00:00Z
E
}

@test "--rejects: an input of another form or header is refused whole" {
	given 'ev a >one; printf "transaction_id,customer_id\n" >head.csv; printf "transaction_id,customer_id\na,b\n" >two.csv; printf "customer_id,transaction_id\na,b\n" >three.csv'
	try 'mtr-ingest --rejects=rejected one two.csv'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":1,"accepted":1,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: two.csv: this is CSV, and --rejects holds JSON of a file before it [rejects_form]
E
	try 'mtr-ingest --rejects=rejected two.csv one three.csv | receipt'
	status_is 1
	out_is <<'E'
[1,0,0,0,1,0]
E
	err_is <<'E'
mtr-ingest: two.csv:2: event_type: missing [missing_field]
mtr-ingest: one: this is JSON, and --rejects holds CSV of a file before it [rejects_form]
mtr-ingest: three.csv: the header differs from that of a file before it, and --rejects holds one [rejects_form]
E
}

@test "--rejects: what was too long to keep is said to be missing there" {
	try '{ ev a acme 2024-10-01T00:00:00Z "{\"s\":\"$(printf "%099d" 0)\"}"; echo 1; } | mtr-ingest --max-record=150 --rejects=rejected -i ndjson | receipt'
	status_is 1
	out_is <<'E'
[2,0,0,0,2,0]
E
	err_is <<'E'
mtr-ingest: stdin:1:1: longer than 150 bytes [record_too_long]
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
mtr-ingest: warning: rejected: 1 of the refused records could not be kept, and are not in this file [rejects_incomplete]
E
	gives 'cat rejected' <<'E'
1
E
}

@test "--rejects: never over an input or the database" {
	given 'ev a >a; ln -s a link; cp mtr.db before'
	for call in '--rejects=a a' '--rejects=link a' '--rejects=a - <a' '--rejects=a link'; do
		refuses 2 "mtr-ingest $call" < <(
			file=${call#*=}
			echo "mtr-ingest: --rejects \"${file%% *}\": this file is an input [usage]"
			usage
		)
	done
	refuses 2 'mtr-ingest --rejects=mtr.db a' < <(
		echo 'mtr-ingest: --rejects "mtr.db": this file is the database [usage]'
		usage
	)
	for own in wal shm lock; do
		touch mtr.db-$own
		refuses 2 "mtr-ingest --rejects=mtr.db-$own a" < <(
			echo "mtr-ingest: --rejects \"mtr.db-$own\": this file is the database's own [usage]"
			usage
		)
	done
	echo kept >log
	try 'mtr-ingest --rejects=log a >>log'
	status_is 2
	out_empty
	err_is < <(
		echo 'mtr-ingest: --rejects "log": this file is standard output or error [usage]'
		usage
	)
	gives 'cat log' <<'E'
kept
E
	gives 'ev a | cmp - a; cmp mtr.db before' </dev/null
}

@test "--rejects: a file that cannot be made or written is status 5, and its batch is not stored" {
	refuses 5 'ev a | mtr-ingest --rejects=no/such/file' <<'E'
mtr-ingest: no/such/file: cannot open: No such file or directory [rejects_failed]
E
	refuses 5 '{ ev a; echo 1; } | mtr-ingest --rejects=/dev/full' <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
mtr-ingest: /dev/full: cannot write: No space left on device [rejects_failed]
E
	gives 'mtr-event count | jq .events' <<'E'
0
E
}

# ---- receipts: what is late, and the digest ----

# A contract of Acme from September 1, whose September is billed.
billed() {
	given 'mtr-metric create' <<'E'
{"name":"calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["llm"]}}
E
	given 'mtr-product create' <<'E'
{"name":"Calls","type":"USAGE","billable_metric_id":"calls"}
E
	given 'mtr-ratecard create' <<'E'
{"name":"card"}
E
	given 'mtr-ratecard add-rates --card=card' <<'E'
{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":5}
E
	given 'mtr-customer create' <<'E'
{"id":"aaaaaaaa-0000-4000-8000-00000000000a","name":"Acme","ingest_aliases":["acme","acme-eu"]}
{"name":"Globex","ingest_aliases":["globex"]}
E
	given 'mtr-contract create' <<'E'
{"customer_id":"Acme","rate_card_id":"card","starting_at":"2024-09-01T00:00:00Z"}
E
	given 'mtr-invoice run -q'
}

# late_of COMMAND <<E - accepted and late
late_of() {
	gives "$1 | jq -c '[.accepted, .late]'"
}

@test "late: events of a time that a final invoice covers, by id and by alias" {
	billed
	late_of '{ ev a acme 2024-09-01T00:00:00Z; ev b acme-eu 2024-09-30T23:59:59.999999999Z; ev c aaaaaaaa-0000-4000-8000-00000000000a 2024-09-15T00:00:00Z; } | mtr-ingest' <<'E'
[3,3]
E
	late_of '{ ev d acme 2024-08-31T23:59:59.999999999Z; ev e acme 2024-10-01T00:00:00Z; ev f globex 2024-09-15T00:00:00Z; ev g nobody 2024-09-15T00:00:00Z; } | mtr-ingest' <<'E'
[4,0]
E
	# what is there already came in its time
	late_of '{ ev a acme 2024-09-01T00:00:00Z; ev h acme 2024-09-02T00:00:00Z; ev h acme 2024-09-02T00:00:00Z; } | mtr-ingest -n' <<'E'
[1,1]
E
	late_of '{ ev h acme 2024-09-02T00:00:00Z; ev i acme 2024-09-02T00:00:00Z; } | mtr-ingest --strict' <<'E'
[2,2]
E
}

@test "late: several periods, and those billed while it runs" {
	billed
	given 'mtr-invoice run -q --now=2024-12-05'
	late_of '{ ev a acme 2024-09-01T00:00:00Z; ev b acme 2024-11-30T23:59:59Z; ev c acme 2024-12-01T00:00:00Z; ev d acme 2024-10-31T00:00:00Z; } |
		mtr-ingest --now=2024-12-05' <<'E'
[4,3]
E
	mkfifo in
	mtr-ingest --now=2025-01-05 in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	ev e acme 2024-12-15T00:00:00Z >&9
	until_stored 5
	given 'mtr-invoice run -q --now=2025-01-05'
	given 'echo "{\"customer_id\":\"Acme\",\"ingest_aliases\":[\"acme\",\"new\"]}" | mtr-customer set-aliases'
	{ ev f acme 2024-12-15T00:00:01Z; ev g new 2024-12-15T00:00:01Z; ev h acme-eu 2024-12-15T00:00:01Z; } >&9
	exec 9>&-
	wait "$pid"
	gives 'jq -c "[.accepted, .late, .unknown_customers]" out; cat err' <<'E'
[4,2,1]
E
}

@test "the digest of the store: whatever the order and the batches; and what it would be" {
	given "events 1000 >input; mtr-db init -d other.db --id=$DB_ID; ev x acme 2024-10-01T00:00:00Z '{\"n\":1}' >>input"
	given 'mtr-ingest input | jq -r .store_digest >one'
	given 'shuf -n 500 input | mtr-ingest -d other.db | jq -r .store_digest >half; mtr-ingest -n -d other.db input | jq -r .store_digest >would; mtr-ingest -d other.db input | jq -r .store_digest >two'
	given 'cmp one two; cmp one would; ! cmp -s one half; grep -Ex "[0-9a-f]{32}" one'
	given ': | mtr-ingest | jq -r .store_digest | cmp one -'
	given 'ev y | mtr-ingest | jq -r .store_digest >three; ! cmp -s one three'
}

# ---- no database: --check ----

@test "--check judges the records, and looks at no database" {
	rm mtr.db*
	gives '{ ev a; ev b globex 2024-10-01T02:00:00.5+02:00; ev a; } | mtr-ingest --check' <<'E'
{"type":"check","read":3,"valid":3,"rejected":0,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00.5Z","customers":2}
E
	gives ': | mtr-ingest --check -d no/such/mtr.db' <<'E'
{"type":"check","read":0,"valid":0,"rejected":0,"customers":0}
E
	try '{ ev a; echo 1; ev b acme today; } | mtr-ingest --check -i ndjson --rejects=rejected'
	status_is 1
	out_is <<'E'
{"type":"check","read":3,"valid":1,"rejected":2,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","customers":1}
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
mtr-ingest: stdin:3:75: timestamp "today": not a time (YYYY-MM-DDThh:mm:ssZ) [event.timestamp]
E
	gives 'cat rejected; ls' <<'E'
1
{"transaction_id":"b","customer_id":"acme","event_type":"llm","timestamp":"today"}
rejected
E
}

@test "--check of files that cannot be used, and of CSV" {
	printf 'transaction_id,kind\na,b\n' >bad.csv
	refuses 3 'mtr-ingest --check bad.csv' <<'E'
mtr-ingest: bad.csv:1:2: kind: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	refuses 5 'mtr-ingest --check nosuch' <<'E'
mtr-ingest: nosuch: cannot open: No such file or directory [file_open]
E
	try 'ev a | mtr-ingest --check bad.csv - | jq .valid'
	status_is 1
	out_is <<<1
	err_is <<'E'
mtr-ingest: bad.csv:1:2: kind: no such column; wanted transaction_id, customer_id, event_type, timestamp or properties.NAME (--map renames) [unknown_field]
E
	gives 'sed "s/kind/customer_id/; s/a,b/a,b\nc,d/" bad.csv | mtr-ingest --check --set event_type=t --set timestamp=2024-10-01T00:00:00Z | jq -c "[.read, .valid, .customers]"' <<'E'
[2,2,2]
E
	refuses 2 'ev a | mtr-ingest --check --rejects=mtr.db' < <(
		echo 'mtr-ingest: --rejects "mtr.db": this file is the database [usage]'
		usage
	)
}

# ---- enough is enough: --max-errors ----

@test "--max-errors stops at that many; what was read before is stored" {
	try '{ ev a; echo 1; ev b; echo 2; ev c; echo 3; } | mtr-ingest -i ndjson --max-errors=2'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":4,"accepted":2,"duplicate":0,"conflict":0,"rejected":2,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D","stopped":"too_many_errors","dropped":0}
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
mtr-ingest: stdin:4:1: wanted an object, found a number [not_an_object]
mtr-ingest: stopped: 2 refused or in conflict, and --max-errors is 2 [too_many_errors]
E
	gives stored <<'E'
a b
E
	try '{ ev c; echo 1; ev d; } | mtr-ingest -q -i ndjson --max-errors=2 | receipt'
	status_is 1
	out_is <<'E'
[3,2,0,0,1,1]
E
	err_is <<'E'
mtr-ingest: stdin:2:1: wanted an object, found a number [not_an_object]
E
}

@test "--max-errors counts conflicts, shows no more than that many, and keeps all in the rejects" {
	given 'ev a | mtr-ingest'
	try '{ ev a b; ev a c; ev a d; ev e; } | mtr-ingest --max-errors=2 --rejects=rejected | jq -c "[.accepted, .conflict, .stopped]"'
	status_is 1
	out_is <<'E'
[1,3,"too_many_errors"]
E
	err_is <<'E'
mtr-ingest: stdin:1:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "b" here [conflict]
mtr-ingest: stdin:2:1: transaction_id "a": recorded at 2024-10-03T00:00:00Z with other content: customer_id was "acme", is "c" here [conflict]
mtr-ingest: stopped: 3 refused or in conflict, and --max-errors is 2 [too_many_errors]
E
	gives 'jq -r .customer_id rejected | paste -sd " "' <<'E'
b c d
E
}

@test "--max-errors leaves later files unread, and goes with --check" {
	given 'echo 1 >bad; ev a >good'
	for how in '' --check; do
		try "mtr-ingest $how -i ndjson --max-errors=1 bad good | jq -c '[.read, .stopped]'"
		status_is 1
		out_is <<'E'
[1,"too_many_errors"]
E
		err_is <<'E'
mtr-ingest: bad:1:1: wanted an object, found a number [not_an_object]
mtr-ingest: stopped: 1 refused or in conflict, and --max-errors is 1 [too_many_errors]
E
	done
}

# ---- packed input ----

@test "compressed input comes by a pipe; given directly it is refused, and the next file is read" {
	ev a >plain
	gzip -k plain
	for form in auto ndjson json csv cloudevents; do
		refuses 3 "mtr-ingest -i $form plain.gz" <<'E'
mtr-ingest: plain.gz: this is gzip: unpack it in a pipe, zcat FILE | ... [compressed_input]
E
	done
	refuses 3 'mtr-ingest <plain.gz' <<'E'
mtr-ingest: stdin: this is gzip: unpack it in a pipe, zcat FILE | ... [compressed_input]
E
	try 'mtr-ingest plain.gz plain | receipt'
	status_is 1
	out_is <<'E'
[1,1,0,0,0,1]
E
	err_is <<'E'
mtr-ingest: plain.gz: this is gzip: unpack it in a pipe, zcat FILE | ... [compressed_input]
E
	gives 'zcat plain.gz | mtr-ingest | receipt' <<'E'
[1,0,1,0,0,0]
E
	refuses 3 "printf '\\050\\265\\057\\375x' | mtr-ingest" <<'E'
mtr-ingest: stdin: this is zstd: unpack it in a pipe, zstdcat FILE | ... [compressed_input]
E
}

# ---- progress ----

@test "progress: records, rate, duplicates, what was rejected" {
	given 'ev 1 | mtr-ingest'
	mkfifo in
	mtr-ingest --progress=always in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	{ ev 1; ev 1; ev 2; echo 1; } >&9
	sleep 1.5
	ev 3 >&9
	sleep 0.3
	exec 9>&-
	wait "$pid" || true
	gives 'sed -E "s/ [0-9]+\/s/ N\/s/; /not_an_object/d" err | sort -u' <<'E'
5 events  N/s  2 duplicates  1 rejected
E
}

# ---- dry runs ----

@test "--dry-run tells the same and stores nothing" {
	given 'ev a | mtr-ingest; cp mtr.db before'
	{
		ev a
		ev a globex
		ev b
		ev b
		ev b globex
		echo '{}'
	} >input
	try 'mtr-ingest -n input'
	status_is 1
	out_is <<'E'
{"type":"receipt","read":6,"accepted":1,"duplicate":2,"conflict":2,"rejected":1,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D","dry_run":true}
E
	cp "$ERR" dry.err
	err_is <dry.err
	gives 'cmp mtr.db before; mtr-event count | jq .events' <<'E'
1
E
	try 'mtr-ingest input'
	status_is 1
	err_is <dry.err
	out_is <<'E'
{"type":"receipt","read":6,"accepted":1,"duplicate":2,"conflict":2,"rejected":1,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
}

@test "--dry-run needs no lock, and knows what came long before in the same run" {
	hold_lock
	gives '{ ev x; seq 100000 | sed "s/.*/{\"transaction_id\":\"&\",\"customer_id\":\"acme\",\"event_type\":\"llm\",\"timestamp\":\"2024-10-01T00:00:00Z\"}/"; ev x; } |
		mtr-ingest -n --lock-wait=0 | receipt' <<'E'
[100002,100001,1,0,0,2]
E
	kill "$holder"
}

# ---- what can go wrong around it ----

@test "help and completions know -i as it is here" {
	gives 'mtr-ingest --help | grep -A 1 -e "-i, --"; mtr-ingest --completion=fish | grep -e "-l input"
		mtr-ingest --completion=zsh | grep -o "(-i --input).*=}"; mtr-ingest --completion=bash | grep -m 1 -A 1 -e "--input |"' <<'E'
  -i, --input=auto|ndjson|json|csv|cloudevents
                              form of the input
complete -c mtr-ingest -s i -l input -x -a 'auto ndjson json csv cloudevents' -d 'form of the input'
(-i --input)'{-i+,--input=}
	\ --input | \ -i)
		COMPREPLY=($(compgen -W 'auto ndjson json csv cloudevents' -- "$cur"))
E
}

@test "wrong calls" {
	while IFS='|' read -r call message; do
		refuses 2 "mtr-ingest $call </dev/null" < <(
			echo "mtr-ingest: $message"
			usage
		)
	done <<'E'
--future-limit=1w|--future-limit "1w": wanted a whole number and s, m, h or d, or none [usage]
--future-limit=-1h|--future-limit "-1h": wanted a whole number and s, m, h or d, or none [usage]
--future-limit=1.5h|--future-limit "1.5h": wanted a whole number and s, m, h or d, or none [usage]
--future-limit=99999999999999d|--future-limit "99999999999999d": wanted a whole number and s, m, h or d, or none [usage]
--max-age=none|--max-age "none": wanted a whole number and s, m, h or d [usage]
--max-age=d|--max-age "d": wanted a whole number and s, m, h or d [usage]
--max-record=0|--max-record "0": wanted a whole number, 1 to 2147483647 [usage]
--max-record=1M|--max-record "1M": wanted a whole number, 1 to 2147483647 [usage]
--map=a|--map "a": wanted COLUMN=FIELD,... [usage]
--map=a=timestamp,=b|--map "=b": wanted COLUMN=FIELD,... [usage]
--map=a=time|--map time: unknown field; a property is named properties.NAME [usage]
--map=a=timestamp,a=event_type|--map names the column "a" twice [usage]
--set=customer_id|--set "customer_id": wanted FIELD=VALUE [usage]
--set=customer_id=|--set "customer_id=": wanted FIELD=VALUE [usage]
--set=customer=acme|--set customer: unknown field; did you mean "customer_id"? [usage]
--set=customer_id=a --set=customer_id=b|--set gives "customer_id" twice [usage]
--set=properties.x=$'\xff'|--set "properties.x=\xff": this is not UTF-8 [usage]
--id=lines:a|--id "lines:a": wanted line:NAME or content [usage]
--id=line:|--id "line:": wanted line:NAME or content [usage]
--id=line:a one two|--id=line:NAME takes one file: lines of two have the same numbers [usage]
--id=line:a --rejects=r|--rejects with --id=line:NAME: rejects have other line numbers; mend the file itself and send it again [usage]
--max-errors=0|--max-errors "0": wanted a whole number from 1 on [usage]
--max-errors=all|--max-errors "all": wanted a whole number from 1 on [usage]
--check --strict|--check stores nothing, so --strict has no meaning with it [usage]
--check --ack|--check stores nothing, so --ack has no meaning with it [usage]
--check -n|--check stores nothing, so --dry-run has no meaning with it [usage]
--id=content --set=transaction_id=a|--id and --set transaction_id: one of the two [usage]
--rejets=x|"--rejets": mtr-ingest has no such option, did you mean "--rejects"? [unknown_option]
E
}

@test "a file that may grow no further is an error like a full disk" {
	given 'for i in $(seq 2000); do ev x$i; done >many'
	refuses 5 '(ulimit -f 100; mtr-ingest many)' <<E
mtr-ingest: $PWD/mtr.db: disk I/O error (SQLite result 778) [db_io]
E
	gives 'mtr-event count | jq .events' <<'E'
0
E
}

@test "no database" {
	refuses 5 'ev a | mtr-ingest -d no/mtr.db' <<E
mtr-ingest: no database at $PWD/no/mtr.db (mtr-db init makes one) [db_missing]
E
	refuses 5 'rm mtr.db; ev a | mtr-ingest' <<E
mtr-ingest: no database at $PWD/mtr.db (mtr-db init makes one) [db_missing]
E
}

@test "a file that cannot be read does not keep the others out" {
	refuses 5 'mtr-ingest nosuch' <<'E'
mtr-ingest: nosuch: cannot open: No such file or directory [file_open]
E
	try 'ev a >one; mkdir dir; mtr-ingest nosuch one dir'
	status_is 5
	out_is <<'E'
{"type":"receipt","read":1,"accepted":1,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}
E
	err_is <<'E'
mtr-ingest: nosuch: cannot open: No such file or directory [file_open]
mtr-ingest: dir: cannot open: Is a directory [file_open]
E
}

@test "a lock that is held is status 4, and nothing is stored" {
	hold_lock
	refuses 4 'ev a | mtr-ingest --lock-wait=0' <<E
mtr-ingest: another command is writing to $PWD/mtr.db (waited 0.000 s) [db_busy]
E
	kill "$holder"
	wait "$holder" || true
	gives 'mtr-event count | jq .events; ev a | mtr-ingest | receipt' <<'E'
0
[1,1,0,0,0,1]
E
}

@test "a receipt that cannot be written goes to stderr, and the events are stored" {
	receipt='{"type":"receipt","read":1,"accepted":1,"duplicate":0,"conflict":0,"rejected":0,"batches":1,"first_timestamp":"2024-10-01T00:00:00Z","last_timestamp":"2024-10-01T00:00:00Z","unknown_customers":1,"late":0,"store_digest":"D"}'
	refuses 5 'ev a | mtr-ingest >/dev/full' <<E
mtr-ingest: cannot write output: No space left on device [output_failed]
$receipt
E
	refuses 5 'ev b >b; python3 -c "
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
sys.exit(subprocess.run([\"mtr-ingest\", \"b\"], stdout=w).returncode)"' <<E
mtr-ingest: output closed early [output_failed]
$receipt
E
	gives stored <<'E'
a b
E
}

@test "a pause in the input stores what came; an interrupt stores the rest whole" {
	mkfifo in
	env --default-signal=INT mtr-ingest in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	{ ev a; ev b; } >&9
	until_stored 2
	ev c >&9
	sleep 0.2
	kill -INT "$pid"
	status=0
	wait "$pid" || status=$?
	exec 9>&-
	[ "$status" = 130 ]
	cmp err /dev/null
	gives 'jq .accepted out; jq "[.read, .rejected, .conflict, .duplicate] | add - .[0] == 0" out' < <(
		mtr-event count | jq .events
		echo true
	)
}

@test "killed at any moment, it goes on where it was" {
	mkfifo in
	mtr-ingest in >out 2>err 3>&- &
	pid=$!
	exec 9>in
	{ ev a; ev b; } >&9
	until_stored 2
	ev c >&9
	kill -KILL "$pid"
	wait "$pid" || true
	exec 9>&-
	gives '{ ev a; ev b; ev c; } | mtr-ingest | jq "[.read, .accepted + .duplicate]" -c; mtr-db check | jq -r .type | sort | uniq -c | wc -l; stored' <<'E'
[3,3]
1
a b c
E
}

@test "two at once: each event is stored once" {
	given 'seq 3000 | sed "s/.*/{\"transaction_id\":\"&\",\"customer_id\":\"acme\",\"event_type\":\"llm\",\"timestamp\":\"2024-10-01T00:00:00Z\"}/" >input'
	gives 'mtr-ingest input >one & mtr-ingest input >two; wait $!; jq -s "map(.read, .accepted + .duplicate)[], (map(.accepted) | add)" one two; mtr-event count | jq .events' <<'E'
3000
3000
3000
3000
3000
3000
E
}

# ---- laws ----

@test "order, splitting and repeats do not change what is stored" {
	seed=${SEED:-$RANDOM}
	echo "seed $seed"
	python3 - "$seed" <<'E'
import json, random, sys
r = random.Random(int(sys.argv[1]))
values = [1, 1.5, "x", "", True, False, None, "é\u2028\U0001f600", {"b": [1, {}], "a": ""}, [], 10**30, "-0"]
events = [{"transaction_id": "t%d" % i, "customer_id": r.choice(["acme", "globex"]),
           "event_type": r.choice(["llm", "image"]),
           "timestamp": "2024-09-%02dT00:00:%02d.%dZ" % (r.randint(1, 30), r.randint(0, 59), r.randint(0, 99)),
           "properties": {r.choice("abcdef"): r.choice(values) for _ in range(r.randint(0, 4))}}
          for i in range(300)]
for name in ("one", "two"):
    r.shuffle(events)
    with open(name, "w") as f:
        for e in events:
            f.write(json.dumps(e, ensure_ascii=r.random() < 0.5) + "\n")
lines = [line + "\n" for line in open("two").read().split("\n")[:-1]]
lines += r.sample(lines, 50)
cuts = sorted(r.sample(range(len(lines)), 4)) + [len(lines)]
at = 0
for i, cut in enumerate(cuts):
    open("part%d" % i, "w").write("".join(lines[at:cut]))
    at = cut
E
	given 'mtr-ingest one; mtr-event export >one.out; mtr-ingest one two; mtr-event export | cmp - one.out'
	given "mtr-db init -d split.db --id=$DB_ID; mtr-ingest -d split.db part0; mtr-ingest -d split.db part1 part2; cat part3 part4 | mtr-ingest -d split.db; mtr-event export -d split.db | cmp - one.out"
	given "mtr-db init -d again.db --id=$DB_ID; mtr-ingest -d again.db one.out; mtr-event export -d again.db | cmp - one.out"
	gives 'wc -l <one.out' <<'E'
300
E
}
