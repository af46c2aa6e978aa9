"""Certificates for tests, made by openssl; each is its own authority."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.parts import lacking


@dataclass(frozen=True)
class Certificate:
    """A certificate, and the key that goes with it, each a file in PEM."""

    public: Path
    private: Path


def certificate(folder: Path, name: str) -> Certificate:
    """One for a name that ends tomorrow.

    Args:
        name: as in `DNS:localhost` or `IP:127.0.0.1`.
    """
    openssl = shutil.which("openssl") or lacking("openssl", "a certificate is made with it")
    stem = f"c{len(list(folder.glob('*.pem')))}"
    made = Certificate(folder / f"{stem}.pem", folder / f"{stem}.key")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-subj", "/CN=test", "-addext", f"subjectAltName={name}", "-keyout", str(made.private),
         "-out", str(made.public), "-days", "1"],
        check=True, capture_output=True,
    )  # fmt: skip
    return made
