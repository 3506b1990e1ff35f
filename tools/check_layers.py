#!/usr/bin/env python3
"""Rooms may include only rooms that their CMakeLists.txt links, directly or through one another; pure rooms stay pure."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# The pure rooms never see sockets, files, clocks, threads or logs: time, randomness and I/O are handed in.
PURE = {"engine", "sim", "auth", "wire", "extras", "rpc", "limits"}
IMPURE_INCLUDE = re.compile(
    r"<(boost/(asio|beast)|sys/|unistd\.h|spdlog|fstream|iostream|filesystem|c?time(\.h)?>"
    r"|mutex|shared_mutex|thread|condition_variable|future|semaphore|latch|barrier|stop_token|pthread)|base/(log|worker_pool)\.hpp[\">]"
)
IMPURE_NAME = re.compile(
    r"\b(steady_clock|system_clock|high_resolution_clock|random_device|gettimeofday|clock_gettime|getrandom|getenv)\b"
    r"|\bstd::(rand|srand|time|clock|async|thread|jthread|this_thread|mutex|shared_mutex|condition_variable)\b"
)
# What a pure room may use all the same, and why.
EXCEPTIONS = {
    ("auth/approval_cache.hpp", "mutex"): "a cache that the verifying threads share",
    ("auth", "base/worker_pool.hpp"): "the threads that verify are handed in",
}


def excepted(file, line):
    room = file.partition("/")[0]
    return any(what in line for (place, what) in EXCEPTIONS if place in (file, room))


def links(source):
    table = {}
    for file in sorted(source.glob("*/CMakeLists.txt")):
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


def faults_of_line(file, line, table):
    """`file`: room/name. What is wrong with one line of it."""
    room = file.partition("/")[0]
    code = line.partition("//")[0]
    include = re.match(r'\s*#include ["<]([^">]+)[">]', code)
    if include:
        target, slash, _ = include[1].partition("/")
        allowed = reachable(table, room)
        if slash and target in table and target not in allowed | {room}:
            yield f"{room} may not include {include[1]} (it links: {', '.join(sorted(allowed)) or 'nothing'})"
    if room in PURE and not excepted(file, code):
        found = IMPURE_INCLUDE.search(code) if include else IMPURE_NAME.search(code)
        if found:
            yield f"{room} is pure and may not use {include[1] if include else found[0]}"


def faults(source):
    table = links(source)
    if not table:
        yield "no rooms found: has archipelago_room() been renamed?"
    for room in sorted(table):
        for path in sorted((source / room).glob("*.?pp")):
            if re.search(r"_(test|bench|fuzz)\.cpp$", path.name):
                continue
            file = str(path.relative_to(source))
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for fault in faults_of_line(file, line, table):
                    yield f"src/{file}:{number}: {fault}"


def main():
    found = list(faults(ROOT / "src"))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
