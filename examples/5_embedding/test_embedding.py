#!/usr/bin/env python3
"""The server with an engine inside: it answers, stops when it is told to, and goes on with what was under way."""

import argparse
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

PROGRAM = None
ZFLOW = None


class Server(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="zflow-embedding-")
        self.addCleanup(self.directory.cleanup)

    def start(self):
        process = subprocess.Popen([PROGRAM, "rocksdb:store"], cwd=self.directory.name, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        word, port = process.stdout.readline().split()
        self.assertEqual(word, "port")
        return process, int(port)

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        text, _ = process.communicate()
        self.assertEqual((process.returncode, text), (0, "stopped\n"))

    def test_orders_are_answered_and_the_others_do_not_wait(self):
        process, port = self.start()
        with socket.create_connection(("127.0.0.1", port)) as one, socket.create_connection(("127.0.0.1", port)) as two:
            one.sendall(b"7\n")
            two.sendall(b"8\n")
            with one.makefile() as first, two.makefile() as second:
                self.assertEqual(second.readline(), "order-8 begins\n")
                self.assertEqual(second.readline(), "order-8: payment of 8\n")
                self.assertEqual(first.readline(), "order-7 begins\n")
                self.assertEqual(first.readline(), "order-7: payment of 7\n")
        self.stop(process)

    def test_sigterm_stops_it_with_an_order_under_way_which_goes_on_at_the_next_start(self):
        process, port = self.start()
        with socket.create_connection(("127.0.0.1", port)) as client, client.makefile() as answers:
            client.sendall(b"7\n")
            self.assertEqual(answers.readline(), "order-7 begins\n")
            self.stop(process)
        process, port = self.start()
        with socket.create_connection(("127.0.0.1", port)) as client, client.makefile() as answers:
            client.sendall(b"7\n")
            self.assertEqual(answers.readline(), "order-7 was there\n")
            self.assertEqual(answers.readline(), "order-7: payment of 7\n")
            self.stop(process)

    def test_the_command_asks_it_while_it_has_the_store_open(self):
        process, port = self.start()
        with socket.create_connection(("127.0.0.1", port)) as client, client.makefile() as answers:
            client.sendall(b"7\n")
            self.assertEqual(answers.readline(), "order-7 begins\n")
            outcome = subprocess.run([ZFLOW, "wait", "order-7", "--store", "rocksdb:store"], cwd=self.directory.name,
                                     capture_output=True, text=True, check=False)
            self.assertEqual((outcome.returncode, outcome.stdout),
                             (0, '{"Succeeded":{"value":{"String":"payment of 7"}}}\n'), outcome.stderr)
        self.stop(process)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--zflow", required=True)
    arguments, rest = parser.parse_known_args()
    PROGRAM = arguments.program
    ZFLOW = arguments.zflow
    unittest.main(argv=[sys.argv[0], *rest])
