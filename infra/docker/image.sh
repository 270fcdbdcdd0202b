#!/bin/sh
# Builds program $1 from folder $2 and lays out in /image all that it needs to run.
set -eu

# Cargo goes by times, and those of the copied sources are older than the empty
# crates that it has built.
find crates/common crates/site "$2" -name '*.rs' -exec touch {} +
sh infra/docker/compile.sh "$1"

# Panics still tell file and line; only backtraces lose them.
install -D --strip "target/release/$1" /image/app/program

# The C library, its loader, and what else the program is linked to.
ldd "target/release/$1" | grep --only-matching '/[^ ]*' | while read -r library; do
  install -D "$library" "/image$library"
done
install -D --mode=644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt
# Names are looked up in /etc/hosts, then by DNS.
echo 'hosts: files dns' > /image/etc/nsswitch.conf

if [ "$1" = client ]; then
  target/release/site --out /image/app/site
fi
