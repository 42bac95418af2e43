#!/bin/sh
# First invoice: usage events in, finalized invoices out. README.md tells it.
#
# Needs the mtr tools in PATH. Makes the database $MTR_DB (first-invoice.db in
# the present directory where it is not set), and fails where it is there
# already. MTR_DB_ID gives it a fixed id.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
MTR_DB=${MTR_DB:-first-invoice.db}
MTR_NOW=2024-10-03T00:00:00Z
export MTR_DB MTR_NOW

step() {
	printf '\n# %s\n' "$1"
}

mtr-db init ${MTR_DB_ID:+--id="$MTR_DB_ID"} >/dev/null

step 'What is counted, what is sold, at what price, to whom.'
mtr-metric create -o table "$here/metric.json"
mtr-product create -o table "$here/products.ndjson"
mtr-ratecard create -o table "$here/ratecard.json"
mtr-ratecard add-rates --card='List prices' "$here/rates.csv" >/dev/null
mtr-customer create -o table "$here/customer.json"
mtr-contract create "$here/contract.json" >/dev/null

step 'One usage event, sent twice: the second time it is a duplicate.'
mtr-ingest "$here/event.json"
mtr-ingest "$here/event.json"

step 'The rest of September, and the first days of October.'
mtr-ingest "$here/september.ndjson" "$here/october.ndjson"

step 'On October 3 the fee and the usage of September become final.'
mtr-invoice run

step 'Running again changes nothing.'
mtr-invoice run

step 'October so far is a draft.'
mtr-invoice preview -o table Pixelforge

step 'The invoices.'
mtr-invoice list -o table
