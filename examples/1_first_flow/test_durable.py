#!/usr/bin/env python3
"""The durable flow of the tutorial, killed with SIGKILL and started again. It takes the ten seconds of its sleep."""

import argparse
import re
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
CHARGE = re.compile(r"charge 1995 cents, key (order-42/\w+/\d+)")


class Durable(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="zflow-first-flow-")
        self.addCleanup(self.directory.cleanup)

    def start(self):
        return subprocess.Popen([PROGRAM], cwd=self.directory.name, stdout=subprocess.PIPE, text=True)

    def test_it_goes_on_after_kill_9(self):
        killed = self.start()
        said = []
        while not any(map(CHARGE.match, said)):
            said.append(killed.stdout.readline())
            self.assertTrue(said[-1], "it ended before it charged")
        killed.send_signal(signal.SIGKILL)
        rest, _ = killed.communicate()
        before = "".join(said) + rest
        self.assertNotIn("mail", before)

        again = self.start()
        after, _ = again.communicate()
        self.assertEqual(again.returncode, 0)
        self.assertIn("order-42 goes on\n", after)
        self.assertTrue(after.endswith("mail: order 42 was paid: payment-of-42\nresult: payment-of-42\n"), after)
        # Killed before the answer was written down, it asks again under the same key.
        self.assertEqual(len(set(CHARGE.findall(before + after))), 1)

        # A run that has ended has its result, and does nothing.
        third, _ = self.start().communicate()
        self.assertEqual(third, "order-42 goes on\nresult: payment-of-42\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    arguments, rest = parser.parse_known_args()
    PROGRAM = arguments.program
    unittest.main(argv=[sys.argv[0], *rest])
