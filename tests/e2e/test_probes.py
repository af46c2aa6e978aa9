"""A parent is measured again under another configuration or environment: in Nix shells and in containers too."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.engines import IMAGE, Running
from tests.support.home import Home
from tests.support.nix import NixStore, shell_flake
from tests.support.repository import SAMPLE, Repository

pytest_plugins = ["tests.support.engine_fixtures"]

UNUSED = SAMPLE["calc.py"].replace('"""A calculator."""\n', '"""A calculator."""\n\nimport os\n')
STRICT = "[FORMAT]\nmax-line-length = 100\n"
SILENT = "[MESSAGES CONTROL]\ndisable = unused-import\n"
ONLY_PYLINT = "tools: {coverage: {enabled: false}}\n"
# The same pylint under another version, as far as anybody can tell who asks for it.
NEWER = "4.91.0"
RENAME = (
    'RUN python3 -c "import importlib.metadata as m, pathlib, re;'
    " p = pathlib.Path(m.distribution('pylint')._path) / 'METADATA';"
    f" p.write_text(re.sub(r'\\nVersion: \\S+', '\\nVersion: {NEWER}', p.read_text(), count=1))\"\n"
)
RENAMED = f"""(derivation {{
  name = "pylint-newer";
  inherit system;
  builder = "${{pkgs.bash}}/bin/bash";
  args = [ "-c" "PATH=/usr/bin:/bin; cp -r ${{ps.pylint}} $out; chmod -R u+w $out;
    sed -i 's/^Version: .*/Version: {NEWER}/' $out/lib/python*/site-packages/pylint-*.dist-info/METADATA" ];
}} // {{ pythonPackage = true; inherit (ps.pylint) dependencies; }})"""


class Watched:
    """A watched repository whose first commit is good, in an environment of its own."""

    def __init__(self, home: Home, repository: Repository, kind: str) -> None:
        self.home, self.repository, self.kind = home, repository, kind
        self.upgrade: Mapping[str, str] = {}
        home.cli("init", cwd=repository.path)
        run = home.finished(1, repository.head(), 300)
        assert run["outcome"] == "passed", run
        assert run["jobs"][0]["environment"]["kind"] == kind
        self.base = repository.head()

    def score(self, files: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The pylint job of a commit upon the first one, and its verdict on the score."""
        self.repository.git("checkout", "--quiet", "--detach", self.base)
        run = self.home.finished(1, self.repository.commit(files), 300)
        (job,) = run["jobs"]
        return job, next(one for one in job["verdicts"] if one["metric"] == "score")

    def probes(self, sha: str) -> list[tuple[object, ...]]:
        """What was measured again for a commit's sake: of which commit, its outcome, kind and version."""
        return self.home.rows(
            "SELECT j.sha, j.outcome, json_extract(j.environment, '$.kind'), j.tool_version FROM jobs j"
            " JOIN runs r ON r.id = j.run_id WHERE r.sha = ? AND j.purpose = 'probe' ORDER BY j.id",
            sha,
        )


def in_nix(home: Home, store: NixStore, folder: Path) -> Watched:
    home.env |= store.variables
    made = Repository(folder / "r")
    plain = {name: text for name, text in SAMPLE.items() if name != ".fullautoci.yml"}
    made.write({**plain, ".fullautoci.yml": ONLY_PYLINT, ".pylintrc": STRICT, "flake.nix": shell_flake(("pylint",))})
    store.lock(made.path)
    made.commit(message="good")
    watched = Watched(home, made, "nix")
    watched.upgrade = {"flake.nix": shell_flake(("pylint",)).replace("ps.pylint", RENAMED, 1)}
    return watched


def in_container(home: Home, engine: Running, folder: Path) -> Watched:
    home.env["DOCKER_HOST"] = engine.host
    made = Repository(folder / "r")
    files = {
        "Dockerfile": f"FROM {IMAGE}\n",
        ".pylintrc": STRICT,
        ".fullautoci.yml": "environment: docker\n" + ONLY_PYLINT,
    }
    made.commit({**SAMPLE, **files}, "good")
    watched = Watched(home, made, "docker")
    watched.upgrade = {"Dockerfile": f"FROM {IMAGE}\n{RENAME}"}
    return watched


@pytest.fixture(params=["nix", "docker"])
def watched(request: pytest.FixtureRequest, own: Home, tmp_path: Path) -> Watched:
    if request.param == "nix":
        return in_nix(own, request.getfixturevalue("nix_store"), tmp_path)
    return in_container(own, request.getfixturevalue("docker"), tmp_path)


def test_silencing_a_check_hides_no_regression(watched: Watched) -> None:
    job, verdict = watched.score({".pylintrc": STRICT + SILENT, "calc.py": UNUSED})
    assert job["metrics"]["score"] == 10.0, "by its own configuration all is well"
    assert (verdict["verdict"], job["outcome"]) == ("regressed", "failed"), verdict
    sha = watched.repository.head()
    probes = watched.probes(sha)
    assert {(kind, version) for _, _, kind, version in probes} == {(watched.kind, job["tool_version"])}
    assert sha in {row[0] for row in probes}, "its files are measured under the parent's configuration"
    job, verdict = watched.score({".pylintrc": STRICT + SILENT})
    assert (verdict["verdict"], job["outcome"]) == ("held", "passed"), verdict
    assert "new epoch" in verdict["flags"]


def test_an_upgrade_of_the_tool_has_the_parent_measured_again_in_the_new_environment(watched: Watched) -> None:
    before = watched.home.finished(1, watched.base)["jobs"][0]["tool_version"]
    job, verdict = watched.score(watched.upgrade)
    assert (before != NEWER, job["tool_version"]) == (True, NEWER)
    assert (verdict["verdict"], job["outcome"]) == ("held", "passed"), verdict
    assert watched.probes(watched.repository.head()) == [(watched.base, "passed", watched.kind, NEWER)]
    job, verdict = watched.score({**watched.upgrade, "calc.py": UNUSED})
    assert (job["tool_version"], verdict["verdict"], job["outcome"]) == (NEWER, "regressed", "failed"), verdict
