# A service of the system, for repositories that belong to its user. For your own, home.nix is the better place.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.fullautoci;
  file = import ./settings.nix { inherit lib pkgs; inherit (cfg) package settings; };
in
{
  options.services.fullautoci = import ./options.nix { inherit lib pkgs; } // {
    user = lib.mkOption {
      type = lib.types.str;
      default = "fullautoci";
      description = "Whom it runs as. The default one is made; another has to be there.";
    };
    group = lib.mkOption {
      type = lib.types.str;
      default = "fullautoci";
      description = "The group that it runs as.";
    };
    dataDir = lib.mkOption {
      type = lib.types.path;
      default = "/var/lib/fullautoci";
      description = "Where everything is kept: FULLAUTOCI_HOME.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [{
      # The socket's path has to fit into the kernel's 108 bytes; a longer one would be moved to the private /tmp.
      assertion = builtins.match "/[A-Za-z0-9/._-]{1,80}" cfg.dataDir != null;
      message = "services.fullautoci.dataDir: a path of at most 80 letters, digits and ._- is expected";
    }];

    environment.systemPackages = [ cfg.package ];
    users.users = lib.mkIf (cfg.user == "fullautoci") {
      fullautoci = { isSystemUser = true; group = cfg.group; home = cfg.dataDir; };
    };
    users.groups = lib.mkIf (cfg.group == "fullautoci") { fullautoci = { }; };
    systemd.tmpfiles.rules = [ "d ${cfg.dataDir} 0700 ${cfg.user} ${cfg.group} -" ];

    systemd.services.fullautoci = {
      description = "Full Auto CI: tests every commit in the background";
      wantedBy = [ "multi-user.target" ];
      path = cfg.extraPackages ++ [ "/run/current-system/sw" ]; # nix, and the `python3` of `environment: host`
      environment.FULLAUTOCI_HOME = cfg.dataDir;
      # Without settings the file is the owner's; a link that settings left goes with them.
      preStart =
        if cfg.settings != { } then ''
          ln -sfn ${file} "$FULLAUTOCI_HOME/config.yml"
        '' else ''
          if [ -L "$FULLAUTOCI_HOME/config.yml" ]; then rm "$FULLAUTOCI_HOME/config.yml"; fi
        '';
      serviceConfig = import ./unit.nix { inherit lib; inherit (cfg) package; } // {
        User = cfg.user;
        Group = cfg.group;
        WorkingDirectory = cfg.dataDir;
        UMask = "0077";
        # Jobs are other people's code. Left out is what bubblewrap and git need: namespaces, mounts, writable
        # repositories, and a whole /proc: ProtectHostname, ProtectKernelLogs and ProtectKernelTunables cover parts of
        # it, and then the kernel lets no box have one of its own.
        CapabilityBoundingSet = "";
        NoNewPrivileges = true;
        LockPersonality = true;
        PrivateTmp = true;
        ProtectClock = true;
        ProtectControlGroups = true;
        ProtectKernelModules = true;
        ProtectSystem = "full";
        RestrictAddressFamilies = "AF_UNIX AF_INET AF_INET6 AF_NETLINK";
        RestrictRealtime = true;
        SystemCallArchitectures = "native";
        SystemCallErrorNumber = "EPERM";
        SystemCallFilter = "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap";
      };
    };
  };
}
