#!/usr/bin/env python3
"""The main example, killed with SIGKILL in each of its operations and started again, against the file of what was done outside."""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM = None
ZFLOW = None
HERE = Path(__file__).resolve().parent
CALL = re.compile(r"^  (\S+)  key (\S+)  (.*)$")


class Saga(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="zflow-order-saga-")
        self.addCleanup(self.directory.cleanup)

    def start(self, *arguments):
        return subprocess.Popen([PROGRAM, *arguments], cwd=self.directory.name, stdout=subprocess.PIPE, text=True)

    def run_to_its_end(self, *arguments):
        process = self.start("--pace", "0", *arguments)
        text, _ = process.communicate()
        self.assertEqual(process.returncode, 0, text)
        return text

    def kill_in(self, operation):
        """Start, wait until the operation is under way, kill. Returns: (operation, key, what was said) of each call."""
        process = self.start("--pace", "0", "--hold", operation)
        calls = []
        for line in process.stdout:
            if call := CALL.match(line):
                calls.append(call.groups())
                if call.group(1) == operation:
                    break
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(process.returncode, -signal.SIGKILL)
        return calls

    def zflow(self, *arguments):
        environment = {**os.environ, "SHOP_PACE_MS": "0", "SHOP_WORLD": str(Path(self.directory.name) / "zflow-world.txt")}
        done = subprocess.run([ZFLOW, *arguments, "--store", "rocksdb:zflow-data"], cwd=self.directory.name,
                              env=environment, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def world(self):
        """What was done outside: (key, what), in order."""
        text = (Path(self.directory.name) / "zflow-world.txt").read_text(encoding="utf-8")
        return [tuple(line.split(" ", 1)) for line in text.splitlines()]

    def test_an_order_is_shown_step_by_step(self):
        text = self.run_to_its_end()
        lines = [CALL.sub(r"  \1  key KEY  \3", line) for line in text.splitlines()]
        self.assertRegex(lines[0], r"^process \d+; to see it survive: kill -9 \d+  and start it again$")
        self.assertEqual(lines[1:], [
            "order-1 begins",
            "  charge-card  key KEY  1995 cents",
            "  charge-card  written down",
            "  ship  key KEY  2 items",
            "  ship  written down",
            "  mail  key KEY  order order-1 of 1995 cents is on its way: parcel of order-1",
            "  mail  written down",
            "order-1 has ended: received the parcel of order-1"])
        self.assertTrue(all(key.startswith("order-1/") for key, _ in self.world()))

    def test_it_survives_kill_9_in_each_operation(self):
        charged = self.kill_in("charge-card")
        shipped = self.kill_in("ship")
        mailed = self.kill_in("mail")
        text = self.run_to_its_end()
        ended = [call.groups() for call in map(CALL.match, text.splitlines()) if call]
        self.assertIn("order-1 goes on where it was", text)
        self.assertIn("order-1 has ended: received the parcel of order-1", text)

        # What was written down before a kill is not called again; what was not is, under the same key.
        names = [[name for name, _, _ in calls] for calls in (charged, shipped, mailed, ended)]
        self.assertEqual(names, [["charge-card"], ["charge-card", "ship"], ["ship", "mail"], ["mail"]])
        for before, after in ((charged, shipped), (shipped, mailed), (mailed, ended)):
            self.assertEqual(before[-1][:2], after[0][:2])
            self.assertEqual(after[0][2], "was done under this key before the crash: not done again")
        done = self.world()
        self.assertEqual([what.split(":")[0] for _, what in done], ["charge-card", "ship", "mail"])
        self.assertEqual([key for key, _ in done], [charged[0][1], shipped[1][1], mailed[1][1]])
        self.assertEqual(len({key for key, _ in done}), 3)

    def run_as_json(self):
        return self.zflow("run", str(HERE / "order_saga.json"), "--id", "order-1", "--input",
                          (HERE / "order.json").read_text(encoding="utf-8"), "--operations", str(HERE / "operations.toml"))

    def test_the_same_flow_as_json_with_its_operations_as_a_script(self):
        done = self.run_as_json()
        self.assertIn('["parcel",{"String":"parcel of order-1"}]', done.stdout)
        self.assertEqual([what.split(":")[0] for _, what in self.world()], ["charge-card", "ship", "mail"])

    def test_the_script_ends_an_order_that_the_program_began(self):
        calls = self.kill_in("ship")
        done = self.run_as_json()
        self.assertIn('["parcel",{"String":"parcel of order-1"}]', done.stdout)
        self.assertIn(f"key {calls[1][1]}  ship: was done under this key before the crash: not done again", done.stderr)
        self.assertEqual([what.split(":")[0] for _, what in self.world()], ["charge-card", "ship", "mail"])

    def test_the_command_asks_the_program_that_has_the_store_open(self):
        process = self.start("--pace", "0", "--hold", "ship")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        for line in process.stdout:
            if "  ship  key" in line:
                break
        self.assertRegex(self.zflow("show", "order-1").stdout, r"operation .* 2 ship \(zflow.activity\): running, attempt 1")

    def test_after_one_order_the_next_begins(self):
        self.run_to_its_end()
        text = self.run_to_its_end()
        self.assertIn("order-2 begins", text)
        self.assertEqual(len(self.world()), 6)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--zflow", required=True)
    arguments, rest = parser.parse_known_args()
    PROGRAM = arguments.program
    ZFLOW = arguments.zflow
    unittest.main(argv=[sys.argv[0], *rest])
