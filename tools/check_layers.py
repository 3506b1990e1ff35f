#!/usr/bin/env python3
"""Rooms may include only rooms that their CMakeLists.txt links, directly or through one another; pure rooms stay pure."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The pure rooms never see sockets, files, clocks or logs: time, randomness and I/O are handed in.
PURE = {"engine", "sim", "auth", "wire", "rpc", "limits"}
IMPURE = re.compile(r"<(boost/(asio|beast)|sys/socket|spdlog|fstream|iostream|filesystem)|base/log\.hpp>")


def links():
    table = {}
    for file in sorted((ROOT / "src").glob("*/CMakeLists.txt")):
        text = file.read_text()
        call = re.search(r"archipelago_room\((\w+)([^)]*)\)", text)
        if call:
            table[call[1]] = set(re.findall(r"archipelago_(\w+)", call[2].split("TEST_LINKS")[0]))
    return table


def reachable(table, room, seen=None):
    seen = set() if seen is None else seen
    for below in table.get(room, ()):
        if below not in seen:
            seen.add(below)
            reachable(table, below, seen)
    return seen


def main():
    table = links()
    faults = []
    for room in sorted(table):
        allowed = reachable(table, room) | {room}
        for file in sorted((ROOT / "src" / room).glob("*.?pp")):
            support = re.search(r"_(test|bench|fuzz)\.cpp$", file.name)
            for number, line in enumerate(file.read_text().splitlines(), 1):
                found = re.match(r'\s*#include ["<]([^">]+)[">]', line)
                if not found or support:
                    continue
                target, slash, _ = found[1].partition("/")
                if slash and target in table and target not in allowed:
                    faults.append(f"{file.relative_to(ROOT)}:{number}: {room} may not include {found[1]} (it links: {', '.join(sorted(allowed - {room})) or 'nothing'})")
                if room in PURE and IMPURE.search(line):
                    faults.append(f"{file.relative_to(ROOT)}:{number}: {room} is pure and may not include {found[1]}")
    if not table:
        faults.append("no rooms found: has archipelago_room() been renamed?")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
