#!/usr/bin/env python3
"""Kills a worker again and again with SIGKILL, at random moments and at named places, then checks what it was told.

Environment: ZFLOW_CRASH_WORKER and ZFLOW (programs), ZFLOW_TEST_EFFORT (times as many kills), ZFLOW_TEST_SEED.
"""

import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import ledger_checks

EFFORT = int(os.environ.get("ZFLOW_TEST_EFFORT", "1"))
SEED = int(os.environ.get("ZFLOW_TEST_SEED", "0")) or random.SystemRandom().getrandbits(32)
WORKER = os.environ["ZFLOW_CRASH_WORKER"]

RANDOM_KILLS = 120
# Rounds over the named places, two kills each.
NAMED_KILLS = 2
# A worker that does not come to a named place, or to its end, for so long never will.
PATIENCE_S = 60
# Frames of a partition that may be left after a clean stop.
MOST_FRAMES_LEFT = 3

ONCE_IN_A_STORE = ["engine.after_meta", "engine.after_program_put"]
WHEN_STOPPING = ["engine.before_released"]
# Each of the four partitions comes by once.
ONCE_A_PARTITION = ["engine.after_claim", "engine.after_rows", "engine.after_tail", "engine.after_replay",
                    *WHEN_STOPPING]


def crash_points():
    return subprocess.run([WORKER, "points"], check=True, capture_output=True, text=True).stdout.split()


class Lives:
    """The lives of one worker, on one store and one ledger."""

    def __init__(self, directory):
        self.store = os.path.join(directory, "store")
        self.ledger = os.path.join(directory, "ledger")
        self.random = random.Random(SEED)
        self.count = 0
        self.kills = collections.Counter()

    def uri(self):
        durability = self.random.choice(["process", "process", "sync"])
        return f"rocksdb:{self.store}?durability={durability}"

    def begin(self, mode, point=None):
        self.count += 1
        environment = dict(os.environ)
        environment.pop("ZFLOW_CRASH_AT", None)
        if point:
            environment["ZFLOW_CRASH_AT"] = point
        arguments = [WORKER, self.uri(), self.ledger, str(self.count), mode, str(self.random.getrandbits(48))]
        return subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                text=True)

    def end(self, worker, point=None):
        """Wait for a life's end. Returns: whether it was killed."""
        try:
            errors = worker.communicate(timeout=PATIENCE_S)[1]
        except subprocess.TimeoutExpired:
            worker.kill()
            errors = worker.communicate()[1]
            raise AssertionError(f"life {self.count} did not end in {PATIENCE_S} s"
                                 f"{f', nor come to {point}' if point else ''}; it said: {errors}") from None
        if worker.returncode not in (0, -signal.SIGKILL) or "set aside" in errors:
            raise AssertionError(f"life {self.count} ended with {worker.returncode}: {errors}")
        return worker.returncode != 0

    def kill_at_random(self):
        worker = self.begin(self.random.choices(["work", "stop"], [9, 1])[0])
        time.sleep(self.random.choice([self.random.uniform(0.005, 0.1), self.random.uniform(0.005, 0.4)]))
        worker.kill()
        if self.end(worker):
            self.kills["at random"] += 1

    def kill_at(self, point, visit):
        mode = "stop" if point in WHEN_STOPPING else "work"
        if not self.end(self.begin(mode, f"{point}:{visit}"), point):
            raise AssertionError(f"a worker ended without coming to {point} {visit} times")
        self.kills[point] += 1

    def finish(self):
        if self.end(self.begin("finish")):
            raise AssertionError("somebody else killed the last life")


class Kills(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="zflow-crash-")
        self.lives = Lives(self.directory)
        self.passed = False
        print(f"seed {SEED} (ZFLOW_TEST_SEED repeats the plan), {self.directory}", flush=True)

    def tearDown(self):
        if self.passed:
            shutil.rmtree(self.directory)
        else:
            print(f"what is left is in {self.directory}", flush=True)

    def plan(self):
        """What is done to the worker, in this order: (point, visit), or nothing for a random moment."""
        chance = self.lives.random
        points = crash_points()
        named = []
        for point in points:
            if point not in ONCE_IN_A_STORE:
                visits = 4 if point in ONCE_A_PARTITION else 30
                for _ in range(NAMED_KILLS * EFFORT):
                    named += [(point, 1), (point, 1 + chance.randrange(visits))]
        rest = named + [None] * (RANDOM_KILLS * EFFORT)
        chance.shuffle(rest)
        first = [("engine.after_meta", 1), ("engine.after_program_put", 1)]
        self.assertLess(set(ONCE_IN_A_STORE + ONCE_A_PARTITION), set(points))
        return first + rest

    def test_nothing_acknowledged_is_lost_or_done_twice(self):
        for step in self.plan():
            if step:
                self.lives.kill_at(*step)
            else:
                self.lives.kill_at_random()
        self.lives.finish()
        with open(self.lives.ledger, encoding="utf-8") as file:
            ledger = ledger_checks.Ledger(file.read())
        self.report(ledger)
        wrong_things = ledger_checks.check(ledger)
        for check, wrong in wrong_things.items():
            with self.subTest(check):
                self.fail("\n".join([f"{len(wrong)} times:", *wrong[:5]]))
        self.assert_work_was_done(ledger)
        self.assert_logs_are_short(ledger)
        self.assert_store_is_sound()
        self.passed = not wrong_things

    def report(self, ledger):
        asked = sum(int(fields[1]) for _, fields in ledger.by_kind["asked"])
        at_random = self.lives.kills.pop("at random", 0)
        print(f"{self.lives.count} lives: {at_random} kills at random, {self.lives.kills.total()} at "
              f"{len(self.lives.kills)} named places")
        print(f"{len(ledger.told)} runs ended, {len(ledger.runs('removed'))} were removed, results asked again "
              f"{asked} times, {sum(map(len, ledger.calls.values()))} calls of {len(ledger.calls)} operations, "
              f"{len(ledger.by_kind['signalled'])} signals")
        kinds = collections.Counter(ledger_checks.kind_of(run) for run, _ in ledger.told)
        print("  " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
        frames = [(int(fields[2]), int(fields[3])) for _, fields in ledger.by_kind["log"]]
        print(f"  at most {max(left for _, left in frames)} frames were left of a log, of {max(frames)[0]} written",
              flush=True)

    def assert_work_was_done(self, ledger):
        """Checks of nothing find nothing."""
        kinds = {ledger_checks.kind_of(run) for run, _ in ledger.told}
        self.assertEqual(kinds, {"three", "forks", "saga", "sleeps", "retries", "loop", "counters", "signals",
                                 "endless", "again"})
        self.assertGreater(sum(len(calls) > 1 for calls in ledger.calls.values()), 20)
        for kind in ("removed", "aborted", "resumed", "signalled"):
            self.assertGreater(len(ledger.by_kind[kind]), 5, kind)

    def assert_logs_are_short(self, ledger):
        last = [fields for _, fields in ledger.by_kind["log"]][-4:]
        self.assertEqual([fields[1] for fields in last], ["0", "1", "2", "3"])
        for _, _, position, left in last:
            self.assertGreater(int(position), 100)
            self.assertLessEqual(int(left), MOST_FRAMES_LEFT)

    def assert_store_is_sound(self):
        done = subprocess.run([os.environ["ZFLOW"], "store", "check", "--store", f"rocksdb:{self.lives.store}"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2, argv=[sys.argv[0]])
