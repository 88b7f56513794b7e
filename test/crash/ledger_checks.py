"""What must be true of a ledger that the lives of a worker wrote. Each check yields sentences about what is not."""

import collections
import re

Call = collections.namedtuple("Call", "line key attempt name input value end wall")

DIED = re.compile(r'^\{"Died"')


class Ledger:
    """A ledger, sorted: the lines are in the order in which things happened."""

    def __init__(self, text):
        self.lines = [line.split("\t") for line in text.splitlines()]
        self.calls = collections.defaultdict(list)   # by key
        self.told = collections.defaultdict(list)    # by (run id, life): (line, outcome)
        self.by_kind = collections.defaultdict(list)  # lines by their first field
        for number, fields in enumerate(self.lines):
            self.by_kind[fields[0]].append((number, fields))
            if fields[0] == "call":
                _, key, attempt, name, given, value, end, wall = fields
                self.calls[key].append(Call(number, key, int(attempt), name, given, value, end, int(wall)))
            elif fields[0] == "told":
                self.told[(fields[1], int(fields[2]))].append((number, fields[3]))

    def runs(self, kind):
        return {(fields[1], int(fields[2])) for _, fields in self.by_kind[kind]}

    def results_in(self, text):
        """The results of operations that a text names."""
        return [word for word in text.split() if "@" in word]


def kind_of(run_id):
    return run_id.split("-")[0]


def key_of(value):
    return value.split("@")[0]


def violations_of_the_worker(ledger):
    for _, fields in ledger.by_kind["violation"]:
        yield fields[1]


def acknowledged_starts_end(ledger):
    for run, life in sorted(ledger.runs("started") - set(ledger.told)):
        yield f"the start of run {run} (life {life}) was acknowledged, but it never ended"


def results_never_change(ledger):
    for (run, life), all_told in ledger.told.items():
        if len({outcome for _, outcome in all_told}) != 1:
            yield f"run {run} (life {life}) ended in several ways: {all_told}"


def calls_of_a_key_are_one_operation(ledger):
    """The same name and input: what an operation got from another one was durable, and stays."""
    for key, calls in ledger.calls.items():
        if len({(call.name, call.input) for call in calls}) != 1:
            yield f"the key {key} was called for different things: {calls}"


def attempts_go_on(ledger):
    """They begin with 1, never go back, leave none out, and the next one follows a failure only."""
    for key, calls in ledger.calls.items():
        last = 0
        failed = True
        for call in calls:
            if call.attempt < max(last, 1) or call.attempt > last + 1:
                yield f"attempt {call.attempt} of {key} comes after attempt {last}"
            if call.attempt == last + 1 and not failed:
                yield f"attempt {call.attempt} of {key} follows an attempt that did not fail"
            failed = call.end == "failed"
            last = call.attempt


def used_results_were_given(ledger):
    """What an operation or an outcome uses was given by exactly that call, which had not failed."""
    given = {call.value: call for calls in ledger.calls.values() for call in calls}
    uses = [(call.line, call.key, value) for calls in ledger.calls.values() for call in calls
            for value in ledger.results_in(call.input)]
    uses += [(line, run, value) for (run, _), all_told in ledger.told.items() for line, outcome in all_told
             for value in ledger.results_in(outcome)]
    first_use = {}
    for line, who, value in uses:
        call = given.get(value)
        if call is None or call.line > line:
            yield f"{who} uses {value}, which nobody gave before"
            continue
        if call.end != "done":
            yield f"{who} uses {value}, of a call that ended with: {call.end}"
        before = first_use.setdefault(key_of(value), (line, value))
        if before[1] != value:
            yield f"the result {before[1]} was used, and later another one of its operation, {value}"
        first_use[key_of(value)] = min(before, (line, value))
    for key, (line, value) in first_use.items():
        for call in ledger.calls[key]:
            if call.line > line:
                yield f"the operation {key} was called again after its result {value} was used"


def ended_runs_are_quiet(ledger):
    """No operation of a run is called after its end was told."""
    for (run, life), all_told in ledger.told.items():
        births = {value.split("/")[1] for _, outcome in all_told for value in ledger.results_in(outcome)}
        if len(births) > 1:
            yield f"the outcome of run {run} (life {life}) has results of several births"
    ends = {run: min(line for line, _ in told) for (run, _), told in ledger.told.items() if kind_of(run) != "again"}
    for key, calls in ledger.calls.items():
        run = key.split("/")[0]
        for call in calls:
            if call.line > ends.get(run, call.line):
                yield f"the operation {key} was called after the end of its run had been told"


def lives_share_nothing(ledger):
    births = collections.defaultdict(set)
    for (run, life), all_told in ledger.told.items():
        for _, outcome in all_told:
            for value in ledger.results_in(outcome):
                births[key_of(value).rsplit("/", 1)[0]].add((run, life))
    for birth, lives in births.items():
        if len(lives) != 1:
            yield f"several lives have results of {birth}: {sorted(lives)}"


def timers_are_not_early(ledger):
    for calls in ledger.calls.values():
        for call in calls:
            if call.name == "after" and call.wall < int(call.input):
                yield f"{call.key} was called {int(call.input) - call.wall} ns before its time"


def outcomes_are_right(ledger):
    """What each kind of run must end with."""
    names = collections.defaultdict(list)
    for calls in ledger.calls.values():
        for call in calls:
            names[(call.key.split("/")[0], call.name)].append(call)
    for (run, life), all_told in ledger.told.items():
        outcome = all_told[0][1]
        words = outcome.split()
        results = ledger.results_in(outcome)
        number = int(run.split("-")[-1])
        right = {
            "three": lambda: words[0] == "S" and len(set(map(key_of, results))) == 3 == len(words) - 1,
            "again": lambda: words[0] == "S" and len(set(map(key_of, results))) == 3 == len(words) - 1,
            "forks": lambda: words[0] == "S" and len(set(map(key_of, results))) == 6 == len(words) - 1,
            "retries": lambda: len(results) == 2 and all(value.split("@")[1].startswith("3.") for value in results),
            "loop": lambda: words[:2] == ["S", "12000"] and len(results) == 2,
            "counters": lambda: words[:2] == ["S", "5"] and len(set(map(key_of, results))) == 5,
            "sleeps": lambda: words[:2] == ["S", "kept"] and len(results) >= 2 and (
                len(results) == 3 or words[-1] == "late"),
            "saga": lambda: saga_is_right(number, words, results, names[(run, "refund")]),
            "signals": lambda: words[0] == "S" and len(results) == 1,
            "endless": lambda: bool(DIED.match(outcome)) and "nterrupt" in outcome and bool(names[(run, "finalize")]),
        }[kind_of(run)]()
        if not right:
            yield f"run {run} (life {life}) ended as: {outcome}"


def saga_is_right(number, words, results, refunds):
    if number % 2 == 0:
        return words[0] == "S" and len(results) == 2 and not refunds
    return (words[1:5] == ["undone", "no", "stock", "for"] and len(results) == 1
            and any(call.end == "done" for call in refunds)
            and {call.input for call in refunds} == {results[0]})


def signals_arrive_once(ledger):
    sent = collections.defaultdict(set)
    answered = collections.defaultdict(set)
    for name, into in (("signal", sent), ("signalled", answered)):
        for _, fields in ledger.by_kind[name]:
            into[fields[1]].add(int(fields[3]))
    for (run, _), all_told in ledger.told.items():
        if kind_of(run) != "signals":
            continue
        got = [int(word) for word in all_told[0][1].split()[2:]]
        if got != sorted(set(got)):
            yield f"run {run} got a signal twice, or in another order: {got}"
        if not answered[run] <= set(got) or not set(got) <= sent[run]:
            yield f"run {run} got {got}, was sent {sorted(sent[run])}, acknowledged were {sorted(answered[run])}"


CHECKS = [violations_of_the_worker, acknowledged_starts_end, results_never_change, calls_of_a_key_are_one_operation,
          attempts_go_on, used_results_were_given, ended_runs_are_quiet, lives_share_nothing, timers_are_not_early,
          outcomes_are_right, signals_arrive_once]


def check(ledger):
    """All that is wrong, by the check that found it."""
    return {each.__name__: found for each in CHECKS if (found := list(each(ledger)))}
