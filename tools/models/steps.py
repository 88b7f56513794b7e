"""Collects what may happen next in a state, and lets requests end in every way that they can."""

from state import CRASH, DONE, LATE, LOST, UNKNOWN, World
from stores import describe, land

NAMES = "AB"


class Steps:
    """The successors of one state.

    view   the state, to look at; never changed
    found  (label, expected, state): expected steps need no fault and no luck, so they happen in the end
    """

    def __init__(self, state, rules, history):
        self.state, self.rules, self.history = state, rules, history
        self.view = World(state)
        self.found = []

    def draft(self):
        return World(self.state)

    def add(self, world, label, expected):
        self.found.append((label, expected, world.freeze()))

    def has(self, what):
        return self.view.budget[what] > 0

    def request(self, place, request, done, unknown, expected=True):
        """An owner sends a request. done(world, outcome), unknown(world): what the owner does then."""
        label = f"{NAMES[place]}: {describe(request)}"
        world = self.draft()
        outcome = land(world, request)
        done(world, outcome)
        self.add(world, label + (f" -> {outcome}" if request[0] == "append" else ""), expected)
        if self.has(LOST):
            world = self.draft()
            world.spend(LOST)
            if land(world, request) == "ok":
                unknown(world)
                self.add(world, label + " APPLIED, ITS ANSWER IS LOST", False)
        if self.has(LATE):
            world = self.draft()
            world.spend(LATE)
            until = world.now + self.rules.delay if self.rules.lease else 0
            world.late = tuple(sorted(world.late + ((until, request),), key=repr))
            unknown(world)
            self.add(world, label + " OUTCOME UNKNOWN, STILL UNDER WAY", False)
        if self.has(CRASH):
            world = self.draft()
            world.spend(CRASH)
            if land(world, request) == "ok":
                stop(world, place, "down")
                self.add(world, f"{label} applied, then {NAMES[place]} CRASHES", False)


def stop(world, place, phase, outcome=UNKNOWN):
    """An owner drops its memory: it crashed ("down"), or learned that it is deposed ("fenced")."""
    owner = world.owner(place)
    for call, where in enumerate(world.calls):
        if where == 10 + place:
            world.answer(call, outcome)
    owner.forget(phase)


def answer_at(world, place, call, outcome=DONE):
    """Answer a call if it still waits at this owner."""
    if world.calls[call] == 10 + place:
        world.answer(call, outcome)
        return True
    return False
