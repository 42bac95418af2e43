# Random contracts, computed by the tools and by an evaluator written from
# mtr-pricing(7) alone: every line, every total and every balance agree to the
# last digit. The seeds of a run are printed; ORACLE_SEED repeats one case.
load helpers
load oracle/fill

BATCH=800

# batches: a line of seeds for each database
batches() {
	local i first
	if [ -n "${ORACLE_SEED-}" ]; then
		echo "$ORACLE_SEED"
		return
	fi
	for ((i = 0; i < (${SOAK:-0} ? 40 : 1); i++)); do
		first=252519750 # of a check, so that two of one tree agree; a soak draws
		((${SOAK:-0})) && first=$((RANDOM * 32768 + RANDOM))
		seq -s ' ' $first $((first + BATCH - 1))
	done
}

@test "invoices and balances of random contracts are those of exact fractions computed elsewhere" {
	MTR_NOW=2024-05-10T00:00:00Z
	mapfile -t lines < <(batches)
	for seeds in "${lines[@]}"; do
		echo "# seeds ${seeds%% *} to ${seeds##* }" >&3
		cd "$BATS_TEST_TMPDIR"
		rm -rf case
		mkdir case
		cd case
		export MTR_DB=$PWD/mtr.db
		# shellcheck disable=SC2086
		python3 -B "$TOP/tests/oracle/generate.py" . $MTR_NOW $seeds
		fill
		given 'mtr-invoice run -q >invoices.got'
		given 'mtr-balance list -q --final | mtr-balance ledger -q - >balances.got'
		python3 -B "$TOP/tests/oracle/compare.py" . $MTR_NOW
	done
}
