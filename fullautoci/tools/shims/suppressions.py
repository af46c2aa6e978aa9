"""Counts what a project's own comments keep a tool from saying; run by the other shims, in the project's interpreter.

Comments are told from strings by the tokenizer; a file that it cannot read is searched line by line.
"""

import io
import os
import re
import tokenize

PYLINT = re.compile(r"\bpylint:([^;\n]*)")
WORDS = re.compile(r"[\w-]+|=")
DISABLING = ("disable", "disable-next", "disable-msg")
ALONE = ("skip-file", "disable-all")
# https://coverage.readthedocs.io/en/latest/excluding.html: what marks a line or a branch without any configuration.
MARKS = [r"#\s*(?:pragma|PRAGMA)[:\s]?\s*(?:no|NO)\s*(?:cover|COVER|branch|BRANCH)"]


def pylint(line, start):
    """How many messages a line's comment keeps pylint from giving; each that it names counts one, and so does `all`.

    A pragma ends at a semicolon, at another comment's sign or with the line.
    """
    count = 0
    for part in line[start:].split("#"):
        pragma = PYLINT.search(part)
        words = WORDS.findall(pragma.group(1)) if pragma else []
        action = ""
        for number, word in enumerate(words):
            if words[number + 1 : number + 2] == ["="]:
                action = word
            elif word != "=" and (action in DISABLING or word in ALONE):
                count += 1
    return count


def coverage(patterns):
    """Counts the comments that keep coverage from counting their lines.

    A line that a pattern finds without its comment is left out because of what it is, and that is the configuration's.
    """
    marks = [re.compile(pattern) for pattern in patterns]

    def count(line, start):
        return int(any(mark.search(line) and not mark.search(line[:start].rstrip()) for mark in marks))

    return count


def by_file(paths, count):
    """What `count` says of the comments of each of these files, by path; those that have none are left out.

    Paths are relative to the working directory where they are below it.
    """
    found = {}
    here = os.path.join(os.getcwd(), "")
    for path in sorted({os.path.abspath(path) for path in paths}):
        try:
            with open(path, "rb") as file:
                raw = file.read()
        except (OSError, ValueError):
            continue
        counted = sum(count(*one) for one in _comments(raw))
        if counted:
            found[path[len(here) :] if path.startswith(here) else path] = counted
    return found


def extent(found):
    """What is said of these files in a report."""
    return {"suppressions": sum(found.values()), "suppressed": found}


def _comments(raw):
    """Each line that has a comment, with where that begins."""
    try:
        tokens = list(tokenize.tokenize(io.BytesIO(raw).readline))
        lines = raw.decode(tokens[0].string).split("\n")
        return [(lines[one.start[0] - 1], one.start[1]) for one in tokens if one.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError, ValueError, LookupError, MemoryError):
        # Every line that may have one, from its first such sign on.
        return [(line, line.index("#")) for line in raw.decode("latin-1").split("\n") if "#" in line]
