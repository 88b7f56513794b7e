import json
import os
import unittest

from command import CommandTest

NAME = {"identifier": "00000000-0000-4000-8000-000000000001"}
OTHER = {"identifier": "00000000-0000-4000-8000-000000000002"}
FORK_OUTCOME = {"Succeeded": {"value": {"Record": {"id": "zio.flow.ExecutingFlow", "values": [
    ["id", {"String": "w64_fork0"}], ["result", {"String": "w64_fork0_result"}]]}}}}
INT_SCHEMA = {"Value": {"valueType": "int", "path": [], "optional": False}}


def literal(number):
    return {"Literal": {"Int": number}}


def binary(operator, left, right):
    return {"Binary": {"left": left, "right": right,
                       "operator": {"Numeric": {"operator": operator, "numeric": {"NumericInt": {}}}}}}


def then(flow, result):
    """Fold over the success of a flow: `result` is an expression that is a flow and may mention NAME."""
    return {"Fold": {"value": flow, "successCase": {"input": NAME, "result": {"Flow": result}}}}


def returned(expression):
    return {"Return": expression}


def activity(name, type_id, kind, argument, number):
    description = {"Record": {"id": "oracle.OracleOp", "values": [["kind", {"String": kind}], ["arg", {"Int": argument}]]}}
    return {"RunActivity": {"input": literal(number), "activity": {
        "name": name, "description": "", "operation": {"Custom": {
            "typeId": type_id, "operation": description, "inputSchema": INT_SCHEMA, "resultSchema": INT_SCHEMA}},
        "check": {"Fail": {"Ignore": {}}}, "compensate": returned({"Ignore": {}})}}}


def sleep_of_a_year_then(result):
    return {"Fold": {"value": {"WaitTill": {"Literal": {"Instant": "2030-01-01T00:00:00Z"}}},
                     "successCase": {"input": NAME, "result": {"Flow": result}}}}


def doubled(times):
    """A list of lists that doubles with each turn of a loop: 2^times leaves, few bytes of program."""
    step = {"Cons": {"list": {"Cons": {"list": {"Literal": {"Sequence": {"values": []}}}, "head": {"Unbound": NAME}}},
                     "head": {"Unbound": NAME}}}
    flow = returned({"Literal": {"Sequence": {"values": []}}})
    for _ in range(times):
        flow = then(flow, returned(step))
    return flow


ENDLESS = returned({"Recurse": {"id": OTHER["identifier"], "initial": literal(0), "body": {
    "input": NAME, "result": {"RecurseWith": {"id": OTHER["identifier"], "value": binary("Add", {"Unbound": NAME}, literal(1))}}}}})


class ProgramTest(CommandTest):
    def write(self, name, content):
        path = os.path.join(self.directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(content if isinstance(content, str) else json.dumps(content))
        return name

    def outcome(self, code, program, *more, **options):
        return json.loads(self.expect(code, "eval", self.write("program.json", program), *more, **options))

    def refused(self, content, *more, command="check"):
        """The message of a program that is not taken: exit code 2, one line on standard error, nothing else."""
        done = self.run_zflow(command, self.write("program.json", content), *more)
        self.assertEqual((done.returncode, done.stdout), (2, b""), (done.stdout[:200], done.stderr[:500]))
        message = done.stderr.decode()
        self.assertEqual(message.count("\n"), 1, message[:500])
        return message.strip()


class Eval(ProgramTest):
    def test_outcomes_are_printed_as_zio_flow_answers_them(self):
        done = self.run_zflow("eval", self.write("p.json", returned(binary("Add", literal(2), literal(3)))))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b'{"Succeeded":{"value":{"Int":5}}}\n', b""))
        done = self.run_zflow("eval", self.write("p.json", {"Fail": {"Literal": {"String": "no"}}}))
        self.assertEqual((done.returncode, done.stdout), (1, b'{"Failed":{"value":{"String":"no"}}}\n'))
        died = self.outcome(1, returned(binary("Div", literal(1), literal(0))))
        self.assertEqual(set(died), {"Died", "message"})
        self.assertIn("/ by zero", died["message"])

    def test_the_input_is_what_input_gives(self):
        flow = then({"Input": {}}, returned(binary("Mul", {"Unbound": NAME}, literal(2))))
        self.assertEqual(self.outcome(0, flow, "--input", '{"Int":21}'), {"Succeeded": {"value": {"Int": 42}}})
        self.assertEqual(self.outcome(0, {"Input": {}}), {"Succeeded": {"value": {"Unit": {}}}})

    def test_a_program_comes_from_standard_input(self):
        text = json.dumps({"Input": {}}).encode()
        self.assertEqual(self.ok("eval", "-", "--input", '{"String":"x"}', stdin=text),
                         b'{"Succeeded":{"value":{"String":"x"}}}\n')
        done = self.run_zflow("eval", "-", stdin=b'{"Retrun":{}}')
        self.assertTrue(done.stderr.startswith(b"standard input:1:2: .Retrun: "), done.stderr)

    def test_a_file_may_hold_a_schema_beside_the_flow(self):
        file = {"name": "twice", "flow": {"Input": {}}, "inputSchema": INT_SCHEMA}
        self.assertEqual(self.outcome(0, file, "--input", '{"Int":1}'), {"Succeeded": {"value": {"Int": 1}}})
        self.assertEqual(self.refused(file, "--input", '{"String":"x"}', command="eval"),
                         "--input: it does not fit the program's inputSchema: expected int, got String")
        self.assertEqual(self.refused(file, command="eval"),
                         "--input: the program's inputSchema wants an input: expected int, got Unit")
        self.assertEqual(self.ok("check", "program.json"), b"ok: 1 node\n")

    def test_sleeps_cost_nothing_and_the_log_goes_to_standard_error(self):
        flow = then({"Log": {"Literal": {"String": "two\nlines"}}}, sleep_of_a_year_then(returned(literal(1))))
        done = self.run_zflow("eval", self.write("p.json", flow))
        self.assertEqual(done.stdout, b'{"Succeeded":{"value":{"Int":1}}}\n')
        self.assertIn(b"two lines", done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), 1)

    def test_the_operation_of_the_sample_programs_is_built_in(self):
        self.assertEqual(self.outcome(0, activity("a", "oracle.OracleOp", "add", 5, 2)), {"Succeeded": {"value": {"Int": 7}}})
        self.assertIn("failed 3", json.dumps(self.outcome(1, activity("a", "oracle.OracleOp", "fail", 3, 2))))

    def test_an_operation_that_is_not_there_is_named(self):
        done = self.run_zflow("eval", self.write("p.json", activity("charge-card", "shop.Charge", "add", 1, 2)))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"'charge-card'", done.stderr)
        self.assertIn(b"'shop.Charge'", done.stderr)
        self.assertIn(b"oracle.OracleOp", done.stderr)

    def test_a_run_that_waits_for_ever_says_so(self):
        done = self.run_zflow("eval", self.write("p.json", {"Transaction": {"RetryUntil": {}}}))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"waits for ever", done.stderr)

    def test_a_result_too_large_to_print_is_an_error_and_not_a_crash(self):
        self.assertEqual(self.outcome(0, doubled(3))["Succeeded"]["value"]["Sequence"]["values"].__len__(), 2)
        done = self.run_zflow("eval", self.write("p.json", doubled(64)))
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"outcome cannot be written", done.stderr)
        self.assertIn(b"max_encoded_bytes", done.stderr)


class Mistakes(ProgramTest):
    def test_files_that_are_none(self):
        for name, reason in (("missing.json", "No such file"), (".", "Is a directory")):
            done = self.run_zflow("eval", name)
            self.assertEqual((done.returncode, done.stdout), (2, b""))
            self.assertTrue(done.stderr.decode().startswith(f"{name}: it cannot be read: {reason}"), done.stderr)
        self.expect(2, "eval")
        self.expect(2, "check", "--json")

    def test_texts_that_are_no_program(self):
        for text, message in (
                ("", "1:1: nothing is here where a program should be"),
                ("Return 5", "1:1: expected a value, got 'R'"),
                ("[1]", "1:1: expected a flow, got an array"),
                ("{}", "1:1: expected a flow, got {}"),
                ('{"Return":{"Literal":{"Int":5}}', "1:32: .Return.Literal.Int: expected ',' or '}', got the end of the text"),
                ('{\n "Return": {"Ignore":{}},\n}', "3:1: .Return.Ignore: expected a name in double quotes, got '}'"),
                ('{"Input":{}}\n{"Input":{}}', "2:1: expected the end of the text after its value, got '{'"),
                ('{"flow":{"Input":{}}} more', "1:23: expected the end of the text after its value, got 'm'")):
            self.assertEqual(self.refused(text), "program.json:" + message)
        with open(os.path.join(self.directory, "binary"), "wb") as file:
            file.write(b"\xff\xfe\x00")
        self.assertIn(b"the byte 0xff", self.run_zflow("check", "binary").stderr)

    def test_nodes_fields_and_values_that_are_not_right(self):
        for program, message in (
                ({"Retrun": literal(5)}, ".Retrun: there is no flow node 'Retrun', but there is 'Return'"),
                (returned({"value": literal(5)}), ".Return.value: 'Return' holds an expression itself, not a field 'value'"),
                (returned({"Input": {}}), ".Return.Input: 'Input' is a flow, but an expression belongs here"),
                (returned({"Literal": {"Integer": 5}}), ".Return.Literal.Integer: there is no kind of value 'Integer', but there is 'Int'"),
                (returned({"Literal": 5}), '.Return.Literal: expected a value with its kind, such as {"Int":5}, got a number'),
                (returned({"Literal": {"Int": "five"}}), ".Return.Literal.Int: expected a whole number, got a string"),
                ({"Provide": {"value": literal(1)}}, ".Provide: the field 'flow' is missing")):
            self.assertIn(message, self.refused(program))
        self.assertIn("3000000000", self.refused(returned(literal(3_000_000_000))))

    def test_an_unbound_name_is_shown_where_it_is_written(self):
        program = json.dumps(then({"Input": {}}, returned({"Tuple3": [[literal(1), {"Unbound": NAME}], {"Unbound": OTHER}]})),
                             indent=2)
        lines = program.splitlines()
        line = max(number for number, text in enumerate(lines, 1) if '"Unbound"' in text) - 1
        column = lines[line - 1].index("{") + 1
        self.assertEqual(self.refused(program),
                         f"program.json:{line}:{column}: .Fold.successCase.UnboundRemoteFunction.result.Flow.flow.Return"
                         f".value.Tuple._3: the name {OTHER['identifier']} is bound by nothing around it")
        # The same in a file with the flow as a field.
        self.assertIn(f"program.json:{line}:{column}: ", self.refused('{"flow":' + program + "}"))

    def test_an_unknown_operator_is_named_with_its_place(self):
        program = '{"Return":\n  ' + json.dumps(binary("Plus", literal(1), literal(2))) + "}"
        self.assertEqual(self.refused(program),
                         "program.json:2:3: .Return.value: there is no Binary operator 'Numeric.Plus' on NumericInt")

    def test_inputs_that_are_no_values(self):
        self.assertEqual(self.refused({"Input": {}}, "--input", "5"),
                         '--input:1:1: expected a value with its kind, such as {"Int":5}, got a number')
        self.assertIn("--input:1:1: expected a value", self.refused({"Input": {}}, "--input", ""))
        self.assertIn("--input:1:8: .Int: ", self.refused({"Input": {}}, "--input", '{"Int":"x"}'))

    def test_check_has_rows(self):
        self.assertEqual(self.ok("check", self.write("p.json", returned(literal(1)))), b"ok: 2 nodes\n")
        self.assertEqual(json.loads(self.ok("check", "p.json", "--json")), {"ok": True, "nodes": 2})
        row = json.loads(self.expect(2, "check", self.write("p.json", returned({"Unbound": NAME})), "--json"))
        self.assertEqual({key: row[key] for key in ("ok", "where", "line", "column")},
                         {"ok": False, "where": "p.json", "line": 1, "column": 12})
        self.assertIn("bound by nothing", row["message"])
        self.assertEqual(set(json.loads(self.expect(2, "check", "nowhere", "--json"))), {"ok", "where", "message"})


class Sizes(ProgramTest):
    def test_a_million_levels_run_and_are_refused_in_linear_time(self):
        depth = 1_000_000
        deep = '{"Transaction":' * depth + "%s" + "}" * depth
        self.assertEqual(self.outcome(0, deep % json.dumps(returned(literal(1)))), {"Succeeded": {"value": {"Int": 1}}})
        message = self.refused(deep % json.dumps(returned({"Unbound": NAME})))
        self.assertTrue(message.startswith(f"program.json:1:{15 * depth + 12}: .Transaction.flow"), message[:200])
        self.assertLess(len(message), 2000)
        self.assertLess(len(self.refused("[" * depth)), 2000)
        value = '{"SomeValue":{"value":' * depth + '{"Int":1}' + "}}" * depth
        self.assertEqual(len(self.ok("eval", self.write("p.json", '{"Return":{"Literal":' + value + "}}"))),
                         len('{"Succeeded":{"value":}}\n') + len(value))

    def test_a_program_of_ten_megabytes(self):
        value = '{"Sequence":{"values":[' + ",".join(['{"Int":1}'] * 1_000_000) + "]}}"
        program = '{"Return":{"Literal":' + value + "}}"
        self.assertEqual(self.ok("eval", self.write("p.json", program)).decode(), '{"Succeeded":{"value":' + value + "}}\n")
        self.assertIn(f"program.json:1:{len(program)}: ", self.refused(program[:-1]))


class Conformance(ProgramTest):
    """A directory that nobody knows proves each verdict."""

    def add(self, name, flow, outcome, compare="exact"):
        self.index.append({"file": name, "name": name, "group": "own", "compare": compare})
        self.write(os.path.join("own", name), {"name": name, "flow": flow, "outcome": outcome})

    def setUp(self):
        super().setUp()
        self.index = []

    def run_index(self, code):
        self.write("own/INDEX.json", self.index)
        text = self.expect(code, "conformance", "flows", "own", "--json")
        rows = [json.loads(line) for line in text.splitlines()]
        for row in rows:
            self.assertEqual(set(row), {"file", "verdict", "reason"})
        self.assertEqual([row["file"] for row in rows], [entry["file"] for entry in self.index])
        return {row["file"]: (row["verdict"], row["reason"]) for row in rows}

    def succeeded(self, value):
        return {"Succeeded": {"value": value}}

    def test_each_verdict(self):
        died = {"Died": {"value": {"RemoteEvaluationError": {"error": {"EvaluationException": {"failure": {
            "message": "/ by zero", "stackTrace": [{"declaringClass": "x"}], "suppressed": []}}}}}},
            "message": "Failed to evaluate remote value: Remote evaluation failed: / by zero"}
        division = returned(binary("Div", literal(1), literal(0)))
        unknown = returned(binary("Plus", literal(1), literal(2)))
        provided = {"Provide": {"value": literal(7), "flow": {"Timeout": {
            "flow": {"Input": {}}, "duration": {"Literal": {"Duration": "PT5S"}}}}}}
        self.add("same.json", returned(literal(5)), self.succeeded({"Int": 5}))
        self.add("failed.json", {"Fail": literal(5)}, {"Failed": {"value": {"Int": 5}}})
        self.add("set.json", returned({"Literal": {"SetValue": {"values": [{"Int": 2}, {"Int": 1}]}}}),
                 self.succeeded({"SetValue": {"values": [{"Int": 1}, {"Int": 2}]}}))
        self.add("operation.json", activity("a", "oracle.OracleOp", "add", 5, 2), self.succeeded({"Int": 7}))
        self.add("message.json", division, died, "message")
        self.add("uuid.json", returned({"Literal": {"UUID": NAME["identifier"]}}),
                 self.succeeded({"UUID": "3b4b5651-5fa6-4510-8b64-35d89360edbc"}), "ids")
        self.add("ids.json", {"Fork": returned({"Ignore": {}})}, FORK_OUTCOME, "ids")
        self.add("both_refuse.json", unknown, {"DecodeFailed": {"message": "no"}}, "reference-defect")
        self.add("both_wait.json", {"Transaction": {"RetryUntil": {}}}, {"Hang": {"timeoutMs": 12000}}, "reference-defect")
        self.add("skip.json", unknown, self.succeeded({"Int": 5}), "skip")
        self.add("nondeterministic.json", unknown, self.succeeded({"Int": 5}), "nondeterministic")
        self.add("unknown_operator.json", unknown, self.succeeded({"Int": 3}))
        self.add("unknown_operation.json", activity("a", "shop.Charge", "add", 5, 2), self.succeeded({"Int": 7}))
        self.add("on_purpose.json", provided, self.succeeded({"SomeValue": {"value": {"Unit": {}}}}))
        verdicts = self.run_index(0)
        expected = {"same": ("same.json", "failed.json", "set.json", "operation.json", "uuid.json", "ids.json", "both_refuse.json",
                             "both_wait.json"),
                    "same_message": ("message.json",), "different_on_purpose": ("on_purpose.json",),
                    "not_supported": ("skip.json", "nondeterministic.json", "unknown_operator.json", "unknown_operation.json")}
        for verdict, files in expected.items():
            for file in files:
                self.assertEqual(verdicts[file][0], verdict, (file, verdicts[file]))
        self.assertEqual(verdicts["on_purpose.json"][1], "children_see_environment")
        self.assertIn("Numeric.Plus", verdicts["unknown_operator.json"][1])
        self.assertIn("shop.Charge", verdicts["unknown_operation.json"][1])
        table = self.ok("conformance", "flows", "own").decode().splitlines()
        self.assertEqual(table[-1], "14 programs: 8 same, 1 same message, 1 different on purpose, 0 wrong, 4 not supported")
        self.assertNotIn("  same.json", "\n".join(table))

    def test_what_is_wrong(self):
        unbound = returned({"Unbound": NAME})
        self.add("other_value.json", returned(literal(5)), self.succeeded({"Int": 6}))
        self.add("other_end.json", {"Fail": literal(5)}, self.succeeded({"Int": 5}))
        self.add("they_refuse.json", returned(literal(5)), {"DecodeFailed": {"message": "no"}})
        self.add("we_refuse.json", unbound, self.succeeded({"Int": 5}))
        self.add("we_wait.json", {"Transaction": {"RetryUntil": {}}}, self.succeeded({"Int": 5}))
        self.add("no_outcome.json", returned(literal(5)), {"Odd": {}})
        self.index.append({"file": "missing.json", "compare": "exact"})
        self.index.append({"file": "broken.json", "compare": "exact"})
        self.write("own/broken.json", '{"flow":{"Now"')
        verdicts = self.run_index(1)
        self.assertEqual({verdict for verdict, _ in verdicts.values()}, {"wrong"}, verdicts)
        self.assertIn('got {"Succeeded":{"value":{"Int":5}}}', verdicts["other_value.json"][1])
        self.assertIn("cannot be read", verdicts["missing.json"][1])

    def test_a_limit_excuses_only_what_hung(self):
        self.add("hung.json", ENDLESS, {"Hang": {"timeoutMs": 12000}}, "reference-defect")
        self.add("ended.json", ENDLESS, self.succeeded({"Int": 5}))
        verdicts = self.run_index(1)
        self.assertEqual(verdicts["hung.json"], ("different_on_purpose", "every_run_ends"))
        self.assertEqual(verdicts["ended.json"][0], "wrong")

    def test_a_file_name_decides_nothing(self):
        self.add("113-flow-tx-orTry-right.json", returned(literal(5)), self.succeeded({"Int": 6}))
        self.assertEqual(self.run_index(1)["113-flow-tx-orTry-right.json"][0], "wrong")

    def test_directories_without_an_index(self):
        for prepare, message in ((lambda: None, "INDEX.json cannot be read"),
                                 (lambda: self.write("own/INDEX.json", "[{"), "is no JSON array"),
                                 (lambda: self.write("own/INDEX.json", {}), "is no JSON array"),
                                 (lambda: self.write("own/INDEX.json", [{"file": "x.json"}]), "entry 1"),
                                 (lambda: self.write("own/INDEX.json", [{"file": "x", "compare": "roughly"}]), "reference-defect")):
            prepare()
            done = self.run_zflow("conformance", "flows", "own", "--json")
            self.assertEqual((done.returncode, done.stdout), (2, b""), done.stderr)
            self.assertIn(message, done.stderr.decode())


if __name__ == "__main__":
    unittest.main()
