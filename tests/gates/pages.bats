# A tool, its manual page and its tests share one name, and the tour names it.
load ../helpers

tools() {
	local file
	for file in "$TOP"/cmd/mtr-*.c; do
		[ ! -e "$file" ] || basename "$file" .c
	done
}

@test "each tool has its manual page, its tests and its line in mtr(7)" {
	[ -n "$(tools)" ]
	for tool in $(tools); do
		[ -e "$TOP/man/$tool.1" ] || echo "$tool: no man/$tool.1"
		[ -e "$TOP/tests/$tool.bats" ] || echo "$tool: no tests/$tool.bats"
		grep -q -- "$tool" "$TOP/man/mtr.7" || echo "$tool: not in man/mtr.7"
	done >found 2>&1
	cat found
	[ ! -s found ]
}

@test "each page and each bats file of that name has its tool" {
	for file in "$TOP"/man/mtr-*.1 "$TOP"/tests/mtr-*.bats; do
		[ -e "$file" ] || continue
		tool=$(basename "${file%.*}")
		[ -e "$TOP/cmd/$tool.c" ] || echo "$file: no cmd/$tool.c"
	done >found
	cat found
	[ ! -s found ]
}

# mandoc looks for the pages referred to among the installed ones; ours are looked for here.
@test "the manual pages are clean mdoc" {
	cd "$TOP/man"
	ls mtr*.[1-9]
	mandoc -T lint -W all mtr*.[1-9] |
		grep -v -e 'referenced manual not found' -e 'outdated mandoc.db' >"$BATS_TEST_TMPDIR/found" || true
	cat "$BATS_TEST_TMPDIR/found"
	[ ! -s "$BATS_TEST_TMPDIR/found" ]
}

@test "the pages of this family that a page refers to are there" {
	cd "$TOP/man"
	awk '$1 == ".Xr" && $2 ~ /^mtr/ { print FILENAME, $2 "." $3 }' mtr*.[1-9] |
		while read -r page other; do
			[ -e "$other" ] || echo "$page: no $other"
		done >"$BATS_TEST_TMPDIR/found"
	cat "$BATS_TEST_TMPDIR/found"
	[ ! -s "$BATS_TEST_TMPDIR/found" ]
}

@test "each page of section 1 has at least three examples" {
	for file in "$TOP"/man/mtr*.1; do
		examples=$(awk '/^\.Sh/ { on = /EXAMPLES/ } on && /^\.(Bd|Dl)/ { n++ } END { print n + 0 }' "$file")
		[ "$examples" -ge 3 ] || echo "$file: $examples examples"
	done >found
	cat found
	[ ! -s found ]
}
