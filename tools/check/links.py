"""Every relative link in Markdown leads to a file, every anchor to a heading, every file that a comment names is there."""

import posixpath
import re

from tree import CPP, MARKDOWN, fenced

TITLE = "links"

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
NAMED_FILE = re.compile(r"\b((?:docs|examples|tools)/[\w./-]+\.\w+)")
ELSEWHERE = re.compile(r"^[a-z]+:")


def anchors(lines):
    """The anchors of a Markdown file's headings, as GitHub makes them."""
    found = {}
    for line, in_block in fenced(lines):
        heading = None if in_block else re.match(r"#{1,6}\s+(.*)", line)
        if heading:
            text = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1])).strip().lower()
            slug = text.replace(" ", "-")
            found[slug] = found.get(slug, -1) + 1
            if found[slug]:
                found[f"{slug}-{found[slug]}"] = 0
    return set(found)


def check(tree):
    problems = []
    for name in tree.select(MARKDOWN):
        for number, (line, in_block) in enumerate(fenced(tree.lines(name)), 1):
            for target in [] if in_block else LINK.findall(line):
                problem = broken(tree, name, target)
                if problem:
                    problems.append(f"{name}:{number}: {problem}")
    for name in tree.select(CPP):
        for number, line in enumerate(tree.lines(name), 1):
            for target in NAMED_FILE.findall(line) if "//" in line else []:
                if target not in tree.names:
                    problems.append(f"{name}:{number}: names {target}, which is not there")
    return problems


def broken(tree, name, target):
    """What is wrong with one link, or None."""
    if ELSEWHERE.match(target):
        return None
    path, _, anchor = target.partition("#")
    place = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    if place not in tree.names and not any(other.startswith(place + "/") for other in tree.names):
        return f"the link {target} leads nowhere"
    if anchor and place.endswith(".md") and anchor not in anchors(tree.lines(place)):
        return f"the link {target} leads to a heading that is not there"
    return None
