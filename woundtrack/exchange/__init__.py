"""Out to other people's tools: tidy CSV, the printed report.

Hides file formats and what may leave the clinic in them.
"""
