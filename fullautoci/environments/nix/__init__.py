"""nix: the development shell that a commit's `flake.nix` or `shell.nix` declares, resolved once and then at no cost."""

from fullautoci.environments.nix.environment import NixEnvironment

__all__ = ["NixEnvironment"]
