"""clang-tidy finds nothing in the files that changed (against ZFLOW_CHECK_BASE, default the commit before)."""

import subprocess
from concurrent.futures import ThreadPoolExecutor

import tree

MAX_FILES = 60  # a change of more is checked in part: the check must end in minutes


def run(root):
    files = tree.changed(root, "lib/*.cpp", "app/*.cpp")
    if len(files) > MAX_FILES:
        print(f"    tidy looks at {MAX_FILES} of {len(files)} changed files")
        files = files[:MAX_FILES]

    def look_at(path):
        done = subprocess.run(["clang-tidy-19", "--quiet", "-p", "build/dev", path], cwd=root, capture_output=True, text=True,
                              check=False)
        return [line for line in done.stdout.splitlines() if " warning: " in line or " error: " in line]

    with ThreadPoolExecutor(max_workers=2) as pool:
        return sorted({line for lines in pool.map(look_at, files) for line in lines})
