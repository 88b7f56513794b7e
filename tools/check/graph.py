"""The module graph in ARCHITECTURE.md is what the modules' CMakeLists.txt say."""

import re

CALL = re.compile(r"zflow_library\((\w+)(.*?)\)", re.DOTALL)
GRAPH = re.compile(r"```modules\n(.*?)```", re.DOTALL)


def modules_in_cmake(root):
    """Module -> the modules that it links."""
    modules = {}
    for file in sorted(root.glob("lib/*/CMakeLists.txt")):
        for name, arguments in CALL.findall(file.read_text(encoding="utf-8")):
            modules[name] = set(re.findall(r"zflow::(\w+)", arguments))
    return modules


def modules_in_text(text):
    found = GRAPH.search(text)
    modules = {}
    for line in (found.group(1) if found else "").splitlines():
        name, _, links = line.partition("->")
        if name.strip():
            modules[name.strip()] = set(links.replace(",", " ").split())
    return modules


def run(root):
    drawn = modules_in_text((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    real = modules_in_cmake(root)
    problems = []
    for name in sorted(drawn.keys() | real.keys()):
        if drawn.get(name) != real.get(name):
            problems.append(f"module {name}: ARCHITECTURE.md says {drawn.get(name)}, CMake says {real.get(name)}")
    return problems
