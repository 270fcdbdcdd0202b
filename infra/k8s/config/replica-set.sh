#!/usr/bin/env bash
# Keeps trying until the replica set is as it should be, then rests. The first
# pod does it for all; when the number of members changes, every pod is made anew,
# and so this runs again.
set -uo pipefail

if [[ $POD == *-0 ]]; then
  until mongosh --nodb --norc --quiet /scripts/replica-set.js; do
    sleep 5
  done
fi

# Ends with the pod: bash does not die of a SIGTERM while it waits for a command
# in the foreground.
trap exit TERM
sleep infinity &
wait
