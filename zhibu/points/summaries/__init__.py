"""Reads that answer a page."""
