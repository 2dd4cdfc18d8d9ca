#!/bin/sh
# Keeps one GitHub issue for the drift of a stack: opens or updates it on drift, closes it once the stack is clean.
#
#   sh github-issue.sh EXIT_CODE [REPORT]
#
# EXIT_CODE is that of drift.sh. What is not known (1) changes no issue: the job's own failure says it.
# DRIFT_LABEL tells the issue of one stack from that of another, DRIFT_TITLE is its title. Set both for a second stack.
# It needs the GitHub CLI (gh) and GH_TOKEN with permission to write issues.
set -eu

code=$1
report=${2:-drift-report.txt}
label=${DRIFT_LABEL:-sesdomain-drift}
title=${DRIFT_TITLE:-Domains have drifted}

open=$(gh issue list --label "$label" --state open --limit 1 --json number --jq '.[].number')

case $code in
  0)
    if [ -n "$open" ]; then gh issue close "$open" --comment "The stack is clean again."; fi
    ;;
  7)
    if [ ! -r "$report" ]; then
      echo "github-issue.sh: there is no report $report" >&2
      exit 1
    fi
    body=$(mktemp)
    trap 'rm -f "$body"' EXIT
    # GitHub takes 65,536 characters. Four spaces make it a code block, whatever it holds.
    {
      echo "\`pulumi up\` has something to do."
      echo
      sed 's/^/    /' <"$report" | head -c 60000
    } >"$body"
    if [ -n "$open" ]; then
      gh issue edit "$open" --body-file "$body"
    else
      gh label create "$label" --force --description "pulumi preview shows a change" >/dev/null
      gh issue create --title "$title" --label "$label" --body-file "$body"
    fi
    ;;
  *)
    echo "github-issue.sh: not known, no issue was changed" >&2
    ;;
esac
