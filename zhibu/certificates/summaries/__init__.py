"""Reads that answer a page, by matter."""
