"""Forms of movement."""
