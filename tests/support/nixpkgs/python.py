"""What the builders of python.nix do, run by the host's interpreter; what they are given is in variables."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

GIVEN = dict(os.environ)
OUT = Path(GIVEN["out"])
SITE = OUT / GIVEN["sitePackages"]
CLOSURE = [Path(one) for one in GIVEN["closure"].split()]


def scripts(folder: Path, interpreter: str, paths: list[Path]) -> None:
    """The programs that distributions in a folder ask for."""
    (OUT / "bin").mkdir(parents=True, exist_ok=True)
    for distribution in importlib.metadata.distributions(path=[str(folder)]):
        for entry in distribution.entry_points.select(group="console_scripts"):
            path = OUT / "bin" / entry.name
            added = f"import site\nfor one in {[str(path) for path in paths]}:\n    site.addsitedir(one)\n"
            run = f"import sys\nfrom {entry.module} import {entry.attr}\nsys.exit({entry.attr}())\n"
            path.write_text(f"#!{interpreter}\n{added if paths else ''}{run}")
            path.chmod(0o755)


def needs() -> None:
    """What has to be in an environment together with this package."""
    (OUT / "nix-support").mkdir()
    names = [GIVEN["interpreter"], *map(str, CLOSURE)]
    (OUT / "nix-support/propagated-build-inputs").write_text(" ".join(names))
    others = [one / GIVEN["sitePackages"] for one in CLOSURE]
    scripts(SITE, f"{GIVEN['interpreter']}/bin/python3", [SITE, *others])


def package() -> None:
    """A distribution that pip has installed elsewhere."""
    shutil.copytree(GIVEN["folder"], SITE)
    needs()


def environment() -> None:
    """An interpreter that has the chosen packages, and no others."""
    (OUT / "bin").mkdir(parents=True)
    host = Path(GIVEN["host"])
    (OUT / "pyvenv.cfg").write_text(f"home = {host.parent}\ninclude-system-site-packages = false\n")
    for name in ("python", "python3", host.name):
        (OUT / "bin" / name).symlink_to(host)
    SITE.mkdir(parents=True)
    for one in CLOSURE:
        for entry in (one / GIVEN["sitePackages"]).iterdir():
            if entry.name != "__pycache__":
                (SITE / entry.name).symlink_to(entry)
    scripts(SITE, f"{OUT}/bin/python3", [])


def project() -> None:
    """A project's wheel, made by its build backend and unpacked."""
    shutil.copytree(GIVEN["src"], "source", symlinks=True)
    subprocess.run(["chmod", "-R", "u+w", "source"], check=True)
    python = f"{GIVEN['backend']}/bin/python3"
    code = (
        "import importlib, sys, tomllib\n"
        "name = tomllib.load(open('pyproject.toml', 'rb'))['build-system']['build-backend']\n"
        "importlib.import_module(name).build_wheel(sys.argv[1])"
    )
    subprocess.run([python, "-c", code, str(Path.cwd())], cwd="source", check=True)
    (wheel,) = Path().glob("*.whl")
    zipfile.ZipFile(wheel).extractall(SITE)
    needs()
    paths = [SITE, *[one / GIVEN["sitePackages"] for one in CLOSURE]]
    check = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    names = GIVEN["pythonImportsCheck"].split()
    imports = {**GIVEN, "PYTHONPATH": ":".join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([f"{GIVEN['interpreter']}/bin/python3", "-c", check, *names], env=imports, check=True)
    unmet(paths)


def unmet(paths: list[Path]) -> None:
    """Refuse what does not suit the project's own requirements, as nixpkgs does."""
    sys.path.append(f"{GIVEN['backend']}/{GIVEN['sitePackages']}")  # what builds a wheel brings it
    from packaging.requirements import Requirement

    versions = {
        found.metadata["Name"].lower().replace("_", "-"): found.version
        for found in importlib.metadata.distributions(path=[str(path) for path in paths])
    }
    for distribution in importlib.metadata.distributions(path=[str(SITE)]):
        for line in distribution.requires or []:
            wanted = Requirement(line)
            if wanted.marker and not wanted.marker.evaluate({"extra": ""}):
                continue
            version = versions.get(wanted.name.lower().replace("_", "-"))
            if version is None or version not in wanted.specifier:
                raise SystemExit(f"{line} is wanted, and there is {version or 'none'}")


{"package": package, "environment": environment, "project": project}[sys.argv[1]]()
