"""Reads about organizational life, shaped for the ledgers above and for our pages."""
