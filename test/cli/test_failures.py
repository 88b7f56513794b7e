import glob
import os
import resource
import signal
import subprocess
import unittest

from command import CommandTest

NOBODY = 65534


class Failures(CommandTest):
    def message(self, code, *arguments, **more):
        done = self.run_zflow(*arguments, **more)
        self.assertEqual(done.returncode, code, (arguments, done.stdout, done.stderr))
        return done.stderr.decode()

    def test_usage_is_2_and_help_is_0(self):
        for wrong in ((), ("stor",), ("store",), ("store", "put", "n"), ("store", "put", "n", "k", "v"),
                      ("store", "put", "n", "k", "v", "--timestamp", "soon"), ("store", "log", "t", "--from", "x"),
                      ("store", "put", "n", "k", "v", "--timestamp", "9223372036854775808"),
                      ("store", "append", "t", "v", "--expected", "-1"), ("store", "get", "n", "k", "--nonsense")):
            self.expect(2, *wrong)
        self.assertIn(b"Example: zflow store put", self.ok("store", "put", "--help"))
        self.assertIn(b"Exit codes:", self.ok("--help"))

    def test_invalid_arguments_are_2_and_say_what_is_right(self):
        self.assertIn("255", self.message(2, "store", "put", "x" * 256, "k", "v", "--timestamp", "1"))
        self.assertIn("memory:", self.message(2, "store", "get", "n", "k", "--store", "rocksdbb:x"))
        self.assertIn("sync, process or none", self.message(2, "store", "get", "n", "k", "--store", "rocksdb:x?durability=yes"))
        self.assertIn("hex:6b31", self.message(2, "store", "put", "n", "hex:6", "v", "--timestamp", "1"))
        self.assertIn("missing.txt", self.message(2, "store", "put", "n", "k", "@missing.txt", "--timestamp", "1"))

    def test_a_store_that_another_process_holds_is_5(self):
        self.ok("store", "put", "n", "k", "v", "--timestamp", "1")
        holder = subprocess.Popen([os.environ["ZFLOW"], "bench", "store", "--seconds", "100", "--rounds", "1",
                                   "--rows", "1000"], cwd=self.directory, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        # Its lock shows when it has the store open; trying before would hold the store against it.
        while not any(int(line.split()[4]) == holder.pid for line in open("/proc/locks", encoding="ascii")):
            self.assertIsNone(holder.poll(), "the other process ended")
        for command in (("store", "get", "n", "k"), ("store", "append", "t", "v")):
            self.assertIn("another process has this directory open", self.message(5, *command))

    def test_a_directory_of_something_else_is_1(self):
        with open(os.path.join(self.directory, "thesis.txt"), "w") as file:
            file.write("do not lose this")
        self.assertIn("thesis.txt", self.message(1, "store", "put", "n", "k", "v", "--timestamp", "1", "--store", "rocksdb:."))

    @unittest.skipIf(os.geteuid() != 0 and os.access("/", os.W_OK), "needs a user who may be refused")
    def test_missing_permission_is_1_and_named(self):
        self.ok("store", "put", "n", "k", "v", "--timestamp", "1")
        data = os.path.join(self.directory, "zflow-data")
        os.chmod(data, 0o500)

        def become_nobody():
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)

        os.chmod(self.directory, 0o755)
        text = self.message(1, "store", "put", "n", "k", "v2", "--timestamp", "2", preexec_fn=become_nobody)
        self.assertIn("denied", text)
        os.chmod(data, 0o700)
        self.assertEqual(self.ok("store", "get", "n", "k"), b"v")

    def test_a_full_disk_is_an_error_and_acknowledged_data_stays(self):
        self.ok("store", "put", "n", "k", "v", "--timestamp", "1")

        def limit_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

        done = self.run_zflow("store", "put", "n", "big", "-", "--timestamp", "1", stdin=os.urandom(1_000_000),
                              preexec_fn=limit_files)
        self.assertIn(done.returncode, (1, 5, 6), done.stderr)
        self.assertTrue(done.stderr)
        self.assertEqual(self.ok("store", "get", "n", "k"), b"v")
        self.ok("store", "put", "n", "big", "small", "--timestamp", "2")

    def test_a_damaged_file_is_1_and_check_says_so(self):
        self.ok("store", "put", "n", "k", "-", "--timestamp", "1", stdin=os.urandom(50_000))
        for path in glob.glob(os.path.join(self.directory, "zflow-data", "*.sst")):
            with open(path, "r+b") as file:
                file.seek(60)
                file.write(b"\x55\xaa\x55")
        self.message(1, "store", "check")

    def test_output_that_cannot_be_written_is_1(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([os.environ["ZFLOW"], "version"], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output cannot be written", done.stderr)


if __name__ == "__main__":
    unittest.main()
