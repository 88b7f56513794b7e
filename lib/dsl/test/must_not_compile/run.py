#!/usr/bin/env python3
"""Programs that must not compile, and do not: what the compiler says first is what their author reads.

    run.py FILE.traps --compiler clang++-19 --prelude prelude.hpp --directory DIR -- FLAGS..

A file holds programs, each with a line `# what it is`, a line `> what the compiler says first` (or `> compiles`), and its text;
an empty line ends it. `--update` writes what the compiler says now into the file.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ERROR = re.compile(r"(?:fatal )?error: (.*?)(?: \[-W[\w,=+-]+\])?$")


@dataclass
class Trap:
    title: str
    expected: str
    program: str


def read(text):
    traps = []
    for block in re.split(r"\n\s*\n", text.strip()):
        title, expected, *program = block.split("\n")
        if not title.startswith("# ") or not expected.startswith("> ") or not program:
            raise ValueError(f"a trap is '# title', '> message', program; got:\n{block}")
        traps.append(Trap(title[2:], expected[2:], "\n".join(program) + "\n"))
    return traps


def write(traps):
    return "\n".join(f"# {trap.title}\n> {trap.expected}\n{trap.program}" for trap in traps)


def first_error(output):
    """The sentence of the first error; `compiles` if there is none."""
    for line in output.splitlines():
        position = line.find("error: ")
        if position >= 0 and (found := ERROR.search(line, max(0, position - len("fatal ")))):
            return found.group(1)
    return "compiles"


def precompile(compiler, flags, prelude, directory):
    directory.mkdir(parents=True, exist_ok=True)
    # Several tests may do this at once: each has its own.
    target = directory / f"prelude-{os.getpid()}.pch"
    subprocess.run([compiler, *flags, "-x", "c++-header", str(prelude), "-o", str(target)], check=True)
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--compiler", required=True)
    parser.add_argument("--prelude", type=Path, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--update", action="store_true")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    arguments = parser.parse_args(sys.argv[1:split])

    traps = read(arguments.file.read_text(encoding="utf-8"))
    flags = sys.argv[split + 1:]
    header = precompile(arguments.compiler, flags, arguments.prelude, arguments.directory)

    def compile_one(trap):
        done = subprocess.run([arguments.compiler, *flags, "-include-pch", str(header), "-fsyntax-only",
                               "-fno-caret-diagnostics", "-x", "c++", "-"], input=trap.program, capture_output=True,
                              text=True, check=False)
        return first_error(done.stderr)

    try:
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            answers = list(pool.map(compile_one, traps))
    finally:
        header.unlink()
    if arguments.update:
        for trap, answer in zip(traps, answers):
            trap.expected = answer
        arguments.file.write_text(write(traps), encoding="utf-8")
        return 0
    wrong = [(trap, answer) for trap, answer in zip(traps, answers) if answer != trap.expected]
    for trap, answer in wrong:
        print(f"{trap.title}\n  expected: {trap.expected}\n  got:      {answer}\n")
    print(f"{len(traps) - len(wrong)} of {len(traps)} as expected")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
