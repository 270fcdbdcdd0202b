#!/bin/sh
# Makes the stores' passwords, each random, as Secrets in the cluster. What is there
# already stays as it is, so it may be run at any time: a store keeps the password
# that it was made with. Arguments go to kubectl: --context NAME, --namespace NAME.
#
# Nothing here is meant to be known by anybody, which is why nobody has to type it
# and none of it stands in a file.
set -eu

# A letter first: NATS would read some digits as a number.
word() { printf 'p%s' "$(openssl rand -hex 24)"; }

ensure() {
  name=$1
  shift
  kubectl "$@" get secret "$name" --output name 2>/dev/null && return
  # By standard input: arguments can be read by whoever lists processes.
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
