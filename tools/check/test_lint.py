import json
import os
import subprocess
from unittest import mock

import lint
from fixture import CheckTest

MOVED = "#include <string>\n#include <utility>\nstd::string f(std::string a) {\n    auto b = std::move(a);\n    return a + b;\n}\n"


class Lint(CheckTest):
    def repository(self, **files):
        """A tree in git with one commit; the files given are changed after it."""
        tree = self.tree(**files, _dot_clang_tidy_="")
        for arguments in (["init", "-q"], ["-c", "user.name=n", "-c", "user.email=e", "commit", "-q", "--allow-empty", "-m", "m"]):
            subprocess.run(["git", "-C", tree.root, *arguments], check=True)
        build = tree.root / "build" / "dev"
        build.mkdir(parents=True)
        entries = [{"directory": str(build), "file": str(tree.root / name), "command": f"clang++-19 -c {tree.root / name}"}
                   for name in tree.names if name.endswith(".cpp")]
        (build / "compile_commands.json").write_text(json.dumps(entries))
        (tree.root / ".clang-tidy").write_text("Checks: '-*,bugprone-use-after-move'\nWarningsAsErrors: '*'\n")
        return tree

    def check(self, tree, base):
        with mock.patch.dict(os.environ, {"ZFLOW_CHECK_BASE": base}):
            return lint.check(tree)

    def test_a_fault_in_a_changed_file_is_found(self):
        self.assert_one(self.check(self.repository(x_dot_cpp=MOVED), "HEAD"), "x.cpp:5", "use-after-move")

    def test_a_file_without_faults_passes(self):
        self.assertEqual(self.check(self.repository(x_dot_cpp="int f() { return 1; }\n"), "HEAD"), [])

    def test_a_base_that_is_not_there_is_a_problem(self):
        self.assert_one(self.check(self.repository(), "no-such-commit"), "no-such-commit")

    def test_a_changed_header_brings_its_source(self):
        self.assertEqual(lint.sources({"include/a.hpp"}, {"src/a.cpp", "src/b.cpp"}), ["src/a.cpp"])
