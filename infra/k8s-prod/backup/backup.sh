#!/usr/bin/env bash
# Copies the database of each service that is named into /backup/SERVICE/TIME.gz, and
# forgets copies but the newest fourteen. One that fails does not stop the others.
set -uo pipefail

keep=14
now=$(date --utc +%Y-%m-%dT%H%M%SZ)
failed=0

back_up() {
  local service=$1 folder=/backup/$1 password
  password=$(< "/secrets/$service") || return
  mkdir -p "$folder" || return

  # The password comes by a file of its own: arguments can be read by others. With
  # --oplog the copy is of one moment, the one at which it ends.
  mongodump \
    --config=<(printf 'password: %s\n' "$password") \
    --uri="mongodb://backup@$service-mongo-srv:27017/?replicaSet=$service-mongo&authSource=admin&readPreference=secondaryPreferred" \
    --oplog --gzip --archive="$folder/unfinished" || return
  mv "$folder/unfinished" "$folder/$now.gz" || return

  # Names sort by time.
  find "$folder" -name '*.gz' | sort | head --lines=-$keep | xargs --no-run-if-empty rm
  ls -lh "$folder/$now.gz"
}

for service in "$@"; do
  if ! back_up "$service"; then
    echo "the backup of $service failed" >&2
    failed=1
  fi
done
exit "$failed"
