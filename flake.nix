{
  description = "Full Auto CI: local-first continuous integration";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
      each = nixpkgs.lib.genAttrs systems;
    in
    {
      devShells = each (system: {
        default = import ./nix/shell.nix { pkgs = nixpkgs.legacyPackages.${system}; };
      });
    };
}
