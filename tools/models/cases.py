"""The cases: a few runs, a few faults, perhaps a rule left out, and whether a promise must be broken.

`./dev check` runs those that are not `slow`; together they take less than half a minute.
"""

from collections import namedtuple

from state import budget

# broken: must a violation be found? limit: the search gives up after so many states; the case is then not exhaustive.
# script: steps that happen before the search begins.
Case = namedtuple("Case", "name rules budgets broken slow limit script")

DEFAULT_LIMIT = 700_000
CASES = []

# Shapes of a run: it ends at once; it waits for an operation; for a timer; for both (the default).
BARE = {"operation": False, "timer": False}
OPERATION = {"timer": False}
TIMER = {"operation": False}
BOTH = {}


def add(name, broken, shape, rules, slow, limit, script, **counts):
    CASES.append(Case(name, {**shape, **rules}, budget(**counts), broken, slow, limit, script))


def without(name, shape, rules, slow=False, limit=DEFAULT_LIMIT, script=(), **counts):
    """A rule is left out: the search must find what goes wrong."""
    add("without: " + name, True, shape, rules, slow, limit, script, **counts)


def holds(name, shape, rules=None, slow=False, limit=DEFAULT_LIMIT, script=(), **counts):
    """All rules are there (or one that is not shown to be needed is not): the search must find nothing."""
    add("holds: " + name, False, shape, rules or {}, slow, limit, script, **counts)


# ---- how scripts begin -----------------------------------------------------------------------------------------------

A_STARTS = ("A: starts", "A: position", "A: append", "A: reads ch", "A: reads rows", "A: reads log", "A: base",
            "A: position")
B_STARTS = tuple(word.replace("A:", "B:") for word in A_STARTS)

# ---- log -------------------------------------------------------------------------------------------------------------

without("log before apply: a checkpoint reads uncommitted state", OPERATION, {"apply_before_append": True},
        takeover=1, checkpoint=1, late=1)
without("log before apply: a result is read from uncommitted state", BARE,
        {"apply_before_append": True, "read_uncommitted": True}, crash=1)
without("an attach waits for the commit of the first start", OPERATION, {"attach_before_commit": True}, crash=1,
        attach=1)
without("unknown append: repeat until it is decided", OPERATION, {"unknown_append": "give_up"}, late=1)
without("unknown append: repeat under the same token", OPERATION, {"unknown_append": "new_token"}, lost=1)
without("no event is carried into the next claim", TIMER, {"unknown_append": "new_token", "requeue": True}, lost=1,
        command=1)
without("a fenced owner may claim again", OPERATION,
        {"unknown_append": "new_token", "claim_again": False, "owners": 1}, lost=1)
without("an idle owner looks whether it is deposed", OPERATION, {"idle_check": False}, takeover=1, crash=1)
without("a claim with unknown outcome is settled", OPERATION, {"unknown_claim": "assume"}, late=1, takeover=1)

# ---- checkpoint and recovery -----------------------------------------------------------------------------------------

without("the position is read again at the end of recovery", OPERATION, {"confirm": False}, takeover=1,
        checkpoint=1)
without("a snapshot's version is its last change", TIMER, {"version_of_snapshot": "checkpoint"}, crash=1,
        checkpoint=1, command=1)
without("events up to the snapshot's version are skipped", TIMER, {"base": "no_skip"}, crash=1, checkpoint=1,
        command=1)
without("the row names the snapshot", BOTH, {"base": "before"}, takeover=1, checkpoint=2)
without("every put is acknowledged before the checkpoint", OPERATION, {"await_puts": False}, crash=1, late=1,
        checkpoint=1)
without("the checkpoint is acknowledged before the trim", OPERATION, {"await_checkpoint": False}, crash=1, late=1,
        checkpoint=1)
without("recovery sees gaps, and reads the checkpoint again", OPERATION,
        {"gap_check": False, "read_checkpoint_again": False}, takeover=1, checkpoint=1)
without("the same, with pages of one frame", OPERATION,
        {"gap_check": False, "read_checkpoint_again": False, "page": 1}, takeover=1, checkpoint=1)
without("snapshots go after the checkpoint", OPERATION, {"snapshots_first": True}, takeover=1, checkpoint=2)
without("pending work is read off the state", OPERATION, {"pending_from": "actions"}, crash=1, checkpoint=1)
without("pending work is read off the state, timers", TIMER, {"pending_from": "actions"}, crash=1, checkpoint=1)
without("rows say that operations are pending", OPERATION, {"row_flags": False}, crash=1, checkpoint=1)
without("the row's version is a log index", TIMER, {"row_version": "wall"}, slow=True, takeover=1, checkpoint=2,
        crash=1)
without("times never go back", OPERATION, {"clocks": True, "monotone_time": False}, takeover=1)
without("the checkpoint holds the time", OPERATION, {"clocks": True, "checkpoint_time": False}, takeover=1,
        checkpoint=1)

# ---- removal ---------------------------------------------------------------------------------------------------------

without("removal is an event", BARE, {"remove_is_event": False}, crash=1, remove=1)
without("removal leaves a tombstone: rows go after the checkpoint", BARE, {"removed": "delete_after"}, crash=1,
        checkpoint=2, remove=1)
without("removal leaves a tombstone: rows go before the checkpoint", OPERATION, {"removed": "delete_before"},
        slow=True, crash=1, checkpoint=2, remove=1, attach=1)
without("removal leaves a tombstone: late row of a deposed owner", TIMER, {"removed": "delete_before"}, slow=True,
        takeover=1, checkpoint=2, remove=1)
without("snapshots are removed by version", OPERATION, {"delete_by_version": False}, slow=True, limit=2_000_000,
        late=1, crash=1, checkpoint=3, remove=1)
without("snapshots are removed by version, skewed write times", TIMER, {"delete_by_version": False, "skew": True},
        slow=True, takeover=1, checkpoint=3, remove=1, passivate=1)
without("a tombstone stays for a grace time", BARE, {"grace": "none"}, slow=True, late=1, checkpoint=2, remove=1,
        collect=1, crash=1)
without("a deposed owner stops writing within the grace time", BARE, {"grace": "weak"}, slow=True, takeover=1,
        checkpoint=3, remove=1, collect=1, crash=1)
without("tombstones are collected by version", BARE, {"collect_by_version": False}, late=1, checkpoint=3, remove=1,
        collect=1, crash=1)
without("tombstones are collected after their checkpoint", OPERATION, {"collect_after_checkpoint": False},
        slow=True, checkpoint=2, remove=1, collect=1, crash=1, attach=1)

# A's row is late, A crashes; the timer fires, the result row is put, A crashes before its tombstone and its checkpoint.
LATE_ROW_THEN_RESULT = A_STARTS + (
    "client: start", "A: append", "checkpoint of 2 begins", "put snapshots", "put runs 0@2 = Row(version=2, birth=2, "
    "operation_pending=False, timer_armed=True) OUTCOME UNKNOWN", "A CRASHES") + A_STARTS + (
    "A: timer", "A: append", "checkpoint of 4 begins", "put results 0@4", "A CRASHES") + A_STARTS

FINAL = {"final_losses": True}

without("every put is acknowledged; only what is lost for good counts", OPERATION, {"await_puts": False, **FINAL},
        crash=1, late=1, checkpoint=1)
without("tombstones are collected by version; only what is lost for good counts", BARE,
        {"collect_by_version": False, **FINAL}, late=1, checkpoint=3, remove=1, collect=1, crash=1)

# ---- results apart from rows -----------------------------------------------------------------------------------------

without("the result row is put before tombstone(finished)", TIMER, {"result_first": False}, crash=1, checkpoint=2)
without("tombstone(finished) over a live row", TIMER, {"finished_tombstone": "never"}, crash=1, checkpoint=2)
without("marks are of the id, not of the life: finished", TIMER, {"marks_of": "life"}, crash=1, checkpoint=2,
        remove=1)
without("marks are of the id, not of the life: removed", BARE, {"marks_of": "life"}, crash=1, checkpoint=2,
        remove=2)
without("marks are set before the put is sent", BARE, {"mark_at": "done"}, crash=1, lost=1, checkpoint=2, remove=1)
without("tombstone(removed) over a result row", BARE, {"removed_tombstone": "row"}, crash=1, checkpoint=2, remove=1)
without("recovery reads the result of a run in the tail: removed", BARE, {"recovery_reads_results": False}, crash=1,
        checkpoint=1, remove=1)
without("recovery reads the result of a run in the tail: attach", BARE, {"recovery_reads_results": False}, crash=1,
        checkpoint=1, attach=1)
without("a result above the checkpoint is put again, with its tombstone", TIMER,
        {"results_by_version": False, "clean_checkpoints": True, "owners": 1}, script=LATE_ROW_THEN_RESULT, crash=3,
        late=1, checkpoint=3)
without("tombstone(removed) in memory hides results", BARE, {"removed_hides": False}, checkpoint=2, remove=1)
without("tombstone(finished) stays for a grace time", TIMER, {"grace": "none"}, slow=True, late=1, checkpoint=3,
        collect=1, crash=1)
without("removed results go after the checkpoint", OPERATION, {"results_after_checkpoint": False}, slow=True,
        crash=1, checkpoint=2, remove=1, attach=1)
without("results are removed again with the tombstone", BARE, {"collect_results_again": False}, late=1,
        checkpoint=2, remove=1, collect=1)
without("results are removed again before the tombstone", BARE, {"collect_results_first": False}, late=1, crash=1,
        checkpoint=2, remove=1, collect=1)
without("a finished run stays in memory while it is needed", BARE, {"drop_when_idle": False}, checkpoint=1,
        attach=1)
without("a lookup holds the place of its run", BARE, {"lookup_holds_place": False}, checkpoint=1, remove=1,
        attach=1)

# The first copy of A's result row is late; the run is removed; B claims and has read rows and tail.
LATE_RESULT_AND_REMOVED = A_STARTS + (
    "client: start", "A: append", "client is told", "checkpoint of 2 begins", "STILL UNDER WAY",
    "A: put results", "A: put checkpoints", "A: trim", "A: prune", "client: remove", "A: append") + B_STARTS[:6]

without("recovery reads the checkpoint again at its end", BARE, {"read_checkpoint_again": False},
        script=LATE_RESULT_AND_REMOVED, late=1, takeover=1, checkpoint=2, remove=1)

# ---- parked runs -----------------------------------------------------------------------------------------------------

without("parked events are copied", TIMER, {"park_copies": False, "clean_checkpoints": True}, throws=1, command=1,
        checkpoint=1)
without("the parked row is acknowledged before the checkpoint", TIMER, {"await_parked": False}, throws=1, late=1,
        checkpoint=1)
without("all events since the row are parked, not only those since the error", BOTH, {"park_from_row": False},
        throws=1, checkpoint=1)
without("events in the parked row are not applied again", TIMER, {"park_skips": False}, throws=1, command=1,
        checkpoint=1)
without("the result of a run that has a parked row is read", TIMER, {"parked_reads_results": False}, slow=True,
        throws=1, checkpoint=2, crash=1)
without("the parked row goes after the checkpoint", TIMER, {"parked_after_row": False}, slow=True, throws=1,
        checkpoint=2, crash=1)
without("a parked run takes no new events", TIMER, {"park_refuses": False}, throws=1, command=1, checkpoint=1)
without("the removal of a parked run says so", TIMER, {"forced_remove": False}, unreadable=1, crash=1, checkpoint=1,
        remove=1)
without("snapshots of parked runs are not pruned", BOTH, {"prune_spares_parked": False}, slow=True, crash=1,
        checkpoint=3, unreadable=1)
without("parked rows are removed with the tombstone", BARE, {"collect_parked": False}, slow=True,
        script=A_STARTS + ("client: start", "APPLY THROWS", "checkpoint of 2 begins", "STILL UNDER WAY"), throws=1,
        late=1, checkpoint=3, collect=1, remove=1, crash=1)

# ---- passivation -----------------------------------------------------------------------------------------------------

without("a passive run is loaded before the append, or holds the checkpoint", TIMER,
        {"load": "after_append", "waiting_holds_checkpoint": False, "clean_checkpoints": True}, passivate=1,
        checkpoint=2, crash=1)
without("a passive run is loaded by its version", TIMER, {"load_exact": False}, slow=True, passivate=1, takeover=1,
        checkpoint=2, command=1)

# ---- lease -----------------------------------------------------------------------------------------------------------

LEASE = {"grace": "time", "lease": 1, "delay": 1, "grace_ticks": 2}

without("the grace time is at least T and the delay of a request", BARE, {**LEASE, "grace_ticks": 1}, slow=True,
        script=A_STARTS + ("client: start", "A: append", "client is told",
            "A: checkpoint of 2 begins") + B_STARTS + ("STILL UNDER WAY",), takeover=1, late=1, checkpoint=2,
        remove=1, collect=1, tick=2)
without("the checkpointer writes within T", BARE, {**LEASE, "writes_need_lease": False}, slow=True, takeover=1,
        checkpoint=2, remove=1, collect=1, tick=2)
without("T counts from sending, not from the answer", BARE, {**LEASE, "lease_from": "answer"}, slow=True,
        script=A_STARTS + ("client: start", "A: append", "client is told", "client: start", "STILL UNDER WAY",
            "late request lands") + B_STARTS, takeover=1, late=1, checkpoint=2, remove=1, collect=1, tick=2,
        attach=1)

without("the grace time counts from the put of the tombstone", BARE, {**LEASE, "owners": 1, "grace_from": "frame"},
        script=A_STARTS + ("client: start", "A: append", "checkpoint of 2 begins", "ITS ANSWER IS LOST",
            "client is told", "client: remove", "A: append", "it is 1", "it is 2", "A: append"), lost=1, late=1,
        checkpoint=2, remove=1, collect=1, tick=2)

# ---- operations ------------------------------------------------------------------------------------------------------

without("keys hold the birth, the service remembers them", OPERATION,
        {"birth_in_keys": False, "service_remembers": True}, remove=1)
without("keys hold the birth, a given-up attempt completes", OPERATION, {"birth_in_keys": False}, remove=1,
        abandon=1, value=2)
without("the first completion stays", OPERATION, {"first_completion_stays": False}, abandon=1, value=2)

# ---- two runs --------------------------------------------------------------------------------------------------------

TWO = {"runs": 2}

without("two runs: every put is acknowledged before the checkpoint", BARE, {**TWO, "await_puts": False}, crash=1,
        late=1, checkpoint=1)
without("two runs: tombstone(finished) over a live row", TIMER, {**TWO, "finished_tombstone": "never"}, slow=True,
        crash=1, checkpoint=2)

# ---- not shown to be needed ------------------------------------------------------------------------------------------

holds("although the newest snapshot is taken, not exactly the row's", TIMER, {"base": "newest"}, slow=True, late=1,
      crash=1, checkpoint=2)

# ---- all rules -------------------------------------------------------------------------------------------------------

holds("operation and timer, crash, lost", BOTH, crash=1, lost=1, checkpoint=1)
holds("operation and timer, crash, lost, late", BOTH, slow=True, crash=1, lost=1, late=1, checkpoint=1)
holds("operation, takeover", OPERATION, takeover=1, checkpoint=1)
holds("operation and timer, takeover, late", BOTH, slow=True, takeover=1, late=1, checkpoint=1)
holds("operation, attach, command, crash, lost", OPERATION, slow=True, crash=1, lost=1, checkpoint=1, attach=1,
      command=1)
holds("timer, command, takeover, lost, 2 checkpoints", TIMER, slow=True, takeover=1, lost=1, checkpoint=2,
      command=1)
holds("timer, command, takeover, crash, 2 checkpoints", TIMER, slow=True, takeover=1, crash=1, checkpoint=2,
      command=1)
holds("operation, given-up attempt, takeover, crash", OPERATION, slow=True, takeover=1, crash=1, checkpoint=1,
      abandon=1, value=3)
holds("operation, remove, start again, given-up attempt, crash", OPERATION, slow=True, crash=1, remove=1, abandon=1,
      value=3, checkpoint=1)
holds("operation, two takeovers, pages", OPERATION, {"page": 1}, takeover=2, checkpoint=1)
holds("operation, clocks, takeover, crash", OPERATION, {"clocks": True}, slow=True, takeover=1, crash=1,
      checkpoint=1)
holds("timer, pause and resume, takeover, crash", TIMER, {"command": "pause"}, slow=True, takeover=1, crash=1,
      checkpoint=1, command=1)
holds("operation, abort, takeover, crash", OPERATION, {"command": "abort"}, slow=True, takeover=1, crash=1,
      checkpoint=1, command=1)

# ---- all rules: removal and results ----------------------------------------------------------------------------------

holds("remove, start again, crash, collection", BARE, crash=1, checkpoint=2, remove=1, collect=1)
holds("remove, attach, crash, late, collection", BARE, slow=True, crash=1, late=1, checkpoint=2, remove=1, attach=1,
      collect=1)
holds("remove twice, crash, lost, 3 checkpoints", BARE, slow=True, crash=1, lost=1, checkpoint=3, remove=2)
holds("remove, takeover, 3 checkpoints, collection", BARE, slow=True, takeover=1, checkpoint=3, remove=1, collect=1)
holds("remove, takeover, late, collection", BARE, slow=True, takeover=1, late=1, checkpoint=2, remove=1, collect=1)
holds("remove, takeover, crash, collection", BARE, slow=True, takeover=1, crash=1, checkpoint=2, remove=1,
      collect=1)
holds("remove, attach, takeover, collection", BARE, slow=True, takeover=1, checkpoint=2, remove=1, attach=1,
      collect=1)
holds("remove, skewed write times, takeover, crash, collection", BARE, {"skew": True}, slow=True, takeover=1,
      crash=1, checkpoint=2, remove=1, collect=1)
holds("timer, 2 collections, crash, late, 3 checkpoints", TIMER, slow=True, crash=1, late=1, checkpoint=3,
      collect=2)
holds("timer, remove, crash, 3 checkpoints, collection", TIMER, slow=True, crash=1, checkpoint=3, remove=1,
      collect=1)
holds("timer, remove, takeover, 2 checkpoints, collection", TIMER, slow=True, takeover=1, checkpoint=2, remove=1,
      collect=1)
holds("a late row under a result that recovery found", TIMER, {"clean_checkpoints": True, "owners": 1},
      script=LATE_ROW_THEN_RESULT, crash=3, late=1, checkpoint=3)

# ---- all rules: parked, passive, two runs, lease ---------------------------------------------------------------------

holds("parked by an error, command, 2 checkpoints", TIMER, throws=1, checkpoint=2, command=1)
holds("parked by an error, command, crash, 2 checkpoints", TIMER, slow=True, throws=1, crash=1, checkpoint=2,
      command=1)
holds("parked by an error, takeover, 2 checkpoints", TIMER, slow=True, throws=1, takeover=1, checkpoint=2)
holds("parked by an error, late, crash, 2 checkpoints", TIMER, {"owners": 1}, slow=True, throws=1, late=1, crash=1,
      checkpoint=2)
holds("parked unreadable, command, crash, 2 checkpoints", TIMER, slow=True, unreadable=1, crash=1, checkpoint=2,
      command=1)
holds("parked unreadable, removed, crash, 2 checkpoints, collection", TIMER, slow=True, unreadable=1, crash=1,
      checkpoint=2, remove=1, collect=1)
holds("parked, removed, late, collection", BARE, {"owners": 1}, slow=True, throws=1, late=1, checkpoint=2, remove=1,
      collect=1)
holds("passive, command, crash, late, 2 checkpoints", TIMER, passivate=1, crash=1, checkpoint=2, command=1)
holds("passive, command, takeover, 2 checkpoints", TIMER, slow=True, passivate=1, takeover=1, checkpoint=2,
      command=1)
holds("passive after recovery, command, crash, 2 checkpoints", TIMER, {"lazy": True}, slow=True, crash=2,
      checkpoint=2, command=1)
holds("passive after recovery, takeover, late, 2 checkpoints", TIMER, {"lazy": True}, slow=True, takeover=1, late=1,
      checkpoint=2)
holds("passive, events wait for the load and hold the checkpoint", TIMER,
      {"load": "after_append", "clean_checkpoints": True}, slow=True, passivate=1, crash=1, checkpoint=2)
holds("two runs, crash, lost", TIMER, TWO, slow=True, crash=1, lost=1, checkpoint=1)
holds("two runs, crash, 2 checkpoints", TIMER, TWO, slow=True, crash=1, checkpoint=2)
holds("two runs, takeover", BARE, TWO, takeover=1, checkpoint=2)
holds("lease, remove, takeover, late, collection", BARE, LEASE, slow=True, takeover=1, late=1, checkpoint=2,
      remove=1, collect=1, tick=3)
holds("lease, remove, takeover, crash, collection", BARE, LEASE, slow=True, takeover=1, crash=1, checkpoint=2,
      remove=1, collect=1, tick=2)
