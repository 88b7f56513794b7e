"""A tree of a few files in a temporary directory, for the tests of the checks."""

import tempfile
import unittest
from pathlib import Path

from tree import Tree


class CheckTest(unittest.TestCase):
    def tree(self, **files):
        """A tree of files given as name=text; in names `__` stands for '/' and `_dot_` for '.'."""
        directory = tempfile.TemporaryDirectory(prefix="zflow-check-")
        self.addCleanup(directory.cleanup)
        names = []
        for name, text in files.items():
            names.append(name.replace("__", "/").replace("_dot_", "."))
            path = Path(directory.name) / names[-1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return Tree(directory.name, names)

    def assert_one(self, problems, *words):
        """Exactly one problem, that says all these words."""
        self.assertEqual(len(problems), 1, problems)
        for word in words:
            self.assertIn(word, problems[0])
