"""One target under atheris, in a process that is its alone: coverage has to be watched from the first import on."""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

TARGETS = ("spool", "endpoint", "pylint", "coverage", "junit", "config", "masker", "commit")
# What is ours, and what is Python beneath it; the rest of it is C, whose coverage nobody tells.
WATCHED = ["fullautoci", "tests.fuzzing", "defusedxml", "xml.etree", "yaml"]
INPUT_LIMIT = 16 * 1024
# No input of that size may take longer, or more memory.
LONGEST_S = 10
MEMORY_MB = 1024


class Target(Protocol):
    """What a target's file has.

    Attributes:
        SEEDS: inputs to begin with.
        WORDS: what inputs of its kind are made of.
        check: raises if a promise is broken.
    """

    SEEDS: tuple[bytes, ...]
    WORDS: tuple[bytes, ...]
    check: Callable[[bytes], None]


@dataclass(frozen=True)
class Place:
    """Where a target keeps what it learns: below the folder of its name."""

    folder: Path

    @property
    def corpus(self) -> Path:
        """Inputs that reached something new."""
        return self.folder / "corpus"

    @property
    def seeds(self) -> Path:
        """Inputs to begin with."""
        return self.folder / "seeds"

    @property
    def found(self) -> Path:
        """Inputs that broke a promise; each run begins with them."""
        return self.folder / "found"

    @property
    def words(self) -> Path:
        """libFuzzer's dictionary."""
        return self.folder / "words"

    @property
    def log(self) -> Path:
        """What the last run printed."""
        return self.folder / "log"

    def prepare(self, target: Target) -> None:
        """Write seeds and words."""
        for folder in (self.corpus, self.seeds, self.found):
            folder.mkdir(parents=True, exist_ok=True)
        for number, seed in enumerate(target.SEEDS):
            (self.seeds / str(number)).write_bytes(seed)
        quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in target.WORDS)
        self.words.write_text("".join(f'"{word}"\n' for word in quoted), encoding="ascii")


def load(name: str) -> Target:
    """A target by its name."""
    return cast(Target, importlib.import_module(f"tests.fuzzing.{name}"))


def fuzz(name: str, place: Place, seconds: int, seed: int) -> None:
    """Try inputs for so long, or until one breaks a promise; this process ends with it."""
    import atheris

    with atheris.instrument_imports(include=WATCHED):
        target = load(name)
    place.prepare(target)
    options = {
        "max_total_time": seconds, "seed": seed, "timeout": LONGEST_S, "rss_limit_mb": MEMORY_MB,
        "max_len": INPUT_LIMIT, "dict": place.words, "artifact_prefix": f"{place.found}/",
    }  # fmt: skip
    folders = [str(folder) for folder in (place.corpus, place.seeds, place.found)]
    atheris.Setup([sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), *folders], target.check)
    atheris.Fuzz()
