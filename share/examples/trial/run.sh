#!/bin/sh
# Trial: two weeks for nothing, then the list price.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
invoices
