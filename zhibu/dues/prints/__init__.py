"""Papers and workbooks of dues."""
