#!/usr/bin/env bash
# Dumps the database of each service in the arguments into /backup/SERVICE/TIME.gz and
# keeps the newest fourteen dumps. A failure does not stop the other services.
set -uo pipefail

keep=14
now=$(date --utc +%Y-%m-%dT%H%M%SZ)
failed=0

back_up() {
  local service=$1 folder=/backup/$1 password
  password=$(< "/secrets/$service") || return
  mkdir -p "$folder" || return

  # The password is in a file: every user can read arguments. With --oplog the dump is a
  # consistent snapshot of the moment at which it ends.
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
