{
  description = "Full Auto CI: local-first continuous integration";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = of: nixpkgs.lib.genAttrs systems (system: of system nixpkgs.legacyPackages.${system});
    in
    {
      packages = each (_: pkgs: rec {
        fullautoci = pkgs.callPackage ./nix/package.nix { };
        default = fullautoci;
      });

      apps = each (system: _: {
        default = {
          type = "app";
          program = nixpkgs.lib.getExe self.packages.${system}.default;
        };
      });

      checks = each (system: _: { inherit (self.packages.${system}) fullautoci; });

      devShells = each (_: pkgs: {
        default = import ./nix/shell.nix { inherit pkgs; };
        tools = pkgs.mkShell { packages = [ (import ./nix/tools.nix { inherit pkgs; }) pkgs.git ]; };
      });

      overlays.default = import ./nix/overlay.nix;

      nixosModules.default.imports = [ ./nix/nixos.nix ];
      homeModules.default.imports = [ ./nix/home.nix ];
      homeManagerModules = self.homeModules; # what it was called before
    };
}
