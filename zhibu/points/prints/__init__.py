"""Papers and workbooks of points."""

from zhibu.points.prints.publicity import publicity_pdf
from zhibu.points.prints.workbooks import branches_workbook, month_workbook, year_workbook

__all__ = ["branches_workbook", "month_workbook", "publicity_pdf", "year_workbook"]
