# The packages of one system: raw derivations around the host's programs. A builder has to be called `bash`, since
# `nix develop` refuses any other.
{ system ? builtins.currentSystem, overlays ? [ ], config ? { } }:
let
  lib = import ./lib.nix;
  places = builtins.fromJSON (builtins.readFile ./places.json);

  # A builder that closes its output before it ends may be killed by nix, which then counts as a failure; coreutils
  # do so, and bash would become the last command of a script.
  last = "exit 0";

  packages = final:
    let
      # Derivations see none of the host's variables; PATH leads to what a builder's script needs.
      build = name: script: more: derivation ({
        inherit name system;
        builder = "${final.bash}/bin/bash";
        args = [ "-euc" "${script}\n${last}" ];
        PATH = places.path;
      } // more);
      # Programs of the host, by links.
      host = name: programs: build name ''
        mkdir -p $out/bin
        for program in ${toString programs}; do
          ln -s "$(type -P $program || echo /missing/$program)" $out/bin/$program
        done
      '' { } // { meta.mainProgram = builtins.head programs; };
      inherit (import ./python.nix { inherit lib places build; pkgs = final; }) python3 applications;
    in
    {
      inherit lib system python3;
      stdenv.hostPlatform = {
        inherit system;
        isLinux = lib.hasSuffix "-linux" system;
        isDarwin = lib.hasSuffix "-darwin" system;
      };
      python3Packages = python3.pkgs;
      bash = derivation {
        inherit system;
        name = "bash";
        builder = places.bash;
        args = [ "-c" "mkdir -p $out/bin && for name in bash sh; do ln -s ${places.bash} $out/bin/$name; done" ];
        PATH = places.path;
      };
      bashInteractive = final.bash;
      coreutils = host "coreutils" [
        "env" "cat" "cp" "date" "dirname" "head" "ln" "ls" "mkdir" "mktemp" "mv" "rm" "sleep" "sort" "touch" "true"
        "uname" "wc"
      ];
      # What else a dev shell has of itself there.
      standard = host "standard" [ "find" "xargs" "grep" "sed" "awk" "diff" "tar" "gzip" ];
      git = host "git" [ "git" ];
      gnumake = host "gnumake" [ "make" ];
      bubblewrap = host "bubblewrap" [ "bwrap" ];
      uv = build "uv" "mkdir -p $out/bin && ln -s ${places.uv} $out/bin/uv" { } // { meta.mainProgram = "uv"; };
      makeWrapper = ./make-wrapper;
      runCommand = name: env: script: mk final name env script;
      callPackage = path: more:
        let made = import path; in
        made (builtins.intersectAttrs (builtins.functionArgs made) final // more);
      extend = overlay: import ./. { inherit system config; overlays = overlays ++ [ overlay ]; };
      writeText = name: text: mk final name { inherit text; passAsFile = [ "text" ]; } "cp $textPath $out";
      writeShellScript = name: text: mk final name { inherit text; passAsFile = [ "text" ]; } ''
        { echo "#!${final.bash}/bin/bash"; cat $textPath; } >$out
        chmod +x $out
      '';
      mkShell = import ./shell.nix { inherit lib system; pkgs = final; };
    } // applications;

  mk = pkgs: name: env: script: derivation (removeAttrs env [ "meta" "passthru" ] // {
    inherit name system;
    builder = "${pkgs.bash}/bin/bash";
    args = [ "-euc" "for input in $nativeBuildInputs; do [ -d $input ] || . $input; done\n${script}\n${last}" ];
    nativeBuildInputs = env.nativeBuildInputs or [ ];
    PATH = "${lib.makeBinPath (env.nativeBuildInputs or [ ])}:${places.path}";
  }) // { meta = env.meta or { }; } // env.passthru or { };

  all = builtins.foldl' (previous: overlay: previous // overlay all previous) (packages all) overlays;
in
all
