#!/usr/bin/env bash
# Opens an issue of this title, with a link to the run that calls it; where one is open, that is enough.
set -euo pipefail
title=$1
titles=$(gh issue list --state open --limit 1000 --json title --jq '.[].title')
if ! grep -Fxq -- "$title" <<< "$titles"; then
    gh issue create --title "$title" --body "What happened: $RUN"
fi
