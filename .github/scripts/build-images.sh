#!/usr/bin/env bash
# Builds and pushes the images whose inputs have changed, and prints for each
# `NAME REGISTRY/NAME DIGEST`, as the registry returned it.
#
# An image's tag is a hash of what it is made of. A tag that the registry has already
# is an image that need not be built.
set -euo pipefail
cd "$(git rev-parse --show-toplevel)"

# The one place that names the registry.
registry=$(sed --quiet 's|^ *newName: \(.*\)/auth$|\1|p' infra/k8s-prod/kustomization.yaml)
platforms=${PLATFORMS:-linux/amd64}
cache=type=registry,ref=$registry/build-cache:dependencies

build() {
  docker buildx build --file infra/docker/Dockerfile --platform "$platforms" --cache-from "$cache" "$@" . >&2
}

inputs() {
  git ls-files --stage -- Cargo.toml Cargo.lock .cargo .dockerignore infra/docker crates/common crates/site "$@" \
    ':(glob)**/Cargo.toml' ':(exclude,glob)**/tests/**' ':(exclude)client/end2end' ':(exclude,glob)**/README.md'
}

digest() {
  docker buildx imagetools inspect "$1" --format '{{ .Manifest.Digest }}' 2> /dev/null
}

dependencies_built=false
for service in auth tickets orders payments expiration client ops; do
  folders=("$service")
  arguments=(--build-arg SERVICE="$service")
  if [[ $service == ops ]]; then
    folders=(crates/ops orders tickets)
    arguments+=(--build-arg FOLDER=crates/ops --build-arg ORDERS=orders --build-arg TICKETS=tickets)
  fi
  image=$registry/$service
  tag=$({ echo "$service $platforms"; inputs "${folders[@]}"; } | sha256sum | cut --characters=1-16)

  if ! found=$(digest "$image:$tag"); then
    if ! "$dependencies_built"; then
      build --target dependencies --cache-to "$cache,mode=max" --output type=cacheonly
      dependencies_built=true
    fi
    metadata=$(mktemp)
    build "${arguments[@]}" --tag "$image:$tag" --push --metadata-file "$metadata"
    found=$(jq --raw-output '."containerimage.digest"' "$metadata")
  fi
  echo "$service $image $found"
done
