# Python as nixpkgs gives it. The interpreter alone has no packages, and a program of a package finds its own packages
# without its interpreter knowing them: only the interpreter of `withPackages` knows what was chosen.
{ lib, places, build, pkgs }:
let
  sitePackages = "lib/python${places.version}/site-packages";
  run = name: command: more: build name "${places.python} -I ${./python.py} ${command}" ({
    inherit sitePackages;
    host = places.python;
    bash = "${pkgs.bash}/bin/bash";
  } // more);

  # A package and, by way of what each needs, all that has to be there with it.
  closure = wanted: map (item: item.package) (builtins.genericClosure {
    startSet = map item (builtins.filter (package: package ? pythonPackage) wanted);
    operator = { package, ... }: map item package.dependencies;
  });
  item = package: { key = package.outPath; inherit package; };

  library = name: known:
    let dependencies = map (needed: packages.${needed}) known.requires; in
    run "python3-${name}-${known.version}" "package" {
      folder = "${places.packages}/${name}";
      interpreter = bare;
      closure = closure dependencies;
    } // { inherit dependencies; inherit (known) version; pname = name; pythonPackage = true; };

  environment = wanted: run (if wanted == [ ] then "python3-${places.version}" else "python3-env") "environment" {
    closure = closure wanted;
  } // {
    inherit sitePackages;
    inherit (places) version;
    pythonVersion = places.version;
    pkgs = packages;
    withPackages = choose: environment (choose packages);
    meta.mainProgram = "python3";
  };
  bare = environment [ ];

  # A project is built by its own backend, offline: what it needs has to be named, as there.
  buildPythonPackage =
    { pname, version, src, pyproject ? false, build-system ? [ ], dependencies ? [ ], pythonImportsCheck ? [ ]
    , doCheck ? true, meta ? { }, passthru ? { } }:
    assert pyproject == true;
    run "python3-${pname}-${version}" "project" {
      inherit src;
      pythonImportsCheck = toString pythonImportsCheck;
      interpreter = bare;
      backend = environment build-system;
      closure = closure dependencies;
    } // { inherit pname version dependencies meta; pythonPackage = true; } // passthru;

  packages = builtins.mapAttrs library places.known // {
    inherit buildPythonPackage;
    buildPythonApplication = buildPythonPackage;
    python = bare;
    pythonPackages = packages;
  };
in
{
  python3 = bare;
  # Of a tool that nixpkgs has as a program, too, only the program is found: no `python -m pylint`.
  applications = lib.genAttrs (builtins.filter (name: places.known ? ${name}) [ "pylint" ]) (name:
    build name "mkdir -p $out && ln -s ${packages.${name}}/bin $out/bin" { } // { meta.mainProgram = name; });
}
