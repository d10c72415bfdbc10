"""Writes of movement, by deed."""
