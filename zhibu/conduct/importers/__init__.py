"""Sheets of past years."""
