"""Writes, by deed."""
