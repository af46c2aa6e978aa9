# As much of NixOS as a service's module uses: its options, their checks, and the unit files that come of them.
{ lib, pkgs, modules }:
let
  inherit (lib) mkOption types;
  option = type: default: mkOption { inherit type default; };
  word = types.oneOf [ types.bool types.int types.str types.path ];
  value = types.either word (types.listOf word);

  service = {
    options = {
      enable = option types.bool true;
      description = option types.str "";
      wantedBy = option (types.listOf types.str) [ ];
      after = option (types.listOf types.str) [ ];
      wants = option (types.listOf types.str) [ ];
      path = option (types.listOf (types.either types.package types.str)) [ ];
      environment = option (types.attrsOf (types.nullOr (types.oneOf [ types.str types.path types.package ]))) { };
      preStart = option types.lines "";
      serviceConfig = option (types.attrsOf value) { };
      unitConfig = option (types.attrsOf value) { };
    };
  };
  account = {
    options = {
      isSystemUser = option types.bool false;
      isNormalUser = option types.bool false;
      group = option types.str "";
      home = option types.path "/var/empty";
      description = option types.str "";
    };
  };
  group.options.members = option (types.listOf types.str) [ ];
  base = {
    options = {
      assertions = option (types.listOf types.anything) [ ];
      environment.systemPackages = option (types.listOf types.package) [ ];
      system.stateVersion = option types.str "";
      users.users = option (types.attrsOf (types.submodule account)) { };
      users.groups = option (types.attrsOf (types.submodule group)) { };
      systemd.services = option (types.attrsOf (types.submodule service)) { };
      systemd.tmpfiles.rules = option (types.listOf types.str) [ ];
    };
  };

  text = value: if builtins.isBool value then lib.boolToString value else toString value;
  lines = set: lib.concatLines (builtins.concatLists
    (lib.mapAttrsToList (name: value: map (one: "${name}=${text one}") (lib.toList value)) set));
  unit = name: made:
    let
      start = pkgs.writeShellScript "${name}-pre-start" made.preStart;
      path = lib.makeBinPath (made.path ++ [ pkgs.coreutils pkgs.bash ]);
      relations = lib.filterAttrs (_: value: value != [ ]) { After = made.after; Wants = made.wants; };
      variables = { PATH = path; } // lib.filterAttrs (_: value: value != null) made.environment;
    in
    ''
      [Unit]
      ${lines ({ Description = made.description; } // relations // made.unitConfig)}
      [Service]
      ${lines { Environment = lib.mapAttrsToList (name: value: builtins.toJSON "${name}=${value}") variables; }}
      ${lib.optionalString (made.preStart != "") "ExecStartPre=${start}"}
      ${lines made.serviceConfig}
      [Install]
      ${lines { WantedBy = made.wantedBy; }}
    '';

  inherit (lib.evalModules { modules = modules ++ [ base ]; specialArgs = { inherit pkgs; }; }) config;
  units = lib.mapAttrs (name: made: pkgs.writeText "${name}.service" (unit name made))
    (lib.filterAttrs (_: made: made.enable) config.systemd.services);
in
lib.asserted config {
  inherit config;
  # A folder like /etc/systemd/system.
  units = pkgs.runCommand "units" { } ''
    mkdir $out
    ${lib.concatLines (lib.mapAttrsToList (name: file: "cp ${file} $out/${name}.service") units)}
  '';
}
