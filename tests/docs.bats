# The examples in the manual pages and in README.md do what they say.
#
# An example stands between `.Bd -literal -offset indent` and `.Ed` in a page, between lines
# of ``` in README.md, and has lines that begin with "$ ". Such a line is a command; it goes on
# in the next line after a backslash at its end, or to the end of its here-document (<<WORD,
# WORD in capitals). What follows up to the next command or the end of the block is all that
# the command writes, output and messages together. Other blocks are not looked at.
#
# The blocks of one page run in order in one shell, in an empty directory of their own, with
# MTR_DB=$PWD/mtr.db and MTR_NOW=2024-10-03T00:00:00Z. The database is there, made by
# `mtr-db init --id=00000000-0000-8000-8000-000000000001`, unless the examples make it: with
# `mtr-db init` that has neither -d nor --db. Where they name share/, it is the one of the
# source tree. A command that fails does not end the page; `echo $?` shows its status.

# shellcheck disable=SC2016,SC2028,SC2030,SC2031
bats_require_minimum_version 1.5.0
load helpers

# The examples of a page, as they look in a terminal.
mdoc_examples() {
	awk '
		/^\.Bd/ && /-literal/ { inside = 1; text = ""; commands = 0; next }
		inside && /^\.Ed/ {
			inside = 0
			if (commands)
				printf "%s", text
			next
		}
		!inside { next }
		/^[.\047]/ {
			print FILENAME ":" FNR ": a macro inside an example: " $0 >"/dev/stderr"
			exit 1
		}
		{
			commands += /^\$ /
			# \e last: a backslash that was written so begins no other escape.
			gsub(/\\&/, "")
			gsub(/\\-/, "-")
			gsub(/\\e/, "\\")
			text = text $0 "\n"
		}' "$1"
}

markdown_examples() {
	awk '
		/^```/ && !inside { inside = 1; text = ""; commands = 0; next }
		/^```/ {
			inside = 0
			if (commands)
				printf "%s", text
			next
		}
		inside { commands += /^\$ /; text = text $0 "\n" }' "$1"
}

# A transcript becomes a script that writes the transcript anew: each command, then what it does.
script_of() {
	echo 'shown() { local status=$?; printf "%s\n" "$1"; return $status; }'
	awk '
		command != "" || /^\$ / {
			line = $0
			gsub(/\047/, "\047\\\047\047", line)
			print "shown \047" line "\047"
			if (word != "") {
				if ($0 == word)
					word = ""
			} else if (match($0, /<<\047?[A-Z]+/)) {
				word = substr($0, RSTART + 2, RLENGTH - 2)
				sub(/^\047/, "", word)
			}
			command = command (command != "" ? "\n" $0 : substr($0, 3))
			if (word == "" && !/\\$/) {
				print command
				command = ""
			}
		}' "$1"
}

makes_database() {
	grep '^\$ .*mtr-db init' "$1" | grep -qv -e ' -d' -e ' --db'
}

# page FILE - FILE has examples, and they give what is printed
page() {
	local file=$TOP/$1 work=$BATS_TEST_TMPDIR/page
	mkdir "$work"
	case $1 in
	*.md) markdown_examples "$file" >wanted ;;
	*) mdoc_examples "$file" >wanted ;;
	esac
	grep -q '^\$ ' wanted || { echo "$1: no example"; return 1; }
	script_of wanted >script
	if grep -q 'share/' wanted; then
		ln -s "$TOP/share" "$work/share"
	fi
	cd "$work" || return
	export MTR_DB=$PWD/mtr.db
	makes_database ../wanted || given "mtr-db init --id=$DB_ID"
	bash ../script >../got 2>&1 3>&- || : # the last command may be one that fails
	diff -u --label "$1" --label 'what it gives' ../wanted ../got
}

@test "README.md" { page README.md; }
@test "mtr-balance.1" { page man/mtr-balance.1; }
@test "mtr-contract.1" { page man/mtr-contract.1; }
@test "mtr-customer.1" { page man/mtr-customer.1; }
@test "mtr-db.1" { page man/mtr-db.1; }
@test "mtr-event.1" { page man/mtr-event.1; }
@test "mtr-ingest.1" { page man/mtr-ingest.1; }
@test "mtr-invoice.1" { page man/mtr-invoice.1; }
@test "mtr-metric.1" { page man/mtr-metric.1; }
@test "mtr-package.1" { page man/mtr-package.1; }
@test "mtr-product.1" { page man/mtr-product.1; }
@test "mtr-ratecard.1" { page man/mtr-ratecard.1; }
@test "mtr-unit.1" { page man/mtr-unit.1; }
@test "mtr-json.5" { page man/mtr-json.5; }
@test "mtr-store.5" { page man/mtr-store.5; }
@test "mtr.7" { page man/mtr.7; }
@test "mtr-pricing.7" { page man/mtr-pricing.7; }
@test "mtr-recipes.7" { page man/mtr-recipes.7; }

@test "each page stands in this file" {
	cd "$TOP"
	printf '%s\n' README.md man/mtr*.[1-9] | sed 's,^man/,,' | sort >"$BATS_TEST_TMPDIR/there"
	sed -n 's/^@test "\([^ "]*\)" { page .*/\1/p' tests/docs.bats | sort |
		diff "$BATS_TEST_TMPDIR/there" -
}

# Codes without a dot, as the sources give them to what records a failure.
source_codes() {
	local record='ERR_[A-Z]+, *|obj_refuse_as\([^,"]*,[^,]*, *|obj_refuse_spot\([^"]*, '
	record+='|\bcode = |\bfail\(&?c, [a-z.]+, *|\bfault\(e, [^"]*|\brefuse\(c, *'
	echo internal_error
	cat lib/*/*.c cmd/*.c | tr '\n\t' '  ' | grep -oP "($record)\"\\K[a-z][a-z0-9_]*(?=\")"
}

@test "mtr(7) lists the codes that the sources have, and no others" {
	cd "$TOP"
	source_codes | sort -u >"$BATS_TEST_TMPDIR/codes"
	awk '/^\.S[hs]/ { on = /Codes/ } on && sub(/^\.It Li /, "") { gsub(/ , /, "\n"); print }' \
		man/mtr.7 | sort | diff "$BATS_TEST_TMPDIR/codes" -
}

@test "each code that mtr-db check may find is in mtr-db(1)" {
	cd "$TOP"
	grep -hoP '"\Kcheck\.[a-z_]+(?=")' lib/store/*.c | sort -u >"$BATS_TEST_TMPDIR/codes"
	grep -oP '^\.(It )?Li \Kcheck\.[a-z_]+' man/mtr-db.1 | sort -u |
		diff "$BATS_TEST_TMPDIR/codes" -
}

# not_in PAGE - the words on stdin that the page lacks
not_in() {
	sort -u | while read -r word; do
		grep -qw -- "$word" "$TOP/man/$1" || echo "$word"
	done
}

@test "each member that the tools write is in mtr-json(5)" {
	cd "$TOP"
	cat lib/domain/*.c lib/tasks/*.c cmd/*.c | tr '\n\t' '  ' |
		grep -oP 'jsonw_(key|unit|texts|texts_opt|pairs_opt|member_[a-z_]+)\(w, *"\K[a-z_]+' >"$BATS_TEST_TMPDIR/members"
	[ "$(sort -u "$BATS_TEST_TMPDIR/members" | wc -l)" -gt 50 ]
	not_in mtr-json.5 <"$BATS_TEST_TMPDIR/members" | diff /dev/null -
}

@test "each table and column of the database is in mtr-store(5)" {
	db
	given 'sqlite3 -readonly mtr.db "SELECT t.name, c.name FROM sqlite_schema t,
		pragma_table_info(t.name) c WHERE t.type = '\''table'\''" | tr "|" "\n"'
	grep -qx invoice_line "$OUT"
	not_in mtr-store.5 <"$OUT" | diff /dev/null -
}

# ---- a page that lies is found ----

lie() {
	mkdir man
	cat >man/lie.1
	TOP=$PWD
	run page man/lie.1
	cd "$BATS_TEST_TMPDIR" || return
	[ "$status" -eq 1 ] || { echo "status $status"; return 1; }
	printf '%s\n' "$output" | sed '1,/^@@/d' | grep '^[-+]' | diff - "$1"
}

@test "an output that differs, and one that is missing" {
	printf '%s\n' '-3' '+2' '+4' >differs
	lie differs <<'E'
.Bd -literal -offset indent
$ echo $((1 + 1))
3
$ seq 4 4
.Ed
E
}

@test "messages count, commands go on over lines, escapes and other blocks are as mdoc has them" {
	mkdir man
	cat >man/true.1 <<'E'
.Bd -literal -offset indent
not an example
.Ed
.Bd -literal -offset indent
$ printf '%s\en' .Pp \e
  b
\&.Pp
b
.Ed
.Pp
.Bd -literal -offset indent
$ name=Acme; mtr-customer get $name
mtr-customer: "Acme": no customer of this id, alias or name [not_found]
$ echo $? $name "it's" \-\-
3 Acme it's --
$ sed 's/^. //' <<'END'
an 'a' \e
$ a
END
an 'a' \e
a
$ ls
mtr.db
mtr.db-lock
mtr.db-shm
mtr.db-wal
.Ed
E
	TOP=$PWD
	page man/true.1
}

@test "a page that makes its own database, and one that makes another one" {
	mkdir man
	cat >man/own.1 <<'E'
.Bd -literal -offset indent
$ mtr-db init --id=00000000-0000-8000-8000-000000000002 | jq -r .id
00000000-0000-8000-8000-000000000002
.Ed
E
	sed 's/init/init -d copy.db/' man/own.1 >man/other.1
	echo '.Bd -literal
$ mtr-db stats | jq -r .database_id
00000000-0000-8000-8000-000000000001
.Ed' >>man/other.1
	TOP=$PWD
	page man/own.1
	cd "$BATS_TEST_TMPDIR"
	rm -r page
	page man/other.1
}

@test "a page without examples, and one with a macro inside of one" {
	mkdir man
	echo '.Sh NAME' >man/none.1
	printf '%s\n' '.Bd -literal' '$ echo a' '.Pp' 'a' '.Ed' >man/macro.1
	TOP=$PWD
	run page man/none.1
	[ "$status" -eq 1 ] && [ "$output" = "man/none.1: no example" ]
	cd "$BATS_TEST_TMPDIR"
	rm -r page
	run page man/macro.1
	[ "$status" -ne 0 ]
	[[ $output == *"man/macro.1:3: a macro inside an example: .Pp"* ]]
}
