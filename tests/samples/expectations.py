"""Reads what a sample expects: comments such as `// RACE` or `// NO-RACE: after the join` at the end of a line.

A marked line must be one of the locations of some finding of that property, and a finding's first location
must be a marked line. A line with a `NO-` mark tempts a tool, and must be no location of a finding of that property.
"""

import re

PROPERTIES = ("race", "deadlock", "atomicity", "misuse")
_WORD = r"(?:NO-)?(?:RACE|DEADLOCK|ATOMICITY|MISUSE)\b"
_COMMENT = re.compile(rf"//\s*({_WORD}(?:[ ,]+{_WORD})*)(?:\s*$|:)")


def read_expectations(path):
    """Marked line numbers by mark: {"race": {12, 15}, "no-race": {20}, ...}, every mark present."""
    marked = {mark: set() for name in PROPERTIES for mark in (name, "no-" + name)}
    with open(path, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            comment = _COMMENT.search(line.rstrip())
            for word in re.split(r"[ ,]+", comment.group(1)) if comment else []:
                if word:
                    marked[word.lower()].add(number)
    return marked


def compare(marked, findings, is_sample):
    """Lines of text, one for each missed mark and each unexpected finding; none when all agree.

    `findings` are those of `raddle scan --format json`; `is_sample(file)` says whether a location is in the sample.
    """
    problems = []
    named = {name: set() for name in PROPERTIES}
    for finding in findings:
        name = finding["property"]
        lines = [at["line"] if is_sample(at["file"]) else None for at in finding["locations"]]
        named[name].update(lines)
        if not lines or lines[0] not in marked[name]:
            first = finding["locations"][0] if lines else {"file": "?", "line": 0}
            problems.append(f"unexpected {name} {first['file']}:{first['line']}: [{finding['rule']}] {finding['message']}")
    for name in PROPERTIES:
        problems += [f"named {name} at line {line}, which says otherwise" for line in sorted(marked["no-" + name] & named[name])]
        problems += [f"missed {name} at line {line}" for line in sorted(marked[name] - named[name])]
    return problems
