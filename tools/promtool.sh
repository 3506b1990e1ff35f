#!/usr/bin/env bash
# promtool, which checks alert rules, out of Debian's package `prometheus`: unpacked into build/promtool and not installed, so
# that no daemon starts.
#   tools/promtool.sh     prints the program's path; exit status 3 with one line on stderr when there is none to be had
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=$PWD/build/promtool
program=$folder/usr/bin/promtool

skip() { printf 'promtool: %s\n' "$*" >&2; exit 3; }

download() { (cd "$1" && apt-get -q download prometheus >&2); }

update() {
  if [ "$(id -u)" = 0 ]; then apt-get -q update >&2; else sudo -n apt-get -q update >&2; fi
}

command -v promtool && exit
if [ ! -x "$program" ]; then
  command -v apt-get >/dev/null || skip "no apt-get here: the alerts are not tried"
  mkdir -p build
  fetched=$(mktemp -d build/promtool.XXXXXX)
  trap 'rm -rf "$fetched"' EXIT
  download "$fetched" || { update && download "$fetched"; } || skip "Debian's package cannot be fetched: the alerts are not tried"
  dpkg-deb --fsys-tarfile "$fetched"/prometheus_*.deb | tar -x -C "$fetched" ./usr/bin/promtool
  mkdir -p "$(dirname "$program")"
  mv "$fetched/usr/bin/promtool" "$program"
fi
printf '%s\n' "$program"
