#!/bin/sh
# Logins per second on one core, ours beside the official JavaScript library over the same chains.
# usage: tools/bench_auth.sh BUILD_DIR [SECONDS]     fails when the ratio is below 15
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:?usage: tools/bench_auth.sh BUILD_DIR [SECONDS]}
seconds=${2:-2}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

core=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')  # the first core that we may use
ARCHIPELAGO_BENCH_CHAINS="$work/chains.json" taskset -c "$core" "$build/src/auth/auth_bench" \
  --benchmark_min_time="$seconds" --benchmark_format=json >"$work/ours.json" 2>"$work/ours.log" ||
  { cat "$work/ours.log" >&2; exit 1; }
taskset -c "$core" node "$root/e2e/bench/auth.mjs" "$work/chains.json" "$seconds" >"$work/theirs.json"

python3 - "$work" <<'PYTHON'
import json, sys

folder = sys.argv[1]
theirs = json.load(open(folder + "/theirs.json"))
ours = {b["name"]: b for b in json.load(open(folder + "/ours.json"))["benchmarks"]}
target = 15

print(f"{'logins/s on one core':<24}{'archipelago':>14}{'@dcl/crypto':>14}{'ratio':>9}")
missed = False
for form in ("three_links", "two_links"):
    mine, other = ours["log_in/" + form]["items_per_second"], theirs[form]
    missed |= mine < target * other
    print(f"{form.replace('_', ' '):<24}{mine:>14,.0f}{other:>14,.0f}{mine / other:>8.1f}x")
print(f"{'refused without curve':<24}{ours['refuse']['items_per_second']:>14,.0f}")
if missed:
    sys.exit(f"below the target of {target}x")
PYTHON
