#!/bin/sh
# schema.sh DIRECTORY - the schema files as a C source on stdout.
#
# DIRECTORY/NNNN-what.sql, numbered from 0001 without a gap, each become one
# text that ends in setting user_version to its number. The texts are arrays of
# bytes: ISO C promises string literals of 4095 characters only. ASCII alone.
set -eu
export LC_ALL=C

dir=${1:?usage: schema.sh DIRECTORY}
n=0

printf '/* Made from %s by lib/store/schema.sh. */\n#include "store/schema.h"\n' "$dir"
for file in "$dir"/[0-9][0-9][0-9][0-9]-*.sql; do
	n=$((n + 1))
	case $file in
	"$dir/$(printf %04d "$n")"-*) ;;
	*)
		echo "schema.sh: $file: wanted number $(printf %04d "$n")" >&2
		exit 1
		;;
	esac
	printf '\nstatic const char schema_%d[] = {\n' "$n"
	{ cat "$file" && printf '\nPRAGMA user_version = %d;\n' "$n"; } | od -An -v -tu1 | awk -v file="$file" '
		{
			line = ""
			for (i = 1; i <= NF; i++) {
				if ($i == 0 || $i > 126) {
					print "schema.sh: " file ": byte " $i " is not ASCII text" >"/dev/stderr"
					exit 1
				}
				line = line $i ","
			}
			print line
		}'
	printf '0 };\n'
done
printf '\nconst char *const schema_sql[] = {\n'
k=1
while [ "$k" -le "$n" ]; do
	printf '\tschema_%d,\n' "$k"
	k=$((k + 1))
done
printf '};\n\nconst int schema_count = %d;\n' "$n"
