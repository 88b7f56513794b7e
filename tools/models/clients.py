"""What clients do: start, start again after an unknown outcome, attach, command, remove, ask for the result."""

from loop import accepts_events
from memory import loaded, look_up, visible
from state import (AT, ATTACH, ATTACHES, COMMAND, COMMANDS, DONE, IDLE, OTHER, PARKED, REFUSED, REMOVE, REMOVES,
                   RESTART, RESULTS, RESUME, RUN_OF_CALL, RUNS, SET_ASIDE, SNAPSHOTS, START, UNKNOWN)
from steps import NAMES, stop

AGAIN = (UNKNOWN, REFUSED)


def call(steps):
    """Every call that a client may make now, at every owner that serves."""
    view, rules = steps.view, steps.rules
    calls = view.calls
    serving = [place for place in range(rules.owners) if view.phase(place) == "serving"]
    for place in serving:
        if calls[START] in (IDLE,) + AGAIN:
            send(steps, place, START, "start", True)
        if calls[ATTACH] == IDLE and steps.has(ATTACHES):
            send(steps, place, ATTACH, "start", False)
        if calls[COMMAND] == IDLE and steps.has(COMMANDS) and calls[START] == DONE:
            send(steps, place, COMMAND, rules.command, False)
        if rules.command == "pause" and calls[COMMAND] in (DONE, UNKNOWN) and calls[RESUME] in (IDLE,) + AGAIN:
            send(steps, place, RESUME, "resume", True)
        remove(steps, place)
        if calls[REMOVE] == DONE and calls[RESTART] in (IDLE,) + AGAIN:
            send(steps, place, RESTART, "start", True)
        if rules.runs == 2 and calls[OTHER] in (IDLE,) + AGAIN:
            send(steps, place, OTHER, "start", True)
    for place in serving:
        for run in range(rules.runs):
            ask_result(steps, place, run)
        install_lookup(steps, place)


def remove(steps, place):
    """Remove run 0 once the result of its life was told, or while it is parked."""
    calls = steps.view.calls
    entry = steps.view.owner(place).entries[0]
    if calls[REMOVE] == UNKNOWN:
        send(steps, place, REMOVE, "remove", True)
        return
    if not steps.has(REMOVES) or not (calls[REMOVE] == IDLE or calls[REMOVE] == calls[RESTART] == DONE):
        return
    parked = bool(entry) and entry.run == SET_ASIDE
    lives_told = sum(1 for told in steps.view.told if told[0] == 0)
    removals = sum(1 for frame in steps.view.log for event in frame.events if event[0] == "remove")
    if parked or lives_told > removals:
        if steps.rules.remove_is_event:
            send(steps, place, REMOVE, "remove", False)
        else:
            remove_rows(steps, place)


def remove_rows(steps, place):
    """A rule is left out: the rows are deleted, nothing else."""
    owner = steps.view.owner(place)
    entry = owner.entries[0]
    if not loaded(entry) or not entry.run.result or owner.in_flight:
        return
    world = steps.draft()
    world.owner(place).set_entry(0, None)
    for namespace in (RUNS, SNAPSHOTS, RESULTS, PARKED):
        world.set_versions(namespace, 0, ())
    world.answer(REMOVE, DONE)
    world.spend(REMOVES)
    steps.add(world, f"client: remove at {NAMES[place]}: rows deleted, acknowledged", True)


def send(steps, place, call_number, kind, expected):
    """Put a call into an owner's queue. A run that is not in memory is looked up before."""
    rules, run = steps.rules, RUN_OF_CALL[call_number]
    owner = steps.view.owner(place)
    entry = owner.entries[run]
    label = f"client: {kind} of run {run} at {NAMES[place]}"
    if rules.attach_before_commit and kind == "start" and attach_early(steps, place, call_number, run, label, expected):
        return
    if entry is None:
        entry = look_up(steps.view, owner, run, rules)
        if entry and entry.version > owner.position:
            deposed(steps, place, label)
            return
        if not rules.lookup_holds_place and entry and not owner.lookup:
            look_up_slowly(steps, place, run, call_number, kind, entry, label)
    parked = entry is not None and entry.run == SET_ASIDE
    if entry is not None and not parked and not accepts_events(entry, rules):
        return  # passive: it is loaded first
    if parked and kind != "remove" and rules.park_refuses:
        return  # refused; the client tries again later
    world = steps.draft()
    draft = world.owner(place)
    draft.set_entry(run, entry)
    draft.queue += (event_of(kind, run, call_number, parked and rules.forced_remove),)
    if kind == "remove" and steps.view.calls[REMOVE] != UNKNOWN:
        world.spend(REMOVES)
    world.answer(call_number, AT + place)
    steps.add(world, label, expected)


def event_of(kind, run, call_number, forced):
    return (kind, run, call_number) + ((forced,) if kind == "remove" else ())


def deposed(steps, place, label):
    """A result above the owner's position: somebody else has written it."""
    world = steps.draft()
    stop(world, place, "fenced")
    steps.add(world, label + ": finds a result from the future, drops", True)


def attach_early(steps, place, call_number, run, label, expected):
    """A rule is left out: the start that is under way is seen, and answered."""
    owner = steps.view.owner(place)
    flying = owner.in_flight.events if owner.in_flight else ()
    if owner.entries[run] or not any(event[:2] == ("start", run) for event in owner.queue + flying):
        return False
    world = steps.draft()
    world.answer(call_number, DONE)
    world.acknowledged += ((call_number, run, 99, "early"),)
    steps.add(world, label + ": attached and acknowledged at once", expected)
    return True


def look_up_slowly(steps, place, run, call_number, kind, entry, label):
    """A rule is left out: the read of results is under way while other calls for the run go on."""
    world = steps.draft()
    world.owner(place).lookup = (run, entry, event_of(kind, run, call_number, False))
    world.answer(call_number, AT + place)
    steps.add(world, label + ", reads its result", False)


def install_lookup(steps, place):
    lookup = steps.view.owner(place).lookup
    if not lookup:
        return
    run, entry, event = lookup
    world = steps.draft()
    owner = world.owner(place)
    owner.set_entry(run, entry)
    owner.queue += (event,)
    owner.lookup = None
    steps.add(world, f"{NAMES[place]}: the result of run {run} was read, takes its place", True)


def ask_result(steps, place, run):
    """A client asks for the result, from applied state or `results`."""
    view, rules = steps.view, steps.rules
    owner = view.owner(place)
    if rules.read_uncommitted and owner.uncommitted:
        entry = owner.uncommitted[run]
        found = entry.run if loaded(entry) else None
    else:
        found = visible(view, owner, run, rules)
    starts = (START, RESTART) if run == 0 else (OTHER,)
    if not found or not found.result or not (rules.read_uncommitted or any(view.calls[c] == DONE for c in starts)):
        return
    told = (run, found.birth, found.result)
    if told in view.told:
        return
    world = steps.draft()
    world.told = tuple(sorted(view.told + (told,), key=repr))
    steps.add(world, f"client is told result {found.result} of run {run} by {NAMES[place]}", True)
