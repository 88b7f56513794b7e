"""The rules of the protocol, each with its value in the engine. A case gives another value to leave one out."""

# name: (value in the engine, other values and what they mean)
ALL = {
    # ---- log
    "apply_before_append": (False, "True: events are applied in memory before their frame is durable"),
    "read_uncommitted": (False, "True: results are read from such memory"),
    "attach_before_commit": (False, "True: a second start is answered while the first one is not durable"),
    "unknown_append": ("identical", "give_up: look once, answer 'not applied'; new_token: repeat under another token"),
    "requeue": (False, "True: the queue is taken over into the next claim"),
    "claim_again": (True, "False: a process that was fenced never claims again"),
    "idle_check": (True, "False: an idle owner never looks whether it is deposed"),
    "unknown_claim": ("settle", "assume: a claim with unknown outcome is taken as done"),
    # ---- checkpoint
    "version_of_snapshot": ("last_change", "checkpoint: the index of the checkpoint"),
    "await_puts": (True, "False: the checkpointer goes on after a put with unknown outcome"),
    "await_checkpoint": (True, "False: it trims after a checkpoint put with unknown outcome"),
    "row_flags": (True, "False: rows know timers only, not pending operations"),
    "row_version": ("index", "wall: the writer's clock"),
    "checkpoint_time": (True, "False: the checkpoint does not hold the time of the last frame"),
    "monotone_time": (True, "False: frames have the owner's clock as it is"),
    # ---- recovery
    "confirm": (True, "False: the position is not read again at the end"),
    "read_checkpoint_again": (True, "False: the checkpoint is not read again at the end, and if something is missing"),
    "gap_check": (True, "False: a tail that begins late is not noticed"),
    "base": ("exact", "newest: newest snapshot; before: newest up to the checkpoint; no_skip: events in it, too"),
    "pending_from": ("state", "actions: pending work is taken from the replayed actions"),
    # ---- removal
    "remove_is_event": (True, "False: removal deletes rows, at once"),
    "removed": ("tombstone", "delete_before, delete_after: no tombstone; rows go before or after the checkpoint"),
    "snapshots_first": (False, "True: snapshots are removed before the checkpoint"),
    "delete_by_version": (True, "False: remove(key) instead of remove_through"),
    "collect_by_version": (True, "False: tombstones are collected with remove(key)"),
    "collect_after_checkpoint": (True, "False: tombstones may be collected before the checkpoint covers them"),
    "grace": ("full", "none; weak: no put is under way, but an idle deposed owner may be there; time: see lease"),
    # ---- results apart from rows
    "result_first": (True, "False: tombstone(finished) is put before the result row"),
    "finished_tombstone": ("marks", "never: a finished run has its result row only"),
    "removed_tombstone": ("marks", "row: only if there may be a live row"),
    "marks_of": ("id", "life: a new life of an id begins without marks"),
    "mark_at": ("capture", "done: the marks are set when the put is acknowledged"),
    "recovery_reads_results": (True, "False: a run without a row begins from nothing"),
    "results_by_version": (True, "False: a result above the checkpoint counts as saved"),
    "removed_hides": (True, "False: tombstone(removed) in memory hides no results"),
    "results_after_checkpoint": (True, "False: removed results go before the checkpoint"),
    "collect_results_again": (True, "False: only the tombstone is collected after the grace time"),
    "collect_results_first": (True, "False: the tombstone is collected first, then results again"),
    "drop_when_idle": (True, "False: a finished run may leave memory while an event of it is queued"),
    "lookup_holds_place": (True, "False: a read of results is installed whatever happened meanwhile"),
    # ---- parked runs
    "park_copies": (True, "False: the events of a parked run are not copied"),
    "await_parked": (True, "False: as await_puts, for parked rows only"),
    "park_from_row": (True, "False: only the events since the error are copied, not all since the row"),
    "park_skips": (True, "False: tail events that are in the parked row are applied again"),
    "parked_reads_results": (True, "False: results are read for a run with a tail, not for one with a parked row only"),
    "parked_after_row": (True, "False: the parked row goes before the checkpoint that has the run's row"),
    "park_refuses": (True, "False: a parked run takes new events, and forgets them"),
    "forced_remove": (True, "False: the event that removes a parked run does not say so"),
    "prune_spares_parked": (True, "False: parked runs are pruned as others"),
    "collect_parked": (True, "False: parked rows are not removed with the tombstone"),
    # ---- passivation
    "load": ("before_append", "after_append: events are committed first, and wait for the load"),
    "waiting_holds_checkpoint": (True, "False: the checkpoint passes events that wait for a load"),
    "load_exact": (True, "False: the newest snapshot is loaded"),
    # ---- operations
    "birth_in_keys": (True, "False: operations and timers of two lives of an id have the same keys"),
    "first_completion_stays": (True, "False: a second completion replaces the first"),
    # ---- lease, if `lease` > 0
    "lease_from": ("sending", "answer: T counts from the answer of an append"),
    "grace_from": ("put", "frame: G counts from the time of the frame that removed the run"),
    "writes_need_lease": (True, "False: the checkpointer writes also later"),
    # ---- not rules: the shape of the case
    "operation": (True, "runs have an operation"),
    "timer": (True, "runs have a timer"),
    "owners": (2, "1: one process only"),
    "runs": (1, "2: another run in the partition"),
    "command": ("command", "pause, abort: what the command does; one of budget `command`"),
    "service_remembers": (False, "the outside service knows idempotency keys"),
    "clocks": (False, "frames have times; owner 0 is ahead"),
    "skew": (False, "writes have times, removals hide older ones; owner 0 is ahead"),
    "clean_checkpoints": (False, "checkpoints begin although no run has changed"),
    "lazy": (False, "recovery leaves runs passive that have nothing to do"),
    "page": (0, "frames per page of the tail; 0: all"),
    "lease": (0, "T in ticks; 0: no time"),
    "delay": (1, "for how many ticks a late request may be under way"),
    "grace_ticks": (2, "G in ticks: at least T + delay"),
    "final_losses": (False, "only what is lost for good counts"),
    "check_stores": (True, "snapshots and results in the store are checked against the history"),
}


class Rules:
    """All rules, some with other values."""

    __slots__ = tuple(ALL)

    def __init__(self, **changed):
        for name, (value, _) in ALL.items():
            setattr(self, name, value)
        for name, value in changed.items():
            if name not in ALL:
                raise KeyError(f"there is no rule '{name}'")
            setattr(self, name, value)
