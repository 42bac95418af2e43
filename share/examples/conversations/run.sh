#!/bin/sh
# Conversations: 2 USD for what one person writes in the 24 hours from a first message on.
# mtr-recipes(7) tells it.
set -eu
export MTR_NOW=2025-02-03T00:00:00Z
# shellcheck source=share/examples/story.sh
. "$(dirname -- "$0")/../story.sh"

catalogue
usage "$here/events.ndjson"
invoices
