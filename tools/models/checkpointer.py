"""The checkpointer of an owner: it runs beside the loop, one request at a time.

What it still has to do is its plan, a tuple of steps:
  ("capture", run id)                look at the run now; gives way to the puts that it needs
  ("send", request, then, await)     then: what memory learns when it is acknowledged; await: unknown = repeat
  ("learn", then)                    without a request
  ("checkpoint", index, time)        gives way to the checkpoint put, trim, prune
"""

from loop import may_write, wall
from memory import changed, let_go
from state import (CHECKPOINT, CHECKPOINTS, COLLECT, PARKED, PASSIVE, RESULTS, RUNS, SET_ASIDE, SNAPSHOTS, Row,
                   Tombstone, replaced)
from steps import NAMES
from stores import changes_runs


def checkpoint(steps, place):
    owner = steps.view.owner(place)
    if owner.plan:
        if may_write(steps.view, owner, steps.rules):
            go_on(steps, place)
        return
    if steps.has(CHECKPOINT):
        begin(steps, place)
    if steps.has(COLLECT):
        for run, tombstone in enumerate(owner.tombstones):
            if tombstone and may_collect(steps, place, tombstone):
                collect(steps, place, run, tombstone)


def begin(steps, place):
    """Everything up to `index` will be in the store when this is done."""
    owner, rules = steps.view.owner(place), steps.rules
    index = owner.position
    if rules.waiting_holds_checkpoint:
        waiting = [entry.events[0][0] for entry in owner.entries if entry and entry.run == PASSIVE and entry.events]
        index = min([index] + [first - 1 for first in waiting])
    if index <= owner.covered:
        return
    if not rules.clean_checkpoints and not any(changed(entry, rules) for entry in owner.entries):
        return
    world = steps.draft()
    world.spend(CHECKPOINT)
    captures = tuple(("capture", run) for run in range(rules.runs))
    world.owner(place).plan = captures + (("checkpoint", index, owner.time),)
    steps.add(world, f"{NAMES[place]}: checkpoint of {index} begins", False)


def go_on(steps, place):
    """Send the next request of the plan."""
    view, rules = steps.view, steps.rules
    before = view.owner(place)
    plan, entries = before.plan, before.entries
    while plan[0][0] != "send":
        plan, entries = expand(before, plan, entries, wall(place, rules), rules)
    _, request, then, must_know = plan[0]

    def done(world, _):
        owner = world.owner(place)
        owner.entries = entries
        learn(world, owner, then, rules)
        advance(world, owner, plan[1:], rules)

    def unknown(world):
        owner = world.owner(place)
        owner.plan, owner.entries = plan, entries
        if not must_know:
            learn(world, owner, then, rules)
            advance(world, owner, plan[1:], rules)

    steps.request(place, request, done, unknown)


def advance(world, owner, plan, rules):
    while plan and plan[0][0] == "learn":
        learn(world, owner, plan[0][1], rules)
        plan = plan[1:]
    owner.plan = plan


def learn(world, owner, then, rules):
    """What an acknowledgement tells."""
    if not then:
        return
    kind, run = then[:2]
    if kind == "covered":
        owner.covered = run
    elif kind == "let_go":
        let_go(owner, run, rules)
    elif kind == "collected":
        owner.tombstones = replaced(owner.tombstones, run, None)
    elif kind == "tombstone":
        learn_tombstone(world, owner, run, then[2], rules)
    elif owner.entries[run]:
        learn_saved(owner, run, then)


def learn_tombstone(world, owner, run, tombstone, rules):
    since = world.now if rules.grace_from == "put" else world.log[tombstone.version - 1].time
    owner.tombstones = replaced(owner.tombstones, run, (tombstone.why, tombstone.version, since))
    entry = owner.entries[run]
    if entry and tombstone.why == "removed":
        gone = entry.run is None and entry.version == tombstone.version
        owner.set_entry(run, None if gone else entry._replace(live_row=False, stored=False, parked=0))
    elif entry:
        owner.set_entry(run, entry._replace(live_row=False))


def learn_saved(owner, run, then):
    kind, _, version, live = then
    entry = owner.entries[run]
    if kind == "saved":
        entry = entry._replace(saved=version, stored=True, live_row=entry.live_row or live)
    elif kind == "parked_saved":
        entry = entry._replace(parked=version, stored=True)
    elif kind == "parked_gone" and entry.parked <= version:
        entry = entry._replace(parked=0)
    owner.set_entry(run, entry)


# ---- what is put -----------------------------------------------------------------------------------------------------


def put(namespace, run, version, value, write_time, then, rules):
    return ("send", ("put", namespace, run, version, value, write_time), then, rules.await_puts)


def remove_through(namespaces, run, version, then=None, must_know=False):
    return ("send", ("remove_through", namespaces, run, version), then, must_know)


def expand(owner, plan, entries, write_time, rules):
    """Replace the first step by requests. Returns the plan and the entries with their marks."""
    step, rest = plan[0], plan[1:]
    if step[0] == "checkpoint":
        return expand_checkpoint(step, entries, write_time, rules) + rest, entries
    run = step[1]
    index = next(later[1] for later in rest if later[0] == "checkpoint")
    entry = (owner.uncommitted or entries)[run]
    if not changed(entry, rules):
        return rest, entries
    if entry.run == SET_ASIDE:
        puts, afterwards, marked = capture_parked(entry, run, write_time, rules)
    elif entry.run is None:
        puts, afterwards, marked = capture_removed(entry, run, write_time, rules)
    elif entry.run.result:
        puts, afterwards, marked = capture_finished(entry, run, write_time, rules)
    else:
        puts, afterwards, marked = capture_live(entry, run, index, write_time, rules)
    if rules.mark_at == "capture" and entries[run]:
        mine = entries[run]
        entries = replaced(entries, run, mine._replace(live_row=mine.live_row or marked, stored=True))
    return puts + rest + afterwards, entries


def capture_live(entry, run, index, write_time, rules):
    """Snapshot, then its row. Then the parked row is not needed any more."""
    version = entry.version if rules.version_of_snapshot == "last_change" else index
    row_version = version if rules.row_version == "index" else write_time * 100 + version
    row = Row(version, entry.run.birth, entry.run.operation == "pending", entry.run.timer == "armed")
    puts = (put(SNAPSHOTS, run, version, entry.run, write_time, None, rules),
            put(RUNS, run, row_version, row, write_time, ("saved", run, version, True), rules))
    gone = ()
    if entry.parked:
        gone = (remove_through((PARKED,), run, entry.parked, ("parked_gone", run, entry.parked, False)),)
    return (puts, gone, True) if rules.parked_after_row else (gone + puts, (), True)


def capture_finished(entry, run, write_time, rules):
    """The result row, then a tombstone over what may be in `runs`."""
    version = entry.version
    result = (put(RESULTS, run, version, entry.run, write_time, ("saved", run, version, False), rules),)
    tombstone = Tombstone("finished", version)
    over = ()
    if entry.live_row and rules.finished_tombstone == "marks":
        over = (put(RUNS, run, version, tombstone, write_time, ("tombstone", run, tombstone), rules),)
    # `saved` is learned last, so that the run stays in memory until both are there.
    puts = over + result
    if over and rules.result_first:
        first = result[0][:2] + (None,) + result[0][3:]
        puts = (first, over[0], ("learn", ("saved", run, version, False)))
    rows = delete(SNAPSHOTS, entry, run, write_time, rules)
    if entry.parked:
        rows += (remove_through((PARKED,), run, version, ("parked_gone", run, entry.parked, False)),)
    let_go_now = (("learn", ("let_go", run)),)
    return (rows + puts, let_go_now, False) if rules.snapshots_first else (puts, rows + let_go_now, False)


def delete(namespace, entry, run, write_time, rules):
    """Remove the snapshots of a run that is no longer live."""
    if not entry.live_row:
        return ()
    if not rules.delete_by_version:
        time = write_time if rules.skew else 0
        return (("send", ("remove", (namespace,), run, time), None, False),)
    return (remove_through((namespace,), run, entry.version),)


def capture_removed(entry, run, write_time, rules):
    """A tombstone over everything; results, snapshots and parked events go after the checkpoint."""
    version = entry.version
    if rules.removed != "tombstone":
        everything = (remove_through((RUNS, RESULTS, SNAPSHOTS, PARKED), run, version, None, True),)
        return (everything, (), False) if rules.removed == "delete_before" else ((), everything, False)
    tombstone = Tombstone("removed", version)
    over = (put(RUNS, run, version, tombstone, write_time, ("tombstone", run, tombstone), rules),)
    if rules.removed_tombstone == "row" and not entry.live_row:
        over = ()
    deletes = (remove_through((RESULTS, SNAPSHOTS, PARKED), run, version),)
    if not rules.delete_by_version:
        deletes = (remove_through((RESULTS, PARKED), run, version),) + delete(SNAPSHOTS, entry, run, write_time, rules)
    return (over, deletes, False) if rules.results_after_checkpoint else (deletes + over, (), False)


def capture_parked(entry, run, write_time, rules):
    """The events since the row."""
    version = entry.events[-1][0]
    then = ("parked_saved", run, version, False)
    request = put(PARKED, run, version, entry.events, write_time, then, rules)
    return (request[:3] + (rules.await_puts and rules.await_parked,),), (), False


def expand_checkpoint(step, entries, write_time, rules):
    """Only a durable checkpoint makes what was there before unnecessary."""
    _, index, time = step
    checkpoint_put = put(CHECKPOINTS, 0, index, time, write_time, ("covered", index), rules)
    spared = SET_ASIDE if rules.prune_spares_parked else "nobody"
    runs = tuple(run for run, entry in enumerate(entries) if not entry or entry.run != spared)
    return (checkpoint_put[:3] + (rules.await_checkpoint,), ("send", ("trim", index), None, False),
            ("send", ("prune", index, runs), None, False))


# ---- collection of tombstones ----------------------------------------------------------------------------------------


def may_collect(steps, place, tombstone):
    view, rules = steps.view, steps.rules
    owner = view.owner(place)
    if tombstone[1] > owner.covered and rules.collect_after_checkpoint:
        return False
    if rules.grace == "time":
        return view.now >= tombstone[2] + rules.grace_ticks
    if rules.grace == "none":
        return True
    others = [view.owner(other) for other in range(rules.owners) if other != place]
    if any(changes_runs(request) for _, request in view.late) or any(other.plan for other in others):
        return False
    return rules.grace == "weak" or all(other.phase != "serving" for other in others)


def collect(steps, place, run, tombstone):
    """Once more what a late put may have brought back; then the tombstone, which hid it."""
    rules = steps.rules
    version = tombstone[1]
    hidden = (SNAPSHOTS,) + ((PARKED,) if rules.collect_parked else ())
    if tombstone[0] == "removed" and rules.collect_results_again:
        hidden = (RESULTS,) + hidden
    rest = remove_through(hidden, run, version, None, True)
    last = remove_through((RUNS,), run, version, ("collected", run), True)
    if not rules.collect_by_version:
        time = wall(place, rules) if rules.skew else 0
        rest = ("send", ("remove", (RUNS, SNAPSHOTS), run, time), ("collected", run), True)
    world = steps.draft()
    world.spend(COLLECT)
    plan = (rest, last) if rules.collect_results_first else (last, rest)
    world.owner(place).plan = plan if rules.collect_by_version else plan[:1]
    steps.add(world, f"{NAMES[place]}: the tombstone {tombstone[0]} of run {run} @{version} is old enough", False)
