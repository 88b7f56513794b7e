#!/usr/bin/env python3
"""All checks of the tree, one after the other: `./dev check`. Each is a module here with `run(root) -> list of problems`."""

import sys
from pathlib import Path

import clocks
import docs
import format
import graph
import headers
import tidy

CHECKS = {"format": format, "clocks": clocks, "docs": docs, "graph": graph, "headers": headers, "tidy": tidy}


def main():
    root = Path(__file__).resolve().parents[2]
    chosen = sys.argv[1:] or list(CHECKS)
    failed = False
    for name in chosen:
        if name not in CHECKS:
            print(f"check: there is no check '{name}'; there are: {', '.join(CHECKS)}", file=sys.stderr)
            return 2
        problems = CHECKS[name].run(root)
        print(f"  {name}: {'ok' if not problems else f'{len(problems)} problems'}")
        for problem in problems:
            print(f"    {problem}")
        failed |= bool(problems)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
