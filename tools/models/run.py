"""The run, as a pure function of its events, and the history that the log tells: the oracle of the model."""

from state import Run


def begin(index, rules):
    operation = "pending" if rules.operation else "-"
    timer = "armed" if rules.timer else "-"
    return finish(Run(index, operation, timer, None, 0, False), rules)


def finish(run, rules):
    """Count the event, and end the run if it has nothing left to wait for."""
    result = run.result
    if not result and run.operation != "pending" and run.timer != "armed" and not run.paused:
        result = run.operation if rules.operation else ("r", run.birth)
    return run._replace(result=result, count=run.count + 1)


def apply(run, event, index, rules):
    """The run after an event: the same object if nothing changes."""
    kind = event[0]
    if kind == "start":
        return begin(index, rules) if run is None else run  # attach: no change
    if run is None:
        return run
    if kind == "remove":
        return None if run.result or event[3] else run
    if kind == "completed":
        return complete(run, event, rules)
    if kind == "fired":
        if run.timer != "armed" or (rules.birth_in_keys and event[2] != run.birth):
            return run
        return finish(run._replace(timer="fired"), rules)
    if run.result or kind == "failed":
        return run
    if kind == "abort":
        return run._replace(operation="-", timer="-", result=("aborted", run.birth), count=run.count + 1)
    if kind == "pause":
        return run._replace(paused=True, count=run.count + 1)
    if kind == "resume":
        return finish(run._replace(paused=False), rules) if run.paused else run
    return finish(run, rules)  # command


def complete(run, event, rules):
    birth, value = event[2:]
    if (run.operation != "pending" and rules.first_completion_stays) or (rules.birth_in_keys and birth != run.birth):
        return run
    if run.result:
        return run._replace(operation=value, result=value, count=run.count + 1)
    return finish(run._replace(operation=value), rules)


class Told:
    """What the whole log says about one run id.

    run, version  now, and the last frame that changed it
    results       (birth, result) of each life that ended
    births        (birth, token of the frame)
    """

    __slots__ = ("run", "version", "results", "births")

    def __init__(self, run=None, version=0, results=(), births=()):
        self.run, self.version, self.results, self.births = run, version, results, births

    def after(self, frame, index, run_id, rules):
        told = self
        for event in frame.events:
            if event[1] == run_id:
                told = told.after_event(event, frame, index, rules)
        return told

    def after_event(self, event, frame, index, rules):
        run = apply(self.run, event, index, rules)
        if run == self.run:
            return self
        results, births = self.results, self.births
        if run and run.result and run.result != (self.run and self.run.result):
            results += ((run.birth, run.result),)
        if self.run is None:
            births += ((run.birth, frame.token),)
        return Told(run, index, results, births)


class History:
    """Replays logs, and remembers what it replayed."""

    MOST = 400_000

    def __init__(self, rules):
        self.rules = rules
        self.known = {}

    def of(self, log):
        """Per run id: what the log tells."""
        found = self.known.get(log)
        if found is None:
            found = self.replay(log)
            if len(self.known) > self.MOST:
                self.known.clear()
            self.known[log] = found
        return found

    def replay(self, log):
        if not log:
            return (Told(),) * self.rules.runs
        # The log is short: a few dozen frames at most.
        before = self.of(log[:-1])
        return tuple(told.after(log[-1], len(log), run, self.rules) for run, told in enumerate(before))
