# What both modules, NixOS' and home-manager's, can be told.
{ lib, pkgs }:
{
  enable = lib.mkEnableOption "Full Auto CI, which tests every commit in the background";

  package = lib.mkOption {
    type = lib.types.package;
    default = pkgs.callPackage ./package.nix { };
    defaultText = lib.literalExpression "the package of Full Auto CI's own flake";
    description = "The program.";
  };

  settings = lib.mkOption {
    type = lib.types.attrsOf lib.types.anything;
    default = { };
    example = { workers = 2; dashboard.port = 8765; };
    description = ''
      What the service's config.yml says (docs/configuration.md). It is checked when the system is built. Secrets do not
      belong here, since everybody can read the Nix store: leave this empty, and write the file yourself.
    '';
  };

  extraPackages = lib.mkOption {
    type = lib.types.listOf lib.types.package;
    default = [ ];
    example = lib.literalExpression "[ pkgs.python3 pkgs.git-lfs ]";
    description = "Packages whose programs the daemon and its jobs find.";
  };
}
