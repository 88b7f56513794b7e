"""What the model is made of: runs, frames, owners, the world, and the budgets of a case.

A state of the search is nested tuples, so that it can be hashed. `World` and `Owner` are drafts of a state: they are
thawed from it, changed, and frozen again. Everything inside of them is immutable and replaced as a whole.
"""

from collections import namedtuple

# ---- a run -----------------------------------------------------------------------------------------------------------

# One run does one operation, waits for one timer, counts commands, and has then its result.
#   birth      index of the frame in which it began: this life of the id
#   operation  "-" none, "pending", or the value that came back
#   timer      "-" none, "armed", "fired"
#   result     None while it runs
#   count      how many events have changed it
Run = namedtuple("Run", "birth operation timer result count paused")

# Events are tuples: (kind, run id, ...). Run ids are 0 and 1.
#   ("start", r, call)  ("command", r, call)  ("pause", r, call)  ("resume", r, call)  ("abort", r, call)
#   ("remove", r, call, forced)   forced: the run was parked, so it need not be finished
#   ("completed", r, birth, value)  ("failed", r, birth)  ("fired", r, birth)
CALLS = ("start", "command", "pause", "resume", "abort", "remove")

# A frame of the log. kind: "events", "epoch", "beat". The token tells whose append it was.
Frame = namedtuple("Frame", "token kind events time")

# ---- what the stores hold --------------------------------------------------------------------------------------------

# Namespaces of the KeyValueStore. Each holds, per run id, versions in ascending order: (version, value, write time).
RUNS, SNAPSHOTS, RESULTS, PARKED, CHECKPOINTS = range(5)
NAMESPACES = ("runs", "snapshots", "results", "parked", "checkpoints")

# Values in `runs`. A live row is the commit record of the snapshot with `version` (the same as the row's own version,
# unless a rule is left out). A tombstone says why the run is not here: "removed" or "finished" (see `results`).
Row = namedtuple("Row", "version birth operation_pending timer_armed")
Tombstone = namedtuple("Tombstone", "why version")
# Values elsewhere: snapshots and results hold a Run, parked a tuple of (index, event), checkpoints the last time.

# ---- an owner --------------------------------------------------------------------------------------------------------

# What an owner has in memory of one run id. None instead of an Entry: nothing, `results` may know more.
#   run       a Run; None = removed; PASSIVE = in the store only, at exactly `version`; SET_ASIDE = parked
#   version   last frame that changed the run
#   saved     the version whose row or result row is acknowledged
#   live_row  a live row (or a parked row) of this id may be in the store that no tombstone hides, now or later
#   stored    anything of this id may be there that no tombstone(removed) hides, its result row included
#   parked    version of the parked row that may be there
#   events    parked: the (index, event) since the row. Passive: committed and not applied yet
Entry = namedtuple("Entry", "run version saved live_row stored parked events")
PASSIVE, SET_ASIDE = "passive", "parked"
UNKNOWN_ID = Entry(None, 0, 0, False, False, 0, ())

# What recovery has read so far: the checkpoint, rows, the tail up to `read_to`; the run whose base is next.
Recovery = namedtuple("Recovery", "checkpoint rows read_to tail run")

OWNER_FIELDS = ("phase", "boots", "position", "entries", "tombstones", "queue", "in_flight", "plan", "outside",
                "recovery", "covered", "uncommitted", "time", "sent", "sending", "lookup")


class Owner:
    """One process.

    phase       down, fenced | read_position, claim, claim_again, read_checkpoint, read_rows, read_tail, read_bases,
                confirm | serving | lost (it found that something is missing for good)
    position    the index after which its next frame goes
    entries     per run id: Entry or None
    tombstones  per run id: (why, version, when it was put) of the tombstone that is in `runs`, or None
    queue       events that wait for the next frame
    in_flight   the frame whose append is undecided
    plan        what the checkpointer still has to do: see checkpointer.py
    outside     operations and timers that are under way: ("operation" | "operation_done" | "abandoned" | "timer" |
                "timer_done", run id, birth)
    covered     the last checkpoint that it knows to be durable
    uncommitted entries that are ahead of the log, if a rule is left out
    time        of the last frame; sent, sending: when the last confirmed append, and the one in flight, were sent
    lookup      a read of `results` that is under way, if a rule is left out
    """

    __slots__ = OWNER_FIELDS

    def __init__(self, values):
        (self.phase, self.boots, self.position, self.entries, self.tombstones, self.queue, self.in_flight, self.plan,
         self.outside, self.recovery, self.covered, self.uncommitted, self.time, self.sent, self.sending,
         self.lookup) = values

    def freeze(self):
        return (self.phase, self.boots, self.position, self.entries, self.tombstones, self.queue, self.in_flight,
                self.plan, self.outside, self.recovery, self.covered, self.uncommitted, self.time, self.sent,
                self.sending, self.lookup)

    def forget(self, phase):
        """Drop everything in memory."""
        runs = len(self.entries)
        self.__init__((phase, self.boots) + nobody(runs)[2:])

    def entry(self, run):
        return self.entries[run] or UNKNOWN_ID

    def set_entry(self, run, entry):
        self.entries = replaced(self.entries, run, entry)

    def busy_with(self, run):
        """Is an event of the run queued or in flight?"""
        flying = self.in_flight.events if self.in_flight else ()
        return any(event[1] == run for event in self.queue + flying)


def nobody(runs):
    return ("down", 0, 0, (None,) * runs, (None,) * runs, (), None, (), (), None, 0, None, 0, 0, 0, None)


def replaced(items, place, value):
    return items[:place] + (value,) + items[place + 1:]


# ---- the world -------------------------------------------------------------------------------------------------------

# The calls that clients make, each at most once at a time, with the run they are about.
START, ATTACH, COMMAND, REMOVE, RESTART, OTHER, RESUME = range(7)
RUN_OF_CALL = (0, 0, 0, 0, 0, 1, 0)
# Where a call is: not made; at owner 0 or 1 (10, 11); answered; answered "unknown"; answered "certainly not applied".
IDLE, DONE, UNKNOWN, REFUSED, AT = 0, 2, 3, 4, 10

# What may happen how often: the bounds of the search.
BUDGETS = ("crash", "lost", "late", "takeover", "checkpoint", "attach", "command", "remove", "abandon", "value",
           "collect", "unreadable", "throws", "passivate", "tick")
(CRASH, LOST, LATE, TAKEOVER, CHECKPOINT, ATTACHES, COMMANDS, REMOVES, ABANDON, VALUES, COLLECT, UNREADABLE, THROWS,
 PASSIVATE, TICK) = range(len(BUDGETS))


def budget(**counts):
    """The budgets of a case. `value` = how many values a non-idempotent operation may give, at least 1."""
    return tuple(counts.get(name, 1 if name == "value" else 0) for name in BUDGETS)


WORLD_FIELDS = ("log", "trimmed", "kv", "late", "frozen_owners", "calls", "acknowledged", "told", "service", "budget",
                "shadow", "now")


class World:
    """Everything there is.

    log           all frames, from index 1; trimmed: up to which they are gone
    kv            versions, per namespace and run id
    late          requests whose outcome is unknown to their callers, and which will land: (until when, request)
    acknowledged  starts that were answered: (call, run id, birth, token of the frame that holds the birth)
    told          results that were told: (run id, birth, result)
    service       what an outside service that knows idempotency keys remembers
    shadow        removals that hide puts with an older write time (skewed clocks)
    """

    __slots__ = WORLD_FIELDS + ("owners",)

    def __init__(self, state):
        (self.log, self.trimmed, self.kv, self.late, self.frozen_owners, self.calls, self.acknowledged, self.told,
         self.service, self.budget, self.shadow, self.now) = state
        self.owners = [None] * len(self.frozen_owners)

    def freeze(self):
        owners = tuple(draft.freeze() if draft else frozen for draft, frozen in zip(self.owners, self.frozen_owners))
        return (self.log, self.trimmed, self.kv, self.late, owners, self.calls, self.acknowledged, self.told,
                self.service, self.budget, self.shadow, self.now)

    def owner(self, place):
        if self.owners[place] is None:
            self.owners[place] = Owner(self.frozen_owners[place])
        return self.owners[place]

    def phase(self, place):
        draft = self.owners[place]
        return draft.phase if draft else self.frozen_owners[place][0]

    def spend(self, what):
        self.budget = replaced(self.budget, what, self.budget[what] - 1)

    def answer(self, call, outcome):
        self.calls = replaced(self.calls, call, outcome)

    def versions(self, namespace, run):
        return self.kv[namespace][run]

    def newest(self, namespace, run, before=None):
        """The newest version (not after `before`), or None."""
        found = None
        for version in self.kv[namespace][run]:
            if before is None or version[0] <= before:
                found = version
        return found

    def exact(self, namespace, run, version):
        for found in self.kv[namespace][run]:
            if found[0] == version:
                return found
        return None

    def set_versions(self, namespace, run, versions):
        self.kv = replaced(self.kv, namespace, replaced(self.kv[namespace], run, versions))

    def checkpoint(self):
        """The index of the newest checkpoint."""
        found = self.kv[CHECKPOINTS][0]
        return found[-1][0] if found else 0


def first_state(owners, runs, budgets):
    kv = (((),) * runs,) * 4 + (((),),)
    return ((), 0, kv, (), (nobody(runs),) * owners, (IDLE,) * 7, (), (), (), budgets, (), 0)
