"""What a request does to the stores, whenever it lands.

Requests are tuples:
  ("append", expected, frame)
  ("put", namespace, run id, version, value, write time)
  ("trim", index)
  ("prune", index, run ids)                        remove(key, marker) in all namespaces of runs
  ("remove_through", namespaces, run id, version)
  ("remove", namespaces, run id, write time)       all versions: the engine never does this, unless a rule is left out
"""

from state import NAMESPACES, PARKED, RESULTS, RUNS, SNAPSHOTS


def land(world, request):
    """Let a request take effect. Returns "ok", or "conflict" for an append at another position."""
    return EFFECTS[request[0]](world, *request[1:])


def append(world, expected, frame):
    if len(world.log) != expected:
        return "conflict"
    world.log += (frame,)
    return "ok"


def put(world, namespace, run, version, value, write_time):
    for namespaces, hidden_run, hidden_until in world.shadow:
        if namespace in namespaces and run == hidden_run and write_time < hidden_until:
            return "ok"  # acknowledged, and hidden by the removal of somebody with a faster clock
    versions = world.versions(namespace, run)
    same = [old for old in versions if old[0] == version]
    if same and same[0][2] > write_time:
        return "ok"
    others = tuple(old for old in versions if old[0] != version)
    world.set_versions(namespace, run, tuple(sorted(others + ((version, value, write_time),), key=lambda v: v[0])))
    return "ok"


def trim(world, index):
    world.trimmed = max(world.trimmed, index)
    return "ok"


def prune(world, index, runs):
    for run in runs:
        for namespace in (RUNS, SNAPSHOTS, RESULTS, PARKED):
            newest = world.newest(namespace, run, before=index)
            if newest:
                keep_from(world, namespace, run, newest[0])
    return "ok"


def remove_through(world, namespaces, run, version):
    for namespace in namespaces:
        keep_from(world, namespace, run, version + 1)
    return "ok"


def keep_from(world, namespace, run, version):
    versions = world.versions(namespace, run)
    kept = tuple(old for old in versions if old[0] >= version)
    if len(kept) != len(versions):
        world.set_versions(namespace, run, kept)


def remove(world, namespaces, run, write_time):
    for namespace in namespaces:
        world.set_versions(namespace, run, ())
    if write_time:
        world.shadow += ((namespaces, run, write_time),)
    return "ok"


EFFECTS = {"append": append, "put": put, "trim": trim, "prune": prune, "remove_through": remove_through,
           "remove": remove}


def changes_runs(request):
    """Does it put what a tombstone must hide?"""
    return request[0] == "put" and request[1] in (RUNS, SNAPSHOTS, RESULTS, PARKED)


def describe(request):
    kind = request[0]
    if kind == "append":
        return f"append at {request[1]}+1: {request[2].kind} {list(request[2].events)}"
    if kind == "put":
        return f"put {NAMESPACES[request[1]]} {request[2]}@{request[3]} = {request[4]}"
    if kind in ("remove_through", "remove"):
        names = ", ".join(NAMESPACES[namespace] for namespace in request[1])
        return f"{kind} {names} {request[2]}" + (f" through {request[3]}" if kind == "remove_through" else "")
    return f"{kind} {request[1]}"
