"""Links in the documents lead somewhere, code blocks are the files that they name, and no file names one machine."""

import re

import tree

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SOURCE = re.compile(r"<!-- source: (\S+?)(?:#(\w+))? -->\n```\w*\n(.*?)```", re.DOTALL)
MACHINE = re.compile(r"/(work|root|home/[a-z]+)/")
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


def run(root):
    problems = []
    for path in tree.tracked(root, "*.md"):
        text = (root / path).read_text(encoding="utf-8")
        problems += link_problems(root, path, text) + source_problems(root, path, text)
    for path in tree.tracked(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if MACHINE.search(text) and not path.startswith("tools/check/"):
            problems.append(f"{path}: names a path of one machine")
    return problems
