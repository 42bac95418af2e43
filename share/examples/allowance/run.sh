#!/bin/sh
# Allowance: a subscription with some usage in it, and a price for what is above.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-03-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
invoices
