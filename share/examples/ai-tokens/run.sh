#!/bin/sh
# AI tokens: priced by model and direction, in credits that are bought in advance.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
invoices
balances
