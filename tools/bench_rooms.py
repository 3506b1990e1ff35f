#!/usr/bin/env python3
"""Rooms under load: one server, all its threads on one core, the load from another core of this machine.

    tools/bench_rooms.py BUILD_DIR [--report json] [--only SCENE ...] [--program FILE] [--urgent]

Members are real websockets over loopback; a delay is measured from just before a sender's system call to just after the
receiver's. The server's processor time is its own and holds the kernel's part of sending, which on loopback includes
receiving. Delays can be told by the clock only: on a busy machine use --urgent. Exits with 1 when a figure is missed.
"""
import pathlib
import socket

from bench import Server, archipelago, main, play

MINI_COMMS = pathlib.Path(__file__).resolve().parent.parent / "tests/load/mini-comms"
MIB = 1024 * 1024
MOVING = {"rate": 10, "bytes": 60}


def ours(build, program, flags=(), rooms=1, **options):
    names = ",".join(f"r{i}" for i in range(rooms))
    with archipelago(program, "--rooms-open", names, *flags) as server:
        return play(build, server, "rooms", **{**MOVING, "rooms": rooms, **options})


def one_room(build, program):
    return ours(build, program, seconds=8)


def ten_rooms(build, program):
    return ours(build, program, rooms=10, seconds=8)


def large_room(build, program):
    return ours(build, program, flags=("--rooms-capacity", "200"), members=200, seconds=6)


def most(build, program):
    """More and more rooms, as long as everything arrives in time."""
    steps = []
    for rooms in range(12, 33, 4):
        steps.append(ours(build, program, rooms=rooms, seconds=4))
        if steps[-1]["lost"] or steps[-1]["delay_ms"]["p99"] > 50:
            break
    return {"steps": steps}


def deaf(build, program):
    """Half of what is said is reliable: it is kept for whoever does not read, until that one is closed."""
    return {"without": ours(build, program, seconds=10, reliable=2),
            "with": ours(build, program, seconds=10, reliable=2, deaf=1)}


def mini_comms(build, _):
    """The preview server's rooms under the same load."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    entry = MINI_COMMS / "node_modules/@dcl/mini-comms/dist/index.js"
    with Server(["node", str(entry)], lambda line: port if "Listening" in line else None,
                HTTP_SERVER_PORT=port, HTTP_SERVER_HOST="127.0.0.1") as server:
        return play(build, server, "rooms", **MOVING, seconds=8)


def best(report):
    """The most that arrived whole and in time."""
    fine = [step for step in report["most"]["steps"] if not step["lost"] and step["delay_ms"]["p99"] <= 50]
    return max(fine or report["most"]["steps"][:1], key=lambda step: step["per_second"])


def shape(one):
    return f"{one['rooms']} x {one['members']} members"


def faults(one):
    return one["lost"] + one["disordered"] + one["echoed"]


def rows(report):
    if "one_room" in report:
        one = report["one_room"]
        yield "a room of 100, each 10 x 60 bytes a second", f"{one['per_second']:,.0f}/s", "", None
        yield "  of the core", f"{one['server_core_share']:.1%}", "<= 10 %", one["server_core_share"] <= 0.1
        yield "  delay p99", f"{one['delay_ms']['p99']:.1f} ms", "<= 15 ms", one["delay_ms"]["p99"] <= 15
        yield "  delay p50", f"{one['delay_ms']['p50']:.1f} ms", "", None
        yield "  lost, out of order, echoed", f"{faults(one)}", "0", faults(one) == 0
    if "ten_rooms" in report:
        one = report["ten_rooms"]
        yield "ten such rooms, deliveries a second", f"{one['per_second']:,.0f}", ">= 980 000", one["per_second"] >= 980_000
        yield "  of the core", f"{one['server_core_share']:.1%}", "<= 100 %", one["server_core_share"] <= 1
        yield "  delay p99", f"{one['delay_ms']['p99']:.1f} ms", "<= 20 ms", one["delay_ms"]["p99"] <= 20
        yield "  lost, out of order, echoed", f"{faults(one)}", "0", faults(one) == 0
        yield "  of the load's own core", f"{one['load_core_share']:.1%}", "", None
    if "large_room" in report:
        one = report["large_room"]
        cost = one["cpu_us_each"]
        yield f"processor time a delivery, {shape(one)}", f"{cost:.2f} us", "<= 0.8 us", cost <= 0.8
        yield "  delay p99", f"{one['delay_ms']['p99']:.1f} ms", "", None
    if "most" in report:
        one = best(report)
        yield "most deliveries a second and core", f"{one['per_core_second']:,.0f}", ">= 1 500 000", one["per_core_second"] >= 1_500_000
        yield f"  by the clock, {shape(one)}", f"{one['per_second']:,.0f}", "", None
        yield "  delay p99", f"{one['delay_ms']['p99']:.1f} ms", "", None
        yield "  of the core, of the load's core", f"{one['server_core_share']:.0%}, {one['load_core_share']:.0%}", "", None
    if "deaf" in report:
        peace, one = report["deaf"]["without"], report["deaf"]["with"]
        late = one["delay_ms"]["p99"] - peace["delay_ms"]["p99"]
        yield "one never reads: others' p99 later by", f"{late:.1f} ms", "<= 5 ms", late <= 5
        yield "  lost by the others", f"{one['lost']}", "0", one["lost"] == 0
        grown = one["rss_grown_bytes"] - peace["rss_grown_bytes"]
        yield "  memory for it", f"{grown / 1024:,.0f} KiB", "<= 1 MiB", grown <= MIB
    if "mini_comms" in report:
        one = report["mini_comms"]
        yield "@dcl/mini-comms, deliveries a second and core", f"{one['per_core_second']:,.0f}", "", None
        yield "  delay p99, lost", f"{one['delay_ms']['p99']:,.0f} ms, {one['lost'] / max(one['expected'], 1):.0%}", "", None
        if "most" in report:
            ratio = best(report)["per_core_second"] / one["per_core_second"]
            yield "  ours beside it", f"{ratio:.1f}x", ">= 10x", ratio >= 10


if __name__ == "__main__":
    main(__doc__, {scene.__name__: scene for scene in (one_room, ten_rooms, large_room, most, deaf, mini_comms)}, rows)
