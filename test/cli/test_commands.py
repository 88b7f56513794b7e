import json
import os
import signal
import subprocess
import unittest

from command import CommandTest

STRING = {"Value": {"valueType": "string", "path": [], "optional": False}}
CART = {"Product": {"id": "shop.Cart", "path": [], "optional": False, "fields": [
    ["total", {"Value": {"valueType": "bigDecimal", "path": ["total"], "optional": False}}],
    ["note", {"Value": {"valueType": "string", "path": ["note"], "optional": True}}]]}}


def activity(result_schema, name="charge-card", type_id="shop.Charge"):
    return {"RunActivity": {"input": {"Literal": {"String": "Ada"}}, "activity": {
        "name": name, "description": "", "operation": {"Custom": {
            "typeId": type_id, "operation": {"Int": 7}, "inputSchema": STRING, "resultSchema": result_schema}},
        "check": {"Fail": {"Ignore": {}}}, "compensate": {"Return": {"Ignore": {}}}}}}


class EvalWithCommands(CommandTest):
    def write(self, name, text, mode=0o644):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def evaluate(self, script, result_schema=STRING, more="", name="charge-card"):
        """Run the program with a command in another folder than the current one."""
        self.write("program.json", json.dumps(activity(result_schema)))
        self.write("shop/charge.sh", "#!/bin/sh\n" + script, 0o755)
        self.write("shop/operations.toml", f'[operations."{name}"]\ncommand = ["./charge.sh"]\n{more}\n')
        return self.run_zflow("eval", "program.json", "--operations", "shop/operations.toml")

    def outcome(self, code, script, *arguments, **more):
        done = self.evaluate(script, *arguments, **more)
        self.assertEqual(done.returncode, code, done.stderr)
        return json.loads(done.stdout), done.stderr.decode()

    def failure(self, script, *arguments, **more):
        """The text of the ActivityError, and standard error."""
        outcome, said = self.outcome(1, script, *arguments, **more)
        record = outcome["Failed"]["value"]["Record"]
        self.assertEqual(record["id"], "zio.flow.ActivityError")
        return dict(record["values"])["failure"]["String"], said

    def test_a_command_does_the_operation_and_its_schema_reads_the_result(self):
        outcome, said = self.outcome(0, "cat > request; echo working >&2; echo '{\"total\": 10.00}'", CART)
        self.assertEqual(outcome["Succeeded"]["value"]["Record"]["values"],
                         [["total", {"BigDecimal": 10.00}], ["note", {"NoneValue": {}}]])
        self.assertEqual(said, "charge-card: working\n")
        with open(os.path.join(self.directory, "shop", "request"), encoding="utf-8") as file:
            request = json.load(file)
        self.assertRegex(request.pop("operation_id"), "^eval/[0-9a-f]{32}/1$")
        self.assertEqual(request, {"run_id": "run", "attempt": 1, "name": "charge-card", "operation": 7, "input": "Ada"})

    def test_an_operation_is_found_under_its_type_too(self):
        outcome, _ = self.outcome(0, "echo '\"done\"'", name="shop.Charge")
        self.assertEqual(outcome, {"Succeeded": {"value": {"String": "done"}}})

    def test_values_may_be_typed(self):
        outcome, _ = self.outcome(0, "cat > request; echo '{\"String\":\"done\"}'", more='values = "typed"')
        self.assertEqual(outcome, {"Succeeded": {"value": {"String": "done"}}})
        with open(os.path.join(self.directory, "shop", "request"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["input"], {"String": "Ada"})

    def test_a_business_failure_is_an_activity_error_at_once(self):
        text, said = self.failure("echo '\"no funds\"'; exit 10")
        self.assertEqual((text, said), ("no funds", ""))

    def test_failed_attempts_are_made_again_with_the_same_id_up_to_the_bound(self):
        again = "cat >> requests; wc -l < requests | grep -q 3 && echo '\"third\"' && exit 0; exit 1"
        outcome, said = self.outcome(0, again, more="max_attempts = 3")
        self.assertEqual(outcome, {"Succeeded": {"value": {"String": "third"}}})
        self.assertIn("charge-card: attempt 2 of 3 failed: the command './charge.sh' has ended with exit code 1", said)
        with open(os.path.join(self.directory, "shop", "requests"), encoding="utf-8") as file:
            requests = [json.loads(line) for line in file]
        self.assertEqual([request["attempt"] for request in requests], [1, 2, 3])
        self.assertEqual(len({request["operation_id"] for request in requests}), 1)
        text, said = self.failure("exit 1")
        self.assertEqual(text, "all 5 attempts failed, the last one: the command './charge.sh' has ended with exit code 1")
        self.assertEqual(said.count("\n"), 5)

    def test_a_result_that_does_not_fit_is_an_activity_error_with_its_path(self):
        text, said = self.failure("echo '{\"total\":\"10\"}'", CART)
        self.assertEqual(text, "the result of the command './charge.sh' does not fit: .total: expected a number, got a string")
        self.assertEqual(said, "")

    def test_a_command_that_is_not_there_is_told_at_once(self):
        self.write("program.json", json.dumps(activity(STRING)))
        self.write("operations.toml", '[operations.charge-card]\ncommand = ["./none"]\nmax_attempts = 1\n')
        done = self.run_zflow("eval", "program.json", "--operations", "operations.toml")
        self.assertEqual(done.returncode, 1)
        self.assertIn("operations.toml:2:11: the command './none' of 'charge-card' cannot be started now: there is no such file",
                      done.stderr.decode().splitlines()[0])

    def test_an_operation_that_no_table_names_ends_the_run(self):
        done = self.evaluate("exit 0", name="something-else")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"'charge-card'", done.stderr)
        self.assertIn(b"--operations", done.stderr)

    def test_a_wrong_file_is_a_usage_error_with_its_place(self):
        done = self.evaluate("exit 0", more="timeout = 5")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertTrue(done.stderr.startswith(b"shop/operations.toml:3:1: there is no key 'timeout'"), done.stderr)
        done = self.run_zflow("eval", "program.json", "--operations", "none.toml")
        self.assertEqual((done.returncode, done.stdout), (2, b""))
        self.assertEqual(done.stderr, b"none.toml: it cannot be read: No such file or directory\n")

    def test_an_interrupt_ends_the_command_too(self):
        self.write("program.json", json.dumps(activity(STRING)))
        self.write("charge.sh", "#!/bin/sh\ntrap 'echo bye >&2; exit 1' TERM\necho ready >&2\nwhile :; do sleep 0.01; done\n", 0o755)
        self.write("operations.toml", '[operations.charge-card]\ncommand = ["./charge.sh"]\n')
        process = subprocess.Popen([os.environ["ZFLOW"], "eval", "program.json", "--operations", "operations.toml"],
                                   cwd=self.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stderr.readline(), b"charge-card: ready\n")
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
        self.assertEqual((process.returncode, out), (-signal.SIGINT, b""))
        # The shell may say that the signal ended its sleep, too.
        self.assertTrue(said.endswith(b"charge-card: bye\n"), said)

    def test_help_says_how_often_it_tries(self):
        self.assertIn(b"5 if that is 0", b" ".join(self.ok("eval", "--help").split()))


if __name__ == "__main__":
    unittest.main()
