"""The cases: a few runs, a few faults, perhaps a rule left out, and whether a promise must be broken.

`quick` cases are those of `./dev check`; together they take about half a minute.
"""

from collections import namedtuple

from state import budget

# broken: must a violation be found? limit: the search gives up after so many states; the case is then not exhaustive.
Case = namedtuple("Case", "name rules budgets broken quick limit")

DEFAULT_LIMIT = 3_000_000
CASES = []

# Shapes of a run: it ends at once; it waits for an operation; for a timer; for both (the default).
BARE = {"operation": False, "timer": False}
OPERATION = {"timer": False}
TIMER = {"operation": False}
BOTH = {}


def add(name, broken, shape, rules, quick, limit, **counts):
    CASES.append(Case(name, {**shape, **rules}, budget(**counts), broken, quick, limit))


def without(name, shape, rules, quick=False, limit=DEFAULT_LIMIT, **counts):
    """A rule is left out: the search must find what goes wrong."""
    add("without: " + name, True, shape, rules, quick, limit, **counts)


def holds(name, shape, rules=None, quick=False, limit=DEFAULT_LIMIT, **counts):
    """All rules are there (or one that is not shown to be needed is not): the search must find nothing."""
    add("holds: " + name, False, shape, rules or {}, quick, limit, **counts)


# ---- log -------------------------------------------------------------------------------------------------------------

without("log before apply: a checkpoint reads uncommitted state", OPERATION, {"apply_before_append": True},
        takeover=1, checkpoint=1, late=1)
without("log before apply: a result is read from uncommitted state", BARE,
        {"apply_before_append": True, "read_uncommitted": True}, crash=1)
without("an attach waits for the commit of the first start", OPERATION, {"attach_before_commit": True}, quick=True,
        crash=1, attach=1)
without("unknown append: repeat until it is decided", OPERATION, {"unknown_append": "give_up"}, quick=True, late=1)
without("unknown append: repeat under the same token", OPERATION, {"unknown_append": "new_token"}, lost=1)
without("no event is carried into the next claim", TIMER, {"unknown_append": "new_token", "requeue": True}, lost=1,
        command=1)
without("a fenced owner may claim again", OPERATION,
        {"unknown_append": "new_token", "claim_again": False, "owners": 1}, lost=1)
without("an idle owner looks whether it is deposed", OPERATION, {"idle_check": False}, takeover=1, crash=1)
without("a claim with unknown outcome is settled", OPERATION, {"unknown_claim": "assume"}, quick=True, late=1,
        takeover=1)

# ---- checkpoint and recovery -----------------------------------------------------------------------------------------

without("the position is read again at the end of recovery", OPERATION, {"confirm": False}, takeover=1, checkpoint=1)
without("a snapshot's version is its last change", TIMER, {"version_of_snapshot": "checkpoint"}, crash=1, checkpoint=1,
        command=1)
without("events up to the snapshot's version are skipped", TIMER, {"base": "no_skip"}, quick=True, crash=1,
        checkpoint=1, command=1)
without("the row names the snapshot", TIMER, {"base": "before"}, takeover=1, checkpoint=2)
without("every put is acknowledged before the checkpoint", OPERATION, {"await_puts": False}, quick=True, crash=1,
        late=1, checkpoint=1)
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
without("the row's version is a log index", TIMER, {"row_version": "wall"}, takeover=1, checkpoint=2, crash=1)
without("times never go back", OPERATION, {"clocks": True, "monotone_time": False}, takeover=1)
without("the checkpoint holds the time", OPERATION, {"clocks": True, "checkpoint_time": False}, takeover=1,
        checkpoint=1)

# ---- removal ---------------------------------------------------------------------------------------------------------

without("removal is an event", BARE, {"remove_is_event": False}, crash=1, remove=1)
without("removal leaves a tombstone: rows go after the checkpoint", BARE, {"removed": "delete_after"}, crash=1,
        checkpoint=2, remove=1)
without("removal leaves a tombstone: rows go before the checkpoint", OPERATION, {"removed": "delete_before"}, crash=1,
        checkpoint=2, remove=1, attach=1)
without("removal leaves a tombstone: late row of a deposed owner", BARE, {"removed": "delete_before"}, takeover=1,
        checkpoint=2, remove=1)
without("snapshots are removed by version", OPERATION, {"delete_by_version": False}, late=1, crash=1, checkpoint=3,
        remove=1)
without("snapshots are removed by version, skewed write times", OPERATION, {"delete_by_version": False, "skew": True},
        takeover=2, checkpoint=3, remove=1)
without("a tombstone stays for a grace time", BARE, {"grace": "none"}, late=1, checkpoint=2, remove=1, collect=1,
        crash=1)
without("a deposed owner stops writing within the grace time", BARE, {"grace": "weak"}, takeover=1, checkpoint=3,
        remove=1, collect=1, crash=1)
without("tombstones are collected by version", BARE, {"collect_by_version": False}, late=1, checkpoint=3, remove=1,
        collect=1, crash=1)
without("tombstones are collected after their checkpoint", OPERATION, {"collect_after_checkpoint": False},
        checkpoint=2, remove=1, collect=1, crash=1, attach=1)

# ---- results apart from rows -----------------------------------------------------------------------------------------

without("the result row is put before tombstone(finished)", TIMER, {"result_first": False}, quick=True, crash=1,
        checkpoint=2)
without("tombstone(finished) over a live row", TIMER, {"finished_tombstone": "never"}, quick=True, crash=1,
        checkpoint=2)
without("marks are of the id, not of the life: finished", TIMER, {"marks_of": "life"}, crash=1, checkpoint=2,
        remove=1)
without("marks are of the id, not of the life: removed", BARE, {"marks_of": "life"}, crash=1, checkpoint=2, remove=1)
without("marks are set at the capture: finished", TIMER, {"mark_at": "done"}, crash=1, checkpoint=2)
without("marks are set at the capture: removed", BARE, {"mark_at": "done"}, crash=1, checkpoint=2, remove=1)
without("tombstone(removed) over a result row", BARE, {"removed_tombstone": "row"}, crash=1, checkpoint=2, remove=1)
without("recovery reads the result of a run in the tail: removed", BARE, {"recovery_reads_results": False},
        quick=True, crash=1, checkpoint=1, remove=1)
without("recovery reads the result of a run in the tail: attach", BARE, {"recovery_reads_results": False}, crash=1,
        checkpoint=1, attach=1)
without("a result above the checkpoint is put again, with its tombstone", TIMER, {"results_by_version": False},
        crash=1, late=1, checkpoint=3)
without("tombstone(removed) in memory hides results", BARE, {"removed_hides": False}, checkpoint=2, remove=1)
without("removed results go after the checkpoint", BARE, {"results_after_checkpoint": False}, crash=1, checkpoint=2,
        remove=1, attach=1)
without("results are removed again with the tombstone", BARE, {"collect_results_again": False}, quick=True, late=1,
        checkpoint=2, remove=1, collect=1)
without("results are removed again before the tombstone", BARE, {"collect_results_first": False}, late=1, crash=1,
        checkpoint=2, remove=1, collect=1)
without("a finished run stays in memory while it is needed", BARE, {"drop_when_idle": False}, checkpoint=1, attach=1)
without("a lookup holds the place of its run", BARE, {"lookup_holds_place": False}, checkpoint=1, remove=1, attach=1)
