# Laws that hold over the whole path, from events to invoices, on random usage.
# LAW_SEED repeats a case; the seeds of a run are printed.

# shellcheck disable=SC2016,SC2030,SC2031
load helpers
load oracle/fill

catalogue() {
	given 'mtr-metric create' <<'E'
{"name":"calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call"]}}
{"name":"bytes","aggregation_type":"SUM","aggregation_key":"bytes","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"bytes","exists":true},{"name":"region","exists":true}],"group_keys":[["region"]]}
{"name":"peak","aggregation_type":"MAX","aggregation_key":"bytes","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"bytes","exists":true}]}
{"name":"users","aggregation_type":"UNIQUE","aggregation_key":"user","event_type_filter":{"in_values":["call"]},"property_filters":[{"name":"user","exists":true}]}
E
	given 'mtr-product create' <<'E'
{"name":"Calls","type":"USAGE","billable_metric_id":"calls"}
{"name":"Bytes","type":"USAGE","billable_metric_id":"bytes","presentation_group_key":["region"]}
{"name":"Peak","type":"USAGE","billable_metric_id":"peak"}
{"name":"Users","type":"USAGE","billable_metric_id":"users"}
E
	given 'mtr-ratecard create' <<'E'
{"name":"card"}
E
	given 'mtr-ratecard add-rates --card=card' <<'E'
{"product_id":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1/3"}
{"product_id":"Bytes","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":100,"price":3},{"size":400,"price":"2.5"},{"price":"0.7"}]}
{"product_id":"Peak","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":11}
{"product_id":"Users","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":100}
E
}

customers() { # customers [aliases]: with their aliases, or without
	local c
	for c in acme northwind pixelforge; do
		given 'mtr-customer create' <<<"{\"name\":\"The $c company\"${1:+,\"ingest_aliases\":[\"$c\"]}}"
		given 'mtr-contract create' <<<"{\"customer_id\":\"The $c company\",\"rate_card_id\":\"card\",\"starting_at\":\"2024-09-01T00:00:00Z\"}"
	done
}

ready() { # ready NAME: database NAME.db with catalogue and customers
	export MTR_DB=$PWD/$1.db
	db
	catalogue
	customers "${2-aliases}"
}

final() { # final NAME: the invoices of NAME.db into NAME.out, and its events into NAME.events
	MTR_DB=$PWD/$1.db mtr-invoice run -q >"$1.out"
	MTR_DB=$PWD/$1.db mtr-event export >"$1.events"
}

seeds() {
	local i
	if [ -n "${LAW_SEED-}" ]; then
		echo "$LAW_SEED"
	else
		for ((i = 0; i < (${SOAK:-0} ? 50 : 3); i++)); do
			echo $((RANDOM * 32768 + RANDOM))
		done
	fi
}

same_as_plain() { # same_as_plain NAME: NAME.db ends up with what plain.db has
	final "$1"
	diff plain.out "$1.out"
	diff plain.events "$1.events"
}

@test "order, repetition and splitting of the input change nothing" {
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		rm -rf "${PWD:?}"/*
		python3 "$TOP/tests/laws.py" "$seed" .

		ready plain
		given 'mtr-ingest -q events.ndjson'
		final plain
		[ "$(wc -l <plain.out)" -eq 3 ]

		ready shuffled
		given "shuf --random-source=<(yes $seed) events.ndjson | mtr-ingest -q"
		same_as_plain shuffled

		ready repeated
		given 'cat events.ndjson repeated.ndjson events.ndjson | mtr-ingest -q'
		given 'mtr-ingest -q repeated.ndjson'
		same_as_plain repeated

		ready split
		given 'split -l 37 events.ndjson part.; for f in part.*; do mtr-ingest -q $f; done'
		same_as_plain split

		ready array
		given 'jq -s . events.ndjson | mtr-ingest -q'
		same_as_plain array
	done
}

@test "a CSV of the same events gives the same invoices" {
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		rm -rf "${PWD:?}"/*
		python3 "$TOP/tests/laws.py" "$seed" .
		ready plain
		given 'mtr-ingest -q events.ndjson'
		final plain
		ready csv
		given 'jq -r -s '\''["transaction_id","timestamp","customer_id","event_type","properties.region","properties.bytes","properties.user"], (.[]|[.transaction_id,.timestamp,.customer_id,.event_type,.properties.region,.properties.bytes,.properties.user]) | @csv'\'' events.ndjson | mtr-ingest -q'
		final csv
		diff plain.out csv.out
	done
}

@test "an alias that comes later bills as if it had been there; so does a metric" {
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		rm -rf "${PWD:?}"/*
		python3 "$TOP/tests/laws.py" "$seed" .
		ready plain
		given 'mtr-ingest -q events.ndjson'
		final plain

		export MTR_DB=$PWD/late.db
		db
		given 'mtr-ingest -q events.ndjson'
		catalogue
		customers ''
		for c in acme northwind pixelforge; do
			given 'mtr-customer set-aliases' <<<"{\"customer_id\":\"The $c company\",\"ingest_aliases\":[\"$c\"]}"
		done
		same_as_plain late
	done
}

@test "the totals are those of exact fractions computed elsewhere" {
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		rm -rf "${PWD:?}"/*
		python3 "$TOP/tests/laws.py" "$seed" .
		ready plain
		given 'mtr-ingest -q events.ndjson'
		final plain
		jq -r '[(.customer_name | ltrimstr("The ") | rtrimstr(" company")), (.total_exact // .total)] | join(" ")' plain.out | sort >got
		python3 -c '
import sys
from fractions import Fraction
for line in open("got"):
    name, total = line.split()
    print(name, Fraction(total))' >exact
		diff total.txt exact
	done
}

@test "lines add up to the total, exactly" {
	seed=$(seeds | head -1)
	echo "# seed $seed" >&3
	python3 "$TOP/tests/laws.py" "$seed" .
	ready plain
	given 'mtr-ingest -q events.ndjson'
	final plain
	gives 'python3 -c '\''
import json
from fractions import Fraction
def exact(o, k):
    return Fraction(o.get(k + "_exact", o[k]))
for line in open("plain.out"):
    i = json.loads(line)
    for l in i["line_items"]:
        assert exact(l, "quantity") * exact(l, "unit_price") == exact(l, "total"), l
    assert sum((exact(l, "total") for l in i["line_items"]), Fraction(0)) == exact(i, "total")
    print(len(i["line_items"]) > 3)
'\' <<'E'
True
True
True
E
}

@test "balances: at every instant of random histories nothing is lost, made or changed" {
	local n=40
	((${SOAK:-0})) && n=1000
	MTR_NOW=2024-05-10T00:00:00Z
	for seed in $(seeds); do
		echo "# histories: seed $seed" >&3
		rm -rf "${PWD:?}"/*
		export MTR_DB=$PWD/mtr.db
		# shellcheck disable=SC2046
		python3 -B "$TOP/tests/oracle/generate.py" . $MTR_NOW usage $(seq "$seed" $((seed + n - 1)))
		fill
		given "python3 -B $TOP/tests/histories.py . $seed"
		gives 'mtr-db check' <<'E'
{"type":"check","differences":0}
E
	done
}

# billed NAME: what NAME.db makes of it, without what goes by the order of all: invoice numbers and
# the ids of adjustments
billed() {
	export MTR_DB=$PWD/$1.db
	mtr-invoice run -q | jq -cS 'del(.invoice_number)' | sort >"$1.invoices"
	mtr-balance list -q --final | mtr-balance ledger -q - |
		jq -cS 'if .type | endswith("_MANUAL") then del(.id) else . end' | sort >"$1.ledger"
}
export -f billed

@test "the order in which customers, their contracts and their balances are made changes nothing" {
	export MTR_NOW=2024-05-10T00:00:00Z
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		# shellcheck disable=SC2046
		python3 -B "$TOP/tests/oracle/generate.py" . $MTR_NOW usage $(seq "$seed" $((seed + 59)))
		rm -f one.db* other.db*
		export MTR_DB=$PWD/one.db
		fill
		# those of one customer keep their order, which is that of their drawing
		for file in customers contracts balances adjustments; do
			jq -rc '[.customer_id // .id, tojson] | @tsv' $file.ndjson | sort -s -k1,1 |
				cut -f2 | sed 's/\\\\/\\/g' >sorted
			mv sorted $file.ndjson
		done
		export MTR_DB=$PWD/other.db
		fill
		given 'billed one; billed other'
		gives 'cmp one.invoices other.invoices; cmp one.ledger other.ledger; test -s one.ledger' </dev/null
	done
}

# bills NAME: what the files of generate.py come to, into NAME.invoices
bills() {
	rm -f "$1".db*
	export MTR_DB=$PWD/$1.db
	fill
	given "mtr-invoice run -q | jq -cS . >$1.invoices"
	given "test -s $1.invoices"
}

change() { # change LAW: the files, for a seed
	given "python3 -B $TOP/tests/oracle/change.py $1 . $seed"
}

# the_same LAW FAMILY: 60 random contracts of the family come to the same after the change
the_same() {
	export MTR_NOW=2024-05-10T00:00:00Z
	for seed in $(seeds); do
		echo "# $2: seed $seed" >&3
		# shellcheck disable=SC2046
		python3 -B "$TOP/tests/oracle/generate.py" . $MTR_NOW "$2" $(seq "$seed" $((seed + 59)))
		bills one
		change "$1"
		bills other
		given 'cmp one.invoices other.invoices'
	done
}

@test "a rate that goes on at any hour as it was changes nothing" {
	the_same split models
	the_same split subscriptions
}

@test "a copy of the rate card under another name bills the same" {
	the_same copied composites
}

@test "a multiplier of 1 where no other override matches changes nothing" {
	the_same neutral models
}

@test "prices, fees, minimums and maximums that are three times as high make all of usage so" {
	export MTR_NOW=2024-05-10T00:00:00Z
	for seed in $(seeds); do
		echo "# models: seed $seed" >&3
		# shellcheck disable=SC2046
		python3 -B "$TOP/tests/oracle/generate.py" . $MTR_NOW models $(seq "$seed" $((seed + 59)))
		change unpaid
		bills one
		change scaled
		bills other
		gives 'python3 -c '\''
import json
from fractions import Fraction
def totals(path):
    for i in map(json.loads, open(path)):
        for x in i["line_items"]:
            total = Fraction(x.get("total_exact", x["total"]))
            yield i["id"], x["id"], x["starting_at"], x["ending_before"], total
one, other = list(totals("one.invoices")), list(totals("other.invoices"))
assert [(*x, 3 * t) for *x, t in one] == [(*x, t) for *x, t in other]
print(any(t for *_, t in one))
'\' <<'E'
True
E
	done
}
