"""Rules about a line at a time: no path of one machine, nothing left to do, no library included whole."""

import re

import tree

MACHINE = re.compile(r"(?<![\w.}])/(?:work|root|home|Users)/\w")
UNFINISHED = re.compile(r"\b(?:TODO|FIXME)\b")
# All of Asio at once costs seconds in every file.
WHOLE = re.compile(r'#include\s*[<"]boost/(?:asio|json|beast)\.hpp[>"]')
RULES = ((MACHINE, "names a path of one machine"), (UNFINISHED, "is left to do"),
         (WHOLE, "includes a whole library: include the headers that are used"))


def run(root):
    problems = []
    for path in tree.tracked(root):
        try:
            lines = tree.text(root, path).splitlines()
        except UnicodeDecodeError:
            continue
        if not path.startswith("tools/check/"):
            problems += [f"{path}:{number}: {match[0]!r} {what}" for number, line in enumerate(lines, 1)
                         for pattern, what in RULES if (match := pattern.search(line))]
        if path.endswith(".hpp") and "#pragma once" not in lines:
            problems.append(f"{path}: has no #pragma once")
    return problems
