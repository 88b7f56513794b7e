"""Every C++ file is as clang-format leaves it, and no code file is so long that it is two things."""

import subprocess

import tree

MAX_LINES = 500


def run(root):
    files = tree.tracked(root, "*.hpp", "*.cpp")
    done = subprocess.run(["clang-format-19", "--dry-run", "--Werror", *files], cwd=root, capture_output=True, text=True,
                          check=False)
    problems = sorted({line.split(":")[0] + ": not as clang-format-19 leaves it" for line in done.stderr.splitlines()
                       if "error:" in line})
    for path in files + tree.tracked(root, "*.py", "*.cmake", "dev"):
        lines = (root / path).read_text(encoding="utf-8").count("\n")
        if lines > MAX_LINES:
            problems.append(f"{path}: {lines} lines; a file of more than {MAX_LINES} is two things")
    return problems
