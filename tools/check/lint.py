"""clang-tidy finds nothing in the files that changed since ZFLOW_CHECK_BASE (default HEAD~1; `all`: in every file)."""

import json
import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import CPP

TITLE = "lint"

LINTER = "clang-tidy-19"
FINDING = re.compile(r"^\S+:\d+:\d+: (?:warning|error): ")


def changed(tree, base):
    """The C++ files that differ from a commit, and those that git does not know yet."""
    if base == "all":
        return set(tree.select(CPP))
    names = tree.git("diff", "--name-only", "--diff-filter=d", base, "--").splitlines()
    names += tree.git("ls-files", "--others", "--exclude-standard").splitlines()
    return set(names) & set(tree.select(CPP))


def sources(names, compiled):
    """What to run over: each changed source, and for a changed header the source of the same name."""
    stems = {name.rsplit("/", 1)[-1].removesuffix(".hpp") for name in names if name.endswith(".hpp")}
    return sorted(name for name in compiled
                  if name in names or name.rsplit("/", 1)[-1].removesuffix(".cpp") in stems)


def check(tree):
    build = tree.root / "build" / "dev"
    if not (build / "compile_commands.json").exists():
        return ["build/dev/compile_commands.json is not there: ./dev build"]
    base = os.environ.get("ZFLOW_CHECK_BASE", "HEAD~1")
    try:
        names = changed(tree, base)
    except subprocess.CalledProcessError:
        return [f"there is no commit {base} to compare with: set ZFLOW_CHECK_BASE to one, or to `all`"]
    entries = json.loads((build / "compile_commands.json").read_text())
    compiled = {os.path.relpath(entry["file"], tree.root) for entry in entries}

    def lint_one(name):
        done = subprocess.run([LINTER, "-p", build, "--quiet", tree.root / name], capture_output=True, text=True)
        findings = [line.replace(f"{tree.root}/", "") for line in done.stdout.splitlines() if FINDING.match(line)]
        if done.returncode != 0 and not findings:
            findings = [f"{name}: {LINTER} failed: {done.stderr.strip()[-500:]}"]
        return findings

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = sum(pool.map(lint_one, sources(names, compiled)), [])
    return sorted(set(found))
