"""Reorganization: the steps of a deed, and what the tree becomes by them. Pure."""
