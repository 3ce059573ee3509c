#!/usr/bin/env python3
"""Scans one sample and compares the findings with the expectations in its line comments.

    check_sample.py --raddle build/bin/raddle samples/counter_std/counter_std.cpp -- -std=c++20 -pthread

Exit status 0 when they agree, 1 when lines were missed or findings unexpected, 2 when the scan itself failed.
"""

import argparse
import json
import os
import subprocess
import sys

from expectations import compare, read_expectations

SCAN_RAN = (0, 1)  # nothing found, something found


def scan(raddle, source, flags):
    command = [raddle, "scan", "--no-cache", "--format", "json", source, "--", *flags]
    run = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    if run.returncode not in SCAN_RAN:
        raise RuntimeError(f"`{' '.join(command)}` ended with status {run.returncode}\n{run.stderr.strip()}")
    report = json.loads(run.stdout)
    if report["coverage"]["failed"]:
        raise RuntimeError(f"{source} did not parse: {run.stderr.strip()}")
    return report["findings"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raddle", required=True)
    parser.add_argument("source")
    parser.add_argument("flags", nargs="*")
    options = parser.parse_args()
    source = os.path.realpath(options.source)
    try:
        findings = scan(options.raddle, source, options.flags)
    except (OSError, RuntimeError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
        print(f"check_sample: {error}", file=sys.stderr)
        return 2
    problems = compare(read_expectations(source), findings, lambda file: os.path.realpath(file) == source)
    for problem in problems:
        print(f"{os.path.basename(source)}: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
