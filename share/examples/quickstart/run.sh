#!/bin/sh
# Quickstart: metering in two ways, a charge on top of charges, and a prepaid
# commit that pays for it all. README.md tells it.
#
# Needs the mtr tools in PATH. Makes the database $MTR_DB (quickstart.db in the
# present directory where it is not set), and fails where it is there already.
# MTR_DB_ID gives it a fixed id.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
MTR_DB=${MTR_DB:-quickstart.db}
MTR_NOW=2024-10-03T00:00:00Z
export MTR_DB MTR_NOW

step() {
	printf '\n# %s\n' "$1"
}

mtr-db init ${MTR_DB_ID:+--id="$MTR_DB_ID"} >/dev/null

step 'What is counted, what is sold, at what price, to whom.'
mtr-metric create -o table "$here/metrics.json"
mtr-product create -o table "$here/products.json"
mtr-ratecard create -o table "$here/ratecard.json"
mtr-ratecard add-rates --card='List prices' "$here/rates.csv" >/dev/null
mtr-customer create -o table "$here/customer.json"
mtr-contract create "$here/contract.json" >/dev/null

step 'Two usage events, sent twice: the second time they are duplicates.'
mtr-ingest "$here/events.json"
mtr-ingest "$here/events.json"

step 'On October 3 the purchase of the commit and the usage of September become final.'
mtr-invoice run

step 'The commit has paid for September.'
mtr-balance list -o table

step 'October so far is a draft.'
mtr-invoice preview -o table Pixelforge

step 'The invoices.'
mtr-invoice list -o table
