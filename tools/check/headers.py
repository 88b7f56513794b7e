"""Every public header compiles alone, with no headers in reach but those of modules that its own may include."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import graph
import tree

FLAGS = ("-std=c++23", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-c")


def run(root):
    directory = root / "build" / "check"
    directory.mkdir(parents=True, exist_ok=True)
    launcher = ["ccache"] if shutil.which("ccache") else []
    reach = {}

    def compile_alone(path):
        header = path.split("/include/")[1]
        source = directory / (header.replace("/", "-") + ".cpp")
        source.write_text(f"#include <{header}>\n", encoding="utf-8")
        done = subprocess.run([*launcher, "clang++-19", *FLAGS, *reach[path.split("/")[1]], str(source), "-o", f"{source}.o"],
                              capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return None
        first = next((line for line in done.stderr.splitlines() if "error" in line), done.stderr.strip())
        return f"{path}: does not compile alone: {first}"

    paths = tree.tracked(root, "lib/*/include/*.hpp")
    for module in {path.split("/")[1] for path in paths}:
        reach[module] = [f"-I{root}/lib/{below}/include" for below in graph.public_closure(root, module)]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return [problem for problem in pool.map(compile_alone, paths) if problem]
