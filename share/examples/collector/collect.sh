#!/bin/sh
# collect.sh QUERY DAY - ask QUERY for the usage of DAY, and store it. Rows that are
# refused are left in DAY.rejects.csv. Any run may be repeated or killed: an event counts
# once, by its transaction_id, so a night that failed is run again.
set -eu
query=$1 day=$2
rows=$day.csv

# again COMMAND ... - up to five times, each a little later, or after $RETRY_AFTER seconds;
# but wrong usage (2) and what is refused (3) would be so again
again() {
	for pause in 1 2 4 8 -; do
		"$@" && return
		status=$?
		[ "$pause" != - ] && [ "$status" -ne 2 ] && [ "$status" -ne 3 ] || return "$status"
		sleep "${RETRY_AFTER:-$pause}"
	done
}

# The whole answer before any of it is stored: a query that breaks off is asked again.
fetch() {
	sh "$query" "$day" >"$rows.part" && mv "$rows.part" "$rows"
}

# 4, another command was writing, and 5, the disk, may be better later; 1 is done, with rejects.
store() {
	mtr-ingest --rejects="$day.rejects.csv" --map=row_id=transaction_id,account=customer_id,calls=properties.calls "$rows" && return
	status=$?
	[ "$status" -eq 1 ] || return "$status"
}

again fetch
again store
