#!/usr/bin/env python3
"""Turns a compilation database into the commands that read its files one by one, for whoever is to run them.

    unit_commands.py DATABASE UNITS > build.ninja     a graph for Ninja: `ninja`, then `raddle scan --units UNITS`
    unit_commands.py --list DATABASE UNITS > steps    one shell command a line: for an array job of a cluster

DATABASE is a compile_commands.json, UNITS the folder that the units go to. A file that several commands compile is read
with the first. --raddle names the program, when it is not on the PATH.
"""
import argparse
import json
import os
import pathlib
import shlex
import shutil
import sys

C, CXX = {".c", ".i"}, {".cc", ".cp", ".cpp", ".cxx", ".c++", ".C", ".CPP", ".ii"}
LAUNCHERS = {"ccache", "sccache", "distcc", "icecc"}


def flags_of(entry, source):
    """The command's arguments without compiler, output and source; the language where the compiler's name decides it."""
    arguments = entry.get("arguments") or shlex.split(entry["command"])
    if pathlib.Path(arguments[0]).stem in LAUNCHERS:
        arguments = arguments[1:]
    flags, skip = [], False
    for argument in arguments[1:]:
        if skip:
            skip = False
        elif argument in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif argument != "-c" and os.path.normpath(os.path.join(entry["directory"], argument)) != source:
            flags.append(argument)
    if "++" in pathlib.Path(arguments[0]).name and pathlib.Path(source).suffix in C:
        flags = ["-x", "c++"] + flags
    return flags


def steps_of(database, units):
    """(source, its folder, unit, flags) of each file."""
    steps = {}
    folder = os.path.dirname(os.path.abspath(database))
    for entry in json.loads(pathlib.Path(database).read_text()):
        entry["directory"] = os.path.normpath(os.path.join(folder, entry["directory"]))
        source = os.path.normpath(os.path.join(entry["directory"], entry["file"]))
        if pathlib.Path(source).suffix in C | CXX and source not in steps:
            unit = os.path.join(os.path.abspath(units), source.lstrip("/") + ".unit")
            steps[source] = (source, entry["directory"], unit, flags_of(entry, source))
    return steps.values()


def for_ninja(text):
    return text.replace("$", "$$").replace(" ", "$ ").replace(":", "$:")


def write_ninja(steps, raddle, out):
    out.write("rule unit\n  command = mkdir -p $folder && cd $directory && $raddle unit $source -o $unit --depfile "
              "$unit.d -- $flags\n  depfile = $out.d\n  deps = gcc\n  description = unit $source\n\n")
    for source, directory, unit, flags in steps:
        out.write(f"build {for_ninja(unit)}: unit {for_ninja(source)} | {for_ninja(raddle)}\n")
        values = {"raddle": raddle, "source": source, "directory": directory, "unit": unit,
                  "folder": os.path.dirname(unit)}
        for name, value in values.items():
            out.write(f"  {name} = {shlex.quote(value).replace('$', '$$')}\n")
        out.write(f"  flags = {shlex.join(flags).replace('$', '$$')}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database")
    parser.add_argument("units")
    parser.add_argument("--list", action="store_true", help="shell commands instead of a graph")
    parser.add_argument("--raddle", default=shutil.which("raddle") or "raddle")
    options = parser.parse_args()
    raddle = os.path.abspath(options.raddle) if os.sep in options.raddle else options.raddle
    try:
        steps = steps_of(options.database, options.units)
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.exit(f"unit_commands.py: {options.database}: {error}")
    if not options.list:
        return write_ninja(steps, raddle, sys.stdout)
    for source, directory, unit, flags in steps:
        print(f"mkdir -p {shlex.quote(os.path.dirname(unit))} && cd {shlex.quote(directory)} && "
              + shlex.join([raddle, "unit", source, "-o", unit, "--", *flags]))


if __name__ == "__main__":
    main()
