"""Pages of movement."""
