"""The checks can fail: each is shown something right and something wrong."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import clocks
import docs
import format
import graph
import headers
import sources
import tidy
import tree

MOVED = "#include <string>\n#include <utility>\nstd::string f(std::string a) {\n    auto b = std::move(a);\n    return a + b;\n}\n"


class Case(unittest.TestCase):
    """A repository in a fresh directory."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)
        self.git("init", "-q")

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *arguments], cwd=self.root, check=True)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def assert_says(self, problems, *words):
        """There is exactly one problem, and it says all the words."""
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])


class Clocks(Case):
    def test_what_reads_a_clock_is_found(self):
        for line in ("auto t = std::chrono::steady_clock::now();", "std::random_device d;", "getrandom(p, n, 0);",
                     "auto t = std::time(nullptr);", "int x = rand();", 'open("/dev/urandom");'):
            self.write("lib/store/src/a.cpp", line)
            self.assert_says(clocks.run(self.root), "lib/store/src/a.cpp:1")

    def test_what_only_looks_like_it_is_not(self):
        for line in ("auto t = clock.steady_now();", "steady_clock::time_point t;", "operand(x); runtime(y);",
                     "// never steady_clock::now"):
            self.write("lib/store/src/a.cpp", line)
            self.assertEqual(clocks.run(self.root), [])

    def test_base_and_tests_may(self):
        for path in ("lib/base/src/clock.cpp", "lib/store/test/a.cpp"):
            self.write(path, "std::chrono::steady_clock::now();")
        self.assertEqual(clocks.run(self.root), [])


class Docs(Case):
    def test_links(self):
        self.write("b.md", "# A heading, with `code`\n```\n# no heading\n```\n")
        self.assertEqual(docs.link_problems(self.root, "a.md", "[x](b.md) [y](b.md#a-heading-with-code)"), [])
        self.assertEqual(len(docs.link_problems(self.root, "a.md", "[x](c.md) [y](b.md#no-heading)")), 2)

    def test_a_block_is_the_text_of_its_source(self):
        self.write("x.cpp", "one\n// [part]\ntwo\n// [part end]\n")
        good = "<!-- source: x.cpp#part -->\n```cpp\ntwo\n```"
        self.assertEqual(docs.source_problems(self.root, "a.md", good), [])
        self.assertEqual(len(docs.source_problems(self.root, "a.md", good.replace("two", "three"))), 1)
        self.assertEqual(len(docs.source_problems(self.root, "a.md", good.replace("x.cpp", "y.cpp"))), 1)

    def test_cpp_for_users_has_a_source(self):
        self.write("x.cpp", "one\n")
        self.write("docs/a.md", "<!-- source: x.cpp -->\n```cpp\none\n```\n")
        self.assertEqual(docs.run(self.root), [])
        self.write("docs/a.md", "text\n```cpp\none\n```\n")
        self.assert_says(docs.run(self.root), "docs/a.md", "nothing compiles it")

    def test_files_that_comments_name_are_there(self):
        self.write("x.hpp", "/// Example: examples/1/main.cpp.\n")
        self.assert_says(docs.run(self.root), "x.hpp:1", "examples/1/main.cpp")
        self.write("examples/1/main.cpp", "int main() {}\n")
        self.assertEqual(docs.run(self.root), [])


class Format(Case):
    def test_what_clang_format_would_change_is_found(self):
        self.write("x.cpp", "int main() {}\n")
        self.assertEqual(format.run(self.root), [])
        self.write("x.cpp", "int   main( ) { }\n")
        self.assert_says(format.run(self.root), "x.cpp")

    def test_long_files_long_lines_and_blanks_are_found(self):
        self.write("x.cpp", "int x;\n" * (format.MAX_LINES + 1))
        self.assert_says(format.run(self.root), "501 lines")
        self.write("x.cpp", f"// {'x' * format.MAX_COLUMNS}\n")
        self.assert_says(format.run(self.root), "x.cpp:1", "113 columns")
        self.write("x.cpp", "")
        self.write("x.py", "a = 1 \n")
        self.assert_says(format.run(self.root), "x.py:1", "blanks")


class Graph(Case):
    def setUp(self):
        super().setUp()
        for name, links in (("a", "PUBLIC zflow::b PRIVATE zflow::c fmt::fmt"), ("b", "PUBLIC Boost::headers"), ("c", "")):
            self.write(f"lib/{name}/CMakeLists.txt", f"zflow_library({name}\n  SOURCES x.cpp # zflow::x\n  {links})\n")
            for path in ("README.md", f"include/zflow/{name}/x.hpp", "src/x.cpp", "test/x_test.cpp"):
                self.write(f"lib/{name}/{path}", "")
        self.write("ARCHITECTURE.md", "```modules\na -> b, c\nb ->\nc ->\n```\n")

    def test_a_graph_that_is_true_passes(self):
        self.assertEqual(graph.run(self.root), [])

    def test_a_link_too_few_and_one_too_many_are_found(self):
        self.write("ARCHITECTURE.md", "```modules\na -> b\nb ->\nc ->\n```\n")
        self.assert_says(graph.run(self.root), "module a", "says b, CMake says b, c")
        self.write("ARCHITECTURE.md", "```modules\na -> b, c\nb -> c\nc ->\n```\n")
        self.assert_says(graph.run(self.root), "module b", "says c, CMake says no links")

    def test_missing_and_made_up_modules_are_found(self):
        self.write("ARCHITECTURE.md", "```modules\na -> b, c\nb ->\nengine ->\n```\n")
        self.assertEqual(len(graph.run(self.root)), 2)

    def test_every_module_has_the_same_inside(self):
        (self.root / "lib/c/test/x_test.cpp").unlink()
        self.assert_says(graph.run(self.root), "lib/c", "test/*_test.cpp")
        self.write("lib/c/test/x_test.cpp", "")
        self.write("lib/c/include/zflow/b/y.hpp", "")
        self.assert_says(graph.run(self.root), "lib/c/include/zflow/b/y.hpp")

    def test_private_links_are_not_in_reach_of_headers(self):
        self.assertEqual(sorted(graph.public_closure(self.root, "a")), ["a", "b"])


class Headers(Case):
    def test_a_header_needs_no_other_before_it(self):
        self.write("lib/a/include/zflow/a/x.hpp", "#pragma once\nstd::string name();\n")
        self.assert_says(headers.run(self.root), "lib/a/include/zflow/a/x.hpp")
        self.write("lib/a/include/zflow/a/x.hpp", "#pragma once\n#include <string>\nstd::string name();\n")
        self.assertEqual(headers.run(self.root), [])

    def test_a_header_may_include_what_its_module_links_publicly(self):
        self.write("lib/b/include/zflow/b/y.hpp", "#pragma once\n")
        self.write("lib/a/include/zflow/a/x.hpp", "#pragma once\n#include <zflow/b/y.hpp>\n")
        self.write("lib/a/CMakeLists.txt", "zflow_library(a SOURCES x.cpp PRIVATE zflow::b)")
        self.assert_says(headers.run(self.root), "y.hpp")
        self.write("lib/a/CMakeLists.txt", "zflow_library(a SOURCES x.cpp PUBLIC zflow::b)")
        self.assertEqual(headers.run(self.root), [])


class Sources(Case):
    def test_lines_that_no_file_may_hold_are_found(self):
        for line in ("// /ro" + "ot/x", "// TO" + "DO", "#include <boost/asio.hpp>"):
            self.write("x.cpp", line + "\n")
            self.assert_says(sources.run(self.root), "x.cpp:1")

    def test_what_only_looks_like_it_is_not(self):
        self.write("x.cpp", "// docs/home/x, https://a.b/home/x, ${prefix}/work/x\n#include <boost/asio/post.hpp>\n")
        self.assertEqual(sources.run(self.root), [])

    def test_a_header_is_read_once(self):
        self.write("x.hpp", "int f();\n")
        self.assert_says(sources.run(self.root), "#pragma once")


class Tidy(Case):
    def setUp(self):
        super().setUp()
        self.write(".gitignore", "build/\n")
        self.write(".clang-tidy", "Checks: '-*,bugprone-use-after-move'\nWarningsAsErrors: '*'\n")
        self.write("x.cpp", MOVED)
        entry = {"directory": str(self.root), "file": str(self.root / "x.cpp"), "command": "clang++-19 -c x.cpp"}
        self.write("build/dev/compile_commands.json", json.dumps([entry]))

    def run_with(self, base):
        with mock.patch.dict(os.environ, {"ZFLOW_CHECK_BASE": base}):
            return tidy.run(self.root)

    def test_only_what_changed_is_looked_at(self):
        self.assert_says(self.run_with("no-such-commit"), "x.cpp:5", "use-after-move")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "m")
        self.assertEqual(self.run_with("HEAD"), [])
        self.assertEqual(len(self.run_with("all")), 1)
        self.write("x.cpp", MOVED + "\n")
        self.assertEqual(len(self.run_with("HEAD")), 1)

    def test_a_changed_header_brings_the_source_of_its_name(self):
        self.assertEqual(tidy.sources_of({"include/a.hpp"}, {"src/a.cpp", "src/b.cpp"}), ["src/a.cpp"])

    def test_a_linter_that_cannot_work_is_a_problem(self):
        self.write("x.cpp", '#include "not_there.hpp"\n')
        self.assertEqual(len(self.run_with("all")), 1)
        (self.root / "build/dev/compile_commands.json").unlink()
        self.assert_says(self.run_with("all"), "run ./dev build")


class Tree(Case):
    def test_recorded_data_and_what_is_ignored_do_not_belong(self):
        self.write(".gitignore", "build/\n")
        for path in ("a.txt", "build/b.txt", "lib/x/test/golden/c.txt"):
            self.write(path, "")
        self.assertEqual(tree.tracked(self.root, "*.txt"), ["a.txt"])


if __name__ == "__main__":
    unittest.main()
