# Laws of subscriptions over random histories: see subscription_laws.py.
# LAW_SEED repeats a case; the seeds of a run are printed.
bats_require_minimum_version 1.5.0
load helpers

@test "billed day by day or at the end, fees and balances come out the same" {
	local i seed first=${LAW_SEED:-$((RANDOM * 32768 + RANDOM))}
	for i in $(seq "${LAW_COUNT:-8}"); do
		seed=$((first + i - 1))
		echo "seed $seed (LAW_SEED=$seed LAW_COUNT=1 repeats it)"
		mkdir "$seed"
		given "cd $seed && python3 '$TOP/tests/subscription_laws.py' $seed"
		grep -q 'invoices' "$OUT"
	done
}
