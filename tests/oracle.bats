# Random contracts, computed by the tools and by an evaluator written from
# mtr-pricing(7) alone: every line, every total and every balance agree to the
# last digit. A test for each family of features; the seeds of a run are printed;
# ORACLE_SEED repeats one case of each family.
load helpers
load oracle/fill

# batches N: a line of N seeds for each database
batches() {
	local i first
	if [ -n "${ORACLE_SEED-}" ]; then
		echo "$ORACLE_SEED"
		return
	fi
	for ((i = 0; i < (${SOAK:-0} ? 40 : 1); i++)); do
		first=252519750 # of a check, so that two of one tree agree; a soak draws
		((${SOAK:-0})) && first=$((RANDOM * 32768 + RANDOM))
		seq -s ' ' $first $((first + $1 - 1))
	done
}

# agree FAMILY N: the tools and the evaluator, on N cases of the family
agree() {
	export MTR_NOW=2024-05-10T00:00:00Z
	mapfile -t lines < <(batches "$2")
	for seeds in "${lines[@]}"; do
		echo "# $1: seeds ${seeds%% *} to ${seeds##* }" >&3
		cd "$BATS_TEST_TMPDIR" || return
		rm -rf case
		mkdir case
		cd case || return
		export MTR_DB=$PWD/mtr.db
		# shellcheck disable=SC2086
		python3 -B "$TOP/tests/oracle/generate.py" . $MTR_NOW "$1" $seeds
		fill
		given 'mtr-invoice run -q >invoices.got'
		given 'mtr-balance list -q --final | mtr-balance ledger -q - >balances.got'
		python3 -B "$TOP/tests/oracle/compare.py" . $MTR_NOW
	done
}

@test "usage, tiers, composites, commits, credits and charges are those of exact fractions" {
	agree usage 160
}

@test "so are the models that price a quantity as a whole, fees, free units, minimums and maximums" {
	agree models 120
}

@test "so are overrides of every type, those of what commits pay too" {
	agree overrides 140
}

@test "so are prices and balances in custom units, and what is converted" {
	agree units 100
}

@test "so are composites of composites, and those of all contracts of a customer" {
	agree composites 90
}

@test "so are subscriptions, their quantities, seats and fees, and the balances that go by them" {
	agree subscriptions 120
}

@test "so is usage that is divided by filters" {
	agree filters 70
}
