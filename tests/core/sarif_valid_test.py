#!/usr/bin/env python3
"""Validates SARIF reports against the schema and GitHub's rules with Microsoft's SARIF Multitool, from the npm package
@microsoft/sarif-multitool-linux. Skipped (77) when neither RADDLE_SARIF_MULTITOOL names it nor PATH has it.

    sarif_valid_test.py RADDLE SAMPLE…
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile


def main():
    tool = os.environ.get("RADDLE_SARIF_MULTITOOL") or shutil.which("Sarif.Multitool")
    if not tool:
        print("skipped: no SARIF Multitool")
        return 77
    raddle = os.path.realpath(sys.argv[1])
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        report, verdict = os.path.join(folder, "r.sarif"), os.path.join(folder, "v.sarif")
        baseline = os.path.join(folder, "base.json")
        settle = [[], ["--baseline", baseline, "--update-baseline"], ["--baseline", baseline]]
        for sample, more in ((s, m) for s in sys.argv[2:] for m in settle):
            subprocess.run([raddle, "scan", sample, "--format", "sarif", "-o", report, *more, "--", "-pthread"],
                           cwd=os.path.dirname(sample), check=False, capture_output=True)
            subprocess.run([tool, "validate", report, "--rule-kind", "Sarif;Ghas", "-o", verdict, "--log",
                            "ForceOverwrite"], check=False, capture_output=True, timeout=120,
                           env=dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1"))
            with open(verdict, encoding="utf-8-sig") as file:
                results = json.load(file)["runs"][0]["results"]
            for result in results:
                # There is no public page to point to, and what is absent is on no line.
                if result["ruleId"] not in ("SARIF2005", "SARIF2017") and result.get("level", "warning") in ("error", "warning"):
                    print(sample, more, result["ruleId"], result["message"])
                    bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
