"""Only base reads clocks and entropy; everything else takes a Clock and an Entropy, so that tests can hold them."""

import re

import tree

FORBIDDEN = re.compile(r"(steady_clock|system_clock|high_resolution_clock)::now|random_device|getrandom\(|"
                       r"\b(std::)?(rand|srand|time|gettimeofday|clock_gettime)\(")
ALLOWED = ("lib/base/src/", "bench/", "/test/")


def problems_in(path, text):
    if any(part in path for part in ALLOWED):
        return []
    return [f"{path}:{number}: reads a clock or entropy; take a base::Clock or base::Entropy"
            for number, line in enumerate(text.splitlines(), 1) if FORBIDDEN.search(line) and not line.strip().startswith("//")]


def run(root):
    return [problem for path in tree.tracked(root, "lib/*.hpp", "lib/*.cpp", "app/*.hpp", "app/*.cpp", "bench/*.cpp")
            for problem in problems_in(path, (root / path).read_text(encoding="utf-8"))]
