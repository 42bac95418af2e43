# fill.bash - for bats files that use the random contracts of generate.py.
# shellcheck shell=bash

# fill: the database, out of the files of generate.py
fill() {
	db
	given 'mtr-unit create -q units.ndjson'
	given 'mtr-metric create metrics.ndjson'
	given 'mtr-product create -q products.ndjson'
	given 'mtr-product update -q updates.ndjson'
	given 'mtr-ratecard create cards.ndjson'
	# shellcheck disable=SC2016
	given 'for f in rates.[012].ndjson; do mtr-ratecard add-rates -q $f || exit; done'
	given 'mtr-customer create customers.ndjson'
	given 'mtr-contract create -q contracts.ndjson'
	given 'mtr-balance create -q balances.ndjson'
	given 'mtr-balance adjust -q adjustments.ndjson'
	given 'mtr-ingest -q events.ndjson'
}
