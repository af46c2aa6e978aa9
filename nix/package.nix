# The program. Version and requirements are what pyproject.toml says; what nixpkgs has must suit them.
{ lib, stdenv, runCommand, makeWrapper, python3, bubblewrap, git, uv }:
let
  inherit (lib.importTOML ../pyproject.toml) project;
  inherit (stdenv.hostPlatform) isLinux;

  # "inotify_simple>=1.3,<3; sys_platform == 'linux'" is python3.pkgs.inotify-simple, and nothing on other systems.
  wanted = lib.filter (line: isLinux || !(lib.hasInfix "sys_platform == 'linux'" line)) project.dependencies;
  named = line: lib.replaceStrings [ "_" "." ] [ "-" "-" ]
    (lib.toLower (lib.head (builtins.match "([A-Za-z0-9._-]+).*" line)));

  module = python3.pkgs.buildPythonPackage {
    pname = project.name;
    inherit (project) version;
    pyproject = true;
    src = lib.fileset.toSource {
      root = ../.;
      fileset = lib.fileset.unions [ ../fullautoci ../hooks ./tools.nix ../pyproject.toml ../README.md ../LICENSE ];
    };
    build-system = [ python3.pkgs.hatchling ];
    dependencies = map (line: python3.pkgs.${named line}) wanted;
    pythonImportsCheck = [ "fullautoci.cli.main" "fullautoci.daemon.main" ];
    doCheck = false; # the tests make repositories, daemons and environments, and want a network
  };

  # Not buildPythonApplication: the program starts its daemon and workers as `sys.executable -m fullautoci`, and the
  # interpreter that an application runs on does not know the application.
  python = python3.withPackages (_: [ module ]);

  # What is on the user's own PATH comes first.
  programs = [ git uv ] ++ lib.optional isLinux bubblewrap;
in
runCommand "${project.name}-${project.version}"
{
  nativeBuildInputs = [ makeWrapper ];
  passthru = { inherit module python; inherit (project) version; };
  meta = {
    inherit (project) description;
    license = lib.licenses.mit;
    mainProgram = project.name;
    platforms = lib.platforms.linux ++ lib.platforms.darwin;
  };
} ''
  makeWrapper ${python}/bin/fullautoci $out/bin/fullautoci --suffix PATH : ${lib.makeBinPath programs}
''
