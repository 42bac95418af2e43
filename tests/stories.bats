# The stories that mtr-recipes(7) tells: each directory of share/examples that has a
# run.sh, run from a copy; expected.txt holds all that it writes. Two tell themselves on
# standard error too, and stand in story.bats.
load helpers

setup_file() {
	cp -R "$TOP/share/examples" "$BATS_FILE_TMPDIR"
}

tale() { # tale NAME - it writes what is expected; again, nothing is due, and the database is sound
	try "sh $BATS_FILE_TMPDIR/examples/$1/run.sh"
	status_is 0
	err_empty
	out_is <"$TOP/share/examples/$1/expected.txt"
	export MTR_NOW
	MTR_NOW=$(sed -n 's/^export MTR_NOW=//p' "$TOP/share/examples/$1/run.sh")
	gives 'mtr-invoice run -q' </dev/null
	given 'mtr-db check'
}

@test "conversations" { tale conversations; }
@test "resolutions" { tale resolutions; }
@test "chargebacks" { tale chargebacks; }
@test "payments" { tale payments; }
@test "pay-as-you-go" { tale pay-as-you-go; }
@test "prepaid-credits" { tale prepaid-credits; }
@test "allowance" { tale allowance; }
@test "enterprise" { tale enterprise; }
@test "seats" { tale seats; }
@test "ai-tokens" { tale ai-tokens; }
@test "storage" { tale storage; }
@test "bandwidth" { tale bandwidth; }
@test "trial" { tale trial; }
@test "organisations" { tale organisations; }
@test "price-increase" { tale price-increase; }
@test "renewal" { tale renewal; }
@test "collector" { tale collector; }

names() {
	sed -n 's/^@test "\([a-z0-9-]*\)" { tale .*/\1/p' "$TOP/tests/stories.bats"
	sed -n "s/^[[:space:]]try 'story \([a-z-]*\)'/\1/p" "$TOP/tests/story.bats"
}

@test "each story stands here, has what it is expected to write, and is told" {
	cd "$TOP/share/examples"
	names | sort >"$BATS_TEST_TMPDIR/names"
	printf '%s\n' */ | sed 's,/$,,' | diff "$BATS_TEST_TMPDIR/names" -
	while read -r name; do
		[ -e "$name/run.sh" ] || echo "$name: no run.sh"
		grep -q "share/examples/$name\>" "$TOP/README.md" "$TOP/man/mtr-recipes.7" || echo "$name: not told"
	done <"$BATS_TEST_TMPDIR/names" | diff /dev/null -
}

# flaky STATUS N - an mtr-ingest that fails N times with STATUS before it does its work
flaky() {
	mkdir bin
	cat >bin/mtr-ingest <<-E
		#!/bin/sh
		echo try >>tries
		[ \$(wc -l <tries) -gt $2 ] || exit $1
		exec "$BUILD_DIR/mtr-ingest" "\$@"
	E
	chmod +x bin/mtr-ingest
	: >warehouse.up
	db
}

export COLLECTOR=$BATS_FILE_TMPDIR/examples/collector
collect() {
	PATH="$PWD/bin:$PATH" MTR_NOW=2025-01-10T00:00:00Z RETRY_AFTER=0 \
		sh "$COLLECTOR/collect.sh" "${1-$COLLECTOR/warehouse.sh}" 2025-01-09
}
export -f collect

@test "collector: a database that is busy is tried again, four times" {
	flaky 4 4
	gives 'collect | jq -c "[.read, .accepted]"; wc -l <tries' <<'E'
[1,1]
5
E
}

@test "refused by the collector: a database that stays busy, with the status of mtr-ingest" {
	flaky 4 5
	refuses 4 collect </dev/null
}

@test "refused by the collector: what trying again would not mend" {
	flaky 3 1
	refuses 3 collect </dev/null
	gives 'wc -l <tries' <<<1
}

@test "refused by the collector: a query that breaks off each time stores nothing" {
	flaky 0 0
	echo 'echo row_id,account; exit 7' >query.sh
	refuses 7 'collect query.sh' </dev/null
	gives 'ls' <<'E'
2025-01-09.csv.part
bin
mtr.db
mtr.db-lock
mtr.db-shm
mtr.db-wal
query.sh
warehouse.up
E
}

@test "a story that is run again where its database is is refused" {
	given "sh $BATS_FILE_TMPDIR/examples/payments/run.sh"
	refuses 3 "sh $BATS_FILE_TMPDIR/examples/payments/run.sh" <<E
mtr-db: $PWD/mtr.db is there already [db_exists]
E
}
