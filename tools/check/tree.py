"""What the checks have in common: which files there are."""

import os
import subprocess


def tracked(root, *patterns):
    """The files that git tracks, or would: paths from the root."""
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns], cwd=root,
                            capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.splitlines() if (root / path).is_file()]


def changed(root, *patterns):
    """The tracked files that differ from ZFLOW_CHECK_BASE, default the commit before; all of them if there is none."""
    base = os.environ.get("ZFLOW_CHECK_BASE", "HEAD~1")
    diff = subprocess.run(["git", "diff", "--name-only", base, "--", *patterns], cwd=root, capture_output=True, text=True,
                          check=False)
    if diff.returncode != 0:
        return tracked(root, *patterns)
    return [path for path in diff.stdout.splitlines() if (root / path).is_file()]
