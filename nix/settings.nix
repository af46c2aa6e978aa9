# config.yml in the store, read once by the program that will read it: what is wrong in it is told when it is built.
{ lib, pkgs, package, settings }:
pkgs.runCommand "fullautoci-config.yml"
{
  text = builtins.toJSON settings; # which is YAML, too
  passAsFile = [ "text" ];
} ''
  mkdir home
  cp "$textPath" home/config.yml
  ${package.python}/bin/python3 -I ${./check_settings.py} home
  cp home/config.yml "$out"
''
