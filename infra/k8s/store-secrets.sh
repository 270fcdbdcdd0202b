#!/bin/sh
# Creates the stores' passwords and the key of the handovers, each random, as Secrets in the
# cluster. Existing ones are kept, as a store keeps its first password and what the key has
# encrypted needs it; so it may be run at any time. Arguments go to kubectl: --context NAME,
# --namespace NAME.
#
# No person needs them, so they are in no file.
set -eu

# A letter first: NATS would read some digits as a number.
word() { printf 'p%s' "$(openssl rand -hex 24)"; }

# The first key, with its id.
handover_key() { printf '1:%s' "$(openssl rand -hex 32)"; }

ensure() {
  name=$1
  shift
  kubectl "$@" get secret "$name" --output name 2>/dev/null && return
  # By standard input: every user of the machine can read arguments.
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\nstringData:\n' "$name"
    for key in $keys; do
      printf '  %s: %s\n' "$key" "$($draw)"
    done
  } | kubectl "$@" create --filename -
}

draw=word
keys='ROOT_PASSWORD SERVICE_PASSWORD BACKUP_PASSWORD KEYFILE'
for service in auth tickets orders payments; do
  ensure "$service-mongo-secret" "$@"
done
keys='NATS_PASSWORD NATS_CLUSTER_PASSWORD'
ensure nats-secret "$@"
keys='REDIS_PASSWORD'
ensure expiration-redis-secret "$@"
draw=handover_key
keys='HANDOVER_KEYS'
ensure handover-secret "$@"
