#!/usr/bin/env bash
# Retries until the replica set is as configured, then sleeps. The first pod does it for
# all; a new number of members replaces every pod, and so this runs again.
set -uo pipefail

if [[ $POD == *-0 ]]; then
  until mongosh --nodb --norc --quiet /scripts/replica-set.js; do
    sleep 5
  done
fi

# Ends with the pod: bash ignores a SIGTERM while it waits for a command in the
# foreground.
trap exit TERM
sleep infinity &
wait
