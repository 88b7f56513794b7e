"""Rules that a pattern can hold: who reads clocks and randomness, what no file may name, how headers begin."""

import re

from tree import CPP, TEXT

TITLE = "sources"

# Time and randomness come from Clock and Entropy, so that tests can hold them.
CLOCKS = re.compile(
    r"\b(?:steady_clock|system_clock|high_resolution_clock)::now\b|\brandom_device\b|\bgetrandom\s*\(|\bgetentropy\s*\("
    r"|\bclock_gettime\s*\(|\bgettimeofday\s*\(|\bs?rand\s*\(|\bstd::time\s*\(|/dev/u?random")
CLOCKS_ALLOWED = (
    re.compile(r"^lib/base/src/(clock|entropy)\.cpp$"),  # the two objects themselves
    re.compile(r"^(bench|examples|test)/|/test/"),  # measurements, and programs that are not zflow
)

# Directories of one machine or one person.
PRIVATE_PATHS = re.compile(r"(?<![\w.}])/(?:work|root|home|Users)/\w")

# All of Asio at once costs seconds in every file.
WHOLE_LIBRARIES = re.compile(r'#include\s*[<"]boost/(asio|json|beast)\.hpp[>"]')

UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b(?!X)")


def check(tree):
    problems = []
    for name in tree.select(TEXT):
        lines = tree.lines(name)
        problems += found(name, lines, PRIVATE_PATHS, "names a private path")
        if not name.startswith("tools/check/"):
            problems += found(name, lines, UNFINISHED, "is left to do")
    for name in tree.select(CPP):
        lines = tree.lines(name)
        if not any(allowed.search(name) for allowed in CLOCKS_ALLOWED):
            problems += found(name, lines, CLOCKS, "reads a clock or randomness; take a base::Clock or base::Entropy")
        problems += found(name, lines, WHOLE_LIBRARIES, "includes a whole library; include the headers that are used")
        if name.endswith(".hpp") and "#pragma once" not in lines:
            problems.append(f"{name}: does not begin with #pragma once")
    return problems


def found(name, lines, pattern, what):
    return [f"{name}:{number}: {match[0]!r} {what}" for number, line in enumerate(lines, 1)
            if (match := pattern.search(line))]
