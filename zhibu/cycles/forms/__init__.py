"""Parsing what people type. Whether it fits is asked by the rules."""
