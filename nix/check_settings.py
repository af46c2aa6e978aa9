"""Read the service's configuration in a folder; what is wrong with it is said in the words of `fullautoci` itself."""

import sys
from pathlib import Path

from fullautoci.config import service
from fullautoci.errors import ConfigError

try:
    read = service.read(Path(sys.argv[1]))
except ConfigError as error:
    sys.exit(f"services.fullautoci.settings: {error}{error.hint and f'; {error.hint}'}")
if read.has_secrets():
    sys.exit("services.fullautoci.settings: secrets would be readable by everybody in the Nix store")
