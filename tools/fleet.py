"""A realm of several processes on this machine: a NATS server of its own, and so many of each role. For cluster.py and
bench_cluster.py; standard library only. All ports are free ones of the loopback interface, kept over restarts."""
import ctypes
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROLES = ("core", "rooms", "gateway", "stats")
NATS_SERVER = next((path for path in ("/usr/sbin/nats-server", "/usr/bin/nats-server") if os.path.exists(path)), "nats-server")
PATIENCE = 20  # s
WITH_PARENT = 1  # PR_SET_PDEATHSIG
libc = ctypes.CDLL(None)


def until(what, ask, patience=PATIENCE):
    """What `ask` returns, once that is something."""
    give_up = time.monotonic() + patience
    while not (answer := ask()):
        if time.monotonic() > give_up:
            raise TimeoutError(f"waited {patience} s for {what}")
        time.sleep(0.01)
    return answer


def cpu_seconds(pid):
    """User and system, of all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def get(url, timeout=2):
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return answer.read().decode()


class Program:
    """A process that ends with this one, whatever happens, and hears no Ctrl-C of the terminal."""

    process = None

    def launch(self, command, log, out=None, **environment):
        """`log`: where its stderr goes, and its stdout, unless there is `out`."""
        with open(log, "a") as err, open(out or log, "a") as told:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=told, stderr=err, start_new_session=True,
                                            env={**os.environ, **environment},
                                            preexec_fn=lambda: libc.prctl(WITH_PARENT, signal.SIGKILL))

    @property
    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        if self.alive:
            self.process.kill()
            self.process.wait()

    def end(self, how=signal.SIGTERM, patience=PATIENCE):
        """Its exit status; one that does not end in time is killed, and has none. `how`: None if it was told before: a
        second signal would end it at once."""
        if self.alive and how is not None:
            self.process.send_signal(how)
        try:
            return self.process.wait(patience) if self.process else 0
        except subprocess.TimeoutExpired:
            self.kill()
            return None


class Nats(Program):
    """nats-server with JetStream, which keeps in `folder` what it stores."""

    def __init__(self, folder, prefix=(), config=None):
        self.folder, self.prefix, self.config = folder, list(prefix), config
        self.port = self.monitoring = 0
        self.start()

    @property
    def url(self):
        return f"nats://127.0.0.1:{self.port}"

    def start(self):
        command = [*self.prefix, NATS_SERVER, "-a", "127.0.0.1", "-p", str(self.port or -1), "-m", str(self.monitoring or -1),
                   "--ports_file_dir", self.folder, "-js", "-sd", self.folder]
        self.launch(command + (["-c", self.config] if self.config else []), f"{self.folder}/nats.log")
        ports = pathlib.Path(self.folder, f"nats-server_{self.process.pid}.ports")
        told = json.loads(until("the NATS server", lambda: self.alive and ports.exists() and ports.read_text().endswith("}") and
                                ports.read_text()))
        self.port, self.monitoring = (int(told[what][0].rsplit(":", 1)[1]) for what in ("nats", "monitoring"))
        until("the NATS server to listen", self.accepts)

    def accepts(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def figures(self):
        """in_msgs, out_msgs, in_bytes, out_bytes, slow_consumers, connections…; nothing while it is away."""
        try:
            return json.loads(get(f"http://127.0.0.1:{self.monitoring}/varz"))
        except (OSError, ValueError):
            return None


class Part(Program):
    """One process of the realm."""

    def __init__(self, fleet, role, number, flags=()):
        self.fleet, self.role, self.number, self.flags = fleet, role, number, list(flags)
        self.name = f"{role}-{number}"
        self.log = f"{fleet.folder}/{self.name}.log"
        self.port = 0
        self.url = ""

    def start(self):
        """Does not wait: see ready()."""
        self.launch([*self.fleet.prefix(self.role), self.fleet.program, "serve", "--role", self.role, "--nats", self.fleet.nats.url,
                     "--host", "127.0.0.1", "--port", str(self.port), *self.fleet.flags, *self.flags], self.log,
                    **self.fleet.environment)

    def ready(self):
        """Waits for the line that says where it is."""
        def line():
            if not self.alive:
                raise RuntimeError(f"{self.name} did not start:\n{pathlib.Path(self.log).read_text()}")
            return next((line for line in pathlib.Path(self.log).read_text().splitlines() if " ready on " in line), None)

        self.url = until(self.name, line).rsplit(" ", 1)[1]
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def healthy(self):
        try:
            return bool(get(f"{self.url}/health/ready"))
        except OSError:
            return False

    def metrics(self):
        """Name -> sum over its labels; empty while it does not answer."""
        try:
            lines = get(f"{self.url}/metrics").splitlines()
        except OSError:
            return {}
        sums = {}
        for line in lines:
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                name = name.split("{", 1)[0]
                sums[name] = sums.get(name, 0) + float(value)
        return sums

    def metric(self, name):
        return self.metrics().get(name, 0)


class Fleet:
    """`counts`: so many of each role. `prefix(role)`: what stands before the command of each, e.g. taskset; role "nats"
    is the NATS server's. A context: at its end nothing of it is left."""

    def __init__(self, program, counts, flags=(), prefix=lambda role: [], nats_config=None, **environment):
        self.program, self.flags, self.prefix = str(program), ["--log-level", "warn", *flags], prefix
        self.environment = {"ARCHIPELAGO_ROOMS_SECRET": "one secret of all processes of this realm", **environment}
        self.folder = tempfile.mkdtemp(prefix="archipelago-")
        self.nats, self.parts = None, []
        try:
            self.nats = Nats(self.folder, prefix("nats"), nats_config)
            self.parts = [Part(self, role, n) for role in ROLES for n in range(1, counts.get(role, 0) + 1)]
            for part in self.parts:
                part.start()
            for part in self.parts:
                part.ready()
            for part in self.of("gateway"):
                until(f"{part.name} to be healthy", part.healthy)
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def of(self, role):
        return [part for part in self.parts if part.role == role]

    def leader(self):
        """The core that leads; waits for one."""
        return until("a core that leads", lambda: next(
            (core for core in self.of("core") if core.alive and core.metric("archipelago_cluster_leading") == 1), None))

    def end(self):
        """Gateways first, so that nobody is left without the rest. True when everybody went by itself, with status 0."""
        clean = True
        for role in ("gateway", "stats", "rooms", "core"):
            parts = self.of(role)
            for part in parts:
                if part.alive:
                    part.process.terminate()
            clean = all([part.end(None) == 0 for part in parts]) and clean
        if self.nats:
            self.nats.end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)
        return clean


class Listener(threading.Thread):
    """Hears subjects of a NATS server, by its text protocol; `heard(subject, payload)` is called on this thread. Comes back
    when the connection is lost."""

    def __init__(self, port, subjects, heard):
        super().__init__(daemon=True)
        self.port, self.subjects, self.heard, self.ended = port, subjects, heard, False
        self.start()

    def run(self):
        while not self.ended:
            try:
                self.listen()
            except (OSError, ValueError):
                pass
            time.sleep(0.02)

    def listen(self):
        with socket.create_connection(("127.0.0.1", self.port), 2) as line, line.makefile("rb") as lines:
            line.settimeout(None)
            line.sendall(b'CONNECT {"verbose":false,"headers":true}\r\n' +
                         b"".join(b"SUB %s %d\r\n" % (subject.encode(), n) for n, subject in enumerate(self.subjects, 1)))
            while not self.ended and (words := lines.readline().split()):
                if words[0] == b"PING":
                    line.sendall(b"PONG\r\n")
                elif words[0] in (b"MSG", b"HMSG"):
                    head = int(words[-2]) if words[0] == b"HMSG" else 0
                    message = lines.read(int(words[-1]) + 2)[:-2]
                    self.heard(words[1].decode(), message[head:])


def fields(message):
    """Number -> last value of a protobuf message: whole numbers, and bytes as they stand."""
    found, at = {}, 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        kind = key & 7
        if kind == 0:
            value = varint()
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = struct.unpack("<Q" if kind == 1 else "<I", message[at:at + size])[0], at + size
        else:
            size = varint()
            value, at = message[at:at + size], at + size
        found[key >> 3] = value
    return found


class Leadership:
    """Who leads, as cluster.core tells it four times a second."""

    def __init__(self, port):
        self.epoch = self.players = self.islands = self.last = 0
        self.changed = threading.Condition()
        self.listener = Listener(port, ["cluster.core"], self.hear)

    def hear(self, _, payload):
        told = fields(payload)
        with self.changed:
            if told.get(2, 0) >= self.epoch:
                self.epoch, self.players, self.islands = told.get(2, 0), told.get(3, 0), told.get(4, 0)
                self.last = time.monotonic()
                self.changed.notify_all()

    def wait(self, fine, patience=PATIENCE):
        """Until `fine(self)` after a message; when that was, or None."""
        with self.changed:
            return self.last if self.changed.wait_for(lambda: fine(self), patience) else None

    def end(self):
        self.listener.ended = True


def load():
    """The machine's, as text."""
    return f"{os.getloadavg()[0]:.1f}"


def fail(words):
    sys.exit(f"{pathlib.Path(sys.argv[0]).name}: {words}")
