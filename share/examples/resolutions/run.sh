#!/bin/sh
# Resolutions: 0.99 USD a case that was resolved, and nothing where a person had to step in.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/events.ndjson"
invoices
