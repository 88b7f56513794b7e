"""The checks can fail: each is shown something wrong."""

import tempfile
import unittest
from pathlib import Path

import clocks
import docs
import graph


class Checks(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def test_clocks(self):
        self.assertEqual(len(clocks.problems_in("lib/store/src/a.cpp", "auto t = std::chrono::steady_clock::now();")), 1)
        self.assertEqual(clocks.problems_in("lib/store/src/a.cpp", "auto t = clock.steady_now();"), [])
        self.assertEqual(clocks.problems_in("lib/store/test/a.cpp", "std::random_device d;"), [])

    def test_links(self):
        self.write("b.md", "# A heading, with `code`\n")
        self.assertEqual(docs.link_problems(self.root, "a.md", "[x](b.md) [y](b.md#a-heading-with-code)"), [])
        self.assertEqual(len(docs.link_problems(self.root, "a.md", "[x](c.md) [y](b.md#other)")), 2)

    def test_sources(self):
        self.write("x.cpp", "one\n// [part]\ntwo\n// [part end]\n")
        good = "<!-- source: x.cpp#part -->\n```cpp\ntwo\n```"
        self.assertEqual(docs.source_problems(self.root, "a.md", good), [])
        self.assertEqual(len(docs.source_problems(self.root, "a.md", good.replace("two", "three"))), 1)

    def test_graph(self):
        self.write("lib/a/CMakeLists.txt", "zflow_library(a SOURCES x.cpp PUBLIC zflow::b PRIVATE fmt::fmt)")
        self.write("ARCHITECTURE.md", "```modules\na -> b\n```\n")
        self.assertEqual(graph.run(self.root), [])
        self.write("ARCHITECTURE.md", "```modules\na -> b, c\n```\n")
        self.assertEqual(len(graph.run(self.root)), 1)


if __name__ == "__main__":
    unittest.main()
