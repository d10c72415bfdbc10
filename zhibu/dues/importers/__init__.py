"""Sheets of dues."""

from zhibu.dues.importers.assessments import ASSESSMENTS

__all__ = ["ASSESSMENTS"]
