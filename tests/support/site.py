"""A service with a repository that has something of everything the dashboard shows, made by real commits and tools."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.support.home import Home
from tests.support.repository import EVERY_OTHER, Repository

CONFIG = """\
environment: host
tools:
  pylint: {ratchet: [{metric: score, target: 9.9, tolerance: 0.01}]}
  coverage: {ratchet: [{metric: percent_lines, target: 95}]}
"""
CART = '''"""A shopping cart."""


class Cart:
    """What somebody wants to buy, in cents."""

    def __init__(self):
        self.items = []

    def add(self, name, cents):
        """Put something in."""
        self.items.append((name, cents))

    def total(self):
        """What all of it costs."""
        return sum(cents for _, cents in self.items)
'''
DISCOUNT = '''
    def discount(self, percent):
        """What it costs for friends."""
        if percent > 50:
            raise ValueError("too much")
        return self.total() * (100 - percent) // 100
'''
TESTS = """import shop.cart


def test_total():
    cart = shop.cart.Cart()
    cart.add("tea", 450)
    cart.add("cup", 900)
    assert cart.total() == 1350


def test_empty():
    assert shop.cart.Cart().total() == 0
"""
COLOURS = """
def test_colours():
    print("\\x1b[31mred\\x1b[0m \\x1b[1;32mgreen and bold\\x1b[0m plain")
"""


@dataclass
class Site:
    """The service, and what its pages are about.

    Attributes:
        shas: the commits, by what they are.
        runs: their runs' ids.
    """

    home: Home
    repository: Repository
    shas: dict[str, str] = field(default_factory=dict)
    runs: dict[str, int] = field(default_factory=dict)

    def commit(self, name: str, files: dict[str, str], message: str) -> None:
        """Commit, and wait for what comes of it."""
        sha = self.repository.commit(files, message)
        self.shas[name], self.runs[name] = sha, self.home.finished(1, sha)["id"]

    def test(self) -> str:
        """The name of a test."""
        jobs = self.home.api().results(self.runs["good"])["jobs"]
        return next(str(test["name"]) for job in jobs for test in job["tests"])

    def job(self, name: str, tool: str) -> int:
        """The id of a tool's job in a commit's run."""
        jobs = self.home.api().results(self.runs[name])["jobs"]
        return next(int(job["id"]) for job in jobs if job["tool"] == tool)


def build(home: Home, folder: Path) -> Site:
    """Make it: a good commit, a worse one, a mended one, a branch whose test fails, and a test that is flaky."""
    site = Site(home, Repository(folder / "shop"))
    first = {
        ".fullautoci.yml": CONFIG, "shop/__init__.py": '"""A shop."""\n', "shop/cart.py": CART,
        "test_cart.py": TESTS, "README.md": "# Shop\n",
    }  # fmt: skip
    site.repository.commit(first, "Add a cart that adds up")
    home.cli("init", "--wait", cwd=site.repository.path)
    site.shas["good"], site.runs["good"] = site.repository.head(), 1
    site.commit(
        "worse", {"shop/cart.py": f"import os\n{CART}{DISCOUNT}"},
        "Give friends a discount\n\nNobody has asked for it yet; it is here to be tried.",
    )  # fmt: skip
    site.commit("mended", {"shop/cart.py": CART, "test_cart.py": TESTS + COLOURS}, "Take the discount back")
    site.repository.git("switch", "--quiet", "--create", "topic/rounding")
    site.commit("failing", {"test_cart.py": TESTS.replace("== 1350", "== 1351")}, "Round up")
    site.repository.git("switch", "--quiet", "main")
    count = folder / "count"
    count.write_text("test\n")
    site.commit("flaky", {"test_flaky.py": EVERY_OTHER % str(count)}, "Look at the weather in a test")
    home.run("run", "--force", "--wait", cwd=site.repository.path)  # it ends as a test that fails every other time does
    site.runs["flaky"] = max(run["id"] for run in home.api().runs(repository=1, limit=5))
    return site
