#!/usr/bin/env python3
"""Scans Debian source packages and prints a table of what came out, one row a package, while it keeps going.

    survey.py --raddle RADDLE [--work DIR] [--limit SECONDS] [--jobs N] [--fsyntax] PACKAGE…

Each package is fetched (apt-get source; needs deb-src entries) unless DIR/PACKAGE holds a folder already, configured
(CMake, Meson, configure or what autoreconf makes one of) and, unless that writes a compilation database, built under bear. A step that fails or takes longer than the limit ends that package's row,
with the step's name; what was done is kept in DIR and not done again. Needs apt-get, bear, cmake, the packages' own build
dependencies, and for --fsyntax clang.
"""

import argparse
import collections
import glob
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time

HEAD = ("package", "kLOC", "TUs", "failed", "scan CPU s", "parse CPU s", "ratio", "MB", "findings")
CONFIGURED = ("CMakeLists.txt", "meson.build", "configure", "configure.ac", "Makefile", "GNUmakefile", "makefile")


class Failed(Exception):
    """A step that did not work; its text names the step."""


def run(step, command, folder, limit, log, statuses=(0,)):
    """Runs a command in a group of its own and ends the group when time is up. Returns seconds of
    processor time and megabytes."""
    with open(log, "ab") as out:
        out.write(f"\n== {step}: {shlex.join(command)}\n".encode())
        out.flush()
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
                                   start_new_session=True)
        late = threading.Event()

        def end():
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = threading.Timer(limit, end)
        timer.start()
        _, state, usage = os.wait4(process.pid, 0)
        timer.cancel()
    process.returncode = status = os.waitstatus_to_exitcode(state)
    if late.is_set():
        raise Failed(f"{step}: more than {limit:.0f} s")
    if status not in statuses:
        raise Failed(f"{step}: status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def source_folder(package, work, options, log):
    home = os.path.join(work, package)
    found = [d for d in glob.glob(os.path.join(home, "*/")) if os.path.isdir(d)]
    if not found:
        os.makedirs(home, exist_ok=True)
        run("fetch", ["apt-get", "source", "-qq", package], home, options.limit, log)
        found = glob.glob(os.path.join(home, "*/"))
    if not found:
        raise Failed("fetch: no folder")
    return found[0]


def database(folder, options, log):
    """Makes compile_commands.json in folder/survey-build or folder; returns its folder."""
    build = os.path.join(folder, "survey-build")
    for place in (build, folder):
        if os.path.exists(os.path.join(place, "compile_commands.json")):
            return place
    kind = next((name for name in CONFIGURED if os.path.exists(os.path.join(folder, name))), None)
    if kind == "CMakeLists.txt":
        run("cmake", ["cmake", "-B", build, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"], folder, options.limit, log)
        return build
    if kind == "meson.build":
        run("meson", ["meson", "setup", build], folder, options.limit, log)
        return build
    if kind is None:
        raise Failed("configure: neither CMake, Meson, configure nor a makefile")
    if kind == "configure.ac":
        run("autoreconf", ["autoreconf", "-i"], folder, options.limit, log)
    if kind in ("configure", "configure.ac") and not os.path.exists(os.path.join(folder, "Makefile")):
        run("configure", ["sh", "./configure"], folder, options.limit, log)
    # What was compiled before an error is in the database all the same.
    run("build", ["bear", "--", "make", "-k", f"-j{options.jobs}"], folder, options.limit, log, range(256))
    if not json.load(open(os.path.join(folder, "compile_commands.json"), encoding="utf-8")):
        raise Failed("build: nothing was compiled")
    return folder


def entries(place):
    with open(os.path.join(place, "compile_commands.json"), encoding="utf-8") as file:
        return json.load(file)


def kilo_lines(database_entries):
    files = {os.path.join(e["directory"], e["file"]) for e in database_entries}
    total = 0
    for name in files:
        try:
            with open(name, "rb") as file:
                total += file.read().count(b"\n")
        except OSError:
            pass
    return total / 1000


def parse_time(database_entries, options, log):
    """The processor time that clang -fsyntax-only takes for all files."""
    commands = []
    for entry in database_entries:
        arguments = entry.get("arguments") or shlex.split(entry.get("command", ""))
        cxx = not entry["file"].endswith(".c")
        flags = [a for a in arguments[1:] if a.startswith(("-I", "-D", "-U", "-std", "-f", "-m", "-isystem", "-W"))]
        commands.append((entry["directory"], [options.clang.replace("clang", "clang++") if cxx else options.clang, "-w", "-fsyntax-only", *flags, entry["file"]]))
    seconds = 0
    with open(log, "ab") as out:
        for folder, command in commands:
            process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            seconds += usage.ru_utime + usage.ru_stime
    return seconds


def survey(package, options):
    log = os.path.join(options.work, package + ".log")
    folder = source_folder(package, options.work, options, log)
    place = database(folder, options, log)
    listed = entries(place)
    report = os.path.join(options.work, package + ".json")
    # Findings (1) and files that did not parse (3) are results, too.
    seconds, megabytes = run("scan", [options.raddle, "scan", "-p", place, "-j", str(options.jobs), "--no-cache", "--format",
                                      "json", "-o", report], folder, options.limit, log, (0, 1, 3))
    with open(report, encoding="utf-8") as file:
        result = json.load(file)
    parsing = parse_time(listed, options, log) if options.fsyntax else 0
    rules = collections.Counter(f["rule"] for f in result["findings"] if f["evidence"] != "assumed")
    assumed = sum(f["evidence"] == "assumed" for f in result["findings"])
    found = ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items(), key=lambda r: (-r[1], r[0]))) or "none"
    return (package, f"{kilo_lines(listed):.1f}", str(result["coverage"]["files"]), str(result["coverage"]["failed"]),
            f"{seconds:.1f}", f"{parsing:.1f}" if parsing else "", f"{seconds / parsing:.2f}" if parsing else "",
            f"{megabytes:.0f}", found + (f" ({assumed} assumed)" if assumed else ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--raddle", default="raddle")
    parser.add_argument("--work", default="survey", help="folder for sources, logs and reports")
    parser.add_argument("--limit", type=float, default=600, help="seconds for each step")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--fsyntax", action="store_true", help="also measure clang -fsyntax-only")
    parser.add_argument("--clang", default="clang", help="the C compiler that measures it; clang++ is found beside it")
    parser.add_argument("packages", nargs="+", metavar="PACKAGE")
    options = parser.parse_args()
    options.work = os.path.realpath(options.work)
    os.makedirs(options.work, exist_ok=True)
    print("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD), flush=True)
    failures = 0
    for package in options.packages:
        try:
            row = survey(package, options)
        except (Failed, OSError, ValueError) as error:
            failures += 1
            row = (package, *[""] * (len(HEAD) - 2), str(error))
        print("| " + " | ".join(row) + " |", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
