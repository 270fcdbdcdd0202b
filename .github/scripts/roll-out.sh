#!/usr/bin/env bash
# Rolls production out, waits, and goes back to the programs that ran before if it
# fails. The list on standard input says which images, as build-images.sh prints them;
# an image that it does not name stays the one that runs in the cluster. So
# `roll-out.sh < /dev/null` brings a changed setting and no other images.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

namespace=ticketing
timeout=10m
# The tag that stands in infra/k8s-prod where a digest belongs.
open=rolled-out-by-digest

# All of it before anything happens.
list=$(cat)

# The images that run, as in the list; but not what runs by a tag alone, or in two
# releases: which of them is to stay?
running() {
  kubectl --namespace "$namespace" get deployments,cronjobs --output 'jsonpath={..image}{"\n"}' |
    tr ' ' '\n' | sed --quiet --regexp-extended 's|^(.*/)?([^/:@]+)(:[^@]*)?@(sha256:.*)$|\2 \1\2 \4|p' | sort --unique |
    awk '{ times[$2]++; line[$2] = $0 } END { for (image in times) if (times[image] == 1) print line[image] }'
}

# What of the rendered set still has no digest.
without_digest() {
  kubectl kustomize "$1" | sed --quiet "s|^.*image: \(.*\):$open\$|\1|p" | sort --unique
}

ours=$(without_digest infra/k8s-prod)
while read -r _ image digest; do
  [[ -n $image ]] || continue
  [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "no digest of $image" >&2; exit 1; }
  grep --quiet --line-regexp --fixed-strings "$image" <<< "$ours" || { echo "no image of production: $image" >&2; exit 1; }
done <<< "$list"
known=$list$'\n'$(running)

# An overlay over production that says the digests, the list's before those that run.
overlay=$(mktemp --directory infra/roll-out.XXXXXX)
trap 'rm --recursive "$overlay"' EXIT
{
  echo 'apiVersion: kustomize.config.k8s.io/v1beta1'
  echo 'kind: Kustomization'
  echo 'resources: [../k8s-prod]'
  echo 'images:'
  for image in $ours; do
    digest=$(awk -v image="$image" '$2 == image && !found { print $3; found = 1 }' <<< "$known")
    [[ -z $digest ]] || printf -- '  - name: %s\n    digest: %s\n' "$image" "$digest"
  done
} > "$overlay/kustomization.yaml"

unknown=$(without_digest "$overlay")
if [[ -n $unknown ]]; then
  echo 'Nothing was applied: the list has no digest of these, and the cluster has none or several:' >&2
  echo "$unknown" >&2
  exit 1
fi

# `NAME REVISION` of each Deployment.
revisions() {
  kubectl --namespace "$namespace" get deployments --output \
    'jsonpath={range .items[*]}{.metadata.name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}'
}

# Stores first: programs that start want them. A store goes on without one member, so
# it is not taken back by itself: see docs/OPERATIONS.md.
wait_for_all() {
  local workload workloads
  workloads=$(kubectl --namespace "$namespace" get statefulsets,deployments --output name) || return
  for workload in $workloads; do
    kubectl --namespace "$namespace" rollout status "$workload" --timeout "$timeout" || return
  done
}

# Takes back every Deployment that has changed, then says which run again and which
# do not. (If nobody answers what has changed, all are taken back: to where they are
# changes nothing.) Nothing ends it early.
go_back() {
  local name revision now undone=() back=() stuck=()
  now=$(revisions) || true
  while read -r name revision; do
    if [[ -z $name ]] || grep --quiet --line-regexp --fixed-strings "$name $revision" <<< "$now"; then
      continue
    elif kubectl --namespace "$namespace" rollout undo "deployment/$name" --to-revision "$revision"; then
      undone+=("$name")
    else
      stuck+=("$name")
    fi
  done <<< "$1"
  for name in "${undone[@]}"; do
    if kubectl --namespace "$namespace" rollout status "deployment/$name" --timeout "$timeout"; then
      back+=("$name")
    else
      stuck+=("$name")
    fi
  done
  if ((${#back[@]} + ${#stuck[@]} == 0)); then
    echo 'No program that ran before had changed.' >&2
  fi
  if ((${#back[@]} > 0)); then
    echo "Runs again as before: ${back[*]}" >&2
  fi
  if ((${#stuck[@]} > 0)); then
    echo "Does NOT run again as before: ${stuck[*]}" >&2
  fi
}

before=$(revisions)
if ! { kubectl apply --kustomize "$overlay" && wait_for_all; }; then
  kubectl --namespace "$namespace" get pods --output wide >&2 || true
  kubectl --namespace "$namespace" get events --sort-by .lastTimestamp | tail --lines 30 >&2 || true
  echo 'The rollout failed.' >&2
  go_back "$before"
  echo 'Everything else that was applied (stores, CronJobs, routes, policies, new programs) stays.' >&2
  exit 1
fi
