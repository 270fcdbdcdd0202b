#!/bin/sh
# Installs Debian's Rust compiler for WebAssembly, as root, and builds the target's standard
# library from its sources. Does nothing if both are there and of the same version.
#
#   wasm-target.sh          installs
#   wasm-target.sh check    succeeds if nothing needs to be installed
set -eu

target=wasm32-unknown-unknown
# Tests replace the folder of rustc and cargo.
bin=${WASM_TARGET_BIN:-/usr/bin}
export PATH="$bin:$PATH" RUSTC="$bin/rustc" DEBIAN_FRONTEND=noninteractive

# A field of `rustc -vV`, such as `host`.
field() { "$RUSTC" -vV | sed -n "s/^$1: //p"; }
rustlib() { echo "$("$RUSTC" --print sysroot)/lib/rustlib"; }
linker() { echo "$(rustlib)/$(field host)/bin/rust-lld"; }

# The stamp names the compiler that the libraries were built for.
is_current() {
  [ -x "$RUSTC" ] && [ -e "$(linker)" ] &&
    [ "$(cat "$(rustlib)/$target/lib/ticketing-stamp" 2>/dev/null)" = "$("$RUSTC" -vV)" ]
}

# Runs a command and shows the end of its output only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 && return
  echo "\`$*\` failed. Its last lines:" >&2
  tail -n 12 "$work/log" | sed 's/^/    /' >&2
  exit 1
}

install_packages() {
  quietly apt-get -o DPkg::Lock::Timeout=600 install --no-install-recommends --yes "$@"
}

if is_current; then exit 0; fi
if [ "${1:-}" = check ]; then exit 1; fi

cache=${XDG_CACHE_HOME:-$HOME/.cache}/ticketing
mkdir -p "$cache"
work=$(mktemp -d "$cache/wasm.XXXXXX")
trap 'rm -rf "$work"' EXIT

echo "installing Debian's Rust for the browser with apt-get (once, about 2 minutes) …"
quietly apt-get -o DPkg::Lock::Timeout=600 update
install_packages rustc-web cargo-web rust-web-src
llvm=$(field 'LLVM version')
[ -n "$llvm" ] || { echo "$RUSTC names no LLVM version" >&2; exit 1; }
install_packages "lld-${llvm%%.*}"
# rustc looks for `rust-lld`, which the packages leave out.
mkdir -p "$(dirname "$(linker)")"
ln -sfn "$bin/lld-${llvm%%.*}" "$(linker)"

echo "building the standard library for $target (once, about a minute) …"
mkdir "$work/src"
echo '#![no_std]' >"$work/src/lib.rs"
printf '[package]\nname = "probe"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/Cargo.toml"
cd "$work"
export RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zforce-unstable-if-unmarked -Cembed-bitcode=yes -Cstrip=debuginfo'
quietly "$bin/cargo" build --release --target-dir target --target "$target" -Zbuild-std=std,panic_abort,proc_macro

# Filled beside its place, so that an incomplete folder is never used.
home=$(rustlib)/$target
rm -rf "${home:?}/lib.new"
mkdir -p "$home/lib.new"
for library in "target/$target/release/deps"/lib*.rlib; do
  case $library in */libprobe-*) ;; *) cp "$library" "$home/lib.new/" ;; esac
done
"$RUSTC" -vV >"$home/lib.new/ticketing-stamp"
rm -rf "${home:?}/lib"
mv "$home/lib.new" "$home/lib"

# For people's `cargo +web`; the build of the site does not need it.
if command -v rustup >/dev/null; then
  rustup toolchain link web /usr >"$work/log" 2>&1 || echo "(\`cargo +web\` is not available: $(tail -n 1 "$work/log"))"
fi
