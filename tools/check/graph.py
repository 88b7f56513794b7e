"""The module graph in ARCHITECTURE.md is what the modules' CMakeLists.txt say, and all modules have the same inside."""

import re

import tree

CALL = re.compile(r"zflow_library\(\s*(\w+)(.*?)\)", re.DOTALL)
GRAPH = re.compile(r"```modules\n(.*?)```", re.DOTALL)
INSIDE = ("README.md", "CMakeLists.txt", "include/*.hpp", "src/*.cpp", "test/*_test.cpp")


def calls(root):
    """The arguments of each zflow_library: module -> text."""
    found = {}
    for path in tree.tracked(root, "lib/*CMakeLists.txt"):
        found.update(CALL.findall(re.sub(r"#.*", "", tree.text(root, path))))
    return found


def links(arguments):
    return set(re.findall(r"zflow::(\w+)", arguments))


def modules_in_text(text):
    found = GRAPH.search(text)
    modules = {}
    for line in (found.group(1) if found else "").splitlines():
        name, _, targets = line.partition("->")
        if name.strip():
            modules[name.strip()] = set(targets.replace(",", " ").split())
    return modules


def public_closure(root, module):
    """A module and those whose headers its own public headers may include."""
    arguments = calls(root)
    closure, waiting = [], [module]
    while waiting:
        name = waiting.pop()
        if name not in closure:
            closure.append(name)
            public = re.search(r"\bPUBLIC\b(.*?)(\bPRIVATE\b|\bSOURCES\b|$)", arguments.get(name, ""), re.DOTALL)
            waiting += links(public.group(1)) if public else []
    return closure


def inside_problems(root, module):
    problems = [f"lib/{module}: there is no {part}" for part in INSIDE if not tree.tracked(root, f"lib/{module}/{part}")]
    return problems + [f"{path}: public headers of {module} are in include/zflow/{module}/"
                       for path in tree.tracked(root, f"lib/{module}/include/*")
                       if not path.startswith(f"lib/{module}/include/zflow/{module}/")]


def run(root):
    drawn = modules_in_text(tree.text(root, "ARCHITECTURE.md"))
    real = {name: links(arguments) for name, arguments in calls(root).items()}
    problems = []
    for name in sorted(drawn.keys() | real.keys()):
        if drawn.get(name) != real.get(name):
            problems.append(f"module {name}: ARCHITECTURE.md says {show(drawn.get(name))}, CMake says {show(real.get(name))}")
    for name in sorted(real):
        problems += inside_problems(root, name)
    return problems


def show(modules):
    return "nothing of it" if modules is None else ", ".join(sorted(modules)) or "no links"
