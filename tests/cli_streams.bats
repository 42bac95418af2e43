# The streams of every tool, seen through cli_fixture, whose verbs and store are
# invented (tests/unit/cli_fixture.c): output, messages and status, input, writing.

# shellcheck disable=SC2016,SC2059,SC2094
bats_require_minimum_version 1.5.0
load helpers

setup() {
	PATH="$BUILD_DIR/tests:$PATH"
	fresh
}

# The lines that a usage error of a verb ends with.
usage() {
	echo "usage: cli_fixture $1 [option ...]${2:+ $2}"
	echo "help: cli_fixture $1 --help"
}

items() {
	cat <<'E'
{"name":"Northwind","amount":"12.5","seen":"2024-01-01T00:00:00.5Z","parts":[{"what":"disk"},{"what":"cpu","of":{}},[],[1,[2]]],"note":null,"open":true}
{"name":"=1+2","amount":-5}
{"name":"日本 é","amount":"=9","parts":{}}
E
}

# ---- output ----

@test "CSV: cells, quotes, formulas, instants" {
	items >items
	gives 'cli_fixture echo -o csv items' <<'E'
name,amount,seen,first,parts
Northwind,12.5,2024-01-01T00:00:00.500000000Z,disk,"[{""what"":""disk""},{""of"":{},""what"":""cpu""},[],[1,[2]]]"
'=1+2,-5,,,
日本 é,'=9,,,{}
E
	for first in = + - @ '\t' '\r'; do
		given "printf '{\"name\":\"${first/\\/\\\\}x\",\"amount\":\"${first/\\/\\\\}1\"}' | cli_fixture echo -o csv | tail -n +2"
		case $first in
		-) printf "'-x,-1,,,\n" ;;
		'\r') printf "\"'\rx\",\"'\r1\",,,\n" ;;
		*) printf "'${first}x,'${first}1,,,\n" ;;
		esac | out_is
	done
}

@test "a table" {
	items >items
	gives 'cli_fixture echo -o table items' <<'E'
NAME       AMOUNT  SEEN                    FIRST  PARTS
Northwind    12.5  2024-01-01T00:00:00.5Z  disk   [{"what":"disk"},{"of":{},"what":"cpu"},[],[1,[2]]]
=1+2           -5  -                       -      -
日本 é         =9  -                       -      {}
E
	gives 'echo "{\"name\":\"a\\u001b[31m\\n\\u202e\\u009b\"}" | cli_fixture echo -o table' <<'E'
NAME                             AMOUNT  SEEN  FIRST  PARTS
a\x1b[31m\n\xe2\x80\xae\xc2\x9b       -  -     -      -
E
}

@test "text" {
	items >items
	gives 'cli_fixture echo -o text items' <<'E'
amount: 12.5
name: Northwind
note: -
open: true
parts:
  - what: disk
  - of: {}
    what: cpu
  - []
  - - 1
    - - 2
seen: 2024-01-01T00:00:00.5Z

amount: -5
name: =1+2

amount: =9
name: 日本 é
parts: {}
E
	gives 'echo "{\"a\\u001b\":\"\\n\"}" | cli_fixture echo -o text' <<'E'
a\x1b: \n
E
}

@test "no object: a header all the same, unless the verb failed" {
	gives 'cli_fixture echo -o csv /dev/null' <<'E'
name,amount,seen,first,parts
E
	gives 'cli_fixture echo -o table /dev/null' <<'E'
NAME  AMOUNT  SEEN  FIRST  PARTS
E
	gives 'cli_fixture echo -o text /dev/null' </dev/null
	gives 'cli_fixture echo /dev/null' </dev/null
	refuses 3 'cli_fixture get -o csv none' <<'E'
cli_fixture: "none": no such item [not_found]
E
	refuses 3 'cli_fixture get -o table none' <<'E'
cli_fixture: "none": no such item [not_found]
E
}

@test "much output comes whole" {
	given 'cli_fixture spill | sort | uniq -c'
	out_is <<'E'
 100000 {"line":"of twenty bytes"}
E
}

@test "output that cannot be written" {
	refuses 5 'cli_fixture get a >/dev/full' <<'E'
cli_fixture: cannot write output: No space left on device [output_failed]
E
	refuses 5 'cli_fixture --help >/dev/full' <<'E'
cli_fixture: cannot write output: No space left on device [output_failed]
E
	refuses 5 'cli_fixture spill >/dev/full' <<'E'
cli_fixture: cannot write output: No space left on device [output_failed]
E
	refuses 5 'cli_fixture get -o table a >/dev/full' <<'E'
cli_fixture: cannot write output: No space left on device [output_failed]
E
}

@test "a writer that cannot write its output says on stderr what it stored" {
	refuses 5 'cli_fixture store-two -d trace >/dev/full' <<'E'
store: open to write
store: tool cli_fixture, verb store-two, wait -1, now 2024-10-03T00:00:00Z
store: begin
store: save
cli_fixture: cannot write output: No space left on device [output_failed]
{"line":"of twenty bytes"}
{"line":"of twenty bytes"}
store: close
E
}

# A pipe whose reader is gone.
closed_pipe='rm -f p; mkfifo p; exec 8<>p 9>p 8<&-;'

@test "nobody reads: a reader ends quietly, a writer tells" {
	gives "$closed_pipe cli_fixture spill >&9" </dev/null
	gives "$closed_pipe cli_fixture --help >&9" </dev/null
	refuses 5 "$closed_pipe cli_fixture store-two >&9" <<'E'
cli_fixture: output closed early [output_failed]
{"line":"of twenty bytes"}
{"line":"of twenty bytes"}
E
	gives 'set +o pipefail; cli_fixture spill | head -n 1; echo "${PIPESTATUS[0]}"' <<'E'
{"line":"of twenty bytes"}
0
E
}

@test "closed standard descriptors" {
	refuses 5 'cli_fixture get a >&-' <<'E'
cli_fixture: cannot write output: Bad file descriptor [output_failed]
E
	refuses 5 'cli_fixture echo <&-' <<'E'
cli_fixture: stdin: cannot read: Bad file descriptor [read_failed]
E
	refuses 2 'cli_fixture 2>&-' </dev/null
	gives 'cli_fixture get a <&- 2>&-' <<'E'
{"name":"a"}
E
	gives 'cli_fixture echo /dev/null >&-' </dev/null
}

@test "a file opened where a standard descriptor is closed does not get its number" {
	echo '{"name":"a"}' >f
	refuses 5 'cli_fixture echo f <&- >&-' <<'E'
cli_fixture: cannot write output: Bad file descriptor [output_failed]
E
	given 'cat f'
	out_is <<<'{"name":"a"}'
}

# ---- messages and status ----

before='{"before":true}'

# ends STATUS COMMAND <<MESSAGE, the object written before stands on stdout
ends() {
	try "$2"
	status_is "$1"
	cat >"$ERR.given"
	out_is <<<"$before"
	err_is <"$ERR.given"
}

@test "statuses" {
	ends 0 'cli_fixture end x' </dev/null
	ends 1 'cli_fixture end partial' <<'E'
cli_fixture: one of several [item.bad]
E
	ends 4 'cli_fixture end partial-busy' <<'E'
cli_fixture: another command writes [db_busy]
E
	ends 5 'cli_fixture end worst' <<'E'
cli_fixture: the worst comes first [db_io]
E
	ends 2 'cli_fixture end usage' <<E
cli_fixture: not so [usage]
$(usage end how)
E
	ends 3 'cli_fixture end long' <<E
cli_fixture: text "$(printf 'x%.0s' {1..200})...": too long [item.long]
E
	refuses 5 'cli_fixture get -d missing a' <<'E'
cli_fixture: no database missing [db_missing]
E
	refuses 4 'cli_fixture archive -d busy a' <<'E'
cli_fixture: another command writes [db_busy]
E
	refuses 5 'cli_fixture archive -d full a' <<'E'
cli_fixture: the disk is full [db_full]
E
}

@test "a bug is told as one" {
	refuses 70 'cli_fixture end bug 2> >(grep -v "Assertion" >&2; wait)' <<'E'
cli_fixture: internal error [internal_error]
E
	refuses 70 'cli_fixture end bug --errors=json 2> >(grep -v "Assertion" >&2)' <<'E'
{"type":"error","code":"internal_error","message":"internal error"}
E
}

@test "warnings and notes" {
	ends 0 'cli_fixture end warning' <<'E'
cli_fixture: warning: items.csv:3:2: amount "7": odd [item.odd]
E
	ends 0 'cli_fixture end warning --errors=json' <<'E'
{"type":"warning","code":"item.odd","message":"amount \"7\": odd","file":"items.csv","line":3,"column":2,"field":"amount","value":"7"}
E
	ends 0 'cli_fixture end warning -q' </dev/null
	ends 0 'cli_fixture end note' <<'E'
cli_fixture: looked at 3 items
E
	ends 0 'cli_fixture end note -v' <<'E'
cli_fixture: looked at 3 items
cli_fixture: the third \x1b[1m one
E
	ends 0 'cli_fixture end note -v --errors=json' <<'E'
{"type":"note","message":"looked at 3 items"}
{"type":"note","message":"the third \u001b[1m one"}
E
	ends 0 'cli_fixture end note -q' </dev/null
	ends 1 'cli_fixture end partial -q' <<'E'
cli_fixture: one of several [item.bad]
E
}

@test "hostile bytes in messages" {
	refuses 3 "cli_fixture get \$'no\\e[2J\"\\\\\\xc2\\x9b\\xe2\\x80\\xae\\r'" <<'E'
cli_fixture: "no\x1b[2J\"\\\xc2\x9b\xe2\x80\xae\r": no such item [not_found]
E
	refuses 3 "cli_fixture get --errors=json \$'no\\e[2J\"\\\\\\xc2\\x9b\\xe2\\x80\\xae\\r'" <<'E'
{"type":"error","code":"not_found","message":"\"no\\x1b[2J\\\"\\\\\\xc2\\x9b\\xe2\\x80\\xae\\r\": no such item","value":"no\u001b[2J\"\\\u009b\u202e\r"}
E
	refuses 3 "cli_fixture get --errors=json \$'\\xff\\xc3'" <<'E'
{"type":"error","code":"name_utf8","message":"\"\\xff\\xc3\": this is not UTF-8","value":"\\xff\\xc3"}
E
	refuses 5 "cli_fixture echo \$'a\\n\\xffb\"'" <<'E'
cli_fixture: a\n\xffb": cannot open: No such file or directory [file_open]
E
	refuses 5 "cli_fixture echo --errors=json \$'a\\n\\xffb\"'" <<'E'
{"type":"error","code":"file_open","message":"cannot open: No such file or directory","file":"a\n\\xffb\""}
E
}

# ---- input ----

@test "records of several files, stdin among them" {
	echo '{"name":"a"}' >a
	printf 'name,amount\nb,\n' >b
	gives 'echo "[{\"name\":\"c\"}]" | cli_fixture echo a - b' <<'E'
{"name":"a"}
{"name":"c"}
{"name":"b"}
E
	gives 'cli_fixture echo <a' <<'E'
{"name":"a"}
E
	refuses 3 'cli_fixture echo -i json b' <<'E'
cli_fixture: b:1:2: wanted null, found 'a' [json_syntax]
cli_fixture: b:1:5: wanted a value [json_stream]
E
}

@test "input that does not wait is waited for" {
	gives "(sleep 0.3; echo '{\"name\":\"a\"}') |
		(python3 -c 'import os; os.set_blocking(0, False)'; cli_fixture echo)" <<'E'
{"name":"a"}
E
}

@test "what cannot be read is told, the rest is read" {
	mkdir dir
	printf '{"name":"a"}\n{"refuse":"this"}\n{bad}\n{"name":"b"}\n' >mixed
	printf 'name,refuse\nc,\nd,"that\n"\n' >cells
	try 'cli_fixture echo dir none mixed cells'
	status_is 5
	out_is <<'E'
{"name":"a"}
{"name":"b"}
{"name":"c"}
E
	err_is <<'E'
cli_fixture: dir: cannot open: Is a directory [file_open]
cli_fixture: none: cannot open: No such file or directory [file_open]
cli_fixture: mixed:2:11: refuse "this": this is not wanted [item.refuse]
cli_fixture: mixed:3:2: wanted a key, found 'b' [json_syntax]
cli_fixture: cells:3:2: refuse "that\n": this is not wanted in a cell [item.refuse]
E
}

@test "a failure that is not the record's own ends the reading" {
	printf '{"name":"a"}\n{"refuse":"busy"}\n{"refuse":"this"}\n' >mixed
	try 'cli_fixture echo mixed mixed'
	status_is 4
	out_is <<<'{"name":"a"}'
	err_is <<'E'
cli_fixture: mixed:2:11: refuse "busy": this is not wanted [item.refuse]
E
}

@test "names, from operands and lines" {
	try 'printf " b \n\n{\"id\":\"c\",\"x\":1}\nnot here\n{\"x\":1}\n{\"id\":\n\xff\n\xef\xbb\xbfd\r\ne" | cli_fixture get a - none'
	status_is 3
	out_is <<E
{"name":"a"}
{"name":"b"}
{"name":"c"}
{"name":"$(printf '\xef\xbb\xbf')d"}
{"name":"e"}
E
	err_is <<'E'
cli_fixture: stdin:4: "not here": no such item [not_found]
cli_fixture: stdin:5: id: an object given as a name needs an "id" that is a text [missing_field]
cli_fixture: stdin:6:7: wanted a value, found the end [json_syntax]
cli_fixture: stdin:7: "\xff": this is not UTF-8 [name_utf8]
cli_fixture: "none": no such item [not_found]
E
	gives 'cli_fixture get -' </dev/null
}

# A terminal of our own, where the system gives one.
need_terminal() {
	command -v script >/dev/null || skip 'script is not installed'
	script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip 'no pseudo-terminal to be had'
}

@test "a terminal on stdin is no input" {
	need_terminal
	try 'script -qec "cli_fixture create" /dev/null | tr -d "\r"'
	status_is 2
	err_empty
	out_is <<E
cli_fixture: no file is given, and standard input is a terminal [usage]
$(usage create '[file ...]')
E
}

# ---- writing ----

opened='store: open to write
store: tool cli_fixture, verb create, wait -1, now 2024-10-03T00:00:00Z'

@test "what acknowledges comes after the save" {
	given 'printf "{\"name\":\"a\"}\n{\"name\":\"b\"}" | cli_fixture create -d trace 2>&1'
	out_is <<E
$opened
store: begin
store: save
{"name":"a"}
{"name":"b"}
store: close
E
	given 'seq 3000 | sed "s/.*/{\"name\":\"more than the buffer takes at once\"}/" >many
		cli_fixture create -d trace many 2>&1 | uniq -c'
	out_is <<'E'
      1 store: open to write
      1 store: tool cli_fixture, verb create, wait -1, now 2024-10-03T00:00:00Z
      1 store: begin
      1 store: save
   3000 {"name":"more than the buffer takes at once"}
      1 store: close
E
}

@test "one refused record: nothing is stored, nothing written, every one told" {
	printf '{"name":"a"}\n{"refuse":"this"}\n{bad}\n{"refuse":"that"}\n' >mixed
	for form in json csv table text; do
		refuses 3 "cli_fixture create -d trace -o $form mixed" <<E
$opened
cli_fixture: mixed:3:2: wanted a key, found 'b' [json_syntax]
store: begin
cli_fixture: mixed:2:11: refuse "this": this is not wanted [item.refuse]
cli_fixture: mixed:4:11: refuse "that": this is not wanted [item.refuse]
store: undo
store: close
E
	done
	printf '{"name":"a"}\n{bad}\n' >mixed
	refuses 3 'cli_fixture create -d trace mixed' <<E
$opened
cli_fixture: mixed:2:2: wanted a key, found 'b' [json_syntax]
store: begin
store: undo
store: close
E
	refuses 3 'cli_fixture archive a none' <<'E'
cli_fixture: "none": no such item [not_found]
E
}

@test "a dry run writes the same and saves nothing" {
	try 'echo "{\"name\":\"a\"}" | cli_fixture create -d trace -n'
	status_is 0
	out_is <<<'{"name":"a"}'
	err_is <<E
$opened
store: begin
store: undo
store: close
E
}

@test "without a record there is no transaction" {
	try 'cli_fixture create -d trace </dev/null'
	status_is 0
	out_empty
	err_is <<E
$opened
store: close
E
}

@test "a signal while input is awaited: nothing is stored" {
	for signal in INT TERM; do
		refuses $((128 + $(kill -l $signal))) "rm -f in; mkfifo in
			env --default-signal=$signal cli_fixture create -d trace in & pid=\$!
			exec 9>in; echo '{\"name\":\"a\"}' >&9; kill -$signal \$pid; exec 9>&-
			wait \$pid" <<E
$opened
cli_fixture: interrupted, nothing is stored
store: close
E
	done
}

@test "a signal that the caller ignores stays ignored" {
	try 'mkfifo in; trap "" INT
		cli_fixture create in & pid=$!
		exec 9>in; kill -INT $pid; echo "{\"name\":\"a\"}" >&9; exec 9>&-
		wait $pid'
	status_is 0
	out_is <<<'{"name":"a"}'
	err_empty
}

# ---- progress ----

@test "progress: on a terminal, or when it is asked for" {
	try 'cli_fixture work --progress=always'
	status_is 0
	out_empty
	sed -E -i 's/[0-9.]+ k\/s/N k\/s/' "$ERR"
	err_is <<'E'
4,000 events  N k/s  40 %  0:01 left
E
	gives 'cli_fixture work' </dev/null
	need_terminal
	given 'script -qec "cli_fixture work" /dev/null </dev/null | sed -E "s/[0-9.]+ k\/s/N k\/s/" | tr "\r" "|"'
	out_is < <(printf '|4,000 events  N k/s  40 %%  0:01 left|%*s|' 38 '')
}
