"""Printed sheets of points."""

from zhibu.points.prints.publicity import publicity_pdf

__all__ = ["publicity_pdf"]
