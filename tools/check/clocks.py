"""Only base reads clocks and entropy; everything else takes a Clock and an Entropy, so that tests can hold them."""

import re

import tree

FORBIDDEN = re.compile(r"\b(steady_clock|system_clock|high_resolution_clock)::now\b|\brandom_device\b|/dev/u?random|"
                       r"\b(std::|::)?(rand|srand|time|gettimeofday|clock_gettime|getrandom|getentropy)\(")
# The two objects themselves; measurements; tests.
ALLOWED = re.compile(r"^lib/base/src/(clock|entropy)\.cpp$|^bench/|/test/")


def run(root):
    problems = []
    for path in tree.tracked(root, "lib/*.hpp", "lib/*.cpp", "app/*.hpp", "app/*.cpp"):
        if not ALLOWED.search(path):
            problems += [f"{path}:{number}: reads a clock or entropy; take a base::Clock or base::Entropy"
                         for number, line in enumerate(tree.text(root, path).splitlines(), 1)
                         if FORBIDDEN.search(line.partition("//")[0] if "/dev/" not in line else line)]
    return problems
