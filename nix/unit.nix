# How systemd treats the daemon, as a user's service or the system's: what `fullautoci daemon install` writes, too.
{ lib, package }:
{
  Type = "exec";
  ExecStart = "${lib.getExe package} daemon run";
  Restart = "on-failure";
  RestartSec = 5;
  # What ends with 1 or 2 says why (another daemon runs, the configuration is wrong): to try again is no help.
  RestartPreventExitStatus = "1 2";
  KillMode = "mixed";
  TimeoutStopSec = 30;
}
