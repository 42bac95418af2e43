# The command line of every tool, seen through cli_fixture, whose verbs and store
# are invented (tests/unit/cli_fixture.c): help, options, completions.

# shellcheck disable=SC2016,SC2059,SC2094
bats_require_minimum_version 1.5.0
load helpers

setup() {
	PATH="$BUILD_DIR/tests:$PATH"
	fresh
}

# The lines that every usage error ends with; USAGE without a verb, usage VERB OPERANDS.
USAGE='usage: cli_fixture VERB [option ...] [operand ...]
verbs: echo create get archive list end spill store-two work
help: cli_fixture --help'

usage() {
	echo "usage: cli_fixture $1 [option ...]${2:+ $2}"
	echo "help: cli_fixture $1 --help"
}

# ---- help and version ----

@test "help of the tool" {
	gives 'cli_fixture --help' <<'E'
usage: cli_fixture VERB [option ...] [operand ...]

cli_fixture - what the front of every tool does

Verbs:
  echo [file ...]             give records back
  create [file ...]           store items read as records
  get item ...                write items
  archive item ...            put items away
  list [from [to]]            write what was asked
  end how                     end in some way
  spill                       write much
  store-two                   store two lines
  work                        take a while

Options:
  -q, --quiet                 errors only
  -v, --verbose               tell what was decided
      --errors=text|json      form of the messages on stderr
  -h, --help                  this help
      --version               name and version

Options of a verb: cli_fixture VERB --help.
Exit statuses and examples: see cli_fixture(1).
E
}

@test "help of a verb, before or behind it" {
	gives 'cli_fixture create --help' <<'E'
usage: cli_fixture create [option ...] [file ...]

cli_fixture create - store items read as records

Options:
      --if-absent             an equal object that is there is the answer
  -d, --db=FILE               database (default $MTR_DB, else ./mtr.db)
  -i, --input=auto|ndjson|json|csv
                              form of the input
  -o, --output=json|csv|table|text
                              form of the output
  -n, --dry-run               run everything, store nothing
  -q, --quiet                 errors only
  -v, --verbose               tell what was decided
      --errors=text|json      form of the messages on stderr
      --lock-wait=SECONDS     wait so long for the write lock (30)
      --now=TIME              clock of this run (default $MTR_NOW, else the real one)
  -h, --help                  this help
      --version               name and version

Exit statuses and examples: see cli_fixture(1).
E
	given 'cli_fixture create --help >behind'
	given 'cli_fixture -h create --nonsense'
	out_is <behind
}

@test "version" {
	given 'cli_fixture --version'
	out_is <<E
cli_fixture (mtr) $(sed -n 's/^VERSION = //p' "$TOP/Makefile")
E
}

# A tool with one job has no verbs.
single() {
	printf 'exec -a cli_single %s/tests/cli_fixture %s' "$BUILD_DIR" "$*"
}

@test "a tool with one job" {
	gives "$(single --help)" <<'E'
usage: cli_single [option ...] [file ...]

cli_single - items in

Options:
      --if-absent             an equal object that is there is the answer
  -d, --db=FILE               database (default $MTR_DB, else ./mtr.db)
  -n, --dry-run               run everything, store nothing
  -q, --quiet                 errors only
  -v, --verbose               tell what was decided
      --errors=text|json      form of the messages on stderr
  -h, --help                  this help
      --version               name and version

Exit statuses and examples: see cli_single(1).
E
	refuses 2 "$(single --if-abscent)" <<'E'
cli_single: "--if-abscent": cli_single has no such option, did you mean "--if-absent"? [unknown_option]
usage: cli_single [option ...] [file ...]
help: cli_single --help
E
	refuses 2 "$(single --output=csv)" <<'E'
cli_single: "--output": cli_single does not take this option [option_not_taken]
usage: cli_single [option ...] [file ...]
help: cli_single --help
E
	echo '{"name":"a"}' >create
	gives "$(single create)" <<'E'
{"name":"a"}
E
	given "$(single --completion=fish)"
	out_is <<'E'
complete -c cli_single -l if-absent -d 'an equal object that is there is the answer'
complete -c cli_single -s d -l db -r -d 'database (default $MTR_DB, else ./mtr.db)'
complete -c cli_single -s n -l dry-run -d 'run everything, store nothing'
complete -c cli_single -s q -l quiet -d 'errors only'
complete -c cli_single -s v -l verbose -d 'tell what was decided'
complete -c cli_single -l errors -x -a 'text json' -d 'form of the messages on stderr'
complete -c cli_single -s h -l help -d 'this help'
complete -c cli_single -l version -d 'name and version'
E
	given "$(single --completion=zsh)"
	out_is <<'E'
#compdef cli_single

_arguments -s -S \
		'--if-absent[an equal object that is there is the answer]' \
		'(-d --db)'{-d+,--db=}'[database (default $MTR_DB, else ./mtr.db)]:FILE:_files' \
		'(-n --dry-run)'{-n,--dry-run}'[run everything, store nothing]' \
		'(-q --quiet)'{-q,--quiet}'[errors only]' \
		'(-v --verbose)'{-v,--verbose}'[tell what was decided]' \
		'--errors=[form of the messages on stderr]:errors:(text json)' \
		'(-h --help)'{-h,--help}'[this help]' \
		'--version[name and version]' \
		'*:operand:_files'
E
	given "eval \"\$($(single --completion=bash))\"; COMP_WORDS=(cli_single --d); COMP_CWORD=1
		compopt() { :; }; _cli_single; echo \"\${COMPREPLY[@]}\""
	out_is <<<'--db= --dry-run'
}

# ---- wrong usage ----

@test "no verb" {
	refuses 2 'cli_fixture' <<E
cli_fixture: a verb is wanted [missing_verb]
$USAGE
E
}

@test "an unknown verb" {
	refuses 2 'cli_fixture creat' <<E
cli_fixture: "creat": no such verb, did you mean "create"? [unknown_verb]
$USAGE
E
	refuses 2 'cli_fixture frobnicate' <<E
cli_fixture: "frobnicate": no such verb [unknown_verb]
$USAGE
E
	refuses 2 "cli_fixture \$'\\e[31m\\xff'" <<E
cli_fixture: "\\x1b[31m\\xff": no such verb [unknown_verb]
$USAGE
E
}

@test "an unknown option" {
	refuses 2 'cli_fixture list --grop=1' <<E
cli_fixture: "--grop": list has no such option, did you mean "--group"? [unknown_option]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --xyzzy' <<E
cli_fixture: "--xyzzy": list has no such option [unknown_option]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list -nxq' <<E
cli_fixture: "-x": list has no such option [unknown_option]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --out=csv' <<E
cli_fixture: "--out": list has no such option [unknown_option]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture --all list' <<E
cli_fixture: "--all": cli_fixture has no such option [unknown_option]
$(usage list '[from [to]]')
E
}

@test "a common option that the verb does not take" {
	refuses 2 'cli_fixture get --window=day a' <<E
cli_fixture: "--window": get does not take this option [option_not_taken]
$(usage get 'item ...')
E
	refuses 2 'cli_fixture -o csv archive a' <<E
cli_fixture: "--output": archive does not take this option [option_not_taken]
$(usage archive 'item ...')
E
}

@test "values of options" {
	refuses 2 'cli_fixture list --db' <<E
cli_fixture: "--db": this option wants a value, FILE [missing_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list -no' <<E
cli_fixture: "-o": this option wants a value, json|csv|table|text [missing_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --dry-run=yes' <<E
cli_fixture: "--dry-run": this option takes no value [unexpected_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --db=' <<E
cli_fixture: --db "": the value is empty [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list -o tabel' <<E
cli_fixture: --output "tabel": wanted: json|csv|table|text [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --state=shut' <<E
cli_fixture: --state "shut": wanted: open|closed [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --limit=-1' <<E
cli_fixture: --limit "-1": wanted: a whole number, 0 to 9223372036854775807 [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --lock-wait=86401' <<E
cli_fixture: --lock-wait "86401": wanted: a whole number, 0 to 86400 [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --at=2024-13-01' <<E
cli_fixture: --at "2024-13-01": no month 13 [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture list --from=2024-02-01 --to=2024-01-01' <<E
cli_fixture: --from lies behind --to [option_value]
$(usage list '[from [to]]')
E
	refuses 2 'MTR_NOW=today cli_fixture get a 2> >(sed "s/today.*: .* \[/today\": WHY [/" >&2)' <<E
cli_fixture: MTR_NOW "today": WHY [option_value]
$(usage get 'item ...')
E
}

@test "the number of operands" {
	refuses 2 'cli_fixture get' <<E
cli_fixture: get wants: item ... [missing_operand]
$(usage get 'item ...')
E
	refuses 2 'cli_fixture list a b c' <<E
cli_fixture: "c": this operand is one too many [unexpected_operand]
$(usage list '[from [to]]')
E
	refuses 2 'cli_fixture spill -- --version' <<E
cli_fixture: "--version": no operand is wanted here [unexpected_operand]
$(usage spill)
E
}

@test "the first mistake is the one told, as JSON wherever that was asked for" {
	refuses 2 'cli_fixture list --grop=1 --at=never --errors=json' <<'E'
{"type":"error","code":"unknown_option","message":"\"--grop\": list has no such option, did you mean \"--group\"?","value":"--grop"}
E
}

# ---- options ----

@test "options in every form, and their defaults" {
	gives 'cli_fixture list' <<E
{"db":"$PWD/mtr.db","all":false,"groups":[],"dry_run":false,"quiet":false,"verbose":false,"now":"2024-10-03T00:00:00Z","limit":-1,"operands":[]}
E
	gives 'MTR_DB= cli_fixture list' <<E
{"db":"./mtr.db","all":false,"groups":[],"dry_run":false,"quiet":false,"verbose":false,"now":"2024-10-03T00:00:00Z","limit":-1,"operands":[]}
E
	gives 'cli_fixture -nvd x list a --all --group k --group=l=m --state=open --state closed --now=2024-01-02 \
		--at 2024-01-03T01:00:00+01:00 --as-of=v --from=2024-01-01 --to=2024-01-01 --window=month --limit=0 --after=z -- -' <<'E'
{"db":"x","all":true,"state":"closed","groups":["k","l=m"],"dry_run":true,"quiet":false,"verbose":true,"now":"2024-01-02T00:00:00Z","at":"2024-01-03T00:00:00Z","as_of":"v","from":"2024-01-01T00:00:00Z","to":"2024-01-01T00:00:00Z","window":"month","limit":0,"after":"z","operands":["a","-"]}
E
	gives 'cli_fixture list -dx -vqd=y -- --all -n' <<'E'
{"db":"=y","all":false,"groups":[],"dry_run":false,"quiet":true,"verbose":false,"now":"2024-10-03T00:00:00Z","limit":-1,"operands":["--all","-n"]}
E
}

@test "without --now and MTR_NOW the clock is read" {
	given 'before=$(date +%Y-%m-%dT%H:%M:%S); at=$(env -u MTR_NOW cli_fixture list | jq -r .now)
		after=$(date +%Y-%m-%dT%H:%M:%S.~); [[ $before < $at && $at < $after ]]'
}

@test "what a store is opened with" {
	try 'cli_fixture get -d trace --now=2024-01-02 a'
	status_is 0
	out_is <<<'{"name":"a"}'
	err_is <<'E'
store: open to read
store: tool cli_fixture, verb get, wait -1, now 2024-01-02T00:00:00Z
store: close
E
	try 'cli_fixture archive -d trace --lock-wait=2 a'
	status_is 0
	out_is <<<'{"name":"a"}'
	err_is <<'E'
store: open to write
store: tool cli_fixture, verb archive, wait 2000, now 2024-10-03T00:00:00Z
store: begin
store: save
store: close
E
}

# ---- completions ----

# complete WORD ... - what bash would offer for the last word
complete_with() {
	given "eval \"\$(cli_fixture --completion=bash)\"; compopt() { :; }
		COMP_WORDS=(cli_fixture $*); COMP_CWORD=$#; COMPREPLY=()
		_cli_fixture || true; printf '%s\n' \"\${COMPREPLY[@]}\""
}

@test "completion in bash" {
	complete_with a
	out_is <<<archive
	complete_with list --st
	out_is <<<--state=
	complete_with list --state = o
	out_is <<<open
	complete_with list --state =
	printf '%s\n' open closed | out_is
	complete_with get -o t
	printf '%s\n' table text | out_is
	complete_with get --d
	out_is <<<--db=
	complete_with end --d
	out_is <<<''
}

@test "completions of other shells name every option of every verb" {
	given 'cli_fixture --completion=fish | grep "from list. "'
	out_is <<'E'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l all -d 'those that aren\'t open too'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l state -x -a 'open closed' -d 'those in this state'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l group -r -d 'one result a value of this key'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l at -r -d 'the instant asked about'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l as-of -r -d 'what was known then'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l from -r -d 'start, included'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l to -r -d 'end, not included'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l window -x -a 'hour day month period none' -d 'length of one result'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l limit -r -d 'at most so many'
complete -c cli_fixture -n '__fish_seen_subcommand_from list' -l after -r -d 'go on behind this one'
E
	given 'cli_fixture --completion=zsh | sed -n "/^get)/,/;;/p"'
	out_is <<'E'
get)
	_arguments -s -S \
		'(-d --db)'{-d+,--db=}'[database (default $MTR_DB, else ./mtr.db)]:FILE:_files' \
		'(-o --output)'{-o+,--output=}'[form of the output]:output:(json csv table text)' \
		'(-q --quiet)'{-q,--quiet}'[errors only]' \
		'(-v --verbose)'{-v,--verbose}'[tell what was decided]' \
		'--errors=[form of the messages on stderr]:errors:(text json)' \
		'--now=[clock of this run (default $MTR_NOW, else the real one)]:TIME:' \
		'(-h --help)'{-h,--help}'[this help]' \
		'--version[name and version]' \
		'1:verb:' '*:operand:_files' ;;
E
	refuses 2 'cli_fixture --completion=tcsh' <<E
cli_fixture: --completion "tcsh": wanted: bash|zsh|fish [option_value]
$USAGE
E
}
