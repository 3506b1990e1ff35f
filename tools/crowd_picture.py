#!/usr/bin/env python3
"""Pictures of a crowd under each policy, people coloured by their island: docs/images/crowd-POLICY.png.

    tools/crowd_picture.py [--program build/release/archipelago] [--world crowd] [--peers 2000] [--flushes 60]

Runs `archipelago simulate` with --islands for who is with whom and --record for where everybody stands.
Needs nothing but Python's standard library.
"""
import argparse
import colorsys
import json
import pathlib
import struct
import subprocess
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
BACKGROUND = (250, 250, 248)
MARGIN = 24


def simulate(program, policy, options):
    """Where everybody stands in the end, and each player's island, by size."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as trace:
        run = subprocess.Popen([program, "simulate", "--policy", policy, "--islands", "--record", trace.name,
                                "--report", "json", *options], stdout=subprocess.PIPE, text=True)
        islands, report = {}, {}
        for line in run.stdout:
            answer = json.loads(line)
            if answer["op"] == "flush":
                islands = answer["islands"]
            else:
                report = answer
        if run.wait() != 0:
            raise SystemExit(f"simulate failed under {policy}")
        places = {}
        for line in open(trace.name, encoding="utf-8"):
            step = json.loads(line)
            if step["op"] == "move":
                places.update((entry[0], (entry[1], entry[3])) for entry in step["peers"])
    return places, islands, report


def colour(number):
    """Neighbours in number are far apart in hue; three shades more."""
    hue = number * 0.61803398875 % 1
    light, strength = ((0.46, 0.85), (0.62, 0.7), (0.32, 0.75))[number % 3]
    return tuple(round(255 * c) for c in colorsys.hls_to_rgb(hue, light, strength))


def draw(places, islands, pixels, dot):
    members = {player for island in islands.values() for player in island}
    xs = [places[p][0] for p in members]
    zs = [places[p][1] for p in members]
    span = max(max(xs) - min(xs), max(zs) - min(zs), 1)
    scale = (pixels - 2 * MARGIN) / span
    image = bytearray(bytes(BACKGROUND) * (pixels * pixels))
    for number, island in enumerate(islands.values()):
        rgb = bytes(colour(number))
        for player in island:
            x = MARGIN + (places[player][0] - min(xs)) * scale
            y = MARGIN + (places[player][1] - min(zs)) * scale
            for row in range(int(y - dot), int(y + dot) + 2):
                for column in range(int(x - dot), int(x + dot) + 2):
                    inside = (column - x) ** 2 + (row - y) ** 2 <= dot * dot
                    if inside and 0 <= row < pixels and 0 <= column < pixels:
                        at = 3 * (row * pixels + column)
                        image[at:at + 3] = rgb
    return image


def write_png(path, image, pixels):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + image[3 * pixels * y:3 * pixels * (y + 1)] for y in range(pixels))
    header = struct.pack(">IIBBBBB", pixels, pixels, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--program", default=str(ROOT / "build/release/archipelago"))
    ask.add_argument("--policies", nargs="+", default=["reference", "crowd"])
    ask.add_argument("--world", default="crowd")
    ask.add_argument("--peers", default="2000")
    ask.add_argument("--flushes", default="60")
    ask.add_argument("--seed", default="1")
    ask.add_argument("--pixels", type=int, default=560)
    ask.add_argument("--dot", type=float, default=3.2)
    ask.add_argument("--out", type=pathlib.Path, default=ROOT / "docs/images")
    args = ask.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    options = ["--world", args.world, "--peers", args.peers, "--flushes", args.flushes, "--seed", args.seed]
    for policy in args.policies:
        places, islands, report = simulate(args.program, policy, options)
        path = args.out / f"crowd-{policy}.png"
        write_png(path, draw(places, islands, args.pixels, args.dot), args.pixels)
        print(f"{path}: {len(islands)} islands, recall@10 {report['recall10']['mean']:.2f}, "
              f"{report['churn_per_player_minute']:.2f} changes per player-minute")


main()
