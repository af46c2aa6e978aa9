"""Hostile text in every field that a repository or a tool fills: shown on all pages, and none of it does anything."""

import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.support.browser import Seen, shoot, signed_in
from tests.support.home import Home
from tests.support.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

EVIL = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><a href=javascript:alert(3)>{{ 7654321 * 7 }}"
ESCAPES = "\x1b]8;;javascript:alert(4)\x07link\x1b]8;;\x07\x1b[31mred\x1b[0m\x1b[2J\x1b]0;title\x07"
BIDI = "\u202egnp.exe\u2066 \u2067"
LOUD = f"""
import sys

def test_evil():
    print({EVIL!r}, {ESCAPES!r}, {BIDI!r})
    sys.stdout.buffer.write(b"\\xff\\xfe broken \\n" + b"x" * (1 << 20) + b"\\n")
    assert False, {EVIL + BIDI!r}
"""
CONFIG = """\
environment: host
tools:
  pylint: {{ratchet: [{{metric: score, target: 10}}]}}
  evil: {{command: [sh, -c, 'cat report.xml > out.xml; exit 1'], report: {{junit: out.xml}}}}
"""
REPORT = """<testsuite><testcase classname="&lt;svg onload=alert(5)&gt;" name="&lt;script&gt;alert(6)&lt;/script&gt;">
<failure message="&lt;img src=x onerror=alert(7)&gt;">&lt;iframe src=//evil.example&gt;</failure></testcase></testsuite>
"""
NAME = "<svg onload=alert(8)>.py"
MOST, ALIKE = 120, 3
STRANGE = "img, script, iframe, b:not([class]), base, meta, [onerror], [onload], a[href^=javascript]"
# What is saved to a file, and not shown.
FILES = (".txt", ".html", ".json", ".csv")


def test_hostile_text_is_shown_everywhere_and_nothing_executes(
    home: Home, tmp_path: "Path", browser: "Browser"
) -> None:
    evil = Repository(tmp_path / "a<b>c&", env={"GIT_AUTHOR_NAME": "&lt;b&gt; onload=alert(9) " + BIDI})
    files = {
        ".fullautoci.yml": CONFIG.replace("{{", "{").replace("}}", "}"), "report.xml": REPORT,
        "pkg/__init__.py": "", f"pkg/{NAME}": "x = undefined  # <script>alert(10)</script>\n", "test_evil.py": LOUD,
    }  # fmt: skip
    evil.commit(files, "An honest beginning")
    evil.git("switch", "--quiet", "--create", "<b>bold</b>")
    home.cli("init", "--wait", cwd=evil.path)
    evil.git("commit", "--quiet", "--allow-empty", "--file=-", stdin=f"{EVIL}\n\n{BIDI}".encode() + b"\xff\xfe")
    home.run("wait", cwd=evil.path)
    home.run("ratchet", "waive", "score", "-m", EVIL, cwd=evil.path)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = signed_in(context, home.cli("dashboard", "--no-browser").strip())
    origin = str(home.api().status()["url"])
    seen = Seen(page, origin)
    texts = _crawl(page, origin)
    assert seen.wrong == []
    assert len(texts) > 10, "pages lead to one another"
    whole = "\n".join(texts.values())
    for text in ("onerror=alert(1)", NAME, "<script>alert(6)</script>", "<iframe src="):
        assert text in whole, text
    assert "\x1b" not in whole
    assert "53580247" not in whole, "it was computed"
    context.close()


def _crawl(page: "Page", origin: str) -> dict[str, str]:
    """The text of every page that can be reached, each with all of its parts open."""
    todo, texts, shapes = ["/"], dict[str, str](), Counter[str]()
    while todo and len(texts) < MOST:
        path = todo.pop(0)
        shape = re.sub(r"[0-9a-f]{6,}|[0-9]+", "N", path)
        if path in texts or shapes[shape] == ALIKE:
            continue
        shapes[shape] += 1
        answer = page.goto(origin + path)
        assert answer is not None
        assert answer.status == 200, path
        if "text/html" not in answer.headers["content-type"]:
            texts[path] = ""
            continue
        page.evaluate("document.querySelectorAll('#main details').forEach(part => { part.open = true })")
        texts[path] = page.inner_text("#main")
        if len(texts) in (1, 3):
            shoot(page, f"hostile-{len(texts)}")
        # Whatever was put in as text has made no element, attribute or address of its own.
        assert page.locator(f"#main :is({STRANGE})").count() == 0, path
        assert page.title(), path
        links = "[...document.querySelectorAll('#main a[href], .tabs a[href]')].map(a => a.getAttribute('href'))"
        todo += [link.partition("#")[0] for link in page.evaluate(links) if link.startswith(("/", "?"))]
        todo = [path.partition("?")[0] + one if one.startswith("?") else one for one in todo]
        todo = [one for one in todo if one and not one.endswith(FILES) and not one.startswith("/api/")]
    return texts
