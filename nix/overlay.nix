# Adds the program to a user's packages.
final: _: {
  fullautoci = final.callPackage ./package.nix { };
}
