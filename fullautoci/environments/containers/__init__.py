"""docker: a container of Docker or Podman, whichever engine runs on this machine."""

from fullautoci.environments.containers.environment import ContainerEnvironment

__all__ = ["ContainerEnvironment"]
