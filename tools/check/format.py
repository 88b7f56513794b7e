"""Every C++ file is as clang-format leaves it, keeps to its columns, and is not so long that it is two things."""

import subprocess

import tree

MAX_LINES = 500
MAX_COLUMNS = 110


def unformatted(root, files):
    if not files:
        return []
    done = subprocess.run(["clang-format-19", "--dry-run", "--Werror", *files], cwd=root, capture_output=True, text=True,
                          check=False)
    problems = sorted({line.split(":")[0] + ": not as clang-format-19 leaves it" for line in done.stderr.splitlines()
                       if "error:" in line})
    if done.returncode != 0 and not problems:
        problems.append(f"clang-format-19 failed: {done.stderr.strip()}")
    return problems


def run(root):
    files = tree.tracked(root, "*.hpp", "*.cpp")
    problems = unformatted(root, files)
    for path in files + tree.tracked(root, "*.py", "*.cmake", "*CMakeLists.txt", "dev", ".ci/run"):
        lines = tree.text(root, path).splitlines()
        if len(lines) > MAX_LINES:
            problems.append(f"{path}: {len(lines)} lines; a file of more than {MAX_LINES} is two things")
        for number, line in enumerate(lines, 1):
            if path in files and len(line) > MAX_COLUMNS:
                problems.append(f"{path}:{number}: {len(line)} columns; more than {MAX_COLUMNS} are not seen side by side")
            if line != line.rstrip():
                problems.append(f"{path}:{number}: blanks at the end of the line")
    return problems
