#!/usr/bin/env python3
"""Numbers of calls that a recording says, exactly and counted, against those that callgrind counts in the same program.

    callgrind_counts.py RADDLE PROGRAM [ARGUMENT…]

The program has function hooks (which do nothing under callgrind) and does the same in each run."""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def callgrind(program, folder):
    stripped = folder / "program"
    # valgrind cannot read all debug info; symbols are enough.
    subprocess.run(["objcopy", "--strip-debug", program[0], stripped], check=True)
    out = folder / "callgrind.out"
    command = ["valgrind", "-q", "--tool=callgrind", "--compress-strings=no", f"--callgrind-out-file={out}"]
    subprocess.run([*command, stripped, *program[1:]], check=True, stdout=subprocess.DEVNULL)
    calls, callee = collections.Counter(), ""
    for line in out.read_text(errors="replace").splitlines():
        if line.startswith("cfn="):
            callee = re.sub(r"'\d+$", "", line[4:])
        elif line.startswith("calls="):
            calls[callee.removeprefix("(anonymous namespace)::").split("(")[0]] += int(line[6:].split()[0])
    return calls


def recorded(raddle, program, folder, *options):
    file = folder / "run.raddle"
    command = [raddle, "record", "-q", "-f", "-o", file, *options, "--", *program]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    report = subprocess.run([raddle, "report", "--format", "json", file], check=True, stdout=subprocess.PIPE)
    calls = collections.Counter()
    for row in json.loads(report.stdout)["functions"]:
        calls[row["name"].removeprefix("(anonymous namespace)::").split("(")[0]] += row["calls"]
    return calls


def main():
    raddle, *program = sys.argv[1:]
    wrong = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        theirs = callgrind(program, folder)
        for options in (["--exact"], []):
            ours = recorded(raddle, program, folder, *options)
            for function, calls in sorted(ours.items()):
                # Callgrind does not see who calls the first function.
                if function == "main":
                    continue
                wrong += theirs[function] != calls
                verdict = "ok" if theirs[function] == calls else "WRONG"
                print(f"{verdict:6}{' '.join(options):8}{function:40}{calls:>12,}{theirs[function]:>12,}")
            if len(ours) < 2:
                sys.exit("no calls were recorded")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
