"""Who may do what, as scopes and as pages show it."""
