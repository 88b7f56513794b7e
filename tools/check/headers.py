"""Every public header compiles alone."""

import json
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor

import tree


def include_options(root):
    """The include options of the build, and what else the preprocessor must know."""
    database = json.loads((root / "build" / "dev" / "compile_commands.json").read_text(encoding="utf-8"))
    options = set()
    for entry in database:
        words = shlex.split(entry["command"])
        options.update(word for word in words if word.startswith(("-I", "-D")) and "=" not in word)
    return sorted(options)


def run(root):
    options = include_options(root)

    def compile_alone(path):
        done = subprocess.run(["clang++-19", "-std=c++23", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", *options,
                               "-include", str(root / path), "-x", "c++", "/dev/null"], capture_output=True, text=True,
                              check=False)
        return None if done.returncode == 0 else f"{path}: does not compile alone: {done.stderr.splitlines()[0]}"

    with ThreadPoolExecutor(max_workers=2) as pool:
        return [problem for problem in pool.map(compile_alone, tree.tracked(root, "lib/*/include/*.hpp")) if problem]
