"""Reorganization: which steps fit together. Pure."""
