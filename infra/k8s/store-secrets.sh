#!/bin/sh
# Creates the stores' passwords, each random, as Secrets in the cluster. Existing ones are
# kept, as a store keeps its first password; so it may be run at any time. Arguments go to
# kubectl: --context NAME, --namespace NAME.
#
# No person needs these passwords, so they are in no file.
set -eu

# A letter first: NATS would read some digits as a number.
word() { printf 'p%s' "$(openssl rand -hex 24)"; }

ensure() {
  name=$1
  shift
  kubectl "$@" get secret "$name" --output name 2>/dev/null && return
  # By standard input: every user of the machine can read arguments.
  {
    printf 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\nstringData:\n' "$name"
    for key in $keys; do
      printf '  %s: %s\n' "$key" "$(word)"
    done
  } | kubectl "$@" create --filename -
}

keys='ROOT_PASSWORD SERVICE_PASSWORD BACKUP_PASSWORD KEYFILE'
for service in auth tickets orders payments; do
  ensure "$service-mongo-secret" "$@"
done
keys='NATS_PASSWORD NATS_CLUSTER_PASSWORD'
ensure nats-secret "$@"
keys='REDIS_PASSWORD'
ensure expiration-redis-secret "$@"
