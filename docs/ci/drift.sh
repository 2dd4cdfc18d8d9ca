#!/bin/sh
# Says whether the domains of a stack have drifted. Run it in the folder of the Pulumi project:
#
#   sh drift.sh [options of `pulumi preview`, such as --stack production]
#
# Exit codes:
#   0  clean: nothing has to be done
#   7  drift: `pulumi up` has something to do
#   1  not known: something could not be learned, or the preview failed
#
# PULUMI is the command to run (default: pulumi), DRIFT_REPORT the file for what it prints (default: drift-report.txt).
# Give each stack a report of its own where two may run at once.
# It needs Pulumi 3.226.1 or newer, and `pulumi config set sesdomain:previewCheck strict` in the stack.
set -u

pulumi=${PULUMI:-pulumi}
report=${DRIFT_REPORT:-drift-report.txt}

unknown() {
  echo "drift.sh: not known; $1" >&2
  exit 1
}

if ! (: >"$report"); then unknown "the report cannot be written: $report"; fi
if ! command -v "$pulumi" >/dev/null; then
  echo "There is no command $pulumi: install the Pulumi CLI, or set PATH or PULUMI." >"$report"
  cat <"$report"
  unknown "pulumi did not run"
fi

code=0
"$pulumi" preview --diff --expect-no-changes --non-interactive --color never "$@" >"$report" 2>&1 || code=$?
cat <"$report"

case $code in
  0)
    echo "drift.sh: clean"
    exit 0
    ;;
  7)
    echo "drift.sh: drift; run pulumi up" >&2
    exit 7
    ;;
  *)
    unknown "pulumi ended with exit code $code"
    ;;
esac
