#!/bin/sh
# Builds program $1 from the folders that follow, and lays out in /image all that it
# needs to run.
set -eu
program=$1
shift

# Cargo goes by times, and those of the copied sources are older than the empty
# crates that it has built.
find crates/common crates/site "$@" -name '*.rs' -exec touch {} +
sh infra/docker/compile.sh "$program"

# Panics still tell file and line; only backtraces lose them.
install -D --strip "target/release/$program" /image/app/program

# The C library, its loader, and what else the program is linked to.
ldd "target/release/$program" | grep --only-matching '/[^ ]*' | while read -r library; do
  install -D "$library" "/image$library"
done
install -D --mode=644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt
# Names are looked up in /etc/hosts, then by DNS.
echo 'hosts: files dns' > /image/etc/nsswitch.conf

if [ "$program" = client ]; then
  target/release/site --out /image/app/site
fi
