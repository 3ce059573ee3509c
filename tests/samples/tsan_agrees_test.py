#!/usr/bin/env python3
"""Builds and runs every sample under ThreadSanitizer: a race that it sees must be marked in the sample.

This keeps the expectations honest without the scanner. It is one-sided: what a schedule did not show proves
nothing, so marked lines that were not seen are only counted. Its lock-order reports are not used; they do not
know gate locks.

    tsan_agrees_test.py --cc clang-19 --cxx clang++-19 SAMPLES_DIR
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

from expectations import read_expectations

SKIPPED = 77


def build(compiler, source, out):
    std = "-std=gnu11" if source.endswith(".c") else "-std=c++20"
    return subprocess.run(
        [compiler, std, "-O1", "-g", "-fsanitize=thread", "-pthread", source, "-o", out],
        capture_output=True, text=True, check=False)


def without_aslr():
    """Large random offsets of the address space break older ThreadSanitizer runtimes."""
    setarch = shutil.which("setarch")
    usable = setarch and subprocess.run([setarch, "-R", "true"], capture_output=True, check=False).returncode == 0
    return [setarch, "-R"] if usable else []


def run(program):
    """What the program wrote to stderr, and whether it ended: a sample of a deadlock may meet it."""
    try:
        done = subprocess.run([*without_aslr(), program], capture_output=True, timeout=20, check=False)
        return done.stderr.decode(errors="replace"), True
    except subprocess.TimeoutExpired as hung:
        return (hung.stderr or b"").decode(errors="replace"), False


def races(stderr, basename):
    """For each race reported: the sample's lines at which its accesses were made."""
    found = []
    for report in stderr.split("WARNING: ThreadSanitizer: data race")[1:]:
        lines = []
        for block in re.split(r"\n[ \t]*\n", report.split("SUMMARY:")[0]):
            if re.search(r"(read|write) of size", block, re.I):
                frame = re.search(rf"{re.escape(basename)}:(\d+)", block)
                lines += [int(frame.group(1))] if frame else []
        found.append(lines)
    return found


def check(name, source, compiler, folder):
    program = os.path.join(folder, name)
    built = build(compiler, source, program)
    if built.returncode != 0:
        return [f"{name}: does not build with -fsanitize=thread: {built.stderr.strip()}"], 0, 0
    stderr, ended = run(program)
    marked = read_expectations(source)
    if not ended and not any(marked.values()):
        return [f"{name}: did not end, though nothing is marked in it"], 0, 0
    expected = marked["race"]
    seen = races(stderr, os.path.basename(source))
    problems = [f"{name}: ThreadSanitizer sees a race at lines {lines}, none of them marked"
                for lines in seen if not expected & set(lines)]
    return problems, len(expected), len(expected & {line for lines in seen for line in lines})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cc", default="clang-19")
    parser.add_argument("--cxx", default="clang++-19")
    parser.add_argument("samples")
    options = parser.parse_args()
    jobs = []
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        probe = os.path.join(folder, "probe.c")
        with open(probe, "w", encoding="utf-8") as source:
            source.write("int main(void) { return 0; }\n")
        if build(options.cc, probe, probe + ".out").returncode != 0:
            print(f"skipped: {options.cc} cannot build with -fsanitize=thread")
            return SKIPPED
        for name in sorted(os.listdir(options.samples)):
            for suffix, compiler in ((".c", options.cc), (".cpp", options.cxx)):
                source = os.path.join(options.samples, name, name + suffix)
                if os.path.exists(source):
                    jobs.append(pool.submit(check, name, source, compiler, folder))
        results = [job.result() for job in jobs]
    problems = [problem for result in results for problem in result[0]]
    print("\n".join(problems), end="\n" if problems else "")
    print(f"{len(results)} samples; {sum(r[2] for r in results)} of {sum(r[1] for r in results)} marked race lines seen")
    return 1 if problems or not results else 0


if __name__ == "__main__":
    sys.exit(main())
