"""The modules for NixOS and home-manager: what a user may write, and the services that come of it."""

import json
import plistlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from fullautoci.config import service
from fullautoci.daemon import autostart
from fullautoci.paths import Paths
from tests.nix.conftest import ENABLED, FLAKE, HOME, SETTINGS, User, unit_of
from tests.nix.units import Unit, read
from tests.support.home import Home
from tests.support.parts import lacking

# What becomes of both services, whoever starts them.
TREATMENT = ("Type", "Restart", "RestartSec", "RestartPreventExitStatus", "KillMode", "TimeoutStopSec")


def configured(settings: Path, folder: Path) -> service.ServiceFile:
    """What the service reads of a settings file."""
    folder.mkdir()
    shutil.copy(settings, folder / service.FILE_NAME)
    return service.read(folder)


def verify(path: Path, folder: Path, *options: str) -> None:
    """Have systemd read a unit."""
    if shutil.which("systemd-analyze") is None:
        lacking("systemd", "systemd-analyze is not installed")
    command = ["systemd-analyze", "verify", "--recursive-errors=yes", "--man=no", *options, str(path)]
    env = {"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def ours(paths: Paths) -> Unit:
    """The unit that `fullautoci daemon install` writes."""
    return read(autostart.unit(paths, {"HOME": "/home/ada"}, "linux").content.decode())


def test_a_service_of_the_system_is_as_the_one_that_we_write(
    nixos: User, package: Path, home: Home, tmp_path: Path
) -> None:
    path, unit = unit_of(nixos(f"{ENABLED} {SETTINGS}"))
    assert unit["Unit"] == ours(home.paths)["Unit"]
    assert unit["Install"] == {"WantedBy": ["multi-user.target"]}
    assert {name: unit["Service"][name] for name in TREATMENT} == {
        name: ours(home.paths)["Service"][name] for name in TREATMENT
    }
    assert unit["Service"]["ExecStart"] == [f"{package}/bin/fullautoci daemon run"]
    assert unit["Service"]["User"] == unit["Service"]["Group"] == ["fullautoci"]
    variables = dict(shlex.split(one)[0].split("=", 1) for one in unit["Service"]["Environment"])
    assert variables["FULLAUTOCI_HOME"] == "/var/lib/fullautoci"
    assert "/run/current-system/sw/bin" in variables["PATH"].split(":")
    verify(path, tmp_path)


def test_the_system_has_the_program_and_the_account(nixos: User, package: Path) -> None:
    made = nixos(f'{ENABLED} services.fullautoci.dataDir = "/srv/ci";')
    packages = made.json("made.config.environment.systemPackages", "map (package: package.outPath)")
    assert packages == [str(package)]
    account = made.json("made.config.users.users.fullautoci")
    assert (account["isSystemUser"], account["group"], account["home"]) == (True, "fullautoci", "/srv/ci")
    assert made.json("made.config.users.groups", "builtins.attrNames") == ["fullautoci"]
    assert made.json("made.config.systemd.tmpfiles.rules") == ["d /srv/ci 0700 fullautoci fullautoci -"]


def test_another_account_is_not_made(nixos: User) -> None:
    made = nixos(f'{ENABLED} services.fullautoci = {{ user = "ada"; group = "users"; }};')
    assert made.json("made.config.users.users", "builtins.attrNames") == []
    assert made.json("made.config.users.groups", "builtins.attrNames") == []
    assert made.json("made.config.systemd.services.fullautoci.serviceConfig.User") == "ada"


def test_nothing_is_made_unless_enabled(nixos: User) -> None:
    made = nixos(SETTINGS)
    assert list(made.built("made.units").iterdir()) == []
    assert made.json("made.config.users.users", "builtins.attrNames") == []


def test_settings_are_put_where_the_daemon_reads_them_and_taken_away(nixos: User, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()

    def start(lines: str) -> None:
        (script,) = unit_of(nixos(f"{ENABLED} {lines}"))[1]["Service"]["ExecStartPre"]
        subprocess.run([script], env={"FULLAUTOCI_HOME": str(folder), "PATH": "/usr/bin:/bin"}, check=True)

    start(SETTINGS)
    read = service.read(folder)
    assert (read.workers, read.dashboard.port, read.keep.logs.days) == (2, 8123, 0.5)
    start("")
    assert not (folder / service.FILE_NAME).is_symlink()
    (folder / service.FILE_NAME).write_text("workers: 3\n")
    start("")
    assert service.read(folder).workers == 3


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("services.fullautoci.enabel = true;", "The option `services.fullautoci.enabel' does not exist"),
        ('services.fullautoci.enable = "yes";', "services.fullautoci.enable' is not of type `boolean'"),
        (f'{ENABLED} services.fullautoci.settings = "workers: 2";', "settings' is not of type `attribute set"),
        (f'{ENABLED} services.fullautoci.dataDir = "data";', "dataDir' is not of type `absolute path'"),
        (f'{ENABLED} services.fullautoci.dataDir = "/{"d" * 90}";', "a path of at most 80 letters"),
        (f'{ENABLED} services.fullautoci.extraPackages = [ "git" ];', "extraPackages' is not of type `package'"),
        (f'{ENABLED} services.fullautoci.settings.workers = "two";', "workers: a whole number is expected"),
        (f"{ENABLED} services.fullautoci.settings.wrokers = 2;", "did you mean 'workers'"),
        (f'{ENABLED} services.fullautoci.settings.secrets.TOKEN = "very secret";', "readable by everybody"),
    ],
    ids=["name", "bool", "attrs", "path", "length", "list", "value", "key", "secret"],
)
def test_a_mistake_is_told_before_anything_is_switched(nixos: User, lines: str, words: str) -> None:
    assert words in nixos(lines).refused("build", ".#made.units", "--no-link", "--print-build-logs")


def test_a_users_service_is_the_one_that_we_write(
    home_manager: User, package: Path, home: Home, short_tmp: Path, tmp_path: Path
) -> None:
    made = home_manager(f"{ENABLED} {SETTINGS}")
    path, unit = unit_of(made)
    mine, (restart,) = ours(home.paths), unit["Unit"].pop("X-Restart-Triggers")
    assert unit["Unit"] == mine["Unit"]
    assert unit["Install"] == mine["Install"]
    for service_part in (unit["Service"], mine["Service"]):
        assert service_part.pop("Environment")[0].startswith('"PATH=')
        assert shlex.split(service_part.pop("ExecStart")[0])[-2:] == ["daemon", "run"]
    assert unit["Service"] == mine["Service"]
    verify(path, tmp_path, "--user")

    source = made.json('made.config.xdg.configFile."fullautoci/config.yml".source.outPath')
    assert source == restart
    assert configured(Path(source), tmp_path / "read").workers == 2
    assert made.json("made.config.home.packages", "map (package: package.outPath)") == [str(package)]
    assert made.json("made.config.launchd.agents", "builtins.attrNames") == []


def test_programs_of_extra_packages_come_first(home_manager: User, nixos: User, system: str) -> None:
    lines = f"{ENABLED} services.fullautoci.extraPackages = [ nixpkgs.legacyPackages.{system}.gnumake ];"
    for make in (home_manager, nixos):
        (path,) = [one for one in unit_of(make(lines))[1]["Service"]["Environment"] if "PATH=" in one]
        assert re.match(r'"PATH=[^:]*-gnumake/bin:', path)


def test_without_settings_the_file_is_the_users(home_manager: User) -> None:
    made = home_manager(ENABLED)
    assert made.json("made.config.xdg.configFile", "builtins.attrNames") == []
    assert unit_of(made)[1]["Unit"].keys() == {"Description"}


def test_an_agent_of_macos_is_the_one_that_we_write(user: User, tmp_path: Path) -> None:
    made = user(FLAKE % (HOME % ("aarch64-darwin", "/Users/ada", f"{ENABLED} {SETTINGS}")))
    agent = made.json("made.config.launchd.agents.fullautoci")
    assert agent["enable"] is True
    mine = plistlib.loads(autostart.launchd("name", ["fullautoci"], {"PATH": ""}, tmp_path))
    assert agent["config"].keys() == mine.keys() - {"Label"}  # which home-manager gives
    for name in ("RunAtLoad", "KeepAlive", "ProcessType"):
        assert agent["config"][name] == mine[name]
    assert agent["config"]["ProgramArguments"][1:] == ["daemon", "run"]
    assert agent["config"]["EnvironmentVariables"]["PATH"].startswith("/Users/ada/.nix-profile/bin:")
    files = made.json("made.config.home.file", "builtins.attrNames")
    assert files == ["Library/Application Support/fullautoci/config.yml"]
    assert made.json("made.config.systemd.user.services", "builtins.attrNames") == []


def test_documented_examples_are_what_a_user_may_write(user: User) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs/nix.md").read_text()
    examples = re.findall(r"^```nix\n(\{.*?)^```$", text, re.MULTILINE | re.DOTALL)
    kinds = set()
    for example in examples:
        made = user(example)
        shown = json.loads(made.nix("flake", "show", "--json"))
        for kind in shown.keys() & {"nixosConfigurations", "homeConfigurations"}:
            (name,) = made.json(kind, "builtins.attrNames")
            assert (made.built(f'{kind}."{name}".units') / "fullautoci.service").is_file()
            kinds.add(kind)
        if "devShells" in shown:
            made.nix("develop", "--ignore-environment", "--command", "fullautoci", "--version")
            kinds.add("devShells")
    assert kinds == {"nixosConfigurations", "homeConfigurations", "devShells"}
