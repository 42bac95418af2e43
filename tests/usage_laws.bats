# Laws of stored events and of usage, on random events: parts add up to the whole,
# and the store is what came in, however it came. LAW_SEED repeats a case; the
# seeds of a run are printed.
# shellcheck disable=SC2016
load helpers

RANGE='--from=2024-08-30T07:30:00Z --to=2024-09-04T00:10:00Z'

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

# ready NAME: a database NAME.db with two customers and metrics that add up
ready() {
	export MTR_DB=$PWD/$1.db
	db
	given 'mtr-customer create' <<'E'
{"name":"Acme","ingest_aliases":["acme","acme-eu"]}
{"name":"Northwind","ingest_aliases":["nw"]}
E
	given 'mtr-metric create' <<'E'
{"name":"Count","aggregation_type":"COUNT","property_filters":[{"name":"region"},{"name":"tier"}],"group_keys":[["region"],["region","tier"]]}
{"name":"Sum","aggregation_type":"SUM","aggregation_key":"n","property_filters":[{"name":"n","exists":true},{"name":"region"},{"name":"tier"}],"group_keys":[["region"],["region","tier"]]}
{"name":"Level","aggregation_type":"TIME_WEIGHTED_SUM","aggregation_key":"n","property_filters":[{"name":"n","exists":true},{"name":"region"},{"name":"tier"}],"group_keys":[["region"],["region","tier"]]}
E
}

# draw SEED: events.ndjson, of several shapes, before, in and behind the range
draw() {
	python3 - "$1" >events.ndjson <<'E'
import json, random, sys
rng = random.Random(int(sys.argv[1]))
for i in range(rng.randrange(100, 500)):
    p = {"n": rng.choice([rng.randrange(-20, 90), f"{rng.randrange(9)}.{rng.randrange(1, 1000):03}", "none"])}
    if rng.random() < .8:
        p["region"] = rng.choice(["eu", "us", ""])
    if rng.random() < .5:
        p["tier"] = rng.choice([1, "1", True, "gold", None])
    if rng.random() < .2:
        p["extra"] = {"a": [i, "é"]}
    s = rng.randrange(8 * 86400)
    print(json.dumps({"transaction_id": rng.choice([f"t-{i}", f"{i:08x}-0000-4000-8000-00000000000a"]),
        "customer_id": rng.choice(["acme", "acme-eu", "nw", "nobody"]),
        "event_type": rng.choice(["call", "ping"]),
        "timestamp": f"2024-{'08-%02d' % (29 + s // 86400) if s < 3 * 86400 else '09-%02d' % (s // 86400 - 2)}"
                     f"T{s // 3600 % 24:02}:{s // 60 % 60:02}:{s % 60:02}{rng.choice(['', '.25'])}Z",
        "properties": p}))
E
}

# sums FILE: customer, metric and the exact sum of the values
sums() {
	python3 - "$1" <<'E'
import json, sys
from fractions import Fraction
sums = {}
for line in open(sys.argv[1]):
    r = json.loads(line)
    key = r["customer_name"], r["billable_metric_name"]
    sums[key] = sums.get(key, 0) + Fraction(r.get("value_exact") or r["value"] or 0)
for key in sorted(sums):
    print(*key, sums[key])
E
}

# state NAME: what NAME.db holds, as NAME.digest, NAME.usage and NAME.events
state() {
	export MTR_DB=$PWD/$1.db
	given "mtr-db stats | jq -r .store_digest >$1.digest"
	given "mtr-metric usage $RANGE --window=day >$1.usage; mtr-metric usage $RANGE --group-by=region,tier >>$1.usage"
	given "mtr-event export >$1.events"
	grep -Eqx '[0-9a-f]{32}' "$1.digest"
	given 'mtr-db check -q'
}

# same NAME: NAME.db holds what plain.db holds
same_as_plain() {
	state "$1"
	diff plain.digest "$1.digest"
	cmp plain.usage "$1.usage"
	cmp plain.events "$1.events"
}

@test "windows and groups add up to the whole" {
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		rm -rf "${PWD:?}"/*
		draw "$seed"
		ready plain
		given 'mtr-ingest -q events.ndjson'
		given "mtr-metric usage $RANGE >whole"
		sums whole >whole.sums
		[ "$(wc -l <whole.sums)" = 6 ]
		for args in --window=hour --window=day --window=month --group-by=region \
			--group-by=tier,region '--window=hour --group-by=region'; do
			given "mtr-metric usage $RANGE $args >parts"
			sums parts | diff whole.sums -
		done
	done
}

@test "however the same events come, the store and what is read of it are the same" {
	for seed in $(seeds); do
		echo "# seed $seed" >&3
		rm -rf "${PWD:?}"/*
		draw "$seed"
		ready plain
		given 'mtr-ingest events.ndjson | jq -r .store_digest >receipt'
		state plain
		diff receipt plain.digest

		ready shuffled
		given "shuf --random-source=<(yes $seed) events.ndjson | mtr-ingest -q"
		same_as_plain shuffled

		ready split
		given 'split -l 41 events.ndjson part.; for f in part.*; do mtr-ingest -q $f; done'
		same_as_plain split

		ready merged
		given 'mtr-ingest -q part.*'
		same_as_plain merged

		ready repeated
		given 'cat events.ndjson part.ab events.ndjson | mtr-ingest -q; mtr-ingest -q part.aa'
		same_as_plain repeated

		ready exported
		given 'mtr-ingest -q plain.events'
		same_as_plain exported
	done
}

@test "another event, or another value, is another digest" {
	draw 7
	ready plain
	given 'mtr-ingest -q events.ndjson'
	state plain
	given 'sed "1s/\"event_type\": \"[a-z]*\"/\"event_type\": \"other\"/" events.ndjson >changed.ndjson'
	run ! cmp -s events.ndjson changed.ndjson
	ready changed
	given 'mtr-ingest -q changed.ndjson'
	state changed
	run ! cmp -s plain.digest changed.digest
	run ! cmp -s plain.events changed.events
	ready fewer
	given 'tail -n +2 events.ndjson | mtr-ingest -q'
	state fewer
	run ! cmp -s plain.digest fewer.digest
	given 'head -n 1 events.ndjson | mtr-ingest -q'
	same_as_plain fewer
}
