"""The model of the engine's protocol can fail, and so can its check."""

import sys
import tempfile
import unittest
from pathlib import Path

import models

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "models"))

import engine_model  # noqa: E402: found through the line above
from cases import BARE, CASES, Case  # noqa: E402
from explore import explore  # noqa: E402
from rules import ALL, Rules  # noqa: E402
from state import budget  # noqa: E402


def case(rules, broken, **counts):
    return Case("a case", {**BARE, **rules}, budget(**counts), broken, False, 100_000, ())


class Model(unittest.TestCase):
    def test_a_violation_that_nobody_expected_is_a_problem(self):
        left_out = {"recovery_reads_results": False}
        problem, outcome, _ = engine_model.run_case(case(left_out, False, crash=1, checkpoint=1, remove=1))
        self.assertIn("a removed run is back", problem)
        self.assertIn("client: remove of run 0 at A", outcome.trace)

    def test_an_expected_violation_that_is_not_there_is_a_problem(self):
        problem, _, _ = engine_model.run_case(case({}, True, crash=1))
        self.assertIn("nothing is violated", problem)

    def test_what_gives_what_is_expected_is_none(self):
        self.assertIsNone(engine_model.run_case(case({}, False, crash=1))[0])

    def test_a_search_without_faults_comes_to_its_end(self):
        outcome = explore(Rules(), budget())
        self.assertGreater(outcome.states, 10)
        self.assertGreater(outcome.ends, 0)

    def test_a_rule_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(KeyError, "there is no rule 'no_such'"):
            Rules(no_such=True)

    def test_a_step_of_a_script_that_is_not_possible_says_what_is(self):
        with self.assertRaisesRegex(ValueError, "step 1 of the script, 'fly', is not possible. .*A: position"):
            explore(Rules(), budget(), script=("A: starts", "fly"))

    def test_names_of_cases_are_unique(self):
        names = [known.name for known in CASES]
        self.assertEqual(sorted(set(names)), sorted(names))

    def test_every_rule_is_left_out_by_some_case(self):
        changed = {name for known in CASES if known.broken
                   for name, value in known.rules.items() if value != ALL[name][0]}
        shapes = {"runs", "page", "delay", "check_stores", "lazy", "command"}
        self.assertEqual({name for name in ALL if name not in changed} - shapes, set())


class Check(unittest.TestCase):
    def run_with(self, text):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "tools/models/engine_model.py"
            path.parent.mkdir(parents=True)
            path.write_text(text, encoding="utf-8")
            return models.run(Path(directory))

    def test_a_case_with_question_marks_is_a_problem(self):
        self.assertEqual(self.run_with('print("   fine"); print("?? bad"); raise SystemExit(1)'), ["bad"])

    def test_a_model_that_does_not_run_is_a_problem(self):
        self.assertEqual(len(self.run_with("raise SystemExit('oh no')")), 1)
        self.assertEqual(self.run_with("print('   fine')"), [])


if __name__ == "__main__":
    unittest.main()
