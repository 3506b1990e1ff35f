#!/usr/bin/env python3
"""A whole realm of several processes on this machine, with players in it, to look at: ./dev cluster.

    tools/cluster.py BUILD_DIR [--seconds N] [--peers N] [--kill WHAT SECONDS]... [-- SWARM FLAGS]

Two gateways, two cores, two room hosts and a process for statistics around a NATS server of their own; half of the
players come by the first gateway, half by the second. One line a second tells what each does. Ctrl-C ends everything.

--kill leader|gateway|rooms|nats SECONDS: after so many seconds that process is killed (-9), and started again
three seconds later. Exit status: 0 when the players met nothing unexpected and every process ended by itself; 1 if not.
"""
import argparse
import json
import pathlib
import shutil
import signal
import sys
import tempfile
import time

from fleet import Fleet, Leadership, Program, cpu_seconds, fail

COUNTS = {"gateway": 2, "core": 2, "rooms": 2, "stats": 1}
VICTIMS = ("leader", "gateway", "rooms", "nats")
SETTLED = 10  # s, after which processor time is counted
AWAY = 3  # s from a kill to the new start
FOR_EVER = 604_800  # s, the longest that a swarm goes on


class Swarm(Program):
    """Players of one gateway; `report` after it has ended."""

    def __init__(self, program, gateway, seconds, peers, flags, folder):
        self.out, self.err, self.peers = f"{folder}/{gateway.name}-swarm.json", f"{folder}/{gateway.name}-swarm.log", peers
        self.launch([program, "swarm", "--realm", gateway.url, "--peers", str(peers), "--duration", str(seconds or FOR_EVER),
                     "--seed", str(gateway.number), "--report", "json", *flags], self.err, self.out)

    def report(self):
        try:
            return json.loads(pathlib.Path(self.out).read_text())
        except ValueError:
            return {"unexpected": ["a swarm that told nothing: " + pathlib.Path(self.err).read_text()[-500:]], "end": {}}


class Kill:
    """One failure on order."""

    def __init__(self, what, after):
        if what not in VICTIMS or not after.replace(".", "", 1).isdigit():
            fail(f"--kill {what} {after}: one of {', '.join(VICTIMS)}, and seconds")
        self.what, self.at, self.victim, self.back_at = what, float(after), None, None

    def look(self, fleet, now):
        """Words about what it just did, or nothing."""
        if self.victim is None and now >= self.at:
            self.victim = {"leader": lambda: fleet.leader(), "nats": lambda: fleet.nats}.get(
                self.what, lambda: fleet.of(self.what)[0])()
            self.victim.kill()
            self.back_at = now + AWAY
            return f"{self.name()} killed"
        if self.back_at is not None and now >= self.back_at:
            self.back_at = None
            self.victim.start()
            return f"{self.name()} started again"
        return None

    def name(self):
        return getattr(self.victim, "name", "nats-server")


class Shares:
    """Of a core, by process, since it was made; of processes that are still the same."""

    def __init__(self, fleet):
        self.programs = {"nats-server": fleet.nats, **{part.name: part for part in fleet.parts}}
        self.began, self.before = time.monotonic(), self.look()

    def look(self):
        return {(name, program.process.pid): cpu_seconds(program.process.pid) for name, program in self.programs.items()
                if program.alive}

    def told(self):
        wall, now = time.monotonic() - self.began, self.look()
        return ", ".join(f"{name} {(now[name, pid] - used) / wall:.1%}" for (name, pid), used in self.before.items()
                         if (name, pid) in now)


class Rates:
    """By how much sums that only grow did so, a second."""

    def __init__(self):
        self.before = {}

    def of(self, name, value):
        now = time.monotonic()
        then, last = self.before.get(name, (now, value))
        self.before[name] = (now, value)
        return max(0.0, value - last) / (now - then) if now > then else 0.0


def line(fleet, leadership, rates, seconds):
    told = {part: part.metrics() if part.alive else {} for part in fleet.parts}

    def each(role, words):
        return " ".join(words(told[part]) if told[part] else "away" for part in fleet.of(role))

    def whole(name):
        return lambda metrics: f"{metrics.get(name, 0):.0f}"

    leading = [core for core in fleet.of("core") if told[core].get("archipelago_cluster_leading") == 1]
    lead = " and ".join(f"core-{core.number}" for core in leading) or "no core"
    beats = sum(rates.of(core.name, told[core].get("archipelago_positions_total", 0)) for core in fleet.of("core"))
    nats = fleet.nats.figures() if fleet.nats.alive else None
    traffic = "away" if nats is None else "{:.0f}+{:.0f} msg/s {:.0f} KiB/s".format(
        *(rates.of(key, nats[key]) for key in ("in_msgs", "out_msgs")),
        sum(rates.of(key, nats[key]) for key in ("in_bytes", "out_bytes")) / 1024)
    rooms = each("rooms", lambda metrics: "{:.0f}/{:.0f}".format(*(
        metrics.get(name, 0) for name in ("dcl_ws_rooms_count", "dcl_ws_rooms_connections"))))
    return (f"{seconds:4.0f} s  players {each('gateway', whole('archipelago_sessions'))} | {lead} leads, epoch {leadership.epoch}, "
            f"{leadership.players} on {leadership.islands} islands | rooms/members {rooms} | {beats:.0f} heartbeats/s | "
            f"nats {traffic}")


def watch(fleet, leadership, swarms, args):
    """Until the swarms have ended, or time is up, or somebody asks for it."""
    kills = [Kill(*kill) for kill in args.kill]
    rates, shares, told, began = Rates(), None, "", time.monotonic()
    while any(swarm.alive for swarm in swarms):
        second = int(time.monotonic() - began) + 1
        while (now := time.monotonic() - began) < second:
            for kill in kills:
                if done := kill.look(fleet, now):
                    print(f"{now:4.1f} s  {done}", flush=True)
            time.sleep(max(0.0, min(0.1, second - now)))
        print(line(fleet, leadership, rates, now), flush=True)
        if now >= SETTLED and shares is None:
            shares = Shares(fleet)
        elif now < args.seconds and shares:
            told = shares.told()
    if told:
        print(f"of a core, from second {SETTLED} on: {told}", flush=True)


def urls(fleet):
    yield "station", f"{fleet.of('stats')[0].url}/"
    for part in fleet.parts:
        yield part.name, part.url
    yield "nats", f"{fleet.nats.url}, figures at http://127.0.0.1:{fleet.nats.monitoring}/varz"


def play(fleet, program, args, folder):
    """The swarms' reports."""
    for name, url in urls(fleet):
        print(f"{name:<10}{url}", flush=True)
    leadership = Leadership(fleet.nats.port)
    halves = [args.peers - args.peers // 2, args.peers // 2]
    swarms = [Swarm(program, gateway, args.seconds, peers, args.swarm, folder)
              for gateway, peers in zip(fleet.of("gateway"), halves) if peers > 0]
    try:
        watch(fleet, leadership, swarms, args)
    except KeyboardInterrupt:
        print("ending", flush=True)
    finally:
        for swarm in swarms:
            if swarm.alive:
                swarm.process.send_signal(signal.SIGINT)
        for swarm in swarms:
            swarm.end(None)
        leadership.end()
    return [swarm.report() for swarm in swarms]


def arguments():
    ours, swarm = sys.argv[1:], []
    if "--" in ours:
        ours, swarm = ours[:ours.index("--")], ours[ours.index("--") + 1:]
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("build")
    ask.add_argument("--program", help="another archipelago")
    ask.add_argument("--seconds", type=float, default=0, help="so long, from the first login on; 0: until Ctrl-C")
    ask.add_argument("--peers", type=int, default=200)
    ask.add_argument("--kill", nargs=2, action="append", default=[], metavar=("WHAT", "SECONDS"))
    args = ask.parse_args(ours)
    args.swarm = swarm
    return args


def interrupt(*_):
    raise KeyboardInterrupt


def main():
    args = arguments()
    signal.signal(signal.SIGTERM, interrupt)
    program = args.program or f"{args.build}/archipelago"
    folder = tempfile.mkdtemp(prefix="archipelago-swarm-")
    reports = []
    try:
        fleet = Fleet(program, COUNTS)
        try:
            reports = play(fleet, program, args, folder)
        finally:
            clean = fleet.end()
    except (RuntimeError, TimeoutError, OSError) as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(1)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    strange = [line for report in reports for line in report["unexpected"]]
    for what in strange:
        print(f"unexpected: {what}")
    served = sum(report["end"].get("in_room", 0) for report in reports)
    print(f"cluster: {served} of {args.peers} players in their rooms in the end, {len(strange)} unexpected, "
          f"{'every process ended by itself' if clean else 'a process had to be ended or failed'}")
    sys.exit(1 if strange or not clean else 0)


if __name__ == "__main__":
    main()
