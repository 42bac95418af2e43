# mtr-invoice render: invoices in text, HTML and roff; lists in 80 columns.

# shellcheck disable=SC2016
load helpers

DATA=$TOP/tests/data/render
RENDER=$TOP/tests/render.py
export DATA RENDER

# Northwind: tiers, two balances that pay, traffic by region, one month of usage.
rich() {
	db
	given 'mtr-metric create' <<'E'
{"name":"Calls","aggregation_type":"COUNT","event_type_filter":{"in_values":["call"]}}
{"name":"Bytes","aggregation_type":"SUM","aggregation_key":"n","event_type_filter":{"in_values":["bytes"]},"property_filters":[{"name":"n","exists":true},{"name":"region","exists":true}],"group_keys":[["region"]]}
E
	given 'mtr-product create' <<'E'
{"name":"API calls","type":"USAGE","billable_metric":"Calls"}
{"name":"Traffic","type":"USAGE","billable_metric":"Bytes","presentation_group_key":["region"]}
{"name":"Platform fee","type":"FIXED"}
E
	given 'mtr-ratecard create' <<'E'
{"name":"List prices"}
E
	given 'mtr-ratecard add-rates --card="List prices"' <<'E'
{"product":"API calls","starting_at":"2024-01-01","entitled":true,"rate_type":"TIERED","tiers":[{"size":20,"price":"0.50 USD"},{"price":"0.40 USD"}]}
{"product":"Traffic","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"0.0033333 USD"}
E
	given 'mtr-customer create' <<'E'
{"name":"Northwind","ingest_aliases":["nw"],"custom_fields":{"address":"12 High Street\nSpringfield 12345","tax_id":"DE123456789","email":"ap@northwind.example","invoice.Cost centre":"4711","segment":"not printed"}}
E
	given 'mtr-contract create' <<'E'
{"customer":"Northwind","rate_card":"List prices","name":"2024/25","starting_at":"2024-09-01","net_payment_terms_days":14,"custom_fields":{"purchase_order":"PO-7"},
"commits":[{"product_id":"Platform fee","name":"Starter pack","type":"PREPAID","priority":1,"access_schedule":{"schedule_items":[{"amount":"12.50 USD","starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2024-09-01","amount":"9 USD"}]},"applicable_product_ids":["API calls"]}],
"credits":[{"product_id":"Platform fee","name":"Welcome credit","priority":0,"access_schedule":{"schedule_items":[{"amount":"0.015 USD","starting_at":"2024-09-01","ending_before":"2025-09-01"}]}}]}
E
	for n in 01 05 06 17 30; do
		for k in 1 2 3 4 5; do
			echo "{\"transaction_id\":\"c$n-$k\",\"customer_id\":\"nw\",\"event_type\":\"call\",\"timestamp\":\"2024-09-${n}T0$k:00:00Z\"}"
		done
		for r in eu us; do
			echo "{\"transaction_id\":\"b$n-$r\",\"customer_id\":\"nw\",\"event_type\":\"bytes\",\"timestamp\":\"2024-09-${n}T12:00:00Z\",\"properties\":{\"n\":${n#0}.5,\"region\":\"$r\"}}"
		done
	done >events.ndjson
	given 'mtr-ingest -q events.ndjson'
	given 'mtr-invoice run -q'
}

# fee CUSTOMER NAME PRICE [UNIT] - a customer with one charge, invoiced
fee() {
	db
	given 'mtr-product create' <<<'{"name":"Fee","type":"FIXED"}'
	given 'mtr-customer create' < <(jq -nc --arg name "$1" '{name:$name}')
	given 'mtr-contract create' < <(jq -nc --arg who "$1" --arg name "$2" --arg price "$3" --arg unit "${4:-USD}" \
		'{customer:$who, starting_at:"2024-09-01", scheduled_charges:[{product_id:"Fee", name:$name,
		schedule:{credit_type_id:$unit, schedule_items:[{timestamp:"2024-09-15", unit_price:$price, quantity:1}]}}]}')
	given 'mtr-invoice run -q'
}

# every COMMAND CASE ... - the command is refused with 3 for each CASE; what it says is in messages
every() {
	local run=$1 case
	shift
	for case; do
		printf '%s\n' "$case" >case
		try "$run"
		status_is 3 || return
		out_empty || return
		cat "$ERR" >>messages
		checked err
	done
}

@test "a small invoice as text" {
	fee Pixelforge 'Set-up' '12.50 USD'
	gives 'mtr-invoice render INV-000001' <<'E'
Invoice INV-000001
================================================================================
Bill to
  Pixelforge

Number          INV-000001
Issued          2024-09-15
Due             2024-09-15
Currency        USD

Charges                                                             Amount (USD)
--------------------------------------------------------------------------------
Set-up
  1 x 12.50                                                                12.50
--------------------------------------------------------------------------------
Subtotal                                                                   12.50
================================================================================
Amount due (USD)                                                           12.50
E
}

@test "a small invoice in HTML and roff, whole" {
	fee Pixelforge 'Set-up' '12.50 USD'
	gives 'mtr-invoice render -o html INV-000001' <"$DATA/small.html"
	gives 'mtr-invoice render -o roff INV-000001' <"$DATA/small.roff"
}

@test "tiers, draws, balances, usage by day and the seller: text, HTML, roff, whole" {
	rich
	gives 'mtr-invoice render INV-000002 --seller="$DATA/seller.json"' <"$DATA/rich.txt"
	gives 'mtr-invoice render INV-000002 --seller="$DATA/seller.json" -o html' <"$DATA/rich.html"
	gives 'mtr-invoice render INV-000002 --seller="$DATA/seller.json" -o roff' <"$DATA/rich.roff"
}

@test "the clock, the locale and the time zone change nothing" {
	rich
	given 'mtr-invoice render INV-000002 -o html >one'
	gives 'LC_ALL=C.UTF-8 TZ=Asia/Tokyo mtr-invoice render INV-000002 -o html --now=2031-01-01' <one
}

@test "several invoices are one document, each on a page of its own" {
	rich
	given 'mtr-invoice list | mtr-invoice render -o html - >both'
	gives 'grep -c "<article>" both; grep -c "<!DOCTYPE" both; tail -1 both' <<'E'
2
1
</html>
E
	gives 'python3 "$RENDER" html both' </dev/null
	gives 'mtr-invoice render INV-000001 INV-000002 | grep ^Invoice' <<'E'
Invoice INV-000001
Invoice INV-000002
E
}

@test "drafts are marked, and need no number" {
	rich
	gives 'mtr-invoice preview Northwind --now=2024-10-05 | mtr-invoice render --documents --now=2024-10-05 | head -12' <<'E'
Invoice                                                                    Draft
================================================================================
Bill to
  Northwind
  12 High Street
  Springfield 12345
Tax id          DE123456789
Email           ap@northwind.example
Cost centre     4711

Issued          2024-11-02
Due             2024-11-16
E
	given 'mtr-invoice preview Northwind | mtr-invoice render --documents -o html >draft'
	gives 'grep -c "<p class=\"mark\">Draft</p>" draft' <<<1
}

@test "what is void is marked" {
	fee Pixelforge Fee '1 USD'
	gives 'mtr-invoice get INV-000001 | jq -c ".status = \"VOID\"" | mtr-invoice render --documents | head -1' <<'E'
Invoice INV-000001                                                          Void
E
}

@test "a negative one is a credit note" {
	fee Pixelforge Refund '-12.345 USD'
	gives 'mtr-invoice render INV-000001' <<'E'
Credit note INV-000001
================================================================================
Bill to
  Pixelforge

Number          INV-000001
Issued          2024-09-15
Due             2024-09-15
Currency        USD

Charges                                                             Amount (USD)
--------------------------------------------------------------------------------
Refund
  1 x -12.345                                                             -12.35
--------------------------------------------------------------------------------
Subtotal                                                                  -12.35
================================================================================
Credit (USD)                                                              -12.35
E
	gives 'mtr-invoice render INV-000001 -o html | grep -o "<h1>.*</h1>"' <<'E'
<h1>Credit note</h1>
E
}

@test "an invoice without lines says so" {
	fee Pixelforge Fee '1 USD'
	given 'mtr-invoice get INV-000001 | jq -c ".line_items = [] | .subtotal = \"0\" | .total = \"0\" | .amount_due = \"0\"" >none'
	gives 'mtr-invoice render --documents none | tail -8' <<'E'

Charges                                                             Amount (USD)
--------------------------------------------------------------------------------
No charges.
--------------------------------------------------------------------------------
Subtotal                                                                    0.00
================================================================================
Amount due (USD)                                                            0.00
E
	gives 'mtr-invoice render --documents none -o html | grep -c "No charges\."' <<<1
}

@test "long names wrap within 80 columns, right-to-left and wide ones by their width" {
	fee 'شركة الأمثلة' "$(printf '株式会社サンプル%.0s' 1 2 3 4 5 6) $(printf 'x%.0s' {1..30}) end" 1 JPY
	given 'mtr-invoice render INV-000001 >out'
	gives 'sed -n 4p out; sed -n "/^----/,\$p" out' <<'E'
  شركة الأمثلة
--------------------------------------------------------------------------------
株式会社サンプル株式会社サンプル株式会社サンプル株式会社サンプル株式会社サンプル
株式会社サンプル xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx end
  1 x 1                                                                        1
--------------------------------------------------------------------------------
Subtotal                                                                       1
================================================================================
Amount due (JPY)                                                               1
E
}

@test "what HTML and roff give a meaning to is escaped, terminal escapes too" {
	fee $'A\e[31m<b>&"\'' $'.so /etc/passwd\\n(.x \'br `ha`' '1 USD'
	gives 'mtr-invoice render INV-000001 | sed -n "4p;13p"' <<'E'
  A\x1b[31m<b>&"'
.so /etc/passwd\n(.x 'br `ha`
E
	given 'mtr-invoice render INV-000001 -o html >out.html'
	gives 'python3 "$RENDER" html out.html; grep -o "<p dir=\"auto\"><b>.*</b></p>" out.html' <<'E'
<p dir="auto"><b>A\x1b[31m&lt;b&gt;&amp;&quot;&#39;</b></p>
E
	gives 'mtr-invoice render INV-000001 -o roff | grep -e passwd -e 31m' <<'E'
\fB\&A\[rs]x1b[31m<b>&\[dq]\[aq]\fP
\fB\&.so /etc/passwd\[rs]n(.x \[aq]br \[ga]ha\[ga]\fP
E
}

@test "the pages in HTML are well-formed and stand by themselves" {
	rich
	for form in '' '--seller="$DATA/seller.json"'; do
		given "mtr-invoice render INV-000001 INV-000002 $form -o html >page"
		gives 'python3 "$RENDER" html page' </dev/null
	done
	given 'echo "<p>" >page'
	try 'python3 "$RENDER" html page'
	status_is 1
	out_empty
	err_is <<'E'
not closed: ['p']
no doctype or no lang
E
}

@test "a seller's picture is in HTML alone" {
	fee Pixelforge Fee '1 USD'
	given 'echo "{\"name\":\"Acme\",\"logo\":\"data:image/png;base64,iVBORw0KGgo=\"}" >seller.json'
	gives 'mtr-invoice render INV-000001 --seller=seller.json -o html | grep "<img"' <<'E'
<img alt="" src="data:image/png;base64,iVBORw0KGgo=">
E
	gives 'mtr-invoice render INV-000001 --seller=seller.json | grep -c data:image || true' <<<0
}

@test "300 lines: every printed amount, and they add up" {
	rich
	given 'mtr-invoice get INV-000002 | python3 "$RENDER" lines 300 >big.json'
	gives 'mtr-invoice render --documents big.json | awk "/ x 0.333 /{ sub(/\\./, \"\", \$NF); n += \$NF } END { print n }"; jq -r .amount_due big.json' <<'E'
1503495
1503495
E
	given 'mtr-invoice render --documents big.json -o html >big.html'
	gives 'grep -c "^<tr class=\"row\">" big.html; python3 "$RENDER" html big.html' <<<300
}

@test "usage under a filter of the contract: the chart counts what is billed" {
	rich
	given 'mtr-ratecard create' <<<'{"name":"Traffic alone"}'
	given 'mtr-ratecard add-rates --card="Traffic alone"' <<'E'
{"product":"Traffic","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"1 USD"}
E
	given 'mtr-contract create' <<'E'
{"customer":"Northwind","rate_card":"Traffic alone","name":"EU","starting_at":"2024-09-01","usage_filter":{"group_key":"region","group_values":["eu"]}}
E
	given 'mtr-invoice run -q'
	gives 'mtr-invoice render INV-000003 | sed -n "/^Usage by day/,\$p"' <<'E'
Usage by day
--------------------------------------------------------------------------------
Traffic
  ▁   ▂▂          ▅            █
  2024-09-01 to 2024-09-30, most on 2024-09-30: 30.5
E
}

@test "tables of invoices keep to 80 columns, long names wrap" {
	fee 'The Very Long Named Company of Northern Examples' Fee '123456.70 USD'
	gives 'mtr-invoice list -o table' <<'E'
NUMBER      CUSTOMER      TYPE       STATUS     ISSUED      AMOUNT_DUE  CURRENCY
INV-000001  The Very      SCHEDULED  FINALIZED  2024-09-15   123456.70  USD
            Long Named
            Company of
            Northern
            Examples
E
	gives 'mtr-invoice list -o csv' <<'E'
invoice_number,customer_name,type,status,issued_at,amount_due,currency
INV-000001,The Very Long Named Company of Northern Examples,SCHEDULED,FINALIZED,2024-09-15T00:00:00.000000000Z,123456.70,USD
E
}

@test "custom units stand by themselves, and so does what counts towards a promise" {
	db
	given 'mtr-unit create' <<<'{"name":"tokens"}'
	given 'mtr-metric create' <<<'{"name":"Calls","aggregation_type":"COUNT"}'
	given 'mtr-product create' <<'E'
{"name":"Calls","type":"USAGE","billable_metric":"Calls"}
{"name":"Queries","type":"USAGE","billable_metric":"Calls"}
{"name":"Pack","type":"FIXED"}
E
	given 'mtr-ratecard create' <<<'{"name":"List","credit_type_conversions":[{"custom_credit_type_id":"tokens","fiat_per_custom_credit":"0.10 USD"}]}'
	given 'mtr-ratecard add-rates --card=List' <<'E'
{"product":"Calls","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"2 tokens","credit_type_id":"tokens"}
{"product":"Queries","starting_at":"2024-01-01","entitled":true,"rate_type":"FLAT","price":"0.333 USD"}
E
	given 'mtr-customer create' <<<'{"name":"Acme","ingest_aliases":["acme"]}'
	given 'mtr-contract create' <<'E'
{"customer":"Acme","rate_card":"List","starting_at":"2024-09-01","commits":[
{"product_id":"Pack","name":"Token pack","type":"PREPAID","access_schedule":{"credit_type_id":"tokens","schedule_items":[{"amount":"5 tokens","starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"applicable_product_ids":["Calls"]},
{"product_id":"Pack","name":"Promise","type":"POSTPAID","access_schedule":{"schedule_items":[{"amount":"20 USD","starting_at":"2024-09-01","ending_before":"2025-09-01"}]},"invoice_schedule":{"schedule_items":[{"timestamp":"2025-09-01","amount":"20 USD"}]},"applicable_product_ids":["Queries"]}]}
E
	for n in 1 2 3; do
		echo "{\"transaction_id\":\"$n\",\"customer_id\":\"acme\",\"event_type\":\"call\",\"timestamp\":\"2024-09-0${n}T00:00:00Z\"}"
	done >events.ndjson
	given 'mtr-ingest -q events.ndjson'
	given 'mtr-invoice run -q'
	gives 'mtr-invoice render INV-000001 | sed -n "/^Charges/,\$p"' <"$DATA/units.txt"
}

@test "a document of another database is printed without balances and usage" {
	rich
	given 'mtr-invoice get INV-000002 >rich.json'
	given 'mtr-invoice render INV-000002 | sed "/^Remaining/,\$d" >wanted'
	given 'mtr-db init --db=other.db'
	try 'mtr-invoice render --db=other.db --documents rich.json; echo'
	status_is 0
	out_is <wanted
	err_empty
}

# ---- PDF ----

# print_pdf NAME - NAME.html on both sizes of paper
print_pdf() {
	local paper
	for paper in A4 Letter; do
		sed "s/@page{/@page{size:$paper;/" "$1.html" >"$1-$paper.html"
		chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer \
			--user-data-dir="$PWD/chromium" --print-to-pdf="$1-$paper.pdf" "$1-$paper.html" >/dev/null 2>&1 3>&-
	done
}

@test "printed by Chromium on A4 and Letter: every line and amount, full pages" {
	command -v chromium >/dev/null || skip "chromium is not installed (tests/setup print)"
	command -v pdftotext >/dev/null || skip "pdftotext is not installed (tests/setup print)"
	rich
	given 'mtr-invoice get INV-000002 >rich.json'
	given 'python3 "$RENDER" lines 300 <rich.json >big.json'
	declare -A rows=([rich]=12 [big]=314)
	for name in rich big; do
		given "mtr-invoice render --documents $name.json --seller=\"\$DATA/seller.json\" -o html >$name.html"
		print_pdf "$name"
		for paper in A4 Letter; do
			gives "python3 \"\$RENDER\" pdf $name-$paper.pdf $name.html" <<<"${rows[$name]} rows"
		done
	done
}

@test "through groff to PDF: every line and amount, full pages" {
	ls -d /usr/share/groff/*/font/devpdf >/dev/null 2>&1 || skip "groff -Tpdf is not installed (tests/setup print)"
	command -v pdftotext >/dev/null || skip "pdftotext is not installed (tests/setup print)"
	rich
	given 'mtr-invoice get INV-000002 >rich.json'
	given 'python3 "$RENDER" lines 300 <rich.json >big.json'
	declare -A rows=([rich]=12 [big]=314)
	for name in rich big; do
		given "mtr-invoice render --documents $name.json >$name.txt"
		for paper in a4 letter; do
			given "mtr-invoice render --documents $name.json -o roff | groff -Tpdf -P-p$paper -dpaper=$paper >$name.pdf"
			gives "python3 \"\$RENDER\" pdf $name.pdf $name.txt" <<<"${rows[$name]} rows"
		done
	done
}

# ---- refusals ----

@test "refusals: no such invoice, no such form, no file" {
	fee Pixelforge Fee '1 USD'
	refuses 3 'mtr-invoice render INV-000009' <<'E'
mtr-invoice: "INV-000009": no invoice of this id or number [not_found]
E
	refuses 2 'mtr-invoice render -o pdf INV-000001' <<'E'
mtr-invoice: --output "pdf": wanted: text|html|roff [option_value]
usage: mtr-invoice render [option ...] [invoice ...]
help: mtr-invoice render --help
E
	refuses 5 'mtr-invoice render --documents none.json' <<'E'
mtr-invoice: none.json: cannot open: No such file or directory [file_open]
E
	gives 'mtr-invoice render -' </dev/null
	gives 'mtr-invoice render --documents -o html -' </dev/null
}

@test "one of several is not there: the others are printed, and the page is whole" {
	fee Pixelforge Fee '1 USD'
	try 'mtr-invoice render INV-000009 INV-000001 -o html >page'
	status_is 3
	out_empty
	err_is <<'E'
mtr-invoice: "INV-000009": no invoice of this id or number [not_found]
E
	gives 'python3 "$RENDER" html page' </dev/null
}

@test "refusals: the seller" {
	fee Pixelforge Fee '1 USD'
	every 'mtr-invoice render INV-000001 --seller=case' '{"address":["a"]}' '{"name":"Acme","adress":["a"]}' \
		'{"name":"Acme","logo":"https://acme.example/logo.png"}' \
		'{"name":"Acme","logo":"data:image/png;base64,\"><script>"}' '{"name":""}' '{"name":"A"}{"name":"B"}' ''
	gives 'cat messages' <"$DATA/seller-refused.txt"
	refuses 5 'mtr-invoice render INV-000001 --seller=none.json' <<'E'
mtr-invoice: none.json: cannot open: No such file or directory [file_open]
E
}

@test "refusals: documents that do not add up, or are none" {
	fee Pixelforge Fee '1 USD'
	given 'mtr-invoice get INV-000001 >good.json'
	every 'jq -c -f case good.json | mtr-invoice render --documents' '.total = "99"' '.subtotal = "101" | .total = "101"' \
		'.amount_due = "101"' '.line_items[0].total = "x"' 'del(.line_items)' '.status = "PAID"' \
		'.line_items[0].type = "gift"' '.credit_type = "USD"' '.start_timestamp = "2024-09-01T00:00:00Z"' '{}' '7'
	gives 'cat messages' <"$DATA/documents-refused.txt"
}
