#!/usr/bin/env python3
"""Loads an HTML report in headless Chromium: filters, links to a finding, no errors. Skipped (77) without Chromium.

    html_report_test.py RADDLE
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = """#include <pthread.h>
int a, b;
void* first(void* p) { a++; b++; return p; }
int main(void) {
    pthread_t x, y;
    pthread_create(&x, 0, first, 0);
    pthread_create(&y, 0, first, 0);
    pthread_join(x, 0);
    pthread_join(y, 0);
}
"""


def main():
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        print("skipped: no chromium")
        return 77
    raddle = os.path.realpath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "t.c"), "w", encoding="utf-8") as file:
            file.write(SOURCE)
        page = os.path.join(folder, "r.html")
        subprocess.run([raddle, "scan", "t.c", "--format", "html", "-o", page, "--"], cwd=folder, check=False)
        with open(page, encoding="utf-8") as file:
            text = file.read()

        def load(script, target=""):
            probe = os.path.join(folder, "probe.html")
            with open(probe, "w", encoding="utf-8") as file:
                file.write(text.replace("</body>", f"<script>{script}</script></body>"))
            run = subprocess.run(
                [browser, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom",
                 f"--user-data-dir={folder}/profile", f"file://{probe}{target}"],
                capture_output=True, text=True, timeout=120, check=False)
            errors = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
            assert not errors, errors
            return re.findall(r"<details class=\"finding[^>]*>", run.stdout), run.stdout

        all_findings, dom = load("")
        assert len(all_findings) == 2 and not any(" hidden" in one for one in all_findings), all_findings
        assert "2 of 2 shown" in dom
        some, dom = load("const t = document.getElementById('text'); t.value = '`b`'.replaceAll('`', '`');"
                         "t.dispatchEvent(new Event('input'));")
        assert sum(" hidden" in one for one in some) == 1 and "1 of 2 shown" in dom, some
        some, dom = load("document.getElementById('open').click(); document.getElementById('theme').click();")
        assert all(" open" in one for one in some) and 'data-theme="dark"' in dom, some
        name = re.search(r'id="(f[0-9a-f]+)"', all_findings[1]).group(1)
        some, dom = load("", "#" + name)
        assert " open" in some[1] and " open" not in some[0], some
    return 0


if __name__ == "__main__":
    sys.exit(main())
