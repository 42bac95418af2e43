# What was acknowledged is there and what was not can be sent again: after kill -9 at any
# write, a power cut, a disk that fails or is full, a signal, and with sixteen at once.
# tests/crash.py does it and says how much it did; CRASH_SEED makes it other events and other
# points, SOAK=1 takes all points.
load helpers

setup_file() {
	export STEPS=$BATS_FILE_TMPDIR/steps NO_FAULT
	NO_FAULT=$(no_preload)
	mkdir "$STEPS"
	cd "$STEPS" || return
	export MTR_NOW=2024-10-03T00:00:00Z
	crash prepare
}

# no_preload: why the tools take no library in front of the C library's, if they do not
no_preload() {
	case $(nm -D "$BUILD_DIR/mtr-ingest" 2>&1) in
	*__asan_* | *__ubsan_* | *__tsan_*) echo 'a sanitizer lets nothing in before its own library' ;;
	*'no symbols'*) echo 'the tools are linked statically' ;;
	esac
}

# tells COMMAND ...: what it says is a remark, or the reason why the test fails
tells() {
	local said
	said=$("$@" 2>&1) || {
		echo "$said"
		return 1
	}
	echo "# ${said//$'\n'/$'\n# '}" >&3
}

crash() {
	tells python3 -B "$TOP/tests/crash.py" "$1" "$STEPS"
}

faults() {
	[ -z "$NO_FAULT" ] || skip "$NO_FAULT"
	crash "$1"
}

@test "counted is each call that changes a file" {
	faults sees_all
}

# ---- kill -9, power cuts ----

@test "killed at a call, before, after or half way through it" {
	faults killed
}

@test "the machine stops: what was not synced is gone, or some of it" {
	faults power
}

@test "an ingest of several batches: whole batches are there" {
	faults batches
}

@test "a log that is moved between two batches, because it is long" {
	faults long_log
}

@test "a reader that began before sees what it saw" {
	faults while_read
}

# ---- that it would be noticed ----

@test "a receipt that comes too early would be noticed" {
	faults no_early_receipt
}

@test "a store that does not sync would be noticed" {
	faults no_power_without_sync
}

@test "a write that silently was none is harmless or reported" {
	faults lost
}

# ---- disks ----

@test "a disk that fails or is full: status 5, or nothing that matters" {
	faults failing
}

@test "files that may grow no further" {
	crash limited
}

@test "a disk that is really full" {
	mkdir disk
	unshare -rm mount -t tmpfs none disk 2>/dev/null || skip 'no file system of its own to be had'
	# shellcheck disable=SC2016
	tells unshare -rm sh -c 'mount -t tmpfs -o size=24m none disk && cd disk &&
		exec python3 -B "$0" full_disk "$1"' "$TOP/tests/crash.py" "$STEPS"
}

@test "standard output that fails" {
	faults no_output
}

# ---- signals ----

@test "a signal at a call: the batch in hand is finished or dropped whole" {
	faults signalled
}

@test "a signal while it reads: the receipt tells what is stored" {
	crash interrupted
}

@test "a signal while it waits for another writer: nothing is stored" {
	faults waiting
}

# ---- at once ----

@test "sixteen at once with events in common, and readers" {
	crash at_once
}

@test "sixteen at once, half of them killed" {
	faults killed_at_once
}
