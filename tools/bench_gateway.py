#!/usr/bin/env python3
"""The front door under load: one server, all its threads on one core, the load from another core of this machine.

    tools/bench_gateway.py BUILD_DIR [--report json] [--only SCENE ...] [--program FILE] [--urgent]

Every rate is told twice: a second of the clock, which other programs of the machine spoil, and a second of the server's
processor time. Delays can be told by the clock only: on a busy machine use --urgent. Exits with 1 when a figure is missed.
"""
import json
import os
import pathlib
import resource
import subprocess
import tempfile

from bench import archipelago, cores, main, pinned, play

ROOT = pathlib.Path(__file__).resolve().parent.parent
BATCHES = [1, 4, 16]
# Budgets by address hold; the one for everybody together is meant for whole machines, and one core comes near it.
SATURATED = ["--limits-connections-per-second", "0"]
KIB = 1024


def baseline(build, seconds=1):
    """Signatures alone on the server's core: ours, and the official library's over the same chains."""
    with tempfile.TemporaryDirectory() as folder:
        chains = folder + "/chains.json"
        pin = [*pinned, str(cores()[0])]
        ours = subprocess.run(pin + [f"{build}/src/auth/auth_bench", "--benchmark_filter=three_links", "--benchmark_format=json",
                                     f"--benchmark_min_time={seconds}"], check=True, capture_output=True, text=True,
                              env={**os.environ, "ARCHIPELAGO_BENCH_CHAINS": chains})
        theirs = subprocess.run(pin + ["node", str(ROOT / "e2e/bench/auth.mjs"), chains, str(seconds)], check=True,
                                capture_output=True, text=True)
    return {"curve_alone_per_second": json.loads(ours.stdout)["benchmarks"][0]["items_per_second"],
            "dcl_crypto_per_second": json.loads(theirs.stdout)["three_links"]}


def logins(build, program):
    result = baseline(build)
    with archipelago(program, *SATURATED) as server:
        result.update(play(build, server, "logins", count=20_000))
    return result


def heartbeats(build, program):
    shapes = []
    for batch in BATCHES:
        with archipelago(program, "--limits-heartbeats-per-second", "1000") as server:
            shapes.append(play(build, server, "heartbeats", count=1_000, batch=batch, rate=400_000, seconds=5))
    return {"shapes": shapes}


def first_island(build, program):
    with archipelago(program) as server:
        return play(build, server, "first_island", rate=1_000, seconds=6)


def attack(build, program):
    with archipelago(program) as server:
        return play(build, server, "attack", count=200, seconds=10)


def churn(build, program):
    with archipelago(program, *SATURATED) as server:
        return play(build, server, "churn", count=100_000)


def memory(build, program):
    files = min(20_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 100)
    with archipelago(program, "--limits-connections", "0") as server:
        return play(build, server, "memory", count=files)


def refusals(report):
    """What the load met that it should not have met: a figure with refusals in it measures something else."""
    yield from ((name, report[name]["refused"]) for name in ["logins", "churn", "memory"] if name in report)
    yield from (("heartbeats", shape["closed"]) for shape in report.get("heartbeats", {}).get("shapes", []))
    if "first_island" in report:
        yield "first_island", report["first_island"]["without_island"]


def rows(report):
    """What is shown: name, value, what it is held against, whether that is met."""
    if "logins" in report:
        one = report["logins"]
        rate = one["per_core_second"]
        yield "logins, three links, a second", f"{rate:,.0f}", ">= 4 000", rate >= 4_000
        yield "  by the clock", f"{one['per_second']:,.0f}", "", None
        yield "  of @dcl/crypto, signatures alone", f"{rate / one['dcl_crypto_per_second']:.1f}x", "", None
        yield "  of our signatures alone", f"{rate / one['curve_alone_per_second']:.2f}x", "", None
    for shape in report.get("heartbeats", {}).get("shapes", []):
        rate = shape["per_core_second"]
        name = f"heartbeats a second, {shape['in_a_write']} in a write"
        yield name, f"{rate:,.0f}", ">= 300 000", rate >= 300_000
        yield "  by the clock", f"{shape['per_second']:,.0f}", "", None
        yield "  taken by the islands", f"{shape['taken_by_islands'] / max(shape['read'], 1):.1%}", "", None
    if "first_island" in report:
        one = report["first_island"]
        p99 = one["after_first_heartbeat_ms"]["p99"]
        yield "first island after first heartbeat, p99", f"{p99:.0f} ms", "<= 150 ms", p99 <= 150
        yield "  p50", f"{one['after_first_heartbeat_ms']['p50']:.0f} ms", "", None
        yield "  logins a second meanwhile", f"{one['logins_per_second']:,.0f}", "", None
        yield "  of the core", f"{one['server_core_share']:.0%}", "", None
    if "attack" in report:
        peace, war = report["attack"]["peace"], report["attack"]["attack"]
        login, change = war["login_ms"], war["island_change_ms"]
        yield "login under attack, slowest", f"{login['max']:.0f} ms", "< 1 000 ms", login["max"] < 1_000 and login["refused"] == 0
        yield "  of the same in peace", f"{login['max'] / peace['login_ms']['max']:.1f}x", "", None
        late = change["p99"] - peace["island_change_ms"]["p99"]
        yield "others' island changes, p99 later by", f"{late:.0f} ms", "< 100 ms", late < 100
        yield "  p50, in peace and under attack", f"{peace['island_change_ms']['p50']:.0f}, {change['p50']:.0f} ms", "", None
    if "churn" in report:
        one = report["churn"]
        grown, files = one["rss_grown_bytes"], one["descriptors_after"] - one["descriptors_before"]
        yield f"growth after {one['cycles']:,} connections", f"{grown / KIB:,.0f} KiB", "< 1 MiB", grown < KIB * KIB
        yield "  descriptors", f"{files:+d}", "0", files == 0
    if "memory" in report:
        one = report["memory"]
        each = one["a_connection_bytes"] / KIB
        yield f"memory a login, {one['connections']:,} connections", f"{each:.1f} KiB", "<= 6 KiB", each <= 6
        yield "  on an island", f"{one['a_player_on_an_island_bytes'] / KIB:.1f} KiB", "", None
        yield "  kernel, both ends of the socket", f"{one['kernel_slab_both_ends_bytes'] / KIB:.1f} KiB", "", None
    refused = [f"{count} ({name})" for name, count in refusals(report) if count]
    yield "refused or thrown out, all scenes but the attack", ", ".join(refused) or "0", "0", not refused


if __name__ == "__main__":
    main(__doc__, {scene.__name__: scene for scene in (logins, heartbeats, first_island, attack, churn, memory)}, rows)
