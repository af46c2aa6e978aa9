# An interpreter with the tools. Full Auto CI itself takes it, of a user's own nixpkgs, where a dev shell lacks them.
{ pkgs, python ? pkgs.python3 }:
python.withPackages (packages: [ packages.pylint packages.coverage packages.pytest ])
