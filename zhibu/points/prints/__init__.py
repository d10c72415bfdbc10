"""Papers and workbooks of points."""
