# What stands in for nixpkgs in tests: the host's own programs, given as nixpkgs gives them. tests/support/nix.py
# copies this folder and adds places.json, which says where those programs and the Python packages are.
{
  outputs = { self }:
    let
      lib = import ./lib.nix;
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    in
    {
      # `lib.nixosSystem` as there; home-manager's is of another flake there, and here for simplicity.
      lib = lib // {
        nixosSystem = { system, modules }:
          import ./nixos.nix { inherit lib modules; pkgs = import ./. { inherit system; }; };
        homeManagerConfiguration = { pkgs, modules }: import ./home-manager.nix { inherit lib modules pkgs; };
      };
      legacyPackages = lib.genAttrs systems (system: import ./. { inherit system; });
    };
}
