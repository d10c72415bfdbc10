"""Pages about blank booklets."""
