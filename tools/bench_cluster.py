#!/usr/bin/env python3
"""A realm of several processes under load and under the axe: what NATS between them costs, what one core takes, how long
nobody leads when the leader is killed, how long a NATS server's restart is felt.

    tools/bench_cluster.py BUILD_DIR [--report json] [--only SCENE ...] [--program FILE] [--urgent]

hop         4 000 players who stand and say so once a second, on one process, and on gateway, core and nats-server:
            processor time of all of them (user and system, /proc/<pid>/stat) for each heartbeat. All of a realm's
            threads are on one core, the players on another.
heartbeats  made-up players straight on NATS, more and more, until they are not all taken over; the core on a core of its
            own, load and nats-server on another, which is the one that is full first.
crowds      10 000, 50 000 and 100 000 made-up players straight on NATS who walk a city, each once a second: what a core
            takes for them.
takeover    the leader is killed (-9) 50 times, and then asked to end 10 times, each time started again. 300 players
            stand still meanwhile and count what they are told. After the first kills somebody new comes at once: how long
            it waits for its island.
hosts       one of two hosts of rooms is killed (-9), in turn, 10 times: until all of its 300 players, or as many as it had,
            are told of another; then one is asked to end under 60 players who talk.
restart     nats-server is killed and started again 10 times, under the same 300, with somebody new each time.

It takes a quarter of an hour, a third of it for the kills of leaders. Exits with 1 when a figure is missed.
"""
import json
import signal
import subprocess
import sys
import threading
import time

from bench import archipelago, cores, main, pinned
from fleet import Fleet, Leadership, Listener, cpu_seconds, fields, get, load, until

HOP_PLAYERS, HOP_SECONDS, HOP_TURNS = 4_000, 8, 2
STEPS = {"batches": [50_000, 100_000, 200_000, 300_000, 400_000, 600_000], "subjects": [25_000, 50_000, 100_000, 150_000, 200_000]}
MADE_UP, BEATS, STEP_SECONDS = 5_000, 400, 6
CROWDS, CROWD_SECONDS, COME_PER_SECOND = [10_000, 50_000, 100_000], 20, 2_500
QUIET, KILLS, GOODBYES, RESTARTS, HOSTS = 300, 50, 10, 10, 10
NEWCOMERS = 10  # so many kills have one
SETTLING = 5  # s, of the scene quiet of gateway_load, from the last island to its first line
LEARNS = 3  # s that a core listens after its start until it is killed in its turn


def on(core):
    return [*pinned, str(cores()[core])]


def spread(values):
    ranked = sorted(values)
    return {"count": len(ranked), "p50": ranked[len(ranked) // 2], "p99": ranked[min(len(ranked) - 1, int(len(ranked) * 0.99))],
            "max": ranked[-1]} if ranked else {"count": 0, "p50": 0, "p99": 0, "max": 0}


class Crowd:
    """gateway_load in the background, for as long as the context lasts."""

    def __init__(self, build, scene, port, pid, **options):
        command = [*on(1), f"{build}/tests/load/gateway_load", scene, "--port", str(port), "--pid", str(pid)]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def settled(self):
        if self.process.stdout.readline().strip() != "settled":
            sys.exit("the players did not come in")
        return self

    def report(self):
        self.process.terminate()
        return json.loads(self.process.communicate()[0])


def sample(metrics, name):
    return sum(float(line.split()[-1]) for line in metrics.splitlines() if line.startswith((name + " ", name + "{")))


def cost(core_url, pids):
    """Processor seconds of each process for a heartbeat that the islands took over, in the next seconds."""
    def look():
        return sample(get(f"{core_url}/metrics", 10), "archipelago_positions_total"), {name: cpu_seconds(pid) for name, pid in pids.items()}

    began, before = time.monotonic(), look()
    time.sleep(HOP_SECONDS)
    wall, after = time.monotonic() - began, look()
    beats = after[0] - before[0]
    return {"heartbeats_per_second": beats / wall,
            **{name: 1e6 * (after[1][name] - before[1][name]) / max(beats, 1) for name in pids}}


def standing(build, server_port, pid):
    return Crowd(build, "quiet", server_port, pid, count=HOP_PLAYERS, seconds=600)


def hop_alone(build, program):
    with archipelago(program) as server, standing(build, server.port, server.process.pid) as crowd:
        crowd.settled()
        return cost(f"http://127.0.0.1:{server.port}", {"process": server.process.pid})


def hop_cluster(build, program, *flags):
    with Fleet(program, {"gateway": 1, "core": 1, "rooms": 1}, ["--shards", "1", *flags], prefix=lambda _: on(0)) as fleet:
        (gateway,), (core,) = fleet.of("gateway"), fleet.of("core")
        fleet.leader()
        with standing(build, gateway.port, gateway.process.pid) as crowd:
            crowd.settled()
            before, began = fleet.nats.figures(), time.monotonic()
            seen = cost(core.url, {"gateway": gateway.process.pid, "core": core.process.pid, "nats": fleet.nats.process.pid})
            after, wall = fleet.nats.figures(), time.monotonic() - began
            return {**seen, **{f"nats_{key}_per_second": (after[key] - before[key]) / wall
                               for key in ("in_msgs", "out_msgs", "in_bytes", "out_bytes")}}


def mean(turns):
    return {key: sum(turn[key] for turn in turns) / len(turns) for key in turns[0]}


def hop(build, program):
    kinds = {"alone": lambda: hop_alone(build, program), "batches": lambda: hop_cluster(build, program),
             "subjects": lambda: hop_cluster(build, program, "--nats-batches", "false")}
    turns = {kind: [] for kind in kinds}
    for _ in range(HOP_TURNS):
        for kind, play in kinds.items():
            turns[kind].append(play())
    return {"load": load(), "turns": turns, **{kind: mean(seen) for kind, seen in turns.items()}}


def step(build, fleet, kind, rate):
    """So many heartbeats a second from made-up players, for some seconds."""
    (core,) = fleet.of("core")
    command = [*on(1), f"{build}/tests/load/heartbeat_load", "--nats", fleet.nats.url, "--players", str(MADE_UP), "--rate", str(rate),
               "--batch", str(BEATS if kind == "batches" else 0), "--seconds", str(STEP_SECONDS)]
    pids = {"core": core.process.pid, "nats": fleet.nats.process.pid}
    taken, used = core.metric("archipelago_positions_total"), {name: cpu_seconds(pid) for name, pid in pids.items()}
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    time.sleep(0.5)  # what is under way arrives
    metrics = core.metrics()
    wall, taken = told["wall_seconds"], metrics["archipelago_positions_total"] - taken
    shares = {f"{name}_share": (cpu_seconds(pid) - used[name]) / wall for name, pid in pids.items()}
    print(f"  {kind}, {rate} a second: {taken / max(told['sent'], 1):.1%} taken", file=sys.stderr, flush=True)
    return {"offered_per_second": rate, "per_second": taken / wall, "sent_per_second": told["sent"] / wall,
            "taken": taken / max(told["sent"], 1), "per_core_second": taken / max(shares["core_share"] * wall, 1e-9), **shares,
            "changes": told["changes"], "publish_failures": told["publish_failures"],
            "slow_consumer": metrics["archipelago_nats_slow_consumer_total"],
            "bus_dropped": metrics["archipelago_bus_messages_dropped_total"]}


def heartbeats(build, program):
    report = {"load": load(), "players": MADE_UP}
    for kind, rates in STEPS.items():
        report[kind] = []
        for rate in rates:
            with Fleet(program, {"core": 1, "rooms": 1}, ["--shards", "1"],
                       prefix=lambda role: on(0 if role == "core" else 1)) as fleet:
                fleet.leader()
                report[kind].append(step(build, fleet, kind, rate))
            if report[kind][-1]["taken"] < 0.98:
                break
    return report


def crowd(build, program, players):
    """A core with so many who walk a city, as dense for each number, when all have their islands."""
    with Fleet(program, {"core": 1, "rooms": 1}, ["--shards", "1", "--limits-connections", "0"],
               prefix=lambda role: on(0 if role == "core" else 1)) as fleet:
        fleet.leader()
        (core,) = fleet.of("core")
        empty = core.metrics()
        command = [*on(1), f"{build}/tests/load/heartbeat_load", "--nats", fleet.nats.url, "--players", str(players), "--rate",
                   str(players), "--batch", str(BEATS), "--half-side", f"{24 * players ** 0.5:.0f}", "--ramp", str(players / COME_PER_SECOND),
                   "--seconds", "600"]
        walkers = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            until("all to be on islands", lambda: core.metric("dcl_archipelago_peers_count") == players, 240)
            time.sleep(15)  # they have been told of them, and those who met late are together
            before, used, nats, began = core.metrics(), cpu_seconds(core.process.pid), fleet.nats.figures(), time.monotonic()
            time.sleep(CROWD_SECONDS)
            after, wall = core.metrics(), time.monotonic() - began
            traffic = fleet.nats.figures()
            grown = {name: after[name] - before[name] for name in after}
            flushes = max(grown["archipelago_flushes_total"], 1)
            return {"players": players, "core_share": (cpu_seconds(core.process.pid) - used) / wall,
                    "heartbeats_per_second": grown["archipelago_positions_total"] / wall,
                    "flush_ms": grown["archipelago_flush_microseconds_total"] / flushes / 1e3, "flushes": flushes,
                    "changes_per_second": grown["dcl_archipelago_change_island_count"] / wall,
                    "bytes_a_player": (after["process_resident_memory_bytes"] - empty["process_resident_memory_bytes"]) / players,
                    **{f"nats_{key}_per_second": (traffic[key] - nats[key]) / wall for key in ("in_msgs", "in_bytes")}}
        finally:
            walkers.kill()
            walkers.wait()


def crowds(build, program):
    return {"load": load(), "crowds": [crowd(build, program, players) for players in CROWDS]}


def newcomer(build, fleet, number, began):
    """Logs somebody in and gives the seconds since `began` until that one has its island."""
    (gateway,) = fleet.of("gateway")
    with Crowd(build, "quiet", gateway.port, gateway.process.pid, count=1, seed=1_000 + number, seconds=1) as crowd:
        crowd.settled()
        return time.monotonic() - SETTLING - began


def end_leader(fleet, how):
    """Who it was, and when it was told."""
    leader, began = fleet.leader(), time.monotonic()
    leader.process.send_signal(how)
    return leader, began


def again(part):
    part.end(None)
    part.start()
    part.ready()
    time.sleep(LEARNS)


def taken_over(fleet, leadership, how):
    """Seconds until another core leads, and until it counts every player again."""
    epoch = leadership.epoch
    old, began = end_leader(fleet, how)
    leads = leadership.wait(lambda seen: seen.epoch > epoch)
    serves = leadership.wait(lambda seen: seen.epoch > epoch and seen.players == QUIET)
    if leads is None or serves is None:
        raise TimeoutError("no other core leads")
    again(old)
    return leads - began, serves - began


def repeatedly(name, times, act):
    """`act(number)` so many times, the first number of what it gives told on stderr."""
    seen = []
    for number in range(times):
        seen.append(act(number))
        print(f"  {name} {number + 1} of {times}: {seen[-1][0]:.2f} s", file=sys.stderr, flush=True)
    return seen


def takeovers(fleet, leadership, how, times, name):
    seen = repeatedly(name, times, lambda _: taken_over(fleet, leadership, how))
    return {"leads_seconds": spread([leads for leads, _ in seen]), "serves_seconds": spread([serves for _, serves in seen])}


def welcome(build, fleet, number):
    """Somebody new comes when the leader has just been killed."""
    old, began = end_leader(fleet, signal.SIGKILL)
    waited = newcomer(build, fleet, number, began)
    again(old)
    return (waited,)


def quietly(build, program, counts, act, prepare=lambda fleet: None):
    """What `act(fleet, leadership)` reports, and what the players were told meanwhile; `prepare(fleet)` before they come."""
    with Fleet(program, counts, prefix=lambda _: pinned[:-2]) as fleet:
        prepare(fleet)
        (gateway,) = fleet.of("gateway")
        fleet.leader()
        leadership = Leadership(fleet.nats.port)
        with Crowd(build, "quiet", gateway.port, gateway.process.pid, count=QUIET, seconds=3_000) as crowd:
            crowd.settled()
            time.sleep(LEARNS)
            report = {"load": load(), **act(fleet, leadership)}
            time.sleep(5)  # two flushes later
            metrics = [part.metrics() for part in fleet.parts]
            leadership.end()
            return {**report, "players": crowd.report(),
                    **{name: sum(each.get(f"archipelago_cluster_{name}_total", 0) for each in metrics)
                       for name in ("adopted", "retold", "fenced")}}


def takeover(build, program):
    def act(fleet, leadership):
        new = repeatedly("newcomer", NEWCOMERS, lambda number: welcome(build, fleet, number))
        return {"newcomer_seconds": spread([waited for waited, in new]),
                "killed": takeovers(fleet, leadership, signal.SIGKILL, KILLS, "kill"),
                "ended": takeovers(fleet, leadership, signal.SIGTERM, GOODBYES, "goodbye")}

    return quietly(build, program, {"gateway": 1, "core": 2, "rooms": 1}, act)


class Rooms:
    """Where each player was told to go last."""

    def __init__(self, port):
        self.told, self.changed = {}, threading.Condition()
        self.listener = Listener(port, ["engine.peer.*.island_changed"], self.hear)

    def hear(self, subject, payload):
        with self.changed:
            self.told[subject] = fields(payload)[2].decode()
            self.changed.notify_all()

    def of(self, part):
        return sum(f":{part.port}/" in connection for connection in self.told.values())

    def wait_without(self, part, patience=20):
        with self.changed:
            if not self.changed.wait_for(lambda: self.of(part) == 0, patience):
                raise TimeoutError(f"players are still sent to {part.name}")


def re_homed(fleet, rooms):
    """Seconds until the players of the fuller host are told of another, and how many these were."""
    host = max(fleet.of("rooms"), key=rooms.of)
    players, began = rooms.of(host), time.monotonic()
    host.kill()
    rooms.wait_without(host)
    took = time.monotonic() - began
    again(host)
    return took, players


def drained(build, program):
    """What players who talk notice of a host of rooms that ends as it should."""
    with Fleet(program, {"gateway": 1, "core": 1, "rooms": 2}, prefix=lambda _: pinned[:-2]) as fleet:
        fleet.leader()
        (gateway,) = fleet.of("gateway")
        swarm = subprocess.Popen([*pinned[:-2], program, "swarm", "--realm", gateway.url, "--peers", "60", "--world", "plazas",
                                  "--mobility", "walk", "--chat", "--positions", "1", "--duration", "30", "--report", "json"],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        time.sleep(12)
        host = max(fleet.of("rooms"), key=lambda part: part.metric("dcl_ws_rooms_connections"))
        members, began = host.metric("dcl_ws_rooms_connections"), time.monotonic()
        status = host.end()
        took = time.monotonic() - began
        report = json.loads(swarm.communicate()[0])
        return {"members": members, "seconds": took, "status": status, "unexpected": report["unexpected"],
                "chat_lost": report["chat"]["lost"], "in_room": report["end"]["in_room"]}


def hosts(build, program):
    rooms = []

    def act(fleet, _):
        seen = repeatedly("host", HOSTS, lambda _: re_homed(fleet, rooms[0]))
        rooms[0].listener.ended = True
        return {"told_seconds": spread([took for took, _ in seen]), "players_of_hosts": [players for _, players in seen]}

    report = quietly(build, program, {"gateway": 1, "core": 1, "rooms": 2}, act, lambda fleet: rooms.append(Rooms(fleet.nats.port)))
    return {**report, "drained": drained(build, program)}


def nats_restart(build, fleet, leadership, number):
    """Seconds from the kill until every process is connected again and a core leads that counts every player; and until
    somebody new has an island."""
    began = time.monotonic()
    fleet.nats.kill()
    fleet.nats.start()
    back = time.monotonic()
    until("all to be connected", lambda: all(part.metric("archipelago_nats_connected") == 1 for part in fleet.parts))
    if leadership.wait(lambda seen: seen.last > back and seen.players == QUIET) is None:
        raise TimeoutError("no core leads after the restart")
    connected = time.monotonic() - began
    waited = newcomer(build, fleet, number, began)
    time.sleep(LEARNS)
    return waited, connected


def restart(build, program):
    def act(fleet, leadership):
        seen = repeatedly("restart", RESTARTS, lambda number: nats_restart(build, fleet, leadership, number))
        return {"served_seconds": spread([waited for waited, _ in seen]), "connected_seconds": spread([back for _, back in seen])}

    return quietly(build, program, {"gateway": 1, "core": 2, "rooms": 1}, act)


def best(steps):
    """The most that one core took whole; or what it took at all."""
    whole = [one for one in steps if one["taken"] >= 0.98]
    return max(whole or steps, key=lambda one: one["per_second"])


def undisturbed(one):
    players = one["players"]
    changes = players["changes_of_island"] + players["gone"]
    yield "  changes of island, players lost meanwhile", f"{players['changes_of_island']}, {players['gone']}", "0", changes == 0
    yield "  of their island told again", f"{players['told']}", "", None


def rows(report):
    if "hop" in report:
        one = report["hop"]
        alone = one["alone"]["process"]
        yield f"a heartbeat, one process, {one['alone']['heartbeats_per_second']:,.0f}/s", f"{alone:.1f} us", "", None
        for kind in ("batches", "subjects"):
            seen = one[kind]
            whole = seen["gateway"] + seen["core"] + seen["nats"]
            yield f"the same over NATS, {kind}", f"{whole:.1f} us", "", None
            yield "  gateway, core, nats-server", "{gateway:.1f}, {core:.1f}, {nats:.1f} us".format(**seen), "", None
            yield "  of one process", f"{whole / alone:.2f}x", "", None
            yield "  into and out of NATS, messages a second", "{nats_in_msgs_per_second:,.0f}, {nats_out_msgs_per_second:,.0f}".format(
                **seen), "", None
    if "heartbeats" in report:
        for kind, wanted in (("batches", 200_000), ("subjects", None)):
            one = best(report["heartbeats"][kind])
            rate = one["per_second"]
            yield (f"heartbeats a second through one core, {kind}", f"{rate:,.0f}", f">= {wanted:,}".replace(",", " ") if wanted else "",
                   rate >= wanted if wanted else None)
            yield "  of the core, of nats-server's", f"{one['core_share']:.0%}, {one['nats_share']:.0%}", "", None
            yield "  a second of the core's processor time", f"{one['per_core_second']:,.0f}", "", None
    for one in report.get("crowds", {}).get("crowds", []):
        yield f"{one['players']:,} players once a second, of the core's core", f"{one['core_share']:.0%}", "", None
        yield "  a flush", f"{one['flush_ms']:.1f} ms", "", None
        yield "  memory a player", f"{one['bytes_a_player']:,.0f} bytes", "", None
        yield "  changes of island, a second", f"{one['changes_per_second']:.1f}", "", None
    if "takeover" in report:
        one = report["takeover"]
        killed, ended = one["killed"]["leads_seconds"], one["ended"]["leads_seconds"]
        yield f"leader killed, another leads, {killed['count']} times, p99", f"{killed['p99']:.2f} s", "<= 1 s", killed["p99"] <= 1
        yield "  p50, longest", f"{killed['p50']:.2f} s, {killed['max']:.2f} s", "", None
        new = one["newcomer_seconds"]
        yield "  who comes at that moment waits for an island, p50, longest", f"{new['p50']:.2f} s, {new['max']:.2f} s", "", None
        yield "  every player counted again, p99", f"{one['killed']['serves_seconds']['p99']:.2f} s", "", None
        yield f"leader asked to end, another leads, {ended['count']} times, p50", f"{ended['p50']:.2f} s", "", None
        yield "  longest", f"{ended['max']:.2f} s", "", None
        yield from undisturbed(one)
    if "hosts" in report:
        one = report["hosts"]
        seen, end = one["told_seconds"], one["drained"]
        yield f"room host killed, its players are told of another, {seen['count']} times, max", f"{seen['max']:.2f} s", "", None
        yield "  p50", f"{seen['p50']:.2f} s", "", None
        yield f"room host of {end['members']:.0f} who talk ends", f"{end['seconds']:.2f} s", "", None
        yield "  unexpected for them", f"{len(end['unexpected'])}", "0", not end["unexpected"]
    if "restart" in report:
        one = report["restart"]
        seen = one["served_seconds"]
        yield f"nats-server killed and started, somebody new has an island, {seen['count']} times, max", f"{seen['max']:.2f} s", "<= 3 s", seen["max"] <= 3
        yield "  p50", f"{seen['p50']:.2f} s", "", None
        yield "  all connected, and a core leads, max", f"{one['connected_seconds']['max']:.2f} s", "", None
        yield from undisturbed(one)


if __name__ == "__main__":
    main(__doc__, {scene.__name__: scene for scene in (hop, heartbeats, crowds, takeover, hosts, restart)}, rows)
