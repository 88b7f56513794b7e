#!/usr/bin/env python3
"""What compiles in a flow and does not mean what it looks like. `./dev check` runs it over examples/; on other files:

    tools/check/flow_lint.py FILE..

A flow coroutine (a function or lambda that returns zflow::Flow) runs once, while the flow is being built. So

  try-catch     try { co_await charge(order); } catch: the handler never runs when the flow fails; use .catch_
  both-run      co_await f() && co_await g(): both always run; use zflow::when
  two-awaits    two co_await in one expression: C++ does not say which comes first, except inside braces

A line that has NOLINT(flow) in a comment is left alone. Exit status: 1 if there is a finding.
"""

import re
import sys
from pathlib import Path

TOKEN = re.compile(r"//[^\n]*|/\*.*?\*/|R\"(?P<delimiter>[^(\s]*)\(.*?\)(?P=delimiter)\"|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])+'"
                   r"|[A-Za-z_]\w*|\d[\w'.]*|&&|\|\||->|::|[^\s\w]", re.DOTALL)
CONTROL = {"if", "for", "while", "switch", "catch"}
MESSAGES = {
    "try-catch": "try around co_await: the body runs once, while the flow is being built, and its handler never when the flow "
                 "fails: use .catch_",
    "both-run": "co_await on both sides of && or ||: both always run: use zflow::when, or await one after the other",
    "two-awaits": "two co_await in one expression: C++ does not say which comes first: give each its own statement",
}


class Token:
    def __init__(self, text, line):
        self.text = text
        self.line = line


def tokens_of(source):
    """The tokens without comments and preprocessor lines; strings and characters as "" and ''."""
    source = re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: "\n" * m[0].count("\n"), source, flags=re.MULTILINE)
    tokens, line, position = [], 1, 0
    for match in TOKEN.finditer(source):
        line += source.count("\n", position, match.start())
        position = match.start()
        text = match[0]
        if not text.startswith(("//", "/*")):
            quote = text[0] if text[0] in "\"'" else '"' if text.startswith('R"') else None
            tokens.append(Token(quote * 2 if quote else text, line))
    return tokens


def muted_lines(source):
    return {number for number, line in enumerate(source.splitlines(), 1) if re.search(r"//.*NOLINT\(flow\)", line)}


class Finder:
    """Goes through the braces of a file and remembers which function it is in."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.position = 0
        self.findings = []

    def run(self):
        while self.position < len(self.tokens):
            self.block(is_flow=False, in_try=False)
            self.position += 1  # a brace too many
        return self.findings

    def add(self, kind, line):
        self.findings.append((line, kind))

    def block(self, is_flow, in_try):
        """Statements up to the closing brace, which is passed."""
        while self.position < len(self.tokens) and self.tokens[self.position].text != "}":
            self.statement(is_flow, in_try)
        self.position += 1

    def statement(self, is_flow, in_try):
        """One statement with the blocks in it; what is awaited in inner functions is theirs."""
        begin = self.position
        awaits = []  # positions in this expression
        depth = 0
        while self.position < len(self.tokens):
            text = self.tokens[self.position].text
            if text in "([":
                depth += 1
            elif text in ")]":
                depth -= 1
            elif text == "co_await":
                awaits.append(self.position)
                if in_try and is_flow:
                    self.add("try-catch", self.tokens[self.position].line)
            elif text == ";" and depth <= 0:
                break
            elif text == "}":
                self.judge(is_flow, awaits)
                return  # the block's end
            elif text == "{":
                kind = self.brace_kind(begin)
                self.position += 1
                if kind == "list":
                    self.braced_list(is_flow, in_try)
                    continue
                if kind == "scope":
                    self.block(is_flow, in_try)
                elif kind == "try":
                    self.block(is_flow, True)
                else:
                    self.block(kind == "flow", False)
                if depth <= 0:
                    self.judge(is_flow, awaits)
                    return
                continue
            self.position += 1
        self.judge(is_flow, awaits)
        self.position += 1

    def braced_list(self, is_flow, in_try):
        """The elements of an initialiser go from left to right: each is an expression of its own."""
        awaits, depth = [], 0
        while self.position < len(self.tokens):
            text = self.tokens[self.position].text
            if text == "}" or (text == "," and depth == 0):
                self.judge(is_flow, awaits)
                awaits = []
                if text == "}":
                    break
            elif text in "([":
                depth += 1
            elif text in ")]":
                depth -= 1
            elif text == "co_await":
                awaits.append(self.position)
                if in_try and is_flow:
                    self.add("try-catch", self.tokens[self.position].line)
            elif text == "{":
                kind = self.brace_kind(self.position)
                self.position += 1
                if kind == "list":
                    self.braced_list(is_flow, in_try)
                else:
                    self.block(kind == "flow", False)
                continue
            self.position += 1
        self.position += 1

    def judge(self, is_flow, awaits):
        if not is_flow or len(awaits) < 2:
            return
        line = self.tokens[awaits[1]].line
        between = {token.text for token in self.tokens[awaits[0]:awaits[-1]]}
        self.add("both-run" if between & {"&&", "||"} else "two-awaits", line)

    def brace_kind(self, begin):
        """What the brace at the position opens: a flow's body, another function's, a scope, a try, or a list."""
        before = [token.text for token in self.tokens[max(0, begin - 1):self.position]]
        last = before[-1] if before else ";"
        if last == "try":
            return "try"
        if last in {"else", "do", ";", "{", "}"}:
            return "scope"
        header = self.header()
        if header is None:
            return "scope" if last == ")" or re.search(r"\b(?:namespace|struct|class|enum|union)\b", " ".join(before)) else "list"
        if header in CONTROL:
            return "scope"
        return "flow" if header == "flow" else "function"

    def header(self):
        """Back from the brace over what may stand between parameters and body: whose body is it?"""
        place = self.position - 1
        result = []
        while place >= 0 and self.tokens[place].text not in {")", ";", "{", "}", "=", ",", "("}:
            result.append(self.tokens[place].text)
            place -= 1
            if result[-1] == ">":  # a type's arguments may have commas and parentheses
                nested = 1
                while place >= 0 and nested:
                    text = self.tokens[place].text
                    nested += (text == ">") - (text == "<")
                    result.append(text)
                    place -= 1
        if place < 0 or self.tokens[place].text != ")":
            return None
        place = self.opening(place, "(", ")") - 1
        if place < 0:
            return None
        if self.tokens[place].text in CONTROL or (self.tokens[place].text == "constexpr" and self.tokens[place - 1].text == "if"):
            return "if"
        if "->" in result:
            return "flow" if "Flow" in result else "function"
        if result and not set(result) <= {"const", "noexcept", "mutable", "override", "final", "&", "&&"}:
            return None
        if self.tokens[place].text in {"]", ">"}:  # a lambda without a return type
            return "function"
        return "flow" if "Flow" in self.return_type(place) else "function"

    def opening(self, place, left, right):
        depth = 0
        while place >= 0:
            depth += (self.tokens[place].text == right) - (self.tokens[place].text == left)
            if depth == 0:
                return place
            place -= 1
        return 0

    def return_type(self, place):
        """The tokens before a function's name, back to the end of what stands before it."""
        found = []
        while place >= 0 and self.tokens[place].text not in {";", "{", "}"}:
            found.append(self.tokens[place].text)
            place -= 1
        return found


def findings(source):
    """Line and kind of each finding."""
    muted = muted_lines(source)
    return sorted({finding for finding in Finder(tokens_of(source)).run() if finding[0] not in muted})


def problems(path, source):
    return [f"{path}:{line}: {MESSAGES[kind]} [{kind}]" for line, kind in findings(source)]


def run(root):
    import tree  # beside this file; what users run needs nothing else

    return [problem for path in tree.tracked(root, "examples/*.cpp", "examples/*.hpp")
            for problem in problems(path, tree.text(root, path))]


def main():
    if len(sys.argv) < 2 or sys.argv[1] in {"-h", "--help"}:
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    found = [problem for name in sys.argv[1:] for problem in problems(name, Path(name).read_text(encoding="utf-8"))]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
