#!/usr/bin/env python3
"""The table of docs/ENGINE.md: recall@10 and churn of each world under each policy, the mean of a few seeds.

    tools/policy_table.py [--program build/release/archipelago] [--seeds 12] [--only "plazas walk"]
"""
import argparse
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROWS = [("city", "mixed", 2000), ("plazas", "mixed", 2000), ("plazas", "mixed", 5000), ("crowd", "mixed", 2000),
        ("crowd", "mixed", 5000), ("growing", "mixed", 3000), ("plazas", "walk", 2000), ("plazas", "walk", 2000, 0.01)]
POLICIES = [("reference", None), ("crowd", 0), ("crowd", 0.1), ("crowd", 0.3), ("crowd", 0.6), ("crowd", 1.2)]


def measure(program, row, policy, seed):
    world, mobility, peers, *turnover = row
    command = [program, "simulate", "--world", world, "--mobility", mobility, "--peers", str(peers), "--policy", policy[0],
               "--seed", str(seed), "--quiet", "--report", "json"]
    if turnover:
        command += ["--turnover", str(turnover[0])]
    if policy[1] is not None:
        command += ["--churn-budget", str(policy[1])]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--program", default=str(ROOT / "build/release/archipelago"))
    ask.add_argument("--seeds", type=int, default=12)
    ask.add_argument("--only", default="", help="rows that begin so")
    args = ask.parse_args()
    names = [name if budget is None else f"{name} {budget:g}" for name, budget in POLICIES]
    print("| world | " + " | ".join(names) + " |\n|---|" + "---|" * len(names))
    for row in ROWS:
        if not " ".join(map(str, row)).startswith(args.only):
            continue
        cells = []
        for policy in POLICIES:
            runs = [measure(args.program, row, policy, seed) for seed in range(1, args.seeds + 1)]
            mean = [sum(pick(r) for r in runs) / len(runs) for pick in
                    (lambda r: r["recall10"]["mean"], lambda r: r["recall10"]["p10"], lambda r: r["churn_per_player_minute"])]
            cells.append("{:.2f} / {:.2f} @ {:.2f}".format(*mean))
        print(f"| {' '.join(map(str, row[:3]))}{f', {100 * row[3]:g} % turnover' if row[3:] else ''} | " + " | ".join(cells) + " |", flush=True)


main()
