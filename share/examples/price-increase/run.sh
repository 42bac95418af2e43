#!/bin/sh
# A price increase, announced in May, that holds from June 16 on.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-07-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
mtr-ratecard add-rates --card='List prices' --now=2025-05-02 "$here/new-rates.csv" >/dev/null
mtr-ratecard schedule 'List prices' --from=2025-05-02 -o csv | cut -d, -f3,4,7
usage "$here/usage.csv"
invoices
