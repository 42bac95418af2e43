#!/bin/sh
# Pay as you go: calls by tier, no promise, one invoice a month.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-03-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
invoices
