"""Sheets of dues."""
