"""schemathesis against a live daemon: every operation of its document, every check."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support.api.populated import Populated

HERE = Path(__file__).parent
OUTPUT = HERE.parents[1] / "output"
# Events come from hooks, in a form of their own that no fuzzer of JSON makes: `test_spool_fuzz.py` does.
LEFT_OUT = "/api/v1/events$"
_CASES = re.compile(r"(\d+) generated")
_SELECTED = re.compile(r"Operations:\s+(\d+) selected / (\d+) total")


@dataclass(frozen=True)
class Fuzzed:
    """What came of it.

    Attributes:
        cases: how many requests were made up.
        operations: how many operations there are.
        text: what schemathesis said.
    """

    passed: bool
    cases: int
    operations: int
    text: str


def fuzz(there: Populated, examples: int, seed: int, timeout: float) -> Fuzzed:
    """Run all phases and checks with the owner's key.

    Args:
        examples: how many cases an operation has in the phase that is by chance.
        timeout: in seconds.
    """
    key = there.key(label="fuzzing")
    real = {
        "repos.identifier": [there.repository, there.other], "trigger.identifier": [there.repository],
        "runs.identifier": [there.run, there.other_run], "jobs.identifier": [there.job, there.other_job],
        "users.identifier": [1, 2], "sha": [there.commit, there.commit[:8]], "name": ["pylint.score"],
        "key": ["flaky", "defaults.tools.pylint.timeout", "workers"],
    }  # fmt: skip
    kept = [
        ["DELETE", "/api/v1/keys/{identifier}", key["id"]],
        ["DELETE", "/api/v1/repos/{identifier}", there.repository],
        ["DELETE", "/api/v1/repos/{identifier}", there.other],
    ]
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "run",
        f"{there.url}/api/v1/openapi.json", "--header", f"Authorization: Bearer {key['key']}", "--checks", "all",
        "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure", "--no-color",
        "--exclude-path-regex", LEFT_OUT, "--suppress-health-check", "all", "--request-timeout", "60",
    ]  # fmt: skip
    env = {
        **os.environ, "SCHEMATHESIS_HOOKS": "tests.support.api.fuzz_hooks", "PYTHONPATH": str(HERE.parents[2]),
        "FUZZ_REAL": json.dumps(real), "FUZZ_KEPT": json.dumps(kept),
    }  # fmt: skip
    done = subprocess.run(
        command, cwd=there.home.folder, env=env, capture_output=True, text=True, timeout=timeout, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "schemathesis.txt").write_text(f"{done.stdout}\n{done.stderr}")  # whole, where a test shows a part
    cases, selected = _CASES.search(done.stdout), _SELECTED.search(done.stdout)
    return Fuzzed(
        done.returncode == 0, int(cases[1]) if cases else 0, int(selected[1]) if selected else 0,
        f"{done.stdout}\n{done.stderr}",
    )  # fmt: skip
