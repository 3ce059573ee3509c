#!/usr/bin/env python3
"""Tests of the sample checker itself, and of the samples' form: it must fail where it should."""

import os
import re
import sys
import tempfile
import unittest

from expectations import PROPERTIES, compare, read_expectations

SAMPLES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "..", "samples")


def finding(prop, *lines, file="a.c"):
    return {"property": prop, "rule": f"{prop}-x", "message": "m", "locations": [{"file": file, "line": n} for n in lines]}


def marks(**lines):
    """marks(race=[3], no_race=[5])"""
    names = [mark for name in PROPERTIES for mark in (name, "no-" + name)]
    return {name: set(lines.get(name.replace("-", "_"), ())) for name in names}


def problems(marked, *findings):
    return compare(marked, findings, lambda file: file == "a.c")


class Comments(unittest.TestCase):
    def read(self, text):
        with tempfile.NamedTemporaryFile("w", suffix=".c") as source:
            source.write(text)
            source.flush()
            return read_expectations(source.name)

    def test_marks_are_read_by_property_and_line(self):
        self.assertEqual(self.read("x;  // RACE\ny;\nz;  // MISUSE RACE: both\n"), marks(race=[1, 3], misuse=[3]))

    def test_other_comments_mark_nothing(self):
        self.assertEqual(self.read("x;  // NO-RACE: joined\n// RACE is a word here\n/* RACE */\n"), marks(no_race=[1]))


class Comparison(unittest.TestCase):
    def test_agreement(self):
        self.assertEqual(problems(marks(race=[3, 5]), finding("race", 5, 3, 9)), [])

    def test_missed_line(self):
        self.assertEqual(problems(marks(race=[3, 5]), finding("race", 5)), ["missed race at line 3"])

    def test_a_line_said_to_be_safe_must_not_be_named(self):
        found = problems(marks(race=[5], no_race=[9]), finding("race", 5, 9))
        self.assertEqual(found, ["named race at line 9, which says otherwise"])

    def test_other_property_does_not_count(self):
        self.assertEqual(len(problems(marks(race=[3]), finding("deadlock", 3))), 2)

    def test_first_location_must_be_marked(self):
        self.assertEqual(problems(marks(race=[3]), finding("race", 4, 3)), ["unexpected race a.c:4: [race-x] m"])

    def test_finding_in_another_file_is_unexpected(self):
        self.assertIn("unexpected race b.h:3: [race-x] m", problems(marks(race=[3]), finding("race", 3, file="b.h")))


class Samples(unittest.TestCase):
    def sources(self):
        for name in sorted(os.listdir(SAMPLES)):
            folder = os.path.join(SAMPLES, name)
            if os.path.isdir(folder):
                yield name, os.path.join(folder, next(f for f in os.listdir(folder) if f in (name + ".c", name + ".cpp")))

    def test_each_opens_with_two_comment_lines(self):
        for name, path in self.sources():
            with open(path, encoding="utf-8") as source:
                lines = source.read().split("\n")
            self.assertTrue(lines[0].startswith("// ") and lines[1].startswith("// "), name)

    def test_corrected_twins_expect_nothing(self):
        for name, path in self.sources():
            if name.endswith("_fixed"):
                marked = read_expectations(path)
                self.assertFalse(any(marked[prop] for prop in PROPERTIES), name)

    def test_each_is_in_the_list(self):
        with open(os.path.join(SAMPLES, "README.md"), encoding="utf-8") as readme:
            listed = set(re.findall(r"^\| `(\w+)` ", readme.read(), re.M))
        self.assertEqual(listed, {name for name, _ in self.sources() if not name.endswith("_fixed")})


if __name__ == "__main__":
    sys.exit(unittest.main())
