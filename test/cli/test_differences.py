"""Runs every program of docs/reference/differences.md and expects the two outcomes that the page prints.

Each rule has the heading ### `name`, a block of JSON with a program, and a block of text with two lines, `ZIO Flow: ..` and
`zflow: ..`: an outcome as JSON, `Died: ` and a part of the message, `refuses to read it`, `does not end`, or `its result cannot be
read`.
"""

import json
import os
import re
import unittest

from command import CommandTest

ROOT = os.path.join(os.path.dirname(__file__), "..", "..")
# Counting to eval's limit takes minutes; the limit of the conformance run is lower.
TAKES_LONG = {"every_run_ends"}
# Only a command from outside comes between two turns of an update: a program alone never meets this rule.
NEVER_MET_ALONE = {"update_is_atomic"}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as file:
        return file.read()


def rules_of_the_page():
    page = read("docs", "reference", "differences.md")
    for name, section in re.findall(r"^### `(\w+)`\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE):
        program = re.search(r"```json\n(.*?)```", section, re.DOTALL).group(1)
        theirs, ours = re.search(r"```text\nZIO Flow: (.*)\nzflow: +(.*)\n```", section).groups()
        yield name, json.loads(program), theirs, ours


def rules_of_the_code():
    header = read("lib", "interpreter", "include", "zflow", "interpreter", "difference.hpp")
    body = re.search(r"enum class Difference[^{]*\{(.*?)\};", header, re.DOTALL).group(1)
    return re.findall(r"^\s*(\w+),", body, re.MULTILINE)


def as_outcome(text):
    """What a line of the page says, as the files of conformance say it."""
    if text.startswith("Died: "):
        return {"Died": {"value": {"Unknown": {}}}, "message": text.removeprefix("Died: ")}
    return {"refuses to read it": {"DecodeFailed": "no"}, "does not end": {"Hang": {}},
            "its result cannot be read": {"Crash": {}}}.get(text) or json.loads(text)


class Differences(CommandTest):
    def test_every_rule_has_its_heading_and_every_heading_its_rule(self):
        names = [name for name, *_ in rules_of_the_page()]
        self.assertEqual(sorted(names), sorted(rules_of_the_code()))
        self.assertGreater(len(names), 10)

    def test_programs_do_here_what_the_page_says(self):
        for name, program, _, ours in rules_of_the_page():
            if name in TAKES_LONG:
                continue
            done = self.run_zflow("eval", "-", stdin=json.dumps(program).encode())
            outcome = json.loads(done.stdout)
            if ours.startswith("Died: "):
                self.assertIn(ours.removeprefix("Died: "), outcome["message"], name)
            else:
                self.assertEqual(outcome, json.loads(ours), name)

    def test_each_run_meets_the_rule_that_it_shows(self):
        index, rules = [], [rule for rule in rules_of_the_page() if rule[0] not in NEVER_MET_ALONE]
        for name, program, theirs, _ in rules:
            index.append({"file": name + ".json", "compare": "exact"})
            with open(os.path.join(self.directory, name + ".json"), "w", encoding="utf-8") as file:
                json.dump({"flow": program, "outcome": as_outcome(theirs)}, file)
        with open(os.path.join(self.directory, "INDEX.json"), "w", encoding="utf-8") as file:
            json.dump(index, file)
        rows = self.rows("conformance", "flows", ".")
        self.assertEqual([(row["file"], row["verdict"]) for row in rows],
                         [(name + ".json", "different_on_purpose") for name, *_ in rules], rows)
        for row in rows:
            self.assertIn(row["file"].removesuffix(".json"), row["reason"].split(", "))


if __name__ == "__main__":
    unittest.main()
