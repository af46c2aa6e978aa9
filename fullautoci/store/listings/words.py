"""What somebody looks for, as SQLite's full-text search takes it (https://www.sqlite.org/fts5.html, section 3)."""

import re
import unicodedata

from fullautoci.store.scope import Scope

# So many words count; a text is looked for as far as that.
WORDS = 16
_LIMIT = 500
# What the index takes words to be made of: letters, digits, and marks on them.
_WORD = re.compile(r"[^\W_]+")


def match(text: str, where: Scope, columns: str) -> str:
    """The query that finds rows with all words of a text; empty: there are none.

    Words of three letters or more are looked for as beginnings. Every word is quoted, so that nothing in it
    is taken for syntax.

    Args:
        columns: names of those that are looked at, with blanks between them.
    """
    said = _WORD.findall(unicodedata.normalize("NFC", text[:_LIMIT]))[:WORDS]
    if not said or not where.repositories:
        return ""
    words = " AND ".join(f'"{word}"{"*" if len(word) >= 3 else ""}' for word in said)
    found = f"{{{columns}}} : ({words})"
    if where.is_all:
        return found
    repositories = " OR ".join(f'"r{one}"' for one in where.repositories)
    return f"repository : ({repositories}) AND {found}"
