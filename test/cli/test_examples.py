"""Runs every example of docs/reference/cli.md as printed, in order, in one directory.

An example is a block of ```console: lines that begin with `$ ` are commands, those that begin with `> ` go on with the
command before, the other lines after one are what it prints.
"""

import os
import re
import subprocess
import unittest

from command import CommandTest

PAGE = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "reference", "cli.md")


def examples():
    with open(PAGE, encoding="utf-8") as page:
        for block in re.findall(r"```console\n(.*?)```", page.read(), re.DOTALL):
            command, printed = None, []
            for line in block.splitlines():
                if line.startswith("$ "):
                    if command:
                        yield command, printed
                    command, printed = line[2:], []
                elif line.startswith("> "):
                    command += "\n" + line[2:]
                else:
                    printed.append(line)
            if command:
                yield command, printed


class Examples(CommandTest):
    def test_each_prints_what_the_page_says(self):
        os.symlink(os.environ["ZFLOW"], os.path.join(self.directory, "zflow"))
        environment = {**os.environ, "PATH": self.directory + os.pathsep + os.environ["PATH"]}
        count = 0
        for command, printed in examples():
            done = subprocess.run(["bash", "-c", command], cwd=self.directory, env=environment, capture_output=True,
                                  timeout=120, check=False)
            pattern = "\n".join(re.escape(line).replace(r"\.\.", ".*") for line in printed)
            self.assertRegex(done.stdout.decode().rstrip("\n"), "^" + pattern + "$", (command, done.stderr))
            count += 1
        self.assertGreater(count, 15)


if __name__ == "__main__":
    unittest.main()
