#!/bin/sh
# Prepaid credits: a pack that is paid in advance, with a bonus that goes first.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-03-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
invoices
balances
