# The shell in which Full Auto CI itself is developed: an interpreter, git and make; everything else comes by `make`.
{ pkgs }:
pkgs.mkShell {
  packages = [ pkgs.python3 pkgs.git pkgs.gnumake ];
}
