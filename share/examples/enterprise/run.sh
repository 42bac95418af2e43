#!/bin/sh
# Enterprise: a promise that grows each year, with a discount, billed once a year.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2027-01-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
invoices
mtr-balance rollforward --from=2025-01-01 --to=2027-01-02 -o csv | cut -d, -f5,8,11,14,15
