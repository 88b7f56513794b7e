"""The search: breadth first, so that the first violation found has a shortest trace."""

from collections import deque, namedtuple

import checkpointer
import clients
import loop
import recovery
from invariants import violation
from run import History
from state import CRASH, TICK, first_state
from steps import NAMES, Steps, stop
from stores import describe, land

# violation: what is broken, or None; trace: the steps that lead there; open: states left when the limit was reached.
Outcome = namedtuple("Outcome", "states ends violation trace open")

DEFAULT_LIMIT = 3_000_000


def explore(rules, budgets, limit=DEFAULT_LIMIT, script=()):
    """Search everything that may happen, after the steps of the script.

    A script leads to the place where it becomes interesting: each of its words is part of the label of one step.
    """
    history = History(rules)
    first = play(script, first_state(rules.owners, rules.runs, budgets), rules, history)
    came_from = {first: None}
    waiting = deque([first])
    states = ends = 0
    while waiting:
        state = waiting.popleft()
        states += 1
        steps = Steps(state, rules, history)
        find_steps(steps)
        terminal = not any(expected for _, expected, _ in steps.found)
        ends += terminal
        broken = violation(steps, terminal)
        if broken:
            return Outcome(states, ends, broken, trace(came_from, state), 0)
        for label, _, following in steps.found:
            if following not in came_from:
                came_from[following] = (state, label)
                waiting.append(following)
        if states >= limit:
            return Outcome(states, ends, None, [], len(waiting))
    return Outcome(states, ends, None, [], 0)


def play(script, state, rules, history):
    for number, word in enumerate(script):
        steps = Steps(state, rules, history)
        find_steps(steps)
        fitting = [following for label, _, following in steps.found if word in label]
        if not fitting:
            labels = "; ".join(label for label, _, _ in steps.found)
            raise ValueError(f"step {number} of the script, '{word}', is not possible. Possible are: {labels}")
        state = fitting[0]
    return state


def trace(came_from, state):
    labels = []
    while came_from[state]:
        state, label = came_from[state]
        labels.append(label)
    return labels[::-1]


def find_steps(steps):
    """Everything that may happen next."""
    view, rules = steps.view, steps.rules
    late_requests_land(steps)
    if rules.lease and steps.has(TICK):
        tick(steps)
    for place in range(rules.owners):
        phase = view.phase(place)
        if phase in ("down", "fenced"):
            recovery.start_process(steps, place)
            continue
        if phase == "lost":
            continue
        if steps.has(CRASH) and phase != "read_position":
            crash(steps, place)
        if phase == "serving":
            loop.serve(steps, place)
            checkpointer.checkpoint(steps, place)
        else:
            recovery.recover(steps, place)
    clients.call(steps)


def late_requests_land(steps):
    for place, (_, request) in enumerate(steps.view.late):
        world = steps.draft()
        world.late = world.late[:place] + world.late[place + 1:]
        outcome = land(world, request)
        steps.add(world, f"late request lands: {describe(request)} -> {outcome}", False)


def tick(steps):
    """Time goes by. Requests that are under way for too long do not land any more."""
    world = steps.draft()
    world.spend(TICK)
    world.now += 1
    world.late = tuple(pair for pair in world.late if pair[0] >= world.now)
    steps.add(world, f"it is {world.now}", False)


def crash(steps, place):
    world = steps.draft()
    world.spend(CRASH)
    stop(world, place, "down")
    steps.add(world, f"{NAMES[place]} CRASHES", False)
