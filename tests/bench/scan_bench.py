#!/usr/bin/env python3
"""How what a scan costs grows, and how that compares with compiling.

    scan_bench.py --generated 10000 100000 1000000    programs of about so many lines, by stage
    scan_bench.py DATABASE...                         folders with compile_commands.json: scans with an empty and a full
                                                      cache, against `clang -fsyntax-only` with as many jobs

Runs are in turn, so that a machine that gets slower slows both sides; the ratio is the median of the pairs'. What is
stopped after --limit seconds is said so.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import generate_program

STAGE = re.compile(r"^(\S+) +([\d.]+) s of CPU +(\d+) kB", re.M)
SOURCES = {".c": "clang-19", ".cc": "clang++-19", ".cpp": "clang++-19", ".cxx": "clang++-19", ".C": "clang++-19"}
DROPPED_WITH_VALUE = {"-o", "-MF", "-MT", "-MQ", "-MJ"}


class Run:
    """Wall and CPU seconds of a call, its standard error, whether it ended in time."""

    def __init__(self, work):
        cpu, start = self.children(), time.monotonic()
        self.err = work()
        self.wall, self.cpu = time.monotonic() - start, self.children() - cpu

    @staticmethod
    def children():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime


def scan(options, folder, *arguments):
    command = [options.raddle, "scan", "-p", str(folder), f"-j{options.jobs}", "--stats", "--allow-incomplete",
               "--fail-on", "none", "--format", "json", "-o", "/dev/null", *arguments]
    try:
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, timeout=options.limit)
    except subprocess.TimeoutExpired:
        return ""
    if done.returncode != 0:
        sys.exit(f"scan_bench.py: {shlex.join(command)} gave {done.returncode}: {done.stderr.strip()}")
    return done.stderr


def syntax_commands(folder):
    commands = {}
    for entry in json.loads((pathlib.Path(folder) / "compile_commands.json").read_text()):
        source = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        compiler = SOURCES.get(pathlib.Path(source).suffix)
        if not compiler or source in commands:
            continue
        flags, skip = [], False
        for argument in (entry.get("arguments") or shlex.split(entry["command"]))[1:]:
            if not skip and argument not in DROPPED_WITH_VALUE and argument != "-c" and \
                    not argument.startswith(("-M", "-Werror", "-fsanitize")):
                flags.append(argument)
            skip = argument in DROPPED_WITH_VALUE
        commands[source] = ([compiler, *flags, "-fsyntax-only", "-w"], entry["directory"])
    return list(commands.values())


def check_syntax(options, commands):
    def one(command):
        subprocess.run(command[0], cwd=command[1], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(one, commands))
    return ""


def ratio(pairs, figure):
    return statistics.median(getattr(a, figure) / max(getattr(b, figure), 1e-3) for a, b in pairs)


def databases(options):
    print(f"{'database':32} {'files':>5} {'syntax s':>9} {'cold s':>9} {'warm s':>9}  {'cold/syntax':>11} {'CPU':>6}"
          f" {'parse only':>10} {'warm/cold':>9}")
    for folder in options.databases:
        commands = syntax_commands(folder)
        pairs, warm = [], []
        for _ in range(options.runs):
            with tempfile.TemporaryDirectory() as cache:
                cold = Run(lambda: scan(options, folder, "--cache-dir", cache))
                pairs.append((cold, Run(lambda: check_syntax(options, commands))))
                warm.append((Run(lambda: scan(options, folder, "--cache-dir", cache)), cold))
        if not all(cold.err for cold, _ in pairs):
            print(f"{folder:32} {len(commands):5} stopped after {options.limit} s")
            continue
        parse = statistics.median(float(dict((n, s) for n, s, _ in STAGE.findall(cold.err))["parse"]) / syntax.cpu
                                  for cold, syntax in pairs)
        print(f"{str(folder)[-32:]:32} {len(commands):5} {statistics.median(b.wall for _, b in pairs):9.2f} "
              f"{statistics.median(a.wall for a, _ in pairs):9.2f} {statistics.median(a.wall for a, _ in warm):9.2f}  "
              f"{ratio(pairs, 'wall'):11.2f} {ratio(pairs, 'cpu'):6.2f} {parse:10.2f} {ratio(warm, 'cpu'):9.4f}",
              flush=True)


def generated(options):
    print(f"{'lines':>9} {'wall s':>8} {'peak MB':>8}  CPU seconds by stage")
    for lines in options.generated:
        with tempfile.TemporaryDirectory() as folder:
            written = generate_program.write(pathlib.Path(folder), lines)
            run = Run(lambda: scan(options, folder, "--no-cache"))
            stages = STAGE.findall(run.err)
            if not stages:
                print(f"{written:9} stopped after {options.limit} s", flush=True)
                continue
            print(f"{written:9} {run.wall:8.1f} {max(int(kb) for *_, kb in stages) / 1024:8.0f}  "
                  + "  ".join(f"{name} {seconds}" for name, seconds, _ in stages), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", nargs="*")
    parser.add_argument("--generated", type=int, nargs="+", metavar="LINES", default=[])
    parser.add_argument("--raddle", default="raddle")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=1800, metavar="SECONDS")
    options = parser.parse_args()
    if not options.databases and not options.generated:
        parser.error("nothing to measure: give databases or --generated")
    if options.generated:
        generated(options)
    if options.databases:
        databases(options)


if __name__ == "__main__":
    main()
