"""Switches of the screen that a browser keeps, not an account: visitors have them, too."""

LARGE_TYPE = "large_type"
