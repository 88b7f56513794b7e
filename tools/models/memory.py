"""What an owner does in its memory: apply committed events, look runs up, load them, set them aside, let them go."""

from run import apply
from state import (PARKED, PASSIVE, RESULTS, SET_ASIDE, SNAPSHOTS, UNKNOWN_ID, Entry, Run)


def loaded(entry):
    return entry is not None and isinstance(entry.run, Run)


def after(entry, event, index, rules):
    """The entry after a committed event."""
    known = entry or UNKNOWN_ID
    if known.run == PASSIVE:
        return known._replace(events=known.events + ((index, event),))
    if known.run == SET_ASIDE:
        return known._replace(run=None, version=index, events=()) if event[0] == "remove" else known
    run = apply(known.run, event, index, rules)
    if run == known.run:
        return entry
    if run is None and not known.stored and not known.live_row:
        return None  # nobody but this memory ever knew of it
    if known.run is None and rules.marks_of == "life":
        known = known._replace(live_row=False, stored=False)
    return known._replace(run=run, version=index)


def look_up(world, owner, run, rules):
    """What `results` has of a run that is not in memory, as an entry; None if it has nothing that counts."""
    found = world.newest(RESULTS, run)
    tombstone = owner.tombstones[run]
    if not found:
        return None
    if tombstone and tombstone[0] == "removed" and found[0] <= tombstone[1] and rules.removed_hides:
        return None
    return Entry(found[1], found[0], found[0], False, True, 0, ())


def visible(world, owner, run, rules):
    """The run as this owner would tell a client, its result included; None if there is none."""
    entry = owner.entries[run] or look_up(world, owner, run, rules)
    return entry.run if loaded(entry) else None


def load(world, owner, run, rules):
    """Load a passive run, by exactly its version. False if that snapshot is not there."""
    entry = owner.entries[run]
    snapshot = world.exact(SNAPSHOTS, run, entry.version) if rules.load_exact else world.newest(SNAPSHOTS, run)
    if not snapshot:
        return False
    now = entry._replace(run=snapshot[1], version=snapshot[0], saved=snapshot[0], events=())
    for index, event in entry.events:
        now = after(now, event, index, rules)
    owner.set_entry(run, now)
    read_pending(owner)
    return True


def events_since(world, run, version, position):
    """The events of a run after its row, read again from its parked row and the log."""
    parked = world.newest(PARKED, run)
    events = tuple(pair for pair in parked[1] if pair[0] > version) if parked else ()
    begin = max(world.trimmed, version, parked[0] if parked else 0)
    for index in range(begin + 1, position + 1):
        events += tuple((index, event) for event in world.log[index - 1].events if event[1] == run)
    return events


def set_aside(world, owner, run, index, rules):
    """Park a run whose state is not to be had: its events since the row wait for the next recovery."""
    entry = owner.entry(run)
    tombstone = owner.tombstones[run]
    since = max(entry.saved, tombstone[1] if tombstone else 0) if rules.park_from_row else index - 1
    events = events_since(world, run, since, owner.position)
    owner.set_entry(run, entry._replace(run=SET_ASIDE, version=entry.saved, events=events))


def let_go(owner, run, rules):
    """Drop a finished run from memory if `results` has it and nothing here needs it."""
    entry = owner.entries[run]
    if not loaded(entry) or not entry.run.result or entry.parked:
        return
    if entry.version != entry.saved or entry.version > owner.covered:
        return
    if not owner.busy_with(run) or not rules.drop_when_idle:
        owner.set_entry(run, None)


def read_pending(owner):
    """Operations and timers are read off the runs. What is under way stays so while its life of the run lasts."""
    outside = set()
    for item in owner.outside:
        kind, run, birth = item
        entry = owner.entries[run]
        known = entry.run if entry else None
        if kind == "abandoned" or known == PASSIVE or (loaded(entry) and known.birth == birth):
            outside.add(item)
    for run, entry in enumerate(owner.entries):
        if loaded(entry):
            birth = entry.run.birth
            if entry.run.operation == "pending" and ("operation_done", run, birth) not in outside:
                outside.add(("operation", run, birth))
            if entry.run.timer == "armed" and ("timer_done", run, birth) not in outside:
                outside.add(("timer", run, birth))
    owner.outside = tuple(sorted(outside))


def changed(entry, rules):
    """Has the checkpointer something to write of it?"""
    if entry is None or entry.run == PASSIVE:
        return False
    if entry.run == SET_ASIDE:
        return bool(entry.events) and entry.events[-1][0] > entry.parked and rules.park_copies
    return entry.version != entry.saved or entry.parked > 0
