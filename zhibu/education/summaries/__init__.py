"""Reads of study hours."""
