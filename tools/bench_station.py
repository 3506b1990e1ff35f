#!/usr/bin/env python3
"""What watching costs: 5 000 players walk, 50 viewers read the station's feed, all threads of the server on one core.

    tools/bench_station.py BUILD_DIR [--report json] [--program FILE] [--urgent]

The server's processor time is taken in turns without and with viewers, in one run. Exits with 1 when the figure is missed.
"""
import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

from bench import archipelago, cores, main, pinned

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLAYERS, VIEWERS, TURNS, SECONDS = 5_000, 50, 3, 10


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def metric(server, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith(name + " "))


def share_of_core(server):
    """Of the server over the next seconds."""
    began, used = time.monotonic(), cpu_seconds(server.process.pid)
    time.sleep(SECONDS)
    return (cpu_seconds(server.process.pid) - used) / (time.monotonic() - began)


def watched(server):
    """The same with viewers, and what each of them read a second."""
    command = [*pinned, str(cores()[1]), "node", str(ROOT / "e2e/bench/viewers.mjs"),
               f"ws://127.0.0.1:{server.port}/station/feed", str(VIEWERS)]
    began = time.monotonic()
    viewers = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if viewers.stdout.readline().strip() != "watching":
        sys.exit("not everybody may watch")
    share = share_of_core(server)
    viewers.terminate()
    read = json.loads(viewers.communicate()[0])
    return share, read["bytes"] / VIEWERS / (time.monotonic() - began)


def feed(build, program):
    with archipelago(program) as server:
        walkers = subprocess.Popen(
            [*pinned, str(cores()[1]), f"{build}/tests/load/gateway_load", "heartbeats", "--port", server.port, "--pid",
             str(server.process.pid), "--count", str(PLAYERS), "--rate", str(PLAYERS), "--seconds", "600"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(600):
                if metric(server, "dcl_archipelago_peers_count") == PLAYERS:
                    break
                if walkers.poll() is not None:
                    sys.exit("the walkers ended")
                time.sleep(0.2)
            time.sleep(5)  # newcomers have been told of their islands
            alone, together, read = [], [], []
            for _ in range(TURNS):
                alone.append(share_of_core(server))
                share, bytes_read = watched(server)
                together.append(share)
                read.append(bytes_read)
            players = metric(server, "dcl_archipelago_peers_count")
            return {"players": players, "viewers": VIEWERS, "share_of_core_alone": alone, "share_of_core_watched": together,
                    "bytes_a_second_and_viewer": sum(read) / TURNS,
                    "missed": metric(server, "archipelago_station_updates_missed_total")}
        finally:
            walkers.kill()
            walkers.wait()


def rows(report):
    one = report["feed"]
    alone, watching = (sum(one[name]) / TURNS for name in ("share_of_core_alone", "share_of_core_watched"))
    yield f"{VIEWERS} viewers of {one['players']:,.0f} who walk, of a core", f"{watching - alone:.1%}", "< 5 %", watching - alone < 0.05
    yield "  the server without them", f"{alone:.1%}", "", None
    yield "  and with them", f"{watching:.1%}", "", None
    yield "  each turn, without", ", ".join(f"{share:.1%}" for share in one["share_of_core_alone"]), "", None
    yield "  each turn, with", ", ".join(f"{share:.1%}" for share in one["share_of_core_watched"]), "", None
    yield "a viewer reads a second", f"{one['bytes_a_second_and_viewer'] / 1024:.0f} KiB", "", None
    yield "updates missed", f"{one['missed']:.0f}", "0", one["missed"] == 0


if __name__ == "__main__":
    main(__doc__, {"feed": feed}, rows)
