"""clang-tidy finds nothing in the files that changed (against ZFLOW_CHECK_BASE, by default the commit before).

A changed header is seen through the source of its name. ZFLOW_CHECK_BASE=all looks at every file.
"""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath

import tree

FINDING = re.compile(r": (?:warning|error): ")


def sources_of(paths, compiled):
    """The compiled files among the paths, and those with the name of a header among them."""
    headers = {PurePath(path).stem for path in paths if path.endswith(".hpp")}
    return sorted(path for path in compiled if path in paths or PurePath(path).stem in headers)


def run(root):
    database = root / "build" / "dev" / "compile_commands.json"
    if not database.exists():
        return ["there is no build/dev/compile_commands.json: run ./dev build"]
    entries = json.loads(database.read_text(encoding="utf-8"))
    compiled = {os.path.relpath(entry["file"], root) for entry in entries}

    def look_at(path):
        done = subprocess.run(["clang-tidy-19", "--quiet", "-p", str(database.parent), path], cwd=root, capture_output=True,
                              text=True, check=False)
        lines = [line.replace(f"{root}/", "") for line in done.stdout.splitlines() if FINDING.search(line)]
        return lines if lines or done.returncode == 0 else [f"{path}: clang-tidy-19 failed: {done.stderr.strip()[-300:]}"]

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        files = sources_of(set(tree.changed(root, "*.cpp", "*.hpp")), compiled)
        return sorted({line for lines in pool.map(look_at, files) for line in lines})
