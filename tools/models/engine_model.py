#!/usr/bin/env python3
"""An explicit-state model of the engine's protocol: README.md says what is in it and how to add to it.

  engine_model.py             the quick cases, as `./dev check` does
  engine_model.py --all       all of them
  engine_model.py WORDS..     those whose name contains one of the words; --list only names them
  --limit N                   gives every search up after N states, whatever its case says
  -v                          also prints the trace of every violation that was expected
"""

import argparse
import sys
import time

from cases import CASES
from explore import explore
from rules import Rules


def run_case(case, limit=None):
    """Returns what went other than expected (or None), the outcome, and how much CPU time it took."""
    begin = time.process_time()
    outcome = explore(Rules(**case.rules), case.budgets, limit or case.limit, case.script)
    problem = None
    if case.broken and not outcome.violation:
        problem = f"{case.name}: nothing is violated within these budgets"
    elif outcome.violation and not case.broken:
        problem = f"{case.name}: {outcome.violation}"
    return problem, outcome, time.process_time() - begin


def report(case, problem, outcome, seconds, verbose):
    cut = f", CUT with {outcome.open} open" if outcome.open else ""
    print(f"{'?? ' if problem else '   '}{case.name:72} {outcome.states:8} states{cut} {seconds:6.1f} s"
          f"  {outcome.violation or 'ok'}", flush=True)
    if outcome.violation and (verbose or problem):
        for label in outcome.trace:
            print(f"           {label}")


def chosen_cases(arguments):
    if arguments.words:
        return [case for case in CASES if any(word in case.name for word in arguments.words)]
    return [case for case in CASES if arguments.all or not case.slow]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--limit", type=int)
    parser.add_argument("-v", "--verbose", action="store_true")
    arguments = parser.parse_args()
    problems = 0
    for case in chosen_cases(arguments):
        if arguments.list:
            print(case.name)
            continue
        problem, outcome, seconds = run_case(case, arguments.limit)
        report(case, problem, outcome, seconds, arguments.verbose)
        problems += problem is not None
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
