#!/bin/sh
# Collector: usage of a day from a warehouse, every night from cron. Its files are made in
# the present directory.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-01-10T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

rm -f warehouse.up
catalogue
collect() {
	RETRY_AFTER=0 sh "$here/collect.sh" "$here/warehouse.sh" 2025-01-08 2>&1 |
		jq -Rr 'if startswith("{") then fromjson | "\(.read) read, \(.accepted) stored, \(.duplicate) were there, \(.rejected) rejected" else . end'
}
echo 'The first night:'
collect
echo 'The same again:'
collect
echo 'What was rejected, mended:'
sed 's/-13-/-01-/; s/, *,/,bellows,/' 2025-01-08.rejects.csv >mended.csv
mtr-ingest --map=row_id=transaction_id,account=customer_id,calls=properties.calls mended.csv | jq -r '"\(.read) read, \(.accepted) stored"'
mtr-invoice preview | jq -rf "$here/../invoice.jq"
