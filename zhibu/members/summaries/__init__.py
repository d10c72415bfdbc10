"""Reads that answer a page, a sheet or a print."""
