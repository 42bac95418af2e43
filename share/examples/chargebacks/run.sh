#!/bin/sh
# Chargebacks: 25 % of each that is recovered, 39 USD for each that is prevented.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/events.ndjson"
invoices
