#!/bin/sh
# Bandwidth: the rate that 95 of 100 samples of the month do not exceed.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/samples.csv"
cut -d, -f5 "$here/samples.csv" | sed 1d | LC_ALL=C sort -n | tail -n 4 | xargs echo 'the four greatest:'
invoices
