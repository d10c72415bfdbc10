"""Parsing what people type about dues."""
