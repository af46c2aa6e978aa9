"""The smallest next steps by which a metric reaches its floor or its target. Pure; all gains are estimates."""
