import http.client
import json
import os
import pty
import re
import signal
import socket
import subprocess
import time
import unittest
import urllib.request

from test_programs import NAME, OTHER, ProgramTest, activity, binary, literal, returned, then

TRUE = '{"Boolean":true}'
ADDS_5 = activity("add", "oracle.OracleOp", "add", 5, 2)
UNKNOWN = activity("charge-card", "shop.Charge", "add", 5, 2)
SLEEPS = {"WaitTill": {"Literal": {"Instant": "2100-01-01T00:00:00Z"}}}
FAILS = {"Fail": {"Literal": {"String": "no stock"}}}
DIES = returned(binary("Div", literal(1), literal(0)))
ALL = ("list", "show", "wait", "set", "pause", "resume", "abort", "remove")


def bind(flow, symbol, result):
    return {"Fold": {"value": flow, "successCase": {"input": symbol, "result": {"Flow": result}}}}


def waits_for_variable(then_flow=returned(literal(7)), name="approved"):
    """Ends when the variable is set to true from outside."""
    choice = {"Branch": {"predicate": {"Unbound": OTHER}, "ifTrue": {"Lazy": {"Flow": then_flow}},
                         "ifFalse": {"Lazy": {"Flow": {"RetryUntil": {}}}}}}
    return bind({"NewVar": {"name": name, "initial": {"Literal": {"Boolean": False}}, "appendTempCounter": False}}, NAME,
                {"Transaction": bind({"Read": {"svar": {"Unbound": NAME}}}, OTHER, {"Unwrap": {"remote": choice}})})


def holds_a_lock(process):
    with open("/proc/locks", encoding="ascii") as locks:
        return any(int(line.split()[4]) == process.pid for line in locks)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("zflow")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class RunTest(ProgramTest):
    def start(self, *arguments, **more):
        """A command that goes on by itself; what it says is in the file `said`."""
        path = os.path.join(self.directory, f"said-{time.monotonic_ns()}")
        environment = {k: v for k, v in os.environ.items() if k != "ZFLOW_STORE"}
        with open(path, "wb") as said:
            process = subprocess.Popen([os.environ["ZFLOW"], *arguments], cwd=self.directory, env=environment,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, **more)
        process.said = path
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def said(self, process):
        with open(process.said, encoding="utf-8") as said:
            return said.read()

    def until(self, condition, process=None, seconds=90):
        end = time.monotonic() + seconds
        while not (result := condition()):
            if process is not None:
                self.assertIsNone(process.poll(), self.said(process))
            self.assertLess(time.monotonic(), end, self.said(process) if process else "the time is over")
            time.sleep(0.02)
        return result

    def end(self, code, process):
        """Wait for its end; what it printed."""
        printed, _ = process.communicate(timeout=90)
        self.assertEqual(process.returncode, code, self.said(process))
        return printed

    def work(self, *arguments):
        process = self.start("work", *arguments)
        self.until(lambda: "working on" in self.said(process), process)
        return process

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        self.end(0, process)

    def show(self, run, *more):
        return json.loads(self.ok("show", run, "--json", *more))

    def status(self, run):
        return self.show(run)["run"]["status"]

    def run_program(self, code, program, *arguments, **more):
        return self.run_command(code, "run", self.write("program.json", program), *arguments, **more)

    def run_command(self, code, *arguments, **more):
        done = self.run_zflow(*arguments, **more)
        self.assertEqual(done.returncode, code, (arguments, done.stdout, done.stderr))
        return done.stdout.decode(), done.stderr.decode()

    def error(self, code, *arguments):
        return self.run_command(code, *arguments)[1]

    def started(self, run, program=None, *arguments):
        """`zflow run` in a process of its own, when its run waits."""
        self.write(run + ".json", program or waits_for_variable())
        process = self.start("run", run + ".json", "--id", run, *arguments)
        self.until(lambda: self.run_zflow("show", run).returncode == 0, process)
        return process


class Run(RunTest):
    def test_the_id_comes_first_and_the_outcome_is_printed(self):
        for program, code, outcome in ((returned(literal(5)), 0, {"Succeeded": {"value": {"Int": 5}}}),
                                       (ADDS_5, 0, {"Succeeded": {"value": {"Int": 7}}}),
                                       (FAILS, 1, {"Failed": {"value": {"String": "no stock"}}})):
            printed, said = self.run_program(code, program)
            self.assertEqual(json.loads(printed), outcome)
            self.assertRegex(said.splitlines()[0], "^run [0-9a-f]{32}$")
        printed, _ = self.run_program(1, DIES)
        self.assertIn("/ by zero", json.loads(printed)["message"])

    def test_the_input_is_what_input_gives(self):
        printed, _ = self.run_program(0, {"Input": {}}, "--input", '{"Int":21}')
        self.assertEqual(json.loads(printed), {"Succeeded": {"value": {"Int": 21}}})

    def test_again_under_its_id_it_attaches_and_anything_else_is_a_conflict(self):
        for _ in range(2):
            printed, _ = self.run_program(0, {"Input": {}}, "--id", "order-7", "--input", '{"Int":1}')
            self.assertEqual(json.loads(printed), {"Succeeded": {"value": {"Int": 1}}})
        _, said = self.run_program(4, {"Input": {}}, "--id", "order-7", "--input", '{"Int":2}')
        self.assertIn("order-7", said.splitlines()[-1])
        self.run_program(4, returned(literal(1)), "--id", "order-7", "--input", '{"Int":1}')
        self.assertEqual(len(self.rows("list")), 1)

    def test_what_is_not_right_makes_no_store(self):
        self.assertIn("there is 'Input'", self.run_program(2, {"Imput": {}})[1])
        self.assertIn("--input:1:1", self.run_program(2, {"Input": {}}, "--input", "5")[1])
        self.assertIn("NAME=VALUE", self.run_program(2, {"Input": {}}, "--tag", "x")[1])
        self.assertIn("missing.toml", self.run_program(2, {"Input": {}}, "--operations", "missing.toml")[1])
        self.assertFalse(os.path.exists(os.path.join(self.directory, "zflow-data")))
        self.assertIn("256", self.run_program(2, {"Input": {}}, "--id", "x" * 257)[1])

    def test_a_store_in_memory_is_forgotten(self):
        self.run_program(0, returned(literal(5)), "--store", "memory:")
        self.assertEqual(self.ok("list", "--store", "memory:"), b"")
        self.assertIn("memory:", self.run_program(2, returned(literal(5)), "--detach", "--store", "memory:")[1])

    def test_what_it_logs_is_told_and_steps_only_on_a_terminal(self):
        flow = then({"Log": {"Literal": {"String": "two\nlines"}}}, ADDS_5)
        _, said = self.run_program(0, flow)
        self.assertIn("two lines", said)
        self.assertNotIn("calls", said)
        master, terminal = pty.openpty()
        self.addCleanup(os.close, master)
        process = subprocess.Popen([os.environ["ZFLOW"], "run", "program.json", "--id", "seen"], cwd=self.directory,
                                   stdout=subprocess.DEVNULL, stderr=terminal)
        os.close(terminal)
        self.assertEqual(process.wait(timeout=90), 0)
        said = os.read(master, 100_000).decode()
        self.assertIn("seen: calls add (operation 1, attempt 1)", said)
        self.assertIn("seen: has ended", said)

    def test_an_operation_that_is_not_there_is_named(self):
        process = self.started("r", UNKNOWN)
        self.assertIn("there is no operation 'charge-card' (of the type 'shop.Charge')", self.said(process))

    def test_operations_of_a_file_are_called(self):
        self.write("operations.toml", '[operations.charge-card]\ncommand = ["sh", "-c", "echo called >> calls; echo 9"]\n')
        printed, _ = self.run_program(0, UNKNOWN, "--id", "r", "--operations", "operations.toml")
        self.assertEqual(json.loads(printed), {"Succeeded": {"value": {"Int": 9}}})
        self.run_program(0, UNKNOWN, "--id", "r", "--operations", "operations.toml")
        with open(os.path.join(self.directory, "calls"), encoding="ascii") as calls:
            self.assertEqual(calls.read(), "called\n")

    def test_killed_in_the_middle_it_goes_on_where_it_was(self):
        self.write("operations.toml", '[operations.charge-card]\ncommand = ["sh", "-c", "echo called >> calls; echo 9"]\n')
        flow = then(UNKNOWN, waits_for_variable())
        process = self.started("r", flow, "--operations", "operations.toml")
        self.until(lambda: self.show("r")["variables"], process)
        process.kill()
        process.wait()
        self.ok("set", "r", "approved", TRUE)
        printed = self.ok("run", "r.json", "--id", "r", "--operations", "operations.toml")
        self.assertEqual(json.loads(printed), {"Succeeded": {"value": {"Int": 7}}})
        with open(os.path.join(self.directory, "calls"), encoding="ascii") as calls:
            self.assertEqual(calls.read(), "called\n")

    def test_stopped_it_says_how_to_go_on(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = self.started(f"r{number}")
            process.send_signal(number)
            self.assertEqual(self.end(6, process), b"")
            self.assertIn(f"zflow wait r{number}", self.said(process))
            self.assertIn("zflow work", self.said(process))
            self.assertEqual(self.status(f"r{number}"), "running")

    def test_it_attaches_to_a_run_of_another_process_and_takes_over_when_that_one_ends(self):
        first = self.started("a")
        second = self.started("b", then({"Log": {"Literal": {"String": "hello"}}}, waits_for_variable()))
        # What runs elsewhere is seen here.
        self.until(lambda: "hello" in self.said(second), second)
        attached = self.start("run", "a.json", "--id", "a")
        self.ok("set", "a", "approved", TRUE)
        self.assertEqual(json.loads(self.end(0, first)), {"Succeeded": {"value": {"Int": 7}}})
        self.assertEqual(json.loads(self.end(0, attached)), {"Succeeded": {"value": {"Int": 7}}})
        self.ok("set", "b", "approved", TRUE)
        self.assertEqual(json.loads(self.end(0, second)), {"Succeeded": {"value": {"Int": 7}}})


class Work(RunTest):
    def test_it_goes_on_with_what_was_left_to_it(self):
        self.write("p.json", ADDS_5)
        self.assertEqual(self.ok("run", "p.json", "--id", "r", "--detach"), b"r\n")
        self.assertRegex(self.ok("run", "p.json", "--detach").decode(), "^[0-9a-f]{32}\n$")
        self.assertEqual(self.status("r"), "running")
        worker = self.work()
        self.assertEqual(json.loads(self.ok("wait", "r")), {"Succeeded": {"value": {"Int": 7}}})
        self.stop(worker)
        self.assertFalse(os.path.exists(os.path.join(self.directory, "zflow-data", "control.sock")))
        self.assertEqual(json.loads(self.ok("wait", "r")), {"Succeeded": {"value": {"Int": 7}}})

    def test_every_command_goes_through_it(self):
        worker = self.work()
        self.write("p.json", waits_for_variable())
        self.assertEqual(self.ok("run", "p.json", "--id", "r", "--detach", "--tag", "k=v"), b"r\n")
        self.assertEqual([row["id"] for row in self.rows("list", "--tag", "k=v", "--status", "running")], ["r"])
        self.until(lambda: self.show("r")["variables"])
        self.assertIn(b"approved = {\"Boolean\":false}", self.ok("show", "r"))
        self.ok("pause", "r")
        self.assertEqual(self.status("r"), "paused")
        self.ok("set", "r", "approved", TRUE)
        self.assertEqual(self.status("r"), "paused")
        self.error(4, "remove", "r")
        waiter = self.start("wait", "r")
        self.ok("resume", "r")
        self.assertEqual(json.loads(self.end(0, waiter)), {"Succeeded": {"value": {"Int": 7}}})
        self.assertEqual(json.loads(self.ok("run", "p.json", "--id", "r")), {"Succeeded": {"value": {"Int": 7}}})
        self.assertEqual(json.loads(self.run_program(1, FAILS)[0]), {"Failed": {"value": {"String": "no stock"}}})
        self.ok("remove", "r")
        self.error(3, "show", "r")
        self.ok("run", "p.json", "--id", "s", "--detach")
        self.ok("abort", "s")
        self.assertIn("Died", json.loads(self.expect(1, "wait", "s")))
        self.run_program(4, ADDS_5, "--id", "s")
        self.stop(worker)

    def test_a_second_one_is_refused_and_names_the_first(self):
        worker = self.work()
        self.assertIn(f"process {worker.pid}", self.error(5, "work"))
        self.stop(worker)

    def test_sigint_stops_it_too_and_a_killed_one_leaves_nothing_in_the_way(self):
        worker = self.work()
        worker.send_signal(signal.SIGINT)
        self.end(0, worker)
        worker = self.work()
        worker.kill()
        worker.wait()
        self.assertTrue(os.path.exists(os.path.join(self.directory, "zflow-data", "control.sock")))
        self.assertEqual(self.ok("list"), b"")
        self.stop(self.work())

    def test_metrics_are_served(self):
        worker = self.work("--metrics", "0")
        url = re.search(r"metrics at (http://127\.0\.0\.1:[0-9]+/metrics)", self.said(worker))[1]
        self.run_program(0, ADDS_5)
        with urllib.request.urlopen(url, timeout=60) as answer:
            text = answer.read().decode()
        self.assertRegex(text, r"(?m)^# TYPE zflow_\w+ counter$")
        self.stop(worker)
        self.assertIn("9464", self.error(2, "work", "--metrics", "nowhere:x"))

    def test_an_operation_that_it_has_not_is_shown(self):
        worker = self.work()
        self.write("p.json", UNKNOWN)
        self.ok("run", "p.json", "--id", "r", "--detach")
        operation = self.until(lambda: self.show("r")["operations"])[0]
        self.assertEqual((operation["name"], operation["type_id"], operation["state"]),
                         ("charge-card", "shop.Charge", "not registered"))
        self.assertIn(b"charge-card (shop.Charge): not registered", self.ok("show", "r"))
        self.stop(worker)
        self.write("operations.toml", '[operations.charge-card]\ncommand = ["echo", "9"]\n')
        worker = self.work("--operations", "operations.toml")
        self.assertEqual(json.loads(self.ok("wait", "r")), {"Succeeded": {"value": {"Int": 9}}})
        self.stop(worker)

    def test_other_programs_may_speak_to_it(self):
        worker = self.work("--store", "rocksdb:zflow-data?durability=none")

        def ask(method, path, body=None):
            connection = UnixConnection(os.path.join(self.directory, "zflow-data", "control.sock"))
            connection.request(method, path, json.dumps(body) if body else None)
            answer = connection.getresponse()
            read = json.loads(answer.read())
            connection.close()
            return answer.status, read

        count = 1_050
        for number in range(count):
            self.assertEqual(ask("POST", "/v1/runs", {"program": {"Input": {}}, "input": {"Int": number},
                                                      "id": f"r/{number}"}),
                             (200, {"id": f"r/{number}", "attached": False}))
        self.assertEqual(ask("GET", "/v1/runs/r%2F7/result"), (200, {"outcome": {"Succeeded": {"value": {"Int": 7}}}}))
        self.assertEqual(ask("GET", "/v1/runs/none")[0], 404)
        self.assertEqual(ask("GET", "/v1/owner")[1]["process"], worker.pid)
        # More than a page.
        rows = self.rows("list")
        self.assertEqual(sorted(row["id"] for row in rows), sorted(f"r/{number}" for number in range(count)))
        self.assertEqual(self.ok("list").count(b"\n"), count + 1)
        self.stop(worker)


class Alone(RunTest):
    """On a store that nobody has open."""

    def test_a_store_that_is_not_there_is_empty_and_is_not_made(self):
        self.assertEqual(self.ok("list"), b"")
        for command in ALL[1:]:
            arguments = ("x", "{\"Int\":1}") if command == "set" else ()
            self.error(3, command, "r", *arguments)
        self.assertFalse(os.path.exists(os.path.join(self.directory, "zflow-data")))

    def test_every_command_opens_it_and_lets_go_of_it(self):
        self.write("p.json", waits_for_variable())
        self.ok("run", "p.json", "--id", "r", "--detach", "--tag", "a=b", "--tag", "c=d")
        self.assertEqual(self.ok("list", "--status", "failed"), b"")
        self.assertEqual(self.rows("list", "--tag", "a=x"), [])
        lines = self.ok("list", "--tag", "a=b").decode().splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[1], r"^running +20\S+Z +- +r  a=b c=d$")
        self.ok("pause", "r")
        self.assertEqual(self.status("r"), "paused")
        self.ok("set", "r", "approved", TRUE)
        self.ok("resume", "r")
        self.assertEqual(json.loads(self.ok("run", "p.json", "--id", "r", "--tag", "a=b", "--tag", "c=d")),
                         {"Succeeded": {"value": {"Int": 7}}})
        self.assertEqual(self.show("r")["outcome"], {"Succeeded": {"value": {"Int": 7}}})
        self.ok("remove", "r")
        self.assertEqual(self.rows("list"), [])

    def test_an_abort_runs_what_is_left_and_then_it_has_died(self):
        self.write("p.json", SLEEPS)
        self.ok("run", "p.json", "--id", "r", "--detach")
        self.assertEqual(self.show("r")["run"]["next_wake"], "2100-01-01T00:00:00Z")
        self.ok("abort", "r")
        self.assertIn("Died", json.loads(self.expect(1, "wait", "r")))

    def test_mistakes_are_named(self):
        self.write("p.json", waits_for_variable())
        self.ok("run", "p.json", "--id", "r", "--detach")
        self.assertIn("parked", self.error(2, "list", "--status", "asleep"))
        self.assertIn("NAME=VALUE", self.error(2, "list", "--tag", "x"))
        self.assertIn("VALUE:1:1: expected a value with its kind", self.error(2, "set", "r", "approved", "5"))
        self.assertIn("nothing-like-it", self.error(3, "set", "r", "nothing-like-it", TRUE))
        for command in ALL[1:]:
            arguments = ("x", "{\"Int\":1}") if command == "set" else ()
            self.assertIn("other", self.error(3, command, "other", *arguments))
        self.error(4, "remove", "r")

    def test_who_waits_leaves_the_store_to_who_works(self):
        self.write("p.json", ADDS_5)
        self.ok("run", "p.json", "--id", "r", "--detach")
        waiter = self.start("wait", "r")
        self.until(lambda: "no process goes on with it" in self.said(waiter), waiter)
        worker = self.work()
        self.assertEqual(json.loads(self.end(0, waiter)), {"Succeeded": {"value": {"Int": 7}}})
        self.stop(worker)

    def test_a_holder_that_serves_no_runs_is_named(self):
        self.ok("store", "put", "n", "k", "v", "--timestamp", "1")
        holder = self.start("bench", "store", "--seconds", "100", "--rounds", "1", "--rows", "1000")
        self.until(lambda: holds_a_lock(holder), holder)
        self.write("p.json", ADDS_5)
        for command in (("list",), ("show", "r"), ("run", "p.json"), ("work",)):
            said = self.error(5, *command)
            self.assertIn(f"process {holder.pid} ", said)
            self.assertIn("bench store", said)


if __name__ == "__main__":
    unittest.main()
