# ingest.bash - what the bats files about mtr-ingest share, beside helpers.bash.
#
#	ev ID [CUSTOMER [TIMESTAMP [PROPERTIES]]]   an event as a line
#	events N                                    N events, whose ids are 1..N
#	receipt                                     the counts of receipts on stdin: read, accepted,
#	                                            duplicate, conflict, rejected, batches
#	stored                                      the ids of all that is stored
#	hold_lock                                   another writer, until $holder is killed
#	until_stored N                              wait until so many events are visible
#
# Digests of whole receipts are shown as D.

ev() {
	printf '{"transaction_id":"%s","customer_id":"%s","event_type":"llm","timestamp":"%s"%s}\n' \
		"$1" "${2:-acme}" "${3:-2024-10-01T00:00:00Z}" "${4:+,\"properties\":$4}"
}

events() {
	seq "$1" | sed 's/.*/{"transaction_id":"&","customer_id":"acme","event_type":"llm","timestamp":"2024-10-01T00:00:00Z"}/'
}

receipt() {
	jq -c '[.read, .accepted, .duplicate, .conflict, .rejected, .batches]'
}

stored() {
	mtr-event export | jq -r .transaction_id | paste -sd ' '
}

export -f ev events receipt stored

hold_lock() {
	rm -f held
	python3 - "$MTR_DB-lock" 3>&- <<'E' &
import fcntl, os, struct, sys, time
fd = os.open(sys.argv[1], os.O_RDWR)
fcntl.fcntl(fd, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
open("held", "w").close()
time.sleep(60)
E
	# shellcheck disable=SC2034
	holder=$!
	until [ -e held ]; do sleep 0.05; done
}

until_stored() {
	local i
	for ((i = 0; i < 200; i++)); do
		[ "$(mtr-event count | jq .events)" = "$1" ] && return
		sleep 0.1
	done
	echo "not stored: $1"
	return 1
}

out_is() {
	checked out
	sed -i -E 's/("store_digest":")[0-9a-f]{32}"/\1D"/' "$OUT"
	same output "$OUT"
}

err_is() {
	checked err
	sed -i -E 's/("store_digest":")[0-9a-f]{32}"/\1D"/' "$ERR"
	same message "$ERR"
}
