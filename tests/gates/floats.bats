# No binary floating point where money, quantities or time are handled. Three nets,
# since each has holes: code that needs floating-point registers does not compile
# (long double and folded constants slip through), no object asks for a soft-float
# helper, and the words and literals do not occur outside comments and strings.
load ../helpers

exact="base domain engine tasks"

sources() {
	local layer
	for layer in $exact; do
		find "$TOP/lib/$layer" -name "$1"
	done | sort
}

@test "compiles without floating-point registers" {
	echo >empty.c
	gcc -mgeneral-regs-only -c -o empty.o empty.c 2>/dev/null ||
		skip "this gcc has no -mgeneral-regs-only for $(uname -m)"
	compile() {
		gcc -std=gnu17 -D_GNU_SOURCE -I"$TOP/lib" -O0 -w -mgeneral-regs-only -c \
			-o "$PWD/$(tr / _ <<<"$1").o" "$1"
	}
	export -f compile
	export TOP
	sources '*.c' | xargs -P 2 -I{} bash -c 'compile {}'
	[ "$(sources '*.c' | wc -l)" -gt 0 ]
	soft_float ./*.o
}

@test "no object asks for a soft-float helper or libm" {
	local layer
	for layer in $exact; do
		find "$BUILD_DIR/obj/lib/$layer" -name '*.o' >>objects 2>/dev/null || true
	done
	[ -s objects ]
	xargs <objects bash -c 'soft_float "$@"' soft_float
}

soft_float() {
	local f='(sf|df|xf|tf|hf|sc|dc|xc|tc)' i='(qi|hi|si|di|ti)' helpers libc found
	helpers="(add|sub|mul|div|neg|pow|eq|ne|lt|le|gt|ge|unord|cmp)${f}[23i]*"
	helpers="$helpers|(fix|fixuns)$f$i|(float|floatun|floatuns)$i$f|(extend|trunc)$f${f}2"
	libc='strto(d|f|ld)|atof|(__isoc[0-9]+_)?v?[fs]?scanf|fabs|floor|fmod|ceil|trunc|pow|exp|log|sqrt'
	libc="$libc|l?l?round|l?l?rint|ldexp|frexp"
	found=$(nm -A -u "$@" | grep -E " U (__($helpers)|($libc)[fl]?)\$") || true
	[ -z "$found" ] && return
	echo "$found"
	return 1
}
export -f soft_float

@test "no word and no literal of floating point" {
	local file
	sources '*.[ch]' >files
	[ -s files ]
	while read -r file; do
		gcc -fpreprocessed -dD -E -w "$file" | sed -E 's/"([^"\\]|\\.)*"/""/g' |
			grep -E '\b(float|double|_Float[0-9x]+|_Complex|__float128)\b|\b[0-9]+\.[0-9]*|\B\.[0-9]|\b[0-9]+[eE][-+]?[0-9]' |
			grep -vE '^#pragma|^# [0-9]' | sed "s|^|${file#"$TOP/"}: |" || true
	done <files >found
	cat found
	[ ! -s found ]
}
