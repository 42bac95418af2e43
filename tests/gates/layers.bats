# What each layer may know: includes, and the symbols its objects ask for.
load ../helpers

layers=(base codec domain engine store tasks)

# none COMMAND ... - the command finds nothing
none() {
	local found
	found=$(cd "$TOP" && "$@") || true
	[ -z "$found" ] && return
	echo "$found"
	return 1
}

# includes FILES - "file:line:header" of each include, quotes and brackets kept
includes() {
	sed -snE 's/^[ \t]*#[ \t]*include[ \t]*([<"][^>"]*[>"]).*/\1/; T; =; F; p' "$@" | paste -d: - - - |
		awk -F: '{ print $2 ":" $1 ":" $3 }'
}

# outside LAYER HEADER-PATTERN - includes of it in lib and cmd that are not in that layer
outside() {
	includes lib/*/*.[ch] cmd/*.[ch] | grep -E ":[<\"]$2[>\"]\$" | grep -v "^lib/$1/"
}

# undefined LAYER ... - "object symbol" of what the objects of the layers ask for
undefined() {
	local layer
	for layer; do
		find "$BUILD_DIR/obj/lib/$layer" -name '*.o' -exec nm -A -u {} + 2>/dev/null
	done | sed -E "s|^$BUILD_DIR/obj/||; s/: +U / /"
}

# asks PATTERN LAYER ... - objects that ask for a symbol of the pattern
asks() {
	local pattern=$1
	shift
	undefined "$@" | grep -E " ($pattern)(@.*)?\$"
}

@test "the objects under test are there" {
	[ -n "$(undefined base)" ]
}

@test "a layer includes only itself and what stands below it" {
	upward() {
		includes lib/*/*.[ch] | awk -F: -v layers="${layers[*]}" '
			BEGIN { n = split(layers, name, " "); for (i = 1; i <= n; i++) rank[name[i]] = i }
			{
				split($1, path, "/")
				if ($3 !~ /^"/)
					next
				split(substr($3, 2), header, "/")
				if (!(header[1] in rank) || rank[header[1]] > rank[path[2]])
					print
			}'
	}
	none upward
}

@test "only store includes sqlite3.h" {
	none outside store '(.*/)?sqlite3(ext)?\.h'
}

@test "only codec includes cJSON.h and csv.h" {
	none outside codec '(cjson/)?cJSON\.h'
	none outside codec 'csv\.h'
}

@test "only base includes gmp.h, nettle and xxhash.h" {
	none outside base 'gmp\.h'
	none outside base 'nettle/.*'
	none outside base 'xxhash\.h'
}

@test "a file includes its own header first and banned.h last" {
	first_and_last() {
		local file own all
		for file in lib/*/*.c; do
			all=$(includes "$file" | cut -d: -f3)
			own=${file#lib/}
			own=${own%.c}.h
			if [ -e "lib/$own" ] && [ "$(head -n 1 <<<"$all")" != "\"$own\"" ]; then
				echo "$file: does not begin with \"$own\""
			fi
			case $file in
			lib/codec/* | lib/store/*) grep -q 'banned' "$file" && continue ;;
			esac
			[ "$(tail -n 1 <<<"$all")" = '"base/banned.h"' ] ||
				echo "$file: does not end with \"base/banned.h\""
		done
		grep -L banned cmd/*.c | sed 's/$/: does not mention banned.h/'
	}
	none first_and_last
}

# The arena ends a program that is out of memory, and says so.
@test "lib never prints" {
	prints() {
		asks '(__)?(v?f?printf|v?dprintf)(_chk)?|puts|fputs|putchar|_?putc|fputc|perror|stdout|stderr|v?warnx?|v?errx?|psignal|syslog' \
			"${layers[@]}"
	}
	none prints
	none grep -nE '\b(STDOUT|STDERR)_FILENO\b|\bwrite\([012],' -r lib --include='*.c' --exclude=arena.c
}

@test "lib never exits" {
	exits() {
		asks 'exit|quick_exit|_exit|_Exit|abort|kill|raise|exec[lv]p?e?' "${layers[@]}" |
			grep -v '^lib/base/arena\.o _exit$'
	}
	none exits
}

@test "the clock is read in cmd only" {
	clocks() {
		asks 'time|gettimeofday|clock|clock_gettime|timespec_get|ftime' base codec domain engine tasks
	}
	none clocks
	# A wait is measured, which is not telling the time.
	other_clocks() {
		asks 'time|gettimeofday|clock|timespec_get|ftime' store
		grep -n 'clock_gettime(' lib/store/*.c | grep -v 'clock_gettime(CLOCK_MONOTONIC'
	}
	none other_clocks
}

@test "domain and engine know neither files nor the environment" {
	none asks 'f?open(64|at)?|fdopen|read|write|pread|pwrite|f?stat(64)?|getenv|secure_getenv|sqlite3_.*' \
		domain engine
}
