"""C++ is formatted by clang-format; text keeps to its columns; no file is longer than one reads in one go."""

import subprocess

from tree import CPP, TEXT

TITLE = "format"

MOST_LINES = 500
MOST_COLUMNS = {".cpp": 110, ".hpp": 110}

FORMATTER = "clang-format-19"


def check(tree):
    return [*unformatted(tree), *too_long(tree)]


def unformatted(tree):
    problems = []
    names = tree.select(CPP)
    if not names:
        return problems
    done = subprocess.run([FORMATTER, "--dry-run", "--Werror", *names], cwd=tree.root, capture_output=True, text=True)
    wrong = {line.split(":")[0] for line in done.stderr.splitlines() if "[-Wclang-format-violations]" in line}
    problems += [f"{name}: not formatted; run {FORMATTER} -i {name}" for name in sorted(wrong)]
    if done.returncode != 0 and not wrong:
        problems.append(f"{FORMATTER}: {done.stderr.strip()}")
    return problems


def too_long(tree):
    problems = []
    for name in tree.select(TEXT):
        lines = tree.lines(name)
        if len(lines) > MOST_LINES:
            problems.append(f"{name}: {len(lines)} lines, more than {MOST_LINES}: it is two things")
        columns = MOST_COLUMNS.get(name[name.rfind("."):])
        for number, line in enumerate(lines, 1):
            if columns and len(line) > columns:
                problems.append(f"{name}:{number}: {len(line)} columns, more than {columns}")
            if line != line.rstrip() and not name.endswith(".md"):
                problems.append(f"{name}:{number}: blanks at the end of the line")
    return problems
