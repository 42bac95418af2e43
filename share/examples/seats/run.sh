#!/bin/sh
# Seats: a price for each person who may use it, and one for what they do.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-03-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/usage.csv"
mtr-contract edit --now=2025-01-21T00:00:00Z "$here/edit.json" >/dev/null
mtr-contract seats 'Margie 2025' | jq -r '"\(.starting_at[:10]) \(.assigned_seat_ids | join(" "))"'
invoices
