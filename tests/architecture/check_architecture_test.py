#!/usr/bin/env python3
"""Tests of the architecture check: a tree with one violation of each kind must be reported, a clean one not."""

import os
import sys
import tempfile
import unittest

from check_architecture import check_tree, closure, read_table

TABLE = """# Architecture
```direction
core/wire    -
core/model   -
analyzer/ir  core/model
analyzer/lower analyzer/ir +clang
instrument/runtime core/wire +conly
instrument/runtime/life core/wire +conly
instrument/runtime/hooks instrument/runtime/life +conly
gui/models   core/model +qt
gui/views    gui/models +qt +widgets
cli          analyzer/ir
```
"""
HEADER = "// Says what it is for.\n#pragma once\n"
CLEAN = {
    "docs/architecture.md": TABLE,
    "core/wire/format.h": HEADER + "#include <stdint.h>\n",
    "core/model/finding.h": HEADER + "#include <string>\n",
    "core/model/CMakeLists.txt": "raddle_library(model)\n",
    "analyzer/ir/ir.h": HEADER + '#include "core/model/finding.h"\n',
    "analyzer/ir/CMakeLists.txt": "raddle_library(ir DEPS raddle_model)\n",
    "analyzer/lower/lower.cpp": '#include <clang/AST/AST.h>\n#include "core/model/finding.h"\n',
    "analyzer/lower/CMakeLists.txt": "raddle_library(lower DEPS raddle_ir raddle_clang)\n",
    "instrument/runtime/hook.cpp": '#include <pthread.h>\n#include "core/wire/format.h"\n',
    "instrument/runtime/hooks/CMakeLists.txt": "raddle_runtime_part(hooks DEPS raddle_rt_life)\n",
    "gui/models/session.cpp": '#include <QObject>\n#include "session.moc"\n',
    "gui/models/CMakeLists.txt": "raddle_library(gui_models DEPS raddle_model Qt6::Core)\n",
    "gui/views/page.cpp": "#include <QWidget>\n",
    "gui/views/CMakeLists.txt": "raddle_library(gui_views DEPS raddle_gui_models Qt6::Widgets)\n",
    "cli/main.cpp": '#include "core/model/finding.h"\n#include "analyzer/ir/ir.h"\n',
}


def violations(changes):
    """What the check says about the clean tree with some files replaced or added."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**CLEAN, **changes}.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        return check_tree(root, {"QWidget", "QTableView"})[0]


class Table(unittest.TestCase):
    def test_rights_pass_on_folders_only(self):
        table = read_table(TABLE)
        self.assertEqual(closure(table, "analyzer/lower"), {"analyzer/ir", "core/model"})
        self.assertEqual(table["cli"].rights, set())

    def test_broken_tables_are_refused(self):
        for block in ("", "```direction\na b\n```\n", "```direction\na +magic\n```\n", "```direction\na b\nb a\n```\n"):
            with self.assertRaises(ValueError):
                read_table(block)


class Tree(unittest.TestCase):
    def expect(self, path, text, *parts):
        """Exactly one violation, in `path`, whose text holds the parts."""
        found = violations({path: text})
        self.assertEqual(len(found), 1, found)
        for part in (path, *parts):
            self.assertIn(part, found[0])

    def test_clean_tree(self):
        self.assertEqual(violations({}), [])

    def test_wrong_direction(self):
        self.expect("core/model/a.cpp", '\n#include "analyzer/ir/ir.h"\n', ":2:", "core/model may not include analyzer/ir")

    def test_clang_outside_lower(self):
        self.expect("analyzer/ir/a.cpp", "#include <clang/AST/AST.h>\n", "Clang")
        self.expect("cli/a.cpp", '#include "llvm/ADT/StringRef.h"\n', "Clang")

    def test_qt_outside_gui(self):
        self.expect("core/model/a.cpp", "#include <QString>\n", "Qt")
        self.expect("core/model/b.cpp", "#include <QtCore/qglobal.h>\n", "Qt")

    def test_widgets_outside_views(self):
        self.expect("gui/models/a.cpp", "#include <QTableView>\n", "QtWidgets")
        self.expect("gui/models/b.cpp", "#include <QtWidgets/QLabel>\n", "QtWidgets")

    def test_cpp_header_in_runtime(self):
        self.expect("instrument/runtime/a.cpp", "#include <atomic>\n", "C headers only")
        self.expect("instrument/runtime/b.h", HEADER + "#  include <cstdint>\n", "C headers only")

    def test_include_not_from_root(self):
        self.expect("core/model/a.cpp", '#include "finding.h"\n', "from the root")
        self.expect("core/model/b.cpp", '#include "../wire/format.h"\n', "from the root")
        self.expect("analyzer/ir/c.cpp", '#include "core/../core/model/finding.h"\n', "from the root")

    def test_missing_header(self):
        self.expect("core/model/a.cpp", '#include "core/model/gone.h"\n', "does not exist")

    def test_header_without_comment(self):
        self.expect("core/model/a.h", "#pragma once\n", "comment")

    def test_long_file(self):
        self.expect("core/model/a.cpp", "\n" * 601, "601 lines")

    def test_folder_outside_the_table(self):
        self.expect("core/extra/a.cpp", "", "does not name")

    def test_link_against_the_direction(self):
        self.expect("core/model/CMakeLists.txt", "raddle_library(model DEPS raddle_ir)\n", "may not use analyzer/ir")
        self.expect("cli/CMakeLists.txt", "target_link_libraries(raddle raddle_lower)\n", "may not use analyzer/lower")

    def test_link_of_runtime_parts(self):
        self.expect("instrument/runtime/life/CMakeLists.txt", "raddle_runtime_part(life DEPS raddle_rt_hooks)\n",
                    "may not use instrument/runtime/hooks")

    def test_link_of_clang_and_qt(self):
        self.expect("cli/CMakeLists.txt", "target_link_libraries(raddle PRIVATE raddle_clang)\n", "Clang")
        self.expect("gui/models/CMakeLists.txt", "raddle_library(gui_models DEPS Qt6::Widgets)\n", "Qt6::Widgets")


if __name__ == "__main__":
    sys.exit(unittest.main())
