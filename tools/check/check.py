#!/usr/bin/env python3
"""All checks of the tree, one after the other: `./dev check`. Each is a module here with `run(root) -> list of problems`."""

import sys
import time
from pathlib import Path

import clocks
import docs
import flow_lint
import format
import graph
import headers
import models
import sources
import tidy

# The quick ones first.
CHECKS = {"sources": sources, "clocks": clocks, "docs": docs, "graph": graph, "flows": flow_lint, "format": format,
          "headers": headers, "models": models, "tidy": tidy}


def main():
    root = Path(__file__).resolve().parents[2]
    chosen = sys.argv[1:] or list(CHECKS)
    failed = False
    for name in chosen:
        if name not in CHECKS:
            print(f"check: there is no check '{name}'; there are: {', '.join(CHECKS)}", file=sys.stderr)
            return 2
    for name in chosen:
        begin = time.monotonic()
        problems = CHECKS[name].run(root)
        outcome = f"{len(problems)} problems" if problems else "ok"
        print(f"  {name}: {outcome} ({time.monotonic() - begin:.0f} s)", flush=True)
        for problem in problems:
            print(f"    {problem}", flush=True)
        failed |= bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
