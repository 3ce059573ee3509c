#!/usr/bin/env python3
"""Runs what docs/ci.md offers for CI systems as far as that goes without them: the steps of the GitHub action, the job of
the GitLab template and the hook of pre-commit (skipped without it), on a project in a git repository, with an installed
scanner.

    ready_made_ci_test.py BUILD
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

import yaml

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", ".."))
BUILD = os.path.realpath(sys.argv.pop())
MAIN = """#include <pthread.h>
void *count(void *);
int main(void) { pthread_t t; for (int i = 0; i < 2; i++) pthread_create(&t, 0, count, 0); }
"""


def load(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return yaml.safe_load(file)


class ReadyMadeCi(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.base)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", f"{cls.base}/raddle", "--component",
                        "raddle_scanner"], check=True, stdout=subprocess.DEVNULL)

    def setUp(self):
        self.project = tempfile.mkdtemp(dir=self.base)
        self.write("main.c", MAIN)
        self.write("count.c", "int hits; void *count(void *p) { return p; }\n")
        database = [{"directory": self.project, "file": name, "arguments": ["cc", "-c", name]}
                    for name in ("main.c", "count.c")]
        self.write("build/compile_commands.json", json.dumps(database))
        self.write(".gitignore", "build\n.raddle-cache\n")
        self.first = self.commit()
        self.write("count.c", "int hits; void *count(void *p) { hits++; return p; }\n")

    def write(self, name, text):
        path = os.path.join(self.project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(os.path.join(self.project, name), encoding="utf-8") as file:
            return file.read()

    def git(self, *arguments):
        run = subprocess.run(["git", "-c", "user.email=a@example.org", "-c", "user.name=a", *arguments],
                             cwd=self.project, check=True, capture_output=True, text=True)
        return run.stdout.strip()

    def commit(self):
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-qm", "x")
        return self.git("rev-parse", "HEAD")

    def run_shell(self, script, variables, status):
        environment = dict(os.environ, PATH=f"{self.base}/raddle/bin:{os.environ['PATH']}", **variables)
        run = subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=self.project, env=environment,
                             check=False, capture_output=True, text=True)
        self.assertEqual(run.returncode, status, run.stdout + run.stderr)
        return run.stdout

    def action(self, status, **given):
        """Runs the action's own steps; those of other actions need GitHub."""
        action = load("ci/action.yml")
        values = {f"inputs.{name}": given.get(name.replace("-", "_"), "") for name in action["inputs"]}
        values["runner.temp"] = self.base
        out = ""
        for step in action["runs"]["steps"]:
            if "run" not in step:
                continue
            variables = {name: re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda match: values[match[1]], value)
                         for name, value in step.get("env", {}).items()}
            variables.update(GITHUB_ACTION_PATH=f"{ROOT}/ci", GITHUB_PATH=f"{self.base}/path", RUNNER_TEMP=self.base,
                             GITHUB_OUTPUT=f"{self.base}/outputs")
            out += self.run_shell(step["run"], variables, status if step.get("id") == "scan" else 0)
        return out

    def test_the_action_annotates_and_names_its_reports(self):
        out = self.action(1, build="build", options="--min-evidence likely")
        self.assertIn("::error file=count.c,line=1,col=34,title=race-unprotected-access::", out)
        with open(f"{self.base}/outputs", encoding="utf-8") as file:
            outputs = dict(line.split("=", 1) for line in file.read().splitlines())
        self.assertEqual(json.loads(self.read(outputs["sarif"]))["version"], "2.1.0")
        self.assertTrue(os.path.getsize(outputs["html"]) > 0)

    def test_the_action_reports_what_a_pull_request_brings(self):
        self.assertIn("::error", self.action(1, build="build", base=self.first))
        self.assertNotIn("::error", self.action(0, build="build", base=self.commit()))

    def gitlab(self, status, **variables):
        job = load("ci/gitlab.yml")["raddle"]
        given = {**{name: str(value) for name, value in job["variables"].items()}, **variables,
                 "CI_PROJECT_DIR": self.project}
        given = {name: value.replace("$CI_PROJECT_DIR", self.project) for name, value in given.items()}
        self.run_shell("\n".join(job["script"]), given, status)
        return job["artifacts"]

    def test_the_gitlab_job_leaves_what_it_promises(self):
        artifacts = self.gitlab(1)
        for path in artifacts["paths"]:
            self.assertIn("<!DOCTYPE html>", self.read(path))
        issues = json.loads(self.read(artifacts["reports"]["codequality"]))
        self.assertEqual([issue["check_name"] for issue in issues], ["race-unprotected-access"])
        for issue in issues:
            self.assertTrue(issue["description"] and issue["fingerprint"])
            self.assertIn(issue["severity"], ("info", "minor", "major", "critical", "blocker"))
            self.assertEqual((issue["location"]["path"], issue["location"]["lines"]["begin"]), ("count.c", 1))
        suites = xml.etree.ElementTree.fromstring(self.read(artifacts["reports"]["junit"]))
        self.assertEqual(len(suites.findall(".//testcase/failure")), 1)

    def test_the_gitlab_job_reports_what_a_merge_request_brings(self):
        self.gitlab(1, CI_MERGE_REQUEST_DIFF_BASE_SHA=self.first)
        self.gitlab(0, CI_MERGE_REQUEST_DIFF_BASE_SHA=self.commit())

    @unittest.skipUnless(shutil.which("pre-commit"), "no pre-commit")
    def test_the_hook_stops_a_commit_that_brings_a_finding(self):
        with tempfile.TemporaryDirectory() as repository:
            shutil.copy(os.path.join(ROOT, ".pre-commit-hooks.yaml"), repository)
            git = ["git", "-c", "user.email=a@example.org", "-c", "user.name=a", "-C", repository]
            for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
                subprocess.run([*git, *arguments], check=True, capture_output=True)
            hook = f"pre-commit try-repo {repository} raddle-scan --all-files"
            variables = {"PRE_COMMIT_HOME": f"{self.base}/pre-commit", "GIT_CONFIG_GLOBAL": "/dev/null"}
            out = self.run_shell(hook, variables, 1)
            self.assertIn("data race on `hits`", out)
            self.commit()
            self.assertIn("Passed", self.run_shell(hook, variables, 0))


if __name__ == "__main__":
    unittest.main()
