# A dev shell as nixpkgs makes it: PATH has the inputs and the standard environment's programs, not the host's.
{ lib, pkgs, system }:
{ name ? "nix-shell", packages ? [ ], nativeBuildInputs ? [ ], buildInputs ? [ ], inputsFrom ? [ ], ... }@arguments:
let
  of = attribute: builtins.concatMap (shell: shell.${attribute} or [ ]) inputsFrom;
in
derivation (removeAttrs arguments [ "packages" "inputsFrom" ] // {
  inherit name system;
  builder = "${pkgs.bash}/bin/bash";
  args = [ "-c" "export >$out" ];
  outputs = [ "out" ];
  stdenv = ./stdenv;
  standard = [ pkgs.coreutils pkgs.standard pkgs.gnumake pkgs.bash ];
  nativeBuildInputs = packages ++ nativeBuildInputs ++ of "nativeBuildInputs";
  buildInputs = buildInputs ++ of "buildInputs";
})
