"""Records programs and compares what two readers make of the recordings: `raddle report --format json`, and one
written from the page on the format.

    read_recording_test.py RADDLE PAGE FORMAT_H SUBJECT_PREFIX
"""
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from read_recording import Counts, Page, Recording

RADDLE, PAGE, FORMAT_H, SUBJECT = sys.argv[1:5]

RECORDED = [
    ("locks", "mutexes"), ("locks", "counted"), ("locks", "readers"), ("locks", "conditions"),
    ("locks", "semaphores"), ("locks", "spin"), ("locks", "signals"), ("primitives", "futexes"),
    ("primitives", "once"), ("primitives", "mutex"), ("primitives", "rwlock"), ("c11", ""), ("functions", "calls"),
    ("locks", "fight"), ("processes", "forks"), ("processes", "replaced"), ("processes", "loads-libraries"), ("threads", "joins"),
]


def summed(rows, keys):
    """The report's rows by pid and address: an address can be several objects, one after the other."""
    out = collections.defaultdict(collections.Counter)
    for row in rows:
        out[row["pid"], row["address"]].update({key: row[key] for key in keys})
    return out


class TwoReaders(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = str(pathlib.Path(folder.name, "recording"))
        self.page = Page(PAGE)

    def record(self, program, scenario, *options):
        command = [SUBJECT + program] + ([scenario] if scenario else [])
        subprocess.run([RADDLE, "record", "-q", *options, "-o", self.file, "--", *command], check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        report = subprocess.run([RADDLE, "report", self.file, "--format", "json"], check=True, capture_output=True)
        return json.loads(report.stdout), Counts(Recording(self.page, self.file))

    def compare(self, report, counts):
        self.assertEqual(report["events"], counts.events)
        self.assertGreater(counts.events, 0)
        tids = {(thread["pid"], thread["tid"]) for thread in report["threads"]}
        self.assertEqual(tids, set(counts.threads))
        for rows, own, keys in ((report["locks"], counts.locks, ("acquisitions", "contended", "failed_tries")),
                                (report["objects"], counts.objects, ("waits", "signals"))):
            theirs = summed(rows, keys + ("wait_ns",))
            for place, row in theirs.items():
                for key in keys:
                    self.assertEqual(row[key], own[place][key], f"{key} of {place}")
                self.assertAlmostEqual(row["wait_ns"], own[place]["wait_ns"], delta=1000 + 2 * own[place]["waits"])
            used = {place for place, row in own.items() if place[1] and any(row[key] for key in keys)}
            self.assertEqual(used, {place for place, row in theirs.items() if any(row[key] for key in keys)})

    def test_agree(self):
        for program, scenario in RECORDED:
            with self.subTest(program=program, scenario=scenario):
                self.compare(*self.record(program, scenario))

    def test_page_has_the_ops_of_the_writers(self):
        text = pathlib.Path(FORMAT_H).read_text(encoding="utf-8")
        rows = re.findall(r'X\((\w+), (0x\w\w), "(\w*)"\)', text)
        self.assertEqual(self.page.ops, {int(code, 16): (name, operands) for name, code, operands in rows})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
