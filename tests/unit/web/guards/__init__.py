"""Who may do what: every route, every caller, and every way around."""
