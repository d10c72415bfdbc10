"""Checking the log, and reading it for pages."""
