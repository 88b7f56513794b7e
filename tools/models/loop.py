"""The loop of an owner that serves: frames are appended, applied, answered; operations and timers run outside."""

from memory import after, let_go, load, loaded, read_pending, set_aside
from state import (ABANDON, CALLS, COMMAND, DONE, PASSIVATE, PASSIVE, REFUSED, SET_ASIDE, THROWS, UNKNOWN, VALUES,
                   Frame)
from steps import NAMES, answer_at, stop


def serve(steps, place):
    owner = steps.view.owner(place)
    if owner.in_flight or owner.queue:
        append_next(steps, place)
    elif steps.rules.idle_check and len(steps.view.log) != owner.position:
        world = steps.draft()
        stop(world, place, "fenced")
        steps.add(world, f"{NAMES[place]}: idle, sees position {len(world.log)}, not {owner.position}: drops", True)
    elif owner.plan and not may_write(steps.view, owner, steps.rules):
        send(steps, place, Frame((place, owner.boots, owner.position), "beat", (), owner.time))
    for item in owner.outside:
        outside_ends(steps, place, item)
    for run, entry in enumerate(owner.entries):
        if entry and entry.run == PASSIVE:
            load_run(steps, place, run)
        elif steps.has(PASSIVATE):
            passivate(steps, place, run)
    if any(entry and entry.run == SET_ASIDE for entry in owner.entries):
        world = steps.draft()
        stop(world, place, "down")
        steps.add(world, f"{NAMES[place]}: is restarted, to try the parked run again", True)


def wall(place, rules):
    """The clock of an owner, where it matters: owner 0 is ahead."""
    return (2 if place == 0 else 1) if rules.clocks or rules.skew or rules.row_version == "wall" else 0


def may_write(world, owner, rules):
    return not rules.lease or not rules.writes_need_lease or world.now < owner.sent + rules.lease


# ---- append ----------------------------------------------------------------------------------------------------------


def append_next(steps, place):
    owner, rules = steps.view.owner(place), steps.rules
    if owner.in_flight:
        send(steps, place, owner.in_flight)
        return
    time = steps.view.now if rules.grace_from == "frame" else wall(place, rules) if rules.clocks else 0
    if rules.clocks and rules.monotone_time:
        time = max(time, owner.time)
    token = (place, owner.boots, owner.position)
    if rules.unknown_append == "give_up":
        token += (owner.queue,)
    frame = Frame(token, "events", owner.queue, time)
    if rules.apply_before_append or rules.attach_before_commit:
        take_early(steps, place, frame)
    else:
        send(steps, place, frame)


def take_early(steps, place, frame):
    """A rule is left out: memory goes ahead of the log."""
    world = steps.draft()
    owner = world.owner(place)
    owner.in_flight, owner.queue = frame, ()
    if steps.rules.apply_before_append:
        entries = owner.entries
        for event in frame.events:
            now = after(entries[event[1]], event, owner.position + 1, steps.rules)
            entries = entries[:event[1]] + (now,) + entries[event[1] + 1:]
        owner.uncommitted = entries
    steps.add(world, f"{NAMES[place]}: takes {list(frame.events)}, append not yet sent", True)


def mine(world, expected, frame):
    """Does the entry at expected + 1 have our token?"""
    return len(world.log) > expected and world.log[expected].token == frame.token


def send(steps, place, frame):
    """Send an append, or send the same one again while its outcome is unknown."""
    before, rules = steps.view.owner(place), steps.rules
    expected, resent = before.position, before.in_flight is not None

    def begin(world):
        owner = world.owner(place)
        if not resent:
            owner.queue = () if frame.kind == "events" else owner.queue
            owner.sending = world.now if rules.lease else 0
        if rules.lease_from == "answer":
            owner.sending = world.now if rules.lease else 0
        owner.in_flight = frame

    def done(world, outcome):
        begin(world)
        if outcome == "ok" or (rules.unknown_append == "identical" and mine(world, expected, frame)):
            commit(steps, world, place, frame, expected + 1)
        else:
            fenced(steps, world, place, frame)

    def unknown(world):
        begin(world)
        if rules.unknown_append == "give_up":
            if mine(world, expected, frame):
                commit(steps, world, place, frame, expected + 1)
            else:
                give_up(world, place, frame)
        elif rules.unknown_append == "new_token":
            world.owner(place).in_flight = frame._replace(token=frame.token + ("again",))

    steps.request(place, ("append", expected, frame), done, unknown)
    if steps.has(THROWS) and len(steps.view.log) == expected:
        apply_throws(steps, place, frame, begin)


def give_up(world, place, frame):
    """A rule is left out: not found once means not applied."""
    owner = world.owner(place)
    answer_calls(world, place, frame.events, REFUSED)
    owner.in_flight, owner.uncommitted = None, None
    again = {"operation_done": "operation", "timer_done": "timer"}
    owner.outside = tuple(sorted({(again.get(kind, kind), run, birth) for kind, run, birth in owner.outside}))


def fenced(steps, world, place, frame):
    owner, rules = world.owner(place), steps.rules
    kept = owner.queue + frame.events if rules.requeue else ()
    if rules.unknown_append == "new_token" and not rules.requeue and rules.owners > 1:
        answer_calls(world, place, frame.events, REFUSED)
    stop(world, place, "fenced")
    kept = tuple(event for event in kept if event[0] == "command")
    if kept:
        world.owner(place).queue = kept
        world.answer(COMMAND, 10 + place)


def answer_calls(world, place, events, outcome):
    for event in events:
        if event[0] in CALLS:
            answer_at(world, place, event[2], outcome)


def commit(steps, world, place, frame, index):
    """The frame is durable: apply it, answer, release what the runs ask for."""
    owner, rules = world.owner(place), steps.rules
    owner.position, owner.in_flight, owner.uncommitted = index, None, None
    owner.time, owner.sent, owner.sending = max(owner.time, frame.time), owner.sending, 0
    for event in frame.events:
        run = event[1]
        owner.set_entry(run, after(owner.entries[run], event, index, rules))
        if event[0] == "failed":
            item = (event[1], event[2])
            owner.outside = tuple(sorted(set(owner.outside) - {("operation_done",) + item} | {("operation",) + item}))
        elif event[0] == "start":
            answer_start(steps, world, place, event)
        else:
            answer_calls(world, place, (event,), DONE)
    read_pending(owner)
    for run in range(rules.runs):
        let_go(owner, run, rules)


def answer_start(steps, world, place, event):
    run, call = event[1:]
    entry = world.owner(place).entry(run)
    if not answer_at(world, place, call) or entry.run == SET_ASIDE:
        return
    told = steps.history.of(world.log)[run]
    birth = entry.run.birth if loaded(entry) else told.run.birth if told.run else 0
    token = dict(told.births).get(birth)
    world.acknowledged = tuple(sorted(world.acknowledged + ((call, run, birth, token),), key=repr))


def apply_throws(steps, place, frame, begin):
    """The frame is durable, but applying it to one of its runs throws: that run is set aside."""
    for run in sorted({event[1] for event in frame.events}):
        entry = steps.view.owner(place).entries[run]
        if entry and entry.run in (SET_ASIDE, PASSIVE):
            continue
        world = steps.draft()
        world.spend(THROWS)
        world.log += (frame,)
        begin(world)
        answer_calls(world, place, [event for event in frame.events if event[1] == run], UNKNOWN)
        owner = world.owner(place)
        index = owner.position + 1
        others = tuple(event for event in frame.events if event[1] != run)
        commit(steps, world, place, frame._replace(events=others), index)
        set_aside(world, owner, run, index, steps.rules)
        queued = tuple(event for event in owner.queue if event[1] == run)
        answer_calls(world, place, queued, UNKNOWN)  # an earlier try of the call may be in the log
        owner.queue = tuple(event for event in owner.queue if event[1] != run)
        read_pending(owner)
        what = f"append {list(frame.events)} -> ok, APPLY THROWS for run {run}: parked"
        steps.add(world, f"{NAMES[place]}: {what}", False)


# ---- what runs outside -----------------------------------------------------------------------------------------------


def outside_ends(steps, place, item):
    """An operation completes, or its attempt is given up; a timer is due."""
    kind, run, birth = item
    entry = steps.view.owner(place).entries[run]
    if kind not in ("operation", "abandoned", "timer") or not accepts_events(entry, steps.rules):
        return
    if kind == "timer":
        world = steps.draft()
        enqueue_outside(world, place, ("fired", run, birth), item, ("timer_done", run, birth))
        steps.add(world, f"{NAMES[place]}: timer of run {run} born {birth} is due", True)
        return
    world = steps.draft()
    value = operation_value(world, run, birth, steps.rules)
    following = ("operation_done", run, birth) if kind == "operation" else None
    enqueue_outside(world, place, ("completed", run, birth, value), item, following)
    steps.add(world, f"{NAMES[place]}: {kind} of run {run} born {birth} completes with {value}", True)
    if kind == "operation" and steps.has(ABANDON):
        world = steps.draft()
        world.spend(ABANDON)
        enqueue_outside(world, place, ("failed", run, birth), item, ("operation_done", run, birth))
        owner = world.owner(place)
        owner.outside = tuple(sorted(owner.outside + (("abandoned", run, birth),)))
        steps.add(world, f"{NAMES[place]}: attempt of run {run} passes its deadline, goes on outside", False)


def accepts_events(entry, rules):
    """May an event of the run be queued? A passive one is loaded before, a parked one takes none."""
    if entry is None:
        return False
    if entry.run == PASSIVE:
        return rules.load == "after_append"
    return entry.run != SET_ASIDE or not rules.park_refuses


def enqueue_outside(world, place, event, item, following):
    owner = world.owner(place)
    owner.queue += (event,)
    rest = set(owner.outside) - {item}
    owner.outside = tuple(sorted(rest | {following} if following else rest))


def operation_value(world, run, birth, rules):
    """What the outside service returns: for the same key the same, or each time another value."""
    if rules.service_remembers:
        key = (run, birth) if rules.birth_in_keys else (run,)
        known = dict(world.service)
        value = known.setdefault(key, ("v", birth))
        world.service = tuple(sorted(known.items()))
        return value
    number = world.budget[VALUES]
    if number > 1:
        world.spend(VALUES)
    return ("v", birth, number)


# ---- passivation -----------------------------------------------------------------------------------------------------


def passivate(steps, place, run):
    """A run that did not change since its row was acknowledged leaves memory; its version is remembered."""
    owner = steps.view.owner(place)
    entry = owner.entries[run]
    if not loaded(entry) or entry.run.result or entry.run.operation == "pending" or entry.parked:
        return
    if entry.version != entry.saved or owner.busy_with(run):
        return
    world = steps.draft()
    world.spend(PASSIVATE)
    world.owner(place).set_entry(run, entry._replace(run=PASSIVE))
    steps.add(world, f"{NAMES[place]}: run {run} @{entry.version} leaves memory", False)


def load_run(steps, place, run):
    world = steps.draft()
    owner = world.owner(place)
    version = owner.entries[run].version
    if load(world, owner, run, steps.rules):
        steps.add(world, f"{NAMES[place]}: loads run {run}, finds {owner.entries[run].run}", True)
    else:
        moved = len(world.log) != owner.position
        stop(world, place, "fenced" if moved else "lost")
        what = "position moved, drops" if moved else "LOST"
        steps.add(world, f"{NAMES[place]}: snapshot {run}@{version} of a passive run is missing: {what}", True)
