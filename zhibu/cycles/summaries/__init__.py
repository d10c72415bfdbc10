"""Reads that answer a page, and what a deed would do."""
