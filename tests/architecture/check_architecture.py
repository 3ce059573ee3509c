#!/usr/bin/env python3
"""Checks the tree against the direction table in docs/architecture.md.

    check_architecture.py [--qt-widgets DIR] ROOT

Prints one line for each violation (file:line: what) and exits with 1 when there is any. DIR is Qt's folder of
QtWidgets headers, the list of what counts as a widget header.
"""

import argparse
import dataclasses
import os
import re
import sys

ROOTS = ("core", "analyzer", "instrument", "trace", "gui", "cli")
RIGHTS = {"clang", "qt", "widgets", "conly"}
SOURCES = (".h", ".hpp", ".c", ".cpp", ".S")
MAX_LINES = 600
INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*(?:<([^>]+)>|"([^"]+)")')


@dataclasses.dataclass
class Row:
    """What one folder may include directly: other folders, and the rights of its own."""

    folders: set
    rights: set


def read_table(markdown):
    """The rows of the fenced block ```direction: {folder: Row}. Raises ValueError for a table that is not one."""
    block = re.search(r"^```direction\n(.*?)^```", markdown, re.M | re.S)
    if not block:
        raise ValueError("no ```direction block")
    table = {}
    for line in block.group(1).splitlines():
        folder, *words = line.split()
        words = [word for word in words if word != "-"]
        table[folder] = Row({w for w in words if w[0] != "+"}, {w[1:] for w in words if w[0] == "+"})
    for folder, row in table.items():
        unknown = (row.folders - table.keys()) | (row.rights - RIGHTS)
        if unknown:
            raise ValueError(f"row {folder}: unknown {', '.join(sorted(unknown))}")
    for folder in table:
        if folder in closure(table, folder):
            raise ValueError(f"row {folder}: includes itself in a circle")
    return table


def closure(table, folder):
    """All folders below `folder`, without itself unless the table is circular."""
    seen, todo = set(), list(table[folder].folders)
    while todo:
        below = todo.pop()
        if below not in seen:
            seen.add(below)
            todo += table[below].folders
    return seen


def folder_of(table, path):
    """The row that a file belongs to: the longest one that is a prefix of its path; None when there is none."""
    parts = os.path.dirname(path).split("/")
    for count in range(len(parts), 0, -1):
        if "/".join(parts[:count]) in table:
            return "/".join(parts[:count])
    return None


def check_angle(header, folder, row, widget_headers):
    """What is wrong with `#include <header>` in `folder`, or None."""
    name = header.split("/")[-1]
    if header.split("/")[0] in ("clang", "llvm", "clang-c", "llvm-c") and "clang" not in row.rights:
        return f"<{header}> belongs to Clang; {folder} may not include it"
    if re.match(r"Q[A-Z]|Qt\w+/|q\w+\.h$", header):
        if "qt" not in row.rights:
            return f"<{header}> belongs to Qt; {folder} may not include it"
        if (header.startswith("QtWidgets") or name in widget_headers) and "widgets" not in row.rights:
            return f"<{header}> belongs to QtWidgets; {folder} may not include it"
        return None
    if "conly" in row.rights and not header.endswith(".h"):
        return f"<{header}> is a C++ header; {folder} may include C headers only"
    return None


def check_quoted(header, folder, table, root):
    """What is wrong with `#include "header"` in `folder`, or None."""
    if "/" not in header:
        return None if header.endswith(".moc") else f'"{header}" is not written from the root'
    if header.split("/")[0] not in ROOTS or ".." in header.split("/"):
        return f'"{header}" is not written from the root'
    target = folder_of(table, header)
    if target is None:
        return f'"{header}" is in a folder that the table does not name'
    if target != folder and target not in closure(table, folder):
        return f'"{header}": {folder} may not include {target}'
    if not os.path.exists(os.path.join(root, header)):
        return f'"{header}" does not exist'
    return None


def check_source(path, text, table, root, widget_headers):
    """All violations in one C or C++ file, as (line, what)."""
    folder = folder_of(table, path)
    if folder is None:
        return [(1, "is in a folder that the table does not name")]
    lines = text.splitlines()
    problems = []
    if path.endswith((".h", ".hpp")) and not re.match(r"\s*(//|/\*)", text):
        problems.append((1, "does not open with a comment that says what it is for"))
    if len(lines) > MAX_LINES:
        problems.append((len(lines), f"has {len(lines)} lines; {MAX_LINES} is the limit"))
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if not include:
            continue
        angle, quoted = include.groups()
        if quoted and quoted.split("/")[0] in ("clang", "llvm"):
            angle, quoted = quoted, None
        if angle:
            problem = check_angle(angle, folder, table[folder], widget_headers)
        else:
            problem = check_quoted(quoted, folder, table, root)
        if problem:
            problems.append((number, problem))
    return problems


def library_targets(cmake_files):
    """CMake target of each folder, as raddle_library(NAME …) or, for parts of the preloaded library,
    raddle_runtime_part(NAME …) declares it: {"raddle_model": "core/model"}."""
    targets = {}
    for path, text in cmake_files.items():
        for name in re.findall(r"\braddle_library\(\s*(\w+)", text):
            targets["raddle_" + name] = os.path.dirname(path)
        for name in re.findall(r"\braddle_runtime_part\(\s*(\w+)", text):
            targets["raddle_rt_" + name] = os.path.dirname(path)
    return targets


def check_cmake(path, text, table, targets):
    """All violations in the CMakeLists.txt of a folder of the table, as (line, what)."""
    folder = os.path.dirname(path)
    if folder not in table:
        return []
    allowed = closure(table, folder) | {folder}
    rights = table[folder].rights
    problems = []
    for number, line in enumerate(text.splitlines(), 1):
        code = line.split("#")[0]
        for target in re.findall(r"\braddle_\w+", code):
            if target in targets and targets[target] not in allowed:
                problems.append((number, f"links {target}: {folder} may not use {targets[target]}"))
            if target == "raddle_clang" and "clang" not in rights:
                problems.append((number, f"links Clang: {folder} may not use it"))
        for module in re.findall(r"\bQt6::(\w+)", code):
            needed = "widgets" if "Widgets" in module else "qt"
            if needed not in rights:
                problems.append((number, f"links Qt6::{module}: {folder} may not use it"))
    return problems


def read_tree(root):
    """Relative path -> text of every source and CMakeLists.txt under the checked folders."""
    files = {}
    for top in ROOTS:
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                if name.endswith(SOURCES) or name == "CMakeLists.txt":
                    full = os.path.join(folder, name)
                    with open(full, encoding="utf-8") as file:
                        files[os.path.relpath(full, root)] = file.read()
    return files


def check_tree(root, widget_headers):
    """All violations as lines of text, and the number of files looked at."""
    with open(os.path.join(root, "docs/architecture.md"), encoding="utf-8") as doc:
        table = read_table(doc.read())
    files = read_tree(root)
    cmake_files = {path: text for path, text in files.items() if path.endswith("CMakeLists.txt")}
    targets = library_targets(cmake_files)
    problems = []
    for path, text in sorted(files.items()):
        if path in cmake_files:
            found = check_cmake(path, text, table, targets)
        else:
            found = check_source(path, text, table, root, widget_headers)
        problems += [f"{path}:{line}: {what}" for line, what in found]
    return problems, len(files)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--qt-widgets", help="Qt's folder of QtWidgets headers")
    parser.add_argument("root")
    options = parser.parse_args()
    try:
        widget_headers = set(os.listdir(options.qt_widgets)) if options.qt_widgets else set()
        problems, count = check_tree(options.root, widget_headers)
    except (OSError, ValueError) as error:
        print(f"check_architecture: {error}", file=sys.stderr)
        return 2
    print("\n".join(problems + [f"{count} files, {len(problems)} violations"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
