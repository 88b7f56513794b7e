"""What the checks have in common: which files there are, and what changed."""

import os
import re
import subprocess

# Recorded bytes, not text that people wrote.
RECORDED = re.compile(r"(^|/)golden/")


def git(root, *arguments):
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()


def tracked(root, *patterns):
    """The files that git tracks, or would: paths from the root. Recorded data is left out."""
    listed = git(root, "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns)
    return [path for path in sorted(set(listed)) if (root / path).is_file() and not RECORDED.search(path)]


def changed(root, *patterns):
    """The files that differ from ZFLOW_CHECK_BASE, by default the commit before, and those that git does not know yet.

    All of them if there is no such commit, or if ZFLOW_CHECK_BASE is `all`.
    """
    base = os.environ.get("ZFLOW_CHECK_BASE", "HEAD~1")
    if base == "all":
        return tracked(root, *patterns)
    try:
        differing = git(root, "diff", "--name-only", base, "--", *patterns)
    except subprocess.CalledProcessError:
        return tracked(root, *patterns)
    differing += git(root, "ls-files", "--others", "--exclude-standard", "--", *patterns)
    return [path for path in tracked(root, *patterns) if path in differing]


def text(root, path):
    return (root / path).read_text(encoding="utf-8")
