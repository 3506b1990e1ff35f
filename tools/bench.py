"""What the benchmarks of a running server share: the server on one core, the load on another, a table of what was seen."""
import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

URGENT = ["chrt", "-r", "1"]  # real-time priority: before all ordinary programs
pinned = ["taskset", "-c"]


def cores():
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[-1]  # the server's, the load's


class Server:
    """A program on the server's core, for one scene; `ready` tells its port from a line of its log, or nothing."""

    def __init__(self, command, ready, **environment):
        self.log = tempfile.NamedTemporaryFile("r")
        with open(self.log.name, "w") as out:
            self.process = subprocess.Popen([*pinned, str(cores()[0]), *command], stdout=out, stderr=out,
                                            env={**os.environ, **environment})
        for _ in range(200):
            lines = pathlib.Path(self.log.name).read_text().splitlines()
            self.port = next(filter(None, map(ready, lines)), None)
            if self.port or self.process.poll() is not None:
                break
            time.sleep(0.05)
        if not self.port:
            self.process.kill()
            sys.exit("the server did not start: " + "\n".join(lines))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def archipelago(program, *flags):
    return Server([program, "serve", "--port", "0", "--shards", "1", "--log-level", "warn", *flags],
                  lambda line: line.rsplit(":", 1)[1].strip() if "ready on" in line else None)


def play(build, server, scene, **options):
    command = [*pinned, str(cores()[1]), f"{build}/tests/load/gateway_load", scene, "--port", server.port,
               "--pid", str(server.process.pid)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main(description, scenes, rows):
    """`scenes`: name -> function of build folder and program; `rows`: what of their report is shown: name, value, what it
    is held against, whether that is met. Exits with 1 when something is missed."""
    ask = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("build")
    ask.add_argument("--report", choices=["table", "json"], default="table")
    ask.add_argument("--only", nargs="+", choices=list(scenes), default=list(scenes))
    ask.add_argument("--program", help="another server to measure")
    ask.add_argument("--urgent", action="store_true", help="run server and load with real-time priority")
    args = ask.parse_args()
    pinned[:0] = URGENT if args.urgent else []
    program = args.program or f"{args.build}/archipelago"
    report = {}
    for scene in args.only:
        print(f"== {scene}", file=sys.stderr, flush=True)
        report[scene] = scenes[scene](args.build, program)
    shown = list(rows(report))
    if args.report == "json":
        print(json.dumps(report, indent=1))
    else:
        for name, value, wanted, met in shown:
            print(f"{name:<50}{value:>14}   {wanted:<14}{'' if met is None else 'met' if met else 'MISSED'}")
    sys.exit(any(met is False for *_, met in shown))
