#!/bin/sh
# For cron, which mails what is printed: says nothing while the stack is clean. It ends with the exit code of drift.sh.
#
#   17 5 * * * cd /srv/mail && sh ci/cron.sh --stack production
set -u

here=$(dirname "$0")
code=0
printed=$(sh "$here/drift.sh" "$@" 2>&1) || code=$?
if [ "$code" -ne 0 ]; then printf '%s\n' "$printed"; fi
exit "$code"
