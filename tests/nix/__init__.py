"""Our own flake, evaluated and built through a stub of nixpkgs."""
