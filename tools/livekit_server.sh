#!/usr/bin/env bash
# A real LiveKit server for the tests, built by Go's own module mechanism and kept in build/livekit.
#   tools/livekit_server.sh     prints the program's path; exit status 3 with one line on stderr when there is none to be had
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=v1.9.12
seconds=${LIVEKIT_BUILD_SECONDS:-900}
folder=$PWD/build/livekit
program=$folder/livekit-server-$version

skip() { printf 'livekit: %s\n' "$*" >&2; exit 3; }

if [ ! -x "$program" ]; then
  go=$(command -v go || ls /usr/local/go/bin/go 2>/dev/null) || skip "no go here: the test against a real LiveKit server is left out"
  printf 'livekit: building server %s once, at most %s s\n' "$version" "$seconds" >&2
  export GOPATH=$folder/go GOCACHE=$folder/cache GOBIN=$folder/bin GOFLAGS=-modcacherw CGO_ENABLED=0 GOTOOLCHAIN=local
  timeout "$seconds" "$go" install -p "${JOBS:-$(nproc)}" -trimpath -ldflags='-s -w' \
    "github.com/livekit/livekit-server/cmd/server@$version" >&2 ||
    skip "the server could not be built within $seconds s (exit status $?): its test is left out"
  mv "$folder/bin/server" "$program"
fi
printf '%s\n' "$program"
