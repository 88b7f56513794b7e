"""Links in the documents lead somewhere, C++ in them is text of compiled files, and files that comments name are there."""

import re

import tree

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SOURCE = re.compile(r"<!-- source: (\S+?)(?:#(\w+))? -->\n```\w*\n(.*?)```", re.DOTALL)
BLOCK = re.compile(r"([^\n]*)\n```cpp\n")
NAMED = re.compile(r"\b((?:docs|examples|tools)/[\w./-]+\.\w+)")
REGION = r"// \[{0}\]\n(.*?)// \[{0} end\]"


def anchor(heading):
    """The name by which GitHub links to a heading."""
    text = re.sub(r"[`*]", "", heading.strip().lower())
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(text):
    return {anchor(line.lstrip("#")) for line in re.sub(r"```.*?```", "", text, flags=re.DOTALL).splitlines()
            if line.startswith("#")}


def link_problems(root, path, text):
    problems = []
    for target in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        file = (root / path).parent / name if name else root / path
        if not file.exists():
            problems.append(f"{path}: the link {target} leads nowhere")
        elif fragment and file.suffix == ".md" and fragment not in anchors(file.read_text(encoding="utf-8")):
            problems.append(f"{path}: the link {target} names a heading that is not there")
    return problems


def source_problems(root, path, text):
    problems = []
    for name, region, block in SOURCE.findall(text):
        file = root / name
        source = file.read_text(encoding="utf-8") if file.is_file() else ""
        if region:
            found = re.search(REGION.format(region), source, re.DOTALL)
            source = found.group(1) if found else ""
        if block.strip() != source.strip():
            problems.append(f"{path}: the code is not the text of {name}{'#' + region if region else ''}")
    return problems


def unmarked_problems(path, text):
    """C++ that is shown to be used says which compiled file it is from."""
    return [f"{path}: C++ without `<!-- source: FILE -->` above it: nothing compiles it" for line in BLOCK.findall(text)
            if not line.startswith("<!-- source: ")]


def named_problems(root, path, text):
    return [f"{path}:{number}: names {name}, which is not there" for number, line in enumerate(text.splitlines(), 1)
            for name in NAMED.findall(line.partition("//")[2]) if not (root / name).exists()]


def run(root):
    problems = []
    for path in tree.tracked(root, "*.md"):
        text = tree.text(root, path)
        problems += link_problems(root, path, text) + source_problems(root, path, text)
        if path == "README.md" or path.startswith("docs/"):
            problems += unmarked_problems(path, text)
    for path in tree.tracked(root, "*.hpp", "*.cpp"):
        problems += named_problems(root, path, tree.text(root, path))
    return problems
