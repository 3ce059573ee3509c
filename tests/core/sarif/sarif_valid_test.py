#!/usr/bin/env python3
"""Validates SARIF reports against the schema of SARIF 2.1.0 (with python3-jsonschema) and against the standard's and
GitHub's further rules (with Microsoft's SARIF Multitool). Both come from the npm package that package.json names;
scripts/test installs it in TOOL. Without it the test is skipped (77), except in continuous integration (CI=true).

    sarif_valid_test.py RADDLE TOOL SAMPLE…
"""

import copy
import json
import os
import subprocess
import sys
import tempfile

PACKAGE = "node_modules/@microsoft/sarif-multitool-linux"
# There is no public page to point to, and what is absent is on no line.
ALLOWED = ("SARIF2005", "SARIF2017")


def skip(why):
    failing = os.environ.get("CI") == "true"
    print("missing:" if failing else "skipped:", why, "(scripts/test installs it)")
    return 1 if failing else 77


def reports(raddle, samples, folder):
    """Scans each sample as it is, with all findings becoming known, and with all known."""
    for number, sample in enumerate(samples):
        baseline = os.path.join(folder, f"{number}.json")
        for kind, options in (("new", []), ("settled", ["--baseline", baseline, "--update-baseline"]),
                              ("known", ["--baseline", baseline])):
            path = os.path.join(folder, f"{number}-{kind}.sarif")
            run = subprocess.run([raddle, "scan", sample, "--no-cache", "--format", "sarif", "-o", path, *options, "--",
                                  "-pthread"], cwd=os.path.dirname(sample), check=False, capture_output=True, text=True)
            if run.returncode not in (0, 1, 3):
                raise SystemExit(f"{sample}: {run.stderr}")
            yield path


def schema_errors(validator, path):
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    for error in validator.iter_errors(report):
        yield f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}"
    if not report["runs"][0]["results"]:
        yield f"{path}: holds no result, so that nothing of it was tested"
    broken = copy.deepcopy(report)
    del broken["runs"][0]["taxonomies"][0]["name"]
    if validator.is_valid(broken):
        yield f"{path}: the schema accepts a taxonomy without a name"


def rule_errors(tool, paths, folder):
    verdict = os.path.join(folder, "verdict.sarif")
    subprocess.run([tool, "validate", *paths, "--rule-kind", "Sarif;Ghas", "-o", verdict, "--log", "ForceOverwrite"],
                   check=False, capture_output=True, timeout=240,
                   env=dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1"))
    with open(verdict, encoding="utf-8-sig") as file:
        run = json.load(file)["runs"][0]
    if not run["invocations"][0]["executionSuccessful"]:
        yield f"the validator failed: {run['invocations'][0]}"
    for result in run["results"]:
        if result["ruleId"] not in ALLOWED and result.get("level", "warning") in ("error", "warning"):
            at = result["locations"][0]["physicalLocation"]
            yield f"{at['artifactLocation']}: {at.get('region')}: {result['ruleId']} {result['message']}"


def main():
    raddle, package = os.path.realpath(sys.argv[1]), os.path.join(sys.argv[2], PACKAGE)
    try:
        import jsonschema
    except ImportError:
        return skip("python3-jsonschema")
    if not os.path.isdir(package):
        return skip("the SARIF schema and validator")
    with open(os.path.join(package, "sarif-2.1.0.json"), encoding="utf-8") as file:
        schema = json.load(file)
    validator = jsonschema.validators.validator_for(schema)(schema)
    with tempfile.TemporaryDirectory() as folder:
        paths = list(reports(raddle, sys.argv[3:], folder))
        errors = [error for path in paths for error in schema_errors(validator, path)]
        errors += rule_errors(os.path.join(package, "Sarif.Multitool"), paths, folder)
    print(*errors, sep="\n")
    print(f"{len(paths)} reports, {len(errors)} errors")
    return 1 if errors or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
