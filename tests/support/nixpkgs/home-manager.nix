# As much of home-manager as a user's service uses.
{ lib, pkgs, modules }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  value = types.oneOf [ types.bool types.int types.str types.path (types.listOf types.str) ];
  sections = types.attrsOf (types.attrsOf value);
  files = types.attrsOf (types.submodule { options.source = mkOption { type = types.path; }; });
  agent = types.submodule {
    options.enable = option types.bool false;
    options.config = option (types.attrsOf types.anything) { };
  };
  base = {
    options = {
      assertions = option (types.listOf types.anything) [ ];
      home.username = mkOption { type = types.str; };
      home.homeDirectory = mkOption { type = types.path; };
      home.stateVersion = mkOption { type = types.str; };
      home.packages = option (types.listOf types.package) [ ];
      home.file = option files { };
      xdg.configFile = option files { };
      systemd.user.services = option (types.attrsOf sections) { };
      launchd.agents = option (types.attrsOf agent) { };
    };
  };

  text = value: if builtins.isBool value then lib.boolToString value else toString value;
  section = name: set: ''
    [${name}]
    ${lib.concatLines (builtins.concatLists
      (lib.mapAttrsToList (key: value: map (one: "${key}=${text one}") (lib.toList value)) set))}'';
  unit = name: sections: pkgs.writeText "${name}.service" (lib.concatLines (lib.mapAttrsToList section sections));

  inherit (lib.evalModules { modules = modules ++ [ base ]; specialArgs = { inherit pkgs; }; }) config;
in
lib.asserted config {
  inherit config;
  # A folder like ~/.config/systemd/user.
  units = pkgs.runCommand "units" { } ''
    mkdir $out
    ${lib.concatLines (lib.mapAttrsToList
      (name: made: "cp ${unit name made} $out/${name}.service") config.systemd.user.services)}
  '';
}
