"""Counts what a project's own comments keep a tool from saying; run by the other shims, in the project's interpreter.

Comments are told from strings by the tokenizer; a file that it cannot read is searched line by line.
"""

import io
import re
import tokenize

PYLINT = re.compile(r"\bpylint:([^;\n]*)")
WORDS = re.compile(r"[\w-]+|=")
DISABLING = ("disable", "disable-next", "disable-msg")
ALONE = ("skip-file", "disable-all")
# https://coverage.readthedocs.io/en/latest/excluding.html: what marks a line or a branch without any configuration.
COVERAGE = re.compile(r"#\s*(?:pragma|PRAGMA)[:\s]?\s*(?:no|NO)\s*(?:cover|COVER|branch|BRANCH)")


def pylint(comment):
    """How many messages a comment keeps pylint from giving; each that it names counts one, and so does `all`.

    A pragma ends at a semicolon, at another comment's sign or with the line.
    """
    count = 0
    for part in comment.split("#"):
        pragma = PYLINT.search(part)
        words = WORDS.findall(pragma.group(1)) if pragma else []
        action = ""
        for number, word in enumerate(words):
            if words[number + 1 : number + 2] == ["="]:
                action = word
            elif word != "=" and (action in DISABLING or word in ALONE):
                count += 1
    return count


def coverage(comment):
    """Whether a comment keeps coverage from counting its line."""
    return 1 if COVERAGE.search(comment) else 0


def total(paths, count):
    """What `count` says of all comments of these files; those that cannot be opened have none."""
    found = 0
    for path in sorted(set(paths)):
        try:
            with open(path, "rb") as file:
                raw = file.read()
        except (OSError, ValueError):
            continue
        found += sum(count(comment) for comment in _comments(raw))
    return found


def _comments(raw):
    try:
        tokens = tokenize.tokenize(io.BytesIO(raw).readline)
        return [token.string for token in tokens if token.type == tokenize.COMMENT]
    except (tokenize.TokenError, SyntaxError, ValueError, LookupError, MemoryError):
        # Every line that may have one, from its first such sign on.
        return [line[line.index("#") :] for line in raw.decode("latin-1").split("\n") if "#" in line]
