"""Write gap reports: one document, as JSON, as a workbook, and as a page that needs nothing else."""
