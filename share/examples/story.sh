# shellcheck shell=sh
# What the stories share: each run.sh reads it.
#
# Needs the mtr tools and jq in PATH. Makes the database $MTR_DB (story.db in the
# present directory where it is not set), and fails where it is there already. Its id
# is fixed, as the clock of each story is, so that every run gives the same.
here=$(dirname -- "$0")
export MTR_DB="${MTR_DB:-story.db}"

# catalogue - store what the story has files of: each NOUN.json is for mtr-NOUN create
catalogue() {
	mtr-db init --id=00000000-0000-8000-8000-000000000001 >/dev/null
	for noun in unit metric product ratecard rates customer contract; do
		if [ "$noun" = rates ]; then
			mtr-ratecard add-rates --card='List prices' "$here"/rates.* >/dev/null
		elif [ -e "$here/$noun.json" ]; then
			"mtr-$noun" create "$here/$noun.json" >/dev/null
		fi
	done
}

# usage FILE - store its events, and say how many were new
usage() {
	mtr-ingest "$1" | jq -r '"\(.accepted) events stored"'
}

# invoices - what is due becomes final, and is shown with its lines
invoices() {
	mtr-invoice run -q | jq -rf "$here/../invoice.jq"
}

# balances - what commits and credits hold at the clock
balances() {
	mtr-balance list | jq -r '"\(.name): \(.balance_major) \(.currency) left"'
}
