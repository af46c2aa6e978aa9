"""Characters that nobody would see, or that would show others elsewhere than they are: made visible, never left out."""

import re
import unicodedata

from markupsafe import Markup, escape

# Controls but tab and line feed; marks of direction; what has no width; what hides others.
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)


def visible(text: str) -> Markup:
    """A text as markup; of each such character its number, with its name as the title."""
    if not _ODD.search(text):
        return escape(text)
    parts, end = [], 0
    for match in _ODD.finditer(text):
        parts += [escape(text[end : match.start()]), _named(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def _named(character: str) -> Markup:
    name = unicodedata.name(character, "a control character").lower()
    return Markup('<span class="odd" title="{}">U+{}</span>').format(name, f"{ord(character):04X}")
