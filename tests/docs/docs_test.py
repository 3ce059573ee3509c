#!/usr/bin/env python3
"""Tests that documents and program agree: rules and pages, commands and man page, links and files.

    docs_test.py RADDLE
"""

import os
import re
import subprocess
import sys
import unittest

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
RADDLE = sys.argv.pop() if len(sys.argv) > 1 else "raddle"
SECTIONS = ("Bad", "Good", "How to fix", "What is not reported", "Known limits")


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def raddle(*arguments):
    return subprocess.run([RADDLE, *arguments], capture_output=True, text=True, timeout=30, check=False)


def listed_rules():
    return [line for line in raddle("explain").stdout.splitlines() if line and not line.startswith(" ")]


class Rules(unittest.TestCase):
    def test_every_rule_has_a_page_and_every_page_a_rule(self):
        pages = sorted(name[:-3] for name in os.listdir(os.path.join(ROOT, "docs/rules")) if name.endswith(".md"))
        self.assertEqual(pages, sorted(listed_rules()))

    def test_explain_prints_the_page(self):
        for rule in listed_rules():
            self.assertEqual(raddle("explain", rule).stdout, read(f"docs/rules/{rule}.md"), rule)

    def test_pages_have_all_sections(self):
        for rule in listed_rules():
            page = read(f"docs/rules/{rule}.md")
            self.assertEqual(re.findall(r"^## (.*)$", page, re.M), list(SECTIONS), rule)
            self.assertRegex(page, r"(?m)^\*\w+ · CWE-\d+", rule)

    def test_pages_say_what_the_table_says(self):
        table = re.findall(r'\{"([\w-]+)", Property::(\w+), Severity::(\w+), (\d+),\s*"(.*)"\}', read("core/model/rules.cpp"))
        self.assertEqual(sorted(row[0] for row in table), sorted(listed_rules()))
        for rule, prop, severity, cwe, summary in table:
            page = read(f"docs/rules/{rule}.md").splitlines()
            self.assertEqual(page[:3], [f"# {rule}", "", summary])
            self.assertRegex(page[4], rf"^\*{prop} · CWE-{cwe} .* · {severity}\*$")

    def test_unknown_rule_is_an_error(self):
        run = raddle("explain", "no-such-rule")
        self.assertEqual((run.returncode, run.stdout), (2, ""))
        self.assertIn("no-such-rule", run.stderr)


class Documents(unittest.TestCase):
    def test_links_lead_to_files(self):
        documents = ["README.md", "CONTRIBUTING.md", "samples/README.md"]
        documents += [f"docs/{name}" for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md")]
        for document in documents:
            for target in re.findall(r"\]\(([^)#]+)\)", read(document)):
                if not target.startswith("http") and not target.startswith("docs/images/"):
                    path = os.path.join(ROOT, os.path.dirname(document), target)
                    self.assertTrue(os.path.exists(path), f"{document}: {target}")

    def test_man_page_has_every_command(self):
        page = read("docs/man/raddle.1")
        commands = raddle("--help").stdout.split("Subcommands:")[1]
        for command in re.findall(r"^  ([a-z][a-z-]*) ", commands, re.M):
            self.assertRegex(page, rf"(?m)^\.B {command}$", command)
            self.assertIn("xample", raddle(command, "--help").stdout, command)

    def test_bash_completion_asks_the_program(self):
        script = """source "$1"; RADDLE=$2; raddle() { "$RADDLE" "$@"; }
                    COMP_WORDS=(raddle explain deadlock-s); COMP_CWORD=2; _raddle; echo "${COMPREPLY[@]}"
                    COMP_WORDS=(raddle explain --he); _raddle; echo "${COMPREPLY[@]}"
                    COMP_WORDS=(raddle expl); COMP_CWORD=1; _raddle; echo "${COMPREPLY[@]}" """
        completion = os.path.join(ROOT, "docs/completions/raddle.bash")
        run = subprocess.run(["bash", "-c", script, "bash", completion, RADDLE], capture_output=True, text=True, check=True)
        self.assertEqual(run.stdout.split("\n"), ["deadlock-self", "--help", "explain", ""])


if __name__ == "__main__":
    sys.exit(unittest.main())
