"""Measures the figures the project promises, each with its limit in the same run: ``make bench``."""
