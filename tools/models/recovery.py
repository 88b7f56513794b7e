"""How a process becomes the owner: position, claim, checkpoint, rows, tail, the base of each run, and a look back."""

from memory import loaded, read_pending
from run import apply
from state import (CHECKPOINTS, PARKED, PASSIVE, RESULTS, RUNS, SET_ASIDE, SNAPSHOTS, TAKEOVER, UNREADABLE, Entry, Frame,
                   Recovery, Row, replaced)
from steps import NAMES, stop

MOST_BOOTS = 6


def start_process(steps, place):
    """A process that is down or fenced tries to own the partition."""
    view, rules = steps.view, steps.rules
    owner = view.owner(place)
    if (owner.phase == "fenced" and not rules.claim_again) or owner.boots >= MOST_BOOTS:
        return
    others = [view.owner(other) for other in range(rules.owners) if other != place]
    free = all(other.phase in ("down", "fenced") for other in others)
    if free and place == 1 and others[0].boots == 0:
        return  # A and B are alike: A is the first
    if not free and not steps.has(TAKEOVER):
        return
    world = steps.draft()
    if not free:
        world.spend(TAKEOVER)
    world.owner(place).phase = "read_position"
    world.owner(place).boots += 1
    steps.add(world, f"{NAMES[place]}: starts" + ("" if free else " (takeover)"), free)


def recover(steps, place):
    """The next step of a recovery."""
    PHASES[steps.view.phase(place)](steps, place)


def read_position(steps, place):
    world = steps.draft()
    owner = world.owner(place)
    owner.position, owner.phase = len(world.log), "claim"
    steps.add(world, f"{NAMES[place]}: position is {owner.position}", True)


def claim(steps, place):
    before, rules = steps.view.owner(place), steps.rules
    frame = Frame((place, before.boots), "epoch", (), 0)
    expected = before.position
    resent = before.phase == "claim_again"

    def sent(world):
        owner = world.owner(place)
        if not resent or rules.lease_from == "answer":
            owner.sending = world.now if rules.lease else 0
        return owner

    def won(owner):
        owner.position, owner.phase = expected + 1, "read_checkpoint"
        owner.sent, owner.sending = owner.sending, 0

    def done(world, outcome):
        owner = sent(world)
        if outcome == "ok" or world.log[expected].token == frame.token:
            won(owner)
        else:
            owner.phase, owner.sending = "read_position", 0

    def unknown(world):
        owner = sent(world)
        if rules.unknown_claim == "assume":
            won(owner)
        else:
            owner.phase = "claim_again"

    steps.request(place, ("append", expected, frame), done, unknown)


def read_checkpoint(steps, place):
    world = steps.draft()
    owner = world.owner(place)
    found = world.newest(CHECKPOINTS, 0)
    index = found[0] if found else 0
    owner.time = found[1] if found and steps.rules.checkpoint_time else 0
    owner.recovery = Recovery(index, (), index, (), 0)
    owner.covered, owner.phase = index, "read_rows"
    steps.add(world, f"{NAMES[place]}: reads checkpoint {index}", True)


def read_rows(steps, place):
    world = steps.draft()
    owner = world.owner(place)
    rows = tuple(world.newest(RUNS, run) for run in range(steps.rules.runs))
    rows = tuple(row[1] if row else None for row in rows)
    owner.recovery = owner.recovery._replace(rows=rows)
    owner.phase = "read_tail"
    steps.add(world, f"{NAMES[place]}: reads rows {list(rows)}", True)


def read_tail(steps, place):
    """Frames checkpoint + 1 .. claim - 1, a page at a time."""
    world, rules = steps.draft(), steps.rules
    owner = world.owner(place)
    recovery = owner.recovery
    last, begin = owner.position - 1, recovery.read_to + 1
    first = max(begin, world.trimmed + 1)
    if begin <= last and first > begin and rules.gap_check:
        something_is_missing(world, place, rules)
        steps.add(world, f"{NAMES[place]}: the tail has a gap at {begin}", True)
        return
    end = min(last, first + rules.page - 1) if rules.page else last
    tail = recovery.tail
    for index in range(first, end + 1):
        frame = world.log[index - 1]
        tail += tuple((index, event) for event in frame.events)
        owner.time = max(owner.time, frame.time)
    owner.recovery = recovery._replace(read_to=max(end, recovery.read_to), tail=tail)
    owner.phase = "read_tail" if end < last else "read_bases"
    steps.add(world, f"{NAMES[place]}: reads log {begin}..{end}", True)


def something_is_missing(world, place, rules):
    """Superseded, or tidied by a deposed owner meanwhile; else it is lost."""
    owner = world.owner(place)
    runs = rules.runs
    owner.entries, owner.tombstones, owner.outside = (None,) * runs, (None,) * runs, ()
    if rules.confirm and len(world.log) != owner.position:
        stop(world, place, "fenced")
    elif (rules.read_checkpoint_again or rules.gap_check) and world.checkpoint() != owner.recovery.checkpoint:
        owner.phase = "read_checkpoint"
    else:
        owner.phase = "lost"


# ---- the base of a run, and its tail ---------------------------------------------------------------------------------


class Base:
    """Where replay begins: a run (or none) at a version, and what the store may still have of the id."""

    def __init__(self, run, version, saved, tombstone=None, missing=False, row=None):
        self.run, self.version, self.saved, self.tombstone = run, version, saved, tombstone
        self.missing, self.row = missing, row


def base_of(world, recovery, run, read_result, rules):
    row = recovery.rows[run]
    if isinstance(row, Row):
        return base_of_row(world, recovery, run, row, rules)
    tombstone = (row.why, row.version, world.now) if row else None
    version = row.version if row else 0
    if read_result and (rules.recovery_reads_results or (row and row.why == "finished")):
        result = world.newest(RESULTS, run)
        if result and not (row and row.why == "removed" and result[0] <= version):
            saved = result[0] <= recovery.checkpoint or (row is not None and row == ("finished", result[0]))
            return Base(result[1], result[0], result[0] if saved or not rules.results_by_version else 0, tombstone)
        if row and row.why == "finished":
            return Base(None, version, version, tombstone, missing=True)
    return Base(None, version, version, tombstone)


def base_of_row(world, recovery, run, row, rules):
    if rules.base in ("exact", "no_skip"):
        snapshot = world.exact(SNAPSHOTS, run, row.version)
        found = snapshot[1] if snapshot else None
        return Base(found, row.version, row.version, missing=snapshot is None, row=row)
    # A rule is left out: whatever snapshot is the newest (up to the checkpoint).
    snapshot = world.newest(SNAPSHOTS, run, recovery.checkpoint if rules.base == "before" else None)
    older = rules.base == "newest" and (not snapshot or snapshot[0] < row.version)
    if not snapshot:
        return Base(None, 0, 0, missing=older, row=row)
    return Base(snapshot[1], snapshot[0], row.version, missing=older, row=row)


def read_bases(steps, place):
    """One run: read its base, apply its parked events and its tail."""
    view, rules = steps.view, steps.rules
    before = view.owner(place)
    recovery, run = before.recovery, before.recovery.run
    tail = tuple(pair for pair in recovery.tail if pair[1][1] == run)
    parked = view.newest(PARKED, run)
    if rules.lazy and not tail and parked is None and sleeps(recovery.rows[run]):
        leave_passive(steps, place, run, recovery.rows[run])
        return
    read_result = bool(tail) or (parked is not None and rules.parked_reads_results)
    base = base_of(view, recovery, run, read_result, rules)
    world = steps.draft()
    owner = world.owner(place)
    if base.missing:
        something_is_missing(world, place, rules)
        steps.add(world, f"{NAMES[place]}: {recovery.rows[run]} names what is not there", True)
        return
    events, parked_to = events_to_apply(parked, tail, base, rules)
    if base.row and steps.has(UNREADABLE):
        park_unreadable(steps, place, run, base, events, parked_to)
    entry = replay(base, events, parked_to, bool(tail), rules)
    owner.outside = tuple(sorted(owner.outside + replayed_actions(base, tail, entry, run, rules)))
    next_run(owner, run, entry, base, rules)
    steps.add(world, f"{NAMES[place]}: base of run {run} @{base.version}, recovers {entry and entry.run}", True)


def sleeps(row):
    return isinstance(row, Row) and not row.operation_pending


def leave_passive(steps, place, run, row):
    """Nothing has happened to it since its row, and it waits at most for a timer: its snapshot is not read."""
    world = steps.draft()
    owner = world.owner(place)
    if row.timer_armed:
        owner.outside += (("timer", run, row.birth),)
    entry = Entry(PASSIVE, row.version, row.version, True, True, 0, ())
    next_run(owner, run, entry, Base(None, row.version, row.version, row=row), steps.rules)
    steps.add(world, f"{NAMES[place]}: run {run} @{row.version} sleeps, stays passive", True)


def events_to_apply(parked, tail, base, rules):
    """The parked events and the tail, without what the base has already."""
    parked_to = parked[0] if parked and parked[0] > base.version else 0
    events = parked[1] if parked_to else ()
    if rules.park_skips:
        tail = tuple(pair for pair in tail if pair[0] > parked_to)
    events += tail
    if rules.base in ("exact", "newest"):
        events = tuple(pair for pair in events if pair[0] > base.version)
    return events, parked_to


def replay(base, events, parked_to, touched, rules):
    """The entry of a recovered run. What an owner before may have put, or may still put, is marked."""
    run, version = base.run, base.version
    for index, event in events:
        now = apply(run, event, index, rules)
        version = index if now != run else version
        run = now
    maybe = touched or base.row is not None
    if run is None and version == base.version and not parked_to:
        return None
    return Entry(run, version, base.saved, maybe, True, parked_to, ())


def park_unreadable(steps, place, run, base, events, parked_to):
    """The snapshot is there and cannot be read: the run is set aside."""
    world = steps.draft()
    world.spend(UNREADABLE)
    owner = world.owner(place)
    entry = Entry(SET_ASIDE, base.version, base.saved, True, True, parked_to, events)
    next_run(owner, run, entry, base, steps.rules)
    steps.add(world, f"{NAMES[place]}: snapshot {run}@{base.version} is UNREADABLE: parked", False)


def next_run(owner, run, entry, base, rules):
    owner.set_entry(run, entry)
    owner.tombstones = replaced(owner.tombstones, run, base.tombstone)
    owner.recovery = owner.recovery._replace(run=run + 1)
    if run + 1 == rules.runs:
        finish_bases(owner, rules)


def finish_bases(owner, rules):
    recovery = owner.recovery
    owner.covered, owner.recovery = recovery.checkpoint, None
    touched = {event[1] for _, event in recovery.tail}
    actions = owner.outside
    owner.outside = tuple(item for item in actions if owner.entry(item[1]).run == PASSIVE)
    read_pending(owner)
    if rules.pending_from == "actions":
        owner.outside = actions
    elif not rules.row_flags:
        owner.outside = tuple(item for item in owner.outside
                              if item[1] in touched or recovery.rows[item[1]] and recovery.rows[item[1]].timer_armed)
    owner.phase = "confirm" if rules.confirm else "serving"


def replayed_actions(base, tail, entry, run, rules):
    """A rule is left out: what the replayed events ask for, and the timers that the row of an untouched run names."""
    if rules.pending_from != "actions":
        return ()
    actions, state = set(), base.run
    for index, event in tail:
        if index <= base.version:
            continue
        now = apply(state, event, index, rules)
        if now != state and now and (state is None or state.birth != now.birth):
            actions = {(kind, run, now.birth) for kind, asked in
                       (("operation", now.operation == "pending"), ("timer", now.timer == "armed")) if asked}
        if now != state and now:
            ended = {"completed": "operation", "fired": "timer"}.get(event[0])
            actions.discard((ended, run, now.birth))
        state = now
    if base.row and not tail and loaded(entry):
        pending = (("operation", base.row.operation_pending), ("timer", base.row.timer_armed))
        actions |= {(kind, run, entry.run.birth) for kind, flag in pending if flag}
    return tuple(actions)


def confirm(steps, place):
    """Like a seqlock: nothing moved while we read."""
    world = steps.draft()
    owner = world.owner(place)
    if len(world.log) != owner.position:
        stop(world, place, "fenced")
        steps.add(world, f"{NAMES[place]}: somebody claimed meanwhile, drops", True)
    elif steps.rules.read_checkpoint_again and world.checkpoint() != owner.covered:
        runs = steps.rules.runs
        owner.phase, owner.outside = "read_checkpoint", ()
        owner.entries, owner.tombstones = (None,) * runs, (None,) * runs
        steps.add(world, f"{NAMES[place]}: the checkpoint moved, starts over", True)
    else:
        owner.phase = "serving"
        steps.add(world, f"{NAMES[place]}: position and checkpoint are what they were, serves", True)


PHASES = {"read_position": read_position, "claim": claim, "claim_again": claim, "read_checkpoint": read_checkpoint,
          "read_rows": read_rows, "read_tail": read_tail, "read_bases": read_bases, "confirm": confirm}
