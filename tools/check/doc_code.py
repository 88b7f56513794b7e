"""Code in documents is compiled: each C++ block says which file it is from, and is the same text.

Above a block stands `<!-- source: PATH -->` when it is a whole file, or `<!-- part of: PATH -->` when it is a run of
whole lines of one; the indentation that all its lines share may be left out.
"""

import re
import textwrap

from tree import MARKDOWN

TITLE = "code in documents"

MARK = re.compile(r"<!-- (source|part of): (\S+) -->")
# Where C++ is shown to be learned from. Elsewhere only blocks with a mark are compared.
MARK_NEEDED = re.compile(r"^(README\.md|docs/)")


def blocks(lines):
    """The fenced blocks of a Markdown file: (number of the first line, language, text, mark or None)."""
    above, opened, body = "", None, []
    for number, line in enumerate(lines, 1):
        if opened is None and line.startswith("```"):
            opened, body = (number, line[3:].strip(), MARK.fullmatch(above.strip())), []
        elif opened is not None and line.startswith("```"):
            yield opened[0], opened[1], "\n".join(body), opened[2]
            opened = None
        elif opened is not None:
            body.append(line)
        elif line.strip():
            above = line
            continue
        above = "" if opened is None and line.strip() else above


def is_part(text, whole):
    """Whether the text is a run of whole lines of another, up to an indentation that is common to all."""
    wanted, lines = text.splitlines(), whole.splitlines()
    for at in range(len(lines) - len(wanted) + 1):
        run = "\n".join(lines[at:at + len(wanted)])
        if text in (run, textwrap.dedent(run)):
            return True
    return False


def check(tree):
    problems = []
    for name in tree.select(MARKDOWN):
        for number, language, text, mark in blocks(tree.lines(name)):
            if mark is None:
                if language == "cpp" and MARK_NEEDED.search(name):
                    problems.append(f"{name}:{number}: this C++ does not say which compiled file it is from")
            elif mark[2] not in tree.names:
                problems.append(f"{name}:{number}: the block is from {mark[2]}, which is not there")
            elif mark[1] == "source" and text.strip() != tree.text(mark[2]).strip():
                problems.append(f"{name}:{number}: the block is not the text of {mark[2]}")
            elif mark[1] == "part of" and not is_part(text, tree.text(mark[2])):
                problems.append(f"{name}:{number}: the block is not a part of {mark[2]}")
    return problems
