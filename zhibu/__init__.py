"""支部: software for a county's grassroots Party work."""

__version__ = "0.1.0"
