"""Reads about blank booklets."""
