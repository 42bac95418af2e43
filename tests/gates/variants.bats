# The other builds: clang, as strict as gcc, and the sanitizers.
load ../helpers

build=${BUILD_DIR%/*}

@test "clang compiles everything without a warning" {
	command -v clang >/dev/null || skip "clang is not installed"
	make -C "$TOP" -j2 BUILD="$build" VARIANT=clang WERROR=1 tests
}

@test "unit and golden programs hold under the address and undefined-behaviour sanitizers" {
	make -C "$TOP" -j2 BUILD="$build" VARIANT=asan unit golden
	"$TOP/tests/run" "$build/asan" unit golden
}
