"""What the modules link is what ARCHITECTURE.md says, and each module has the same inside.

The graph is the block that is fenced as `modules` there. A line is `NAME: modules | packages`.
"""

import re

TITLE = "modules"

DOCUMENT = "ARCHITECTURE.md"
CALL = re.compile(r"zflow_library\(\s*(\w+)(.*?)\n?\s*\)", re.DOTALL)
KEYWORDS = {"SOURCES", "PUBLIC", "PRIVATE", "COMPONENT"}


def linked(tree):
    """What CMake is told: module -> (its directory, what it links publicly, what privately)."""
    found = {}
    for name in tree.select(r"^lib/.*CMakeLists\.txt$"):
        for module, arguments in CALL.findall(re.sub(r"#.*", "", tree.text(name))):
            lists = {keyword: set() for keyword in KEYWORDS}
            keyword = None
            for word in arguments.split():
                if word in KEYWORDS:
                    keyword = word
                elif keyword:
                    lists[keyword].add(word)
            found[module] = (name[:name.rindex("/")], lists["PUBLIC"], lists["PRIVATE"])
    return found


def split(links):
    """Targets as (modules, packages)."""
    modules = {link[len("zflow::"):] for link in links if link.startswith("zflow::")}
    packages = {link.split("::")[0] for link in links if not link.startswith("zflow::")}
    return modules, packages


def documented(tree):
    """What ARCHITECTURE.md says: module -> (modules, packages), or None without a block."""
    block = re.search(r"^```modules\n(.*?)^```", tree.text(DOCUMENT), re.MULTILINE | re.DOTALL)
    if not block:
        return None
    graph = {}
    for line in block[1].splitlines():
        name, _, rest = line.partition(":")
        modules, _, packages = rest.partition("|")
        graph[name.strip()] = (set(modules.split()), set(packages.split()))
    return graph


def public_closure(graph, module):
    """A module and all those whose headers its own headers may include."""
    closure, waiting = [], [module]
    while waiting:
        name = waiting.pop()
        if name not in closure and name in graph:
            closure.append(name)
            waiting += split(graph[name][1])[0]
    return closure


def show(pair):
    return " ".join(sorted(pair[0])) + " | " + " ".join(sorted(pair[1]))


def check(tree):
    graph = linked(tree)
    if DOCUMENT not in tree.names or (said := documented(tree)) is None:
        return [f"{DOCUMENT}: there is no block fenced as `modules`"]
    problems = []
    for module, (directory, public, private) in graph.items():
        really = split(public | private)
        if module not in said:
            problems.append(f"{DOCUMENT}: the module {module} is missing; it links {show(really)}")
        elif said[module] != really:
            problems.append(f"{DOCUMENT}: {module} is said to link {show(said[module])}; it links {show(really)}")
        problems += shape(tree, module, directory)
    problems += [f"{DOCUMENT}: there is no module {module}" for module in said if module not in graph]
    return problems


def shape(tree, module, directory):
    """Every module has the same inside: a README, headers below its own name, sources, tests."""
    problems = []
    if directory != f"lib/{module}":
        problems.append(f"{directory}: the module {module} belongs in lib/{module}")
    if f"{directory}/README.md" not in tree.names:
        problems.append(f"{directory}: there is no README.md")
    for name in tree.select(rf"^{directory}/include/"):
        if not name.startswith(f"{directory}/include/zflow/{module}/"):
            problems.append(f"{name}: headers of {module} belong in include/zflow/{module}/")
    for part in (r"include/.*\.hpp$", r"src/.*\.cpp$", r"test/.*_test\.cpp$"):
        if not tree.select(rf"^{directory}/{part}"):
            problems.append(f"{directory}: there is nothing like {part}")
    return problems
