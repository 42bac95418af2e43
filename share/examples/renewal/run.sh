#!/bin/sh
# Renewal: a new contract for the next year, to which a part of what is left goes on.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
mtr-contract create --now=2024-12-10T00:00:00Z "$here/renewal.json" >/dev/null
invoices
mtr-balance rollforward --from=2024-10-01 --to=2025-02-01 -o csv | cut -d, -f5,8,9,11,13,14,15
