"""Runs the zflow command (environment ZFLOW) in a fresh directory for each test."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest


class CommandTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="zflow-cli-")
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def run_zflow(self, *arguments, stdin=b"", env=None, **more):
        environment = {k: v for k, v in os.environ.items() if k != "ZFLOW_STORE"}
        environment.update(env or {})
        return subprocess.run([os.environ["ZFLOW"], *arguments], input=stdin, capture_output=True,
                              cwd=self.directory, env=environment, timeout=120, check=False, **more)

    def expect(self, code, *arguments, **more):
        """Run, expect an exit code, give standard output."""
        done = self.run_zflow(*arguments, **more)
        self.assertEqual(done.returncode, code, (arguments, done.stdout, done.stderr))
        return done.stdout

    def ok(self, *arguments, **more):
        return self.expect(0, *arguments, **more)

    def rows(self, *arguments):
        return [json.loads(line) for line in self.ok(*arguments, "--json").splitlines()]
