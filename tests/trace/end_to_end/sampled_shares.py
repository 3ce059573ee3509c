#!/usr/bin/env python3
"""Shares of time by samples against those that the program measures of itself in the same run, with the same clock (the
threads' CPU time), so that a busy machine changes neither.

    sampled_shares.py RADDLE PROGRAM

The program prints what each of its functions took by itself, by who called it: `thread;caller;function NANOSECONDS`."""
import collections
import math
import pathlib
import subprocess
import sys
import tempfile

RATE = 3000
DEVIATIONS = 4.5  # of some forty shares, by chance one in thousands of runs
NOT_COUNTED = 0.005  # what the program's reading of its clock takes is on one side only


def shares(stacks, total):
    """Of each stack, that is of a function by itself and by who called it, and of each function with all it calls."""
    out = collections.Counter()
    for stack, weight in stacks.items():
        out["; ".join(stack)] += weight / total
        for function in set(stack):
            out[f"{function} with callees"] += weight / total
    return out


def folded(text, known=None):
    """{stack: weight}, of the functions that are known."""
    out = collections.Counter()
    for line in text.splitlines():
        path, weight = line.rsplit(" ", 1)
        functions = [name.removesuffix("()") for name in path.split(";")]
        if known:
            functions = [name for name in functions[1:] if name in known]  # a thread's name is the first
        if functions:
            out[tuple(functions)] += int(weight)
    return out


def main():
    raddle, program = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        file = pathlib.Path(name) / "run.raddle"
        command = [raddle, "record", "-q", f"--sample={RATE}", "-o", file, "--", program]
        measured = folded(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        export = [raddle, "export", file, "--to", "folded"]
        known = {function for stack in measured for function in stack}
        sampled = folded(subprocess.run(export, check=True, stdout=subprocess.PIPE, text=True).stdout, known)
        report = subprocess.run([raddle, "report", file], check=True, stdout=subprocess.PIPE, text=True).stdout
    took, seen = sum(measured.values()), sum(sampled.values())
    # Where the kernel allows nothing better, samples come at its ticks and stand for more time.
    period = max(1e9 / RATE, 4e6 if "perf_event_open is not allowed" in report else 0)
    samples = seen / period
    wrong = int(abs(seen / took - 1) > 0.1 or samples < 100)
    print(f"{samples:.0f} samples, of {took * 1e-9:.3f} s; they stand for {seen * 1e-9:.3f} s")
    expected, found = shares(measured, took), shares(sampled, seen)
    for what in sorted(expected | found, key=lambda key: -expected[key]):
        deviation = math.sqrt(max(expected[what] * (1 - expected[what]), 1 / samples) / samples)
        good = abs(found[what] - expected[what]) <= DEVIATIONS * deviation + NOT_COUNTED
        wrong += not good
        print(f"{'ok' if good else 'WRONG':6}{expected[what]:8.2%}{found[what]:8.2%}  {what}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
