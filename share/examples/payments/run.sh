#!/bin/sh
# Payments: 0.4 % of each approved transaction; refunds are negative ones.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/events.ndjson"
invoices
