#!/usr/bin/env bash
# Rolls production out with the images that are listed on standard input as
# build-images.sh prints them, waits, and goes back to what ran before if it fails.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

namespace=ticketing
patience=10m

# An overlay over production that says the digests.
overlay=$(mktemp --directory infra/roll-out.XXXXXX)
trap 'rm --recursive "$overlay"' EXIT
{
  echo 'apiVersion: kustomize.config.k8s.io/v1beta1'
  echo 'kind: Kustomization'
  echo 'resources: [../k8s-prod]'
  echo 'images:'
  while read -r _ image digest; do
    [[ $digest == sha256:* ]] || { echo "no digest of $image" >&2; exit 1; }
    printf -- '  - name: %s\n    digest: %s\n' "$image" "$digest"
  done
} > "$overlay/kustomization.yaml"

# `NAME REVISION` of each Deployment.
revisions() {
  kubectl --namespace "$namespace" get deployments --output \
    'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}'
}

# Stores first: programs that start want them. A store goes on without one member, so
# it is not taken back by itself: see docs/OPERATIONS.md.
wait_for_all() {
  local workload
  for workload in $(kubectl --namespace "$namespace" get statefulsets,deployments --output name); do
    kubectl --namespace "$namespace" rollout status "$workload" --timeout "$patience" || return
  done
}

go_back() {
  local name revision
  while read -r name revision; do
    if ! grep --quiet --line-regexp "$name $revision" <(revisions); then
      kubectl --namespace "$namespace" rollout undo "deployment/$name" --to-revision "$revision"
      kubectl --namespace "$namespace" rollout status "deployment/$name" --timeout "$patience"
    fi
  done <<< "$before"
}

before=$(revisions)
if ! { kubectl apply --kustomize "$overlay" && wait_for_all; }; then
  kubectl --namespace "$namespace" get pods --output wide >&2
  kubectl --namespace "$namespace" get events --sort-by .lastTimestamp | tail --lines 30 >&2
  [[ -z $before ]] || go_back
  echo 'The rollout failed; what had changed runs again as before.' >&2
  exit 1
fi
