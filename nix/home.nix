# A user's own service: systemd's on Linux, a launchd agent on macOS. In place of `fullautoci daemon install`.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.fullautoci;
  inherit (pkgs.stdenv.hostPlatform) isLinux isDarwin;
  file = import ./settings.nix { inherit lib pkgs; inherit (cfg) package settings; };
  own = lib.optional (cfg.extraPackages != [ ]) (lib.makeBinPath cfg.extraPackages);
  home = config.home.homeDirectory;
  # Where programs are, with and without NixOS; a service manager does not read the shell's files.
  path = lib.concatStringsSep ":" (own ++ [
    "${home}/.nix-profile/bin"
    "/etc/profiles/per-user/${config.home.username}/bin"
    "/run/current-system/sw/bin"
    "/nix/var/nix/profiles/default/bin"
    "/usr/local/bin:/usr/bin:/bin"
  ]);
in
{
  options.services.fullautoci = import ./options.nix { inherit lib pkgs; };

  config = lib.mkIf cfg.enable {
    home.packages = [ cfg.package ];

    xdg.configFile = lib.mkIf (isLinux && cfg.settings != { }) {
      "fullautoci/config.yml".source = file;
    };
    home.file = lib.mkIf (isDarwin && cfg.settings != { }) {
      "Library/Application Support/fullautoci/config.yml".source = file;
    };

    systemd.user.services = lib.mkIf isLinux {
      fullautoci = {
        Unit = {
          Description = "Full Auto CI: tests every commit in the background";
          # A change of the settings is a change of the unit: the daemon is started anew.
          X-Restart-Triggers = lib.optional (cfg.settings != { }) "${file}";
        };
        Service = import ./unit.nix { inherit lib; inherit (cfg) package; } // {
          Environment = [ "\"PATH=${path}\"" ];
        };
        Install.WantedBy = [ "default.target" ];
      };
    };

    launchd.agents = lib.mkIf isDarwin {
      fullautoci = {
        enable = true;
        config = {
          ProgramArguments = [ (lib.getExe cfg.package) "daemon" "run" ];
          EnvironmentVariables.PATH = path;
          RunAtLoad = true;
          KeepAlive.Crashed = true;
          ProcessType = "Background";
          StandardOutPath = "${home}/Library/Logs/fullautoci.log";
          StandardErrorPath = "${home}/Library/Logs/fullautoci.log";
        };
      };
    };
  };
}
