#!/usr/bin/env python3
"""The operations of the order saga for the command line: one JSON object on standard input, the result on standard output."""

import json
import os
import sys
import time
from pathlib import Path

WORLD = Path(os.environ.get("SHOP_WORLD", "zflow-world.txt"))
PACE = float(os.environ.get("SHOP_PACE_MS", "5000")) / 1000


def act(key, what):
    """What the bank, the carrier and the mail do: everything once under a key. The file survives us."""
    done = WORLD.read_text(encoding="utf-8").splitlines() if WORLD.exists() else []
    if not any(line.startswith(key + " ") for line in done):
        with WORLD.open("a", encoding="utf-8") as file:
            file.write(f"{key} {what}\n")
        told = what
    else:
        told = f"{what.split(':')[0]}: was done under this key before the crash: not done again"
    print(f"key {key}  {told}", file=sys.stderr, flush=True)
    time.sleep(PACE)


call = json.load(sys.stdin)
name, key, given = call["name"], call["operation_id"], call["input"]
if name == "charge-card":
    act(key, f"{name}: {given['amount']} cents")
    result = f"payment of {given['id']}"
elif name == "refund":
    act(key, f"{name}: gave back the {given}")
    result = None
elif name == "ship":
    order, _payment = given
    act(key, f"{name}: {len(order['items'])} items")
    result = f"parcel of {order['id']}"
else:
    _order, text = given
    act(key, f"{name}: {text}")
    result = None
json.dump(result, sys.stdout)
