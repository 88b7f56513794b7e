"""What must hold in every state, and what must hold when nothing is left to happen."""

from memory import loaded, visible
from state import CALLS, DONE, OTHER, PASSIVE, REFUSED, REMOVE, RESTART, RESULTS, SET_ASIDE, SNAPSHOTS, START


def violation(steps, terminal):
    """The first broken promise in this state, or None. terminal: no step is expected any more."""
    world, rules = steps.view, steps.rules
    told = steps.history.of(world.log)
    found = lost(world, told, rules)
    if found or (rules.final_losses and any(world.phase(place) == "lost" for place in range(rules.owners))):
        return found
    for rule in (memory, results, stores, times, lives, calls):
        found = rule(steps, told)
        if found:
            return found
    if terminal and rules.remove_is_event:
        return unfinished(steps, told)
    return None


def lost(world, told, rules):
    for place in range(rules.owners):
        if world.phase(place) != "lost":
            continue
        if not rules.final_losses:
            return "LOST: recovery or a load finds that something is missing which it needs"
        for run, history in enumerate(told):
            snapshot = world.exact(SNAPSHOTS, run, history.version) or world.exact(RESULTS, run, history.version)
            if history.run is not None and history.version <= world.trimmed and not snapshot:
                return f"LOST for good: run {run}, its log is trimmed and its snapshot is gone"
    return None


def memory(steps, _):
    """What an owner that serves has in memory is the replay of the history up to its position."""
    world, rules = steps.view, steps.rules
    for place in range(rules.owners):
        if world.phase(place) != "serving":
            continue
        owner = world.owner(place)
        if not rules.remove_is_event:
            if world.calls[REMOVE] == DONE and world.calls[RESTART] != DONE and revived(world, owner):
                return "a removed run is back"
            continue
        deposed = owner.position != len(world.log)
        history = steps.history.of(world.log[:owner.position])
        for run, entry in enumerate(owner.entries):
            if entry is None and deposed:
                continue  # what it reads from results may be newer, and its append will tell
            if entry and entry.run in (PASSIVE, SET_ASIDE):
                continue
            has = visible(world, owner, run, rules)
            if has != history[run].run:
                return wrong_memory(run, has, history[run].run)
    return None


def revived(world, owner):
    entry = owner.entries[0]
    return loaded(entry) and any(told[:2] == (0, entry.run.birth) for told in world.told)


def wrong_memory(run, has, should):
    what = "a removed run is back" if should is None else "a run is LOST" if has is None else "a run is another"
    return f"{what}: run {run} is {has}, the history says {should}"


def results(steps, told):
    for run, birth, result in steps.view.told:
        known = dict(told[run].results)
        if birth in known and known[birth] != result:
            return f"run {run} born {birth}: told {result}, the history says {known[birth]}"
    return None


def stores(steps, _):
    """Snapshots and result rows are the replay up to their version, whoever put them."""
    world, rules = steps.view, steps.rules
    if not rules.check_stores:
        return None
    for namespace, name in ((SNAPSHOTS, "snapshot"), (RESULTS, "result")):
        for run in range(rules.runs):
            for version, value, _ in world.versions(namespace, run):
                if version > len(world.log) or steps.history.of(world.log[:version])[run].run != value:
                    return f"{name} {run}@{version} {value} is not the replay up to {version}"
    return None


def times(steps, _):
    if not steps.rules.clocks:
        return None
    times_of_events = [frame.time for frame in steps.view.log if frame.kind == "events"]
    return f"times go back: {times_of_events}" if times_of_events != sorted(times_of_events) else None


def lives(_, told):
    for run, history in enumerate(told):
        for birth, result in history.results:
            if result[0] == "v" and result[1] != birth:
                return f"run {run} born {birth} has the operation result of the life born {result[1]}"
    return None


def calls(steps, _):
    world = steps.view
    events = [event for frame in world.log for event in frame.events]
    if sum(1 for event in events if event[0] in ("command", "pause", "abort")) > 1:
        return "one command is journaled twice"
    for call in range(len(world.calls)):
        if world.calls[call] == REFUSED and any(event[0] in CALLS and event[2] == call for event in events):
            return "a call that was answered 'not applied' is in the log"
    return None


def unfinished(steps, told):
    """When faults have stopped: what was acknowledged is there, and everything has come to its end."""
    world, rules = steps.view, steps.rules
    for call, run, birth, token in world.acknowledged:
        if token == "early":
            if not told[run].births:
                return "an acknowledged start is not in the history"
        elif (birth, token) not in told[run].births:
            return "an acknowledged start is not in the history"
    for run, birth, result in world.told:
        if dict(told[run].results).get(birth) != result:
            return f"run {run} born {birth}: told {result}, which is not in the history"
    if not any(world.phase(place) == "serving" for place in range(rules.owners)):
        return "STUCK: nobody serves the partition any more"
    if world.calls[START] != DONE or (rules.runs == 2 and world.calls[OTHER] != DONE):
        return "STUCK: a start is never answered"
    if world.calls[REMOVE] == DONE and world.calls[RESTART] != DONE:
        return "STUCK: a start after a removal is never answered"
    for run, history in enumerate(told):
        if history.run is not None and not history.run.result:
            return f"STUCK: run {run} never ends: {history.run}"
    return None
