#!/bin/sh
# Compiles programs $@ for their images, each by itself. A dependency is compiled with
# the features that the packages of one call ask of it together; so what the layer of
# dependencies has compiled is found again only by the same call. Both make it here.
set -eu

for program in "$@"; do
  cargo build --release --locked --package "$program"
  # What makes the site that goes into the storefront's image.
  if [ "$program" = client ]; then
    cargo build --release --locked --package site
  fi
done
